#include "sim/scan.h"

#include "arch/shard.h"

#define CHUNK 64.0

OpCost scan_cost(const Machine *machine, const Fit *fit, const ScanShape *shape) {
    const AttentionKernel *kernel = &fit->constants.attention;
    double state = shape->key_dim * shape->value_dim;
    double tokens = shape->sequences * shape->tokens, heads = tokens * shape->value_heads;
    double useful = (shape->delta ? 6 : 4) * state * heads;
    double streams =
        2 * shape->key_heads * shape->key_dim + 2 * shape->value_heads * shape->value_dim;
    double states = shape->sequences * shape->value_heads * state * SHARD_STATE_BYTES;
    double written = shape->decode ? shape->tokens : 1;
    double hbm_bytes = HALF_BYTES * tokens * streams + (1 + written) * states;
    // Each state is one unit of work; few of them draw a part of the bandwidth only.
    double units = shape->sequences * shape->value_heads;
    double drawing = machine_max(1, machine->cores / (kernel->core_share * units));
    OpCost cost = {.memory_s =
                       hbm_bytes * machine->s_per_byte * drawing / kernel->memory_efficiency,
                   .overhead_s = kernel->launch_s,
                   .executed_flop = useful,
                   .hbm_bytes = hbm_bytes,
                   .math = (int)machine->attention_math};
    double s_per_flop = machine->s_per_flop[machine->attention_math] / kernel->matrix_efficiency;
    double s_per_vector_flop = machine->s_per_vector_flop / kernel->vector_efficiency;
    cost.matrix_s = useful * s_per_flop;
    if (shape->decode) {
        cost.vector_s = useful * s_per_vector_flop;
        return cost;
    }
    double inside = 2 * CHUNK * (shape->key_dim + shape->value_dim);
    inside += shape->delta ? 2 * CHUNK * shape->key_dim : 0;
    double idle = machine_max(1, machine->cores / (units * machine_ceil(shape->tokens / CHUNK)));
    cost.executed_flop = useful + heads * inside;
    cost.matrix_s = cost.executed_flop * s_per_flop * idle / kernel->softmax_efficiency;
    // Decays: one exponential a token and head, and products with keys and values.
    cost.vector_s = heads * (shape->key_dim + shape->value_dim) * 2 * s_per_vector_flop;
    return cost;
}
