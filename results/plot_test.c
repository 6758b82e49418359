// Draws each kind of plot with gnuplot and looks at what comes out: files, labels, silence.
#include "results/plot_test.h"

// --- What is drawn -----------------------------------------------------------------------------------------------------

static unsigned big_endian(const char *bytes) {
    const unsigned char *b = (const unsigned char *)bytes;
    return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3];
}

// Bytes of compressed rows; a page without a plot has a few thousand.
static long png_bytes(const Text *png) {
    long bytes = 0;
    assert_true(png->length > 33 && memcmp(png->data, "\x89PNG\r\n\x1a\n", 8) == 0);
    assert_true(big_endian(png->data + 16) > 600 && big_endian(png->data + 20) > 200);
    for (size_t at = 8; at + 12 <= png->length; at += 12 + big_endian(png->data + at))
        if (memcmp(png->data + at + 4, "IDAT", 4) == 0)
            bytes += big_endian(png->data + at);
    return bytes;
}

static void check_svg(const Plot *plot, const Text *svg) {
    expect(svg, plot->title, plot->name);
    expect(svg, plot->caption, plot->name);
    expect(svg, plot->kind == PLOT_BARS ? plot->y.label : plot->x.label, plot->name);
    if (plot->kind != PLOT_BARS)
        expect(svg, plot->y.label, plot->name);
    if (plot->kind == PLOT_MAP)
        expect(svg, plot->z.label, plot->name);
    for (int i = 0; plot->kind != PLOT_MAP && i < plot->series_count; i++)
        expect(svg, plot->series[i].name, plot->name);
    expect(svg, plot->marks[0].label, plot->name);
    bool labelled =
        plot->kind == PLOT_BARS || plot->kind == PLOT_POINTS || plot->kind == PLOT_TIMELINE;
    for (int i = 0; labelled && i < POINTS; i++)
        expect(svg, plot->series[0].labels[i], plot->name);
}

TEST(plot, draws_each_kind_with_its_labels) {
    char folder[PATH];
    need_gnuplot();
    make_folder(folder);
    for (int kind = 0; kind < PLOT_KINDS; kind++) {
        Sample sample;
        sample_of((PlotKind)kind, &sample);
        draw(folder, &sample.plot);
        Text svg = drawn_file(folder, &sample.plot, "svg");
        Text png = drawn_file(folder, &sample.plot, "png");
        check_svg(&sample.plot, &svg);
        if (png_bytes(&png) < 12000)
            fail_msg("%s: the png is blank: %ld bytes", sample.plot.name, png_bytes(&png));
        text_free(&svg);
        text_free(&png);
    }
    assert_int_equal(empty_folder(folder), 4 * PLOT_KINDS);
}

TEST(plot, draws_each_kind_as_text) {
    need_gnuplot();
    for (int kind = 0; kind < PLOT_KINDS; kind++) {
        Sample sample;
        Error err = {0};
        Text out = {0};
        sample_of((PlotKind)kind, &sample);
        if (plot_text(&sample.plot, 90, 26, &out, &err) != PLOT_DRAWN)
            fail_msg("%s: %s", sample.plot.name, err.what);
        expect(&out, "What is seen", sample.plot.name);
        expect(&out, kind == PLOT_BARS ? "upwards, ms" : "across, tokens", sample.plot.name);
        if (kind != PLOT_MAP)
            expect(&out, "B second series", sample.plot.name);
        for (const char *c = out.data; *c; c++)
            assert_true(*c == '\n' || (unsigned char)*c >= 0x20);
        for (char *line = strtok(out.data, "\n"); line; line = strtok(NULL, "\n"))
            assert_true(words_width(line) <= 90);
        text_free(&out);
    }
}

// The last bar and the first must be there whole, though axes stand beside them.
TEST(plot, stacks_letters_for_bars) {
    need_gnuplot();
    Sample sample;
    Error err;
    Text out = {0};
    sample_of(PLOT_BARS, &sample);
    sample.plot.mark_count = 0;
    for (int i = 0; i < POINTS; i++) {
        sample.y[0][i] = 30;
        sample.y[1][i] = 15;
    }
    assert_int_equal(plot_text(&sample.plot, 90, 26, &out, &err), PLOT_DRAWN);
    int bars = 0;
    for (char *line = strtok(out.data, "\n"); line; line = strtok(NULL, "\n")) {
        char *bar = strstr(line, "|A");
        if (!bar)
            continue;
        int first = (int)strspn(bar + 1, "A"), second = (int)strspn(bar + 1 + first, "B");
        assert_true(abs(first - 2 * second) <= 1);
        bars++;
    }
    assert_int_equal(bars, POINTS);
    text_free(&out);
}

TEST(plot, cleans_texts) {
    static const struct {
        const char *text, *cleaned;
        int most;
    } CASES[] = {
        {"plain",                "plain",         9 },
        {"one\ntwo\tthree",      "one two three", 20},
        {"\x1b[31m",             "?[31m",         9 },
        {"a\x7f"
         "b\xc2\x85"
         "c",           "a?b?c",         9 },
        {"\xc3\xa9\xff",         "é?",           9 },
        {"\xc0\xaf\xed\xa0\x80", "?????",         9 },
        {"\xe2\x80\xae"
         "x",           "?x",            9 },
        {"abcdef",               "abcd…",       5 },
        {"äöüßé",           "äöüßé",    5 },
        {"äöüßéx",          "äöüß…",   5 },
        {NULL,                   "",              5 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Text out = {0};
        words_clean(&out, CASES[i].text, CASES[i].most);
        assert_string_equal(out.data, CASES[i].cleaned);
        text_free(&out);
    }
}

TEST(plot, refuses_names_that_are_paths) {
    static const char *const NAMES[] = {"", "../x", "a/b", ".x", "a\nb", "\x1b"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        char folder[PATH];
        Sample sample;
        Error err;
        make_folder(folder);
        sample_of(PLOT_LINES, &sample);
        sample.plot.name = NAMES[i];
        assert_false(plot_write(&sample.plot, folder, &err));
        assert_int_equal(empty_folder(folder), 0);
    }
}

// --- ids ---------------------------------------------------------------------------------------------------------------

// Several pictures stand in one page: no id of one may be an id of the other, and what is meant must be there.
TEST(plot, gives_each_picture_ids_of_its_own) {
    char folder[PATH], id[256];
    Sample one, other;
    need_gnuplot();
    make_folder(folder);
    sample_of(PLOT_POINTS, &one);
    sample_of(PLOT_REGIONS, &other);
    draw(folder, &one.plot);
    draw(folder, &other.plot);
    Text a = drawn_file(folder, &one.plot, "svg"), b = drawn_file(folder, &other.plot, "svg");
    int count = 0;
    for (const char *at = a.data; (at = strstr(at, " id=")); at += 4, count++) {
        snprintf(id, sizeof id, " id=%.*s", (int)strcspn(at + 5, "'\"") + 2, at + 4);
        assert_null(strstr(b.data, id));
    }
    assert_true(count > 10);
    for (const char *at = a.data; (at = strstr(at, "href='#")); at += 7) {
        snprintf(id, sizeof id, " id='%.*s'", (int)strcspn(at + 7, "'"), at + 7);
        if (!strstr(a.data, id))
            fail_msg("%s is meant and missing", id);
    }
    text_free(&a);
    text_free(&b);
    empty_folder(folder);
}

// --- Labels ------------------------------------------------------------------------------------------------------------

typedef struct Placed {
    double left, right, y;
} Placed;

// The labels of points from the script, as gnuplot places them.
static int read_labels(char *script, Placed placed[], int most) {
    int count = 0;
    for (char *line = strtok(script, "\n"); line; line = strtok(NULL, "\n")) {
        double x, y;
        char side[16];
        char *at = strstr(line, "' at screen");
        if (strncmp(line, "set label '", 11) != 0 || !at || !strstr(at, "font small") ||
            sscanf(at, "' at screen %lf, screen %lf %15s", &x, &y, side) != 3 || count == most)
            continue;
        *at = '\0';
        double wide = 11 * 0.85 * words_ems(line + 11); // ems are rounded up
        x *= 920;
        double left = side[0] == 'l' ? x : side[0] == 'r' ? x - wide : x - wide / 2;
        placed[count++] = (Placed){left, left + wide, 560 * y};
    }
    return count;
}

TEST(plot, places_labels_apart) {
    enum { MANY = 24 };
    char folder[PATH];
    double x[MANY], y[MANY];
    const char *labels[MANY];
    Placed placed[2 * MANY];
    Error err;
    for (int i = 0; i < MANY; i++) { // a crowd and a line
        x[i] = i < 8 ? 50 + 0.1 * i : 4 * i;
        y[i] = i < 8 ? 50 - 0.1 * i : 4 * i;
        labels[i] = "tp 8, batch 128";
    }
    PlotSeries series = {.name = "points", .count = MANY, .x = x, .y = y, .labels = labels};
    Plot plot = {
        .kind = PLOT_POINTS,
        .name = "crowd",
        .x = {"x", false, NAN, NAN},
        .y = {"y", false, NAN, NAN},
        .series = &series,
        .series_count = 1
    };
    make_folder(folder);
    assert_true(plot_write(&plot, folder, &err));
    Text script = read_whole(folder, "crowd.gp");
    int count = read_labels(script.data, placed, 2 * MANY);
    assert_true(count > MANY * 2 / 3);
    for (int i = 0; i < count; i++)
        for (int k = 0; k < i; k++)
            if (fabs(placed[i].y - placed[k].y) < 10 && placed[i].left < placed[k].right &&
                placed[k].left < placed[i].right)
                fail_msg("labels %d and %d overlap", k, i);
    text_free(&script);
    empty_folder(folder);
}

// --- Numbers -----------------------------------------------------------------------------------------------------------

// One number for all, in both series.
static void fill_numbers(Sample *sample, const double numbers[POINTS]) {
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < POINTS; i++) {
            sample->x[k][i] = sample->y[k][i] = sample->z[k][i] = numbers[i];
            sample->low[k][i] = numbers[i];
            sample->high[k][i] = numbers[(i + 1) % POINTS];
        }
}

TEST(plot, draws_odd_numbers_in_silence) {
    static const double NUMBERS[][POINTS] = {
        {7,     7,         7,    7,         7,    7   },
        {0,     0,         0,    0,         0,    0   },
        {-3,    -2,        -1,   0,         1,    2   },
        {1e-90, 1e90,      1,    2,         3,    4   },
        {1e300, 1,         2,    3,         4,    5   },
        {5,     5 + 1e-13, 5,    5,         5,    5   },
        {1e6,   2e6,       3e6,  123456789, 1e7,  1e12},
        {1e-7,  2e-7,      3e-7, 4e-7,      5e-7, 6e-7},
    };
    char folder[PATH];
    need_gnuplot();
    make_folder(folder);
    for (int kind = 0; kind < PLOT_KINDS; kind++) {
        for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++) {
            Sample sample;
            Error err = {0};
            sample_of((PlotKind)kind, &sample);
            fill_numbers(&sample, NUMBERS[i]);
            if (i == 4)
                sample.x[0][2] = sample.y[0][3] = sample.z[0][4] = sample.low[0][1] = NAN;
            if (!plot_write(&sample.plot, folder, &err)) {
                if (!strstr(err.what, "nothing to draw"))
                    fail_msg("%s %zu: %s", sample.plot.name, i, err.what);
                continue;
            }
            if (plot_draw(folder, sample.plot.name, "svg", &err) != PLOT_DRAWN)
                fail_msg("%s %zu: %s", sample.plot.name, i, err.what);
        }
    }
    empty_folder(folder);
}

TEST(plot, says_where_there_is_nothing_to_draw) {
    static const double NONE[POINTS] = {NAN, NAN, INFINITY, NAN, NAN, -INFINITY};
    char folder[PATH];
    make_folder(folder);
    for (int kind = 0; kind < PLOT_KINDS; kind++) {
        Sample sample;
        Error err = {0};
        sample_of((PlotKind)kind, &sample);
        fill_numbers(&sample, NONE);
        assert_false(plot_write(&sample.plot, folder, &err));
        assert_non_null(strstr(err.what, "nothing to draw"));
        sample.plot.series_count = 0;
        assert_false(plot_write(&sample.plot, folder, &err));
    }
    assert_int_equal(empty_folder(folder), 0);
}

// --- gnuplot -----------------------------------------------------------------------------------------------------------

TEST(plot, takes_what_gnuplot_says_for_a_failure) {
    char folder[PATH], path[2 * PATH];
    Error err;
    need_gnuplot();
    make_folder(folder);
    snprintf(path, sizeof path, "%s/loud.gp", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("set terminal svg\nset output out\nplot x\nset print '-'\nprint 'a word'\n", file);
    fclose(file);
    assert_int_equal(plot_draw(folder, "loud", "svg", &err), PLOT_FAILED);
    assert_non_null(strstr(err.what, "a word"));
    assert_int_equal(plot_draw(folder, "missing", "svg", &err), PLOT_FAILED);
    assert_int_equal(empty_folder(folder), 1); // no svg
}

// As a job of cron or a container without languages runs it.
TEST(plot, draws_in_any_locale) {
    static const char *const NAMES[] = {"LC_ALL", "LANG"};
    char folder[PATH], *before[2];
    Sample sample;
    need_gnuplot();
    make_folder(folder);
    sample_of(PLOT_LINES, &sample);
    sample.plot.title = "Größe";
    for (int i = 0; i < 2; i++) {
        before[i] = getenv(NAMES[i]) ? strdup(getenv(NAMES[i])) : NULL;
        setenv(NAMES[i], "C", 1);
    }
    draw(folder, &sample.plot);
    for (int i = 0; i < 2; i++) {
        if (before[i])
            setenv(NAMES[i], before[i], 1);
        else
            unsetenv(NAMES[i]);
        free(before[i]);
    }
    Text svg = drawn_file(folder, &sample.plot, "svg");
    expect(&svg, "Größe", "in plain C");
    text_free(&svg);
    empty_folder(folder);
}

TEST(plot, says_that_gnuplot_is_missing) {
    char folder[PATH], *path = getenv("PATH") ? strdup(getenv("PATH")) : NULL;
    Sample sample;
    Error err;
    make_folder(folder);
    sample_of(PLOT_LINES, &sample);
    assert_true(plot_write(&sample.plot, folder, &err));
    setenv("PATH", "/nowhere", 1);
    PlotDrawn drawn = plot_draw(folder, sample.plot.name, "svg", &err);
    if (path)
        setenv("PATH", path, 1);
    free(path);
    assert_int_equal(drawn, PLOT_NO_GNUPLOT);
    assert_non_null(strstr(err.hint, "gnuplot-nox"));
    assert_int_equal(empty_folder(folder), 2);
}
