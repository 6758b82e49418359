#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/report.h"
#include "results/quote.h"

#define CELL_CHARACTERS                                                                            \
    90 // of a text in the frontier's table; files and the list of axes hold it whole

int report_column(const Report *report, const char *name) {
    for (int i = 0; i < report->column_count; i++)
        if (strcmp(report->columns[i].column->name, name) == 0)
            return i;
    return -1;
}

// --- What is asked ---------------------------------------------------------------------------------------------------

// The run says them as [{"minimise": "loss"}, ...].
static void read_objectives(Report *report) {
    const char *text = store_text(report->stored.store, "objectives");
    json_t *list = text ? json_loads(text, 0, NULL) : NULL, *one;
    size_t i;
    json_array_foreach(list, i, one) {
        json_t *least = json_object_get(one, "minimise"), *most = json_object_get(one, "maximise");
        const char *name = json_string_value(least ? least : most);
        if (!name || report->objective_count == PARETO_OBJECTIVES)
            continue;
        report->objectives[report->objective_count++] = (ReportObjective){
            .name = arena_text(report->arena, name), .maximise = !least, .column = -1};
    }
    json_decref(list);
}

static const Goal *goal_of(const Report *report) {
    return report->rebuilt ? script_goal(report->stored.script) : NULL;
}

static bool is_axis(const Report *report, const char *name) {
    for (int i = 0; i < report->run->axis_count; i++)
        if (strcmp(report->run->axes[i].name, name) == 0)
            return true;
    return false;
}

static const Field *metric_of(const char *name) {
    for (int i = 0; i < METRICS_TABLE.count; i++)
        if (strcmp(METRICS_TABLE.fields[i].name, name) == 0)
            return &METRICS_TABLE.fields[i];
    return NULL;
}

static Unit unit_of(const Report *report, const char *name) {
    const Goal *goal = goal_of(report);
    const Field *metric = metric_of(name), *field = NULL;
    for (int i = 0; goal && i < goal->column_count; i++) {
        int axis = goal->columns[i].quantity.axis;
        if (!goal->columns[i].metric && axis >= 0 &&
            strcmp(goal->columns[i].column.name, name) == 0)
            field = script_space(report->stored.script)->axes[axis].field;
    }
    if (field)
        return field->kind == FIELD_NUMBER ? field->unit : UNIT_NONE;
    return metric && !is_axis(report, name) ? metric->unit : UNIT_NONE;
}

static ReportRole role_of(const Report *report, const char *name) {
    const Goal *goal = goal_of(report);
    for (int i = 0; i < report->objective_count; i++)
        if (strcmp(report->objectives[i].name, name) == 0)
            return ROLE_OBJECTIVE;
    for (int i = 0; goal && i < goal->keep_count; i++)
        if (strcmp(goal->keep[i].metric->name, name) == 0)
            return ROLE_LIMIT;
    return metric_of(name) && !is_axis(report, name) ? ROLE_METRIC : ROLE_AXIS;
}

static void find_places(Report *report) {
    const Goal *goal = goal_of(report);
    for (int i = 0; i < report->objective_count; i++)
        report->objectives[i].column = report_column(report, report->objectives[i].name);
    for (int i = 0; goal && i < goal->group_count; i++) {
        int column = report_column(report, goal->groups[i].name);
        if (column >= 0)
            report->groups[report->group_count++] = column;
    }
}

void report_columns(Report *report) {
    const StoreRun *run = report->run;
    read_objectives(report);
    report->columns =
        arena_take(report->arena, ((size_t)run->column_count + 1) * sizeof *report->columns);
    for (int role = ROLE_AXIS; role <= ROLE_METRIC; role++)
        for (int i = 0; i < run->column_count; i++) {
            const char *name = run->columns[i].name;
            if (role_of(report, name) == (ReportRole)role)
                report->columns[report->column_count++] = (ReportColumn){
                    .column = &run->columns[i], .unit = unit_of(report, name), .role = role};
        }
    find_places(report);
}

// --- What is shown ---------------------------------------------------------------------------------------------------

double report_value(const Report *report, const ReportRow *row, int column) {
    return row->values[report->columns[column].column - report->run->columns];
}

void report_show(const ReportColumn *column, double value, Text *out) {
    const Column *is = column->column;
    char text[64];
    if (isnan(value)) {
        text_add(out, "-");
    } else if (is->kind == COLUMN_TEXT) {
        quote_line(out, is->words[(int)value], CELL_CHARACTERS);
    } else if (column->unit != UNIT_NONE) {
        unit_format(text, sizeof text, value, column->unit);
        text_add(out, text);
    } else if (is->kind == COLUMN_INTEGER) {
        text_addf(out, "%.0f", value);
    } else {
        text_addf(out, "%.4g", value);
    }
}

void report_cell(Report *report, const ReportColumn *column, double value) {
    Text shown = {0};
    report_show(column, value, &shown);
    if (column->column->kind == COLUMN_TEXT)
        page_cell(&report->page, shown.data);
    else
        page_number(&report->page, shown.data, value);
    text_free(&shown);
}

void report_objectives(const Report *report, const ReportRow *row, Text *out) {
    for (int i = 0; i < report->objective_count; i++) {
        int column = report->objectives[i].column;
        if (column < 0)
            continue;
        text_addf(out, "%s%s ", i ? ", " : "", report->objectives[i].name);
        report_show(&report->columns[column], report_value(report, row, column), out);
    }
}

void report_constant(const StoreConstant *constant, Text *out) {
    const ReportColumn column = {&constant->column, UNIT_NONE, ROLE_AXIS};
    char text[48];
    if (constant->column.kind == COLUMN_TEXT || isnan(constant->value)) {
        report_show(&column, constant->value, out);
        return;
    }
    unit_format(text, sizeof text, constant->value, UNIT_NONE); // 1.5e13 tokens
    text_add(out, text);
}

void report_count(Text *out, int64_t count) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)count);
    for (int i = 0; i < length; i++) {
        text_add_n(out, &digits[i], 1);
        if ((length - i - 1) % 3 == 0 && i + 1 < length)
            text_add(out, " ");
    }
}
