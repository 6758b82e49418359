// unit.h — reads and writes quantities with units; inside the program all are doubles in base units.
//
// Prefixes are decimal: k 1e3, M, G, T, P, E; m 1e-3, u or µ 1e-6, n, p for s, W and J only. Ki, Mi,
// Gi, Ti are binary and taken for bytes and bytes a second only.
//
//     unit_parse("3.35 TB/s", UNIT_BYTES_PER_S, &x, err)   x = 3.35e12
//     unit_format(text, sizeof text, 6.78e-3, UNIT_S)      "6.78 ms"
#ifndef SIM_BASE_UNIT_H
#define SIM_BASE_UNIT_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum Unit {
    UNIT_NONE,         // a count or a ratio
    UNIT_S,            // s
    UNIT_BYTES,        // B
    UNIT_FLOP,         // FLOP (1 multiply-add = 2)
    UNIT_BYTES_PER_S,  // B/s
    UNIT_FLOP_PER_S,   // FLOP/s; OP/s is taken as the same
    UNIT_PER_S,        // 1/s, written "12.3 k/s": results or tokens a second
    UNIT_HZ,           // Hz
    UNIT_W,            // W
    UNIT_J,            // J
    UNIT_USD,          // USD
    UNIT_USD_PER_HOUR, // USD/h
    UNIT_COUNT
} Unit;

// The unit's sign as text: "B/s"; "" for UNIT_NONE.
const char *unit_sign(Unit unit);

// Reads "<number> <prefix><sign>" in full, whatever the locale; a number without a sign is an error
// unless the unit is UNIT_NONE, which takes nothing else. The message names the unit that was wanted
// and, where the text is in another one, that one too. NaN and infinity are errors.
bool unit_parse(const char *text, Unit unit, double *value, Error *err);

// Writes value with three significant digits and a fitting prefix: "6.78 ms", "989 TFLOP/s", "0 B";
// without a unit whole numbers below a million in full, others with four digits: "131072", "0.4512",
// "8.03e9". NaN is "-".
void unit_format(char *text, int size, double value, Unit unit);

#ifdef __cplusplus
}
#endif
#endif
