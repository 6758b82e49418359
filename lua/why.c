#include "lua/why.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/symbols.h"
#include "lua/table.h"
#include "lua/worked.h"

static bool lookup(void *context, const char *name, double *value) {
    Symbol symbol;
    bool found = symbol_find(context, name, &symbol);
    *value = symbol.value;
    return found;
}

bool why_value(const char *metric, const Why *why, double *value, Error *err) {
    const Field *field = field_find(&METRICS_TABLE, metric, err);
    if (!field)
        return false;
    if (!field->formula)
        return error_set(err, "%s has no formula", metric);
    Text expanded = {0};
    Why copy = *why;
    symbol_expand(why, field->formula, &expanded);
    bool done = formula_value(expanded.data, lookup, &copy, value, err);
    text_free(&expanded);
    return done;
}

// Replaces the names of a formula by their values, with units for people, as plain numbers for JSON; `names` lists
// each name once.
typedef struct Substitution {
    const Why *why;
    bool json;
    Text text;
    Text names; // each ends in '\0'
} Substitution;

static bool is_listed(const Text *names, const char *name) {
    for (const char *at = names->data; at && at < names->data + names->length; at += strlen(at) + 1)
        if (strcmp(at, name) == 0)
            return true;
    return false;
}

static void substitute(void *context, const char *name, const char *between, size_t length) {
    Substitution *sub = context;
    Symbol symbol;
    char number[48];
    if (!name || !symbol_find(sub->why, name, &symbol)) {
        text_add_n(&sub->text, between, length);
        return;
    }
    if (!is_listed(&sub->names, name))
        text_add_n(&sub->names, name, strlen(name) + 1);
    if (sub->json) {
        text_add_number(&sub->text, symbol.value);
        return;
    }
    unit_format(number, sizeof number, symbol.value, symbol.unit);
    text_add(&sub->text, number);
}

static Substitution substituted(const char *expanded, const Why *why, bool json) {
    Substitution sub = {.why = why, .json = json};
    formula_walk(expanded, substitute, &sub);
    return sub;
}

// Why a metric is null.
static const char *absence(const Field *field) {
    size_t offset = field->offset;
    if (offset == offsetof(Metrics, energy_j_per_token) || offset == offsetof(Metrics, power_w))
        return "not known: the chip's TDP is not published";
    if (offset == offsetof(Metrics, usd_per_mtoken))
        return "not known: the chip has no price; give usd_per_chip_hour";
    if (offset == offsetof(Metrics, loss))
        return "none: give training_tokens or training_flop";
    if (field->offset == offsetof(Metrics, ttft_s))
        return "none: a decode step has no prefill";
    if (field->offset == offsetof(Metrics, tpot_s))
        return "none: there is no decode step";
    return "not known: no model for it yet";
}

static void value_text(const Field *field, const Why *why, char *text, int size) {
    double value = field_number(field, why->metrics);
    if (field->kind == FIELD_WORD)
        snprintf(text, (size_t)size, "%s", field->words[(int)value]);
    else if (field->kind == FIELD_BOOL)
        snprintf(text, (size_t)size, "%s", value != 0 ? "true" : "false");
    else if (isnan(value))
        snprintf(text, (size_t)size, "%s", absence(field));
    else
        unit_format(text, size, value, field->unit);
}

#define VALUE_WIDTH 14

static void add_inputs(Text *out, const Substitution *sub) {
    const char *names = sub->names.data, *end = names ? names + sub->names.length : NULL;
    size_t widest = 0;
    for (const char *name = names; name < end; name += strlen(name) + 1)
        widest = strlen(name) > widest ? strlen(name) : widest;
    for (const char *name = names; name < end; name += strlen(name) + 1) {
        Symbol symbol;
        char value[48];
        Text words = {0};
        symbol_find(sub->why, name, &symbol);
        unit_format(value, sizeof value, symbol.value, symbol.unit);
        text_addf(out, "  %-*s  %*s  ", (int)widest, name, VALUE_WIDTH, value);
        text_addf(&words, "%s; from: %s", symbol.meaning,
                  symbol.source ? symbol.source : "no source given");
        if (symbol.doubtful)
            text_addf(&words, "; doubtful: %s", symbol.doubtful);
        int column = (int)widest + VALUE_WIDTH + 6;
        table_wrap(out, words.data, column, column);
        text_free(&words);
    }
}

// MFU as papers count it that take the whole square of attention.
static double full_square_mfu(const Why *why) {
    const Breakdown *breakdown = why->breakdown;
    Math math = design_math(why->design->chip, FORMAT_BF16, FORMAT_BF16, FORMAT_NONE);
    double more = breakdown->full_square_flop - why->metrics->flop;
    return why->metrics->mfu + more / breakdown->machine.peak_flop_per_s[math] /
                                   (why->metrics->interval_s * why->design->plan.chips);
}

static void add_formula(Text *out, const Field *field, const Why *why, const char *value) {
    Text expanded = {0};
    symbol_expand(why, field->formula, &expanded);
    Substitution sub = substituted(expanded.data, why, false);
    int indent = (int)strlen(field->name) + 5;
    text_addf(out, "\n  %s = ", field->name);
    table_wrap(out, field->formula, indent, indent);
    text_addf(out, "%*s = ", indent - 3, "");
    table_wrap(out, sub.text.data, indent, indent);
    text_addf(out, "%*s = %s\n\n", indent - 3, "", value);
    add_inputs(out, &sub);
    if (strcmp(field->name, "mfu") == 0)
        text_addf(out,
                  "\n  Counting whole squares of attention, masked pairs included, as some papers "
                  "do: MFU %.4g\n",
                  full_square_mfu(why));
    text_free(&sub.text);
    text_free(&sub.names);
    text_free(&expanded);
}

bool why_text(Text *out, const char *metric, const Why *why, Error *err) {
    const Field *field = field_find(&METRICS_TABLE, metric, err);
    char value[64];
    if (!field)
        return error_where(err, "why", 0);
    value_text(field, why, value, sizeof value);
    text_addf(out, "%s = %s\n  ", field->name, value);
    table_wrap(out, field->help, 2, 2);
    if (isnan(field_number(field, why->metrics)))
        return true;
    if (field->formula)
        add_formula(out, field, why, value);
    worked_text(out, field->name, why);
    return true;
}

static void add_input_json(Text *out, const Symbol *symbol) {
    text_add(out, "{\"name\":");
    text_add_json(out, symbol->name);
    text_add(out, ",\"value\":");
    text_add_number(out, symbol->value);
    text_add(out, ",\"unit\":");
    text_add_json(out, unit_sign(symbol->unit));
    text_add(out, ",\"meaning\":");
    text_add_json(out, symbol->meaning);
    text_add(out, ",\"source\":");
    text_add_json(out, symbol->source ? symbol->source : "");
    if (symbol->doubtful) {
        text_add(out, ",\"doubtful\":");
        text_add_json(out, symbol->doubtful);
    }
    text_add(out, "}");
}

static void add_formula_json(Text *out, const char *formula, const Why *why) {
    Text expanded = {0};
    symbol_expand(why, formula, &expanded);
    Substitution sub = substituted(expanded.data, why, true);
    text_add(out, ",\"formula\":");
    text_add_json(out, formula);
    text_add(out, ",\"expanded\":");
    text_add_json(out, expanded.data);
    text_add(out, ",\"substituted\":");
    text_add_json(out, sub.text.data);
    text_add(out, ",\"inputs\":[");
    const char *name = sub.names.data, *end = name ? name + sub.names.length : NULL;
    for (bool first = true; name && name < end; name += strlen(name) + 1, first = false) {
        Symbol symbol;
        symbol_find(why, name, &symbol);
        if (!first)
            text_add(out, ",");
        add_input_json(out, &symbol);
    }
    text_add(out, "]");
    text_free(&sub.text);
    text_free(&sub.names);
    text_free(&expanded);
}

bool why_json(Text *out, const char *metric, const Why *why, Error *err) {
    const Field *field = field_find(&METRICS_TABLE, metric, err);
    if (!field)
        return error_where(err, "why", 0);
    double value = field_number(field, why->metrics);
    text_add(out, "{\"metric\":");
    text_add_json(out, field->name);
    text_add(out, ",\"value\":");
    if (field->kind == FIELD_WORD)
        text_add_json(out, field->words[(int)value]);
    else if (field->kind == FIELD_BOOL)
        text_add(out, value != 0 ? "true" : "false");
    else
        text_add_number(out, value);
    text_add(out, ",\"unit\":");
    text_add_json(out, unit_sign(field->kind == FIELD_NUMBER ? field->unit : UNIT_NONE));
    text_add(out, ",\"meaning\":");
    text_add_json(out, field->help);
    if (field->formula && !isnan(value))
        add_formula_json(out, field->formula, why);
    else
        text_add(out, ",\"formula\":null,\"substituted\":null,\"inputs\":[]");
    if (strcmp(field->name, "mfu") == 0) {
        text_add(out, ",\"full_square_mfu\":");
        text_add_number(out, full_square_mfu(why));
    }
    worked_json(out, field->name, why);
    text_add(out, "}");
    return true;
}
