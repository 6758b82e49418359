// picks.h — which of a run's designs are measured: as layers, or as the kernels whose doubt widens the frontier's intervals.
//
//     frontier        the best of the frontier by its first objective
//     spread          the frontier from end to end: each next one is the furthest from those taken, by ranks in all objectives
//     worst-interval  kernels: (how far a kernel may lie below and above) x layers x units over the design's time, summed over
//                     the frontier
// Designs are built again from the run's file alone.
#ifndef LUA_PICKS_H
#define LUA_PICKS_H

#include "validate/layer_tasks.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum Pick { PICK_FRONTIER, PICK_SPREAD, PICK_WORST_INTERVAL, PICK_COUNT } Pick;

extern const char *const PICK_WORDS[PICK_COUNT + 1]; // NULL-terminated

typedef struct PickOptions {
    int pick; // Pick
    int top;  // designs, or kernels of worst-interval
    bool ops; // the layers' kernels one by one as well
} PickOptions;

#define PICK_TOP 20

// Adds the tasks. *designs: how many were looked at.
bool picks_read(const char *run, const PickOptions *options, Tasks *tasks, LayerNotes *notes,
                int *designs, Error *err);

#ifdef __cplusplus
}
#endif
#endif
