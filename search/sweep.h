// sweep.h — evaluates every point of a space on several threads and hands rows and frontier to a sink, in order.
//
//     threads take blocks of ids from one counter ──> ring of finished blocks ──> the caller's thread takes them in the
//     order of their ids: counts, reasons, frontier, rows ──> sink
// What comes out does not depend on the number of threads or processes: rows go by id, sets do not depend on the order of
// insertion.
#ifndef SEARCH_SWEEP_H
#define SEARCH_SWEEP_H

#include "search/evolve.h"
#include "search/flow.h"
#include "search/frontier.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SweepState {
    // Every id of the run below it is done; of an evolutionary search: how many ids were tried.
    int64_t watermark;
    int64_t counts[COUNT_COUNT];
    Reasons reasons;
    double busy_s; // over all attempts
} SweepState;

typedef enum SweepTable { SWEEP_POINT, SWEEP_FRONTIER } SweepTable;

// Where rows go. All that comes before a commit belongs to it. Any may return false with an error, which ends the sweep.
typedef struct SweepSink {
    void *context;
    bool (*rows)(void *context, SweepTable table, const Rows *rows, Error *err);
    bool (*remove)(void *context, SweepTable table, const int64_t ids[], int64_t count, Error *err);
    bool (*commit)(void *context, const SweepState *state, Error *err);
} SweepSink;

// Keeps nothing.
SweepSink sweep_nowhere(void);

typedef struct SweepProgress {
    const SweepState *state;
    int64_t first, last; // ids of the run
    int64_t frontier;
    double share; // of the ids or of the budget
    bool ended;
    double seconds; // of this attempt
} SweepProgress;

typedef struct Sweep {
    const Space *space;
    const Goal *goal;
    int64_t first, last;  // the ids of this run
    const Evolve *evolve; // NULL: every point in turn
    int threads;
    Ranks *ranks;             // other processes that help; NULL: none
    const WorkerHooks *hooks; // threads + 1 of them, the last for the caller's thread
    SweepSink sink;
    void (*progress)(void *context, const SweepProgress *progress); // NULL: none
    void *progress_context;
} Sweep;

typedef enum SweepEnd {
    SWEEP_DONE,
    SWEEP_FULL,   // the frontier grew beyond goal.frontier_limit: err suggests an epsilon
    SWEEP_SCRIPT, // a function of the script failed
    SWEEP_SINK
} SweepEnd;

typedef struct SweepRun SweepRun;

// sweep_close frees it. The sweep must outlive it.
SweepRun *sweep_open(const Sweep *sweep);
void sweep_close(SweepRun *run);

// Goes on where an earlier attempt stopped: its state, and the ids that stood in its frontier and, where they come and go,
// among its points. Not for an evolutionary search, which starts again from its seed.
void sweep_resume(SweepRun *run, const SweepState *state, const int64_t frontier[], int64_t count,
                  const int64_t points[], int64_t point_count);

SweepEnd sweep_run(SweepRun *run, Error *err);

const SweepState *sweep_state(const SweepRun *run);
EvolveCounts sweep_evolved(const SweepRun *run); // of an evolutionary search that has run
const Frontier *sweep_frontier(const SweepRun *run);

// A worker of the caller's thread, for rows of single points after the run.
Worker *sweep_worker(SweepRun *run);

#ifdef __cplusplus
}
#endif
#endif
