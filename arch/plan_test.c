#include "sim/base/test.h"

#include "arch/plan.h"

static Model tiny(int heads, int kv_heads, int experts) {
    Model model = {.name = "tiny", .d_model = 64, .layers = 6, .vocab = 100, .norms = 2};
    model.attention = (Attention){.heads = heads, .kv_heads = kv_heads, .head_dim = 8};
    model.ffn = (FeedForward){.d_ff = 256, .gated = true};
    if (experts)
        model.moe = (Experts){.experts = experts, .top_k = 2, .d_expert = 32, .every = 1};
    Error err;
    assert_true(model_finish(&model, &err));
    return model;
}

TEST(plan, refuses_what_no_engine_could_run) {
    static const struct {
        int heads, kv_heads, experts, tp, dp, pp, ep, etp;
        const char *placement, *says; // NULL: legal
    } CASES[] = {
        {32, 8, 0,  8,  1, 1, 1, 8,  NULL,          NULL                                       },
        {32, 8, 0,  16, 1, 1, 1, 16, NULL,          NULL                                       }, // KV heads replicated
        {32, 8, 0,  3,  1, 1, 1, 3,  NULL,          "tp = 3 does not divide the 32 query heads"},
        {24, 6, 0,  4,  1, 1, 1, 4,  NULL,          "neither be split nor replicated"          },
        {32, 8, 0,  1,  1, 7, 1, 1,  NULL,          "pp = 7 is above the 6 layers"             },
        {32, 8, 0,  2,  4, 1, 2, 1,  NULL,          "has no experts"                           },
        {32, 8, 16, 2,  4, 1, 8, 1,  NULL,          NULL                                       },
        {32, 8, 16, 2,  4, 1, 3, 1,  NULL,
         "ep x etp = 3 x 1 = 3 does not divide tp x cp x dp = 2 x 1 x 4 = 8"                   },
        {32, 8, 16, 2,  4, 1, 8, 2,  NULL,          "does not divide"                          },
        {32, 8, 4,  2,  4, 1, 8, 1,  NULL,          "ep = 8 is above the 4 experts"            },
        {32, 8, 16, 0,  4, 1, 8, 1,  NULL,          "tp = 0 is outside 1 to 65536"             },
        {32, 8, 16, 2,  2, 2, 1, 2,  "pp,tp,cp,dp", NULL                                       },
        {32, 8, 16, 2,  2, 2, 1, 2,  "tp,pp,cp,dp", "is not an order"                          },
        {32, 8, 16, 2,  2, 2, 1, 2,  "tp,cp,dp",    "is not an order"                          },
        {32, 8, 16, 2,  2, 2, 1, 2,  "tp,tp,dp,pp", "is not an order"                          },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Model model = tiny(CASES[i].heads, CASES[i].kv_heads, CASES[i].experts);
        Plan plan = {.tp = CASES[i].tp,
                     .cp = 1,
                     .dp = CASES[i].dp,
                     .pp = CASES[i].pp,
                     .ep = CASES[i].ep,
                     .etp = CASES[i].etp,
                     .placement = CASES[i].placement};
        Error err = {0};
        bool legal = plan_finish(&plan, &model, &err);
        if (legal != !CASES[i].says || (!legal && !strstr(err.what, CASES[i].says)))
            fail_msg("case %zu: %s", i, legal ? "legal" : err.what);
    }
}

TEST(plan, lays_ranks_tp_innermost_unless_told) {
    Model model = tiny(32, 8, 16);
    Plan plan = {.tp = 2, .cp = 1, .dp = 4, .pp = 3, .ep = 4, .etp = 2};
    Error err;
    assert_true(plan_finish(&plan, &model, &err));
    assert_int_equal(plan.chips, 24);
    assert_int_equal(plan.tp_group.stride, 1);
    assert_int_equal(plan.dp_group.stride, 2);
    assert_int_equal(plan.pp_group.stride, 8);
    assert_int_equal(plan.ep_group.stride, 2);
    assert_int_equal(plan.copies, 1);
    plan.placement = "pp,tp,cp,dp";
    assert_true(plan_finish(&plan, &model, &err));
    assert_int_equal(plan.pp_group.stride, 1);
    assert_int_equal(plan.tp_group.stride, 3);
    assert_int_equal(plan.ep_group.stride, 6);
}

TEST(plan, gives_first_stages_the_remainder) {
    Model model = tiny(32, 8, 0);
    Plan plan = {.tp = 1, .cp = 1, .dp = 1, .pp = 4, .ep = 1, .etp = 1};
    static const int EXPECTED[4] = {2, 2, 1, 1};
    for (int i = 0; i < 4; i++)
        assert_int_equal(plan_stage_layers(&plan, &model, i), EXPECTED[i]);
    plan.stage_count = 4;
    plan.stages[0] = 3, plan.stages[1] = plan.stages[2] = plan.stages[3] = 1;
    Error err;
    assert_true(plan_finish(&plan, &model, &err));
    assert_int_equal(plan_stage_layers(&plan, &model, 0), 3);
    plan.stages[0] = 4;
    assert_false(plan_finish(&plan, &model, &err));
    assert_non_null(strstr(err.what, "add up to 7 layers"));
}
