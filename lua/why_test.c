#include "lua/why.h"

#include <float.h>
#include <jansson.h>
#include <stdlib.h>

#include "lua/formula.h"
#include "lua/library.h"
#include "sim/base/test.h"
#include "sim/random_test.h"

static bool two_names(void *context, const char *name, double *value) {
    (void)context;
    *value = strcmp(name, "a_bf16") == 0 ? 3 : strcmp(name, "x[1]") == 0 ? 5 : NAN;
    return !isnan(*value);
}

TEST(formula, evaluates_expressions) {
    // clang-format off
    static const struct {
        const char *formula;
        double value;
    } CASES[] = {
        {"1 + 2 * 3",                 7   },
        {"(1 + 2) * 3 / 2",           4.5 },
        {"10 - 4 - 3",                3   },
        {"max(0, a_bf16 - 5)",        0   },
        {"min(a_bf16, x[1]) * -2",    -6  },
        {"a_bf16 <= x[1] - 2",        1   },
        {"x[1] <= a_bf16",            0   },
        {"2.5e3 / 1e-3",              2.5e6},
        {"pow(a_bf16, 2) + 1",        10  },
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        double value;
        assert_true(formula_value(CASES[i].formula, two_names, NULL, &value, &err));
        assert_near(value, CASES[i].value, 1e-15);
    }
}

TEST(formula, refuses_what_is_no_expression) {
    static const char *const CASES[] = {"",       "1 +",     "(1", "b",    "1 2",
                                        "max(1)", "3 * / 4", "1)", "max 1"};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        double value;
        assert_false(formula_value(CASES[i], two_names, NULL, &value, &err));
    }
}

TEST(formula, writes_sums_out) {
    static const char *const WORDS[] = {"bf16", "fp8"};
    static const int INDEXES[] = {0, 3};
    static const FormulaSum SUMS[] = {
        {"sum_f",    WORDS, NULL,    2},
        {"sum_ops",  NULL,  INDEXES, 2},
        {"sum_none", NULL,  INDEXES, 0}
    };
    Text out = {0};
    formula_expand("sum_f(flop_f / peak_f) / (s * chips)", SUMS, 2, &out);
    assert_string_equal(out.data, "(flop_bf16 / peak_bf16 + flop_fp8 / peak_fp8) / (s * chips)");
    text_clear(&out);
    formula_expand("2 * sum_ops(layers * hbm_bytes)", SUMS, 2, &out);
    assert_string_equal(out.data, "2 * (layers[0] * hbm_bytes[0] + layers[3] * hbm_bytes[3])");
    text_clear(&out);
    formula_expand("sum_none(x)", SUMS, 3, &out);
    assert_string_equal(out.data, "(0)");
    text_free(&out);
}

// The largest quantity of the unit that a difference is taken of sets the scale of rounding.
static double scale_of(const Metrics *metrics, const Design *design, const Field *field) {
    double value = fabs(field_number(field, metrics));
    if (field->unit == UNIT_BYTES)
        return fmax(value, design->chip->memory.capacity_bytes);
    return field->unit == UNIT_S ? fmax(value, metrics->time_s) : value;
}

static void check_formula(const Why *why, const Field *field) {
    Error err;
    double value, metric = field_number(field, why->metrics);
    if (isnan(metric))
        return;
    if (!why_value(field->name, why, &value, &err))
        fail_msg("%s: %s", field->name, err.what);
    if (fabs(value - metric) > 1e-12 * scale_of(why->metrics, why->design, field))
        fail_msg("%s is %.17g, its formula gives %.17g", field->name, metric, value);
}

TEST(why, formulas_give_their_metrics) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    uint64_t state = 11;
    for (int n = 0; n < 1500; n++) {
        Design design = random_design(&state, library_catalog(library));
        design.training_tokens = n % 3 == 1 ? 1e12 : 0;
        design.training_flop = n % 3 == 2 ? 1e24 : 0;
        Metrics metrics;
        evaluate(&design, &metrics, breakdown);
        Why why = {&design, &metrics, breakdown};
        for (int i = 0; i < METRICS_TABLE.count; i++)
            if (METRICS_TABLE.fields[i].formula)
                check_formula(&why, &METRICS_TABLE.fields[i]);
    }
    free(breakdown);
    library_free(library);
}

static bool no_names(void *context, const char *name, double *value) {
    (void)context;
    (void)name;
    *value = 0;
    return false;
}

// The text with numbers in place of names is itself an expression of the value.
static void check_json(const Why *why, const Field *field) {
    Text out = {0};
    Error err;
    json_error_t bad;
    double value;
    assert_true(why_json(&out, field->name, why, &err));
    json_t *root = json_loads(out.data, 0, &bad);
    if (!root)
        fail_msg("%s: %s in %s", field->name, bad.text, out.data);
    const char *substituted = json_string_value(json_object_get(root, "substituted"));
    if (field->formula && !isnan(field_number(field, why->metrics))) {
        assert_non_null(substituted);
        assert_true(formula_value(substituted, no_names, NULL, &value, &err));
        double metric = field_number(field, why->metrics);
        assert_true(fabs(value - metric) <= 1e-12 * scale_of(why->metrics, why->design, field));
    }
    const json_t *inputs = json_object_get(root, "inputs");
    for (size_t i = 0; i < json_array_size(inputs); i++)
        assert_true(json_string_length(json_object_get(json_array_get(inputs, i), "source")) > 0);
    json_decref(root);
    text_free(&out);
}

// What is worked out from the ops adds up to the metric where one stage runs and nothing overlaps.
TEST(why, works_out_what_no_formula_gives) {
    static const struct {
        const char *metric, *key;
        double tolerance;
    } CASES[] = {
        {"compute_s",         "bound_s", 1e-9},
        {"memory_s",          "bound_s", 1e-9},
        {"comm_s",            "bound_s", 1e-9},
        {"overhead_s",        "fixed_s", 1e-9},
        {"time_overlap_s",    "left_s",  1e-9},
        {"time_no_overlap_s", "sum_s",   1e-9},
    };
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    uint64_t state = 3;
    for (int n = 0; n < 300; n++) {
        Design design = random_design(&state, library_catalog(library));
        if (design.plan.pp > 1 || design.plan.overlap > 0 || design.workload.phase != PHASE_DECODE)
            continue;
        Metrics metrics;
        evaluate(&design, &metrics, breakdown);
        Why why = {&design, &metrics, breakdown};
        for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
            Text out = {0};
            double sum = 0, value;
            assert_true(why_json(&out, CASES[i].metric, &why, &err));
            json_t *root = json_loads(out.data, 0, NULL);
            const json_t *worked = json_object_get(root, "worked");
            assert_true(json_is_array(worked));
            for (size_t j = 0; j < json_array_size(worked); j++)
                sum += json_number_value(json_object_get(json_array_get(worked, j), CASES[i].key));
            value = json_number_value(json_object_get(root, "value"));
            if (fabs(sum - value) > CASES[i].tolerance * sum)
                fail_msg("%s is %.17g, its parts make %.17g", CASES[i].metric, value, sum);
            json_decref(root);
            text_free(&out);
        }
    }
    free(breakdown);
    library_free(library);
}

TEST(why, explains_every_metric) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    uint64_t state = 5;
    for (int n = 0; n < 40; n++) {
        Design design = random_design(&state, library_catalog(library));
        Metrics metrics;
        evaluate(&design, &metrics, breakdown);
        Why why = {&design, &metrics, breakdown};
        for (int i = 0; i < METRICS_TABLE.count; i++) {
            Text out = {0};
            assert_true(why_text(&out, METRICS_TABLE.fields[i].name, &why, &err));
            assert_int_equal(strncmp(out.data, METRICS_TABLE.fields[i].name,
                                     strlen(METRICS_TABLE.fields[i].name)),
                             0);
            text_free(&out);
            check_json(&why, &METRICS_TABLE.fields[i]);
        }
    }
    Design design = random_design(&state, library_catalog(library));
    Metrics metrics;
    evaluate(&design, &metrics, breakdown);
    Why why = {&design, &metrics, breakdown};
    Text out = {0};
    assert_false(why_text(&out, "mfuu", &why, &err));
    assert_non_null(strstr(err.hint, "'mfu'"));
    text_free(&out);
    free(breakdown);
    library_free(library);
}
