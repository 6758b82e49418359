#include "lua/names.h"

#include "sim/base/test.h"

// Sets keys from "chip=h100_sxm tp=8"; words of `text` are overwritten.
static bool set_keys(Request *request, char *text, Error *err) {
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        char *value = strchr(word, '=');
        assert_non_null(value);
        *value++ = '\0';
        const Field *key = request_key(word, err);
        if (!key || !request_set_text(request, key, value, err))
            return false;
    }
    return true;
}

static bool resolve(Library *library, const char *keys, char *copy, size_t size, Design *design,
                    Error *err) {
    Request request = request_new();
    *err = (Error){0};
    snprintf(copy, size, "%s", keys);
    return set_keys(&request, copy, err) && request_resolve(&request, library, design, err);
}

#define DENSE  "chip=h100_sxm model=llama-3.1-70b phase=decode batch=64 context=4096 "
#define SPARSE "chip=h100_sxm model=mixtral-8x7b phase=decode batch=64 context=4096 "

// The arithmetic of the README: chips = tp x cp x dp x pp, ep regroups the ranks of a stage.
TEST(request, settles_plans) {
    // clang-format off
    static const struct {
        const char *keys;
        int tp, cp, dp, pp, ep, etp;
    } CASES[] = {
        {DENSE,                              1, 1, 1,  1, 1,  1},
        {DENSE "tp=8",                       8, 1, 1,  1, 1,  8},
        {DENSE "tp=4 chips=8",               4, 1, 2,  1, 1,  4},
        {DENSE "dp=3",                       1, 1, 3,  1, 1,  1},
        {DENSE "tp=2 pp=4 chips=16",         2, 1, 2,  4, 1,  2},
        {DENSE "tp=2 cp=2",                  2, 2, 1,  1, 1,  2},
        {DENSE "stages=20,20,20,20 tp=2",    2, 1, 1,  4, 1,  2},
        {SPARSE "ep=8 chips=8",              1, 1, 8,  1, 8,  1},
        {SPARSE "ep=4 tp=8",                 8, 1, 1,  1, 4,  2},
        {SPARSE "ep=2 tp=2 dp=4",            2, 1, 4,  1, 2,  4},
        {SPARSE "ep=2 etp=2 tp=2 dp=4",      2, 1, 4,  1, 2,  2},
        {SPARSE "tp=2 dp=4",                 2, 1, 4,  1, 1,  2},
        {SPARSE "ep=8 dp=16 pp=2",           1, 1, 16, 2, 8,  2},
    };
    // clang-format on
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char copy[256];
        Design design;
        if (!resolve(library, CASES[i].keys, copy, sizeof copy, &design, &err))
            fail_msg("%s: %s", CASES[i].keys, err.what);
        const Plan *plan = &design.plan;
        bool same = plan->tp == CASES[i].tp && plan->cp == CASES[i].cp && plan->dp == CASES[i].dp &&
                    plan->pp == CASES[i].pp && plan->ep == CASES[i].ep && plan->etp == CASES[i].etp;
        if (!same)
            fail_msg("%s: tp %d cp %d dp %d pp %d ep %d etp %d", CASES[i].keys, plan->tp, plan->cp,
                     plan->dp, plan->pp, plan->ep, plan->etp);
        assert_int_equal(plan->chips, plan->tp * plan->cp * plan->dp * plan->pp);
    }
    library_free(library);
}

#define CHIP "chip=h100_sxm model=llama-3.1-8b "

// Each message begins with the key that is wrong, or names it.
TEST(request, refuses_with_the_key) {
    // clang-format off
    static const struct {
        const char *keys, *what, *hint;
    } CASES[] = {
        {"model=llama-3.1-8b phase=decode",         "chip: is missing",                                  "h100_sxm"},
        {"chip=h100_sxm phase=decode",              "model: is missing",                                 "llama"},
        {CHIP,                                      "phase: is missing",                                 "decode"},
        {CHIP "phase=decod",                        "phase: 'decod' is not one of prefill",              "'decode'"},
        {CHIP "phase=serve",                        "batch: is missing; serve needs it",                 "batch 64"},
        {CHIP "phase=decode context=1",             "batch: is missing; decode needs it",                "batch 64"},
        {CHIP "phase=decode batch=1",               "context: is missing",                               "context 4096"},
        {CHIP "phase=prefill",                      "prompt: is missing",                                "prompt 4096"},
        {CHIP "phase=generate prompt=5",            "output: is missing",                                "output"},
        {CHIP "phase=prefill context=5",            "context: is no key of prefill",                     "'prompt'"},
        {CHIP "phase=decode batch=1 prompt=5",      "prompt: is no key of decode",                       "'context'"},
        {CHIP "phase=prefill prompt=5 output=5",    "output: is no key of prefill",                      "generate"},
        {CHIP "phase=decode batch=1 context=9 chunk=2", "chunk: is no key of decode",                    "micro_batches"},
        {CHIP "phase=prefill prompt=5 prefix=5",    "prefix = 5",                                        ""},
        {CHIP "phase=prefill prompt=2147483647 chunk=1", "chunk: 2147483647 tokens", "32768 or more"},
        {DENSE "tp=4 dp=1 chips=8", "chips: tp x cp x dp x pp = 4 x 1 x 1 x 1 = 4, but chips = 8", "dp left out it becomes chips / (tp x cp x pp) = 2"},
        {DENSE "tp=4 dp=3 chips=8",                 "= 12, but chips = 8",                               ""},
        {DENSE "tp=8 pp=2 chips=8",                 "chips: tp x cp x pp = 8 x 1 x 2 = 16 does not divide", ""},
        {DENSE "tp=3",                              "tp = 3 does not divide the 64 query heads",         "2"},
        {SPARSE "ep=3 tp=4",                        "ep: ep = 3 does not divide tp x cp x dp",           "give chips or dp"},
        {SPARSE "ep=2 etp=3 tp=4",                  "ep x etp = 2 x 3",                                  ""},
        {DENSE "ep=2 chips=2",                      "ep = 2, but llama-3.1-70b has no experts",          ""},
        {DENSE "formats=fp9",                       "formats: there are no formats 'fp9'",               ""},
        {DENSE "kv=none",                           "kv: 'none' is not one of fp32",                     ""},
        {DENSE "weights=int5",                      "weights: 'int5'",                                   "'int8'"},
        {DENSE "mode=callibrated",                   "mode: 'callibrated' is not one of",              "calibrated"},
        {DENSE "mode=datasheat",                    "mode: 'datasheat'",                                 "'datasheet'"},
        {DENSE "profile=x",                         "there is no profile 'x'",                        ""},
        {DENSE "engine=x",                          "engine: ",                                          ""},
        {DENSE "draft=17",                          "draft: 17 is outside 0 to 16",                      ""},
        {DENSE "draft=1 acceptance=1.1",            "acceptance: 1.1 is outside 0 to 1",                 ""},
        {DENSE "cp_kind=rings",                     "cp_kind: 'rings' is not one of all_gather",         "'ring'"},
        {DENSE "tp=65537",                          "tp: 65537 is outside 1 to 65536",                   ""},
        {DENSE "overlap=1.5",                       "overlap: 1.5 is outside 0 to 1",                    ""},
        {DENSE "hbm_reserve=1",                     "hbm_reserve: 1 is outside 0 to 0.9",                ""},
        {DENSE "stages=20,,60",                     "stages: '20,,60' is not a list",                    ""},
        {DENSE "stages=80,0",                       "stages: 0 is outside",                              ""},
        {DENSE "stages=40,41",                      "stages add up to 81 layers",                        ""},
        {DENSE "placement=tp,tp,dp,pp",             "placement 'tp,tp,dp,pp'",                           ""},
        {DENSE "contxt=5",                          "there is no key 'contxt'",                          "'context'"},
        {CHIP "phase=decode batch=max context=2000000000", "batch: not even one sequence fits; a chip misses", ""},
        {"chip=a100_sxm model=llama-3.1-8b phase=prefill prompt=9 formats=fp8", "a100_sxm multiplies neither fp8", "bf16"},
        {"chip=h100_sxm model=llama-3.1-8b chips=3 phase=prefill prompt=9 matmul=nvfp4", "h100_sxm has no nvfp4 matmul", ""},
    };
    // clang-format on
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char copy[256], text[1400];
        Design design;
        if (resolve(library, CASES[i].keys, copy, sizeof copy, &design, &err))
            fail_msg("%s was taken", CASES[i].keys);
        error_text(&err, text, sizeof text);
        if (!strstr(text, CASES[i].what) || !strstr(err.hint, CASES[i].hint))
            fail_msg("%s: %s", CASES[i].keys, text);
    }
    library_free(library);
}

TEST(request, takes_drafts_and_kinds_of_context_parallelism) {
    Error err;
    Design design;
    char copy[256];
    Library *library = library_open(&err);
    assert_non_null(library);
    assert_true(resolve(library, DENSE "tp=8", copy, sizeof copy, &design, &err));
    assert_int_equal(design.workload.draft, 0);
    assert_near(design.workload.acceptance, 0.7, 0);
    assert_int_equal(design.plan.cp_kind, CP_ALL_GATHER);
    const char *keys = DENSE "tp=4 cp=2 cp_kind=pass_q draft=3 acceptance=0.5";
    assert_true(resolve(library, keys, copy, sizeof copy, &design, &err));
    assert_int_equal(design.workload.draft, 3);
    assert_near(workload_step_tokens(&design.workload), 1.875, 0);
    assert_int_equal(design.plan.cp_kind, CP_PASS_Q);
    library_free(library);
}

TEST(request, takes_the_largest_batch) {
    Error err;
    Design design;
    char copy[256];
    Library *library = library_open(&err);
    assert_non_null(library);
    const char *keys = "chip=h100_sxm model=llama-3.1-8b phase=decode context=4096 batch=max";
    assert_true(resolve(library, keys, copy, sizeof copy, &design, &err));
    MemoryModel model;
    memory_model(&model, &design, NULL);
    assert_true(memory_at(&model, design.workload.batch).fits);
    assert_false(memory_at(&model, design.workload.batch + 1).fits);
    library_free(library);
}

// An open plan is the fastest that fits, and with batch = max the one with most tokens a second.
TEST(request, finds_plans) {
    Error err;
    Design open, given;
    Metrics best, other;
    char copy[256], copy2[256];
    Library *library = library_open(&err);
    assert_non_null(library);
    static const char *const PLANS[] = {"tp=8", "tp=4 dp=2", "tp=2 pp=4", "pp=8", "dp=8"};
    for (int max = 0; max < 2; max++) {
        char keys[200];
        const char *base = "chip=h100_sxm model=llama-3.1-8b phase=decode context=4096 chips=8";
        snprintf(keys, sizeof keys, "%s batch=%s", base, max ? "max" : "16");
        assert_true(resolve(library, keys, copy, sizeof copy, &open, &err));
        evaluate(&open, &best, NULL);
        assert_true(best.fits);
        for (size_t i = 0; i < sizeof PLANS / sizeof PLANS[0]; i++) {
            snprintf(keys, sizeof keys, "%s batch=%s %s", base, max ? "max" : "16", PLANS[i]);
            assert_true(resolve(library, keys, copy2, sizeof copy2, &given, &err));
            evaluate(&given, &other, NULL);
            if (max)
                assert_true(best.tokens_per_s >= other.tokens_per_s);
            else
                assert_true(best.time_s <= other.time_s);
        }
    }
    library_free(library);
}
