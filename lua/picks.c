#include "lua/picks.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/stored.h"
#include "sim/base/heap.h"
#include "sim/op_cost.h"
#include "validate/row_task.h"

// Designs of a frontier that worst-interval looks at, evenly taken from it: as many as keep it within seconds.
#define MOST_DESIGNS 500

const char *const PICK_WORDS[PICK_COUNT + 1] = {"frontier", "spread", "worst-interval"};

// A frontier's points with their objectives, all minimised.
typedef struct Front {
    int64_t *ids;
    double *values; // count x objectives
    int objectives, count, capacity;
    int columns[PARETO_OBJECTIVES];
    bool maximise[PARETO_OBJECTIVES];
} Front;

// --- The frontier ------------------------------------------------------------------------------------------------------

static bool take_point(void *context, const char *objective, int64_t id, const double values[],
                       Error *err) {
    (void)objective, (void)err;
    Front *front = context;
    if (front->count == front->capacity) {
        front->capacity = 2 * front->capacity + 256;
        front->ids = heap_resize(front->ids, front->capacity, sizeof *front->ids);
        front->values = heap_resize(front->values, (int64_t)front->capacity * PARETO_OBJECTIVES,
                                    sizeof *front->values);
    }
    for (int i = 0; i < front->objectives; i++) {
        double value = values[front->columns[i]];
        front->values[(size_t)front->count * (size_t)front->objectives + (size_t)i] =
            front->maximise[i] ? -value : value;
    }
    front->ids[front->count++] = id;
    return true;
}

static bool read_front(Stored *stored, Front *front, Error *err) {
    const Goal *goal = script_goal(stored->script);
    const StoreRun *run = store_run(stored->store);
    for (int i = 0; i < goal->objective_count; i++)
        for (int k = 0; k < run->column_count; k++)
            if (strcmp(run->columns[k].name, goal->objectives[i].metric->name) == 0) {
                front->maximise[front->objectives] = goal->objectives[i].maximise;
                front->columns[front->objectives++] = k;
                break;
            }
    if (!store_each(stored->store, STORE_FRONTIER, take_point, front, err))
        return false;
    return front->count > 0 || error_set(err, "the run has no frontier: nothing fits");
}

static double value_of(const Front *front, int point, int objective) {
    return front->values[(size_t)point * (size_t)front->objectives + (size_t)objective];
}

// --- Choosing ----------------------------------------------------------------------------------------------------------

typedef struct Ranked {
    double key;
    int point;
} Ranked;

static int by_key(const void *a, const void *b) {
    const Ranked *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->point > y->point) - (x->point < y->point);
}

// Points in the order of an objective.
static Ranked *ranked_by(const Front *front, int objective) {
    Ranked *ranked = heap_take((size_t)front->count, sizeof *ranked);
    for (int i = 0; i < front->count; i++)
        ranked[i] = (Ranked){front->objectives > 0 ? value_of(front, i, objective) : i, i};
    qsort(ranked, (size_t)front->count, sizeof *ranked, by_key);
    return ranked;
}

static int pick_best(const Front *front, int top, int chosen[]) {
    Ranked *ranked = ranked_by(front, 0);
    int count = top < front->count ? top : front->count;
    for (int i = 0; i < count; i++)
        chosen[i] = ranked[i].point;
    free(ranked);
    return count;
}

// Ranks as shares in each objective, so that neither unit nor scale counts.
static double *ranks_of(const Front *front) {
    int objectives = front->objectives > 0 ? front->objectives : 1;
    double *ranks = heap_take((size_t)front->count * (size_t)objectives, sizeof *ranks);
    for (int k = 0; k < objectives; k++) {
        Ranked *ranked = ranked_by(front, k);
        for (int i = 0; i < front->count; i++)
            ranks[(size_t)ranked[i].point * (size_t)objectives + (size_t)k] =
                (double)i / front->count;
        free(ranked);
    }
    return ranks;
}

static double distance(const double a[], const double b[], int count) {
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

// Begins with the best by the first objective.
static int pick_spread(const Front *front, int top, int chosen[]) {
    int objectives = front->objectives > 0 ? front->objectives : 1, taken = 1;
    double *ranks = ranks_of(front);
    double *nearest = heap_take((size_t)front->count, sizeof *nearest);
    int count = top < front->count ? top : front->count;
    pick_best(front, 1, chosen);
    for (int i = 0; i < front->count; i++)
        nearest[i] = INFINITY;
    for (; taken < count; taken++) {
        const double *last = ranks + (size_t)chosen[taken - 1] * (size_t)objectives;
        int furthest = 0;
        for (int i = 0; i < front->count; i++) {
            nearest[i] = fmin(nearest[i],
                              distance(ranks + (size_t)i * (size_t)objectives, last, objectives));
            furthest = nearest[i] > nearest[furthest] ? i : furthest;
        }
        chosen[taken] = furthest;
    }
    free(ranks);
    free(nearest);
    return count;
}

static int pick_evenly(const Front *front, int most, int chosen[]) {
    int count = most < front->count ? most : front->count;
    for (int i = 0; i < count; i++)
        chosen[i] = (int)((int64_t)i * front->count / count);
    return count;
}

// --- Kernels that widen the intervals ----------------------------------------------------------------------------------

typedef struct Doubt {
    Task task;
    double share; // of the designs' times
} Doubt;

typedef struct Doubts {
    Doubt *list;
    int count, capacity;
} Doubts;

static void add_doubt(Doubts *doubts, const Task *task, double share) {
    int at = 0;
    while (at < doubts->count && !task_same(&doubts->list[at].task, task))
        at++;
    if (at == doubts->count) {
        if (doubts->count == doubts->capacity) {
            doubts->capacity = 2 * doubts->capacity + 64;
            doubts->list = heap_resize(doubts->list, doubts->capacity, sizeof *doubts->list);
        }
        doubts->list[doubts->count++] = (Doubt){.task = *task};
    }
    doubts->list[at].share += share;
}

// How far each kernel of the design's layers may move its time.
static void doubt_design(const Design *design, Doubts *doubts, LayerNotes *notes) {
    LayerTask layers[LAYER_TASKS];
    Tasks tasks = {0};
    Metrics metrics;
    Error none;
    int count = layer_tasks(design, "", &tasks, layers);
    evaluate(design, &metrics, NULL);
    for (int k = 0; k < count; k++) {
        notes->layers++;
        notes->unsupported += layers[k].at < 0;
        if (layers[k].at < 0) {
            snprintf(notes->why, sizeof notes->why, "%s", layers[k].unsupported);
            continue;
        }
        for (int i = 1; i <= tasks_parts(&tasks, layers[k].at); i++) {
            const Task *task = &tasks.list[layers[k].at + i];
            Row row;
            if (!row_of_tasks(task, 1, design->chip, design->system, false, &row, &none))
                continue;
            Machine machine = row_machine(&row, design->profile);
            Prediction prediction = row_predict(&row, &machine);
            add_doubt(doubts, task,
                      (prediction.high_s - prediction.low_s) * layers[k].layers * layers[k].units /
                          metrics.time_s);
        }
    }
    tasks_free(&tasks);
}

static int by_share(const void *a, const void *b) {
    const Doubt *x = a, *y = b;
    return x->share != y->share ? (x->share < y->share ? 1 : -1) : x->task.id - y->task.id;
}

static bool add_single(Tasks *tasks, const Task *task) {
    for (int i = 0; i < tasks->count; i++)
        if (tasks->list[i].layer == 0 && task_same(&tasks->list[i], task))
            return false;
    Task alone = *task;
    alone.id = tasks->count + 1;
    alone.layer = 0;
    alone.times = 1;
    tasks_add(tasks, &alone);
    return true;
}

static void add_doubts(Doubts *doubts, int top, Tasks *tasks) {
    for (int i = 0; i < doubts->count; i++)
        doubts->list[i].task.id = i; // ties keep the order in which they came
    if (doubts->count > 0)
        qsort(doubts->list, (size_t)doubts->count, sizeof *doubts->list, by_share);
    for (int i = 0; i < doubts->count && i < top; i++)
        add_single(tasks, &doubts->list[i].task);
}

// --- A run -------------------------------------------------------------------------------------------------------------

typedef struct Picking {
    const PickOptions *options;
    Tasks *tasks;
    LayerNotes *notes;
    Doubts doubts;
} Picking;

static bool take_design(Stored *stored, int64_t id, Picking *picking, Error *err) {
    StoredPoint built;
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, id);
    bool good = stored_point(stored, text, &built, err) == STORED_DESIGN;
    const Design *design = &built.point.design;
    if (good && picking->options->pick != PICK_WORST_INTERVAL)
        layer_tasks_add(design, picking->tasks, picking->notes);
    else if (good && design->profile)
        doubt_design(design, &picking->doubts, picking->notes);
    else if (good) {
        good = error_set(err, "worst-interval: the run was predicted in datasheet mode, which "
                              "knows no intervals");
        error_hint(err, "take --pick frontier, or sweep in calibrated mode");
    }
    stored_point_end(&built);
    return good;
}

static void add_parts(Tasks *tasks) {
    int count = tasks->count;
    for (int i = 0; i < count; i++)
        if (tasks->list[i].layer > 0)
            add_single(tasks, &tasks->list[i]);
}

static bool pick(Stored *stored, const PickOptions *options, Picking *picking, int *designs,
                 Error *err) {
    Front front = {0};
    bool good = read_front(stored, &front, err);
    int room = options->top > MOST_DESIGNS ? options->top : MOST_DESIGNS;
    int *chosen = heap_take((size_t)room, sizeof *chosen);
    if (good)
        *designs = options->pick == PICK_FRONTIER ? pick_best(&front, options->top, chosen)
                   : options->pick == PICK_SPREAD ? pick_spread(&front, options->top, chosen)
                                                  : pick_evenly(&front, MOST_DESIGNS, chosen);
    for (int i = 0; good && i < *designs; i++)
        good = take_design(stored, front.ids[chosen[i]], picking, err);
    if (good)
        add_doubts(&picking->doubts, options->top, picking->tasks);
    if (good && options->ops)
        add_parts(picking->tasks);
    free(chosen);
    free(front.ids);
    free(front.values);
    free(picking->doubts.list);
    return good;
}

bool picks_read(const char *run, const PickOptions *options, Tasks *tasks, LayerNotes *notes,
                int *designs, Error *err) {
    Stored stored = {0};
    Picking picking = {.options = options, .tasks = tasks, .notes = notes};
    *designs = 0;
    bool good = stored_open(&stored, run, err) && pick(&stored, options, &picking, designs, err);
    stored_close(&stored);
    return good || error_where(err, run, 0);
}
