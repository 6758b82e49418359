// Measured and predicted rows as a plot: where its files go, and what stands in them.
#include "lua/parity.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/test.h"

#define ROWS 6

typedef struct Rows {
    Validation validation;
    Result results[1];
    Compared rows[ROWS];
} Rows;

static void fill(Rows *rows, bool measured) {
    memset(rows, 0, sizeof *rows);
    rows->validation.results.list = rows->results;
    rows->validation.results.count = 1;
    rows->validation.rows = rows->rows;
    rows->validation.count = ROWS;
    snprintf(rows->results[0].device.device, sizeof rows->results[0].device.device,
             "<b>a \"device\"</b> `touch hacked`");
    for (int i = 0; i < ROWS; i++) {
        Compared *row = &rows->rows[i];
        snprintf(row->op, sizeof row->op, "%s", i % 2 ? "it's matmul" : "attention");
        row->measured_s = measured ? 1e-5 * (i + 1) : (double)NAN;
        row->modes[MODE_DATASHEET] = (Predicted){.known = true, .time_s = 1.1e-5 * (i + 1)};
    }
}

TEST(parity, writes_the_files_of_its_stem) {
    static const char *const ENDINGS[] = {"gp", "dat", "svg", "png"};
    char folder[] = "/tmp/chipfit-parity-XXXXXX", stem[256], path[300], text[200000];
    Rows *rows = malloc(sizeof *rows);
    Error err = {0};
    assert_non_null(rows);
    assert_non_null(mkdtemp(folder));
    fill(rows, true);
    snprintf(stem, sizeof stem, "%s/it's 1.parity", folder);
    if (!parity_write(&rows->validation, stem, &err))
        fail_msg("%s", err.what);
    for (int i = 0; i < 4; i++) {
        struct stat is;
        snprintf(path, sizeof path, "%s.%s", stem, ENDINGS[i]);
        bool there = stat(path, &is) == 0 && is.st_size > 0;
        assert_true(there || i >= 2); // pictures need gnuplot
        if (there && i == 2) {
            FILE *file = fopen(path, "r");
            assert_non_null(file);
            text[fread(text, 1, sizeof text - 1, file)] = '\0';
            fclose(file);
            assert_non_null(strstr(text, "it's matmul"));
            assert_non_null(strstr(text, "measured, us"));
            assert_non_null(strstr(text, "&lt;b>a \"device\"&lt;/b> `touch hacked`"));
        }
        unlink(path);
    }
    assert_int_equal(rmdir(folder), 0); // nothing else was written
    free(rows);
}

TEST(parity, draws_nothing_where_nothing_was_measured) {
    char folder[] = "/tmp/chipfit-parity-XXXXXX", stem[256];
    Rows *rows = malloc(sizeof *rows);
    Error err;
    assert_non_null(rows);
    assert_non_null(mkdtemp(folder));
    fill(rows, false);
    snprintf(stem, sizeof stem, "%s/parity", folder);
    assert_true(parity_write(&rows->validation, stem, &err));
    assert_true(parity_print(&rows->validation, &err));
    assert_int_equal(rmdir(folder), 0);
    fill(rows, true);
    assert_false(parity_write(&rows->validation, "/nowhere/parity", &err));
    assert_non_null(strstr(err.file, "/nowhere"));
    free(rows);
}

TEST(parity, leaves_out_what_was_disturbed) {
    char folder[] = "/tmp/chipfit-parity-XXXXXX", stem[256];
    Rows *rows = malloc(sizeof *rows);
    Error err;
    assert_non_null(rows);
    assert_non_null(mkdtemp(folder));
    fill(rows, true);
    for (int i = 0; i < ROWS; i++)
        rows->rows[i].disturbed = true;
    snprintf(stem, sizeof stem, "%s/parity", folder);
    assert_true(parity_write(&rows->validation, stem, &err));
    assert_int_equal(rmdir(folder), 0);
    free(rows);
}
