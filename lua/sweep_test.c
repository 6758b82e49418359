// What a sweep finds, against brute force over its rows; and its functions.
#include <math.h>

#include "lua/sweep_test.h"

// --- Frontier --------------------------------------------------------------------------------------------------------

#define ROWS 4096

// A sink that keeps rows of points, in the order in which they come.
typedef struct Kept {
    int columns, count;
    int64_t ids[ROWS];
    double values[ROWS][GOAL_COLUMNS];
    SweepState state;
} Kept;

static bool keep_rows(void *context, SweepTable table, const Rows *rows, Error *err) {
    Kept *kept = context;
    (void)err;
    for (int i = 0; table == SWEEP_POINT && i < rows->count; i++) {
        assert_true(kept->count < ROWS);
        kept->ids[kept->count] = rows->ids[i];
        memcpy(kept->values[kept->count++], rows->values + (size_t)i * (size_t)rows->columns,
               (size_t)rows->columns * sizeof(double));
    }
    return true;
}

static bool keep_no_ids(void *context, SweepTable table, const int64_t ids[], int64_t count,
                        Error *err) {
    (void)context, (void)table, (void)ids, (void)count, (void)err;
    return true;
}

static bool keep_state(void *context, const SweepState *state, Error *err) {
    (void)err;
    ((Kept *)context)->state = *state;
    return true;
}

// Runs the script on one thread, with all rows kept.
static SweepRun *sweep_all(SweepScript *script, Goal *goal, Kept *kept, Sweep *sweep,
                           WorkerHooks hooks[2], SweepEnd wanted, Error *err) {
    *goal = *script_goal(script);
    goal->keep_rows = ROWS_ALL;
    memset(kept, 0, sizeof *kept);
    hooks[0] = hooks[1] = script_hooks(script);
    *sweep = (Sweep){
        .space = script_space(script),
        .goal = goal,
        .last = script_space(script)->points,
        .threads = 1,
        .hooks = hooks,
        .sink = {kept, keep_rows, keep_no_ids, keep_state}
    };
    SweepRun *run = sweep_open(sweep);
    assert_int_equal(sweep_run(run, err), wanted);
    return run;
}

// One row's objectives, all minimised, and its group; false: it cannot stand on a frontier.
static bool row_of(const Goal *goal, const double values[], double objectives[], double group[]) {
    if (column_of(goal, values, "fits") == 0 || column_of(goal, values, "mfu") < 0.001)
        return false;
    for (int i = 0; i < goal->objective_count; i++) {
        double value = column_of(goal, values, goal->objectives[i].metric->name);
        if (isnan(value))
            return false;
        objectives[i] = goal->objectives[i].maximise ? -value : value;
    }
    for (int i = 0; i < goal->group_count; i++)
        group[i] = column_of(goal, values, goal->groups[i].name);
    return true;
}

static bool beats(const double a[], const double b[], int count) {
    bool better = false;
    for (int i = 0; i < count; i++) {
        if (a[i] > b[i])
            return false;
        better |= a[i] < b[i];
    }
    return better;
}

typedef struct Plain {
    bool ranked[ROWS];
    double objectives[ROWS][PARETO_OBJECTIVES], groups[ROWS][GOAL_GROUPS];
} Plain;

static bool same_group(const Goal *goal, const Plain *plain, int a, int b) {
    return memcmp(plain->groups[a], plain->groups[b], (size_t)goal->group_count * sizeof(double)) ==
           0;
}

static bool is_beaten(const Goal *goal, const Plain *plain, int count, int row) {
    for (int i = 0; i < count; i++)
        if (plain->ranked[i] && same_group(goal, plain, i, row) &&
            beats(plain->objectives[i], plain->objectives[row], goal->objective_count))
            return true;
    return false;
}

static void check_frontier(SweepRun *run, const Goal *goal, const Kept *kept, Plain *plain,
                           const char *text) {
    const Frontier *frontier = sweep_frontier(run);
    int64_t *ids = calloc((size_t)frontier_count(frontier) + 1, sizeof *ids), found = 0;
    frontier_ids(frontier, ids);
    for (int i = 0; i < kept->count; i++)
        plain->ranked[i] = row_of(goal, kept->values[i], plain->objectives[i], plain->groups[i]);
    for (int i = 0; i < kept->count; i++) {
        if (!plain->ranked[i] || is_beaten(goal, plain, kept->count, i))
            continue;
        if (found == frontier_count(frontier) || ids[found] != kept->ids[i])
            fail_msg("point %lld is missing or too much: %s", (long long)kept->ids[i], text);
        found++;
    }
    assert_int_equal(found, frontier_count(frontier));
    // Each best point is one of the least, and no point of its group is less.
    for (int g = 0; g < frontier_groups(frontier); g++)
        for (int k = 0; k < goal->objective_count; k++) {
            int64_t id = frontier_best(frontier, g, k);
            int row = 0;
            while (kept->ids[row] != id)
                row++;
            for (int i = 0; i < kept->count; i++)
                if (plain->ranked[i] && same_group(goal, plain, i, row))
                    assert_true(plain->objectives[i][k] >= plain->objectives[row][k]);
        }
    free(ids);
}

// A random space of at most 1,500 points with random objectives and groups.
static void random_text(uint64_t *state, Text *text) {
    static const char *const OBJECTIVES[] = {"tpot_s",
                                             "usd_per_mtoken",
                                             "loss",
                                             "mfu",
                                             "mbu",
                                             "hbm_used_bytes",
                                             "tokens_per_s",
                                             "params",
                                             "energy_j_per_token",
                                             "max_batch",
                                             "weight_bytes"};
    static const char *const GROUPS[] = {"chip", "layers", "tp", "formats", "batch", "dp"};
    text_addf(
        text,
        "return sweep { chip = { 'h100_sxm', 'tpu_v6e' }, chips = { 1, %d },"
        " model = shape { base = 'llama-3.1-8b', layers = { 16, %d }, d_model = { %d, 4096 },"
        " experts = { 1, 8 } }, formats = { 'bf16', 'fp8' }, plan = { tp = { 1, 2, 4 } },"
        " workload = decode { context = { 1024, %d }, batch = { 1, 16, %s } },"
        " training_tokens = 1e12, keep = { mfu = { min = 0.001 } }, keep_rows = 'all', metrics = ",
        2 << random_below(state, 3), 24 + 8 * random_below(state, 4),
        1024 << random_below(state, 2), 2048 << random_below(state, 4),
        random_below(state, 2) ? "'max'" : "300");
    add_metrics(text);
    unsigned used = 0;
    int count = 2 + random_below(state, 5);
    Text sides[2] = {{0}, {0}};
    for (int i = 0; i < count; i++) {
        int k = random_below(state, 11);
        while (used >> k & 1)
            k = (k + 1) % 11;
        used |= 1u << k;
        text_addf(&sides[random_below(state, 2)], " '%s',", OBJECTIVES[k]);
    }
    for (int side = 0; side < 2; side++) {
        if (sides[side].length)
            text_addf(text, ", %s = {%s }", side ? "maximise" : "minimise", sides[side].data);
        text_free(&sides[side]);
    }
    if (random_below(state, 2))
        text_addf(text, ", group_by = { '%s', '%s' }", GROUPS[random_below(state, 3)],
                  GROUPS[3 + random_below(state, 3)]);
    text_add(text, " }");
}

TEST(sweep, frontier_is_what_brute_force_finds) {
    uint64_t state = 3;
    Kept *kept = calloc(1, sizeof *kept);
    Plain *plain = calloc(1, sizeof *plain);
    for (int round = 0; round < 60; round++) {
        Text text = {0};
        Goal goal;
        Sweep sweep;
        WorkerHooks hooks[2];
        Error err = {0};
        random_text(&state, &text);
        SweepScript *script = test_script(text.data);
        SweepRun *run = sweep_all(script, &goal, kept, &sweep, hooks, SWEEP_DONE, &err);
        assert_true(kept->count > 100 && kept->count == kept->state.counts[COUNT_EVALUATED]);
        check_frontier(run, &goal, kept, plain, text.data);
        sweep_close(run);
        script_close(script);
        text_free(&text);
    }
    free(kept);
    free(plain);
}

// With epsilon some point of the set is within a factor of 1 + epsilon of any point.
TEST(sweep, epsilon_thins_and_covers) {
    static const char TEXT[] = "return sweep { chip = 'h100_sxm', model = shape { base = "
                               "'llama-3.1-8b', layers = range(8, 64, 4),"
                               " d_model = range(1024, 4096, 512) }, workload = decode { context = "
                               "1024, batch = pow2(1, 64) },"
                               " keep = { mfu = { min = 0.001 } }, minimise = { 'tpot_s', "
                               "'usd_per_mtoken' }, maximise = 'params', epsilon = %s }";
    Kept *kept = calloc(1, sizeof *kept);
    int64_t exact = 0;
    for (int thin = 0; thin < 2; thin++) {
        char text[600];
        Goal goal;
        Sweep sweep;
        WorkerHooks hooks[2];
        Error err = {0};
        snprintf(text, sizeof text, TEXT, thin ? "0.1" : "0");
        SweepScript *script = test_script(text);
        SweepRun *run = sweep_all(script, &goal, kept, &sweep, hooks, SWEEP_DONE, &err);
        const Frontier *frontier = sweep_frontier(run);
        int64_t count = frontier_count(frontier), *ids = calloc((size_t)count, sizeof *ids);
        exact = thin ? exact : count;
        frontier_ids(frontier, ids);
        for (int i = 0; thin && i < kept->count; i++) {
            bool covered = false;
            for (int64_t k = 0; k < count && !covered; k++) {
                int row = 0;
                while (kept->ids[row] != ids[k])
                    row++;
                const double *a = kept->values[row], *b = kept->values[i];
                covered = column_of(&goal, a, "tpot_s") <= 1.1 * column_of(&goal, b, "tpot_s") &&
                          column_of(&goal, a, "usd_per_mtoken") <=
                              1.1 * column_of(&goal, b, "usd_per_mtoken") &&
                          1.1 * column_of(&goal, a, "params") >= column_of(&goal, b, "params");
            }
            assert_true(covered || column_of(&goal, kept->values[i], "mfu") < 0.001);
        }
        assert_true(!thin || (count < exact / 2 && count > 1));
        free(ids);
        sweep_close(run);
        script_close(script);
    }
    free(kept);
}

TEST(sweep, frontier_beyond_its_limit_suggests_an_epsilon) {
    SweepScript *script =
        test_script("return sweep { chip = 'h100_sxm', model = 'llama-3.1-8b', workload = decode { "
                    "context = 1024, batch = range(1, 90) },"
                    " minimise = 'tpot_s', maximise = 'tokens_per_s', frontier_limit = 20 }");
    Kept *kept = calloc(1, sizeof *kept);
    Goal goal;
    Sweep sweep;
    WorkerHooks hooks[2];
    Error err = {0};
    SweepRun *run = sweep_all(script, &goal, kept, &sweep, hooks, SWEEP_FULL, &err);
    assert_non_null(strstr(err.what, "more than 20 points"));
    assert_non_null(strstr(err.hint, "epsilon = 0.01"));
    sweep_close(run);
    script_close(script);
    free(kept);
}

// --- Functions -------------------------------------------------------------------------------------------------------

static void counts_of(const char *limits, int64_t counts[COUNT_COUNT]) {
    char text[1500];
    Goal goal;
    Sweep sweep;
    WorkerHooks hooks[2];
    Error err = {0};
    snprintf(text, sizeof text,
             "return sweep { chip = { 'h100_sxm', 'l40s' }, chips = { 1, 2, 4 }, model = shape { "
             "base = 'llama-3.1-8b',"
             " layers = { 16, 32, 64 }, d_model = { 2048, 4096 } }, formats = { 'bf16', 'fp8' },"
             " workload = decode { context = { 1024, 8192 }, batch = pow2(1, 256) }, minimise = "
             "'tpot_s', %s }",
             limits);
    Kept *kept = calloc(1, sizeof *kept);
    SweepScript *script = test_script(text);
    SweepRun *run = sweep_all(script, &goal, kept, &sweep, hooks, SWEEP_DONE, &err);
    memcpy(counts, kept->state.counts, sizeof kept->state.counts);
    sweep_close(run);
    script_close(script);
    free(kept);
}

TEST(sweep, limits_and_functions_say_the_same) {
    static const char *const PAIRS[][2] = {
        {"where = { params = { max = 5e9 } }",                                     "where = function(d) return d.params <= 5e9 end"},
        {"where = { batch = { min = 4, max = 64 }, d_model = 2048 }",
         "where = function(d) return d.batch >= 4 and d.batch <= 64 and d.d_model == 2048 end"                                     },
 // The plan is open: its degrees are known with the workload.
        {"where = { tp = { max = 2 } }",                                           "where = function(d) return d.tp <= 2 end"      },
        {"keep = { tpot_s = { max = '10 ms' }, mfu = { min = 0.01 } }",
         "keep = function(m) return m.tpot_s <= 0.01 and m.mfu >= 0.01 end"                                                        },
        {"keep = { tpot_s = { max = '10 ms' } }, where = { chips = { min = 2 } }",
         "keep = function(m) return m.tpot_s <= 0.01 end, where = function(m) return m.chips >= 2 "
         "end"                                                                                                                     },
    };
    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++) {
        int64_t a[COUNT_COUNT], b[COUNT_COUNT];
        counts_of(PAIRS[i][0], a);
        counts_of(PAIRS[i][1], b);
        for (int c = 0; c < COUNT_COUNT; c++)
            if (a[c] != b[c])
                fail_msg("%s: %lld %s, the function %lld", PAIRS[i][0], (long long)a[c],
                         SWEEP_COUNT_WORDS[c], (long long)b[c]);
        assert_true(a[COUNT_KEPT] > 0 && a[COUNT_FILTERED] + a[COUNT_DROPPED] > 0);
    }
}

typedef struct Counted {
    PointHooks hooks;
    int calls;
} Counted;

static bool counted_where(void *thread, const Point *point, bool *keep, SpacePart *part,
                          Error *err) {
    Counted *counted = thread;
    counted->calls++;
    return counted->hooks.where(counted->hooks.thread, point, keep, part, err);
}

// A function that reads the network alone is asked once a network, not once a point.
TEST(sweep, asks_where_only_when_what_it_read_changes) {
    static const struct {
        const char *where;
        int calls; // at most
    } CASES[] = {
        {"d.params < 10e9",   2 * 6            },
        {"d.d_model == 4096", 2 * 6            },
        {"d.tp == 1",         2 * 6 * 4        },
        {"d.batch < 100",     2 * 6 * 4 * 2 * 9},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char text[600];
        snprintf(
            text, sizeof text,
            "return sweep { chip = { 'h100_sxm', 'l40s' }, model = shape { base = 'llama-3.1-8b', "
            "layers = { 16, 32, 64 },"
            " d_model = { 2048, 4096 } }, plan = { tp = { 1, 2, 4, 8 } }, workload = decode { "
            "context = { 1024, 8192 },"
            " batch = pow2(1, 256) }, minimise = 'tpot_s', where = function(d) return %s end }",
            CASES[i].where);
        SweepScript *script = test_script(text);
        Counted counted = {script_hooks(script).point, 0};
        Point point;
        Error err;
        int64_t alike, id = 0;
        point_new(&point, script_space(script), (PointHooks){&counted, NULL, counted_where});
        while (id < script_space(script)->points)
            id += point_seek(&point, id, &alike, &err) == POINT_READY ? 1 : alike;
        assert_true(counted.calls > 0 && counted.calls <= CASES[i].calls);
        point_end(&point);
        script_close(script);
    }
}
