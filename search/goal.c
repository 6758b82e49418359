#include "search/goal.h"

#include <math.h>
#include <string.h>

const char *const KEEP_ROWS_WORDS[] = {"all", "feasible", "frontier", "best", NULL};

bool goal_objectives(const Goal *goal, const Metrics *metrics, double objectives[]) {
    for (int i = 0; i < goal->objective_count; i++) {
        const Objective *objective = &goal->objectives[i];
        double value = field_number(objective->metric, metrics);
        if (isnan(value))
            return false;
        objectives[i] = objective->maximise ? -value : value;
    }
    return true;
}

const char *goal_null_objective(const Goal *goal, const Metrics *metrics) {
    for (int i = 0; i < goal->objective_count; i++)
        if (isnan(field_number(goal->objectives[i].metric, metrics)))
            return goal->objectives[i].metric->name;
    return NULL;
}

void goal_row(const Goal *goal, const Point *point, const Metrics *metrics, double values[]) {
    for (int i = 0; i < goal->column_count; i++) {
        const GoalColumn *column = &goal->columns[i];
        const Field *metric = column->metric;
        if (!metric)
            values[i] = quantity_number(&column->quantity, point);
        else if (metric->kind == FIELD_NUMBER)
            memcpy(&values[i], (const char *)metrics + metric->offset, sizeof values[i]);
        else
            values[i] = field_number(metric, metrics);
    }
}
