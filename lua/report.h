// report.h — a stored run as a report: what was read of it, and the sections that are written from that.
//
//     RUN.sqlite ── report_open ──> Report ── report_write ──> page.html, page.markdown, csv ── lua/report_folder.h ──> DIR
// Everything but sources, accuracy and pictures comes from the rows alone, so that a run whose script this program cannot read
// any more still has its report.
#ifndef LUA_REPORT_H
#define LUA_REPORT_H

#include "lua/report_folder.h"
#include "lua/stored.h"
#include "results/page.h"
#include "results/plot.h"

#define REPORT_CELLS   40000 // of the frontier's table; of a larger frontier it shows a part
#define REPORT_SHORT   40 // designs; a longer frontier has a table of those that matter before it
#define REPORT_ANSWERS 12 // best designs at the top of the page
#define REPORT_OPENED  6  // best designs that are shown op by op

typedef enum ReportRole { ROLE_AXIS, ROLE_OBJECTIVE, ROLE_LIMIT, ROLE_METRIC } ReportRole;

typedef struct ReportColumn {
    const Column *column;
    Unit unit;
    ReportRole role;
} ReportColumn;

typedef struct ReportObjective {
    const char *name;
    bool maximise;
    int column; // -1: not among the rows' columns
} ReportObjective;

typedef struct ReportRow {
    int64_t id;
    double *values;
    const char *tags;             // "best tpot_s, balanced"; NULL: none
    bool best;                    // in some objective
    double keys[GOAL_GROUPS + 1]; // that rows are sorted by
} ReportRow;

// The best of an objective in a group.
typedef struct ReportBest {
    const ReportRow *row;
    const ReportObjective *objective;
    int64_t group;
} ReportBest;

typedef struct Report {
    const char *path; // as it was given
    Arena *arena;
    Stored stored;
    bool rebuilt;      // script and catalogue could be read, so that designs can be evaluated
    Error not_rebuilt; // why not
    const StoreRun *run;
    StoreState state;
    bool finished, current;
    ReportColumn *columns; // as they are shown: axes, objectives, what limits, other metrics
    int column_count;
    ReportObjective objectives[PARETO_OBJECTIVES];
    int objective_count;
    int groups[GOAL_GROUPS]; // columns
    int group_count;
    ReportRow *rows; // of the frontier, by groups and the first objective
    int64_t row_count, row_room;
    int64_t *shown; // rows in the page's table, in order
    int64_t shown_count;
    ReportBest *bests;                  // by groups and objectives
    int64_t best_count, frontier_count; // frontiers: one for each group
    bool markdown, csv;                 // what is asked for beside the page
    Page page;
    ReportFolder *folder; // that the report goes to
    size_t svg_bytes;     // of pictures that the page took in
    int pictures;         // drawn
    bool undrawn;         // some are not, for want of gnuplot
    bool machine;         // a failure was the machine's
} Report;

// Start from {0} with path, markdown and csv set; report_close is due in any case.
bool report_open(Report *report, Error *err);
void report_close(Report *report);

// Writes everything into the report's folder.
bool report_write(Report *report, Error *err);

// --- report_columns.c ------------------------------------------------------------------------------------------------

void report_columns(Report *report);
int report_column(const Report *report, const char *name); // -1: there is none

// A row's value as the console shows it, and in the page's table.
void report_show(const ReportColumn *column, double value, Text *out);
void report_cell(Report *report, const ReportColumn *column, double value);
double report_value(const Report *report, const ReportRow *row, int column);

void report_constant(const StoreConstant *constant, Text *out);

// "1 319 616"
void report_count(Text *out, int64_t count);

// "loss 1.94, tpot_s 8.71 ms" of a row.
void report_objectives(const Report *report, const ReportRow *row, Text *out);

// --- report_plots.c --------------------------------------------------------------------------------------------------

// Writes and draws a picture and shows it at this place of the page; without gnuplot it says so.
void report_picture(Report *report, const Plot *plot);

// The pictures of a design, evaluated again: its time by op (`first`), or all others.
void report_design(Report *report, const ReportRow *row, bool first);

// --- Sections, in their order ------------------------------------------------------------------------------------

void report_question(Report *report); // report_question.c
void report_tried(Report *report);
void report_frontier(Report *report); // report_frontier.c
bool report_is_shown(const Report *report, int64_t best,
                     int most);                // among so many, from groups at an even step
void report_choose(Report *report);            // which designs matter
void report_plots(Report *report);             // report_plots.c
bool report_binds(Report *report, Error *err); // report_binds.c
void report_accuracy(Report *report);          // report_accuracy.c
void report_measured(Report *report);          // report_measured.c
void report_repeat(Report *report);            // report_repeat.c

// frontier.csv, best.csv, why.csv into the folder, those that are due.
bool report_csv(Report *report, Error *err); // report_csv.c

#endif
