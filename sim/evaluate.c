#include "sim/evaluator.h"

#include <math.h>
#include <string.h>

#include "arch/lower.h"
#include "arch/quality.h"
#include "sim/cost.h"
#include "sim/energy.h"
#include "sim/host.h"
#include "sim/interval.h"
#include "sim/pipeline.h"
#include "sim/schedule.h"
#include "sim/serve.h"
#include "sim/step.h"
#include "sim/traffic.h"

// A generate's decode steps are summed over blocks of keys, of which so many are evaluated.
#define BLOCK         128
#define SAMPLES       20
#define NEAR          1024 // context below which a block is much of the whole
#define STEPS_COUNTED 24   // up to here every step is evaluated

#define STEADY 3

// Share of the time in kernels far from measured shapes above which a prediction counts as extrapolated.
#define FAR_SHARE 0.25

typedef struct PhaseTime {
    Span span;
    double interval_s;
    Span rest;    // of it, behind the first token
    double steps; // tokens that it makes; 0: none
} PhaseTime;

static UnitOfWork unit_of(const Schedule *schedule, int tokens, double kv_len) {
    return (UnitOfWork){.sequences = schedule->sequences,
                        .tokens = tokens,
                        .useful = tokens,
                        .kv_len = kv_len,
                        .all_sequences = schedule->all_sequences};
}

// One micro-batch of a prefill through the stages, chunk by chunk; `counted` times it enters the totals.
typedef struct Prefill {
    Step *step;
    Schedule schedule;
    StepUnit full, last; // a whole chunk, and the remainder at the end
    StepEdges edges;
    int ragged; // 1 when the last chunk is shorter
} Prefill;

static void prefill_spans(Prefill *prefill, int chunk, double counted, Span spans[MODEL_KINDS]) {
    const Schedule *schedule = &prefill->schedule;
    const Workload *work = &prefill->step->design->workload;
    bool last = prefill->ragged && chunk == schedule->chunks - 1;
    double seen = last ? work->prompt : work->prefix + (chunk + 1.0) * schedule->chunk;
    step_spans(prefill->step, last ? &prefill->last : &prefill->full, seen, counted, spans);
}

static Span edges_span(const Prefill *prefill, int chunk, bool *last) {
    *last = chunk == prefill->schedule.chunks - 1;
    return prefill->ragged && *last ? prefill->last.first.span : prefill->full.first.span;
}

static void prefill_host(Prefill *prefill, int chunk, double counted, Span stages[]) {
    const Schedule *schedule = &prefill->schedule;
    int left = schedule->new_tokens - chunk * schedule->chunk;
    double tokens = left < schedule->chunk ? left : schedule->chunk;
    host_add(prefill->step, &(HostLoad){0, schedule->sequences * tokens}, counted, stages);
}

static PhaseTime prefill_alone(Prefill *prefill) {
    const Step *step = prefill->step; // cppcheck-suppress ctuuninitvar; filled member by member
    PhaseTime time = {0};
    Span stage, spans[MODEL_KINDS];
    for (int chunk = 0; chunk < prefill->schedule.chunks; chunk++) {
        bool last;
        Span first = edges_span(prefill, chunk, &last);
        prefill_spans(prefill, chunk, prefill->schedule.micro_batches, spans);
        step_stages(step, spans, &first, last ? &prefill->edges.last.span : NULL, &stage);
        prefill_host(prefill, chunk, prefill->schedule.micro_batches, &stage);
        span_add(&time.span, &stage, prefill->schedule.micro_batches);
    }
    time.interval_s = span_s(&time.span);
    return time;
}

// Micro-batches are alike: once the last stage's end moves by what the busiest stage or link takes, STEADY times in a row,
// it does so for all that follow, so that they need not be walked.
static PhaseTime prefill_pipelined(Prefill *prefill) {
    Step *step = prefill->step;
    const Schedule *schedule = &prefill->schedule;
    Pipeline pipeline;
    Span stages[PLAN_STAGES], spans[MODEL_KINDS];
    pipeline_begin(&pipeline, step->design->plan.pp);
    int micro = 0, steady = 0;
    Span before = {0}, after = {0};
    double interval_s = 0;
    while (micro < schedule->micro_batches) {
        before = after;
        for (int chunk = 0; chunk < schedule->chunks; chunk++) {
            bool last;
            Span first = edges_span(prefill, chunk, &last);
            prefill_spans(prefill, chunk, micro == 0 ? schedule->micro_batches : 0, spans);
            step_stages(step, spans, &first, last ? &prefill->edges.last.span : NULL, stages);
            prefill_host(prefill, chunk, micro == 0 ? schedule->micro_batches : 0, stages);
            const StepUnit *unit = prefill->ragged && last ? &prefill->last : &prefill->full;
            pipeline_pass(&pipeline, stages, unit->handoffs);
            if (step->breakdown)
                pipeline_trace(&pipeline, stages, unit->handoffs, &step->breakdown->trace);
        }
        after = pipeline_span(&pipeline);
        micro++;
        if (micro == 1)
            interval_s = pipeline_interval_s(&pipeline);
        bool alike = fabs(span_s(&after) - span_s(&before) - interval_s) <= 1e-12 * interval_s;
        steady = micro > 1 && alike ? steady + 1 : 0;
        if (steady == STEADY)
            break;
    }
    step_stages_seen(step, &pipeline, (double)schedule->micro_batches / micro);
    PhaseTime time = {.span = after, .interval_s = interval_s * schedule->micro_batches};
    if (micro < schedule->micro_batches) {
        Span each = after;
        span_add(&each, &before, -1);
        span_add(&time.span, &each, schedule->micro_batches - micro);
    }
    return time;
}

static PhaseTime prefill_phase(Step *step) {
    const Workload *work = &step->design->workload;
    Prefill prefill;
    prefill.step = step;
    prefill.schedule = schedule_prefill(step->design, work->batch);
    const Schedule *schedule = &prefill.schedule;
    int left = schedule->new_tokens - (schedule->chunks - 1) * schedule->chunk;
    int fulls = left == schedule->chunk ? schedule->chunks : schedule->chunks - 1;
    prefill.ragged = fulls < schedule->chunks;
    step_begin(step, PHASE_PREFILL, schedule);
    if (fulls > 0) {
        UnitOfWork unit = unit_of(schedule, schedule->chunk, work->prefix + schedule->chunk);
        step_unit(step, &unit, (double)schedule->micro_batches * fulls, &prefill.full);
    }
    UnitOfWork unit = unit_of(schedule, left, work->prompt);
    if (prefill.ragged)
        step_unit(step, &unit, schedule->micro_batches, &prefill.last);
    step_edges(step, &unit, schedule->micro_batches, &prefill.edges);
    return step->design->plan.pp == 1 ? prefill_alone(&prefill) : prefill_pipelined(&prefill);
}

// Decode: everything but attention is lowered once and serves every context. Lengths are those that a step's last query
// sees: the context and the drafted tokens after it.
typedef struct Decode {
    Step *step;
    Schedule schedule;
    StepUnit unit;
    StepEdges edges;
    double steps_per_token; // of a sequence
    int passes;             // that draft tokens for the next step, one after the other
    StepUnit pass;
    StepEdges pass_edges;
} Decode;

// A pass drafts one token a sequence; none of its work is useful.
static void draft_begin(Decode *decode, const UnitOfWork *verified, double units) {
    UnitOfWork unit = *verified;
    unit.tokens = unit.kv_len = 1;
    unit.useful = 0;
    unit.draft = true;
    step_unit(decode->step, &unit, units, &decode->pass);
    step_edges(decode->step, &unit, units, &decode->pass_edges);
}

// The unit of a step; its lengths are those that the step's last query sees.
static UnitOfWork decode_unit(Decode *decode, Step *step) {
    const Workload *work = &step->design->workload;
    decode->step = step;
    decode->schedule = schedule_decode(step->design, work->batch);
    decode->passes = step->design->model->mtp_layers > 0 ? workload_draft(work) : 0;
    double useful = workload_step_tokens(work);
    decode->steps_per_token = 1 / useful;
    int new_tokens = 1 + workload_draft(work);
    UnitOfWork unit = unit_of(&decode->schedule, new_tokens, new_tokens);
    unit.decode = true;
    unit.useful = useful;
    step_begin(step, PHASE_DECODE, &decode->schedule);
    return unit;
}

static void decode_begin(Decode *decode, Step *step, double tokens) {
    UnitOfWork unit = decode_unit(decode, step);
    double units = tokens * decode->steps_per_token * decode->schedule.micro_batches;
    step_unit(step, &unit, units, &decode->unit);
    step_edges(step, &unit, units, &decode->edges);
    if (decode->passes > 0)
        draft_begin(decode, &unit, units * decode->passes);
}

static Span decode_step(Decode *decode, double kv_len, double counted) {
    Step *step = decode->step;
    int micro = decode->schedule.micro_batches;
    Span stages[PLAN_STAGES], spans[MODEL_KINDS];
    step_spans(step, &decode->unit, kv_len, counted * micro, spans);
    step_stages(step, spans, &decode->unit.first.span, &decode->edges.last.span, stages);
    if (decode->passes > 0) {
        Span pass = step_draft(step, &decode->pass, &decode->pass_edges, kv_len,
                               counted * micro * decode->passes);
        span_add(&stages[step->design->plan.pp - 1], &pass, decode->passes);
    }
    host_add(step, &(HostLoad){decode->schedule.sequences, 0}, counted * micro, stages);
    step_decode_stages_seen(step, stages, decode->unit.handoffs, counted * micro);
    return pipeline_loop(step->design->plan.pp, stages, decode->unit.handoffs, micro);
}

// Tokens at lengths first .. last, all inside one block of keys, where time is constant, linear, or bends once: a few
// of them stand for all, more where a block is much of the whole context.
static void decode_within(Decode *decode, double first, double last, double times, Span *sum) {
    double tokens = last - first + 1;
    if (tokens < 1)
        return;
    int points = last < NEAR ? 4 : 2;
    if (tokens < points)
        points = (int)tokens;
    for (int i = 0; i < points; i++) {
        double weight = times * tokens / points * decode->steps_per_token;
        double kv_len = first - 0.5 + (i + 0.5) * tokens / points;
        Span step = decode_step(decode, kv_len, weight);
        span_add(sum, &step, weight);
    }
}

// Whole blocks of keys, so many from block `from` on: up to SAMPLES of them are evaluated and the sum over the straight
// lines between them is taken, which is exact where time grows linearly.
static void decode_blocks(Decode *decode, double from, double blocks, Span *sum) {
    int samples = blocks < SAMPLES ? (int)blocks : SAMPLES;
    double before = 0, weight = 0;
    for (int i = 0; i < samples; i++) {
        double at = samples == 1 ? 0 : floor(i * (blocks - 1) / (samples - 1) + 0.5);
        double next = i + 1 < samples ? floor((i + 1) * (blocks - 1) / (samples - 1) + 0.5) : at;
        // A block's share of the sums over [before, at) and [at, next), and the last block itself.
        weight = i > 0 ? (at - before - 1) / 2 : 0;
        weight += i + 1 < samples ? (next - at + 1) / 2 : 1;
        double block = (from + at) * BLOCK;
        decode_within(decode, block + 1, block + BLOCK, weight, sum);
        before = at;
    }
}

// Tokens at lengths first .. last. Kernels take keys in blocks, so a step's time is a staircase in the context.
static void decode_range(Decode *decode, double first, double last, Span *sum) {
    double from = floor((first + BLOCK - 2) / BLOCK); // first block that lies inside as a whole
    double to = floor(last / BLOCK);                  // block after the last such
    if (to <= from) {
        double cut = floor((first - 1) / BLOCK) * BLOCK + BLOCK;
        decode_within(decode, first, fmin(last, cut), 1, sum);
        decode_within(decode, cut + 1, last, 1, sum);
        return;
    }
    decode_within(decode, first, from * BLOCK, 1, sum);
    decode_blocks(decode, from, to - from, sum);
    decode_within(decode, to * BLOCK + 1, last, 1, sum);
}

// Contexts at which a step's time stops growing or drops: windows, chunks and the indexer's top k are full.
static int bends(const Model *model, double at[3]) {
    const double all[3] = {model->attention.window, model->attention.chunk,
                           model->indexer.heads > 0 ? model->indexer.top_k : 0};
    int count = 0;
    for (int i = 0; i < 3; i++) {
        int place = count;
        if (all[i] <= 0)
            continue;
        for (; place > 0 && at[place - 1] > all[i]; place--)
            at[place] = at[place - 1];
        at[place] = all[i];
        count++;
    }
    return count;
}

static Span decode_steps(Decode *decode, double first, int tokens) {
    Span sum = {0};
    double last = first + tokens - 1, at[3];
    if (tokens <= STEPS_COUNTED) {
        for (int i = 0; i < tokens; i++)
            decode_within(decode, first + i, first + i, 1, &sum);
        return sum;
    }
    int count = bends(decode->step->design->model, at);
    for (int i = 0; i < count; i++) {
        if (at[i] < first || at[i] >= last)
            continue;
        decode_range(decode, first, at[i], &sum);
        first = at[i] + 1;
    }
    decode_range(decode, first, last, &sum);
    return sum;
}

static void count_prefill(Step *step) {
    const Workload *work = &step->design->workload;
    double tokens = work->prompt - work->prefix, batch = work->batch;
    step->useful_hbm_bytes +=
        traffic_weight_bytes(step->design, step->ranks, batch, tokens,
                             traffic_experts(step->design, batch, tokens, false)) +
        batch * traffic_kv_bytes(step->design, tokens, work->prompt, false);
    step_attention_flop(step, PHASE_PREFILL, tokens, work->prompt);
}

// Tokens at contexts first, first + 1, ...; a step reads weights and cache once for all that it makes.
static void count_decode(Step *step, double first, double tokens, double experts) {
    const Workload *work = &step->design->workload;
    double batch = work->batch, last = first + tokens - 1, made = workload_step_tokens(work);
    double new_tokens = 1 + workload_draft(work);
    step->useful_hbm_bytes +=
        tokens / made *
            traffic_weight_bytes(step->design, step->ranks, batch, new_tokens, experts) +
        batch / made * traffic_kv_bytes(step->design, tokens, last, true);
    step_attention_flop(step, PHASE_DECODE, tokens, last);
}

// One step, whose unit is costed as a whole, so that it can be remembered.
static PhaseTime decode_phase(Step *step) {
    const Workload *work = &step->design->workload;
    int pp = step->design->plan.pp;
    Decode decode;
    UnitCost room;
    UnitOfWork unit = decode_unit(&decode, step);
    int micro = decode.schedule.micro_batches;
    double share = decode.steps_per_token, kv_len = (double)work->context + workload_draft(work);
    const UnitCost *cost = step_cost(step, &unit, kv_len, share * micro, &room);
    step_count(step, cost, &unit, share * micro);
    Span stages[PLAN_STAGES], sends[PLAN_STAGES], spans[MODEL_KINDS];
    step_handoffs(step, &unit, share * micro, cost->handoffs_alike ? &cost->handoff : NULL, sends);
    for (int i = 0; i < step->design->model->kind_count; i++)
        spans[i] = cost->kinds[i].span;
    step_stages(step, spans, &cost->first.span, &cost->last.span, stages);
    if (decode.passes > 0) {
        draft_begin(&decode, &unit, share * micro * decode.passes);
        Span pass = step_draft(step, &decode.pass, &decode.pass_edges, kv_len,
                               share * micro * decode.passes);
        span_add(&stages[pp - 1], &pass, decode.passes);
    }
    host_add(step, &(HostLoad){decode.schedule.sequences, 0}, share * micro, stages);
    step_decode_stages_seen(step, stages, sends, share * micro);
    Span whole = pipeline_loop(pp, stages, sends, micro);
    PhaseTime time = {0};
    span_add(&time.span, &whole, share);
    count_decode(step, work->context, 1, cost->experts_touched);
    // The same sequences come back: no step begins before the one before it has ended.
    time.interval_s = span_s(&time.span);
    time.rest = time.span;
    time.steps = 1;
    return time;
}

static void fill_times(Metrics *metrics, const Engine *engine, const PhaseTime *time) {
    metrics->compute_s = time->span.compute_s;
    metrics->memory_s = time->span.memory_s;
    metrics->comm_s = time->span.comm_s;
    metrics->overhead_s = time->span.overhead_s;
    metrics->time_s = span_s(&time->span);
    metrics->interval_s = time->interval_s;
    metrics->time_overlap_s = time->span.best_s;
    metrics->time_no_overlap_s = time->span.worst_s;
    if (metrics->mode == MODE_CALIBRATED && time->span.above_s > 0) {
        Span first = time->span;
        if (time->steps > 0)
            span_add(&first, &time->rest, -1);
        interval_fill(metrics, engine, metrics->ttft_s > 0 ? &first : NULL,
                      time->steps > 0 ? &time->rest : NULL, time->steps);
        metrics->extrapolated |= time->span.doubt_s > FAR_SHARE * metrics->time_s;
    }
    const double parts[BOUND_COUNT] = {metrics->compute_s, metrics->memory_s, metrics->comm_s,
                                       metrics->overhead_s};
    metrics->bound = BOUND_COMPUTE;
    for (int i = 1; i < BOUND_COUNT; i++)
        if (parts[i] > parts[metrics->bound])
            metrics->bound = i;
}

static void fill_rates(Metrics *metrics, const Step *step, double tokens) {
    const Design *design = step->design;
    double chips = design->plan.chips, room = metrics->interval_s * chips, share = 0;
    for (int i = 0; i < MATH_COUNT; i++) {
        metrics->flop += step->flop_by_math[i];
        if (step->flop_by_math[i] > 0)
            share += step->flop_by_math[i] / step->machine.peak_flop_per_s[i];
    }
    metrics->tokens_per_s = tokens / metrics->interval_s;
    metrics->tokens_per_s_per_chip = metrics->tokens_per_s / chips;
    metrics->mfu = share / room;
    metrics->mbu = step->useful_hbm_bytes / (room * design->chip->memory.bandwidth_bytes_per_s);
    metrics->executed_flop = step->executed_flop;
    metrics->hbm_bytes = step->hbm_bytes;
    metrics->comm_bytes = step->comm_bytes;
}

static void fill_memory(Metrics *metrics, const MemoryModel *model, int max_batch,
                        Breakdown *breakdown) {
    Memory memory = memory_at(model, model->design->workload.batch);
    metrics->weight_bytes = memory.weight_bytes;
    metrics->kv_bytes = memory.kv_bytes;
    metrics->hbm_used_bytes = memory.used_bytes;
    metrics->hbm_missing_bytes = memory.missing_bytes;
    metrics->fits = memory.fits;
    metrics->max_batch = max_batch;
    if (breakdown)
        breakdown->memory = memory;
}

static void fill_objectives(Metrics *metrics, const Step *step, double tokens) {
    const Design *design = step->design;
    EnergyUse use = {.executed_flop = step->executed_by_math,
                     .peak_flop_per_s = step->machine.peak_flop_per_s,
                     .hbm_bytes = step->hbm_bytes,
                     .comm_bytes = step->comm_bytes,
                     .interval_s = metrics->interval_s};
    Energy energy = energy_of(design, &use);
    metrics->power_w = energy.power_w;
    metrics->energy_j_per_token = energy.energy_j / tokens;
    metrics->usd_per_mtoken = cost_usd_per_mtoken(design, metrics->interval_s, tokens);
}

// What the network is worth, whatever runs it.
typedef struct Worth {
    double loss;
    bool extrapolated;
} Worth;

static Worth worth_of(const Design *design) {
    double trained = design_training_tokens(design);
    if (!(trained > 0))
        return (Worth){NAN, false};
    Quality quality = quality_of(design->model, &design->formats, trained);
    return (Worth){quality.loss_nats, quality.extrapolated};
}

// Prefill, then the steps that produce the second to the last token. With drafts a token stands for 1/E of a step at its
// own context, so that the last step, which may overshoot, is not rounded up.
static PhaseTime generate_phase(Step *step, Metrics *metrics) {
    const Workload *work = &step->design->workload;
    PhaseTime time = prefill_phase(step);
    metrics->ttft_s = span_s(&time.span);
    count_prefill(step);
    int tokens = work->output - 1;
    if (tokens == 0)
        return time;
    Decode decode;
    decode_begin(&decode, step, tokens);
    Span decoded = decode_steps(&decode, work->prompt + 1.0 + workload_draft(work), tokens);
    count_decode(step, work->prompt + 1.0, tokens,
                 traffic_experts(step->design, work->batch, 1 + workload_draft(work), true));
    metrics->tpot_s = span_s(&decoded) / tokens;
    span_add(&time.span, &decoded, 1);
    time.rest = decoded;
    time.steps = tokens;
    time.interval_s += span_s(&decoded);
    return time;
}

static PhaseTime served(Step *step, Metrics *metrics) {
    ServeTime serve = serve_phase(step);
    metrics->ttft_s = span_s(&serve.ttft);
    double time_s = span_s(&serve.time);
    PhaseTime time = {serve.time, time_s, serve.time, step->design->workload.output - 1};
    span_add(&time.rest, &serve.ttft, -1);
    metrics->tpot_s = (time_s - metrics->ttft_s) / time.steps;
    return time;
}

static void run(Step *step, const MemoryModel *memory, int max_batch, Worth worth,
                Metrics *metrics) {
    const Design *design = step->design;
    const Workload *work = &design->workload;
    *metrics = (Metrics){.ttft_s = NAN,
                         .tpot_s = NAN,
                         .time_low_s = NAN,
                         .time_high_s = NAN,
                         .ttft_low_s = NAN,
                         .ttft_high_s = NAN,
                         .tpot_low_s = NAN,
                         .tpot_high_s = NAN,
                         .loss = worth.loss,
                         .extrapolated = worth.extrapolated,
                         .params = design->model->params,
                         .active_params = design->model->active_params,
                         .mode = design->profile ? MODE_CALIBRATED : MODE_DATASHEET};
    PhaseTime time;
    double tokens = work->batch;
    if (work->phase == PHASE_DECODE) {
        time = decode_phase(step);
        metrics->tpot_s = span_s(&time.span);
    } else if (work->phase == PHASE_PREFILL) {
        time = prefill_phase(step);
        count_prefill(step);
        metrics->ttft_s = span_s(&time.span);
        tokens *= work->prompt - work->prefix;
    } else if (work->phase == PHASE_GENERATE) {
        time = generate_phase(step, metrics);
        tokens *= work->output;
    } else {
        time = served(step, metrics);
        tokens *= work->output;
    }
    fill_times(metrics, design->engine, &time);
    fill_rates(metrics, step, tokens);
    fill_objectives(metrics, step, tokens);
    fill_memory(metrics, memory, max_batch, step->breakdown);
    if (step->breakdown)
        step_finish(step, tokens);
}

void evaluate(const Design *design, Metrics *metrics, Breakdown *breakdown) {
    Step step;
    MemoryModel memory;
    step_new(&step, design, breakdown);
    memory_model(&memory, design, step.ranks);
    run(&step, &memory, memory_max_batch(&memory), worth_of(design), metrics);
}

void evaluator_new(Evaluator *evaluator, CostEntry *entries, uint64_t count) {
    memset(evaluator, 0, sizeof *evaluator);
    evaluator->costs = (Costs){.entries = entries, .mask = count - 1};
}

// What the memory holds besides the batch.
static bool same_lengths(const Workload *a, const Workload *b) {
    return a->phase == b->phase && a->prompt == b->prompt && a->prefix == b->prefix &&
           a->context == b->context && a->output == b->output && a->draft == b->draft &&
           a->token_budget == b->token_budget;
}

// What the costs of a unit rest on besides the unit: hashed anew where some part of it has changed.
static void renew_costs(Evaluator *evaluator, const Design *design, const DesignVersions *now) {
    const DesignVersions *known = &evaluator->known;
    if (now->model != known->model)
        evaluator->model_hash = costs_of_model(design->model);
    const Formats *formats = &design->formats;
    const double rest[] = {(double)now->machine, design->routing_skew, formats->weights,
                           formats->activations, formats->kv,          formats->matmul};
    Hash hash = hash_join(hash_bytes(rest, sizeof rest), evaluator->model_hash);
    evaluator->costs.base = hash_join(hash, costs_of_plan(&design->plan));
}

void evaluator_run(Evaluator *evaluator, const Design *design, const DesignVersions *now,
                   Metrics *metrics) {
    Step *step = &evaluator->step;
    const DesignVersions *known = &evaluator->known;
    bool machine = now->machine != known->machine, model = now->model != known->model;
    bool plan = machine || model || now->plan != known->plan || design != step->design;
    bool formats = memcmp(&evaluator->formats, &design->formats, sizeof(Formats)) != 0;
    bool settings = formats || evaluator->routing_skew != design->routing_skew ||
                    evaluator->hbm_reserve != design->hbm_reserve ||
                    evaluator->training_tokens != design->training_tokens ||
                    evaluator->training_flop != design->training_flop;
    step->design = design;
    step->costs = evaluator->costs.entries ? &evaluator->costs : NULL;
    step->phase = design->workload.phase;
    if (machine)
        step->machine = machine_of(design);
    if (plan)
        step_plan(step, design);
    if (plan || settings)
        renew_costs(evaluator, design, now);
    if (plan || settings || !same_lengths(&evaluator->workload, &design->workload)) {
        memory_model(&evaluator->memory, design, step->ranks);
        evaluator->max_batch = memory_max_batch(&evaluator->memory);
    }
    if (machine || model || settings) {
        Worth worth = worth_of(design);
        evaluator->loss = worth.loss;
        evaluator->extrapolated = worth.extrapolated;
    }
    evaluator->known = *now;
    evaluator->workload = design->workload;
    evaluator->formats = design->formats;
    evaluator->routing_skew = design->routing_skew;
    evaluator->hbm_reserve = design->hbm_reserve;
    evaluator->training_tokens = design->training_tokens;
    evaluator->training_flop = design->training_flop;
    step_clear(step);
    run(step, &evaluator->memory, evaluator->max_batch,
        (Worth){evaluator->loss, evaluator->extrapolated}, metrics);
}
