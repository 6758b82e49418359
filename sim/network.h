// network.h — where a group of chips lies in a system: how many of its members share a domain at each level, and on a
// torus along which axes.
#ifndef SIM_NETWORK_H
#define SIM_NETWORK_H

#include "arch/plan.h"
#include "hw/system.h"

#ifdef __cplusplus
extern "C" {
#endif

// The part of a group on one level. members = 1: the level is not used.
typedef struct GroupLevel {
    const Level *level;
    int members; // that meet at this level (one from each inner domain)
    int axes;    // torus: axes in use
    int axis_members[3];
    int axis_stride
        [3]; // chips between neighbours of the group along the axis; that many groups share the links
    bool axis_wraps[3];
} GroupLevel;

typedef struct GroupMap {
    GroupLevel levels[SYSTEM_LEVELS];
    int count; // of the system's levels
    int size;
} GroupMap;

// A group whose extent does not divide the domain is laid out in the largest equal parts that do.
GroupMap network_map(const System *system, int chips, Group group);

// The index of the innermost level that joins chips a and b.
int network_level(const System *system, int a, int b);

// That level, and on a torus the hops between the two.
const Level *network_link(const System *system, int chips, int a, int b, int *hops);

#ifdef __cplusplus
}
#endif
#endif
