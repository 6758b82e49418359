// library.h — reads data files (hw/chips, hw/systems, arch/models, and the user's own) into a Catalog.
//
// A Library owns all that its Catalog points to; library_free frees it.
#ifndef LUA_LIBRARY_H
#define LUA_LIBRARY_H

#include "sim/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Library Library;

// Opens the shipped data: the folder $CHIPFIT_DATA, else the nearest one above the program that holds hw/chips.
// NULL with the reason when there is none or a file is wrong.
Library *library_open(Error *err);
void library_free(Library *library);
const Catalog *library_catalog(const Library *library);

// By name or alias; a name that ends in ".lua" is a file, read once. Not safe for several threads at once.
const Chip *library_chip(Library *library, const char *name_or_file, Error *err);
const System *library_system(Library *library, const char *name_or_file, Error *err);
const Model *library_model(Library *library, const char *name_or_file, Error *err);

#ifdef __cplusplus
}
#endif
#endif
