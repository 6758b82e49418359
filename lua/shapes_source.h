// shapes_source.h — the tasks of RUN.sqlite, SHAPES.lua or SHAPES.csv, told apart by what the file is; and back to CSV.
#ifndef LUA_SHAPES_SOURCE_H
#define LUA_SHAPES_SOURCE_H

#include "lua/library.h"
#include "lua/picks.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ShapesSource {
    bool run;         // a stored run
    int designs;      // of it that were looked at
    LayerNotes notes; // of layers
} ShapesSource;

// Adds a file's tasks to those of the files before, whose ids go on; the source gathers what is noted. The run's picks are as
// `options` say, which the others do not take. tasks_free is due in any case.
bool shapes_source_read(Library *library, const char *path, const PickOptions *options,
                        Tasks *tasks, ShapesSource *source, Error *err);

// Says on standard error what was left out of layers, in words.
void shapes_source_tell(const ShapesSource *source);

// Writes a shapes file.
bool shapes_write(const Tasks *tasks, const char *path, Error *err);

#ifdef __cplusplus
}
#endif
#endif
