#include "hw/chip.h"

#include <math.h>

const char *const MEMORY_KIND_WORDS[] = {"hbm", "gddr", "lpddr", "sram", NULL};
const char *const MATRIX_KIND_WORDS[] = {"tiled", "systolic", NULL};

// clang-format off
#define SOURCE_FIELDS(Type)                                                                        \
    {.name = "source", .kind = FIELD_TEXT, .offset = offsetof(Type, from.source), .required = true, \
     .help = "where these numbers come from"},                                                     \
    {.name = "doubtful", .kind = FIELD_TEXT, .offset = offsetof(Type, from.doubtful),              \
     .help = "which of them rest on memory, derivation or a disagreement"}

#define PEAK_FIELD(word, math, meaning)                                                            \
    {.name = word, .kind = FIELD_NUMBER, .offset = offsetof(ChipPeak, flop_per_s[math]),           \
     .unit = UNIT_FLOP_PER_S, .min = 1e9, .max = 1e20, .help = meaning}

static const Field PEAK_FIELDS[] = {
    PEAK_FIELD("fp32", MATH_FP32, "dense matrix rate, full 32-bit inputs"),
    PEAK_FIELD("tf32", MATH_TF32, "dense matrix rate, 19-bit inputs"),
    PEAK_FIELD("bf16", MATH_BF16, "dense matrix rate, summed in fp32"),
    PEAK_FIELD("fp16", MATH_FP16, "dense matrix rate, summed in fp32"),
    PEAK_FIELD("fp8", MATH_FP8, "dense matrix rate; left out: no such arithmetic"),
    PEAK_FIELD("int8", MATH_INT8, "dense matrix rate; left out: no such arithmetic"),
    PEAK_FIELD("fp6", MATH_FP6, "dense matrix rate; left out: no such arithmetic"),
    PEAK_FIELD("fp4", MATH_FP4, "dense matrix rate; left out: no such arithmetic"),
    PEAK_FIELD("int4", MATH_INT4, "dense matrix rate; left out: no such arithmetic"),
    SOURCE_FIELDS(ChipPeak),
};
static const FieldTable PEAK_TABLE = {"peak", PEAK_FIELDS, FIELD_COUNT(PEAK_FIELDS), sizeof(ChipPeak),
                                      "dense rates of the matrix units, without sparsity"};

static const Field VECTOR_FIELDS[] = {
    {.name = "fp32", .kind = FIELD_NUMBER, .offset = offsetof(ChipVector, fp32_flop_per_s),
     .unit = UNIT_FLOP_PER_S, .min = 1e8, .max = 1e19, .required = true, .help = "elementwise arithmetic"},
    {.name = "special", .kind = FIELD_NUMBER, .offset = offsetof(ChipVector, special_per_s),
     .unit = UNIT_PER_S, .min = 1e7, .max = 1e19,
     .help = "exponentials a second; left out: a quarter of the fp32 instructions"},
    SOURCE_FIELDS(ChipVector),
};
static const FieldTable VECTOR_TABLE = {"vector", VECTOR_FIELDS, FIELD_COUNT(VECTOR_FIELDS), sizeof(ChipVector),
                                        "rates of the vector and special-function units"};

static const Field MEMORY_FIELDS[] = {
    {.name = "kind", .kind = FIELD_WORD, .offset = offsetof(ChipMemory, kind), .words = MEMORY_KIND_WORDS,
     .help = "technology, for the energy of a byte; default: hbm"},
    {.name = "capacity", .kind = FIELD_NUMBER, .offset = offsetof(ChipMemory, capacity_bytes),
     .unit = UNIT_BYTES, .min = 1e6, .max = 1e15, .required = true, .help = "size of the memory"},
    {.name = "bandwidth", .kind = FIELD_NUMBER, .offset = offsetof(ChipMemory, bandwidth_bytes_per_s),
     .unit = UNIT_BYTES_PER_S, .min = 1e9, .max = 1e17, .required = true, .help = "peak rate of the memory"},
    SOURCE_FIELDS(ChipMemory),
};
static const FieldTable MEMORY_TABLE = {"memory", MEMORY_FIELDS, FIELD_COUNT(MEMORY_FIELDS), sizeof(ChipMemory),
                                        "the main memory: HBM, GDDR, DDR"};

static const Field STORE_FIELDS[] = {
    {.name = "capacity", .kind = FIELD_NUMBER, .offset = offsetof(ChipStore, capacity_bytes),
     .unit = UNIT_BYTES, .min = 1e3, .max = 1e14, .required = true, .help = "size of the store"},
    {.name = "bandwidth", .kind = FIELD_NUMBER, .offset = offsetof(ChipStore, bandwidth_bytes_per_s),
     .unit = UNIT_BYTES_PER_S, .min = 1e9, .max = 1e17, .help = "its rate; left out: unknown, it never binds"},
    SOURCE_FIELDS(ChipStore),
};
static const FieldTable STORE_TABLE = {"store", STORE_FIELDS, FIELD_COUNT(STORE_FIELDS), sizeof(ChipStore),
                                       "the on-chip store shared by all cores: L2, VMEM, SBUF"};

#define RATIO_FIELD(word, math)                                                                    \
    {.name = word, .kind = FIELD_NUMBER, .offset = offsetof(ChipRatios, of[math]), .min = 0.001, .max = 64, \
     .help = "rate over the 16-bit rate; left out: as listed in peak, else none"}

typedef struct ChipRatios {
    double of[MATH_COUNT];
} ChipRatios;

static const Field RATIO_FIELDS[] = {
    RATIO_FIELD("fp32", MATH_FP32), RATIO_FIELD("tf32", MATH_TF32), RATIO_FIELD("fp16", MATH_FP16),
    RATIO_FIELD("fp8", MATH_FP8),   RATIO_FIELD("int8", MATH_INT8), RATIO_FIELD("fp6", MATH_FP6),
    RATIO_FIELD("fp4", MATH_FP4),   RATIO_FIELD("int4", MATH_INT4),
};
static const FieldTable RATIO_TABLE = {"ratios", RATIO_FIELDS, FIELD_COUNT(RATIO_FIELDS), sizeof(ChipRatios),
                                       "rates of a chip on paper, as multiples of its 16-bit rate"};

static const Field MATRIX_FIELDS[] = {
    {.name = "kind", .kind = FIELD_WORD, .offset = offsetof(ChipMatrix, kind), .words = MATRIX_KIND_WORDS,
     .required = true,
     .help = "tiled: cores that each take output tiles; systolic: units that hold a block of weights"},
    {.name = "cores", .kind = FIELD_INT, .offset = offsetof(ChipMatrix, cores), .min = 1, .max = 1e7,
     .help = "cores that take tiles; tiled needs it"},
    {.name = "units", .kind = FIELD_INT, .offset = offsetof(ChipMatrix, units), .min = 1, .max = 1e8,
     .help = "matrix units on the chip; systolic needs it"},
    {.name = "rows", .kind = FIELD_INT, .offset = offsetof(ChipMatrix, rows), .min = 1, .max = 65536,
     .help = "systolic: reduction dimension held by a unit"},
    {.name = "columns", .kind = FIELD_INT, .offset = offsetof(ChipMatrix, columns), .min = 1, .max = 65536,
     .help = "systolic: output columns held by a unit"},
    {.name = "fma_per_unit", .kind = FIELD_NUMBER, .offset = offsetof(ChipMatrix, fma_per_unit), .min = 1, .max = 1e9,
     .help = "16-bit multiply-adds of a unit in a clock; with units and clock a check on the peak"},
    {.name = "clock", .kind = FIELD_NUMBER, .offset = offsetof(ChipMatrix, clock_hz), .unit = UNIT_HZ,
     .min = 1e6, .max = 1e11, .required = true, .help = "clock at which the listed peak is reached"},
    {.name = "ratios", .kind = FIELD_SECTION, .offset = offsetof(ChipMatrix, ratios), .table = &RATIO_TABLE,
     .help = "for peaks that are not listed, so that fp8 = 2 is twice the 16-bit rate"},
    SOURCE_FIELDS(ChipMatrix),
};
static const FieldTable MATRIX_TABLE = {"matrix", MATRIX_FIELDS, FIELD_COUNT(MATRIX_FIELDS), sizeof(ChipMatrix),
                                        "geometry of the matrix units"};

static const Field POWER_FIELDS[] = {
    {.name = "tdp", .kind = FIELD_NUMBER, .offset = offsetof(ChipPower, tdp_w), .unit = UNIT_W,
     .min = 0.01, .max = 1e6, .required = true, .help = "power limit of the chip with its memory"},
    {.name = "idle", .kind = FIELD_NUMBER, .offset = offsetof(ChipPower, idle_w), .unit = UNIT_W,
     .min = 0, .max = 1e6, .help = "power when nothing runs"},
    SOURCE_FIELDS(ChipPower),
};
static const FieldTable POWER_TABLE = {"power", POWER_FIELDS, FIELD_COUNT(POWER_FIELDS), sizeof(ChipPower),
                                       "power; left out: unknown"};

static const Field PRICE_FIELDS[] = {
    {.name = "usd_per_hour", .kind = FIELD_NUMBER, .offset = offsetof(ChipPrice, usd_per_hour),
     .unit = UNIT_USD_PER_HOUR, .min = 0, .max = 1e6, .required = true, .help = "rent of one chip"},
    {.name = "date", .kind = FIELD_TEXT, .offset = offsetof(ChipPrice, date), .required = true,
     .help = "when that price was asked, as 2026-11"},
    SOURCE_FIELDS(ChipPrice),
};
static const FieldTable PRICE_TABLE = {"price", PRICE_FIELDS, FIELD_COUNT(PRICE_FIELDS), sizeof(ChipPrice),
                                       "price; left out: unknown"};

static const Field CHIP_FIELDS[] = {
    {.name = "name", .kind = FIELD_TEXT, .offset = offsetof(Chip, name), .required = true,
     .help = "what it is called on the command line"},
    {.name = "title", .kind = FIELD_TEXT, .offset = offsetof(Chip, title), .help = "full name"},
    {.name = "vendor", .kind = FIELD_TEXT, .offset = offsetof(Chip, vendor), .help = "who makes it"},
    {.name = "family", .kind = FIELD_TEXT, .offset = offsetof(Chip, family),
     .help = "whose kernels it runs: ampere, hopper, blackwell, tpu"},
    {.name = "year", .kind = FIELD_INT, .offset = offsetof(Chip, year), .min = 1970, .max = 2100,
     .help = "when it was shipped or announced"},
    {.name = "aliases", .kind = FIELD_LIST, .offset = offsetof(Chip, aliases), .element = FIELD_TEXT,
     .capacity = CHIP_ALIASES, .count_offset = offsetof(Chip, alias_count), .help = "other names"},
    {.name = "system", .kind = FIELD_TEXT, .offset = offsetof(Chip, system),
     .help = "name of the system that it usually stands in"},
    {.name = "peak", .kind = FIELD_SECTION, .offset = offsetof(Chip, peak), .table = &PEAK_TABLE,
     .help = "matrix rates by number format; left out: they follow from matrix, as 2 x units x fma_per_unit x clock"},
    {.name = "vector", .kind = FIELD_SECTION, .offset = offsetof(Chip, vector), .table = &VECTOR_TABLE,
     .required = true, .help = "vector unit"},
    {.name = "memory", .kind = FIELD_SECTION, .offset = offsetof(Chip, memory), .table = &MEMORY_TABLE,
     .required = true, .help = "main memory"},
    {.name = "store", .kind = FIELD_SECTION, .offset = offsetof(Chip, store), .table = &STORE_TABLE,
     .required = true, .help = "on-chip store"},
    {.name = "matrix", .kind = FIELD_SECTION, .offset = offsetof(Chip, matrix), .table = &MATRIX_TABLE,
     .required = true, .help = "matrix unit"},
    {.name = "host_bandwidth", .kind = FIELD_NUMBER, .offset = offsetof(Chip, host_bandwidth_bytes_per_s),
     .unit = UNIT_BYTES_PER_S, .min = 1e6, .max = 1e16, .help = "to the host's memory, one direction"},
    {.name = "power", .kind = FIELD_SECTION, .offset = offsetof(Chip, power), .table = &POWER_TABLE, .help = "power"},
    {.name = "price", .kind = FIELD_SECTION, .offset = offsetof(Chip, price), .table = &PRICE_TABLE, .help = "price"},
    {.name = "notes", .kind = FIELD_TEXT, .offset = offsetof(Chip, notes), .help = "anything worth knowing"},
};
// clang-format on

const FieldTable CHIP_TABLE = {"chip", CHIP_FIELDS, FIELD_COUNT(CHIP_FIELDS), sizeof(Chip),
                               "one accelerator; all rates dense, per chip and direction"};

static bool check_geometry(const ChipMatrix *matrix, Error *err) {
    if (matrix->kind == MATRIX_TILED) {
        if (matrix->cores < 1)
            return error_set(err, "matrix: a tiled matrix unit needs cores");
        if (matrix->rows || matrix->columns) {
            error_set(err, "matrix: rows and columns belong to a systolic matrix unit");
            return error_hint(err, "a tiled one is described by cores, units and fma_per_unit");
        }
        return true;
    }
    if (matrix->units < 1 || matrix->rows < 1 || matrix->columns < 1)
        return error_set(err, "matrix: a systolic matrix unit needs units, rows and columns");
    return true;
}

static double peak_16_bit(const Chip *chip) {
    return fmax(chip->peak.flop_per_s[MATH_BF16], chip->peak.flop_per_s[MATH_FP16]);
}

static double matrix_flop_per_s(const ChipMatrix *matrix) {
    return 2 * matrix->units * matrix->fma_per_unit * matrix->clock_hz;
}

static bool check_peak(const Chip *chip, Error *err) {
    const ChipMatrix *matrix = &chip->matrix;
    double listed = peak_16_bit(chip), derived = matrix_flop_per_s(matrix);
    if (listed == 0 || derived == 0 || matrix->from.doubtful)
        return true;
    if (fabs(derived / listed - 1) <= 0.02)
        return true;
    char a[32], b[32];
    unit_format(a, sizeof a, listed, UNIT_FLOP_PER_S);
    unit_format(b, sizeof b, derived, UNIT_FLOP_PER_S);
    error_set(err, "peak: the 16-bit rate is %s, but 2 x units x fma_per_unit x clock is %s", a, b);
    return error_hint(err, "if that is so, say why in matrix.doubtful");
}

static bool lists_peak(const Chip *chip) {
    bool multiplies = false;
    for (int i = 0; i < MATH_COUNT; i++)
        multiplies |= chip->peak.flop_per_s[i] > 0;
    return multiplies;
}

bool chip_check(const Chip *chip, Error *err) {
    if (!lists_peak(chip)) {
        error_set(err, "peak: a chip needs the rate of at least one number format");
        return error_hint(err,
                          "or units, fma_per_unit and clock in matrix, from which they follow");
    }
    if (chip->power.idle_w > 0 && chip->power.idle_w >= chip->power.tdp_w)
        return error_set(err, "power: idle is not below tdp");
    return check_geometry(&chip->matrix, err) && check_peak(chip, err);
}

void chip_scale_peak(Chip *chip, const ChipMatrix *before) {
    double was = matrix_flop_per_s(before), is = matrix_flop_per_s(&chip->matrix);
    for (int i = 0; i < MATH_COUNT && was > 0 && is > 0; i++)
        chip->peak.flop_per_s[i] *= is / was;
}

bool chip_finish(Chip *chip, Error *err) {
    ChipMatrix *matrix = &chip->matrix;
    if (!lists_peak(chip)) {
        if (matrix->kind == MATRIX_SYSTOLIC && matrix->fma_per_unit == 0)
            matrix->fma_per_unit = (double)matrix->rows * matrix->columns;
        chip->peak.flop_per_s[MATH_BF16] = matrix_flop_per_s(matrix);
        chip->peak.from = (Source){"2 x units x fma_per_unit x clock, and the ratios of matrix",
                                   "derived from the matrix unit"};
    }
    for (int i = 0; i < MATH_COUNT; i++)
        if (chip->peak.flop_per_s[i] == 0)
            chip->peak.flop_per_s[i] = matrix->ratios[i] * peak_16_bit(chip);
    return chip_check(chip, err);
}

Math chip_math(const Chip *chip, Math math) {
    if (chip->peak.flop_per_s[math] > 0)
        return math;
    Math twin = math == MATH_BF16 ? MATH_FP16 : math == MATH_FP16 ? MATH_BF16 : MATH_COUNT;
    return twin != MATH_COUNT && chip->peak.flop_per_s[twin] > 0 ? twin : MATH_COUNT;
}
