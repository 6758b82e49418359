#include "sim/machine.h"

#include <math.h>

static double inverse(double rate, double unknown) {
    return rate > 0 ? 1 / rate : unknown;
}

// Peaks with 16-bit twins resolved, and their inverses at the sustained rate.
static void machine_peaks(Machine *machine) {
    const double *listed = machine->chip->peak.flop_per_s;
    for (int i = 0; i < MATH_COUNT; i++) {
        double peak = listed[i];
        if (!(peak > 0)) {
            Math twin = chip_math(machine->chip, (Math)i);
            peak = twin < MATH_COUNT ? listed[twin] : 0;
        }
        machine->peak_flop_per_s[i] = peak;
        machine->s_per_flop[i] = inverse(peak, INFINITY);
    }
}

// 0.5 pJ for a FLOP of 16 bit lies between H100 (0.71) and B200 (0.44).
#define REFERENCE_J_PER_FLOP 0.5e-12

static double power_scarcity(const Machine *machine) {
    double peak = machine->peak_flop_per_s[MATH_BF16], power_w = machine->chip->power.tdp_w;
    if (!(peak > 0))
        peak = machine->peak_flop_per_s[MATH_FP16];
    return peak > 0 && power_w > 0 ? REFERENCE_J_PER_FLOP * peak / power_w : 1;
}

static double matrix_cores(const ChipMatrix *matrix) {
    int cores = matrix->kind == MATRIX_SYSTOLIC ? matrix->units : matrix->cores;
    return cores > 1 ? cores : 1;
}

// A chip whose special-function rate is unknown issues one for every four fp32 instructions (of 2 FLOP).
static double special_rate(const ChipVector *vector) {
    return vector->special_per_s > 0 ? vector->special_per_s : vector->fp32_flop_per_s / 8;
}

Machine machine_of(const Design *design) {
    const Chip *chip = design->chip;
    const Profile *profile = design->profile;
    double cores = matrix_cores(&chip->matrix);
    double store_rate = chip->store.bandwidth_bytes_per_s;
    Machine machine = {
        .chip = chip,
        .system = design->system,
        .attention_math = MATH_BF16,
        .profile = profile ? profile : &PROFILE_DATASHEET,
        .chips = design->plan.chips,
        .s_per_vector_flop = inverse(chip->vector.fp32_flop_per_s, 0),
        .s_per_special = inverse(special_rate(&chip->vector), 0),
        .s_per_byte = inverse(chip->memory.bandwidth_bytes_per_s, INFINITY),
        .s_per_store_byte = inverse(store_rate, 0),
        .s_per_core_clock = inverse(cores * chip->matrix.clock_hz, 0),
        .s_per_near_byte = inverse(store_rate > 0 ? store_rate : 64 * cores * chip->matrix.clock_hz,
                                   inverse(chip->memory.bandwidth_bytes_per_s, INFINITY)),
        .cores = cores,
        .cores_inverse = 1 / cores,
        .root_cores_inverse = 1 / sqrt(cores),
        .held_bytes = chip->store.capacity_bytes / 2,
    };
    if (profile && !profile_measured(profile, chip))
        machine.doubt = profile_serves(profile, chip) ? 1 : 2;
    machine_peaks(&machine);
    machine.power_scarcity = power_scarcity(&machine);
    if (!(chip->peak.flop_per_s[MATH_BF16] > 0) && chip->peak.flop_per_s[MATH_FP16] > 0)
        machine.attention_math = MATH_FP16;
    return machine;
}
