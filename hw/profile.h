// profile.h — what a kernel library makes of a family of chips, kernel class by kernel class: constants of the formulas,
// a smooth correction over shapes, and how far measured rows lay off. Data: hw/kernels/*.lua, written by `calibrate`.
//
//     Profile ── Fit for each KernelClass ── constants (MatmulKernel, AttentionKernel, StreamKernel or LinkKernel)
//                                         ├─ Grid      ln(factor) over log2 of the shape, and how far data lie
//                                         └─ Residual  quantiles of ln(measured / predicted)
// PROFILE_DATASHEET is the profile of datasheet mode: the universal constants of kernel.h in every class, no correction,
// no interval.
#ifndef HW_PROFILE_H
#define HW_PROFILE_H

#include "hw/chip.h"
#include "hw/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

// Kernels that share constants. A new class is a line in KERNEL_CLASSES and its use in sim/op_cost.c.
typedef enum KernelClass {
    KERNEL_MATMUL_16, // by the arithmetic that runs: 16 bit, fp8 or int8, fp8 with block scales, 4 and 6 bit, 32 bit
    KERNEL_MATMUL_8,
    KERNEL_MATMUL_8_BLOCK,
    KERNEL_MATMUL_4,
    KERNEL_MATMUL_32,
    KERNEL_BATCHED_16, // several matrices at once
    KERNEL_BATCHED_32,
    KERNEL_EXPERTS_16,
    KERNEL_EXPERTS_8,
    KERNEL_EXPERTS_8_BLOCK,
    KERNEL_EXPERTS_4,
    KERNEL_GROUPED,    // one matmul of experts, outside a block
    KERNEL_PREFILL_16, // attention, by its arithmetic
    KERNEL_PREFILL_8,
    KERNEL_DECODE_16, // attention, by the cache's format
    KERNEL_DECODE_8,
    KERNEL_LATENT_PREFILL_16, // multi-head latent attention
    KERNEL_LATENT_PREFILL_8,
    KERNEL_LATENT_DECODE_16,
    KERNEL_LATENT_DECODE_8,
    KERNEL_SCAN,
    KERNEL_ELEMENTWISE,
    KERNEL_GATED, // activations that multiply two halves
    KERNEL_NORM,
    KERNEL_SOFTMAX,
    KERNEL_QUANTISE,
    KERNEL_COPY,               // streams that are passed on as they are
    KERNEL_ALL_REDUCE,         // NCCL's
    KERNEL_ALL_REDUCE_EARLIER, // NCCL's of 2023, with the wait for the slowest rank
    KERNEL_ALL_REDUCE_DIRECT,  // an engine's own, for small messages inside a domain
    KERNEL_ALL_REDUCE_OLD,     // an engine's own of an earlier version
    KERNEL_ALL_REDUCE_FUSED,   // TensorRT-LLM's
    KERNEL_GATHER,             // and reduce-scatter
    KERNEL_ALL_TO_ALL,
    KERNEL_ALL_REDUCE_HOST, // the same through the host
    KERNEL_GATHER_HOST,
    KERNEL_ALL_TO_ALL_HOST,
    KERNEL_SEND,         // and rings of sends
    KERNEL_DISPATCH,     // of many tokens
    KERNEL_COMBINE,      // of many tokens
    KERNEL_DISPATCH_LOW, // low latency, for few tokens
    KERNEL_COMBINE_LOW,
    KERNEL_DISPATCH_ONE_SIDED, // into the ranks' memories, within one domain
    KERNEL_COMBINE_ONE_SIDED,
    KERNEL_DISPATCH_TWO_SIDED,
    KERNEL_COMBINE_TWO_SIDED,
    KERNEL_COMBINE_NARROW, // results quantised on the way
    KERNEL_CLASS_COUNT
} KernelClass;

typedef struct KernelClassInfo {
    const char *name;        // key in a profile
    const FieldTable *table; // of its constants
    KernelClass stand_in;    // whose fit serves where there is none; itself: the datasheet's
    const char *help;
} KernelClassInfo;

extern const KernelClassInfo KERNEL_CLASSES[KERNEL_CLASS_COUNT];

#define GRID_AXES  3
#define GRID_CELLS 1000

typedef struct GridAxis {
    const char *name; // of the coordinate, for readers
    double first;     // log2 of the first line of the grid
    double step;      // between two lines
    int count;
} GridAxis;

// What a prediction takes from a crossing.
typedef struct GridCell {
    float factor, doubt;
} GridCell;

// Values at the crossings of its lines, the last axis fastest; linear between them, constant beyond the edges.
typedef struct Grid {
    GridAxis axes[GRID_AXES];
    int axis_count; // 0: no grid
    double log_factor[GRID_CELLS];
    int log_factor_count;
    double doubt[GRID_CELLS]; // 0: measured shapes lie all round; 1: none near
    int doubt_count;
    GridCell cells[GRID_CELLS]; // set by profile_finish
} Grid;

// Bands of predicted time, in fours: below 4 us, below 16 us, ... the last is open.
#define RESIDUAL_BANDS 6

// Quantiles of ln(measured / predicted) of rows whose shape family was left out of the fit.
typedef struct Residual {
    double low[RESIDUAL_BANDS];  // 5 %
    double high[RESIDUAL_BANDS]; // 95 %
    int low_count, high_count;
    double far;          // added on both sides where no measured shape lies near (doubt 1)
    double other_chip;   // added on both sides on a chip of the family that was not measured
    double other_family; // the same for another class or family
    double below[RESIDUAL_BANDS],
        above[RESIDUAL_BANDS]; // 1 - e^low, e^high - 1: set by profile_finish
} Residual;

// The constants that a class's formulas take.
typedef union KernelConstants {
    MatmulKernel matmul;
    ExpertsKernel experts;
    AttentionKernel attention;
    StreamKernel stream;
    LinkKernel link;
} KernelConstants;

// What calibrate found on rows of shape families that it left out, and on chips that it left out; shares, not per cent.
typedef struct FitReport {
    double rows;
    double median, mape, p90;
    double chip_median, chip_mape, chip_p90; // 0: only one chip
} FitReport;

// Numbers of the shape whose log2 are the coordinates of the class's grid.
typedef struct FitPoint {
    double at[GRID_AXES];
    double doubt; // 1: beyond what was measured in a way that the grid cannot tell
} FitPoint;

typedef struct Fit {
    KernelConstants constants;
    Grid correction;
    Residual residual;
    FitReport report;
    bool given;     // fitted; else a stand-in's
    bool interval;  // residual holds quantiles
    FitPoint *seen; // NULL, or where a cost leaves its point on the grid, for fits
} Fit;

#define PROFILE_CHIPS    16
#define PROFILE_FAMILIES 16

typedef struct Profile {
    const char *name; // "hopper"
    const char *title;
    const char *families[PROFILE_FAMILIES]; // of chips that it serves
    int family_count;
    const char *chips[PROFILE_CHIPS]; // that were measured
    int chip_count;
    const char *data; // hash of the rows that it was fitted to
    const char *date;
    Source from;
    Fit fits[KERNEL_CLASS_COUNT];
    const char *origin; // file it was read from; set by the reader
} Profile;

extern const Profile PROFILE_DATASHEET;
extern const FieldTable PROFILE_TABLE;

// The universal constants in every class and everything else empty: what a reader or a fit starts from.
void profile_init(Profile *profile);

// Fills in what predictions take of a correction and residual: profile_finish does so for all.
void profile_derive(Fit *fit);

// Checks grids and quantiles, and fills classes that were not given from their stand-ins, whose interval is widened by
// `other_family`.
bool profile_finish(Profile *profile, Error *err);

// Whether a class was fitted, or written by hand with an interval.
bool fit_says(const Fit *fit);

// Whether it serves chips of that family, and whether it was fitted on that very chip.
bool profile_serves(const Profile *profile, const Chip *chip);
bool profile_measured(const Profile *profile, const Chip *chip);

#ifdef __cplusplus
}
#endif
#endif
