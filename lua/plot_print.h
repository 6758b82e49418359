// plot_print.h — the pictures of a stored run on the console, and as files.
#ifndef LUA_PLOT_PRINT_H
#define LUA_PLOT_PRINT_H

#include "sim/base/error.h"
#include "sim/base/text.h"

// Adds those that the run's script asks for, or the default ones where it asks for none, as text.
bool plots_print(const char *path, Text *out, Error *err);

// Makes the folder of the pictures where it is missing: worth knowing before a long search that it cannot be made.
bool plots_folder(const char *folder, Error *err);

// Writes all of them into the folder, which is made: NAME.gp, NAME.dat, NAME.svg. Adds a line for each.
bool plots_write(const char *path, const char *folder, Text *out, Error *err);

#endif
