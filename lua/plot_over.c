#include "lua/plot_over.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/shape.h"
#include "lua/plot_ops.h"

#define EVEN_STEPS 64 // of a shape between two ends
#define KEY_BYTES  64

// --- Reading -----------------------------------------------------------------------------------------------------------

static bool find_key(const char *key, Over *over, Error *err) {
    Error other;
    over->field = request_key(key, err);
    over->shape = !over->field;
    if (!over->field)
        over->field = shape_field(key, &over->offset, &other);
    if (!over->field) {
        const char *hint = err->hint[0] ? err->hint : other.hint;
        char kept[sizeof err->hint];
        snprintf(kept, sizeof kept, "%s", hint);
        error_set(err,
                  "over: '%.60s' is neither a key of the design nor a number of a network's "
                  "shape",
                  key);
        return error_hint(err, "%s",
                          kept[0] ? kept : "batch, context, prompt, chips, d_model, d_ff");
    }
    over->key = over->field->name;
    if (over->field->kind != FIELD_INT && over->field->kind != FIELD_NUMBER)
        return error_set(err, "over: %s is no number", over->key);
    return true;
}

static bool add_value(Over *over, double value, Error *err) {
    if (over->count == OVER_VALUES)
        return error_set(err, "over: %s: more than %d values", over->key, OVER_VALUES);
    over->values[over->count++] = value;
    return true;
}

// The number at *at, which moves behind it.
static bool take_number(const Over *over, const char **at, double *value, Error *err) {
    char *end;
    *value = strtod(*at, &end);
    if (end == *at || !isfinite(*value)) {
        error_set(err, "over: %s: '%.60s' is no number", over->key, *at);
        return error_hint(err, "as in %s=1:512, %s=1024:8192:64 or %s=1,2,4", over->key, over->key,
                          over->key);
    }
    *at = end;
    return true;
}

static bool fill_twos(Over *over, double from, double to, Error *err) {
    bool good = true;
    for (double value = from; value < to && good; value *= 2)
        good = add_value(over, value, err);
    over->log = true;
    return good && add_value(over, to, err);
}

static bool fill_steps(Over *over, double from, double to, double step, Error *err) {
    bool good = true;
    for (int i = 0; from + i * step <= to * (1 + 1e-12) && good; i++)
        good = add_value(over, from + i * step, err);
    return good;
}

// A step of so many in a range: whole, and a power of two where it is large enough to be one.
static double even_step(double from, double to, int steps) {
    double step = floor((to - from) / steps);
    return step >= 2 ? exp2(floor(log2(step) + 0.5)) : 1;
}

static bool read_range(Over *over, const char *at, double from, Error *err) {
    double to, step = 0;
    at++;
    if (!take_number(over, &at, &to, err))
        return false;
    if (*at == ':' && (at++, !take_number(over, &at, &step, err)))
        return false;
    if (*at)
        return error_set(err, "over: %s: '%.60s' is too much", over->key, at);
    if (!(from > 0 && to > from) || step < 0)
        return error_set(err,
                         "over: %s: goes from a number above 0 to a greater one, by steps above 0",
                         over->key);
    if (step > 0)
        return fill_steps(over, from, to, step, err);
    if (over->shape)
        return fill_steps(over, from, to, even_step(from, to, EVEN_STEPS), err);
    return fill_twos(over, from, to, err);
}

static bool read_values(Over *over, const char *at, Error *err) {
    double value;
    if (!take_number(over, &at, &value, err))
        return false;
    if (*at == ':')
        return read_range(over, at, value, err);
    for (;;) {
        if (over->count > 0 && value <= over->values[over->count - 1])
            return error_set(err, "over: %s: values must grow", over->key);
        if (!add_value(over, value, err))
            return false;
        if (!*at)
            break;
        if (*at != ',')
            return error_set(err, "over: %s: '%.60s' is too much", over->key, at);
        at++;
        if (!take_number(over, &at, &value, err))
            return false;
    }
    over->log = over->count > 2 && over->values[0] > 0 &&
                over->values[over->count - 1] >= 16 * over->values[0];
    return true;
}

// What a curve over that key runs through.
static const char *usual_values(const char *key) {
    static const struct {
        const char *key, *values;
    } USUAL[] = {
        {"batch",   "1:512"     },
        {"context", "256:131072"},
        {"prompt",  "256:65536" },
        {"chips",   "1:64"      },
        {"output",  "16:4096"   },
    };
    for (size_t i = 0; i < sizeof USUAL / sizeof USUAL[0]; i++)
        if (strcmp(USUAL[i].key, key) == 0)
            return USUAL[i].values;
    return NULL;
}

bool over_read(const char *text, Arena *arena, Over *over, Error *err) {
    char key[KEY_BYTES];
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    *over = (Over){.values = arena_take(arena, OVER_VALUES * sizeof(double))};
    snprintf(key, sizeof key, "%.*s", (int)(length < KEY_BYTES ? length : KEY_BYTES - 1), text);
    if (!find_key(key, over, err))
        return false;
    const char *values = equals ? equals + 1 : usual_values(over->key);
    if (!values) {
        error_set(err, "over: %s needs its values", over->key);
        return error_hint(err, "as in %s=1024:8192:64", over->key);
    }
    if (!read_values(over, values, err))
        return false;
    return over->count >= 2 || error_set(err, "over: %s has one value only", over->key);
}

bool over_round(const char *key, const Model *model, int steps, Arena *arena, Over *over,
                Error *err) {
    *over = (Over){.values = arena_take(arena, OVER_VALUES * sizeof(double))};
    if (!find_key(key, over, err))
        return false;
    double now = field_number(over->field, (const char *)model + over->offset);
    double step = even_step(now / 2, 1.5 * now, steps), from = step * floor(now / 2 / step);
    return fill_steps(over, fmax(from, step), 1.5 * now, step, err);
}

// --- Designs -----------------------------------------------------------------------------------------------------------

bool over_design(const Request *request, const Names *names, const Over *const overs[],
                 const double values[], int count, Model *model, Design *design, Error *err) {
    Request changed = *request;
    Names found = *names;
    for (int i = 0; i < count; i++) {
        if (!overs[i]->shape) {
            if (!field_set_number(overs[i]->field, &changed, values[i], err))
                return false;
            continue;
        }
        if (found.model != model) {
            *model = *names->model;
            model->published_params = model->published_active_params = 0;
            model->alias_count = 0;
            found.model = model;
        }
        if (!field_set_number(overs[i]->field, (char *)model + overs[i]->offset, values[i], err))
            return false;
    }
    return (found.model != model || shape_settle(model, err)) &&
           request_design(&changed, &found, design, NULL, err);
}

const char *over_words(const Over *over, Arena *arena) {
    return plot_words(arena, "%.6g to %.6g", over->values[0], over->values[over->count - 1]);
}
