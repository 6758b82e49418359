// plot_best.h — a stored point as pictures of its design: it is built again from the run's own records and evaluated.
#ifndef LUA_PLOT_BEST_H
#define LUA_PLOT_BEST_H

#include "lua/plot_design.h"
#include "lua/stored.h"

// One picture, or all that the design has (DESIGN_PICTURES), into plots[DESIGN_PICTURES]; names begin with the prefix. Returns
// how many; 0 with the reason.
int point_plots(Stored *stored, int64_t id, DesignPicture picture, const char *prefix, Arena *arena,
                Plot plots[], Error *err);

#endif
