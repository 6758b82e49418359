// run_store.h — a sweep's script and rows as a stored run, and back: what the file says about the run, and the sink that
// rows go to.
#ifndef LUA_RUN_STORE_H
#define LUA_RUN_STORE_H

#include "lua/sweep_script.h"
#include "results/store.h"
#include "sim/evaluate.h"

// A share of the ids: part `index` (from 1) of `count`.
typedef struct Shard {
    int index, count;
} Shard;

typedef struct RunText {
    const char *file, *text;
    size_t length;
} RunText;

// Fills in what the file says about the run; all texts go into the arena.
bool run_describe(const SweepScript *script, Library *library, RunText source, Shard shard,
                  int threads, Arena *arena, StoreRun *run, Error *err);

// First id of a shard; that of the next is the end of this one.
int64_t shard_first(int64_t points, Shard shard, int next);

SweepSink run_sink(Store *store);

// The state of a sweep as the store keeps it, and back.
StoreState run_state(const SweepState *state, Arena *arena);
void run_state_back(const StoreState *stored, SweepState *state);

// Best points and the breakdown of frontier and best, up to RUN_OPS points; then the file is finished.
#define RUN_OPS 10000
bool run_finish(Store *store, SweepRun *run, const Goal *goal, Arena *arena, Error *err);

#endif
