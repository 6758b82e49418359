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
