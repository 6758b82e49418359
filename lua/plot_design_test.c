// What a design's pictures show agrees with what evaluate says of it, for designs of all kinds.
#include "lua/plot_design.h"

#include <stdlib.h>

#include "lua/library.h"
#include "lua/names.h"
#include "lua/plot_curve.h"
#include "sim/base/test.h"
#include "sim/random_test.h"

#define DESIGNS 300

typedef struct Shown {
    Design design;
    Metrics metrics;
    Breakdown breakdown;
    Arena *arena;
} Shown;

static Shown *shown_random(uint64_t *state, const Catalog *catalog) {
    Shown *shown = calloc(1, sizeof *shown);
    assert_non_null(shown);
    shown->design = random_design(state, catalog);
    shown->arena = arena_new();
    evaluate(&shown->design, &shown->metrics, &shown->breakdown);
    return shown;
}

static void shown_free(Shown *shown) {
    arena_free(shown->arena);
    free(shown);
}

static bool picture(const Shown *shown, DesignPicture which, Plot *plot) {
    Error err;
    return plot_design_one(&shown->design, &shown->metrics, &shown->breakdown, which, NULL,
                           shown->arena, plot, &err);
}

static double sum_of_bars(const Plot *plot, int bar) {
    double sum = 0;
    for (int i = 0; i < plot->series_count; i++)
        if (bar < plot->series[i].count)
            sum += plot->series[i].y[bar];
    return sum;
}

// The unit that an axis' label ends in.
static double seconds_of(const char *label) {
    const char *unit = strrchr(label, ' ') + 1;
    return strcmp(unit, "us") == 0 ? 1e-6 : strcmp(unit, "ms") == 0 ? 1e-3 : 1;
}

TEST(plot_design, shows_all_time_and_all_memory) {
    Error err;
    Library *library = library_open(&err);
    uint64_t state = 5;
    assert_non_null(library);
    for (int i = 0; i < DESIGNS; i++) {
        Shown *shown = shown_random(&state, library_catalog(library));
        Plot plot;
        double rows_s = 0, bars_s = 0;
        for (int k = 0; k < shown->breakdown.row_count; k++)
            rows_s += shown->breakdown.rows[k].time_s;
        assert_true(picture(shown, PICTURE_OPS, &plot));
        for (int bar = 0; bar < plot.series[0].count; bar++)
            bars_s += sum_of_bars(&plot, bar) * seconds_of(plot.y.label);
        assert_near(bars_s, rows_s, 1e-9);
        assert_true(picture(shown, PICTURE_MEMORY, &plot));
        assert_near(sum_of_bars(&plot, 0) * 1e9, shown->breakdown.memory.used_bytes, 1e-9);
        assert_near(plot.marks[0].at * 1e9, shown->design.chip->memory.capacity_bytes, 1e-9);
        shown_free(shown);
    }
    library_free(library);
}

// No op is faster than the highest roof over it.
TEST(plot_design, keeps_ops_below_the_roofs) {
    Error err;
    Library *library = library_open(&err);
    uint64_t state = 6;
    int points = 0;
    assert_non_null(library);
    for (int i = 0; i < DESIGNS; i++) {
        Shown *shown = shown_random(&state, library_catalog(library));
        Plot plot;
        if (!picture(shown, PICTURE_ROOFLINE, &plot)) {
            shown_free(shown);
            continue;
        }
        double peak = 0;
        for (int k = 0; k < plot.series[0].count; k++)
            peak = fmax(peak, plot.series[0].y[k]);
        double slope = shown->design.chip->memory.bandwidth_bytes_per_s / 1e12;
        for (int s = 1; s < plot.series_count; s++)
            for (int k = 0; k < plot.series[s].count; k++, points++)
                if (plot.series[s].y[k] > 1.0001 * fmin(peak, slope * plot.series[s].x[k]))
                    fail_msg("%s: %s at %g FLOP/B runs at %g of %g TFLOP/s", plot.caption,
                             plot.series[s].labels[k] ? plot.series[s].labels[k] : "an op",
                             plot.series[s].x[k], plot.series[s].y[k],
                             fmin(peak, slope * plot.series[s].x[k]));
        shown_free(shown);
    }
    assert_true(points > DESIGNS);
    library_free(library);
}

// The last end is the time to the first token, and a stage does one thing at a time.
static void check_timeline(const Shown *shown, const Plot *plot) {
    const PlotSeries *work = &plot->series[0];
    double last_s = 0, unit_s = seconds_of(plot->x.label);
    for (int i = 0; i < work->count; i++) {
        last_s = fmax(last_s, work->high[i] * unit_s);
        for (int k = 0; k < i; k++)
            if (work->y[i] == work->y[k])
                assert_true(work->low[i] >= work->high[k] - 1e-9 * work->high[k]);
    }
    const Workload *load = &shown->design.workload;
    if (load->phase != PHASE_DECODE &&
        work->count == shown->breakdown.units * shown->breakdown.stages)
        assert_near(last_s,
                    load->phase == PHASE_PREFILL ? shown->metrics.time_s : shown->metrics.ttft_s,
                    1e-9);
}

TEST(plot_design, draws_what_the_recurrence_says) {
    Error err;
    Library *library = library_open(&err);
    uint64_t state = 7;
    int timelines = 0, alone = 0;
    assert_non_null(library);
    for (int i = 0; i < 2 * DESIGNS; i++) {
        Shown *shown = shown_random(&state, library_catalog(library));
        Plot plot;
        bool there = picture(shown, PICTURE_TIMELINE, &plot);
        assert_true(!there || shown->design.plan.pp > 1);
        alone += shown->design.plan.pp == 1;
        timelines += there;
        if (there)
            check_timeline(shown, &plot);
        shown_free(shown);
    }
    assert_true(timelines > 20 && alone > 20);
    library_free(library);
}

// --- Curves and maps ---------------------------------------------------------------------------------------------------

static void ask(Request *request, Library *library, Names *names) {
    Error err;
    *request = request_new();
    request->chip = "h100_sxm";
    request->model = "llama-3.1-8b";
    request->phase = "decode";
    request->batch = 8;
    request->context = 4096;
    assert_true(request_names(request, library, names, &err));
}

TEST(plot_curve, agrees_with_evaluate) {
    Error err;
    Library *library = library_open(&err);
    Arena *arena = arena_new();
    Request request;
    Names names;
    Over over;
    Plot plots[2];
    LeftOut left_out;
    ask(&request, library, &names);
    assert_true(over_read("batch=1:4096", arena, &over, &err));
    assert_int_equal(over.count, 13);
    assert_true(plot_curve(&request, &names, &over, arena, plots, &left_out, &err));
    assert_int_equal(left_out.count, 0);
    for (int i = 0; i < over.count; i++) {
        Design design;
        Metrics metrics;
        request.batch = 1 << i;
        assert_true(request_design(&request, &names, &design, NULL, &err));
        evaluate(&design, &metrics, NULL);
        const PlotSeries *time = &plots[0].series[!metrics.fits];
        assert_near(time->y[i] * seconds_of(plots[0].y.label), metrics.time_s, 1e-12);
        assert_near(time->low[i] * seconds_of(plots[0].y.label), metrics.time_low_s, 1e-12);
        assert_near(plots[1].series[metrics.fits ? 0 : 2].y[i], 100 * metrics.mfu, 1e-12);
    }
    assert_int_equal(plots[0].series_count, 2); // the largest batches do not fit
    const PlotSeries *large = &plots[0].series[1];
    int joint = 0;
    while (isnan(large->y[joint]))
        joint++;
    assert_true(large->bare[joint] && !large->bare[joint + 1]); // the line begins at one that fits
    assert_true(over_read("batch=2048,4096", arena, &over, &err));
    assert_true(plot_curve(&request, &names, &over, arena, plots, &left_out, &err));
    assert_int_equal(plots[0].series_count, 2); // with nothing that fits the rest keeps its colour
    arena_free(arena);
    library_free(library);
}

// Several thousand cells, and the cliff of a tile of 128 columns: one column more costs a whole one.
TEST(plot_curve, shows_padding_cliffs_in_a_map) {
    Error err;
    Library *library = library_open(&err);
    Arena *arena = arena_new();
    Request request;
    Names names;
    Over x, y;
    Plot plot;
    LeftOut left_out;
    ask(&request, library, &names);
    request.phase = "prefill";
    request.mode = "datasheet";
    request.batch = 1;
    request.context = 0;
    request.prompt = 2048;
    assert_true(request_names(&request, library, &names, &err));
    assert_true(over_read("d_ff=14208:14464:4", arena, &x, &err));
    assert_true(over_read("d_model=3072:5120:32", arena, &y, &err));
    assert_true(plot_mfu_map(&request, &names, &x, &y, arena, &plot, &left_out, &err));
    assert_int_equal(plot.series[0].count, 65 * 65);
    assert_int_equal(left_out.count, 0);
    const double *mfu = plot.series[0].z;
    double falls = 0, rises = 0;
    for (int i = 1; i < 65; i++) {
        falls = fmin(falls, mfu[i] - mfu[i - 1]);
        rises = fmax(rises, mfu[i] - mfu[i - 1]);
    }
    assert_true(-falls > 4 * rises); // a sawtooth: slowly up, steeply down
    arena_free(arena);
    library_free(library);
}

TEST(plot_curve, leaves_white_what_does_not_fit) {
    Error err;
    Library *library = library_open(&err);
    Arena *arena = arena_new();
    Request request;
    Names names;
    Over x, y;
    Plot plot;
    LeftOut left_out;
    ask(&request, library, &names);
    assert_true(over_read("batch=1:4096", arena, &x, &err));
    assert_true(over_read("context=1024:65536", arena, &y, &err));
    assert_true(plot_mfu_map(&request, &names, &x, &y, arena, &plot, &left_out, &err));
    assert_non_null(strstr(plot.title, "left white"));
    for (int i = 0; i < plot.series[0].count; i++) {
        Design design;
        Metrics metrics;
        request.batch = (int)plot.series[0].x[i];
        request.context = (int)plot.series[0].y[i];
        assert_true(request_design(&request, &names, &design, NULL, &err));
        evaluate(&design, &metrics, NULL);
        assert_int_equal(isfinite(plot.series[0].z[i]), metrics.fits);
        if (metrics.fits)
            assert_near(plot.series[0].z[i], 100 * metrics.mfu, 1e-12);
    }
    arena_free(arena);
    library_free(library);
}

TEST(plot_curve, reads_what_it_runs_over) {
    static const struct {
        const char *text;
        int count; // 0: refused
        double last;
        const char *word; // of the message
    } CASES[] = {
        {"batch=1:512",       10, 512,    NULL                },
        {"batch=3:20",        4,  20,     NULL                },
        {"chips=1,2,4,8",     4,  8,      NULL                },
        {"d_ff=8192:8448:64", 5,  8448,   NULL                },
        {"context",           10, 131072, NULL                },
        {"batch=1:512:0",     10, 512,    NULL                },
        {"d_model=1024:2048", 65, 2048,   NULL                },
        {"batc=1:4",          0,  0,      "'batc'"            },
        {"d_fff=1:4",         0,  0,      "'d_fff'"           },
        {"batch=5:1",         0,  0,      "greater"           },
        {"batch=0:4",         0,  0,      "above 0"           },
        {"batch=1:4:-1",      0,  0,      "above 0"           },
        {"batch=x",           0,  0,      "'x' is no number"  },
        {"batch=1:nan",       0,  0,      "'nan' is no number"},
        {"batch=4,2",         0,  0,      "must grow"         },
        {"batch=1,2;3",       0,  0,      "';3'"              },
        {"batch=7",           0,  0,      "one value"         },
        {"batch=1:100000:1",  0,  0,      "more than"         },
        {"model=1:2",         0,  0,      "no number"         },
        {"d_ff",              0,  0,      "needs its values"  },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Arena *arena = arena_new();
        Over over;
        Error err;
        bool good = over_read(CASES[i].text, arena, &over, &err);
        if (good != (CASES[i].count > 0) || (!good && !strstr(err.what, CASES[i].word)))
            fail_msg("%s: %s", CASES[i].text, good ? "is taken" : err.what);
        if (good) {
            assert_int_equal(over.count, CASES[i].count);
            assert_near(over.values[over.count - 1], CASES[i].last, 1e-12);
        }
        arena_free(arena);
    }
}
