// chipfit list — the chips, systems, models and kernel profiles that there are, with their key numbers.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/profile.h"
#include "lua/commands.h"
#include "lua/library.h"
#include "lua/options.h"
#include "lua/record.h"
#include "lua/table.h"

#define CELL          48
#define COLUMNS(list) ((int)(sizeof(list) / sizeof((list)[0])))

static const char USAGE[] = "usage: chipfit list chips|systems|models|kernels|engines [--json]\n\n"
                            "--json prints every field of each, an object a line.\n\n"
                            "example: chipfit list chips\n";

static const char DOUBTFUL_NOTE[] =
    "\n? rests on memory, derivation or a disagreement of sources: --json says which (doubtful)\n";

// The texts called doubtful name the fields that they mean.
static bool is_doubtful(const Source *from, const char *field) {
    return from->doubtful && strstr(from->doubtful, field);
}

// A quantity with its unit, "-" when unknown, '?' behind a doubtful one.
static void quantity_cell(Table *table, double value, Unit unit, bool doubtful) {
    char text[CELL];
    if (value > 0)
        unit_format(text, sizeof text, value, unit);
    else
        snprintf(text, sizeof text, "-");
    table_cell(table, "%s%s", text, value > 0 && doubtful ? "?" : " ");
}

// The year of the family's first chip, so that generations follow each other.
static int family_year(const Catalog *catalog, const Chip *chip) {
    int year = chip->year;
    for (int i = 0; i < catalog->chip_count; i++) {
        const Chip *other = catalog->chips[i];
        if (strcmp(other->vendor, chip->vendor) == 0 && strcmp(other->family, chip->family) == 0 &&
            other->year < year)
            year = other->year;
    }
    return year;
}

typedef struct ListedChip {
    const Chip *chip;
    int family_year;
} ListedChip;

static int by_generation(const void *a, const void *b) {
    const ListedChip *left = a, *right = b;
    int order = strcmp(left->chip->vendor, right->chip->vendor);
    if (order == 0)
        order = left->family_year - right->family_year;
    if (order == 0)
        order = strcmp(left->chip->family, right->chip->family);
    if (order == 0)
        order = left->chip->year - right->chip->year;
    return order ? order : strcmp(left->chip->name, right->chip->name);
}

// All chips by vendor and family; the caller frees them.
static ListedChip *sort_chips(const Catalog *catalog) {
    ListedChip *list = calloc((size_t)catalog->chip_count, sizeof *list);
    if (!list)
        abort();
    for (int i = 0; i < catalog->chip_count; i++)
        list[i] = (ListedChip){catalog->chips[i], family_year(catalog, catalog->chips[i])};
    qsort(list, (size_t)catalog->chip_count, sizeof *list, by_generation);
    return list;
}

// The title without the vendor, under whose name the chip is listed.
static const char *short_title(const Chip *chip) {
    size_t length = strlen(chip->vendor);
    bool prefixed = strncmp(chip->title, chip->vendor, length) == 0 && chip->title[length] == ' ';
    return chip->title + (prefixed ? length + 1 : 0);
}

static void list_chips(const Catalog *catalog, Text *out) {
    static const TableColumn HEADS[] = {
        {"name",       true },
        {"chip",       true },
        {"family",     true },
        {"year",       false},
        {"16 bits ",   false},
        {"fp8 ",       false},
        {"memory ",    false},
        {"bandwidth ", false},
        {"on-chip ",   false},
        {"power ",     false},
        {"rent ",      false},
        {"system",     true },
    };
    Table table = {.columns = HEADS, .column_count = COLUMNS(HEADS)};
    ListedChip *list = sort_chips(catalog);
    for (int i = 0; i < catalog->chip_count; i++) {
        const Chip *chip = list[i].chip;
        const double *peak = chip->peak.flop_per_s;
        if (i == 0 || strcmp(chip->vendor, list[i - 1].chip->vendor) != 0)
            table_line(&table, "%s%s", i ? "\n" : "", chip->vendor);
        Math math = peak[MATH_BF16] > 0 ? MATH_BF16 : MATH_FP16;
        table_cell(&table, "%s", chip->name);
        table_cell(&table, "%s", short_title(chip));
        table_cell(&table, "%s", chip->family);
        table_cell(&table, "%d", chip->year);
        quantity_cell(&table, peak[math], UNIT_FLOP_PER_S,
                      is_doubtful(&chip->peak.from, MATH_NAMES[math]));
        quantity_cell(&table, peak[MATH_FP8], UNIT_FLOP_PER_S,
                      is_doubtful(&chip->peak.from, "fp8"));
        quantity_cell(&table, chip->memory.capacity_bytes, UNIT_BYTES,
                      is_doubtful(&chip->memory.from, "capacity"));
        quantity_cell(&table, chip->memory.bandwidth_bytes_per_s, UNIT_BYTES_PER_S,
                      is_doubtful(&chip->memory.from, "bandwidth"));
        quantity_cell(&table, chip->store.capacity_bytes, UNIT_BYTES,
                      is_doubtful(&chip->store.from, "capacity"));
        quantity_cell(&table, chip->power.tdp_w, UNIT_W, is_doubtful(&chip->power.from, "tdp"));
        quantity_cell(&table, chip->price.usd_per_hour, UNIT_USD_PER_HOUR,
                      chip->price.from.doubtful);
        table_cell(&table, "%s", chip->system ? chip->system : "-");
    }
    free(list);
    table_write(&table, out);
    table_free(&table);
    text_add(out, DOUBTFUL_NOTE);
}

static void list_systems(const Catalog *catalog, Text *out) {
    static const TableColumn HEADS[] = {
        {"name",       true },
        {"level",      true },
        {"topology",   true },
        {"chips",      false},
        {"bandwidth ", false},
        {"latency ",   false},
        {"",           true },
    };
    Table table = {.columns = HEADS, .column_count = COLUMNS(HEADS)};
    for (int i = 0; i < catalog->system_count; i++) {
        const System *system = catalog->systems[i];
        for (int j = 0; j < system->level_count; j++) {
            const Level *level = &system->levels[j];
            table_cell(&table, "%s", j ? "" : system->name);
            table_cell(&table, "%s", level->name);
            table_cell(&table, "%s", TOPOLOGY_WORDS[level->topology]);
            table_cell(&table, "%d", level->chips);
            quantity_cell(&table, level->bandwidth_bytes_per_s, UNIT_BYTES_PER_S,
                          is_doubtful(&level->from, "bandwidth"));
            quantity_cell(&table, level->latency_s, UNIT_S, is_doubtful(&level->from, "latency"));
            table_cell(&table, "%s",
                       level->topology == TOPOLOGY_TORUS ? "per link"
                       : level->reduces                  ? "adds up on the way"
                                                         : "");
        }
    }
    table_write(&table, out);
    table_free(&table);
    text_add(out, DOUBTFUL_NOTE);
}

static void count_cell(Table *table, double params) {
    char text[CELL];
    unit_format(text, sizeof text, params, UNIT_NONE);
    if (params >= 1e6)
        snprintf(text, sizeof text, "%.4gB", params / 1e9);
    table_cell(table, "%s", text);
}

static void list_models(const Catalog *catalog, Text *out) {
    static const TableColumn HEADS[] = {
        {"name",         true },
        {"model",        true },
        {"params",       false},
        {"active",       false},
        {"layers",       false},
        {"width",        false},
        {"attention",    true },
        {"feed-forward", true },
        {"KV a token",   false},
    };
    Table table = {.columns = HEADS, .column_count = COLUMNS(HEADS)};
    for (int i = 0; i < catalog->model_count; i++) {
        const Model *model = catalog->models[i];
        const Attention *attention = &model->attention;
        table_cell(&table, "%s", model->name);
        table_cell(&table, "%s", model->title);
        count_cell(&table, model->params);
        count_cell(&table, model->active_params);
        table_cell(&table, "%d", model->layers);
        table_cell(&table, "%d", model->d_model);
        if (attention->kind == ATTENTION_MLA)
            table_cell(&table, "%d heads, latent %d", attention->heads, attention->kv_rank);
        else
            table_cell(&table, "%d heads, %d kv, %d wide", attention->heads, attention->kv_heads,
                       attention->head_dim);
        if (model->moe.experts)
            table_cell(&table, "%d experts of %d, %d a token", model->moe.experts,
                       model->moe.d_expert, model->moe.top_k + model->moe.shared_experts);
        else
            table_cell(&table, "%d", model->ffn.d_ff);
        quantity_cell(&table, model_kv_bytes_per_token(model, 2), UNIT_BYTES, false);
    }
    table_write(&table, out);
    table_free(&table);
    text_add(out,
             "\nparams: embedding and head included. active: touched by a token, head included.\n"
             "KV in bf16, over all layers.\n");
}

static void join_texts(Table *table, const char *const texts[], int count) {
    Text all = {0};
    for (int i = 0; i < count; i++)
        text_addf(&all, "%s%s", i ? " " : "", texts[i]);
    table_cell(table, "%s", count ? all.data : "-");
    text_free(&all);
}

static void list_profiles(const Catalog *catalog, Text *out) {
    static const TableColumn HEADS[] = {
        {"profile",  true },
        {"serves",   true },
        {"measured", true },
        {"classes",  false},
        {"rows",     false},
        {"date",     true }
    };
    Table table = {.columns = HEADS, .column_count = COLUMNS(HEADS)};
    for (int i = 0; i < catalog->profile_count; i++) {
        const Profile *profile = catalog->profiles[i];
        double rows = 0;
        int classes = 0;
        for (int k = 0; k < KERNEL_CLASS_COUNT; k++) {
            rows += profile->fits[k].report.rows;
            classes += profile->fits[k].given;
        }
        table_cell(&table, "%s", profile->name);
        join_texts(&table, profile->families, profile->family_count);
        join_texts(&table, profile->chips, profile->chip_count);
        table_cell(&table, "%d", classes);
        table_cell(&table, "%.0f", rows);
        table_cell(&table, "%s", profile->date ? profile->date : "-");
    }
    text_add(out, "mode calibrated: profiles of kernels by family of chips\n\n");
    table_write(&table, out);
    table_free(&table);
}

static void share_cells(Table *table, double median, double mape, double p90) {
    if (p90 > 0)
        table_cell(table, "%.1f / %.1f / %.1f", 100 * median, 100 * mape, 100 * p90);
    else
        table_cell(table, "-");
}

// How far each class was off on rows that it was not fitted to.
static void list_errors(const Catalog *catalog, Text *out) {
    static const TableColumn HEADS[] = {
        {"profile",           true },
        {"kernel class",      true },
        {"rows",              false},
        {"families left out", false},
        {"chips left out",    false},
        {"90 % interval",     false}
    };
    Table table = {.columns = HEADS, .column_count = COLUMNS(HEADS)};
    for (int i = 0; i < catalog->profile_count; i++)
        for (int k = 0; k < KERNEL_CLASS_COUNT; k++) {
            const Fit *fit = &catalog->profiles[i]->fits[k];
            const FitReport *report = &fit->report;
            if (report->rows == 0)
                continue;
            table_cell(&table, "%s", catalog->profiles[i]->name);
            table_cell(&table, "%s", KERNEL_CLASSES[k].name);
            table_cell(&table, "%.0f", report->rows);
            share_cells(&table, report->median, report->mape, report->p90);
            share_cells(&table, report->chip_median, report->chip_mape, report->chip_p90);
            table_cell(&table, "-%.0f +%.0f", 100 * fit->residual.below[RESIDUAL_BANDS / 2],
                       100 * fit->residual.above[RESIDUAL_BANDS / 2]);
        }
    text_add(
        out,
        "\nmedian / mean / 90 % quantile of |predicted / measured - 1| in per cent, on whole shape "
        "families and whole\nchips that were left out of the fit; interval of kernels of 64 to 256 "
        "us\n\n");
    table_write(&table, out);
    table_free(&table);
}

static void list_kernels(const Catalog *catalog, Text *out) {
    static const TableColumn HEADS[] = {
        {"constant", true },
        {"value",    false},
        {"meaning",  true }
    };
    list_profiles(catalog, out);
    list_errors(catalog, out);
    Table table = {.columns = HEADS, .column_count = COLUMNS(HEADS)};
    for (int i = 0; i < KERNEL_TABLE.count; i++) {
        const Field *field = &KERNEL_TABLE.fields[i];
        table_cell(&table, "%s", field->name);
        char text[CELL];
        unit_format(text, sizeof text, field_number(field, &KERNEL_DATASHEET), field->unit);
        table_cell(&table, "%s", text);
        table_cell(&table, "%s", field->help);
    }
    text_add(out, "\nmode datasheet: the same constants for every chip\n\n");
    table_write(&table, out);
    table_free(&table);
}

static void add_record(Text *out, const FieldTable *table, const void *record, const char *origin) {
    text_add(out, "{");
    record_members(out, table, record);
    text_add(out, ",\"origin\":");
    text_add_json(out, origin);
    text_add(out, "}\n");
}

static void json_chips(const Catalog *catalog, Text *out) {
    for (int i = 0; i < catalog->chip_count; i++)
        add_record(out, &CHIP_TABLE, catalog->chips[i], catalog->chips[i]->origin);
}

static void json_systems(const Catalog *catalog, Text *out) {
    for (int i = 0; i < catalog->system_count; i++)
        add_record(out, &SYSTEM_TABLE, catalog->systems[i], catalog->systems[i]->origin);
}

static void json_models(const Catalog *catalog, Text *out) {
    for (int i = 0; i < catalog->model_count; i++)
        add_record(out, &MODEL_TABLE, catalog->models[i], catalog->models[i]->origin);
}

static void list_engines(const Catalog *catalog, Text *out) {
    static const TableColumn HEADS[] = {
        {"engine",             true },
        {"prompts",            true },
        {"a step",             false},
        {"a sequence",         false},
        {"step with prompts",  false},
        {"a prompt's token",   false},
        {"a layer's launches", false},
        {"other kernels",      false}
    };
    Table table = {.columns = HEADS, .column_count = COLUMNS(HEADS)};
    for (int i = 0; i < catalog->engine_count; i++) {
        const Engine *engine = catalog->engines[i];
        const double times[] = {engine->step_s, engine->sequence_s, engine->prompt_step_s,
                                engine->prompt_token_s, engine->launch_s};
        table_cell(&table, "%s", engine->name);
        table_cell(&table, "%s", PROMPTS_WORDS[engine->prompts]);
        for (int k = 0; k < COLUMNS(times); k++) {
            char text[CELL];
            unit_format(text, sizeof text, times[k], UNIT_S);
            table_cell(&table, "%s", text);
        }
        table_cell(&table, "%.1f%%", 100 * engine->work_share);
    }
    table_write(&table, out);
    table_free(&table);
    text_add(out,
             "\nhost times that a serving engine adds to its kernels; without an engine nothing "
             "is added\n");
}

static void json_engines(const Catalog *catalog, Text *out) {
    for (int i = 0; i < catalog->engine_count; i++)
        add_record(out, &ENGINE_TABLE, catalog->engines[i], catalog->engines[i]->origin);
}

static void json_kernels(const Catalog *catalog, Text *out) {
    for (int i = 0; i < catalog->profile_count; i++)
        add_record(out, &PROFILE_TABLE, catalog->profiles[i], catalog->profiles[i]->origin);
    text_add(out, "{\"name\":\"datasheet\",");
    record_members(out, &KERNEL_TABLE, &KERNEL_DATASHEET);
    text_add(out, "}\n");
}

typedef struct Subject {
    const char *word;
    void (*table)(const Catalog *catalog, Text *out);
    void (*json)(const Catalog *catalog, Text *out);
} Subject;

static const Subject SUBJECTS[] = {
    {"chips",   list_chips,   json_chips  },
    {"systems", list_systems, json_systems},
    {"models",  list_models,  json_models },
    {"kernels", list_kernels, json_kernels},
    {"engines", list_engines, json_engines},
};

static const Subject *find_subject(const char *word, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < COLUMNS(SUBJECTS); i++) {
        if (strcmp(SUBJECTS[i].word, word) == 0)
            return &SUBJECTS[i];
        nearest_offer(&nearest, word, SUBJECTS[i].word);
    }
    error_set(err, "list: '%.60s' is not one of chips, systems, models, kernels", word);
    if (nearest.best)
        error_hint(err, "did you mean '%s'?", nearest.best);
    return NULL;
}

static const Subject *read_arguments(int argc, char **argv, bool *json, Error *err) {
    const char *word = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            *json = true;
        } else if (argv[i][0] == '-' || word) {
            error_set(err, "list: '%.60s' is one word too many", argv[i]);
            error_hint(err, "usage: chipfit list chips|systems|models|kernels|engines [--json]");
            return NULL;
        } else {
            word = argv[i];
        }
    }
    if (word)
        return find_subject(word, err);
    error_set(err, "list needs one of chips, systems, models, kernels");
    error_hint(err, "usage: chipfit list chips|systems|models|kernels|engines [--json]");
    return NULL;
}

int cmd_list(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(USAGE, stdout);
            return 0;
        }
    Error err;
    bool json = false;
    const Subject *subject = read_arguments(argc, argv, &json, &err);
    Library *library = subject ? library_open(&err) : NULL;
    if (!library)
        return options_fail(&err);
    Text out = {0};
    (json ? subject->json : subject->table)(library_catalog(library), &out);
    fputs(out.data, stdout);
    text_free(&out);
    library_free(library);
    return 0;
}
