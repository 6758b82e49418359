// What was asked and what was tried: script, space, objectives, limits; counts, and why points fell.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/report.h"
#include "results/quote.h"

#define VALUES_SHOWN 160 // characters of an axis' values

static void count_cell(Page *page, int64_t count) {
    Text text = {0};
    report_count(&text, count);
    page_number(page, text.data, (double)count);
    text_free(&text);
}

static void add_axes(Report *report) {
    static const PageColumn COLUMNS[] = {
        {"axis",    NULL, NULL,                true },
        {"values",  NULL, "how many, at most", false},
        {"which",   NULL, "in base units",     true },
        {"meaning", NULL, NULL,                true },
    };
    const StoreRun *run = report->run;
    Text values = {0};
    page_subsection(&report->page, "What varies");
    page_table(&report->page, "axes", COLUMNS, 4);
    for (int i = 0; i < run->axis_count; i++) {
        const StoreAxis *axis = &run->axes[i];
        page_cell(&report->page, axis->name);
        count_cell(&report->page, axis->count);
        text_clear(&values);
        quote_line(&values, axis->values ? axis->values : "", VALUES_SHOWN);
        if (values.data && strcmp(values.data, "\"function\"") == 0)
            page_cell(&report->page, "a function of the script");
        else
            page_cell(&report->page, values.data);
        bool plan = strcmp(axis->name, "plan") == 0;
        page_cell(&report->page, axis->help ? axis->help
                                 : plan     ? "each: chips, tp, cp, pp, ep"
                                            : "");
    }
    page_table_end(&report->page);
    text_free(&values);
}

static void add_constants(Report *report) {
    const StoreRun *run = report->run;
    Text text = {0};
    for (int i = 0; i < run->constant_count; i++) {
        text_addf(&text, "%s%s ", i ? ", " : "", run->constants[i].column.name);
        report_constant(&run->constants[i], &text);
    }
    if (text.length > 0)
        page_text(&report->page, "The same for all: %s.", text.data);
    text_free(&text);
}

// "at least 1, at most 50 ms"
static void add_sides(Text *out, double min, double max, Unit unit) {
    char text[48];
    if (isfinite(min)) {
        unit_format(text, sizeof text, min, unit);
        text_addf(out, " at least %s", text);
    }
    if (isfinite(max)) {
        unit_format(text, sizeof text, max, unit);
        text_addf(out, "%s at most %s", isfinite(min) ? "," : "", text);
    }
}

static void add_limits(Report *report) {
    const Goal *goal = script_goal(report->stored.script);
    const Space *space = script_space(report->stored.script);
    Text text = {0};
    for (int i = 0; i < space->where_count; i++) {
        text_addf(&text, "%s%s", text.length ? "; " : "", space->where[i].quantity.name);
        add_sides(&text, space->where[i].min, space->where[i].max, UNIT_NONE);
    }
    if (space->where_function)
        text_addf(&text, "%sa function of the script", text.length ? "; " : "");
    if (text.length > 0)
        page_text(&report->page, "Only designs whose (where): %s.", text.data);
    text_clear(&text);
    for (int i = 0; i < goal->keep_count; i++) {
        text_addf(&text, "%s%s", text.length ? "; " : "", goal->keep[i].metric->name);
        add_sides(&text, goal->keep[i].min, goal->keep[i].max, goal->keep[i].metric->unit);
    }
    if (goal->keep_function)
        text_addf(&text, "%sa function of the script", text.length ? "; " : "");
    if (text.length > 0)
        page_text(&report->page, "Only results whose (keep): %s. And all must fit in memory.",
                  text.data);
    else
        page_text(&report->page, "The only limit on results: the design must fit in memory.");
    text_clear(&text);
    for (int i = 0; i < goal->group_count; i++)
        text_addf(&text, "%s%s", i ? ", " : "", goal->groups[i].name);
    if (text.length > 0)
        page_text(&report->page, "A frontier for each: %s.", text.data);
    if (goal->epsilon > 0)
        page_text(&report->page,
                  "Designs that are better by less than %.3g %% do not count as better.",
                  100 * goal->epsilon);
    text_free(&text);
}

void report_question(Report *report) {
    Text text = {0};
    const char *script = store_text(report->stored.store, "script");
    const char *search = store_text(report->stored.store, "search");
    page_section(&report->page, "question", "What was asked");
    for (int i = 0; i < report->objective_count; i++)
        text_addf(&text, "%s%s %s", i ? ", " : "",
                  report->objectives[i].maximise ? "most" : "least", report->objectives[i].name);
    page_text(&report->page, "Which designs does nothing beat in: %s? Search: %s.",
              text.length ? text.data : "(no objectives are stored)", search ? search : "-");
    text_free(&text);
    if (report->rebuilt)
        add_limits(report);
    add_constants(report);
    add_axes(report);
    page_subsection(&report->page, "The script");
    page_code(&report->page, script ? script : "(the run holds none)");
}

// --- What was tried --------------------------------------------------------------------------------------------------

static int64_t counter(const Report *report, const char *name) {
    for (int i = 0; i < report->state.counter_count; i++)
        if (strcmp(report->state.counters[i].name, name) == 0)
            return report->state.counters[i].value;
    return 0;
}

static void add_counts(Report *report) {
    static const struct {
        const char *name, *means;
    } COUNTS[] = {
        {"evaluated", "designs evaluated"                                   },
        {"kept",      "of them fit and pass keep"                           },
        {"misfit",    "of them do not fit in memory"                        },
        {"dropped",   "of them fall to keep"                                },
        {"filtered",  "points fall to where, before they are evaluated"     },
        {"illegal",   "points are no designs: parts that do not go together"},
        {"void",      "points are void: past the end of a list"             },
    };
    static const PageColumn COLUMNS[] = {
        {"points", NULL, NULL, false},
        {"of all", "%",  NULL, false},
        {"what",   NULL, NULL, true },
    };
    int64_t done = report->state.watermark - report->run->first;
    page_table(&report->page, "counts", COLUMNS, 3);
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++) {
        int64_t points = counter(report, COUNTS[i].name);
        char share[32];
        double percent = done > 0 ? 100 * (double)points / (double)done : 0;
        snprintf(share, sizeof share, "%.2f", percent);
        count_cell(&report->page, points);
        page_number(&report->page, share, percent);
        page_cell(&report->page, COUNTS[i].means);
    }
    page_table_end(&report->page);
}

static void add_why(Report *report, const StoreWhy *why) {
    Page *page = &report->page;
    char nearest[32] = "-", miss[32] = "-";
    count_cell(page, why->points);
    page_cell(page, why->kind);
    page_cell(page, why->what);
    if (why->nearest_id >= 0)
        snprintf(nearest, sizeof nearest, "%lld", (long long)why->nearest_id);
    if (!isnan(why->miss))
        snprintf(miss, sizeof miss, "%.3g", 100 * why->miss);
    page_number(page, nearest, why->nearest_id >= 0 ? (double)why->nearest_id : (double)NAN);
    page_number(page, miss, 100 * why->miss);
}

void report_tried(Report *report) {
    static const PageColumn COLUMNS[] = {
        {"points",    NULL, "that fell for this reason",                false},
        {"limit",     NULL, "memory, keep, where, or no design at all", true },
        {"why",       NULL, "as the first point met it",                true },
        {"nearest",   "id", "the point that missed by least",           false},
        {"missed by", "%",  "of the limit",                             false},
    };
    Text points = {0};
    page_section(&report->page, "tried", "What was tried, and why the rest fell");
    report_count(&points, report->state.watermark - report->run->first);
    page_text(&report->page, "%s points were visited.", points.data);
    text_free(&points);
    add_counts(report);
    if (report->state.why_count == 0)
        return;
    page_table(&report->page, "why", COLUMNS, 5);
    for (int i = 0; i < report->state.why_count; i++)
        add_why(report, &report->state.whys[i]);
    page_table_end(&report->page);
}
