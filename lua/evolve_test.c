// search = evolve { ... } as a user meets it: scripts that are refused, what is printed, runs that go on.
#include <sys/stat.h>

#include "lua/file.h"
#include "lua/run_store.h"
#include "lua/run_test.h"

#define FOLDER "/tmp/chipfit-evolve-XXXXXX"
#define PATHS  64

// 4,800 points in two groups.
static const char SCRIPT[] =
    "return sweep { name = 'small', chip = { 'h100_sxm', 'b200_sxm' }, model = 'llama-3.1-8b',\n"
    "  plan = { tp = pow2(1, 8) }, group_by = 'chip', %s\n"
    "  workload = decode { batch = range(1, 100), context = range(1024, 6144, 1024) },\n"
    "  minimise = { 'tpot_s', 'usd_per_mtoken' },\n"
    "  search = %s }\n";

static void write_script(const char *path, const char *more, const char *search) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, SCRIPT, more, search);
    fclose(file);
}

// Runs a sweep of the script; extra words of the command line follow it.
static Ran sweep_of(const char *folder, const char *more, const char *search, const char *words) {
    char path[PATHS], line[512];
    snprintf(path, sizeof path, "%s/s.lua", folder);
    write_script(path, more, search);
    snprintf(line, sizeof line, "sweep %s %s", path, words);
    Ran ran = run(line, "");
    remove(path);
    return ran;
}

TEST(evolve_script, is_refused_where_it_makes_no_sense) {
    // clang-format off
    static const struct {
        const char *more, *search, *words, *say;
    } CASES[] = {
        {"", "evolve { budget = 0 }", "", ":5: budget: 0 is outside 1 to 10000000"},
        {"", "evolve { budget = -5 }", "", "budget: -5 is outside"},
        {"", "evolve { budget = 1e12 }", "", "budget: 1000000000000 is outside"},
        {"", "evolve { budget = 10.5 }", "", "10.5 is not a whole number"},
        {"", "evolve { budget = 'many' }", "", "budget"},
        {"", "evolve { }", "", "evolve needs 'budget'"},
        {"", "evolve { budget = 100, population = 1 }", "", "population: 1 is outside 4 to 65536"},
        {"", "evolve { budget = 100, population = 1e9 }", "", "population: 1000000000 is outside"},
        {"", "evolve { budget = 100, seed = -1 }", "", "seed: -1 is outside"},
        {"", "evolve { budget = 100, seeds = 1 }", "", "did you mean 'seed'?"},
        {"", "evolve { budget = 100, check = 3 }", "", "check: takes true or false"},
        {"seed = -3,", "evolve { budget = 100 }", "", "seed: -3 is outside 0 to 2147483647"},
        {"", "'evolve'", "", "search: takes evolve { ... }"},
        {"", "{ budget = 100 }", "", "search: takes evolve { ... }"},
        {"", "decode { batch = 1 }", "", "search: takes evolve { ... }"},
        {"hbm_reserve = range(0.01, 0.5, 0.001),", "evolve { budget = 100, check = true }", "",
         "check: the space has 2356800 points; at most 2000000 are checked"},
        {"maximise = { 'mfu', 'mbu', 'tokens_per_s' },", "evolve { budget = 100, check = true }", "",
         "check: takes at most 4 objectives"},
        {"", "evolve { budget = 100 }", "--shard 1/2", "shard: does not apply to search = evolve"},
        {"", "evolve { budget = 100 }", "--count", "count: does not apply to search = evolve"},
    };
    // clang-format on
    char folder[] = FOLDER;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Ran ran = sweep_of(folder, CASES[i].more, CASES[i].search, CASES[i].words);
        if (ran.code != 2 || !strstr(ran.err.data, CASES[i].say))
            fail_msg("%s: exit %d, '%s'", CASES[i].search, ran.code, ran.err.data);
        ran_free(&ran);
    }
    rmdir(folder);
}

TEST(evolve_script, says_what_it_found) {
    char folder[] = FOLDER;
    assert_non_null(mkdtemp(folder));
    Ran ran =
        sweep_of(folder, "", "evolve { budget = 1000, seed = 3, population = 40, check = true }",
                 "--threads 2");
    assert_int_equal(ran.code, 0);
    assert_non_null(strstr(ran.out.data, "4 800 points, 1 000 designs evaluated"));
    assert_non_null(strstr(ran.out.data, "evolve: 1000 designs of a budget of 1000"));
    assert_non_null(strstr(ran.out.data, "generations of 40, seed 3"));
    assert_non_null(strstr(ran.out.data, "check: the whole space has 4800 designs"));
    assert_non_null(strstr(ran.out.data, "% of its hypervolume in the mean of 2 groups"));
    ran_free(&ran);
    rmdir(folder);
}

// A run that was killed early: a few rows, none of which the search would have met first, and a state.
static void leave_unfinished(const char *script_path, const char *path) {
    Error err = {0};
    Text text = {0};
    bool machine;
    Library *library = library_open(&err);
    assert_true(library && file_read(script_path, 1 << 20, &text, &err));
    SweepScript *script = script_open(library, script_path, text.data, text.length, &err);
    assert_non_null(script);
    Arena *arena = arena_new();
    StoreRun run;
    RunText source = {script_path, text.data, text.length};
    assert_true(run_describe(script, library, source, (Shard){1, 1}, 1, arena, &run, &err));
    Store *store = store_create(path, &run, &machine, &err);
    assert_non_null(store);
    const Goal *goal = script_goal(script);
    Worker *worker = worker_new(script_space(script), goal, script_hooks(script));
    SweepSink sink = run_sink(store);
    double values[GOAL_COLUMNS];
    for (int64_t id = 5; id < 4800; id += 7) {
        Candidate candidate;
        worker_point(worker, id, values, &candidate);
        Rows rows = {goal->column_count, 1, &id, values};
        assert_true(sink.rows(sink.context, SWEEP_POINT, &rows, &err));
        assert_true(id % 3 || sink.rows(sink.context, SWEEP_FRONTIER, &rows, &err));
    }
    SweepState state = {.watermark = 700, .counts = {700}, .busy_s = 1};
    assert_true(sink.commit(sink.context, &state, &err));
    worker_free(worker);
    store_close(store);
    script_close(script);
    arena_free(arena);
    library_free(library);
    text_free(&text);
}

typedef struct Dump {
    Text text;
    int columns;
} Dump;

static bool dump_row(void *context, const char *objective, int64_t id, const double values[],
                     Error *err) {
    Dump *dump = context;
    (void)err;
    text_addf(&dump->text, "%s %lld", objective ? objective : "", (long long)id);
    for (int i = 0; i < dump->columns; i++)
        text_addf(&dump->text, " %a", values[i]);
    text_add(&dump->text, "\n");
    return true;
}

static Text dump_of(const char *path) {
    Error err = {0};
    Store *store = store_open(path, &err);
    assert_true(store && store_finished(store));
    Dump dump = {.columns = store_run(store)->column_count};
    for (int table = 0; table < STORE_TABLES; table++)
        assert_true(store_each(store, (StoreTable)table, dump_row, &dump, &err));
    StoreState state;
    assert_true(store_state(store, &state, &err));
    text_addf(&dump.text, "%lld\n", (long long)state.watermark);
    for (int i = 0; i < state.counter_count; i++)
        text_addf(&dump.text, "%s %lld\n", state.counters[i].name,
                  (long long)state.counters[i].value);
    for (int i = 0; i < state.why_count; i++)
        text_addf(&dump.text, "%s %s %lld\n", state.whys[i].kind, state.whys[i].what,
                  (long long)state.whys[i].points);
    store_close(store);
    return dump.text;
}

static void resumes(const char *keep_rows) {
    char folder[] = FOLDER, script[PATHS], killed[PATHS], whole[PATHS], line[512];
    assert_non_null(mkdtemp(folder));
    snprintf(script, sizeof script, "%s/s.lua", folder);
    snprintf(killed, sizeof killed, "%s/killed.sqlite", folder);
    snprintf(whole, sizeof whole, "%s/whole.sqlite", folder);
    write_script(script, keep_rows, "evolve { budget = 900, population = 50 }");
    leave_unfinished(script, killed);
    snprintf(line, sizeof line, "sweep %s -o %s --threads 2 --resume", script, killed);
    Ran ran = run(line, "");
    assert_int_equal(ran.code, 0);
    ran_free(&ran);
    snprintf(line, sizeof line, "sweep %s -o %s --threads 1", script, whole);
    ran = run(line, "");
    assert_int_equal(ran.code, 0);
    ran_free(&ran);
    Text after = dump_of(killed), expected = dump_of(whole);
    assert_string_equal(after.data, expected.data);
    text_free(&after);
    text_free(&expected);
    remove(script);
    remove(killed);
    remove(whole);
    assert_int_equal(rmdir(folder), 0);
}

TEST(evolve_script, resumed_leaves_what_an_undisturbed_run_leaves) {
    resumes("keep_rows = 'all',");
    resumes("keep_rows = 'frontier',");
    resumes("keep_rows = 20,");
}

// Fewer designs than the example asks for, so that it is quick.
TEST(evolve_script, example_runs) {
    const char *data = getenv("CHIPFIT_DATA");
    char path[PATHS * 64], folder[] = FOLDER, copy[PATHS], line[256];
    Text text = {0};
    Error err = {0};
    snprintf(path, sizeof path, "%s/lua/examples/evolve.lua", data ? data : ".");
    assert_true(file_read(path, 1 << 20, &text, &err));
    char *budget = strstr(text.data, "200000, seed");
    assert_non_null(budget);
    memcpy(budget, "  2000", 6);
    assert_non_null(mkdtemp(folder));
    snprintf(copy, sizeof copy, "%s/s.lua", folder);
    FILE *file = fopen(copy, "w");
    fputs(text.data, file);
    fclose(file);
    snprintf(line, sizeof line, "sweep %s", copy);
    Ran ran = run(line, "");
    if (ran.code != 0 || !strstr(ran.out.data, "2 000 designs evaluated"))
        fail_msg("exit %d: %s", ran.code, ran.err.data);
    ran_free(&ran);
    text_free(&text);
    remove(copy);
    rmdir(folder);
}
