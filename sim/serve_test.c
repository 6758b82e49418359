// serve_test.c — the closed form beside a scheduler that takes one step after the other: it admits prompts, cuts them by the budget, and
// charges each step what its own tokens cost.
#include "sim/serve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lua/library.h"
#include "sim/base/test.h"
#include "sim/random_test.h"
#include "sim/request.h"

#define IN_FLIGHT 1024
#define PARTIES   16
#define SPREAD    0.2 // lengths lie evenly within this share of the mean

// Most that the closed form may be off in one case. Lengths that vary fill tiles worse than those that are all 1024, say.
#define TPOT_OFF 0.04
#define TTFT_OFF 0.08

typedef struct Sequence {
    double prompt, prefilled; // tokens
    double made, output;
    double came_s, first_s;
    long came_step; // joins the one after the next
    long place;     // in the queue
} Sequence;

// A micro-batch of a dp group.
typedef struct Party {
    Sequence sequences[IN_FLIGHT];
    int count;
    long steps;
    double ready_s;
    bool prompts_last; // apart: the step before was one of prompts
} Party;

typedef struct Simulation {
    Step *step;
    const Workload *work;
    Party *parties; // [micro][group]
    int groups, micro;
    bool together;
    double free_s[PLAN_STAGES];
    uint64_t random;
    long queued;
    double until_s; // before it nothing is counted
    double ttft_s, tpot_s;
    long firsts, lasts;
} Simulation;

// What a party runs in its next step.
typedef struct Load {
    double decoding, context; // sequences, sum of their lengths
    double tokens, prompts, seen, ends;
} Load;

static double spread(Simulation *sim, double mean) {
    return floor(mean * (1 - SPREAD + 2 * SPREAD * random_share(&sim->random)) + 0.5);
}

static Sequence newcomer(Simulation *sim, double now_s, long step) {
    return (Sequence){.prompt = spread(sim, sim->work->prompt),
                      .output = fmax(2, spread(sim, sim->work->output)),
                      .came_s = now_s,
                      .came_step = step,
                      .place = sim->queued++};
}

static void begin(Simulation *sim, Party *party, int count) {
    party->count = count;
    for (int i = 0; i < count; i++) {
        Sequence *s = &party->sequences[i];
        *s = newcomer(sim, 0, -1);
        s->prefilled = s->prompt;
        s->made = 1 + floor(random_share(&sim->random) * (s->output - 1));
        s->first_s = -1;
    }
}

static bool waits(const Sequence *s) {
    return s->prefilled < s->prompt;
}

// The first in the queue that may be taken, with work left that this step has not taken yet.
static Sequence *next_waiting(Party *party, const double taken[], bool any) {
    Sequence *first = NULL;
    for (int i = 0; i < party->count; i++) {
        Sequence *s = &party->sequences[i];
        bool seen = any || s->came_step < party->steps;
        if (waits(s) && seen && taken[i] == 0 && (!first || s->place < first->place))
            first = s;
    }
    return first;
}

static Load plan_step(const Simulation *sim, Party *party, double taken[]) {
    Load load = {0};
    bool apart = sim->work->prompts == PROMPTS_APART;
    memset(taken, 0, (size_t)party->count * sizeof taken[0]);
    for (int i = 0; i < party->count; i++) {
        const Sequence *s = &party->sequences[i];
        if (!waits(s)) {
            load.decoding++;
            load.context += s->prompt + s->made;
        }
    }
    double room = sim->work->token_budget - (apart ? 0 : load.decoding);
    Sequence *s;
    while (room > 0 && (s = next_waiting(party, taken, load.decoding == 0)) != NULL) {
        double tokens = fmin(room, s->prompt - s->prefilled);
        taken[s - party->sequences] = tokens;
        load.tokens += tokens;
        load.prompts++;
        load.seen += tokens * (s->prefilled + tokens);
        load.ends += s->prefilled + tokens == s->prompt;
        room -= tokens;
    }
    if (apart && load.tokens > 0)
        load.decoding = load.context = 0;
    return load;
}

static UnitOfWork unit_of(const Simulation *sim, const Load loads[]) {
    const Load *fullest = &loads[0];
    Load all = {0};
    for (int g = 0; g < sim->groups; g++) {
        if (loads[g].tokens + loads[g].decoding > fullest->tokens + fullest->decoding)
            fullest = &loads[g];
        all.decoding += loads[g].decoding;
        all.tokens += loads[g].tokens;
        all.prompts += loads[g].prompts;
        all.ends += loads[g].ends;
    }
    double seen = fullest->tokens > 0 ? fullest->seen / fullest->tokens : 0;
    if (fullest->decoding == 0)
        return (UnitOfWork){.sequences = fullest->prompts,
                            .tokens = fullest->tokens / fullest->prompts,
                            .useful = fullest->tokens / fullest->prompts,
                            .kv_len = seen,
                            .all_sequences = all.prompts};
    return (UnitOfWork){
        .sequences = fullest->decoding,
        .tokens = 1,
        .useful = 1,
        .kv_len = fullest->context / fullest->decoding,
        .all_sequences = all.decoding,
        .pieces = {fullest->prompts, fullest->tokens, seen, fullest->ends, all.prompts, all.tokens,
                   all.ends},
        .decode = true
    };
}

static void finish(Simulation *sim, Sequence *s, double end_s, long step) {
    if (s->first_s >= sim->until_s && s->first_s >= 0) {
        sim->tpot_s += (end_s - s->first_s) / (s->output - 1);
        sim->lasts++;
    }
    *s = newcomer(sim, end_s, step);
}

static void end_step(Simulation *sim, Party *party, const Load *load, const double taken[],
                     double end_s) {
    party->steps++;
    for (int i = 0; i < party->count; i++) {
        Sequence *s = &party->sequences[i];
        if (!waits(s) && load->decoding > 0) {
            s->made++;
            if (s->made >= s->output)
                finish(sim, s, end_s, party->steps);
        } else if (taken[i] > 0) {
            s->prefilled += taken[i];
            if (waits(s))
                continue;
            s->made = 1;
            s->first_s = end_s;
            if (s->came_s >= sim->until_s) {
                sim->ttft_s += end_s - s->came_s;
                sim->firsts++;
            }
        }
    }
    party->ready_s = end_s;
}

// A micro-batch of all groups (of one, where they do not wait for each other) passes the stages.
static void pass(Simulation *sim, int micro) {
    static double taken[PARTIES][IN_FLIGHT];
    Load loads[PARTIES];
    Party *parties = &sim->parties[micro * sim->groups];
    for (int g = 0; g < sim->groups; g++)
        loads[g] = plan_step(sim, &parties[g], taken[g]);
    UnitOfWork unit = unit_of(sim, loads);
    UnitCost cost;
    Span stages[PLAN_STAGES], sends[PLAN_STAGES], spans[MODEL_KINDS];
    step_whole(sim->step, &unit, unit.kv_len, 1, &cost);
    for (int i = 0; i < sim->step->design->model->kind_count; i++)
        spans[i] = cost.kinds[i].span;
    step_stages(sim->step, spans, &cost.first.span, &cost.last.span, stages);
    step_handoffs(sim->step, &unit, 1, cost.handoffs_alike ? &cost.handoff : NULL, sends);
    double now_s = parties[0].ready_s;
    for (int s = 0; s < sim->step->design->plan.pp; s++) {
        now_s = fmax(now_s + (s > 0 ? span_s(&sends[s]) : 0), sim->free_s[s]) + span_s(&stages[s]);
        sim->free_s[s] = now_s;
    }
    for (int g = 0; g < sim->groups; g++)
        end_step(sim, &parties[g], &loads[g], taken[g], now_s);
}

static void simulate(Simulation *sim, Step *step, int sequences) {
    const Design *design = step->design;
    Schedule schedule = schedule_decode(design, design->workload.batch);
    *sim = (Simulation){.step = step, .work = &design->workload, .random = 5};
    sim->together = design->plan.ep * design->plan.etp > design->plan.tp * design->plan.cp;
    sim->groups = sim->together ? design->plan.dp : 1;
    sim->micro = schedule.micro_batches;
    assert_true(sim->groups <= PARTIES && schedule.sequences <= IN_FLIGHT);
    sim->parties = calloc((size_t)(sim->groups * sim->micro), sizeof *sim->parties);
    assert_non_null(sim->parties);
    for (int i = 0; i < sim->groups * sim->micro; i++)
        begin(sim, &sim->parties[i], schedule.sequences);
    sim->until_s = INFINITY;
    for (long round = 0; sim->lasts < sequences; round++) {
        if (round == 2L * design->workload.output)
            sim->until_s = sim->parties[0].ready_s;
        for (int micro = 0; micro < sim->micro; micro++)
            pass(sim, micro);
    }
    sim->ttft_s /= (double)sim->firsts;
    sim->tpot_s /= (double)sim->lasts;
    free(sim->parties);
}

typedef struct ServeCase {
    const char *chip, *model, *formats;
    int tp, dp, pp, ep;
    int batch, prompt, output, budget;
    const char *prompts;
} ServeCase;

// clang-format off
static const ServeCase CASES[] = {
    {"h100_sxm", "llama-3.1-8b",    "bf16", 1, 1, 1, 1,   8, 1024,  128, 8192, "mixed"},
    {"h100_sxm", "llama-3.1-8b",    "bf16", 1, 1, 1, 1,  64, 1024,  128, 8192, "mixed"},
    {"h100_sxm", "llama-3.1-8b",    "fp8",  1, 1, 1, 1, 256,  256,  256, 2048, "mixed"},
    {"h100_sxm", "llama-3.1-8b",    "bf16", 1, 1, 1, 1,  32,  128,   64,  512, "mixed"},
    {"h100_sxm", "llama-3.1-8b",    "bf16", 1, 1, 1, 1,   1, 1024,  128, 8192, "mixed"},
    {"h100_sxm", "llama-3.1-8b",    "bf16", 1, 1, 1, 1,   2, 4096,  256, 2048, "mixed"},
    {"h100_sxm", "llama-3.1-8b",    "bf16", 1, 1, 1, 1, 128, 1024,  128, 8192, "apart"},
    {"h200_sxm", "llama-3.1-70b",   "fp8",  8, 1, 1, 1,  64, 8192, 1024, 8192, "mixed"},
    {"h200_sxm", "llama-3.1-70b",   "fp8",  2, 1, 1, 1,  16, 8192,  512, 2048, "mixed"},
    {"h200_sxm", "llama-3.1-70b",   "fp8",  4, 1, 1, 1,  32, 4096,  256, 8192, "apart"},
    {"h100_sxm", "qwen3-32b",       "fp8",  2, 1, 1, 1, 128, 4096,  128, 8192, "mixed"},
    {"h100_sxm", "qwen3-30b-a3b",   "bf16", 2, 1, 1, 1,  48, 2048,  256, 8192, "mixed"},
    {"h100_sxm", "gemma-3-27b",     "bf16", 2, 1, 1, 1,  24, 2048,  512, 8192, "mixed"},
    {"h200_sxm", "deepseek-v3",     "fp8",  1, 8, 1, 8, 256, 2048,  512, 8192, "mixed"},
    {"h100_sxm", "llama-3.1-70b",   "bf16", 2, 1, 4, 1,  64, 1024,  256, 2048, "mixed"},
    {"h100_sxm", "llama-3.1-70b",   "fp8",  1, 1, 2, 1,  32, 4096,  512, 4096, "mixed"},
    // Prompts fill nearly all steps, or all of them, so that a queue stands.
    {"h100_sxm", "llama-3.1-8b",    "bf16", 1, 1, 1, 1,  96, 2048,   64, 4096, "mixed"},
    {"h100_sxm", "llama-3.1-8b",    "bf16", 1, 1, 1, 1, 256, 2048,   64, 2048, "mixed"},
};
// clang-format on

static void request_of(const ServeCase *it, Request *request) {
    *request = request_new();
    request->chip = it->chip;
    request->model = it->model;
    request->phase = "serve";
    request->formats = it->formats;
    request->tp = it->tp;
    request->dp = it->dp;
    request->pp = it->pp;
    request->ep = it->ep;
    request->batch = it->batch;
    request->prompt = it->prompt;
    request->output = it->output;
    request->token_budget = it->budget;
    request->prompts = it->prompts;
}

static Design design_of(const Catalog *catalog, const ServeCase *it) {
    Request request;
    Error err;
    Design design;
    request_of(it, &request);
    const Chip *chip = catalog_chip(catalog, it->chip, &err);
    Names names = {.chip = chip,
                   .system = catalog_system(catalog, chip->system, &err),
                   .model = catalog_model(catalog, it->model, &err)};
    if (!request_design(&request, &names, &design, NULL, &err))
        fail_msg("%s: %s", it->model, err.what);
    return design;
}

TEST(serve, agrees_with_a_scheduler_that_takes_every_step) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    double tpot_sum = 0, ttft_sum = 0;
    for (int i = 0; i < FIELD_COUNT(CASES); i++) {
        Design design = design_of(library_catalog(library), &CASES[i]);
        Metrics metrics;
        Step step;
        Simulation sim;
        evaluate(&design, &metrics, NULL);
        step_new(&step, &design, NULL);
        simulate(&sim, &step, 1500);
        double tpot_off = fabs(metrics.tpot_s / sim.tpot_s - 1);
        double ttft_off = fabs(metrics.ttft_s / sim.ttft_s - 1);
        if (tpot_off > TPOT_OFF || ttft_off > TTFT_OFF)
            fail_msg("case %d, %s: tpot %g, simulated %g; ttft %g, simulated %g", i, CASES[i].model,
                     metrics.tpot_s, sim.tpot_s, metrics.ttft_s, sim.ttft_s);
        tpot_sum += tpot_off;
        ttft_sum += ttft_off;
    }
    assert_true(tpot_sum / FIELD_COUNT(CASES) < 0.015);
    assert_true(ttft_sum / FIELD_COUNT(CASES) < 0.03);
    library_free(library);
}

// Steps with prompts and without run the same decode attention, so that a byte stands for the same work in both.
TEST(serve, deals_decode_attention_to_both_kinds_of_steps_as_they_run) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    Breakdown *table = calloc(1, sizeof *table);
    static const ServeCase CASE = {"h200_sxm", "deepseek-v3", "fp8", 1,    16,     1, 16,
                                   64,         4096,          64,    8192, "mixed"};
    Design design = design_of(library_catalog(library), &CASE);
    Metrics metrics;
    int pairs = 0;
    evaluate(&design, &metrics, table);
    for (int i = 0; i < table->row_count; i++) {
        const BreakdownRow *with = &table->rows[i];
        for (int k = 0; k < table->row_count; k++) {
            const BreakdownRow *without = &table->rows[k];
            if (strcmp(with->op.name, "attention_decode") != 0 || with->where != without->where ||
                without->phase != PHASE_DECODE || strcmp(without->op.name, "attention") != 0)
                continue;
            assert_near(with->flop / with->hbm_bytes, without->flop / without->hbm_bytes, 1e-9);
            pairs++;
        }
    }
    assert_true(pairs >= 2);
    free(table);
    library_free(library);
}
