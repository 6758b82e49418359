#include "sim/base/test.h"

#include "arch/routing.h"

#include "sim/grouped.h"
#include "sim/matmul.h"
#include "sim/op_cost.h"
#include "sim/random_test.h"

#define MATMUL_FIT  (&PROFILE_DATASHEET.fits[KERNEL_MATMUL_16])
#define EXPERTS_FIT (&PROFILE_DATASHEET.fits[KERNEL_EXPERTS_16])

// clang-format off
static const Chip GPU = {
    .peak = {.flop_per_s = {[MATH_BF16] = 989e12, [MATH_FP8] = 1979e12, [MATH_INT8] = 1979e12}},
    .vector = {.fp32_flop_per_s = 67e12, .special_per_s = 4e12},
    .memory = {.capacity_bytes = 80e9, .bandwidth_bytes_per_s = 3.35e12},
    .store = {.capacity_bytes = 50e6, .bandwidth_bytes_per_s = 5.5e12},
    .matrix = {.kind = MATRIX_TILED, .cores = 132},
};
static const Chip TPU = {
    .peak = {.flop_per_s = {[MATH_BF16] = 459e12, [MATH_INT8] = 918e12}},
    .vector = {.fp32_flop_per_s = 14e12},
    .memory = {.capacity_bytes = 95e9, .bandwidth_bytes_per_s = 2.765e12},
    .store = {.capacity_bytes = 128e6},
    .matrix = {.kind = MATRIX_SYSTOLIC, .units = 8, .rows = 128, .columns = 128},
};
static const System LINKS = {
    .levels = {{.topology = TOPOLOGY_SWITCH, .chips = 64, .bandwidth_bytes_per_s = 450e9, .latency_s = 2e-6}},
    .level_count = 1,
};
// clang-format on

static Machine machine_for(const Chip *chip) {
    Design design = {.chip = chip, .system = &LINKS, .plan = {.chips = 64}};
    return machine_of(&design);
}

// Any constants that a profile may hold, and now and then the edge of their range.
static void random_constants(uint64_t *state, const FieldTable *table, void *constants) {
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        double most = field->unit == UNIT_S ? 1e-5 : field->max, share = random_share(state);
        share = random_below(state, 4) ? share : random_below(state, 2);
        *(double *)((char *)constants + field->offset) = field->min + share * (most - field->min);
    }
}

static void random_matmul_profile(uint64_t *state, Profile *profile) {
    for (KernelClass class = KERNEL_MATMUL_16; class <= KERNEL_EXPERTS_4; class ++)
        random_constants(state, &MATMUL_KERNEL_TABLE, &profile->fits[class].constants.matmul);
}

static double op_s(const OpCost *cost) {
    double engines = machine_max(machine_max(cost->matrix_s, cost->vector_s),
                                 machine_max(cost->memory_s, cost->link_s));
    return engines + cost->overhead_s;
}

static double apart_s(const OpCost *cost) {
    return cost->matrix_s + cost->vector_s + cost->memory_s + cost->link_s + cost->overhead_s -
           cost->apart_saving_s;
}

static Format random_format(uint64_t *state) {
    static const Format FORMATS_USED[] = {FORMAT_BF16, FORMAT_FP8, FORMAT_FP8_BLOCK, FORMAT_INT8,
                                          FORMAT_INT4};
    return FORMATS_USED[random_below(state, FIELD_COUNT(FORMATS_USED))];
}

static AttentionShape random_attention(uint64_t *state) {
    double kv_heads = random_size(state, 4), heads = kv_heads * random_size(state, 3);
    bool decode = random_below(state, 2);
    double q = decode ? 1 : random_size(state, 13);
    return (AttentionShape){
        .sequences = random_size(state, 8),
        .q_len = q,
        .kv_len = q + random_size(state, 15),
        .heads = heads,
        .kv_heads = kv_heads,
        .qk_dim = 128,
        .v_dim = 128,
        .kv_values = kv_heads * 256,
        .window = random_below(state, 2) ? 0 : random_size(state, 12),
        .split = 1,
        .kv = random_below(state, 2) ? FORMAT_BF16 : FORMAT_FP8,
        .decode = decode,
    };
}

static Op random_op(uint64_t *state, OpKind kind) {
    double m = random_size(state, 15), n = random_size(state, 15), k = random_size(state, 15);
    double experts = random_size(state, 8), active = machine_min(experts, m);
    Format a = FORMAT_BF16, b = random_format(state);
    Group group = {1 << random_below(state, 7), 1};
    CollectiveKind collective = (CollectiveKind)random_below(state, COLLECTIVE_KIND_COUNT);
    bool decode = random_below(state, 2);
    Op op = {.kind = kind};
    switch (kind) {
    case OP_MATMUL:
        op.matmul =
            (MatmulShape){.batch = random_size(state, 4), .m = m, .n = n, .k = k, .a = a, .b = b};
        break;
    case OP_GROUPED_MATMUL:
        op.grouped = (GroupedShape){
            .rows = m, .n = n, .k = k, .experts = experts, .active = active, .a = a, .b = b};
        break;
    case OP_ATTENTION:
        op.attention = random_attention(state);
        break;
    case OP_SCAN:
        op.scan = (ScanShape){random_size(state, 8),  decode ? 1 : m, 16, 128, 32, 64,
                              random_below(state, 2), decode};
        break;
    case OP_ELEMENTWISE:
        op.elementwise =
            (ElementwiseShape){.read_bytes = m * n, .write_bytes = m, .flop = m * k, .specials = m};
        break;
    case OP_COLLECTIVE:
        op.collective = (CollectiveShape){.kind = collective, .group = group, .bytes = m * n};
        break;
    case OP_DISPATCH:
        op.dispatch = (DispatchShape){.group = group,
                                      .tokens = m,
                                      .hottest = 1.2,
                                      .bytes_per_token = n,
                                      .experts = 64,
                                      .top_k = 8,
                                      .hit = routing_groups_hit(64, 8, group.size),
                                      .back = random_below(state, 2)};
        break;
    default:
        op.send = (SendShape){0, 1 + random_below(state, 63), m * n};
    }
    return op;
}

TEST(machine, is_never_slower_with_a_faster_engine) {
    uint64_t state = 1;
    for (int i = 0; i < 40000; i++) {
        const Chip *base = random_below(&state, 3) ? &GPU : &TPU;
        Op op = random_op(&state, (OpKind)random_below(&state, OP_KIND_COUNT));
        Machine slow = machine_for(base);
        OpCost before = op_cost(&slow, &op);
        double parts[] = {before.matrix_s,  before.vector_s,   before.memory_s,
                          before.link_s,    before.overhead_s, before.executed_flop,
                          before.hbm_bytes, before.comm_bytes};
        for (int j = 0; j < FIELD_COUNT(parts); j++)
            assert_true(parts[j] >= 0 && parts[j] < 1e30);
        Chip fast = *base;
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
        Machine quick = machine_for(&fast);
        OpCost after = op_cost(&quick, &op);
        assert_true(op_s(&after) <= op_s(&before) * (1 + 1e-12));
        assert_true(apart_s(&after) <= apart_s(&before) * (1 + 1e-12));
    }
}

// With whatever constants a profile brings, under whatever conditions a row was measured.
TEST(matmul, is_never_slower_with_a_faster_engine_at_any_constants) {
    static Profile profile;
    uint64_t state = 7;
    profile_init(&profile);
    for (int i = 0; i < 40000; i++) {
        if (i % 50 == 0)
            random_matmul_profile(&state, &profile);
        Chip slow = GPU, fast;
        slow.matrix.clock_hz = 1.8e9;
        slow.power.tdp_w = 350 + 700 * random_share(&state);
        fast = slow;
        double faster = 1 + random_share(&state);
        switch (random_below(&state, 3)) {
        case 0:
            for (int j = 0; j < MATH_COUNT; j++)
                fast.peak.flop_per_s[j] *= faster;
            break;
        case 1:
            fast.memory.bandwidth_bytes_per_s *= faster;
            break;
        default:
            fast.store.bandwidth_bytes_per_s *= faster;
        }
        Op op = random_op(&state, random_below(&state, 2) ? OP_GROUPED_MATMUL : OP_MATMUL);
        Machine before = machine_for(&slow), after = machine_for(&fast);
        before.profile = after.profile = &profile;
        before.as_measured.weight_copies = (double)random_below(&state, 6);
        before.as_measured.graph_launches = (double)random_below(&state, 6);
        after.as_measured = before.as_measured;
        OpCost slower = op_cost(&before, &op), quicker = op_cost(&after, &op);
        assert_true(op_s(&quicker) <= op_s(&slower) * (1 + 1e-12));
        assert_true(apart_s(&quicker) <= apart_s(&slower) * (1 + 1e-12));
        assert_true(op_s(&slower) <= apart_s(&slower) * (1 + 1e-12) || slower.vector_s > 0);
        assert_true(slower.matrix_s >=
                    slower.executed_flop / before.peak_flop_per_s[slower.math] * (1 - 1e-12));
        assert_true(slower.memory_s >= slower.hbm_bytes * before.s_per_byte * (1 - 1e-12));
    }
}

TEST(matmul, never_beats_peak_or_bandwidth) {
    uint64_t state = 2;
    for (int i = 0; i < 40000; i++) {
        const Chip *chip = random_below(&state, 3) ? &GPU : &TPU;
        Machine machine = machine_for(chip);
        bool grouped = random_below(&state, 2);
        Op op = random_op(&state, grouped ? OP_GROUPED_MATMUL : OP_MATMUL);
        double batch = grouped ? 1 : op.matmul.batch, parts = grouped ? op.grouped.active : batch;
        double m = grouped ? op.grouped.rows : op.matmul.m;
        double n = grouped ? op.grouped.n : op.matmul.n, k = grouped ? op.grouped.k : op.matmul.k;
        Format weights = grouped ? op.grouped.b : op.matmul.b;
        OpCost cost = op_cost(&machine, &op);
        double flop = 2 * batch * m * n * k;
        double bytes = batch * m * (k + n) * 2 + parts * k * n * format_weight_bytes(weights);
        assert_true(cost.executed_flop >= flop * (1 - 1e-6));
        assert_true(cost.matrix_s >= flop / machine.peak_flop_per_s[cost.math]);
        assert_true(cost.matrix_s >= cost.executed_flop / machine.peak_flop_per_s[cost.math]);
        assert_true(cost.hbm_bytes >= bytes * (1 - 1e-12));
        assert_true(cost.memory_s >= bytes / chip->memory.bandwidth_bytes_per_s);
    }
}

TEST(attention, never_beats_peak_or_bandwidth) {
    uint64_t state = 3;
    for (int i = 0; i < 40000; i++) {
        Machine machine = machine_for(random_below(&state, 3) ? &GPU : &TPU);
        Op op = random_op(&state, OP_ATTENTION);
        const AttentionShape *s = &op.attention;
        double w = s->window > 0 ? machine_min(s->window, s->kv_len) : s->kv_len;
        double prefix = s->kv_len - s->q_len,
               growing = machine_min(machine_max(w - prefix, 0), s->q_len);
        double pairs = growing * prefix + growing * (growing + 1) / 2 + (s->q_len - growing) * w;
        double flop = s->sequences * s->heads * 2 * (s->qk_dim + s->v_dim) * pairs;
        double keys = s->window > 0 ? machine_min(s->kv_len, s->window + s->q_len - 1) : s->kv_len;
        double bytes = s->sequences * keys * s->kv_values * format_weight_bytes(s->kv);
        OpCost cost = op_cost(&machine, &op);
        assert_true(cost.executed_flop >= flop * (1 - 1e-12));
        assert_true(cost.matrix_s >= cost.executed_flop / machine.peak_flop_per_s[cost.math]);
        assert_true(cost.memory_s >= bytes / machine.chip->memory.bandwidth_bytes_per_s);
    }
}

static OpCost gpu_matmul(double m, double n, double k) {
    Machine machine = machine_for(&GPU);
    MatmulShape shape = {.batch = 1, .m = m, .n = n, .k = k, .a = FORMAT_BF16, .b = FORMAT_BF16};
    return matmul_cost(&machine, MATMUL_FIT, &shape);
}

TEST(matmul, shows_the_cliffs_of_padding_and_waves) {
    // One row too many starts another row of tiles.
    OpCost even = gpu_matmul(128, 65536, 8192), odd = gpu_matmul(129, 65536, 8192);
    assert_true(odd.executed_flop > even.executed_flop * 1.05);
    OpCost full = gpu_matmul(1024, 32768, 8192), over = gpu_matmul(1025, 32768, 8192);
    assert_true(op_s(&over) > op_s(&full) * 1.05);
    // 132 tiles of 128 x 256 fill the cores once; one more column of tiles needs the whole chip again.
    OpCost wave = gpu_matmul(1536, 2816, 8192), spill = gpu_matmul(1536, 3072, 8192);
    assert_true(spill.matrix_s > wave.matrix_s * 1.2);
    // A systolic unit pads k and n to its sides.
    Machine tpu = machine_for(&TPU);
    MatmulShape fits = {.batch = 1,
                        .m = 4096,
                        .n = 1024,
                        .k = 4096,
                        .a = FORMAT_BF16,
                        .b = FORMAT_BF16},
                pads = fits;
    pads.k = 4097;
    OpCost tpu_fits = matmul_cost(&tpu, MATMUL_FIT, &fits),
           tpu_pads = matmul_cost(&tpu, MATMUL_FIT, &pads);
    assert_near(tpu_pads.executed_flop / tpu_fits.executed_flop, 33.0 / 32, 1e-9);
}

TEST(matmul, of_one_expert_is_a_matmul) {
    const Chip *chips[] = {&GPU, &TPU};
    for (int i = 0; i < 2; i++) {
        Machine machine = machine_for(chips[i]);
        for (double m = 64; m <= 65536; m *= 4) {
            MatmulShape plain = {
                .batch = 1, .m = m, .n = 4096, .k = 2048, .a = FORMAT_BF16, .b = FORMAT_BF16};
            GroupedShape one = {.rows = m,
                                .n = 4096,
                                .k = 2048,
                                .experts = 1,
                                .active = 1,
                                .a = FORMAT_BF16,
                                .b = FORMAT_BF16};
            OpCost a = matmul_cost(&machine, MATMUL_FIT, &plain),
                   b = grouped_cost(&machine, EXPERTS_FIT, &one);
            assert_near(op_s(&b), op_s(&a), 0.05);
        }
    }
}

TEST(matmul, spread_over_experts_costs_their_weights_and_padding) {
    Machine machine = machine_for(&GPU);
    GroupedShape few = {.rows = 512,
                        .n = 4096,
                        .k = 2048,
                        .experts = 64,
                        .active = 16,
                        .a = FORMAT_BF16,
                        .b = FORMAT_BF16},
                 all = few;
    all.active = 64;
    OpCost of_few = grouped_cost(&machine, EXPERTS_FIT, &few),
           of_all = grouped_cost(&machine, EXPERTS_FIT, &all);
    assert_true(of_all.hbm_bytes > 3.5 * of_few.hbm_bytes);
    assert_true(of_all.executed_flop > of_few.executed_flop);
}
