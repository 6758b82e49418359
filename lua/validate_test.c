// chipfit validate and chipfit calibrate as a user runs them, on rows made here.
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lua/run_test.h"

static const char HEAD[] = "chip,dtype,m,n,k,time_us,source\n";

static char *temporary(char path[PATH_BYTES], const char *name) {
    snprintf(path, PATH_BYTES, "/tmp/chipfit-%ld-%s", (long)getpid(), name);
    return path;
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

__attribute__((format(printf, 1, 2))) static Ran run_line(const char *format, ...) {
    char line[2 * PATH_BYTES];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    return run(line, "");
}

// The number behind "key": in a line of JSON.
static double json_number(const char *line, const char *key) {
    char mark[64];
    snprintf(mark, sizeof mark, "\"%s\":", key);
    const char *at = strstr(line, mark);
    assert_non_null(at);
    return strncmp(at + strlen(mark), "null", 4) == 0 ? (double)NAN
                                                      : strtod(at + strlen(mark), NULL);
}

// Matmuls on a chip of the catalogue that take a tenth longer than its peaks and 5 us, give or take 3 %.
static void add_matmuls(Text *csv) {
    uint64_t state = 1;
    for (double n = 512; n <= 16384; n *= 2)
        for (double k = 1024; k <= 8192; k *= 2)
            for (double m = 1; m <= 16384; m *= 2) {
                double flop_s = 2 * m * n * k / 989.4e12;
                double bytes_s = 2 * (m * k + k * n + m * n) / 3.35e12;
                state = state * 6364136223846793005u + 1442695040888963407u;
                double noise = 1 + 0.06 * ((double)(state >> 40) / (1 << 24) - 0.5);
                text_addf(csv, "h100_sxm,bf16,%.0f,%.0f,%.0f,%.4f,made-here\n", m, n, k,
                          (1.1 * fmax(flop_s, bytes_s) + 5e-6) * noise * 1e6);
            }
}

TEST(validate, a_fit_beats_the_datasheet_on_rows_it_did_not_see) {
    char rows[PATH_BYTES], profile[PATH_BYTES];
    Text csv = {0};
    text_add(&csv, HEAD);
    add_matmuls(&csv);
    write_file(temporary(rows, "rows.csv"), csv.data);
    Ran fit = run_line("calibrate %s -o %s --name made", rows, temporary(profile, "made.lua"));
    assert_int_equal(fit.code, 0);
    assert_non_null(strstr(fit.out.data, "matmul_16"));
    Ran plain = run_line("validate score %s --mode datasheet --json", rows);
    Ran fitted = run_line("validate score %s --profile %s --json", rows, profile);
    assert_int_equal(fitted.code, 0);
    assert_true(json_number(fitted.out.data, "median") < 0.03);
    assert_true(json_number(fitted.out.data, "median") < json_number(plain.out.data, "median") / 3);
    assert_true(isnan(json_number(plain.out.data, "covered")));
    assert_true(json_number(fitted.out.data, "covered") > 0.85);
    assert_true(json_number(fitted.out.data, "width") < 0.3);
    // Of another chip it says that it extrapolates, of another kernel it is less sure.
    write_file(rows, "chip,dtype,m,n,k,time_us,source\nh200_sxm,bf16,64,4096,4096,10,x\n"
                     "h100_sxm,fp8,64,4096,4096,10,x\n");
    Ran other = run_line("validate score %s --profile %s --json --by chip", rows, profile);
    assert_near(json_number(other.out.data, "extrapolated"), 1, 0);
    assert_true(json_number(other.out.data, "width") > json_number(fitted.out.data, "width"));
    ran_free(&fit);
    ran_free(&plain);
    ran_free(&fitted);
    ran_free(&other);
    text_free(&csv);
    remove(rows);
    remove(profile);
}

TEST(validate, names_each_wrong_row_and_scores_the_others) {
    char rows[PATH_BYTES], out[PATH_BYTES];
    write_file(temporary(rows, "wrong.csv"), "chip,dtype,m,n,k,time_us,source\n"
                                             "h100_sxm,bf16,64,4096,4096,10,x\n"
                                             "h101_sxm,bf16,64,4096,4096,10,x\n"
                                             "h100_sxm,bf16,-4,4096,4096,10,x\n"
                                             "h100_sxm,bf16,64,4096,4096,nan,x\n"
                                             "h100_sxm,bf61,64,4096,4096,10,x\n"
                                             "a100_sxm,fp8,64,4096,4096,10,x\n"
                                             "h100_sxm,bf16,64.5,4096,4096,10,x\n"
                                             "h100_sxm,bf16,64,4096\n"
                                             "h100_sxm,bf16,64,4096,4096,0,x\n"
                                             "h100_sxm,bf16,64,4096,4096,-3,x\n"
                                             "h100_sxm,bf16,64,4096,8192,,x\n");
    Ran ran =
        run_line("validate score %s --json --predictions %s", rows, temporary(out, "out.csv"));
    assert_int_equal(ran.code, 2);
    static const char *const TOLD[] = {":3: there is no chip 'h101_sxm'",
                                       "did you mean 'h100_sxm'?",
                                       ":4: m: -4 is not in",
                                       ":5: time_us: 'nan' is not a number",
                                       ":6: dtype: there is no format 'bf61'",
                                       ":7: dtype: a100_sxm has no arithmetic for fp8",
                                       ":8: m: '64.5' is not a whole number",
                                       ":9: 4 cells, where the header names 7 columns",
                                       ":10: time_us:",
                                       ":11: time_us: -3"};
    for (size_t i = 0; i < sizeof TOLD / sizeof TOLD[0]; i++)
        if (!strstr(ran.err.data, TOLD[i]))
            fail_msg("not told: %s\n%s", TOLD[i], ran.err.data);
    assert_near(json_number(ran.out.data, "rows"), 1, 0); // of the others one is not measured
    FILE *file = fopen(out, "r");
    assert_non_null(file);
    Text predicted = read_back(file);
    assert_non_null(
        strstr(predicted.data, "source,measured_us,predicted_us,low_us,high_us,extrapolated\n"));
    assert_non_null(strstr(predicted.data, "h100_sxm,bf16,64,4096,8192,,x,,"));
    text_free(&predicted);
    ran_free(&ran);
    remove(rows);
    remove(out);
}

static void assert_refused(const char *line, const char *told) {
    Ran ran = run(line, "");
    assert_int_equal(ran.code, 2);
    if (!strstr(ran.err.data, told))
        fail_msg("%s does not say '%s' but\n%s", line, told, ran.err.data);
    ran_free(&ran);
}

TEST(validate, refuses_wrong_words) {
    char rows[PATH_BYTES], line[2 * PATH_BYTES];
    write_file(temporary(rows, "one.csv"),
               "chip,dtype,m,n,k,time_us,source\nh100_sxm,bf16,1,1,1,10,x\n");
    static const struct {
        const char *before, *after, *told; // round the file's name
    } WRONG[] = {
        {"validate score",  "--by ship",                         "did you mean 'chip'"        },
        {"validate score",  "--mode datashit",                   "did you mean 'datasheet'"   },
        {"validate score",  "--profile hoper",                   "there is no profile 'hoper'"},
        {"validate score",  "--modus x",                         "did you mean '--mode'"      },
        {"validate score",  "--json --by",                       "without its value"          },
        {"validate score",  "/nonexistent.csv",                  "/nonexistent.csv"           },
        {"validate scores", "",                                  "did you mean 'score'"       },
        {"calibrate",       "-o /tmp/none.lua",                  "30 measured rows"           },
        {"calibrate",       "",                                  "needs -o PROFILE.lua"       },
        {"calibrate",       "-o /tmp/none.lua --only matmul_61", "did you mean 'matmul_16'"   },
    };
    assert_refused("validate score", "needs a file");
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        snprintf(line, sizeof line, "%s %s %s", WRONG[i].before, rows, WRONG[i].after);
        assert_refused(line, WRONG[i].told);
    }
    assert_int_not_equal(access("/tmp/none.lua", F_OK), 0);
    write_file(rows, "a,b\n1,2\n");
    snprintf(line, sizeof line, "validate score %s", rows);
    assert_refused(line, "not the columns of measured rows");
    remove(rows);
}
