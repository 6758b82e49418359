// objective.h — the symbols of power_w, usd_per_mtoken and loss: constants of laws and prices, with their sources.
#ifndef LUA_OBJECTIVE_H
#define LUA_OBJECTIVE_H

#include "lua/symbols.h"

bool objective_symbol(const Why *why, const char *name, Symbol *symbol);

// The price as a source: the chip's, dated, or the request's own.
Source objective_rent(const Design *design);

#endif
