// What is particular to families of 2025-26 with layers of several kinds: states, convolutions, windows, shortcuts.
#include <limits.h>
#include <string.h>

#include "lua/import_family.h"

static void ignore(Reading *in, const char *keys) {
    config_has(in->config, keys);
}

// Each layer becomes `parts` layers, one after the other; false where those are too many.
static bool multiply_layers(Reading *in, int parts) {
    Model *m = in->model;
    if (m->layers > MODEL_LAYERS / parts)
        return config_fail(in->config, "num_hidden_layers", "%d layers of %d parts are too many",
                           m->layers, parts);
    for (int i = m->layers * parts - 1; i >= 0; i--) {
        in->mixers[i] = in->mixers[i / parts];
        in->feeds[i] = in->feeds[i / parts];
    }
    m->layers *= parts;
    return true;
}

// Attention and a state side by side stand one after the other.
void own_falcon_h1(Reading *in) {
    reading_mamba2(in, "mamba_n_heads", "mamba_d_head", "mamba_d_state", "mamba_n_groups",
                   "mamba_d_conv");
    ignore(in, "mamba_d_ssm mamba_expand mamba_conv_bias mamba_proj_bias mamba_rms_norm "
               "mamba_norm_before_gate mamba_use_mlp projectors_bias attn_layer_indices "
               "mlp_expansion_factor");
    if (!multiply_layers(in, 2))
        return;
    for (int i = 0; i < in->model->layers; i += 2) {
        in->mixers[i] = 's';
        in->feeds[i] = '-';
    }
    config_note(in->config, "Each layer, attention and state side by side, stands as two.");
}

// Two attentions and two dense blocks, with experts beside them; of the chosen experts some do nothing.
void own_longcat(Reading *in) {
    Config *c = in->config;
    Experts *moe = &in->model->moe;
    own_mla(in);
    int none = config_int(c, "zero_expert_num", 0);
    if (moe->experts > 0 && none > 0 && none < 65536) {
        double share = (double)moe->experts / (moe->experts + none);
        moe->top_k = (int)(moe->top_k * share + 0.5);
        moe->top_k = moe->top_k < 1 ? 1 : moe->top_k;
        config_note(c, "A token's experts are the mean of those that do something.");
    }
    ignore(in, "attention_method zero_expert_type mla_scale_q_lora mla_scale_kv_lora");
    in->model->moe.router_bias = true;
    if (moe->experts == 0 || !multiply_layers(in, 3))
        return;
    for (int i = 0; i < in->model->layers; i++) {
        in->mixers[i] = "gg-"[i % 3];
        in->feeds[i] = "dde"[i % 3];
    }
    config_note(c, "Each layer, two attentions, two dense blocks and experts, stands as three.");
}

// Gated short convolutions stand as states that hold next to nothing.
void own_lfm2(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    const json_t *full = config_list(c, "full_attn_idxs");
    if (!config_has(c, "layer_types")) {
        memset(in->mixers, 's', (size_t)m->layers);
        for (size_t i = 0; i < json_array_size(full); i++) {
            int layer = config_int_at(c, "full_attn_idxs", full, i);
            if (layer < m->layers)
                in->mixers[layer] = 'g';
        }
    }
    int half = m->d_model / 2 > 0 ? m->d_model / 2 : 1;
    m->state = (StateMixer){.key_heads = half,
                            .key_dim = 1,
                            .value_heads = half,
                            .value_dim = 2,
                            .conv = config_int(c, "conv_L_cache", 3),
                            .gate = true};
    int inner = config_int(c, "block_ff_dim", 0);
    int given = inner > 0 ? inner : m->ffn.d_ff;
    double width = given;
    if (config_flag(c, "block_auto_adjust_ff_dim", false)) {
        const json_t *by = config_any(c, "block_ffn_dim_multiplier");
        int step = config_int(c, "block_multiple_of", 256);
        width = (double)(int)(2.0 * given / 3) * (json_is_number(by) ? json_number_value(by) : 1);
        if (step > 0 && width > 0 && width < INT_MAX)
            width = ((long long)width + step - 1) / step * (double)step;
    }
    m->ffn.d_ff = width >= 0 && width < INT_MAX ? (int)width : 0;
    m->moe.router_bias = config_flag(c, "use_expert_bias", false);
    ignore(in, "conv_dim conv_bias conv_use_xavier_init block_dim block_mlp_init_scale "
               "block_norm_eps block_out_init_scale block_use_swiglu block_use_xavier_init "
               "block_multiple_of block_ffn_dim_multiplier use_pos_enc");
}

// A list of layers, from 1, as the letter.
static void mark_layers(Reading *in, const char *key, char letter) {
    const json_t *list = config_list(in->config, key);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int layer = config_int_at(in->config, key, list, i);
        if (layer >= 1 && layer <= in->model->layers)
            in->mixers[layer - 1] = letter;
    }
}

// Layers with a delta rule per channel, and latent attention.
void own_kimi_linear(Reading *in) {
    Config *c = in->config;
    json_t *before;
    in->model->attention.head_dim = 0;
    own_mla(in);
    in->model->moe.router_bias = true;
    ignore(in, "mla_use_nope use_grouped_topk");
    if (!config_enter(c, "linear_attn_config", &before))
        return;
    mark_layers(in, "kda_layers", 's');
    mark_layers(in, "full_attn_layers", 'g');
    int heads = config_need(c, "num_heads"), dim = config_need(c, "head_dim");
    in->model->state = (StateMixer){.key_heads = heads,
                                    .key_dim = dim,
                                    .value_heads = heads,
                                    .value_dim = dim,
                                    .conv = config_int(c, "short_conv_kernel_size", 4),
                                    .rank = dim,
                                    .scalars = 1,
                                    .delta = true};
    config_leave(c, before);
}

// What local layers have of their own; equal numbers need not be said.
static void local_heads(Reading *in, LocalAttention local) {
    const Attention *a = &in->model->attention;
    int v = a->v_head_dim ? a->v_head_dim : a->head_dim, lv = local.v_head_dim;
    in->model->local.heads = local.heads == a->heads ? 0 : local.heads;
    in->model->local.kv_heads = local.kv_heads == a->kv_heads ? 0 : local.kv_heads;
    in->model->local.head_dim = local.head_dim == a->head_dim ? 0 : local.head_dim;
    in->model->local.v_head_dim = lv == v ? 0 : lv;
}

// Windows by a list of ones, with heads of their own.
void own_mimo_v2(Reading *in) {
    Config *c = in->config;
    Attention *a = &in->model->attention;
    const json_t *pattern = config_list(c, "hybrid_layer_pattern");
    a->v_head_dim = config_int(c, "v_head_dim", 0);
    a->sinks = config_flag(c, "add_full_attention_sink_bias", false) ||
               config_flag(c, "add_swa_attention_sink_bias", false);
    in->model->moe.router_bias = true;
    local_heads(in,
                (LocalAttention){.heads = config_int(c, "swa_num_attention_heads", a->heads),
                                 .kv_heads = config_int(c, "swa_num_key_value_heads", a->kv_heads),
                                 .head_dim = config_int(c, "swa_head_dim", a->head_dim),
                                 .v_head_dim = config_int(c, "swa_v_head_dim", a->v_head_dim)});
    int window = config_int(c, "sliding_window sliding_window_size", 0);
    ignore(in, "sliding_window_size attention_chunk_size attention_value_scale");
    for (int i = 0; i < in->model->layers && (size_t)i < json_array_size(pattern); i++)
        if (config_flag_at(c, "hybrid_layer_pattern", pattern, (size_t)i)) {
            in->mixers[i] = 'l';
            a->window = window;
        }
}

// "4,5,6": the layers with experts.
static void enumerate_experts(Reading *in) {
    const char *list = config_text(in->config, "moe_layers_enum");
    if (!list || in->model->moe.experts == 0)
        return;
    memset(in->feeds, 'd', (size_t)in->model->layers);
    for (int layer = 0; *list; list++) {
        layer =
            *list >= '0' && *list <= '9' && layer < INT_MAX / 10 - 1 ? layer * 10 + *list - '0' : 0;
        bool last = list[1] < '0' || list[1] > '9';
        if (*list >= '0' && *list <= '9' && last && layer < in->model->layers)
            in->feeds[layer] = 'e';
    }
}

// Step 3: queries through a compressed width. Step 3.5: windows with heads of their own, a gate a head.
void own_step(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    json_t *before;
    m->attention.kv_heads = config_int(c, "num_attention_groups num_key_value_heads", 1);
    m->attention.q_rank = config_int(c, "share_q_dim", 0);
    m->attention.qk_norm = config_flag(c, "use_qk_norm", m->attention.q_rank == 0);
    m->moe.router_bias = config_flag(c, "use_moe_router_bias", false);
    enumerate_experts(in);
    int width = config_int(c, "share_expert_dim share_expert_dims", 0);
    if (m->moe.experts > 0 && width > 0) {
        m->moe.shared_experts = 1;
        m->moe.d_shared = width;
    }
    if (config_flag(c, "use_head_wise_attn_gate", false) && m->attention.heads < 65536)
        m->extra_params = (double)m->d_model * m->attention.heads;
    ignore(in,
           "use_moe norm_expert_weight moe_every_n_layer moe_router_scaling_factor need_fp32_gate "
           "sink att_impl_type use_swiglu_limit zero_centered layer_types yarn_only_types");
    if (!config_enter(c, "attention_other_setting", &before))
        return;
    local_heads(in, (LocalAttention){
                        .heads = config_int(c, "num_attention_heads", m->attention.heads),
                        .kv_heads = config_int(c, "num_attention_groups", m->attention.kv_heads),
                        .head_dim = config_int(c, "head_dim", m->attention.head_dim)});
    config_leave(c, before);
}

// The width that a share of 2/3 of four model widths has, to the next 256.
static int nas_width(double by, int d_model) {
    double inner = (double)(long long)(2 * by * d_model / 3);
    return by > 0 && inner < 4e6 ? (int)((long long)(inner + 255) / 256 * 256) : 0;
}

// The letters of one layer; the width of its feed-forward, 0 where there is none.
static int nas_block(Reading *in, const json_t *block, int layer) {
    Attention *a = &in->model->attention;
    const json_t *attention = json_object_get(block, "attention");
    const json_t *ffn = json_object_get(block, "ffn");
    const json_t *group = json_object_get(attention, "n_heads_in_group");
    json_int_t size = json_integer_value(group);
    if (json_is_true(json_object_get(attention, "replace_with_linear")) ||
        json_is_true(json_object_get(ffn, "replace_with_linear")))
        config_doubt(in->config, "a block that is one matrix is not counted");
    bool attends =
        size > 0 && size <= a->heads && !json_is_true(json_object_get(attention, "no_op"));
    if (attends)
        a->kv_heads = a->heads / (int)size;
    double by = json_number_value(json_object_get(ffn, "ffn_mult"));
    int width = json_is_true(json_object_get(ffn, "no_op")) ? 0 : nas_width(by, in->model->d_model);
    in->mixers[layer] = attends ? 'g' : '-';
    in->feeds[layer] = width > 0 ? 'd' : '-';
    return width;
}

// Layers picked by a search: attention or feed-forward may be missing, and widths differ.
void own_nemotron_nas(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    const json_t *blocks = config_list(c, "block_configs");
    double sum = 0, dense = 0;
    int kept = 0;
    if (!blocks || json_array_size(blocks) < (size_t)m->layers) {
        config_fail(c, "block_configs", "needs an entry for each of the %d layers", m->layers);
        return;
    }
    for (int i = 0; i < m->layers; i++) {
        int width = nas_block(in, json_array_get(blocks, (size_t)i), kept);
        dense += width > 0;
        sum += width;
        kept += in->mixers[kept] != '-' || in->feeds[kept] != '-'; // an empty layer is none
    }
    m->layers = kept > 0 ? kept : 1;
    m->ffn.d_ff = dense > 0 ? (int)(sum / dense + 0.5) : 0;
    config_note(c, "Feed-forward widths differ from layer to layer; the mean stands.");
}

// Lightning attention in all but every so manieth layer.
static void grouped_lightning(Reading *in, int group) {
    Model *m = in->model;
    if (group < 2)
        return;
    reading_pattern(in, group, 's');
    int whole = m->layers / group * group; // what is left over attends
    for (int i = whole; i < m->layers; i++)
        in->mixers[i] = 'g';
    reading_lightning(in);
}

void own_bailing(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    bool linear = config_has(c, "layer_group_size");
    m->attention.qk_norm = config_flag(c, "use_qk_norm", false);
    m->attention.qkv_bias = config_flag(c, "use_qkv_bias", false);
    m->attention.out_bias = config_flag(c, "use_bias", false);
    m->moe.router_bias = config_flag(c, "moe_router_enable_expert_bias", false);
    int width = config_int(c, "moe_shared_expert_intermediate_size", 0);
    if (m->moe.shared_experts > 0 && width > 0)
        m->moe.d_shared = width;
    ignore(in, "norm_head norm_softmax group_norm_size linear_silu use_linear_silu head_dim "
               "moe_router_enable_routed_scaling num_kv_heads_for_linear_attn");
    if (linear)
        grouped_lightning(in, config_int(c, "layer_group_size", 1));
    if (config_has(c, "kv_lora_rank"))
        own_mla(in);
}

// Trinity: windows with a gate on every attention's output.
void own_afmoe(Reading *in) {
    Config *c = in->config;
    in->model->attention.gate = true;
    reading_local(in, config_int(c, "global_attn_every_n_layers", 4));
    ignore(in, "mup_enabled route_norm route_scale num_expert_groups num_limited_groups score_func "
               "global_attn_every_n_layers use_grouped_mm");
}

// State layers but for the listed ones; each with a feed-forward.
void own_bamba(Reading *in) {
    Config *c = in->config;
    const json_t *list = config_list(c, "attn_layer_indices");
    if (json_array_size(list) > 0)
        memset(in->mixers, 's', (size_t)in->model->layers);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int layer = config_int_at(c, "attn_layer_indices", list, i);
        if (layer < in->model->layers)
            in->mixers[layer] = 'g';
    }
    reading_mamba2(in, "mamba_n_heads", "mamba_d_head", "mamba_d_state", "mamba_n_groups",
                   "mamba_d_conv");
    ignore(in, "mamba_expand mamba_conv_bias mamba_proj_bias z_loss_coefficient");
}

// States alone; the heads of attention, of which there is none, are theirs.
static void states_only(Reading *in) {
    Model *m = in->model;
    memset(in->mixers, 's', (size_t)m->layers);
    m->attention = (Attention){.heads = m->state.value_heads, .head_dim = m->state.value_dim};
    config_note(in->config, "It has no attention: the heads given for it are those of the states.");
}

void own_mamba2(Reading *in) {
    reading_mamba2(in, "num_heads", "head_dim", "state_size", "n_groups", "conv_kernel");
    memset(in->feeds, '-', (size_t)in->model->layers);
    states_only(in);
    ignore(in, "expand use_bias use_conv_bias rms_norm hidden_dropout norm_before_gate");
}

// Mamba-1: heads of 64, step sizes through a rank.
void reading_mamba1(Reading *in, int inner, int state, int conv, int rank) {
    if (inner < 64 || inner % 64 != 0) {
        config_fail(in->config, NULL, "the states' width, %d, is no multiple of 64", inner);
        return;
    }
    in->model->state = (StateMixer){.key_heads = 1,
                                    .key_dim = state,
                                    .value_heads = inner / 64,
                                    .value_dim = 64,
                                    .conv = conv,
                                    .rank = rank,
                                    .gate = true};
}

void own_mamba1(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    double wide = (double)config_int(c, "expand", 2) * m->d_model;
    int inner = config_int(c, "intermediate_size d_inner", wide < 1e8 ? (int)wide : 0);
    reading_mamba1(in, inner, config_int(c, "state_size", 16), config_int(c, "conv_kernel", 4),
                   config_int(c, "time_step_rank", (m->d_model + 15) / 16));
    memset(in->feeds, '-', (size_t)m->layers);
    states_only(in);
    ignore(in, "expand use_bias use_conv_bias use_mambapy mixer_rms_eps time_step_rank d_inner");
}

// RWKV-7: decays, rates, gates and value mixes come through ranks of their own.
void own_rwkv7(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    int dim = config_int(c, "head_dim head_size", 64),
        inner = config_int(c, "intermediate_size", 0);
    double d = m->d_model, ranks = 0;
    static const char *const RANKS[] = {"decay_low_rank_dim", "a_low_rank_dim", "v_low_rank_dim",
                                        "gate_low_rank_dim"};
    for (int i = 0; i < 4; i++)
        ranks += config_int(c, RANKS[i], i == 3 ? 128 : i == 2 ? 32 : 64);
    dim = dim > 0 && dim <= m->d_model ? dim : m->d_model;
    int heads = m->d_model / dim;
    m->state = (StateMixer){
        .key_heads = heads, .key_dim = dim, .value_heads = heads, .value_dim = dim, .delta = true};
    m->ffn.d_ff = inner > 0 ? inner : m->d_model < 1048576 ? 4 * m->d_model : 0;
    m->extra_params = ranks < 1e6 ? 2 * d * ranks + 16 * d : 0;
    states_only(in);
    ignore(
        in,
        "attn attn_mode hidden_ratio norm_first num_heads value_dim use_l2warp fuse_cross_entropy "
        "fuse_norm fuse_linear_cross_entropy norm_bias a_low_rank_dim");
}

// OLMo hybrid: gated delta rule and attention whose queries and keys are normed over their whole width.
void own_olmo_hybrid(Reading *in) {
    own_qwen_hybrid(in);
    in->model->attention.gate = false;
    ignore(in, "linear_use_gate linear_allow_neg_eigval");
}
