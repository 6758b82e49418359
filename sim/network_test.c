#include "sim/base/test.h"

#include "arch/routing.h"

#include "sim/collective.h"
#include "sim/dispatch.h"
#include "sim/links_test.h"
#include "sim/random_test.h"

// clang-format off
static const System SWITCHES = {
    .levels = {{.topology = TOPOLOGY_SWITCH,
                .chips = 8,
                .bandwidth_bytes_per_s = 450e9,
                .latency_s = 2e-6},
               {.topology = TOPOLOGY_SWITCH,
                .chips = 1024,
                .bandwidth_bytes_per_s = 50e9,
                .latency_s = 10e-6}},
    .level_count = 2,
};

static const System TORUS = {
    .levels = {{.topology = TOPOLOGY_TORUS,
                .chips = 64,
                .bandwidth_bytes_per_s = 45e9,
                .latency_s = 1e-6,
                .wrap_multiple = 4,
                .slice_count = 2,
                .slices = {{{4, 4, 4}, 64}, {{2, 2, 1}, 4}}},
               {.topology = TOPOLOGY_SWITCH,
                .chips = 1024,
                .bandwidth_bytes_per_s = 6e9,
                .latency_s = 20e-6}},
    .level_count = 2,
};
// clang-format on

TEST(network, spills_to_the_next_level) {
    static const struct {
        int chips;
        Group group;
        int inner, outer;
        // clang-format off
    } cases[] = {
        {8,  {8, 1},  8, 1},
        {16, {8, 1},  8, 1},
        {16, {16, 1}, 8, 2},
        {64, {8, 8},  1, 8},
        {16, {4, 4},  2, 2},
        {6,  {6, 1},  6, 1},
        {12, {6, 1},  2, 3},
        {12, {4, 3},  1, 4},
        {16, {1, 1},  1, 1},
        {32, {16, 2}, 4, 4},
        {24, {24, 1}, 8, 3},
        {8,  {2, 4},  2, 1},
    };
    // clang-format on
    for (int i = 0; i < FIELD_COUNT(cases); i++) {
        GroupMap map = network_map(&SWITCHES, cases[i].chips, cases[i].group);
        assert_int_equal(map.levels[0].members, cases[i].inner);
        assert_int_equal(map.levels[1].members, cases[i].outer);
    }
}

TEST(network, lays_groups_along_the_axes_of_a_torus) {
    GroupMap map = network_map(&TORUS, 64, (Group){8, 1});
    assert_int_equal(map.levels[0].axes, 2);
    assert_int_equal(map.levels[0].axis_members[0], 4);
    assert_true(map.levels[0].axis_wraps[0]);
    assert_int_equal(map.levels[0].axis_members[1], 2);
    assert_false(map.levels[0].axis_wraps[1]);

    map = network_map(&TORUS, 64, (Group){2, 2});
    assert_int_equal(map.levels[0].axes, 1);
    assert_int_equal(map.levels[0].axis_stride[0], 2);
    assert_true(map.levels[0].axis_wraps[0]);

    map = network_map(&TORUS, 4, (Group){4, 1});
    assert_int_equal(map.levels[0].axes, 2);
    assert_false(map.levels[0].axis_wraps[0]);

    map = network_map(&TORUS, 128, (Group){2, 64});
    assert_int_equal(map.levels[0].members, 1);
    assert_int_equal(map.levels[1].members, 2);
}

TEST(network, finds_the_link_between_two_chips) {
    int hops;
    assert_ptr_equal(network_link(&SWITCHES, 16, 0, 4, &hops), &SWITCHES.levels[0]);
    assert_ptr_equal(network_link(&SWITCHES, 16, 0, 8, &hops), &SWITCHES.levels[1]);
    // Neighbours on either side of a boundary.
    assert_ptr_equal(network_link(&SWITCHES, 16, 7, 8, &hops), &SWITCHES.levels[1]);
    network_link(&TORUS, 64, 0, 1 + 2 * 4 + 3 * 16, &hops);
    assert_int_equal(hops, 1 + 2 + 1);
}

static double whole_s(Transfer transfer) {
    return transfer.latency_s + transfer.bytes_s;
}

TEST(collective, takes_the_best_of_its_algorithms) {
    const LinkKernel ideal = links_of(1);
    GroupMap map = network_map(&SWITCHES, 8, (Group){8, 1});
    // Few bytes: one shot of a step; many: reduce_scatter and all_gather.
    assert_near(whole_s(collective_transfer(&ideal, &map, COLLECTIVE_ALL_REDUCE, 1)), 2e-6, 1e-3);
    assert_near(whole_s(collective_transfer(&ideal, &map, COLLECTIVE_ALL_REDUCE, 450e9)),
                2 * 7.0 / 8, 1e-3);
    System reducing = SWITCHES;
    reducing.levels[0].reduces = true;
    map = network_map(&reducing, 8, (Group){8, 1});
    assert_near(whole_s(collective_transfer(&ideal, &map, COLLECTIVE_ALL_REDUCE, 450e9)), 1, 1e-3);
}

TEST(collective, runs_levels_in_phases) {
    const LinkKernel ideal = links_of(1);
    GroupMap map = network_map(&SWITCHES, 16, (Group){16, 1});
    double v = 450e9, inside = 7.0 / 8;
    assert_near(whole_s(collective_transfer(&ideal, &map, COLLECTIVE_ALL_GATHER, v)),
                inside + v / 8 / 2 / 50e9, 1e-4);
    assert_near(whole_s(collective_transfer(&ideal, &map, COLLECTIVE_ALL_REDUCE, v)),
                2 * inside + v / 8 / 50e9, 1e-4);
    // Half of the buffer is meant for the other domain.
    assert_near(whole_s(collective_transfer(&ideal, &map, COLLECTIVE_ALL_TO_ALL, v)),
                inside / 2 + v / 2 / 50e9, 1e-4);
}

TEST(collective, shares_a_mesh_and_crosses_a_bus_twice) {
    const LinkKernel ideal = links_of(1);
    System system = SWITCHES;
    system.levels[0].topology = TOPOLOGY_MESH;
    GroupMap map = network_map(&system, 8, (Group){2, 1});
    assert_near(collective_transfer(&ideal, &map, COLLECTIVE_ALL_GATHER, 450e9).bytes_s, 0.5 * 7,
                1e-9);
    assert_near(send_transfer(&ideal, &system.levels[0], 1, 1, 450e9).bytes_s, 7, 1e-9);
    system.levels[0].topology = TOPOLOGY_BUS;
    map = network_map(&system, 8, (Group){8, 1});
    assert_near(collective_transfer(&ideal, &map, COLLECTIVE_ALL_GATHER, 450e9).bytes_s,
                2 * 7.0 / 8, 1e-9);
}

// On short axes the links into a chip bind: (n-1)/n of the result over one link an open axis, two a ring.
TEST(collective, gathers_no_faster_than_a_chips_links) {
    const LinkKernel ideal = links_of(1);
    static const struct {
        Slice slice;
        int wrap_multiple;
        double links_s; // time of V = one link's bytes in a second
        // clang-format off
    } CASES[] = {
        {{{2, 1, 1}, 2},  0, 1.0 / 2},
        {{{2, 2, 1}, 4},  0, 3.0 / 4 / 2},
        {{{2, 2, 2}, 8},  0, 7.0 / 8 / 3},
        {{{4, 4, 4}, 64}, 4, 1.0 / 6},
        {{{4, 1, 1}, 4},  0, 3.0 / 4},
    };
    // clang-format on
    for (int i = 0; i < FIELD_COUNT(CASES); i++) {
        System system = TORUS;
        Level *level = &system.levels[0];
        level->slice_count = 1;
        level->slices[0] = CASES[i].slice;
        level->wrap_multiple = CASES[i].wrap_multiple;
        int chips = CASES[i].slice.chips;
        GroupMap map = network_map(&system, chips, (Group){chips, 1});
        Transfer gather = collective_transfer(&ideal, &map, COLLECTIVE_ALL_GATHER, 45e9);
        assert_near(gather.bytes_s, CASES[i].links_s, 1e-12);
    }
}

TEST(collective, is_finite_and_monotone_in_link_speed_and_bytes) {
    uint64_t state = 5;
    for (int i = 0; i < 20000; i++) {
        System system = random_below(&state, 2) ? SWITCHES : TORUS;
        if (random_below(&state, 4) == 0)
            system.levels[0].topology = TOPOLOGY_MESH;
        int bits = random_below(&state, 9);
        Group group = {1 << random_below(&state, bits + 1), 1};
        group.stride = (1 << bits) / group.size;
        CollectiveKind kind = (CollectiveKind)random_below(&state, COLLECTIVE_KIND_COUNT);
        double bytes = random_size(&state, 28);
        LinkKernel worse = links_of(0.8), better = links_of(0.9);
        GroupMap map = network_map(&system, 1 << bits, group);
        Transfer slow = collective_transfer(&worse, &map, kind, bytes);
        Transfer fast = collective_transfer(&better, &map, kind, bytes);
        Transfer more = collective_transfer(&worse, &map, kind, bytes * 2);
        assert_true(whole_s(slow) >= 0 && whole_s(slow) < 1e6);
        assert_true(slow.latency_s >= 0 && slow.bytes_s >= 0);
        assert_true(whole_s(fast) <= whole_s(slow) * (1 + 1e-12));
        assert_true(whole_s(more) >= whole_s(slow) * (1 - 1e-12));
        assert_true(group.size == 1 ? whole_s(slow) <= 0 : whole_s(slow) > 0);
    }
}

TEST(collective, dispatches_a_token_once_to_each_rank_and_node) {
    Chip chip = {.matrix = {.cores = 1}};
    Design design = {.chip = &chip, .system = &SWITCHES, .plan = {.chips = 16}};
    Machine machine = machine_of(&design);
    // All experts are picked: every token reaches the 7 other ranks of its node, those of the other node, and crosses
    // between nodes once; the rank that receives it there keeps it.
    DispatchShape shape = {
        .group = {16, 1},
        .tokens = 10,
        .hottest = 1,
        .bytes_per_token = 100,
        .experts = 32,
        .top_k = 32
    };
    shape.hit = routing_groups_hit(shape.experts, shape.top_k, shape.group.size);
    assert_near(
        dispatch_cost(&machine, &PROFILE_DATASHEET.fits[KERNEL_DISPATCH], &shape).comm_bytes,
        1000 * (14 + 1), 1e-9);
    shape.top_k = 1;
    shape.hit = routing_groups_hit(shape.experts, shape.top_k, shape.group.size);
    assert_near(
        dispatch_cost(&machine, &PROFILE_DATASHEET.fits[KERNEL_DISPATCH], &shape).comm_bytes,
        1000 * (7.0 / 8 + 1.0 / 2), 1e-9);
}
