// chipfit validate score — predicts each measured row with the model that sweeps use, and prints how far it is off.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/commands.h"
#include "lua/file.h"
#include "lua/options.h"
#include "lua/rows.h"
#include "lua/table.h"
#include "lua/words.h"
#include "sim/base/heap.h"
#include "sim/request.h"
#include "validate/row_task.h"
#include "validate/score.h"

static const char USAGE[] =
    "chipfit validate score FILE.csv... [--mode datasheet|calibrated] [--by COLUMN,...]";
static const char HELP[] =
    "usage: chipfit validate score FILE.csv... [--mode datasheet|calibrated] [--profile NAME] "
    "[--by COLUMN,...]\n"
    "                              [--chip CHIP] [--predictions OUT.csv] [--json]\n\n"
    "Predicts every measured row and prints the errors, |predicted / measured - 1|, by class of "
    "kernel.\n\n"
    "  --mode M           datasheet, or calibrated; default: calibrated where a profile serves the "
    "chip\n"
    "  --profile NAME     this kernel profile (a name or a .lua file) for every row\n"
    "  --chip CHIP        the chip (a name or a .lua file) of rows whose own is not known\n"
    "  --by COLUMN,...    groups by columns of the files as well: --by chip,dtype\n"
    "  --predictions OUT  every row with measured_us, predicted_us, low_us, high_us, extrapolated\n"
    "  --json             one object a group and line, shares in place of per cent\n\n"
    "Every file needs chip, dtype (kv_dtype), source and, to be scored, time_us; besides them\n"
    "  matmul             m, n, k (quant_in_time, quant_us)\n"
    "  batched matmul     batch, m, n, k\n"
    "  attention          batch, heads, kv_heads, head_dim, q_len, kv_len (window)\n"
    "  mixed attention    heads, kv_heads, head_dim, prefill_chunk, kv_prefill, n_decode, "
    "kv_decode\n"
    "  latent attention   batch, heads, q_len, kv_len, qk_dim, v_dim\n"
    "  experts            tokens, d_model, d_ff, n_experts, top_k, tp, ep, routing\n"
    "  grouped matmul     groups, m_per_group, n, k\n"
    "  collective         op, gpus, bytes (inter_node, launch)\n"
    "  dispatch, combine  op, mode, ep, tokens, d_model, top_k, n_experts\n"
    "  elementwise        op, rows, cols, bytes_read, bytes_written\n"
    "Results files of chipfit validate run and chipfit-cuda are taken as they are: cold times, or "
    "warm ones\nwhere the columns of cold ones were cut out.\n\n"
    "exit: 0 done; 2 a file or row is wrong (the others are scored); 3 OUT cannot be written\n"
    "example: chipfit validate score rows.csv --by chip,dtype\n";

typedef struct Arguments {
    const char *mode, *profile, *chip, *by, *predictions;
    bool json;
} Arguments;

typedef struct Scoring {
    Library *library;
    Catalog catalog; // the library's, with --chip
    Request request; // mode and profile
    const Profile *named;
    char *by; // the columns' names, cut at the commas
    const char *columns[SCORE_COLUMNS];
    int column_count;
    Score *score;
    Text out; // of --predictions
    bool predictions;
    long wrong; // rows and files
} Scoring;

static bool read_columns(Scoring *scoring, const char *by, Error *err) {
    scoring->by = by ? strdup(by) : NULL;
    for (char *at = scoring->by, *next; at; at = next) {
        next = strchr(at, ',');
        if (next)
            *next++ = '\0';
        if (scoring->column_count == SCORE_COLUMNS)
            return error_set(err, "by: more than %d columns", SCORE_COLUMNS);
        scoring->columns[scoring->column_count++] = at;
    }
    return true;
}

static bool check_columns(const Scoring *scoring, const Csv *csv, Error *err) {
    for (int i = 0; i < scoring->column_count; i++) {
        Nearest nearest = {0};
        if (csv_column(csv, scoring->columns[i]) >= 0)
            continue;
        for (int k = 0; k < csv->columns; k++)
            nearest_offer(&nearest, scoring->columns[i], csv->header[k]);
        error_set(err, "by: %s has no column '%.60s'", csv->name, scoring->columns[i]);
        return nearest.best ? error_hint(err, "did you mean '%s'?", nearest.best) : false;
    }
    return true;
}

static void add_cell(Text *out, const char *cell) {
    if (!strpbrk(cell, ",\"\r\n")) {
        text_add(out, cell);
        return;
    }
    text_add(out, "\"");
    for (; *cell; cell++)
        text_add_n(out, *cell == '"' ? "\"\"" : cell, *cell == '"' ? 2 : 1);
    text_add(out, "\"");
}

static void add_head(Scoring *scoring, const Csv *csv) {
    for (int i = 0; i < csv->columns; i++) {
        add_cell(&scoring->out, csv->header[i]);
        text_add(&scoring->out, ",");
    }
    text_add(&scoring->out, "measured_us,predicted_us,low_us,high_us,extrapolated\n");
}

static void add_prediction(Scoring *scoring, const Csv *csv, const Row *row,
                           const Prediction *prediction, bool interval) {
    Text *out = &scoring->out;
    for (int i = 0; i < csv->columns; i++) {
        add_cell(out, csv_cell(csv, i));
        text_add(out, ",");
    }
    if (!isnan(row->measured_s))
        text_addf(out, "%.6g", row->measured_s * 1e6);
    text_addf(out, ",%.6g,", prediction->time_s * 1e6);
    if (interval)
        text_addf(out, "%.6g,%.6g", prediction->low_s * 1e6, prediction->high_s * 1e6);
    else
        text_add(out, ",");
    text_addf(out, ",%d\n", prediction->doubt > 0.5);
}

static bool score_row(Scoring *scoring, const RowFile *file, const Row *row, Error *err) {
    const Profile *profile;
    const char *values[SCORE_COLUMNS];
    if (row->op_count == 0 && !row->layer) // was not run, and could not be
        return true;
    if (!request_profile(&scoring->request, &scoring->catalog, scoring->named, row->chip, &profile,
                         err))
        return csv_where(&file->csv, err);
    Machine machine = row_machine(row, profile);
    Prediction prediction = row_predict(row, &machine);
    bool interval = prediction.high_s > prediction.low_s;
    for (int i = 0; i < scoring->column_count; i++)
        values[i] = csv_cell(&file->csv, csv_column(&file->csv, scoring->columns[i]));
    if (!isnan(row->measured_s))
        score_add(scoring->score, row->op, values, row->measured_s, &prediction, interval);
    if (scoring->predictions)
        add_prediction(scoring, &file->csv, row, &prediction, interval);
    return true;
}

static void score_file(Scoring *scoring, const char *name) {
    RowFile file;
    Row row;
    Error err;
    bool good = rows_open(&file, name, &err) && check_columns(scoring, &file.csv, &err);
    if (good && scoring->predictions)
        add_head(scoring, &file.csv);
    while (good && rows_next(&file, &scoring->catalog, &row, &scoring->wrong)) {
        if (!score_row(scoring, &file, &row, &err)) {
            options_fail(&err);
            scoring->wrong++;
        }
        row_free(&row);
    }
    if (!good) {
        options_fail(&err);
        scoring->wrong++;
    }
    rows_close(&file);
}

static void print_json(const Scoring *scoring, const ScoreGroup *group) {
    const struct {
        const char *key;
        double value;
    } numbers[] = {
        {"rows",         group->rows        },
        {"median",       group->median      },
        {"mape",         group->mape        },
        {"p90",          group->p90         },
        {"bias",         group->bias        },
        {"covered",      group->covered     },
        {"width",        group->width       },
        {"extrapolated", group->extrapolated}
    };
    Text out = {0};
    text_add(&out, "{");
    bool named = false;
    for (int i = 0; i < scoring->column_count; i++)
        named |= strcmp(scoring->columns[i], "op") == 0;
    if (!named) {
        text_add(&out, "\"op\":");
        text_add_json(&out, group->op);
        text_add(&out, ",");
    }
    for (int i = 0; i < scoring->column_count; i++) {
        text_add_json(&out, scoring->columns[i]);
        text_add(&out, ":");
        text_add_json(&out, group->values[i]);
        text_add(&out, ",");
    }
    for (int i = 0; i < FIELD_COUNT(numbers); i++) {
        text_addf(&out, "%s\"%s\":", i ? "," : "", numbers[i].key);
        text_add_number(&out, numbers[i].value);
    }
    text_add(&out, "}\n");
    fputs(out.data, stdout);
    text_free(&out);
}

static void share_cell(Table *table, double share) {
    if (isnan(share))
        table_cell(table, "-");
    else
        table_cell(table, "%.1f", 100 * share);
}

static void print_table(const Scoring *scoring, const ScoreGroup groups[], int count) {
    TableColumn columns[SCORE_COLUMNS + 9] = {
        {"kernel", true}
    };
    static const char *const NUMBERS[] = {"rows",   "median %", "MAPE %",  "p90 %",
                                          "bias %", "inside %", "width %", "extrapolated %"};
    int heads = 1;
    for (int i = 0; i < scoring->column_count; i++)
        columns[heads++] = (TableColumn){scoring->columns[i], true};
    for (int i = 0; i < FIELD_COUNT(NUMBERS); i++)
        columns[heads++] = (TableColumn){NUMBERS[i], false};
    Table table = {.columns = columns, .column_count = heads};
    for (int i = 0; i < count; i++) {
        const ScoreGroup *group = &groups[i];
        table_cell(&table, "%s", group->op);
        for (int k = 0; k < scoring->column_count; k++)
            table_cell(&table, "%s", group->values[k]);
        table_cell(&table, "%.0f", group->rows);
        share_cell(&table, group->median);
        share_cell(&table, group->mape);
        share_cell(&table, group->p90);
        share_cell(&table, group->bias);
        share_cell(&table, group->covered);
        share_cell(&table, group->width);
        share_cell(&table, group->extrapolated);
    }
    Text out = {0};
    table_write(&table, &out);
    fputs(out.data, stdout);
    text_free(&out);
    table_free(&table);
}

static void print_groups(Scoring *scoring, bool json) {
    const ScoreGroup *groups;
    int count = score_groups(scoring->score, &groups);
    if (!json && count > 0)
        print_table(scoring, groups, count);
    for (int i = 0; json && i < count; i++)
        print_json(scoring, &groups[i]);
}

static bool begin(Scoring *scoring, const Arguments *arguments, Error *err) {
    scoring->request = request_new();
    scoring->request.command_line = true;
    scoring->request.mode = arguments->mode;
    scoring->request.profile = arguments->profile;
    scoring->predictions = arguments->predictions != NULL;
    if (!read_columns(scoring, arguments->by, err) || !(scoring->library = library_open(err)))
        return false;
    scoring->catalog = *library_catalog(scoring->library);
    if (arguments->chip &&
        !(scoring->catalog.stand_in = library_chip(scoring->library, arguments->chip, err)))
        return error_where(err, "chip", 0);
    scoring->score = score_new(scoring->column_count);
    const Chip *any = library_catalog(scoring->library)->chips[0];
    const Profile *none;
    if (arguments->profile &&
        !(scoring->named = library_profile(scoring->library, arguments->profile, err)))
        return error_where(err, "profile", 0);
    // A wrong word is said once, not row by row.
    Request words = scoring->request;
    return (words.mode && strcmp(words.mode, "calibrated") == 0 && !words.profile) ||
           request_profile(&words, &scoring->catalog, scoring->named, any, &none, err);
}

int cmd_score(int argc, char **argv) {
    Arguments arguments = {0};
    const WordOption options[] = {
        {"--mode",        &arguments.mode,        NULL           },
        {"--profile",     &arguments.profile,     NULL           },
        {"--chip",        &arguments.chip,        NULL           },
        {"--by",          &arguments.by,          NULL           },
        {"--predictions", &arguments.predictions, NULL           },
        {"--json",        NULL,                   &arguments.json},
    };
    if (words_ask_help(argc, argv)) {
        fputs(HELP, stdout);
        return 0;
    }
    Error err = {0};
    Scoring scoring = {0};
    Words words = {"validate score",
                   USAGE,
                   options,
                   FIELD_COUNT(options),
                   heap_take((size_t)argc, sizeof(char *)),
                   0};
    int code = 0;
    if (!words_read(&words, argc, argv, &err) || !begin(&scoring, &arguments, &err)) {
        code = options_fail(&err);
    } else {
        for (int i = 0; i < words.file_count; i++)
            score_file(&scoring, words.files[i]);
        print_groups(&scoring, arguments.json);
        code = scoring.wrong > 0 ? 2 : 0;
        if (scoring.wrong > 0)
            fprintf(stderr, "chipfit: %ld wrong rows or files were left out\n", scoring.wrong);
        if (arguments.predictions && !file_write(arguments.predictions, &scoring.out, &err)) {
            options_fail(&err);
            code = 3;
        }
    }
    score_free(scoring.score);
    library_free(scoring.library);
    text_free(&scoring.out);
    free(scoring.by);
    free(words.files);
    return code;
}
