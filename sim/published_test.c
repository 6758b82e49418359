#include "sim/base/test.h"

#include "sim/collective.h"
#include "sim/links_test.h"
#include "sim/roofline.h"

// Numbers of textbooks, each computed by the one function that answers it.
//     SB-R ...  How to Scale Your Model (Austin et al. 2025), roofline.md; T tpus.md, S sharding.md, X transformers.md,
//               N training.md, A applied-training.md, P profiling.md
//     RP-...    R. Pope and D. Patel, lecture of 29 April 2026
// The book rounds; the tolerance of a row says how far.

typedef struct Case {
    const char *id;
    double (*compute)(const double *in);
    double in[6];
    double expected, tolerance;
    const char *what;
} Case;

// Chips as the book lists them, which rounds differently from the data sheets.
static Chip chip_of(Math math, double peak, double capacity, double bandwidth) {
    Chip chip = {
        .memory = {.capacity_bytes = capacity, .bandwidth_bytes_per_s = bandwidth}
    };
    chip.peak.flop_per_s[math] = peak;
    return chip;
}

static double flop_s(const double *in) {
    return roofline_flop_s(in[0], in[1]);
}

static double bytes_s(const double *in) {
    return roofline_bytes_s(in[0], in[1]);
}

static double ridge(const double *in) {
    return roofline_ridge(in[0], in[1]);
}

static double intensity(const double *in) {
    return roofline_matmul_intensity(in[0], in[1], in[2], in[3], in[3], in[3]);
}

// peak, bandwidth, bytes a weight
static double critical_tokens(const double *in) {
    return roofline_critical_tokens(roofline_ridge(in[0], in[1]), in[2]);
}

// peak, bandwidth, n, k, bytes a value
static double critical_tokens_full(const double *in) {
    return roofline_critical_tokens_full(roofline_ridge(in[0], in[1]), in[2], in[3], in[4], in[4],
                                         in[4]);
}

static double critical_tokens_moe(const double *in) {
    return roofline_critical_tokens_moe(in[0], in[1], in[2], in[3]);
}

static double critical_context(const double *in) {
    return roofline_critical_context(in[0], in[1]);
}

static double critical_gather(const double *in) {
    return roofline_critical_tokens_gather(in[0], in[1], in[2]);
}

static double gather_chips(const double *in) {
    return roofline_gather_chips(in[0], in[1], in[2], in[3]);
}

static double largest_tp(const double *in) {
    return roofline_largest_tp(in[0], in[1], in[2], in[3]);
}

static double best_gather(const double *in) {
    return roofline_best_gather(in[0], in[1], in[2], in[3], in[4]);
}

static double critical_mixed(const double *in) {
    return roofline_critical_tokens_mixed(in[0], in[1], in[2], in[3], in[4]);
}

static double critical_reduction(const double *in) {
    return roofline_critical_reduction(in[0], in[1]);
}

// peak of a chip, chips, share reached, flop: days
static double training_days(const double *in) {
    Chip chip = chip_of(MATH_BF16, in[0], 0, 0);
    double fleet = roofline_fleet_flop_per_s(&chip, MATH_BF16, (int)in[1]);
    return roofline_flop_s(in[3], fleet * in[2]) / 86400;
}

static double fleet_flop(const double *in) {
    Chip chip = chip_of(MATH_BF16, in[0], 0, 0);
    return roofline_fleet_flop_per_s(&chip, MATH_BF16, (int)in[1]);
}

static double fleet_flop_s(const double *in) {
    return roofline_flop_s(in[2], fleet_flop(in));
}

static double fleet_memory(const double *in) {
    Chip chip = chip_of(MATH_BF16, 0, in[0], 0);
    return roofline_fleet_memory_bytes(&chip, (int)in[1]);
}

static double drain_s(const double *in) {
    Chip chip = chip_of(MATH_BF16, 0, in[0], in[1]);
    return roofline_drain_s(&chip);
}

static double unit_flop(const double *in) {
    Chip chip = {
        .matrix = {.fma_per_unit = in[0], .clock_hz = in[1]}
    };
    return roofline_unit_flop_per_s(&chip);
}

// clang-format off
static const Case ROOFLINE_CASES[] = {
    {"SB-R1", flop_s, {1e12, 9.89e14}, 1.01e-3, 0.01, "1e12 FLOP at the bf16 peak of H100"},
    {"SB-R2", flop_s, {1e12, 9.1e14}, 1.1e-3, 0.01, "the same on TPU v6e"},
    {"SB-R3", ridge, {1.97e14, 8.2e11}, 240, 0.02, "v5e, bf16"},
    {"SB-R4", intensity, {1, 1, 1e6, 2}, 0.5, 0.01, "dot product"},
    {"SB-R5", critical_reduction, {1.97e14, 4.5e10}, 8755, 0.01, "two chips of v5e"},
    {"SB-R6", critical_tokens, {3.94e14, 8.1e11, 1}, 243, 0.01, "v5e, int8"},
    {"SB-R7", critical_tokens, {1.97e14, 8.1e11, 1}, 120, 0.03, "v5e, int8 weights, bf16 arithmetic"},
    {"SB-R8", intensity, {1, 8192, 8192, 1}, 2, 0.01, "a weight matrix an example, int8"},
    {"SB-R9", critical_tokens, {1e15, 3.35e12, 2}, 298, 0.02, "H100, bf16"},
    {"SB-T1", bytes_s, {200e9 * 2, 32 * 1.23e12}, 10e-3, 0.05, "200B weights from the memory of 32 v4p"},
    {"SB-T2a", fleet_flop, {1.97e14, 256}, 5.1e16, 0.02, "v5e pod"},
    {"SB-T2b", fleet_memory, {16e9, 256}, 4e12, 0.03, "v5e pod"},
    {"SB-T2c", fleet_flop, {4.59e14, 8960}, 4e18, 0.04, "v5p pod"},
    {"SB-T2d", fleet_memory, {96e9, 8960}, 860e12, 0.01, "v5p pod"},
    {"SB-T3", critical_tokens, {9.2e14, 1.5e10, 2}, 61000, 0.02, "v6e, weights from the host over PCIe"},
    {"SB-T4a", critical_tokens_full, {3.94e14, 8.1e11, 16384, 4096, 1}, 271, 0.05, "v5e int8, exact 263"},
    {"SB-T4b", critical_tokens_full, {3.94e14, 22 * 8.1e11, 16384, 4096, 1}, 11, 0.1, "the same from VMEM"},
    {"SB-T6a", bytes_s, {16e9, 16 * 1.5e10}, 66e-3, 0.08, "PCIe of 16 hosts"},
    {"SB-T6c", bytes_s, {16e9, 8.1e11}, 19e-3, 0.1, "through HBM"},
    {"SB-T6d", flop_s, {2.0 * 8 * 131072 * 131072, 1.97e14}, 1.3e-3, 0.08, "[8,128K] x [128K,128K], exact 1.395"},
    {"SB-T7a", unit_flop, {128 * 128, 1.5e9}, 5e13, 0.02, "one 128 x 128 unit at 1.5 GHz"},
    {"SB-S7", critical_reduction, {4.59e14, 1.8e11}, 5100, 0.01, "v5p, reduce rather than gather"},
    {"SB-X4", critical_context, {16.0 * 8192 * 8192, 8192}, 65536, 0.01, "T = 8 D with F = 4 D, gated"},
    {"SB-X5", critical_context, {4.0 * 4096 * 4096, 4096}, 8192, 0.01, "T = 2 D against the four projections"},
    {"SB-N2", critical_gather, {4.59e14, 1.8e11, 1}, 2550, 0.01, "v5p, one axis"},
    {"SB-N3", critical_gather, {4.59e14, 1.8e11, 3}, 850, 0.01, "three axes"},
    {"SB-N3b", critical_gather, {8960 * 4.59e14, 1.8e11, 3}, 7.6e6, 0.01, "the whole pod as one chip"},
    {"SB-N4", gather_chips, {40e6, 4.59e14, 1.8e11, 3}, 47000, 0.01, "40M tokens"},
    {"SB-N5a", gather_chips, {16e6, 4.59e14, 1.8e11, 3}, 18823, 0.005, "Llama 3 70B, 16M tokens"},
    {"SB-N5b", training_days, {4.59e14, 18823, 0.5, 6.3e24}, 17, 0.03, "at half the peak, in days"},
    {"SB-N6a", largest_tp, {30000, 4.59e14, 1.8e11, 1}, 11.8, 0.02, "F = 30000"},
    {"SB-N7", largest_tp, {49152, 4.59e14, 1.8e11, 1}, 19, 0.05, "Gemma 7B"},
    {"SB-N8", best_gather, {48000, 64, 32768, 2, 1}, 13.9, 0.02, "formula 13.69"},
    {"SB-N9a", critical_mixed, {32768, 4.59e14, 1.8e11, 2, 1}, 396.9, 0.02, "F = 32768"},
    {"SB-N9b", critical_mixed, {30000, 4.59e14, 1.8e11, 2, 1}, 433, 0.01, "F = 30000"},
    {"SB-N10", ridge, {3.8e18, 5e13}, 76000, 0.05, "pods over the data-centre network"},
    {"SB-A4", training_days, {4.59e14, 8960, 0.4, 6.3e24}, 44, 0.02, "full v5p pod, in days"},
    {"SB-A8", best_gather, {4.19e6, 8960, 28672, 2, 1}, 1618, 0.01, "Llama 3 70B"},
    {"SB-A9", critical_mixed, {28672, 4.59e14, 1.8e11, 2, 1}, 453, 0.01, "F = 28672"},
    {"SB-P1a", fleet_flop_s, {23e12, 8, 2.0 * 32 * 1024 * 8192 * 32768}, 95.6e-3, 0.01, "8 cores of TPU v2"},
    {"RP-ratio", ridge, {989.4e12, 3.35e12}, 300, 0.1, "H100, bf16"},
    {"RP-bcrit", critical_tokens_moe, {300, 2, 32, 256}, 2400, 0.1, "32 of 256 experts active"},
    {"RP-drain", drain_s, {288e9, 20e12}, 15e-3, 0.1, "Rubin"},
};
// clang-format on

static void check_cases(const Case *cases, int count) {
    for (int i = 0; i < count; i++)
        test_near(cases[i].compute(cases[i].in), cases[i].expected, cases[i].tolerance, cases[i].id,
                  cases[i].what, i);
}

TEST(published, roofline_answers_the_books_questions) {
    check_cases(ROOFLINE_CASES, FIELD_COUNT(ROOFLINE_CASES));
}

// A torus of one slice; links of w bytes/s and 1 us.
static System torus(int x, int y, int z, double w, int wrap_multiple) {
    Level level = {.name = "ici",
                   .topology = TOPOLOGY_TORUS,
                   .chips = x * y * z,
                   .bandwidth_bytes_per_s = w,
                   .latency_s = 1e-6,
                   .slice_count = 1,
                   .wrap_multiple = wrap_multiple,
                   .slices = {{{x, y, z}, x * y * z}}};
    return (System){.levels = {level}, .level_count = 1};
}

static double torus_s(System system, Group group, CollectiveKind kind, double bytes) {
    GroupMap map = network_map(&system, system.levels[0].chips, group);
    const LinkKernel ideal = links_of(1);
    Transfer transfer = collective_transfer(&ideal, &map, kind, bytes);
    return transfer.latency_s + transfer.bytes_s;
}

// bytes, wrap multiple: over the axis of 4 of a v5e slice 4x8
static double v5e_gather(const double *in) {
    return torus_s(torus(4, 8, 1, 4.5e10, (int)in[1]), (Group){4, 1}, COLLECTIVE_ALL_GATHER, in[0]);
}

// bytes, size, stride, kind: on v4p 4x4x4
static double v4p_collective(const double *in) {
    return torus_s(torus(4, 4, 4, 4.5e10, 4), (Group){(int)in[1], (int)in[2]},
                   (CollectiveKind)(int)in[3], in[0]);
}

// kind over all_gather on a ring of 16, the array being the same: an all-to-all's buffer holds one shard of it
static double over_gather(const double *in) {
    System ring = torus(16, 1, 1, 4.5e10, 16);
    return torus_s(ring, (Group){16, 1}, (CollectiveKind)(int)in[0], in[1]) /
           torus_s(ring, (Group){16, 1}, COLLECTIVE_ALL_GATHER, 1e9);
}

// bytes, bytes/s of a link: ReduceScatter among 8 on a wrapped ring
static double ring_scatter(const double *in) {
    return torus_s(torus(8, 1, 1, in[1], 8), (Group){8, 1}, COLLECTIVE_REDUCE_SCATTER, in[0]);
}

// bytes: from (0,0) to (3,3) of v5e 4x4, over both its links
static double corner_send(const double *in) {
    System system = torus(4, 4, 1, 4.5e10, 16);
    int hops;
    const Level *level = network_link(&system, 16, 0, 15, &hops);
    const LinkKernel ideal = links_of(1);
    Transfer transfer = send_transfer(&ideal, level, hops, 2, in[0]);
    return transfer.latency_s + transfer.bytes_s;
}

static double hop_bytes(const double *in) {
    System system = torus(4, 4, 1, in[0], 16);
    return hop_critical_bytes(&system.levels[0]);
}

// clang-format off
static const Case COLLECTIVE_CASES[] = {
    {"SB-T5a", corner_send, {0}, 6e-6, 0.02, "first byte over 6 hops"},
    {"SB-T5b", corner_send, {2.0 * 8 * 128 * 8192}, 194e-6, 0.02, "bf16[8,128,8192]; exact 192.4"},
    {"SB-T6b", corner_send, {15e9}, 167e-3, 0.1, "everything to one chip over its two links"},
    {"SB-S1a", v5e_gather, {2.0 * 2048 * 8192, 4}, 377e-6, 0.02, "ideal ring; exact 372.8"},
    {"SB-S1b", v5e_gather, {2.0 * 2048 * 8192, 16}, 560e-6, 0.01, "an axis of 4 does not wrap on v5e"},
    {"SB-S2a", v5e_gather, {2.0 * 256 * 256, 16}, 3e-6, 0.05, "bound by latency"},
    {"SB-S3", v4p_collective, {2.0 * 1024 * 4096 / 4, 4, 1, COLLECTIVE_ALL_GATHER}, 23e-6, 0.03, "over X, sharded over Y"},
    {"SB-S4", v4p_collective, {2.0 * 1024 * 4096, 16, 1, COLLECTIVE_ALL_GATHER}, 46e-6, 0.03, "over X and Y; exact 46.6"},
    {"SB-S5", v4p_collective, {2.0 * 1024 * 4096 / 16, 4, 16, COLLECTIVE_ALL_REDUCE}, 11.65e-6, 0.02,
     "over Z, sharded over X and Y; the book prints 190 us, forgetting the shards"},
    {"SB-S6", v4p_collective, {256, 4, 1, COLLECTIVE_ALL_GATHER}, 2e-6, 0.05, "256 bytes, 2 hops"},
    {"SB-S8", over_gather, {COLLECTIVE_ALL_TO_ALL, 1e9 / 16}, 0.25, 0.01, "all-to-all over all-gather, both ways"},
    {"SB-S10", hop_bytes, {4.5e10}, 45000, 0.02, "v5e"},
    {"SB-S11", over_gather, {COLLECTIVE_ALL_REDUCE, 1e9}, 2, 1e-12, "all-reduce over all-gather"},
    {"SB-P2a", ring_scatter, {134e6, 6e10}, 1.1e-3, 0.03, "134 MB at 1.2e11 B/s both ways"},
};
// clang-format on

TEST(published, collectives_answer_the_books_questions) {
    check_cases(COLLECTIVE_CASES, FIELD_COUNT(COLLECTIVE_CASES));
}
