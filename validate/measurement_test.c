#include "validate/measurement.h"

#include <stdlib.h>

#include "sim/base/test.h"
#include "validate/column.h"

static Result example(int id) {
    Result result = {
        .device = {.backend = "host",
                   .device = "EPYC, \"Genoa\"\n2 cores",
                   .version = "v1-g12",
                   .cores = 2,
                   .memory_bytes = 8e9,
                   .launch_s = 1.7e-6}
    };
    Error err;
    task_init(&result.task);
    result.task.id = id;
    snprintf(result.task.name, sizeof result.task.name, "qkv, tp %d", id);
    result.task.m = 3 + id;
    assert_true(task_finish(&result.task, &err));
    Measurement *m = &result.measurement;
    measurement_init(m, &result.task);
    m->error = 1.0 / 3;
    m->checked = 1400;
    m->cold = (Timing){
        .median_s = 1e-5 / 3,
        .low_s = 1e-300,
        .high_s = 0.1,
        .noise = 1.0 / 7,
        .count = SAMPLES_MOST,
        .outliers = 2,
        .settled = -1,
        .verdict = VERDICT_OTHERS,
        .round_counts = {SAMPLES_MOST - 5, 5}
    };
    m->round_count = 2;
    m->rounds[0] = (Round){1.0 / 3, 0, 2.5e11};
    m->rounds[1] = (Round){0, 1.0 / 7, 2.4e11 / 7};
    for (int i = 0; i < SAMPLES_MOST; i++)
        m->cold.samples_s[i] = 1e-6 * (i + 1) / 7;
    return result;
}

static void write_results(Text *text, int count) {
    measurement_header(text);
    for (int i = 1; i <= count; i++) {
        Result result = example(i);
        measurement_row(text, &result.task, &result.device, &result.measurement);
    }
}

TEST(measurement, rows_read_back_bit_by_bit) {
    Text text = {0};
    Results results;
    Error err;
    bool cut;
    write_results(&text, 3);
    assert_true(results_read(&results, "r.csv", text.data, text.length, &cut, &err));
    assert_false(cut);
    assert_int_equal(results.count, 3);
    assert_int_equal(results.whole, text.length);
    Result expected = example(2), *got = &results.list[1];
    assert_true(task_same(&got->task, &expected.task));
    assert_string_equal(got->task.name, "qkv, tp 2");
    assert_string_equal(got->device.device, "EPYC, \"Genoa\" 2 cores"); // rows are lines
    assert_memory_equal(&got->measurement.cold, &expected.measurement.cold, sizeof(Timing));
    assert_memory_equal(&got->measurement, &expected.measurement, sizeof(Measurement));
    results_free(&results);
    text_free(&text);
}

TEST(measurement, a_row_is_one_line) {
    Text text = {0};
    int lines = 0;
    write_results(&text, 2);
    for (const char *c = text.data; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 3);
    text_free(&text);
}

// Cut after every byte: what is whole is read, never more.
TEST(measurement, a_torn_file_keeps_its_whole_rows) {
    Text text = {0}, one = {0}, two = {0};
    write_results(&one, 1);
    write_results(&two, 2);
    write_results(&text, 3);
    for (size_t size = one.length; size < text.length; size++) {
        Results results;
        Error err;
        bool cut;
        char *part = malloc(size); // its end is watched by the address sanitizer
        memcpy(part, text.data, size);
        assert_true(results_read(&results, "r.csv", part, size, &cut, &err));
        assert_int_equal(results.count, size < two.length ? 1 : 2);
        assert_int_equal(results.whole, size < two.length ? one.length : two.length);
        assert_int_equal(cut, size != one.length && size != two.length);
        results_free(&results);
        free(part);
    }
    text_free(&one);
    text_free(&two);
    text_free(&text);
}

static void write_layer(Text *text, int parts_written) {
    Result layer = example(1), part = example(2);
    layer.task.kind = TASK_LAYER;
    layer.measurement.parts = 2;
    part.task.layer = 1;
    write_results(text, 1);
    measurement_row(text, &layer.task, &layer.device, &layer.measurement);
    for (int i = 0; i < parts_written; i++)
        measurement_row(text, &part.task, &part.device, &part.measurement);
}

TEST(measurement, a_layer_without_all_its_parts_is_dropped) {
    for (int parts = 0; parts <= 2; parts++) {
        Text text = {0}, before = {0};
        Results results;
        Error err;
        bool cut;
        write_layer(&text, parts);
        write_results(&before, 1);
        assert_true(results_read(&results, "r.csv", text.data, text.length, &cut, &err));
        assert_int_equal(results.count, parts == 2 ? 4 : 1);
        assert_int_equal(cut, parts < 2);
        assert_int_equal(results.whole, parts == 2 ? text.length : before.length);
        results_free(&results);
        text_free(&text);
        text_free(&before);
    }
}

TEST(measurement, wrong_rows_are_named) {
    static const char *const WRONG[][2] = {
        {"kind,status,cold_samples_us,cold_count\nnorm,measured,1 2,3\n",
         "cold_samples_us: holds 2 samples"                                                                                  },
        {"kind,status,cold_samples_us,cold_count\nnorm,measured,1; 2; 3; 4; 5; 6; 7,7\n",
         "cold_samples_us: '; 7' is not a round that there may be"                                                           },
        {"kind,status,cold_samples_us,cold_count\nnorm,measured,1;; 2,2\n",
         "cold_samples_us: '; 2' is not a time"                                                                              },
        {"kind,status,rounds,rounds_taken\nnorm,measured,2,0.1 0.2 0.3\n",
         "rounds_taken: '0.3' is not a number of a round"                                                                    },
        {"kind,status,rounds,rounds_stolen\nnorm,measured,2,0.1 -1\n",
         "rounds_stolen: '-1' is not a number of a round"                                                                    },
        {"kind,status,cold_samples_us,cold_count\nnorm,measured,1 x,2\n",
         "cold_samples_us: 'x' is not a time"                                                                                },
        {"kind,status\nnorm,meassured\n",                                                 "status: 'meassured' is not one of"},
        {"kind,m\nnorm,1\n",                                                              "there is no column 'status'"      },
        {"id,kind,status,parts\n4,layer,measured,1\n5,norm,checked,0\n",
         "layer: a part of layer 4 should"                                                                                   },
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        Results results;
        Error err = {.what = ""};
        bool cut;
        bool good = results_read(&results, "r.csv", WRONG[i][0], strlen(WRONG[i][0]), &cut, &err);
        if (good || strncmp(err.what, WRONG[i][1], strlen(WRONG[i][1])) != 0)
            fail_msg("%s gave %s", WRONG[i][0], err.what);
        results_free(&results);
    }
}

TEST(measurement, microseconds_keep_every_bit) {
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17; // xorshift (Marsaglia 2003)
        double seconds = ldexp((double)(bits >> 11), -53 - (int)(bits & 31));
        Text text = {0};
        const char *end;
        column_add_us(&text, seconds);
        double back = column_seconds(text.data, &end);
        if (back != seconds || *end)
            fail_msg("%.17g became %s and %.17g", seconds, text.data, back);
        text_free(&text);
    }
}

TEST(measurement, not_a_number_is_infinitely_wrong) {
    Text text = {0};
    Results results;
    Error err;
    bool cut;
    Result result = example(1);
    result.measurement.error = (double)INFINITY;
    result.measurement.status = RUN_WRONG;
    measurement_header(&text);
    measurement_row(&text, &result.task, &result.device, &result.measurement);
    assert_true(results_read(&results, "r.csv", text.data, text.length, &cut, &err));
    assert_true(isinf(results.list[0].measurement.error));
    assert_int_equal(results.list[0].measurement.status, RUN_WRONG);
    results_free(&results);
    text_free(&text);
}

// A run that was cut off leaves the rows of each round.
TEST(measurement, a_row_of_more_rounds_stands_for_the_earlier_ones) {
    Text text = {0};
    Results results;
    Error err;
    bool cut;
    Result early = example(2), late = example(2), other = example(3), elsewhere = example(2);
    early.measurement.round_count = 1;
    early.measurement.cold.round_counts[0] = SAMPLES_MOST;
    early.measurement.cold.round_counts[1] = 0;
    elsewhere.measurement = early.measurement;
    snprintf(elsewhere.device.device, sizeof elsewhere.device.device, "another machine");
    const Result *const rows[] = {&early, &elsewhere, &other, &late};
    measurement_header(&text);
    for (int i = 0; i < 4; i++)
        measurement_row(&text, &rows[i]->task, &rows[i]->device, &rows[i]->measurement);
    assert_true(results_read(&results, "r.csv", text.data, text.length, &cut, &err));
    assert_int_equal(results.count, 3);
    assert_string_equal(results.list[0].device.device, "another machine");
    assert_int_equal(results.list[1].task.id, 3);
    assert_memory_equal(&results.list[2].measurement, &late.measurement, sizeof(Measurement));
    results_free(&results);
    text_free(&text);
}
