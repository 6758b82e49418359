#include "validate/case.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "validate/case_op.h"
#include "validate/case_serve.h"

#define NODE_CHIPS 8

// Published in fp8 with a scale for 128 x 128 weights: what their rows call fp8.
static const char *const BLOCK_SCALED[] = {"DeepSeek-V3", "DeepSeek-R1", "MiniMax-M2"};

// Families whose `batch` is that of one chip.
static const char *const PER_CHIP[] = {"deepseek_openinfra", "sglang_large_ep"};

// Families whose engines overlap two micro-batches: one computes while the other's tokens travel
// (deepseek-ai/profile-data; LMSYS, large-scale EP). Their normal kernels take 20 of 132 cores meanwhile (DeepSeek-V3, 3.2.1).
#define TWO_BATCH_OVERLAP (1 - 20.0 / 132)

// What the number of a serving row is.
typedef struct Metric {
    const char *name;
    CaseQuantity quantity;
    bool rate;
} Metric;

static const Metric METRICS[] = {
    {"ttft",                    CASE_TTFT,          false},
    {"first_token_latency",     CASE_TTFT,          false},
    {"prefill_time",            CASE_TTFT,          false},
    {"tpot",                    CASE_TPOT,          false},
    {"itl",                     CASE_TPOT,          false},
    {"median_tpot",             CASE_TPOT,          false},
    {"mean_tpot",               CASE_TPOT,          false},
    {"decode_time_per_token",   CASE_TPOT,          false},
    {"e2e_latency",             CASE_TIME,          false},
    {"out_throughput",          CASE_OUTPUT_RATE,   true },
    {"throughput",              CASE_OUTPUT_RATE,   true },
    {"out_throughput_per_gpu",  CASE_CHIP_RATE,     true },
    {"throughput_per_gpu",      CASE_CHIP_RATE,     true },
    {"in_throughput_per_node",  CASE_NODE_RATE,     true },
    {"out_throughput_per_node", CASE_NODE_RATE,     true },
    {"per_user_speed",          CASE_SEQUENCE_RATE, true },
};

typedef struct UnitWord {
    const char *word;
    double factor;
} UnitWord;

static const UnitWord UNITS[] = {
    {"s",           1   },
    {"ms",          1e-3},
    {"us",          1e-6},
    {"tok/s",       1   },
    {"tok/s total", 1   },
    {"tok/s/GPU",   1   },
    {"tok/s/node",  1   },
    {"TFLOP/s",     1e12},
    {"GB/s",        1e9 },
    {"TB/s",        1e12},
};

static const char *cell(const Csv *csv, const char *column) {
    return csv_cell(csv, csv_column(csv, column));
}

static void copy(char text[CASE_TEXT], const char *from) {
    snprintf(text, CASE_TEXT, "%s", from);
}

static bool says(const Csv *csv, const char *word) {
    return strstr(cell(csv, "notes"), word) || strstr(cell(csv, "source"), word) ||
           strstr(cell(csv, "family"), word);
}

bool case_skip(Case *it, const char *why) {
    snprintf(it->skipped, sizeof it->skipped, "%s", why);
    return true;
}

static bool read_count(const Csv *csv, const char *column, int *value, Error *err) {
    double number;
    if (!csv_number_or(csv, column, 0, 1e9, 0, &number, err))
        return false;
    *value = (int)number;
    return true;
}

// Served rows name theirs. TensorRT-LLM's published tables come from its own benchmark, which runs inside the engine.
static void find_engine(const Csv *csv, Case *it) {
    static const char *const WORDS[][2] = {
        {"vllm",         "vllm"        },
        {"vLLM",         "vllm"        },
        {"sglang",       "sglang"      },
        {"SGLang",       "sglang"      },
        {"/nim/",        "trtllm"      },
        {"trtllm",       "trtllm_bench"},
        {"TensorRT-LLM", "trtllm_bench"},
        {"TRT-LLM",      "trtllm_bench"},
        {"mlperf",       "trtllm_bench"},
    };
    const char *named = strstr(cell(csv, "notes"), "engine ");
    if (named) {
        snprintf(it->engine, sizeof it->engine, "%.*s", (int)strcspn(named + 7, " ;,"), named + 7);
        return;
    }
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (!says(csv, WORDS[i][0]))
            continue;
        copy(it->engine, WORDS[i][1]);
        return;
    }
}

static bool has_math(const Catalog *catalog, const char *chip_name, Math math) {
    const Chip *chip = catalog_chip(catalog, chip_name, NULL);
    return chip && chip_math(chip, math) != MATH_COUNT;
}

static bool block_scaled(const Case *it) {
    for (size_t i = 0; i < sizeof BLOCK_SCALED / sizeof BLOCK_SCALED[0]; i++)
        if (strncmp(it->model, BLOCK_SCALED[i], strlen(BLOCK_SCALED[i])) == 0)
            return true;
    return false;
}

// Formats by dtype; the notes of served rows are finer.
static void find_formats(const Csv *csv, const Catalog *catalog, Case *it) {
    const char *dtype = cell(csv, "dtype");
    copy(it->formats, *dtype ? dtype : "bf16");
    if (says(csv, "fp8_block") || (strncmp(dtype, "fp8", 3) == 0 && block_scaled(it)))
        copy(it->formats, "fp8_block");
    else if (strncmp(dtype, "fp8", 3) == 0)
        copy(it->formats, "fp8");
    else if (strcmp(dtype, "fp4") == 0)
        copy(it->formats, has_math(catalog, it->chip, MATH_FP4) ? "nvfp4" : "mxfp4");
    it->request.formats = it->formats;
    // TensorRT-LLM's fp8 checkpoints quantise the cache too.
    if (strcmp(it->formats, "fp8") == 0 && strncmp(it->engine, "trtllm", 6) == 0)
        it->request.kv = "fp8";
}

static bool find_quantity(const Csv *csv, Case *it) {
    const char *unit = cell(csv, "unit");
    for (size_t i = 0; i < sizeof METRICS / sizeof METRICS[0]; i++) {
        if (strcmp(METRICS[i].name, it->metric) != 0)
            continue;
        it->quantity = METRICS[i].quantity;
        it->median = strncmp(it->metric, "median", 6) == 0;
        it->faster_is_more = METRICS[i].rate;
        it->unit = case_unit(unit);
        return it->unit > 0;
    }
    return false;
}

double case_unit(const char *word) {
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++)
        if (strcmp(UNITS[i].word, word) == 0)
            return UNITS[i].factor;
    return 0;
}

static bool per_chip(const Case *it, const Csv *csv) {
    for (size_t i = 0; i < sizeof PER_CHIP / sizeof PER_CHIP[0]; i++)
        if (strcmp(it->family, PER_CHIP[i]) == 0)
            return true;
    return strstr(cell(csv, "notes"), "bs 100/GPU") != NULL;
}

static bool settle_batch(const Csv *csv, Case *it, int batch, int dp) {
    Request *r = &it->request;
    it->stated_batch = batch > 0;
    if (batch > 0) {
        int ranks = dp > 0 ? dp : r->chips;
        r->batch = per_chip(it, csv) ? batch * (ranks > 0 ? ranks : 1) : batch;
    } else if (says(csv, "16,384 tokens/GPU") && r->prompt > 0) {
        r->batch = 16384 / r->prompt * r->chips;
        it->stated_batch = true;
    } else if (it->quantity == CASE_SEQUENCE_RATE) {
        return case_skip(it, "one sequence's speed rests on the batch, which is not stated");
    } else {
        r->batch_max = true;
    }
    return true;
}

// The workload: a closed loop, a static batch, one phase of it.
static bool settle_phase(const Csv *csv, Case *it, int isl, int osl) {
    Request *r = &it->request;
    const char *phase = cell(csv, "phase");
    bool loop = strncmp(it->family, "served_", 7) == 0 || says(csv, "concurrency") ||
                says(csv, "closed-loop") || strcmp(it->family, "inferencex_minimax_m25") == 0;
    if (per_chip(it, csv) && r->ep > 1) {
        r->overlap = TWO_BATCH_OVERLAP;
        r->micro_batches = strcmp(phase, "decode") == 0 ? 2 : 0;
    }
    if (isl <= 0)
        return case_skip(it, "the prompt's length is not stated");
    if (strcmp(phase, "prefill") == 0) {
        r->phase = "prefill";
        r->prompt = isl;
        return true;
    }
    if (strcmp(phase, "decode") == 0 && !loop) {
        r->phase = "decode";
        r->context = isl + osl / 2;
        return true;
    }
    if (osl < 2)
        return case_skip(it, "the output's length is not stated");
    r->prompt = isl;
    r->output = osl;
    r->phase = loop || it->request.batch_max || !*cell(csv, "batch") ? "serve" : "generate";
    if (strncmp(it->family, "served_", 7) == 0)
        case_serve_conditions(it, cell(csv, "notes"));
    return true;
}

static bool read_serving(const Csv *csv, const Catalog *catalog, Case *it, Error *err) {
    Request *r = &it->request;
    int batch, isl, osl, dp, chips;
    if (!read_count(csv, "batch", &batch, err) || !read_count(csv, "isl", &isl, err) ||
        !read_count(csv, "osl", &osl, err) || !read_count(csv, "tp", &r->tp, err) ||
        !read_count(csv, "ep", &r->ep, err) || !read_count(csv, "pp", &r->pp, err) ||
        !read_count(csv, "dp", &dp, err) || !read_count(csv, "n_chips", &chips, err))
        return false;
    it->serving = true;
    r->chip = it->chip;
    r->model = it->model;
    r->chips = chips;
    if (!*it->model)
        return case_skip(it, "no model is named");
    if (!*it->chip)
        return case_skip(it, "no chip is named");
    if (!find_quantity(csv, it))
        return case_skip(it, "no metric of a design answers it");
    find_engine(csv, it);
    const Engine *engine = *it->engine ? catalog_engine(catalog, it->engine, NULL) : NULL;
    if (engine)
        r->hbm_reserve = engine->hbm_reserve;
    find_formats(csv, catalog, it);
    settle_phase(csv, it, isl, osl);
    return *it->skipped || settle_batch(csv, it, batch, dp);
}

bool case_read(const Csv *csv, const Catalog *catalog, Case *it, Error *err) {
    *it = (Case){.request = request_new()};
    const char *kind = cell(csv, "kind");
    copy(it->id, cell(csv, "id"));
    copy(it->family, cell(csv, "family"));
    copy(it->metric, cell(csv, "metric"));
    copy(it->model, cell(csv, "model"));
    copy(it->chip, cell(csv, "chip"));
    if (!*it->id) {
        error_set(err, "id: is missing");
        return csv_where(csv, err);
    }
    if (!csv_number(csv, "value", 0, 1e30, &it->value, err) ||
        !csv_number_or(csv, "tolerance_suggested", 0, 100, 0.3, &it->tolerance, err))
        return false;
    if (strcmp(kind, "serving") == 0)
        return read_serving(csv, catalog, it, err);
    if (strcmp(kind, "kernel") == 0 || strcmp(kind, "collective") == 0)
        return case_read_op(csv, catalog, it, err);
    if (strstr(kind, "training"))
        return case_skip(it, "training is not modelled");
    if (strstr(kind, "analytic"))
        return case_skip(it, "a formula of its own, no design's metric");
    error_set(err, "kind: there is no kind '%.60s'", kind);
    error_hint(err, "kernel, collective, serving, training and analytic ones are known");
    return csv_where(csv, err);
}

static double value_of(const Case *it, const Design *design, const Metrics *m) {
    double chips = design->plan.chips;
    switch (it->quantity) {
    case CASE_TTFT:
        return m->ttft_s;
    case CASE_TPOT:
        return m->tpot_s;
    case CASE_OUTPUT_RATE:
        return m->tokens_per_s;
    case CASE_CHIP_RATE:
        return m->tokens_per_s / chips;
    case CASE_NODE_RATE:
        return m->tokens_per_s / chips * NODE_CHIPS;
    case CASE_SEQUENCE_RATE:
        return 1 / m->tpot_s;
    default:
        return m->time_s;
    }
}

// The ends of the quantity's interval over the time that it rests on.
static void range_of(const Case *it, const Metrics *m, double *low, double *high) {
    bool first = it->quantity == CASE_TTFT;
    bool token = it->quantity == CASE_TPOT || it->quantity == CASE_SEQUENCE_RATE;
    double time_s = first ? m->ttft_s : token ? m->tpot_s : m->time_s;
    *low = (first ? m->ttft_low_s : token ? m->tpot_low_s : m->time_low_s) / time_s;
    *high = (first ? m->ttft_high_s : token ? m->tpot_high_s : m->time_high_s) / time_s;
}

// The median request of a loop may meet nobody's prompts, as where all are read before any is answered: no schedule can
// beat a decode step alone.
static void undisturbed(Design *design) {
    Workload *work = &design->workload;
    if (work->phase != PHASE_SERVE)
        return;
    work->phase = PHASE_DECODE;
    work->context = work->prompt + work->output / 2;
}

static bool design_of(Case *it, const Catalog *catalog, const Engine *engine,
                      const Profile *profile, Design *design) {
    Error err;
    Names names = {.chip = catalog_chip(catalog, it->chip, &err)};
    if (names.chip && names.chip->system)
        names.system = catalog_system(catalog, names.chip->system, &err);
    if (names.chip)
        names.model = catalog_model(catalog, it->model, &err);
    names.profile = profile;
    names.engine = engine;
    bool no_room;
    if (names.chip && !names.chip->system)
        error_set(&err, "chip %s has no default system", names.chip->name);
    if (names.chip && names.system && names.model &&
        request_design(&it->request, &names, design, &no_room, &err))
        return true;
    snprintf(it->skipped, sizeof it->skipped, "%.150s", err.what);
    return false;
}

bool case_predict(Case *it, const Catalog *catalog, const Engine *engine, const Profile *profile,
                  CaseAnswer *answer) {
    Design design;
    Metrics metrics;
    *answer = (CaseAnswer){NAN, NAN, NAN, 0};
    if (*it->skipped)
        return false;
    if (!it->serving)
        return case_predict_op(it, profile, answer);
    if (!design_of(it, catalog, engine, profile, &design))
        return false;
    answer->batch = design.workload.batch;
    if (!engine && it->median)
        undisturbed(&design);
    if (design.workload.phase == PHASE_SERVE)
        case_serve(it, &design, &metrics, &answer->batch);
    else
        evaluate(&design, &metrics, NULL);
    double value = value_of(it, &design, &metrics) / it->unit, low, high;
    range_of(it, &metrics, &low, &high);
    answer->predicted = value;
    answer->low = it->faster_is_more ? value / high : value * low;
    answer->high = it->faster_is_more ? value / low : value * high;
    return true;
}
