#include "validate/csv.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool csv_where(const Csv *csv, Error *err) {
    return error_where(err, csv->name, csv->line);
}

// The end of a plain cell.
static bool ends_cell(char c) {
    return c == ',' || c == '\n' || c == '\r';
}

// Copies a quoted cell, whose first quote has been passed, without its quotes; "" inside is one quote.
static bool take_quoted(Csv *csv, Text *into) {
    while (csv->at < csv->size) {
        char c = csv->text[csv->at++];
        if (c == '\n')
            csv->next_line++;
        if (c == '"') {
            if (csv->at >= csv->size || csv->text[csv->at] != '"')
                return true;
            csv->at++;
        }
        text_add_n(into, &c, 1);
    }
    return false;
}

// Passes the line's end, if the reader stands before one.
static bool take_line_end(Csv *csv) {
    if (csv->at < csv->size && csv->text[csv->at] == '\r' && csv->at + 1 < csv->size &&
        csv->text[csv->at + 1] == '\n')
        csv->at++;
    if (csv->at < csv->size && (csv->text[csv->at] == '\n' || csv->text[csv->at] == '\r')) {
        csv->at++;
        csv->next_line++;
        return true;
    }
    return csv->at >= csv->size;
}

static void skip_line(Csv *csv) {
    while (csv->at < csv->size && csv->text[csv->at] != '\n')
        csv->at++;
    take_line_end(csv);
}

// Reads a record into `into`, each cell ended by '\0'; offsets say where each begins. Returns their number; -1: an error.
static int take_record(Csv *csv, Text *into, Error *err) {
    int count = 0;
    text_clear(into);
    csv->line = csv->next_line;
    for (;;) {
        if (count == CSV_COLUMNS) {
            skip_line(csv);
            error_set(err, "more than %d columns", CSV_COLUMNS);
            return -1;
        }
        csv->offsets[count++] = into->length;
        if (csv->at < csv->size && csv->text[csv->at] == '"') {
            csv->at++;
            if (!take_quoted(csv, into)) {
                error_set(err, "a quote is not closed");
                return -1;
            }
            if (csv->at < csv->size && !ends_cell(csv->text[csv->at])) {
                skip_line(csv);
                error_set(err, "column %d goes on after its closing quote", count);
                return -1;
            }
        } else {
            size_t from = csv->at;
            while (csv->at < csv->size && !ends_cell(csv->text[csv->at]))
                csv->at++;
            text_add_n(into, csv->text + from, csv->at - from);
        }
        text_add_n(into, "", 1);
        if (csv->at < csv->size && csv->text[csv->at] == ',') {
            csv->at++;
            continue;
        }
        take_line_end(csv);
        return count;
    }
}

static void point_cells(const Csv *csv, const Text *text, int count, const char **cells) {
    for (int i = 0; i < count; i++)
        cells[i] = text->data + csv->offsets[i];
}

static bool header_check(Csv *csv, Error *err) {
    for (int i = 0; i < csv->columns; i++) {
        if (!csv->header[i][0])
            return error_set(err, "column %d has no name", i + 1);
        for (int j = 0; j < i; j++)
            if (strcmp(csv->header[i], csv->header[j]) == 0)
                return error_set(err, "two columns are called '%.60s'", csv->header[i]);
    }
    return true;
}

bool csv_begin(Csv *csv, const char *name, const char *text, size_t size, Error *err) {
    memset(csv, 0, sizeof *csv);
    csv->name = name;
    csv->text = text;
    csv->size = size;
    csv->next_line = 1;
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) // a byte order mark
        csv->at = 3;
    if (csv->at >= size) {
        error_set(err, "the file is empty; its first line should name the columns");
        return error_where(err, name, 1);
    }
    csv->columns = take_record(csv, &csv->heads, err);
    if (csv->columns < 0)
        return csv_where(csv, err);
    point_cells(csv, &csv->heads, csv->columns, csv->header);
    return header_check(csv, err) || csv_where(csv, err);
}

CsvResult csv_next(Csv *csv, Error *err) {
    int count;
    do {
        if (csv->at >= csv->size)
            return CSV_END;
        count = take_record(csv, &csv->row, err);
    } while (count == 1 && csv->row.length == 1 && csv->columns > 1); // an empty line
    if (count >= 0 && count != csv->columns)
        error_set(err, "%d cells, where the header names %d columns", count, csv->columns);
    if (count != csv->columns) {
        csv_where(csv, err);
        return CSV_BAD;
    }
    point_cells(csv, &csv->row, count, csv->cells);
    return CSV_ROW;
}

void csv_end(Csv *csv) {
    text_free(&csv->heads);
    text_free(&csv->row);
}

int csv_column(const Csv *csv, const char *name) {
    for (int i = 0; i < csv->columns; i++)
        if (strcmp(csv->header[i], name) == 0)
            return i;
    return -1;
}

const char *csv_cell(const Csv *csv, int column) {
    return column >= 0 ? csv->cells[column] : "";
}

// Digits, sign, point and exponent only: strtod alone would take "nan", "0x1p3" and blanks.
static bool plain_number(const char *text) {
    return text[0] && strspn(text, "0123456789+-.eE") == strlen(text);
}

bool csv_number(const Csv *csv, const char *column, double min, double max, double *value,
                Error *err) {
    int at = csv_column(csv, column);
    if (at < 0) {
        error_set(err, "there is no column '%s'", column);
        return csv_where(csv, err);
    }
    const char *text = csv_cell(csv, at);
    char *end = NULL;
    double number = plain_number(text) ? strtod(text, &end) : (double)NAN;
    if (!text[0])
        error_set(err, "%s: is empty", column);
    else if (!end || *end || !isfinite(number))
        error_set(err, "%s: '%.60s' is not a number", column, text);
    else if (number < min || number > max)
        error_set(err, "%s: %s is not in %.10g to %.10g", column, text, min, max);
    else {
        *value = number;
        return true;
    }
    return csv_where(csv, err);
}

bool csv_number_or(const Csv *csv, const char *column, double min, double max, double initial,
                   double *value, Error *err) {
    int at = csv_column(csv, column);
    if (at < 0 || !csv_cell(csv, at)[0]) {
        *value = initial;
        return true;
    }
    return csv_number(csv, column, min, max, value, err);
}
