// table.h — text tables whose columns are as wide as their widest cell.
//
//     Table table = {.columns = COLUMNS, .column_count = 3};
//     table_cell(&table, "qkv");  ... one call a cell, row after row
//     table_write(&table, &out);
//     table_free(&table);
#ifndef LUA_TABLE_H
#define LUA_TABLE_H

#include "sim/base/text.h"

typedef struct TableColumn {
    const char *head;
    bool left; // aligned; numbers stand right
} TableColumn;

typedef struct Table {
    const TableColumn *columns;
    int column_count; // up to TABLE_COLUMNS
    Text cells;       // each ends in '\0'
    bool tight;       // one blank between columns in place of two
} Table;

#define TABLE_COLUMNS 24

// Appends text from a file for people to read: what is no character (controls, broken UTF-8) becomes '?', a line break
// or tab a blank. Cells, lines and wrapped text are cleaned in the same way.
void table_text(Text *out, const char *text);

// Adds the next cell of the row.
void table_cell(Table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Adds a line of its own between two rows, such as the title of a group.
void table_line(Table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Appends text in lines of at most TABLE_WIDTH characters, broken at blanks. The first
// begins at `column`, the others are indented.
#define TABLE_WIDTH 118
void table_wrap(Text *out, const char *text, int column, int indent);

// Appends the table, heads first.
void table_write(const Table *table, Text *out);
void table_free(Table *table);

#endif
