#include "sim/base/test.h"

#include "arch/model.h"
#include "lua/library.h"

// Counts of the published weights (embedding and head included, tied ones once), and active parameters where the
// authors state them, which they round. From llama-65b on, published counts and shapes are recalled, not read again.
TEST(model, counts_parameters_as_published) {
    static const struct {
        const char *name;
        double params, active, active_tolerance;
        const char *source;
    } CASES[] = {
        {"llama-2-7b",         6738415616,    0,       0,     "safetensors index of meta-llama/Llama-2-7b-hf" },
        {"llama-2-13b",        13015864320,   0,       0,     "safetensors index of meta-llama/Llama-2-13b-hf"},
        {"llama-2-70b",        68976648192,   0,       0,     "safetensors index of meta-llama/Llama-2-70b-hf"},
        {"llama-3.1-8b",       8030261248,    0,       0,     "safetensors index of meta-llama/Llama-3.1-8B"  },
        {"llama-3.1-70b",      70553706496,   0,       0,     "safetensors index of meta-llama/Llama-3.1-70B" },
        {"llama-3.1-405b",     405853388800,  0,       0,     "safetensors index of meta-llama/Llama-3.1-405B"},
        {"mixtral-8x7b",       46702792704,   12.9e9,  0.015,
         "safetensors index; Jiang et al. 2024, sec. 2: 13B, with the input embedding"                        },
        {"deepseek-v3",        671026419200,  37e9,    0.02,
         "DeepSeek-V3 Technical Report 2024, abstract: 671B, 37B active"                                      },
        {"qwen3-8b",           8190735360,    0,       0,     "safetensors index of Qwen/Qwen3-8B"            },
        {"qwen3-32b",          32762123264,   0,       0,     "safetensors index of Qwen/Qwen3-32B"           },
        {"qwen3-30b-a3b",      30532122624,   3.3e9,   0.1,
         "Qwen3 Technical Report 2025: 30B, 3.3B active with the input embedding"                             },
        {"qwen3-235b-a22b",    235093634560,  22e9,    0.02,
         "Qwen3 Technical Report 2025: 235B, 22B active"                                                      },
        {"llama-65b",          65285660672,   0,       0,     "weights of huggyllama/llama-65b"               },
        {"mistral-7b",         7241732096,    0,       0,     "safetensors index of mistralai/Mistral-7B-v0.1"},
        {"mistral-large-123b", 122610069504,  0,       0,
         "safetensors index of mistralai/Mistral-Large-Instruct-2407"                                         },
        {"mixtral-8x22b",      140630071296,  3.9e+10, 0.01,
         "safetensors index of mistralai/Mixtral-8x22B-v0.3"                                                  },
        {"deepseek-v2",        235741434880,  2.1e+10, 0.01,
         "safetensors index of deepseek-ai/DeepSeek-V2; report 2024: 21B active"                              },
        {"kimi-k2",            1026408232448, 3.2e+10, 0.015,
         "safetensors index of moonshotai/Kimi-K2-Instruct; 32B active"                                       },
        {"glm-4.5",            352797829024,  3.2e+10, 0.03,
         "index of zai-org/GLM-4.5, 358337791296, less its prediction layer"                                  },
        {"qwen2.5-72b",        72706203648,   0,       0,     "safetensors index of Qwen/Qwen2.5-72B"         },
        {"qwen3-0.6b",         596049920,     0,       0,     "safetensors index of Qwen/Qwen3-0.6B, tied"    },
        {"gemma-2-27b",        27227128320,   0,       0,     "safetensors index of google/gemma-2-27b"       },
        {"phi-4",              14659507200,   0,       0,     "safetensors index of microsoft/phi-4"          },
        {"opt-13b",            12853473280,   0,       0,     "weights of facebook/opt-13b"                   },
        {"gpt-neox-20b",       20554567680,   0,       0,     "Black et al. 2022, table 1"                    },
        {"gpt-2-xl",           1557611200,    0,       0,     "weights of openai-community/gpt2-xl"           },
    };
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const Model *model = catalog_model(library_catalog(library), CASES[i].name, &err);
        assert_non_null(model);
        if (model->params != CASES[i].params)
            fail_msg("%s: %.0f parameters, not %.0f (%s)", CASES[i].name, model->params,
                     CASES[i].params, CASES[i].source);
        if (CASES[i].active > 0)
            assert_near(model->active_params, CASES[i].active, CASES[i].active_tolerance);
    }
    library_free(library);
}

static Model book(int d_model, int d_ff, int vocab, int layers, int heads, int head_dim) {
    Model model = {
        .name = "book", .d_model = d_model, .layers = layers, .vocab = vocab, .norms = 2};
    model.attention = (Attention){.heads = heads, .head_dim = head_dim};
    model.ffn = (FeedForward){.d_ff = d_ff, .gated = true};
    Error err;
    assert_true(model_finish(&model, &err));
    return model;
}

// Exercises of How to Scale Your Model (Austin et al. 2025), chapter transformers.md, with the book's tolerances.
TEST(model, answers_the_textbook) {
    Model model = book(4096, 4 * 4096, 32000, 64, 32, 128);
    assert_near(model.params, 16e9, 0.1);                           // SB-X1a; the book rounds
    assert_near(model_kv_bytes_per_token(&model, 1), 524288, 0.03); // SB-X1b, int8
    Model wide = book(8192, 4 * 8192, 32000, 64, 64, 128);
    assert_near(8192 * model_kv_bytes_per_token(&wide, 1), 8.0 * 1073741824,
                0); // SB-X2: 8 GiB of int8 at 8k
    // LLaMA3-70B: 70.4e9 (SB-A1).
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    const Model *llama = catalog_model(library_catalog(library), "llama-3.1-70b", &err);
    assert_near(llama->params, 70.4e9, 0.005);
    library_free(library);
}

TEST(model, knows_the_cache_of_each_attention) {
    static const struct {
        const char *name;
        double bytes; // a token, all layers, 16 bit
        const char *source;
    } CASES[] = {
        {"llama-2-7b",         524288,
         "2 x 32 layers x 4096 x 2 B; Kwon et al. 2023 count 800 KB for OPT-13B the same way"    },
        {"llama-3.1-8b",       131072, "2 x 32 x 8 x 128 x 2 B"                                  },
        {"llama-3.1-70b",      327680,
         "2 x 80 x 8 x 128 x 2 B; DeepSeek-V3 paper ISCA 2025 table 1 has 327.680 KB for Qwen-2.5 "
         "72B, same shape"                                                                       },
        {"llama-3.1-405b",     516096,
         "DeepSeek-AI 2025, Insights into DeepSeek-V3, table 1: 516.096 KB"                      },
        {"deepseek-v3",        70272,  "the same table: 70.272 KB"                               },
        {"mixtral-8x7b",       131072, "by hand: 2 x 32 layers x 8 x 128 x 2 B"                  },
        {"qwen2.5-72b",        327680, "DeepSeek-AI 2025, table 1: 327.680 KB"                   },
        {"qwen3-8b",           147456, "by hand: 2 x 36 x 8 x 128 x 2 B"                         },
        {"falcon-7b",          8192,   "by hand, one KV head: 2 x 32 x 64 x 2 B"                 },
        {"gpt-oss-120b",       73728,  "by hand, half the layers windowed: 2 x 36 x 8 x 64 x 2 B"},
        {"deepseek-v2",        69120,  "by hand: 60 x (512 + 64) x 2 B"                          },
        {"qwen3-next-80b-a3b", 24576,  "by hand, 12 of 48 layers attend: 2 x 12 x 2 x 256 x 2 B" },
        {"nemotron-h-8b",      16384,  "by hand, 4 of 52 layers attend: 2 x 4 x 8 x 128 x 2 B"   },
    };
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const Model *model = catalog_model(library_catalog(library), CASES[i].name, &err);
        assert_non_null(model);
        assert_near(model_kv_bytes_per_token(model, 2), CASES[i].bytes, 1e-12);
    }
    library_free(library);
}

TEST(model, refuses_what_is_no_network) {
    // clang-format off
    static const struct {
        Model model;
        const char *says;
    } CASES[] = {
        {{.d_model = 64, .layers = 2, .vocab = 9, .attention = {.heads = 6, .kv_heads = 4, .head_dim = 8}, .ffn = {.d_ff = 9}},
         "kv_heads = 4 does not divide heads = 6"},
        {{.d_model = 65, .layers = 2, .vocab = 9, .attention = {.heads = 6}, .ffn = {.d_ff = 9}}, "head_dim must be given"},
        {{.d_model = 64, .layers = 2, .vocab = 9, .attention = {.heads = 8}}, "2 layers are dense, but ffn.d_ff is 0"},
        {{.d_model = 64, .layers = 2, .vocab = 9, .attention = {.heads = 8}, .moe = {.experts = 4, .top_k = 5, .d_expert = 8}},
         "top_k = 5 is outside 1 to experts = 4"},
        {{.d_model = 64, .layers = 2, .vocab = 9, .mixers = "lx", .attention = {.heads = 8, .window = 4}, .ffn = {.d_ff = 9}},
         "may hold only g, l, c, s and -"},
        {{.d_model = 64, .layers = 2, .vocab = 9, .attention = {.kind = ATTENTION_MLA, .heads = 8}, .ffn = {.d_ff = 9}},
         "needs kv_rank and nope_dim"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        static Model model;
        model = CASES[i].model;
        Error err = {0};
        assert_false(model_finish(&model, &err));
        if (!strstr(err.what, CASES[i].says))
            fail_msg("case %zu: %s", i, err.what);
    }
}

TEST(model, orders_layers_by_pattern_and_experts) {
    // clang-format off
    static Model model = {.name = "mixed", .d_model = 64, .layers = 9, .vocab = 9, .norms = 2,
                          .mixers = "llg", .attention = {.heads = 8, .window = 16}, .ffn = {.d_ff = 32, .gated = true},
                          .moe = {.experts = 4, .top_k = 1, .d_expert = 8, .first_dense = 1, .every = 2}};
    // clang-format on
    Error err;
    assert_true(model_finish(&model, &err));
    assert_int_equal(model.kind_count, 4);
    int sum = 0, in[MODEL_KINDS];
    for (int i = 0; i < 4; i++)
        sum += model.kinds[i].layers;
    assert_int_equal(sum, 9);
    // Layers 0..8: local dense, local expert, global dense, local expert, local dense, global expert, ld, le, gd.
    static const int KIND_OF[9] = {0, 1, 2, 1, 0, 3, 0, 1, 2};
    for (int first = 0; first < 9; first++)
        for (int count = 0; first + count <= 9; count++) {
            int expected[MODEL_KINDS] = {0};
            for (int i = first; i < first + count; i++)
                expected[KIND_OF[i]]++;
            model_kinds_in(&model, first, count, in);
            assert_memory_equal(in, expected, sizeof in);
        }
}

// One layer of each special kind against counts by hand.
TEST(model, counts_layers_without_plain_attention) {
    // clang-format off
    static Model state = {.name = "state", .d_model = 64, .layers = 4, .vocab = 10, .norms = 2, .mixers = "sssg",
                          .attention = {.heads = 4, .kv_heads = 2, .head_dim = 16, .gate = true}, .ffn = {.d_ff = 32, .gated = true},
                          .state = {.key_heads = 2, .key_dim = 8, .value_heads = 4, .value_dim = 16, .conv = 4, .scalars = 2, .gate = true}};
    static Model single = {.name = "single", .d_model = 64, .layers = 3, .vocab = 10, .norms = 2, .mixers = "s-g", .feeds = "-d-",
                           .attention = {.heads = 4, .head_dim = 16}, .ffn = {.d_ff = 32},
                           .state = {.key_heads = 2, .key_dim = 8, .value_heads = 4, .value_dim = 16, .scalars = 1, .gate = true}};
    static Model local = {.name = "local", .d_model = 64, .layers = 2, .vocab = 10, .norms = 2, .mixers = "lg", .tied_embeddings = true,
                          .attention = {.heads = 4, .kv_heads = 1, .head_dim = 32, .window = 8, .k_eq_v = true},
                          .local = {.kv_heads = 2, .head_dim = 16, .k_eq_v = 1}, .ffn = {.d_ff = 32, .gated = true}};
    // clang-format on
    Error err = {0};
    assert_true(model_finish(&state, &err));
    double in = 2 * 2 * 8 + 2 * 4 * 16 + 4 * 2, conv = (2 * 2 * 8 + 4 * 16) * 4;
    assert_near(state.kinds[0].mixer_params, 64 * in + conv + 4 * 16 * 64, 1e-15);
    assert_near(state.kinds[0].extra_params, 2 * 4 + 16, 1e-15);
    assert_near(state.kinds[1].mixer_params, 64.0 * 16 * (4 + 2 * 2 + 4 + 4), 1e-15);
    assert_near(model_kv_bytes_per_token(&state, 2), 2 * 2 * 32,
                1e-15); // one layer of four has a cache
    assert_near(model_state_values(&state, &state.kinds[0]), 4 * 16 * 8 + 3 * (2 * 2 * 8 + 4 * 16),
                1e-15);
    assert_true(model_finish(&single, &err));
    assert_int_equal(single.kind_count, 3);
    assert_near(single.kinds[1].dense_params + single.kinds[1].norm_params, 2 * 64 * 32 + 64,
                1e-15);
    assert_true(model_finish(&local, &err));
    assert_near(local.kinds[0].mixer_params, 64.0 * 16 * (4 + 2 * 2 + 4), 1e-15);
    assert_near(local.kinds[1].mixer_params, 64.0 * 32 * (4 + 1 + 4), 1e-15);
    assert_near(model_keys(&local, &local.kinds[0], 100), 8, 1e-15);
    assert_near(model_keys(&local, &local.kinds[1], 100), 100, 1e-15);
}

// What a few small fields add, by hand.
TEST(model, counts_small_things) {
    // clang-format off
    static const Model BASE = {.name = "small", .d_model = 64, .layers = 2, .vocab = 10, .norms = 2,
                               .attention = {.heads = 4, .kv_heads = 2, .head_dim = 16}, .ffn = {.d_ff = 32, .gated = true}};
    // clang-format on
    static Model model;
    Error err = {0};
    model = BASE;
    assert_true(model_finish(&model, &err));
    double base = model.params;
    model = BASE;
    model.attention.sinks = model.attention.wide_qk_norm = model.head_bias = true;
    assert_true(model_finish(&model, &err));
    assert_near(model.params, base + 2 * (4 + (4 + 2) * 16) + 10, 1e-15);
    model = BASE;
    model.attention.q_rank = 8;
    model.attention.o_rank = 4;
    model.attention.o_groups = 2;
    model.extra_params = 7;
    assert_true(model_finish(&model, &err));
    double query = 64 * 8 + 8 * 64 + 8, out = 64 * 4 + 2 * 4 * 64;
    assert_near(model.params, base + 2 * (query + out - 2 * 64 * 64 + 7), 1e-15);
    model = BASE;
    model.layer_embedding = 8;
    assert_true(model_finish(&model, &err));
    assert_near(model.params, base + 2 * (10 + 64) * 8 + 8 + 2 * (2 * 64 * 8 + 64), 1e-15);
    model = BASE;
    model.moe = (Experts){.experts = 4, .top_k = 1, .d_expert = 8, .d_latent = 16};
    assert_true(model_finish(&model, &err));
    assert_near(model.kinds[0].expert_params, 4 * 3 * 16 * 8, 1e-15);
    assert_near(model.kinds[0].extra_params, 2 * 64 * 16, 1e-15);
    model = BASE;
    model.attention.o_groups = 3;
    assert_false(model_finish(&model, &err));
}

TEST(model, holds_a_published_count_against_the_shape) {
    static Model model;
    model = book(64, 256, 100, 2, 4, 16);
    Error err = {0};
    double params = model.params;
    model.published_params = params * 1.004;
    assert_true(model_finish(&model, &err));
    model.published_params = params * 1.006;
    assert_false(model_finish(&model, &err));
    assert_non_null(strstr(err.what, "but the shape has"));
}
