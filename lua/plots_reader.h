// plots_reader.h — the pictures that a sweep's script asks for: plots = { lines { x = "chips", y = "ttft_s", ... }, ... }.
//
// They name columns of the stored rows, or functions of one row; nothing in them changes what is evaluated or stored.
//     x, y, z   numbers; by: one series (regions: one colour) for each value; each: one picture for each value
//     only      rows that are looked at; best: of those that share x (regions, map: and y), series and picture, the best by
//               this metric; timeline, roofline, ops and memory draw the best design of all
#ifndef LUA_PLOTS_READER_H
#define LUA_PLOTS_READER_H

#include "lua/space_reader.h"
#include "search/goal.h"

#define SCRIPT_PLOTS   64
#define PICTURE_BY     4
#define PICTURE_LIMITS 16
#define PICTURE_VALUES 64 // of one limit

typedef enum ShowWord {
    SHOW_LINES,
    SHOW_POINTS,
    SHOW_MAP,
    SHOW_REGIONS,
    SHOW_TIMELINE, // from here on: of one design
    SHOW_ROOFLINE,
    SHOW_OPS,
    SHOW_MEMORY,
    SHOW_WORDS
} ShowWord;

extern const char *const SHOW_WORD_NAMES[SHOW_WORDS];

// A number or text of a row: a column, or a function of the row.
typedef struct PictureValue {
    bool given;
    int column;       // of the rows; -1: the function
    int function;     // see axis.h
    const char *name; // the column's; of a function: what it stands for, "y"
} PictureValue;

// Rows whose column has one of the values, or lies within min and max. A text counts by the index of its word.
typedef struct PictureLimit {
    int column;
    const double *values; // NULL: min, max
    int count;
    double min, max;
} PictureLimit;

typedef struct PictureLevel { // a line across the picture
    double at;
    const char *label;
} PictureLevel;

typedef struct Picture {
    ShowWord word;
    int line; // in the script
    const char *name, *title;
    const char *x_label, *y_label, *z_label; // NULL: from the column
    const char *log; // NULL: as the numbers suggest; else the axes' letters, "" for none
    PictureValue x, y, z, each;
    PictureValue by[PICTURE_BY];
    int by_count;
    int best; // column; -1: none is asked for
    bool most;
    PictureLimit only[PICTURE_LIMITS];
    int only_count, only_function; // -1: none
    PictureLevel level;            // label NULL: none
    double
        steps; // rows whose x differs by less than a factor of two over so many are one; 0: none are
} Picture;

typedef struct Pictures {
    Picture list[SCRIPT_PLOTS];
    int count;
} Pictures;

// Where rows of designs that do not fit are stored too, looks at those that do unless the picture says otherwise.
void picture_only_fits(const Goal *goal, Picture *picture);

// After the goal, whose columns it names. Functions are kept in the reader's list of them.
bool pictures_read(ScriptReader *reader, const Goal *goal, Pictures *pictures);

#endif
