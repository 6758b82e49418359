#include "validate/csv.h"

#include <string.h>

#include "sim/base/test.h"

static CsvResult begin_and_next(Csv *csv, const char *text, Error *err) {
    assert_true(csv_begin(csv, "t.csv", text, strlen(text), err));
    return csv_next(csv, err);
}

TEST(csv, reads_quotes_and_line_ends) {
    Csv csv;
    Error err;
    double m;
    assert_int_equal(begin_and_next(&csv,
                                    "\xef\xbb\xbf"
                                    "a,b,m\r\n\"x,\"\"y\"\"\nz\",,12\r\n\n p ,q,1e3\n",
                                    &err),
                     CSV_ROW);
    assert_string_equal(csv_cell(&csv, 0), "x,\"y\"\nz");
    assert_string_equal(csv_cell(&csv, csv_column(&csv, "b")), "");
    assert_true(csv_number(&csv, "m", 1, 100, &m, &err));
    assert_near(m, 12, 0);
    assert_int_equal(csv_next(&csv, &err), CSV_ROW);
    assert_int_equal(csv.line, 5);
    assert_string_equal(csv_cell(&csv, 0), " p ");
    assert_int_equal(csv_next(&csv, &err), CSV_END);
    csv_end(&csv);
}

TEST(csv, goes_on_after_a_bad_row) {
    Csv csv;
    Error err;
    assert_int_equal(begin_and_next(&csv, "a,b\n1\n1,2,3\n\"x\"y,2\n1,2\n\"open,1\n", &err),
                     CSV_BAD);
    assert_int_equal(err.line, 2);
    assert_int_equal(csv_next(&csv, &err), CSV_BAD);
    assert_int_equal(csv_next(&csv, &err), CSV_BAD);
    assert_string_equal(err.what, "column 1 goes on after its closing quote");
    assert_int_equal(csv_next(&csv, &err), CSV_ROW);
    assert_int_equal(csv_next(&csv, &err), CSV_BAD);
    assert_string_equal(err.what, "a quote is not closed");
    assert_int_equal(err.line, 6);
    assert_int_equal(csv_next(&csv, &err), CSV_END);
    csv_end(&csv);
}

static void assert_no_number(const char *cell) {
    Csv csv;
    Error err;
    Text text = {0};
    double value = 7;
    text_addf(&text, "m,n\n%s,1\n", cell);
    assert_int_equal(begin_and_next(&csv, text.data, &err), CSV_ROW);
    assert_false(csv_number(&csv, "m", 1, 1e9, &value, &err));
    assert_int_equal(err.line, 2);
    assert_near(value, 7, 0);
    csv_end(&csv);
    text_free(&text);
}

TEST(csv, takes_plain_numbers_only) {
    static const char *const WRONG[] = {"",   "nan", "inf", "0x10", "1e999", "-4", "0",
                                        " 1", "1 ",  "1;2", "--1",  "1e",    "12x"};
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_no_number(WRONG[i]);
}

TEST(csv, header_names_each_column_once) {
    Csv csv;
    Error err;
    assert_false(csv_begin(&csv, "t.csv", "", 0, &err));
    csv_end(&csv);
    assert_false(csv_begin(&csv, "t.csv", "a,b,a\n", 6, &err));
    assert_string_equal(err.what, "two columns are called 'a'");
    csv_end(&csv);
    assert_false(csv_begin(&csv, "t.csv", "a,,c\n", 5, &err));
    csv_end(&csv);
}
