// What is particular to families of 2025-26 whose layers are alike.
#include <limits.h>
#include <string.h>

#include "lua/import_family.h"

static void ignore(Reading *in, const char *keys) {
    config_has(in->config, keys);
}

// Four streams beside one another (altup), a side path of low rank (laurel), and an embedding for every layer.
void own_gemma3n(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    double d = m->d_model, streams = config_int(c, "altup_num_inputs", 4);
    double rank = config_int(c, "laurel_rank", 64);
    own_gemma3(in);
    m->attention.shared_kv_layers = config_int(c, "num_kv_shared_layers", 0);
    m->layer_embedding = config_int(c, "hidden_size_per_layer_input", 0);
    if (rank > 65536 || streams > 64)
        config_fail(c, "laurel_rank", "is outside its range");
    // Stream projections in and out stand once in the network, here spread over its layers.
    double streamed = streams > 1 ? 2 * (streams - 1) * d * d / m->layers : 0;
    m->extra_params = 2 * d * rank + d + streamed + streams * d + streams * streams * (streams + 1);
    ignore(in, "vocab_size_per_layer_input altup_active_idx altup_coef_clip altup_correct_scale "
               "altup_lr_multiplier activation_sparsity_pattern");
    config_note(c, "Streams (altup) are counted, their traffic is not.");
}

// Keys of 512 values shared by all heads, compressed 4 or 128 to one; queries and outputs through ranks.
void own_deepseek_v4(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    Attention *a = &m->attention;
    const json_t *ratios = config_list(c, "compress_ratios");
    double d = m->d_model, e = a->head_dim, hyper = config_int(c, "hc_mult", 1);
    a->q_rank = config_int(c, "q_lora_rank", 0);
    a->o_rank = config_int(c, "o_lora_rank", 0);
    a->o_groups = config_int(c, "o_groups", 1);
    a->k_eq_v = a->sinks = true;
    m->moe.router_bias = true;
    m->indexer = (Indexer){.heads = config_int(c, "index_n_heads", 0),
                           .head_dim = config_int(c, "index_head_dim", 0),
                           .top_k = config_int(c, "index_topk", 0)};
    a->window = config_int(c, "sliding_window", 0);
    double compressors = 0;
    for (int i = 0; i < m->layers && (size_t)i < json_array_size(ratios); i++) {
        int ratio = config_int_at(c, "compress_ratios", ratios, (size_t)i);
        in->mixers[i] = ratio == 0 && a->window > 0 ? 'l' : 'g';
        compressors += ratio == 0 ? 0 : ratio < 16 ? 4 * d * e : 2 * d * e;
    }
    m->extra_params = compressors / m->layers + 2 * hyper * (hyper + 2) * hyper * d + e;
    ignore(in, "qk_rope_head_dim num_hash_layers hc_sinkhorn_iters hc_eps expert_dtype "
               "compress_rope_theta score_func");
    config_doubt(
        c, "keys are compressed 4 or 128 to one, which is not modelled: its cache is smaller");
}

// Grok 2 has a dense block beside the experts, a shared expert as it were.
void own_grok(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    if (config_flag(c, "residual_moe", false) && m->moe.experts > 0) {
        m->moe.shared_experts = 1;
        m->moe.d_shared = m->ffn.d_ff;
    }
    m->norms = 4;
    ignore(in, "router_logit_softcapping final_logit_softcapping moe_router_logit_softcapping");
}

void own_phimoe(Reading *in) {
    in->model->norm_bias = true;
    in->model->head_bias = config_flag(in->config, "lm_head_bias", false);
    ignore(in, "input_jitter_noise");
}

void own_phi(Reading *in) {
    in->model->head_bias = true;
    ignore(in, "qk_layernorm");
}

void own_hyperclovax(Reading *in) {
    in->model->norms = config_flag(in->config, "use_post_norm", false) ? 4 : 2;
}

void own_internlm(Reading *in) {
    Config *c = in->config;
    Attention *a = &in->model->attention;
    bool bias = config_flag(c, "bias", false);
    a->qkv_bias = config_flag(c, "qkv_bias", bias);
    a->out_bias = bias;
    in->model->ffn.bias = false;
}

void own_chatglm(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    m->attention.head_dim = config_int(c, "kv_channels", m->attention.head_dim);
    if (config_flag(c, "multi_query_attention", true))
        m->attention.kv_heads = config_int(c, "multi_query_group_num", 2);
    m->attention.qkv_bias = config_flag(c, "add_qkv_bias add_bias_linear", true);
    m->attention.out_bias = config_flag(c, "add_bias_linear", false);
    ignore(in,
           "apply_query_key_layer_scaling apply_residual_connection_post_layernorm post_layer_norm "
           "fp32_residual_connection original_rope rmsnorm multi_query_attention add_bias_linear");
}

// Pangu: biases in attention; experts beside a shared one of its own width.
void own_pangu(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    bool bias = config_flag(c, "bias attention_bias qkv_bias", true);
    m->attention.qkv_bias = m->attention.out_bias = bias;
    int width = config_int(c, "shared_expert_intermediate_size", 0);
    if (m->moe.experts > 0 && width > 0) {
        m->moe.shared_experts = 1;
        m->moe.d_shared = width;
    }
    ignore(in, "num_experts_per_group router_enable_expert_bias");
}

void own_pangu_ultra(Reading *in) {
    own_mla(in);
    in->model->norms = config_flag(in->config, "sandwich_norm", false) ? 4 : 2;
    in->model->moe.router_bias = config_flag(in->config, "router_enable_expert_bias", false);
}

// Diffusion: the weights are as of any other network.
void own_diffusion(Reading *in) {
    config_doubt(in->config, "it decodes blocks by diffusion, not a token a step");
    in->model->attention.qk_norm =
        config_flag(in->config, "qk_layernorm", in->model->attention.qk_norm);
    ignore(
        in,
        "rms_norm alibi block_type include_bias include_qkv_bias flash_attention mask_token_id "
        "max_sequence_length multi_query_attention layer_norm_with_affine precision scale_logits "
        "bias_for_layer_norm attention_layer_norm weight_tying input_emb_norm block_group_size "
        "attention_layer_norm_with_affine embedding_size mlp_ratio activation_type");
}

void own_llada2(Reading *in) {
    own_bailing(in);
    own_diffusion(in);
}

// A layer that is run several times is stored once.
void own_looped(Reading *in) {
    if (config_int(in->config, "total_ut_steps loop_num", 1) > 1)
        config_doubt(in->config, "its layers are run several times a token, which is not modelled");
    ignore(in, "loop_window_size early_exit_threshold layer_types");
}

// Norms before the output projections of both blocks, as wide as what they norm.
void own_bitnet(Reading *in) {
    in->model->extra_params = (double)in->model->d_model + in->model->ffn.d_ff;
}

// Norms have no weights at all.
void own_olmo(Reading *in) {
    in->model->norms = 0;
    ignore(in, "clip_qkv");
}

// Cross attention to images stands as attention of the text.
void own_mllama(Reading *in) {
    if (config_has(in->config, "cross_attention_layers"))
        config_doubt(in->config,
                     "layers that attend to images stand as layers that attend to text");
}
