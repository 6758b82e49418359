#include "lua/profile_writer.h"

#include <math.h>
#include <string.h>

#define WIDTH 118

#define TEXT_WIDTH 90

// Long texts in pieces, broken at blanks.
static void add_quoted(Text *out, const char *text) {
    size_t begin = out->length;
    text_add(out, "\"");
    for (; *text; text++) {
        if (*text == ' ' && out->length - begin > TEXT_WIDTH) {
            text_add(out, " \"\n    .. \"");
            begin = out->length;
            continue;
        }
        if (*text == '"' || *text == '\\')
            text_add(out, "\\");
        if (*text == '\n')
            text_add(out, "\\n");
        else
            text_add_n(out, text, 1);
    }
    text_add(out, "\"");
}

static void add_value(Text *out, const Field *field, double value) {
    if (field->unit == UNIT_S)
        text_addf(out, "\"%.6g us\"", value * 1e6);
    else
        text_addf(out, "%.6g", value);
}

static void indent(Text *out, int depth) {
    text_addf(out, "%*s", 2 * depth, "");
}

static int list_count(const Field *field, const void *object) {
    return *(const int *)((const char *)object + field->count_offset);
}

static void add_table(Text *out, const FieldTable *table, const void *object, int depth);

// Numbers in lines that are full.
static void add_numbers(Text *out, const double values[], int count, int depth) {
    size_t begin = out->length;
    text_add(out, "{\n");
    indent(out, depth + 1);
    begin = out->length;
    for (int i = 0; i < count; i++) {
        if (out->length - begin > WIDTH - 20) {
            text_add(out, "\n");
            indent(out, depth + 1);
            begin = out->length;
        }
        text_addf(out, "%s%.4g,", out->length > begin ? " " : "", values[i] == 0 ? 0 : values[i]);
    }
    text_add(out, "\n");
    indent(out, depth);
    text_add(out, "}");
}

static void add_list(Text *out, const Field *field, const void *object, int depth) {
    int count = list_count(field, object);
    const char *at = (const char *)object + field->offset;
    if (field->element == FIELD_NUMBER) {
        add_numbers(out, (const double *)(const void *)at, count, depth);
        return;
    }
    text_add(out, "{ ");
    for (int i = 0; i < count; i++) {
        if (field->element == FIELD_TEXT) {
            add_quoted(out, ((const char *const *)(const void *)at)[i]);
        } else {
            text_add(out, "{\n");
            add_table(out, field->table, at + (size_t)i * field->table->size, depth + 1);
            indent(out, depth);
            text_add(out, "}");
        }
        text_add(out, i + 1 < count ? ", " : " ");
    }
    text_add(out, "}");
}

// Whether the section says something: a fit that has rows, a list that has elements.
static bool is_empty(const Field *field, const void *object) {
    if (field->kind == FIELD_TEXT)
        return *(const char *const *)(const void *)((const char *)object + field->offset) == NULL;
    if (field->kind == FIELD_LIST)
        return list_count(field, object) == 0;
    if (field->kind != FIELD_SECTION)
        return false;
    if (strcmp(field->table->name, "fit") == 0)
        return !fit_says((const Fit *)(const void *)((const char *)object + field->offset));
    return strcmp(field->table->name, "correction") == 0 &&
           ((const Grid *)(const void *)((const char *)object + field->offset))->axis_count == 0;
}

static void add_table(Text *out, const FieldTable *table, const void *object, int depth) {
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        const char *at = (const char *)object + field->offset;
        if (is_empty(field, object))
            continue;
        indent(out, depth);
        text_addf(out, "%s = ", field->name);
        if (field->kind == FIELD_SECTION) {
            text_add(out, "{\n");
            add_table(out, field->table, at, depth + 1);
            indent(out, depth);
            text_add(out, "}");
        } else if (field->kind == FIELD_LIST) {
            add_list(out, field, object, depth);
        } else if (field->kind == FIELD_TEXT) {
            add_quoted(out, *(const char *const *)(const void *)at);
        } else {
            add_value(out, field, field_number(field, object));
        }
        text_add(out, ",\n");
    }
}

void profile_write(const Profile *profile, Text *out) {
    text_add(
        out,
        "-- Kernel constants fitted to measured rows: written by chipfit calibrate, whose --help "
        "says how.\n-- `chipfit schema profile` explains every key.\n");
    text_add(out, "return profile {\n");
    add_table(out, &PROFILE_TABLE, profile, 1);
    text_add(out, "}\n");
}
