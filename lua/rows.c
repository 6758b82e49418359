#include "lua/rows.h"

#include <stdio.h>
#include <string.h>

#include "lua/file.h"
#include "lua/options.h"

#define CSV_BYTES ((size_t)1 << 30)

bool rows_open(RowFile *file, const char *name, Error *err) {
    memset(file, 0, sizeof *file);
    file->name = name;
    if (!file_read(name, CSV_BYTES, &file->text, err))
        return error_where(err, name, 0);
    if (!csv_begin(&file->csv, name, file->text.data, file->text.length, err))
        return false;
    file->kind = row_kind(&file->csv, err);
    return file->kind >= 0;
}

void rows_close(RowFile *file) {
    csv_end(&file->csv);
    text_free(&file->text);
}

bool rows_next(RowFile *file, const Catalog *catalog, Row *row, long *wrong) {
    Error err;
    CsvResult got;
    while ((got = csv_next(&file->csv, &err)) != CSV_END) {
        if (got == CSV_ROW && row_read(&file->csv, file->kind, catalog, row, &err))
            return true;
        options_fail(&err);
        ++*wrong;
    }
    return false;
}
