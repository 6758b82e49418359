// report_folder.h — the folder of a report: files are gathered beside their places and take them all at the end.
//
//     folder_open ── folder_add, folder_plots ... ── folder_place ── folder_close
// A report that is there already is replaced whole, with the files that its page lists; others are left alone, and one that
// stands where a file of the report must go is refused. Without folder_place everything is as it was.
#ifndef LUA_REPORT_FOLDER_H
#define LUA_REPORT_FOLDER_H

#include "sim/base/error.h"
#include "sim/base/text.h"

typedef struct ReportFolder ReportFolder;

// Makes the folder where it is missing, but not those above it. NULL with the reason; *machine: a fault of the disk, not of the
// caller.
ReportFolder *folder_open(const char *path, bool *machine, Error *err);
void folder_close(ReportFolder *folder);

// A file of the report by its name, "frontier.csv".
bool folder_add(ReportFolder *folder, const char *name, const Text *text, Error *err);

// Where pictures can be written; all that stands there in the end belongs to the report as "plots/NAME".
const char *folder_plots(const ReportFolder *folder);

// Names of all files so far, blanks between, index.html first.
void folder_names(const ReportFolder *folder, Text *names);

// index.html comes last. *machine as above.
bool folder_place(ReportFolder *folder, const Text *page, bool *machine, Error *err);

#endif
