#include "results/html.h"

#include <stdlib.h>
#include <unistd.h>

#include "results/page.h"
#include "sim/base/test.h"

#define SVG "<svg width=\"9\" xmlns=\"http://www.w3.org/2000/svg\">"

typedef struct Svg {
    const char *text, *expected; // NULL: refused
} Svg;

#define OPEN "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"9\">"

// clang-format off
static const Svg SVGS[] = {
    {"<?xml version=\"1.0\"?>\n" SVG "<g id='a'><path d='M0,0'/></g></svg>\n", OPEN "<g id=\"p-a\"><path d=\"M0,0\"/></g></svg>"},
    {SVG "<use xlink:href='#a' fill=\"url(#b)\"/></svg>", OPEN "<use href=\"#p-a\" fill=\"url(#p-b)\"/></svg>"},
    {SVG "<text>a &lt;b&gt; &#38; c & d \"e\"</text></svg>", OPEN "<text>a &lt;b&gt; &#38; c &amp; d &quot;e&quot;</text></svg>"},
    {SVG "<title>gnuplot</title><!-- x --><g onclick='x()' fill='red'/></svg>", OPEN "<g fill=\"red\"/></svg>"},
    {SVG "<text>\033[31m</text></svg>", OPEN "<text>\xe2\x90\x9b[31m</text></svg>"},
    {SVG "<script>x()</script></svg>", NULL},
    {SVG "<foreignObject/></svg>", NULL},
    {SVG "<image xlink:href='data:image/png;base64,iVBOR+/0='/></svg>", OPEN "<image href=\"data:image/png;base64,iVBOR+/0=\"/></svg>"},
    {SVG "<image href='data:image/svg+xml;base64,iVBOR'/></svg>", NULL},
    {SVG "<image href='data:image/png;base64,\"x'/></svg>", NULL},
    {SVG "<image href='http://x'/></svg>", NULL},
    {SVG "<use href='http://x#a'/></svg>", NULL},
    {SVG "<use href='javascript:x()'/></svg>", NULL},
    {SVG "<g fill='url(http://x)'/></svg>", NULL},
    {SVG "<style>@import 'x'</style></svg>", NULL},
    {SVG "<g></svg>", NULL},
    {SVG "<g></g>", NULL},
    {SVG "<g fill=red/></svg>", NULL},
    {SVG "<g fill='red", NULL},
    {"no picture", NULL},
    {"", NULL},
};
// clang-format on

TEST(html, takes_in_pictures_of_shapes_and_text_only) {
    for (size_t i = 0; i < sizeof SVGS / sizeof SVGS[0]; i++) {
        Text out = {0};
        text_add(&out, "<p>");
        bool taken = html_svg(&out, SVGS[i].text, "p-");
        assert_int_equal(taken, SVGS[i].expected != NULL);
        assert_string_equal(out.data + 3, taken ? SVGS[i].expected : "");
        text_free(&out);
    }
}

TEST(html, knows_its_own_pages) {
    Text page = {0}, files = {0};
    html_head(&page, "a <b>", "index.html frontier.csv", "chipfit 1");
    assert_non_null(strstr(page.data, "<title>a &lt;b&gt;</title>"));
    assert_true(html_files(page.data, &files));
    assert_string_equal(files.data, "index.html frontier.csv");
    text_clear(&files);
    assert_false(html_files("<!DOCTYPE html><html></html>", &files));
    assert_false(html_files("", &files));
    text_free(&page);
    text_free(&files);
}

// The policy of the page names the one script that may run by its hash; sha256sum tells it.
TEST(html, lets_its_own_script_run) {
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Text page = {0}, foot = {0};
    html_head(&page, "", "", "");
    html_foot(&foot);
    char path[] = "/tmp/chipfit_script_XXXXXX", command[64], hex[65] = "", hash[64] = "'sha256-";
    int fd = mkstemp(path);
    const char *script = strstr(foot.data, "<script>") + 8;
    size_t length = (size_t)(strstr(script, "</script>") - script);
    assert_int_equal(write(fd, script, length), (ssize_t)length);
    close(fd);
    snprintf(command, sizeof command, "sha256sum %s", path);
    FILE *pipe = popen(command, "r");
    assert_int_equal(fread(hex, 1, 64, pipe), 64);
    pclose(pipe);
    unlink(path);
    unsigned bytes[33] = {0};
    for (int i = 0; i < 32; i++)
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &bytes[i]), 1);
    size_t at = strlen(hash);
    for (int i = 0; i < 33; i += 3) {
        unsigned three = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
        for (int k = 0; k < 4; k++)
            hash[at++] = DIGITS[three >> (18 - 6 * k) & 63];
    }
    hash[at - 1] = '='; // 32 bytes leave one place empty
    assert_non_null(strstr(page.data, hash));
    text_free(&page);
    text_free(&foot);
}

TEST(page, writes_the_same_in_both) {
    static const PageColumn COLUMNS[] = {
        {"name <b>", NULL, NULL,    true },
        {"time_s",   "s",  "\"t\"", false}
    };
    Page page = {0};
    page_section(&page, "one", "First & last");
    page_text(&page, "%d of %s", 3, "<4>");
    page_table(&page, "t", COLUMNS, 2);
    page_cell(&page, "a|b");
    page_number(&page, "12 ms", 0.012);
    page_cell(&page, "c");
    page_number(&page, "-", (double)NAN);
    page_table_end(&page);
    page_figure(&page, "<svg><script/></svg>", "plots/a.svg", "title", "caption");
    page_end(&page, &(PageHead){"T", "index.html", "g"});
    static const char *const HTML[] = {
        "<h1>T</h1>",
        "<h2>First &amp; last</h2>",
        "<p>3 of &lt;4&gt;</p>",
        "<th class=\"t\" data-c=\"name &lt;b&gt;\">",
        "title=\"&quot;t&quot;\">time_s<small>s</small>",
        "<td data-k=\"0.012\">12 ms</td>",
        "<td data-k=\"\">-</td>",
        "<b>title</b>. caption. The picture stands in <a href=\"plots/a.svg\">"};
    static const char *const MARKDOWN[] = {
        "# T\n", "\n## First \\& last\n", "\n3 of \\<4\\>\n",
        "| name \\<b\\> | time_s |\n|---|--:|\n| a\\|b | 12 ms |\n", "![title](plots/a.svg)"};
    for (size_t i = 0; i < sizeof HTML / sizeof HTML[0]; i++)
        if (!strstr(page.html.data, HTML[i]))
            fail_msg("no %s in\n%s", HTML[i], page.html.data);
    for (size_t i = 0; i < sizeof MARKDOWN / sizeof MARKDOWN[0]; i++)
        if (!strstr(page.markdown.data, MARKDOWN[i]))
            fail_msg("no %s in\n%s", MARKDOWN[i], page.markdown.data);
    assert_null(strstr(page.html.data, "<script/>"));
    page_free(&page);
}
