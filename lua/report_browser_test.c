// The page in a real browser, where one is installed.
#include "lua/report_test.h"

static const char *browser(void) {
    static const char *const NAMES[] = {"chromium", "chromium-browser", "google-chrome"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        char line[80];
        snprintf(line, sizeof line, "command -v %s >/dev/null", NAMES[i]);
        if (system(line) == 0)
            return NAMES[i];
    }
    return NULL;
}

static Ran browse(const char *name, const Place *place, const char *option, const char *fragment) {
    char profile[200], shot[200], page[200];
    snprintf(profile, sizeof profile, "--user-data-dir=%s/browser", place->folder);
    snprintf(shot, sizeof shot, "%s%s/page.png", option, place->folder);
    snprintf(page, sizeof page, "file://%s/index.html%s", place->report, fragment);
    bool picture = strchr(option, '=') != NULL;
    char *const words[] = {"timeout",
                           "60",
                           (char *)(uintptr_t)name,
                           "--headless=new",
                           "--no-sandbox",
                           "--disable-gpu",
                           "--enable-logging=stderr",
                           "--v=0",
                           "--window-size=1280,1600",
                           profile,
                           picture ? shot : (char *)(uintptr_t)option,
                           page,
                           NULL};
    return run_words(words, STDIN_FILENO);
}

static int64_t first_id(const Text *page) {
    const char *table = strstr(page->data, "<table id=\"frontier\"");
    const char *row = table ? strstr(table, "<tbody>") : NULL;
    const char *id = row ? strstr(row, "data-k=\"") : NULL;
    assert_non_null(id);
    return strtoll(id + 8, NULL, 10);
}

TEST(report, opens_and_sorts_in_a_browser) {
    const char *name = browser();
    if (!name) {
        print_message("skipped: no Chromium here\n");
        skip();
    }
    Place place = place_new();
    finish(hand_made(place.run, 40, CHIPFIT_VERSION, HOSTILE_NAME), 40);
    Ran ran = report(place.run, place.report, "");
    assert_int_equal(ran.code, 0);
    ran_free(&ran);
    static const struct {
        const char *fragment;
        int64_t first;
    } SORTED[] = {
        {"",              0 },
        {"#sort=-tpot_s", 39},
        {"#sort=-mfu",    39},
        {"#sort=-id",     39},
        {"#sort=nothing", 0 },
        {"#sort=%",       0 },
    };
    for (size_t i = 0; i < sizeof SORTED / sizeof SORTED[0]; i++) {
        ran = browse(name, &place, "--dump-dom", SORTED[i].fragment);
        assert_int_equal(ran.code, 0);
        assert_int_equal(first_id(&ran.out), SORTED[i].first);
        assert_holds_not(&ran.err, "CONSOLE");
        assert_holds(&ran.out, "<button>"); // the script ran, and no other one did
        ran_free(&ran);
    }
    ran = browse(name, &place, "--screenshot=", "");
    assert_holds_not(&ran.err, "CONSOLE");
    struct stat is;
    char shot[200];
    snprintf(shot, sizeof shot, "%s/page.png", place.folder);
    assert_int_equal(stat(shot, &is), 0);
    assert_true(is.st_size > 10000);
    ran_free(&ran);
    place_drop(&place);
}

// Clicks twice, by a script that the page itself would not let run.
TEST(report, sorts_by_a_click) {
    static const char CLICKS[] =
        "<script>var head = document.querySelector('#frontier th[data-c=tpot_s] button'); "
        "head.click(); head.click();</script></body>";
    const char *name = browser();
    if (!name) {
        print_message("skipped: no Chromium here\n");
        skip();
    }
    Place place = place_new();
    finish(hand_made(place.run, 40, CHIPFIT_VERSION, "plain"), 40);
    Ran ran = report(place.run, place.report, "");
    ran_free(&ran);
    Text page = read_file(place.report, "index.html"), changed = {0};
    char *policy = strstr(page.data, "Content-Security-Policy"),
         *end = strstr(page.data, "</body>");
    *policy = *end = '\0';
    text_addf(&changed, "%sX%s%s%s", page.data, policy + 1, CLICKS, end + strlen("</body>"));
    write_text(place.report, "index.html", changed.data);
    ran = browse(name, &place, "--dump-dom", "");
    assert_int_equal(first_id(&ran.out), 39);
    assert_holds(&ran.out, "aria-sort=\"descending\"");
    assert_holds_not(&ran.err, "CONSOLE");
    ran_free(&ran);
    text_free(&page);
    text_free(&changed);
    place_drop(&place);
}
