#include "validate/layer_tasks.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "arch/shard.h"
#include "sim/step_rows.h"

#define PAGE 16 // tokens of a page of the cache, vLLM's default

// A layer while its tasks are made.
typedef struct Making {
    const Design *design;
    const LayerKind *kind;
    LayerTask *layer;
    Tasks *tasks;
    int id; // of the layer
    double entered
        [2]; // rows and columns of what was quantised last: none where a kernel has run since
} Making;

static bool cannot(Making *making, const char *what) {
    LayerTask *layer = making->layer;
    if (!layer->unsupported[0])
        snprintf(layer->unsupported, sizeof layer->unsupported, "%.79s", what);
    return false;
}

// A size as a whole number, at least 1.
static int whole(Making *making, double size) {
    double near = fmax(1, floor(size + 0.5));
    if (!(near <= INT_MAX)) {
        cannot(making, "a size too large for a kernel");
        return 1;
    }
    making->layer->rounded += fabs(near - size) > 1e-9 * near;
    return (int)near;
}

static Task begin(const Making *making, TaskKind kind, const char *name) {
    Task task;
    Format activations = making->design->formats.activations;
    task_init(&task);
    if (activations == FORMAT_FP32 || activations == FORMAT_FP16)
        task.a = (int)activations; // what flows between kernels; else 16 bit
    task.id = making->tasks->count + 1;
    task.layer = making->id;
    task.kind = kind;
    snprintf(task.name, sizeof task.name, "%s", name);
    return task;
}

static void add(Making *making, const Task *task) {
    tasks_add(making->tasks, task);
    making->entered[0] = making->entered[1] = 0;
}

// Inputs narrower than 16 bit have to be made of what the kernel before wrote, once for matmuls that share them.
static void add_quantise(Making *making, double rows, double columns, Format a) {
    if (FORMATS[a].bits >= 16 || (making->entered[0] == rows && making->entered[1] == columns))
        return;
    Task task = begin(making, TASK_QUANTISE, "quantise");
    task.m = whole(making, rows);
    task.n = whole(making, columns);
    task.a = (int)a;
    add(making, &task);
    making->layer->quantised++;
}

static void took(Making *making, double rows, double columns, Format a) {
    if (FORMATS[a].bits >= 16)
        return;
    making->entered[0] = rows;
    making->entered[1] = columns;
}

static bool add_matmul(Making *making, const Op *op) {
    const MatmulShape *shape = &op->matmul;
    add_quantise(making, shape->batch * shape->m, shape->k, shape->a);
    Task task = begin(making, TASK_MATMUL, op->name);
    task.a = (int)shape->a;
    task.b = (int)shape->b;
    task.batch = whole(making, shape->batch);
    task.m = whole(making, shape->m);
    task.n = whole(making, shape->n);
    task.k = whole(making, shape->k);
    add(making, &task);
    took(making, shape->batch * shape->m, shape->k, shape->a);
    return true;
}

// Experts that have no rows are not read, so that only the others are kept.
static bool add_experts(Making *making, const Op *op) {
    const GroupedShape *shape = &op->grouped;
    add_quantise(making, shape->rows, shape->k, shape->a);
    Task task = begin(making, TASK_EXPERTS, op->name);
    task.a = (int)shape->a;
    task.b = (int)shape->b;
    task.m = whole(making, shape->rows);
    task.n = whole(making, shape->n);
    task.k = whole(making, shape->k);
    task.experts = whole(making, fmin(shape->active, task.m));
    add(making, &task);
    return true;
}

static bool add_attention(Making *making, const Op *op) {
    const AttentionShape *shape = &op->attention;
    if (!(shape->v_dim > 0))
        return cannot(making, op->name);
    if (shape->split > 1 && !shape->decode)
        return cannot(making, "attention shared by a cp group");
    if (shape->chunk > 0 && shape->kv_len > shape->chunk)
        return cannot(making, "attention within chunks");
    if (shape->expand_flop_per_token > 0 && shape->kv_len > shape->q_len)
        return cannot(making, "attention that rebuilds its prefix");
    Task task = begin(making, shape->decode ? TASK_DECODE : TASK_PREFILL, op->name);
    task.kv = (int)shape->kv;
    task.batch = whole(making, shape->sequences);
    task.q_len = whole(making, shape->q_len);
    task.kv_len = whole(making, fmax(shape->kv_len / shape->split, shape->q_len));
    task.heads = whole(making, shape->heads);
    task.kv_heads = whole(making, shape->kv_heads);
    task.qk_dim = whole(making, shape->qk_dim);
    task.v_dim = whole(making, shape->v_dim);
    task.window =
        shape->window > 0 && shape->window < task.kv_len ? whole(making, shape->window) : 0;
    task.page = PAGE;
    if (task.heads % task.kv_heads != 0)
        return cannot(making, "heads that share keys unevenly");
    add(making, &task);
    return true;
}

// Turned are queries and keys of each head; of a latent its rotary part, the rest is written as it is.
static bool add_rotary(Making *making, const Op *op) {
    const Design *design = making->design;
    const Attention *attention = &design->model->attention;
    bool latent = attention->kind == ATTENTION_MLA;
    const Heads *heads = &making->kind->heads;
    double cached = shard_kv_values(design->model, &design->plan, making->kind);
    double queries = plan_heads(&design->plan, making->kind);
    double turned = latent ? attention->rope_dim : heads->head_dim;
    double kv_heads = latent ? 1 : plan_kv_heads(&design->plan, making->kind);
    if (!(cached > 0))
        return cannot(making, "layers that share a cache");
    double values = HALF_BYTES * (queries * (latent ? heads->head_dim : turned) + cached);
    Task task = begin(making, TASK_ROTARY, op->name);
    task.m = whole(making, op->elementwise.read_bytes / values);
    task.heads = whole(making, queries);
    task.kv_heads = whole(making, kv_heads);
    task.qk_dim = whole(making, turned);
    task.v_dim = whole(making, cached / kv_heads - turned);
    task.kv = (int)design->formats.kv;
    task.page = PAGE;
    add(making, &task);
    return true;
}

static bool add_norm(Making *making, const Op *op) {
    const ElementwiseShape *shape = &op->elementwise;
    Task task = begin(making, TASK_NORM, op->name);
    task.m = whole(making, shape->rows);
    task.n = whole(making, shape->read_bytes / (2 * HALF_BYTES * shape->rows));
    add(making, &task);
    return true;
}

// Of rows that are 2 n wide; an activation without a gate reads n and is as good as a copy.
static bool add_gated(Making *making, const Op *op, double rows) {
    const ElementwiseShape *shape = &op->elementwise;
    bool gated = shape->read_bytes > HALF_BYTES * 1.5 * shape->specials;
    Task task = begin(making, gated ? TASK_GATED : TASK_COPY, op->name);
    task.m = whole(making, rows);
    task.n = whole(making, shape->specials / rows);
    task.bytes = gated ? 0 : shape->read_bytes;
    add(making, &task);
    return true;
}

static bool add_routing(Making *making, const Op *op, TaskKind kind) {
    const Experts *moe = &making->design->model->moe;
    const ElementwiseShape *shape = &op->elementwise;
    double wide = moe->d_latent ? moe->d_latent : making->design->model->d_model;
    double read = format_activation_bytes(making->design->formats.activations);
    double tokens = kind == TASK_ROUTE     ? shape->read_bytes / SCORE_BYTES / moe->experts
                    : kind == TASK_PERMUTE ? shape->read_bytes / (read * wide)
                                           : shape->write_bytes / (HALF_BYTES * wide);
    Task task = begin(making, kind, op->name);
    task.m = whole(making, tokens);
    task.n = kind == TASK_ROUTE ? 0 : whole(making, wide);
    task.experts = moe->experts;
    task.top_k = moe->top_k;
    add(making, &task);
    return true;
}

static bool add_elementwise(Making *making, const Op *op) {
    const ElementwiseShape *shape = &op->elementwise;
    if (strcmp(op->name, "rope_and_cache") == 0)
        return add_rotary(making, op);
    if (strcmp(op->name, "top_k") == 0)
        return add_routing(making, op, TASK_ROUTE);
    if (strcmp(op->name, "permute") == 0)
        return add_routing(making, op, TASK_PERMUTE);
    if (strcmp(op->name, "unpermute") == 0)
        return add_routing(making, op, TASK_UNPERMUTE);
    if (strcmp(op->name, "norm") == 0)
        return add_norm(making, op);
    if (strcmp(op->name, "experts_act") == 0)
        return add_gated(making, op,
                         shape->specials / ceil((double)making->design->model->moe.d_expert /
                                                making->design->plan.etp));
    if (shape->kind == ELEMENTWISE_GATED)
        return add_gated(making, op, shape->rows);
    return cannot(making, op->name);
}

static bool add_op(Making *making, const Op *op) {
    switch (op->kind) {
    case OP_MATMUL:
        return add_matmul(making, op);
    case OP_GROUPED_MATMUL:
        return add_experts(making, op);
    case OP_ATTENTION:
        return add_attention(making, op);
    case OP_ELEMENTWISE:
        return add_elementwise(making, op);
    case OP_COLLECTIVE:
    case OP_DISPATCH:
    case OP_SEND:
        making->layer->left_out++;
        return true;
    default:
        return cannot(making, op->name);
    }
}

// The kind of layer that the table calls so; NULL: rows of no layer.
static const LayerKind *kind_called(const Model *model, const char *where) {
    for (int i = 0; i < model->kind_count; i++)
        if (strcmp(step_kind_name(&model->kinds[i]), where) == 0)
            return &model->kinds[i];
    return NULL;
}

static void make_layer(const Design *design, const Breakdown *table, const char *name,
                       LayerTask *layer, Tasks *tasks) {
    Making making = {.design = design,
                     .kind = kind_called(design->model, layer->where),
                     .layer = layer,
                     .tasks = tasks};
    int first = tasks->count;
    Task whole_layer = begin(&making, TASK_LAYER, name);
    making.id = whole_layer.id;
    layer->at = first;
    tasks_add(tasks, &whole_layer);
    for (int i = 0; i < table->row_count; i++) {
        const BreakdownRow *row = &table->rows[i];
        bool here = row->phase == layer->phase && strcmp(row->where, layer->where) == 0;
        if (here && !add_op(&making, &row->op))
            break;
    }
    for (int i = first; i < tasks->count && !layer->unsupported[0]; i++) {
        Error err;
        if (!task_finish(&tasks->list[i], &err))
            cannot(&making, err.what);
    }
    if (!layer->unsupported[0] && tasks->count > first + 1)
        return;
    tasks->count = first; // nothing half-made
    layer->at = -1;
    cannot(&making, "no kernels");
}

// The entry of a kind in a phase, made where it is new.
static LayerTask *entry_of(LayerTask layers[], int *count, const BreakdownRow *row) {
    for (int i = 0; i < *count; i++)
        if (layers[i].phase == row->phase && strcmp(layers[i].where, row->where) == 0)
            return &layers[i];
    if (*count == LAYER_TASKS)
        return NULL;
    layers[*count] = (LayerTask){
        .where = row->where, .phase = row->phase, .layers = row->layers, .units = row->units};
    return &layers[(*count)++];
}

int layer_tasks(const Design *design, const char *name, Tasks *tasks,
                LayerTask layers[LAYER_TASKS]) {
    Metrics metrics;
    Breakdown table;
    int count = 0;
    evaluate(design, &metrics, &table);
    for (int i = 0; i < table.row_count; i++)
        if (kind_called(design->model, table.rows[i].where))
            entry_of(layers, &count, &table.rows[i]);
    for (int i = 0; i < count; i++) {
        char full[TASK_NAME];
        bool phases = layers[0].phase != layers[count - 1].phase,
             kinds = design->model->kind_count > 1;
        snprintf(full, sizeof full, "%s%s%s%s%s", name, phases ? " " : "",
                 phases ? PHASE_WORDS[layers[i].phase] : "", kinds ? " " : "",
                 kinds ? layers[i].where : "");
        make_layer(design, &table, full, &layers[i], tasks);
    }
    return count;
}

static void note(LayerNotes *notes, const LayerTask layers[], int count) {
    for (int i = 0; i < count; i++) {
        notes->layers++;
        notes->left_out += layers[i].left_out;
        notes->rounded += layers[i].rounded;
        notes->quantised += layers[i].quantised;
        if (layers[i].at < 0 && notes->unsupported++ == 0)
            snprintf(notes->why, sizeof notes->why, "%s", layers[i].unsupported);
    }
}

// --- Many designs ------------------------------------------------------------------------------------------------------

static void name_design(const Design *design, char *name, size_t size) {
    char plan[64] = "";
    const Workload *work = &design->workload;
    if (design->plan.chips > 1)
        plan_text(&design->plan, plan, sizeof plan);
    for (char *comma; (comma = strchr(plan, ','));) // a cell of a CSV file
        memmove(comma, comma + 1, strlen(comma));
    int length = snprintf(name, size, "%s %s %s%s%s b%d", design->model->name,
                          FORMATS[design->formats.weights].name, plan, plan[0] ? " " : "",
                          PHASE_WORDS[work->phase], work->batch);
    if (length >= (int)size)
        name[size - 2] = '~'; // cut off
}

static bool same_layer(const Tasks *tasks, int a, int b) {
    int parts = tasks_parts(tasks, a);
    if (parts != tasks_parts(tasks, b))
        return false;
    for (int i = 1; i <= parts; i++)
        if (!task_same(&tasks->list[a + i], &tasks->list[b + i]))
            return false;
    return true;
}

void layer_tasks_add(const Design *design, Tasks *tasks, LayerNotes *notes) {
    LayerTask layers[LAYER_TASKS];
    char name[TASK_NAME];
    int before = tasks->count;
    name_design(design, name, sizeof name);
    int count = layer_tasks(design, name, tasks, layers);
    note(notes, layers, count);
    // Designs that differ in what no rank sees give the same layers: only the last may be dropped without a gap.
    for (int k = count - 1; k >= 0; k--) {
        bool last = layers[k].at >= 0 &&
                    layers[k].at + 1 + tasks_parts(tasks, layers[k].at) == tasks->count;
        for (int i = 0; last && i < before; i++)
            if (tasks->list[i].kind == TASK_LAYER && same_layer(tasks, i, layers[k].at)) {
                tasks->count = layers[k].at;
                last = false;
            }
    }
}
