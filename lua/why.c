#include "lua/why.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/formula.h"
#include "lua/json.h"
#include "lua/table.h"

// A name of a formula.
typedef struct Symbol {
    char name[FORMULA_NAME_BYTES];
    double value;
    Unit unit;
    char meaning[160];
    const char *source;
    const char *doubtful; // NULL when nothing is
} Symbol;

#define MODEL_SOURCE "counted from the model's shape (arch/model.h)"
#define PLAN_SOURCE  "the plan"
#define STEP_SOURCE  "counted by the model (sim/evaluate.h)"
#define STAGE_SOURCE "recurrence over stages and units (sim/pipeline.h)"

static double decode_steps(const Why *why) {
    const Workload *work = &why->design->workload;
    return work->phase == PHASE_DECODE ? 1 : work->phase == PHASE_PREFILL ? 0 : work->output - 1;
}

static double decode_s(const Why *why) {
    double steps = decode_steps(why);
    return steps > 0 ? why->metrics->tpot_s * steps : 0;
}

// Of the prefill: its busiest stage, and what the link between two stages carries.
static double busiest_stage_s(const Why *why) {
    const Breakdown *breakdown = why->breakdown;
    if (why->design->workload.phase == PHASE_DECODE)
        return 0;
    if (breakdown->stages == 1)
        return why->metrics->time_s - decode_s(why);
    double most = 0;
    for (int i = 0; i < breakdown->stages; i++)
        most = breakdown->stage_s[i] > most ? breakdown->stage_s[i] : most;
    return most;
}

static double busiest_link_s(const Why *why) {
    bool decode = why->design->workload.phase == PHASE_DECODE;
    return decode ? 0 : why->breakdown->handoff_s * why->breakdown->units;
}

static double expert_params(const Model *model) {
    double sum = 0;
    for (int i = 0; i < model->kind_count; i++)
        sum += model->kinds[i].layers * model->kinds[i].expert_params;
    return sum;
}

static double layer_params(const Model *model) {
    double sum = 0;
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        sum += kind->layers * (kind->mixer_params + kind->dense_params + kind->shared_params +
                               kind->router_params + kind->norm_params);
    }
    return sum;
}

// One row of the symbols that are not metrics.
typedef struct Known {
    const char *name;
    double value;
    Unit unit;
    const char *meaning;
    const char *source;
    const Source *from; // instead of source, for the chip's own numbers
} Known;

static bool known_symbol(const Why *why, const char *name, Symbol *symbol) {
    const Model *model = why->design->model;
    const ChipMemory *chip_memory = &why->design->chip->memory;
    const Memory *memory = &why->breakdown->memory;
    double share = model->moe.experts ? (double)model->moe.top_k / model->moe.experts : 0;
    // clang-format off
    const Known all[] = {
        {"chips", why->design->plan.chips, UNIT_NONE, "chips in use", PLAN_SOURCE, NULL},
        {"tokens", why->breakdown->tokens, UNIT_NONE, "tokens that the workload is credited with", STEP_SOURCE, NULL},
        {"bandwidth", chip_memory->bandwidth_bytes_per_s, UNIT_BYTES_PER_S, "peak rate of a chip's memory", NULL, &chip_memory->from},
        {"capacity", memory->usable_bytes + memory->reserve_bytes, UNIT_BYTES, "size of a chip's memory", NULL, &chip_memory->from},
        {"reserve_bytes", memory->reserve_bytes, UNIT_BYTES, "hbm_reserve of the capacity, left free", "the request", NULL},
        {"activation_bytes", memory->activation_bytes, UNIT_BYTES, "activations of one unit of work", "sim/memory.h", NULL},
        {"buffer_bytes", memory->buffer_bytes, UNIT_BYTES, "messages between stages and experts, double buffered", "sim/memory.h", NULL},
        {"useful_hbm_bytes", why->breakdown->useful_hbm_bytes, UNIT_BYTES, "weights once, cached and new KV once, all chips", "sim/traffic.h", NULL},
        {"decode_s", decode_s(why), UNIT_S, "time of the decode steps", STEP_SOURCE, NULL},
        {"decode_steps", decode_steps(why), UNIT_NONE, "decode steps of the workload", "the request", NULL},
        {"busiest_stage_s", busiest_stage_s(why), UNIT_S, "prefill: work of the busiest stage; 0 in decode", STAGE_SOURCE, NULL},
        {"busiest_link_s", busiest_link_s(why), UNIT_S, "prefill: hand-offs over one link between stages", STAGE_SOURCE, NULL},
        {"layer_params", layer_params(model), UNIT_NONE, "all layers, without routed experts", MODEL_SOURCE, NULL},
        {"expert_params", expert_params(model), UNIT_NONE, "routed experts of all layers", MODEL_SOURCE, NULL},
        {"expert_share", share, UNIT_NONE, "experts that a token takes, of all", MODEL_SOURCE, NULL},
        {"vocab_params", (double)model->vocab * model->d_model, UNIT_NONE, "vocabulary x d_model", MODEL_SOURCE, NULL},
        {"vocab_matrices", model->tied_embeddings ? 1 : 2, UNIT_NONE, "embedding and output head, tied or not", MODEL_SOURCE, NULL},
        {"d_model", model->d_model, UNIT_NONE, "the last norm", MODEL_SOURCE, NULL},
    };
    // clang-format on
    for (int i = 0; i < FIELD_COUNT(all); i++) {
        if (strcmp(all[i].name, name) != 0)
            continue;
        symbol->value = all[i].value;
        symbol->unit = all[i].unit;
        snprintf(symbol->meaning, sizeof symbol->meaning, "%s", all[i].meaning);
        symbol->source = all[i].from ? all[i].from->source : all[i].source;
        symbol->doubtful = all[i].from ? all[i].from->doubtful : NULL;
        return true;
    }
    return false;
}

// peak_bf16, flop_bf16
static bool math_symbol(const Why *why, const char *name, Symbol *symbol) {
    bool peak = strncmp(name, "peak_", 5) == 0;
    if (!peak && strncmp(name, "flop_", 5) != 0)
        return false;
    for (int i = 0; i < MATH_COUNT; i++) {
        if (strcmp(MATH_NAMES[i], name + 5) != 0)
            continue;
        symbol->unit = peak ? UNIT_FLOP_PER_S : UNIT_FLOP;
        symbol->value =
            peak ? why->breakdown->machine.peak_flop_per_s[i] : why->breakdown->flop_by_math[i];
        snprintf(symbol->meaning, sizeof symbol->meaning,
                 peak ? "dense peak of a chip in %s" : "useful FLOP in %s, all chips",
                 MATH_NAMES[i]);
        symbol->source = peak ? why->design->chip->peak.from.source : STEP_SOURCE;
        symbol->doubtful = peak ? why->design->chip->peak.from.doubtful : NULL;
        return true;
    }
    return false;
}

// hbm_bytes[3], comm_bytes[3]
static bool row_symbol(const Why *why, const char *name, Symbol *symbol) {
    const char *bracket = strchr(name, '[');
    long index = bracket ? strtol(bracket + 1, NULL, 10) : -1;
    if (index < 0 || index >= why->breakdown->row_count)
        return false;
    const BreakdownRow *row = &why->breakdown->rows[index];
    char shape[96];
    json_shape_text(&row->op, shape, sizeof shape);
    symbol->value = strncmp(name, "hbm_", 4) == 0 ? row->hbm_bytes : row->comm_bytes;
    symbol->unit = UNIT_BYTES;
    snprintf(symbol->meaning, sizeof symbol->meaning, "%s, %s, %s", row->op.name, row->where,
             shape);
    symbol->source = STEP_SOURCE;
    return true;
}

static bool metric_symbol(const Why *why, const char *name, Symbol *symbol) {
    for (int i = 0; i < METRICS_TABLE.count; i++) {
        const Field *field = &METRICS_TABLE.fields[i];
        if (strcmp(field->name, name) != 0)
            continue;
        symbol->value = field_number(field, why->metrics);
        symbol->unit = field->kind == FIELD_NUMBER ? field->unit : UNIT_NONE;
        snprintf(symbol->meaning, sizeof symbol->meaning, "%.*s", (int)strcspn(field->help, ":;"),
                 field->help);
        symbol->source = "a metric, see --why";
        return true;
    }
    return false;
}

static bool find_symbol(const Why *why, const char *name, Symbol *symbol) {
    *symbol = (Symbol){0};
    snprintf(symbol->name, sizeof symbol->name, "%s", name);
    return known_symbol(why, name, symbol) || math_symbol(why, name, symbol) ||
           row_symbol(why, name, symbol) || metric_symbol(why, name, symbol);
}

static bool lookup(void *context, const char *name, double *value) {
    Symbol symbol;
    bool found = find_symbol(context, name, &symbol);
    *value = symbol.value;
    return found;
}

static void expand(const char *formula, const Why *why, Text *out) {
    const char *words[MATH_COUNT];
    int count = 0;
    for (int i = 0; i < MATH_COUNT; i++)
        if (why->breakdown->flop_by_math[i] > 0)
            words[count++] = MATH_NAMES[i];
    formula_expand(formula, words, count, why->breakdown->row_count, out);
}

bool why_value(const char *metric, const Why *why, double *value, Error *err) {
    const Field *field = field_find(&METRICS_TABLE, metric, err);
    if (!field)
        return false;
    if (!field->formula)
        return error_set(err, "%s has no formula", metric);
    Text expanded = {0};
    Why copy = *why;
    expand(field->formula, why, &expanded);
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
    if (!name || !find_symbol(sub->why, name, &symbol)) {
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

static void value_text(const Field *field, const Why *why, char *text, int size) {
    double value = field_number(field, why->metrics);
    if (field->kind == FIELD_WORD)
        snprintf(text, (size_t)size, "%s", field->words[(int)value]);
    else if (field->kind == FIELD_BOOL)
        snprintf(text, (size_t)size, "%s", value != 0 ? "true" : "false");
    else if (isnan(value))
        snprintf(text, (size_t)size, "not known (null)");
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
        find_symbol(sub->why, name, &symbol);
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

// For the parts of the critical path: the ops that keep the engine busiest.
static double engine_s(const char *metric, const BreakdownRow *row) {
    if (strcmp(metric, "compute_s") == 0)
        return fmax(row->matrix_s, row->vector_s);
    if (strcmp(metric, "memory_s") == 0)
        return row->memory_s;
    if (strcmp(metric, "comm_s") == 0)
        return row->link_s;
    return strcmp(metric, "overhead_s") == 0 ? row->overhead_s : 0;
}

#define HEAVIEST 6

static void add_heaviest(Text *out, const char *metric, const Why *why) {
    static const TableColumn COLUMNS[] = {
        {"  engine's busiest ops, all layers", true },
        {"where",                              true },
        {"shape",                              true },
        {"busy",                               false}
    };
    Table table = {.columns = COLUMNS, .column_count = FIELD_COUNT(COLUMNS)};
    bool taken[BREAKDOWN_ROWS] = {false};
    for (int n = 0; n < HEAVIEST; n++) {
        const BreakdownRow *rows = why->breakdown->rows;
        int best = -1;
        for (int i = 0; i < why->breakdown->row_count; i++)
            if (!taken[i] &&
                engine_s(metric, &rows[i]) > (best < 0 ? 0 : engine_s(metric, &rows[best])))
                best = i;
        if (best < 0)
            break;
        char shape[96], time[32];
        taken[best] = true;
        json_shape_text(&rows[best].op, shape, sizeof shape);
        unit_format(time, sizeof time, engine_s(metric, &rows[best]), UNIT_S);
        table_cell(&table, "  %s", rows[best].op.name);
        table_cell(&table, "%s", rows[best].where);
        table_cell(&table, "%s", shape);
        table_cell(&table, "%s", time);
    }
    table_write(&table, out);
    table_free(&table);
}

bool why_text(Text *out, const char *metric, const Why *why, Error *err) {
    const Field *field = field_find(&METRICS_TABLE, metric, err);
    char value[64];
    if (!field)
        return error_where(err, "why", 0);
    value_text(field, why, value, sizeof value);
    text_addf(out, "%s = %s\n  ", field->name, value);
    table_wrap(out, field->help, 2, 2);
    if (!field->formula) {
        add_heaviest(out, field->name, why);
        return true;
    }
    Text expanded = {0};
    expand(field->formula, why, &expanded);
    Substitution sub = substituted(expanded.data, why, false);
    text_addf(out, "\n  %s = %s\n", field->name, field->formula);
    int indent = (int)strlen(field->name) + 5;
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
    expand(formula, why, &expanded);
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
        find_symbol(why, name, &symbol);
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
    if (field->formula)
        add_formula_json(out, field->formula, why);
    else
        text_add(out, ",\"formula\":null,\"substituted\":null,\"inputs\":[]");
    if (strcmp(field->name, "mfu") == 0) {
        text_add(out, ",\"full_square_mfu\":");
        text_add_number(out, full_square_mfu(why));
    }
    text_add(out, "}");
    return true;
}
