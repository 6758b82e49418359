#include "sim/base/test.h"

#include "hw/system.h"

static System pods(void) {
    System system = {.name = "pods", .level_count = 2};
    system.levels[0] = (Level){
        .name = "ici",
        .topology = TOPOLOGY_TORUS,
        .chips = 64,
        .slice_texts = {"1x1", "2x2", "1x16", "4x4", "2x4", "4x8", "8x8"},
        .slice_count = 7,
        .wrap_multiple = 4
    };
    system.levels[1] = (Level){.name = "dcn", .topology = TOPOLOGY_SWITCH, .chips = 256};
    return system;
}

static System boards(void) {
    System system = {.name = "boards", .level_count = 2};
    system.levels[0] = (Level){.name = "nvlink", .topology = TOPOLOGY_SWITCH, .chips = 8};
    system.levels[1] = (Level){.name = "infiniband", .topology = TOPOLOGY_SWITCH, .chips = 64};
    return system;
}

TEST(system, parses_slices) {
    Error err;
    System system = pods();
    assert_true(system_finish(&system, &err));
    assert_int_equal(system.levels[0].slices[5].axes[0], 4);
    assert_int_equal(system.levels[0].slices[5].axes[1], 8);
    assert_int_equal(system.levels[0].slices[5].axes[2], 1);
    assert_int_equal(system.levels[0].slices[5].chips, 32);
}

TEST(system, refuses_texts_that_are_no_slice) {
    static const char *const CASES[] = {"",    "4x",   "x4",     "4x4x4x4", "0x4",
                                        "4*4", "-4x4", "4x4 x4", "99999x1", "65536x65536"};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        System system = pods();
        system.levels[0].slice_texts[0] = CASES[i];
        assert_false(system_finish(&system, &err));
        assert_non_null(strstr(err.what, "is not a shape"));
    }
}

TEST(system, takes_the_most_cubic_slice) {
    Error err;
    System system = pods();
    assert_true(system_finish(&system, &err));
    assert_int_equal(level_slice(&system.levels[0], 16)->axes[0], 4);
    assert_null(level_slice(&system.levels[0], 12));
}

TEST(system, wraps_whole_axes_only) {
    static const struct {
        int multiple;
        bool cubes;
        Slice slice;
        bool wraps[3];
        // clang-format off
    } CASES[] = {
        {0,  false, {{16, 16, 1}, 256}, {false, false, false}},
        {1,  false, {{3, 3, 1}, 9},     {true, true, true}},
        {16, false, {{8, 16, 1}, 128},  {false, true, false}},
        {16, false, {{16, 16, 1}, 256}, {true, true, false}},
        {4,  true,  {{4, 4, 4}, 64},    {true, true, true}},
        {4,  true,  {{4, 8, 12}, 384},  {true, true, true}},
        {4,  true,  {{2, 2, 4}, 16},    {false, false, false}},
        {4,  true,  {{2, 4, 4}, 32},    {false, false, false}},
        {4,  true,  {{4, 4, 1}, 16},    {false, false, false}},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Level level = {.wrap_multiple = CASES[i].multiple, .wrap_cubes = CASES[i].cubes};
        for (int axis = 0; axis < 3; axis++)
            assert_int_equal(level_wraps(&level, &CASES[i].slice, axis), CASES[i].wraps[axis]);
    }
}

TEST(system, refuses_levels_that_do_not_nest) {
    Error err;
    System system = boards();
    assert_true(system_finish(&system, &err));
    system.levels[1].chips = 60;
    assert_false(system_finish(&system, &err));
    system.levels[1].chips = 8;
    assert_false(system_finish(&system, &err));
    system = boards();
    system.levels[0].wrap_multiple = 1;
    assert_false(system_finish(&system, &err));
    system = boards();
    system.levels[0].topology = TOPOLOGY_MESH;
    assert_true(system_finish(&system, &err));
    system.levels[1].topology = TOPOLOGY_MESH;
    assert_false(system_finish(&system, &err));
    system = pods();
    system.levels[0].slice_count = 3; // no slice fills the domain
    assert_false(system_finish(&system, &err));
}

TEST(system, holds_what_is_handed_out) {
    static const struct {
        int chips;
        bool pods, boards;
    } CASES[] = {
        {1,   true,  true },
        {2,   false, true },
        {4,   true,  true },
        {12,  false, true },
        {64,  true,  true },
        {65,  false, false},
        {96,  false, false}, // a pod and a half
        {128, true,  false},
        {256, true,  false},
        {257, false, false},
        {0,   false, false},
    };
    Error err;
    System torus = pods(), flat = boards();
    assert_true(system_finish(&torus, &err) && system_finish(&flat, &err));
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_int_equal(system_holds(&torus, CASES[i].chips, &err), CASES[i].pods);
        assert_int_equal(system_holds(&flat, CASES[i].chips, &err), CASES[i].boards);
    }
}

TEST(system, names_the_nearest_sizes) {
    Error err;
    System system = pods();
    assert_true(system_finish(&system, &err));
    assert_false(system_holds(&system, 12, &err));
    assert_string_equal(err.hint, "the nearest sizes are 8 and 16");
    assert_false(system_holds(&system, 1000, &err));
    assert_non_null(strstr(err.what, "at most 256 chips"));
}
