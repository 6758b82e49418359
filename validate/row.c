#include "validate/row.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "arch/experts.h"
#include "arch/routing.h"
#include "sim/base/hash.h"
#include "sim/fit.h"
#include "sim/op_cost.h"
#include "validate/reading.h"
#include "validate/row_attention.h"
#include "validate/row_task.h"

// Quantising [m, k] from 16 bit. With one scale: a pass for the largest value, one to convert; a block of values with a
// scale of its own stays in registers meanwhile.
static void add_quantise(Row *row, double m, double k, Format a) {
    double passes = FORMATS[a].activation_block > 0 ? 1 : 2;
    add_elementwise(row, "quantise", passes * m * k * HALF_BYTES,
                    m * k * format_activation_bytes(a), 3 * m * k, 0);
    kind_of_last(row, ELEMENTWISE_QUANTISE, 0);
}

// Whether the matrix unit takes scaled blocks itself: Blackwell's does.
static bool scales_blocks(const Chip *chip) {
    return design_math(chip, FORMAT_NVFP4, FORMAT_NVFP4, FORMAT_NONE) == MATH_FP4;
}

// How the library that was measured multiplies. DeepGEMM and CUTLASS's kernels do not split k. CUTLASS's for matrix units
// that scale blocks come in tiles of 128 x 128 and more (sgl-kernel: nvfp4 everywhere, fp8 on sm120).
static void library_of(const Reading *r, MatmulShape *shape, bool quantised) {
    bool own = r->source->own_narrow && FORMATS[shape->a].bits < 16;
    bool blocks = own && scales_blocks(r->row->chip), deep = shape->a == FORMAT_FP8_BLOCK;
    shape->unsplit = own;
    shape->coarse = blocks && !deep;
    for (int i = 0; blocks && deep && quantised && i < r->source->scale_kernels; i++) {
        double scales = shape->n * shape->k / FORMATS[shape->a].activation_block;
        add_elementwise(r->row, "scales", scales, scales, 0, 0);
        kind_of_last(r->row, ELEMENTWISE_QUANTISE, 0);
    }
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
    library_of(r, &shape, in_time > 0);
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
    shape.strided = true;
    // Absorbed projections of latent attention have but two (n, k); heads tell their models apart.
    set_family(r, (const char *const[]){"batch", NULL});
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
    row->fixed_s = source_fixed_s(r->source);
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
    [ROW_TASK] = {NULL,              {"kind", "status"},                                   read_task       },
};
static const RowKind ORDER[] = {ROW_TASK,       ROW_GROUPED,     ROW_EXPERTS, ROW_DISPATCH,
                                ROW_COLLECTIVE, ROW_ELEMENTWISE, ROW_MIXED,   ROW_LATENT_PREFILL,
                                ROW_PREFILL,    ROW_BATCHED,     ROW_MATMUL};
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
    const Chip *chip = name[0] ? catalog_chip(r->catalog, name, r->err) : NULL;
    if (!chip)
        chip = r->catalog->stand_in;
    if (!chip && !name[0]) {
        error_set(r->err,
                  csv_column(r->csv, "chip") < 0 ? "there is no column 'chip'" : "chip: is empty");
        error_hint(r->err, "--chip CHIP says which chip it is");
    }
    if (!chip)
        return csv_where(r->csv, r->err);
    r->row->chip = chip;
    if (!chip->system) // kernels need none
        return true;
    r->row->system = catalog_system(r->catalog, chip->system, r->err);
    return r->row->system || csv_where(r->csv, r->err);
}

bool row_read(const Csv *csv, int kind, const Catalog *catalog, Row *row, Error *err) {
    Reading r = {csv, catalog, NULL, row, err}; // cppcheck-suppress ctuuninitvar; zeroed below
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
    if (row->layer)
        return row_layer_predict(row->layer, machine);
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
