#include "results/plot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/plot_data.h"
#include "results/plot_frame.h"
#include "results/plot_labels.h"
#include "results/plot_page.h"
#include "results/plot_words.h"

#define PATH_BYTES 4096
#define NAME_BYTES 200

const char *const PLOT_KIND_WORDS[PLOT_KINDS] = {
    "lines", "points", "bars", "map", "regions", "timeline", "roofline", "parity",
};

// What the shipped scripts draw on; the font is that of style.gp, 12 px high.
static const PlotPage PAGES[PLOT_KINDS] = {
    {920, 560, 7.2, 17, false},
    {920, 560, 7.2, 17, false},
    {920, 400, 7.2, 17, false},
    {800, 600, 7.2, 17, false},
    {860, 560, 7.2, 17, false},
    {980, 400, 7.2, 17, false},
    {920, 580, 7.2, 17, false},
    {920, 720, 7.2, 17, false},
};

// --- The script --------------------------------------------------------------------------------------------------------

// The shipped script of that name, in the data folder: $CHIPFIT_DATA, else the nearest folder above the program.
static bool read_script(const char *name, Text *out, Error *err) {
    const char *given = getenv("CHIPFIT_DATA");
    char folder[PATH_BYTES], path[PATH_BYTES + 64];
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    folder[length > 0 ? length : 0] = '\0';
    if (given && given[0])
        snprintf(folder, sizeof folder, "%s/x", given);
    for (char *slash; (slash = strrchr(folder, '/'));) {
        *slash = '\0';
        snprintf(path, sizeof path, "%s/results/plots/%s.gp", folder, name);
        FILE *file = fopen(path, "r");
        char buffer[4096];
        size_t count = 0;
        while (file && (count = fread(buffer, 1, sizeof buffer, file)) > 0)
            text_add_n(out, buffer, count);
        if (file)
            return fclose(file) == 0 || error_set(err, "%s cannot be read", path);
    }
    return error_set(err, "the script results/plots/%s.gp is not found", name);
}

void plot_page_id(Text *out, const char *name) {
    text_add(out, "plot_");
    for (; *name; name++) {
        bool plain = (*name >= '0' && *name <= '9') || (*name >= 'a' && *name <= 'z') ||
                     (*name >= 'A' && *name <= 'Z');
        text_add_n(out, plain ? name : "_", 1);
    }
}

static void add_opening(const char *name, Text *out) {
    Text file = {0};
    text_add(out, "# Written by chipfit. In this folder:\n"
                  "#     gnuplot NAME.gp                    draws NAME.svg\n"
                  "#     gnuplot -e \"out='x.png'\" NAME.gp   a png; out='-' on the terminal\n");
    text_addf(&file, "%s.svg", name);
    text_add(out, "if (!exists(\"out\")) out = ");
    words_literal(out, file.data);
    text_clear(&file);
    text_addf(&file, "%s.dat", name);
    text_add(out, "\ndata = ");
    words_literal(out, file.data);
    text_add(out, "\nid = '");
    plot_page_id(out, name);
    text_add(out, "'\n");
    text_free(&file);
}

bool plot_page_write(const Plot *plot, const PlotPage *page, Text *script, Text *data, Error *err) {
    PlotFrame frame;
    bool good = frame_new(&frame, plot, page, err);
    if (good) {
        add_opening(plot->name, script);
        good = data_write(&frame, plot, script, data, err);
    }
    if (good) {
        text_addf(script, "width = %.0f; height = %.0f\nkey_x = %.5f; key_y = %.5f\n\n",
                  frame.page.width, frame.page.height, page_across(&frame.page, frame.key),
                  page_up(&frame.page, frame.top));
        good = read_script("style", script, err);
    }
    if (good) {
        text_add(script, "\n# --- Heads, axes, labels "
                         "---------------------------------------------------------------"
                         "----------------------------------\n");
        frame_write(&frame, plot, script);
        labels_write(&frame, plot, script);
        text_add(script, "\n");
        good = read_script(PLOT_KIND_WORDS[plot->kind], script, err);
    }
    frame_free(&frame);
    return good;
}

bool plot_shows(const Plot *plot) {
    PlotFrame frame;
    Text head = {0}, data = {0};
    Error none;
    bool good = frame_new(&frame, plot, &PAGES[plot->kind], &none) &&
                data_write(&frame, plot, &head, &data, &none);
    frame_free(&frame);
    text_free(&head);
    text_free(&data);
    return good;
}

// --- Files -------------------------------------------------------------------------------------------------------------

static bool write_text(const char *path, const Text *text, Error *err) {
    FILE *file = fopen(path, "w");
    bool good = file && fwrite(text->data, 1, text->length, file) == text->length;
    int cause = errno;
    if (file && fclose(file) != 0 && good) {
        good = false;
        cause = errno;
    }
    if (good)
        return true;
    error_set(err, "cannot be written: %s", strerror(cause));
    return error_where(err, path, 0);
}

static bool check_name(const char *name, Error *err) {
    size_t length = name ? strlen(name) : 0;
    if (length == 0 || length > NAME_BYTES || name[0] == '.' || strchr(name, '/'))
        return error_set(err, "'%.60s' is no name for a plot's files", name ? name : "");
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            return error_set(err, "a plot's files cannot have a control character in their name");
    return true;
}

// Both under other names first, so that neither stands there alone or in part.
static bool write_both(const char *folder, const char *name, const Text *script, const Text *data,
                       Error *err) {
    static const char *const ENDINGS[] = {"dat", "gp"};
    const Text *texts[] = {data, script};
    char path[2][PATH_BYTES], writing[2][PATH_BYTES + 32];
    bool good = true;
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], PATH_BYTES, "%s/%s.%s", folder, name, ENDINGS[i]);
        snprintf(writing[i], sizeof writing[i], "%s.writing-%ld", path[i], (long)getpid());
        good = good && write_text(writing[i], texts[i], err);
    }
    for (int i = 0; i < 2 && good; i++) {
        good = rename(writing[i], path[i]) == 0;
        if (!good) {
            error_set(err, "cannot be written: %s", strerror(errno));
            error_where(err, path[i], 0);
        }
    }
    for (int i = 0; i < 2 && !good; i++)
        unlink(writing[i]);
    return good;
}

bool plot_write(const Plot *plot, const char *folder, Error *err) {
    Text script = {0}, data = {0};
    bool good = check_name(plot->name, err) &&
                plot_page_write(plot, &PAGES[plot->kind], &script, &data, err) &&
                write_both(folder, plot->name, &script, &data, err);
    if (!good)
        error_where(err, plot->name, 0);
    text_free(&script);
    text_free(&data);
    return good;
}
