// The runner with a backend that misbehaves as its tasks are named.
#include "validate/runner_test.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED true // which take all of memory for themselves
#else
#define SANITIZED false
#endif

static const struct Misfortune {
    const char *name;
    RunStatus status;
    const char *detail;
} MISFORTUNES[] = {
    {"steady 1",    RUN_MEASURED,      ""                                    },
    {"crash",       RUN_CRASHED,       "its process died of signal 11"       },
    {"steady 2",    RUN_MEASURED,      ""                                    },
    {"hang",        RUN_TIMED_OUT,     "not done after 1 s"                  },
    {"abort",       RUN_CRASHED,       "its process died of signal 6"        },
    {"wrong",       RUN_WRONG,         "output "                             },
    {"poison",      RUN_WRONG,         "output "                             },
    {"exit",        RUN_CRASHED,       "its process ended itself with code 5"},
    {"unsupported", RUN_UNSUPPORTED,   "no such kernel"                      },
    {"fail",        RUN_FAILED,        "device lost"                         },
    {"killed",      RUN_OUT_OF_MEMORY, "its process was killed by the system"},
    {"noisy",       RUN_MEASURED,      ""                                    },
    {"steady 3",    RUN_MEASURED,      ""                                    },
};
#define MISFORTUNE_COUNT ((int)(sizeof MISFORTUNES / sizeof MISFORTUNES[0]))

TEST(runner, a_misfortune_loses_one_row) {
    Bench bench = bench_new();
    bench.options.limit_s = 1;
    for (int i = 0; i < MISFORTUNE_COUNT; i++)
        add(&bench, MISFORTUNES[i].name, TASK_GATED, 0);
    if (!run(&bench))
        fail_msg("%s", bench.err.what);
    assert_whole(&bench);
    Results results = results_of(&bench);
    for (int i = 0; i < MISFORTUNE_COUNT; i++) {
        const Measurement *got = &results.list[i].measurement;
        bool measured = MISFORTUNES[i].status == RUN_MEASURED;
        if (got->status != (int)MISFORTUNES[i].status ||
            strncmp(got->detail, MISFORTUNES[i].detail, strlen(MISFORTUNES[i].detail)) != 0)
            fail_msg("%s: %s, %s", MISFORTUNES[i].name, RUN_STATUS_WORDS[got->status], got->detail);
        assert_int_equal(got->cold.count > 0 && got->warm.count > 0, measured);
        assert_int_equal(got->cold.count > 0 || got->warm.count > 0, measured);
        assert_near(got->power_w, 0, 0);
        if (measured)
            assert_near(got->cold.median_s / got->warm.median_s, 2, 0.05);
    }
    assert_true(isinf(results.list[6].measurement.error));
    assert_int_equal(results.list[11].measurement.cold.settled, 0); // noise is said
    assert_int_equal(results.list[12].measurement.cold.settled, 1);
    assert_int_equal(bench.summary.measured, 4);
    assert_int_equal(bench.summary.wrong, 2);
    assert_int_equal(bench.summary.unsupported, 1);
    assert_int_equal(bench.summary.lost, 6);
    results_free(&results);
    bench_free(&bench);
}

TEST(runner, a_task_that_eats_memory_is_stopped) {
    static const char *const NAMES[] = {"memory", "steady"};
    if (SANITIZED)
        skip();
    Bench bench = bench_new();
    bench.options.memory_bytes = 256e6;
    add_all(&bench, NAMES, 2);
    assert_true(run(&bench));
    Results results = results_of(&bench);
    assert_int_equal(results.list[0].measurement.status, RUN_OUT_OF_MEMORY);
    assert_string_equal(results.list[0].measurement.detail,
                        "its process found no more memory under the limit set");
    assert_int_equal(results.list[1].measurement.status, RUN_MEASURED);
    results_free(&results);
    bench_free(&bench);
}

TEST(runner, takes_up_a_torn_file) {
    static const char *const NAMES[] = {"steady 1", "steady 2", "steady 3"};
    Bench bench = bench_new();
    add_all(&bench, NAMES, 3);
    assert_true(run(&bench));
    Text whole = contents(&bench);
    const size_t sizes[] = {0, 1, 40, 900, whole.length / 2, whole.length - 700, whole.length - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        write_contents(&bench, whole.data, sizes[i]);
        if (!run(&bench))
            fail_msg("%zu bytes: %s", sizes[i], bench.err.what);
        assert_int_equal(bench.summary.skipped + bench.summary.measured, 3);
        assert_true(bench.summary.measured > 0);
        assert_whole(&bench);
    }
    text_free(&whole);
    bench_free(&bench);
}

TEST(runner, leaves_files_of_another_kind_alone) {
    static const char *const NAMES[] = {"steady 1"};
    static const char OTHER[] = "kind,m,status\nnorm,4,measured\n";
    Bench bench = bench_new();
    add_all(&bench, NAMES, 1);
    write_contents(&bench, OTHER, strlen(OTHER));
    assert_false(run(&bench));
    assert_false(bench.machine);
    assert_string_equal(bench.err.file, bench.path);
    Text text = contents(&bench);
    assert_string_equal(text.data, OTHER);
    text_free(&text);
    unlink(bench.path);
    snprintf(bench.path, sizeof bench.path, "%s/none/r.csv", bench.folder);
    assert_false(run(&bench));
    assert_false(bench.machine);
    bench_free(&bench);
}

TEST(runner, two_runs_do_not_write_to_one_file) {
    static const char *const NAMES[] = {"slow 1", "hang", "slow 2"};
    Bench bench = bench_new();
    add_all(&bench, NAMES, 3);
    pid_t pid = fork();
    if (pid == 0)
        _exit(run(&bench));
    for (int i = 0; i < 1000 && access(bench.path, F_OK) != 0; i++)
        pause_s(0.005);
    pause_s(0.02);
    assert_false(run(&bench));
    assert_string_equal(bench.err.what, "another run is writing to it");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    bench_free(&bench);
}

static void add_layer(Bench *bench, const char *name, const char *second) {
    int id = bench->tasks.count + 1;
    add(bench, name, TASK_LAYER, 0);
    add(bench, "first", TASK_GATED, id);
    add(bench, second, TASK_NORM, id);
    bench->tasks.list[bench->tasks.count - 1].times = 3;
}

TEST(runner, parts_of_a_layer_are_checked_and_the_layer_timed) {
    Bench bench = bench_new();
    add_layer(&bench, "layer", "second");
    add_layer(&bench, "broken layer", "wrong norm");
    add(&bench, "alone", TASK_GATED, 0);
    assert_true(run(&bench));
    assert_whole(&bench);
    Results results = results_of(&bench);
    const Measurement *good = &results.list[0].measurement, *bad = &results.list[3].measurement;
    assert_int_equal(good->status, RUN_MEASURED);
    assert_int_equal(good->parts, 2);
    assert_string_equal(good->kernel, "rig, 3");
    assert_int_equal(good[0].checked,
                     results.list[1].measurement.checked + results.list[2].measurement.checked);
    assert_near(good->bytes,
                results.list[1].measurement.bytes + 3 * results.list[2].measurement.bytes, 0);
    assert_int_equal(results.list[1].measurement.status, RUN_CHECKED);
    assert_int_equal(results.list[1].measurement.cold.count, 0);
    assert_int_equal(bad->status, RUN_WRONG);
    assert_int_equal(bad->cold.count, 0);
    assert_int_equal(strncmp(bad->detail, "part 2, wrong norm: output", 26), 0);
    assert_int_equal(results.list[4].measurement.status, RUN_CHECKED);
    assert_int_equal(results.list[5].measurement.status, RUN_WRONG);
    results_free(&results);
    assert_nothing_left(&bench, 3);
    bench.tasks.list[2].times = 2; // another layer
    assert_true(run(&bench));
    assert_int_equal(bench.summary.skipped, 2);
    assert_int_equal(bench.summary.measured, 1);
    bench_free(&bench);
}

TEST(runner, begins_nothing_when_its_time_is_over) {
    static const char *const NAMES[] = {"slow 1", "slow 2", "slow 3"};
    Bench bench = bench_new();
    bench.options.total_s = 1e-3;
    add_all(&bench, NAMES, 3);
    assert_true(run(&bench));
    assert_int_equal(bench.summary.left + bench.summary.measured, 3);
    assert_true(bench.summary.left >= 2);
    bench.options.total_s = 0;
    assert_true(run(&bench));
    assert_whole(&bench);
    bench_free(&bench);
}

static void count_rows(void *context, const Task *task, const Measurement *measurement, int done,
                       int count) {
    assert_int_equal(count, 2);
    assert_int_equal(done, task->id);
    *(int *)context += measurement->status == RUN_CHECKED;
}

TEST(runner, checks_only_where_that_is_asked) {
    static const char *const NAMES[] = {"steady 1", "steady 2"};
    Bench bench = bench_new();
    int rows = 0;
    bench.options.check_only = true;
    bench.options.told = count_rows;
    bench.options.context = &rows;
    add_all(&bench, NAMES, 2);
    assert_true(run(&bench));
    assert_int_equal(bench.summary.checked, 2);
    assert_int_equal(rows, 2);
    Results results = results_of(&bench);
    assert_int_equal(results.list[0].measurement.cold.count, 0);
    results_free(&results);
    assert_nothing_left(&bench, 2);
    bench.options.check_only = false;
    assert_true(run(&bench));
    assert_int_equal(bench.summary.measured, 2); // checked is not measured
    bench_free(&bench);
}

static bool refuse(void **device, Device *about, Error *err) {
    (void)device, (void)about;
    return error_set(err, "no such device");
}

static bool die(void **device, Device *about, Error *err) {
    (void)device, (void)about, (void)err;
    _exit(3);
}

TEST(runner, a_device_that_does_not_open_leaves_no_file) {
    static const char *const NAMES[] = {"steady 1"};
    Backend backend = RIG;
    Bench bench = bench_new();
    add_all(&bench, NAMES, 1);
    for (int i = 0; i < 2; i++) {
        backend.open = i == 0 ? refuse : die;
        assert_false(runner_run(&backend, &bench.tasks, &bench.options, bench.path, &bench.summary,
                                &bench.machine, &bench.err));
        assert_true(bench.machine);
        assert_string_equal(bench.err.what, i == 0
                                                ? "no such device"
                                                : "backend rig was lost while it opened its "
                                                  "device: its process ended itself with code 3");
        assert_int_equal(access(bench.path, F_OK), -1);
    }
    bench_free(&bench);
}
