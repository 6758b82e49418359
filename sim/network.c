#include "sim/network.h"

#include <stddef.h>

static int common_divisor(int a, int b) {
    while (b > 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// Shape of the torus that `units` chips (or inner domains) in use are handed out as; a line when none is listed.
static Slice torus_shape(const Level *level, int units) {
    const Slice *slice = level_slice(level, units);
    return slice ? *slice
                 : (Slice){
                       {units, 1, 1},
                       units
    };
}

// Lays the members, `stride` units apart, along the axes, the first axis fastest. Members that no axis holds evenly
// form a line along the last one used.
static void lay_on_torus(GroupLevel *part, int units, int stride) {
    Slice shape = torus_shape(part->level, units);
    int left = part->members, span = 1, held = 1;
    for (int axis = 0; axis < 3 && left > 1; axis++) {
        int length = shape.axes[axis], next = span * length;
        if (stride < next) {
            int step = stride / span;
            int members = common_divisor(left, length / step);
            if (members > 1) {
                part->axis_members[part->axes] = members;
                part->axis_stride[part->axes] = step;
                part->axis_wraps[part->axes] =
                    members * step == length && level_wraps(part->level, &shape, axis);
                part->axes++;
                left /= members;
                held = members;
            }
            stride = next;
        }
        span = next;
    }
    if (left > 1) {
        int last = part->axes > 0 ? part->axes - 1 : 0;
        part->axis_stride[last] = part->axes > 0 ? part->axis_stride[last] : 1;
        part->axis_members[last] = left * held;
        part->axes = last + 1;
        part->axis_wraps[last] = false;
    }
}

static int smaller(int a, int b) {
    return a < b ? a : b;
}

// Members of the group that share a domain of the level.
static int joined_members(int domain, int chips, Group group) {
    if (chips <= domain)
        return group.size;
    if (group.stride >= domain || domain % group.stride != 0)
        return 1;
    int places = domain / group.stride;
    return places % group.size == 0 ? group.size : common_divisor(group.size, places);
}

GroupMap network_map(const System *system, int chips, Group group) {
    GroupMap map;
    map.count = system->level_count;
    map.size = group.size;
    int joined = 1, inner = 1;
    for (int i = 0; i < map.count; i++) {
        const Level *level = &system->levels[i];
        GroupLevel *part = &map.levels[i];
        bool last = i == map.count - 1;
        int now = last ? group.size : joined_members(level->chips, chips, group);
        part->level = level;
        part->members = joined == 1 ? now : now / joined;
        part->axes = 0;
        if (part->members > 1 && level->topology == TOPOLOGY_TORUS) {
            int units = (smaller(chips, level->chips) + inner - 1) / inner;
            lay_on_torus(part, units, group.stride > inner ? group.stride / inner : 1);
        }
        joined = now;
        inner = level->chips;
    }
    return map;
}

// Hops between unit 0 and unit `distance`.
static int torus_hops(const Level *level, int units, int distance) {
    Slice shape = torus_shape(level, units);
    int hops = 0;
    for (int axis = 0; axis < 3; axis++) {
        int length = shape.axes[axis], along = distance % length;
        hops += level_wraps(level, &shape, axis) ? smaller(along, length - along) : along;
        distance /= length;
    }
    return hops > 1 ? hops : 1;
}

int network_level(const System *system, int a, int b) {
    int i = 0;
    while (i < system->level_count - 1 &&
           a / system->levels[i].chips != b / system->levels[i].chips)
        i++;
    return i;
}

const Level *network_link(const System *system, int chips, int a, int b, int *hops) {
    int i = network_level(system, a, b), inner = i > 0 ? system->levels[i - 1].chips : 1;
    const Level *level = &system->levels[i];
    *hops = 1;
    if (level->topology == TOPOLOGY_TORUS) {
        int units = (smaller(chips, level->chips) + inner - 1) / inner;
        int distance = a < b ? b / inner - a / inner : a / inner - b / inner;
        *hops = torus_hops(level, units, distance);
    }
    return level;
}
