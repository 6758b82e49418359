#include "lua/schema.h"

#include <stdio.h>
#include <string.h>

#include "lua/record.h"
#include "lua/table.h"

#define TAKES 160

static const char *element_word(FieldKind kind) {
    switch (kind) {
    case FIELD_TEXT:
        return "texts";
    case FIELD_SECTION:
        return "tables";
    default:
        return "numbers";
    }
}

static void takes(const Field *field, char *text, int size) {
    char range[TAKES];
    field_range(field, range, sizeof range);
    switch (field->kind) {
    case FIELD_TEXT:
        snprintf(text, (size_t)size, "text");
        break;
    case FIELD_SECTION:
        snprintf(text, (size_t)size, "table");
        break;
    case FIELD_LIST:
        snprintf(text, (size_t)size, "up to %d %s%s%s", field->capacity,
                 element_word(field->element), range[0] ? ", " : "", range);
        break;
    default:
        snprintf(text, (size_t)size, "%s%s", range[0] ? "" : "number",
                 range[0] ? range : unit_sign(field->unit));
    }
}

// The default; "-" where the meaning gives the rule for it.
static void initial(const Field *field, char *text, int size) {
    bool number = field->kind == FIELD_NUMBER || field->kind == FIELD_INT;
    bool ruled = strstr(field->help, "default:") || strstr(field->help, "left out:");
    if (field->required)
        snprintf(text, (size_t)size, "required");
    else if (ruled)
        snprintf(text, (size_t)size, "-");
    else if (field->kind == FIELD_BOOL)
        snprintf(text, (size_t)size, "%s", field->initial != 0 ? "true" : "false");
    else if (field->kind == FIELD_WORD)
        snprintf(text, (size_t)size, "%s", field->words[(int)field->initial]);
    else if (number && field->initial >= field->min && field->initial <= field->max)
        unit_format(text, size, field->initial, field->kind == FIELD_INT ? UNIT_NONE : field->unit);
    else
        snprintf(text, (size_t)size, "none");
}

static bool is_shown(const char *name, const char *const *only) {
    if (!only)
        return true;
    for (; *only; only++)
        if (strcmp(*only, name) == 0)
            return true;
    return false;
}

static void add_rows(Table *rows, const FieldTable *table, const char *const *only, int depth) {
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        if (!is_shown(field->name, only))
            continue;
        char what[2 * TAKES], value[64];
        takes(field, what, sizeof what);
        initial(field, value, sizeof value);
        table_cell(rows, "%*s%s", 2 * depth, "", field->name);
        table_cell(rows, "%s", what);
        table_cell(rows, "%s", value);
        table_cell(rows, "%s", field->help);
        if (field->table)
            add_rows(rows, field->table, NULL, depth + 1);
    }
}

void schema_table(Text *out, const FieldTable *table, const char *const *only) {
    static const TableColumn HEADS[] = {
        {"field",   true},
        {"takes",   true},
        {"default", true},
        {"meaning", true}
    };
    Table rows = {.columns = HEADS, .column_count = 4};
    add_rows(&rows, table, only, 0);
    table_write(&rows, out);
    table_free(&rows);
}

static void stub_type(Text *out, const Field *field, const char *owner) {
    switch (field->kind) {
    case FIELD_INT:
        text_add(out, "integer");
        break;
    case FIELD_NUMBER:
        text_add(out, field->unit == UNIT_NONE ? "number" : "number|string");
        break;
    case FIELD_BOOL:
        text_add(out, "boolean");
        break;
    case FIELD_TEXT:
        text_add(out, "string");
        break;
    case FIELD_WORD:
        for (int i = 0; field->words[i]; i++)
            text_addf(out, "%s\"%s\"", i ? "|" : "", field->words[i]);
        break;
    case FIELD_SECTION:
        text_addf(out, "%s.%s", owner, field->table->name);
        break;
    case FIELD_LIST:
        if (field->element == FIELD_SECTION)
            text_addf(out, "%s.%s[]", owner, field->table->name);
        else
            text_add(out, field->element == FIELD_TEXT ? "string[]" : "number[]");
        break;
    }
}

static void stub_field(Text *out, const Field *field, const char *owner) {
    text_addf(out, "---@field %s%s ", field->name, field->required ? "" : "?");
    stub_type(out, field, owner);
    text_addf(out, " %s", field->help);
    char range[TAKES];
    field_range(field, range, sizeof range);
    if (range[0] && field->kind != FIELD_BOOL && field->kind != FIELD_WORD)
        text_addf(out, " (%s)", range);
    text_add(out, "\n");
}

static void stub_class(Text *out, const FieldTable *table, const char *name, const char *owner) {
    for (int i = 0; i < table->count; i++)
        if (table->fields[i].table) {
            char inner[128];
            snprintf(inner, sizeof inner, "%s.%s", owner, table->fields[i].table->name);
            stub_class(out, table->fields[i].table, inner, owner);
        }
    text_addf(out, "---%s\n---@class (exact) %s\n", table->help, name);
    for (int i = 0; i < table->count; i++)
        stub_field(out, &table->fields[i], owner);
    text_add(out, "\n");
}

void schema_stub(Text *out, const FieldTable *table) {
    char name[64];
    snprintf(name, sizeof name, "%s.fields", table->name);
    stub_class(out, table, name, table->name);
    text_addf(out, "---@param fields %s\n---@return %s.fields\nfunction %s(fields) end\n\n", name,
              table->name, table->name);
}
