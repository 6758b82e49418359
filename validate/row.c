#include "validate/row.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "arch/experts.h"
#include "arch/routing.h"
#include "sim/base/hash.h"
#include "sim/fit.h"
#include "sim/op_cost.h"
#include "validate/row_attention.h"

#define SIZE_MOST    1e15
#define EXPERTS_MOST 65536.0
#define GPUS_MOST    1e5
#define TIME_MOST_US 1e10
// Of a store, what a stream finds again of the one before: quantisation on six chips, 0.3 to 0.7.
#define STREAM_KEPT 0.5

// A row that is being read.
typedef struct Reading {
    const Csv *csv;
    const Catalog *catalog;
    const SourceInfo *source;
    Row *row;
    Error *err;
} Reading;

static const char *cell(const Reading *r, const char *column) {
    return csv_cell(r->csv, csv_column(r->csv, column));
}

static bool number(const Reading *r, const char *column, double min, double *value) {
    return csv_number(r->csv, column, min, SIZE_MOST, value, r->err);
}

static bool number_or(const Reading *r, const char *column, double min, double initial,
                      double *value) {
    return csv_number_or(r->csv, column, min, SIZE_MOST, initial, value, r->err);
}

static bool wrong(const Reading *r, const char *column, const char *what) {
    error_set(r->err, "%s: '%.60s' %s", column, cell(r, column), what);
    return csv_where(r->csv, r->err);
}

// A whole number.
static bool count_to(const Reading *r, const char *column, double min, double max, double *value) {
    if (!csv_number(r->csv, column, min, max, value, r->err))
        return false;
    return *value == floor(*value) || wrong(r, column, "is not a whole number");
}

static bool count(const Reading *r, const char *column, double min, double *value) {
    return count_to(r, column, min, SIZE_MOST, value);
}

static bool format(const Reading *r, const char *column, Format *value) {
    const char *text = cell(r, column);
    Nearest nearest = {0};
    for (int i = 1; i < FORMAT_COUNT; i++) {
        nearest_offer(&nearest, text, FORMATS[i].name);
        if (strcmp(text, FORMATS[i].name) == 0) {
            *value = (Format)i;
            return true;
        }
    }
    error_set(r->err, "%s: there is no format '%.60s'", column, text);
    if (nearest.best)
        error_hint(r->err, "did you mean '%s'?", nearest.best);
    return csv_where(r->csv, r->err);
}

static Op *add_op(Row *row, OpKind kind, const char *name) {
    Op *op = &row->ops[row->op_count++];
    *op = (Op){.kind = kind, .name = name, .balance = 1, .touch = 1};
    return op;
}

static void add_elementwise(Row *row, const char *name, double read_bytes, double write_bytes,
                            double flop, double specials) {
    add_op(row, OP_ELEMENTWISE, name)->elementwise = (ElementwiseShape){
        .read_bytes = read_bytes, .write_bytes = write_bytes, .flop = flop, .specials = specials};
}

// The kind of the kernel added last.
static void kind_of_last(Row *row, ElementwiseKind kind, double rows) {
    row->ops[row->op_count - 1].elementwise.kind = kind;
    row->ops[row->op_count - 1].elementwise.rows = rows;
}

static double store_bytes(const Reading *r) {
    return r->row->chip->store.capacity_bytes;
}

// Whether the chip multiplies operands of that format.
static bool multiplies(const Reading *r, Format a) {
    if (design_math(r->row->chip, a, a, FORMAT_NONE) != MATH_COUNT)
        return true;
    error_set(r->err, "dtype: %s has no arithmetic for %s", r->row->chip->name, FORMATS[a].name);
    return csv_where(r->csv, r->err);
}

static bool holds(const Reading *r) {
    return system_holds(r->row->system, r->row->chips, r->err) || csv_where(r->csv, r->err);
}

// The family by the texts of these columns, NULL-terminated.
static void set_family(const Reading *r, const char *const columns[]) {
    char text[512] = "";
    size_t length = 0;
    for (int i = 0; columns[i] && length < sizeof text - 70; i++)
        length +=
            (size_t)snprintf(text + length, sizeof text - length, "%.60s|", cell(r, columns[i]));
    r->row->family = hash_bytes(text, length).low;
}

// Weights are rotated in `copies`, each launched once in a graph: they stay in the store where all of them fit.
static void warm_weights(const Reading *r, double weight_bytes) {
    double copies = source_copies(r->source, weight_bytes, store_bytes(r));
    if (r->source->warm)
        r->row->conditions.weight_copies = copies;
    if (r->source->graph)
        r->row->conditions.graph_launches = copies;
    r->row->fixed_s = r->source->host_launch_s;
}

static void warm_whole(const Reading *r) {
    if (r->source->warm)
        r->row->warm_bytes = store_bytes(r);
    r->row->fixed_s = r->source->replay_s + r->source->host_launch_s;
}

// Quantising [m, k] from 16 to 8 bit with one scale: a pass for the largest value, one to convert.
static void add_quantise(Row *row, double m, double k, Format a) {
    add_elementwise(row, "quantise", 2 * m * k * HALF_BYTES, m * k * format_activation_bytes(a),
                    3 * m * k, 0);
    kind_of_last(row, ELEMENTWISE_QUANTISE, 0);
}

static bool read_matmul(const Reading *r) {
    Row *row = r->row;
    MatmulShape shape = {.batch = 1};
    double in_time, quant_us;
    if (!count(r, "m", 1, &shape.m) || !count(r, "n", 1, &shape.n) || !count(r, "k", 1, &shape.k) ||
        !format(r, "dtype", &shape.a) || !number_or(r, "quant_in_time", 0, 0, &in_time) ||
        !number_or(r, "quant_us", 0, NAN, &quant_us))
        return false;
    if (!multiplies(r, shape.a))
        return false;
    shape.b = shape.a;
    set_family(r, (const char *const[]){"n", "k", NULL});
    if (in_time > 0 && isnan(quant_us))
        add_quantise(row, shape.m, shape.k, shape.a);
    else if (in_time > 0)
        row->measured_s -= quant_us * 1e-6;
    row->main = row->op_count;
    add_op(row, OP_MATMUL, "matmul")->matmul = shape;
    warm_weights(r, shape.n * shape.k * format_weight_bytes(shape.b));
    return !(row->measured_s <= 0) || wrong(r, "quant_us", "is not below time_us");
}

static bool read_batched(const Reading *r) {
    MatmulShape shape = {0};
    if (!count(r, "batch", 1, &shape.batch) || !count(r, "m", 1, &shape.m) ||
        !count(r, "n", 1, &shape.n) || !count(r, "k", 1, &shape.k) ||
        !format(r, "dtype", &shape.a) || !multiplies(r, shape.a))
        return false;
    shape.b = shape.a;
    set_family(r, (const char *const[]){"n", "k", NULL});
    add_op(r->row, OP_MATMUL, "matmul")->matmul = shape;
    warm_whole(r);
    return true;
}

static bool read_attention(const Reading *r) {
    Row *row = r->row;
    AttentionShape shape = {.split = 1};
    double dim;
    if (!count(r, "batch", 1, &shape.sequences) || !count(r, "heads", 1, &shape.heads) ||
        !count(r, "kv_heads", 1, &shape.kv_heads) || !count(r, "head_dim", 1, &dim) ||
        !count(r, "q_len", 1, &shape.q_len) || !count(r, "kv_len", 1, &shape.kv_len) ||
        !number_or(r, "window", 0, 0, &shape.window) || !format(r, "kv_dtype", &shape.kv))
        return false;
    if (shape.kv_len < shape.q_len)
        return wrong(r, "kv_len", "is below q_len");
    if (fmod(shape.heads, shape.kv_heads) != 0)
        return wrong(r, "kv_heads", "does not divide heads");
    shape.qk_dim = shape.v_dim = dim;
    shape.kv_values = shape.kv_heads * 2 * dim;
    shape.decode = shape.q_len == 1 && shape.kv_len > 1;
    row->kind = shape.decode ? ROW_DECODE : ROW_PREFILL;
    row->op = shape.decode ? "attention_decode" : "attention_prefill";
    set_family(r, (const char *const[]){"heads", "kv_heads", "head_dim", "window", NULL});
    Op *op = add_op(row, OP_ATTENTION, "attention");
    row_attention(row, r->source, &shape);
    op->attention = shape;
    warm_whole(r);
    return true;
}

static bool read_mixed(const Reading *r) {
    Row *row = r->row;
    AttentionShape decode = {.split = 1, .q_len = 1, .decode = true, .kv = FORMAT_BF16}, prefill;
    double dim, history;
    if (!count(r, "heads", 1, &decode.heads) || !count(r, "kv_heads", 1, &decode.kv_heads) ||
        !count(r, "head_dim", 1, &dim) || !count(r, "n_decode", 0, &decode.sequences) ||
        !count(r, "kv_decode", 0, &decode.kv_len) || !format(r, "dtype", &decode.kv))
        return false;
    decode.qk_dim = decode.v_dim = dim;
    decode.kv_values = decode.kv_heads * 2 * dim;
    prefill = decode;
    prefill.sequences = 1;
    prefill.decode = false;
    if (!count(r, "prefill_chunk", 0, &prefill.q_len) || !count(r, "kv_prefill", 0, &history))
        return false;
    prefill.kv_len = prefill.q_len + history;
    set_family(r, (const char *const[]){"heads", "kv_heads", "head_dim", NULL});
    if (prefill.q_len > 0)
        add_op(row, OP_ATTENTION, "prefill")->attention = prefill;
    if (decode.sequences > 0 && decode.kv_len > 0)
        add_op(row, OP_ATTENTION, "decode")->attention = decode;
    if (row->op_count == 0)
        return wrong(r, "n_decode", "and prefill_chunk are both 0: nothing runs");
    warm_whole(r);
    return true;
}

// Rank-local heads: un-absorbed in prefill, absorbed with one shared latent head in decode.
static bool read_latent(const Reading *r) {
    Row *row = r->row;
    AttentionShape shape = {.split = 1};
    if (!count(r, "batch", 1, &shape.sequences) || !count(r, "heads", 1, &shape.heads) ||
        !count(r, "q_len", 1, &shape.q_len) || !count(r, "kv_len", 1, &shape.kv_len) ||
        !count(r, "qk_dim", 1, &shape.qk_dim) || !count(r, "v_dim", 1, &shape.v_dim) ||
        !format(r, "kv_dtype", &shape.kv))
        return false;
    if (shape.kv_len < shape.q_len)
        return wrong(r, "kv_len", "is below q_len");
    // Absorbed, keys are the latent with the rotary part, values the latent alone: wider than any head.
    shape.decode = shape.v_dim > 256;
    shape.kv_heads = shape.decode ? 1 : shape.heads;
    shape.kv_values = shape.decode ? shape.qk_dim : shape.heads * (shape.qk_dim + shape.v_dim);
    row->kind = shape.decode ? ROW_LATENT_DECODE : ROW_LATENT_PREFILL;
    row->op = shape.decode ? "mla_decode" : "mla_prefill";
    set_family(r, (const char *const[]){"heads", NULL});
    add_op(row, OP_ATTENTION, "attention")->attention = shape;
    row_latent(row, r->source, &shape);
    warm_whole(r);
    return true;
}

// Rows and experts of rank 0 under the collectors' rule: token t picks experts (t + j ceil(E / k)) mod E when there are
// at least ceil(E / k) tokens, else (floor(t stride / tokens) + j stride) mod E.
static void balanced_load(double tokens, double experts, double top_k, double owned, double *rows,
                          double *active) {
    long long e = (long long)experts, k = (long long)top_k, t = (long long)tokens;
    long long stride = (e + k - 1) / k, own = (long long)owned;
    *rows = *active = 0;
    for (long long expert = 0; expert < own; expert++) {
        long long hits = 0;
        for (long long j = 0; j < k; j++) {
            long long first = ((expert - j * stride) % e + e) % e; // the value that leads to it
            if (t >= stride)
                hits += first < t ? (t - first - 1) / e + 1 : 0;
            else if (first < stride)
                hits += ((first + 1) * t + stride - 1) / stride - (first * t + stride - 1) / stride;
        }
        *rows += (double)hits;
        *active += hits > 0;
    }
}

// What the block touches: its experts' weights, and every tensor between its kernels once.
static double block_bytes(const ExpertBlock *block) {
    double ups = block->gated ? 2 : 1, value = format_activation_bytes(block->formats.activations);
    double weight = format_weight_bytes(block->formats.weights);
    double d = block->d_model, inner = block->inner;
    return block->active * (ups + 1) * d * inner * weight + 2 * HALF_BYTES * block->entering * d +
           block->rows * (d * (HALF_BYTES + value) + inner * (ups * HALF_BYTES + value));
}

// The fused block on rank 0, into which all tokens come.
static bool read_experts(const Reading *r) {
    Row *row = r->row;
    double ff, tp, ep;
    ExpertBlock block = {.gated = true, .even = true};
    Format kind;
    if (!count(r, "tokens", 1, &block.tokens) || !count(r, "d_model", 1, &block.d_model) ||
        !count(r, "d_ff", 1, &ff) || !count_to(r, "n_experts", 1, EXPERTS_MOST, &block.experts) ||
        !count_to(r, "top_k", 1, EXPERTS_MOST, &block.top_k) || !count(r, "tp", 1, &tp) ||
        !count(r, "ep", 1, &ep) || !format(r, "dtype", &kind))
        return false;
    if (!multiplies(r, kind))
        return false;
    if (block.top_k > block.experts)
        return wrong(r, "top_k", "is more than n_experts");
    if (fmod(block.experts, ep) != 0)
        return wrong(r, "ep", "does not divide n_experts");
    row->apart = strcmp(cell(r, "routing"), "balanced") != 0;
    row->op = row->apart ? "moe_power_law" : "moe";
    set_family(r, (const char *const[]){"d_model", "d_ff", "n_experts", "top_k", NULL});
    block.held = block.experts / ep;
    block.inner = ceil(ff / tp);
    block.entering = block.tokens;
    block.formats = (Formats){.weights = kind, .activations = kind, .matmul = FORMAT_NONE};
    balanced_load(block.tokens, block.experts, block.top_k, block.held, &block.rows, &block.active);
    if (block.rows == 0) // none of its experts is hit: the kernels run empty
        block.rows = block.active = 1;
    if (r->source->whole_tokens)
        block.rows = block.tokens * block.top_k * fmin(1, block.top_k / ep);
    block.leaving = block.rows;
    experts_ops(&block, row->ops);
    row->op_count = EXPERT_OPS;
    row->main = 2;
    if (r->source->warm)
        row->conditions.loop_bytes = block_bytes(&block);
    row->fixed_s = r->source->replay_s + r->source->host_launch_s;
    return true;
}

static bool read_grouped(const Reading *r) {
    GroupedShape shape = {.matmul = FORMAT_NONE};
    double each;
    if (!count(r, "groups", 1, &shape.experts) || !number(r, "m_per_group", 0, &each) ||
        !count(r, "n", 1, &shape.n) || !count(r, "k", 1, &shape.k) || !format(r, "dtype", &shape.a))
        return false;
    if (!multiplies(r, shape.a))
        return false;
    if (each <= 0)
        return wrong(r, "m_per_group", "must be above 0");
    shape.b = shape.a;
    shape.active = fmin(shape.experts, shape.experts * each);
    shape.rows = shape.experts * each;
    set_family(r, (const char *const[]){"n", "k", NULL});
    shape.even = shape.alone = true;
    shape.block = (BlockSize){shape.rows, shape.active, shape.active * shape.n * shape.k};
    add_op(r->row, OP_GROUPED_MATMUL, "grouped")->grouped = shape;
    if (r->source->warm)
        r->row->conditions.loop_bytes =
            shape.active * shape.n * shape.k * format_weight_bytes(shape.b) +
            shape.rows * (shape.k * format_activation_bytes(shape.a) + shape.n * HALF_BYTES);
    r->row->fixed_s = r->source->replay_s + r->source->host_launch_s;
    return true;
}

// Whose all-reduce was timed, by the end of the source's name.
static KernelLibrary library_timed(const char *source) {
    if (strstr(source, ":trtllm_ar"))
        return LIBRARY_FUSED;
    if (strncmp(source, "vidur:", 6) == 0)
        return LIBRARY_NCCL_OLD;
    if (!strstr(source, ":custom_ar"))
        return LIBRARY_NCCL;
    return strstr(source, "sglang0.5.10") ? LIBRARY_DIRECT_OLD : LIBRARY_DIRECT;
}

// Sizes of one operation and group depend on each other octave by octave; where a group has no sibling (all-gather and
// reduce-scatter are such siblings), three octaves are a family.
static void collective_family(const Reading *r, double bytes) {
    set_family(r, (const char *const[]){"op", "gpus", NULL});
    const char *word = cell(r, "op");
    if (strcmp(word, "all_reduce") == 0 || strcmp(word, "send_recv") == 0)
        r->row->family += (uint64_t)(fit_log2(bytes) / 3);
}

static bool read_collective(const Reading *r) {
    static const struct {
        const char *word;
        CollectiveKind kind;
    } KINDS[] = {
        {"all_reduce",     COLLECTIVE_ALL_REDUCE    },
        {"all_gather",     COLLECTIVE_ALL_GATHER    },
        {"reduce_scatter", COLLECTIVE_REDUCE_SCATTER},
        {"alltoall",       COLLECTIVE_ALL_TO_ALL    },
        {"all_to_all",     COLLECTIVE_ALL_TO_ALL    }
    };
    Row *row = r->row;
    double gpus, bytes, across;
    if (!count_to(r, "gpus", 2, GPUS_MOST, &gpus) || !number(r, "bytes", 1, &bytes) ||
        !number_or(r, "inter_node", 0, 0, &across))
        return false;
    const char *word = cell(r, "op");
    row->chips = (int)gpus;
    if (!holds(r))
        return false;
    row->apart = across > 0;
    collective_family(r, bytes);
    row->fixed_s = strcmp(cell(r, "launch"), "graph") == 0 ? 0 : r->source->host_launch_s;
    if (strcmp(word, "send_recv") == 0) {
        row->op = across > 0 ? "send_inter_node" : "send";
        add_op(row, OP_SEND, "send")->send = (SendShape){0, 1, bytes};
        return true;
    }
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(word, KINDS[i].word) != 0)
            continue;
        row->op = across > 0 ? "inter_node" : COLLECTIVE_WORDS[KINDS[i].kind];
        add_op(row, OP_COLLECTIVE, row->op)->collective = (CollectiveShape){
            KINDS[i].kind, {row->chips, 1},
             bytes, library_timed(cell(r, "source"))
        };
        return true;
    }
    return wrong(r, "op", "is not all_reduce, all_gather, reduce_scatter, alltoall or send_recv");
}

static KernelLibrary dispatch_mode(const char *mode, const char *op) {
    if (strcmp(mode, "deepep_low_latency") == 0)
        return LIBRARY_LOW;
    if (strcmp(mode, "nvlink_one_sided") == 0)
        return LIBRARY_ONE_SIDED;
    if (strcmp(mode, "nvlink_two_sided") == 0)
        return strcmp(op, "combine_low_precision") == 0 ? LIBRARY_NARROW : LIBRARY_TWO_SIDED;
    return LIBRARY_NORMAL;
}

static bool read_dispatch(const Reading *r) {
    Row *row = r->row;
    double ep, tokens, d, top_k, experts, cores;
    Format kind;
    if (!count_to(r, "ep", 2, GPUS_MOST, &ep) || !count(r, "tokens", 1, &tokens) ||
        !count(r, "d_model", 1, &d) || !count_to(r, "top_k", 1, EXPERTS_MOST, &top_k) ||
        !count_to(r, "n_experts", 1, EXPERTS_MOST, &experts) ||
        !number_or(r, "sms", 0, 0, &cores) || !format(r, "dtype", &kind))
        return false;
    const char *word = cell(r, "op");
    bool back = strncmp(word, "combine", 7) == 0;
    if (!back && strcmp(word, "dispatch") != 0)
        return wrong(r, "op", "is not dispatch, combine or combine_low_precision");
    row->op = back ? "combine" : "dispatch";
    row->chips = (int)ep;
    if (!holds(r))
        return false;
    set_family(r, (const char *const[]){"mode", "ep", "d_model", "top_k", "n_experts", NULL});
    KernelLibrary library = dispatch_mode(cell(r, "mode"), word);
    // dtype names what the engine holds. DeepEP's kernels for many tokens are timed sending fp8: in 16 bit 65,536 tokens
    // of 7168 would cross an H100's link at 584 of its 450 GB/s. Results come back in 16 bit unless the row says so.
    if (!back && library == LIBRARY_NORMAL)
        kind = FORMAT_FP8_BLOCK;
    if (back && library != LIBRARY_NARROW)
        kind = FORMAT_BF16;
    // TensorRT-LLM's rows spread a token's experts evenly: 2, 4, 8 and 32 ranks take 1 : 3 : 7 : 7.75.
    bool evenly =
        library == LIBRARY_ONE_SIDED || library == LIBRARY_TWO_SIDED || library == LIBRARY_NARROW;
    add_op(row, OP_DISPATCH, row->op)->dispatch = (DispatchShape){
        {row->chips, 1},
        tokens,
        1,
        d * format_activation_bytes(kind),
        experts,
        top_k,
        evenly ? fmin(top_k, ep) : routing_groups_hit(experts, top_k, ep),
        back,
        library,
        cores
    };
    row->fixed_s = r->source->host_launch_s;
    return true;
}

// Arithmetic and special functions a value of the kernels that sources name.
typedef struct Elementwise {
    const char *word;
    double flop, specials;
    ElementwiseKind kind;
} Elementwise;

static bool read_elementwise(const Reading *r) {
    static const Elementwise KNOWN[] = {
        {"add",                 1, 0, ELEMENTWISE_POINT   },
        {"relu",                1, 0, ELEMENTWISE_POINT   },
        {"gelu",                8, 1, ELEMENTWISE_POINT   },
        {"tanh",                2, 1, ELEMENTWISE_POINT   },
        {"silu_mul",            4, 1, ELEMENTWISE_GATED   },
        {"softmax",             4, 1, ELEMENTWISE_SOFTMAX },
        {"layernorm",           6, 0, ELEMENTWISE_NORM    },
        {"rmsnorm",             4, 0, ELEMENTWISE_NORM    },
        {"fused_add_rmsnorm",   5, 0, ELEMENTWISE_NORM    },
        {"rope",                3, 0, ELEMENTWISE_POINT   },
        {"quantize_fp8_static", 2, 0, ELEMENTWISE_QUANTISE},
    };
    double rows, cols, read_bytes, write_bytes;
    if (!count(r, "rows", 1, &rows) || !count(r, "cols", 1, &cols) ||
        !number(r, "bytes_read", 0, &read_bytes) || !number(r, "bytes_written", 0, &write_bytes))
        return false;
    const char *word = cell(r, "op");
    Nearest nearest = {0};
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        nearest_offer(&nearest, word, KNOWN[i].word);
        if (strcmp(word, KNOWN[i].word) != 0)
            continue;
        set_family(r, (const char *const[]){"op", "cols", NULL});
        add_elementwise(r->row, KNOWN[i].word, read_bytes, write_bytes, rows * cols * KNOWN[i].flop,
                        rows * cols * KNOWN[i].specials);
        bool sums = KNOWN[i].kind == ELEMENTWISE_NORM || KNOWN[i].kind == ELEMENTWISE_SOFTMAX;
        kind_of_last(r->row, KNOWN[i].kind, sums ? rows : 0);
        warm_whole(r);
        r->row->warm_bytes *= STREAM_KEPT;
        return true;
    }
    error_set(r->err, "op: there is no elementwise kernel '%.60s'", word);
    if (nearest.best)
        error_hint(r->err, "did you mean '%s'?", nearest.best);
    return csv_where(r->csv, r->err);
}

typedef struct KindInfo {
    const char *op;         // NULL: the reader sets it
    const char *columns[8]; // that tell this kind from those below
    bool (*read)(const Reading *r);
} KindInfo;

// The first kind whose columns are all there is taken.
static const KindInfo KINDS[ROW_KIND_COUNT] = {
    [ROW_GROUPED] = {"grouped_matmul",  {"groups", "m_per_group", "n", "k"},                  read_grouped    },
    [ROW_EXPERTS] = {NULL,              {"tokens", "d_ff", "n_experts", "routing"},           read_experts    },
    [ROW_DISPATCH] = {NULL,              {"op", "ep", "tokens", "top_k"},                      read_dispatch   },
    [ROW_COLLECTIVE] = {NULL,              {"op", "gpus", "bytes"},                              read_collective },
    [ROW_ELEMENTWISE] = {"elementwise",     {"op", "rows", "cols"},                               read_elementwise},
    [ROW_MIXED] = {"attention_mixed", {"prefill_chunk", "n_decode", "heads"},               read_mixed      },
    [ROW_LATENT_PREFILL] = {NULL,              {"heads", "q_len", "kv_len", "qk_dim", "v_dim"},      read_latent     },
    [ROW_PREFILL] = {NULL,              {"heads", "kv_heads", "head_dim", "q_len", "kv_len"}, read_attention  },
    [ROW_BATCHED] = {"batched_matmul",  {"batch", "m", "n", "k"},                             read_batched    },
    [ROW_MATMUL] = {"matmul",          {"m", "n", "k"},                                      read_matmul     },
};
static const RowKind ORDER[] = {ROW_GROUPED,     ROW_EXPERTS, ROW_DISPATCH,       ROW_COLLECTIVE,
                                ROW_ELEMENTWISE, ROW_MIXED,   ROW_LATENT_PREFILL, ROW_PREFILL,
                                ROW_BATCHED,     ROW_MATMUL};
#define ORDER_COUNT (sizeof ORDER / sizeof ORDER[0])

static int missing_columns(const Csv *csv, const KindInfo *info, const char **first) {
    int missing = 0;
    for (int i = 0; i < 8 && info->columns[i]; i++) {
        if (csv_column(csv, info->columns[i]) >= 0)
            continue;
        if (missing++ == 0)
            *first = info->columns[i];
    }
    return missing;
}

int row_kind(const Csv *csv, Error *err) {
    const char *missing = NULL, *nearest = NULL;
    for (size_t i = 0; i < ORDER_COUNT; i++) {
        const char *first = NULL;
        int lacks = missing_columns(csv, &KINDS[ORDER[i]], &first);
        if (lacks == 0)
            return (int)ORDER[i];
        if (lacks == 1 && !nearest) {
            missing = first;
            nearest = KINDS[ORDER[i]].columns[0];
        }
    }
    if (missing)
        error_set(err, "there is no column '%s'", missing);
    else
        error_set(err, "these are not the columns of measured rows");
    error_hint(err, "a matmul's row has chip,dtype,m,n,k,time_us,source; chipfit validate score "
                    "--help lists all kinds");
    return error_where(err, csv->name, 1) - 1;
}

static bool read_chip(const Reading *r) {
    const char *name = cell(r, "chip");
    if (!name[0]) {
        error_set(r->err,
                  csv_column(r->csv, "chip") < 0 ? "there is no column 'chip'" : "chip: is empty");
        return csv_where(r->csv, r->err);
    }
    r->row->chip = catalog_chip(r->catalog, name, r->err);
    if (!r->row->chip)
        return csv_where(r->csv, r->err);
    r->row->system = catalog_system(r->catalog, r->row->chip->system, r->err);
    return r->row->system || csv_where(r->csv, r->err);
}

bool row_read(const Csv *csv, int kind, const Catalog *catalog, Row *row, Error *err) {
    Reading r = {csv, catalog, NULL, row, err};
    double time_us;
    memset(row, 0, sizeof *row);
    row->kind = (RowKind)kind;
    row->op = KINDS[kind].op;
    row->chips = 1;
    row->line = csv->line;
    if (!read_chip(&r) || !csv_number_or(csv, "time_us", 0, TIME_MOST_US, NAN, &time_us, err))
        return false;
    if (time_us == 0)
        return wrong(&r, "time_us", "must be above 0");
    row->measured_s = time_us * 1e-6;
    const char *source = cell(&r, "source");
    row->software = hash_bytes(source, strcspn(source, "0123456789")).low;
    r.source = source_find(source, row->kind);
    return KINDS[kind].read(&r);
}

void row_conditions(const Row *row, Machine *machine) {
    machine->warm_bytes = row->warm_bytes;
    machine->as_measured = row->conditions;
}

Machine row_machine(const Row *row, const Profile *profile) {
    Design design = {.chip = row->chip, .system = row->system, .profile = profile};
    design.plan.chips = row->chips;
    Machine machine = machine_of(&design);
    row_conditions(row, &machine);
    return machine;
}

Prediction row_predict(const Row *row, const Machine *machine) {
    Prediction sum = {row->fixed_s, row->fixed_s, row->fixed_s, 0};
    double below = 0, above = 0, doubt_s = 0;
    for (int i = 0; i < row->op_count; i++) {
        OpCost cost = op_cost(machine, &row->ops[i]);
        double engines_s = machine_max(machine_max(cost.matrix_s, cost.vector_s),
                                       machine_max(cost.memory_s, cost.link_s));
        double time_s = engines_s + cost.overhead_s;
        sum.time_s += time_s;
        below += cost.below * time_s;
        above += cost.above * time_s;
        doubt_s += cost.doubt * time_s;
    }
    sum.low_s = sum.time_s - below;
    sum.high_s = sum.time_s + above;
    sum.doubt = doubt_s / sum.time_s;
    return sum;
}

KernelClass row_class(const Row *row, const Machine *machine) {
    return op_class(machine, &row->ops[row->main]);
}
