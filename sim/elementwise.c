#include "sim/elementwise.h"

OpCost elementwise_cost(const Machine *machine, const ElementwiseShape *shape) {
    double bytes = shape->read_bytes + shape->write_bytes;
    double from_memory = (shape->read_bytes > machine->warm_bytes ? shape->read_bytes : 0) +
                         (shape->write_bytes > machine->warm_bytes ? shape->write_bytes : 0);
    // Arithmetic and special functions issue to different units, side by side.
    return (OpCost){
        .vector_s = machine_max(shape->flop * machine->s_per_vector_flop,
                                shape->specials * machine->s_per_special),
        .memory_s =
            machine_max(from_memory * machine->s_per_byte, bytes * machine->s_per_store_byte),
        .overhead_s = machine->launch_s,
        .hbm_bytes = from_memory,
        .math = -1,
    };
}
