// symbols.h — the names that the formulas of METRICS_TABLE are written over: value, unit, meaning, source.
//
// A name is a metric's key or one of: chips, tokens, bandwidth, ... (of the design); peak_bf16, flop_bf16 (of an
// arithmetic); hbm_bytes[3] (of a row of the breakdown); stage_layers[1], rank_linear[1] (of a kind of layer).
#ifndef LUA_SYMBOLS_H
#define LUA_SYMBOLS_H

#include "lua/formula.h"
#include "lua/why.h"

typedef struct Symbol {
    char name[FORMULA_NAME_BYTES];
    double value;
    Unit unit;
    char meaning[160];
    const char *source;
    const char *doubtful; // NULL when nothing is
} Symbol;

bool symbol_find(const Why *why, const char *name, Symbol *symbol);

// The formula with its sums written out: sum_f over the arithmetics in use, sum_ops over the rows of the breakdown that
// are not 0, sum_kinds over the kinds of layers on the fullest chip.
void symbol_expand(const Why *why, const char *formula, Text *out);

#endif
