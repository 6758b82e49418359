// chipfit validate cases — published end-to-end rows, each turned into a design, beside what the model says of them.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/commands.h"
#include "lua/file.h"
#include "lua/library.h"
#include "lua/options.h"
#include "lua/table.h"
#include "lua/words.h"
#include "sim/base/heap.h"
#include "validate/case.h"
#include "validate/score.h"

static const char USAGE[] =
    "chipfit validate cases FILE.csv... [--mode datasheet|calibrated] [--engine NAME] [--json]";
static const char HELP[] =
    "usage: chipfit validate cases FILE.csv... [--mode datasheet|calibrated] [--profile NAME]\n"
    "                              [--engine NAME] [--json]\n\n"
    "Turns each published row into a design (or into ops), finds the batch that the KV cache has "
    "room for\nwhere none is stated, and sets the model's number beside the published one: with "
    "the engine that the\nrow names (predicted), and with kernels alone (ideal).\n\n"
    "  --mode M        datasheet, or calibrated; default: calibrated where a profile serves the "
    "chip\n"
    "  --profile NAME  this kernel profile (a name or a .lua file) for every row\n"
    "  --engine NAME   this engine (a name or a .lua file) for every serving row; none: kernels "
    "alone\n"
    "  --json          one object a row: id, predicted, ideal, value, ratio, low, high, or id, "
    "skipped\n\n"
    "The table has, by family, engine and metric: rows; faster: those that beat the ideal by more "
    "than their\ntolerance; within: those that predicted meets on both sides; inside: the share of "
    "them in the 90 %\ninterval; and the errors of predicted.\n\n"
    "exit: 0 done; 1 some row is faster than the ideal; 2 a file or row is wrong\n"
    "example: chipfit validate cases published.csv --json\n";

#define GROUPS 256

// Rows of one family, engine and metric.
typedef struct CaseGroup {
    char family[CASE_TEXT], engine[CASE_TEXT], metric[CASE_TEXT];
    int rows, skipped, faster, within, intervals, inside;
    double *errors; // signed
    int capacity;
} CaseGroup;

typedef struct Judging {
    Library *library;
    Request request; // mode and profile
    const Profile *named;
    const Engine *engine; // for every row
    bool kernels_alone, json;
    CaseGroup groups[GROUPS];
    int group_count;
    long wrong, faster;
} Judging;

static CaseGroup *group_of(Judging *judging, const Case *it) {
    for (int i = 0; i < judging->group_count; i++) {
        CaseGroup *group = &judging->groups[i];
        if (strcmp(group->family, it->family) == 0 && strcmp(group->engine, it->engine) == 0 &&
            strcmp(group->metric, it->metric) == 0)
            return group;
    }
    CaseGroup *group =
        &judging->groups[judging->group_count < GROUPS - 1 ? judging->group_count++ : GROUPS - 1];
    snprintf(group->family, CASE_TEXT, "%s", it->family);
    snprintf(group->engine, CASE_TEXT, "%s", it->engine);
    snprintf(group->metric, CASE_TEXT, "%s", it->metric);
    return group;
}

static bool profile_of(const Judging *judging, const Case *it, const Profile **profile,
                       Error *err) {
    const Catalog *catalog = library_catalog(judging->library);
    const Chip *chip = catalog_chip(catalog, it->chip, err);
    return chip && request_profile(&judging->request, catalog, judging->named, chip, profile, err);
}

static const Engine *engine_of(const Judging *judging, const Case *it) {
    if (judging->engine || judging->kernels_alone || !*it->engine)
        return judging->engine;
    return catalog_engine(library_catalog(judging->library), it->engine, NULL);
}

static void print_json(const Case *it, const CaseAnswer *predicted, const CaseAnswer *ideal) {
    Text out = {0};
    text_add(&out, "{\"id\":");
    text_add_json(&out, it->id);
    if (*it->skipped) {
        text_add(&out, ",\"skipped\":");
        text_add_json(&out, it->skipped);
    } else {
        const struct {
            const char *key;
            double value;
        } numbers[] = {
            {"predicted", predicted->predicted            },
            {"ideal",     ideal->predicted                },
            {"value",     it->value                       },
            {"ratio",     predicted->predicted / it->value},
            {"low",       predicted->low                  },
            {"high",      predicted->high                 },
            {"batch",     predicted->batch                }
        };
        for (int i = 0; i < FIELD_COUNT(numbers); i++) {
            text_addf(&out, ",\"%s\":", numbers[i].key);
            text_add_number(&out, numbers[i].value);
        }
    }
    text_add(&out, "}\n");
    fputs(out.data, stdout);
    text_free(&out);
}

static void judge(Judging *judging, const Case *it, const CaseAnswer *predicted,
                  const CaseAnswer *ideal) {
    CaseGroup *group = group_of(judging, it);
    if (*it->skipped) {
        group->skipped++;
        return;
    }
    double error = predicted->predicted / it->value - 1;
    bool faster = it->faster_is_more ? ideal->predicted < it->value * (1 - it->tolerance)
                                     : ideal->predicted > it->value * (1 + it->tolerance);
    if (group->rows == group->capacity) {
        group->capacity = group->capacity ? 2 * group->capacity : 64;
        group->errors = heap_resize(group->errors, group->capacity, sizeof(double));
    }
    group->errors[group->rows++] = error;
    group->faster += faster;
    group->within += fabs(error) <= it->tolerance;
    group->intervals += predicted->high > predicted->low;
    group->inside += predicted->low <= it->value && it->value <= predicted->high;
    judging->faster += faster;
}

static void judge_row(Judging *judging, Case *it) {
    const Catalog *catalog = library_catalog(judging->library);
    const Profile *profile = NULL;
    CaseAnswer predicted = {0}, ideal = {0};
    Error err;
    if (!*it->skipped && !profile_of(judging, it, &profile, &err))
        snprintf(it->skipped, sizeof it->skipped, "%.150s", err.what);
    if (case_predict(it, catalog, NULL, profile, &ideal))
        case_predict(it, catalog, engine_of(judging, it), profile, &predicted);
    if (judging->json)
        print_json(it, &predicted, &ideal);
    judge(judging, it, &predicted, &ideal);
}

static void judge_file(Judging *judging, const char *name) {
    Text text = {0};
    Csv csv;
    Error err;
    Case it;
    CsvResult got;
    if (!file_read(name, (size_t)1 << 28, &text, &err)) {
        options_fail(&err);
        judging->wrong++;
        return;
    }
    bool good = csv_begin(&csv, name, text.data, text.length, &err);
    if (!good) {
        options_fail(&err);
        judging->wrong++;
    }
    while (good && (got = csv_next(&csv, &err)) != CSV_END) {
        if (got == CSV_ROW && case_read(&csv, library_catalog(judging->library), &it, &err)) {
            judge_row(judging, &it);
            continue;
        }
        options_fail(&err);
        judging->wrong++;
    }
    csv_end(&csv);
    text_free(&text);
}

static void share_cells(Table *table, const CaseGroup *group) {
    double *sizes = heap_take((size_t)group->rows + 1, sizeof(double)), sum = 0;
    for (int i = 0; i < group->rows; i++)
        sum += sizes[i] = fabs(group->errors[i]);
    score_sort(sizes, group->rows);
    table_cell(table, "%.1f", 100 * score_quantile(sizes, group->rows, 0.5));
    table_cell(table, "%.1f", 100 * sum / group->rows);
    table_cell(table, "%.1f", 100 * score_quantile(sizes, group->rows, 0.9));
    score_sort(group->errors, group->rows);
    table_cell(table, "%+.1f", 100 * score_quantile(group->errors, group->rows, 0.5));
    free(sizes);
}

static void print_table(const Judging *judging) {
    static const TableColumn HEADS[] = {
        {"family",   true },
        {"engine",   true },
        {"metric",   true },
        {"rows",     false},
        {"skipped",  false},
        {"faster",   false},
        {"within",   false},
        {"inside %", false},
        {"median %", false},
        {"MAPE %",   false},
        {"p90 %",    false},
        {"bias %",   false}
    };
    Table table = {.columns = HEADS, .column_count = FIELD_COUNT(HEADS)};
    for (int i = 0; i < judging->group_count; i++) {
        const CaseGroup *group = &judging->groups[i];
        table_cell(&table, "%s", group->family);
        table_cell(&table, "%s", *group->engine ? group->engine : "-");
        table_cell(&table, "%s", group->metric);
        table_cell(&table, "%d", group->rows);
        table_cell(&table, "%d", group->skipped);
        table_cell(&table, "%d", group->faster);
        table_cell(&table, "%d", group->within);
        if (group->intervals > 0)
            table_cell(&table, "%.0f", 100.0 * group->inside / group->intervals);
        else
            table_cell(&table, "-");
        if (group->rows > 0)
            share_cells(&table, group);
        for (int k = 0; group->rows == 0 && k < 4; k++)
            table_cell(&table, "-");
    }
    Text out = {0};
    table_write(&table, &out);
    fputs(out.data, stdout);
    text_free(&out);
    table_free(&table);
}

static bool begin(Judging *judging, const char *engine, Error *err) {
    if (!(judging->library = library_open(err)))
        return false;
    if (judging->request.profile &&
        !(judging->named = library_profile(judging->library, judging->request.profile, err)))
        return error_where(err, "profile", 0);
    judging->kernels_alone = engine && strcmp(engine, "none") == 0;
    if (engine && !judging->kernels_alone &&
        !(judging->engine = library_engine(judging->library, engine, err)))
        return error_where(err, "engine", 0);
    return true;
}

int cmd_cases(int argc, char **argv) {
    Judging *judging = heap_take(1, sizeof *judging);
    const char *engine = NULL;
    judging->request = request_new();
    const WordOption options[] = {
        {"--mode",    &judging->request.mode,    NULL          },
        {"--profile", &judging->request.profile, NULL          },
        {"--engine",  &engine,                   NULL          },
        {"--json",    NULL,                      &judging->json},
    };
    if (words_ask_help(argc, argv)) {
        fputs(HELP, stdout);
        free(judging);
        return 0;
    }
    Error err = {0};
    Words words = {"validate cases",
                   USAGE,
                   options,
                   FIELD_COUNT(options),
                   heap_take((size_t)argc, sizeof(char *)),
                   0};
    int code = 0;
    if (!words_read(&words, argc, argv, &err) || !begin(judging, engine, &err)) {
        code = options_fail(&err);
    } else {
        for (int i = 0; i < words.file_count; i++)
            judge_file(judging, words.files[i]);
        if (!judging->json && judging->group_count > 0)
            print_table(judging);
        code = judging->wrong > 0 ? 2 : judging->faster > 0 ? 1 : 0;
        if (judging->wrong > 0)
            fprintf(stderr, "chipfit: %ld wrong rows or files were left out\n", judging->wrong);
    }
    for (int i = 0; i < judging->group_count; i++)
        free(judging->groups[i].errors);
    library_free(judging->library);
    free(words.files);
    free(judging);
    return code;
}
