// Several processes must give what one gives.
#include <fcntl.h>

#include "lua/run_test.h"
#include "results/store_test.h"

#define LAUNCH "mpirun --allow-run-as-root --oversubscribe "

// 34 blocks; %s: how rows are kept, and further keys.
static const char SCRIPT[] =
    "return sweep { name = 'ranks', chip = { 'h100_sxm', 'tpu_v6e' }, chips = pow2(1, 8),\n"
    "  model = shape { base = 'llama-3.1-8b', layers = range(16, 64, 8), d_model = { 2048, 4096 "
    "},\n"
    "                  experts = { 1, 8, 64 }, top_k = { 1, 2, 4 } },\n"
    "  formats = { 'bf16', 'fp8' }, plan = { tp = pow2(1, 8), ep = { 1, 8 } },\n"
    "  workload = decode { batch = pow2(1, 1024), context = 8192 },\n"
    "  minimise = { 'tpot_s', 'usd_per_mtoken' }, %s }\n";

static const char *const WHOLE[] = {
    "SELECT \"first\", \"last\", watermark, finished, script_hash, catalogue_hash, shard FROM run",
    "SELECT * FROM point ORDER BY id",
    "SELECT * FROM frontier ORDER BY id",
    "SELECT * FROM best",
    "SELECT * FROM op",
    "SELECT * FROM counter",
    "SELECT * FROM why",
    "PRAGMA integrity_check",
    NULL,
};

static void write_script(const Scratch *place, const char *name, const char *keys) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", place->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, SCRIPT, keys);
    assert_int_equal(fclose(file), 0);
}

// Runs a line of the shell in which @ stands for the folder and $ for the program.
static Ran run_line(const Scratch *place, const char *line) {
    char program[PATH_BYTES];
    Text words = {0};
    program_path(program);
    for (const char *c = line; *c; c++) {
        if (*c == '@')
            text_addf(&words, "%s/", place->folder);
        else if (*c == '$')
            text_add(&words, program);
        else
            text_add_n(&words, c, 1);
    }
    char *const shell[] = {"sh", "-c", words.data, NULL};
    Ran ran = run_words(shell, STDIN_FILENO);
    text_free(&words);
    return ran;
}

static void assert_runs(const Scratch *place, const char *line) {
    Ran ran = run_line(place, line);
    if (ran.code != 0)
        fail_msg("%s: exit %d, %s", line, ran.code, ran.err.data);
    ran_free(&ran);
}

static void assert_same(const Scratch *place, const char *a, const char *b) {
    char path[2][128];
    snprintf(path[0], sizeof path[0], "%s/%s", place->folder, a);
    snprintf(path[1], sizeof path[1], "%s/%s", place->folder, b);
    for (int i = 0; WHOLE[i]; i++) {
        const char *const query[] = {WHOLE[i], NULL};
        Text x = dump(path[0], query), y = dump(path[1], query);
        if (strcmp(x.data ? x.data : "", y.data ? y.data : "") != 0)
            fail_msg("%s: %s and %s differ", WHOLE[i], a, b);
        text_free(&x);
        text_free(&y);
    }
}

// MPI libraries leak, and synchronise in ways that a sanitizer of threads does not see.
static bool has_mpi(void) {
#ifdef __SANITIZE_THREAD__
    bool there = false;
#else
    char path[PATH_BYTES + 8];
    program_path(path);
    strcat(path, "-mpi.so");
    bool there = access(path, R_OK) == 0 && system("command -v mpirun >/dev/null") == 0;
#endif
    if (there)
        setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    else
        print_message("SKIPPED: needs mpirun, a build with MPI and none of MODE=tsan\n");
    return there;
}

TEST(mpi, gives_what_one_process_gives) {
    static const char *const KEYS[] = {
        "keep_rows = 'all'",
        "keep_rows = 'frontier', group_by = { 'chip', 'experts' }, keep = { tpot_s = { max = '25 "
        "ms' } }",
        "keep_rows = 50, where = function(d) return d.params < 2e10 end,"
        " keep = function(m) return m.mfu > 0.01 end",
    };
    if (!has_mpi())
        skip();
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        Scratch place = place_new();
        write_script(&place, "s.lua", KEYS[i]);
        assert_runs(&place, "$ sweep @s.lua --threads 1 -o @one");
        assert_runs(&place, LAUNCH "-n 2 $ sweep @s.lua -o @two");
        assert_same(&place, "one", "two");
        if (i == 0) {
            assert_runs(&place, LAUNCH "-n 3 $ sweep @s.lua --threads 2 -o @six");
            assert_same(&place, "one", "six");
        }
        place_drop(&place);
    }
}

TEST(mpi, goes_on_with_a_killed_run) {
    if (!has_mpi())
        skip();
    Scratch place = place_new();
    write_script(&place, "s.lua", "keep_rows = 'all', keep = function(m) return m.mfu > 0.01 end");
    assert_runs(&place, "$ sweep @s.lua --threads 1 -o @one");
    Ran ran = run_line(&place, "timeout -s KILL 0.8 $ sweep @s.lua --threads 1 -o @two");
    ran_free(&ran); // were it done by then, it would be the same in the end
    assert_runs(&place, LAUNCH "-n 2 $ sweep @s.lua -o @two --resume");
    assert_same(&place, "one", "two");
    place_drop(&place);
}

static int occurrences(const char *text, const char *word) {
    int count = 0;
    for (; (text = strstr(text, word)); text++)
        count++;
    return count;
}

TEST(mpi, ends_all_with_one_message) {
    // clang-format off
    static const struct {
        const char *line;
        int code;
        const char *word;
    } CASES[] = {
        {LAUNCH "-n 2 $ sweep @fails.lua -o @a",          2, "at point "},
        {LAUNCH "-n 2 $ sweep @fails.lua --threads 2",    2, "at point "},
        {LAUNCH "-n 2 $ sweep @none.lua",                 2, "none.lua"},
        {LAUNCH "-n 2 $ sweep @evolve.lua",               2, "not under mpirun"},
        {LAUNCH "-n 2 $ sweep @s.lua -o @s.lua",          2, "exists already"},
        {LAUNCH "-n 2 $ sweep @s.lua -o @no/x",           3, "folder does not exist"},
        {LAUNCH "-n 2 $ sweep @s.lua --thread 2",         2, "no option '--thread'"},
        {LAUNCH "-n 2 $ sweep @s.lua --threads 0",        2, "threads: 0 is outside"},
        {LAUNCH "-n 2 $ sweep @full.lua",                 1, "frontier has more than"},
        {LAUNCH "-n 1 $ sweep @s.lua : -n 1 $ sweep @full.lua", 2, "process 1 has another script"},
        {LAUNCH "-n 1 $ sweep @s.lua : -n 1 $ sweep @none.lua", 2, "none.lua"},
    };
    // clang-format on
    if (!has_mpi())
        skip();
    Scratch place = place_new();
    write_script(&place, "s.lua", "keep_rows = 'frontier'");
    write_script(&place, "full.lua", "keep_rows = 'frontier', frontier_limit = 1");
    write_script(&place, "evolve.lua", "search = evolve { budget = 1000 }");
    write_script(&place, "fails.lua", "keep = function(m) return m.batch end");
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Ran ran = run_line(&place, CASES[i].line);
        if (ran.code != CASES[i].code || ran.out.length ||
            occurrences(ran.err.data, "chipfit: ") != 1 || !strstr(ran.err.data, CASES[i].word))
            fail_msg("%s: exit %d, %s", CASES[i].line, ran.code, ran.err.data);
        ran_free(&ran);
    }
    place_drop(&place);
}

// A copy of the program without the part that speaks MPI is what a build without MPI is.
TEST(mpi, is_missed_in_words) {
    Scratch place = place_new();
    write_script(&place, "s.lua", "keep_rows = 'frontier'");
    assert_runs(&place, "cp $ @chipfit");
    Ran ran =
        run_line(&place, "OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 @chipfit sweep @s.lua");
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.err.data, "built without MPI"));
    ran_free(&ran);
    ran = run_line(&place, "OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=1 @chipfit sweep @s.lua");
    assert_int_equal(ran.code, 2);
    assert_int_equal(ran.err.length, 0); // one speaks for all
    ran_free(&ran);
    assert_runs(&place, "PMI_SIZE=1 PMI_RANK=0 @chipfit sweep @s.lua");
    place_drop(&place);
}
