// energy.h — energy and mean power of a design, all chips together, over one interval of its workload.
//
//     power = min(TDP chips, (matrix + memory + links) / interval + idle chips)      energy = power x interval
//     matrix   executed FLOP in a format x (TDP - idle) / dense peak of the format: a matrix unit at its full rate draws
//              what the chip may draw, so that this holds the feeding of the unit and its on-chip store too
//     memory   bytes x ENERGY_*_J_PER_BYTE of the kind of memory
//     links    bytes sent x ENERGY_LINK_J_PER_BYTE, or, where the plan outgrows the innermost level of the system,
//              all of them x ENERGY_SCALE_OUT_J_PER_BYTE
//
// First form: the ceiling takes power away and leaves time as it is (no clock model), idle power is that of a chip that waits
// and not of one that runs at full clock, vector units count with the memory that they stream from. Hosts, switches beyond
// their links and cooling are left out. A chip whose TDP is not published has no energy (NaN).
#ifndef SIM_ENERGY_H
#define SIM_ENERGY_H

#include "sim/design.h"

#ifdef __cplusplus
extern "C" {
#endif

// 8 bit a byte. HBM 5 pJ/bit (sources 3.5 to 9, the PHY included), GDDR 10, LPDDR 6, on-chip SRAM 1. Links: copper 5.5
// pJ/bit at each of two ends; beyond the scale-up domain, optics and switch 27.5 pJ/bit.
#define ENERGY_HBM_J_PER_BYTE       40e-12
#define ENERGY_GDDR_J_PER_BYTE      80e-12
#define ENERGY_LPDDR_J_PER_BYTE     48e-12
#define ENERGY_SRAM_J_PER_BYTE      8e-12
#define ENERGY_LINK_J_PER_BYTE      88e-12
#define ENERGY_SCALE_OUT_J_PER_BYTE 220e-12

// Idle power over TDP of a chip that does not say: the median of those that do (0.04 RTX 4090 to 0.22 L4, 0.47 TPU v4).
#define ENERGY_IDLE_SHARE 0.1

#define ENERGY_MEMORY_SOURCE                                                                       \
    "HBM 3.5 to 9 pJ/bit (O'Connor 2017, Samsung, Patsnap), GDDR6 8 to 12, LPDDR5 5 to 7: "        \
    "sim/energy.h"
#define ENERGY_LINK_SOURCE                                                                         \
    "112G SerDes 5.5 pJ/bit an end, pluggable optics and switch 25 to 30: sim/energy.h"

// What an interval does, over all chips.
typedef struct EnergyUse {
    const double *executed_flop;   // [MATH_COUNT]
    const double *peak_flop_per_s; // [MATH_COUNT], of a chip
    double hbm_bytes, comm_bytes;
    double interval_s;
} EnergyUse;

// All chips; NaN where the chip's TDP is not known.
typedef struct Energy {
    double matrix_j, memory_j, link_j; // of an interval
    double idle_w;
    double ceiling_w; // TDP
    double power_w;   // mean over the interval
    double energy_j;  // of an interval
} Energy;

Energy energy_of(const Design *design, const EnergyUse *use);

// Of one chip.
double energy_idle_w(const Chip *chip);
double energy_j_per_flop(const Chip *chip, double peak_flop_per_s);
double energy_j_per_hbm_byte(const Chip *chip);
double energy_j_per_link_byte(const Design *design);

#ifdef __cplusplus
}
#endif
#endif
