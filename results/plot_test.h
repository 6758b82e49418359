// plot_test.h — one plot of each kind, and what tests of plots do with files; for tests only.
#ifndef RESULTS_PLOT_TEST_H
#define RESULTS_PLOT_TEST_H

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/plot.h"
#include "results/plot_words.h"
#include "sim/base/test.h"

#define PATH   4096
#define POINTS 6

// One plot of any kind: two series over the same few numbers.
typedef struct Sample {
    double x[2][POINTS], y[2][POINTS], z[2][POINTS], low[2][POINTS], high[2][POINTS];
    const char *labels[POINTS];
    PlotSeries series[2];
    PlotMark marks[2];
    Plot plot;
} Sample;

static inline void fill_series(Sample *sample, PlotKind kind, int k) {
    bool cells = kind == PLOT_MAP || kind == PLOT_REGIONS;
    for (int i = 0; i < POINTS; i++) {
        sample->x[k][i] = cells ? 16 * (1 + i % 3) : 1 << i;
        sample->y[k][i] = cells ? 10 * (1 + i / 3 + 2 * k) : 5 + 3 * i + 7 * k;
        sample->z[k][i] = 0.1 * (1 + i);
        sample->low[k][i] = kind == PLOT_TIMELINE ? 2 * i + k : sample->y[k][i] * 0.9;
        sample->high[k][i] = kind == PLOT_TIMELINE ? 2 * i + k + 1 : sample->y[k][i] * 1.2;
    }
    sample->series[k] = (PlotSeries){.name = k ? "second series" : "first series",
                                     .count = POINTS,
                                     .x = sample->x[k],
                                     .y = sample->y[k],
                                     .z = sample->z[k],
                                     .low = sample->low[k],
                                     .high = sample->high[k],
                                     .labels = sample->labels};
}

static inline void sample_of(PlotKind kind, Sample *sample) {
    static const char *const LABELS[POINTS] = {"alpha", "beta",    "gamma",
                                               "delta", "epsilon", "zeta"};
    *sample = (Sample){.labels = {NULL}};
    memcpy(sample->labels, LABELS, sizeof LABELS);
    for (int k = 0; k < 2; k++)
        fill_series(sample, kind, k);
    sample->marks[0] = (PlotMark){kind == PLOT_BARS ? 60 : 21.5, false, "a level"};
    sample->marks[1] = (PlotMark){16, true, "an edge"};
    sample->plot = (Plot){
        .kind = kind,
        .name = PLOT_KIND_WORDS[kind],
        .title = "What is seen",
        .caption = "chip, mode and design",
        .x = {"across, tokens", kind == PLOT_LINES || kind >= PLOT_ROOFLINE, NAN, NAN},
        .y = {"upwards, ms",    kind >= PLOT_ROOFLINE,                       NAN, NAN},
        .z = {"value, %",       false,                                       NAN, NAN},
        .series = sample->series,
        .series_count = kind == PLOT_MAP ? 1 : 2,
        .marks = sample->marks,
        .mark_count = 2
    };
}

// --- Files -------------------------------------------------------------------------------------------------------------

static inline void make_folder(char folder[PATH]) {
    snprintf(folder, PATH, "/tmp/chipfit-plot-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
}

static inline Text read_whole(const char *folder, const char *name) {
    char path[2 * PATH];
    Text text = {0};
    char bytes[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s is missing", path);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
        text_add_n(&text, bytes, got);
    text_add(&text, "");
    fclose(file);
    return text;
}

// How many files there are; they and the folder are removed.
static inline int empty_folder(const char *folder) {
    DIR *dir = opendir(folder);
    int count = 0;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[2 * PATH];
        if (entry->d_name[0] == '.' && (!entry->d_name[1] || entry->d_name[1] == '.'))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
        count++;
    }
    closedir(dir);
    assert_int_equal(rmdir(folder), 0);
    return count;
}

static inline void need_gnuplot(void) {
    Sample sample;
    Text out = {0};
    Error err;
    sample_of(PLOT_LINES, &sample);
    PlotDrawn drawn = plot_text(&sample.plot, 80, 24, &out, &err);
    text_free(&out);
    if (drawn == PLOT_NO_GNUPLOT) {
        print_message("SKIPPED: gnuplot is missing (apt-get install gnuplot-nox)\n");
        skip();
    }
}

static inline void draw(const char *folder, const Plot *plot) {
    static const char *const ENDINGS[] = {"svg", "png"};
    Error err = {0};
    if (!plot_write(plot, folder, &err))
        fail_msg("%s: %s", plot->name, err.what);
    for (int i = 0; i < 2; i++)
        if (plot_draw(folder, plot->name, ENDINGS[i], &err) != PLOT_DRAWN)
            fail_msg("%s.%s: %s", plot->name, ENDINGS[i], err.what);
}

static inline Text drawn_file(const char *folder, const Plot *plot, const char *ending) {
    char name[256];
    snprintf(name, sizeof name, "%s.%s", plot->name, ending);
    return read_whole(folder, name);
}

static inline void expect(const Text *text, const char *word, const char *where) {
    if (!strstr(text->data, word))
        fail_msg("%s: '%s' is missing", where, word);
}

#endif
