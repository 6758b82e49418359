// systolic.h — matmuls on units of R x C that hold a block of weights and let rows of the other operand stream past.
//
//     passes  = parts x ceil(k/R) x ceil(n/C), each streams max(ceil8(m), R) rows at one a clock; units share out
//               passes, or rows where passes are few
#ifndef SIM_SYSTOLIC_H
#define SIM_SYSTOLIC_H

#include "sim/machine.h"

#ifdef __cplusplus
extern "C" {
#endif

// Rows of the parts, as a histogram of up to three points.
typedef struct Rows {
    int count;
    double rows[3], share[3];
} Rows;

typedef struct Systolic {
    Rows rows;
    double m, n, k, parts;               // m: rows of a mean part
    double a_bytes, b_bytes, c_bytes;    // whole operands
    double a_memory, b_memory, c_memory; // of them, what comes from memory
    bool held;                           // the store can keep the smaller operand
    double vector_s;
    double matrix_efficiency, memory_efficiency, prologue_s, launch_s;
    Math math;
} Systolic;

OpCost systolic_cost(const Machine *machine, const Systolic *job);

#ifdef __cplusplus
}
#endif
#endif
