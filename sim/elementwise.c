#include "sim/elementwise.h"

// Share of an op's bytes that comes from memory: what was left in the store by the kernel before is found there, all of
// it up to warm_bytes, nothing from twice that on.
static double cold_share(const Machine *machine, double bytes) {
    if (!(machine->warm_bytes > 0))
        return 1;
    return machine_min(machine_max(bytes / machine->warm_bytes - 1, 0), 1);
}

OpCost elementwise_cost(const Machine *machine, const Fit *fit, const ElementwiseShape *shape) {
    const StreamKernel *kernel = &fit->constants.stream;
    double bytes = shape->read_bytes + shape->write_bytes;
    double from_memory = bytes * cold_share(machine, bytes);
    double memory_s =
        machine_max(from_memory * machine->s_per_byte, bytes * machine->s_per_store_byte) /
        kernel->memory_efficiency;
    if (kernel->core_bytes > 0)
        memory_s = machine_max(memory_s, (bytes + shape->rows * kernel->row_bytes) *
                                             machine->s_per_core_clock / kernel->core_bytes);
    // However few the rows, the last one begins no later than a core is free for it.
    if (kernel->lone_bytes > 0 && shape->rows > 0)
        memory_s = machine_max(memory_s, bytes / shape->rows * machine->cores *
                                             machine->s_per_core_clock / kernel->lone_bytes);
    // Arithmetic and special functions issue to different units, side by side.
    double vector_s = machine_max(shape->flop * machine->s_per_vector_flop,
                                  shape->specials * machine->s_per_special);
    OpCost cost = {
        .vector_s = vector_s / kernel->vector_efficiency,
        .memory_s = memory_s,
        .overhead_s = kernel->launch_s,
        .hbm_bytes = from_memory,
        .math = -1,
    };
    FitPoint point = {
        .at = {bytes, shape->rows > 0 ? bytes / shape->rows : 0, 0}
    };
    fit_apply(fit, machine, point, from_memory * machine->s_per_byte, &cost);
    return cost;
}
