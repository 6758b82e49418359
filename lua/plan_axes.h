// plan_axes.h — all_plans { ... }: one axis over the plans of so many chips.
#ifndef LUA_PLAN_AXES_H
#define LUA_PLAN_AXES_H

#include "lua/space_reader.h"

// sweep.plan = all_plans { max_pp = 8 }: one axis over every (chips, tp, pp, ep) that multiplies out.
bool plan_axes(ScriptReader *reader);

#endif
