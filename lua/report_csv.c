// Tables of a report as files: RFC 4180, numbers in base units as they were computed.
#include <math.h>
#include <stdio.h>

#include "lua/report.h"
#include "results/quote.h"

static void add_end(Text *out) {
    text_add(out, "\r\n");
}

static void add_number(Text *out, double value) {
    if (isfinite(value))
        text_add_number(out, value);
    else if (isinf(value))
        text_add(out, value > 0 ? "inf" : "-inf");
}

static void add_heads(const Report *report, Text *out) {
    text_add(out, "id,matters");
    for (int c = 0; c < report->column_count; c++) {
        text_add(out, ",");
        quote_csv(out, report->columns[c].column->name);
    }
    add_end(out);
}

static void add_row(const Report *report, const ReportRow *row, Text *out) {
    text_addf(out, "%lld,", (long long)row->id);
    quote_csv(out, row->tags);
    for (int c = 0; c < report->column_count; c++) {
        const Column *column = report->columns[c].column;
        double value = report_value(report, row, c);
        text_add(out, ",");
        if (column->kind != COLUMN_TEXT)
            add_number(out, value);
        else if (!isnan(value))
            quote_csv(out, column->words[(int)value]);
    }
    add_end(out);
}

static bool add_frontier(Report *report, Error *err) {
    Text out = {0};
    add_heads(report, &out);
    for (int64_t i = 0; i < report->row_count; i++)
        add_row(report, &report->rows[i], &out);
    bool good = folder_add(report->folder, "frontier.csv", &out, err);
    text_free(&out);
    return good;
}

static bool add_best(Report *report, Error *err) {
    Text out = {0};
    text_add(&out, "objective,");
    add_heads(report, &out);
    for (int64_t i = 0; i < report->best_count; i++) {
        quote_csv(&out, report->bests[i].objective->name);
        text_add(&out, ",");
        add_row(report, report->bests[i].row, &out);
    }
    bool good = folder_add(report->folder, "best.csv", &out, err);
    text_free(&out);
    return good;
}

static bool add_why(Report *report, Error *err) {
    Text out = {0};
    text_add(&out, "limit,why,points,nearest_id,missed_by");
    add_end(&out);
    for (int i = 0; i < report->state.why_count; i++) {
        const StoreWhy *why = &report->state.whys[i];
        quote_csv(&out, why->kind);
        text_add(&out, ",");
        quote_csv(&out, why->what);
        text_addf(&out, ",%lld,", (long long)why->points);
        if (why->nearest_id >= 0)
            text_addf(&out, "%lld", (long long)why->nearest_id);
        text_add(&out, ",");
        add_number(&out, why->miss);
        add_end(&out);
    }
    bool good = folder_add(report->folder, "why.csv", &out, err);
    text_free(&out);
    return good;
}

bool report_csv(Report *report, Error *err) {
    bool cut = report->shown_count < report->row_count ||
               (report->markdown && report->row_count > PAGE_MARKDOWN_ROWS);
    if ((report->csv || cut) && !add_frontier(report, err))
        return false;
    return !report->csv || (add_best(report, err) && add_why(report, err));
}
