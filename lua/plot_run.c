#include "lua/plot_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/plot_best.h"
#include "lua/plot_default.h"
#include "sim/base/text.h"

#define ASKED_PLOTS 256 // with `each`, in all

typedef struct RunPicture {
    const Picture *pictures; // the script's, then the default ones
    Picked *picked;
    int asked, count;
} RunPicture;

static const char *format_note(Arena *arena, const char *name, const char *why) {
    Text text = {0};
    text_addf(&text, "%s is not drawn: %s", name, why);
    const char *note = arena_text(arena, text.data);
    text_free(&text);
    return note;
}

static const char *why_empty(const Goal *goal) {
    static const char *const WHY[] = {
        [ROWS_ALL] = "no row passes its `only`, or what it shows is null in all of them",
        [ROWS_FEASIBLE] =
            "no row passes its `only`, or what it shows is null in all of them; designs "
            "that do not fit or fall to keep have no rows: keep_rows = \"all\" stores "
            "them",
        [ROWS_FRONTIER] = "no row of the frontier passes its `only`, and keep_rows stores no other",
        [ROWS_BEST] = "none of the best rows passes its `only`, and keep_rows stores no other",
    };
    return WHY[goal->keep_rows];
}

static DesignPicture design_picture(ShowWord word) {
    static const DesignPicture PICTURES[] = {
        [SHOW_TIMELINE] = PICTURE_TIMELINE,
        [SHOW_ROOFLINE] = PICTURE_ROOFLINE,
        [SHOW_OPS] = PICTURE_OPS,
        [SHOW_MEMORY] = PICTURE_MEMORY,
    };
    return PICTURES[word];
}

// The best design of each value of `each`, under the script's name and title.
static void add_designs(const PlotSource *source, Stored *stored, const Picture *picture,
                        const Picked *picked, RunPlots *all) {
    for (int i = 0; i < picked->count; i++) {
        const char *each = picture->each.given ? picked->each[picked->rows[i].each].text : "";
        Plot plots[DESIGN_PICTURES];
        Error why = {0};
        int count = point_plots(stored, picked->rows[i].id, design_picture(picture->word),
                                picture->name, source->arena, plots, &why);
        if (count == 0) {
            all->notes[all->note_count++] = format_note(source->arena, picture->name, why.what);
            return;
        }
        plots[0].name = plot_name(source->arena, picture->name, each);
        plots[0].title = plot_title(source->arena, picture->title, plots[0].title, each);
        all->plots[all->count++] = plots[0];
    }
}

// Where all of a picture's numbers are none that its axes can show.
static void drop_empty(const PlotSource *source, const Picture *picture, int from, RunPlots *all) {
    int kept = from;
    for (int i = from; i < all->count; i++)
        if (plot_shows(&all->plots[i]))
            all->plots[kept++] = all->plots[i];
    if (kept < all->count)
        all->notes[all->note_count++] =
            format_note(source->arena, picture->name,
                        "its axes can show none of its numbers; a logarithmic one, none up to 0");
    all->count = kept;
}

// The pictures that the script asks for.
static bool add_asked(const PlotSource *source, Stored *stored, const RunPicture *run,
                      RunPlots *all, Error *err) {
    for (int i = 0; i < run->asked; i++) {
        const Picture *picture = &run->pictures[i];
        const Picked *picked = &run->picked[i];
        int more = picked->each_count > 0 ? picked->each_count : 1;
        if (picked->count == 0) {
            all->notes[all->note_count++] =
                format_note(source->arena, picture->name, why_empty(source->goal));
            continue;
        }
        if (all->count + more > ASKED_PLOTS) {
            error_set(err, "plots: more than %d in all", ASKED_PLOTS);
            return error_where(err, "plots", picture->line);
        }
        if (picture->word >= SHOW_TIMELINE) {
            add_designs(source, stored, picture, picked, all);
            continue;
        }
        int from = all->count;
        all->count += picture_plots(source, picture, picked, &all->plots[all->count]);
        drop_empty(source, picture, from, all);
    }
    all->asked = all->count;
    return true;
}

// The best design by the first objective, from all sides.
static void add_best(const PlotSource *source, Stored *stored, const RunPicture *run,
                     RunPlots *all) {
    const Picked *picked = &run->picked[run->count - 1];
    Error none = {0};
    bool there = run->count > run->asked && run->pictures[run->count - 1].word == SHOW_ROOFLINE;
    if (!there || picked->count == 0)
        return;
    all->count += point_plots(stored, picked->rows[0].id, DESIGN_PICTURES, "best", source->arena,
                              &all->plots[all->count], &none);
}

// A default picture gives way to one of the script's that has its name.
static void drop_doubles(RunPlots *all) {
    int kept = all->asked;
    for (int i = all->asked; i < all->count; i++) {
        bool there = false;
        for (int j = 0; j < all->asked; j++)
            there |= strcmp(all->plots[i].name, all->plots[j].name) == 0;
        if (!there)
            all->plots[kept++] = all->plots[i];
    }
    all->count = kept;
}

static const char *mode_of(const Stored *stored) {
    const char *mode = store_text(stored->store, "mode");
    return mode ? mode : "";
}

// Columns are named by their places in the goal; the file has the same ones.
static bool same_columns(const Goal *goal, const StoreRun *run, Error *err) {
    bool same = goal->column_count == run->column_count;
    for (int i = 0; same && i < run->column_count; i++)
        same = strcmp(goal->columns[i].column.name, run->columns[i].name) == 0;
    return same || error_set(err, "the run is damaged: its columns are not those of its script");
}

bool run_plots_all(Stored *stored, Arena *arena, RunPlots *all, Error *err) {
    const Pictures *asked = script_pictures(stored->script);
    const StoreRun *rows = store_run(stored->store);
    PlotSource source = {rows, script_goal(stored->script), script_space(stored->script),
                         mode_of(stored), arena};
    int room = asked->count + DEFAULT_PLOTS;
    Picture *pictures = arena_take(arena, (size_t)room * sizeof *pictures);
    Picked *picked = arena_take(arena, (size_t)room * sizeof *picked);
    RowView view = {script_sandbox(stored->script), rows, NULL, 0};
    *all = (RunPlots){0};
    all->plots =
        arena_take(arena, (ASKED_PLOTS + DEFAULT_PLOTS + DESIGN_PICTURES) * sizeof *all->plots);
    all->notes = arena_take(arena, ((size_t)asked->count + 1) * sizeof *all->notes);
    memcpy(pictures, asked->list, (size_t)asked->count * sizeof *pictures);
    int count = asked->count + default_pictures(&source, &pictures[asked->count]);
    RunPicture run = {pictures, picked, asked->count, count};
    int made = 0;
    view_open(&view);
    if (!same_columns(source.goal, rows, err) ||
        !rows_pick(stored->store, &view, pictures, count, picked, arena, err) ||
        !add_asked(&source, stored, &run, all, err) ||
        !default_plots(&source, stored->store, &pictures[asked->count], &picked[asked->count],
                       count - asked->count, &all->plots[all->count], &made, err))
        return false;
    all->count += made;
    add_best(&source, stored, &run, all);
    drop_doubles(all);
    return true;
}

bool run_plots(Stored *stored, Arena *arena, Plot **plots, int *count, Error *err) {
    RunPlots all;
    if (!run_plots_all(stored, arena, &all, err))
        return false;
    *plots = all.plots;
    *count = all.count;
    return true;
}
