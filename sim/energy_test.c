#include "sim/energy.h"

#include <stdlib.h>

#include "lua/library.h"
#include "sim/base/test.h"
#include "sim/evaluate.h"
#include "sim/random_test.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DESIGNS 3000
#else
#define DESIGNS 50000
#endif

static Library *open_data(void) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    return library;
}

// H100 SXM: 700 W, 70 W idle, 989.4 TFLOP/s bf16, 1978.9 fp8.
TEST(energy, of_an_hour_of_h100_by_hand) {
    Library *library = open_data();
    Error err;
    Design design = {.chip = library_chip(library, "h100_sxm", &err), .plan = {.chips = 2}};
    design.system = library_system(library, "hgx_h100", &err);
    assert_non_null(design.chip);
    double flop[MATH_COUNT] = {[MATH_BF16] = 100e12, [MATH_FP8] = 300e12};
    EnergyUse use = {flop, design.chip->peak.flop_per_s, 1e12, 1e11, 1};
    Energy energy = energy_of(&design, &use);
    double matrix_j = 630 * (100 / 989.4 + 300 / 1978.9);
    assert_near(energy.matrix_j, matrix_j, 1e-4);
    assert_near(energy.memory_j, 40, 1e-12); // 5 pJ/bit
    assert_near(energy.link_j, 8.8, 1e-12);  // 2 x 5.5 pJ/bit
    assert_near(energy.idle_w, 140, 1e-12);
    assert_near(energy.power_w, matrix_j + 40 + 8.8 + 140, 1e-4);
    assert_near(energy.energy_j, energy.power_w, 1e-12);
    use.interval_s = 0.1;
    energy = energy_of(&design, &use);
    assert_near(energy.power_w, 1400, 1e-12);
    assert_near(energy.energy_j, 140, 1e-12);
    design.plan.chips = 16; // outgrows the NVLink domain
    assert_near(energy_of(&design, &use).link_j, 22, 1e-12);
    library_free(library);
}

// Dense peak at TDP: shares of the published figures, pJ a FLOP without idle power.
TEST(energy, of_a_flop_stays_below_tdp_over_peak) {
    static const struct {
        const char *chip;
        Math math;
        double most_pj;
    } CASES[] = {
        {"a100_sxm", MATH_BF16, 1.285},
        {"h100_sxm", MATH_BF16, 0.71 },
        {"h100_sxm", MATH_FP8,  0.355},
        {"b200_sxm", MATH_BF16, 0.45 },
        {"b200_sxm", MATH_FP4,  0.115},
        {"mi355x",   MATH_BF16, 0.56 },
    };
    Library *library = open_data();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        const Chip *chip = library_chip(library, CASES[i].chip, &err);
        assert_non_null(chip);
        double pj = 1e12 * energy_j_per_flop(chip, chip->peak.flop_per_s[CASES[i].math]);
        if (!(pj <= CASES[i].most_pj && pj > 0.7 * CASES[i].most_pj))
            fail_msg("%s, %s: %g pJ", CASES[i].chip, MATH_NAMES[CASES[i].math], pj);
    }
    library_free(library);
}

static bool known(const Chip *chip, const Metrics *m) {
    assert_int_equal(chip->power.tdp_w > 0, !isnan(m->power_w));
    assert_int_equal(chip->power.tdp_w > 0, !isnan(m->energy_j_per_token));
    return chip->power.tdp_w > 0;
}

TEST(energy, adds_up_between_idle_and_tdp) {
    Library *library = open_data();
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    uint64_t state = 21;
    for (int i = 0; i < DESIGNS; i++) {
        Design design = random_design(&state, library_catalog(library));
        Metrics m;
        evaluate(&design, &m, breakdown);
        double sum = 0, chips = design.plan.chips;
        for (int j = 0; j < MATH_COUNT; j++)
            sum += breakdown->executed_by_math[j];
        assert_near(sum, m.executed_flop, 1e-9);
        if (!known(design.chip, &m))
            continue;
        EnergyUse use = {breakdown->executed_by_math, breakdown->machine.peak_flop_per_s,
                         m.hbm_bytes, m.comm_bytes, m.interval_s};
        Energy energy = energy_of(&design, &use);
        double parts_w =
            (energy.matrix_j + energy.memory_j + energy.link_j) / m.interval_s + energy.idle_w;
        assert_true(m.power_w <= design.chip->power.tdp_w * chips * (1 + 1e-12));
        assert_true(m.power_w >= energy_idle_w(design.chip) * chips * (1 - 1e-12));
        assert_near(m.power_w, fmin(parts_w, energy.ceiling_w), 1e-9);
        assert_near(m.energy_j_per_token * breakdown->tokens, m.power_w * m.interval_s, 1e-9);
    }
    free(breakdown);
    library_free(library);
}

// Whoever waits longer for the same work spends more: a chip of slower memory draws its idle power for longer.
TEST(energy, is_never_less_on_slower_memory) {
    Library *library = open_data();
    uint64_t state = 22;
    for (int i = 0; i < DESIGNS / 5; i++) {
        Design design = random_design(&state, library_catalog(library)), slower = design;
        Chip chip = *design.chip;
        chip.memory.bandwidth_bytes_per_s /= 1 + random_share(&state);
        slower.chip = &chip;
        slower.workload.phase = design.workload.phase = PHASE_DECODE;
        Metrics fast, slow;
        evaluate(&design, &fast, NULL);
        evaluate(&slower, &slow, NULL);
        if (known(&chip, &fast) && slow.executed_flop == fast.executed_flop &&
            slow.hbm_bytes == fast.hbm_bytes)
            assert_true(slow.energy_j_per_token >= fast.energy_j_per_token * (1 - 1e-9));
    }
    library_free(library);
}

TEST(energy, knows_the_memory_that_each_chip_names) {
    static const struct {
        const char *word;
        int kind;
    } WORDS[] = {
        {"GDDR",  MEMORY_GDDR },
        {"LPDDR", MEMORY_LPDDR},
        {"SRAM",  MEMORY_SRAM },
        {"HBM",   MEMORY_HBM  },
    };
    Library *library = open_data();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->chip_count; i++)
        for (size_t j = 0; j < sizeof WORDS / sizeof WORDS[0]; j++) {
            const ChipMemory *memory = &catalog->chips[i]->memory;
            if (strstr(memory->from.source, WORDS[j].word) && memory->kind != WORDS[j].kind)
                fail_msg("%s: memory is %s, its source says %s", catalog->chips[i]->name,
                         MEMORY_KIND_WORDS[memory->kind], WORDS[j].word);
        }
    library_free(library);
}
