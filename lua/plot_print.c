#include "lua/plot_print.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "lua/plot_run.h"
#include "lua/table.h"
#include "lua/terminal.h"

#define TEXT_COLUMNS 100
#define TEXT_LINES   28

static void add_notes(const RunPlots *all, Text *out) {
    for (int i = 0; i < all->note_count; i++) {
        table_text(out, all->notes[i]);
        text_add(out, "\n");
    }
}

// A picture as text may begin with the form feed of the terminal that it was made for.
static void drop_feeds(Text *out, size_t from) {
    size_t kept = from;
    for (size_t i = from; i < out->length; i++)
        if (out->data[i] != '\f')
            out->data[kept++] = out->data[i];
    out->length = kept;
    out->data[kept] = '\0';
}

static bool add_texts(const RunPlots *all, Text *out, Error *err) {
    int count = all->asked > 0 ? all->asked : all->count;
    for (int i = 0; i < count; i++) {
        text_add(out, "\n");
        size_t from = out->length;
        switch (plot_text(&all->plots[i], terminal_columns(TEXT_COLUMNS), TEXT_LINES, out, err)) {
        case PLOT_DRAWN:
            drop_feeds(out, from);
            break;
        case PLOT_NO_GNUPLOT:
            text_add(out, "pictures need gnuplot (apt-get install gnuplot-nox)\n");
            return true;
        case PLOT_FAILED:
            return false;
        }
    }
    add_notes(all, out);
    return true;
}

bool plots_print(const char *path, Text *out, Error *err) {
    Stored stored = {0};
    Arena *arena = arena_new();
    RunPlots all;
    bool good = stored_open(&stored, path, err) && run_plots_all(&stored, arena, &all, err) &&
                add_texts(&all, out, err);
    arena_free(arena);
    stored_close(&stored);
    return good;
}

bool plots_folder(const char *folder, Error *err) {
    struct stat is;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return error_set(err, "%s: the folder cannot be made: %s", folder, strerror(errno));
    if (stat(folder, &is) != 0 || !S_ISDIR(is.st_mode))
        return error_set(err, "%s: is no folder", folder);
    return true;
}

static bool write_all(const RunPlots *all, const char *folder, Text *out, Error *err) {
    bool drawn = true;
    for (int i = 0; i < all->count; i++) {
        const Plot *plot = &all->plots[i];
        if (!plot_write(plot, folder, err))
            return false;
        PlotDrawn done = drawn ? plot_draw(folder, plot->name, "svg", err) : PLOT_NO_GNUPLOT;
        if (done == PLOT_FAILED)
            return false;
        drawn = done == PLOT_DRAWN;
        text_addf(out, "%s/%s.%s  ", folder, plot->name, drawn ? "svg" : "gp");
        table_text(out, plot->title);
        text_add(out, "\n");
    }
    if (!drawn)
        text_add(out, "pictures need gnuplot (apt-get install gnuplot-nox)\n");
    add_notes(all, out);
    return true;
}

bool plots_write(const char *path, const char *folder, Text *out, Error *err) {
    Stored stored = {0};
    Arena *arena = arena_new();
    RunPlots all;
    bool good = plots_folder(folder, err) && stored_open(&stored, path, err) &&
                run_plots_all(&stored, arena, &all, err) && write_all(&all, folder, out, err);
    arena_free(arena);
    stored_close(&stored);
    return good;
}
