// chipfit plot — one design as pictures, a curve over one of its numbers, a map over two.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lua/commands.h"
#include "lua/names.h"
#include "lua/options.h"
#include "lua/plot_curve.h"
#include "lua/plot_design.h"
#include "lua/terminal.h"
#include "sim/base/heap.h"

#define FOLDER     "plots"
#define COLUMNS    100
#define LINES      30
#define MOST_PLOTS 8
#define MAP_STEPS  64

enum { KIND_CURVE = DESIGN_PICTURES, KIND_MAP, KIND_ALL, KINDS };

static const char *const KIND_WORDS[KINDS] = {"roofline", "ops", "memory", "timeline",
                                              "curve",    "map", "all"};

typedef struct Drawing {
    Request request;
    const char *over, *up, *folder;
    bool text;
    int kind;
    Arena *arena;
    Library *library;
    Plot plots[MOST_PLOTS];
    int count;
} Drawing;

// --- What is drawn -----------------------------------------------------------------------------------------------------

// Returns the exit code.
static int draw_design(Drawing *drawing, const Names *names, Error *err) {
    Design design;
    Metrics metrics;
    bool no_room;
    if (!request_design(&drawing->request, names, &design, &no_room, err))
        return no_room ? 1 : 2;
    // In the arena: captions and series point into neither, but both are large.
    Breakdown *breakdown = arena_take(drawing->arena, sizeof *breakdown);
    evaluate(&design, &metrics, breakdown);
    if (drawing->kind == KIND_ALL) {
        DesignPlots all = plot_design(&design, &metrics, breakdown, NULL, drawing->arena);
        memcpy(drawing->plots, all.plots, (size_t)all.count * sizeof(Plot));
        drawing->count = all.count;
        return 0;
    }
    drawing->count = 1;
    bool good = plot_design_one(&design, &metrics, breakdown, (DesignPicture)drawing->kind, NULL,
                                drawing->arena, drawing->plots, err);
    return good ? 0 : 2;
}

static void tell_left_out(const LeftOut *left_out, int of) {
    char why[1400];
    if (left_out->count == 0)
        return;
    error_text(&left_out->first, why, sizeof why);
    fprintf(stderr, "chipfit: %d of %d points are no design and left out; the first: %s\n",
            left_out->count, of, why);
}

static int draw_curve(Drawing *drawing, const Names *names, Error *err) {
    Over over;
    LeftOut left_out;
    const char *phase = drawing->request.phase;
    const char *usual = phase && text_same_name(phase, "prefill") ? "prompt" : "batch";
    if (drawing->up) {
        error_set(err, "up: a curve runs over one number");
        return 2 + error_hint(err, "chipfit plot map runs over two");
    }
    if (!over_read(drawing->over ? drawing->over : usual, drawing->arena, &over, err) ||
        !plot_curve(&drawing->request, names, &over, drawing->arena, drawing->plots, &left_out,
                    err))
        return 2;
    drawing->count = 2;
    tell_left_out(&left_out, over.count);
    return 0;
}

static bool read_sides(Drawing *drawing, const Model *model, Over sides[2], Error *err) {
    const char *given[2] = {drawing->over, drawing->up};
    const char *usual[2] = {model->moe.experts > 0 ? "d_expert" : "d_ff", "d_model"};
    for (int i = 0; i < 2; i++)
        if (!(given[i] ? over_read(given[i], drawing->arena, &sides[i], err)
                       : over_round(usual[i], model, MAP_STEPS, drawing->arena, &sides[i], err)))
            return false;
    if (sides[0].field == sides[1].field)
        return error_set(err, "up: %s runs to the right already", sides[1].key);
    return true;
}

static int draw_map(Drawing *drawing, const Names *names, Error *err) {
    Over sides[2];
    LeftOut left_out;
    if (!read_sides(drawing, names->model, sides, err) ||
        !plot_mfu_map(&drawing->request, names, &sides[0], &sides[1], drawing->arena,
                      drawing->plots, &left_out, err))
        return 2;
    drawing->count = 1;
    tell_left_out(&left_out, sides[0].count * sides[1].count);
    return 0;
}

static int make_plots(Drawing *drawing, Error *err) {
    Names names;
    drawing->library = library_open(err);
    if (!drawing->library || !request_names(&drawing->request, drawing->library, &names, err))
        return 2;
    if (drawing->kind == KIND_CURVE)
        return draw_curve(drawing, &names, err);
    if (drawing->kind == KIND_MAP)
        return draw_map(drawing, &names, err);
    if (drawing->over || drawing->up) {
        error_set(err, "%s: a curve or map runs over numbers, %s shows one design",
                  drawing->over ? "over" : "up", KIND_WORDS[drawing->kind]);
        return 2;
    }
    return draw_design(drawing, &names, err);
}

// --- Where it goes -----------------------------------------------------------------------------------------------------

static int print_plots(const Drawing *drawing, Error *err) {
    Text out = {0};
    PlotDrawn drawn = PLOT_DRAWN;
    for (int i = 0; i < drawing->count && drawn == PLOT_DRAWN; i++) {
        text_add(&out, i ? "\n" : "");
        drawn = plot_text(&drawing->plots[i], terminal_columns(COLUMNS), LINES, &out, err);
    }
    if (drawn == PLOT_DRAWN)
        fputs(out.data, stdout);
    text_free(&out);
    return drawn == PLOT_DRAWN ? 0 : 3;
}

static bool make_folder(const char *folder, Error *err) {
    struct stat is;
    if (mkdir(folder, 0777) == 0 ||
        (errno == EEXIST && stat(folder, &is) == 0 && S_ISDIR(is.st_mode)))
        return true;
    error_set(err, "the folder cannot be made: %s",
              errno == EEXIST ? "there is a file of that name" : strerror(errno));
    return error_where(err, folder, 0);
}

static int write_plot(const Plot *plot, const char *folder, Error *err) {
    if (!plot_write(plot, folder, err))
        return 3;
    PlotDrawn drawn = plot_draw(folder, plot->name, "svg", err);
    if (drawn == PLOT_DRAWN)
        drawn = plot_draw(folder, plot->name, "png", err);
    if (drawn == PLOT_DRAWN)
        printf("%s/%s.svg, .png, .gp and .dat\n", folder, plot->name);
    else
        printf("%s/%s.gp and .dat\n", folder, plot->name);
    return drawn == PLOT_DRAWN ? 0 : 3;
}

static int write_plots(const Drawing *drawing, Error *err) {
    const char *folder = drawing->folder ? drawing->folder : FOLDER;
    if (!make_folder(folder, err))
        return 3;
    int code = 0;
    for (int i = 0; i < drawing->count;
         i++) { // without gnuplot scripts and data are written all the same
        int one = write_plot(&drawing->plots[i], folder, err);
        code = one > code ? one : code;
    }
    return code;
}

// --- The command line --------------------------------------------------------------------------------------------------

static bool take_kind(Drawing *drawing, int argc, char **argv, Error *err) {
    Nearest nearest = {0};
    if (argc < 2 || argv[1][0] == '-') {
        error_set(err, "plot: says not what to draw");
        return error_hint(err, "roofline, ops, memory, timeline, curve, map, or all of a design");
    }
    for (int i = 0; i < KINDS; i++) {
        if (text_same_name(argv[1], KIND_WORDS[i])) {
            drawing->kind = i;
            return true;
        }
        nearest_offer(&nearest, argv[1], KIND_WORDS[i]);
    }
    error_set(err, "plot: there is no kind '%.60s'", argv[1]);
    return nearest.best ? error_hint(err, "did you mean '%s'?", nearest.best)
                        : error_hint(err, "roofline, ops, memory, timeline, curve, map, or all of "
                                          "a design");
}

static const char SUMMARY[] =
    "Draws one design. KIND is\n"
    "  roofline   its ops under the roofs of its formats\n"
    "  ops        its time by op, and what binds each\n"
    "  memory     what fills a chip's memory, against its capacity\n"
    "  timeline   who works when in its pipeline\n"
    "  all        all of these that there are\n"
    "  curve      latency with its 90 % interval, MFU and MBU over one number\n"
    "  map        MFU over two\n"
    "Each picture is a gnuplot script beside its data, drawn as svg and png.\n\n"
    "exit: 0 drawn; 1 not one sequence fits; 2 wrong input; 3 a file cannot be "
    "written, or gnuplot is missing or fails";

static bool asks_help(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

// The words behind the kind, -o under its long name.
static bool read_options(const Options *options, int argc, char **argv, Error *err) {
    char **words = heap_take((size_t)argc, sizeof *words), out[] = "--out";
    bool help;
    words[0] = argv[0];
    for (int i = 2; i < argc; i++)
        words[i - 1] = strcmp(argv[i], "-o") == 0 ? out : argv[i];
    bool good = options_read(options, argc - 1, words, &help, err);
    free(words);
    return good;
}

static int run(Drawing *drawing, Error *err) {
    int code = 2;
    drawing->arena = arena_new();
    if (drawing->text && drawing->folder)
        error_set(err, "out: --text prints, and writes no files");
    else
        code = make_plots(drawing, err);
    if (code == 0)
        code = drawing->text ? print_plots(drawing, err) : write_plots(drawing, err);
    if (code != 0)
        options_fail(err);
    library_free(drawing->library);
    arena_free(drawing->arena);
    return code;
}

int cmd_plot(int argc, char **argv) {
    Drawing drawing = {.request = request_new()};
    drawing.request.command_line = true;
    // clang-format off
    const Option own[] = {
        {"over", "KEY=FROM:TO", "of a curve or map, to the right: batch=1:512 (powers of two), d_ff=8192:16384:64 (steps) or "
         "chips=1,2,4,8; a key of the design or a width of the network; default: batch, of a prefill prompt; of a map d_ff, "
         "or d_expert where there are experts", &drawing.over, NULL},
        {"up", "KEY=FROM:TO", "of a map, upwards; default: d_model", &drawing.up, NULL},
        {"out", "DIR", "or -o DIR: the folder of the files, made where it is missing; default: plots", &drawing.folder, NULL},
        {"text", NULL, "prints the picture as text in place of writing files", NULL, &drawing.text},
    };
    // clang-format on
    Options options = {
        .command = "plot",
        .summary = SUMMARY,
        .example = "chipfit plot curve --chip h100_sxm --model llama-3.1-70b --tp 8 --phase decode "
                   "--context 4096 --over batch=1:256 --text",
        .own = own,
        .own_count = FIELD_COUNT(own),
        .request = &drawing.request,
    };
    Error err = {0};
    if (asks_help(argc, argv)) {
        options.command = "plot KIND";
        options_help(&options);
        return 0;
    }
    if (!take_kind(&drawing, argc, argv, &err) || !read_options(&options, argc, argv, &err))
        return options_fail(&err);
    return run(&drawing, &err);
}
