#include "sim/base/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "lua/commands.h"
#include "lua/file.h"
#include "lua/import.h"
#include "lua/library.h"
#include "lua/record.h"

#define LLAMA                                                                                      \
    "'architectures': ['LlamaForCausalLM'], 'hidden_size': 64, 'num_hidden_layers': 4, "           \
    "'num_attention_heads': 8, 'vocab_size': 100, 'intermediate_size': 128"

#define QWEN2                                                                                      \
    "'architectures': ['Qwen2ForCausalLM'], 'hidden_size': 64, 'num_hidden_layers': 8, "           \
    "'num_attention_heads': 8, 'vocab_size': 100, 'intermediate_size': 128, 'sliding_window': 16"

#define QWEN2_MOE                                                                                  \
    "'architectures': ['Qwen2MoeForCausalLM'], 'hidden_size': 64, 'num_hidden_layers': 6, "        \
    "'num_attention_heads': 8, 'vocab_size': 100, 'intermediate_size': 128, 'num_experts': 4, "    \
    "'num_experts_per_tok': 2, 'moe_intermediate_size': 32"

// A config with ' for ", as a model in the arena; NULL with the reason.
static Model *read_config(const char *quoted, const char *family, Arena *arena, Error *err) {
    Text text = {0};
    text_add(&text, quoted);
    for (char *at = text.data; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    Model *model = arena_take(arena, sizeof *model);
    Import import = {.file = "config.json", .family = family};
    memset(err, 0, sizeof *err);
    bool ok = import_model(&import, text.data, text.length, arena, model, err) &&
              model_finish(model, err);
    text_free(&text);
    return ok ? model : NULL;
}

TEST(import, refuses_what_is_no_config) {
    // clang-format off
    static const struct {
        const char *text, *says;
        int line;
    } CASES[] = {
        {"",                                                                     "column 1: ",                                 1},
        {"{'a': 1,\n 'b': }",                                                    "column 7: ",                                 2},
        {"{'a': 1,\n 'a': 2}",                                                   "duplicate object key",                       2},
        {"[1, 2]",                                                               "is not a JSON object",                       0},
        {"{}",                                                                   "neither architectures nor model_type",       0},
        {"{'architectures': ['LlamaForCausalLM']}",                              "has no 'hidden_size'",                       0},
        {"{" LLAMA ",\n  'head_dim': '64'}",                                     "column 3: head_dim: takes a whole number, not a text", 2},
        {"{" LLAMA ",\n\n 'head_dim': -1}",                                      "column 2: head_dim: -1 is not a whole",      3},
        {"{" LLAMA ", 'head_dim': 1.5}",                                         "1.5 is not a whole number",                  1},
        {"{" LLAMA ", 'head_dim': 99999999999}",                                 "is not a whole number from 0",               1},
        {"{" LLAMA ", 'head_dim': 999999999999999999999999}",                    "too big integer",                            1},
        {"{" LLAMA ", 'head_dim': 9000}",                                        "head_dim: 9000 is outside 0 to 8192",                            0},
        {"{" LLAMA ", 'num_key_value_heads': 3}",                                "kv_heads = 3 does not divide heads = 8",     0},
        {"{" LLAMA ", 'attention_bias': 1}",                                     "takes true or false, not a number",          1},
        {"{" LLAMA ", 'layer_types': 3}",                                        "layer_types: takes a list, not a number",    1},
        {"{" LLAMA ", 'layer_types': ['full_attention']}",                       "has 1 entries for 4 layers",                 1},
        {"{" LLAMA ", 'layer_types': [1, 2, 3, 4]}",                             "takes a list of texts, not of a number",     1},
        {"{" LLAMA ", 'layer_types': ['a', 'b', 'c', 'd']}",                     "'a' is not understood",                      1},
        {"{" LLAMA ", 'num_key_value_heads': [8, 8, 4, 4]}",                     "differs from layer to layer",                1},
        {"{'architectures': ['LlamaForCausalLM'], 'hidden_size': 64, 'num_hidden_layers': 2000}", "2000 layers are more than 1024", 1},
        {"{'architectures': ['Zamba2ForCausalLM']}",                             "attention blocks are shared by many layers", 0},
        {"{'architectures': ['Phi4FlashForCausalLM']}",                          "a model cannot be made of a samba",          0},
        {"{'architectures': ['T5GemmaForConditionalGeneration']}",               "it is no decoder-only network",              0},
        {"{'architectures': 3, 'model_type': []}",                               "neither architectures nor model_type",       0},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Arena *arena = arena_new();
        Error err;
        bool searched = strstr(CASES[i].text, "block_configs");
        if (read_config(CASES[i].text, searched ? "nemotron_nas" : NULL, arena, &err))
            fail_msg("case %zu is taken", i);
        if (!strstr(err.what, CASES[i].says) || err.line != CASES[i].line)
            fail_msg("case %zu: line %d: %s", i, err.line, err.what);
        arena_free(arena);
    }
}

TEST(import, survives_nested_bombs) {
    static const char *const OPENINGS[] = {"[", "{'a':", "{'text_config':"};
    for (int i = 0; i < 3; i++) {
        Text text = {0};
        while (text.length < 1000000)
            text_add(&text, OPENINGS[i]);
        Arena *arena = arena_new();
        Error err;
        assert_null(read_config(text.data, NULL, arena, &err));
        assert_non_null(strstr(err.what, "depth"));
        arena_free(arena);
        text_free(&text);
    }
}

TEST(import, names_the_nearest_family) {
    Arena *arena = arena_new();
    Error err;
    assert_null(read_config("{'architectures': ['LlamaXForCausalLM']}", NULL, arena, &err));
    assert_non_null(strstr(err.what, "'LlamaXForCausalLM' is not a known one"));
    assert_non_null(strstr(err.hint, "--as llama "));
    assert_null(read_config("{'model_type': 'qwen3-moee'}", NULL, arena, &err));
    assert_non_null(strstr(err.hint, "--as qwen3_moe "));
    assert_null(read_config("{'model_type': 'zzzzzzzzz'}", NULL, arena, &err));
    assert_non_null(strstr(err.hint, "--as FAMILY"));
    assert_null(read_config("{" LLAMA "}", "lama", arena, &err));
    assert_non_null(strstr(err.hint, "--as llama "));
    const char *other = "{'architectures': ['MyForCausalLM'], 'hidden_size': 64, 'num_layers': 4, "
                        "'n_head': 8, 'vocab_size': 100, 'intermediate_size': 128}";
    assert_null(read_config(other, NULL, arena, &err));
    const Model *model = read_config(other, "llama", arena, &err);
    assert_non_null(model);
    assert_int_equal(model->layers, 4);
    arena_free(arena);
}

TEST(import, names_keys_that_it_does_not_understand) {
    // clang-format off
    static const struct {
        const char *keys, *doubtful;
    } CASES[] = {
        {"'rope_theta': 1e6, 'pad_token_id': 3, 'use_cache': true, 'eos_token_id': [1, 2]", NULL},
        {"'expert_groups': 0, 'other_heads': null, 'twist': false, 'names': []", NULL},
        {"'time_limits': [0.0, 1.0]", "keys not understood: time_limits"},
        {"'altup_inputs': 4, 'laurel_rank': 64", "keys not understood: altup_inputs, laurel_rank"},
        {"'time_step_limit': [0.0, Infinity], 'a': NaN", NULL},
        {"'sliding_window': 64", "keys not understood: sliding_window"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[512];
        Arena *arena = arena_new();
        Error err;
        snprintf(text, sizeof text, "{" LLAMA ", %s}", CASES[i].keys);
        const Model *model = read_config(text, NULL, arena, &err);
        if (!model)
            fail_msg("case %zu: %s", i, err.what);
        const char *wanted = CASES[i].doubtful ? CASES[i].doubtful : "";
        assert_string_equal(model->doubtful ? model->doubtful : "", wanted);
        arena_free(arena);
    }
}

TEST(import, suggests_formats_for_quantised_weights) {
    // clang-format off
    static const struct {
        const char *quantised, *says;
    } CASES[] = {
        {"'quant_method': 'fp8', 'weight_block_size': [128, 128], 'activation_scheme': 'dynamic'", "formats fp8_block"},
        {"'quant_method': 'fbgemm_fp8', 'modules_to_not_convert': ['lm_head', 'a', 'b', 'c', 'd', 'e']",
         "formats fp8. Not quantised: lm_head, a, b, c and 2 more."},
        {"'quant_method': 'mxfp4', 'modules_to_not_convert': ['lm_head']", "formats mxfp4. Not quantised: lm_head."},
        {"'quant_method': 'modelopt', 'quant_algo': 'NVFP4', 'ignore': ['lm_head']", "4.5 bits each; formats nvfp4. Not quantised: lm_head."},
        {"'quant_method': 'modelopt', 'quant_algo': 'FP8', 'exclude_modules': ['lm_head']", "formats fp8. Not quantised"},
        {"'quant_method': 'modelopt', 'quant_algo': 'MIXED_PRECISION', 'config_groups': {'group_0': {'weights': "
         "{'num_bits': 4, 'type': 'float', 'group_size': 16}}}", "formats nvfp4"},
        {"'quant_method': 'awq', 'bits': 4, 'group_size': 128, 'zero_point': true", "4.125 bits each; formats int4"},
        {"'quant_method': 'gptq', 'bits': 4, 'group_size': 32", "4.5 bits each; formats int4"},
        {"'quant_method': 'auto-round', 'bits': 4, 'group_size': 128, 'packing_format': 'auto_round:auto_gptq'", "formats int4"},
        {"'quant_method': 'gptq', 'bits': 8, 'group_size': -1", "int8; formats int8"},
        {"'quant_method': 'gptq', 'bits': 3, 'group_size': 128", "int3, a 16-bit scale for 128 values: 3.125 bits each, for which there are no"},
        {"'quant_method': 'compressed-tensors', 'format': 'pack-quantized', 'config_groups': {'group_0': {'weights': "
         "{'num_bits': 4, 'group_size': 32, 'type': 'int'}}}, 'ignore': ['lm_head', 're:.*self_attn.*']", "formats int4. Not quantised: lm_head, re:.*self_attn.*."},
        {"'quant_method': 'compressed-tensors', 'format': 'float-quantized', 'config_groups': {'group_0': {'weights': "
         "{'num_bits': 8, 'type': 'float', 'strategy': 'channel'}}}", "formats fp8."},
        {"'quant_method': 'compressed-tensors', 'config_groups': {'group_0': {'weights': "
         "{'num_bits': 8, 'type': 'float', 'strategy': 'block', 'block_structure': [128, 128]}}}", "formats fp8_block."},
        {"'quant_method': 'compressed-tensors', 'format': 'nvfp4-pack-quantized', 'config_groups': {'group_0': {'weights': "
         "{'num_bits': 4, 'type': 'float', 'group_size': 16}}}", "formats nvfp4"},
        {"'quant_method': 'compressed-tensors', 'format': 'mxfp4-pack-quantized', 'config_groups': {'group_0': {'weights': "
         "{'num_bits': 4, 'type': 'float', 'group_size': 32}}}", "formats mxfp4"},
        {"'quant_method': 'bitsandbytes', 'load_in_4bit': true, 'bnb_4bit_quant_type': 'nf4'", "formats int4"},
        {"'quant_method': 'bitsandbytes', '_load_in_8bit': true, 'llm_int8_skip_modules': ['lm_head']", "formats int8. Not quantised: lm_head."},
        {"'quant_method': 'quark', 'global_quant_config': {'weight': {'dtype': 'fp4', 'group_size': 32}}, 'exclude': ['lm_head']",
         "formats mxfp4. Not quantised: lm_head."},
        {"'quant_method': 'quark', 'global_quant_config': {'weight': {'dtype': 'fp8_e4m3'}}", "formats fp8."},
        {"'quant_method': 'torchao', 'quant_type': {'default': {'_type': 'Float8DynamicActivationFloat8WeightConfig', '_data': {}}}", "formats fp8."},
        {"'quant_method': 'torchao', 'quant_type': 'int4_weight_only'", "formats int4"},
        {"'quant_method': 'hqq', 'bits': 4, 'group_size': 64", "formats int4"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[1024];
        Arena *arena = arena_new();
        Error err;
        snprintf(text, sizeof text, "{" LLAMA ", 'quantization_config': {%s}}", CASES[i].quantised);
        const Model *model = read_config(text, NULL, arena, &err);
        if (!model)
            fail_msg("case %zu: %s", i, err.what);
        if (!model->notes || model->doubtful || !strstr(model->notes, CASES[i].says))
            fail_msg("case %zu: %s", i, model->notes ? model->notes : model->doubtful);
        arena_free(arena);
    }
}

TEST(import, warns_of_weights_quantised_in_unknown_ways) {
    static const struct {
        const char *quantised, *says;
    } CASES[] = {
        {"'quant_method': 'vptq', 'config_for_layers': {}",        "the method 'vptq' is not known"},
        {"'quant_method': 'bitnet', 'linear_class': 'bitlinear'",  "'bitnet' is not known"         },
        {"'quant_method': 3, 'bits': 'many', 'config_groups': []", "the method '?' is not known"   },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[512];
        Arena *arena = arena_new();
        Error err;
        snprintf(text, sizeof text, "{" LLAMA ", 'quantization_config': {%s}}", CASES[i].quantised);
        const Model *model = read_config(text, NULL, arena, &err);
        assert_non_null(model);
        if (!model->doubtful || !strstr(model->doubtful, CASES[i].says))
            fail_msg("case %zu: %s", i, model->doubtful);
        arena_free(arena);
    }
}

static bool same_text(const char *a, const char *b) {
    return strcmp(a ? a : "", b ? b : "") == 0;
}

TEST(import, places_windows_and_experts) {
    // clang-format off
    static const struct {
        const char *config, *mixers, *feeds;
        int window, first_dense;
    } CASES[] = {
        {"{" QWEN2 "}",                                                            NULL,       NULL,     0,  0},
        {"{" QWEN2 ", 'use_sliding_window': false, 'max_window_layers': 2}",       NULL,       NULL,     0,  0},
        {"{" QWEN2 ", 'use_sliding_window': true, 'max_window_layers': 0}",        NULL,       NULL,     16, 0},
        {"{" QWEN2 ", 'use_sliding_window': true, 'max_window_layers': 6}",        "ggggggll", NULL,     16, 0},
        {"{" QWEN2_MOE "}",                                                        NULL,       NULL,     0,  0},
        {"{" QWEN2_MOE ", 'decoder_sparse_step': 2}",                              NULL,       "de",     0,  0},
        {"{" QWEN2_MOE ", 'mlp_only_layers': [0, 1]}",                             NULL,       NULL,     0,  2},
        {"{" QWEN2_MOE ", 'mlp_only_layers': [5]}",                                NULL,       "eeeeed", 0,  0},
        {"{" QWEN2_MOE ", 'first_k_dense_replace': 1}",                            NULL,       NULL,     0,  1},
        {"{" QWEN2_MOE ", 'moe_layer_freq': [0, 1, 1, 1, 1, 1]}",                  NULL,       NULL,     0,  1},
        {"{" QWEN2_MOE ", 'moe_layer_freq': 3}",                                   NULL,       "edd",    0,  0},
        {"{" QWEN2_MOE ", 'moe_layers': [1, 3, 5]}",                               NULL,       "de",     0,  0},
        {"{" QWEN2_MOE ", 'mlp_layer_types': ['dense', 'sparse', 'sparse', 'sparse', 'sparse', 'sparse']}", NULL, NULL, 0, 1},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Arena *arena = arena_new();
        Error err;
        const Model *model = read_config(CASES[i].config, NULL, arena, &err);
        if (!model)
            fail_msg("case %zu: %s", i, err.what);
        if (!same_text(model->mixers, CASES[i].mixers) ||
            !same_text(model->feeds, CASES[i].feeds) ||
            model->attention.window != CASES[i].window ||
            model->moe.first_dense != CASES[i].first_dense)
            fail_msg("case %zu: mixers %s, feeds %s, window %d, first %d", i, model->mixers,
                     model->feeds, model->attention.window, model->moe.first_dense);
        arena_free(arena);
    }
}

TEST(import, makes_harmless_names) {
    static const struct {
        const char *given, *name;
    } CASES[] = {
        {"meta-llama/Llama-3.1-8B", "llama-3.1-8b"},
        {"../../etc/x\\\"y\\n",     "x-y"         },
        {"/models/mine/",           "mine"        },
        {"\\u00e9\\u00e9",          "model"       },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[512];
        Arena *arena = arena_new();
        Error err;
        snprintf(text, sizeof text, "{" LLAMA ", '_name_or_path': '%s'}", CASES[i].given);
        const Model *model = read_config(text, NULL, arena, &err);
        assert_non_null(model);
        assert_string_equal(model->name, CASES[i].name);
        arena_free(arena);
    }
}

// Written to a file of that name in a new folder; drop_temporary removes both and frees the path.
static char *temporary(const char *name, const char *text) {
    const char *folder = getenv("TMPDIR");
    Text path = {0};
    text_addf(&path, "%s/chipfit-import-XXXXXX", folder ? folder : "/tmp");
    assert_non_null(mkdtemp(path.data));
    text_addf(&path, "/%s", name);
    FILE *file = fopen(path.data, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path.data;
}

static void drop_temporary(char *path) {
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    free(path);
}

// Member by member: bytes between them may differ.
static void assert_same_kind(const LayerKind *a, const LayerKind *b) {
    assert_int_equal(a->mixer, b->mixer);
    assert_int_equal(a->feed, b->feed);
    assert_int_equal(a->shares_kv, b->shares_kv);
    assert_memory_equal(&a->heads, &b->heads, offsetof(Heads, k_eq_v));
    assert_int_equal(a->heads.k_eq_v, b->heads.k_eq_v);
    assert_int_equal(a->layers, b->layers);
    assert_memory_equal(&a->mixer_params, &b->mixer_params,
                        sizeof *a - offsetof(LayerKind, mixer_params));
}

static void assert_same_model(const Model *a, const Model *b) {
    Text left = {0}, right = {0};
    record_members(&left, &MODEL_TABLE, a);
    record_members(&right, &MODEL_TABLE, b);
    assert_string_equal(left.data, right.data);
    assert_true(a->params == b->params && a->active_params == b->active_params);
    assert_int_equal(a->kind_count, b->kind_count);
    for (int i = 0; i < a->kind_count; i++)
        assert_same_kind(&a->kinds[i], &b->kinds[i]);
    assert_memory_equal(a->runs, b->runs, (size_t)a->run_count * sizeof a->runs[0]);
    text_free(&left);
    text_free(&right);
}

// Through the Lua file that import_write makes of it.
static void check_round_trip(Library *library, const Model *model, const Model *bare) {
    Text lua = {0};
    Error err;
    import_write(bare, &lua);
    int lines = 0;
    for (const char *at = lua.data; *at; at++)
        lines += *at == '\n';
    assert_true(lines < 40);
    char *path = temporary("model.lua", lua.data);
    const Model *again = library_model(library, path, &err);
    if (!again)
        fail_msg("%s:%d: %s", err.file, err.line, err.what);
    assert_same_model(model, again);
    drop_temporary(path);
    text_free(&lua);
}

TEST(import, writes_what_reads_back_the_same) {
    static const char *const CONFIGS[] = {
        "{" LLAMA ", '_name_or_path': 'a', 'strange \\\\ \\n \\u00e9\\u4e2d key': 1, "
        "'another_very_long_key_that_nobody_understands_and_that_goes_on_for_a_while': 2}",
        "{" QWEN2 ", 'use_sliding_window': true, 'max_window_layers': 6}",
        "{" QWEN2_MOE ", 'mlp_only_layers': [5], 'shared_expert_intermediate_size': 48}",
        "{" QWEN2_MOE ", 'kv_lora_rank': 16, 'qk_nope_head_dim': 8, 'qk_rope_head_dim': 4, "
        "'v_head_dim': 8, 'index_topk': 4, 'index_n_heads': 2, 'index_head_dim': 8}",
        "{'text_config': {" LLAMA ", 'global_head_dim': 16, 'head_dim': 8, 'attention_k_eq_v': "
        "true, 'num_global_key_value_heads': 2, 'sliding_window': 8}}",
    };
    static const char *const AS[] = {NULL, NULL, NULL, "deepseek_v3", "gemma4"};
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    for (size_t i = 0; i < sizeof CONFIGS / sizeof *CONFIGS; i++) {
        Arena *arena = arena_new();
        Model *model = read_config(CONFIGS[i], AS[i], arena, &err);
        if (!model)
            fail_msg("case %zu: %s", i, err.what);
        model->title = model->name;
        check_round_trip(library, model, model);
        arena_free(arena);
    }
    library_free(library);
}

// Configs as published lie beside the repository where they are at hand; their exact counts, by README there.
TEST(import, counts_the_configs_at_hand_exactly) {
    static const struct {
        const char *file;
        double params, tolerance;
    } CASES[] = {
        {"Meta-Llama-3.1-8B",   8030261248,   0     },
        {"Meta-Llama-3.1-70B",  70553706496,  0     },
        {"Meta-Llama-3.1-405B", 405853388800, 0     },
        {"Mixtral-8x7B-v0.1",   46702792704,  0     },
        {"DeepSeek-V3",         671026419200, 0     },
        {"Qwen3-8B",            8190735360,   0     },
        {"Qwen3-32B",           32762123264,  0     },
        {"Qwen3-30B-A3B",       30532122624,  0     },
        {"Qwen3-235B-A22B",     235093634560, 0     },
        {"MiniMax-M2.5",        228.7e9,      0.0002},
        {"gemma-4-26B-A4B",     25.2e9,       0.002 },
    };
    const char *data = getenv("CHIPFIT_DATA");
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    int read = 0;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/../shared/model_configs/%s.json", data ? data : ".",
                 CASES[i].file);
        if (access(path, R_OK) != 0)
            continue;
        read++;
        const Model *model = library_model(library, path, &err);
        if (!model)
            fail_msg("%s: %s", path, err.what);
        if (model->doubtful)
            fail_msg("%s: %s", path, model->doubtful);
        assert_ptr_equal(library_model(library, path, &err), model);
        if (fabs(model->params / CASES[i].params - 1) > CASES[i].tolerance)
            fail_msg("%s: %.0f parameters", CASES[i].file, model->params);
        Arena *arena = arena_new();
        Model *bare = arena_take(arena, sizeof *bare);
        Import import = {.file = path};
        assert_true(import_file(&import, arena, bare, &err));
        bare->title = model->title;
        check_round_trip(library, model, bare);
        arena_free(arena);
    }
    library_free(library);
    if (read == 0) {
        print_message("no model_configs beside the repository: skipped\n");
        skip();
    }
}

// Runs the command with both outputs thrown away.
static int run_quietly(int argc, char **argv) {
    fflush(NULL);
    int out = dup(1), err = dup(2), none = open("/dev/null", O_WRONLY);
    dup2(none, 1);
    dup2(none, 2);
    int code = cmd_import(argc, argv);
    fflush(NULL);
    dup2(out, 1);
    dup2(err, 2);
    close(out);
    close(err);
    close(none);
    return code;
}

TEST(import, tells_by_its_exit_code) {
    char good[] =
        "{\"architectures\": [\"LlamaForCausalLM\"], \"hidden_size\": 64, \"n_layer\": 2, "
        "\"n_head\": 8, \"vocab_size\": 9, \"intermediate_size\": 128}";
    char *config = temporary("good.json", good), *bad = temporary("bad.json", "{"),
         *lua = temporary("new.lua", "");
    struct {
        const char *words[6];
        int code;
    } cases[] = {
        {{"import", config},                           0},
        {{"import", config, "-o", lua, "--as=llama"},  0},
        {{"import", "-o", lua, "--name", "x", config}, 0},
        {{"import", "--help"},                         0},
        {{"import"},                                   2},
        {{"import", bad},                              2},
        {{"import", "/"},                              2},
        {{"import", "/nowhere.json"},                  2},
        {{"import", config, "-o"},                     2},
        {{"import", config, config},                   2},
        {{"import", config, "--at"},                   2},
        {{"import", config, "--as", "lama"},           2},
        {{"import", config, "-o", "/nowhere/x.lua"},   3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *argv[6];
        int argc = 0;
        for (; argc < 6 && cases[i].words[argc]; argc++)
            argv[argc] = (char *)(size_t)cases[i].words[argc];
        int code = run_quietly(argc, argv);
        if (code != cases[i].code)
            fail_msg("case %zu: exit code %d", i, code);
    }
    Error err;
    Library *library = library_open(&err);
    const Model *model = library_model(library, lua, &err);
    assert_non_null(model);
    assert_string_equal(model->name, "x");
    library_free(library);
    drop_temporary(config);
    drop_temporary(bad);
    drop_temporary(lua);
}
