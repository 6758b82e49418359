#include "lua/table.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CELL_BYTES 256
#define LINE_MARK  '\1' // first byte of a cell that is a line of its own

static void add_cell(Table *table, const char *text) {
    text_add_n(&table->cells, text, strlen(text) + 1);
}

// Length of what a terminal shows as one character; 0 where that would be a control (C0, C1) or no UTF-8.
static size_t shown_length(const char *text) {
    unsigned char c = (unsigned char)text[0];
    size_t length = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)text[1] < 0xa0))
        return 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

void table_text(Text *out, const char *text) {
    text_add(out, "");
    while (*text) {
        size_t length = shown_length(text);
        if (length > 0)
            text_add_n(out, text, length);
        else
            text_add(out, isspace((unsigned char)*text) ? " " : "?");
        text += length > 0 ? length : 1;
    }
}

static void add_clean(Table *table, const char *mark, const char *text) {
    Text clean = {0};
    text_add(&clean, mark);
    table_text(&clean, text);
    add_cell(table, clean.data);
    text_free(&clean);
}

void table_cell(Table *table, const char *format, ...) {
    char text[CELL_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add_clean(table, "", text);
}

void table_line(Table *table, const char *format, ...) {
    const char mark[] = {LINE_MARK, '\0'};
    char text[CELL_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add_clean(table, mark, text);
}

// Characters, for UTF-8: bytes that do not continue one.
static int width_of(const char *text) {
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void find_widths(const Table *table, int widths[TABLE_COLUMNS]) {
    for (int i = 0; i < table->column_count; i++)
        widths[i] = width_of(table->columns[i].head);
    const char *cell = table->cells.data, *end = cell + table->cells.length;
    for (int column = 0; cell < end; cell += strlen(cell) + 1) {
        if (*cell == LINE_MARK)
            continue;
        int width = width_of(cell);
        if (width > widths[column])
            widths[column] = width;
        column = (column + 1) % table->column_count;
    }
}

static void write_cell(const Table *table, const int widths[], int column, const char *cell,
                       Text *out) {
    int blanks = widths[column] - width_of(cell);
    bool last = column == table->column_count - 1, left = table->columns[column].left;
    if (column > 0)
        text_add(out, table->tight ? " " : "  ");
    text_addf(out, "%*s", left ? 0 : blanks, "");
    text_add(out, cell);
    if (left && !last)
        text_addf(out, "%*s", blanks, "");
    if (!last)
        return;
    while (out->length > 0 && out->data[out->length - 1] == ' ')
        out->length--;
    text_add(out, "\n");
}

void table_write(const Table *table, Text *out) {
    assert(table->column_count <= TABLE_COLUMNS);
    if (!table->cells.data)
        return;
    int widths[TABLE_COLUMNS];
    find_widths(table, widths);
    for (int i = 0; i < table->column_count; i++)
        write_cell(table, widths, i, table->columns[i].head, out);
    const char *cell = table->cells.data, *end = cell + table->cells.length;
    for (int column = 0; cell < end; cell += strlen(cell) + 1) {
        if (*cell == LINE_MARK) {
            text_addf(out, "%s\n", cell + 1);
            continue;
        }
        write_cell(table, widths, column, cell, out);
        column = (column + 1) % table->column_count;
    }
}

void table_wrap(Text *out, const char *text, int column, int indent) {
    Text clean = {0};
    table_text(&clean, text);
    text = clean.data;
    for (bool first = true; *text; first = false) {
        size_t word = strcspn(text, " ");
        if (!first && column + 1 + (int)word > TABLE_WIDTH) {
            text_addf(out, "\n%*s", indent, "");
            column = indent;
        } else if (!first) {
            text_add(out, " ");
            column++;
        }
        text_add_n(out, text, word);
        column += (int)word;
        text += word;
        text += strspn(text, " ");
    }
    text_add(out, "\n");
    text_free(&clean);
}

void table_free(Table *table) {
    text_free(&table->cells);
}
