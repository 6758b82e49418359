#include "sim/evaluate.h"

#include <math.h>
#include <string.h>

#include "arch/lower.h"
#include "sim/pipeline.h"
#include "sim/schedule.h"
#include "sim/step.h"
#include "sim/traffic.h"

// A generate's decode steps are summed by Gauss-Legendre quadrature over the context, this many points a piece.
#define NODES 6
#define PIECES 3
#define STEPS_COUNTED 24 // up to here every step is evaluated

typedef struct PhaseTime {
    Span span;
    double interval_s;
} PhaseTime;

static UnitOfWork unit_of(const Schedule *schedule, int tokens, double kv_len, bool decode) {
    return (UnitOfWork){.sequences = schedule->sequences,
                        .tokens = tokens,
                        .kv_len = kv_len,
                        .all_sequences = schedule->all_sequences,
                        .decode = decode};
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
    return prefill->ragged && *last ? prefill->last.first : prefill->full.first;
}

static PhaseTime prefill_alone(Prefill *prefill) {
    const Step *step = prefill->step;
    PhaseTime time = {0};
    Span stage, spans[MODEL_KINDS];
    for (int chunk = 0; chunk < prefill->schedule.chunks; chunk++) {
        bool last;
        Span first = edges_span(prefill, chunk, &last);
        prefill_spans(prefill, chunk, prefill->schedule.micro_batches, spans);
        step_stages(step, spans, &first, last ? &prefill->edges.last : NULL, &stage);
        span_add(&time.span, &stage, prefill->schedule.micro_batches);
    }
    time.interval_s = span_s(&time.span);
    return time;
}

// Micro-batches are alike: once the last stage's end moves by what the busiest stage or link takes, it does so for all
// that follow, so that they need not be walked.
static PhaseTime prefill_pipelined(Prefill *prefill) {
    Step *step = prefill->step;
    const Schedule *schedule = &prefill->schedule;
    Pipeline pipeline;
    Span stages[PLAN_STAGES], spans[MODEL_KINDS];
    pipeline_begin(&pipeline, step->design->plan.pp);
    int micro = 0;
    Span before = {0}, after = {0};
    double interval_s = 0;
    while (micro < schedule->micro_batches) {
        before = after;
        for (int chunk = 0; chunk < schedule->chunks; chunk++) {
            bool last;
            Span first = edges_span(prefill, chunk, &last);
            prefill_spans(prefill, chunk, micro == 0 ? schedule->micro_batches : 0, spans);
            step_stages(step, spans, &first, last ? &prefill->edges.last : NULL, stages);
            const StepUnit *unit = prefill->ragged && last ? &prefill->last : &prefill->full;
            pipeline_pass(&pipeline, stages, &unit->handoff);
        }
        after = pipeline_span(&pipeline);
        micro++;
        if (micro == 1)
            interval_s = pipeline_interval_s(&pipeline);
        else if (span_s(&after) - span_s(&before) >= interval_s * (1 - 1e-12))
            break;
    }
    step_stages_seen(step, &pipeline, (double)schedule->micro_batches / micro);
    PhaseTime time = {after, interval_s * schedule->micro_batches};
    if (micro < schedule->micro_batches) {
        Span each = after;
        span_add(&each, &before, -1);
        span_add(&time.span, &each, schedule->micro_batches - micro);
    }
    return time;
}

static PhaseTime prefill_phase(Step *step) {
    const Workload *work = &step->design->workload;
    Prefill prefill = {.step = step, .schedule = schedule_prefill(step->design, work->batch)};
    const Schedule *schedule = &prefill.schedule;
    int left = schedule->new_tokens - (schedule->chunks - 1) * schedule->chunk;
    int fulls = left == schedule->chunk ? schedule->chunks : schedule->chunks - 1;
    prefill.ragged = fulls < schedule->chunks;
    step_begin(step, PHASE_PREFILL, schedule);
    if (fulls > 0) {
        UnitOfWork unit = unit_of(schedule, schedule->chunk, work->prefix + schedule->chunk, false);
        step_unit(step, &unit, (double)schedule->micro_batches * fulls, &prefill.full);
    }
    UnitOfWork unit = unit_of(schedule, left, work->prompt, false);
    if (prefill.ragged)
        step_unit(step, &unit, schedule->micro_batches, &prefill.last);
    step_edges(step, &unit, schedule->micro_batches, &prefill.edges);
    return step->design->plan.pp == 1 ? prefill_alone(&prefill) : prefill_pipelined(&prefill);
}

// Decode: everything but attention is lowered once and serves every context.
typedef struct Decode {
    Step *step;
    Schedule schedule;
    StepUnit unit;
    StepEdges edges;
} Decode;

static void decode_begin(Decode *decode, Step *step, double steps) {
    decode->step = step;
    decode->schedule = schedule_decode(step->design, step->design->workload.batch);
    UnitOfWork unit = unit_of(&decode->schedule, 1, 1, true);
    step_begin(step, PHASE_DECODE, &decode->schedule);
    step_unit(step, &unit, steps * decode->schedule.micro_batches, &decode->unit);
    step_edges(step, &unit, steps * decode->schedule.micro_batches, &decode->edges);
}

static Span decode_step(Decode *decode, double context, double counted) {
    Step *step = decode->step;
    int micro = decode->schedule.micro_batches;
    Span stages[PLAN_STAGES], spans[MODEL_KINDS];
    step_spans(step, &decode->unit, context, counted * micro, spans);
    step_stages(step, spans, &decode->unit.first, &decode->edges.last, stages);
    step_decode_stages_seen(step, stages, &decode->unit.handoff, counted * micro);
    return pipeline_loop(step->design->plan.pp, stages, &decode->unit.handoff, micro);
}

static Span decode_piece(Decode *decode, double low, double high) {
    // Abscissas and weights of 6-point Gauss-Legendre on [-1, 1]; Abramowitz and Stegun 1964, table 25.4.
    static const double X[NODES] = {-0.932469514203152, -0.661209386466265, -0.238619186083197,
                                    0.238619186083197,  0.661209386466265,  0.932469514203152};
    static const double W[NODES] = {0.171324492379170, 0.360761573048139, 0.467913934572691,
                                    0.467913934572691, 0.360761573048139, 0.171324492379170};
    Span sum = {0};
    for (int i = 0; i < NODES; i++) {
        double weight = W[i] * (high - low) / 2;
        Span step = decode_step(decode, (low + high) / 2 + X[i] * (high - low) / 2, weight);
        span_add(&sum, &step, weight);
    }
    return sum;
}

// Steps whose contexts are first, first + 1, ... first + steps - 1, each the unit interval around its context.
static Span decode_steps(Decode *decode, double first, int steps) {
    Span sum = {0};
    if (steps <= STEPS_COUNTED) {
        for (int i = 0; i < steps; i++) {
            Span step = decode_step(decode, first + i, 1);
            span_add(&sum, &step, 1);
        }
        return sum;
    }
    double low = first - 0.5, high = low + steps, window = decode->step->design->model->attention.window;
    double cuts[2] = {low, high};
    bool bends = window > low && window < high; // local layers stop growing there
    if (bends)
        cuts[1] = window;
    for (int part = 0; part <= (bends ? 1 : 0); part++) {
        double width = (cuts[1] - cuts[0]) / PIECES;
        for (int i = 0; i < PIECES; i++) {
            Span piece = decode_piece(decode, cuts[0] + i * width, cuts[0] + (i + 1) * width);
            span_add(&sum, &piece, 1);
        }
        cuts[0] = cuts[1];
        cuts[1] = high;
    }
    return sum;
}

static PhaseTime decode_phase(Step *step) {
    Decode decode;
    decode_begin(&decode, step, 1);
    PhaseTime time = {.span = decode_step(&decode, step->design->workload.context, 1)};
    // The same sequences come back: no step begins before the one before it has ended.
    time.interval_s = span_s(&time.span);
    return time;
}

static void count_prefill(Step *step) {
    const Workload *work = &step->design->workload;
    double tokens = work->prompt - work->prefix, batch = work->batch, prefix = work->prefix;
    double window = step->design->model->attention.window;
    double kv = traffic_kv_bytes(step->design, prefix, window > 0 && window < prefix ? window : prefix) +
                traffic_kv_bytes(step->design, tokens, tokens);
    step->useful_hbm_bytes += traffic_weight_bytes(step->design, batch, tokens) + batch * kv;
    step_attention_flop(step, PHASE_PREFILL, tokens, work->prompt);
}

// Steps at contexts first, first + 1, ...: what they read and write of the cache is the mean context (window) long.
static void count_decode(Step *step, double first, double steps) {
    double batch = step->design->workload.batch, last = first + steps - 1;
    double mean = (first + last) / 2, window = step->design->model->attention.window;
    double local = window > 0 ? attention_pairs(steps, last, window) / steps : mean;
    double kv = traffic_kv_bytes(step->design, mean, local);
    step->useful_hbm_bytes += steps * (traffic_weight_bytes(step->design, batch, 1) + batch * kv);
    step_attention_flop(step, PHASE_DECODE, steps, last);
}

static void fill_times(Metrics *metrics, const PhaseTime *time) {
    metrics->compute_s = time->span.compute_s;
    metrics->memory_s = time->span.memory_s;
    metrics->comm_s = time->span.comm_s;
    metrics->overhead_s = time->span.overhead_s;
    metrics->time_s = span_s(&time->span);
    metrics->interval_s = time->interval_s;
    metrics->time_overlap_s = time->span.best_s;
    metrics->time_no_overlap_s = time->span.worst_s;
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

static void fill_memory(Metrics *metrics, const Design *design, Breakdown *breakdown) {
    MemoryModel model;
    memory_model(&model, design);
    Memory memory = memory_at(&model, design->workload.batch);
    metrics->weight_bytes = memory.weight_bytes;
    metrics->kv_bytes = memory.kv_bytes;
    metrics->hbm_used_bytes = memory.used_bytes;
    metrics->hbm_missing_bytes = memory.missing_bytes;
    metrics->fits = memory.fits;
    metrics->max_batch = memory_max_batch(&model);
    if (breakdown)
        breakdown->memory = memory;
}

// Prefill, then the steps that produce the second to the last token.
static PhaseTime generate_phase(Step *step, Metrics *metrics) {
    const Workload *work = &step->design->workload;
    PhaseTime time = prefill_phase(step);
    metrics->ttft_s = span_s(&time.span);
    count_prefill(step);
    int steps = work->output - 1;
    if (steps == 0)
        return time;
    Decode decode;
    decode_begin(&decode, step, steps);
    Span steps_span = decode_steps(&decode, work->prompt + 1.0, steps);
    count_decode(step, work->prompt + 1.0, steps);
    metrics->tpot_s = span_s(&steps_span) / steps;
    span_add(&time.span, &steps_span, 1);
    time.interval_s += span_s(&steps_span);
    return time;
}

void evaluate(const Design *design, Metrics *metrics, Breakdown *breakdown) {
    const Workload *work = &design->workload;
    Step step;
    step_new(&step, design, breakdown);
    *metrics = (Metrics){.ttft_s = NAN, .tpot_s = NAN, .time_low_s = NAN, .time_high_s = NAN,
                         .energy_j_per_token = NAN, .power_w = NAN, .usd_per_mtoken = NAN, .loss = NAN,
                         .params = design->model->params, .active_params = design->model->active_params,
                         .mode = design->kernel ? MODE_CALIBRATED : MODE_DATASHEET};
    PhaseTime time;
    double tokens = work->batch;
    if (work->phase == PHASE_DECODE) {
        time = decode_phase(&step);
        count_decode(&step, work->context, 1);
        metrics->tpot_s = span_s(&time.span);
    } else if (work->phase == PHASE_PREFILL) {
        time = prefill_phase(&step);
        count_prefill(&step);
        metrics->ttft_s = span_s(&time.span);
        tokens *= work->prompt - work->prefix;
    } else {
        time = generate_phase(&step, metrics);
        tokens *= work->output;
    }
    fill_times(metrics, &time);
    fill_rates(metrics, &step, tokens);
    fill_memory(metrics, design, breakdown);
    if (breakdown)
        step_finish(&step, tokens);
}
