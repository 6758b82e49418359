#include "lua/plot_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"

#define TEXTS_MOST 1000 // series, or pictures, of one picture

// Texts in the order in which they were seen.
typedef struct Labels {
    PickedText *list;
    int count, room;
} Labels;

// Equal parts of an axis, in which points are one; off: each place is its own.
typedef struct Bins {
    bool on, log;
    double first, width;
} Bins;

typedef struct Table {
    const Picture *picture;
    PickedColumns interval;
    PickedRow *rows;
    int *slots; // -1: free; a power of two of them
    int count, room, slot_count;
    Labels series, each;
    int64_t seen;
    Bins x, y;
    int bins; // of either; 0: none yet
} Table;

typedef struct Pass {
    RowView *view;
    Table *tables;
    int count;
    Arena *arena;
} Pass;

// --- Labels --------------------------------------------------------------------------------------------------------

static int name_number(Labels *names, const char *text, double order, Arena *arena) {
    for (int i = 0; i < names->count; i++)
        if (strcmp(names->list[i].text, text) == 0)
            return i;
    if (names->count == TEXTS_MOST)
        return -1;
    if (names->count == names->room) {
        names->room = names->room ? 2 * names->room : 16;
        names->list = realloc(names->list, (size_t)names->room * sizeof *names->list);
        if (!names->list)
            abort();
    }
    names->list[names->count] = (PickedText){arena_text(arena, text), order, 0};
    return names->count++;
}

// A value of the row as a text; numbers with the column's name, unless it says what they are.
static bool add_text(RowView *view, const PictureValue *value, bool named, Text *text,
                     double *order, Error *err) {
    if (value->column < 0) {
        ViewAnswer answer;
        if (!view_call(view, value->function, VIEW_TEXT, &answer, err))
            return false;
        text_add(text, answer.text ? answer.text : "none");
        *order = answer.number;
        return true;
    }
    const Column *column = &view->run->columns[value->column];
    double number = view->values[value->column];
    *order = number;
    if (isnan(number))
        text_add(text, "none");
    else if (column->kind == COLUMN_TEXT)
        text_add(text, column->words[(int)number]);
    else if (named)
        text_addf(text, "%s %.6g", column->name, number);
    else
        text_addf(text, "%.6g", number);
    return true;
}

static bool number_of(const Pass *pass, Labels *names, const PictureValue values[], int count,
                      int *number, Error *err) {
    Text text = {0};
    double order = 0;
    *number = 0;
    if (count == 0)
        return true;
    bool good = true;
    for (int i = 0; good && i < count; i++) {
        double own = 0;
        if (i > 0)
            text_add(&text, ", ");
        good = add_text(pass->view, &values[i], true, &text, &own, err);
        order = i == 0 ? own : 0;
    }
    if (good)
        *number = name_number(names, text.data ? text.data : "", order, pass->arena);
    text_free(&text);
    if (good && *number < 0)
        return error_set(err, "by and each: more than %d values", TEXTS_MOST);
    return good;
}

// --- Kept rows ----------------------------------------------------------------------------------------------------

static uint64_t mix(uint64_t hash, double value) {
    uint64_t bits;
    value += 0.0; // one zero
    memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 29);
}

static double bin_of(const Bins *bins, double value) {
    if (!bins->on)
        return value;
    return floor(((bins->log ? log(value) : value) - bins->first) / bins->width);
}

static bool is_grid(const Picture *picture) {
    return picture->word == SHOW_MAP || picture->word == SHOW_REGIONS;
}

// Whether y sets rows apart, as in a scatter of all of them.
static bool by_place(const Picture *picture) {
    return is_grid(picture) || (picture->word < SHOW_TIMELINE && picture->best < 0);
}

typedef struct RowKey {
    int each, series;
    double x, y;
} RowKey;

static RowKey key_of(const Table *table, const PickedRow *row) {
    const Picture *picture = table->picture;
    // Regions: all series compete for a cell.
    int series = picture->word == SHOW_REGIONS ? 0 : row->series;
    double y = by_place(picture) ? bin_of(&table->y, row->y) : 0;
    return (RowKey){row->each, series, bin_of(&table->x, row->x), y};
}

static int *slot_of(const Table *table, const PickedRow *row) {
    RowKey key = key_of(table, row);
    uint64_t hash = mix(mix(mix(mix(1, key.each), key.series), key.x), key.y);
    int mask = table->slot_count - 1;
    for (int at = (int)(hash >> 20) & mask;; at = (at + 1) & mask) {
        int *slot = &table->slots[at];
        if (*slot < 0)
            return slot;
        RowKey other = key_of(table, &table->rows[*slot]);
        if (other.each == key.each && other.series == key.series && other.x == key.x &&
            other.y == key.y)
            return slot;
    }
}

static void *room_for(void *list, int count, size_t size) {
    list = realloc(list, (size_t)count * size);
    if (!list)
        abort();
    return list;
}

static void place_row(Table *table, const PickedRow *row) {
    int *slot = slot_of(table, row);
    if (*slot < 0) {
        *slot = table->count;
        table->rows[table->count++] = *row;
    } else if (row->best < table->rows[*slot].best) {
        table->rows[*slot] = *row;
    }
}

// Places all rows anew, for more slots or coarser steps.
static void rebuild(Table *table, int slots) {
    int count = table->count;
    table->slots = room_for(table->slots, slots, sizeof *table->slots);
    table->slot_count = slots;
    memset(table->slots, -1, (size_t)slots * sizeof *table->slots);
    table->count = 0;
    for (int i = 0; i < count; i++) {
        PickedRow row = table->rows[i]; // rows that stay move down, or stay where they are
        place_row(table, &row);
    }
}

// So many parts from the least to the greatest so far, by ratio where that is how they lie.
static Bins bins_over(const Table *table, size_t offset, int count) {
    double least = (double)INFINITY, most = (double)-INFINITY;
    for (int i = 0; i < table->count; i++) {
        double value = *(const double *)(const void *)((const char *)&table->rows[i] + offset);
        least = value < least ? value : least;
        most = value > most ? value : most;
    }
    bool by_ratio = least > 0 && most > PLOT_LOG_RATIO * least;
    double first = by_ratio ? log(least) : least, last = by_ratio ? log(most) : most;
    // A later value may be negative, so that it has no logarithm: NaN is a part of its own.
    return (Bins){last > first, by_ratio, first, (last - first) / count};
}

// Joins neighbours until there are at most so many rows.
static void thin(Table *table, int most) {
    while (table->count > most && table->bins != 1) {
        table->bins = table->bins ? table->bins / 2 : 512;
        table->x = bins_over(table, offsetof(PickedRow, x), table->bins);
        table->y = bins_over(table, offsetof(PickedRow, y), table->bins);
        rebuild(table, table->slot_count);
    }
}

static bool scatter(const Picture *picture) {
    return picture->word < SHOW_TIMELINE && !is_grid(picture) && picture->best < 0;
}

static void keep_row(Table *table, const PickedRow *row) {
    if (scatter(table->picture) && table->count > 8 * PICKED_POINTS)
        thin(table, 4 * PICKED_POINTS);
    if (table->count == table->room) {
        table->room = table->room ? 2 * table->room : 256;
        table->rows = room_for(table->rows, table->room, sizeof *table->rows);
    }
    if (2 * (table->count + 1) > table->slot_count)
        rebuild(table, table->slot_count ? 2 * table->slot_count : 512);
    place_row(table, row);
}

// --- The pass -----------------------------------------------------------------------------------------------------

static bool within(const PictureLimit *limit, double value) {
    if (!limit->values)
        return value >= limit->min && value <= limit->max;
    for (int i = 0; i < limit->count; i++)
        if (value == limit->values[i])
            return true;
    return false;
}

static bool passes(const Pass *pass, const Picture *picture, bool *yes, Error *err) {
    *yes = true;
    for (int i = 0; *yes && i < picture->only_count; i++)
        *yes = within(&picture->only[i], pass->view->values[picture->only[i].column]);
    if (!*yes || picture->only_function < 0)
        return true;
    ViewAnswer answer;
    bool good = view_call(pass->view, picture->only_function, VIEW_TRUTH, &answer, err);
    *yes = good && answer.truth;
    return good;
}

static bool take_number(const Pass *pass, const PictureValue *value, double *number, Error *err) {
    ViewAnswer answer;
    *number = 0;
    if (!value->given)
        return true;
    if (value->column >= 0) {
        *number = pass->view->values[value->column];
        return true;
    }
    bool good = view_call(pass->view, value->function, VIEW_NUMBER, &answer, err);
    *number = answer.number;
    return good;
}

static bool take_row(const Pass *pass, Table *table, Error *err) {
    const Picture *picture = table->picture;
    const double *values = pass->view->values;
    PickedRow row = {.id = pass->view->id, .low = (double)NAN, .high = (double)NAN};
    bool yes;
    if (!passes(pass, picture, &yes, err) || !yes)
        return !err->what[0];
    row.best = picture->best >= 0 ? values[picture->best] : 0;
    row.best = picture->most ? -row.best : row.best;
    if (!take_number(pass, &picture->x, &row.x, err) ||
        !take_number(pass, &picture->y, &row.y, err) ||
        !take_number(pass, &picture->z, &row.z, err))
        return false;
    if (!isfinite(row.x) || !isfinite(row.y) || !isfinite(row.z) || !isfinite(row.best))
        return true;
    table->seen++;
    if (!number_of(pass, &table->series, picture->by, picture->by_count, &row.series, err) ||
        !number_of(pass, &table->each, &picture->each, picture->each.given, &row.each, err))
        return false;
    if (picture->each.given)
        table->each.list[row.each].seen++;
    if (table->interval.low >= 0) {
        row.low = values[table->interval.low];
        row.high = values[table->interval.high];
    }
    keep_row(table, &row);
    return true;
}

static bool each_row(void *context, const char *objective, int64_t id, const double values[],
                     Error *err) {
    Pass *pass = context;
    (void)objective;
    pass->view->values = values;
    pass->view->id = id;
    bool good = true;
    for (int i = 0; good && i < pass->count; i++) {
        good = take_row(pass, &pass->tables[i], err);
        if (!good && !err->line)
            error_where(err, err->file[0] ? err->file : "plots", pass->tables[i].picture->line);
    }
    pass->view->values = NULL;
    return good;
}

PickedColumns interval_columns(const StoreRun *run, int column) {
    PickedColumns found = {-1, -1};
    if (column < 0)
        return found;
    const char *name = run->columns[column].name;
    size_t length = strlen(name);
    if (length < 3 || strcmp(name + length - 2, "_s") != 0)
        return found;
    for (int i = 0; i < run->column_count; i++) {
        char low[80], high[80];
        snprintf(low, sizeof low, "%.*s_low_s", (int)(length - 2 < 60 ? length - 2 : 60), name);
        snprintf(high, sizeof high, "%.*s_high_s", (int)(length - 2 < 60 ? length - 2 : 60), name);
        found.low = strcmp(run->columns[i].name, low) == 0 ? i : found.low;
        found.high = strcmp(run->columns[i].name, high) == 0 ? i : found.high;
    }
    return found.low < 0 || found.high < 0 ? (PickedColumns){-1, -1} : found;
}

// --- The result ---------------------------------------------------------------------------------------------------

static int by_order(const void *a, const void *b) {
    const PickedText *x = a, *y = b;
    bool numbers = !isnan(x->order) && !isnan(y->order);
    if (numbers && x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return strcmp(x->text, y->text);
}

static int by_place_of(const void *a, const void *b) {
    const PickedRow *x = a, *y = b;
    if (x->each != y->each)
        return x->each < y->each ? -1 : 1;
    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    if (x->x != y->x)
        return x->x < y->x ? -1 : 1;
    if (x->y != y->y)
        return x->y < y->y ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

// Texts in their order; gives the new number of each old one.
static PickedText *settle_names(Labels *names, int numbers[], Arena *arena) {
    PickedText *sorted = arena_take(arena, ((size_t)names->count + 1) * sizeof *sorted);
    if (names->count == 0)
        return sorted;
    memcpy(sorted, names->list, (size_t)names->count * sizeof *sorted);
    qsort(sorted, (size_t)names->count, sizeof *sorted, by_order);
    for (int old = 0; old < names->count; old++)
        for (int i = 0; i < names->count; i++)
            if (strcmp(sorted[i].text, names->list[old].text) == 0)
                numbers[old] = i;
    return sorted;
}

static void settle(Table *table, Picked *picked, Arena *arena) {
    int series[TEXTS_MOST] = {0}, each[TEXTS_MOST] = {0};
    if (scatter(table->picture))
        thin(table, PICKED_POINTS);
    *picked = (Picked){.count = table->count,
                       .series_count = table->series.count,
                       .each_count = table->each.count,
                       .seen = table->seen,
                       .thinned = table->bins > 0};
    picked->series = settle_names(&table->series, series, arena);
    picked->each = settle_names(&table->each, each, arena);
    picked->rows = arena_take(arena, ((size_t)table->count + 1) * sizeof *picked->rows);
    for (int i = 0; i < table->count; i++) {
        picked->rows[i] = table->rows[i];
        picked->rows[i].series = series[table->rows[i].series];
        picked->rows[i].each = each[table->rows[i].each];
    }
    qsort(picked->rows, (size_t)picked->count, sizeof *picked->rows, by_place_of);
}

bool rows_pick(Store *store, RowView *view, const Picture pictures[], int count, Picked picked[],
               Arena *arena, Error *err) {
    Table *tables = calloc((size_t)count + 1, sizeof *tables);
    if (!tables)
        abort();
    for (int i = 0; i < count; i++) {
        tables[i].picture = &pictures[i];
        if (pictures[i].steps > 0)
            tables[i].x = (Bins){true, true, 0, log(2) / pictures[i].steps};
        tables[i].interval = (PickedColumns){-1, -1};
        if (pictures[i].word <= SHOW_POINTS && pictures[i].y.given)
            tables[i].interval = interval_columns(view->run, pictures[i].y.column);
    }
    Pass pass = {view, tables, count, arena};
    *err = (Error){0};
    bool good = store_each(store, STORE_POINT, each_row, &pass, err);
    for (int i = 0; i < count; i++) {
        if (good)
            settle(&tables[i], &picked[i], arena);
        free(tables[i].rows);
        free(tables[i].slots);
        free(tables[i].series.list);
        free(tables[i].each.list);
    }
    free(tables);
    return good;
}
