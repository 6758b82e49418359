#include "lua/json.h"

#include <stdio.h>

static void add_number(Text *out, const char *key, double value) {
    text_add(out, key);
    text_add_number(out, value);
}

static void add_text(Text *out, const char *key, const char *value) {
    text_add(out, key);
    text_add_json(out, value ? value : "");
}

static void add_field(Text *out, const Field *field, const void *object) {
    double value = field_number(field, object);
    text_add(out, "\"");
    text_add(out, field->name);
    text_add(out, "\":");
    if (field->kind == FIELD_BOOL)
        text_add(out, value != 0 ? "true" : "false");
    else if (field->kind == FIELD_WORD)
        text_add_json(out, field->words[(int)value]);
    else
        text_add_number(out, value);
}

void json_metrics_members(Text *out, const Metrics *metrics) {
    for (int i = 0; i < METRICS_TABLE.count; i++) {
        if (i > 0)
            text_add(out, ",");
        add_field(out, &METRICS_TABLE.fields[i], metrics);
    }
}

void json_plan(Text *out, const Plan *plan) {
    add_number(out, "{\"tp\":", plan->tp);
    add_number(out, ",\"cp\":", plan->cp);
    add_number(out, ",\"dp\":", plan->dp);
    add_number(out, ",\"pp\":", plan->pp);
    add_number(out, ",\"ep\":", plan->ep);
    add_number(out, ",\"etp\":", plan->etp);
    add_number(out, ",\"chips\":", plan->chips);
    add_number(out, ",\"overlap\":", plan->overlap);
    if (plan->chunk)
        add_number(out, ",\"chunk\":", plan->chunk);
    if (plan->micro_batches)
        add_number(out, ",\"micro_batches\":", plan->micro_batches);
    if (plan->placement)
        add_text(out, ",\"placement\":", plan->placement);
    if (plan->cp_kind != CP_ALL_GATHER)
        add_text(out, ",\"cp_kind\":", CP_KIND_WORDS[plan->cp_kind]);
    for (int i = 0; i < plan->stage_count; i++)
        add_number(out, i ? "," : ",\"stages\":[", plan->stages[i]);
    text_add(out, plan->stage_count ? "]}" : "}");
}

void json_answer_members(Text *out, const Request *request, const Design *design,
                         const Metrics *metrics) {
    json_metrics_members(out, metrics);
    if (request_plan_open(request)) {
        text_add(out, ",\"plan\":");
        json_plan(out, &design->plan);
    }
    if (request->batch_max)
        text_addf(out, ",\"batch\":%d", design->workload.batch);
}

void json_design_members(Text *out, const Design *design) {
    const Workload *work = &design->workload;
    add_text(out, "\"chip\":", design->chip->name);
    add_text(out, ",\"system\":", design->system->name);
    add_text(out, ",\"model\":", design->model->name);
    add_text(out, ",\"phase\":", PHASE_WORDS[work->phase]);
    add_number(out, ",\"batch\":", work->batch);
    if (work->phase == PHASE_DECODE) {
        add_number(out, ",\"context\":", work->context);
    } else {
        add_number(out, ",\"prompt\":", work->prompt);
        add_number(out, ",\"prefix\":", work->prefix);
    }
    if (work->phase >= PHASE_GENERATE)
        add_number(out, ",\"output\":", work->output);
    if (workload_draft(work) > 0) {
        add_number(out, ",\"draft\":", work->draft);
        add_number(out, ",\"acceptance\":", work->acceptance);
    }
    text_add(out, ",\"plan\":");
    json_plan(out, &design->plan);
    add_text(out, ",\"formats\":{\"weights\":", FORMATS[design->formats.weights].name);
    add_text(out, ",\"activations\":", FORMATS[design->formats.activations].name);
    add_text(out, ",\"kv\":", FORMATS[design->formats.kv].name);
    const Formats *formats = &design->formats;
    Math math = design_math(design->chip, formats->activations, formats->weights, formats->matmul);
    add_text(out, ",\"matmul\":", MATH_NAMES[math]);
    text_add(out, "}");
    add_number(out, ",\"routing_skew\":", design->routing_skew);
    add_number(out, ",\"hbm_reserve\":", design->hbm_reserve);
}

static void quantity(char *text, int size, double value, Unit unit) {
    unit_format(text, size, value, unit);
}

// Counts that need not be whole: expected tokens on the fullest expert rank.
static void matmul_text(const MatmulShape *s, char *text, int size) {
    if (s->batch == 1)
        snprintf(text, (size_t)size, "%.6gx%.6gx%.6g", s->m, s->n, s->k);
    else
        snprintf(text, (size_t)size, "%.6g of %.6gx%.6gx%.6g", s->batch, s->m, s->n, s->k);
}

static void attention_text(const AttentionShape *s, double last, char *text, int size) {
    char keys[48];
    if (last > s->kv_len && s->chunk == 0)
        snprintf(keys, sizeof keys, "%.0f..%.0f", s->kv_len, last);
    else
        snprintf(keys, sizeof keys, "%.0f", s->kv_len);
    snprintf(text, (size_t)size, "%.6gx%.6g on %s, h %.6g/%.6g", s->sequences, s->q_len, keys,
             s->heads, s->kv_heads);
}

// The longest KV length that an op whose cost follows it meets: chunks see ever longer prefixes, decode steps contexts.
static double last_context(const BreakdownRow *row, const Workload *work) {
    double drafted = workload_draft(work);
    if (work->phase == PHASE_DECODE)
        return work->context + drafted;
    if (work->phase == PHASE_SERVE)
        return 0; // a row stands for all lengths at once
    return row->phase == PHASE_PREFILL ? work->prompt
                                       : (double)work->prompt + work->output - 1 + drafted;
}

static void collective_text(const Op *op, double last, char *text, size_t size) {
    char first[24], final[24];
    double longest =
        op->context_window > 0 && op->context_window < last ? op->context_window : last;
    double bytes = op->context_bound ? op->context_bytes * longest : 0;
    quantity(first, sizeof first, op->collective.bytes, UNIT_BYTES);
    quantity(final, sizeof final, bytes, UNIT_BYTES);
    if (bytes > op->collective.bytes)
        snprintf(text, size, "%s..%s over %d", first, final, op->collective.group.size);
    else
        snprintf(text, size, "%s over %d", first, op->collective.group.size);
}

void json_shape_text(const BreakdownRow *row, const Workload *work, char *text, int size) {
    char a[24], b[24];
    size_t n = (size_t)size;
    const Op *op = &row->op;
    switch (op->kind) {
    case OP_MATMUL:
        matmul_text(&op->matmul, text, size);
        break;
    case OP_GROUPED_MATMUL:
        snprintf(text, n, "%.4gx%.6gx%.6g, %.3g/%.4g e", op->grouped.rows, op->grouped.n,
                 op->grouped.k, op->grouped.active, op->grouped.experts);
        break;
    case OP_ATTENTION:
        attention_text(&op->attention, last_context(row, work), text, size);
        break;
    case OP_SCAN:
        snprintf(text, n, "%.6gx%.6g, %.6g states %.6gx%.6g", op->scan.sequences, op->scan.tokens,
                 op->scan.value_heads, op->scan.key_dim, op->scan.value_dim);
        break;
    case OP_ELEMENTWISE:
        quantity(a, sizeof a, op->elementwise.read_bytes, UNIT_BYTES);
        quantity(b, sizeof b, op->elementwise.write_bytes, UNIT_BYTES);
        snprintf(text, n, "%s in, %s out", a, b);
        break;
    case OP_COLLECTIVE:
        collective_text(op, last_context(row, work), text, n);
        break;
    case OP_DISPATCH:
        snprintf(text, n, "%.5g tokens to %d", op->dispatch.tokens, op->dispatch.group.size);
        break;
    case OP_SEND:
        quantity(a, sizeof a, op->send.bytes, UNIT_BYTES);
        snprintf(text, n, "%s", a);
        break;
    case OP_HOST:
    case OP_KIND_COUNT:
        text[0] = '\0';
        break;
    }
}

static void add_row(Text *out, const BreakdownRow *row, const Workload *work) {
    char shape[96];
    json_shape_text(row, work, shape, sizeof shape);
    add_text(out, "{\"op\":", row->op.name);
    add_text(out, ",\"kind\":", OP_KIND_WORDS[row->op.kind]);
    add_text(out, ",\"where\":", row->where);
    add_text(out, ",\"phase\":", PHASE_WORDS[row->phase]);
    add_text(out, ",\"shape\":", shape);
    add_number(out, ",\"layers\":", row->layers);
    add_number(out, ",\"units\":", row->units);
    add_number(out, ",\"flop\":", row->flop);
    add_number(out, ",\"hbm_bytes\":", row->hbm_bytes);
    add_number(out, ",\"comm_bytes\":", row->comm_bytes);
    add_number(out, ",\"matrix_s\":", row->matrix_s);
    add_number(out, ",\"vector_s\":", row->vector_s);
    add_number(out, ",\"memory_s\":", row->memory_s);
    add_number(out, ",\"link_s\":", row->link_s);
    add_number(out, ",\"overhead_s\":", row->overhead_s);
    add_number(out, ",\"time_s\":", row->time_s);
    if (row->cost.math >= 0)
        add_text(out, ",\"math\":", MATH_NAMES[row->cost.math]);
    text_add(out, "}");
}

void json_breakdown_members(Text *out, const Design *design, const Breakdown *breakdown) {
    const Memory *memory = &breakdown->memory;
    add_number(out, "\"memory\":{\"stage\":", memory->stage);
    add_number(out, ",\"weight_bytes\":", memory->weight_bytes);
    add_number(out, ",\"kv_bytes\":", memory->kv_bytes);
    add_number(out, ",\"activation_bytes\":", memory->activation_bytes);
    add_number(out, ",\"buffer_bytes\":", memory->buffer_bytes);
    add_number(out, ",\"reserve_bytes\":", memory->reserve_bytes);
    add_number(out, ",\"capacity_bytes\":", memory->usable_bytes + memory->reserve_bytes);
    add_number(out, ",\"missing_bytes\":", memory->missing_bytes);
    text_add(out, "},\"ops\":[");
    for (int i = 0; i < breakdown->row_count; i++) {
        if (i > 0)
            text_add(out, ",");
        add_row(out, &breakdown->rows[i], &design->workload);
    }
    for (int i = 0; breakdown->stages > 1 && i < breakdown->stages; i++)
        add_number(out, i ? "," : "],\"stage_s\":[", breakdown->stage_s[i]);
    text_add(out, "]");
}

void json_error(Text *out, const Error *err, const char *id, long long line) {
    char what[1000];
    Error bare = *err;
    bare.hint[0] = '\0';
    error_text(&bare, what, sizeof what);
    text_add(out, "{");
    if (id)
        text_addf(out, "\"id\":%s,", id);
    add_text(out, "\"error\":", what);
    if (err->hint[0])
        add_text(out, ",\"hint\":", err->hint);
    text_addf(out, ",\"line\":%lld}", line);
}
