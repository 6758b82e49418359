#include "validate/task.h"

#include <math.h>
#include <string.h>

#include "sim/base/heap.h"

const char *const TASK_KIND_WORDS[TASK_KIND_COUNT + 1] = {
    [TASK_MATMUL] = "matmul",
    [TASK_EXPERTS] = "experts",
    [TASK_PREFILL] = "prefill",
    [TASK_DECODE] = "decode",
    [TASK_NORM] = "norm",
    [TASK_GATED] = "gated",
    [TASK_ROTARY] = "rotary",
    [TASK_QUANTISE] = "quantise",
    [TASK_DEQUANTISE] = "dequantise",
    [TASK_ROUTE] = "route",
    [TASK_PERMUTE] = "permute",
    [TASK_UNPERMUTE] = "unpermute",
    [TASK_COPY] = "copy",
    [TASK_TRIAD] = "triad",
    [TASK_ALL_REDUCE] = "all_reduce",
    [TASK_ALL_GATHER] = "all_gather",
    [TASK_REDUCE_SCATTER] = "reduce_scatter",
    [TASK_ALL_TO_ALL] = "all_to_all",
    [TASK_LAYER] = "layer",
};

#define SIDE_MOST  16777216 // of a matrix, rows or columns: 2^24
#define BYTES_MOST 1e13     // of a task: no device holds 10 TB

// clang-format off
static const Field TASK_FIELDS[] = {
    {.name = "id", .kind = FIELD_INT, .offset = offsetof(Task, id), .min = 0, .max = 1e9,
     .help = "number of the task in its file, from 1; rows without one are counted"},
    {.name = "layer", .kind = FIELD_INT, .offset = offsetof(Task, layer), .min = 0, .max = 1e9,
     .help = "id of the layer that it is a part of; 0: none"},
    {.name = "name", .kind = FIELD_TEXT, .offset = offsetof(Task, name), .capacity = TASK_NAME,
     .help = "of the op or layer, for people"},
    {.name = "kind", .kind = FIELD_WORD, .offset = offsetof(Task, kind), .words = TASK_KIND_WORDS, .required = true,
     .help = "what is run"},
    {.name = "a", .kind = FIELD_WORD, .offset = offsetof(Task, a), .words = FORMAT_NAMES, .initial = FORMAT_BF16,
     .help = "format of activations and queries; quantise: of the result"},
    {.name = "b", .kind = FIELD_WORD, .offset = offsetof(Task, b), .words = FORMAT_NAMES,
     .help = "format of weights (as a)"},
    {.name = "kv", .kind = FIELD_WORD, .offset = offsetof(Task, kv), .words = FORMAT_NAMES,
     .help = "format of the KV cache (as a where that has 16 or 32 bits, else bf16)"},
    {.name = "batch", .kind = FIELD_INT, .offset = offsetof(Task, batch), .min = 1, .max = SIDE_MOST, .initial = 1,
     .help = "matrices of a matmul, sequences of attention"},
    {.name = "m", .kind = FIELD_INT, .offset = offsetof(Task, m), .min = 1, .max = SIDE_MOST, .initial = 1,
     .help = "rows, or tokens"},
    {.name = "n", .kind = FIELD_INT, .offset = offsetof(Task, n), .min = 1, .max = SIDE_MOST, .initial = 1,
     .help = "columns of the result"},
    {.name = "k", .kind = FIELD_INT, .offset = offsetof(Task, k), .min = 1, .max = SIDE_MOST, .initial = 1,
     .help = "terms of a matmul's sums"},
    {.name = "experts", .kind = FIELD_INT, .offset = offsetof(Task, experts), .min = 1, .max = 65536, .initial = 1,
     .help = "matrices, or scores of a token"},
    {.name = "top_k", .kind = FIELD_INT, .offset = offsetof(Task, top_k), .min = 1, .max = 1024, .initial = 1,
     .help = "experts that a token goes to"},
    {.name = "heads", .kind = FIELD_INT, .offset = offsetof(Task, heads), .min = 1, .max = 65536, .initial = 1,
     .help = "query heads"},
    {.name = "kv_heads", .kind = FIELD_INT, .offset = offsetof(Task, kv_heads), .min = 0, .max = 65536,
     .help = "heads of keys and values (as heads)"},
    {.name = "qk_dim", .kind = FIELD_INT, .offset = offsetof(Task, qk_dim), .min = 1, .max = 65536, .initial = 128,
     .help = "width of queries and keys"},
    {.name = "v_dim", .kind = FIELD_INT, .offset = offsetof(Task, v_dim), .min = 0, .max = 65536,
     .help = "width of values (as qk_dim)"},
    {.name = "q_len", .kind = FIELD_INT, .offset = offsetof(Task, q_len), .min = 1, .max = SIDE_MOST, .initial = 1,
     .help = "new tokens of a sequence"},
    {.name = "kv_len", .kind = FIELD_INT, .offset = offsetof(Task, kv_len), .min = 0, .max = SIDE_MOST,
     .help = "tokens of a sequence, the new ones included (as q_len)"},
    {.name = "window", .kind = FIELD_INT, .offset = offsetof(Task, window), .min = 0, .max = SIDE_MOST,
     .help = "keys that a query sees at most, its own included; 0: all"},
    {.name = "page", .kind = FIELD_INT, .offset = offsetof(Task, page), .min = 1, .max = 65536, .initial = 16,
     .help = "tokens of a page of the cache"},
    {.name = "bytes", .kind = FIELD_NUMBER, .offset = offsetof(Task, bytes), .unit = UNIT_BYTES, .min = 0, .max = BYTES_MOST,
     .help = "of copy, triad and collectives"},
    {.name = "ranks", .kind = FIELD_INT, .offset = offsetof(Task, ranks), .min = 1, .max = 1024, .initial = 1,
     .help = "devices of a collective"},
    {.name = "times", .kind = FIELD_INT, .offset = offsetof(Task, times), .min = 1, .max = 65536, .initial = 1,
     .help = "that it runs in its layer"},
};
// clang-format on

const FieldTable TASK_TABLE = {
    .name = "task",
    .fields = TASK_FIELDS,
    .count = FIELD_COUNT(TASK_FIELDS),
    .size = sizeof(Task),
    .help = "a kernel, or a layer of kernels, to be run and measured",
};

// The columns that each kind names, blanks around each; besides id, layer, name, kind and times.
static const char *const KIND_COLUMNS[TASK_KIND_COUNT] = {
    [TASK_MATMUL] = " a b batch m n k ",
    [TASK_EXPERTS] = " a b m n k experts ",
    [TASK_PREFILL] = " a kv batch heads kv_heads qk_dim v_dim q_len kv_len window ",
    [TASK_DECODE] = " a kv batch heads kv_heads qk_dim v_dim q_len kv_len window page ",
    [TASK_NORM] = " a m n ",
    [TASK_GATED] = " a m n ",
    [TASK_ROTARY] = " a kv m heads kv_heads qk_dim v_dim page ",
    [TASK_QUANTISE] = " a m n ",
    [TASK_DEQUANTISE] = " b m n ",
    [TASK_ROUTE] = " m experts top_k ",
    [TASK_PERMUTE] = " a m n experts top_k ",
    [TASK_UNPERMUTE] = " a m n experts top_k ",
    [TASK_COPY] = " bytes ",
    [TASK_TRIAD] = " bytes ",
    [TASK_ALL_REDUCE] = " bytes ranks ",
    [TASK_ALL_GATHER] = " bytes ranks ",
    [TASK_REDUCE_SCATTER] = " bytes ranks ",
    [TASK_ALL_TO_ALL] = " bytes ranks ",
    [TASK_LAYER] = " ",
};

static bool kind_names(int kind, const char *column) {
    const char *at = strstr(KIND_COLUMNS[kind], column);
    for (; at; at = strstr(at + 1, column))
        if (at[-1] == ' ' && at[strlen(column)] == ' ')
            return true;
    return false;
}

bool task_names(int kind, const char *column) {
    return kind_names(kind, column);
}

static bool of_every_kind(const Field *field) {
    static const char *const WORDS[] = {"id", "layer", "name", "kind", "times"};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strcmp(WORDS[i], field->name) == 0)
            return true;
    return false;
}

void task_init(Task *task) {
    memset(task, 0, sizeof *task);
    field_init(&TASK_TABLE, task);
}

bool task_moves(const Task *task) {
    return task->kind >= TASK_NORM && task->kind != TASK_LAYER;
}

bool task_latent(const Task *task) {
    return task->kind == TASK_DECODE && task->kv_heads == 1 && task->v_dim < task->qk_dim;
}

static bool is_wide(int format) {
    return format == FORMAT_FP32 || format == FORMAT_BF16 || format == FORMAT_FP16;
}

Format task_output_format(const Task *task) {
    return is_wide(task->a) ? (Format)task->a : FORMAT_BF16;
}

static void drop_unnamed(Task *task) {
    for (int i = 0; i < TASK_TABLE.count; i++) {
        const Field *field = &TASK_FIELDS[i];
        if (of_every_kind(field) || kind_names(task->kind, field->name))
            continue;
        void *at = (char *)task + field->offset;
        if (field->kind == FIELD_NUMBER)
            *(double *)at = 0;
        else
            *(int *)at = 0;
    }
}

static void fill_left_out(Task *task) {
    if (task->b == FORMAT_NONE)
        task->b = task->a;
    if (task->kv == FORMAT_NONE)
        task->kv = is_wide(task->a) ? task->a : FORMAT_BF16;
    if (task->kv_heads == 0)
        task->kv_heads = task->heads;
    if (task->v_dim == 0)
        task->v_dim = task->qk_dim;
    if (task->kv_len == 0)
        task->kv_len = task->q_len;
}

static bool check_formats(const Task *task, Error *err) {
    static const char WIDE[] = "fp32, bf16 or fp16";
    const char *kind = TASK_KIND_WORDS[task->kind];
    bool narrow_a = task->kind == TASK_QUANTISE;
    bool any_a = task->kind == TASK_MATMUL || task->kind == TASK_EXPERTS;
    bool attention = task->kind == TASK_PREFILL || task->kind == TASK_DECODE;
    if (task->a && narrow_a && is_wide(task->a))
        return error_set(err, "a: %s makes a format narrower than 16 bit, not %s", kind,
                         FORMAT_NAMES[task->a]);
    if (task->a && !narrow_a && !any_a && !is_wide(task->a) &&
        !(attention && task->a == FORMAT_FP8))
        return error_set(err, "a: %s takes %s%s, not %s", kind, WIDE, attention ? " or fp8" : "",
                         FORMAT_NAMES[task->a]);
    if (task->b && task->kind == TASK_DEQUANTISE && is_wide(task->b))
        return error_set(err, "b: %s reads a format narrower than 16 bit, not %s", kind,
                         FORMAT_NAMES[task->b]);
    if (task->kv && !is_wide(task->kv) && task->kv != FORMAT_FP8)
        return error_set(err, "kv: the cache is in %s or fp8, not %s", WIDE,
                         FORMAT_NAMES[task->kv]);
    for (int i = 0; i < 3; i++) {
        static const char *const COLUMNS[] = {"a", "b", "kv"};
        const int formats[] = {task->a, task->b, task->kv};
        if (kind_names(task->kind, COLUMNS[i]) && formats[i] == FORMAT_NONE)
            return error_set(err, "%s: %s needs a format here", COLUMNS[i], kind);
    }
    return true;
}

static bool check_shape(const Task *task, Error *err) {
    if (task->kv_heads && task->heads % task->kv_heads)
        return error_set(err, "kv_heads: %d do not divide the %d heads", task->kv_heads,
                         task->heads);
    if (task->q_len > task->kv_len)
        return error_set(err, "kv_len: %d tokens cannot hold the %d of q_len", task->kv_len,
                         task->q_len);
    if (task->kind == TASK_ROTARY && task->qk_dim % 2)
        return error_set(err, "qk_dim: rotary turns pairs of numbers; %d is odd", task->qk_dim);
    if (task->top_k > task->experts)
        return error_set(err, "top_k: %d of %d experts cannot be chosen", task->top_k,
                         task->experts);
    if (kind_names(task->kind, "bytes")) {
        double elements = task->bytes / 4 / (task->ranks ? task->ranks : 1);
        if (elements < 1 || elements != floor(elements))
            return error_set(err, "bytes: %.10g are not whole elements of 4 bytes%s", task->bytes,
                             task->ranks ? " for every rank" : "");
    }
    if (task_bytes(task) > BYTES_MOST)
        return error_set(err, "%s of this shape takes %.3g bytes; no device holds more than %.0e",
                         TASK_KIND_WORDS[task->kind], task_bytes(task), BYTES_MOST);
    return true;
}

bool task_finish(Task *task, Error *err) {
    if (task->kind < 0 || task->kind >= TASK_KIND_COUNT)
        return error_set(err, "kind: there is none of number %d", task->kind);
    if (task->kind == TASK_LAYER && task->layer)
        return error_set(err, "layer: a layer cannot be part of another");
    fill_left_out(task);
    drop_unnamed(task);
    return check_formats(task, err) && check_shape(task, err);
}

bool task_same(const Task *a, const Task *b) {
    for (int i = 0; i < TASK_TABLE.count; i++) {
        const Field *field = &TASK_FIELDS[i];
        bool counts = !of_every_kind(field) || strcmp(field->name, "kind") == 0;
        if (counts && field_number(field, a) != field_number(field, b))
            return false;
    }
    return true;
}

// Pairs of a query and a key that it sees, of one head of one sequence.
static double pairs(const Task *task) {
    double first = (double)task->kv_len - task->q_len, q = task->q_len, window = task->window;
    if (window == 0 || window >= task->kv_len)
        return first * q + q * (q + 1) / 2;
    double growing = fmin(fmax(window - first, 0), q); // queries that see less than the window
    return first * growing + growing * (growing + 1) / 2 + (q - growing) * window;
}

double task_flop(const Task *task) {
    switch (task->kind) {
    case TASK_MATMUL:
        return 2.0 * task->batch * task->m * task->n * task->k;
    case TASK_EXPERTS:
        return 2.0 * task->m * task->n * task->k;
    case TASK_PREFILL:
    case TASK_DECODE:
        return 2.0 * task->batch * task->heads * pairs(task) * ((double)task->qk_dim + task->v_dim);
    default:
        return 0;
    }
}

static double attention_bytes(const Task *task) {
    double a = format_activation_bytes((Format)task->a);
    double kv = format_activation_bytes((Format)task->kv);
    double out = format_activation_bytes(task_output_format(task));
    double queries = (double)task->batch * task->q_len * task->heads;
    double seen = task->kv_len; // tokens that some query sees
    if (task->window > 0)
        seen = fmin(seen, (double)task->q_len + task->window - 1);
    double width = task_latent(task) ? task->qk_dim : (double)task->qk_dim + task->v_dim;
    return queries * (task->qk_dim * a + task->v_dim * out) +
           task->batch * seen * task->kv_heads * width * kv;
}

static double rotary_bytes(const Task *task) {
    double a = format_activation_bytes((Format)task->a);
    double kv = format_activation_bytes((Format)task->kv);
    double cached = task->kv_heads * ((double)task->qk_dim + task->v_dim);
    return task->m * (2.0 * task->heads * task->qk_dim * a + cached * (a + kv));
}

static double matmul_bytes(const Task *task) {
    double a = format_activation_bytes((Format)task->a);
    double b = format_weight_bytes((Format)task->b);
    double out = format_activation_bytes(task_output_format(task));
    double m = task->m, n = task->n, k = task->k;
    if (task->kind == TASK_MATMUL)
        return task->batch * (m * k * a + n * k * b + m * n * out);
    return m * k * a + fmin(m, task->experts) * n * k * b + m * n * out;
}

double task_bytes(const Task *task) {
    double m = task->m, n = task->n, rows = m * task->top_k;
    double a = format_activation_bytes((Format)task->a);
    switch (task->kind) {
    case TASK_MATMUL:
    case TASK_EXPERTS:
        return matmul_bytes(task);
    case TASK_PREFILL:
    case TASK_DECODE:
        return attention_bytes(task);
    case TASK_NORM: // x and residual in, both out, the weights
        return (4 * m + 1) * n * a;
    case TASK_GATED:
        return 3 * m * n * a;
    case TASK_ROTARY:
        return rotary_bytes(task);
    case TASK_QUANTISE:
        return m * n * (HALF_BYTES + a);
    case TASK_DEQUANTISE:
        return m * n * (HALF_BYTES + format_weight_bytes((Format)task->b));
    case TASK_ROUTE: // of each choice: expert, weight, place
        return m * task->experts * SCORE_BYTES + rows * 12;
    case TASK_PERMUTE: // places too
        return (m + rows) * n * a + rows * 4;
    case TASK_UNPERMUTE: // places and weights too
        return (m + rows) * n * a + rows * 8;
    case TASK_COPY:
        return 2 * task->bytes;
    case TASK_TRIAD:
        return 3 * task->bytes;
    default:
        return task->bytes;
    }
}
