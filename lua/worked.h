// worked.h — how a metric comes about that no single formula gives: its rule, and the numbers of the breakdown that it
// rests on.
//
//     compute_s, memory_s, comm_s, overhead_s   the ops that the engine binds, each with its share
//     time_overlap_s, time_no_overlap_s         what overlaps in each kind of layer
//     bound                                     the four parts
//     executed_flop                             the tiles that the matrix units fill up
//     power_w                                   matrix units, memory, links, idle
//     max_batch                                 memory at that batch and at the next
#ifndef LUA_WORKED_H
#define LUA_WORKED_H

#include "lua/why.h"

// Appends nothing for other metrics.
void worked_text(Text *out, const char *metric, const Why *why);

// As the members ,"rule":"...","worked":[{...}, ...]; nothing for other metrics.
void worked_json(Text *out, const char *metric, const Why *why);

#endif
