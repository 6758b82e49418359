#include "sim/base/test.h"

#include "arch/shard.h"
#include "lua/library.h"
#include "sim/evaluate.h"
#include "sim/random_test.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DESIGNS 5000
#else
#define DESIGNS 100000
#endif

// A sum of rounded parts may miss the whole by this much.
#define ROUNDING 1e-9

static Library *open_data(void) {
    Error err;
    Library *library = library_open(&err);
    if (!library)
        fail_msg("%s", err.what);
    return library;
}

static void show(const Design *design, const char *what, double a, double b) {
    char plan[128];
    plan_text(&design->plan, plan, sizeof plan);
    const Workload *w = &design->workload;
    fail_msg("%s: %.17g against %.17g for %s, %s, %s, weights %s, phase %s, batch %d, prompt %d, "
             "prefix %d, "
             "context %d, output %d, chunk %d, micro %d, overlap %g",
             what, a, b, design->chip->name, design->model->name, plan,
             FORMATS[design->formats.weights].name, PHASE_WORDS[w->phase], w->batch, w->prompt,
             w->prefix, w->context, w->output, design->plan.chunk, design->plan.micro_batches,
             design->plan.overlap);
}

static void at_most(const Design *design, const char *what, double small, double large) {
    if (!(small <= large * (1 + ROUNDING)))
        show(design, what, small, large);
}

static void equal(const Design *design, const char *what, double a, double b) {
    if (!(fabs(a - b) <= ROUNDING * fmax(fabs(a), fabs(b))))
        show(design, what, a, b);
}

TEST(evaluate, keeps_the_laws_of_physics) {
    Library *library = open_data();
    uint64_t state = 1;
    for (int i = 0; i < DESIGNS; i++) {
        Design design = random_design(&state, library_catalog(library));
        Metrics m;
        evaluate(&design, &m, NULL);
        at_most(&design, "mfu", m.mfu, 1);
        at_most(&design, "mbu", m.mbu, 1);
        at_most(&design, "0 < mfu", 1e-300, m.mfu);
        at_most(&design, "0 < mbu", 1e-300, m.mbu);
        equal(&design, "parts of time", m.compute_s + m.memory_s + m.comm_s + m.overhead_s,
              m.time_s);
        at_most(&design, "overlap <= time", m.time_overlap_s, m.time_s);
        at_most(&design, "time <= no overlap", m.time_s, m.time_no_overlap_s);
        at_most(&design, "interval <= time", m.interval_s, m.time_s);
        at_most(&design, "flop <= executed", m.flop, m.executed_flop);
        // Useful work at peak and useful bytes at full bandwidth bound the time from below.
        at_most(&design, "flop / peak <= time", m.mfu * m.interval_s, m.time_s);
        at_most(&design, "bytes / bandwidth <= time", m.mbu * m.interval_s, m.time_s);
    }
    library_free(library);
}

typedef enum Rate {
    RATE_MATRIX,
    RATE_VECTOR,
    RATE_SPECIAL,
    RATE_MEMORY,
    RATE_STORE,
    RATE_LINK,
    RATE_COUNT
} Rate;

static void raise(Rate rate, double by, Chip *chip, System *system) {
    if (rate == RATE_MATRIX)
        for (int i = 0; i < MATH_COUNT; i++)
            chip->peak.flop_per_s[i] *= by;
    if (rate == RATE_VECTOR)
        chip->vector.fp32_flop_per_s *= by;
    if (rate == RATE_SPECIAL)
        chip->vector.special_per_s *= by;
    if (rate == RATE_MEMORY)
        chip->memory.bandwidth_bytes_per_s *= by;
    if (rate == RATE_STORE)
        chip->store.bandwidth_bytes_per_s *= by;
    for (int i = 0; rate == RATE_LINK && i < system->level_count; i++)
        system->levels[i].bandwidth_bytes_per_s *= by;
}

TEST(evaluate, is_never_slower_for_more_of_any_rate) {
    static const char *const NAMES[RATE_COUNT] = {"matrix rate",     "vector rate",
                                                  "special rate",    "memory bandwidth",
                                                  "store bandwidth", "link bandwidth"};
    Library *library = open_data();
    uint64_t state = 2;
    for (int i = 0; i < DESIGNS; i++) {
        Design design = random_design(&state, library_catalog(library)), better = design;
        Metrics before, after;
        evaluate(&design, &before, NULL);
        Rate rate = (Rate)(i % RATE_COUNT);
        Chip chip = *design.chip;
        System system = *design.system;
        raise(rate, 1 + 3 * random_share(&state), &chip, &system);
        better.chip = &chip;
        better.system = &system;
        evaluate(&better, &after, NULL);
        at_most(&design, NAMES[rate], after.time_s, before.time_s);
        at_most(&design, NAMES[rate], after.interval_s, before.interval_s);
        at_most(&design, NAMES[rate], after.time_overlap_s, before.time_overlap_s);
        at_most(&design, NAMES[rate], after.time_no_overlap_s, before.time_no_overlap_s);
    }
    library_free(library);
}

TEST(evaluate, counts_the_same_useful_flop_under_every_plan) {
    Library *library = open_data();
    uint64_t state = 3;
    for (int i = 0; i < DESIGNS / 2; i++) {
        Design split = random_design(&state, library_catalog(library)), whole = split;
        whole.plan = (Plan){.tp = 1, .cp = 1, .dp = 1, .pp = 1, .ep = 1, .etp = 1};
        Error err;
        assert_true(plan_finish(&whole.plan, whole.model, &err));
        Metrics a, b;
        evaluate(&split, &a, NULL);
        evaluate(&whole, &b, NULL);
        equal(&split, "flop", a.flop, b.flop);
    }
    library_free(library);
}

TEST(evaluate, spreads_all_weights_over_the_chips) {
    Library *library = open_data();
    uint64_t state = 4;
    int checked = 0;
    for (int i = 0; i < DESIGNS / 2; i++) {
        Design design = random_design(&state, library_catalog(library));
        const Plan *plan = &design.plan;
        const Model *model = design.model;
        double ranks = (double)plan->tp * plan->cp * plan->dp, held = 0, experts = 0;
        for (int kind = 0; kind < model->kind_count; kind++) {
            RankParams rank = shard_layer(model, plan, kind);
            held += model->kinds[kind].layers * (rank.linear + rank.half) * plan->tp;
            experts += model->kinds[kind].layers * rank.experts * ranks / plan->copies;
        }
        held += (shard_embedding(model, plan) + shard_head(model, plan)) * plan->tp +
                shard_final_norm(model);
        // Nothing is lost; where all divides evenly and only routers and norms are replicated, nothing is added.
        at_most(&design, "params", model->params, (held + experts) * (1 + ROUNDING));
        bool even = model->attention.kind == ATTENTION_GQA &&
                    model->attention.kv_heads % plan->tp == 0 && model->vocab % plan->tp == 0 &&
                    !shard_owned(plan) && plan->tp == 1 &&
                    !(model->tied_embeddings && plan->pp > 1);
        if (even) {
            equal(&design, "params of one rank a stage", held + experts, model->params);
            checked++;
        }
    }
    assert_true(checked > 100);
    library_free(library);
}

TEST(evaluate, finds_the_largest_batch_that_fits) {
    Library *library = open_data();
    uint64_t state = 5;
    int checked = 0;
    for (int i = 0; i < DESIGNS / 4; i++) {
        Design design = random_design(&state, library_catalog(library));
        Metrics m, at;
        evaluate(&design, &m, NULL);
        if (m.fits && m.max_batch < design.workload.batch)
            show(&design, "fits above max_batch", design.workload.batch, m.max_batch);
        if (m.max_batch < 1 || m.max_batch > 1e8)
            continue;
        design.workload.batch = (int)m.max_batch;
        evaluate(&design, &at, NULL);
        if (!at.fits)
            show(&design, "max_batch does not fit", m.max_batch, at.hbm_missing_bytes);
        design.workload.batch++;
        evaluate(&design, &at, NULL);
        if (at.fits)
            show(&design, "max_batch + 1 fits", m.max_batch + 1, at.hbm_used_bytes);
        checked++;
    }
    assert_true(checked > DESIGNS / 16);
    library_free(library);
}

// Prefill and every decode step evaluated one by one.
static double step_by_step(const Design *design) {
    Design part = *design;
    Metrics m;
    part.workload.phase = PHASE_PREFILL;
    evaluate(&part, &m, NULL);
    double sum = m.time_s;
    part.workload.phase = PHASE_DECODE;
    for (int i = 1; i < design->workload.output; i++) {
        part.workload.context = design->workload.prompt + i;
        evaluate(&part, &m, NULL);
        sum += m.time_s;
    }
    return sum;
}

TEST(evaluate, sums_a_generate_as_step_by_step) {
    Library *library = open_data();
    uint64_t state = 6;
    for (int i = 0; i < DESIGNS / 250; i++) {
        Design design = random_design(&state, library_catalog(library));
        design.workload.phase = PHASE_GENERATE;
        Metrics m;
        evaluate(&design, &m, NULL);
        double sum = step_by_step(&design);
        if (fabs(m.time_s / sum - 1) > 1e-3)
            show(&design, "generate", m.time_s, sum);
    }
    library_free(library);
}

// Weights without input embedding + KV over bandwidth, FLOP over peak: nothing can be faster. From
// the list of floors in the project's reference (H100 SXM, 3.35 TB/s, 989 TFLOP/s).
TEST(evaluate, respects_the_floors_of_llama) {
    static const struct {
        const char *model;
        int tp;
        Phase phase;
        int batch, length;
        double floor_s, ceiling_s;
    } CASES[] = {
        {"llama-3.1-8b",  1, PHASE_DECODE,  1,  2048, 4.55e-3, 9e-3 },
        {"llama-3.1-8b",  1, PHASE_DECODE,  16, 2048, 5.75e-3, 11e-3},
        {"llama-3.1-8b",  1, PHASE_DECODE,  64, 2048, 9.60e-3, 17e-3},
        {"llama-3.1-8b",  1, PHASE_PREFILL, 1,  2048, 30e-3,   60e-3},
        {"llama-3.1-70b", 8, PHASE_DECODE,  1,  2048, 5.2e-3,  11e-3},
        {"llama-3.1-70b", 8, PHASE_DECODE,  64, 2048, 6.78e-3, 17e-3},
    };
    Library *library = open_data();
    const Catalog *catalog = library_catalog(library);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Error err;
        Design design = {.chip = catalog_chip(catalog, "h100_sxm", &err),
                         .model = catalog_model(catalog, CASES[i].model, &err),
                         .hbm_reserve = 0.1};
        assert_non_null(design.chip);
        assert_non_null(design.model);
        design.system = catalog_system(catalog, design.chip->system, &err);
        assert_true(formats_named("bf16", &design.formats, &err));
        design.plan =
            (Plan){.tp = CASES[i].tp, .cp = 1, .dp = 1, .pp = 1, .ep = 1, .etp = CASES[i].tp};
        design.workload = (Workload){.phase = CASES[i].phase,
                                     .batch = CASES[i].batch,
                                     .prompt = CASES[i].length,
                                     .context = CASES[i].length};
        assert_true(plan_finish(&design.plan, design.model, &err) && design_check(&design, &err));
        Metrics m;
        evaluate(&design, &m, NULL);
        at_most(&design, "floor", CASES[i].floor_s, m.time_s);
        at_most(&design, "ceiling", m.time_s, CASES[i].ceiling_s);
    }
    library_free(library);
}

// Every shipped model on every shipped chip, in each shorthand's formats: it runs, or the reason is said.
TEST(evaluate, runs_every_model_on_every_chip_or_says_why_not) {
    Library *library = open_data();
    const Catalog *catalog = library_catalog(library);
    int ran = 0, refused = 0;
    for (int c = 0; c < catalog->chip_count; c++)
        for (int m = 0; m < catalog->model_count; m++)
            for (int f = 0; f < FORMAT_SHORTHAND_COUNT; f++) {
                Error err = {0};
                Design design = {
                    .chip = catalog->chips[c],
                    .model = catalog->models[m],
                    .formats = FORMAT_SHORTHANDS[f].formats,
                    .plan = {.tp = 1, .cp = 1,                    .dp = 1, .pp = 1, .ep = 1, .etp = 1},
                    .workload = {.phase = (Phase)(f % PHASE_COUNT),
                             .batch = 3,
                             .context = 777,
                             .prompt = 700,
                             .output = 40                                                 }
                };
                design.system = catalog_system(catalog, design.chip->system, &err);
                if (!plan_finish(&design.plan, design.model, &err) ||
                    !design_check(&design, &err)) {
                    assert_true(err.what[0] != 0);
                    refused++;
                    continue;
                }
                Metrics metrics;
                evaluate(&design, &metrics, NULL);
                if (!(metrics.time_s > 0 && metrics.time_s < 1e6 && metrics.mfu > 0))
                    show(&design, "time", metrics.time_s, metrics.mfu);
                ran++;
            }
    assert_true(ran > 4 * refused / 3 && refused > 0);
    library_free(library);
}
