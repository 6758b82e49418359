#include "search/worker.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"
#include "sim/evaluator.h"

const char *const SWEEP_COUNT_WORDS[] = {"evaluated", "kept",    "misfit", "dropped",
                                         "filtered",  "illegal", "void",   NULL};

// Strong points that this worker has seen, of a few groups: what they beat need not be sent on. Which of them are known
// changes how much is sent, never what remains in the end.
#define STRONG_GROUPS 64
#define STRONG_POINTS 8

#define COST_ENTRIES 8192 // costs of units that a worker remembers: 15 MB

typedef struct Strong {
    double group[GOAL_GROUPS];
    double points[STRONG_POINTS][PARETO_OBJECTIVES]; // those that beat others come to the front
    int count;
} Strong;

struct Worker {
    const Space *space;
    const Goal *goal;
    WorkerHooks hooks;
    Point point;
    Evaluator evaluator;
    CostEntry *costs;
    bool no_rows;
    Strong strong[STRONG_GROUPS];
    int strong_count;
};

Block *block_new(const Goal *goal, int64_t ids) {
    Block *block = heap_take(1, sizeof *block);
    block->ids = heap_take((size_t)ids, sizeof *block->ids);
    block->values = heap_take((size_t)ids * (size_t)goal->column_count, sizeof *block->values);
    block->candidates = heap_take((size_t)ids, sizeof *block->candidates);
    return block;
}

void block_free(Block *block) {
    if (!block)
        return;
    free(block->ids);
    free(block->values);
    free(block->candidates);
    free(block);
}

Worker *worker_new(const Space *space, const Goal *goal, WorkerHooks hooks) {
    Worker *worker = heap_take(1, sizeof *worker);
    worker->space = space;
    worker->goal = goal;
    worker->hooks = hooks;
    point_new(&worker->point, space, hooks.point);
    evaluator_new(&worker->evaluator, NULL, 0);
    return worker;
}

void worker_free(Worker *worker) {
    if (!worker)
        return;
    point_end(&worker->point);
    free(worker->costs);
    free(worker);
}

void worker_drop_rows(Worker *worker) {
    worker->no_rows = true;
}

const Design *worker_design(const Worker *worker) {
    return &worker->point.design;
}

// Written, not only read, before it is used: pages that are read first are mapped twice, which stops all threads. A worker
// of single points needs no memory of costs.
static void remember_costs(Worker *worker) {
    worker->costs = heap_take(COST_ENTRIES, sizeof *worker->costs);
    for (int i = 0; i < COST_ENTRIES; i++)
        worker->costs[i].key.batch = -1; // no unit's
    evaluator_new(&worker->evaluator, worker->costs, COST_ENTRIES);
}

static void evaluate_point(Worker *worker, Metrics *metrics) {
    const uint64_t *versions = worker->point.versions;
    const DesignVersions now = {.machine = versions[PART_CHIP] + versions[PART_SYSTEM],
                                .model = versions[PART_MODEL],
                                .plan = versions[PART_PLAN]};
    evaluator_run(&worker->evaluator, &worker->point.design, &now, metrics);
}

// By how much a value misses a bound, as a share of it.
static double miss_of(double value, double min, double max) {
    double bound = value > max ? max : min;
    double distance = fabs(value - bound);
    return bound == 0 ? distance : distance / fabs(bound);
}

static void note_filtered(Worker *worker, int64_t alike, Block *block) {
    const Point *point = &worker->point;
    block->counts[COUNT_FILTERED] += alike;
    if (point->bound < 0) {
        reasons_add(&block->reasons, REASON_WHERE, "the function of where", alike, point->id,
                    (double)NAN);
        return;
    }
    const Limit *bound = &worker->space->where[point->bound];
    double value = quantity_number(&bound->quantity, point);
    char text[REASON_BYTES];
    bool above = value > bound->max;
    snprintf(text, sizeof text, "%.60s %s %.6g", bound->quantity.name, above ? "above" : "below",
             above ? bound->max : bound->min);
    reasons_add(&block->reasons, REASON_WHERE, text, alike, point->id,
                miss_of(value, bound->min, bound->max));
}

// Notes a point that is no design, with those that share its fate; false when a script's function failed.
static bool note_fallen(Worker *worker, PointFate fate, int64_t alike, const Error *err,
                        Block *block) {
    switch (fate) {
    case POINT_VOID:
        block->counts[COUNT_VOID] += alike;
        return true;
    case POINT_ILLEGAL:
        block->counts[COUNT_ILLEGAL] += alike;
        reasons_add(&block->reasons, REASON_ILLEGAL, err->what, alike, -1, (double)NAN);
        return true;
    case POINT_FILTERED:
        note_filtered(worker, alike, block);
        return true;
    default:
        block->failed = true;
        block->error = *err;
        return false;
    }
}

typedef enum Verdict { KEPT, MISFIT, DROPPED, FAILED } Verdict;

static void note_misfit(const Worker *worker, const Metrics *metrics, Block *block) {
    const Design *design = &worker->point.design;
    double usable = design->chip->memory.capacity_bytes * (1 - design->hbm_reserve);
    reasons_add(&block->reasons, REASON_MEMORY, "more than the memory of a chip", 1,
                worker->point.id, metrics->hbm_missing_bytes / usable);
}

static Verdict judge(Worker *worker, const Metrics *metrics, Candidate *candidate, Block *block) {
    const Goal *goal = worker->goal;
    int64_t id = worker->point.id;
    if (!metrics->fits || worker->point.no_room) {
        note_misfit(worker, metrics, block);
        return MISFIT;
    }
    for (int i = 0; i < goal->keep_count; i++) {
        const MetricBound *bound = &goal->keep[i];
        double value = field_number(bound->metric, metrics);
        if (value >= bound->min && value <= bound->max)
            continue;
        reasons_add(&block->reasons, REASON_KEEP, bound->text, 1, id,
                    isnan(value) ? value : miss_of(value, bound->min, bound->max));
        return DROPPED;
    }
    bool keep = true;
    if (goal->keep_function && !worker->hooks.keep(worker->hooks.point.thread, &worker->point,
                                                   metrics, &keep, &block->error)) {
        block->failed = true;
        return FAILED;
    }
    if (!keep) {
        reasons_add(&block->reasons, REASON_KEEP, "the function of keep", 1, id, (double)NAN);
        return DROPPED;
    }
    if (!goal_objectives(goal, metrics, candidate->point.objectives)) {
        char why[REASON_BYTES];
        const char *null = goal_null_objective(goal, metrics);
        bool cost = strcmp(null, "usd_per_mtoken") == 0;
        snprintf(why, sizeof why, "%s is null, an objective%s", null,
                 cost ? " (no rent of the chip is known: usd_per_chip_hour says one)" : "");
        reasons_add(&block->reasons, REASON_KEEP, why, 1, id, (double)NAN);
        return DROPPED;
    }
    candidate->point.id = id;
    for (int i = 0; i < goal->group_count; i++)
        candidate->group[i] = quantity_number(&goal->groups[i], &worker->point);
    return KEPT;
}

// a is at least as good everywhere and better somewhere.
static bool beats(const double a[], const double b[], int objectives) {
    bool better = false;
    for (int i = 0; i < objectives; i++) {
        if (a[i] > b[i])
            return false;
        better |= a[i] < b[i];
    }
    return better;
}

static Strong *strong_of(Worker *worker, const Candidate *candidate) {
    int groups = worker->goal->group_count;
    for (int i = 0; i < worker->strong_count; i++) {
        bool same = true;
        for (int g = 0; g < groups; g++)
            same &= worker->strong[i].group[g] == candidate->group[g];
        if (same)
            return &worker->strong[i];
    }
    if (worker->strong_count == STRONG_GROUPS)
        return NULL;
    Strong *strong = &worker->strong[worker->strong_count++];
    memcpy(strong->group, candidate->group, sizeof strong->group);
    return strong;
}

// Whether a strong point beats the candidate, which else becomes one.
static bool is_beaten(Worker *worker, const Candidate *candidate) {
    int objectives = worker->goal->objective_count;
    Strong *strong = strong_of(worker, candidate);
    if (!strong || worker->goal->epsilon > 0)
        return false;
    const double *own = candidate->point.objectives;
    for (int i = 0; i < strong->count; i++) {
        if (!beats(strong->points[i], own, objectives))
            continue;
        if (i > 0) { // half way to the front
            double swap[PARETO_OBJECTIVES];
            memcpy(swap, strong->points[i], sizeof swap);
            memcpy(strong->points[i], strong->points[i / 2], sizeof swap);
            memcpy(strong->points[i / 2], swap, sizeof swap);
        }
        return true;
    }
    int place = strong->count < STRONG_POINTS ? strong->count++ : STRONG_POINTS - 1;
    memcpy(strong->points[place], own, sizeof strong->points[place]);
    return false;
}

static void add_row(Worker *worker, const Metrics *metrics, Block *block) {
    block->ids[block->row_count] = worker->point.id;
    goal_row(worker->goal, &worker->point, metrics,
             &block->values[(size_t)block->row_count * (size_t)worker->goal->column_count]);
    block->row_count++;
}

// Misses of memory and of all limits together; one without a distance counts like a limit missed by as much as it is.
static double miss_in_all(const Worker *worker, const Metrics *metrics) {
    const Goal *goal = worker->goal;
    const Design *design = &worker->point.design;
    double usable = design->chip->memory.capacity_bytes * (1 - design->hbm_reserve), sum = 0;
    if (!metrics->fits)
        sum += metrics->hbm_missing_bytes / usable;
    for (int i = 0; i < goal->keep_count; i++) {
        const MetricBound *bound = &goal->keep[i];
        double value = field_number(bound->metric, metrics);
        if (isnan(value))
            sum += 1;
        else if (value < bound->min || value > bound->max)
            sum += miss_of(value, bound->min, bound->max);
    }
    return sum > 0 ? sum : 1;
}

static void note_outcome(const Worker *worker, const Metrics *metrics, Verdict verdict,
                         const Candidate *candidate, Outcome *outcome) {
    const Goal *goal = worker->goal;
    *outcome = (Outcome){.evaluated = true};
    for (int i = 0; i < goal->group_count; i++) {
        double value = quantity_number(&goal->groups[i], &worker->point);
        outcome->group[i] = isnan(value) ? -1 : value;
    }
    if (verdict == KEPT) {
        for (int i = 0; i < goal->objective_count; i++)
            outcome->objectives[i] = candidate->point.objectives[i];
        return;
    }
    double miss = miss_in_all(worker, metrics);
    outcome->violation = isfinite(miss) ? miss / (1 + miss) : 1;
}

static bool note_evaluated(Worker *worker, Outcome *outcome, Block *block) {
    const Goal *goal = worker->goal;
    Metrics metrics;
    Candidate candidate;
    evaluate_point(worker, &metrics);
    block->counts[COUNT_EVALUATED]++;
    Verdict verdict = judge(worker, &metrics, &candidate, block);
    if (verdict == FAILED)
        return false;
    static const SweepCount COUNTS[] = {
        [KEPT] = COUNT_KEPT, [MISFIT] = COUNT_MISFIT, [DROPPED] = COUNT_DROPPED};
    block->counts[COUNTS[verdict]]++;
    bool kept =
        goal->keep_rows == ROWS_ALL || (goal->keep_rows == ROWS_FEASIBLE && verdict == KEPT);
    if (kept && !worker->no_rows)
        add_row(worker, &metrics, block);
    if (outcome)
        note_outcome(worker, &metrics, verdict, &candidate, outcome);
    bool every = goal->keep_rows == ROWS_BEST; // the N best need not be near the frontier
    if (verdict == KEPT && (!is_beaten(worker, &candidate) || every))
        block->candidates[block->candidate_count++] = candidate;
    return true;
}

static void clear_block(Block *block, int64_t first, int64_t last) {
    block->first = first;
    block->last = last;
    memset(block->counts, 0, sizeof block->counts);
    reasons_clear(&block->reasons);
    block->row_count = block->candidate_count = 0;
    block->failed = false;
}

void worker_block(Worker *worker, int64_t first, int64_t last, Block *block) {
    clear_block(block, first, last);
    if (!worker->costs)
        remember_costs(worker);
    for (int64_t id = first; id < last;) {
        Error err; // set where there is one
        int64_t alike = 1;
        PointFate fate = point_seek(&worker->point, id, &alike, &err);
        if (fate == POINT_READY) {
            if (!note_evaluated(worker, NULL, block))
                return;
            id++;
            continue;
        }
        alike = alike < last - id ? alike : last - id;
        if (!note_fallen(worker, fate, alike, &err, block))
            return;
        id += alike;
    }
}

// The part that made the point fall is the first that was not built; for a function of `where`, the innermost that it read.
static void outcome_of_fallen(const Worker *worker, PointFate fate, Outcome *outcome) {
    const Point *point = &worker->point;
    *outcome = (Outcome){.part = PART_CHIP};
    while (outcome->part < PART_WORKLOAD && !point->stale[outcome->part])
        outcome->part++;
    if (fate == POINT_FILTERED && point->bound < 0)
        outcome->part = point->asked_part;
    outcome->violation = 3 - (double)outcome->part / PART_COUNT;
    if (fate != POINT_FILTERED)
        return;
    double miss = 1;
    if (point->bound >= 0) {
        const Limit *bound = &worker->space->where[point->bound];
        miss = miss_of(quantity_number(&bound->quantity, point), bound->min, bound->max);
    }
    outcome->violation = isfinite(miss) ? 1 + miss / (1 + miss) : 2;
}

void worker_list(Worker *worker, const int64_t ids[], int count, Outcome outcomes[], Block *block) {
    clear_block(block, 0, 0);
    for (int i = 0; i < count; i++) {
        Error err;
        int64_t alike;
        PointFate fate = point_seek(&worker->point, ids[i], &alike, &err);
        if (fate == POINT_READY) {
            if (!note_evaluated(worker, &outcomes[i], block))
                return;
        } else {
            if (!note_fallen(worker, fate, 1, &err, block))
                return;
            outcome_of_fallen(worker, fate, &outcomes[i]);
        }
    }
}

bool worker_point(Worker *worker, int64_t id, double values[], Candidate *candidate) {
    Error err;
    int64_t alike;
    if (point_seek(&worker->point, id, &alike, &err) != POINT_READY)
        return false;
    Metrics metrics;
    evaluate_point(worker, &metrics);
    if (values)
        goal_row(worker->goal, &worker->point, &metrics, values);
    candidate->point.id = id;
    for (int i = 0; i < worker->goal->group_count; i++)
        candidate->group[i] = quantity_number(&worker->goal->groups[i], &worker->point);
    return goal_objectives(worker->goal, &metrics, candidate->point.objectives);
}
