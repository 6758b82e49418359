#include "lua/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/commands.h"
#include "results/quote.h"
#include "sim/base/heap.h"

// --- Reading ---------------------------------------------------------------------------------------------------------

static bool take_row(void *context, const char *objective, int64_t id, const double values[],
                     Error *err) {
    (void)objective, (void)err;
    Report *report = context;
    size_t bytes = (size_t)report->run->column_count * sizeof *values;
    if (report->row_count == report->row_room) {
        report->row_room = report->row_room ? 2 * report->row_room : 256;
        report->rows = heap_resize(report->rows, report->row_room, sizeof *report->rows);
    }
    ReportRow *row = &report->rows[report->row_count++];
    *row = (ReportRow){.id = id, .values = arena_take(report->arena, bytes + sizeof *values)};
    memcpy(row->values, values, bytes);
    return true;
}

// A script that is gone for this program must not keep the rows from being reported.
static bool open_run(Report *report, Error *err) {
    Error why = {0};
    report->rebuilt = stored_open(&report->stored, report->path, &why);
    if (!report->stored.store) {
        *err = why;
        return false;
    }
    report->not_rebuilt = why;
    report->run = store_run(report->stored.store);
    report->finished = store_finished(report->stored.store);
    report->current = stored_is_current(&report->stored);
    return store_state(report->stored.store, &report->state, err);
}

bool report_open(Report *report, Error *err) {
    report->arena = arena_new();
    if (!open_run(report, err))
        return false;
    report_columns(report);
    if (!store_each(report->stored.store, STORE_FRONTIER, take_row, report, err))
        return false;
    report_choose(report);
    return true;
}

void report_close(Report *report) {
    folder_close(report->folder);
    page_free(&report->page);
    free(report->rows);
    stored_close(&report->stored);
    arena_free(report->arena);
}

// --- Writing ---------------------------------------------------------------------------------------------------------

static const char *text_of(const Report *report, const char *name) {
    const char *text = store_text(report->stored.store, name);
    return text ? text : "";
}

// What the reader must know before anything else.
static void add_warnings(Report *report) {
    const StoreRun *run = report->run;
    double done = (double)(report->state.watermark - run->first);
    if (!report->finished)
        page_warning(
            &report->page,
            "This run is not finished: %.0f of %.0f points are done (%.1f %%). What "
            "stands here is the state of now. If nothing writes it any more, chipfit sweep "
            "--resume goes on with it.",
            done, (double)(run->last - run->first),
            run->last > run->first ? 100 * done / (double)(run->last - run->first) : 100);
    if (!report->current)
        page_warning(&report->page,
                     "Version %s of chipfit wrote this run, version " CHIPFIT_VERSION
                     " this report. Stored rows are those of then; what is evaluated again here "
                     "(accuracy, sources) may differ.",
                     stored_version(&report->stored));
    if (!report->rebuilt)
        page_warning(&report->page,
                     "The run's script and catalogue cannot be read by this program (%s%s%s), so "
                     "that accuracy, sources and some pictures are missing here.",
                     report->not_rebuilt.what, report->not_rebuilt.hint[0] ? "; " : "",
                     report->not_rebuilt.hint);
    const char *shard = text_of(report, "shard");
    if (shard[0] && strcmp(shard, "1/1") != 0)
        page_warning(&report->page,
                     "This is part %s of a sweep; chipfit merge joins the parts. Its frontier is "
                     "that of its own points.",
                     shard);
}

static void add_best(Report *report, const ReportBest *best) {
    const ReportRow *row = best->row;
    Text line = {0};
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)row->id);
    text_addf(&line, "%s %s", best->objective->maximise ? "most" : "least", best->objective->name);
    page_cell(&report->page, line.data);
    page_number(&report->page, id, (double)row->id);
    text_clear(&line);
    for (int c = 0; c < report->column_count && report->columns[c].role == ROLE_AXIS; c++) {
        text_addf(&line, "%s%s ", c ? ", " : "", report->columns[c].column->name);
        report_show(&report->columns[c], report_value(report, row, c), &line);
    }
    page_cell(&report->page, line.data);
    text_clear(&line);
    report_objectives(report, row, &line);
    page_cell(&report->page, line.data);
    text_free(&line);
}

// The answer in a few lines: how many, and the best of each objective.
static void add_answer(Report *report) {
    Text line = {0};
    if (report->row_count == 0) {
        page_text(&report->page,
                  "No design%s fits and passes the limits: the frontier is empty. Why points "
                  "fell is told below.",
                  report->finished ? "" : " so far");
        return;
    }
    report_count(&line, report->row_count);
    text_addf(&line, " design%s that nothing beats in %d objective%s, out of ",
              report->row_count == 1 ? "" : "s", report->objective_count,
              report->objective_count == 1 ? "" : "s");
    report_count(&line, report->state.watermark - report->run->first);
    text_add(&line, " points");
    for (int i = 0; i < report->group_count; i++)
        text_addf(&line, "%s%s", i ? ", " : "; a frontier for each ",
                  report->columns[report->groups[i]].column->name);
    bool some = report->frontier_count * report->objective_count > REPORT_ANSWERS;
    page_text(&report->page, "%s. The best of each%s:", line.data,
              some ? ", in some of them (best.csv, by --csv, holds all)" : "");
    static const PageColumn COLUMNS[] = {
        {"best in",         NULL, "the objective",                        true },
        {"id",              NULL, "of the point: chipfit explain RUN ID", false},
        {"what it is",      NULL, "its value on every axis",              true },
        {"what it reaches", NULL, "its objectives",                       true },
    };
    page_table(&report->page, "answer", COLUMNS, 4);
    for (int64_t i = 0; i < report->best_count; i++)
        if (report_is_shown(report, i, REPORT_ANSWERS))
            add_best(report, &report->bests[i]);
    page_table_end(&report->page);
    text_free(&line);
}

static bool write_sections(Report *report, Error *err) {
    static const PageLink LINKS[] = {
        {"question", "What was asked"},
        {"tried",    "What was tried"},
        {"designs",  "The frontier"  },
        {"pictures", "Pictures"      },
        {"binds",    "What binds"    },
        {"accuracy", "How far off"   },
        {"sources",  "Sources"       },
        {"repeat",   "How to repeat" },
    };
    add_warnings(report);
    add_answer(report);
    page_links(&report->page, LINKS, sizeof LINKS / sizeof LINKS[0]);
    report_question(report);
    report_tried(report);
    report_frontier(report);
    report_plots(report);
    if (!report_binds(report, err))
        return false;
    report_accuracy(report);
    report_repeat(report);
    return true;
}

bool report_write(Report *report, Error *err) {
    Text files = {0};
    report->machine = true;
    bool good = report_csv(report, err) && write_sections(report, err);
    if (good &&
        report->markdown) // its place in the list of files; the text is whole when the head stands
        good = folder_add(report->folder, "report.md", &report->page.markdown, err);
    folder_names(report->folder, &files);
    const char *name = text_of(report, "name");
    page_end(&report->page, &(PageHead){.title = name[0] ? name : "a run of chipfit",
                                        .files = files.data,
                                        .generator = "chipfit " CHIPFIT_VERSION});
    text_free(&files);
    if (good && report->markdown)
        good = folder_add(report->folder, "report.md", &report->page.markdown, err);
    return good && folder_place(report->folder, &report->page.html, &report->machine, err);
}
