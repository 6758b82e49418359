// Any bytes as a file of measured rows: what is read can be predicted, in finite time and to a positive one.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "validate/row_task.h"

static const Chip CHIP = {
    .name = "h100_sxm",
    .family = "hopper",
    .system = "links",
    .peak = {.flop_per_s = {[MATH_BF16] = 989e12, [MATH_FP8] = 1979e12, [MATH_FP32] = 67e12}},
    .vector = {                  .fp32_flop_per_s = 67e12,                                                          .special_per_s = 4e12},
    .memory = {                  .capacity_bytes = 80e9,                                               .bandwidth_bytes_per_s = 3.35e12},
    .store = {                  .capacity_bytes = 50e6,                                                .bandwidth_bytes_per_s = 5.5e12},
    .matrix = {                  .kind = MATRIX_TILED,                                                                   .cores = 132, .clock_hz = 1.8e9},
    .power = { .tdp_w = 700,                                                                    .idle_w = 70},
};
static const System LINKS = {
    .name = "links",
    .levels = {{.topology = TOPOLOGY_SWITCH,
                .chips = 64,
                .bandwidth_bytes_per_s = 450e9,
                .latency_s = 2e-6}},
    .level_count = 1,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const Chip *const CHIPS[] = {&CHIP};
    static const System *const SYSTEMS[] = {&LINKS};
    const Catalog catalog = {
        .chips = CHIPS, .chip_count = 1, .systems = SYSTEMS, .system_count = 1};
    Csv csv;
    Error err;
    if (csv_begin(&csv, "fuzz.csv", (const char *)data, size, &err)) {
        int kind = row_kind(&csv, &err);
        Row row;
        for (CsvResult got; kind >= 0 && (got = csv_next(&csv, &err)) != CSV_END;) {
            if (got != CSV_ROW || !row_read(&csv, kind, &catalog, &row, &err))
                continue;
            Machine machine = row_machine(&row, NULL);
            if (isnan(row_predict(&row, &machine).time_s))
                abort();
            row_free(&row);
        }
    }
    csv_end(&csv);
    return 0;
}
