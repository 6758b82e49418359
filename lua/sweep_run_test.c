// The program's sweeps: whatever the threads, the shards, the kills and the disk, the file holds the same.
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "lua/commands.h"
#include "lua/run_test.h"
#include "results/store_test.h"
#include "sim/base/clock.h"

// 50,688 points for each d_model, 12 blocks. %s: the d_models, how rows are kept.
static const char SCRIPT[] =
    "return sweep { name = 'same', chip = { 'h100_sxm', 'tpu_v6e' }, chips = pow2(1, 8),\n"
    "  model = shape { base = 'llama-3.1-8b', layers = range(16, 48, 4), d_model = { %s },\n"
    "                  experts = { 1, 8, 64 }, top_k = { 1, 2 } },\n"
    "  formats = { 'bf16', 'fp8', { weights = 'int4', kv = 'fp8' } },\n"
    "  plan = { tp = pow2(1, 8), ep = { 1, 8 } },\n"
    "  workload = decode { batch = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 'max' }, context = "
    "8192 },\n"
    "  where = function(d) return d.params < 40e9 end, keep = { tpot_s = { max = '25 ms' } },\n"
    "  minimise = { 'tpot_s', 'usd_per_mtoken' }, maximise = 'params', %s }\n";

static const char *const HELD[] = {
    "SELECT * FROM point ORDER BY id",
    "SELECT * FROM frontier ORDER BY id",
    "SELECT * FROM best",
    "SELECT * FROM op",
    "SELECT * FROM counter",
    "SELECT * FROM why",
    "PRAGMA integrity_check",
    NULL,
};

typedef struct Desk {
    Scratch place;
    char script[96];
} Desk;

static Desk desk_new(const char *keys, const char *d_models) {
    Desk desk = {.place = place_new()};
    snprintf(desk.script, sizeof desk.script, "%s/s.lua", desk.place.folder);
    FILE *file = fopen(desk.script, "w");
    assert_non_null(file);
    fprintf(file, SCRIPT, d_models, keys);
    assert_int_equal(fclose(file), 0);
    return desk;
}

static Ran sweep_to(const Desk *desk, const char *name, const char *options) {
    char line[400];
    snprintf(line, sizeof line, "sweep %s -o %s/%s %s", desk->script, desk->place.folder, name,
             options);
    return run(line, "");
}

static void sweep_well(const Desk *desk, const char *name, const char *options) {
    Ran ran = sweep_to(desk, name, options);
    if (ran.code != 0)
        fail_msg("%s: exit %d, %s", options, ran.code, ran.err.data);
    ran_free(&ran);
}

static Text held(const Desk *desk, const char *name, const char *const queries[]) {
    char path[200];
    snprintf(path, sizeof path, "%s/%s", desk->place.folder, name);
    return dump(path, queries);
}

static void assert_holds_the_same(const Desk *desk, const char *a, const char *b) {
    for (int i = 0; HELD[i]; i++) {
        const char *const query[] = {HELD[i], NULL};
        Text x = held(desk, a, query), y = held(desk, b, query);
        if (strcmp(x.data ? x.data : "", y.data ? y.data : "") != 0)
            fail_msg("%s and %s differ in %s", a, b, HELD[i]);
        text_free(&x);
        text_free(&y);
    }
}

TEST(sweep_run, is_the_same_for_any_threads_and_shards) {
    static const char *const KEYS[] = {
        "keep_rows = 'all'", "keep_rows = 'feasible', group_by = { 'chip', 'experts' }",
        "keep_rows = 'frontier', group_by = 'dp'", "keep_rows = 100"};
    static const char *const ROWS[] = {"SELECT * FROM point ORDER BY id", NULL};
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        Desk desk = desk_new(KEYS[i], "2048");
        sweep_well(&desk, "one", "--threads 1");
        sweep_well(&desk, "two", "--threads 2");
        assert_holds_the_same(&desk, "one", "two");
        Text all = {0}, whole = held(&desk, "one", ROWS);
        for (int shard = 1; i < 2 && shard <= 3; shard++) {
            char name[8], options[32];
            snprintf(name, sizeof name, "s%d", shard);
            snprintf(options, sizeof options, "--shard %d/3 --threads %d", shard, shard);
            sweep_well(&desk, name, options);
            Text part = held(&desk, name, ROWS);
            text_add(&all, part.data ? part.data : "");
            text_free(&part);
        }
        assert_true(i >= 2 || (whole.length > 10000 && strcmp(all.data, whole.data) == 0));
        text_free(&all);
        text_free(&whole);
        place_drop(&desk.place);
    }
}

// --- Kills -----------------------------------------------------------------------------------------------------------

// Starts a sweep without waiting for it.
static pid_t start(const Desk *desk, const char *name, bool resume) {
    char program[PATH_BYTES], output[200];
    program_path(program);
    snprintf(output, sizeof output, "%s/%s", desk->place.folder, name);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child > 0)
        return child;
    FILE *nowhere = fopen("/dev/null", "w");
    dup2(fileno(nowhere), STDOUT_FILENO);
    dup2(fileno(nowhere), STDERR_FILENO);
    char *const words[] = {program,     "sweep", (char *)desk->script,       "-o", output,
                           "--threads", "2",     resume ? "--resume" : NULL, NULL};
    execv(program, words);
    _exit(127);
}

static int code_of(pid_t child) {
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// SWEEP_KILLS in the environment: how many times, else 3. A kill that comes too late does not count.
TEST(sweep_run, survives_kills) {
    static const char *const KEYS[] = {"keep_rows = 'feasible'",
                                       "keep_rows = 'frontier', group_by = 'chip'",
                                       "keep_rows = 300", "keep_rows = 'all', epsilon = 0.05"};
    const char *wish = getenv("SWEEP_KILLS");
    int kills = wish ? atoi(wish) : 3;
    uint64_t state = (uint64_t)time(NULL);
    for (int k = 0, done = 0; done < kills; k = (k + 1) % 4) {
        Desk desk = desk_new(KEYS[k], "2048, 3072, 4096");
        double begin_s = clock_s();
        sweep_well(&desk, "calm", "--threads 2");
        double whole_s = clock_s() - begin_s;
        char path[200];
        snprintf(path, sizeof path, "%s/wild", desk.place.folder);
        int code = -SIGKILL, hits = 0;
        for (int tries = 0; code == -SIGKILL && tries < 12; tries++) {
            pid_t child = start(&desk, "wild", access(path, F_OK) == 0);
            double wait_s = random_share(&state) * whole_s * (tries < 6 ? 0.9 : 1.5);
            struct timespec pause = {(time_t)wait_s, (long)(1e9 * (wait_s - floor(wait_s)))};
            nanosleep(&pause, NULL);
            kill(child, SIGKILL);
            code = code_of(child);
            hits += code == -SIGKILL;
        }
        if (code == -SIGKILL)
            code = code_of(start(&desk, "wild", access(path, F_OK) == 0));
        assert_int_equal(code, 0);
        assert_holds_the_same(&desk, "calm", "wild");
        done += hits;
        place_drop(&desk.place);
    }
}

// --- What is refused -------------------------------------------------------------------------------------------------

static void assert_refused(Ran ran, int code, const char *word) {
    if (ran.code != code || !strstr(ran.err.data, word))
        fail_msg("exit %d, %s; not %d, %s", ran.code, ran.err.data, code, word);
    ran_free(&ran);
}

TEST(sweep_run, resumes_only_what_it_began) {
    Desk desk = desk_new("keep_rows = 'frontier'", "2048");
    sweep_well(&desk, "run", "");
    assert_refused(sweep_to(&desk, "run", ""), 2, "exists already");
    Ran again = sweep_to(&desk, "run", "--resume");
    assert_int_equal(again.code, 0);
    assert_non_null(strstr(again.out.data, "finished already"));
    ran_free(&again);
    assert_refused(sweep_to(&desk, "run", "--resume --shard 1/2"), 2, "shard");
    assert_refused(sweep_to(&desk, "gone", "--resume"), 2, "gone");
    char path[200];
    snprintf(path, sizeof path, "%s/run", desk.place.folder);
    static const char *const CHANGES[][2] = {
        {"UPDATE run SET version = '0.0'",                                       "version"  },
        {"UPDATE run SET version = '" CHIPFIT_VERSION "', catalogue_hash = 'x'", "catalogue"},
    };
    for (int i = 0; i < 2; i++) {
        sqlite3 *db = NULL;
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, CHANGES[i][0], NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        assert_refused(sweep_to(&desk, "run", "--resume"), 2, CHANGES[i][1]);
    }
    FILE *file = fopen(desk.script, "a");
    fputs("-- changed\n", file);
    fclose(file);
    assert_refused(sweep_to(&desk, "run", "--resume"), 2, "script");
    place_drop(&desk.place);
}

TEST(sweep_run, says_that_the_machine_failed) {
    Desk desk = desk_new("keep_rows = 'all'", "2048");
    assert_refused(sweep_to(&desk, "no/run", ""), 3, "folder does not exist");
    sweep_well(&desk, "calm", "");
    // No more than half of the file: what was committed stays, and the run goes on when there is room.
    struct stat info;
    char path[200];
    snprintf(path, sizeof path, "%s/calm", desk.place.folder);
    assert_int_equal(stat(path, &info), 0);
    struct rlimit before, half;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    half = before;
    half.rlim_cur = (rlim_t)info.st_size / 2;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &half), 0);
    Ran full = sweep_to(&desk, "full", "");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_refused(full, 3, "largest size");
    sweep_well(&desk, "full", "--resume");
    assert_holds_the_same(&desk, "calm", "full");
    place_drop(&desk.place);
    if (geteuid() == 0)
        return; // may write anywhere
    Desk shut = desk_new("keep_rows = 'all'", "2048");
    chmod(shut.place.folder, 0500);
    assert_refused(sweep_to(&shut, "run", ""), 3, "");
    chmod(shut.place.folder, 0700);
    place_drop(&shut.place);
}

TEST(sweep_run, says_which_objective_is_null) {
    Scratch place = place_new();
    char path[200], line[300];
    snprintf(path, sizeof path, "%s/s.lua", place.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("return sweep { name = 'rents', chip = { 'h100_sxm', derive { base = 'l40s', name = "
          "'own' } },\n"
          "  model = 'llama-3.1-8b', workload = decode { batch = 1, context = 64 },\n"
          "  minimise = 'usd_per_mtoken' }\n",
          file);
    fclose(file);
    snprintf(line, sizeof line, "sweep %s", path);
    Ran ran = run(line, "");
    assert_int_equal(ran.code, 0);
    assert_non_null(strstr(ran.out.data, "1 keep: usd_per_mtoken is null"));
    ran_free(&ran);
    place_drop(&place);
}
