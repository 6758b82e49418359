// rows.h — rows of numbers under named columns: what a search hands to whoever stores, prints or merges it.
//
// A value is a double whatever its column: whole numbers up to 2^53, NaN for null, and for a text column the index of
// one of its words.
#ifndef SIM_ROWS_H
#define SIM_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ColumnKind { COLUMN_INTEGER, COLUMN_REAL, COLUMN_TEXT } ColumnKind;

typedef struct Column {
    const char *name; // as in SQL, JSON and Lua; a quantity's name ends in its unit
    ColumnKind kind;
    const char *const *words; // COLUMN_TEXT: `word_count` of them
    int word_count;
    const char *help; // NULL: none
} Column;

// Rows in the order of their ids; values: count x columns, one row after the other.
typedef struct Rows {
    int columns;
    int count;
    const int64_t *ids;
    const double *values;
} Rows;

#ifdef __cplusplus
}
#endif
#endif
