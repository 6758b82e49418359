// What is particular to families of today.
#include <string.h>

#include "lua/import_family.h"

static void ignore(Reading *in, const char *keys) {
    config_has(in->config, keys);
}

void own_mla(Reading *in) {
    Config *c = in->config;
    Attention *a = &in->model->attention;
    ignore(in, "qk_head_dim q_head_dim indexer_types rope_interleave indexer_rope_interleave "
               "moe_shared_expert_intermediate_size dim_model_base use_mla");
    if (!config_flag(c, "use_mla", true)) {
        ignore(in, "q_lora_rank kv_lora_rank qk_nope_head_dim qk_rope_head_dim v_head_dim");
        return;
    }
    a->kind = ATTENTION_MLA;
    a->kv_heads = a->head_dim = 0;
    a->q_rank = config_int(c, "q_lora_rank attention_q_lora_dim", 0);
    a->kv_rank = config_need(c, "kv_lora_rank attention_kv_lora_dim");
    a->nope_dim = config_need(c, "qk_nope_head_dim attention_qk_dim");
    a->rope_dim = config_int(c, "qk_rope_head_dim attention_qk_rope_dim", 0);
    a->v_head_dim = config_int(c, "v_head_dim attention_v_dim", 0);
    if (config_has(c, "index_topk"))
        in->model->indexer = (Indexer){.heads = config_need(c, "index_n_heads"),
                                       .head_dim = config_need(c, "index_head_dim"),
                                       .top_k = config_need(c, "index_topk")};
}

// Layers from max_window_layers on are local, if the window is used at all.
void own_qwen2(Reading *in) {
    Config *c = in->config;
    bool used = config_flag(c, "use_sliding_window", false);
    int window = config_int(c, "sliding_window", 0);
    int first = config_int(c, "max_window_layers", 0);
    if (!used || window == 0 || config_has(c, "layer_types"))
        return;
    in->model->attention.window = window;
    for (int i = first; i < in->model->layers; i++)
        in->mixers[i] = 'l';
}

// A shared expert of its own width, scaled by a gate.
static void shared_expert(Reading *in, const char *key, bool gate) {
    Experts *moe = &in->model->moe;
    int width = config_int(in->config, key, 0);
    if (moe->experts == 0 || width == 0)
        return;
    moe->shared_experts = 1;
    moe->d_shared = width;
    moe->shared_gate = gate;
}

void own_qwen_moe(Reading *in) {
    own_qwen2(in);
    shared_expert(in, "shared_expert_intermediate_size", true);
}

void own_qwen_hybrid(Reading *in) {
    Config *c = in->config;
    int every = config_int(c, "full_attention_interval", 4);
    if (!config_has(c, "layer_types"))
        reading_pattern(in, every, 's');
    in->model->attention.gate = config_flag(c, "attn_output_gate", true);
    in->model->state = (StateMixer){.key_heads = config_need(c, "linear_num_key_heads"),
                                    .key_dim = config_need(c, "linear_key_head_dim"),
                                    .value_heads = config_need(c, "linear_num_value_heads"),
                                    .value_dim = config_need(c, "linear_value_head_dim"),
                                    .conv = config_int(c, "linear_conv_kernel_dim", 4),
                                    .scalars = 2,
                                    .gate = true,
                                    .delta = true};
    shared_expert(in, "shared_expert_intermediate_size", true);
    ignore(in, "use_sliding_window sliding_window mtp_use_dedicated_embeddings");
}

void own_glm4_moe(Reading *in) {
    in->model->attention.qk_norm = config_flag(in->config, "use_qk_norm", false);
}

void own_gpt_oss(Reading *in) {
    reading_local(in, 2);
    in->model->ffn.bias = in->model->moe.router_bias = in->model->attention.sinks = true;
}

void own_gemma2(Reading *in) {
    reading_local(in, 2);
}

void own_gemma3(Reading *in) {
    reading_local(in, config_int(in->config, "sliding_window_pattern _sliding_window_pattern", 6));
    ignore(in, "use_bidirectional_attention");
}

// Global layers have heads of their own; the dense block beside the experts is a shared expert.
void own_gemma4(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    Attention *a = &m->attention;
    reading_local(in, 6);
    int local_kv = a->kv_heads, local_dim = a->head_dim;
    a->k_eq_v = config_flag(c, "attention_k_eq_v", false);
    a->head_dim = config_int(c, "global_head_dim", a->head_dim);
    int global_kv = config_int(c, "num_global_key_value_heads", a->kv_heads);
    a->kv_heads = a->k_eq_v ? global_kv : a->kv_heads;
    a->shared_kv_layers = config_int(c, "num_kv_shared_layers", 0);
    m->layer_embedding = config_int(c, "hidden_size_per_layer_input", 0);
    if (config_flag(c, "use_double_wide_mlp", false) && a->shared_kv_layers <= m->layers) {
        double wide = m->ffn.d_ff * (1 + (double)a->shared_kv_layers / m->layers);
        m->ffn.d_ff = wide < 4e6 ? (int)(wide + 0.5) : 0;
        config_note(c, "Layers without a cache are twice as wide; the mean stands.");
    }
    m->local.head_dim = local_dim == a->head_dim ? 0 : local_dim;
    m->local.kv_heads = local_kv == a->kv_heads ? 0 : local_kv;
    m->local.k_eq_v = a->k_eq_v ? 1 : 0;
    ignore(in, "use_bidirectional_attention vocab_size_per_layer_input");
    if (config_flag(c, "enable_moe_block", false) && m->moe.experts > 0) {
        m->moe.shared_experts = 1;
        m->moe.d_shared = m->ffn.d_ff;
        m->norms = 8; // each of the two branches has its own, and the router a scale
        m->moe.router_bias = true;
    } else {
        memset(in->feeds, 'd', (size_t)m->layers);
    }
}

void own_llama4(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    m->attention.chunk = config_int(c, "attention_chunk_size", 0);
    m->attention.qk_norm = config_flag(c, "use_qk_norm", false);
    m->moe.shared_experts = 1;
    m->moe.d_expert = m->moe.d_shared = m->ffn.d_ff;
    m->ffn.d_ff = config_int(c, "intermediate_size_mlp", m->ffn.d_ff);
    ignore(in, "for_llm_compressor floor_scale attn_scale");
    const json_t *rope = config_list(c, "no_rope_layers");
    int every = config_int(c, "no_rope_layer_interval", 4);
    if (config_has(c, "layer_types") || m->attention.chunk == 0)
        return;
    reading_pattern(in, every, 'c');
    for (int i = 0; i < m->layers && (size_t)i < json_array_size(rope); i++)
        in->mixers[i] = config_int_at(c, "no_rope_layers", rope, (size_t)i) ? 'c' : 'g';
}

static void attention_list(Reading *in) {
    Config *c = in->config;
    const json_t *list = config_list(c, "attn_type_list");
    for (int i = 0; i < in->model->layers && (size_t)i < json_array_size(list); i++)
        in->mixers[i] = config_int_at(c, "attn_type_list", list, (size_t)i) ? 'g' : 's';
}

void reading_lightning(Reading *in) {
    const Attention *a = &in->model->attention;
    int dim = a->head_dim ? a->head_dim : in->model->d_model / a->heads;
    if (!strchr(in->mixers, 's'))
        return;
    in->model->state = (StateMixer){.key_heads = a->heads,
                                    .key_dim = dim,
                                    .value_heads = a->heads,
                                    .value_dim = dim,
                                    .gate = true};
}

void own_minimax_m2(Reading *in) {
    Config *c = in->config;
    in->model->moe.router_bias = config_flag(c, "use_routing_bias", true);
    bool norm = in->model->attention.qk_norm = config_flag(c, "use_qk_norm", true);
    in->model->attention.wide_qk_norm = norm;
    shared_expert(in, "shared_intermediate_size", false);
    attention_list(in);
    reading_lightning(in);
    int modules = config_int(c, "num_mtp_modules", 0);
    int layers = config_int(c, "mtp_transformer_layers", 1);
    in->model->mtp_layers =
        config_flag(c, "use_mtp", false) && modules < 64 && layers < 64 ? modules * layers : 0;
    ignore(in, "qk_norm_type");
}

void own_minimax_01(Reading *in) {
    attention_list(in);
    reading_lightning(in);
    shared_expert(in, "shared_intermediate_size", false);
    ignore(in,
           "postnorm shared_moe_mode layernorm_full_attention_alpha layernorm_full_attention_beta "
           "layernorm_linear_attention_alpha layernorm_linear_attention_beta layernorm_mlp_alpha "
           "layernorm_mlp_beta full_attn_alpha_factor full_attn_beta_factor block_size "
           "linear_attn_alpha_factor linear_attn_beta_factor mlp_alpha_factor mlp_beta_factor");
}

// Blocks by name, as newer configs list them.
static bool spell_blocks(Reading *in, char spelt[MODEL_LAYERS + 1]) {
    static const struct {
        const char *name;
        char letter;
    } BLOCKS[] = {
        {"mamba",     'M'},
        {"attention", '*'},
        {"mlp",       '-'},
        {"moe",       'E'}
    };
    const char *key =
        config_has(in->config, "layers_block_type") ? "layers_block_type" : "layer_types";
    const json_t *list = config_list(in->config, key);
    int count =
        (int)json_array_size(list) < MODEL_LAYERS ? (int)json_array_size(list) : MODEL_LAYERS;
    for (int i = 0; i < count; i++) {
        const char *name = config_text_at(in->config, key, list, (size_t)i);
        spelt[i] = '?';
        for (size_t k = 0; k < sizeof BLOCKS / sizeof *BLOCKS; k++)
            if (strcmp(name, BLOCKS[k].name) == 0)
                spelt[i] = BLOCKS[k].letter;
    }
    spelt[count] = '\0';
    return count > 0;
}

// Each layer is one block: M a state layer, * attention, - a dense feed-forward, E experts.
void own_nemotron_h(Reading *in) {
    static const char LETTERS[] = "M*-E", MIXERS[] = "sg--", FEEDS[] = "--de";
    Config *c = in->config;
    char spelt[MODEL_LAYERS + 1];
    const char *key = "hybrid_override_pattern", *pattern = config_text(c, key);
    if (!pattern && spell_blocks(in, spelt))
        pattern = spelt;
    if (!pattern || (int)strlen(pattern) != in->model->layers) {
        config_fail(c, key, "needs a letter for each of the %d layers", in->model->layers);
        return;
    }
    reading_mamba2(in, "mamba_num_heads", "mamba_head_dim", "ssm_state_size", "n_groups",
                   "conv_kernel");
    ignore(in,
           "expand use_bias use_conv_bias mamba_proj_bias sliding_window "
           "moe_shared_expert_intermediate_size mtp_hybrid_override_pattern mamba_ssm_cache_dtype "
           "moe_latent_size mtp_layers_block_type");
    if (strchr(pattern, 'E')) {
        reading_experts(in);
        in->model->moe.d_latent = config_int(c, "moe_latent_size", 0);
        if (in->model->moe.d_latent > 0)
            config_doubt(c, "experts' times are those of the whole width, not of the latent");
        in->model->moe.router_bias = true;
        int count = in->model->moe.shared_experts;
        shared_expert(in, "moe_shared_expert_intermediate_size", false);
        in->model->moe.shared_experts = count;
    }
    for (int i = 0; i < in->model->layers; i++) {
        const char *letter = strchr(LETTERS, pattern[i]);
        if (!letter) {
            config_fail(c, key, "'%c' is not one of M * - E", pattern[i]);
            return;
        }
        in->mixers[i] = MIXERS[letter - LETTERS];
        in->feeds[i] = FEEDS[letter - LETTERS];
    }
}

void own_granite_hybrid(Reading *in) {
    Config *c = in->config;
    int shared = config_int(c, "shared_intermediate_size", 0);
    reading_experts(in);
    if (in->model->moe.experts == 0) {
        in->model->ffn.d_ff = shared;
        ignore(in, "num_experts_per_tok");
    } else {
        shared_expert(in, "shared_intermediate_size", false);
    }
    if (strchr(in->mixers, 's'))
        reading_mamba2(in, "mamba_n_heads", "mamba_d_head", "mamba_d_state", "mamba_n_groups",
                       "mamba_d_conv");
    ignore(in, "mamba_n_heads mamba_d_head mamba_d_state mamba_n_groups mamba_d_conv mamba_expand "
               "mamba_conv_bias mamba_proj_bias normalization_function position_embedding_type");
}

// Mamba-1 layers, taken as state layers with heads of 64.
void own_jamba(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    int attention = config_int(c, "attn_layer_period", 8);
    int attention_at = config_int(c, "attn_layer_offset", 4);
    int experts = config_int(c, "expert_layer_period", 2);
    int experts_at = config_int(c, "expert_layer_offset", 1);
    double wide = (double)config_int(c, "mamba_expand", 2) * m->d_model;
    int inner = wide < 1e8 ? (int)wide : 0;
    ignore(in, "mamba_dt_rank");
    const json_t *rank = config_any(c, "mamba_dt_rank"); // or "auto"
    reading_mamba1(in, inner, config_int(c, "mamba_d_state", 16), config_int(c, "mamba_d_conv", 4),
                   json_is_integer(rank) ? config_int(c, "mamba_dt_rank", 0)
                                         : m->d_model / 16 + (m->d_model % 16 > 0));
    reading_experts(in);
    ignore(in, "mamba_conv_bias mamba_proj_bias mamba_inner_layernorms");
    for (int i = 0; i < m->layers; i++) {
        bool global = attention > 0 && i % attention == attention_at;
        in->mixers[i] = global ? 'g' : 's';
        bool expert = m->moe.experts > 1 && experts > 0 && i % experts == experts_at;
        in->feeds[i] = expert ? 'e' : 'd';
    }
}

void own_cohere(Reading *in) {
    bool norm = in->model->attention.qk_norm = config_flag(in->config, "use_qk_norm", false);
    in->model->attention.wide_qk_norm = norm;
    int every = config_int(in->config, "sliding_window_pattern _sliding_window_pattern", 4);
    if (config_has(in->config, "sliding_window"))
        reading_local(in, every);
    ignore(in, "layer_switch use_parallel_block use_parallel_embedding use_gated_activation");
}

// Exaone 4: a pattern such as LLLG, norms on queries and keys.
void own_exaone(Reading *in) {
    const json_t *pattern = config_any(in->config, "sliding_window_pattern");
    const char *type = config_text(in->config, "model_type");
    in->model->attention.qk_norm = type && strcmp(type, "exaone") != 0;
    if (json_is_integer(pattern))
        reading_local(in, config_int(in->config, "sliding_window_pattern", 4));
    else if (json_is_string(pattern))
        reading_local(in, (int)json_string_length(pattern));
    in->model->moe.router_bias = in->model->moe.experts > 0;
    ignore(in, "sliding_window first_last_k_dense_replace moe_router_activation_func");
}

void own_hunyuan(Reading *in) {
    Config *c = in->config;
    in->model->attention.qk_norm = config_flag(c, "use_qk_norm qk_norm", false);
    in->model->moe.router_bias = config_flag(c, "moe_router_enable_expert_bias", false);
    int skipped = config_int(c, "moe_layer_num_skipped", 0);
    for (int i = 0; i < skipped && i < in->model->layers; i++)
        in->feeds[i] = 'd';
    ignore(
        in,
        "use_mixed_mlp_moe cla_share_factor org_vocab_size moe_drop_tokens "
        "moe_random_routing_dropped_token routed_scaling_factor pool_type use_cla "
        "enable_lm_head_fp32 "
        "enable_attention_fp32_softmax enable_moe_fp32_combine moe_router_use_sigmoid route_norm "
        "router_scaling_factor im_start_id im_end_id text_start_id text_end_id");
}

void own_ernie(Reading *in) {
    Config *c = in->config;
    in->model->moe.router_bias = config_flag(c, "moe_use_aux_free", false);
    bool bias = config_flag(c, "use_bias", false);
    in->model->attention.qkv_bias = in->model->attention.out_bias = in->model->ffn.bias = bias;
    ignore(in, "moe_capacity moe_gate moe_use_hard_gate moe_multimodal_dispatch_use_allgather "
               "moe_group moe_aux_loss_lambda moe_orthogonal_loss_lambda fuse_gate_detach_matmul");
}

// Images have experts of their own, which text does not pass.
void own_ernie_vl(Reading *in) {
    own_ernie(in);
    config_note(in->config, "The experts for images are left out.");
    ignore(in, "temporal_conv_size spatial_conv_size pixel_hidden_size use_recompute "
               "moe_dropout_prob freq_allocation");
}

void own_seed_oss(Reading *in) {
    in->model->attention.out_bias = config_flag(in->config, "attention_out_bias", false);
}
