// stored.h — a stored run with its own script and catalogue, so that any of its points can be built again from the file
// alone.
#ifndef LUA_STORED_H
#define LUA_STORED_H

#include "lua/run_store.h"
#include "lua/sweep_script.h"
#include "results/store.h"

// Start from {0}; everything lives until stored_close.
typedef struct Stored {
    Store *store;
    Arena *arena;
    Library *library; // of the file's records
    SweepScript *script;
    StoreRun run; // as a sweep of the whole space would describe itself now
} Stored;

// Opens a run, even while it is written. Call stored_close in any case.
bool stored_open(Stored *stored, const char *path, Error *err);
void stored_close(Stored *stored);

// The version that wrote the run, and whether this program is of it; another may compute other numbers.
const char *stored_version(const Stored *stored);
bool stored_is_current(const Stored *stored);

typedef enum StoredFate {
    STORED_DESIGN,
    STORED_NO_DESIGN, // the answer is no: err says why
    STORED_WRONG      // wrong input
} StoredFate;

// A point built again; stored_point_end frees it.
typedef struct StoredPoint {
    Point point;
    Space everything; // the space without `where`
    char left_out
        [200]; // why the run holds no row of it though it is a design; empty: it was not left out
} StoredPoint;

// Builds a point by its id. Those that `where` left out are built all the same.
StoredFate stored_point(Stored *stored, const char *id, StoredPoint *built, Error *err);
void stored_point_end(StoredPoint *built);

// Says in left_out whether the run's `keep` left the point out.
bool stored_judge(Stored *stored, StoredPoint *built, const Metrics *metrics, Error *err);

#endif
