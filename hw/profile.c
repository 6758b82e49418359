#include "hw/profile.h"

#include <math.h>
#include <string.h>

#include "sim/base/text.h"

// clang-format off
// class, key, family of formulas, member of KernelConstants, stand-in, help
#define CLASS_LIST(X) \
    X(KERNEL_MATMUL_16, "matmul_16", MATMUL, matmul, KERNEL_MATMUL_16, "matmuls in bf16 or fp16") \
    X(KERNEL_MATMUL_8, "matmul_8", MATMUL, matmul, KERNEL_MATMUL_16, "matmuls in fp8 or int8, a scale a tensor or row") \
    X(KERNEL_MATMUL_8_BLOCK, "matmul_8_block", MATMUL, matmul, KERNEL_MATMUL_8, "matmuls in fp8 with a scale a block") \
    X(KERNEL_MATMUL_4, "matmul_4", MATMUL, matmul, KERNEL_MATMUL_8, "matmuls in 4 or 6 bit with a scale a block") \
    X(KERNEL_MATMUL_32, "matmul_32", MATMUL, matmul, KERNEL_MATMUL_16, "matmuls in fp32 or tf32") \
    X(KERNEL_BATCHED_16, "batched_16", MATMUL, matmul, KERNEL_MATMUL_16, "batched matmuls in 16 bit and narrower") \
    X(KERNEL_BATCHED_32, "batched_32", MATMUL, matmul, KERNEL_MATMUL_32, "batched matmuls in fp32 or tf32") \
    X(KERNEL_EXPERTS_16, "experts_16", EXPERTS, experts, KERNEL_MATMUL_16, "a block of experts: their matmuls, each in one kernel, and what stands between; 16 bit") \
    X(KERNEL_EXPERTS_8, "experts_8", EXPERTS, experts, KERNEL_EXPERTS_16, "the same in fp8 or int8") \
    X(KERNEL_EXPERTS_8_BLOCK, "experts_8_block", EXPERTS, experts, KERNEL_EXPERTS_8, "the same in fp8 with a scale a block") \
    X(KERNEL_EXPERTS_4, "experts_4", EXPERTS, experts, KERNEL_EXPERTS_8, "the same in 4 or 6 bit") \
    X(KERNEL_GROUPED, "grouped", EXPERTS, experts, KERNEL_EXPERTS_8_BLOCK, "one matmul of experts outside a block") \
    X(KERNEL_PREFILL_16, "prefill_16", ATTENTION, attention, KERNEL_PREFILL_16, "attention of many queries, 16-bit arithmetic") \
    X(KERNEL_PREFILL_8, "prefill_8", ATTENTION, attention, KERNEL_PREFILL_16, "attention of many queries, 8-bit cache") \
    X(KERNEL_DECODE_16, "decode_16", ATTENTION, attention, KERNEL_DECODE_16, "attention of few queries, 16-bit cache") \
    X(KERNEL_DECODE_8, "decode_8", ATTENTION, attention, KERNEL_DECODE_16, "attention of few queries, 8-bit cache") \
    X(KERNEL_LATENT_PREFILL_16, "latent_prefill_16", ATTENTION, attention, KERNEL_PREFILL_16, "latent attention (MLA) of many queries, not absorbed") \
    X(KERNEL_LATENT_PREFILL_8, "latent_prefill_8", ATTENTION, attention, KERNEL_LATENT_PREFILL_16, "the same with an 8-bit cache") \
    X(KERNEL_LATENT_DECODE_16, "latent_decode_16", ATTENTION, attention, KERNEL_DECODE_16, "latent attention (MLA) of few queries, absorbed") \
    X(KERNEL_LATENT_DECODE_8, "latent_decode_8", ATTENTION, attention, KERNEL_LATENT_DECODE_16, "the same with an 8-bit cache") \
    X(KERNEL_SCAN, "scan", ATTENTION, attention, KERNEL_PREFILL_16, "state layers") \
    X(KERNEL_ELEMENTWISE, "elementwise", STREAM, stream, KERNEL_ELEMENTWISE, "sums, look-ups and other kernels without a sum over a row") \
    X(KERNEL_GATED, "gated", STREAM, stream, KERNEL_ELEMENTWISE, "activations between matmuls") \
    X(KERNEL_NORM, "norm", STREAM, stream, KERNEL_ELEMENTWISE, "norms") \
    X(KERNEL_SOFTMAX, "softmax", STREAM, stream, KERNEL_NORM, "softmax and the like") \
    X(KERNEL_QUANTISE, "quantise", STREAM, stream, KERNEL_ELEMENTWISE, "quantisation of activations") \
    X(KERNEL_COPY, "copy", STREAM, stream, KERNEL_ELEMENTWISE, "copies and sums of whole streams") \
    X(KERNEL_ALL_REDUCE, "all_reduce", LINK, link, KERNEL_ALL_REDUCE, "all-reduce, NCCL") \
    X(KERNEL_ALL_REDUCE_EARLIER, "all_reduce_earlier", LINK, link, KERNEL_ALL_REDUCE, "all-reduce, NCCL of 2023, with the wait for the slowest rank") \
    X(KERNEL_ALL_REDUCE_DIRECT, "all_reduce_direct", LINK, link, KERNEL_ALL_REDUCE, "all-reduce of small messages inside a domain, an engine's own") \
    X(KERNEL_ALL_REDUCE_OLD, "all_reduce_direct_old", LINK, link, KERNEL_ALL_REDUCE, "the same of an earlier version") \
    X(KERNEL_ALL_REDUCE_FUSED, "all_reduce_fused", LINK, link, KERNEL_ALL_REDUCE, "the same of TensorRT-LLM") \
    X(KERNEL_GATHER, "gather", LINK, link, KERNEL_ALL_REDUCE, "all-gather and reduce-scatter") \
    X(KERNEL_ALL_TO_ALL, "all_to_all", LINK, link, KERNEL_GATHER, "all-to-all") \
    X(KERNEL_ALL_REDUCE_HOST, "all_reduce_host", LINK, link, KERNEL_ALL_REDUCE, "all-reduce through the host") \
    X(KERNEL_GATHER_HOST, "gather_host", LINK, link, KERNEL_GATHER, "all-gather and reduce-scatter through the host") \
    X(KERNEL_ALL_TO_ALL_HOST, "all_to_all_host", LINK, link, KERNEL_ALL_TO_ALL, "all-to-all through the host") \
    X(KERNEL_SEND, "send", LINK, link, KERNEL_GATHER, "sends between two chips, and rings of them") \
    X(KERNEL_DISPATCH, "dispatch", LINK, link, KERNEL_ALL_TO_ALL, "tokens to the ranks of their experts") \
    X(KERNEL_COMBINE, "combine", LINK, link, KERNEL_DISPATCH, "experts' results back to the tokens' ranks") \
    X(KERNEL_DISPATCH_LOW, "dispatch_low_latency", LINK, link, KERNEL_DISPATCH, "dispatch of few tokens, low latency") \
    X(KERNEL_COMBINE_LOW, "combine_low_latency", LINK, link, KERNEL_COMBINE, "combine of few tokens, low latency") \
    X(KERNEL_DISPATCH_ONE_SIDED, "dispatch_one_sided", LINK, link, KERNEL_DISPATCH, "dispatch into the ranks' memories within a domain") \
    X(KERNEL_COMBINE_ONE_SIDED, "combine_one_sided", LINK, link, KERNEL_COMBINE, "combine out of the ranks' memories within a domain") \
    X(KERNEL_DISPATCH_TWO_SIDED, "dispatch_two_sided", LINK, link, KERNEL_DISPATCH, "dispatch by sends and receives within a domain") \
    X(KERNEL_COMBINE_TWO_SIDED, "combine_two_sided", LINK, link, KERNEL_COMBINE, "combine by sends and receives within a domain") \
    X(KERNEL_COMBINE_NARROW, "combine_narrow", LINK, link, KERNEL_COMBINE_TWO_SIDED, "the same, results quantised on the way")

#define CLASS_INFO(class, key, FAMILY, member, other, text) [class] = {key, &FAMILY##_KERNEL_TABLE, other, text},
const KernelClassInfo KERNEL_CLASSES[KERNEL_CLASS_COUNT] = {CLASS_LIST(CLASS_INFO)};

#define CLASS_FIT(class, key, FAMILY, member, other, text) [class] = {.constants.member = FAMILY##_CONSTANTS},
const Profile PROFILE_DATASHEET = {.name = "datasheet", .fits = {CLASS_LIST(CLASS_FIT)}};
// clang-format on

void profile_init(Profile *profile) {
    *profile = PROFILE_DATASHEET;
}

// 5 and 95 % quantiles of ln(measured / predicted) of datasheet mode over the 96,674 rows that the
// shipped profiles were fitted to, rounded (-0.342, 1.134).
#define UNKNOWN_LOW  -0.35
#define UNKNOWN_HIGH 1.1

bool fit_says(const Fit *fit) {
    return fit->report.rows > 0 || fit->residual.low_count > 0;
}

static const char *const AXIS_NAMES[] = {"first", "second", "third"};

static bool grid_check(const Grid *grid, const char *class, Error *err) {
    int cells = grid->axis_count > 0;
    for (int i = 0; i < grid->axis_count; i++)
        cells *= grid->axes[i].count;
    if (cells > GRID_CELLS)
        return error_set(err, "%s: a grid of %d cells; %d are the most", class, cells, GRID_CELLS);
    if (grid->log_factor_count != cells || grid->doubt_count != cells)
        return error_set(err,
                         "%s: a grid of %d cells holds %d values of log_factor and %d of doubt",
                         class, cells, grid->log_factor_count, grid->doubt_count);
    for (int i = 0; i < grid->axis_count; i++)
        if (grid->axes[i].count < 2 || !(grid->axes[i].step > 0))
            return error_set(err, "%s: the %s axis needs a step and at least two lines", class,
                             AXIS_NAMES[i]);
    return true;
}

static bool residual_check(Fit *fit, const char *class, Error *err) {
    Residual *residual = &fit->residual;
    int low = residual->low_count, high = residual->high_count;
    if (low != high || (low != 0 && low != RESIDUAL_BANDS))
        return error_set(err, "%s: residual needs %d values each of low and high", class,
                         RESIDUAL_BANDS);
    fit->interval = low == RESIDUAL_BANDS;
    for (int i = 0; i < low; i++)
        if (!(residual->low[i] <= residual->high[i]))
            return error_set(err, "%s: residual: low is above high in band %d", class, i + 1);
    return true;
}

// Constants of other formulas serve where they have the same name and so mean the same; the rest stay as they are.
static void take_constants(KernelConstants *to, const FieldTable *table,
                           const KernelConstants *from, const FieldTable *other) {
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        for (int k = 0; k < other->count; k++)
            if (strcmp(field->name, other->fields[k].name) == 0)
                memcpy((char *)to + field->offset, (const char *)from + other->fields[k].offset,
                       sizeof(double));
    }
}

// The fit of another class, whose rows were not these.
static void take_stand_in(Fit *fit, const FieldTable *table, const Fit *other,
                          const FieldTable *other_table) {
    KernelConstants own = fit->constants;
    *fit = *other;
    if (table != other_table) {
        fit->constants = own;
        take_constants(&fit->constants, table, &other->constants, other_table);
    }
    fit->given = false;
    fit->report = (FitReport){0};
    // A grid over another class's coordinates means nothing here.
    fit->correction = (Grid){0};
    Residual *residual = &fit->residual;
    for (int i = 0; i < RESIDUAL_BANDS && fit->interval; i++) {
        residual->low[i] -= residual->other_family;
        residual->high[i] += residual->other_family;
    }
}

// A class that nothing is known of: the universal constants, and how far they lay off over all classes and chips measured.
static void take_nothing(Fit *fit) {
    Residual *residual = &fit->residual;
    residual->low_count = residual->high_count = RESIDUAL_BANDS;
    for (int i = 0; i < RESIDUAL_BANDS; i++) {
        residual->low[i] = UNKNOWN_LOW;
        residual->high[i] = UNKNOWN_HIGH;
    }
    fit->interval = true;
}

// What predictions take, from what is written.
void profile_derive(Fit *fit) {
    Grid *grid = &fit->correction;
    Residual *residual = &fit->residual;
    for (int i = 0; i < grid->log_factor_count; i++)
        grid->cells[i] = (GridCell){(float)exp(grid->log_factor[i]), (float)grid->doubt[i]};
    for (int i = 0; i < residual->low_count; i++) {
        residual->below[i] = fmax(0, 1 - exp(residual->low[i]));
        residual->above[i] = fmax(0, exp(residual->high[i]) - 1);
    }
}

bool profile_finish(Profile *profile, Error *err) {
    for (int i = 0; i < KERNEL_CLASS_COUNT; i++) {
        Fit *fit = &profile->fits[i];
        const KernelClassInfo *info = &KERNEL_CLASSES[i];
        if (!grid_check(&fit->correction, info->name, err) || !residual_check(fit, info->name, err))
            return false;
        fit->given = fit_says(fit);
        // A stand-in stands before those that it serves.
        if (!fit->given && (int)info->stand_in != i)
            take_stand_in(fit, info->table, &profile->fits[info->stand_in],
                          KERNEL_CLASSES[info->stand_in].table);
        else if (!fit->given)
            take_nothing(fit);
        profile_derive(fit);
    }
    return true;
}

bool profile_serves(const Profile *profile, const Chip *chip) {
    for (int i = 0; i < profile->family_count; i++)
        if (chip->family && text_same_name(profile->families[i], chip->family))
            return true;
    return false;
}

bool profile_measured(const Profile *profile, const Chip *chip) {
    for (int i = 0; i < profile->chip_count; i++)
        if (chip->name && text_same_name(profile->chips[i], chip->name))
            return true;
    return false;
}

// clang-format off
static const Field AXIS_FIELDS[] = {
    {.name = "name", .kind = FIELD_TEXT, .offset = offsetof(GridAxis, name), .required = true, .help = "the coordinate"},
    {.name = "first", .kind = FIELD_NUMBER, .offset = offsetof(GridAxis, first), .min = -64, .max = 64, .help = "log2 of its first line"},
    {.name = "step", .kind = FIELD_NUMBER, .offset = offsetof(GridAxis, step), .min = 0.01, .max = 16, .initial = 1, .help = "between two lines"},
    {.name = "count", .kind = FIELD_INT, .offset = offsetof(GridAxis, count), .min = 2, .max = 64, .required = true, .help = "lines"},
};
static const FieldTable AXIS_TABLE = {"axis", AXIS_FIELDS, FIELD_COUNT(AXIS_FIELDS), sizeof(GridAxis), "an axis of a grid"};

static const Field GRID_FIELDS[] = {
    {.name = "axes", .kind = FIELD_LIST, .element = FIELD_SECTION, .table = &AXIS_TABLE, .offset = offsetof(Grid, axes), .capacity = GRID_AXES,
     .count_offset = offsetof(Grid, axis_count), .help = "coordinates, the last one fastest in the lists"},
    {.name = "log_factor", .kind = FIELD_LIST, .element = FIELD_NUMBER, .offset = offsetof(Grid, log_factor), .capacity = GRID_CELLS,
     .count_offset = offsetof(Grid, log_factor_count), .min = -1, .max = 1, .help = "ln of what the formula's time is multiplied with"},
    {.name = "doubt", .kind = FIELD_LIST, .element = FIELD_NUMBER, .offset = offsetof(Grid, doubt), .capacity = GRID_CELLS,
     .count_offset = offsetof(Grid, doubt_count), .min = 0, .max = 1, .help = "0 where measured shapes lie all round, 1 where none is near"},
};
static const FieldTable GRID_TABLE = {"correction", GRID_FIELDS, FIELD_COUNT(GRID_FIELDS), sizeof(Grid), "smooth remainder over shapes"};

static const Field RESIDUAL_FIELDS[] = {
    {.name = "low", .kind = FIELD_LIST, .element = FIELD_NUMBER, .offset = offsetof(Residual, low), .capacity = RESIDUAL_BANDS,
     .count_offset = offsetof(Residual, low_count), .min = -8, .max = 8,
     .help = "5 % quantile of ln(measured / predicted) by predicted time: below 4 us, 16 us, 64 us, 256 us, 1024 us, above"},
    {.name = "high", .kind = FIELD_LIST, .element = FIELD_NUMBER, .offset = offsetof(Residual, high), .capacity = RESIDUAL_BANDS,
     .count_offset = offsetof(Residual, high_count), .min = -8, .max = 8, .help = "95 % quantile"},
    {.name = "far", .kind = FIELD_NUMBER, .offset = offsetof(Residual, far), .min = 0, .max = 8, .help = "added on both sides where no measured shape is near"},
    {.name = "other_chip", .kind = FIELD_NUMBER, .offset = offsetof(Residual, other_chip), .min = 0, .max = 8, .help = "added on both sides on a chip that was not measured"},
    {.name = "other_family", .kind = FIELD_NUMBER, .offset = offsetof(Residual, other_family), .min = 0, .max = 8, .initial = 0.3,
     .help = "added on both sides for another kernel class or chip family"},
};
static const FieldTable RESIDUAL_TABLE = {"residual", RESIDUAL_FIELDS, FIELD_COUNT(RESIDUAL_FIELDS), sizeof(Residual), "how far measured rows lie off"};

#define REPORT(member, text) {.name = #member, .kind = FIELD_NUMBER, .offset = offsetof(FitReport, member), .min = 0, .max = 1e9, .help = text}
static const Field REPORT_FIELDS[] = {
    REPORT(rows, "measured rows that it was fitted to"),
    REPORT(median, "of |predicted / measured - 1| on shape families that were left out"),
    REPORT(mape, "mean of the same"),
    REPORT(p90, "90 % quantile of the same"),
    REPORT(chip_median, "the same on chips that were left out; 0: there is one chip only"),
    REPORT(chip_mape, "mean of the same"),
    REPORT(chip_p90, "90 % quantile of the same"),
};
static const FieldTable REPORT_TABLE = {"report", REPORT_FIELDS, FIELD_COUNT(REPORT_FIELDS), sizeof(FitReport), "error on rows that were not fitted"};

#define FIT_FIELDS(TABLE) { \
    {.name = "constants", .kind = FIELD_SECTION, .offset = offsetof(Fit, constants), .table = &TABLE, .help = "of the formulas"}, \
    {.name = "correction", .kind = FIELD_SECTION, .offset = offsetof(Fit, correction), .table = &GRID_TABLE, .help = "smooth remainder over shapes"}, \
    {.name = "residual", .kind = FIELD_SECTION, .offset = offsetof(Fit, residual), .table = &RESIDUAL_TABLE, .help = "how far measured rows lie off"}, \
    {.name = "report", .kind = FIELD_SECTION, .offset = offsetof(Fit, report), .table = &REPORT_TABLE, .help = "error on rows that were not fitted"}, \
}
static const Field MATMUL_FIT_FIELDS[] = FIT_FIELDS(MATMUL_KERNEL_TABLE);
static const Field EXPERTS_FIT_FIELDS[] = FIT_FIELDS(EXPERTS_KERNEL_TABLE);
static const Field ATTENTION_FIT_FIELDS[] = FIT_FIELDS(ATTENTION_KERNEL_TABLE);
static const Field STREAM_FIT_FIELDS[] = FIT_FIELDS(STREAM_KERNEL_TABLE);
static const Field LINK_FIT_FIELDS[] = FIT_FIELDS(LINK_KERNEL_TABLE);
static const FieldTable MATMUL_FIT = {"fit", MATMUL_FIT_FIELDS, FIELD_COUNT(MATMUL_FIT_FIELDS), sizeof(Fit), "fit of a matmul class"};
static const FieldTable EXPERTS_FIT = {"fit", EXPERTS_FIT_FIELDS, FIELD_COUNT(EXPERTS_FIT_FIELDS), sizeof(Fit), "fit of blocks of experts"};
static const FieldTable ATTENTION_FIT = {"fit", ATTENTION_FIT_FIELDS, FIELD_COUNT(ATTENTION_FIT_FIELDS), sizeof(Fit), "fit of an attention class"};
static const FieldTable STREAM_FIT = {"fit", STREAM_FIT_FIELDS, FIELD_COUNT(STREAM_FIT_FIELDS), sizeof(Fit), "fit of elementwise kernels"};
static const FieldTable LINK_FIT = {"fit", LINK_FIT_FIELDS, FIELD_COUNT(LINK_FIT_FIELDS), sizeof(Fit), "fit of transfers"};

#define TEXT(member, needed, text) {.name = #member, .kind = FIELD_TEXT, .offset = offsetof(Profile, member), .required = needed, .help = text}
#define CLASS_FIELD(class, key, FAMILY, member, other, text) {.name = key, .kind = FIELD_SECTION, .offset = offsetof(Profile, fits[class]), .table = &FAMILY##_FIT, .help = text},
static const Field PROFILE_FIELDS[] = {
    TEXT(name, true, "what --profile calls it"),
    TEXT(title, false, "what it is called in tables; default: its name"),
    {.name = "families", .kind = FIELD_LIST, .element = FIELD_TEXT, .offset = offsetof(Profile, families), .capacity = PROFILE_FAMILIES,
     .count_offset = offsetof(Profile, family_count), .help = "families of chips that it serves unasked"},
    {.name = "chips", .kind = FIELD_LIST, .element = FIELD_TEXT, .offset = offsetof(Profile, chips), .capacity = PROFILE_CHIPS,
     .count_offset = offsetof(Profile, chip_count), .help = "chips that were measured"},
    TEXT(data, false, "hash of the rows that it was fitted to"),
    TEXT(date, false, "when it was fitted"),
    {.name = "source", .kind = FIELD_TEXT, .offset = offsetof(Profile, from.source), .help = "where the rows come from"},
    {.name = "doubtful", .kind = FIELD_TEXT, .offset = offsetof(Profile, from.doubtful), .help = "which of it rests on little"},
    CLASS_LIST(CLASS_FIELD)
};
// clang-format on

const FieldTable PROFILE_TABLE = {"profile", PROFILE_FIELDS, FIELD_COUNT(PROFILE_FIELDS),
                                  sizeof(Profile), "kernels of a family of chips, fitted"};
