// formula.h — evaluates the formulas of METRICS_TABLE, so that a formula which is printed is also checked.
//
//     expression := sum [ "<=" sum ]            1 when it holds, else 0
//     sum        := product { ("+" | "-") product }
//     product    := factor { ("*" | "/") factor }
//     factor     := number | name | "(" sum ")" | "-" factor | function
//     function   := ("max(" | "min(" | "pow(") sum "," sum ")"
#ifndef LUA_FORMULA_H
#define LUA_FORMULA_H

#include "sim/base/error.h"
#include "sim/base/text.h"

// The value of a name; false when it has none.
typedef bool FormulaLookup(void *context, const char *name, double *value);

#define FORMULA_NAME_BYTES 48

bool formula_value(const char *formula, FormulaLookup *lookup, void *context, double *value,
                   Error *err);

// What a sum in a formula runs over: `words`, of which one takes the place of "f" in names that end in "_f", or `indexes`,
// of which one is put behind every name in brackets. The other is NULL.
typedef struct FormulaSum {
    const char *name; // "sum_f"
    const char *const *words;
    const int *indexes;
    int count;
} FormulaSum;

// Writes sums out: sum_f(flop_f / peak_f) becomes (flop_bf16 / peak_bf16 + flop_fp8 / peak_fp8) over the words bf16 and
// fp8, sum_ops(hbm_bytes) becomes (hbm_bytes[0] + hbm_bytes[3]) over the indexes 0 and 3.
void formula_expand(const char *formula, const FormulaSum sums[], int sum_count, Text *out);

// Calls visit for each name as it stands in the text, and for the text between names (with name = NULL).
typedef void FormulaVisit(void *context, const char *name, const char *between, size_t length);
void formula_walk(const char *formula, FormulaVisit *visit, void *context);

#endif
