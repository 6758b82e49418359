// Texts that mean no good, in all places of all kinds of plots: they are shown as text and do nothing.
#include "results/plot_test.h"

#define LONG 10000

static const char *const HOSTILE[] = {
    "`touch hacked`",
    "$(touch hacked) ; touch hacked & system(\"touch hacked\")",
    "'; system('touch hacked'); '",
    "\" . system(\"touch hacked\") . \"",
    "two\nlines\r\nset output 'hacked'\n!touch hacked",
    "<script>alert(1)</script>&amp;<!-- ]]>",
    "\x1b]0;title\x07\x1b[31mred\x9b"
    "31m \xc2\x9b"
    "31m",
    "%s%n%d %c 100 % @hacked {/Bold x}_y^z",
    "ends in a backslash \\",
    "# comment' \" ` \\n \\",
    "broken \xff\xfe\xc3 utf-8 \xe2\x80\xae reversed",
    "id='x' href='#y' url(#z)",
};
#define HOSTILE_COUNT ((int)(sizeof HOSTILE / sizeof HOSTILE[0]))

static void make_hostile(Sample *sample, const char *text) {
    Plot *plot = &sample->plot;
    plot->title = plot->caption = plot->x.label = plot->y.label = plot->z.label = text;
    for (int i = 0; i < POINTS; i++)
        sample->labels[i] = text;
    for (int k = 0; k < 2; k++) {
        sample->series[k].name = text;
        sample->marks[k].label = text;
    }
}

// Every tag is one that gnuplot writes, and no control character stands anywhere.
static void check_markup(const Text *svg, const char *hostile) {
    static const char *const TAGS[] = {"?xml",    "svg",     "title",       "desc", "g",
                                       "rect",    "defs",    "circle",      "path", "use",
                                       "filter",  "feFlood", "feComposite", "text", "pattern",
                                       "polygon", "image",   "tspan"};
    for (const char *at = svg->data; (at = strchr(at, '<')); at++) {
        const char *name = at + 1 + (at[1] == '/');
        bool known = false;
        for (size_t i = 0; i < sizeof TAGS / sizeof TAGS[0]; i++)
            known |= strncmp(name, TAGS[i], strlen(TAGS[i])) == 0;
        if (!known)
            fail_msg("'%.30s' stands in the svg of '%.40s'", at, hostile);
    }
    for (const char *c = svg->data; *c; c++)
        if ((unsigned char)*c < 0x20 && *c != '\n' && *c != '\t')
            fail_msg("a control character %d stands in the svg of '%.40s'", *c, hostile);
}

static void check_hostile(PlotKind kind, const char *text, const char *seen) {
    char folder[PATH];
    Sample sample;
    Text out = {0};
    Error err;
    make_folder(folder);
    sample_of(kind, &sample);
    make_hostile(&sample, text);
    draw(folder, &sample.plot);
    Text svg = drawn_file(folder, &sample.plot, "svg");
    check_markup(&svg, text);
    if (seen)
        expect(&svg, seen, text);
    text_free(&svg);
    if (plot_text(&sample.plot, 100, 30, &out, &err) != PLOT_DRAWN)
        fail_msg("%s as text: %s", text, err.what);
    for (const char *c = out.data; *c; c++)
        assert_true(*c == '\n' || (unsigned char)*c >= 0x20);
    assert_null(strstr(out.data, "\xc2\x9b"));
    text_free(&out);
    if (empty_folder(folder) != 4) // nothing else was written
        fail_msg("'%s' wrote a file", text);
    assert_int_not_equal(access("hacked", F_OK), 0);
}

TEST(plot, shows_hostile_texts_as_text) {
    need_gnuplot();
    for (int i = 0; i < HOSTILE_COUNT; i++)
        check_hostile(i % 2 ? PLOT_POINTS : PLOT_BARS, HOSTILE[i], NULL);
    check_hostile(PLOT_LINES, HOSTILE[5], "&lt;script>alert(1)&lt;/script>&amp;amp;");
    check_hostile(PLOT_LINES, HOSTILE[0], "`touch hacked`");
    check_hostile(PLOT_LINES, HOSTILE[7], "%s%n%d %c 100 % @hacked {/Bold x}_y^z");
    check_hostile(PLOT_BARS, HOSTILE[7], "%s%n%d %c 100 % @hacked {/Bold x}");
    check_hostile(PLOT_LINES, HOSTILE[8], "ends in a backslash \\");
    check_hostile(PLOT_LINES, HOSTILE[11], "id='x' href='#y' url(#z)");
    for (int kind = 0; kind < PLOT_KINDS; kind++)
        check_hostile((PlotKind)kind, HOSTILE[2], NULL);
}

TEST(plot, cuts_long_texts_with_an_ellipsis) {
    need_gnuplot();
    char *text = malloc(LONG + 1);
    assert_non_null(text);
    memset(text, 'w', LONG);
    text[LONG] = '\0';
    for (int kind = 0; kind < PLOT_KINDS; kind++)
        check_hostile((PlotKind)kind, text, "www…");
    free(text);
}

// Letters that are two characters wide, and a terminal that is small.
TEST(plot, finds_room_for_wide_names_on_small_pages) {
    char wide[400] = "";
    need_gnuplot();
    for (int i = 0; i < 60; i++)
        strcat(wide, "漢字");
    for (int kind = 0; kind < PLOT_KINDS; kind++) {
        Sample sample;
        Text out = {0};
        Error err = {0};
        check_hostile((PlotKind)kind, wide, "漢字漢字漢字");
        sample_of((PlotKind)kind, &sample);
        if (plot_text(&sample.plot, 10, 3, &out, &err) != PLOT_DRAWN)
            fail_msg("%s: %s", sample.plot.name, err.what);
        text_free(&out);
    }
}
