// Speculative decoding: what a step with drafted tokens costs, and what of it counts.
#include "sim/base/test.h"

#include <stdlib.h>

#include "arch/shard.h"
#include "lua/library.h"
#include "sim/evaluate.h"
#include "sim/random_test.h"

#define DESIGNS 5000

static Library *open_data(void) {
    Error err;
    Library *library = library_open(&err);
    if (!library)
        fail_msg("%s", err.what);
    return library;
}

static Design design_of(const Library *library, const char *chip, const char *model,
                        const char *formats, Plan plan, Workload work) {
    const Catalog *catalog = library_catalog(library);
    Error err = {0};
    Design design = {.chip = catalog_chip(catalog, chip, &err),
                     .model = catalog_model(catalog, model, &err),
                     .plan = plan,
                     .workload = work,
                     .hbm_reserve = 0.1};
    assert_non_null(design.chip);
    assert_non_null(design.model);
    design.system = catalog_system(catalog, design.chip->system, &err);
    assert_true(formats_named(formats, &design.formats, &err));
    if (!plan_finish(&design.plan, design.model, &err) || !design_check(&design, &err))
        fail_msg("%s", err.what);
    return design;
}

static Metrics metrics_of(Design design, int draft, double acceptance) {
    Metrics m;
    design.workload.draft = draft;
    design.workload.acceptance = acceptance;
    evaluate(&design, &m, NULL);
    return m;
}

// Leviathan et al. 2023, eq. 1.
TEST(draft, makes_the_expected_tokens_a_step) {
    static const struct {
        int draft;
        double acceptance, tokens;
    } CASES[] = {
        {0,  0.7,  1     },
        {1,  0.85, 1.85  },
        {3,  0,    1     },
        {3,  1,    4     },
        {4,  0.5,  1.9375},
        {16, 1,    17    },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        double a = CASES[i].acceptance;
        Workload work = {.phase = PHASE_DECODE, .draft = CASES[i].draft, .acceptance = a};
        assert_near(workload_step_tokens(&work), CASES[i].tokens, 1e-15);
        if (a < 1)
            assert_near(workload_step_tokens(&work), (1 - pow(a, work.draft + 1)) / (1 - a), 1e-14);
        work.phase = PHASE_PREFILL;
        assert_near(workload_step_tokens(&work), 1, 0);
    }
}

static void at_most(const Design *design, const char *what, double small, double large) {
    char plan[128];
    plan_text(&design->plan, plan, sizeof plan);
    if (!(small <= large * (1 + 1e-9)))
        fail_msg("%s: %.17g against %.17g for %s, %s, %s, batch %d, draft %d", what, small, large,
                 design->chip->name, design->model->name, plan, design->workload.batch,
                 design->workload.draft);
}

// Useful work is that of the tokens made; what is rejected, and the drafting, is executed only.
TEST(draft, leaves_the_useful_work_of_a_token) {
    Library *library = open_data();
    uint64_t state = 21;
    for (int i = 0; i < DESIGNS; i++) {
        Design design = random_design(&state, library_catalog(library));
        int draft = 1 + random_below(&state, WORKLOAD_DRAFT);
        double low = random_share(&state), high = low + (1 - low) * random_share(&state);
        Metrics none = metrics_of(design, 0, low), never = metrics_of(design, draft, 0);
        Metrics seldom = metrics_of(design, draft, low), often = metrics_of(design, draft, high);
        design.workload.draft = draft;
        assert_near(seldom.flop, none.flop, 1e-9);
        assert_near(seldom.tokens_per_s * seldom.interval_s, none.tokens_per_s * none.interval_s,
                    1e-12);
        at_most(&design, "executed", none.flop, often.executed_flop);
        if (design.workload.phase == PHASE_SERVE)
            continue; // who comes sooner meets another queue
        at_most(&design, "acceptance: time", often.time_s, seldom.time_s);
        at_most(&design, "acceptance: no overlap", often.time_no_overlap_s,
                seldom.time_no_overlap_s);
        at_most(&design, "acceptance: bytes", often.hbm_bytes, seldom.hbm_bytes);
        at_most(&design, "rejected drafts: bytes", none.hbm_bytes, never.hbm_bytes);
        at_most(&design, "batch", never.max_batch, none.max_batch);
    }
    library_free(library);
}

static void same(const Metrics *a, const Metrics *b) {
    for (int i = 0; i < METRICS_TABLE.count; i++) {
        double x = field_number(&METRICS_TABLE.fields[i], a);
        double y = field_number(&METRICS_TABLE.fields[i], b);
        if (x != y && !(isnan(x) && isnan(y)))
            fail_msg("%s: %.17g against %.17g", METRICS_TABLE.fields[i].name, x, y);
    }
}

TEST(draft, changes_nothing_where_there_is_none) {
    Library *library = open_data();
    uint64_t state = 22;
    for (int i = 0; i < DESIGNS; i++) {
        Design design = random_design(&state, library_catalog(library));
        bool prefill = design.workload.phase == PHASE_PREFILL;
        Metrics none = metrics_of(design, 0, 0.7);
        Metrics other = metrics_of(design, prefill ? 5 : 0, 0.2);
        same(&none, &other);
    }
    library_free(library);
}

// One sequence is bound by the weights, which a step of four tokens reads once as well.
TEST(draft, multiplies_the_tokens_of_one_sequence) {
    Library *library = open_data();
    Plan plan = {.tp = 1, .cp = 1, .dp = 1, .pp = 1, .ep = 1, .etp = 1};
    Workload work = {.phase = PHASE_DECODE, .batch = 1, .context = 2048};
    Design design = design_of(library, "h100_sxm", "llama-3.1-8b", "bf16", plan, work);
    Metrics none = metrics_of(design, 0, 1), all = metrics_of(design, 3, 1);
    Metrics never = metrics_of(design, 3, 0);
    double faster = none.time_s / all.time_s;
    assert_true(faster > 3.8 && faster <= 4);
    assert_near(all.tpot_s, all.time_s, 0);
    assert_near(all.tokens_per_s, 1 / all.interval_s, 1e-15);
    assert_true(never.time_s > none.time_s);
    assert_near(all.mbu / none.mbu, faster / 4, 1e-3); // a step's bytes, once
    assert_near(all.mfu / none.mfu, faster, 1e-9);     // a token's FLOP
    library_free(library);
}

// DeepSeek-V3 technical report, sec. 5.4.3: the second token holds in 85 to 90 % of cases, 1.8 times the tokens a second. That
// needs a step bound by what both tokens share; at large batches MLA and the exchange of tokens double as well.
TEST(draft, speeds_deepseek_v3_up_as_published) {
    static const struct {
        int ranks, batch;
    } CASES[] = {
        {32,  32 },
        {32,  256},
        {128, 128},
    };
    Library *library = open_data();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int ranks = CASES[i].ranks;
        Plan plan = {.tp = 1, .cp = 1, .dp = ranks, .pp = 1, .ep = ranks, .etp = 1};
        Workload work = {.phase = PHASE_DECODE, .batch = CASES[i].batch, .context = 4096};
        Design design = design_of(library, "h800", "deepseek-v3", "fp8", plan, work);
        Metrics none = metrics_of(design, 0, 0), drafted = metrics_of(design, 1, 0.85);
        double faster = drafted.tokens_per_s / none.tokens_per_s;
        if (!(faster > 1.5 && faster < 1.85))
            fail_msg("%d ranks: %g times the tokens a second", ranks, faster);
    }
    library_free(library);
}

// Report, sec. 2.2: a projection of 2 d to d, norms of both inputs and of the output, an expert layer; the head is shared.
// With stages the embedding is copied to the last one.
TEST(draft, keeps_its_module_on_the_last_stage) {
    Library *library = open_data();
    Plan plan = {.tp = 8, .cp = 1, .dp = 1, .pp = 2, .ep = 8, .etp = 1};
    plan.stage_count = 2;
    plan.stages[0] = 1; // so that the last stage is the fullest
    plan.stages[1] = 60;
    Workload work = {.phase = PHASE_DECODE, .batch = 1, .context = 4095};
    Design design = design_of(library, "h800", "deepseek-v3", "fp8", plan, work);
    Metrics none = metrics_of(design, 0, 0), one = metrics_of(design, 1, 0);
    Metrics three = metrics_of(design, 3, 0);
    const Model *model = design.model;
    double d = 7168;
    RankParams layer = shard_layer(model, &design.plan, shard_draft_kind(model));
    double weights = layer.linear + layer.experts +
                     2 * (layer.half + 2 * d * d + 3 * d + shard_embedding(model, &design.plan));
    assert_near(one.weight_bytes - none.weight_bytes, weights, 1e-9);
    assert_near(three.weight_bytes, one.weight_bytes, 0); // one module serves all passes
    // 61 caches in place of 60 on that stage; 4095 tokens and one drafted fill 256 pages either way.
    assert_near(one.kv_bytes / none.kv_bytes, 61.0 / 60, 1e-12);
    library_free(library);
}

// Each pass and what it reads, as the table shows it.
TEST(draft, is_told_op_by_op) {
    Library *library = open_data();
    Plan plan = {.tp = 8, .cp = 1, .dp = 1, .pp = 1, .ep = 1, .etp = 8};
    Workload work = {
        .phase = PHASE_DECODE, .batch = 4, .context = 4096, .draft = 2, .acceptance = 0.5};
    Design design = design_of(library, "b200_sxm", "deepseek-v3", "fp8", plan, work);
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    Metrics m;
    evaluate(&design, &m, breakdown);
    double time_s = 0, hbm_bytes = 0;
    int drafts = 0;
    for (int i = 0; i < breakdown->row_count; i++) {
        const BreakdownRow *row = &breakdown->rows[i];
        time_s += row->time_s;
        hbm_bytes += row->hbm_bytes;
        if (strncmp(row->where, "draft", 5) == 0) {
            assert_near(row->units, 2 / 1.75, 1e-12);
            assert_near(row->flop, 0, 0);
            drafts++;
        }
        if (strcmp(row->where, "draft layer") == 0 && row->op.kind == OP_ATTENTION)
            assert_near(row->op.attention.q_len, 1, 0);
        if (strcmp(row->where, "expert layer") == 0 && row->op.kind == OP_ATTENTION) {
            assert_near(row->op.attention.q_len, 3, 0);
            assert_near(row->op.attention.kv_len, 4098, 0);
        }
    }
    assert_true(drafts > 10);
    assert_near(time_s, m.time_s, 1e-9);
    assert_near(hbm_bytes, m.hbm_bytes, 1e-9);
    free(breakdown);
    library_free(library);
}
