#include "search/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/gather.h"
#include "search/top.h"
#include "sim/base/clock.h"
#include "sim/base/heap.h"

// A commit comes so often, or after ten times as long as the last one took.
#define COMMIT_S      0.5
#define COMMIT_GAP    10.0
#define ROWS_ONCE     1024      // rows that are rebuilt and handed over at once
#define GATHERED_ROWS (1 << 20) // of an evolutionary search, before the sink is given them

// Ids that stand in a table of the sink, in order.
typedef struct Ids {
    int64_t *list;
    int64_t count;
} Ids;

struct SweepRun {
    const Sweep *sweep;
    Worker **workers; // threads + 1
    SweepState state;
    Frontier *frontier;
    Top *top;      // ROWS_BEST only
    Ids tables[2]; // as the sink has them: points (where rows come and go), frontier
    double busy_before_s, began_s, next_s; // next_s: when the next commit is due
    EvolveCounts evolved;
    Gather *gather; // rows of an evolutionary search that the sink has not been given
};

static bool drop_rows(void *context, SweepTable table, const Rows *rows, Error *err) {
    (void)context, (void)table, (void)rows, (void)err;
    return true;
}

static bool drop_ids(void *context, SweepTable table, const int64_t ids[], int64_t count,
                     Error *err) {
    (void)context, (void)table, (void)ids, (void)count, (void)err;
    return true;
}

static bool drop_state(void *context, const SweepState *state, Error *err) {
    (void)context, (void)state, (void)err;
    return true;
}

SweepSink sweep_nowhere(void) {
    return (SweepSink){NULL, drop_rows, drop_ids, drop_state};
}

SweepRun *sweep_open(const Sweep *sweep) {
    SweepRun *run = heap_resize(NULL, 1, sizeof *run);
    memset(run, 0, sizeof *run);
    run->sweep = sweep;
    run->workers = heap_resize(NULL, sweep->threads + 1, sizeof(Worker *));
    for (int i = 0; i <= sweep->threads; i++)
        run->workers[i] = worker_new(sweep->space, sweep->goal, sweep->hooks[i]);
    for (int i = 0; i <= sweep->threads && sweep->sink.rows == drop_rows; i++)
        worker_drop_rows(run->workers[i]);
    run->frontier = frontier_new(sweep->goal);
    if (sweep->goal->keep_rows == ROWS_BEST)
        run->top = top_new(sweep->goal->best_rows);
    if (sweep->evolve)
        run->gather = gather_new(sweep->goal->column_count);
    run->state.watermark = sweep->first;
    return run;
}

void sweep_close(SweepRun *run) {
    if (!run)
        return;
    for (int i = 0; i <= run->sweep->threads; i++)
        worker_free(run->workers[i]);
    free(run->workers);
    frontier_free(run->frontier);
    top_free(run->top);
    gather_free(run->gather);
    free(run->tables[0].list);
    free(run->tables[1].list);
    free(run);
}

Worker *sweep_worker(SweepRun *run) {
    return run->workers[run->sweep->threads];
}

const SweepState *sweep_state(const SweepRun *run) {
    return &run->state;
}

EvolveCounts sweep_evolved(const SweepRun *run) {
    return run->evolved;
}

const Frontier *sweep_frontier(const SweepRun *run) {
    return run->frontier;
}

static Ids copy_ids(const int64_t ids[], int64_t count) {
    Ids copy = {heap_resize(NULL, count, sizeof *ids), count};
    if (count)
        memcpy(copy.list, ids, (size_t)count * sizeof *ids);
    return copy;
}

void sweep_resume(SweepRun *run, const SweepState *state, const int64_t frontier[], int64_t count,
                  const int64_t points[], int64_t point_count) {
    run->state = *state;
    run->busy_before_s = state->busy_s;
    Candidate candidate;
    for (int64_t i = 0; i < count; i++)
        if (worker_point(sweep_worker(run), frontier[i], NULL, &candidate))
            frontier_insert(run->frontier, &candidate);
    for (int64_t i = 0; run->top && i < point_count; i++)
        if (worker_point(sweep_worker(run), points[i], NULL, &candidate))
            top_insert(run->top, points[i], candidate.point.objectives[0]);
    free(run->tables[SWEEP_POINT].list);
    free(run->tables[SWEEP_FRONTIER].list);
    run->tables[SWEEP_POINT] = copy_ids(points, point_count);
    run->tables[SWEEP_FRONTIER] = copy_ids(frontier, count);
}

// Hands over the rows of ids that are evaluated again.
static bool send_rows(SweepRun *run, SweepTable table, const int64_t ids[], int64_t count,
                      Error *err) {
    const Sweep *sweep = run->sweep;
    int columns = sweep->goal->column_count;
    double *values = heap_resize(NULL, ROWS_ONCE * (int64_t)columns, sizeof *values);
    bool ok = true;
    for (int64_t from = 0; ok && from < count; from += ROWS_ONCE) {
        int some = count - from < ROWS_ONCE ? (int)(count - from) : ROWS_ONCE;
        Candidate none;
        for (int i = 0; i < some; i++)
            worker_point(sweep_worker(run), ids[from + i], values + (size_t)i * (size_t)columns,
                         &none);
        Rows rows = {columns, some, ids + from, values};
        ok = sweep->sink.rows(sweep->sink.context, table, &rows, err);
    }
    free(values);
    return ok;
}

// Brings a table of the sink from the ids that it holds to these, which it takes over.
static bool update_table(SweepRun *run, SweepTable table, Ids now, Error *err) {
    Ids *before = &run->tables[table];
    int64_t *joined = heap_resize(NULL, now.count, sizeof *joined);
    int64_t *left = heap_resize(NULL, before->count, sizeof *left);
    int64_t joined_count = 0, left_count = 0, a = 0, b = 0;
    while (a < now.count || b < before->count) {
        if (b == before->count || (a < now.count && now.list[a] < before->list[b]))
            joined[joined_count++] = now.list[a++];
        else if (a == now.count || before->list[b] < now.list[a])
            left[left_count++] = before->list[b++];
        else
            a++, b++;
    }
    const SweepSink *sink = &run->sweep->sink;
    bool ok = left_count == 0 || sink->remove(sink->context, table, left, left_count, err);
    ok = ok && send_rows(run, table, joined, joined_count, err);
    free(joined);
    free(left);
    free(before->list);
    *before = now;
    return ok;
}

static Ids frontier_list(const SweepRun *run) {
    Ids ids = {NULL, frontier_count(run->frontier)};
    ids.list = heap_resize(NULL, ids.count, sizeof *ids.list);
    frontier_ids(run->frontier, ids.list);
    return ids;
}

// The frontier and, with ROWS_BEST, the N best: each id once.
static Ids point_list(const SweepRun *run) {
    Ids frontier = frontier_list(run), both = frontier;
    if (!run->top)
        return both;
    int64_t tops = top_count(run->top), a = 0, b = 0;
    int64_t *top = heap_resize(NULL, tops, sizeof *top);
    top_ids(run->top, top);
    both = (Ids){heap_resize(NULL, frontier.count + tops, sizeof *top), 0};
    while (a < frontier.count || b < tops) {
        int64_t id = b == tops || (a < frontier.count && frontier.list[a] <= top[b])
                         ? frontier.list[a]
                         : top[b];
        a += a < frontier.count && frontier.list[a] == id;
        b += b < tops && top[b] == id;
        both.list[both.count++] = id;
    }
    free(top);
    free(frontier.list);
    return both;
}

static bool send_gathered(SweepRun *run, Error *err) {
    const SweepSink *sink = &run->sweep->sink;
    bool ok = true;
    for (Rows rows; ok && (rows = gather_take(run->gather)).count > 0;)
        ok = sink->rows(sink->context, SWEEP_POINT, &rows, err);
    return ok;
}

static bool commit(SweepRun *run, Error *err) {
    const Sweep *sweep = run->sweep;
    KeepRows keep = sweep->goal->keep_rows;
    if (run->gather && !send_gathered(run, err))
        return false;
    run->state.busy_s = run->busy_before_s + clock_s() - run->began_s;
    if (!update_table(run, SWEEP_FRONTIER, frontier_list(run), err))
        return false;
    if ((keep == ROWS_FRONTIER || keep == ROWS_BEST) &&
        !update_table(run, SWEEP_POINT, point_list(run), err))
        return false;
    return sweep->sink.commit(sweep->sink.context, &run->state, err);
}

// A finished block in the order of ids.
static SweepEnd take_block(SweepRun *run, const Block *block, Error *err) {
    const Sweep *sweep = run->sweep;
    if (block->failed) {
        *err = block->error;
        return SWEEP_SCRIPT;
    }
    for (int i = 0; i < COUNT_COUNT; i++)
        run->state.counts[i] += block->counts[i];
    reasons_merge(&run->state.reasons, &block->reasons);
    for (int i = 0; i < block->candidate_count; i++) {
        const Candidate *candidate = &block->candidates[i];
        frontier_insert(run->frontier, candidate);
        if (run->top)
            top_insert(run->top, candidate->point.id, candidate->point.objectives[0]);
    }
    run->state.watermark = block->last;
    if (frontier_count(run->frontier) > sweep->goal->frontier_limit) {
        error_set(err, "the frontier has more than %lld points",
                  (long long)sweep->goal->frontier_limit);
        error_hint(err,
                   "epsilon = %g keeps one of those that differ by less, or raise frontier_limit",
                   sweep->goal->epsilon > 0 ? 4 * sweep->goal->epsilon : 0.01);
        return SWEEP_FULL;
    }
    Rows rows = {sweep->goal->column_count, block->row_count, block->ids, block->values};
    if (run->gather) {
        gather_add(run->gather, &rows);
        bool room = gather_count(run->gather) < GATHERED_ROWS;
        return room || send_gathered(run, err) ? SWEEP_DONE : SWEEP_SINK;
    }
    if (rows.count && !sweep->sink.rows(sweep->sink.context, SWEEP_POINT, &rows, err))
        return SWEEP_SINK;
    return SWEEP_DONE;
}

static void report(const SweepRun *run, bool ended) {
    const Sweep *sweep = run->sweep;
    if (!sweep->progress)
        return;
    double share = sweep->evolve ? (double)run->evolved.evaluated / sweep->evolve->budget
                                 : (double)(run->state.watermark - sweep->first) /
                                       (double)(sweep->last - sweep->first);
    SweepProgress progress = {.state = &run->state,
                              .first = sweep->first,
                              .last = sweep->last,
                              .frontier = frontier_count(run->frontier),
                              .share = share,
                              .ended = ended,
                              .seconds = clock_s() - run->began_s};
    sweep->progress(sweep->progress_context, &progress);
}

static SweepEnd commit_when_due(SweepRun *run, Error *err) {
    double before_s = clock_s();
    if (before_s < run->next_s)
        return SWEEP_DONE;
    SweepEnd end = commit(run, err) ? SWEEP_DONE : SWEEP_SINK;
    double after_s = clock_s(), wait_s = COMMIT_GAP * (after_s - before_s);
    run->next_s = after_s + (wait_s > COMMIT_S ? wait_s : COMMIT_S);
    report(run, false);
    return end;
}

// Every point in the order of ids.
static SweepEnd run_ids(SweepRun *run, Error *err) {
    const Sweep *sweep = run->sweep;
    Flow *flow = flow_start(sweep->goal, run->workers, sweep->threads, sweep->ranks,
                            run->state.watermark, sweep->last);
    SweepEnd end = SWEEP_DONE;
    const Block *block;
    while (end == SWEEP_DONE && (block = flow_next(flow))) {
        end = take_block(run, block, err);
        flow_done(flow);
        if (end == SWEEP_DONE)
            end = commit_when_due(run, err);
    }
    flow_stop(flow);
    return end;
}

// The points that the search asks for, a generation after the other.
static SweepEnd run_evolve(SweepRun *run, Error *err) {
    const Sweep *sweep = run->sweep;
    Evolution *evolution =
        evolution_new(sweep->evolve, sweep->space, sweep->goal, run->workers, sweep->threads);
    SweepEnd end = SWEEP_DONE;
    Block *const *blocks;
    int count;
    while (end == SWEEP_DONE && (count = evolution_next(evolution, run->frontier, &blocks)) > 0) {
        for (int i = 0; i < count && end == SWEEP_DONE; i++)
            end = take_block(run, blocks[i], err);
        run->evolved = evolution_counts(evolution);
        run->state.watermark = sweep->first + run->evolved.tried;
        if (end == SWEEP_DONE)
            end = commit_when_due(run, err);
    }
    run->evolved = evolution_counts(evolution);
    evolution_free(evolution);
    return end;
}

SweepEnd sweep_run(SweepRun *run, Error *err) {
    run->began_s = clock_s();
    run->next_s = run->began_s + COMMIT_S;
    SweepEnd end = run->sweep->evolve ? run_evolve(run, err) : run_ids(run, err);
    if (end == SWEEP_DONE && !commit(run, err))
        end = SWEEP_SINK;
    report(run, true);
    return end;
}
