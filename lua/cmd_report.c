// chipfit report — a stored run as one page: what was asked, what came out, how sure that is, how to repeat it.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/commands.h"
#include "lua/options.h"
#include "lua/report.h"
#include "lua/table.h"
#include "lua/words.h"
#include "sim/base/heap.h"

static const char USAGE[] = "chipfit report RUN.sqlite -o DIR [--md] [--csv]";
static const char HELP[] =
    "usage: chipfit report RUN.sqlite -o DIR [--md] [--csv]\n\n"
    "Writes DIR/index.html: what the sweep asked, what was tried and why the rest fell, the "
    "frontier as a\ntable that sorts, pictures, what binds, how far off the predictions may be, "
    "sources, how to repeat it.\nOne file that needs nothing from outside; pictures are drawn by "
    "gnuplot and stand in DIR/plots too.\n\n"
    "  -o DIR    a folder, made where it is missing; a report in it is replaced, other files are "
    "left alone\n"
    "  --md      also DIR/report.md, the same as Markdown\n"
    "  --csv     also DIR/frontier.csv, best.csv and why.csv\n\n"
    "exit: 0 done; 2 wrong input: no run, or files of others stand where the report's must go; 3 "
    "DIR cannot be written\n"
    "example: chipfit report run.sqlite -o report\n";

static void say_done(const Report *report, const char *folder) {
    Text out = {0};
    const char *name = store_text(report->stored.store, "name");
    table_text(&out, name ? name : "run");
    text_addf(&out, "%s: %lld design%s on the frontier, %d picture%s\nreport: ",
              report->finished ? "" : ", not finished", (long long)report->row_count,
              report->row_count == 1 ? "" : "s", report->pictures,
              report->pictures == 1 ? "" : "s");
    table_text(&out, folder);
    text_addf(&out, "%sindex.html\n", folder[strlen(folder) - 1] == '/' ? "" : "/");
    fputs(out.data, stdout);
    text_free(&out);
    if (report->undrawn)
        fputs("chipfit: pictures are missing: gnuplot is not installed (apt-get install "
              "gnuplot-nox)\n",
              stderr);
}

static int write_report(Report *report, const char *folder, Error *err) {
    if (!report_open(report, err))
        return 2;
    report->folder = folder_open(folder, &report->machine, err);
    if (!report->folder || !report_write(report, err))
        return report->machine ? 3 : 2;
    say_done(report, folder);
    return 0;
}

int cmd_report(int argc, char **argv) {
    const char *folder = NULL;
    bool markdown = false, csv = false;
    const WordOption options[] = {
        {"-o",    &folder, NULL     },
        {"--md",  NULL,    &markdown},
        {"--csv", NULL,    &csv     },
    };
    if (words_ask_help(argc, argv)) {
        fputs(HELP, stdout);
        return 0;
    }
    Error err = {0};
    Words words = {
        "report", USAGE, options, FIELD_COUNT(options), heap_take((size_t)argc, sizeof(char *)), 0};
    bool good = words_read(&words, argc, argv, &err);
    if (good && words.file_count > 1)
        good = error_set(&err, "report takes one run, not %d", words.file_count);
    if (good && (!folder || !folder[0])) {
        good = error_set(&err, "report needs -o DIR, the folder of the report");
        error_hint(&err, "%s", USAGE);
    }
    signal(SIGXFSZ, SIG_IGN); // a file that may not grow is then a failed write
    int code = 2;
    if (good) {
        Report report = {.path = words.files[0], .markdown = markdown, .csv = csv};
        code = write_report(&report, folder, &err);
        report_close(&report);
    }
    if (code)
        options_fail(&err);
    free(words.files);
    return code;
}
