// Rounds of the runner, and runs that are killed.
#include "validate/runner_test.h"

static const struct Rounded {
    const char *name;
    int rounds;
    Verdict verdict;
} ROUNDED[] = {
    {"steady 1",  2,           VERDICT_SOUND },
    {"once",      3,           VERDICT_SOUND }, // slower in its second round
    {"disturbed", ROUNDS_MOST, VERDICT_DIFFER}, // slower in each
    {"taken",     ROUNDS_MOST, VERDICT_OTHERS},
    {"wrong",     0,           VERDICT_ONCE  },
    {"steady 2",  2,           VERDICT_SOUND },
};
#define ROUNDED_COUNT ((int)(sizeof ROUNDED / sizeof ROUNDED[0]))

TEST(runner_rounds, rounds_go_on_until_two_agree) {
    Bench bench = bench_new();
    bench.options.rounds = 2;
    bench.options.sampler.budget_s = 0.01;
    for (int i = 0; i < ROUNDED_COUNT; i++)
        add(&bench, ROUNDED[i].name, TASK_GATED, 0);
    assert_true(run(&bench));
    assert_whole(&bench);
    Results results = results_of(&bench);
    for (int i = 0; i < ROUNDED_COUNT; i++) {
        const Measurement *got = &results.list[i].measurement;
        assert_int_equal(got->round_count, ROUNDED[i].rounds);
        assert_int_equal(got->cold.verdict, ROUNDED[i].verdict);
        int sum = 0;
        for (int k = 0; k < ROUNDS_MOST; k++)
            sum += got->cold.round_counts[k];
        assert_int_equal(sum, got->cold.count);
    }
    assert_near(results.list[1].measurement.cold.median_s, 2e-3, 0.01);
    assert_int_equal(bench.summary.measured, 5);
    assert_int_equal(bench.summary.disturbed, 2);
    results_free(&results);
    bench_free(&bench);
}

// A kernel that crashes later has no time that stands.
TEST(runner_rounds, a_later_misfortune_loses_the_row) {
    static const char *const NAMES[] = {"steady", "second crash", "steady"};
    Bench bench = bench_new();
    bench.options.rounds = 2;
    add_all(&bench, NAMES, 3);
    assert_true(run(&bench));
    assert_whole(&bench);
    Results results = results_of(&bench);
    assert_int_equal(results.list[0].measurement.round_count, 2);
    assert_int_equal(results.list[1].measurement.status, RUN_CRASHED);
    assert_int_equal(results.list[1].measurement.cold.count, 0);
    assert_int_equal(results.list[2].measurement.round_count, 2);
    results_free(&results);
    bench_free(&bench);
}

// No time is left for further rounds: what is not sound then is said all the same.
TEST(runner_rounds, rounds_end_with_their_time) {
    static const char *const NAMES[] = {"disturbed", "steady"};
    Bench bench = bench_new();
    bench.options.rounds = 2;
    bench.options.extra_s = 0;
    bench.options.sampler.budget_s = 0.01;
    add_all(&bench, NAMES, 2);
    assert_true(run(&bench));
    Results results = results_of(&bench);
    assert_int_equal(results.list[0].measurement.round_count, 2);
    assert_int_equal(results.list[0].measurement.cold.verdict, VERDICT_DIFFER);
    assert_int_equal(results.list[1].measurement.cold.verdict, VERDICT_SOUND);
    results_free(&results);
    bench_free(&bench);
}

// Rows of one round, as of an older run or one cut off, are gone on with; none is made twice.
TEST(runner_rounds, rounds_resume) {
    static const char *const NAMES[] = {"slow 1", "slow 2", "slow 3"};
    Bench bench = bench_new();
    bench.options.sampler.budget_s = 0.01;
    add_all(&bench, NAMES, 3);
    assert_true(run(&bench));
    bench.options.rounds = 2;
    assert_true(run(&bench));
    assert_int_equal(bench.summary.measured, 3);
    assert_whole(&bench);
    Results results = results_of(&bench);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(results.list[i].measurement.round_count, 2);
        assert_int_equal(results.list[i].measurement.cold.verdict, VERDICT_SOUND);
    }
    results_free(&results);
    assert_nothing_left(&bench, 3);
    bench_free(&bench);
}

// At any moment, parent and all: it comes to the same rows as if undisturbed.
static void killed_again_and_again(int rounds) {
    static const char *const NAMES[] = {"slow 1", "slow 2", "wrong",  "slow 3", "slow 1",
                                        "steady", "slow 4", "slow 5", "slow 6"};
    Bench bench = bench_new();
    bench.options.rounds = rounds;
    add_all(&bench, NAMES, 9);
    bench.tasks.list[4].m = bench.tasks.list[0].m; // the same shape twice: two rows
    int kills = 0;
    for (bool done = false; !done;) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(run(&bench) ? 0 : 1);
        pause_s(0.015 + 0.007 * (kills % 5) + 0.004 * kills);
        int ended;
        if (waitpid(pid, &ended, WNOHANG) == 0) {
            kill(pid, SIGKILL);
            waitpid(pid, &ended, 0);
            kills++;
        }
        done = WIFEXITED(ended);
        assert_true(!done || WEXITSTATUS(ended) == 0);
    }
    assert_true(kills > 0);
    assert_whole(&bench);
    assert_nothing_left(&bench, 9);
    bench_free(&bench);
}

TEST(runner_rounds, killed_runs_resume_without_loss) {
    killed_again_and_again(1);
}

TEST(runner_rounds, killed_runs_of_rounds_resume_without_loss) {
    killed_again_and_again(2);
}
