#include "sim/base/test.h"

#include "sim/elementwise.h"
#include "sim/random_test.h"

static const Chip CHIP = {
    .matrix = {.cores = 100, .clock_hz = 1e9},
      .memory = {.bandwidth_bytes_per_s = 2e12           }
};

static Machine machine_on(const Chip *chip) {
    Design design = {.chip = chip, .plan = {.chips = 1}};
    return machine_of(&design);
}

TEST(elementwise, streams_no_faster_than_its_cores) {
    Machine machine = machine_on(&CHIP);
    Fit fit = {.constants.stream = STREAM_CONSTANTS};
    StreamKernel *kernel = &fit.constants.stream;
    kernel->memory_efficiency = 1;
    ElementwiseShape shape = {.read_bytes = 1e9, .write_bytes = 1e9};
    assert_near(elementwise_cost(&machine, &fit, &shape).memory_s, 1e-3, 1e-12);
    kernel->core_bytes = 10; // 1 TB/s of all cores
    assert_near(elementwise_cost(&machine, &fit, &shape).memory_s, 2e-3, 1e-12);
    kernel->row_bytes = 1000;
    shape.rows = 1e6;
    assert_near(elementwise_cost(&machine, &fit, &shape).memory_s, 3e-3, 1e-12);
}

TEST(elementwise, finds_in_the_store_what_was_left_there) {
    Machine machine = machine_on(&CHIP);
    Fit fit = {.constants.stream = STREAM_CONSTANTS};
    ElementwiseShape shape = {.read_bytes = 20e6, .write_bytes = 10e6};
    machine.warm_bytes = 30e6;
    assert_near(elementwise_cost(&machine, &fit, &shape).hbm_bytes, 0, 1e-12);
    machine.warm_bytes = 20e6;
    assert_near(elementwise_cost(&machine, &fit, &shape).hbm_bytes, 15e6, 1e-9);
    machine.warm_bytes = 15e6;
    assert_near(elementwise_cost(&machine, &fit, &shape).hbm_bytes, 30e6, 1e-9);
}

TEST(elementwise, is_never_slower_on_a_faster_chip) {
    uint64_t state = 3;
    for (int i = 0; i < 5000; i++) {
        Chip faster = CHIP;
        faster.memory.bandwidth_bytes_per_s *= 1 + random_share(&state);
        faster.matrix.clock_hz *= 1 + random_share(&state);
        Machine slow = machine_on(&CHIP), fast = machine_on(&faster);
        Fit fit = {.constants.stream = STREAM_CONSTANTS};
        fit.constants.stream.core_bytes = 30 * random_share(&state);
        fit.constants.stream.row_bytes = 1e4 * random_share(&state);
        ElementwiseShape shape = {.read_bytes = random_size(&state, 30),
                                  .write_bytes = random_size(&state, 30),
                                  .rows = random_size(&state, 16)};
        slow.warm_bytes = fast.warm_bytes = random_size(&state, 26);
        assert_true(elementwise_cost(&fast, &fit, &shape).memory_s <=
                    elementwise_cost(&slow, &fit, &shape).memory_s * (1 + 1e-12));
    }
}
