#include "sim/collective.h"

#include <math.h>

static Transfer transfer_sum(Transfer a, Transfer b) {
    return (Transfer){a.latency_s + b.latency_s, a.bytes_s + b.bytes_s, a.least_s + b.least_s,
                      a.bytes + b.bytes};
}

static Transfer transfer_sooner(Transfer a, Transfer b) {
    return a.latency_s + a.bytes_s <= b.latency_s + b.bytes_s ? a : b;
}

// What a phase moves: in `rounds`, each of which ends when every member has what the others sent.
typedef struct Load {
    double rounds;
    double sent;     // bytes by a member, all rounds together
    double own;      // bytes that stay where they are and are copied beside
    double part;     // bytes of a member's part
    double message;  // bytes that the call names
    double one_shot; // bytes when every member sends all that it has to every other, in one round
} Load;

// The links of a phase.
typedef struct Way {
    double step_s, s_per_byte; // at their peak
    double members;
} Way;

typedef struct Protocol {
    double start, more, efficiency;
} Protocol;

// Of the shorter of latency and transfer some hides behind the longer.
static Transfer by_protocol(const LinkKernel *kernel, const Way *way, Protocol protocol,
                            const Load *load) {
    double steps = protocol.start + (way->members - 2) * protocol.more;
    double latency_s = load->rounds * steps * way->step_s;
    double moved_s = (load->sent + kernel->own_share * load->own) * way->s_per_byte;
    double bytes_s = moved_s / protocol.efficiency;
    double hidden_s = kernel->hiding * machine_min(latency_s, bytes_s);
    return (Transfer){latency_s - hidden_s, bytes_s, load->sent * way->s_per_byte, load->sent};
}

// The soonest of the library's protocols; beyond some size libraries take the bulk one without looking further.
static Transfer protocol_transfer(const LinkKernel *kernel, Way way, Load load) {
    Protocol bulk = {kernel->bulk_start, kernel->bulk_more, kernel->link_efficiency};
    Protocol line = {kernel->line_start, kernel->line_more, kernel->line_efficiency};
    Protocol quick = {kernel->quick_start, kernel->quick_more, kernel->quick_efficiency};
    Transfer best = by_protocol(kernel, &way, bulk, &load);
    bool beyond = kernel->reach_bytes > 0 && load.message > kernel->reach_bytes;
    if (beyond || load.part * way.s_per_byte > kernel->bulk_after_s)
        return best;
    if (line.efficiency > 0)
        best = transfer_sooner(best, by_protocol(kernel, &way, line, &load));
    if (quick.efficiency > 0) {
        load.rounds -= kernel->one_shot * (load.rounds - 1);
        load.sent += kernel->one_shot * (load.one_shot - load.sent);
        best = transfer_sooner(best, by_protocol(kernel, &way, quick, &load));
    }
    return best;
}

// Through the host a byte crosses the card's link more than once, and cards get in each other's way.
static double host_rate(const LinkKernel *kernel, double rate, int members) {
    rate /= kernel->host_crossings;
    return kernel->crowding > 0 ? rate * pow(2.0 / members, kernel->crowding) : rate;
}

// Bytes a second that a member sends at most when it talks to all others at once. On a mesh the links to chips outside
// the group lie idle.
static double level_rate(const LinkKernel *kernel, const GroupLevel *part) {
    const Level *level = part->level;
    double rate = level->bandwidth_bytes_per_s;
    if (level->topology == TOPOLOGY_MESH)
        return rate * (part->members - 1) / machine_max(level->chips - 1, part->members - 1);
    return level->topology == TOPOLOGY_BUS ? host_rate(kernel, rate, part->members) : rate;
}

static double step_s(const Level *level) {
    return level->topology == TOPOLOGY_BUS ? 2 * level->latency_s : level->latency_s;
}

static Transfer level_transfer(const LinkKernel *kernel, const GroupLevel *part, Load load) {
    Way way = {step_s(part->level), 1 / level_rate(kernel, part), part->members};
    return protocol_transfer(kernel, way, load);
}

// Hops hide behind bytes: of the two only the longer counts.
static Transfer torus_transfer(double hops_s, double bytes_s, double bytes) {
    return (Transfer){machine_max(hops_s - bytes_s, 0), bytes_s, 0, bytes};
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
static Transfer level_gather(const LinkKernel *kernel, const GroupLevel *part, double bytes) {
    if (part->level->topology == TOPOLOGY_TORUS)
        return torus_gather(part, bytes, kernel->link_efficiency);
    double own = bytes / part->members, sent = bytes - own;
    return level_transfer(kernel, part, (Load){1, sent, own, own, bytes, sent});
}

Transfer level_exchange(const LinkKernel *kernel, const GroupLevel *part, double bytes) {
    if (part->level->topology == TOPOLOGY_TORUS)
        return torus_exchange(part, bytes, kernel->link_efficiency);
    return level_gather(kernel, part, bytes);
}

static Transfer level_reduce(const LinkKernel *kernel, const GroupLevel *part, double bytes) {
    if (part->level->topology == TOPOLOGY_TORUS) {
        Transfer half = level_gather(kernel, part, bytes);
        return transfer_sum(half, half);
    }
    double own = bytes / part->members, sent = bytes - own;
    Load load = {2, 2 * sent, own, own, bytes, bytes * (part->members - 1)};
    Transfer best = level_transfer(kernel, part, load);
    if (part->level->reduces) {
        double rate = level_rate(kernel, part) * kernel->link_efficiency;
        best = transfer_sooner(best, (Transfer){2 * step_s(part->level), bytes / rate, 0, bytes});
    }
    return best;
}

// Bytes a second to one neighbour.
static double neighbour_rate(const LinkKernel *kernel, const GroupLevel *part) {
    const Level *level = part->level;
    double rate = level->bandwidth_bytes_per_s;
    if (level->topology == TOPOLOGY_MESH)
        return rate / machine_max(level->chips - 1, 1);
    if (level->topology == TOPOLOGY_TORUS)
        return rate / part->axis_stride[0];
    return level->topology == TOPOLOGY_BUS ? host_rate(kernel, rate, part->members) : rate;
}

// From one member to one other.
static Load send_load(double bytes) {
    return (Load){1, bytes, 0, bytes, bytes, bytes};
}

// n - 1 steps in which every member hands the part that it has to its neighbour; the slowest level sets the pace. Kept apart from the
// collectives of every layer, whose code stays small.
__attribute__((noinline)) static Transfer ring_transfer(const LinkKernels *kernels,
                                                        const GroupMap *map, double bytes) {
    double steps = map->size - 1, sent = bytes / map->size;
    Transfer slowest = {0, 0, 0, 0};
    for (int i = 0; i < map->count; i++) {
        const GroupLevel *part = &map->levels[i];
        if (part->members == 1)
            continue;
        const LinkKernel *kernel = i > 0 ? kernels->between : kernels->inside;
        int hops = part->level->topology == TOPOLOGY_TORUS ? part->axis_stride[0] : 1;
        Way way = {hops * step_s(part->level), 1 / neighbour_rate(kernel, part), 2};
        Transfer step = protocol_transfer(kernel, way, send_load(sent));
        if (step.latency_s + step.bytes_s > slowest.latency_s + slowest.bytes_s)
            slowest = step;
    }
    return (Transfer){steps * slowest.latency_s, steps * slowest.bytes_s, steps * slowest.least_s,
                      steps * sent};
}

static Transfer transfer_over(const LinkKernels *kernels, const GroupMap *map, CollectiveKind kind,
                              double bytes) {
    Transfer sum = {0, 0, 0, 0};
    int left = map->size, joined = 1;
    if (kind == COLLECTIVE_RING)
        return ring_transfer(kernels, map, bytes);
    for (int i = 0; i < map->count && left > 1; i++) {
        const GroupLevel *part = &map->levels[i];
        const LinkKernel *kernel = i > 0 ? kernels->between : kernels->inside;
        if (part->members == 1)
            continue;
        left /= part->members;
        double share = bytes / joined; // of the buffer that the levels within leave
        joined *= part->members;
        Transfer phase;
        if (kind == COLLECTIVE_ALL_TO_ALL) {
            phase = level_exchange(kernel, part, bytes * joined / map->size);
        } else if (kind != COLLECTIVE_ALL_REDUCE) {
            phase = level_gather(kernel, part, share);
        } else if (left > 1) {
            phase = level_gather(kernel, part, share);
            phase = transfer_sum(phase, phase);
        } else {
            phase = level_reduce(kernel, part, share);
        }
        sum = transfer_sum(sum, phase);
    }
    return sum;
}

Transfer collective_transfer(const LinkKernel *kernel, const GroupMap *map, CollectiveKind kind,
                             double bytes) {
    return transfer_over(&(LinkKernels){kernel, kernel}, map, kind, bytes);
}

Transfer send_transfer(const LinkKernel *kernel, const Level *level, int hops, int links,
                       double bytes) {
    double rate = level->bandwidth_bytes_per_s;
    if (level->topology == TOPOLOGY_MESH)
        rate /= machine_max(level->chips - 1, 1);
    if (level->topology == TOPOLOGY_TORUS)
        rate *= links;
    if (level->topology == TOPOLOGY_BUS)
        rate = host_rate(kernel, rate, 2);
    return protocol_transfer(kernel, (Way){hops * step_s(level), 1 / rate, 2}, send_load(bytes));
}

double hop_critical_bytes(const Level *level) {
    return level->latency_s * level->bandwidth_bytes_per_s;
}

// The most ranks among which a fit's kernels were measured.
static double measured_ranks(const Fit *fit) {
    const GridAxis *ranks = &fit->correction.axes[1];
    if (fit->correction.axis_count < 2)
        return (double)INFINITY;
    return exp2((double)ranks->first + (double)ranks->step * (ranks->count - 1));
}

bool link_knows(const Fit *fit, const GroupMap *map) {
    double ranks = measured_ranks(fit);
    if (map->size >= 1.5 * ranks)
        return false;
    for (int i = 1; i < map->count; i++)
        if (map->levels[i].members > 1 && ranks <= map->levels[0].level->chips)
            return false;
    return true;
}

LinkKernels link_kernels(const Fit *fit, const GroupMap *map) {
    const LinkKernel *own = &fit->constants.link;
    const Fit *datasheet = &PROFILE_DATASHEET.fits[KERNEL_ALL_REDUCE];
    return (LinkKernels){own, link_knows(fit, map) ? own : &datasheet->constants.link};
}

OpCost transfer_cost(const Machine *machine, const Fit *fit, Transfer transfer, FitPoint point) {
    const LinkKernel *kernel = &fit->constants.link;
    OpCost cost = {
        .link_s = transfer.latency_s + transfer.bytes_s,
        .overhead_s = kernel->launch_s,
        .comm_bytes = transfer.bytes,
        .math = -1,
    };
    fit_apply(fit, machine, point, transfer.least_s, &cost);
    return cost;
}

OpCost collective_cost(const Machine *machine, const Fit *fit, const CollectiveShape *shape) {
    GroupMap map = network_map(machine->system, machine->chips, shape->group);
    LinkKernels kernels = link_kernels(fit, &map);
    Transfer transfer = transfer_over(&kernels, &map, shape->kind, shape->bytes);
    FitPoint point = {
        .at = {shape->bytes, map.size},
        .doubt = !link_knows(fit, &map),
    };
    return transfer_cost(machine, fit, transfer, point);
}

OpCost send_cost(const Machine *machine, const Fit *fit, const SendShape *shape) {
    int hops;
    const Level *level =
        network_link(machine->system, machine->chips, shape->from, shape->to, &hops);
    FitPoint point = {
        .at = {shape->bytes, 2},
    };
    return transfer_cost(machine, fit,
                         send_transfer(&fit->constants.link, level, hops, 1, shape->bytes), point);
}
