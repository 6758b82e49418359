#include "sim/base/test.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "results/store_test.h"
#include "sim/base/clock.h"

#define LAST (BLOCKS * BLOCK)

static void sleep_s(double seconds) {
    time_t whole = (time_t)seconds;
    struct timespec t = {whole, (long)(1e9 * (seconds - (double)whole))};
    nanosleep(&t, NULL);
}

static int exit_code(pid_t child) {
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(store, holds_after_kills_what_an_undisturbed_run_holds) {
    Scratch calm = place_new(), wild = place_new();
    double begin_s = clock_s();
    work_through(calm.path, 0, LAST);
    double whole_s = clock_s() - begin_s;
    uint64_t state = (uint64_t)time(NULL);
    for (int kills = 0, i = 0; kills < 20; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(work(wild.path, 0, LAST, NULL));
        // The first moments, when the file is made, are hit more often than their share.
        sleep_s(random_share(&state) * whole_s * (i % 4 == 0 ? 0.05 : 0.4));
        kill(child, SIGKILL);
        int code = exit_code(child);
        kills += code == -SIGKILL;
        if (code != -SIGKILL) { // it came to its end
            assert_int_equal(code, 0);
            assert_same_files(calm.path, wild.path);
            place_drop(&wild);
            wild = place_new();
        }
    }
    work_through(wild.path, 0, LAST);
    assert_same_files(calm.path, wild.path);
    assert_int_equal(files_in(wild.folder, false), 1);
    place_drop(&calm);
    place_drop(&wild);
}

// As a kill between the making of the file and the first commit leaves it.
TEST(store, begins_an_empty_file_anew) {
    Scratch place = place_new();
    fclose(fopen(place.path, "w"));
    work_through(place.path, 0, BLOCK);
    assert_query(place.path, "SELECT finished FROM run", "1:1|\n");
    place_drop(&place);
}

// --- Disks -----------------------------------------------------------------------------------------------------------

// The run in a child that may not write files beyond a size; SIGXFSZ is ignored, as main does.
static int work_within(const char *path, rlim_t bytes, Error *err) {
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){bytes, bytes});
        Error mine = {0};
        int code = work(path, 0, LAST, &mine);
        ssize_t written = write(pipes[1], &mine, sizeof mine);
        _exit(written == sizeof mine ? code : 99);
    }
    close(pipes[1]);
    assert_int_equal(read(pipes[0], err, sizeof *err), sizeof *err);
    close(pipes[0]);
    return exit_code(child);
}

TEST(store, says_that_the_disk_is_full_and_goes_on_later) {
    Scratch calm = place_new(), full = place_new();
    work_through(calm.path, 0, LAST);
    struct stat whole;
    assert_int_equal(stat(calm.path, &whole), 0);
    Error err = {0};
    for (rlim_t bytes = 0; bytes < 300000; bytes += 20000) { // room not even for the tables
        int code = work_within(full.path, bytes, &err);
        if (code == 3 && !access(full.path, F_OK))
            break;
        assert_int_equal(code, 3);
        assert_string_equal(err.what, "the file has reached the largest size allowed");
        assert_int_equal(files_in(full.folder, false), 0);
    }
    assert_int_equal(access(full.path, F_OK), 0);
    int64_t watermark = 0;
    for (int part = 1; part < 6; part++) {
        assert_int_equal(work_within(full.path, (rlim_t)(whole.st_size * part / 6), &err), 3);
        assert_string_equal(err.what, "the file has reached the largest size allowed");
        assert_string_equal(err.file, full.path);
        assert_non_null(strstr(err.hint, "--resume"));
        Store *store = store_open(full.path, &err);
        assert_non_null(store);
        StoreState state;
        assert_true(store_state(store, &state, &err));
        assert_true(state.watermark >= watermark && state.watermark < LAST);
        watermark = state.watermark;
        assert_int_equal(store_ids(store, STORE_POINT, NULL, 0, &err), watermark);
        store_close(store);
    }
    assert_true(watermark > 0);
    work_through(full.path, 0, LAST);
    assert_same_files(calm.path, full.path);
    place_drop(&calm);
    place_drop(&full);
}

// Permissions do not bind root: a child becomes nobody.
static int as_nobody(int (*run)(const Scratch *place), const Scratch *place) {
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
            _exit(98);
        _exit(run(place));
    }
    return exit_code(child);
}

static int create_in_read_only_folder(const Scratch *place) {
    Error err = {0};
    char other[128];
    snprintf(other, sizeof other, "%s/other.sqlite", place->folder);
    if (work(other, 0, BLOCK, &err) != 3 ||
        strcmp(err.what, "the file or its folder does not permit it") != 0)
        return 1;
    return work(place->path, 0, LAST, &err) == 3 && strcmp(err.file, place->path) == 0 ? 0 : 2;
}

static int read_log_without_index(const Scratch *place) {
    Error err = {0};
    return !store_open(place->path, &err) && strstr(err.hint, "-wal") ? 0 : 1;
}

static int read_in_read_only_folder(const Scratch *place) {
    Error err = {0};
    Store *store = store_open(place->path, &err);
    if (!store) {
        print_error("%s\n", err.what);
        return 1;
    }
    int64_t points = store_ids(store, STORE_POINT, NULL, 0, &err);
    store_close(store);
    return points == 2 * BLOCK ? 0 : 2;
}

// Two blocks committed, the store closed or the process killed.
static void write_unfinished(const char *path, bool killed) {
    pid_t child = fork();
    if (child == 0) {
        StoreRun run = a_run(0, LAST);
        bool machine;
        Store *store = store_create(path, &run, &machine, NULL);
        bool ok = store && write_block(store, 0, 0, NULL) && write_block(store, 0, BLOCK, NULL);
        if (ok && killed)
            kill(getpid(), SIGKILL);
        store_close(store);
        _exit(ok ? 0 : 1);
    }
    assert_int_equal(exit_code(child), killed ? -SIGKILL : 0);
}

TEST(store, is_read_where_nothing_may_be_written) {
    for (int kind = 0; kind < 3; kind++) { // finished, left, killed
        Scratch place = place_new();
        if (kind == 0)
            work_through(place.path, 0, 2 * BLOCK);
        else
            write_unfinished(place.path, kind == 2);
        assert_int_equal(chmod(place.path, 0444), 0);
        assert_int_equal(chmod(place.folder, 0555), 0);
        char beside[128];
        snprintf(beside, sizeof beside, "%s-wal", place.path);
        chmod(beside, 0444);
        snprintf(beside, sizeof beside, "%s-shm", place.path);
        chmod(beside, 0444);
        assert_int_equal(as_nobody(read_in_read_only_folder, &place), 0);
        assert_int_equal(as_nobody(create_in_read_only_folder, &place), 0);
        if (kind == 2) { // what SQLite cannot read: a log without its index
            unlink(beside);
            assert_int_equal(as_nobody(read_log_without_index, &place), 0);
        }
        assert_int_equal(chmod(place.folder, 0755), 0);
        assert_int_equal(chmod(place.path, 0644), 0);
        place_drop(&place);
    }
}

// --- Others at the same file -----------------------------------------------------------------------------------------

TEST(store, is_read_while_it_is_written) {
    Scratch place = place_new();
    write_unfinished(place.path, true);
    pid_t child = fork();
    if (child == 0)
        _exit(work(place.path, 0, LAST, NULL));
    int64_t before = 0;
    int looks = 0;
    for (bool finished = false; !finished; looks++) {
        Error err = {0};
        Store *store = store_open(place.path, &err);
        if (!store)
            fail_msg("look %d: %s", looks, err.what);
        StoreState state;
        assert_true(store_state(store, &state, &err));
        assert_true(state.watermark >= before);
        before = state.watermark;
        assert_int_equal(store_ids(store, STORE_POINT, NULL, 0, &err), before);
        assert_int_equal(state.counters[0].value, before);
        finished = store_finished(store);
        store_close(store);
    }
    assert_int_equal(exit_code(child), 0);
    assert_true(looks > 2);
    place_drop(&place);
}

TEST(store, finishes_under_a_reader_and_leaves_wal_later) {
    Scratch place = place_new();
    write_unfinished(place.path, false);
    Error err = {0};
    Store *reader = store_open(place.path, &err);
    pid_t child = fork();
    if (child == 0)
        _exit(work(place.path, 0, 4 * BLOCK, NULL) == 1 ? work(place.path, 0, LAST, NULL) : 99);
    assert_int_equal(exit_code(child), 0);
    assert_int_equal(store_ids(reader, STORE_POINT, NULL, 0, &err), 2 * BLOCK); // its moment
    store_close(reader);
    assert_query(place.path, "PRAGMA journal_mode", "3:wal|\n");
    work_through(place.path, 0, LAST);
    assert_query(place.path, "PRAGMA journal_mode", "3:delete|\n");
    assert_int_equal(files_in(place.folder, false), 1);
    place_drop(&place);
}

TEST(store, has_one_writer) {
    Scratch place = place_new();
    StoreRun run = a_run(0, LAST);
    bool machine = true;
    Store *store = store_create(place.path, &run, &machine, NULL);
    assert_non_null(store);
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        Error err = {0};
        int code = work(place.path, 0, LAST, &err);
        _exit(code == 1 && strstr(err.what, "another process is writing this run") ? 0 : 1);
    }
    assert_int_equal(exit_code(child), 0);
    assert_true(write_block(store, 0, 0, NULL));
    store_close(store);
    place_drop(&place);
}

// --- Joining ---------------------------------------------------------------------------------------------------------

typedef struct Join {
    Store *into;
} Join;

static bool join_frontier(void *context, const char *objective, int64_t id, const double values[],
                          Error *err) {
    const Join *join = context;
    Rows row = {COLUMNS, 1, &id, values};
    (void)objective;
    return id < LAST - 2 * BLOCK || store_rows(join->into, STORE_FRONTIER, &row, err);
}

TEST(store, joins_parts_to_what_one_run_writes) {
    static const int64_t ENDS[] = {0, 5 * BLOCK, 6 * BLOCK, LAST};
    Scratch whole = place_new(), parts[3], all = place_new();
    Error err = {0};
    work_through(whole.path, 0, LAST);
    Store *into = NULL;
    bool machine = false;
    for (int i = 0; i < 3; i++) {
        parts[i] = place_new();
        work_through(parts[i].path, ENDS[i], ENDS[i + 1]);
        Store *part = store_open(parts[i].path, &err);
        assert_non_null(part);
        if (i == 0) {
            StoreRun run = *store_run(part);
            run.first = 0;
            run.last = LAST;
            into = store_create(all.path, &run, &machine, &err);
            assert_non_null(into);
        }
        for (int64_t at = ENDS[i]; at < ENDS[i + 1]; at += 3 * BLOCK / 2) {
            StoreState state = {.watermark = at + 3 * BLOCK / 2};
            assert_true(store_copy_points(into, part, at, state.watermark, &err));
            assert_true(store_commit(into, &state, &err));
        }
        Join join = {into};
        assert_true(store_each(part, STORE_FRONTIER, join_frontier, &join, &err));
        for (int64_t id = LAST - 3; id < LAST; id++)
            assert_true(store_copy_ops(into, part, id, &err));
        store_close(part);
    }
    Rows best = rows_of(LAST - 3, LAST, 1);
    const char *const objectives[] = {"time_s", "loss", "time_s"};
    assert_true(store_best(into, objectives, &best, &err));
    StoreState state = state_of(0, LAST);
    assert_true(store_finish(into, &state, NULL, 0, &err));
    store_close(into);
    assert_same_files(whole.path, all.path);
    for (int i = 0; i < 3; i++)
        place_drop(&parts[i]);
    place_drop(&whole);
    place_drop(&all);
}

TEST(store, joins_no_part_of_another_kind) {
    Scratch one = place_new(), other = place_new();
    work_through(one.path, 0, BLOCK);
    StoreRun run = a_run(0, BLOCK);
    run.column_count--;
    bool machine = false;
    Error err = {0};
    Store *into = store_create(other.path, &run, &machine, &err);
    Store *part = store_open(one.path, &err);
    assert_false(store_copy_points(into, part, 0, BLOCK, &err));
    assert_string_equal(err.what, "'point' has 5 columns, not 6");
    assert_string_equal(err.file, one.path);
    store_close(part);
    store_close(into);
    place_drop(&one);
    place_drop(&other);
}
