// column.h — a struct as cells of a CSV row, through its Field table: written so that reading gives the same bits.
//
// Times (UNIT_S) stand in microseconds, in columns whose names end in _us. Words are written out; texts lose line ends, so
// that a row is a line. A time, clock, power or energy of 0 is unknown and left empty, and so is a number below its range
// (a count of 0 that the task's kind does not name).
#ifndef VALIDATE_COLUMN_H
#define VALIDATE_COLUMN_H

#include "sim/base/field.h"
#include "validate/csv.h"

#ifdef __cplusplus
extern "C" {
#endif

// "a,b,kv" of the table's fields.
void columns_header(const FieldTable *table, Text *out);

// The fields of an object, between commas.
void columns_write(const FieldTable *table, const void *object, Text *out);

// Fills an object, zeroed first, from the row at hand: absent columns and empty cells give initial values. error: names
// column, file and line.
bool columns_read(const FieldTable *table, const Csv *csv, void *object, Error *err);

// Turns control characters in an object's arrays of chars to blanks, as writing and reading would.
void columns_clean(const FieldTable *table, void *object);

// Seconds as the shortest number of microseconds that column_seconds takes back to the same bits.
void column_add_us(Text *out, double seconds);

// The number at the start of a text, of microseconds, in seconds; *end stands behind it, or on `text` if there is none.
double column_seconds(const char *text, const char **end);

// A cell of text, quoted where it needs be.
void column_add_text(Text *out, const char *text);

#ifdef __cplusplus
}
#endif
#endif
