// csv.h — reads comma-separated values (RFC 4180) from memory, row by row; a bad row is an error that reading survives.
//
//     Csv csv;
//     if (!csv_begin(&csv, "rows.csv", text, size, &err)) ...        the header
//     while ((got = csv_next(&csv, &err)) != CSV_END)
//         if (got == CSV_ROW) csv_number(&csv, csv_column(&csv, "m"), 1, 1e9, &m, &err); else report(&err);
//     csv_end(&csv);
#ifndef VALIDATE_CSV_H
#define VALIDATE_CSV_H

#include "sim/base/error.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CSV_COLUMNS 128

typedef struct Csv {
    const char *name; // for messages
    const char *text; // the caller's; it must outlive the reader
    size_t size, at;
    int line;                        // of the row last read, 1-based
    int next_line;                   // of what follows
    int columns;                     // of the header
    const char *header[CSV_COLUMNS]; // names
    const char *cells[CSV_COLUMNS];  // of the row last read
    size_t offsets[CSV_COLUMNS];
    Text heads, row; // where they stand
} Csv;

typedef enum CsvResult { CSV_END, CSV_ROW, CSV_BAD } CsvResult;

// Reads the header: at least one name, none twice. csv_end is due in any case.
bool csv_begin(Csv *csv, const char *name, const char *text, size_t size, Error *err);

// The next row; empty lines are passed over. CSV_BAD: this one is wrong (err says where and why), the next may be right.
CsvResult csv_next(Csv *csv, Error *err);
void csv_end(Csv *csv);

// The column of that name, or -1.
int csv_column(const Csv *csv, const char *name);

// Its text in the row; "" where it is empty or the column is -1.
const char *csv_cell(const Csv *csv, int column);

// Its number, which must lie in min .. max; false: it is absent, no number, or outside (err names line and column).
bool csv_number(const Csv *csv, const char *column, double min, double max, double *value,
                Error *err);

// The same; an absent column or empty cell gives `initial`.
bool csv_number_or(const Csv *csv, const char *column, double min, double max, double initial,
                   double *value, Error *err);

// Adds file and line of the row to an error. Always returns false.
bool csv_where(const Csv *csv, Error *err);

#ifdef __cplusplus
}
#endif
#endif
