#include "validate/column.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_control(char c) {
    return (unsigned char)c < 0x20 || c == 0x7f;
}

// A number of microseconds is read with its exponent lowered by six, so that it is rounded once.
double column_seconds(const char *text, const char **end) {
    char copy[64];
    size_t n = strspn(text, "+-0123456789.");
    *end = text;
    if (n == 0 || n > 40)
        return (double)NAN;
    long exponent = 0;
    const char *rest = text + n;
    if (*rest == 'e' || *rest == 'E') {
        char *stop;
        exponent = strtol(rest + 1, &stop, 10);
        if (stop == rest + 1 || labs(exponent) > 1000)
            return (double)NAN;
        rest = stop;
    }
    snprintf(copy, sizeof copy, "%.*se%ld", (int)n, text, exponent - 6);
    char *stop;
    double seconds = strtod(copy, &stop);
    if (*stop)
        return (double)NAN;
    *end = rest;
    return seconds;
}

void column_add_us(Text *out, double seconds) {
    char text[64];
    const char *end;
    for (int digits = 9; digits <= 21; digits++) { // 18 do where a long double has 64 bits
        snprintf(text, sizeof text, "%.*Lg", digits, (long double)seconds * 1e6L);
        if (column_seconds(text, &end) == seconds)
            break;
    }
    text_add(out, text);
}

void columns_clean(const FieldTable *table, void *object) {
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        char *text = (char *)object + field->offset;
        for (int j = 0; field->kind == FIELD_TEXT && j < field->capacity && text[j]; j++)
            if (is_control(text[j]))
                text[j] = ' ';
    }
}

void column_add_text(Text *out, const char *text) {
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (quoted)
        text_add(out, "\"");
    for (const char *c = text; *c; c++) {
        text_add_n(out, is_control(*c) ? " " : c, 1);
        if (*c == '"')
            text_add(out, "\"");
    }
    if (quoted)
        text_add(out, "\"");
}

// Nothing measurable is 0 in these.
static bool zero_is_unknown(Unit unit) {
    return unit == UNIT_S || unit == UNIT_HZ || unit == UNIT_W || unit == UNIT_J;
}

static void write_number(const Field *field, double value, Text *out) {
    bool below = !(field->min == 0 && field->max == 0) && value < field->min;
    if (below || (value == 0 && zero_is_unknown(field->unit)))
        return; // a sensor's nonsense would make the row unreadable
    if (!isfinite(value))
        text_add(out, isnan(value) ? "" : value > 0 ? "inf" : "-inf");
    else if (field->unit == UNIT_S)
        column_add_us(out, value);
    else
        text_add_number(out, value);
}

static void write_field(const Field *field, const void *object, Text *out) {
    const void *at = (const char *)object + field->offset;
    double value = field_number(field, object);
    switch (field->kind) {
    case FIELD_TEXT:
        column_add_text(out, field->capacity ? (const char *)at : *(const char *const *)at);
        break;
    case FIELD_WORD:
        text_add(out, field->words[(int)value]);
        break;
    case FIELD_NUMBER:
        write_number(field, value, out);
        break;
    default:
        if (value != 0 || field->min <= 0) // a count of 0 where none may be: not said
            text_add_number(out, value);
        break;
    }
}

void columns_header(const FieldTable *table, Text *out) {
    for (int i = 0; i < table->count; i++)
        text_addf(out, "%s%s", i ? "," : "", table->fields[i].name);
}

void columns_write(const FieldTable *table, const void *object, Text *out) {
    for (int i = 0; i < table->count; i++) {
        text_add(out, i ? "," : "");
        write_field(&table->fields[i], object, out);
    }
}

static bool read_number(const Field *field, const Csv *csv, void *object, Error *err) {
    double value;
    const char *text = csv_cell(csv, csv_column(csv, field->name)), *end;
    if (strcmp(text, "inf") == 0 && isinf(field->max)) {
        *(double *)(void *)((char *)object + field->offset) = (double)INFINITY;
        return true;
    }
    if (!csv_number(csv, field->name, -HUGE_VAL, HUGE_VAL, &value, err))
        return false;
    if (field->unit == UNIT_S)
        value = column_seconds(text, &end);
    return field_set_number(field, object, value, err);
}

bool columns_read(const FieldTable *table, const Csv *csv, void *object, Error *err) {
    memset(object, 0, table->size);
    field_init(table, object);
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        const char *text = csv_cell(csv, csv_column(csv, field->name));
        if (!*text && field->required)
            error_set(err, "%s: is empty", field->name);
        else if (!*text)
            continue;
        else if (field->kind == FIELD_INT || field->kind == FIELD_NUMBER
                     ? read_number(field, csv, object, err)
                     : field_set_text(field, object, text, err))
            continue;
        return csv_where(csv, err);
    }
    return true;
}
