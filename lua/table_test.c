#include "lua/table.h"

#include "sim/base/test.h"

TEST(table, aligns_columns) {
    static const TableColumn COLUMNS[] = {
        {"op",    true },
        {"time",  false},
        {"binds", true }
    };
    Table table = {.columns = COLUMNS, .column_count = 3};
    Text out = {0};
    table_line(&table, "layer x %d", 2);
    table_cell(&table, "qkv");
    table_cell(&table, "%.2f", 1.5);
    table_cell(&table, "memory");
    table_cell(&table, "µs");
    table_cell(&table, "123.25");
    table_cell(&table, "link");
    table_write(&table, &out);
    assert_string_equal(out.data, "op     time  binds\n"
                                  "layer x 2\n"
                                  "qkv    1.50  memory\n"
                                  "µs   123.25  link\n");
    text_free(&out);
    table_free(&table);
}

// Texts come from files of strangers.
TEST(table, shows_no_controls) {
    static const TableColumn COLUMNS[] = {
        {"a", true},
        {"b", true}
    };
    Table table = {.columns = COLUMNS, .column_count = 2};
    Text out = {0};
    table_cell(&table, "%s", "\1x\x1b[31m");
    table_cell(&table, "%s", "two\nlines\x9b");
    table_cell(&table, "%s", "µ\xc2\x9b\xff");
    table_cell(&table, "%s", "");
    table_write(&table, &out);
    table_wrap(&out, "\x1b]0;x\a y\nz", 0, 0);
    assert_string_equal(out.data, "a        b\n"
                                  "?x?[31m  two lines?\n"
                                  "µ???\n"
                                  "?]0;x? y z\n");
    text_free(&out);
    table_free(&table);
}

TEST(table, wraps_text) {
    Text out = {0}, words = {0};
    for (int i = 0; i < 60; i++)
        text_add(&words, "word ");
    table_wrap(&out, words.data, 10, 20);
    for (const char *line = out.data; *line;) {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        assert_true(end - line <= TABLE_WIDTH);
        line = end + 1;
        assert_true(!*line || strncmp(line, "                    word", 24) == 0);
    }
    text_free(&words);
    text_free(&out);
}
