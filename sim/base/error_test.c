#include "sim/base/error.h"

#include "sim/base/test.h"

TEST(error, is_written_with_the_parts_that_it_has) {
    static const struct {
        Error error;
        const char *text;
    } CASES[] = {
        {{.what = "no chips"},                                       "no chips"             },
        {{.file = "x.lua", .line = 11, .what = "bad"},               "x.lua:11: bad"        },
        {{.file = "--batch", .what = "bad"},                         "--batch: bad"         },
        {{.line = 3, .what = "bad"},                                 "line 3: bad"          },
        {{.file = "a", .line = 1, .what = "bad", .hint = "mend it"}, "a:1: bad\n    mend it"},
        {{.what = "a\x1b[31m\nb\x7f", .hint = "\tµs \xc2\x9b"},     "a?[31m?b?\n    ?µs ?"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char text[200];
        error_text(&CASES[i].error, text, sizeof text);
        assert_string_equal(text, CASES[i].text);
    }
}

TEST(error, keeps_the_first_place_and_clears_the_rest_when_set) {
    Error err;
    assert_false(error_set(&err, "%d is wrong", 5));
    assert_false(error_hint(&err, "try %d", 6));
    assert_false(error_where(&err, "x.lua", 11));
    error_where(&err, "y.lua", 12);
    assert_string_equal(err.file, "x.lua");
    assert_int_equal(err.line, 11);
    error_set(&err, "batch: %s", err.what);
    assert_string_equal(err.what, "batch: 5 is wrong");
    assert_string_equal(err.hint, "");
    assert_string_equal(err.file, "");
    assert_int_equal(err.line, 0);
}

TEST(error, cuts_texts_that_are_too_long) {
    char text[700];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    Error err;
    error_set(&err, "%s", text);
    assert_int_equal(strlen(err.what), sizeof err.what - 1);
    error_where(&err, text, 1);
    char small[8];
    error_text(&err, small, sizeof small);
    assert_string_equal(small, "xxxxxxx");
    error_text(&err, small, 0);
}

TEST(error, may_be_absent) {
    assert_false(error_set(NULL, "x"));
    assert_false(error_hint(NULL, "x"));
    assert_false(error_where(NULL, "x", 1));
}
