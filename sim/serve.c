#include "sim/serve.h"

#include <math.h>
#include <string.h>

#include "sim/host.h"
#include "sim/loop.h"
#include "sim/traffic.h"

typedef struct Serve {
    Step *step;
    const Workload *work;
    Schedule schedule; // of decode
    Loop loop;
    double groups;   // dp groups that hold sequences
    double together; // of them, that wait for each other in every step
    double parties;  // groups and micro-batches that wait for each other
    double rounds;   // decode steps of a group while as many sequences end as are in flight
    int passes;      // that draft tokens for the next step
    Span pass;
    double share[LOOP_STATES];   // of the steps: those of the states, or of groups together
    double steps;                // sum of them: steps of all kinds a decode step
    double prompts[LOOP_STATES]; // of all groups in such a step over those of the fullest
    // By the length of the steps, the shortest first:
    int order[LOOP_STATES];    // states
    double below[LOOP_STATES]; // chance of that state or a shorter one
    Span round[LOOP_STATES];   // where the longest state of all parties is that one
} Serve;

// Of a step of each state.
typedef struct StateSpans {
    Span stages[LOOP_STATES][PLAN_STAGES], sends[LOOP_STATES][PLAN_STAGES];
} StateSpans;

// Ranks of several dp groups hold the experts together.
static bool shares_experts(const Plan *plan) {
    return plan->ep * plan->etp > plan->tp * plan->cp;
}

// Where several groups step together: steps by the largest state of any of them, and the prompts of all groups in such
// a step over those of one in that state.
static void join_groups(Serve *serve) {
    const LoopState *states = serve->loop.states;
    double n = serve->together, until = 0, tokens = 0;
    for (int i = 0; i < serve->loop.count; i++) {
        double share = states[i].share, sum = serve->groups * share, before = pow(until, n);
        serve->share[i] = share;
        if (n > 1 && !serve->loop.apart) {
            sum = -n * pow(until, n - 1) * tokens;
            until += share;
            tokens += share * states[i].tokens;
            serve->share[i] = pow(until, n) - before;
            sum = i > 0 ? (sum + n * pow(until, n - 1) * tokens) / states[i].tokens : 0;
        } else if (n > 1 && i > 0) {
            serve->share[i] = fmax(share, 1 - pow(1 - fmin(share, 1), n));
        }
        serve->prompts[i] = sum / serve->share[i];
        serve->steps += serve->share[i];
    }
}

static Serve serve_begin(Step *step) {
    const Design *design = step->design;
    const Workload *work = &design->workload;
    Serve serve = {
        .step = step, .work = work, .schedule = schedule_decode(design, work->batch), .passes = 0};
    const Schedule *schedule = &serve.schedule;
    serve.loop = (Loop){.sequences = schedule->sequences,
                        .steps = (work->output - 1) / workload_step_tokens(work),
                        .prompt = work->prompt - work->prefix,
                        .budget = work->token_budget,
                        .width = 1 + workload_draft(work),
                        .apart = work->prompts == PROMPTS_APART || schedule->sequences == 1};
    loop_solve(&serve.loop);
    if (design->model->mtp_layers > 0)
        serve.passes = workload_draft(work);
    serve.groups = schedule->all_sequences / schedule->sequences;
    serve.together = shares_experts(&design->plan) ? fmax(1, serve.groups) : 1;
    serve.parties = serve.together * schedule->micro_batches;
    serve.rounds = work->batch * serve.loop.steps /
                   (serve.loop.decoding * serve.groups * schedule->micro_batches);
    join_groups(&serve);
    return serve;
}

static double mean_context(const Workload *work) {
    return work->prompt + work->output / 2.0 + workload_draft(work);
}

static UnitOfWork decode_unit(const Serve *serve) {
    const Workload *work = serve->work;
    return (UnitOfWork){.sequences = serve->loop.decoding,
                        .tokens = serve->loop.width,
                        .useful = workload_step_tokens(work),
                        .kv_len = mean_context(work),
                        .kv_first = work->prompt + 1.0 + workload_draft(work),
                        .all_sequences = serve->loop.decoding * serve->groups,
                        .decode = true};
}

// A step of that state; prompts: those of all groups over those of the fullest.
static UnitOfWork state_unit(const Serve *serve, const LoopState *state, double prompts) {
    double seen = serve->work->prefix + state->seen, ends = state->tokens / serve->loop.prompt;
    if (state->tokens > 0 && serve->loop.apart) {
        double each = state->tokens / state->sequences;
        return (UnitOfWork){.sequences = state->sequences,
                            .tokens = each,
                            .useful = each,
                            .kv_len = seen,
                            .prompt_first = serve->work->prefix,
                            .prompt_last = serve->work->prompt,
                            .all_sequences = state->sequences * prompts,
                            .end_share = ends / state->sequences};
    }
    UnitOfWork unit = decode_unit(serve);
    unit.prompt_first = serve->work->prefix;
    unit.prompt_last = serve->work->prompt;
    if (state->tokens > 0)
        unit.pieces = (PromptPieces){.sequences = state->sequences,
                                     .tokens = state->tokens,
                                     .kv_len = seen,
                                     .ends = ends,
                                     .all_sequences = state->sequences * prompts,
                                     .all_tokens = state->tokens * prompts,
                                     .all_ends = ends * prompts};
    return unit;
}

static void count_weights(const Serve *serve, const UnitOfWork *unit, double rounds) {
    Step *step = serve->step;
    double holders = unit->all_sequences + unit->pieces.all_sequences;
    double each = unit_all_tokens(unit) / holders, all = holders * serve->schedule.micro_batches;
    step->useful_hbm_bytes +=
        rounds * traffic_weight_bytes(step->design, step->ranks, all, each,
                                      traffic_experts(step->design, all, each, unit->decode));
}

static void draft_pass(Serve *serve, double units) {
    UnitOfWork unit = decode_unit(serve);
    StepUnit pass;
    StepEdges edges;
    double kv_len = unit.kv_len;
    unit.tokens = unit.kv_len = 1;
    unit.useful = unit.kv_first = 0;
    unit.draft = true;
    serve->step->phase = PHASE_DECODE;
    step_unit(serve->step, &unit, units * serve->passes, &pass);
    step_edges(serve->step, &unit, units * serve->passes, &edges);
    serve->pass = step_draft(serve->step, &pass, &edges, kv_len, units * serve->passes);
}

// Stages' spans of a step of that state; `rounds` of its like enter the totals.
static void cost_state(const Serve *serve, const UnitOfWork *unit, double rounds, Span stages[],
                       Span sends[]) {
    Step *step = serve->step;
    const Model *model = step->design->model;
    double units = rounds * serve->schedule.micro_batches;
    UnitCost cost;
    Span spans[MODEL_KINDS];
    step->phase = unit->pieces.tokens > 0 || !unit->decode ? PHASE_PREFILL : PHASE_DECODE;
    step_whole(step, unit, unit->kv_len, units, &cost);
    step_count(step, &cost, unit, units);
    step_handoffs(step, unit, units, cost.handoffs_alike ? &cost.handoff : NULL, sends);
    for (int i = 0; i < model->kind_count; i++)
        spans[i] = cost.kinds[i].span;
    step_stages(step, spans, &cost.first.span, &cost.last.span, stages);
    if (unit->decode)
        span_add(&stages[step->design->plan.pp - 1], &serve->pass, serve->passes);
    HostLoad load = {unit->decode ? unit->sequences : 0, unit->pieces.tokens};
    if (!unit->decode)
        load.tokens = unit->sequences * unit->tokens;
    host_add(step, &load, units, stages);
    count_weights(serve, unit, rounds);
    if (!step->breakdown)
        return;
    for (int stage = 0; stage < step->design->plan.pp; stage++)
        step->breakdown->stage_s[stage] += span_s(&stages[stage]) * units;
    for (int stage = 1; stage < step->design->plan.pp; stage++)
        step->breakdown->handoff_s = fmax(step->breakdown->handoff_s, span_s(&sends[stage]));
}

// What a span lasts: as overlap is, or at one of its two ends.
typedef enum Clock { CLOCK_TIME, CLOCK_BEST, CLOCK_WORST } Clock;

static double clock_s(const Span *span, Clock clock) {
    return clock == CLOCK_TIME ? span_s(span) : clock == CLOCK_BEST ? span->best_s : span->worst_s;
}

// States by how long a round of them alone is.
static void sort_states(Serve *serve, const StateSpans *spans, Clock clock) {
    int pp = serve->step->design->plan.pp;
    double round_s[LOOP_STATES];
    for (int i = 0; i < serve->loop.count; i++) {
        int place = i;
        Span round =
            pipeline_loop(pp, spans->stages[i], spans->sends[i], serve->schedule.micro_batches);
        round_s[i] = clock_s(&round, clock);
        for (; place > 0 && round_s[serve->order[place - 1]] > round_s[i]; place--)
            serve->order[place] = serve->order[place - 1];
        serve->order[place] = i;
    }
}

static void cost_states(Serve *serve, StateSpans *spans) {
    if (serve->passes > 0)
        draft_pass(serve, serve->rounds * serve->schedule.micro_batches);
    for (int i = 0; i < serve->loop.count; i++) {
        UnitOfWork unit = state_unit(serve, &serve->loop.states[i], serve->prompts[i]);
        cost_state(serve, &unit, serve->rounds * serve->share[i], spans->stages[i],
                   spans->sends[i]);
    }
}

// Rounds by the longest state of all parties; the others are in it or in shorter ones.
static void join_rounds(Serve *serve, const StateSpans *spans, Clock clock) {
    int pp = serve->step->design->plan.pp;
    Span sums[PLAN_STAGES], rest[PLAN_STAGES];
    double until = 0;
    memset(sums, 0, (size_t)pp * sizeof sums[0]);
    sort_states(serve, spans, clock);
    for (int place = 0; place < serve->loop.count; place++) {
        int i = serve->order[place];
        double share = serve->share[i] / serve->steps;
        until += share;
        for (int stage = 0; stage < pp; stage++) {
            span_add(&sums[stage], &spans->stages[i][stage], share);
            rest[stage] = (Span){0};
            span_add(&rest[stage], &sums[stage], 1 / until);
        }
        serve->below[place] = pow(until, 1 / serve->together);
        serve->round[place] = pipeline_mixed_loop(pp, spans->stages[i], rest, spans->sends[i],
                                                  serve->schedule.micro_batches);
        if (place > 0 && serve->parties > 1)
            span_later(&serve->round[place], &serve->round[place - 1]);
    }
}

// The mean round; own: of those in which one party is in that state (-1: any).
static Span mean_round(const Serve *serve, int own) {
    Span mean = {0};
    double n = own < 0 ? serve->parties : serve->parties - 1, before = 0;
    int place = 0;
    while (own >= 0 && serve->order[place] != own)
        place++;
    for (; place < serve->loop.count; place++) {
        double until = place == serve->loop.count - 1 ? 1 : pow(serve->below[place], n);
        span_add(&mean, &serve->round[place], until - before);
        before = until;
    }
    return mean;
}

// A round in which one's own group has so many tokens of prompts, between those of the states.
static Span round_at(const Serve *serve, double tokens) {
    const LoopState *states = serve->loop.states;
    int high = 1;
    while (high < serve->loop.count - 1 && states[high].tokens < tokens)
        high++;
    if (high >= serve->loop.count)
        return mean_round(serve, -1);
    int low = high > 1 ? high - 1 : high;
    double gap = states[high].tokens - states[low].tokens;
    double part = gap > 0 ? (tokens - states[low].tokens) / gap : 0;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    Span span = {0}, at_low = mean_round(serve, low), at_high = mean_round(serve, high);
    span_add(&span, &at_low, 1 - part);
    span_add(&span, &at_high, part);
    return span;
}

// A whole prompt's way, the step that ran when it came included.
static Span first_token(const Serve *serve, const Span *mean) {
    const Loop *loop = &serve->loop;
    Span span = {0}, full = round_at(serve, loop->room);
    Span last = round_at(serve, loop->last_tokens);
    const Engine *engine = serve->step->design->engine;
    double way_s = engine ? engine->request_s : 0;
    span_add(&span, &(Span){.overhead_s = way_s, .best_s = way_s, .worst_s = way_s}, 1);
    span_add(&span, mean, loop->waited);
    span_add(&span, &full, fmax(0, loop->prompt_steps - loop->empties));
    span_add(&span, &last, loop->empties);
    return span;
}

// Attention's useful work of decode lies in steps of both kinds, as its runs do.
static void split_rows(const Serve *serve) {
    Breakdown *table = serve->step->breakdown;
    for (int i = 0; table && !serve->loop.apart && i < table->row_count; i++) {
        BreakdownRow *row = &table->rows[i];
        bool index = strcmp(row->op.name, "index_scores_decode") == 0;
        if (!index && strcmp(row->op.name, "attention_decode") != 0)
            continue;
        for (int j = 0; j < table->row_count; j++) {
            BreakdownRow *other = &table->rows[j];
            if (other->phase != PHASE_DECODE || other->where != row->where ||
                strcmp(other->op.name, index ? "index_scores" : "attention") != 0)
                continue;
            double without = other->units / (other->units + row->units);
            row->flop = other->flop * (1 - without);
            other->flop *= without;
        }
    }
}

static void count_attention(const Serve *serve) {
    const Workload *work = serve->work;
    Step *step = serve->step;
    double fresh = work->prompt - work->prefix, made = work->output - 1.0;
    double last = work->prompt + made;
    step->useful_hbm_bytes +=
        work->batch *
        (traffic_kv_bytes(step->design, fresh, work->prompt, false) +
         traffic_kv_bytes(step->design, made, last, true) / workload_step_tokens(work));
    step_attention_flop(step, PHASE_PREFILL, fresh, work->prompt);
    step_attention_flop(step, PHASE_DECODE, made, last);
    split_rows(serve);
}

// A decoding sequence meets the prompts of all others, never its own; all the same its life is as long as all steps that
// pass while as many sequences end as are in flight.
static Span life(const Serve *serve, const Span *mean, const Span *ttft) {
    const Loop *loop = &serve->loop;
    double flight = loop->sequences * serve->parties, others = (flight - 1) / flight;
    Span span = *ttft, least = {0};
    span_add(&span, mean, loop->steps * serve->steps * others);
    int place = 0;
    while (serve->order[place] != 0)
        place++;
    span_add(&span, &serve->round[place], loop->steps * (1 - others));
    span_add(&least, mean, serve->rounds * serve->steps);
    span_later(&span, &least);
    return span;
}

static ServeTime times_by(Serve *serve, const StateSpans *spans, Clock clock) {
    join_rounds(serve, spans, clock);
    Span mean = mean_round(serve, -1);
    ServeTime time = {.ttft = first_token(serve, &mean)};
    time.time = life(serve, &mean, &time.ttft);
    return time;
}

ServeTime serve_phase(Step *step) {
    Serve serve = serve_begin(step);
    StateSpans spans;
    step_begin(step, PHASE_DECODE, &serve.schedule);
    cost_states(&serve, &spans);
    count_attention(&serve);
    ServeTime time = times_by(&serve, &spans, CLOCK_TIME);
    if (serve.parties > 1) { // which state is the longest may differ from clock to clock
        ServeTime best = times_by(&serve, &spans, CLOCK_BEST);
        ServeTime worst = times_by(&serve, &spans, CLOCK_WORST);
        time.ttft.best_s = best.ttft.best_s;
        time.time.best_s = best.time.best_s;
        time.ttft.worst_s = worst.ttft.worst_s;
        time.time.worst_s = worst.time.worst_s;
    }
    return time;
}
