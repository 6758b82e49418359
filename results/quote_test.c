#include "results/quote.h"

#include <stdlib.h>

#include "sim/base/test.h"

typedef struct Quoted {
    const char *text, *html, *markdown, *csv;
} Quoted;

#define ESCAPE "\xe2\x90\x9b"
#define LOST   "\xef\xbf\xbd"

// clang-format off
static const Quoted QUOTED[] = {
    {"", "", "", ""},
    {"plain 1.5 GB", "plain 1.5 GB", "plain 1.5 GB", "plain 1.5 GB"},
    {" x", " x", " x", "\" x\""},
    {"<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;",
     "\\<script\\>alert('x')\\</script\\>", "<script>alert('x')</script>"},
    {"a \"b\" & c", "a &quot;b&quot; &amp; c", "a \"b\" \\& c", "\"a \"\"b\"\" & c\""},
    {"tokens_per_s", "tokens_per_s", "tokens_per_s", "tokens_per_s"},
    {"_x_ *y* `z` a|b", "_x_ *y* `z` a|b", "\\_x\\_ \\*y\\* \\`z\\` a\\|b", "_x_ *y* `z` a|b"},
    {"[a](javascript:x)", "[a](javascript:x)", "\\[a\\](javascript:x)", "[a](javascript:x)"},
    {"x\ny", "x\ny", "x y", "\"x\ny\""},
    {"\033[31mred\007", ESCAPE "[31mred\xe2\x90\x87", ESCAPE "\\[31mred\xe2\x90\x87", ESCAPE "[31mred\xe2\x90\x87"},
    {"\x7f", "\xe2\x90\xa1", "\xe2\x90\xa1", "\xe2\x90\xa1"},
    {"\xc2\x9b" "31m", LOST "31m", LOST "31m", LOST "31m"},                     // C1
    {"a\xe2\x80\xae" "b", "a" LOST "b", "a" LOST "b", "a" LOST "b"},             // right to left
    {"\xff\xc0\xaf\xed\xa0\x80", LOST LOST LOST LOST LOST LOST, LOST LOST LOST LOST LOST LOST, LOST LOST LOST LOST LOST LOST},
    {"\xef\xbf\xbf", LOST, LOST, LOST},
    {"µs \xf0\x9f\x98\x80", "µs \xf0\x9f\x98\x80", "µs \xf0\x9f\x98\x80", "µs \xf0\x9f\x98\x80"},
    {"=1+2", "=1+2", "=1+2", "\"'=1+2\""},
    {"+x", "+x", "+x", "\"'+x\""},
    {"-x", "-x", "-x", "\"'-x\""},
    {"@SUM(A1)", "@SUM(A1)", "@SUM(A1)", "\"'@SUM(A1)\""},
    {"\tx", "\tx", " x", "\"'\tx\""},
};
// clang-format on

static void assert_quoted(void (*quote)(Text *, const char *), const char *text,
                          const char *expected) {
    Text out = {0};
    quote(&out, text);
    assert_string_equal(out.data, expected);
    text_free(&out);
}

TEST(quote, keeps_text_as_text) {
    for (size_t i = 0; i < sizeof QUOTED / sizeof QUOTED[0]; i++) {
        assert_quoted(quote_html, QUOTED[i].text, QUOTED[i].html);
        assert_quoted(quote_markdown, QUOTED[i].text, QUOTED[i].markdown);
        assert_quoted(quote_csv, QUOTED[i].text, QUOTED[i].csv);
    }
    Text none = {0};
    quote_csv(&none, NULL);
    assert_string_equal(none.data, "");
    text_free(&none);
}

TEST(quote, fences_code_with_what_it_does_not_hold) {
    assert_quoted(quote_markdown_code, "x = 1\n", "```\nx = 1\n```\n");
    assert_quoted(quote_markdown_code, "a ```` b\033", "`````\na ```` b" ESCAPE "\n`````\n");
    assert_quoted(quote_markdown_code, "", "```\n\n```\n");
}

TEST(quote, cuts_a_line) {
    Text out = {0};
    quote_line(&out, "ab\ncd", 10);
    assert_string_equal(out.data, "ab cd");
    text_clear(&out);
    quote_line(&out, "µµµµµ", 3);
    assert_string_equal(out.data, "µµ\xe2\x80\xa6");
    text_clear(&out);
    quote_line(&out, "abc", 3);
    assert_string_equal(out.data, "abc");
    text_free(&out);
}

TEST(quote, words_of_a_shell_come_back_as_they_were) {
    static const char *const WORDS[] = {
        "run.sqlite", "my run.sqlite", "it's", "$(id) `id` \\ \"", ";x", ""};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        Text line = {0};
        char back[64] = "";
        text_add(&line, "printf %s ");
        quote_shell(&line, WORDS[i]);
        FILE *pipe = popen(line.data, "r");
        assert_non_null(pipe);
        size_t got = fread(back, 1, sizeof back - 1, pipe);
        back[got] = '\0';
        pclose(pipe);
        assert_string_equal(back, WORDS[i]);
        text_free(&line);
    }
}
