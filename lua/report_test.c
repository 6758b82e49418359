#include "lua/report_test.h"
#include "results/tables.h"

// --- Tests -----------------------------------------------------------------------------------------------------------

static void small_run(const Place *place) {
    char line[300];
    snprintf(line, sizeof line, "sweep %s/plans.lua -o %s", place->folder, place->run);
    write_text(place->folder, "plans.lua",
               "return sweep { name = 'small plans', chip = 'h800', chips = 16, model = "
               "'deepseek-v3', formats = 'fp8', plan = all_plans { max_pp = 2 },\n"
               "  workload = decode { context = 4096, batch = pow2(8, 512) }, keep = { tpot_s = { "
               "max = '30 ms' } },\n  minimise = 'tpot_s', maximise = 'tokens_per_s_per_chip' }\n");
    Ran ran = run(line, "");
    assert_int_equal(ran.code, 0);
    ran_free(&ran);
}

TEST(report, answers_what_a_sweep_asked) {
    Place place = place_new();
    small_run(&place);
    Ran ran = report(place.run, place.report, "--md --csv");
    assert_int_equal(ran.code, 0);
    assert_holds(&ran.out, "/report/index.html\n");
    Text page = read_file(place.report, "index.html"), text = read_file(place.report, "report.md");
    static const char *const BOTH[] = {"small plans",
                                       "What was asked",
                                       "tpot_s at most 30 ms",
                                       "must fit in memory",
                                       "What was tried",
                                       "do not fit in memory",
                                       "more than the memory of a chip",
                                       "The frontier",
                                       "best tpot_s",
                                       "balanced",
                                       "What binds",
                                       "experts_up",
                                       "How far off",
                                       "90 % interval",
                                       "extrapolated",
                                       "hopper",
                                       "families left out",
                                       "Assumptions and sources",
                                       "NVIDIA H100",
                                       "doubtful",
                                       "How to repeat",
                                       "catalogue_hash",
                                       "The file holds no measurements"};
    for (size_t i = 0; i < sizeof BOTH / sizeof BOTH[0]; i++) {
        assert_holds(&page, BOTH[i]);
        assert_holds(&text, BOTH[i]);
    }
    assert_holds_not(&page, "cannot be read");
    assert_holds_not(&page, "http-equiv=\"refresh");
    assert_holds(&page, "data-c=\"tpot_s\"");
    assert_well_formed(page.data);
    Text frontier = read_file(place.report, "frontier.csv");
    assert_holds(&frontier, "id,matters,tp,dp");
    assert_holds(&frontier, ",best tpot_s");
    assert_clean(&place);
    text_free(&frontier);
    text_free(&page);
    text_free(&text);
    ran_free(&ran);
    place_drop(&place);
}

TEST(report, shows_names_as_text_whatever_they_hold) {
    Place place = place_new();
    finish(hand_made(place.run, 40, CHIPFIT_VERSION, HOSTILE_NAME), 40);
    Ran ran = report(place.run, place.report, "--md --csv");
    assert_int_equal(ran.code, 0);
    assert_holds_not(&ran.out, "\033");
    Text page = read_file(place.report, "index.html");
    assert_well_formed(page.data);
    assert_holds_not(&page, "<script>alert");
    assert_holds_not(&page, "could not draw");
    assert_holds(
        &page, "&lt;script&gt;alert(1)&lt;/script&gt;&#39;; DROP TABLE point; -- \xe2\x90\x9b[31m");
    static const char *const FILES[] = {"index.html", "report.md", "frontier.csv", "best.csv",
                                        "why.csv"};
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        Text text = read_file(place.report, FILES[i]);
        assert_holds_not(&text, "\033");
        text_free(&text);
    }
    Text text = read_file(place.report, "report.md");
    assert_holds(&text, "| \\<script\\>alert(1)\\</script\\>"); // in cells
    assert_holds(&text, "# \\<script\\>");
    assert_holds(&text, "```\n<script>alert(1)"); // in a block of code
    assert_holds_not(&text, "| <script>");
    Text rows = read_file(place.report, "frontier.csv");
    assert_holds(&rows, "\"'=HYPERLINK(\"\"http://x\"\")\"");
    assert_holds(&rows, "\"'@SUM(1)\xe2\x90\x8d\nx\"");
    assert_holds(&rows, long_name());
    assert_holds_not(&rows, ",=");
    assert_holds_not(&rows, ",@");
    text_free(&rows);
    text_free(&text);
    text_free(&page);
    ran_free(&ran);
    place_drop(&place);
}

TEST(report, shows_names_of_ten_thousand_characters) {
    Place place = place_new();
    finish(hand_made(place.run, 40, CHIPFIT_VERSION, long_name()), 40);
    Ran ran = report(place.run, place.report, "--md --csv");
    assert_int_equal(ran.code, 0);
    Text page = read_file(place.report, "index.html");
    assert_well_formed(page.data);
    assert_holds_not(&page, "could not draw");
    assert_true(page.length < 5000000);
    const char *title = strstr(page.data, "<h1>") + 4;
    assert_int_equal(strstr(title, "</h1>") - title, 4 * 10000); // &lt;
    text_free(&page);
    ran_free(&ran);
    place_drop(&place);
}

// As far as a script may name things: through the store, the script that is read again, gnuplot and the page.
TEST(report, shows_names_of_scripts_as_text) {
    Place place = place_new();
    char line[300];
    snprintf(line, sizeof line, "sweep %s/odd.lua -o %s", place.folder, place.run);
    write_text(
        place.folder, "odd.lua",
        "return sweep { name = [[<b>'a'\"b\"`c` $(d) @e {/f} %s \\n _g^h; -- =1]],\n"
        "  chip = derive { base = 'h100_sxm', name = [[<i>'a'`b` $(c) {/Symbol d} %s \\n]] },\n"
        "  model = 'llama-3.1-8b', plan = { tp = 1 },\n"
        "  workload = decode { context = 4096, batch = pow2(1, 8) },\n"
        "  minimise = 'tpot_s', maximise = 'tokens_per_s_per_chip' }\n");
    Ran ran = run(line, "");
    assert_int_equal(ran.code, 0);
    ran_free(&ran);
    ran = report(place.run, place.report, "--md");
    assert_int_equal(ran.code, 0);
    Text page = read_file(place.report, "index.html");
    assert_well_formed(page.data);
    assert_holds_not(&page, "could not draw");
    assert_holds_not(&page, "<b>'");
    assert_holds_not(&page, "<i>");
    assert_holds(&page,
                 "<h1>&lt;b&gt;&#39;a&#39;&quot;b&quot;`c` $(d) @e {/f} %s \\n _g^h; -- =1</h1>");
    assert_holds(&page, "&lt;i&gt;&#39;a&#39;`b` $(c) {/Symbol d} %s \\n");
    text_free(&page);
    ran_free(&ran);
    place_drop(&place);
}

TEST(report, says_when_a_run_is_unfinished_or_of_another_version) {
    Place place = place_new();
    store_close(hand_made(place.run, 10, "0.0.1", "plain"));
    Ran ran = report(place.run, place.report, "");
    assert_int_equal(ran.code, 0);
    assert_holds(&ran.out, "not finished");
    Text page = read_file(place.report, "index.html");
    assert_holds(&page, "This run is not finished: 10 of 10 points");
    assert_holds(&page, "Version 0.0.1 of chipfit wrote this run");
    assert_holds(&page, "cannot be read by this program");
    assert_holds(&page, "Ops are written when a run ends");
    text_free(&page);
    ran_free(&ran);
    place_drop(&place);
}

TEST(report, shows_the_designs_that_matter_of_a_large_frontier) {
    Place place = place_new();
    finish(hand_made(place.run, 100000, CHIPFIT_VERSION, "plain"), 100000);
    Ran ran = report(place.run, place.report, "--md");
    assert_int_equal(ran.code, 0);
    Text page = read_file(place.report, "index.html"),
         rows = read_file(place.report, "frontier.csv");
    assert_true(page.length < 5000000);
    assert_holds(&page, "of its 100 000 designs are shown");
    assert_holds(&page, "<td>best tpot_s</td>" + 3);
    int lines = 0;
    for (const char *at = rows.data; (at = strstr(at, "\r\n")); at += 2)
        lines++;
    assert_int_equal(lines, 100001);
    text_free(&page);
    text_free(&rows);
    ran_free(&ran);
    place_drop(&place);
}

TEST(report, replaces_a_report_whole_and_leaves_other_files_alone) {
    Place place = place_new();
    finish(hand_made(place.run, 40, CHIPFIT_VERSION, "plain"), 40);
    Ran ran = report(place.run, place.report, "--md --csv");
    assert_int_equal(ran.code, 0);
    ran_free(&ran);
    assert_true(is_there(place.report, "best.csv") && is_there(place.report, "report.md"));
    write_text(place.report, "notes.txt", "mine");
    ran = report(place.run, place.report, "");
    assert_int_equal(ran.code, 0);
    ran_free(&ran);
    assert_false(is_there(place.report, "best.csv") || is_there(place.report, "report.md"));
    assert_true(is_there(place.report, "notes.txt"));
    // Somebody else's file stands where one of the report must go.
    write_text(place.report, "why.csv", "mine");
    ran = report(place.run, place.report, "--csv");
    assert_int_equal(ran.code, 2);
    assert_holds(&ran.err, "why.csv");
    ran_free(&ran);
    Text mine = read_file(place.report, "why.csv");
    assert_string_equal(mine.data, "mine");
    assert_false(is_there(place.report, "best.csv"));
    text_free(&mine);
    write_text(place.report, "index.html", "<!DOCTYPE html><p>mine</p>");
    ran = report(place.run, place.report, "");
    assert_int_equal(ran.code, 2);
    assert_holds(&ran.err, "no report of chipfit");
    ran_free(&ran);
    assert_clean(&place);
    place_drop(&place);
}

// Process numbers end at 4194304.
TEST(report, removes_what_a_killed_report_left_behind) {
    Place place = place_new();
    small_run(&place);
    Ran ran = report(place.run, place.report, "");
    assert_int_equal(ran.code, 0);
    ran_free(&ran);
    char gone[400], plots[440], ours[400];
    snprintf(gone, sizeof gone, "%s/.chipfit-report-99999999", place.report);
    snprintf(plots, sizeof plots, "%s/plots", gone);
    snprintf(ours, sizeof ours, "%s/.chipfit-report-%ld", place.report, (long)getppid());
    assert_int_equal(mkdir(gone, 0777) | mkdir(plots, 0777) | mkdir(ours, 0777), 0);
    write_text(plots, "a.svg", "<svg/>");
    ran = report(place.run, place.report, "");
    assert_int_equal(ran.code, 0);
    assert_int_equal(access(gone, F_OK), -1);
    assert_int_equal(access(ours, F_OK), 0); // whose process still runs
    assert_int_equal(rmdir(ours), 0);
    ran_free(&ran);
    place_drop(&place);
}

TEST(report, refuses_what_is_no_run_and_says_where_it_cannot_write) {
    Place place = place_new();
    char file[128], missing[128];
    snprintf(file, sizeof file, "%s/plain", place.folder);
    snprintf(missing, sizeof missing, "%s/no/where", place.folder);
    write_text(place.folder, "plain", "no database");
    finish(hand_made(place.run, 5, CHIPFIT_VERSION, "plain"), 5);
    const struct {
        const char *run, *folder, *more;
        int code;
        const char *says;
    } CASES[] = {
        {"/nowhere.sqlite", place.report, "",      2, "/nowhere.sqlite"  },
        {file,              place.report, "",      2, "plain"            },
        {place.folder,      place.report, "",      2, "no plain file"    },
        {place.run,         missing,      "",      3, "No such file"     },
        {place.run,         file,         "",      3, "is no folder"     },
        {place.run,         "/proc/x",    "",      3, "cannot be written"},
        {place.run,         place.report, "--cvs", 2, "--csv"            },
        {place.run,         place.report, file,    2, "takes one run"    },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Ran ran = report(CASES[i].run, CASES[i].folder, CASES[i].more);
        assert_int_equal(ran.code, CASES[i].code);
        assert_holds(&ran.err, CASES[i].says);
        assert_string_equal(ran.out.data, "");
        ran_free(&ran);
        assert_false(is_there(place.report, "."));
    }
    char line[200];
    snprintf(line, sizeof line, "report %s", place.run);
    Ran ran = run(line, "");
    assert_int_equal(ran.code, 2);
    assert_holds(&ran.err, "-o DIR");
    ran_free(&ran);
    place_drop(&place);
}

TEST(report, works_without_gnuplot) {
    Place place = place_new();
    char path[PATH_BYTES], line[2 * PATH_BYTES];
    program_path(path);
    small_run(&place);
    snprintf(line, sizeof line, "PATH=/nowhere %s report %s -o %s", path, place.run, place.report);
    char *const words[] = {"/bin/sh", "-c", line, NULL};
    Ran ran = run_words(words, STDIN_FILENO);
    assert_int_equal(ran.code, 0);
    assert_holds(&ran.err, "gnuplot is not installed");
    Text page = read_file(place.report, "index.html");
    assert_holds(&page, "gnuplot-nox");
    assert_holds(&page, "Not drawn; gnuplot draws it from <a href=\"plots/");
    assert_well_formed(page.data);
    text_free(&page);
    ran_free(&ran);
    // Whoever draws the pictures by hand does not stand in the way of the next report.
    assert_true(is_there(place.report, "plots/frontier.gp"));
    write_text(place.report, "plots/frontier.svg", "by hand");
    ran = report(place.run, place.report, "");
    assert_int_equal(ran.code, 0);
    ran_free(&ran);
    place_drop(&place);
}

TEST(report, tells_what_was_measured) {
    static const char VIEW[] =
        "SELECT 'cpu <b>' AS device, 'c' AS chip, 'matmul' AS op, 'bf16' AS format, 'cold' AS "
        "cache, 1.0 AS measured_s, 1.5 AS datasheet_s, 0.9 AS calibrated_s, 1 AS inside, 0.8 AS "
        "low_s, 1.1 AS high_s, 1 AS settled UNION ALL "
        "SELECT 'cpu <b>', 'c', 'matmul', 'bf16', 'cold', 2.0, 1.0, 2.6, 0, 2.1, 3.0, 0 UNION ALL "
        "SELECT 'cpu "
        "<b>', 'c', 'norm', 'bf16', 'cold', NULL, 1.0, NULL, NULL, NULL, NULL, NULL";
    Place place = place_new();
    Error err = {0};
    bool machine;
    finish(hand_made(place.run, 5, CHIPFIT_VERSION, "plain"), 5);
    Store *store = store_extend(place.run, &machine, &err);
    assert_true(tables_view(store, "validation", VIEW, &err) && store_seal(store, &err));
    store_close(store);
    Ran ran = report(place.run, place.report, "");
    Text page = read_file(place.report, "index.html");
    assert_holds(&page, "2 measured rows stand in the file, view validation; others could not");
    assert_holds(&page, "cpu &lt;b&gt;");
    assert_holds(&page, "<td data-k=\"50\">50.0</td><td data-k=\"20\">20.0</td>");
    assert_holds(&page, "1 of 2");
    assert_holds(&page, "1 of them did not settle");
    text_free(&page);
    ran_free(&ran);
    // A view that is none of ours is named, and the rest stands.
    store = store_extend(place.run, &machine, &err);
    assert_true(tables_view(store, "validation", "SELECT 1 AS x", &err) && store_seal(store, &err));
    store_close(store);
    ran = report(place.run, place.report, "");
    assert_int_equal(ran.code, 0);
    page = read_file(place.report, "index.html");
    assert_holds(&page, "The view validation cannot be read");
    assert_holds(&page, "How to repeat it");
    text_free(&page);
    ran_free(&ran);
    place_drop(&place);
}
