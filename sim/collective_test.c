// What profiles add to collectives: protocols, libraries' limits, whose kernels run.
#include "sim/base/test.h"

#include "sim/collective.h"
#include "sim/dispatch.h"
#include "sim/links_test.h"
#include "sim/op_cost.h"
#include "sim/random_test.h"

// clang-format off
static const System BOARD = {
    .levels = {{.name = "nvlink", .topology = TOPOLOGY_SWITCH, .chips = 8, .bandwidth_bytes_per_s = 450e9, .latency_s = 1e-6},
               {.name = "infiniband", .topology = TOPOLOGY_SWITCH, .chips = 1024, .bandwidth_bytes_per_s = 50e9, .latency_s = 5e-6}},
    .level_count = 2,
};
static const System HOST = {
    .levels = {{.name = "pcie", .topology = TOPOLOGY_BUS, .chips = 8, .bandwidth_bytes_per_s = 32e9, .latency_s = 2.5e-6}},
    .level_count = 1,
};
// clang-format on

static double gather_s(const LinkKernel *kernel, const System *system, int members, double bytes) {
    GroupMap map = network_map(system, members, (Group){members, 1});
    Transfer transfer = collective_transfer(kernel, &map, COLLECTIVE_ALL_GATHER, bytes);
    return transfer.latency_s + transfer.bytes_s;
}

TEST(collective, takes_the_soonest_protocol) {
    LinkKernel kernel = links_of(0.8);
    kernel.bulk_start = 10;
    kernel.bulk_more = 2;
    kernel.quick_efficiency = 0.1;
    kernel.quick_start = 1;
    kernel.quick_more = 0.5;
    // Of 4 members: 10 + 2 x 2 steps, 1 + 2 x 0.5 steps; both at 3/4 of the bytes.
    assert_near(gather_s(&kernel, &BOARD, 4, 4e9), 14e-6 + 3e9 / 360e9, 1e-12);
    assert_near(gather_s(&kernel, &BOARD, 4, 4e3), 2e-6 + 3e3 / 45e9, 1e-12);
    kernel.line_efficiency = 0.4;
    kernel.line_start = 3;
    assert_near(gather_s(&kernel, &BOARD, 4, 4e5), 3e-6 + 3e5 / 180e9, 1e-12);
    kernel.own_share = 0.5;
    assert_near(gather_s(&kernel, &BOARD, 4, 4e9), 14e-6 + 3.5e9 / 360e9, 1e-12);
    kernel.hiding = 1;
    assert_near(gather_s(&kernel, &BOARD, 4, 4e9), 3.5e9 / 360e9, 1e-12);
}

TEST(collective, leaves_quick_protocols_where_its_library_does) {
    LinkKernel kernel = links_of(0.8);
    kernel.bulk_start = 40;
    double quick = gather_s(&kernel, &BOARD, 2, 2e6);
    kernel.bulk_after_s = 2e-6; // 1 MB at 450 GB/s take 2.2 us
    assert_near(gather_s(&kernel, &BOARD, 2, 2e6), quick + 39e-6, 1e-9);
    kernel.bulk_after_s = 3e-6;
    assert_near(gather_s(&kernel, &BOARD, 2, 2e6), quick, 1e-12);
    kernel.reach_bytes = 1e6;
    assert_near(gather_s(&kernel, &BOARD, 2, 2e6), quick + 39e-6, 1e-9);
}

TEST(collective, crowds_the_host) {
    LinkKernel kernel = links_of(0.8);
    kernel.crowding = 2;
    kernel.host_crossings = 1;
    assert_near(gather_s(&kernel, &HOST, 2, 8e9), 5e-6 + 4e9 / (0.8 * 32e9), 1e-12);
    assert_near(gather_s(&kernel, &HOST, 8, 8e9), 5e-6 + 7e9 / (0.8 * 32e9 / 16), 1e-12);
}

// Any constants that a profile may hold.
static LinkKernel random_links(uint64_t *state) {
    LinkKernel kernel = links_of(0.8);
    for (int i = 0; i < LINK_KERNEL_TABLE.count; i++) {
        const Field *field = &LINK_KERNEL_TABLE.fields[i];
        double share = random_share(state), most = field->max > 100 ? 100 : field->max;
        if (field->unit == UNIT_S)
            most = 1e-5;
        if (random_below(state, 3) > 0)
            *(double *)((char *)&kernel + field->offset) =
                field->min + share * share * (most - field->min);
    }
    return kernel;
}

static double op_s(const OpCost *cost) {
    return machine_max(machine_max(cost->matrix_s, cost->vector_s),
                       machine_max(cost->memory_s, cost->link_s)) +
           cost->overhead_s;
}

TEST(collective, is_never_slower_on_faster_links_whatever_the_constants) {
    uint64_t state = 11;
    Chip chip = {.matrix = {.cores = 132}, .memory = {.bandwidth_bytes_per_s = 3e12}};
    for (int i = 0; i < 20000; i++) {
        System slow = random_below(&state, 3) ? BOARD : HOST, fast = slow;
        fast.levels[0].bandwidth_bytes_per_s *= 1 + random_share(&state);
        int chips = 1 << random_below(&state, slow.level_count == 2 ? 7 : 4);
        Profile profile;
        profile_init(&profile);
        Fit *fit = &profile.fits[KERNEL_ALL_REDUCE];
        fit->constants.link = random_links(&state);
        Design design = {.chip = &chip, .system = &slow, .plan = {.chips = chips}};
        Machine on_slow = machine_of(&design);
        design.system = &fast;
        Machine on_fast = machine_of(&design);
        CollectiveShape shape = {
            (CollectiveKind)random_below(&state, COLLECTIVE_KIND_COUNT),
            {chips, 1},
            random_size(&state, 28),
            LIBRARY_FASTEST
        };
        OpCost a = collective_cost(&on_slow, fit, &shape),
               b = collective_cost(&on_fast, fit, &shape);
        assert_true(op_s(&b) <= op_s(&a) * (1 + 1e-12));
        assert_true(op_s(&a) >= 0 && op_s(&a) < 1e9);
        DispatchShape dispatch = {
            .group = {chips, 1},
            .tokens = random_size(&state, 14),
            .hottest = 1,
            .bytes_per_token = 7168,
            .experts = 256,
            .top_k = 8,
            .hit = 0.9 * machine_min(chips, 8),
            .cores = 20
        };
        a = dispatch_cost(&on_slow, fit, &dispatch);
        b = dispatch_cost(&on_fast, fit, &dispatch);
        assert_true(op_s(&b) <= op_s(&a) * (1 + 1e-12));
        assert_true(op_s(&a) >= 0 && op_s(&a) < 1e9);
    }
}

TEST(collective, knows_whose_kernels_run) {
    static Profile profile;
    profile_init(&profile);
    profile.fits[KERNEL_ALL_REDUCE_DIRECT].given = true;
    Chip chip = {.matrix = {.cores = 1}};
    Design design = {.chip = &chip, .system = &BOARD, .profile = &profile, .plan = {.chips = 16}};
    static const struct {
        bool host;
        CollectiveKind kind;
        int members;
        KernelLibrary library;
        KernelClass class;
        // clang-format off
    } CASES[] = {
        {false, COLLECTIVE_ALL_REDUCE,     8,  LIBRARY_FASTEST,  KERNEL_ALL_REDUCE_DIRECT },
        {false, COLLECTIVE_ALL_REDUCE,     16, LIBRARY_FASTEST,  KERNEL_ALL_REDUCE        },
        {false, COLLECTIVE_ALL_REDUCE,     8,  LIBRARY_NCCL,     KERNEL_ALL_REDUCE        },
        {false, COLLECTIVE_ALL_REDUCE,     8,  LIBRARY_FUSED,    KERNEL_ALL_REDUCE_FUSED  },
        {false, COLLECTIVE_ALL_REDUCE,     8,  LIBRARY_NCCL_OLD, KERNEL_ALL_REDUCE_EARLIER},
        {false, COLLECTIVE_REDUCE_SCATTER, 8,  LIBRARY_FASTEST,  KERNEL_GATHER            },
        {true,  COLLECTIVE_ALL_REDUCE,     8,  LIBRARY_FASTEST,  KERNEL_ALL_REDUCE_HOST   },
        {true,  COLLECTIVE_ALL_TO_ALL,     4,  LIBRARY_NCCL,     KERNEL_ALL_TO_ALL_HOST   },
    };
    // clang-format on
    for (int i = 0; i < FIELD_COUNT(CASES); i++) {
        design.system = CASES[i].host ? &HOST : &BOARD;
        Machine machine = machine_of(&design);
        Op op = {.kind = OP_COLLECTIVE};
        op.collective = (CollectiveShape){
            CASES[i].kind, {CASES[i].members, 1},
             1e6, CASES[i].library
        };
        assert_int_equal(op_class(&machine, &op), CASES[i].class);
    }
    Machine machine = machine_of(&design);
    Op few =
           {
               .kind = OP_DISPATCH, .dispatch = {.tokens = 64, .back = true}
    },
       many = few;
    many.dispatch.tokens = 4096;
    assert_int_equal(op_class(&machine, &few), KERNEL_COMBINE_LOW);
    assert_int_equal(op_class(&machine, &many), KERNEL_COMBINE);
}

// Engines take the kernels that write over the switch where it joins more than a server, if the profile has measured them.
TEST(dispatch, of_a_rack_on_one_switch_takes_the_kernels_measured_there) {
    static Profile profile;
    profile_init(&profile);
    System rack = BOARD;
    rack.levels[0].chips = 72;
    Chip chip = {.matrix = {.cores = 1}};
    Design design = {.chip = &chip, .system = &rack, .profile = &profile, .plan = {.chips = 128}};
    Machine machine = machine_of(&design);
    Op op = {.kind = OP_DISPATCH};
    op.dispatch.group = (Group){64, 1};
    op.dispatch.tokens = 128;
    op.dispatch.back = true;
    assert_int_equal(op_class(&machine, &op), KERNEL_COMBINE_LOW);
    profile.fits[KERNEL_DISPATCH_TWO_SIDED].given = true;
    assert_int_equal(op_class(&machine, &op), KERNEL_COMBINE_TWO_SIDED);
    op.dispatch.tokens = 4096;
    op.dispatch.back = false;
    assert_int_equal(op_class(&machine, &op), KERNEL_DISPATCH_TWO_SIDED);
    op.dispatch.library = LIBRARY_NORMAL; // as a measured row says
    assert_int_equal(op_class(&machine, &op), KERNEL_DISPATCH);
    op.dispatch.library = LIBRARY_FASTEST;
    op.dispatch.group.stride = 2; // reaches beyond the rack
    assert_int_equal(op_class(&machine, &op), KERNEL_DISPATCH);
    op.dispatch.group.stride = 1;
    rack.levels[0].chips = 8;
    assert_int_equal(op_class(&machine, &op), KERNEL_DISPATCH);
}

// A prompt's few tokens take whichever kernel is sooner; a decode step's the one that a graph can hold.
TEST(dispatch, of_prompts_takes_the_sooner_kernel) {
    static Profile profile;
    profile_init(&profile);
    Chip chip = {.matrix = {.cores = 1}, .memory = {.bandwidth_bytes_per_s = 1e12}};
    Design design = {.chip = &chip, .system = &BOARD, .profile = &profile, .plan = {.chips = 8}};
    profile.fits[KERNEL_DISPATCH_LOW].constants.link.launch_s = 9e-6;
    profile.fits[KERNEL_DISPATCH].constants.link.launch_s = 4e-6;
    Machine machine = machine_of(&design);
    Op op = {.kind = OP_DISPATCH};
    op.dispatch = (DispatchShape){
        .group = {8, 1},
          .tokens = 64, .hottest = 1, .top_k = 2
    };
    op.dispatch.experts = 8;
    OpCost decode = op_cost(&machine, &op);
    op.dispatch.library = LIBRARY_PROMPTS;
    OpCost prompts = op_cost(&machine, &op);
    assert_near(decode.overhead_s, 9e-6, 1e-9);
    assert_near(prompts.overhead_s, 4e-6, 1e-9);
    profile.fits[KERNEL_DISPATCH].constants.link.launch_s = 20e-6;
    assert_near(op_cost(&machine, &op).overhead_s, 9e-6, 1e-9);
}

TEST(dispatch, sends_a_copy_to_each_expert_when_latency_counts) {
    Chip chip = {.matrix = {.cores = 132}, .memory = {.bandwidth_bytes_per_s = 1e12}};
    Design design = {.chip = &chip, .system = &BOARD, .plan = {.chips = 16}};
    Machine machine = machine_of(&design);
    Profile profile;
    profile_init(&profile);
    Fit *fit = &profile.fits[KERNEL_DISPATCH];
    DispatchShape shape = {
        .group = {8, 1},
        .tokens = 1000,
        .hottest = 1,
        .bytes_per_token = 100,
        .experts = 256,
        .top_k = 8,
        .hit = 5
    };
    assert_near(dispatch_cost(&machine, fit, &shape).comm_bytes, 1e5 * 5 * 7 / 8, 1e-12);
    fit->constants.link.duplicates = 1;
    assert_near(dispatch_cost(&machine, fit, &shape).comm_bytes, 1e5 * 8 * 7 / 8, 1e-12);
    // Of 16 ranks on two nodes half of the copies cross, and the nodes carry only what stays inside.
    shape.group.size = 16;
    assert_near(dispatch_cost(&machine, fit, &shape).comm_bytes, 1e5 * (8.0 / 2 + 8.0 / 2 * 7 / 8),
                1e-12);
    // A core an expert: 8 of them send 125 tokens each.
    shape.experts = 8;
    fit->constants.link.token_s = 1e-3;
    assert_near(op_s(&(OpCost){.link_s = dispatch_cost(&machine, fit, &shape).link_s}), 0.125,
                1e-3);
}
