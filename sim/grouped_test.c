#include "sim/base/test.h"

#include "arch/experts.h"
#include "sim/grouped.h"
#include "sim/op_cost.h"
#include "sim/random_test.h"

// clang-format off
static const Chip GPU = {
    .peak = {.flop_per_s = {[MATH_BF16] = 989e12, [MATH_FP8] = 1979e12}},
    .vector = {.fp32_flop_per_s = 67e12, .special_per_s = 4e12},
    .memory = {.capacity_bytes = 80e9, .bandwidth_bytes_per_s = 3.35e12},
    .store = {.capacity_bytes = 50e6, .bandwidth_bytes_per_s = 5.5e12},
    .matrix = {.kind = MATRIX_TILED, .cores = 132, .clock_hz = 1.83e9},
};
// clang-format on

static Machine machine_for(const Chip *chip, const Profile *profile) {
    Design design = {.chip = chip, .plan = {.chips = 1}};
    Machine machine = machine_of(&design);
    machine.profile = profile;
    return machine;
}

static ExpertBlock random_block(uint64_t *state) {
    ExpertBlock block = {.gated = random_below(state, 2),
                         .even = random_below(state, 2),
                         .entering = random_size(state, 14),
                         .held = random_size(state, 8),
                         .top_k = random_size(state, 3),
                         .d_model = 64 * random_size(state, 6),
                         .inner = 64 * random_size(state, 6)};
    Format format = random_below(state, 2) ? FORMAT_BF16 : FORMAT_FP8;
    block.formats = (Formats){.weights = format, .activations = format};
    block.experts = block.held * random_size(state, 3);
    block.tokens = block.entering;
    block.rows = block.leaving = machine_max(1, block.entering * block.top_k / 2);
    block.active = machine_min(block.held, block.rows);
    return block;
}

// Constants anywhere in their ranges, latencies up to 10 us.
static void random_constants(uint64_t *state, Profile *profile) {
    for (int i = 0; i < EXPERTS_KERNEL_TABLE.count; i++) {
        const Field *field = &EXPERTS_KERNEL_TABLE.fields[i];
        double most = field->unit == UNIT_S ? 1e-5 : field->max;
        double value = field->min + (most - field->min) * random_share(state);
        for (int class = KERNEL_EXPERTS_16; class <= KERNEL_GROUPED; class ++)
            *(double *)((char *)&profile->fits[class].constants + field->offset) = value;
    }
}

// Engines overlapped; one after another.
static void block_s(const Machine *machine, const ExpertBlock *block, double *best_s,
                    double *apart_s) {
    Op ops[EXPERT_OPS];
    experts_ops(block, ops);
    *best_s = *apart_s = 0;
    for (int i = 0; i < EXPERT_OPS; i++) {
        OpCost cost = op_cost(machine, &ops[i]);
        double compute_s = machine_max(cost.matrix_s, cost.vector_s);
        *best_s += machine_max(compute_s, cost.memory_s) + cost.overhead_s;
        *apart_s +=
            cost.matrix_s + cost.vector_s + cost.memory_s + cost.overhead_s - cost.apart_saving_s;
    }
}

TEST(grouped, is_never_slower_with_a_faster_engine_whatever_its_constants) {
    static Profile profile;
    uint64_t state = 7;
    profile_init(&profile);
    for (int i = 0; i < 20000; i++) {
        random_constants(&state, &profile);
        ExpertBlock block = random_block(&state);
        Chip fast = GPU;
        double faster = 1 + random_share(&state);
        switch (random_below(&state, 4)) {
        case 0:
            for (int j = 0; j < MATH_COUNT; j++)
                fast.peak.flop_per_s[j] *= faster;
            break;
        case 1:
            fast.vector.fp32_flop_per_s *= faster;
            break;
        case 2:
            fast.memory.bandwidth_bytes_per_s *= faster;
            break;
        default:
            fast.store.bandwidth_bytes_per_s *= faster;
        }
        Machine slow = machine_for(&GPU, &profile), quick = machine_for(&fast, &profile);
        slow.as_measured.loop_bytes = quick.as_measured.loop_bytes =
            random_below(&state, 2) * 1e6 * random_size(&state, 8);
        double before[2], after[2];
        block_s(&slow, &block, &before[0], &before[1]);
        block_s(&quick, &block, &after[0], &after[1]);
        assert_true(after[0] <= before[0] * (1 + 1e-12));
        assert_true(after[1] <= before[1] * (1 + 1e-12));
    }
}

TEST(grouped, replayed_within_the_store_reads_little_of_memory) {
    Machine cold = machine_for(&GPU, &PROFILE_DATASHEET), warm = cold, full = cold;
    GroupedShape shape = {
        .rows = 64, .n = 2048, .k = 1024, .experts = 4, .active = 4, .even = true};
    shape.a = shape.b = FORMAT_BF16;
    const Fit *fit = &PROFILE_DATASHEET.fits[KERNEL_EXPERTS_16];
    warm.as_measured.loop_bytes = 10e6; // resident: half of 50 MB
    full.as_measured.loop_bytes = 100e6;
    OpCost from_memory = grouped_cost(&cold, fit, &shape);
    OpCost from_store = grouped_cost(&warm, fit, &shape);
    OpCost streamed = grouped_cost(&full, fit, &shape);
    assert_true(from_store.hbm_bytes < 1e-3 * from_memory.hbm_bytes);
    assert_true(from_store.memory_s < 0.7 * from_memory.memory_s);
    assert_near(streamed.memory_s, from_memory.memory_s, 1e-3);
}

TEST(grouped, spread_evenly_pads_no_more_than_at_random) {
    Machine machine = machine_for(&GPU, &PROFILE_DATASHEET);
    const Fit *fit = &PROFILE_DATASHEET.fits[KERNEL_EXPERTS_16];
    GroupedShape shape = {.rows = 64 * 128, .n = 4096, .k = 4096, .experts = 64, .active = 64};
    shape.a = shape.b = FORMAT_BF16;
    OpCost random = grouped_cost(&machine, fit, &shape);
    shape.even = true;
    OpCost even = grouped_cost(&machine, fit, &shape);
    assert_true(even.executed_flop < random.executed_flop);
    assert_near(even.executed_flop, 2.0 * 64 * 128 * 4096 * 4096, 1e-6);
}

TEST(grouped, orders_tokens_by_expert_at_the_cost_of_its_constants) {
    static Profile profile;
    profile_init(&profile);
    ExpertsKernel *kernel = &profile.fits[KERNEL_EXPERTS_16].constants.experts;
    kernel->launch_s = 2e-6;
    kernel->sort_s = 4e-6;
    kernel->sort_tokens = 256;
    kernel->token_s = 132e-9; // on 132 cores 1 ns each
    kernel->expert_s = 10e-9;
    kernel->held_s = 40e-9;
    Machine machine = machine_for(&GPU, &profile);
    ElementwiseShape shape = {
        .routed = {.on = true, .tokens = 128, .experts = 256, .held = 32}
    };
    OpCost few = routed_cost(&machine, &profile.fits[KERNEL_EXPERTS_16], &shape);
    assert_near(few.overhead_s, 2e-6 + 2e-6 + 0.128e-6 + 2.56e-6 + 1.28e-6, 1e-9);
    shape.routed.tokens = 1024;
    OpCost many = routed_cost(&machine, &profile.fits[KERNEL_EXPERTS_16], &shape);
    assert_near(many.overhead_s, 2e-6 + 4e-6 + 1.024e-6 + 2.56e-6 + 1.28e-6, 1e-9);
}
