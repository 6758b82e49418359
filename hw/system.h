// system.h — chips in a network: levels from the innermost (scale-up) outwards. Data: hw/systems/*.lua.
//
// Chips are numbered so that a level's domain is a run of consecutive numbers. On a torus the first axis runs fastest.
#ifndef HW_SYSTEM_H
#define HW_SYSTEM_H

#include "hw/chip.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum Topology {
    TOPOLOGY_SWITCH, // every chip reaches every other at full bandwidth; a tapered fat tree is two such levels
    TOPOLOGY_MESH, // a direct link between every pair of chips; a pair sees bandwidth / (chips - 1)
    TOPOLOGY_TORUS, // 1 to 3 axes of neighbours, see Slice
    TOPOLOGY_BUS    // PCIe through the host: every byte crosses twice
} Topology;

extern const char *const TOPOLOGY_WORDS[];

// One shape in which chips of a torus are handed out.
typedef struct Slice {
    int axes[3]; // chips along each axis; unused axes are 1
    int chips;
} Slice;

#define SYSTEM_LEVELS 4
#define LEVEL_SLICES  32

typedef struct Level {
    const char *name; // "nvlink", "infiniband", "ici"
    int topology;     // Topology
    int chips;        // in one domain, inner levels included; the last level: the largest system
    // Per chip and direction over all its links; on a torus per link and direction.
    double bandwidth_bytes_per_s;
    double latency_s; // of one step of a collective at this level (torus: of one hop)
    bool reduces;     // the switch adds up on the way (in-network all-reduce)
    const char *slice_texts[LEVEL_SLICES]; // torus: "4x4x8"
    int slice_count;
    int wrap_multiple; // torus: see level_wraps; 0: no axis wraps around, 1: every axis does
    bool wrap_cubes;
    Source from;
    Slice slices[LEVEL_SLICES]; // parsed from slice_texts by system_finish
} Level;

typedef struct System {
    const char *name;
    const char *title;
    const char *aliases[CHIP_ALIASES];
    int alias_count;
    Level levels[SYSTEM_LEVELS];
    int level_count;
    const char *notes;
    const char *origin;
} System;

extern const FieldTable SYSTEM_TABLE;

// Parses the slices and checks that levels grow outwards and nest.
bool system_finish(System *system, Error *err);

// The slice with exactly that many chips (the most cubic one when there are several), NULL when there is none.
const Slice *level_slice(const Level *level, int chips);

// Whether the links of that axis close to a ring: when its length is a multiple of wrap_multiple, and with wrap_cubes
// only if all three axes are. A TPU v4, v5p or v7 is cabled in cubes of 4x4x4 whose faces meet optical switches, so that
// 4x4x8 wraps on every axis and 2x2x4, inside a cube, on none; on v5e and v6e an axis wraps when it has all 16 chips.
bool level_wraps(const Level *level, const Slice *slice, int axis);

// Whether the system can hold that many chips; if not, the error names the nearest sizes that it can.
bool system_holds(const System *system, int chips, Error *err);

#ifdef __cplusplus
}
#endif
#endif
