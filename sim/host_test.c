#include "sim/host.h"

#include <stdlib.h>
#include <string.h>

#include "lua/library.h"
#include "sim/base/test.h"
#include "sim/random_test.h"
#include "sim/request.h"

#define DESIGNS 4000

static const Engine SLOW = {.name = "slow",
                            .launch_s = 50e-6,
                            .step_s = 1e-3,
                            .sequence_s = 1e-5,
                            .prompt_step_s = 2e-3,
                            .prompt_token_s = 1e-6,
                            .request_s = 5e-3,
                            .work_share = 0.1};

TEST(host, only_adds_and_only_to_the_fixed_part) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    uint64_t state = 17;
    for (int i = 0; i < DESIGNS; i++) {
        Design design = random_design(&state, library_catalog(library));
        Metrics ideal, metrics;
        evaluate(&design, &ideal, NULL);
        design.engine = &SLOW;
        evaluate(&design, &metrics, NULL);
        assert_true(metrics.time_s > ideal.time_s && metrics.interval_s > ideal.interval_s);
        assert_true(metrics.overhead_s > ideal.overhead_s);
        assert_true(metrics.mfu < ideal.mfu && metrics.mbu < ideal.mbu);
        assert_near(metrics.flop, ideal.flop, 1e-12);
        assert_near(metrics.compute_s + metrics.memory_s + metrics.comm_s + metrics.overhead_s,
                    metrics.time_s, 1e-9);
    }
    library_free(library);
}

static double row_s(const Breakdown *breakdown, const char *name) {
    double sum = 0;
    for (int i = 0; i < breakdown->row_count; i++)
        if (strcmp(breakdown->rows[i].where, "engine") == 0 &&
            strcmp(breakdown->rows[i].op.name, name) == 0)
            sum += breakdown->rows[i].time_s;
    return sum;
}

// A decode step of 7 ms: one step, eight sequences, no launches where graphs are replayed.
TEST(host, has_rows_of_its_own) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    const Catalog *catalog = library_catalog(library);
    const Chip *chip = catalog_chip(catalog, "h100_sxm", &err);
    Engine engine = SLOW;
    Names names = {.chip = chip,
                   .system = catalog_system(catalog, chip->system, &err),
                   .model = catalog_model(catalog, "llama-3.1-8b", &err),
                   .engine = &engine};
    Request request = request_new();
    request.phase = "decode";
    request.batch = 8;
    request.context = 4096;
    Design design;
    Metrics ideal, metrics;
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    engine.graphs = true;
    engine.launch_s = 1e-3; // 32 ms for 32 layers
    assert_true(request_design(&request, &names, &design, NULL, &err));
    evaluate(&design, &metrics, breakdown);
    design.engine = NULL;
    evaluate(&design, &ideal, NULL);
    assert_near(row_s(breakdown, "step"), 1e-3, 1e-9);
    assert_near(row_s(breakdown, "sequences"), 8e-5, 1e-9);
    assert_near(row_s(breakdown, "other kernels"), 0.1 * ideal.time_s, 1e-9);
    assert_near(row_s(breakdown, "launches"), 0, 1e-12);
    assert_near(metrics.time_s, 1.1 * ideal.time_s + 1.08e-3, 1e-9);
    engine.graphs = false;
    design.engine = &engine;
    evaluate(&design, &metrics, breakdown);
    assert_near(metrics.time_s, 32e-3 + 1.08e-3, 1e-9);
    free(breakdown);
    library_free(library);
}

TEST(host, brings_its_habits) {
    Engine engine = {.name = "x", .token_budget = 2048, .prompts = PROMPTS_APART};
    Request request = request_new();
    Design design = {
        .workload = {.phase = PHASE_SERVE, .token_budget = 8192}
    };
    request_engine(&request, &engine, &design);
    assert_int_equal(design.workload.token_budget, 2048);
    assert_int_equal(design.workload.prompts, PROMPTS_APART);
    request.token_budget = 512;
    request.prompts = "mixed";
    design.workload.token_budget = 512;
    design.workload.prompts = PROMPTS_MIXED;
    request_engine(&request, &engine, &design);
    assert_int_equal(design.workload.token_budget, 512);
    assert_int_equal(design.workload.prompts, PROMPTS_MIXED);
}
