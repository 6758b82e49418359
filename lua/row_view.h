// row_view.h — one stored row as the functions of a script's plots see it: d.chip, d.time_s, any column, and what is the
// same in all rows.
#ifndef LUA_ROW_VIEW_H
#define LUA_ROW_VIEW_H

#include "lua/sandbox.h"
#include "results/store.h"
#include "sim/base/arena.h"

typedef struct RowView {
    Sandbox *sandbox;
    const StoreRun *run;  // of the file, with its columns
    const double *values; // of the row that is looked at
    int64_t id;           // of it
} RowView;

// Makes the view known to the sandbox; `view` stays where it is.
void view_open(RowView *view);

// What a function of the row gave; texts live until the next call.
typedef struct ViewAnswer {
    double number; // NaN: nil
    const char *text;
    bool truth;
} ViewAnswer;

typedef enum ViewWanted { VIEW_NUMBER, VIEW_TEXT, VIEW_TRUTH } ViewWanted;

// Calls the function with that number (axis.h). VIEW_TEXT: a number or a truth comes as a text too, nil as NULL.
bool view_call(RowView *view, int function, ViewWanted wanted, ViewAnswer *answer, Error *err);

#endif
