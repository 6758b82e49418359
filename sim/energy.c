#include "sim/energy.h"

#include <math.h>

double energy_idle_w(const Chip *chip) {
    return chip->power.idle_w > 0 ? chip->power.idle_w : ENERGY_IDLE_SHARE * chip->power.tdp_w;
}

double energy_j_per_flop(const Chip *chip, double peak_flop_per_s) {
    return (chip->power.tdp_w - energy_idle_w(chip)) / peak_flop_per_s;
}

double energy_j_per_hbm_byte(const Chip *chip) {
    static const double J_PER_BYTE[MEMORY_KIND_COUNT] = {
        [MEMORY_HBM] = ENERGY_HBM_J_PER_BYTE,
        [MEMORY_GDDR] = ENERGY_GDDR_J_PER_BYTE,
        [MEMORY_LPDDR] = ENERGY_LPDDR_J_PER_BYTE,
        [MEMORY_SRAM] = ENERGY_SRAM_J_PER_BYTE,
    };
    return J_PER_BYTE[chip->memory.kind];
}

double energy_j_per_link_byte(const Design *design) {
    bool inside = design->plan.chips <= design->system->levels[0].chips;
    return inside ? ENERGY_LINK_J_PER_BYTE : ENERGY_SCALE_OUT_J_PER_BYTE;
}

Energy energy_of(const Design *design, const EnergyUse *use) {
    const Chip *chip = design->chip;
    double chips = design->plan.chips;
    if (!(chip->power.tdp_w > 0))
        return (Energy){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    Energy energy = {.memory_j = use->hbm_bytes * energy_j_per_hbm_byte(chip),
                     .link_j = use->comm_bytes * energy_j_per_link_byte(design),
                     .idle_w = energy_idle_w(chip) * chips,
                     .ceiling_w = chip->power.tdp_w * chips};
    for (int i = 0; i < MATH_COUNT; i++)
        if (use->executed_flop[i] > 0)
            energy.matrix_j +=
                use->executed_flop[i] * energy_j_per_flop(chip, use->peak_flop_per_s[i]);
    double active_j = energy.matrix_j + energy.memory_j + energy.link_j;
    double wanted_w = active_j / use->interval_s + energy.idle_w;
    energy.power_w = wanted_w < energy.ceiling_w ? wanted_w : energy.ceiling_w;
    energy.energy_j = energy.power_w * use->interval_s;
    return energy;
}
