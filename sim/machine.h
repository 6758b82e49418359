// machine.h — what op costs need of chip, system and kernels, with the divisions done once a design.
//
// An op's cost is the busy time of each engine on the fullest chip; how engines overlap is decided later (span.h).
#ifndef SIM_MACHINE_H
#define SIM_MACHINE_H

#include "arch/op.h"
#include "sim/design.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Machine {
    const Chip *chip;
    const System *system;
    const Kernel *kernel;
    int chips; // in use
    double s_per_flop[MATH_COUNT];      // at the sustained matrix rate of the whole chip; INFINITY where it has none
    double peak_flop_per_s[MATH_COUNT]; // 16-bit twins resolved
    double s_per_vector_flop, s_per_special;
    double s_per_byte;       // memory, sustained
    double s_per_store_byte; // on-chip store; 0 when unknown
    double cores;            // that take tiles (systolic: matrix units)
    double launch_s, prologue_s;
} Machine;

typedef struct OpCost {
    double matrix_s, vector_s, memory_s, link_s; // engines' busy times on the fullest chip
    double overhead_s;                           // fixed: launch, latency
    double executed_flop; // on the fullest chip, padding and duplicates included
    double hbm_bytes;     // the same
    double comm_bytes;    // sent by the fullest chip
    int math;             // Math of the matrix engine; -1: none
} OpCost;

Machine machine_of(const Design *design);

// The cost of any op: switches on its kind to matmul_cost, grouped_cost, attention_cost, elementwise_cost,
// collective_cost, dispatch_cost, send_cost.
OpCost op_cost(const Machine *machine, const Op *op);

#ifdef __cplusplus
}
#endif
#endif
