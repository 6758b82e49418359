#include "sim/dispatch.h"

#include <math.h>

#include "arch/routing.h"
#include "sim/collective.h"

// Of a token on a level that joins `parts`. Without duplicates it visits the parts that hold its experts, and a token
// that came from afar is handed on by the chip that received it; with them a copy goes to each expert straight away,
// so that the inner levels carry only what stays inside.
static double copies(const LinkKernel *kernel, const DispatchShape *shape, const GroupMap *map,
                     const GroupLevel *part, int parts) {
    double hit =
        parts == map->size ? shape->hit : routing_groups_hit(shape->experts, shape->top_k, parts);
    if (!(kernel->duplicates > 0))
        return hit;
    double straight = shape->top_k * part->members / parts;
    return hit + kernel->duplicates * (straight - hit);
}

// The rate of a kernel that is given other than the usual number of cores.
static double core_factor(const LinkKernel *kernel, const DispatchShape *shape) {
    if (!(shape->cores > 0) || !(kernel->core_scaling > 0))
        return 1;
    return pow(shape->cores / DISPATCH_CORES, kernel->core_scaling);
}

// On a level that joins n parts a token's own part is free: (n-1)/n of those hit are remote, the sender being any.
// Time with its latencies in bytes_s: what hides behind another level hides whole.
static Transfer dispatch_transfer(const Fit *fit, const GroupMap *map, const DispatchShape *shape) {
    LinkKernels kernels = link_kernels(fit, map);
    const LinkKernel *kernel = kernels.inside, *between = kernels.between;
    double token_bytes = shape->tokens * shape->hottest * shape->bytes_per_token;
    double fewer_cores = 1 / core_factor(kernel, shape);
    Transfer sum = {0, 0, 0, 0};
    int parts = map->size; // that this level and those beyond join
    for (int i = 0; i < map->count && parts > 1; i++) {
        const GroupLevel *part = &map->levels[i];
        if (part->members == 1)
            continue;
        double bytes = token_bytes * copies(kernel, shape, map, part, parts);
        double slower = fewer_cores;
        if (i > 0 && between->crowding > 0) // the network between nodes
            slower *= pow(part->members / 2.0, between->crowding);
        Transfer phase = level_exchange(i > 0 ? between : kernel, part, bytes * slower);
        double phase_s = phase.latency_s + phase.bytes_s;
        sum.bytes_s += phase_s - kernel->forwarding * machine_min(sum.bytes_s, phase_s);
        sum.least_s = machine_max(sum.least_s, phase.least_s / slower);
        sum.bytes += phase.bytes / slower;
        parts /= part->members;
    }
    return sum;
}

OpCost dispatch_cost(const Machine *machine, const Fit *fit, const DispatchShape *shape) {
    const LinkKernel *kernel = &fit->constants.link;
    GroupMap map = network_map(machine->system, machine->chips, shape->group);
    Transfer sum = dispatch_transfer(fit, &map, shape);
    double tokens = shape->tokens * shape->hottest;
    // Each expert's copies are sent by a core of their own.
    double sending_s = 0;
    if (kernel->token_s > 0)
        sending_s = tokens / machine_min(shape->experts, machine->cores) * kernel->token_s;
    sum.bytes_s = machine_max(sum.bytes_s, sending_s);
    sum.latency_s += shape->top_k * kernel->copy_s + shape->experts / map.size * kernel->expert_s;
    double own_bytes = tokens * shape->bytes_per_token;
    sum.latency_s += kernel->row_passes * own_bytes * machine->s_per_byte;
    // The fullest rank sets the time; the bytes are those of a mean one.
    sum.bytes /= shape->hottest;
    FitPoint point = {
        .at = {shape->tokens, map.size, shape->bytes_per_token},
        .doubt = !link_knows(fit, &map),
    };
    return transfer_cost(machine, fit, sum, point);
}
