// chipfit validate run and import as a user runs them: results made here, and a few small kernels on this machine.
#include <math.h>
#include <stdarg.h>

#include "lua/file.h"
#include "lua/run_test.h"
#include "lua/shapes_script.h"
#include "results/store_test.h"
#include "validate/compare.h"

__attribute__((format(printf, 2, 3))) static Ran run_line(int code, const char *format, ...) {
    char line[2 * PATH_BYTES];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    Ran ran = run(line, "");
    if (ran.code != code)
        fail_msg("%s: exit %d\n%s%s", line, ran.code, ran.out.data, ran.err.data);
    return ran;
}

static void path_of(char path[PATH_BYTES], const char *name) {
    snprintf(path, PATH_BYTES, "/tmp/chipfit-validation-%ld-%s", (long)getpid(), name);
    unlink(path);
}

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static double ask(const char *path, const char *sql) {
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    double value = sqlite3_column_double(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

// The number behind "key": in the line of JSON over all rows, of datasheet mode, or of `validate score` in its last line.
static double last_number(const char *text, const char *key) {
    char mark[64];
    const char *line = strstr(text, "{\"op\":\"all\"");
    snprintf(mark, sizeof mark, "\"%s\":", key);
    const char *at = strstr(line ? line : text, mark);
    assert_non_null(at);
    return strtod(at + strlen(mark), NULL);
}

// --- Results as a GPU of the catalogue would give them -----------------------------------------------------------------

// Times `slower` than datasheet mode says, with samples.
static void fill(Result *result, const CompareOptions *options, const Result *all, int count,
                 double slower) {
    Compared row;
    Error err;
    Measurement *measurement = &result->measurement;
    if (!compare_one(all, count, options, &row, &err)) {
        measurement->status = RUN_UNSUPPORTED;
        return;
    }
    Timing *timing = &measurement->cold;
    measurement->status = RUN_MEASURED;
    timing->median_s = row.modes[MODE_DATASHEET].time_s * slower;
    timing->low_s = timing->high_s = timing->median_s;
    timing->count = 3;
    for (int i = 0; i < 3; i++)
        timing->samples_s[i] = timing->median_s;
    timing->settled = 1;
    measurement->energy_j = row.modes[MODE_DATASHEET].energy_j;
}

static void fake_results(const char *path, const char *script, double slower) {
    Error err;
    LayerNotes notes = {0};
    Tasks tasks = {0};
    Text text = {0};
    Library *library = library_open(&err);
    assert_non_null(library);
    const CompareOptions options = {.chip = library_chip(library, "h100_sxm", &err)};
    if (!shapes_script_read(library, "x.lua", script, strlen(script), &tasks, &notes, &err))
        fail_msg("%s: %s", err.file, err.what);
    measurement_header(&text);
    for (int i = 0; i < tasks.count;) {
        int parts = tasks_parts(&tasks, i);
        Result results[1 + ROW_LAYER_PARTS] = {0};
        for (int k = 0; k <= parts; k++) {
            results[k].task = tasks.list[i + k];
            measurement_init(&results[k].measurement, &results[k].task);
            results[k].measurement.status = RUN_CHECKED;
            results[k].device =
                (Device){.backend = "cuda", .device = "fake H100", .chip = "h100_sxm"};
        }
        results[0].measurement.parts = parts;
        fill(&results[0], &options, results, 1 + parts, slower);
        for (int k = 0; k <= parts; k++)
            measurement_row(&text, &results[k].task, &results[k].device, &results[k].measurement);
        i += 1 + parts;
    }
    assert_true(file_write(path, &text, &err));
    text_free(&text);
    tasks_free(&tasks);
    library_free(library);
}

static const char SHAPES[] =
    "return shapes { matmul { m = {1, 64, 4096}, n = 8192, k = 4096, dtype = {'bf16', 'fp8', "
    "'mxfp4'} },"
    " copy { bytes = pow2(1048576, 1073741824) }, decode { batch = 8, kv_len = {1024, 8192}, heads "
    "= 32, kv_heads = 8 },"
    " layer { model = 'llama-3.1-8b', workload = decode { batch = {1, 64}, context = 4096 } } }";

TEST(validation, results_are_stored_beside_predictions) {
    char results[PATH_BYTES], stored[PATH_BYTES];
    path_of(results, "r.csv");
    path_of(stored, "o.sqlite");
    fake_results(results, SHAPES, 1.25);
    Ran ran = run_line(0, "validate import %s -o %s --mode datasheet --tolerance 0.25 --json",
                       results, stored);
    assert_near(last_number(ran.out.data, "median"), 0.2, 1e-6);
    ran_free(&ran);
    assert_near(ask(stored, "SELECT count(*) FROM measurement"), 9 + 11 + 2 + 2 * 10, 0);
    assert_near(ask(stored, "SELECT count(*) FROM validation WHERE measured_s IS NOT NULL"),
                ask(stored, "SELECT count(*) FROM measurement WHERE status = 'measured'"), 0);
    assert_near(ask(stored, "SELECT max(abs(datasheet_error + 0.2)) < 1e-9 FROM validation"), 1, 0);
    assert_near(
        ask(stored, "SELECT max(measured_mfu) <= 1 AND min(measured_mfu) > 0 FROM validation"), 1,
        0);
    assert_near(
        ask(stored,
            "SELECT json_array_length(cold_samples_s) FROM measurement WHERE status = 'measured'"),
        3, 0);
    // Both modes where the chip has a profile; what is taken in again replaces what was there.
    double before = ask(stored, "SELECT count(*) FROM measurement");
    ran = run_line(0, "validate import %s -o %s --tolerance 10", results, stored);
    assert_non_null(strstr(ran.out.data, "attention_decode"));
    ran_free(&ran);
    assert_near(ask(stored, "SELECT count(*) FROM measurement"), before, 0);
    assert_near(ask(stored, "SELECT count(*) FROM prediction WHERE mode = 'calibrated'"),
                ask(stored, "SELECT count(*) FROM prediction WHERE mode = 'datasheet'"), 0);
    unlink(results);
    unlink(stored);
}

TEST(validation, the_median_error_decides) {
    char results[PATH_BYTES];
    path_of(results, "r.csv");
    fake_results(results, SHAPES, 1.25);
    Ran ran = run_line(1, "validate import %s --mode datasheet --tolerance 0.15", results);
    assert_non_null(strstr(ran.err.data, "above the tolerance"));
    ran_free(&ran);
    fake_results(results, SHAPES, 0.2); // 5 times as fast as the peaks allow
    ran = run_line(1, "validate import %s --mode datasheet", results);
    assert_non_null(strstr(ran.out.data, "faster than the chip's dense peak"));
    ran_free(&ran);
    unlink(results);
}

TEST(validation, results_can_be_scored_and_calibrated) {
    char results[PATH_BYTES], profile[PATH_BYTES];
    path_of(results, "r.csv");
    path_of(profile, "p.lua");
    fake_results(results,
                 "return shapes { norm { m = pow2(1, 8192), n = { 2048, 3072, 4096, 8192 } } }",
                 1.3);
    Ran ran = run_line(0, "validate score %s --mode datasheet --json", results);
    assert_near(last_number(ran.out.data, "median"), 1 - 1 / 1.3, 1e-6);
    ran_free(&ran);
    ran = run_line(0, "calibrate %s --only norm -o %s", results, profile);
    ran_free(&ran);
    ran = run_line(0, "validate import %s --profile %s --json --tolerance 0.05", results, profile);
    ran_free(&ran);
    unlink(results);
    unlink(profile);
}

// --- This machine ------------------------------------------------------------------------------------------------------

TEST(validation, kernels_run_on_the_host_and_go_on_where_they_were_left) {
    char shapes[PATH_BYTES], results[PATH_BYTES], stored[PATH_BYTES];
    path_of(shapes, "s.lua");
    path_of(results, "r.csv");
    path_of(stored, "o.sqlite");
    write_text(shapes, "return shapes { matmul { m = {1, 8}, n = 32, k = 64, a = 'fp32' }, copy { "
                       "bytes = 4096 } }");
    Ran ran = run_line(0,
                       "validate run %s --backend host --chip h100_sxm --tolerance 1e6 --disturbed "
                       "--budget 0.002 -o %s "
                       "--results %s",
                       shapes, stored, results);
    ran_free(&ran);
    assert_near(ask(stored, "SELECT count(*) FROM measurement WHERE status = 'measured'"), 3, 0);
    ran = run_line(0,
                   "validate run %s --backend host --chip h100_sxm --tolerance 1e6 --disturbed "
                   "--budget 0.002 -o %s "
                   "--results %s",
                   shapes, stored, results);
    assert_non_null(strstr(ran.err.data, "3 tasks stood in"));
    ran_free(&ran);
    assert_near(ask(stored, "SELECT count(*) FROM measurement"), 3, 0);
    unlink(shapes);
    unlink(results);
    unlink(stored);
}

TEST(validation, what_time_did_not_suffice_for_goes_on) {
    char shapes[PATH_BYTES], results[PATH_BYTES], stored[PATH_BYTES];
    path_of(shapes, "s.lua");
    path_of(stored, "o.sqlite");
    path_of(results, "o.sqlite.results.csv");
    write_text(shapes, "return shapes { copy { bytes = { 4096, 8192, 16384 } } }");
    Ran ran = run_line(1, "validate run %s --backend host --chip h100_sxm --total 0.001 -o %s",
                       shapes, stored);
    assert_non_null(strstr(ran.err.data, "nothing was measured"));
    ran_free(&ran);
    assert_int_equal(access(stored, F_OK), -1);
    ran = run_line(0,
                   "validate run %s --backend host --chip h100_sxm --tolerance 1e6 --disturbed "
                   "--budget 0.002 -o %s",
                   shapes, stored);
    ran_free(&ran);
    assert_int_equal(access(results, F_OK), -1); // stored whole
    assert_near(ask(stored, "SELECT count(*) FROM measurement"), 3, 0);
    unlink(shapes);
    unlink(stored);
}

// --- Picks -------------------------------------------------------------------------------------------------------------

static int kernels_in(const char *path, const char *kind) {
    Text text = {0};
    Tasks tasks;
    Error err;
    int count = 0;
    assert_true(file_read(path, 1 << 24, &text, &err));
    if (!tasks_read(&tasks, path, text.data, text.length, &err))
        fail_msg("%s", err.what);
    for (int i = 0; i < tasks.count; i++)
        count += strcmp(TASK_KIND_WORDS[tasks.list[i].kind], kind) == 0 && tasks.list[i].layer == 0;
    text_free(&text);
    tasks_free(&tasks);
    return count;
}

TEST(validation, designs_are_picked_from_a_run) {
    char script[PATH_BYTES], stored[PATH_BYTES], shapes[PATH_BYTES];
    path_of(script, "sweep.lua");
    path_of(stored, "run.sqlite");
    path_of(shapes, "s.csv");
    write_text(
        script,
        "return sweep { chip = 'h100_sxm', model = 'llama-3.1-8b', plan = { tp = pow2(1, 8) },"
        " workload = decode { batch = pow2(1, 256), context = 4096 },"
        " minimise = { 'tpot_s', 'usd_per_mtoken' } }");
    Ran ran = run_line(0, "sweep %s -o %s", script, stored);
    ran_free(&ran);
    ran = run_line(0, "validate run %s --top 5 --shapes %s", stored, shapes);
    ran_free(&ran);
    int best = kernels_in(shapes, "layer");
    assert_true(best >= 1 && best <= 5);
    ran = run_line(0, "validate run %s --pick spread --top 5 --shapes %s", stored, shapes);
    ran_free(&ran);
    assert_int_equal(kernels_in(shapes, "layer"), 5);
    assert_int_equal(kernels_in(shapes, "matmul"), 0);
    ran = run_line(0, "validate run %s --pick spread --top 5 --ops --shapes %s", stored, shapes);
    ran_free(&ran);
    assert_true(kernels_in(shapes, "matmul") >= 8);
    ran = run_line(0, "validate run %s --pick worst-interval --top 7 --shapes %s", stored, shapes);
    ran_free(&ran);
    assert_int_equal(kernels_in(shapes, "layer"), 0);
    assert_int_equal(kernels_in(shapes, "matmul") + kernels_in(shapes, "decode") +
                         kernels_in(shapes, "norm") + kernels_in(shapes, "gated") +
                         kernels_in(shapes, "rotary"),
                     7);
    unlink(script);
    unlink(stored);
    unlink(shapes);
}

// --- Wrong input -------------------------------------------------------------------------------------------------------

TEST(validation, refuses_wrong_words) {
    static const struct {
        const char *line, *says;
    } CASES[] = {
        {"validate run",                                             "needs a file"                   },
        {"validate run /nowhere.lua --backend host --chip h100_sxm", "/nowhere.lua"                   },
        {"validate run x.lua",                                       "needs --backend"                },
        {"validate run x.lua --backend hots",                        "did you mean 'host'?"           },
        {"validate run x.lua --backend host --pick frontir",         "did you mean frontier"          },
        {"validate run x.lua --backend host --top 0",                "--top: '0' is no number in 1 to"},
        {"validate run x.lua --backend host --top 2.5",              "whole number"                   },
        {"validate run x.lua --backend host --budget soon",          "--budget: 'soon' is no number"  },
        {"validate run x.lua --backend host --chip h1000",           "there is no chip 'h1000'"       },
        {"validate run x.lua --backend host --profile hoper",        "did you mean 'hopper'?"         },
        {"validate run x.lua --backend host --mode datashet",        "mode"                           },
        {"validate run x.lua --backend host --tolerance -1",         "--tolerance"                    },
        {"validate run x.lua --backnd host",                         "did you mean '--backend'?"      },
        {"validate import",                                          "needs a file"                   },
        {"validate import a.csv b.csv",                              "takes one file"                 },
        {"validate import /nowhere.csv",                             "/nowhere.csv"                   },
        {"validate imprt x.csv",                                     "did you mean 'import'?"         },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Ran ran = run_line(2, "%s", CASES[i].line);
        if (!strstr(ran.err.data, CASES[i].says))
            fail_msg("%s: %s", CASES[i].line, ran.err.data);
        ran_free(&ran);
    }
}

TEST(validation, leaves_nothing_half_written) {
    char shapes[PATH_BYTES], stored[PATH_BYTES], results[PATH_BYTES];
    path_of(shapes, "s.csv");
    path_of(stored, "o.sqlite");
    path_of(results, "r.csv");
    write_text(shapes, "kind,m,n,k\nmatmul,1,2,3\nmatmul,1,2,x\n");
    Ran ran = run_line(2, "validate run %s --backend host --chip h100_sxm -o %s", shapes, stored);
    assert_non_null(strstr(ran.err.data, "s.csv:3: k: 'x' is not a number"));
    ran_free(&ran);
    assert_int_equal(access(stored, F_OK), -1);
    write_text(results, "kind,status\nmatmul,measured\n");
    ran = run_line(2, "validate import %s -o %s", results, stored);
    assert_non_null(strstr(ran.err.data, "do not say which chip"));
    ran_free(&ran);
    assert_int_equal(access(stored, F_OK), -1);
    write_text(stored, "this is no database\n");
    ran = run_line(2, "validate import %s --chip h100_sxm -o %s", results, stored);
    ran_free(&ran);
    unlink(shapes);
    unlink(stored);
    unlink(results);
}
