// random_test.h — random designs out of the shipped data, for property tests and the benchmark.
#ifndef SIM_RANDOM_TEST_H
#define SIM_RANDOM_TEST_H

#include <stdint.h>

#include "sim/catalog.h"
#include "sim/design.h"

// SplitMix64 (Steele, Lea, Flood 2014).
static inline uint64_t random_bits(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline int random_below(uint64_t *state, int limit) {
    return (int)(random_bits(state) % (uint64_t)limit);
}

static inline double random_share(uint64_t *state) {
    return (double)(random_bits(state) >> 11) / 9007199254740992.0;
}

// From 1 to 2^bits, small and large sizes alike.
static inline int random_size(uint64_t *state, int bits) {
    int high = 1 << random_below(state, bits + 1);
    return high + random_below(state, high);
}

static inline int random_degree(uint64_t *state, int most_bits) {
    return random_below(state, 8) == 0 ? 1 + random_below(state, 6)
                                       : 1 << random_below(state, most_bits + 1);
}

static inline void random_plan(uint64_t *state, const Model *model, Plan *plan) {
    *plan = (Plan){.tp = random_degree(state, 4),
                   .cp = 1,
                   .dp = random_degree(state, 4),
                   .pp = random_degree(state, 3),
                   .ep = 1};
    if (random_below(state, 8) == 0)
        plan->cp = 2 << random_below(state, 2);
    plan->cp_kind = random_below(state, CP_KIND_COUNT);
    plan->etp = plan->tp;
    if (model->moe.experts > 0 && random_below(state, 3) > 0) {
        plan->ep = random_degree(state, 5);
        int ranks = plan->tp * plan->cp * plan->dp;
        plan->etp = ranks % plan->ep == 0 ? ranks / plan->ep : 1;
        if (random_below(state, 4) == 0)
            plan->etp = 1;
    }
    plan->overlap = random_below(state, 2) ? 0 : random_share(state);
    plan->chunk = random_below(state, 2) ? 0 : 64 << random_below(state, 6);
    plan->micro_batches = random_below(state, 2) ? 0 : random_degree(state, 4);
    plan->placement = random_below(state, 4) ? NULL : "pp,tp,cp,dp";
}

static inline Workload random_workload(uint64_t *state) {
    Workload work = {.phase = (Phase)random_below(state, PHASE_COUNT),
                     .batch = random_size(state, 12)};
    work.context = random_size(state, 17);
    work.prompt = random_size(state, 14);
    work.prefix = random_below(state, 2) ? 0 : random_below(state, work.prompt);
    work.output = random_size(state, 11);
    work.draft = random_below(state, 2) ? 0 : random_below(state, WORKLOAD_DRAFT + 1);
    if (work.phase == PHASE_SERVE)
        work.output++;
    work.token_budget = 64 << random_below(state, 9);
    work.prompts = random_below(state, PROMPTS_COUNT);
    work.acceptance = random_below(state, 8) ? random_share(state) : random_below(state, 2);
    return work;
}

// A design that passes design_check.
static inline Design random_design(uint64_t *state, const Catalog *catalog) {
    for (;;) {
        Design design = {.chip = catalog->chips[random_below(state, catalog->chip_count)],
                         .model = catalog->models[random_below(state, catalog->model_count)],
                         .workload = random_workload(state),
                         .hbm_reserve = 0.1};
        Error err;
        design.system = catalog_system(catalog, design.chip->system, &err);
        design.formats = FORMAT_SHORTHANDS[random_below(state, FORMAT_SHORTHAND_COUNT)].formats;
        if (random_below(state, 4) == 0)
            design.formats.kv = FORMAT_FP8;
        if (random_below(state, 4) == 0)
            design.routing_skew = random_share(state);
        random_plan(state, design.model, &design.plan);
        if (plan_finish(&design.plan, design.model, &err) && design_check(&design, &err))
            return design;
    }
}

#endif
