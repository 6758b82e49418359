#include "sim/matmul.h"

#include <math.h>

#include "sim/fit.h"
#include "sim/systolic.h"

// The menu of output tiles, smallest first, so that of equally fast ones the least padded is taken. Libraries swap the
// operands when that pads less, so each shape stands there both ways round.
#define TILES       20
#define WHOLE_TILES 12 // the others split k:
#define CANDIDATES  16 // of one shape: the whole ones, and four that split
#define FEW_TILES   16 // these into FEW_PARTS, the last ones into as many as fill the cores
// clang-format off
#define TILE_LIST(X) /* rows, columns, root of their product */                                    \
    X( 16, 128, 45.25), X(128,  16, 45.25), X( 32, 128,  64.0), X(128,  32,  64.0),                \
    X( 64,  64,  64.0), X( 64, 128, 90.51), X(128,  64, 90.51), X(128, 128, 128.0),                \
    X( 64, 256, 128.0), X(128, 256, 181.0), X(256, 128, 181.0), X(256, 256, 256.0),                \
    X(128, 256, 181.0), X(256, 128, 181.0), X(128, 256, 181.0), X(256, 128, 181.0),                \
    X( 16, 128, 45.25), X(128,  16, 45.25), X( 64, 128, 90.51), X(128, 128, 128.0)
// clang-format on
#define TILE_AREA(m, n, root)            m *n
#define TILE_NEED(m, n, root)            1.0 / m + 1.0 / n
#define TILE_ROWS(m, n, root)            m
#define TILE_COLUMNS(m, n, root)         n
#define TILE_ROWS_INVERSE(m, n, root)    1.0 / m
#define TILE_COLUMNS_INVERSE(m, n, root) 1.0 / n
#define TILE_ROOT_INVERSE(m, n, root)    1.0 / root
static const double TILE_M[TILES] = {TILE_LIST(TILE_ROWS)};
static const double TILE_N[TILES] = {TILE_LIST(TILE_COLUMNS)};
static const double INVERSE_M[TILES] = {TILE_LIST(TILE_ROWS_INVERSE)};
static const double INVERSE_N[TILES] = {TILE_LIST(TILE_COLUMNS_INVERSE)};
static const double AREA[TILES] = {TILE_LIST(TILE_AREA)};
static const double NEED[TILES] = {TILE_LIST(TILE_NEED)}; // operands an output
static const double INVERSE_ROOT[TILES] = {TILE_LIST(TILE_ROOT_INVERSE)};
// Parts of k that make a last wave of large tiles fuller.
#define MOST_FEW_PARTS 3
static const double FEW_PARTS[TILES] = {[WHOLE_TILES] = 2, 2, 3, 3};
static const double FEW_PARTS_INVERSE[TILES] = {[WHOLE_TILES] = 1.0 / 2, 1.0 / 2, 1.0 / 3, 1.0 / 3};

// Waves of tiles of 128 x 128 beyond which the last one no longer counts.
#define MANY_WAVES 8

const double MATMUL_K_STEP[MATH_COUNT] = {32, 32, 64, 64, 128, 128, 128, 256, 256};
static const double K_STEP_INVERSE[MATH_COUNT] = {
    1.0 / 32, 1.0 / 32, 1.0 / 64, 1.0 / 64, 1.0 / 128, 1.0 / 128, 1.0 / 128, 1.0 / 256, 1.0 / 256};

// Fewest values of k that are worth a core of their own.
#define SPLIT_LEAST 256

// Rows and columns of the least tile of a library that has large ones only.
#define COARSE_TILE 128

// Operands an output of a tile of 128 x 256; a core feeds its matrix unit no faster on larger ones.
#define LARGE_TILE (1.0 / 128 + 1.0 / 256)

// From half to all evicted within a sixth of the room.
#define EVICTION_SLOPE 3

// Bytes a clock that the store hands each core where its bandwidth is not known: half a line of 64.
#define STORE_BYTES_PER_CLOCK 32

// One kernel: what the candidates of the menu have in common.
typedef struct Job {
    double m, n, k;
    double parts;                        // matrices
    double a_bytes, b_bytes, c_bytes;    // whole operands
    double a_memory, b_memory, c_memory; // of them, what the store does not hold from the start
    double a_value_bytes, b_value_bytes;
    double vector_s;
    double fixed_s; // launch, and what the conditions of a measurement add
    bool held;      // the store can keep the smaller operand
    Math math;
} Job;

typedef struct Menu {
    double matrix_s[CANDIDATES], memory_s[CANDIDATES], more_s[CANDIDATES];
    double time_s[CANDIDATES], apart_s[CANDIDATES]; // engines overlapped; one after another
    double volume[CANDIDATES];                      // multiply-adds executed
    double hbm_bytes[CANDIDATES];
} Menu;

// What every candidate is costed with.
typedef struct Terms {
    double cores, cores_inverse;
    double least_drawing; // cores that suffice to draw the whole bandwidth
    double n, steps, step, step_s, latency_s, prologue_s, epilogue_s, split_s, vector_s;
    double fed,
        starved; // a tile's time a product: at least 1, and fed + starved x operands an output
    double wave_loss, unhidden;
    double a_memory, b_memory, c_memory, unique_bytes, c_bytes, partial_bytes;
    double a_fetch, b_fetch; // bytes of one row and one step
    double m_reads, n_reads; // 0 when the store holds an operand
    double root_inverse, parts_inverse;
    double s_per_byte, s_per_store_byte;
} Terms;

// Of the time at the peak, by which the part that power limits is longer than on a chip with 0.5 W for every GFLOP/s
// of 16 bit; efficiency included.
static double slower_than_peak(const Machine *machine, const MatmulKernel *kernel) {
    double by_power = 1 + kernel->power_share * (machine->power_scarcity - 1);
    return machine_max(1, by_power / kernel->matrix_efficiency);
}

static double store_byte_s(const Machine *machine) {
    if (machine->s_per_store_byte > 0)
        return machine->s_per_store_byte;
    double clock_hz = machine->chip->matrix.clock_hz;
    return clock_hz > 0 ? machine->cores_inverse / (STORE_BYTES_PER_CLOCK * clock_hz) : 0;
}

static Terms terms_of(const Machine *machine, const MatmulKernel *kernel, const Job *job) {
    double step = MATMUL_K_STEP[job->math], cores = machine->cores;
    double clock_hz = machine->chip->matrix.clock_hz;
    return (Terms){
        .cores = cores,
        .cores_inverse = machine->cores_inverse,
        .least_drawing = cores / kernel->core_share,
        .n = job->n,
        .steps = job->k * K_STEP_INVERSE[job->math],
        .step = step,
        .step_s =
            2 * step * machine->s_per_flop[job->math] * cores * slower_than_peak(machine, kernel),
        .latency_s = kernel->step_s,
        .prologue_s = kernel->prologue_s,
        .epilogue_s = clock_hz > 0 ? kernel->epilogue_clocks / clock_hz : 0,
        .split_s = kernel->split_s,
        .vector_s = job->vector_s,
        .fed = 1 - kernel->operand_share,
        .starved = kernel->operand_share / LARGE_TILE,
        .wave_loss = kernel->wave_loss,
        .unhidden = kernel->unhidden,
        .a_memory = job->a_memory,
        .b_memory = job->b_memory,
        .c_memory = job->c_memory,
        .unique_bytes = job->a_bytes + job->b_bytes,
        .c_bytes = job->c_bytes,
        .partial_bytes = job->c_bytes * 4,
        .a_fetch = kernel->fetch_share * step * job->a_value_bytes,
        .b_fetch = kernel->fetch_share * step * job->b_value_bytes,
        .m_reads = job->held ? 0 : job->m,
        .n_reads = job->held ? 0 : job->n,
        .root_inverse = machine->root_cores_inverse,
        .parts_inverse = machine->cores_inverse / job->parts,
        .s_per_byte = machine->s_per_byte / kernel->memory_efficiency,
        .s_per_store_byte = store_byte_s(machine) / kernel->store_efficiency,
    };
}

// Costs candidate i: rows and columns of tiles (rows: of all parts together), k in `split` parts of `depth` steps.
// Branch-free, so that the loops around it vectorise.
__attribute__((always_inline)) static inline void
tile_fill(Menu *menu, Terms t, bool held, int i, int at, double rows, double split, double depth) {
    double area = AREA[i], columns = machine_ceil(t.n * INVERSE_N[i]);
    double tiles = rows * columns * split;
    double even = tiles * t.cores_inverse, whole = machine_ceil(even);
    double waves = machine_max(1, even + t.wave_loss * (whole - even));

    // A wave's block of the output is near square, or as wide as its few rows (high as its few columns) leave room.
    double hbm_bytes = t.a_memory + t.b_memory + t.c_memory;
    if (!held) {
        double side = t.root_inverse * INVERSE_ROOT[i];
        double across = machine_min(side, rows * t.parts_inverse * INVERSE_N[i]);
        double down = machine_min(side, columns * t.cores_inverse * INVERSE_M[i]);
        hbm_bytes = t.a_memory * machine_max(1, t.n_reads * across) +
                    t.b_memory * machine_max(1, t.m_reads * down) + t.c_memory;
    }
    double full = (whole - 1) * t.cores;
    double drawing = (full + machine_max(tiles - full, t.least_drawing)) / tiles;

    double fetched = tiles * depth * (TILE_M[i] * t.a_fetch + TILE_N[i] * t.b_fetch);
    double partial = split > 1 ? split * t.partial_bytes : 0;
    double store_bytes = machine_max(fetched, t.unique_bytes) + partial + t.c_bytes;

    // Partial sums are added up by a second kernel.
    double more_s = split > 1 ? t.split_s : 0;
    double rate = machine_max(1, t.fed + t.starved * NEED[i]);
    double tile_s = depth * machine_max(area * t.step_s * rate, t.latency_s) + t.prologue_s +
                    area * t.epilogue_s;
    double matrix_s = waves * tile_s;
    double memory_s =
        machine_max(hbm_bytes * t.s_per_byte, store_bytes * t.s_per_store_byte) * drawing;
    menu->matrix_s[at] = matrix_s;
    menu->memory_s[at] = memory_s;
    menu->more_s[at] = more_s;
    menu->time_s[at] = machine_max(machine_max(matrix_s, memory_s), t.vector_s) +
                       t.unhidden * machine_min(matrix_s, memory_s) + more_s;
    menu->apart_s[at] = matrix_s + memory_s + more_s;
    menu->volume[at] = tiles * area * depth * t.step;
    menu->hbm_bytes[at] = hbm_bytes;
}

// Returns how many candidates there are.
__attribute__((always_inline)) static inline int menu_fill(Menu *menu, Terms t, bool held, double m,
                                                           double parts, double split_max) {
    double depth = machine_ceil(t.steps);
    for (int i = 0; i < WHOLE_TILES; i++)
        tile_fill(menu, t, held, i, i, parts * machine_ceil(m * INVERSE_M[i]), 1, depth);
    double fewest =
        parts * machine_ceil(m * INVERSE_M[TILES - 1]) * machine_ceil(t.n * INVERSE_N[TILES - 1]);
    if (split_max < 2 || fewest > MANY_WAVES * t.cores)
        return WHOLE_TILES;
    if (2 * fewest > t.cores) {
        if (split_max < MOST_FEW_PARTS)
            return WHOLE_TILES;
        for (int i = WHOLE_TILES; i < FEW_TILES; i++)
            tile_fill(menu, t, held, i, i, parts * machine_ceil(m * INVERSE_M[i]), FEW_PARTS[i],
                      machine_ceil(t.steps * FEW_PARTS_INVERSE[i]));
        return CANDIDATES;
    }
    for (int i = FEW_TILES; i < TILES; i++) {
        double rows = parts * machine_ceil(m * INVERSE_M[i]);
        double idle = t.cores / (rows * machine_ceil(t.n * INVERSE_N[i]));
        double split = machine_max(1, machine_floor(machine_min(idle, split_max)));
        tile_fill(menu, t, held, i, i - FEW_TILES + WHOLE_TILES, rows, split,
                  machine_ceil(t.steps / split));
    }
    return CANDIDATES;
}

WIDEST static int menu_of_matmul(Menu *menu, const Terms *terms, bool held, double m, double parts,
                                 double split_max) {
    return held ? menu_fill(menu, *terms, true, m, parts, split_max)
                : menu_fill(menu, *terms, false, m, parts, split_max);
}

// Leaves the whole tiles of 128 x 128 and more.
static void menu_coarsen(Menu *menu) {
    for (int i = 0; i < WHOLE_TILES; i++)
        if (TILE_M[i] < COARSE_TILE || TILE_N[i] < COARSE_TILE)
            menu->time_s[i] = menu->apart_s[i] = INFINITY;
}

static double least_of(const double times_s[CANDIDATES], int count) {
    double even_s = times_s[0], odd_s = times_s[1];
    for (int i = 2; i < count; i += 2) {
        even_s = machine_min(even_s, times_s[i]);
        odd_s = machine_min(odd_s, times_s[i + 1]);
    }
    return machine_min(even_s, odd_s);
}

static OpCost menu_best(const Menu *menu, int count, const MatmulKernel *kernel, const Job *job) {
    double least_s = least_of(menu->time_s, count), apart_s = least_of(menu->apart_s, count);
    int best = 0;
    for (int i = count - 1; i >= 0; i--)
        best = menu->time_s[i] <= least_s ? i : best;
    double matrix_s = menu->matrix_s[best], memory_s = menu->memory_s[best];
    // What does not hide lengthens the engine that binds; run apart, it is in the sum already.
    double shown_s = kernel->unhidden * machine_min(matrix_s, memory_s);
    bool memory_binds = memory_s > matrix_s,
         vector_binds = job->vector_s > machine_max(matrix_s, memory_s);
    return (OpCost){
        .matrix_s = matrix_s + (memory_binds || vector_binds ? 0 : shown_s),
        .vector_s = job->vector_s + (vector_binds ? shown_s : 0),
        .memory_s = memory_s + (memory_binds && !vector_binds ? shown_s : 0),
        .overhead_s = job->fixed_s + menu->more_s[best],
        .executed_flop = 2 * menu->volume[best],
        .hbm_bytes = menu->hbm_bytes[best],
        .apart_saving_s = menu->apart_s[best] + shown_s - apart_s,
        .math = (int)job->math,
    };
}

// Whether the matrix unit multiplies values of `format` as they are: its own, and either 16-bit one.
static bool math_takes(Math math, Math format) {
    return math == format || ((math == MATH_BF16 || math == MATH_FP16) &&
                              (format == MATH_BF16 || format == MATH_FP16));
}

// Share of what is used again that is no longer in the store by then, after as many bytes in all.
static double share_evicted(const Machine *machine, const MatmulKernel *kernel, double bytes) {
    double room = kernel->resident_share * 2 * machine->held_bytes;
    double over = room > 0 ? bytes / room - 1 : 1;
    return machine_min(machine_max(0.5 + EVICTION_SLOPE * over, 0), 1);
}

// A measurement repeats a matmul on the same activations, with a few copies of the weights in turn.
static void job_as_measured(Job *job, const Machine *machine, const MatmulKernel *kernel) {
    const Conditions *conditions = &machine->as_measured;
    if (conditions->weight_copies > 0) {
        double others = job->a_bytes + job->c_bytes;
        double weights = conditions->weight_copies * job->b_bytes;
        double evicted = share_evicted(machine, kernel, job->b_bytes + others);
        job->b_memory *= share_evicted(machine, kernel, weights + others);
        job->a_memory *= evicted;
        job->c_memory *= evicted;
    }
    if (conditions->graph_launches > 0)
        job->fixed_s += kernel->replay_s / conditions->graph_launches;
}

// Instructions that turn a weight into a value of the arithmetic, two FLOP each: byte-wide ones convert and scale in one;
// narrower ones are unpacked, placed, and scaled (Marlin, arXiv:2408.11743, 3.4; vLLM's csrc/quantization/marlin/dequant.h).
static double unpack_flop(const FormatInfo *format) {
    return format->bits < 8 ? 6 : 2;
}

double matmul_vector_flop(Math math, Format a, Format b, double rows, double weights, double n,
                          double k) {
    const FormatInfo *a_info = &FORMATS[a], *b_info = &FORMATS[b];
    double flop = 0;
    if (!math_takes(math, a_info->math))
        flop += 2 * rows * k;
    if (!math_takes(math, b_info->math))
        flop += unpack_flop(b_info) * weights;
    if (math == MATH_FP8 && a_info->scale_bits >= 32)
        flop += 2 * rows * n * k / a_info->activation_block;
    return flop;
}

// The rest of a job, once m, n, k, parts and the operands' bytes are set.
static void job_finish(Job *job, const Machine *machine, const MatmulKernel *kernel, Format a,
                       Format b, Format wish) {
    job->math = design_math(machine->chip, a, b, wish);
    double rows = job->parts * job->m;
    job->c_bytes = rows * job->n * 2;
    job->a_memory = job->a_bytes > machine->warm_bytes ? job->a_bytes : 0;
    job->b_memory = job->b_bytes > machine->warm_bytes ? job->b_bytes : 0;
    job->c_memory = job->c_bytes > machine->warm_bytes ? job->c_bytes : 0;
    job->fixed_s = kernel->launch_s;
    if (machine->as_measured.weight_copies > 0 || machine->as_measured.graph_launches > 0)
        job_as_measured(job, machine, kernel);
    job->held = machine_min(job->a_bytes, job->b_bytes) <= machine->held_bytes * job->parts;

    double flop =
        matmul_vector_flop(job->math, a, b, rows, job->parts * job->k * job->n, job->n, job->k);
    job->vector_s = flop * machine->s_per_vector_flop / kernel->vector_efficiency;
}

static OpCost on_systolic(const Machine *machine, const MatmulKernel *kernel, const Job *job) {
    return systolic_cost(machine, &(Systolic){
                                      .rows = {1, {job->m}, {1}},
                                      .m = job->m,
                                      .n = job->n,
                                      .k = job->k,
                                      .parts = job->parts,
                                      .a_bytes = job->a_bytes,
                                      .b_bytes = job->b_bytes,
                                      .c_bytes = job->c_bytes,
                                      .a_memory = job->a_memory,
                                      .b_memory = job->b_memory,
                                      .c_memory = job->c_memory,
                                      .held = job->held,
                                      .vector_s = job->vector_s,
                                      .matrix_efficiency = kernel->matrix_efficiency,
                                      .memory_efficiency = kernel->memory_efficiency,
                                      .prologue_s = kernel->prologue_s,
                                      .launch_s = job->fixed_s,
                                      .math = job->math,
    });
}

// What the kernel cannot go below: its useful products at the peak, its bytes at the full bandwidth.
static OpCost corrected(OpCost cost, const Machine *machine, const Fit *fit, const Job *job) {
    double flop = 2 * job->parts * job->m * job->n * job->k;
    double bound_s =
        machine_max(flop * machine->s_per_flop[job->math], cost.hbm_bytes * machine->s_per_byte);
    fit_apply(fit, machine,
              (FitPoint){
                  .at = {job->m * job->parts, job->n, job->k}
    },
              bound_s, &cost);
    return cost;
}

OpCost matmul_cost(const Machine *machine, const Fit *fit, const MatmulShape *shape) {
    const MatmulKernel *kernel = &fit->constants.matmul;
    Job job = {
        .m = shape->m,
        .n = shape->n,
        .k = shape->k,
        .parts = shape->batch,
        .a_value_bytes = format_activation_bytes(shape->a),
        .b_value_bytes = format_weight_bytes(shape->b),
    };
    job.a_bytes = shape->batch * shape->m * shape->k * job.a_value_bytes;
    job.b_bytes = shape->batch * shape->n * shape->k * job.b_value_bytes;
    job_finish(&job, machine, kernel, shape->a, shape->b, shape->matmul);
    if (machine->chip->matrix.kind == MATRIX_SYSTOLIC)
        return corrected(on_systolic(machine, kernel, &job), machine, fit, &job);
    Menu menu;
    Terms terms = terms_of(machine, kernel, &job);
    int count = menu_of_matmul(&menu, &terms, job.held, shape->m, shape->batch,
                               shape->unsplit ? 1 : shape->k / SPLIT_LEAST);
    if (shape->coarse)
        menu_coarsen(&menu);
    return corrected(menu_best(&menu, count, kernel, &job), machine, fit, &job);
}
