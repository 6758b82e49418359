#include "sim/base/field.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"

static void *member(void *object, size_t offset) {
    return (char *)object + offset;
}

void field_init(const FieldTable *table, void *object) {
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        void *at = member(object, field->offset);
        switch (field->kind) {
        case FIELD_INT:
        case FIELD_WORD:
            *(int *)at = (int)field->initial;
            break;
        case FIELD_NUMBER:
            *(double *)at = field->initial;
            break;
        case FIELD_BOOL:
            *(bool *)at = field->initial != 0;
            break;
        case FIELD_TEXT:
            if (field->capacity > 0)
                *(char *)at = '\0';
            else
                *(const char **)at = NULL;
            break;
        case FIELD_SECTION:
            field_init(field->table, at);
            break;
        case FIELD_LIST:
            *(int *)member(object, field->count_offset) = 0;
            break;
        }
    }
}

const Field *field_find(const FieldTable *table, const char *name, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < table->count; i++) {
        if (strcmp(table->fields[i].name, name) == 0)
            return &table->fields[i];
        nearest_offer(&nearest, name, table->fields[i].name);
    }
    error_set(err, "%s has no field '%.60s'", table->name, name);
    if (nearest.best) {
        error_hint(err, "did you mean '%s'?", nearest.best);
        return NULL;
    }
    Text names = {0};
    for (int i = 0; i < table->count; i++)
        text_addf(&names, "%s%s", i ? ", " : "it has ", table->fields[i].name);
    if (names.data)
        error_hint(err, "%s", names.data);
    text_free(&names);
    return NULL;
}

static void words_text(const Field *field, Text *text) {
    for (int i = 0; field->words[i]; i++)
        text_addf(text, "%s%s", i ? ", " : "", field->words[i]);
    text_add(text, "");
}

// What the field takes, for messages about a value of the wrong kind.
static bool wrong_kind(const Field *field, const char *given, Error *err) {
    Text words = {0};
    switch (field->kind) {
    case FIELD_INT:
        error_set(err, "%s: takes a whole number, not %s", field->name, given);
        break;
    case FIELD_NUMBER:
        error_set(err, "%s: takes a number, not %s", field->name, given);
        break;
    case FIELD_BOOL:
        error_set(err, "%s: takes true or false, not %s", field->name, given);
        break;
    case FIELD_TEXT:
        error_set(err, "%s: takes a text, not %s", field->name, given);
        break;
    case FIELD_WORD:
        words_text(field, &words);
        error_set(err, "%s: takes one of %s, not %s", field->name, words.data, given);
        text_free(&words);
        break;
    case FIELD_SECTION:
        error_set(err, "%s: takes a table of %s, not %s", field->name, field->table->name, given);
        break;
    case FIELD_LIST:
        error_set(err, "%s: takes a list, not %s", field->name, given);
        break;
    }
    return false;
}

static void write_value(const Field *field, double value, char *text, int size) {
    if (field->kind == FIELD_NUMBER ||
        (field->kind == FIELD_LIST && field->element == FIELD_NUMBER)) {
        if (field->unit != UNIT_NONE) {
            unit_format(text, size, value, field->unit);
            return;
        }
    }
    bool whole = value == floor(value) && fabs(value) < 1e15;
    snprintf(text, (size_t)size, whole ? "%.0f" : "%.10g", value);
}

static bool in_range(const Field *field, double value) {
    return (field->min == 0 && field->max == 0) || (value >= field->min && value <= field->max);
}

static bool set_checked(const Field *field, void *object, double value, bool bare, Error *err) {
    if (!isfinite(value))
        return error_set(err, "%s: %s is not a number", field->name,
                         isnan(value) ? "NaN" : "infinity");
    bool whole = field->kind == FIELD_INT;
    if (whole && value != floor(value))
        return error_set(err, "%s: %.10g is not a whole number", field->name, value);
    if (!in_range(field, value) || (whole && (value < INT_MIN || value > INT_MAX))) {
        char text[48], range[128];
        write_value(field, value, text, sizeof text);
        field_range(field, range, sizeof range);
        error_set(err, "%s: %s is outside %s", field->name, text,
                  range[0] ? range : "what an integer holds");
        if (bare && !whole && field->unit != UNIT_NONE)
            error_hint(err, "a bare number is in %s; did you leave out the unit?",
                       unit_sign(field->unit));
        return false;
    }
    if (whole)
        *(int *)member(object, field->offset) = (int)value;
    else
        *(double *)member(object, field->offset) = value;
    return true;
}

bool field_set_number(const Field *field, void *object, double value, Error *err) {
    if (field->kind != FIELD_INT && field->kind != FIELD_NUMBER)
        return wrong_kind(field, "a number", err);
    return set_checked(field, object, value, true, err);
}

static bool set_word(const Field *field, void *object, const char *text, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; field->words[i]; i++) {
        if (strcmp(field->words[i], text) == 0) {
            *(int *)member(object, field->offset) = i;
            return true;
        }
        nearest_offer(&nearest, text, field->words[i]);
    }
    Text words = {0};
    words_text(field, &words);
    error_set(err, "%s: '%.60s' is not one of %s", field->name, text, words.data);
    text_free(&words);
    return nearest.best ? error_hint(err, "did you mean '%s'?", nearest.best) : false;
}

static bool set_quantity(const Field *field, void *object, const char *text, Error *err) {
    double value;
    Unit unit = field->kind == FIELD_NUMBER ? field->unit : UNIT_NONE;
    Error why;
    if (unit_parse(text, unit, &value, &why)) {
        if (field->kind == FIELD_INT && value != floor(value))
            return error_set(err, "%s: '%.60s' is not a whole number", field->name, text);
        return set_checked(field, object, value, false, err);
    }
    if (field->kind == FIELD_INT)
        return error_set(err, "%s: '%.60s' is not a whole number", field->name, text);
    error_set(err, "%s: %s", field->name, why.what);
    return why.hint[0] ? error_hint(err, "%s", why.hint) : false;
}

static bool set_chars(const Field *field, void *object, const char *text, Error *err) {
    size_t length = strlen(text);
    if (length >= (size_t)field->capacity)
        return error_set(err, "%s: '%.60s' is longer than %d bytes", field->name, text,
                         field->capacity - 1);
    memcpy(member(object, field->offset), text, length + 1);
    return true;
}

bool field_set_text(const Field *field, void *object, const char *text, Error *err) {
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_NUMBER:
        return set_quantity(field, object, text, err);
    case FIELD_WORD:
        return set_word(field, object, text, err);
    case FIELD_TEXT:
        if (field->capacity > 0)
            return set_chars(field, object, text, err);
        *(const char **)member(object, field->offset) = text;
        return true;
    case FIELD_BOOL:
        if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
            return error_set(err, "%s: '%.60s' is neither true nor false", field->name, text);
        *(bool *)member(object, field->offset) = text[0] == 't';
        return true;
    case FIELD_SECTION:
    case FIELD_LIST:
        break;
    }
    return wrong_kind(field, "a text", err);
}

bool field_set_bool(const Field *field, void *object, bool value, Error *err) {
    if (field->kind != FIELD_BOOL)
        return wrong_kind(field, value ? "true" : "false", err);
    *(bool *)member(object, field->offset) = value;
    return true;
}

double field_number(const Field *field, const void *object) {
    const void *at = (const char *)object + field->offset;
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_WORD:
        return *(const int *)at;
    case FIELD_NUMBER:
        return *(const double *)at;
    case FIELD_BOOL:
        return *(const bool *)at ? 1 : 0;
    default:
        return (double)NAN;
    }
}

static void write_range(const Field *field, char *text, size_t size) {
    char low[48], high[48];
    write_value(field, field->min, low, sizeof low);
    write_value(field, field->max, high, sizeof high);
    if (field->min == 0 && field->max == 0)
        return;
    if (isinf(field->min) && isinf(field->max))
        return;
    if (isinf(field->max))
        snprintf(text, size, "at least %s", low);
    else if (isinf(field->min))
        snprintf(text, size, "at most %s", high);
    else
        snprintf(text, size, "%s to %s", low, high);
}

void field_range(const Field *field, char *text, int size) {
    if (size <= 0)
        return;
    size_t n = (size_t)size;
    text[0] = '\0';
    FieldKind kind = field->kind == FIELD_LIST ? field->element : field->kind;
    if (kind == FIELD_INT || kind == FIELD_NUMBER) {
        write_range(field, text, n);
    } else if (kind == FIELD_BOOL) {
        snprintf(text, n, "true or false");
    } else if (kind == FIELD_WORD && field->words) {
        Text words = {0};
        words_text(field, &words);
        snprintf(text, n, "%s", words.data);
        text_free(&words);
    }
}
