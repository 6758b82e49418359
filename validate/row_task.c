#include "validate/row_task.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arch/experts.h"
#include "arch/routing.h"
#include "sim/base/heap.h"
#include "sim/fit.h"
#include "sim/op_cost.h"
#include "validate/column.h"
#include "validate/measurement.h"
#include "validate/reading.h"
#include "validate/rounds.h"

static Op op_of(OpKind kind, const char *name) {
    return (Op){.kind = kind, .name = name, .balance = 1, .touch = 1};
}

static Op stream(const char *name, ElementwiseKind kind, double rows, double read_bytes,
                 double write_bytes, double flop, double specials) {
    Op op = op_of(OP_ELEMENTWISE, name);
    op.elementwise = (ElementwiseShape){.read_bytes = read_bytes,
                                        .write_bytes = write_bytes,
                                        .flop = flop,
                                        .specials = specials,
                                        .kind = kind,
                                        .rows = rows};
    return op;
}

// --- Kernels -----------------------------------------------------------------------------------------------------------

static Op matmul_op(const Task *task) {
    Op op = op_of(OP_MATMUL, task->batch > 1 ? "batched_matmul" : "matmul");
    op.matmul = (MatmulShape){.batch = task->batch,
                              .m = task->m,
                              .n = task->n,
                              .k = task->k,
                              .a = task->a,
                              .b = task->b,
                              .matmul = FORMAT_NONE};
    return op;
}

static Op experts_op(const Task *task) {
    double active = fmin(task->experts, task->m);
    Op op = op_of(OP_GROUPED_MATMUL, "grouped_matmul");
    op.grouped = (GroupedShape){
        .rows = task->m,
        .n = task->n,
        .k = task->k,
        .experts = task->experts,
        .active = active,
        .a = task->a,
        .b = task->b,
        .even = true,
        .alone = true,
        .block = {task->m, active, active * task->n * task->k}
    };
    return op;
}

static Op attention_op(const Task *task) {
    static const char *const NAMES[2][2] = {
        {"attention_prefill", "attention_decode"},
        {"mla_prefill",       "mla_decode"      }
    };
    bool decode = task->kind == TASK_DECODE;
    double dims = task_latent(task) ? task->qk_dim : task->qk_dim + task->v_dim;
    Op op = op_of(OP_ATTENTION, NAMES[task->qk_dim != task->v_dim][decode]);
    op.attention = (AttentionShape){
        .sequences = task->batch,
        .q_len = task->q_len,
        .kv_len = task->kv_len,
        .heads = task->heads,
        .kv_heads = task->kv_heads,
        .qk_dim = task->qk_dim,
        .v_dim = task->v_dim,
        .kv_values = task->kv_heads * dims,
        .window = task->window,
        .split = 1,
        .kv = task->kv,
        .decode = decode,
    };
    return op;
}

// Between kernels: 16 bit, on a host 32.
static double value_bytes(const Task *task) {
    return task->a ? format_activation_bytes((Format)task->a) : HALF_BYTES;
}

// Residual add and norm in one pass, whose result is as wide as its input, whatever the next matmul reads.
static Op norm_op(const Task *task) {
    double values = (double)task->m * task->n, bytes = 2 * value_bytes(task) * values;
    return stream("norm", ELEMENTWISE_NORM, task->m, bytes, bytes, 6 * values, 0);
}

static Op gated_op(const Task *task) {
    double values = (double)task->m * task->n, bytes = value_bytes(task) * values;
    return stream("gated", ELEMENTWISE_GATED, task->m, 2 * bytes, bytes, 4 * values, values);
}

static Op rotary_op(const Task *task) {
    double queries = (double)task->m * task->heads * task->qk_dim;
    double cached = (double)task->m * task->kv_heads * (task->qk_dim + task->v_dim);
    double bytes = value_bytes(task);
    return stream("rotary", ELEMENTWISE_POINT, 0, bytes * (queries + cached),
                  bytes * queries + format_weight_bytes((Format)task->kv) * cached,
                  6 * (queries + cached), 0);
}

// The largest of a block, its scale, the conversion: in one pass, the block waiting in registers.
static Op quantise_op(const Task *task) {
    double values = (double)task->m * task->n;
    return stream("quantise", ELEMENTWISE_QUANTISE, 0, HALF_BYTES * values,
                  format_activation_bytes((Format)task->a) * values, 3 * values, 0);
}

static Op dequantise_op(const Task *task) {
    double values = (double)task->m * task->n;
    return stream("dequantise", ELEMENTWISE_POINT, 0, format_weight_bytes((Format)task->b) * values,
                  HALF_BYTES * values, 2 * values, 0);
}

// What routing, permute and unpermute move, outside a block of experts: plain streams.
static Op routing_op(const Task *task) {
    const ExpertBlock block = {
        .entering = task->m,
        .leaving = (double)task->m * task->top_k,
        .experts = task->experts,
        .top_k = task->top_k,
        .d_model = task->n,
        .formats = {FORMAT_BF16, FORMAT_BF16, FORMAT_BF16, FORMAT_NONE}
    };
    Op op = op_of(OP_ELEMENTWISE, TASK_KIND_WORDS[task->kind]);
    op.elementwise = task->kind == TASK_ROUTE     ? experts_top_k(&block)
                     : task->kind == TASK_PERMUTE ? experts_permute(&block)
                                                  : experts_unpermute(&block);
    op.elementwise.routed = (RoutedStream){0};
    if (task->kind != TASK_ROUTE) {
        op.elementwise.read_bytes *= value_bytes(task) / HALF_BYTES;
        op.elementwise.write_bytes *= value_bytes(task) / HALF_BYTES;
    }
    if (task->kind == TASK_ROUTE) {
        op.elementwise.kind = ELEMENTWISE_SOFTMAX;
        op.elementwise.rows = task->m;
    }
    return op;
}

static Op copy_op(const Task *task) {
    bool triad = task->kind == TASK_TRIAD;
    double values = task->bytes / SCORE_BYTES;
    return stream(TASK_KIND_WORDS[task->kind], ELEMENTWISE_COPY, 0, (triad ? 2 : 1) * task->bytes,
                  task->bytes, triad ? 2 * values : 0, 0);
}

static Op collective_op(const Task *task) {
    static const CollectiveKind KINDS[TASK_KIND_COUNT] = {
        [TASK_ALL_REDUCE] = COLLECTIVE_ALL_REDUCE,
        [TASK_ALL_GATHER] = COLLECTIVE_ALL_GATHER,
        [TASK_REDUCE_SCATTER] = COLLECTIVE_REDUCE_SCATTER,
        [TASK_ALL_TO_ALL] = COLLECTIVE_ALL_TO_ALL,
    };
    Op op = op_of(OP_COLLECTIVE, COLLECTIVE_WORDS[KINDS[task->kind]]);
    op.collective = (CollectiveShape){
        .kind = KINDS[task->kind],
        .group = {task->ranks, 1},
        .bytes = task->bytes,
        .library = LIBRARY_NCCL
    };
    return op;
}

// How a kind becomes an op. `apart`: sweeps cost it as part of a block of experts or not at all, so that alone it is no
// sample of the class that it is costed by.
static const struct {
    Op (*op)(const Task *task);
    bool apart;
} KINDS[TASK_KIND_COUNT] = {
    [TASK_MATMUL] = {matmul_op,     false},
    [TASK_EXPERTS] = {experts_op,    false},
    [TASK_PREFILL] = {attention_op,  false},
    [TASK_DECODE] = {attention_op,  false},
    [TASK_NORM] = {norm_op,       false},
    [TASK_GATED] = {gated_op,      false},
    [TASK_ROTARY] = {rotary_op,     false},
    [TASK_QUANTISE] = {quantise_op,   false},
    [TASK_DEQUANTISE] = {dequantise_op, true },
    [TASK_ROUTE] = {routing_op,    true },
    [TASK_PERMUTE] = {routing_op,    true },
    [TASK_UNPERMUTE] = {routing_op,    true },
    [TASK_COPY] = {copy_op,       false},
    [TASK_TRIAD] = {copy_op,       false},
    [TASK_ALL_REDUCE] = {collective_op, false},
    [TASK_ALL_GATHER] = {collective_op, false},
    [TASK_REDUCE_SCATTER] = {collective_op, false},
    [TASK_ALL_TO_ALL] = {collective_op, false},
};

// --- What a chip can run -----------------------------------------------------------------------------------------------

static bool is_collective(const Task *task) {
    return task->kind >= TASK_ALL_REDUCE && task->kind <= TASK_ALL_TO_ALL;
}

static bool runs_on(const Task *task, const Chip *chip, const System *system, Error *err) {
    bool multiplies = task->kind == TASK_MATMUL || task->kind == TASK_EXPERTS;
    Format a = (Format)task->a, b = (Format)task->b;
    if (multiplies && design_math(chip, a, b, FORMAT_NONE) == MATH_COUNT) {
        bool alike = a == b;
        return error_set(err, "%.48s: %s has no arithmetic for %s%s%s", task->name, chip->name,
                         FORMATS[a].name, alike ? "" : " with ", alike ? "" : FORMATS[b].name);
    }
    if (!is_collective(task))
        return true;
    return system ? system_holds(system, task->ranks, err)
                  : error_set(err, "%.48s: %s has no system", task->name, chip->name);
}

// --- Conditions --------------------------------------------------------------------------------------------------------

static double grouped_bytes(const GroupedShape *shape) {
    return shape->active * shape->n * shape->k * format_weight_bytes(shape->b) +
           shape->rows * (shape->k * format_activation_bytes(shape->a) + shape->n * HALF_BYTES);
}

// The same operands again and again: what the store keeps of them is found there.
static void make_warm(Row *row, const Op *op) {
    double store_bytes = row->chip->store.capacity_bytes;
    switch (op->kind) {
    case OP_MATMUL:
        row->conditions.weight_copies = 1;
        break;
    case OP_GROUPED_MATMUL:
        row->conditions.loop_bytes = grouped_bytes(&op->grouped);
        break;
    case OP_ELEMENTWISE:
        row->warm_bytes = STREAM_KEPT * store_bytes;
        break;
    default:
        row->warm_bytes = store_bytes;
    }
}

// Sizes that say whose shape family a row is; lengths and numbers of tokens vary inside one.
static uint64_t family_of(const Task *task) {
    double octaves = task->bytes > 0 ? floor(fit_log2(task->bytes) / 3) : 0;
    const double sizes[] = {task->kind,   task->n,        task->k,      task->experts,
                            task->heads,  task->kv_heads, task->qk_dim, task->v_dim,
                            task->window, task->ranks,    octaves};
    return hash_bytes(sizes, sizeof sizes).low;
}

// --- Layers ------------------------------------------------------------------------------------------------------------

// The parts of a layer that are a block of experts.
typedef struct BlockParts {
    const Task *route, *permute, *up, *down;
} BlockParts;

static BlockParts block_parts(const Task parts[], int count) {
    BlockParts found = {0};
    for (int i = 0; i < count; i++) {
        const Task *part = &parts[i];
        if (part->kind == TASK_ROUTE)
            found.route = part;
        else if (part->kind == TASK_PERMUTE)
            found.permute = part;
        else if (part->kind == TASK_EXPERTS && !found.up)
            found.up = part;
        else if (part->kind == TASK_EXPERTS)
            found.down = part;
    }
    return found;
}

// The block that such parts are, as experts_block makes it of a design.
static ExpertBlock block_of(const BlockParts *parts) {
    const Task *up = parts->up, *down = parts->down ? parts->down : parts->up;
    const Task *chosen = parts->permute ? parts->permute : parts->route;
    double top_k = chosen ? fmax(1, chosen->top_k) : 1, held = up->experts;
    double experts = parts->route ? fmax(held, parts->route->experts) : held;
    double hit = experts > held ? routing_groups_hit(experts, top_k, experts / held) : 1;
    return (ExpertBlock){
        .entering = chosen ? chosen->m : up->m,
        .leaving = (chosen ? chosen->m : up->m) * top_k,
        .tokens = up->m * hit / top_k,
        .rows = up->m,
        .active = fmin(held, up->m),
        .experts = experts,
        .held = held,
        .top_k = top_k,
        .d_model = up->k,
        .inner = down == up ? up->n : down->k,
        .gated = down != up && up->n == 2 * down->k,
        .even = true,
        .formats = {(Format)up->b, (Format)up->a, FORMAT_BF16, FORMAT_NONE},
    };
}

// A part that belongs to the block is costed with it. before: the part before it.
static void join_block(Op *op, const Task *part, const Task *before, const ExpertBlock *block) {
    switch (part->kind) {
    case TASK_ROUTE:
        op->elementwise = experts_top_k(block);
        break;
    case TASK_PERMUTE:
        op->elementwise = experts_permute(block);
        break;
    case TASK_GATED:
        if (before && before->kind == TASK_EXPERTS)
            op->elementwise = experts_act(block);
        break;
    case TASK_UNPERMUTE:
        op->elementwise = experts_unpermute(block);
        break;
    case TASK_EXPERTS:
        op->grouped.alone = false;
        op->grouped.block = experts_up(block).block;
        break;
    default:
        break;
    }
}

static bool fill_layer(RowLayer *layer, const Task parts[], int count, const Chip *chip,
                       const System *system, Error *err) {
    BlockParts found = block_parts(parts, count);
    ExpertBlock block = {0};
    if (found.up)
        block = block_of(&found);
    layer->count = count;
    for (int i = 0; i < count; i++) {
        if (!KINDS[parts[i].kind].op)
            return error_set(err, "%.48s: a layer holds no layers", parts[i].name);
        if (!runs_on(&parts[i], chip, system, err))
            return false;
        layer->ops[i] = KINDS[parts[i].kind].op(&parts[i]);
        layer->times[i] = parts[i].times > 1 ? parts[i].times : 1;
        if (found.up)
            join_block(&layer->ops[i], &parts[i], i > 0 ? &parts[i - 1] : NULL, &block);
    }
    return true;
}

static bool row_of_layer(const Task parts[], int count, const System *system, Row *row,
                         Error *err) {
    if (count == 0)
        return error_set(err, "a layer without parts");
    if (count > ROW_LAYER_PARTS)
        return error_set(err, "a layer of more than %d parts", ROW_LAYER_PARTS);
    row->layer = heap_take(1, sizeof *row->layer);
    row->apart = true;
    return fill_layer(row->layer, parts, count, row->chip, system, err);
}

// What each kernel finds in the store when the layer is run again and again: it comes round once the others have streamed
// their operands past.
static void come_round(Machine *machine, const Op *op, double loop_bytes) {
    double store_bytes = machine->chip->store.capacity_bytes;
    const MatmulShape *matmul = &op->matmul;
    machine->warm_bytes = 0;
    machine->as_measured = (Conditions){.loop_bytes = loop_bytes};
    if (op->kind == OP_MATMUL)
        machine->as_measured.weight_copies =
            loop_bytes / (matmul->batch * matmul->n * matmul->k * format_weight_bytes(matmul->b));
    else if (loop_bytes <= store_bytes)
        machine->warm_bytes = op->kind == OP_ELEMENTWISE ? STREAM_KEPT * store_bytes : store_bytes;
}

LayerTime row_layer_time(const RowLayer *layer, const Machine *machine) {
    LayerTime time = {0};
    Machine here = *machine;
    double loop_bytes = 0;
    for (int i = 0; layer->warm && i < layer->count; i++)
        loop_bytes += op_cost(machine, &layer->ops[i]).hbm_bytes;
    for (int i = 0; i < layer->count; i++) {
        if (loop_bytes > 0)
            come_round(&here, &layer->ops[i], loop_bytes);
        OpCost cost = op_cost(&here, &layer->ops[i]);
        for (int k = 0; k < layer->times[i]; k++)
            layer_time_add(&time, &cost);
    }
    return time;
}

Prediction row_layer_predict(const RowLayer *layer, const Machine *machine) {
    LayerTime time = row_layer_time(layer, machine);
    Span span = layer_time_span(&time, 0);
    double time_s = span_s(&span);
    return (Prediction){time_s, time_s - span.below_s, time_s + span.above_s,
                        span.doubt_s / time_s};
}

// --- Rows --------------------------------------------------------------------------------------------------------------

bool row_of_tasks(const Task tasks[], int count, const Chip *chip, const System *system, bool warm,
                  Row *row, Error *err) {
    const Task *task = &tasks[0];
    *row = (Row){.kind = ROW_TASK,
                 .op = TASK_KIND_WORDS[task->kind],
                 .apart = KINDS[task->kind].apart,
                 .chip = chip,
                 .system = system,
                 .chips = is_collective(task) ? task->ranks : 1,
                 .measured_s = NAN,
                 .family = family_of(task)};
    if (task->kind == TASK_LAYER) {
        bool good = row_of_layer(tasks + 1, count - 1, system, row, err);
        if (row->layer)
            row->layer->warm = warm;
        return good;
    }
    if (!runs_on(task, chip, system, err))
        return false;
    row->ops[0] = KINDS[task->kind].op(task);
    row->op_count = 1;
    row->op = row->ops[0].name;
    if (warm)
        make_warm(row, &row->ops[0]);
    return true;
}

void row_free(Row *row) {
    free(row->layer);
    row->layer = NULL;
}

int row_ops(const Row *row, const Op **ops, const int **times) {
    *ops = row->layer ? row->layer->ops : row->ops;
    *times = row->layer ? row->layer->times : NULL;
    return row->layer ? row->layer->count : row->op_count;
}

// --- Results files -----------------------------------------------------------------------------------------------------

static bool read_one(const Reading *r, const Csv *csv, Task *task) {
    return columns_read(&TASK_TABLE, csv, task, r->err) &&
           (task_finish(task, r->err) || csv_where(csv, r->err));
}

// The parts of a layer are the rows that follow it: read ahead, where the file's own reader will come by again.
static bool read_parts(const Reading *r, Task parts[], int count) {
    Csv ahead = *r->csv;
    ahead.row = (Text){0};
    bool good = true;
    for (int i = 0; good && i < count; i++) {
        CsvResult got = csv_next(&ahead, r->err);
        if (got == CSV_END) {
            error_set(r->err, "layer: %d of its %d parts are missing", count - i, count);
            csv_where(r->csv, r->err);
        }
        good = got == CSV_ROW && read_one(r, &ahead, &parts[i]);
    }
    text_free(&ahead.row);
    return good;
}

bool read_task(const Reading *r) {
    Task tasks[1 + ROW_LAYER_PARTS];
    Measurement measurement;
    Row *row = r->row, made;
    if (!read_one(r, r->csv, &tasks[0]) ||
        !columns_read(&MEASUREMENT_TABLE, r->csv, &measurement, r->err))
        return false;
    bool layer = tasks[0].kind == TASK_LAYER, warm = csv_column(r->csv, "cold_us") < 0;
    if (layer && measurement.parts > ROW_LAYER_PARTS) {
        error_set(r->err, "parts: %d, where a layer has at most %d", measurement.parts,
                  ROW_LAYER_PARTS);
        return csv_where(r->csv, r->err);
    }
    int parts = layer ? measurement.parts : 0;
    if (!read_parts(r, tasks + 1, parts))
        return false;
    bool measured = measurement.status == RUN_MEASURED;
    if (!row_of_tasks(tasks, 1 + parts, row->chip, row->system, warm, &made, r->err)) {
        row_free(&made);
        return !measured || csv_where(r->csv, r->err); // what was not run need not be a row
    }
    double time_s = warm ? measurement.warm.median_s : measurement.cold.median_s;
    made.line = row->line;
    made.software = hash_bytes(cell(r, "device"), strlen(cell(r, "device"))).low;
    // A time that no second round confirms is scored, but no constants are fitted to it.
    made.apart |= verdict_disturbed(warm ? measurement.warm.verdict : measurement.cold.verdict);
    made.measured_s = measured && time_s > 0 ? time_s : (double)NAN;
    *row = made;
    return true;
}
