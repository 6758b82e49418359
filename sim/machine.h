// machine.h — what op costs need of chip, system and kernels, with the divisions done once a design.
//
// An op's cost is the busy time of each engine on the fullest chip; how engines overlap is decided later (span.h).
// memory_s is the longer of what the memory and the on-chip store need for the op: the chain that feeds the cores.
#ifndef SIM_MACHINE_H
#define SIM_MACHINE_H

#include "arch/op.h"
#include "sim/design.h"

#ifdef __cplusplus
extern "C" {
#endif

// How a measured kernel was run, where that differs from a prediction: cold operands, launched in an endless graph. All 0
// in every prediction.
typedef struct Conditions {
    double weight_copies;  // used in turn, so that the store may still hold them; 0: cold
    double graph_launches; // kernels that share the start of a graph; 0: endless
    double
        loop_bytes; // that a block of experts touches each time round, one set of weights; 0: cold
} Conditions;

typedef struct Machine {
    const Chip *chip;
    const System *system;
    const Profile *profile;
    double
        doubt; // 0: the chip was measured; 1: another of its family; 2: of none that the profile serves
    int chips;           // in use
    Math attention_math; // bf16 or its twin, whatever the cache holds
    // At the peaks of the whole chip, which a kernel's efficiencies lengthen; INFINITY where it has none.
    double s_per_flop[MATH_COUNT];
    double peak_flop_per_s[MATH_COUNT];      // 16-bit twins resolved
    double s_per_vector_flop, s_per_special; // 0 when unknown: then they never bind
    double s_per_byte;                       // memory
    double s_per_store_byte;                 // on-chip store; 0 when unknown
    double s_per_core_clock;                 // of all cores together; 0 when unknown
    double
        s_per_near_byte; // of the store; 64 bytes a clock and core where its bandwidth is unknown
    double cores;        // that take tiles (systolic: matrix units)
    double cores_inverse, root_cores_inverse;
    double held_bytes; // that the store keeps while other operands stream past: half of it
    // Operands no larger than this are found in the store already. 0 (cold) in every prediction;
    // set only to replay a measurement that was timed with a warm cache.
    double warm_bytes;
    Conditions as_measured;
    double power_scarcity; // 16-bit peak over power: 1 for 0.5 W a GFLOP/s, the more the hotter
} Machine;

typedef struct OpCost {
    double matrix_s, vector_s, memory_s, link_s; // engines' busy times on the fullest chip
    double executed_flop; // on the fullest chip, padding and duplicates included
    double hbm_bytes;     // the same
    double comm_bytes;    // sent by the fullest chip
    double overhead_s;    // fixed: launches
    // By how much another choice of tile would be faster if the engines ran one after another; kept
    // so that this end of overlap, too, is never slower on a faster chip.
    double apart_saving_s;
    int math; // Math of the matrix engine; -1: none
    // Of the op's time, how far it may lie below and above (90 %), and how far the shape lies from measured ones: 0 to 1.
    double below, above, doubt;
    int kernel; // KernelClass whose residuals these are: neighbours of one class err together
} OpCost;

// Loops over doubles compiled twice, for four at a time and for two; the processor picks. Both give the same bits: neither
// fuses multiply and add. Sanitizers do not survive the choice, which is made before they start.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WIDEST __attribute__((target_clones("avx2", "default")))
#else
#define WIDEST
#endif

// The greater of two numbers; inline, where fmax would be a call.
static inline double machine_max(double a, double b) {
    return a > b ? a : b;
}

static inline double machine_min(double a, double b) {
    return a < b ? a : b;
}

// The next whole number, for 0 <= x < 2^51: adding 2^52 rounds to the nearest one. It vectorises everywhere, which a
// call of ceil() does not. A millionth above a whole number, as a product with a reciprocal may leave, is rounding.
static inline double machine_ceil(double x) {
    return x + (0.5 - 0x1p-20) + 0x1p52 - 0x1p52;
}

// The whole number below, on the same terms. Below 2^52 the sum is exact to a half only, hence 0 for the least.
static inline double machine_floor(double x) {
    return machine_max(x - (0.5 - 0x1p-20) + 0x1p52 - 0x1p52, 0);
}

Machine machine_of(const Design *design);

#ifdef __cplusplus
}
#endif
#endif
