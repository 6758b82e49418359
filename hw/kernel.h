// kernel.h — what a kernel library makes of a chip: efficiencies and overheads. Datasheet mode has one set for all chips.
#ifndef HW_KERNEL_H
#define HW_KERNEL_H

#include "sim/base/field.h"

#ifdef __cplusplus
extern "C" {
#endif

// At most eight numbers. KERNEL_DATASHEET holds the universal ones; a profile fitted to measurements replaces them.
typedef struct Kernel {
    double matrix_efficiency; // share of the matrix peak that a full wave of full tiles sustains
    double memory_efficiency; // share of the memory bandwidth that a long stream sustains
    double vector_efficiency; // share of the vector and special-function peaks
    double link_efficiency;   // share of a link's bandwidth left after protocol
    double launch_s;          // from the end of a kernel to useful work of the next, inside a graph
    double prologue_s;        // first load of a tile to its first multiplication, and its store
    double core_share;        // of the memory bandwidth that a core alone can draw, in even shares
    double softmax_efficiency; // share of the matrix rate left to attention by its softmax
} Kernel;

extern const Kernel KERNEL_DATASHEET;
extern const FieldTable KERNEL_TABLE;

#ifdef __cplusplus
}
#endif
#endif
