#include "validate/case.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "validate/case_op.h"

#define NODE_CHIPS 8

// Published in fp8 with a scale for 128 x 128 weights: what their rows call fp8.
static const char *const BLOCK_SCALED[] = {"DeepSeek-V3", "DeepSeek-R1", "MiniMax-M2"};

// Families whose `batch` is that of one chip.
static const char *const PER_CHIP[] = {"deepseek_openinfra", "sglang_large_ep"};

// Closed-loop benchmarks begin all sequences at once and run each place so many times: the queue of the beginning is
// part of their mean time to the first token. How often is a condition of each source's benchmark, found beside the
// engines' constants. 1: sequences of one length that begin and end in step, every round with the whole batch's prompts, as
// where prompts come first; the first entry that a row's notes name counts.
static const struct {
    const char *engine, *notes;
    double rounds;
} SERVED_ROUNDS[] = {
    {"vllm",   "",             7},
    {"trtllm", "",             6},
    {"sglang", "sglang 0.5.6", 6},
    {"sglang", "",             1},
};

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

static void find_engine(const Csv *csv, Case *it) {
    static const char *const WORDS[][2] = {
        {"vllm",         "vllm"  },
        {"vLLM",         "vllm"  },
        {"sglang",       "sglang"},
        {"SGLang",       "sglang"},
        {"trtllm",       "trtllm"},
        {"TensorRT-LLM", "trtllm"},
        {"TRT-LLM",      "trtllm"},
        {"/nim/",        "trtllm"},
        {"mlperf",       "trtllm"},
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
    if (strcmp(it->formats, "fp8") == 0 && strcmp(it->engine, "trtllm") == 0)
        it->request.kv = "fp8";
}

static bool find_quantity(const Csv *csv, Case *it) {
    const char *unit = cell(csv, "unit");
    for (size_t i = 0; i < sizeof METRICS / sizeof METRICS[0]; i++) {
        if (strcmp(METRICS[i].name, it->metric) != 0)
            continue;
        it->quantity = METRICS[i].quantity;
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

static double served_rounds(const Csv *csv, const Case *it) {
    for (size_t i = 0; i < sizeof SERVED_ROUNDS / sizeof SERVED_ROUNDS[0]; i++)
        if (strcmp(it->engine, SERVED_ROUNDS[i].engine) == 0 && says(csv, SERVED_ROUNDS[i].notes))
            return SERVED_ROUNDS[i].rounds;
    return 0;
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
        it->rounds = served_rounds(csv, it);
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

// Sequences that the cache has room for as the engine admits them.
static int admitted(const Design *design) {
    Design held = *design;
    Metrics metrics;
    double kept = design->engine ? design->engine->kv_reserved : 1;
    held.workload.output = (int)fmax(2, ceil(kept * held.workload.output));
    evaluate(&held, &metrics, NULL);
    return (int)metrics.max_batch;
}

// Where not all have room, the others wait: with M at once, B in flight and T the life of one, (B - M) T / M (Little 1961).
static double queue_s(Design *design, Metrics *metrics) {
    int asked = design->workload.batch, room = admitted(design);
    if (room < 1 || asked <= room) {
        evaluate(design, metrics, NULL);
        return 0;
    }
    design->workload.batch = room;
    evaluate(design, metrics, NULL);
    double wait_s = (double)(asked - room) / room * metrics->time_s;
    design->workload.batch = asked;
    return wait_s;
}

// The mean time to the first token where all begin at once: half of the way through all prompts.
static double burst_s(const Design *design, double ran) {
    Design first = *design;
    Metrics metrics;
    first.workload.phase = PHASE_PREFILL;
    first.workload.batch = (int)fmax(1, ran);
    evaluate(&first, &metrics, NULL);
    return metrics.ttft_s * (ran + 1) / (2 * ran);
}

// A batch that begins and ends together: prompts interrupt nobody, but the first to be read wait for the others.
static void in_step(const Design *design, double ran, Metrics *metrics) {
    Design together = *design;
    together.workload.phase = PHASE_GENERATE;
    together.workload.batch = (int)fmax(1, ran);
    evaluate(&together, metrics, NULL);
    double first_s = burst_s(design, ran);
    metrics->tpot_s += first_s * (ran - 1) / (ran + 1) / (design->workload.output - 1);
    metrics->ttft_s = first_s + (design->engine ? design->engine->request_s : 0);
}

static void serve(const Case *it, Design *design, Metrics *metrics, double *ran) {
    double wait_s = queue_s(design, metrics);
    *ran = fmin(design->workload.batch, fmax(1, admitted(design)));
    if (it->rounds == 1)
        in_step(design, *ran, metrics);
    else if (it->rounds > 0)
        metrics->ttft_s += (burst_s(design, *ran) - metrics->ttft_s) / it->rounds;
    metrics->ttft_s += wait_s;
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
    if (design.workload.phase == PHASE_SERVE)
        serve(it, &design, &metrics, &answer->batch);
    else
        evaluate(&design, &metrics, NULL);
    double value = value_of(it, &design, &metrics) / it->unit;
    double low = metrics.time_low_s / metrics.time_s, high = metrics.time_high_s / metrics.time_s;
    answer->predicted = value;
    answer->low = it->faster_is_more ? value / high : value * low;
    answer->high = it->faster_is_more ? value / low : value * high;
    return true;
}
