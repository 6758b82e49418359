#include "sim/grouped.h"

#include <math.h>

#include "sim/fit.h"
#include "sim/matmul.h"
#include "sim/systolic.h"

// The menu of output tiles, smallest first, so that of equally fast ones the least padded is taken. Libraries swap the
// operands when that pads less, so each shape stands there both ways round.
#define TILES 12
// clang-format off
#define TILE_LIST(X) /* rows, columns, root of their product */                                    \
    X( 16, 128, 45.25), X(128,  16, 45.25), X( 32, 128,  64.0), X(128,  32,  64.0),                \
    X( 64,  64,  64.0), X( 64, 128, 90.51), X(128,  64, 90.51), X(128, 128, 128.0),                \
    X( 64, 256, 128.0), X(128, 256, 181.0), X(256, 128, 181.0), X(256, 256, 256.0)
// clang-format on
#define TILE_ROWS(m, n, root)            m
#define TILE_COLUMNS(m, n, root)         n
#define TILE_ROWS_INVERSE(m, n, root)    1.0 / m
#define TILE_COLUMNS_INVERSE(m, n, root) 1.0 / n
#define TILE_ROOT_INVERSE(m, n, root)    1.0 / root
static const double TILE_M[TILES] = {TILE_LIST(TILE_ROWS)};
static const double TILE_N[TILES] = {TILE_LIST(TILE_COLUMNS)};
static const double INVERSE_M[TILES] = {TILE_LIST(TILE_ROWS_INVERSE)};
static const double INVERSE_N[TILES] = {TILE_LIST(TILE_COLUMNS_INVERSE)};
static const double INVERSE_ROOT[TILES] = {TILE_LIST(TILE_ROOT_INVERSE)};

// Share of a tile's operands that the store hands out for it: cores of a cluster, and neighbours that hit the same line
// at once, share the rest.
#define MULTICAST 0.25

// One kernel: what the candidates of the menu have in common.
typedef struct Job {
    double m, n, k; // m: rows of a mean expert
    double active;
    double a_bytes, b_bytes, c_bytes; // whole operands
    double a_value_bytes, b_value_bytes;
    double cold; // of the bytes, what memory hands out
    double s_per_byte, s_per_store_byte;
    double vector_s;
    bool held; // the store can keep the smaller operand
    Math math;
} Job;

typedef struct Menu {
    double matrix_s[TILES], memory_s[TILES];
    double time_s[TILES], apart_s[TILES]; // engines overlapped as far as they do; one after another
    double volume[TILES];                 // multiply-adds executed
    double hbm_bytes[TILES];
} Menu;

// What every candidate is costed with.
typedef struct Terms {
    double cores, cores_inverse;
    double least_drawing; // cores that suffice to draw the whole bandwidth
    double drained;       // tiles that cost as much memory time as one wave's tail
    double exposed;
    double n, depth, step_s, least_step_s, prologue_s, vector_s;
    double a_bytes, b_bytes, c_bytes, unique_bytes;
    double a_fetch, b_fetch; // bytes of one row and all of k
    double m_reads, n_reads; // 0 when the store holds an operand
    double root_inverse, parts_inverse;
    double s_per_byte, s_per_store_byte;
} Terms;

// Share of a loop's bytes that come from memory, the loop touching `loop_bytes` each time round; 0: nothing is repeated.
static double cold_share(const Machine *machine, const ExpertsKernel *kernel) {
    if (machine->as_measured.loop_bytes <= 0)
        return 1;
    double fill = machine->as_measured.loop_bytes /
                  (machine->chip->store.capacity_bytes * kernel->resident_share);
    double square = fill * fill, fourth = square * square, twelfth = fourth * fourth * fourth;
    return twelfth > 1e12 ? 1 : twelfth / (1 + twelfth);
}

// Time of a byte, on average: of what the store keeps, at the store's rate.
static double byte_s(const Machine *machine, const ExpertsKernel *kernel, double cold) {
    double memory_s = machine->s_per_byte / kernel->memory_efficiency;
    if (cold >= 1)
        return memory_s;
    double store_s = machine->s_per_near_byte / kernel->resident_efficiency;
    return cold * memory_s + (1 - cold) * machine_min(memory_s, store_s);
}

static Terms terms_of(const Machine *machine, const ExpertsKernel *kernel, const Job *job) {
    double step = MATMUL_K_STEP[job->math], cores = machine->cores;
    return (Terms){
        .cores = cores,
        .cores_inverse = machine->cores_inverse,
        .least_drawing = cores / kernel->core_share,
        .drained = kernel->drain * cores,
        .exposed = kernel->exposed,
        .n = job->n,
        .depth = machine_ceil(job->k / step),
        .step_s = 2 * step * machine->s_per_flop[job->math] * cores / kernel->matrix_efficiency,
        .least_step_s = kernel->step_s,
        .prologue_s = kernel->prologue_s,
        .vector_s = job->vector_s,
        .a_bytes = job->a_bytes,
        .b_bytes = job->b_bytes,
        .c_bytes = job->c_bytes,
        .unique_bytes = job->a_bytes + job->b_bytes,
        .a_fetch = MULTICAST * step * job->a_value_bytes,
        .b_fetch = MULTICAST * step * job->b_value_bytes,
        .m_reads = job->held ? 0 : job->m,
        .n_reads = job->held ? 0 : job->n,
        .root_inverse = machine->root_cores_inverse,
        .parts_inverse = machine->cores_inverse / job->active,
        .s_per_byte = job->s_per_byte,
        .s_per_store_byte = job->s_per_store_byte,
    };
}

// Costs candidate i: `rows` of tiles, of all experts together. Branch-free, so that the loop around it vectorises.
__attribute__((always_inline)) static inline void tile_fill(Menu *menu, Terms t, int i,
                                                            double rows) {
    double area = TILE_M[i] * TILE_N[i], tiles = rows * machine_ceil(t.n * INVERSE_N[i]);
    double waves = machine_ceil(tiles * t.cores_inverse);

    // A wave's block of the output is near square, or as wide as its few rows (high as its few columns) leave room.
    double side = t.root_inverse * INVERSE_ROOT[i];
    double columns = machine_ceil(t.n * INVERSE_N[i]);
    double across = machine_min(side, rows * t.parts_inverse * INVERSE_N[i]);
    double down = machine_min(side, columns * t.cores_inverse * INVERSE_M[i]);
    double hbm_bytes = t.a_bytes * machine_max(1, t.n_reads * across) +
                       t.b_bytes * machine_max(1, t.m_reads * down) + t.c_bytes;
    double full = (waves - 1) * t.cores;
    double drawing = (full + machine_max(tiles - full, t.least_drawing) + t.drained) / tiles;
    double fetched = tiles * t.depth * (TILE_M[i] * t.a_fetch + TILE_N[i] * t.b_fetch);
    double store_bytes = machine_max(fetched, t.unique_bytes) + t.c_bytes;

    double matrix_s =
        waves * (t.depth * machine_max(area * t.step_s, t.least_step_s) + t.prologue_s);
    double memory_s =
        machine_max(hbm_bytes * t.s_per_byte, store_bytes * t.s_per_store_byte) * drawing;
    double beside_s = t.exposed * machine_min(matrix_s, memory_s);
    menu->matrix_s[i] = matrix_s;
    menu->memory_s[i] = memory_s;
    menu->time_s[i] = machine_max(machine_max(matrix_s, memory_s) + beside_s, t.vector_s);
    menu->apart_s[i] = matrix_s + memory_s;
    menu->volume[i] = tiles * area * t.depth;
    menu->hbm_bytes[i] = hbm_bytes;
}

WIDEST static void menu_fill(Menu *menu, const Terms *terms, const Rows *experts, double active) {
    Terms t = *terms;
    Rows e = *experts;
    for (int i = 0; i < TILES; i++) {
        double rows = e.share[0] * machine_ceil(e.rows[0] * INVERSE_M[i]) +
                      e.share[1] * machine_ceil(e.rows[1] * INVERSE_M[i]) +
                      e.share[2] * machine_ceil(e.rows[2] * INVERSE_M[i]);
        tile_fill(menu, t, i, active * rows);
    }
}

static double least_of(const double times_s[TILES]) {
    double even_s = times_s[0], odd_s = times_s[1];
    for (int i = 2; i < TILES; i += 2) {
        even_s = machine_min(even_s, times_s[i]);
        odd_s = machine_min(odd_s, times_s[i + 1]);
    }
    return machine_min(even_s, odd_s);
}

// What the longer engine does not hide of the shorter lengthens the longer.
static OpCost menu_best(const Menu *menu, const Job *job, const ExpertsKernel *kernel) {
    double least_s = least_of(menu->time_s), apart_s = least_of(menu->apart_s);
    int best = 0;
    for (int i = TILES - 1; i >= 0; i--)
        best = menu->time_s[i] <= least_s ? i : best;
    double matrix_s = menu->matrix_s[best], memory_s = menu->memory_s[best];
    double beside_s = kernel->exposed * machine_min(matrix_s, memory_s);
    return (OpCost){
        .matrix_s = matrix_s >= memory_s ? matrix_s + beside_s : matrix_s,
        .vector_s = job->vector_s,
        .memory_s = matrix_s >= memory_s ? memory_s : memory_s + beside_s,
        .overhead_s = kernel->launch_s,
        .executed_flop = 2 * MATMUL_K_STEP[job->math] * menu->volume[best],
        .hbm_bytes = menu->hbm_bytes[best] * job->cold,
        .apart_saving_s = menu->apart_s[best] + beside_s - apart_s,
        .math = (int)job->math,
    };
}

// Rows of an active expert: multinomial over all experts, given that it was hit at least once. Its mean is rows / active;
// the second moment of all experts, of which the idle ones contribute nothing, gives the variance.
static Rows expert_rows(const GroupedShape *shape) {
    double mean = shape->rows / shape->active;
    double all = shape->rows / shape->experts;
    double second = (all * (1 - 1 / shape->experts) + all * all) * shape->experts / shape->active;
    double spread = shape->even ? 0 : sqrt(machine_max(0, 3 * (second - mean * mean)));
    // No active expert has less than one row; narrowing both sides keeps the mean.
    spread = machine_min(spread, machine_max(0, mean - 1));
    return (Rows){
        3, {mean,    mean - spread, mean + spread},
         {2.0 / 3, 1.0 / 6,       1.0 / 6      }
    };
}

static Job job_of(const Machine *machine, const ExpertsKernel *kernel, const GroupedShape *shape) {
    double a_value_bytes = format_activation_bytes(shape->a);
    double b_value_bytes = format_weight_bytes(shape->b);
    double weights = shape->active * shape->n * shape->k;
    Job job = {
        .m = shape->rows / shape->active,
        .n = shape->n,
        .k = shape->k,
        .active = shape->active,
        .a_bytes = shape->rows * shape->k * a_value_bytes,
        .b_bytes = weights * b_value_bytes,
        .c_bytes = shape->rows * shape->n * HALF_BYTES,
        .a_value_bytes = a_value_bytes,
        .b_value_bytes = b_value_bytes,
        .cold = cold_share(machine, kernel),
        .s_per_store_byte = machine->s_per_store_byte / kernel->memory_efficiency,
        .math = design_math(machine->chip, shape->a, shape->b, shape->matmul),
    };
    job.s_per_byte = byte_s(machine, kernel, job.cold);
    job.held = machine_min(job.a_bytes, job.b_bytes) <= machine->held_bytes * shape->active;
    job.vector_s =
        matmul_vector_flop(job.math, shape->a, shape->b, shape->rows, weights, shape->n, shape->k) *
        machine->s_per_vector_flop / kernel->vector_efficiency;
    return job;
}

static OpCost on_systolic(const Machine *machine, const ExpertsKernel *kernel, const Job *job,
                          Rows rows) {
    return systolic_cost(machine, &(Systolic){
                                      .rows = rows,
                                      .m = job->m,
                                      .n = job->n,
                                      .k = job->k,
                                      .parts = job->active,
                                      .a_bytes = job->a_bytes,
                                      .b_bytes = job->b_bytes,
                                      .c_bytes = job->c_bytes,
                                      .a_memory = job->a_bytes * job->cold,
                                      .b_memory = job->b_bytes * job->cold,
                                      .c_memory = job->c_bytes * job->cold,
                                      .held = job->held,
                                      .vector_s = job->vector_s,
                                      .matrix_efficiency = kernel->matrix_efficiency,
                                      .memory_efficiency = kernel->memory_efficiency,
                                      .prologue_s = kernel->prologue_s,
                                      .launch_s = kernel->launch_s,
                                      .math = job->math,
                                  });
}

// All kernels of a block take the same correction: rows are measured of whole blocks.
static FitPoint point_of(const BlockSize *block) {
    return (FitPoint){
        .at = {block->tokens, block->active, block->weights}
    };
}

OpCost grouped_cost(const Machine *machine, const Fit *fit, const GroupedShape *shape) {
    const ExpertsKernel *kernel = &fit->constants.experts;
    Job job = job_of(machine, kernel, shape);
    Rows rows = expert_rows(shape);
    OpCost cost;
    if (machine->chip->matrix.kind == MATRIX_SYSTOLIC) {
        cost = on_systolic(machine, kernel, &job, rows);
    } else {
        Menu menu;
        Terms terms = terms_of(machine, kernel, &job);
        menu_fill(&menu, &terms, &rows, shape->active);
        cost = menu_best(&menu, &job, kernel);
    }
    double flop = 2 * shape->rows * shape->n * shape->k;
    double bound_s =
        machine_max(flop * machine->s_per_flop[job.math], cost.hbm_bytes * machine->s_per_byte);
    fit_apply(fit, machine, point_of(&shape->block), bound_s, &cost);
    return cost;
}

OpCost routed_cost(const Machine *machine, const Fit *fit, const ElementwiseShape *shape) {
    const ExpertsKernel *kernel = &fit->constants.experts;
    const RoutedStream *routed = &shape->routed;
    double cold = cold_share(machine, kernel);
    double least_bytes = shape->read_bytes + shape->write_bytes;
    double bytes = least_bytes + (kernel->stream - 1) * routed->row_bytes;
    // Arithmetic and special functions issue to different units, side by side.
    double vector_s = machine_max(shape->flop * machine->s_per_vector_flop,
                                  shape->specials * machine->s_per_special);
    double sorted = machine_min(1, routed->tokens / kernel->sort_tokens);
    OpCost cost = {
        .vector_s = vector_s / kernel->vector_efficiency,
        .memory_s = machine_max(bytes * byte_s(machine, kernel, cold),
                                bytes * machine->s_per_store_byte / kernel->memory_efficiency),
        .overhead_s = kernel->launch_s + kernel->sort_s * sorted +
                      kernel->token_s * routed->tokens * machine->cores_inverse +
                      kernel->expert_s * routed->experts + kernel->held_s * routed->held,
        .hbm_bytes = machine_min(least_bytes, bytes) * cold,
        .math = -1,
    };
    fit_apply(fit, machine, point_of(&routed->block), cost.hbm_bytes * machine->s_per_byte, &cost);
    return cost;
}
