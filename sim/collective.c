#include "sim/collective.h"

#include "arch/routing.h"

static Transfer transfer_sum(Transfer a, Transfer b) {
    return (Transfer){a.latency_s + b.latency_s, a.bytes_s + b.bytes_s, a.bytes + b.bytes};
}

static Transfer transfer_sooner(Transfer a, Transfer b) {
    return a.latency_s + a.bytes_s <= b.latency_s + b.bytes_s ? a : b;
}

// Bytes a second that a member sends when it talks to all others at once. On a mesh the links to chips outside the
// group lie idle; through the host every byte is copied in and out.
static double level_rate(const GroupLevel *part, double efficiency) {
    const Level *level = part->level;
    double rate = level->bandwidth_bytes_per_s * efficiency;
    if (level->topology == TOPOLOGY_MESH)
        return rate * (part->members - 1) / machine_max(level->chips - 1, part->members - 1);
    return level->topology == TOPOLOGY_BUS ? rate / 2 : rate;
}

static double step_s(const Level *level) {
    return level->topology == TOPOLOGY_BUS ? 2 * level->latency_s : level->latency_s;
}

// Hops hide behind bytes: of the two only the longer counts.
static Transfer torus_transfer(double hops_s, double bytes_s, double bytes) {
    return (Transfer){machine_max(hops_s - bytes_s, 0), bytes_s, bytes};
}

// Hops round an axis from the farthest member, both ways where it wraps.
static int axis_hops(const GroupLevel *part, int axis) {
    int members = part->axis_members[axis];
    return part->axis_wraps[axis] ? members / 2 : members - 1;
}

static double torus_latency(const GroupLevel *part) {
    double hops = 0;
    for (int i = 0; i < part->axes; i++)
        hops += (double)axis_hops(part, i) * part->axis_stride[i];
    return hops * part->level->latency_s;
}

// An axis gathers V in hops x V/n / w; axes at once share V in proportion to their speed. No chip takes in more than
// its links carry, which binds on short axes: the corner of an open one has a single link.
static Transfer torus_gather(const GroupLevel *part, double bytes, double efficiency) {
    double rate = 0, links = 0, n = part->members, sent = bytes * (n - 1) / n;
    for (int i = 0; i < part->axes; i++) {
        rate += part->axis_members[i] / ((double)axis_hops(part, i) * part->axis_stride[i]);
        links += (part->axis_wraps[i] ? 2.0 : 1.0) / part->axis_stride[i];
    }
    double link_bytes_per_s = part->level->bandwidth_bytes_per_s * efficiency;
    double bytes_s = machine_max(bytes / rate, sent / links) / link_bytes_per_s;
    return torus_transfer(torus_latency(part), bytes_s, sent);
}

// Half of every buffer crosses the middle of an axis, over two links where it wraps, each way.
static Transfer torus_exchange(const GroupLevel *part, double bytes, double efficiency) {
    double slowest = 0;
    for (int i = 0; i < part->axes; i++) {
        double crossing = (double)part->axis_members[i] * part->axis_stride[i];
        slowest = machine_max(slowest, crossing / (part->axis_wraps[i] ? 8 : 4));
    }
    double n = part->members;
    double bytes_s = bytes * slowest / (part->level->bandwidth_bytes_per_s * efficiency);
    return torus_transfer(torus_latency(part), bytes_s, bytes * (n - 1) / n);
}

// `bytes`: the gathered result (all_gather) or the input of a member (reduce_scatter).
static Transfer level_gather(const GroupLevel *part, double bytes, double efficiency) {
    if (part->level->topology == TOPOLOGY_TORUS)
        return torus_gather(part, bytes, efficiency);
    double sent = bytes * (part->members - 1) / part->members;
    return (Transfer){step_s(part->level), sent / level_rate(part, efficiency), sent};
}

// `bytes`: a member's buffer, an equal part of it for every member.
static Transfer level_exchange(const GroupLevel *part, double bytes, double efficiency) {
    if (part->level->topology == TOPOLOGY_TORUS)
        return torus_exchange(part, bytes, efficiency);
    return level_gather(part, bytes, efficiency);
}

static Transfer level_reduce(const GroupLevel *part, double bytes, double efficiency) {
    Transfer half = level_gather(part, bytes, efficiency);
    Transfer best = transfer_sum(half, half);
    if (part->level->topology == TOPOLOGY_TORUS)
        return best;
    double rate = level_rate(part, efficiency), step = step_s(part->level);
    double to_all = bytes * (part->members - 1);
    best = transfer_sooner(best, (Transfer){step, to_all / rate, to_all});
    if (part->level->reduces)
        best = transfer_sooner(best, (Transfer){2 * step, bytes / rate, bytes});
    return best;
}

// Bytes a second to one neighbour.
static double neighbour_rate(const GroupLevel *part) {
    const Level *level = part->level;
    double rate = level->bandwidth_bytes_per_s;
    if (level->topology == TOPOLOGY_MESH)
        return rate / machine_max(level->chips - 1, 1);
    if (level->topology == TOPOLOGY_TORUS)
        return rate / part->axis_stride[0];
    return level->topology == TOPOLOGY_BUS ? rate / 2 : rate;
}

// n - 1 steps in which every member hands the part that it has to its neighbour; the slowest level sets the pace. Kept apart from the
// collectives of every layer, whose code stays small.
__attribute__((noinline)) static Transfer ring_transfer(const GroupMap *map, double bytes,
                                                        double efficiency) {
    double part_s = 0, latency_s = 0, steps = map->size - 1, sent = bytes / map->size;
    for (int i = 0; i < map->count; i++) {
        const GroupLevel *part = &map->levels[i];
        if (part->members == 1)
            continue;
        int hops = part->level->topology == TOPOLOGY_TORUS ? part->axis_stride[0] : 1;
        latency_s = machine_max(latency_s, hops * step_s(part->level));
        part_s = machine_max(part_s, sent / (neighbour_rate(part) * efficiency));
    }
    return (Transfer){steps * latency_s, steps * part_s, steps * sent};
}

Transfer collective_transfer(const GroupMap *map, CollectiveKind kind, double bytes,
                             double efficiency) {
    Transfer sum = {0, 0, 0};
    int left = map->size, joined = 1;
    if (kind == COLLECTIVE_RING)
        return ring_transfer(map, bytes, efficiency);
    for (int i = 0; i < map->count && left > 1; i++) {
        const GroupLevel *part = &map->levels[i];
        if (part->members == 1)
            continue;
        left /= part->members;
        double share = bytes / joined; // of the buffer that the levels within leave
        joined *= part->members;
        Transfer phase;
        if (kind == COLLECTIVE_ALL_TO_ALL) {
            phase = level_exchange(part, bytes * joined / map->size, efficiency);
        } else if (kind != COLLECTIVE_ALL_REDUCE) {
            phase = level_gather(part, share, efficiency);
        } else if (left > 1) {
            phase = level_gather(part, share, efficiency);
            phase = transfer_sum(phase, phase);
        } else {
            phase = level_reduce(part, share, efficiency);
        }
        sum = transfer_sum(sum, phase);
    }
    return sum;
}

Transfer send_transfer(const Level *level, int hops, int links, double bytes, double efficiency) {
    double rate = level->bandwidth_bytes_per_s * efficiency;
    if (level->topology == TOPOLOGY_MESH)
        rate /= machine_max(level->chips - 1, 1);
    if (level->topology == TOPOLOGY_TORUS)
        rate *= links;
    if (level->topology == TOPOLOGY_BUS)
        rate /= 2;
    return (Transfer){hops * step_s(level), bytes / rate, bytes};
}

double hop_critical_bytes(const Level *level) {
    return level->latency_s * level->bandwidth_bytes_per_s;
}

static OpCost transfer_cost(const Machine *machine, const Fit *fit, Transfer transfer,
                            double members) {
    OpCost cost = {
        .link_s = transfer.latency_s + transfer.bytes_s,
        .overhead_s = fit->constants.link.launch_s,
        .comm_bytes = transfer.bytes,
        .math = -1,
    };
    fit_apply(fit, machine,
              (FitPoint){
                  {transfer.bytes, members, 0}
    },
              transfer.bytes_s * fit->constants.link.link_efficiency, &cost);
    return cost;
}

OpCost collective_cost(const Machine *machine, const Fit *fit, const CollectiveShape *shape) {
    GroupMap map = network_map(machine->system, machine->chips, shape->group);
    return transfer_cost(
        machine, fit,
        collective_transfer(&map, shape->kind, shape->bytes, fit->constants.link.link_efficiency),
        map.size);
}

OpCost send_cost(const Machine *machine, const Fit *fit, const SendShape *shape) {
    int hops;
    const Level *level =
        network_link(machine->system, machine->chips, shape->from, shape->to, &hops);
    return transfer_cost(
        machine, fit,
        send_transfer(level, hops, 1, shape->bytes, fit->constants.link.link_efficiency), 2);
}

// On a level that joins n parts a token visits the parts that hold its experts, its own one for free: that is
// (n-1)/n of those hit, the sender being any of them. A token that came from afar is handed on by the chip that
// received it, so the inner levels carry it once for each part hit there.
OpCost dispatch_cost(const Machine *machine, const Fit *fit, const DispatchShape *shape) {
    GroupMap map = network_map(machine->system, machine->chips, shape->group);
    double token_bytes = shape->tokens * shape->hottest * shape->bytes_per_token;
    Transfer sum = {0, 0, 0};
    int parts = map.size; // that this level and those beyond join
    for (int i = 0; i < map.count && parts > 1; i++) {
        const GroupLevel *part = &map.levels[i];
        if (part->members == 1)
            continue;
        double hit = parts == map.size ? shape->hit
                                       : routing_groups_hit(shape->experts, shape->top_k, parts);
        sum = transfer_sum(
            sum, level_exchange(part, token_bytes * hit, fit->constants.link.link_efficiency));
        parts /= part->members;
    }
    // The fullest rank sets the time; the bytes are those of a mean one.
    sum.bytes /= shape->hottest;
    return transfer_cost(machine, fit, sum, map.size);
}
