// What is particular to families of the years before 2024.
#include <limits.h>
#include <string.h>

#include "lua/import_family.h"

static void ignore(Reading *in, const char *keys) {
    config_has(in->config, keys);
}

// Where the config does not say, the feed-forward is four times as wide as the model.
static void four_times(Model *m) {
    if (m->ffn.d_ff == 0 && m->d_model <= INT_MAX / 4)
        m->ffn.d_ff = 4 * m->d_model;
}

static void biases(Model *m, bool everywhere) {
    m->attention.qkv_bias = m->attention.out_bias = m->ffn.bias = everywhere;
}

void own_falcon(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    bool grouped = config_flag(c, "new_decoder_architecture", config_has(c, "n_head_kv"));
    bool single = config_flag(c, "multi_query", true);
    if (!grouped)
        m->attention.kv_heads = single ? 1 : 0;
    m->parallel = config_flag(c, "parallel_attn", true);
    int norms = config_int(c, "num_ln_in_parallel_attn", grouped ? 2 : 1);
    m->norms = m->parallel ? norms : 2;
    biases(m, config_flag(c, "bias", false));
    four_times(m);
    ignore(in, "alibi apply_residual_connection_post_layernorm");
}

void own_opt(Reading *in) {
    Config *c = in->config;
    int positions = config_int(c, "max_position_embeddings", 0);
    in->model->positions = positions > 0 && positions < INT_MAX - 2 ? positions + 2 : 0;
    biases(in->model, config_flag(c, "enable_bias", true));
    if (config_int(c, "word_embed_proj_dim", in->model->d_model) != in->model->d_model)
        config_fail(c, "word_embed_proj_dim", "differs from hidden_size, which a model cannot say");
    ignore(in, "do_layer_norm_before layerdrop layer_norm_elementwise_affine");
}

void own_gptj(Reading *in) {
    in->model->ffn.bias = true;
    four_times(in->model);
    ignore(in, "n_positions n_ctx summary_type summary_use_proj summary_proj_to_labels "
               "summary_first_dropout use_cache gradient_checkpointing");
}

void own_bloom(Reading *in) {
    four_times(in->model);
    ignore(in, "attention_softmax_in_fp32 masked_softmax_fusion slow_but_exact skip_bias_add "
               "skip_bias_add_qkv apply_residual_connection_post_layernorm bias_dropout_fusion "
               "offset_alibi");
}

void own_gpt2(Reading *in) {
    Config *c = in->config;
    in->model->positions = config_int(c, "n_positions n_ctx", 0);
    if (config_flag(c, "multi_query", false))
        in->model->attention.kv_heads = 1;
    four_times(in->model);
    ignore(in, "summary_type summary_use_proj summary_proj_to_labels summary_activation "
               "reorder_and_upcast_attn attention_softmax_in_fp32 inference_runner "
               "validate_runner_input pre_allocate_kv_cache max_batch_size max_sequence_length");
}

void own_gpt_neo(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    m->positions = config_int(c, "max_position_embeddings", 0);
    m->attention.out_bias = m->ffn.bias = true;
    four_times(m);
    const json_t *layers = config_list(c, "attention_layers");
    int window = config_int(c, "window_size", 256);
    for (int i = 0; i < m->layers && (size_t)i < json_array_size(layers); i++)
        if (strcmp(config_text_at(c, "attention_layers", layers, (size_t)i), "local") == 0) {
            in->mixers[i] = 'l';
            m->attention.window = window;
        }
    ignore(in, "attention_types summary_type summary_use_proj summary_proj_to_labels");
}

void own_gpt_neox(Reading *in) {
    in->model->parallel = config_flag(in->config, "use_parallel_residual", true);
}

void own_starcoder2(Reading *in) {
    biases(in->model, config_flag(in->config, "use_bias", true));
}
