#include <math.h>
#include <string.h>

#include "sim/base/test.h"
#include "sim/op_cost.h"
#include "validate/measurement.h"
#include "validate/row_task.h"

static const Chip CHIP = {
    .name = "chip",
    .family = "hopper",
    .peak = {.flop_per_s = {[MATH_BF16] = 989e12, [MATH_FP8] = 1979e12, [MATH_FP32] = 67e12}},
    .vector = {                  .fp32_flop_per_s = 67e12,                                                          .special_per_s = 4e12},
    .memory = {                  .capacity_bytes = 80e9,                                               .bandwidth_bytes_per_s = 3.35e12},
    .store = {                  .capacity_bytes = 50e6,                                                .bandwidth_bytes_per_s = 5.5e12},
    .matrix = {                  .kind = MATRIX_TILED,                                                                   .cores = 132, .clock_hz = 1.8e9},
    .power = { .tdp_w = 700,                                                                    .idle_w = 70},
};

// clang-format off
static const Task QKV = {.id = 2, .layer = 1, .name = "qkv", .kind = TASK_MATMUL, .a = FORMAT_BF16, .b = FORMAT_BF16,
                         .batch = 1, .m = 64, .n = 6144, .k = 4096, .times = 1};
static const Task NORM = {.id = 3, .layer = 1, .name = "norm", .kind = TASK_NORM, .a = FORMAT_BF16, .m = 64, .n = 4096, .times = 2};
static const Task UP = {.id = 4, .layer = 1, .name = "up", .kind = TASK_EXPERTS, .a = FORMAT_BF16, .b = FORMAT_BF16,
                        .m = 128, .n = 2048, .k = 4096, .experts = 8, .times = 1};
static const Task ACT = {.id = 5, .layer = 1, .name = "act", .kind = TASK_GATED, .a = FORMAT_BF16, .m = 128, .n = 1024, .times = 1};
static const Task DOWN = {.id = 6, .layer = 1, .name = "down", .kind = TASK_EXPERTS, .a = FORMAT_BF16,
                          .b = FORMAT_BF16, .m = 128, .n = 4096, .k = 1024, .experts = 8, .times = 1};
static const Task LAYER = {.id = 1, .name = "layer", .kind = TASK_LAYER, .times = 1};
// clang-format on

static Row row_from(const Task tasks[], int count, bool warm) {
    Row row;
    Error err;
    if (!row_of_tasks(tasks, count, &CHIP, NULL, warm, &row, &err))
        fail_msg("%s", err.what);
    return row;
}

static Prediction predict(const Task tasks[], int count, bool warm, const Profile *profile) {
    Row row = row_from(tasks, count, warm);
    Machine machine = row_machine(&row, profile);
    Prediction prediction = row_predict(&row, &machine);
    row_free(&row);
    return prediction;
}

TEST(row_task, a_kernel_is_the_op_that_a_layer_lowers_to) {
    static const struct {
        Task task;
        const char *op;
        OpKind kind;
        double read_bytes, write_bytes, flop; // of streams, as arch/lower.c counts them
    } CASES[] = {
  // clang-format off
        {{.kind = TASK_NORM, .m = 4, .n = 100}, "norm", OP_ELEMENTWISE, 2 * 2 * 400, 2 * 2 * 400, 6 * 400},
        {{.kind = TASK_GATED, .m = 4, .n = 100}, "gated", OP_ELEMENTWISE, 2 * 2 * 400, 2 * 400, 4 * 400},
        {{.kind = TASK_ROTARY, .m = 4, .heads = 8, .kv_heads = 2, .qk_dim = 64, .v_dim = 64, .kv = FORMAT_FP8}, "rotary",
         OP_ELEMENTWISE, 2 * 4 * (8 * 64 + 2 * 128), 2 * 4 * 8 * 64 + 4 * 2 * 128, 6 * 4 * (8 * 64 + 2 * 128)},
        {{.kind = TASK_QUANTISE, .m = 4, .n = 128, .a = FORMAT_FP8_BLOCK}, "quantise", OP_ELEMENTWISE, 1024, 512 * (1 + 4 / 128.0),
         3 * 512},
        {{.kind = TASK_DEQUANTISE, .m = 4, .n = 128, .b = FORMAT_INT8}, "dequantise", OP_ELEMENTWISE, 512, 1024, 1024},
        {{.kind = TASK_ROUTE, .m = 4, .experts = 8, .top_k = 2}, "route", OP_ELEMENTWISE, 4 * 32, 8 * 8, 4 * 32},
        {{.kind = TASK_PERMUTE, .m = 4, .n = 100, .experts = 8, .top_k = 2}, "permute", OP_ELEMENTWISE, 800, 1600, 0},
        {{.kind = TASK_UNPERMUTE, .m = 4, .n = 100, .experts = 8, .top_k = 2}, "unpermute", OP_ELEMENTWISE, 1600, 800, 1600},
        {{.kind = TASK_COPY, .bytes = 4096}, "copy", OP_ELEMENTWISE, 4096, 4096, 0},
        {{.kind = TASK_TRIAD, .bytes = 4096}, "triad", OP_ELEMENTWISE, 8192, 4096, 2048},
  // clang-format on
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Row row = row_from(&CASES[i].task, 1, false);
        const ElementwiseShape *shape = &row.ops[0].elementwise;
        assert_string_equal(row.op, CASES[i].op);
        assert_int_equal(row.ops[0].kind, CASES[i].kind);
        assert_near(shape->read_bytes, CASES[i].read_bytes, 1e-12);
        assert_near(shape->write_bytes, CASES[i].write_bytes, 1e-12);
        assert_near(shape->flop + 1, CASES[i].flop + 1, 1e-12);
        assert_true(isnan(row.measured_s));
    }
}

TEST(row_task, attention_knows_a_shared_latent) {
    Task task = {.kind = TASK_DECODE,
                 .batch = 4,
                 .q_len = 1,
                 .kv_len = 1000,
                 .heads = 16,
                 .kv_heads = 1,
                 .qk_dim = 576,
                 .v_dim = 512,
                 .kv = FORMAT_BF16};
    Row row = row_from(&task, 1, false);
    assert_string_equal(row.op, "mla_decode");
    assert_near(row.ops[0].attention.kv_values, 576, 0);
    task = (Task){.kind = TASK_PREFILL,
                  .batch = 4,
                  .q_len = 100,
                  .kv_len = 1000,
                  .heads = 16,
                  .kv_heads = 4,
                  .qk_dim = 128,
                  .v_dim = 128,
                  .kv = FORMAT_BF16};
    row = row_from(&task, 1, false);
    assert_string_equal(row.op, "attention_prefill");
    assert_near(row.ops[0].attention.kv_values, 4 * 256, 0);
    assert_false(row.ops[0].attention.decode);
}

TEST(row_task, a_layer_takes_as_long_as_its_kernels) {
    const Task tasks[] = {LAYER, NORM, QKV};
    Task norm = NORM, qkv = QKV;
    double sum_s = 2 * predict(&norm, 1, false, NULL).time_s + predict(&qkv, 1, false, NULL).time_s;
    assert_near(predict(tasks, 3, false, NULL).time_s, sum_s, 1e-12);
    Row row = row_from(tasks, 3, false);
    assert_true(row.apart); // never fitted
    assert_string_equal(row.op, "layer");
    row_free(&row);
}

// A profile of which every class may lie 10 % below and above.
static void doubtful(Profile *profile) {
    *profile = PROFILE_DATASHEET;
    for (int i = 0; i < KERNEL_CLASS_COUNT; i++) {
        Fit *fit = &profile->fits[i];
        fit->given = fit->interval = true;
        fit->residual.low_count = fit->residual.high_count = RESIDUAL_BANDS;
        for (int band = 0; band < RESIDUAL_BANDS; band++) {
            fit->residual.low[band] = log(0.9);
            fit->residual.high[band] = log(1.1);
        }
        profile_derive(fit);
    }
    profile->fits[KERNEL_MATMUL_16].constants.matmul.resident_share = 0.6;
}

TEST(row_task, kernels_of_a_class_err_together_others_do_not) {
    Profile profile;
    doubtful(&profile);
    const Task alike[] = {LAYER, QKV, QKV}, unlike[] = {LAYER, QKV, NORM};
    Task qkv = QKV, norm = NORM;
    norm.times = 1;
    Prediction one = predict(&qkv, 1, false, &profile), other = predict(&norm, 1, false, &profile);
    double one_s = one.high_s - one.time_s, other_s = other.high_s - other.time_s;
    assert_true(one_s > 0 && other_s > 0);
    Prediction two = predict(alike, 3, false, &profile);
    assert_near(two.high_s - two.time_s, 2 * one_s, 1e-9);
    Prediction both = predict(unlike, 3, false, &profile);
    assert_near(both.high_s - both.time_s, sqrt(one_s * one_s + 4 * other_s * other_s), 1e-9);
}

TEST(row_task, experts_in_a_layer_are_costed_as_a_block) {
    const Task tasks[] = {LAYER, UP, ACT, DOWN};
    Row row = row_from(tasks, 4, false);
    const Op *ops;
    const int *times;
    assert_int_equal(row_ops(&row, &ops, &times), 3);
    assert_false(ops[0].grouped.alone);
    assert_true(ops[1].elementwise.routed.on);
    assert_near(ops[0].grouped.block.weights, 3 * 8 * 4096 * 1024.0, 0);
    assert_near(ops[2].grouped.block.weights, ops[0].grouped.block.weights, 0);
    row_free(&row);
    row = row_from(&UP, 1, false);
    assert_true(row.ops[0].grouped.alone);
}

TEST(row_task, what_stays_in_the_store_is_faster) {
    Profile profile;
    doubtful(&profile);
    Task matmul = QKV, norm = NORM, experts = UP;
    matmul.n = 512;
    experts.experts = 2;
    const Task tasks[] = {LAYER, norm, matmul}, *const ones[] = {&matmul, &norm, &experts};
    for (int i = 0; i < 3; i++) {
        double cold_s = predict(ones[i], 1, false, &profile).time_s;
        assert_true(predict(ones[i], 1, true, &profile).time_s < cold_s);
    }
    double cold_s = predict(tasks, 3, false, &profile).time_s;
    assert_true(predict(tasks, 3, true, &profile).time_s < cold_s);
    const Task large[] = {LAYER, norm, QKV}; // 50 MB: more than is kept
    cold_s = predict(large, 3, false, &profile).time_s;
    assert_near(predict(large, 3, true, &profile).time_s, cold_s, 1e-9);
}

TEST(row_task, a_chip_without_the_arithmetic_says_so) {
    Task task = QKV;
    task.a = task.b = FORMAT_INT8;
    Row row;
    Error err;
    assert_false(row_of_tasks(&task, 1, &CHIP, NULL, false, &row, &err));
    assert_non_null(strstr(err.what, "int8"));
    task = (Task){.name = "sum", .kind = TASK_ALL_REDUCE, .bytes = 1e6, .ranks = 8};
    assert_false(row_of_tasks(&task, 1, &CHIP, NULL, false, &row, &err));
    const Task empty[] = {LAYER};
    assert_false(row_of_tasks(empty, 1, &CHIP, NULL, false, &row, &err));
    row_free(&row);
}

TEST(row_task, a_family_is_one_shape_at_many_numbers_of_tokens) {
    Task a = QKV, b = QKV, c = QKV;
    b.m = 4096;
    c.n = 1024;
    assert_int_equal(row_from(&a, 1, false).family, row_from(&b, 1, false).family);
    assert_int_not_equal(row_from(&a, 1, false).family, row_from(&c, 1, false).family);
}

// --- Results files -----------------------------------------------------------------------------------------------------

static void add_result(Text *text, const Task *task, RunStatus status, int parts, const char *chip,
                       double cold_s) {
    Measurement measurement;
    Device device = {.backend = "cuda", .device = "H100"};
    snprintf(device.chip, sizeof device.chip, "%s", chip);
    measurement_init(&measurement, task);
    measurement.status = status;
    measurement.parts = parts;
    measurement.cold.median_s = cold_s;
    measurement_row(text, task, &device, &measurement);
}

TEST(row_task, a_results_file_is_a_file_of_rows) {
    static const Chip *const CHIPS[] = {&CHIP};
    const Catalog known = {.chips = CHIPS, .chip_count = 1};
    Catalog catalog = known;
    Task int8 = QKV;
    int8.a = int8.b = FORMAT_INT8;
    Text text = {0};
    measurement_header(&text);
    add_result(&text, &QKV, RUN_MEASURED, 0, "chip", 25e-6);
    add_result(&text, &int8, RUN_UNSUPPORTED, 0, "chip", 0);
    add_result(&text, &LAYER, RUN_MEASURED, 2, "chip", 60e-6);
    add_result(&text, &NORM, RUN_CHECKED, 0, "chip", 0);
    add_result(&text, &QKV, RUN_CHECKED, 0, "chip", 0);
    add_result(&text, &QKV, RUN_MEASURED, 0, "unheard of", 25e-6);
    Csv csv;
    Error err;
    Row row;
    assert_true(csv_begin(&csv, "results.csv", text.data, text.length, &err));
    int kind = row_kind(&csv, &err);
    assert_int_equal(kind, ROW_TASK);
    static const struct {
        const char *op;
        double measured_s; // 0: not measured
        int parts;
        bool good;
    } EXPECTED[] = {
        {"matmul", 25e-6, 0, true },
        {NULL,     0,     0, true }, // could not be run, and need not be
        {"layer",  60e-6, 2, true },
        {"norm",   0,     0, true },
        {"matmul", 0,     0, true },
        {"matmul", 0,     0, false},
    };
    for (int i = 0; i < 6; i++) {
        assert_int_equal(csv_next(&csv, &err), CSV_ROW);
        assert_int_equal(row_read(&csv, kind, &catalog, &row, &err), EXPECTED[i].good);
        if (!EXPECTED[i].good)
            continue;
        assert_int_equal(row.op_count > 0 || row.layer, EXPECTED[i].op != NULL);
        if (EXPECTED[i].op)
            assert_string_equal(row.op, EXPECTED[i].op);
        assert_int_equal(isnan(row.measured_s), EXPECTED[i].measured_s == 0);
        if (EXPECTED[i].measured_s > 0)
            assert_near(row.measured_s, EXPECTED[i].measured_s, 1e-9);
        assert_int_equal(row.layer ? row.layer->count : 0, EXPECTED[i].parts);
        row_free(&row);
    }
    assert_non_null(strstr(err.what, "unheard of"));
    catalog.stand_in = &CHIP;
    assert_true(row_read(&csv, kind, &catalog, &row, &err));
    assert_ptr_equal(row.chip, &CHIP);
    csv_end(&csv);
    text_free(&text);
}

TEST(row_task, a_layer_whose_parts_are_missing_is_wrong) {
    static const Chip *const CHIPS[] = {&CHIP};
    const Catalog catalog = {.chips = CHIPS, .chip_count = 1};
    Text text = {0};
    measurement_header(&text);
    add_result(&text, &LAYER, RUN_MEASURED, 2, "chip", 60e-6);
    add_result(&text, &NORM, RUN_CHECKED, 0, "chip", 0);
    Csv csv;
    Error err;
    Row row;
    assert_true(csv_begin(&csv, "results.csv", text.data, text.length, &err));
    assert_int_equal(csv_next(&csv, &err), CSV_ROW);
    assert_false(row_read(&csv, ROW_TASK, &catalog, &row, &err));
    assert_string_equal(err.what, "layer: 1 of its 2 parts are missing");
    csv_end(&csv);
    text_free(&text);
}
