// data_folder.h — where the shipped data files are, and which there are.
#ifndef LUA_DATA_FOLDER_H
#define LUA_DATA_FOLDER_H

#include <stddef.h>

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// The folder $CHIPFIT_DATA, else the nearest one above `near` that holds hw/chips. near: a file in or below it; NULL: the
// program.
bool data_folder_find(char *folder, size_t size, const char *near, Error *err);

// The folder's .lua files, sorted; the caller frees names and array. -1: an error.
int data_folder_list(const char *folder, char ***names, Error *err);

#ifdef __cplusplus
}
#endif
#endif
