// The parts of a sweep, joined, must be what one run writes.
#include <sys/resource.h>

#include "lua/run_test.h"
#include "results/store_test.h"

// %s: how rows are kept, and further keys.
static const char SCRIPT[] =
    "return sweep { name = 'parts', chip = { 'h100_sxm', 'tpu_v6e' }, chips = pow2(1, 8),\n"
    "  model = shape { base = 'llama-3.1-8b', layers = range(24, 40, 8), d_model = { 2048, 4096 "
    "},\n"
    "                  experts = { 1, 8, 64 }, top_k = { 1, 2 } },\n"
    "  formats = { 'bf16', 'fp8' }, plan = { tp = pow2(1, 8), ep = { 1, 8 } },\n"
    "  workload = decode { batch = pow2(1, 256), context = 8192 },\n"
    "  where = { params = { max = 60e9 } }, keep = { tpot_s = { max = '25 ms' } },\n"
    "  minimise = { 'tpot_s', 'usd_per_mtoken' }, %s }\n";

static const char *const WHOLE[] = {
    "SELECT \"first\", \"last\", watermark, finished, name, version, script, script_hash,"
    " catalogue_hash, shard, mode, seed, points, objectives FROM run",
    "SELECT * FROM record",
    "SELECT * FROM axis",
    "SELECT * FROM field",
    "SELECT * FROM word",
    "SELECT * FROM point ORDER BY id",
    "SELECT * FROM frontier ORDER BY id",
    "SELECT * FROM best",
    "SELECT * FROM op",
    "SELECT * FROM counter",
    "SELECT * FROM why",
    "SELECT sql FROM sqlite_schema ORDER BY name",
    "PRAGMA integrity_check",
    "PRAGMA journal_mode",
    NULL,
};

typedef struct Folder {
    Scratch place;
    char script[96];
} Folder;

static Folder folder_new(const char *keys) {
    Folder folder = {.place = place_new()};
    snprintf(folder.script, sizeof folder.script, "%s/s.lua", folder.place.folder);
    FILE *file = fopen(folder.script, "w");
    assert_non_null(file);
    fprintf(file, SCRIPT, keys);
    assert_int_equal(fclose(file), 0);
    return folder;
}

// Runs a line in which every @ stands for the folder.
static Ran run_in(const Folder *folder, const char *line) {
    Text words = {0};
    for (const char *c = line; *c; c++) {
        if (*c == '@')
            text_addf(&words, "%s/", folder->place.folder);
        else
            text_add_n(&words, c, 1);
    }
    Ran ran = run(words.data, "");
    text_free(&words);
    return ran;
}

static void sweep(const Folder *folder, const char *words) {
    char line[300];
    snprintf(line, sizeof line, "sweep @s.lua %s", words);
    Ran ran = run_in(folder, line);
    if (ran.code != 0)
        fail_msg("%s: %s", words, ran.err.data);
    ran_free(&ran);
}

static void assert_same(const Folder *folder, const char *a, const char *b, const char *keys) {
    char path[2][160];
    snprintf(path[0], sizeof path[0], "%s/%s", folder->place.folder, a);
    snprintf(path[1], sizeof path[1], "%s/%s", folder->place.folder, b);
    for (int i = 0; WHOLE[i]; i++) {
        const char *const query[] = {WHOLE[i], NULL};
        Text x = dump(path[0], query), y = dump(path[1], query);
        if (strcmp(x.data ? x.data : "", y.data ? y.data : "") != 0)
            fail_msg("%s: %s gives\n%.400s\nand\n%.400s", keys, WHOLE[i], x.data, y.data);
        text_free(&x);
        text_free(&y);
    }
}

TEST(merge, gives_what_one_run_gives) {
    static const char *const KEYS[] = {
        "keep_rows = 'all'",
        "keep_rows = 'feasible', group_by = { 'chip', 'experts' }",
        "keep_rows = 'frontier', group_by = 'chips'",
        "keep_rows = 50, epsilon = 0.1",
        "keep_rows = 'frontier', where = function(d) return d.params < 2e10 end,"
        " keep = function(m) return m.mfu > 0.01 end",
    };
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        Folder folder = folder_new(KEYS[i]);
        sweep(&folder, "-o @one");
        sweep(&folder, "-o @a --shard 1/3");
        sweep(&folder, "-o @b --shard 2/3 --threads 1");
        sweep(&folder, "-o @c --shard 3/3");
        Ran ran = run_in(&folder, "merge -o @all @c @a @b");
        if (ran.code != 0 || !strstr(ran.out.data, "parts: 3 parts joined"))
            fail_msg("%s: exit %d, %s", KEYS[i], ran.code, ran.err.data);
        ran_free(&ran);
        assert_same(&folder, "one", "all", KEYS[i]);
        assert_int_equal(files_in(folder.place.folder, false), 6); // nothing beside them
        place_drop(&folder.place);
    }
}

TEST(merge, refuses_what_makes_no_whole) {
    // clang-format off
    static const struct {
        const char *words;
        int code;
        const char *word;
    } CASES[] = {
        {"-o @x @a @c",       2, "are in no part"},
        {"-o @x @b @c",       2, "points 0 to "},
        {"-o @x @a @b",       2, "they follow those of"},
        {"-o @x @a @b @c @b", 2, "are in two parts"},
        {"-o @x @a @b @c @one", 2, "are in two parts"},
        {"-o @x @a @b @cut",  2, "cut: it is not finished: 0 of "},
        {"-o @x @a @b @other", 2, "other: it is part of another run: its script is not that of "},
        {"-o @x @a @b @gone", 2, "gone: there is no such file"},
        {"-o @x @a @b @s.lua", 2, "no SQLite database"},
        {"-o @a @a @b @c",    2, "this file exists already"},
        {"-o @no/x @a @b @c", 3, "its folder does not exist"},
        {"-o @x",             2, "merge needs the parts"},
        {"@a @b @c",          2, "merge needs -o"},
        {"-o @x -o @y @a",    2, "-o is given twice"},
        {"-o",                2, "-o lacks its value"},
        {"--outputt @x @a",   2, "'--outputt'"},
    };
    // clang-format on
    Folder folder = folder_new("keep_rows = 'frontier'"), other = folder_new("keep_rows = 7");
    char path[2][160];
    sweep(&folder, "-o @one");
    sweep(&folder, "-o @a --shard 1/3");
    sweep(&folder, "-o @b --shard 2/3");
    sweep(&folder, "-o @c --shard 3/3");
    sweep(&folder, "-o @cut --shard 3/3");
    sweep(&other, "-o @other --shard 3/3");
    snprintf(path[0], sizeof path[0], "%s/other", other.place.folder);
    snprintf(path[1], sizeof path[1], "%s/other", folder.place.folder);
    assert_int_equal(rename(path[0], path[1]), 0);
    snprintf(path[0], sizeof path[0], "%s/cut", folder.place.folder);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path[0], &db), SQLITE_OK);
    const char *sql = "UPDATE run SET finished = 0, watermark = \"first\"";
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    int files = files_in(folder.place.folder, false);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char line[300];
        snprintf(line, sizeof line, "merge %s", CASES[i].words);
        Ran ran = run_in(&folder, line);
        if (ran.code != CASES[i].code || ran.out.length || !strstr(ran.err.data, CASES[i].word))
            fail_msg("%s: exit %d, %s", CASES[i].words, ran.code, ran.err.data);
        ran_free(&ran);
        assert_int_equal(files_in(folder.place.folder, false), files);
    }
    place_drop(&folder.place);
    place_drop(&other.place);
}

// Numbers that this program would not compute are not merged with its own.
TEST(merge, refuses_numbers_of_another_build) {
    Folder folder = folder_new("keep_rows = 'frontier'");
    char path[160];
    sweep(&folder, "-o @a --shard 1/2");
    sweep(&folder, "-o @b --shard 2/2");
    snprintf(path, sizeof path, "%s/b", folder.place.folder);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    const char *sql = "UPDATE frontier SET tpot_s = tpot_s * 1.0000001";
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    Ran ran = run_in(&folder, "merge -o @all @a @b");
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.err.data, "has other numbers"));
    assert_int_equal(files_in(folder.place.folder, false), 3);
    ran_free(&ran);
    place_drop(&folder.place);
}

// A file that may not grow stands for a full disk: the output is named, and nothing is left of it.
TEST(merge, leaves_nothing_behind_when_the_disk_is_full) {
    Folder folder = folder_new("keep_rows = 'all'");
    sweep(&folder, "-o @a --shard 1/2");
    sweep(&folder, "-o @b --shard 2/2");
    struct rlimit before, tight;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = (struct rlimit){1 << 18, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    Ran ran = run_in(&folder, "merge -o @all @a @b");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    if (ran.code != 3 || !strstr(ran.err.data, "/all: ") || strstr(ran.err.data, "resume"))
        fail_msg("exit %d, %s", ran.code, ran.err.data);
    assert_int_equal(files_in(folder.place.folder, false), 3);
    ran_free(&ran);
    place_drop(&folder.place);
}
