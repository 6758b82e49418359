// Any bytes as a CSV file: it ends, and every row has the header's columns.
#include <stdint.h>
#include <stdlib.h>

#include "validate/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Csv csv;
    Error err;
    if (csv_begin(&csv, "fuzz.csv", (const char *)data, size, &err)) {
        CsvResult got;
        while ((got = csv_next(&csv, &err)) != CSV_END) {
            double value;
            for (int i = 0; got == CSV_ROW && i < csv.columns; i++)
                if (csv_number(&csv, csv.header[i], 0, 1e9, &value, &err) && !(value >= 0))
                    abort();
        }
    }
    csv_end(&csv);
    return 0;
}
