// A Model as a Lua file: the fields that differ from their initial values, a section on one line where it fits.
#include <stdlib.h>
#include <string.h>

#include "lua/import.h"

#define LINE  110
#define PIECE 96

static const void *member(const void *object, size_t offset) {
    return (const char *)object + offset;
}

// Long texts are joined from pieces; a piece begins at no continuation byte of UTF-8.
static void add_text(Text *out, const char *text) {
    int piece = 0;
    text_add(out, "\"");
    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (++piece > PIECE && (c & 0xC0) != 0x80) {
            text_add(out, "\" ..\n    \"");
            piece = 1;
        }
        if (c == '"' || c == '\\')
            text_addf(out, "\\%c", c);
        else if (c < 32 || c == 127)
            text_addf(out, "\\%03d", c);
        else
            text_add_n(out, at, 1);
    }
    text_add(out, "\"");
}

static bool same(const Field *field, const void *object, const void *initial) {
    const void *a = member(object, field->offset), *b = member(initial, field->offset);
    if (field->kind == FIELD_TEXT)
        return !*(const char *const *)a;
    if (field->kind == FIELD_LIST)
        return *(const int *)member(object, field->count_offset) == 0;
    if (field->kind != FIELD_SECTION)
        return field_number(field, object) == field_number(field, initial);
    for (int i = 0; i < field->table->count; i++)
        if (!same(&field->table->fields[i], a, b))
            return false;
    return true;
}

static void add_scalar(Text *out, const Field *field, const void *object) {
    double value = field_number(field, object);
    if (field->kind == FIELD_TEXT)
        add_text(out, *(const char *const *)member(object, field->offset));
    else if (field->kind == FIELD_WORD)
        add_text(out, field->words[(int)value]);
    else if (field->kind == FIELD_BOOL)
        text_add(out, value != 0 ? "true" : "false");
    else
        text_add_number(out, value);
}

static void add_list(Text *out, const Field *field, const void *object) {
    const char *const *items = member(object, field->offset);
    text_add(out, "{ ");
    for (int i = 0; i < *(const int *)member(object, field->count_offset); i++) {
        text_add(out, i ? ", " : "");
        add_text(out, items[i]);
    }
    text_add(out, " }");
}

// The fields of a section that say something, each behind `before`.
static void add_fields(Text *out, const Field *section, const void *object, const void *initial,
                       const char *before) {
    const void *own = member(object, section->offset), *none = member(initial, section->offset);
    bool first = true;
    for (int i = 0; i < section->table->count; i++) {
        const Field *field = &section->table->fields[i];
        if (same(field, own, none))
            continue;
        text_addf(out, "%s%s%s = ", before[0] == '\n' || first ? "" : ",", before, field->name);
        add_scalar(out, field, own);
        text_add(out, before[0] == '\n' ? "," : "");
        first = false;
    }
}

static void add_section(Text *out, const Field *field, const void *object, const void *initial) {
    size_t start = out->length;
    text_add(out, "{");
    add_fields(out, field, object, initial, " ");
    text_add(out, " }");
    if (out->length - start <= LINE - strlen(field->name))
        return;
    out->length = start;
    out->data[start] = '\0';
    text_add(out, "{");
    add_fields(out, field, object, initial, "\n    ");
    text_add(out, "\n  }");
}

void import_write(const Model *model, Text *out) {
    Model *initial = calloc(1, sizeof *initial);
    if (!initial)
        abort();
    field_init(&MODEL_TABLE, initial);
    text_add(out, "return model {\n");
    for (int i = 0; i < MODEL_TABLE.count; i++) {
        const Field *field = &MODEL_TABLE.fields[i];
        if (same(field, model, initial))
            continue;
        text_addf(out, "  %s = ", field->name);
        if (field->kind == FIELD_SECTION)
            add_section(out, field, model, initial);
        else if (field->kind == FIELD_LIST)
            add_list(out, field, model);
        else
            add_scalar(out, field, model);
        text_add(out, ",\n");
    }
    text_add(out, "}\n");
    free(initial);
}
