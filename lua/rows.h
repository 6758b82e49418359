// rows.h — measured rows of CSV files: read whole, wrong rows named one by one on standard error.
#ifndef LUA_ROWS_H
#define LUA_ROWS_H

#include "lua/library.h"
#include "validate/row.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RowFile {
    Text text; // of the file
    Csv csv;
    int kind; // RowKind of the header
    const char *name;
} RowFile;

// Opens the file and reads its header. rows_close is due in any case.
bool rows_open(RowFile *file, const char *name, Error *err);
void rows_close(RowFile *file);

// The next right row, true; false: the end. Wrong ones are printed and counted in *wrong.
bool rows_next(RowFile *file, const Catalog *catalog, Row *row, long *wrong);

#ifdef __cplusplus
}
#endif
#endif
