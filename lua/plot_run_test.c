// The pictures of a stored run against what SQL says of its rows.
#include "lua/plot_run.h"
#include "lua/run_test.h"
#include "results/store_test.h"

#define SWEEP                                                                                      \
    "return sweep {\n"                                                                             \
    "  name = 'plots', chip = { 'h100_sxm', 'h200_sxm' }, chips = { 1, 2, 4, 8 },\n"               \
    "  model = 'llama-3.1-8b', plan = { tp = { 1, 2, 4, 8 } },\n"                                  \
    "  workload = decode { batch = { 1, 8, 64 }, context = 4096 },\n"                              \
    "  minimise = 'tpot_s', maximise = 'tokens_per_s_per_chip',\n"                                 \
    "  metrics = { 'time_s', 'time_low_s', 'time_high_s', 'tpot_s', 'fits' },\n"

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

// Sweeps SWEEP with more keys into FOLDER/NAME.sqlite; `path` is that file.
static void sweep_into(const Scratch *place, const char *name, const char *more, char *path) {
    char script[PATH_BYTES], line[3 * PATH_BYTES];
    Text text = {0};
    snprintf(script, sizeof script, "%s/%s.lua", place->folder, name);
    snprintf(path, PATH_BYTES, "%s/%s.sqlite", place->folder, name);
    text_addf(&text, "%s%s}\n", SWEEP, more);
    write_file(script, text.data);
    text_free(&text);
    snprintf(line, sizeof line, "sweep %s -o %s", script, path);
    Ran ran = run(line, "");
    if (ran.code != 0)
        fail_msg("exit %d\n%s", ran.code, ran.err.data);
    ran_free(&ran);
}

typedef struct Drawn {
    Stored stored;
    Arena *arena;
    RunPlots all;
} Drawn;

static Drawn draw(const char *path) {
    Drawn drawn = {.arena = arena_new()};
    Error err = {0};
    if (!stored_open(&drawn.stored, path, &err) ||
        !run_plots_all(&drawn.stored, drawn.arena, &drawn.all, &err))
        fail_msg("%s:%d: %s %s", err.file, err.line, err.what, err.hint);
    return drawn;
}

static void drawn_free(Drawn *drawn) {
    arena_free(drawn->arena);
    stored_close(&drawn->stored);
}

static const Plot *plot_named(const Drawn *drawn, const char *name) {
    for (int i = 0; i < drawn->all.count; i++)
        if (strcmp(drawn->all.plots[i].name, name) == 0)
            return &drawn->all.plots[i];
    fail_msg("there is no plot %s", name);
    return NULL;
}

static double ask(const char *path, const char *sql) {
    sqlite3 *db = look(path);
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    double value = sqlite3_column_double(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static const char PLOTS[] =
    "  plots = {\n"
    "    lines { name = 'least', x = 'chips', y = 'time_s', by = 'chip', best = 'time_s',\n"
    "      only = { batch = 8 }, level = { at = 0.01, label = \"it's \\\"asked\\\" <b>\" } },\n"
    "    points { name = 'each', x = 'tpot_s', y = 'tokens_per_s_per_chip', each = 'chip' },\n"
    "    regions { name = 'who', x = 'chips', y = 'batch', best = 'time_s',\n"
    "      by = function(d) return d.tp == 1 and 'whole' or 'split `rm`' end },\n"
    "    map { name = 'cells', x = 'chips', y = 'batch', z = function(d) return d.time_s * 2 end,\n"
    "      best = 'time_s', z_label = 'twice the time, s' },\n"
    "    memory { name = 'held', each = 'chip' },\n"
    "    timeline { name = 'none' },\n"
    "    lines { name = 'empty', x = 'chips', y = 'time_s', only = function(d) return d.batch > 64 "
    "end },\n"
    "    lines { name = 'below', x = 'chips', y = function(d) return -d.time_s end, log = 'y' },\n"
    "  },\n";

TEST(plot_run, shows_what_the_rows_say) {
    Scratch place = place_new();
    char path[PATH_BYTES], sql[500];
    sweep_into(&place, "shown", PLOTS, path);
    Drawn drawn = draw(path);
    const Plot *least = plot_named(&drawn, "least");
    assert_true(least->kind == PLOT_LINES && least->series_count == 2 && least->mark_count == 1);
    assert_string_equal(least->marks[0].label, "it's \"asked\" <b>");
    assert_string_equal(least->y.label, "latency, ms");
    for (int s = 0; s < 2; s++)
        for (int i = 0; i < least->series[s].count; i++) {
            snprintf(sql, sizeof sql,
                     "SELECT min(time_s) FROM point WHERE chip = '%s' AND batch = 8 AND chips = %g",
                     least->series[s].name, least->series[s].x[i]);
            assert_near(least->series[s].y[i], 1e3 * ask(path, sql), 1e-12);
            assert_true(least->series[s].low[i] < least->series[s].y[i]);
            assert_true(least->series[s].high[i] > least->series[s].y[i]);
        }
    assert_int_equal(least->series[0].count, 4);
    const Plot *each = plot_named(&drawn, "each-h200_sxm");
    assert_int_equal(each->series[0].count,
                     (int)ask(path, "SELECT count(*) FROM (SELECT DISTINCT tpot_s, "
                                    "tokens_per_s_per_chip FROM point WHERE chip = 'h200_sxm')"));
    assert_non_null(strstr(each->caption, "h200_sxm"));
    drawn_free(&drawn);
    place_drop(&place);
}

TEST(plot_run, names_winners_and_says_what_it_cannot_draw) {
    Scratch place = place_new();
    char path[PATH_BYTES];
    sweep_into(&place, "shown", PLOTS, path);
    Drawn drawn = draw(path);
    const Plot *who = plot_named(&drawn, "who"), *cells = plot_named(&drawn, "cells");
    assert_int_equal(who->series_count, 2);
    assert_string_equal(who->series[0].name, "split `rm`");
    assert_int_equal(who->series[0].count + who->series[1].count,
                     12); // 4 numbers of chips, 3 batches
    assert_int_equal(cells->series[0].count, 12);
    assert_string_equal(cells->z.label, "twice the time, s");
    for (int i = 0; i < 12; i++) {
        char sql[300];
        snprintf(sql, sizeof sql,
                 "SELECT 2 * min(time_s) FROM point WHERE chips = %g AND batch = %g",
                 cells->series[0].x[i], cells->series[0].y[i]);
        assert_near(cells->series[0].z[i], ask(path, sql), 1e-12);
    }
    assert_true(plot_named(&drawn, "held-h100_sxm")->kind == PLOT_BARS);
    assert_int_equal(drawn.all.note_count, 3);
    assert_non_null(strstr(drawn.all.notes[0], "none is not drawn"));
    assert_non_null(strstr(drawn.all.notes[1], "empty is not drawn: no row passes"));
    assert_non_null(strstr(drawn.all.notes[2], "below is not drawn: its axes"));
    // Those of any run come after the script's own.
    assert_string_equal(drawn.all.plots[drawn.all.asked].name, "frontier");
    plot_named(&drawn, "throughput");
    plot_named(&drawn, "best-roofline");
    drawn_free(&drawn);
    place_drop(&place);
}

// The fastest and the most productive design, and the knee between them.
TEST(plot_run, labels_the_designs_that_matter) {
    Scratch place = place_new();
    char path[PATH_BYTES];
    sweep_into(&place, "frontier", "keep_rows = 'frontier',\n", path);
    Drawn drawn = draw(path);
    const Plot *frontier = plot_named(&drawn, "frontier");
    const PlotSeries *best = &frontier->series[1];
    int labels = 0;
    assert_true(frontier->series[0].faint && best->joined);
    assert_int_equal(best->count, (int)ask(path, "SELECT count(*) FROM frontier"));
    for (int i = 0; i < best->count; i++)
        labels += best->labels[i] != NULL;
    assert_true(best->labels[0] && best->labels[best->count - 1] && labels <= 3);
    assert_near(best->x[0], 1e3 * ask(path, "SELECT min(tpot_s) FROM frontier"), 1e-12);
    assert_non_null(strstr(best->labels[0], "tp 8"));
    assert_non_null(strstr(frontier->caption, "keep_rows"));
    drawn_free(&drawn);
    place_drop(&place);
}

// Rows of designs that do not fit are in the file, but no line leads through them.
TEST(plot_run, leaves_out_what_does_not_fit) {
    Scratch place = place_new();
    char path[PATH_BYTES];
    sweep_into(&place, "all",
               "hbm_reserve = 0.78, keep_rows = 'all', group_by = 'batch',\n"
               "  plots = { points { name = 'fit', x = 'tpot_s', y = 'time_s' },\n"
               "            points { name = 'any', x = 'tpot_s', y = 'time_s', only = { fits = { "
               "false, true } } } },\n",
               path);
    Drawn drawn = draw(path);
    static const char EVERY[] = "SELECT count(DISTINCT tpot_s) FROM point",
                      FIT[] = "SELECT count(DISTINCT tpot_s) FROM point WHERE fits";
    assert_true(ask(path, FIT) < ask(path, EVERY));
    assert_int_equal(plot_named(&drawn, "fit")->series[0].count, (int)ask(path, FIT));
    assert_int_equal(plot_named(&drawn, "any")->series[0].count, (int)ask(path, EVERY));
    drawn_free(&drawn);
    place_drop(&place);
}

TEST(plot_run, changes_nothing_else_of_a_run) {
    Scratch place = place_new();
    char with[PATH_BYTES], without[PATH_BYTES];
    sweep_into(&place, "with", PLOTS, with);
    sweep_into(&place, "without", "", without);
    static const char *const QUERIES[] = {"SELECT * FROM point",
                                          "SELECT * FROM frontier",
                                          "SELECT * FROM best",
                                          "SELECT * FROM op",
                                          "SELECT * FROM axis",
                                          "SELECT catalogue_hash FROM run",
                                          NULL};
    Text a = dump(with, QUERIES), b = dump(without, QUERIES);
    assert_string_equal(a.data, b.data);
    text_free(&a);
    text_free(&b);
    place_drop(&place);
}

TEST(plot_run, blames_a_function_with_its_line) {
    static const struct {
        const char *plots, *what;
    } CASES[] = {
        {"plots = { lines { x = 'chips',\n y = function(d) return d.comm_s end } },\n",           "comm_s"},
        {"plots = { lines { x = 'chips',\n y = function(d) return d.chip end } },\n",             "string"},
        {"plots = { lines { x = 'chips',\n y = function(d) d.chip = 1 return 1 end } },\n",
         "changed"                                                                                        },
        {"plots = { lines { x = 'chips', y = 'time_s',\n only = function(d) return 1 end } },\n",
         "true or false"                                                                                  },
    };
    Scratch place = place_new();
    char path[PATH_BYTES];
    for (int i = 0; i < FIELD_COUNT(CASES); i++) {
        char name[32];
        Stored stored = {0};
        Arena *arena = arena_new();
        RunPlots all;
        Error err = {0};
        snprintf(name, sizeof name, "case%d", i);
        sweep_into(&place, name, CASES[i].plots, path);
        assert_true(stored_open(&stored, path, &err));
        bool good = run_plots_all(&stored, arena, &all, &err);
        if (good || !strstr(err.what, CASES[i].what) || err.line != 8)
            fail_msg("%s%d: %s %s", CASES[i].plots, err.line, err.what, err.hint);
        stored_close(&stored);
        arena_free(arena);
    }
    place_drop(&place);
}

TEST(plot_run, is_printed_and_written_by_sweep) {
    Scratch place = place_new();
    char script[PATH_BYTES], line[4 * PATH_BYTES], path[PATH_BYTES];
    Text text = {0};
    snprintf(script, sizeof script, "%s/s.lua", place.folder);
    text_addf(&text, "%s%s}\n", SWEEP, PLOTS);
    write_file(script, text.data);
    text_free(&text);
    snprintf(line, sizeof line, "sweep %s --text", script);
    Ran ran = run(line, "");
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.err.data, "needs -o"));
    ran_free(&ran);
    snprintf(line, sizeof line, "sweep %s -o %s/r.sqlite --plots %s/no/drawn", script, place.folder,
             place.folder);
    ran = run(line, "");
    assert_int_equal(ran.code, 2); // before the search
    assert_string_equal(ran.out.data ? ran.out.data : "", "");
    ran_free(&ran);
    snprintf(line, sizeof line, "sweep %s -o %s/r.sqlite --text --plots %s/drawn", script,
             place.folder, place.folder);
    ran = run(line, "");
    if (ran.code != 0)
        fail_msg("%s", ran.err.data);
    assert_non_null(strstr(ran.out.data, "who.")); // .svg, or .gp where there is no gnuplot
    assert_non_null(strstr(ran.out.data, "empty is not drawn"));
    snprintf(path, sizeof path, "%s/drawn/who.gp", place.folder);
    assert_int_equal(access(path, R_OK), 0);
    ran_free(&ran);
    snprintf(path, sizeof path, "%s/drawn", place.folder);
    files_in(path, true);
    rmdir(path);
    place_drop(&place);
}

// Whatever a script calls things: shown as text in files that gnuplot, XML and a terminal read.
TEST(plot_run, takes_hostile_names_as_text) {
    static const char HOSTILE[] =
        "  plots = {\n"
        "    lines { name = 'hostile', title = [[<script>alert('x')</script> \"q\" `id` $(id) "
        "';|\\]] .. '\\27[2J\\n',\n"
        "      x = 'chips', y = 'time_s', best = 'time_s', y_label = '%s %d ]]> @{x} ~',\n"
        "      by = function(d) return d.chip .. '<b>`id`\\n\\27[31m' .. string.rep('x', 10000) "
        "end },\n"
        "    regions { x = 'chips', y = 'batch', best = 'time_s', each = function(d) return "
        "'../../' .. d.chip end,\n"
        "      by = function(d) return \"';system('id');'\" end },\n"
        "  },\n";
    Scratch place = place_new();
    char path[PATH_BYTES], line[3 * PATH_BYTES];
    sweep_into(&place, "hostile", HOSTILE, path);
    snprintf(line, sizeof line, "sweep %s/hostile.lua -o %s --resume --text --plots %s/drawn",
             place.folder, path, place.folder);
    Ran ran = run(line, "");
    if (ran.code != 0)
        fail_msg("%s", ran.err.data);
    assert_null(strchr(ran.out.data, 27));
    assert_non_null(strstr(ran.out.data, "<script>")); // as it was written
    ran_free(&ran);
    snprintf(path, sizeof path, "%s/drawn/regions-2-______h100_sxm.gp", place.folder);
    assert_int_equal(access(path, R_OK), 0);
    snprintf(path, sizeof path, "%s/drawn/hostile.svg", place.folder);
    FILE *file = fopen(path, "r");
    if (file) { // there is gnuplot
        Text svg = read_back(file);
        assert_null(strstr(svg.data, "<script"));
        assert_null(strchr(svg.data, 27));
        assert_non_null(strstr(svg.data, "&lt;script"));
        text_free(&svg);
    }
    snprintf(path, sizeof path, "%s/drawn", place.folder);
    files_in(path, true);
    rmdir(path);
    place_drop(&place);
}
