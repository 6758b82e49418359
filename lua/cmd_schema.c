// chipfit schema — every field with unit, range, default and meaning, printed from the tables that the readers use.
#include <stdio.h>
#include <string.h>

#include "arch/formats.h"
#include "hw/profile.h"
#include "lua/commands.h"
#include "lua/options.h"
#include "lua/schema.h"
#include "lua/sweep_keys.h"
#include "lua/table.h"
#include "sim/metrics.h"
#include "sim/request.h"
#include "validate/measurement.h"

static void write_chip(Text *out) {
    text_add(out, "return chip { ... }: one accelerator; rates dense, links per direction.\n\n");
    schema_table(out, &CHIP_TABLE, NULL);
}

static void write_system(Text *out) {
    text_add(out, "return system { ... }: chips in a network, innermost level first.\n\n");
    schema_table(out, &SYSTEM_TABLE, NULL);
}

static void write_model(Text *out) {
    text_add(out, "return model { ... }: a network's architecture.\n\n");
    schema_table(out, &MODEL_TABLE, NULL);
}

static void write_plan(Text *out) {
    static const char *const KEYS[] = {
        "tp",     "cp",        "dp",      "pp",      "ep", "etp", "chunk", "micro_batches",
        "stages", "placement", "cp_kind", "overlap", NULL};
    text_add(out, "How a model is split over chips and scheduled: chips = tp x cp x dp x pp.\n"
                  "Inside a pipeline stage the same tp x cp x dp ranks are regrouped for the\n"
                  "experts as ep x etp x copies.\n\n");
    schema_table(out, &REQUEST_TABLE, KEYS);
}

static void write_workload(Text *out) {
    static const char *const KEYS[] = {"phase",        "batch",   "prompt", "prefix",
                                       "context",      "output",  "draft",  "acceptance",
                                       "token_budget", "prompts", NULL};
    text_add(out, "What is asked of the network.\n\n");
    schema_table(out, &REQUEST_TABLE, KEYS);
}

static void write_options(Text *out) {
    text_add(out,
             "Options of explain and keys of predict; '-' and '_' are equal in names, and in keys\n"
             "case does not count.\n\n");
    schema_table(out, &REQUEST_TABLE, NULL);
}

static void write_kernel(Text *out) {
    text_add(
        out,
        "What a kernel library makes of a chip. The defaults are those of datasheet mode.\n\n");
    schema_table(out, &KERNEL_TABLE, NULL);
}

static void write_engine(Text *out) {
    text_add(out, "What a serving engine adds to its kernels, and its habits.\n\n");
    schema_table(out, &ENGINE_TABLE, NULL);
}

static void write_shapes(Text *out) {
    text_add(out,
             "return shapes { matmul { ... }, layer { ... }, ... }: what chipfit validate run "
             "measures. Lists are crossed.\nColumns of a shapes file, and keys of a kernel in "
             "a script (id, layer, kind and times apart; there besides\ndtype for a, b and kv, "
             "head_dim for qk_dim and v_dim). A layer takes model, formats, plan, workload.\n\n");
    schema_table(out, &TASK_TABLE, NULL);
}

static void write_results(Text *out) {
    text_add(out, "Columns of a results file behind those of its shapes, and of the table "
                  "measurement (times there in s).\n\n");
    schema_table(out, &DEVICE_TABLE, NULL);
    text_add(out, "\n");
    schema_table(out, &MEASUREMENT_TABLE, NULL);
}

static void write_profile(Text *out) {
    text_add(out, "A kernel profile, as chipfit calibrate writes it: constants, correction and "
                  "residuals by kernel class.\n\n");
    schema_table(out, &PROFILE_TABLE, NULL);
    const FieldTable *const tables[] = {&MATMUL_KERNEL_TABLE, &EXPERTS_KERNEL_TABLE,
                                        &ATTENTION_KERNEL_TABLE, &STREAM_KERNEL_TABLE,
                                        &LINK_KERNEL_TABLE};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        text_addf(out, "\n%s\n\n", tables[i]->help);
        schema_table(out, tables[i], NULL);
    }
}

static const char *metric_unit(const Field *field) {
    if (field->kind == FIELD_BOOL)
        return "true/false";
    if (field->kind == FIELD_WORD)
        return "word";
    return unit_sign(field->unit);
}

static void write_metrics(Text *out) {
    static const TableColumn HEADS[] = {
        {"metric",  true},
        {"unit",    true},
        {"meaning", true}
    };
    Table rows = {.columns = HEADS, .column_count = 3};
    for (int i = 0; i < METRICS_TABLE.count; i++) {
        const Field *field = &METRICS_TABLE.fields[i];
        table_cell(&rows, "%s", field->name);
        table_cell(&rows, "%s", metric_unit(field));
        table_cell(&rows, "%s", field->help ? field->help : "");
        if (field->formula) {
            table_cell(&rows, " ");
            table_cell(&rows, " ");
            table_cell(&rows, "= %s", field->formula);
        }
    }
    text_add(out,
             "What comes out for a design; the same keys in JSON. chipfit explain --why METRIC\n"
             "puts numbers into the formula.\n\n");
    table_write(&rows, out);
    table_free(&rows);
}

static void write_formats(Text *out) {
    static const TableColumn HEADS[] = {
        {"format",      true },
        {"bits",        false},
        {"with scales", false},
        {"math",        true },
        {"meaning",     true }
    };
    static const TableColumn SHORT_HEADS[] = {
        {"shorthand",   true},
        {"weights",     true},
        {"activations", true},
        {"kv",          true},
        {"meaning",     true}
    };
    Table rows = {.columns = HEADS, .column_count = 5};
    for (int i = FORMAT_NONE + 1; i < FORMAT_COUNT; i++) {
        table_cell(&rows, "%s", FORMATS[i].name);
        table_cell(&rows, "%.4g", FORMATS[i].bits);
        table_cell(&rows, "%.6g", 8 * format_weight_bytes((Format)i));
        table_cell(&rows, "%s", MATH_NAMES[FORMATS[i].math]);
        table_cell(&rows, "%s", FORMATS[i].help);
    }
    text_add(out, "Number formats. with scales: bits of a value in a weight, its share of the\n"
                  "block's scale included.\n\n");
    table_write(&rows, out);
    table_free(&rows);
    Table shorts = {.columns = SHORT_HEADS, .column_count = 5};
    for (int i = 0; i < FORMAT_SHORTHAND_COUNT; i++) {
        const FormatShorthand *shorthand = &FORMAT_SHORTHANDS[i];
        table_cell(&shorts, "%s", shorthand->name);
        table_cell(&shorts, "%s", FORMAT_NAMES[shorthand->formats.weights]);
        table_cell(&shorts, "%s", FORMAT_NAMES[shorthand->formats.activations]);
        table_cell(&shorts, "%s", FORMAT_NAMES[shorthand->formats.kv]);
        table_cell(&shorts, "%s", shorthand->help);
    }
    text_add(out, "\nShorthands for --formats. Embedding, head, router and norms stay bf16.\n\n");
    table_write(&shorts, out);
    table_free(&shorts);
}

static void write_memory(Text *out) {
    static const char *const LINES[] = {
        "What the fullest chip must hold; it fits when the sum is at most capacity - reserve.\n",
        "weights      every parameter of the stage on the rank: linear layers and experts in",
        "             the weights' format with scales; embedding, head, router and norms in",
        "             16 bit; ceil(E / ep) experts a rank; the first stage holds the",
        "             embedding, the last the head",
        "KV           the rank's sequences x pages of 16 tokens x layers of the stage; a local",
        "             layer keeps min(context, window) tokens, a chunked one min(context, chunk),",
        "             a state layer its states and the convolution's last inputs in fp32",
        "activations  of one unit of work: tokens x (two residual vectors + the widest pair of",
        "             an op's input and output), logits in fp32",
        "buffers      hand-off and all-to-all messages, double buffered",
        "reserve      hbm_reserve of the capacity is left free (10 % by default)",
    };
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++)
        text_addf(out, "%s\n", LINES[i]);
}

static void write_lua(Text *out) {
    text_add(out, "---@meta\n-- luacheck: ignore 121\n"
                  "-- Printed by chipfit schema lua, for editors.\n\n");
    schema_stub(out, &CHIP_TABLE);
    schema_stub(out, &SYSTEM_TABLE);
    schema_stub(out, &MODEL_TABLE);
    text_add(out, "---a variant of a chip or system: base names it, other fields are given anew or "
                  "as times(x)\n"
                  "---@param fields table\n---@return table\nfunction derive(fields) end\n\n"
                  "---@param factor number|number[] of the base's value; a list in a "
                  "sweep\n---@return table\n"
                  "function times(factor) end\n\n");
    sweep_stub(out);
}

typedef struct Subject {
    const char *word;
    void (*write)(Text *out);
    const char *help;
} Subject;

static const Subject SUBJECTS[] = {
    {"chip",     write_chip,     "fields of a chip's file"                       },
    {"system",   write_system,   "fields of a system's file"                     },
    {"model",    write_model,    "fields of a model's file"                      },
    {"plan",     write_plan,     "how a model is split and scheduled"            },
    {"workload", write_workload, "phase, batch and lengths"                      },
    {"options",  write_options,  "options of explain, keys of predict"           },
    {"request",  write_options,  "the same"                                      },
    {"formats",  write_formats,  "number formats and their shorthands"           },
    {"kernel",   write_kernel,   "efficiencies and overheads of kernels"         },
    {"profile",  write_profile,  "a kernel profile, fitted by calibrate"         },
    {"engine",   write_engine,   "a serving engine's host time and habits"       },
    {"metrics",  write_metrics,  "what comes out, with formulas"                 },
    {"memory",   write_memory,   "what a chip must hold"                         },
    {"shapes",   write_shapes,   "columns of a shapes file, words of its script" },
    {"results",  write_results,  "columns of a results file"                     },
    {"sweep",    sweep_schema,   "words of a sweep's script"                     },
    {"lua",      write_lua,      "annotations for editors, kept in lua/types.lua"},
};
#define SUBJECT_COUNT (sizeof SUBJECTS / sizeof SUBJECTS[0])

static void print_subjects(void) {
    puts("usage: chipfit schema WHAT\n");
    for (size_t i = 0; i < SUBJECT_COUNT; i++)
        printf("  %-10s %s\n", SUBJECTS[i].word, SUBJECTS[i].help);
    puts("\nexample: chipfit schema chip");
}

static int unknown(const char *word) {
    Error err;
    Nearest nearest = {0};
    for (size_t i = 0; i < SUBJECT_COUNT; i++)
        nearest_offer(&nearest, word, SUBJECTS[i].word);
    error_set(&err, "schema: there is no '%.60s'", word);
    if (nearest.best)
        error_hint(&err, "did you mean '%s'?", nearest.best);
    else
        error_hint(&err, "chipfit schema lists what there is");
    return options_fail(&err);
}

int cmd_schema(int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : "--help";
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_subjects();
        return 0;
    }
    if (argc > 2) {
        fprintf(stderr, "chipfit: schema takes one word, not '%.60s' too\n", argv[2]);
        return 2;
    }
    for (size_t i = 0; i < SUBJECT_COUNT; i++)
        if (strcmp(SUBJECTS[i].word, word) == 0) {
            Text out = {0};
            SUBJECTS[i].write(&out);
            fputs(out.data, stdout);
            text_free(&out);
            return 0;
        }
    return unknown(word);
}
