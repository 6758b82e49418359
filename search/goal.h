// goal.h — what a sweep looks for: objectives, limits on metrics, groups, and the columns that it keeps.
#ifndef SEARCH_GOAL_H
#define SEARCH_GOAL_H

#include "search/pareto.h"
#include "search/quantity.h"
#include "sim/metrics.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GOAL_GROUPS  4
#define GOAL_BOUNDS  32
#define GOAL_COLUMNS 96

typedef enum KeepRows {
    ROWS_ALL,      // every design that was evaluated
    ROWS_FEASIBLE, // those that fit and pass `keep`
    ROWS_FRONTIER, // those that nothing beats
    ROWS_BEST      // the N best by the first objective
} KeepRows;

extern const char *const KEEP_ROWS_WORDS[];

typedef struct Objective {
    const Field *metric;
    bool maximise;
} Objective;

typedef struct MetricBound {
    const Field *metric;
    double min, max; // -INFINITY, INFINITY: open; null never passes
    char text[64];   // "tpot_s above 25 ms", for the reasons
} MetricBound;

// A column of the rows: a quantity of the design, or a metric.
typedef struct GoalColumn {
    Column column;
    const Field *metric; // NULL: the quantity
    Quantity quantity;
} GoalColumn;

typedef struct Goal {
    Objective objectives[PARETO_OBJECTIVES];
    int objective_count;
    MetricBound keep[GOAL_BOUNDS];
    int keep_count;
    bool keep_function;
    Quantity groups[GOAL_GROUPS];
    int group_count;
    KeepRows keep_rows;
    int64_t best_rows; // of ROWS_BEST
    double epsilon;
    int64_t frontier_limit;
    GoalColumn columns[GOAL_COLUMNS];
    int column_count;
} Goal;

// The objectives as Pareto takes them, all minimised; false when one is null, so that the design cannot be ranked.
bool goal_objectives(const Goal *goal, const Metrics *metrics, double objectives[]);

// The first objective that is null; NULL: none.
const char *goal_null_objective(const Goal *goal, const Metrics *metrics);

void goal_row(const Goal *goal, const Point *point, const Metrics *metrics, double values[]);

#ifdef __cplusplus
}
#endif
#endif
