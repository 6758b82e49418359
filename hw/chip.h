// chip.h — one accelerator: peak rates, memory, on-chip store, matrix unit, power. Data: hw/chips/*.lua.
//
// Every rate is dense (no sparsity), per chip and, for links, per direction. 0 means unknown or absent. Each section
// names the source of its numbers and says which of them are doubtful.
#ifndef HW_CHIP_H
#define HW_CHIP_H

#include "sim/base/field.h"
#include "sim/base/format.h"

#ifdef __cplusplus
extern "C" {
#endif

// Where a section's numbers come from, and which of them rest on memory, derivation or a disagreement.
typedef struct Source {
    const char *source;
    const char *doubtful; // NULL when nothing is
} Source;

typedef struct ChipPeak {
    double flop_per_s[MATH_COUNT]; // dense; 0: the chip has no such matrix arithmetic
    Source from;
} ChipPeak;

typedef struct ChipVector {
    double fp32_flop_per_s; // element-wise arithmetic
    double special_per_s;   // exponentials a second; 0: a quarter of the fp32 instructions
    Source from;
} ChipVector;

typedef enum MemoryKind {
    MEMORY_HBM,
    MEMORY_GDDR,
    MEMORY_LPDDR,
    MEMORY_SRAM, // on the die: the chip has no other memory
    MEMORY_KIND_COUNT
} MemoryKind;

extern const char *const MEMORY_KIND_WORDS[];

typedef struct ChipMemory {
    int kind; // MemoryKind
    double capacity_bytes;
    double bandwidth_bytes_per_s;
    Source from;
} ChipMemory;

// The store shared by all cores between them and the memory: L2, VMEM, SBUF.
typedef struct ChipStore {
    double capacity_bytes;
    double bandwidth_bytes_per_s; // 0: unknown, then it never binds
    Source from;
} ChipStore;

typedef enum MatrixKind {
    MATRIX_TILED,   // cores that each take output tiles (GPU)
    MATRIX_SYSTOLIC // units that each hold a block of weights and stream rows through it (TPU)
} MatrixKind;

extern const char *const MATRIX_KIND_WORDS[];

typedef struct ChipMatrix {
    int kind;                  // MatrixKind
    int cores;                 // tiled: cores that take tiles
    int units;                 // matrix units on the chip
    int rows;                  // systolic: the reduction dimension held by a unit
    int columns;               // systolic: the output columns held by a unit
    double fma_per_unit;       // 16-bit multiply-adds of a unit in a clock, a check on the peak
    double clock_hz;           // at which the listed peak is reached
    double ratios[MATH_COUNT]; // to the 16-bit rate, for peaks that are not listed
    Source from;
} ChipMatrix;

typedef struct ChipPower {
    double tdp_w;
    double idle_w;
    Source from;
} ChipPower;

typedef struct ChipPrice {
    double usd_per_hour; // rent of one chip
    const char *date;
    Source from;
} ChipPrice;

#define CHIP_ALIASES 12

struct Profile;

typedef struct Chip {
    const char *name;  // "h100_sxm"
    const char *title; // "NVIDIA H100 SXM5 80 GB"
    const char *vendor;
    const char *family; // whose kernels it runs: "hopper", "blackwell", "tpu", ...
    int year;
    const char *aliases[CHIP_ALIASES];
    int alias_count;
    const char *system; // name of the default system
    ChipPeak peak;
    ChipVector vector;
    ChipMemory memory;
    ChipStore store;
    ChipMatrix matrix;
    double host_bandwidth_bytes_per_s; // to the host's memory
    ChipPower power;
    ChipPrice price;
    const char *notes;
    const char *origin; // file it was read from; set by the reader
    const struct Profile
        *kernels; // fitted to this very chip, beside its file; NULL: those of its family serve
} Chip;

extern const FieldTable CHIP_TABLE;

// Fills in the peaks that follow from the matrix unit and checks the chip. A chip on paper need not list any: bf16 is
// 2 x units x fma_per_unit x clock (systolic: fma_per_unit = rows x columns when left out), the others are that times
// matrix.ratios.
bool chip_finish(Chip *chip, Error *err);

// Changes the listed peaks by as much as 2 x units x fma_per_unit x clock differs from that of `before`.
void chip_scale_peak(Chip *chip, const ChipMatrix *before);

// Checks what no single field can: at least one peak, geometry that fits the kind, peaks within 2 % of 2 x units x
// fma_per_unit x clock for the 16-bit formats unless `matrix.doubtful` says why not.
bool chip_check(const Chip *chip, Error *err);

// The arithmetic that multiplies values of `math` on this chip: itself, or its 16-bit twin (bf16 on a chip that has
// only fp16, and the reverse), else MATH_COUNT.
Math chip_math(const Chip *chip, Math math);

#ifdef __cplusplus
}
#endif
#endif
