#include "sim/base/test.h"

#include "arch/lower.h"
#include "arch/pairs.h"

// By counting: sum over queries of the keys each sees.
static double pairs_counted(int q_len, int kv_len, int window) {
    double pairs = 0;
    for (int i = 0; i < q_len; i++) {
        int seen = kv_len - q_len + i + 1;
        pairs += window && window < seen ? window : seen;
    }
    return pairs;
}

TEST(lower, counts_unmasked_pairs_as_one_by_one) {
    for (int q = 1; q <= 24; q++)
        for (int prefix = 0; prefix <= 24; prefix++)
            for (int window = 0; window <= 50; window++)
                assert_near(attention_pairs(q, prefix + q, window),
                            pairs_counted(q, prefix + q, window), 1e-15);
}

// Keys in one's own chunk, by counting; decode takes the mean over a chunk once the first is full.
TEST(lower, counts_pairs_of_chunked_layers) {
    static Model model = {
        .d_model = 64,
        .layers = 1,
        .vocab = 9,
        .norms = 2,
        .mixers = "c",
        .attention = {.heads = 4, .chunk = 7},
        .ffn = {.d_ff = 8         }
    };
    Error err;
    assert_true(model_finish(&model, &err));
    for (int prefix = 0; prefix < 30; prefix++) {
        double pairs = 0, decoded = 0;
        for (int q = 1; q < 30; q++) {
            pairs += (prefix + q - 1) % 7 + 1;
            decoded += prefix + q <= 7 ? prefix + q : 4;
            assert_near(mixer_pairs(&model, &model.kinds[0], q, prefix + q, false), pairs, 1e-15);
            assert_near(mixer_pairs(&model, &model.kinds[0], q, prefix + q, true), decoded, 1e-15);
        }
    }
}

static Model tiny_moe(void) {
    Model model = {.name = "tiny", .d_model = 64, .layers = 4, .vocab = 100, .norms = 2};
    model.attention = (Attention){.heads = 8, .kv_heads = 2, .head_dim = 8};
    model.ffn = (FeedForward){.d_ff = 256, .gated = true};
    model.moe = (Experts){.experts = 16,
                          .top_k = 2,
                          .d_expert = 32,
                          .shared_experts = 1,
                          .first_dense = 1,
                          .every = 1};
    Error err;
    assert_true(model_finish(&model, &err));
    return model;
}

// Useful FLOP of one token's linear layers are twice the active parameters that multiply.
TEST(lower, gives_two_flop_per_active_weight) {
    Model model = tiny_moe();
    Formats formats = {FORMAT_BF16, FORMAT_BF16, FORMAT_BF16, FORMAT_NONE};
    static const int DEGREES[][5] = {
        {1, 1, 1, 1, 1},
        {2, 1, 2, 4, 1},
        {4, 1, 1, 1, 4},
        {2, 2, 2, 2, 2},
        {8, 1, 1, 8, 1}
    };
    for (size_t i = 0; i < sizeof DEGREES / sizeof *DEGREES; i++) {
        Plan plan = {.tp = DEGREES[i][0],
                     .pp = DEGREES[i][1],
                     .dp = DEGREES[i][2],
                     .ep = DEGREES[i][3],
                     .etp = DEGREES[i][4],
                     .cp = 1};
        Error err;
        if (!plan_finish(&plan, &model, &err))
            fail_msg("%s", err.what);
        Lowering lowering = {
            &model,
            &formats,
            &plan,
            {.sequences = 3, .tokens = 5, .kv_len = 5, .all_sequences = 6},
            0
        };
        double flop = 0;
        Op ops[LAYER_OPS];
        for (int kind = 0; kind < model.kind_count; kind++) {
            int count = lower_layer(&lowering, kind, ops);
            for (int j = 0; j < count; j++)
                flop += model.kinds[kind].layers * ops[j].token_flop;
        }
        int count = lower_last(&lowering, ops);
        for (int j = 0; j < count; j++)
            flop += ops[j].token_flop;
        double norms = model.layers * 2.0 * model.d_model + model.d_model;
        assert_near(flop, 2 * (model.active_params - norms), 1e-12);
    }
}
