#include "lua/record.h"

static const void *member(const void *object, size_t offset) {
    return (const char *)object + offset;
}

static const char *text_of(const Field *field, const void *object) {
    return *(const char *const *)member(object, field->offset);
}

bool record_has(const Field *field, const void *object) {
    double value = field_number(field, object);
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_NUMBER:
        return (field->min == 0 && field->max == 0) || (value >= field->min && value <= field->max);
    case FIELD_TEXT:
        return text_of(field, object) != NULL;
    case FIELD_SECTION:
        for (int i = 0; i < field->table->count; i++) {
            const Field *inner = &field->table->fields[i];
            if (inner->required && !record_has(inner, member(object, field->offset)))
                return false;
        }
        return true;
    default:
        return true;
    }
}

static void add_object(Text *out, const FieldTable *table, const void *object) {
    text_add(out, "{");
    record_members(out, table, object);
    text_add(out, "}");
}

static void add_list(Text *out, const Field *field, const void *object) {
    int count = *(const int *)member(object, field->count_offset);
    text_add(out, "[");
    for (int i = 0; i < count; i++) {
        const char *at = member(object, field->offset);
        if (i > 0)
            text_add(out, ",");
        if (field->element == FIELD_SECTION)
            add_object(out, field->table, at + (size_t)i * field->table->size);
        else if (field->element == FIELD_TEXT)
            text_add_json(out, ((const char *const *)(const void *)at)[i]);
        else if (field->element == FIELD_INT)
            text_addf(out, "%d", ((const int *)(const void *)at)[i]);
        else
            text_add_number(out, ((const double *)(const void *)at)[i]);
    }
    text_add(out, "]");
}

static void add_value(Text *out, const Field *field, const void *object) {
    if (!record_has(field, object)) {
        text_add(out, "null");
        return;
    }
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_NUMBER:
        text_add_number(out, field_number(field, object));
        break;
    case FIELD_BOOL:
        text_add(out, field_number(field, object) != 0 ? "true" : "false");
        break;
    case FIELD_WORD:
        text_add_json(out, field->words[(int)field_number(field, object)]);
        break;
    case FIELD_TEXT:
        text_add_json(out, text_of(field, object));
        break;
    case FIELD_SECTION:
        add_object(out, field->table, member(object, field->offset));
        break;
    case FIELD_LIST:
        add_list(out, field, object);
        break;
    }
}

void record_members(Text *out, const FieldTable *table, const void *object) {
    for (int i = 0; i < table->count; i++) {
        text_addf(out, "%s\"%s\":", i ? "," : "", table->fields[i].name);
        add_value(out, &table->fields[i], object);
    }
}
