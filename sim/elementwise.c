#include "sim/elementwise.h"

OpCost elementwise_cost(const Machine *machine, const Fit *fit, const ElementwiseShape *shape) {
    const StreamKernel *kernel = &fit->constants.stream;
    double bytes = shape->read_bytes + shape->write_bytes;
    double from_memory = (shape->read_bytes > machine->warm_bytes ? shape->read_bytes : 0) +
                         (shape->write_bytes > machine->warm_bytes ? shape->write_bytes : 0);
    double memory_s =
        machine_max(from_memory * machine->s_per_byte, bytes * machine->s_per_store_byte);
    // Arithmetic and special functions issue to different units, side by side.
    double vector_s = machine_max(shape->flop * machine->s_per_vector_flop,
                                  shape->specials * machine->s_per_special);
    OpCost cost = {
        .vector_s = vector_s / kernel->vector_efficiency,
        .memory_s = memory_s / kernel->memory_efficiency,
        .overhead_s = kernel->launch_s,
        .hbm_bytes = from_memory,
        .math = -1,
    };
    fit_apply(fit, machine,
              (FitPoint){
                  {bytes, shape->flop, 0}
    },
              from_memory * machine->s_per_byte, &cost);
    return cost;
}
