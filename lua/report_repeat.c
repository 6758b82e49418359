// How to repeat it: commands, and what the run says about itself.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/commands.h"
#include "lua/report.h"
#include "results/quote.h"

static void add_commands(Report *report) {
    Text lines = {0}, run = {0};
    quote_shell(&run, report->path);
    text_addf(&lines, "sqlite3 %s 'SELECT script FROM run' > again.lua   # the script\n", run.data);
    text_add(&lines, "chipfit sweep again.lua -o again.sqlite   # the same rows, on any number of "
                     "threads\n");
    if (report->best_count > 0)
        text_addf(&lines,
                  "chipfit explain %s %lld   # a design op by op; --why METRIC: a formula\n",
                  run.data, (long long)report->bests[0].row->id);
    text_addf(&lines, "chipfit report %s -o DIR   # this page\n", run.data);
    page_code(&report->page, lines.data);
    text_free(&lines);
    text_free(&run);
}

static void add_fact(Report *report, const char *name, const char *value) {
    page_cell(&report->page, name);
    page_cell(&report->page, value ? value : "-");
}

static void add_facts(Report *report, const StoreText texts[], int count) {
    static const char *const TOLD[] = {"script", "objectives", "name"};
    for (int i = 0; i < count; i++) {
        bool told = false;
        for (int k = 0; k < FIELD_COUNT(TOLD); k++)
            told |= strcmp(texts[i].name, TOLD[k]) == 0;
        if (!told)
            add_fact(report, texts[i].name, texts[i].value);
    }
}

static void add_records(Report *report) {
    static const PageColumn COLUMNS[] = {
        {"kind", NULL, NULL, true},
        {"name", NULL, NULL, true},
        {"file", NULL, NULL, true},
    };
    const StoreRun *run = report->run;
    page_fold(&report->page, "Data files that the run holds");
    page_table(&report->page, "records", COLUMNS, 3);
    for (int i = 0; i < run->record_count; i++) {
        page_cell(&report->page, run->records[i].kind ? run->records[i].kind : "-");
        page_cell(&report->page, run->records[i].name ? run->records[i].name : "-");
        page_cell(&report->page, run->records[i].file ? run->records[i].file : "-");
    }
    page_table_end(&report->page);
    page_fold_end(&report->page);
}

void report_repeat(Report *report) {
    static const PageColumn COLUMNS[] = {
        {"fact",  NULL, NULL, true},
        {"value", NULL, NULL, true},
    };
    char busy[32], hold[64];
    page_section(&report->page, "repeat", "How to repeat it");
    page_text(&report->page,
              "The file holds script, chips, systems, models and kernel profiles whole, so that it "
              "answers alone.");
    add_commands(report);
    page_table(&report->page, "facts", COLUMNS, 2);
    add_facts(report, report->run->identity, report->run->identity_count);
    add_facts(report, report->run->facts, report->run->fact_count);
    unit_format(busy, sizeof busy, report->state.busy_s, UNIT_S);
    add_fact(report, "busy", busy);
    snprintf(hold, sizeof hold, "%lld to %lld", (long long)report->run->first,
             (long long)report->run->last - 1);
    add_fact(report, "ids", hold);
    add_fact(report, "reported by", "chipfit " CHIPFIT_VERSION);
    page_table_end(&report->page);
    add_records(report);
}
