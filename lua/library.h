// library.h — reads data files (hw/chips, hw/systems, hw/kernels, hw/engines, arch/models, and the user's own) into a Catalog.
//
// A Library owns all that its Catalog points to; library_free frees it.
#ifndef LUA_LIBRARY_H
#define LUA_LIBRARY_H

#include "lua/reader.h"
#include "lua/sandbox.h"
#include "sim/base/arena.h"
#include "sim/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Library Library;

// Opens the shipped data: the folder $CHIPFIT_DATA, else the nearest one above the program that holds hw/chips.
// NULL with the reason when there is none or a file is wrong.
Library *library_open(Error *err);
// The same, above a file instead of the program; NULL: the program.
Library *library_open_near(const char *file, Error *err);
void library_free(Library *library);
const Catalog *library_catalog(const Library *library);

// By name or alias; a name that ends in ".lua" is a file, read once. Not safe for several threads at once.
const Chip *library_chip(Library *library, const char *name_or_file, Error *err);
const System *library_system(Library *library, const char *name_or_file, Error *err);
const Model *library_model(Library *library, const char *name_or_file, Error *err);
const Engine *library_engine(Library *library, const char *name_or_file, Error *err);
const Profile *library_profile(Library *library, const char *name_or_file, Error *err);

// One data file, whole.
typedef struct LibraryFile {
    const char *kind; // "chip", "system", "model", "profile"
    const char *name; // "h100_sxm.lua"
    const char *file; // "hw/chips/h100_sxm.lua"
    const char *text;
} LibraryFile;

// All shipped files, as they are now, in a fixed order; their number, -1 with an error. Texts go into the arena.
int library_files(Library *library, Arena *arena, const LibraryFile **files, Error *err);

// A library of such files in place of the shipped folder; they must outlive it.
Library *library_open_files(const LibraryFile files[], int count, Error *err);

// Defines chip, system, model, derive and times for a script.
void library_constructors(Sandbox *sandbox);

// Takes the chip, system or model (`kind`) on top of the stack, which a script made with a constructor; it is checked and
// finished, and lives in the arena. Names in it are those of shipped data: a script cannot name files. Safe for several
// threads, each with its own state and arena. NULL: an error.
void *library_take(const Library *library, const char *kind, lua_State *L, ReadPlace *place,
                   Arena *arena, Error *err);

// What lives as long as the library.
Arena *library_arena(Library *library);

#ifdef __cplusplus
}
#endif
#endif
