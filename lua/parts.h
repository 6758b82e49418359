// parts.h — the files that the shards of one sweep wrote, and whether together they are the whole of it.
#ifndef LUA_PARTS_H
#define LUA_PARTS_H

#include "lua/stored.h"

// A part is opened again whenever it is read: there may be more parts than files may be open.
typedef struct Part {
    const char *path;
    int64_t first, last; // its ids: [first, last)
    SweepState state;
    const char *machine, *threads, *started;
} Part;

typedef struct Parts {
    Part *list; // in the order of their ids
    int count;
    Stored whole; // one of them, opened: script and catalogue are those of all
    Arena *arena;
} Parts;

// Checks that the files are finished parts of one run and hold every point once. Call parts_close in any case.
bool parts_open(Parts *parts, const char *const paths[], int count, Error *err);
void parts_close(Parts *parts);

// The whole run as its file describes it: machines and threads of all parts, the first start.
StoreRun parts_run(const Parts *parts);

// What the whole run counted, and why its points fell, as if met in one walk.
SweepState parts_state(const Parts *parts);

#endif
