// worker.h — one thread's share of a sweep: walks a stretch of ids and notes what each point is worth.
#ifndef SEARCH_WORKER_H
#define SEARCH_WORKER_H

#include "search/goal.h"
#include "search/reasons.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct WorkerHooks {
    PointHooks point;
    // A script's `keep`.
    bool (*keep)(void *thread, const Point *point, const Metrics *metrics, bool *keep, Error *err);
} WorkerHooks;

typedef enum SweepCount {
    COUNT_EVALUATED,
    COUNT_KEPT,     // of them: fit and pass `keep`
    COUNT_MISFIT,   // of them: do not fit
    COUNT_DROPPED,  // of them: fit, but fall to `keep` or cannot be ranked
    COUNT_FILTERED, // fell to `where`
    COUNT_ILLEGAL,
    COUNT_VOID,
    COUNT_COUNT
} SweepCount;

extern const char *const SWEEP_COUNT_WORDS[];

// May stand on the frontier of its group.
typedef struct Candidate {
    ParetoPoint point;
    double group[GOAL_GROUPS];
} Candidate;

// What a stretch of ids gave. The arrays hold as many entries as the stretch has ids.
typedef struct Block {
    int64_t first, last;
    int64_t counts[COUNT_COUNT];
    Reasons reasons;
    int row_count;
    int64_t *ids;
    double *values; // rows x columns
    int candidate_count;
    Candidate *candidates;
    bool failed; // a script's function did: `error`
    Error error;
} Block;

Block *block_new(const Goal *goal, int64_t ids);
void block_free(Block *block);

// What a single point gave, for a search that chooses which point comes next.
typedef struct Outcome {
    bool evaluated;
    // 0: meets all limits. Up to 1: was evaluated and misses limits by v / (1 - v) of them in sum; up to 2: falls to `where`;
    // above: no design, the less the more of its parts are sound.
    double violation;
    double objectives[PARETO_OBJECTIVES]; // of a violation of 0, else 0
    double group[GOAL_GROUPS];            // of one that was evaluated, else 0
    SpacePart part;                       // of one that was not: where it fell
} Outcome;

typedef struct Worker Worker;

// NULL metrics of rows are NaN. worker_free frees it.
Worker *worker_new(const Space *space, const Goal *goal, WorkerHooks hooks);
void worker_free(Worker *worker);

// Blocks then hold no rows, for a sweep that stores none.
void worker_drop_rows(Worker *worker);

// Fills the block for ids [first, last).
void worker_block(Worker *worker, int64_t first, int64_t last, Block *block);

// Fills the block for a list of ids, at most as many as it was made for, and says what each gave.
void worker_list(Worker *worker, const int64_t ids[], int count, Outcome outcomes[], Block *block);

// Evaluates one point again: its row and its place in the objectives. false: it is no design that can be ranked.
bool worker_point(Worker *worker, int64_t id, double values[], Candidate *candidate);

// The design of the point that worker_point moved to.
const Design *worker_design(const Worker *worker);

#ifdef __cplusplus
}
#endif
#endif
