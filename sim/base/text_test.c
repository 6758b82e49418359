#include "sim/base/text.h"

#include <stdlib.h>

#include "sim/base/test.h"

TEST(text, grows_and_stays_terminated) {
    Text text = {0};
    text_add(&text, "");
    assert_string_equal(text.data, "");
    for (int i = 0; i < 1000; i++)
        text_addf(&text, "%d,", i);
    text_add_n(&text, "abc", 2);
    assert_int_equal(text.length, 3892);
    assert_int_equal(strlen(text.data), text.length);
    assert_string_equal(text.data + text.length - 6, "999,ab");
    text_clear(&text);
    assert_string_equal(text.data, "");
    text_free(&text);
    assert_null(text.data);
}

TEST(text, writes_numbers_as_short_as_they_read_back) {
    static const struct {
        double value;
        const char *text;
    } CASES[] = {
        {0,                       "0"                      },
        {-0.0,                    "-0.0"                   },
        {1,                       "1"                      },
        {-42,                     "-42"                    },
        {9007199254740991.,       "9007199254740991"       },
        {9007199254740992.,       "9.007199254740992e15"   },
        {1e15,                    "1000000000000000"       },
        {1e21,                    "1e21"                   },
        {0.1,                     "0.1"                    },
        {0.5,                     "0.5"                    },
        {1.1,                     "1.1"                    },
        {-1234.5678,              "-1234.5678"             },
        {3.35e-6,                 "3.35e-6"                },
        {0.00001,                 "0.00001"                },
        {0.0000099,               "9.9e-6"                 },
        {0.1 + 0.2,               "0.30000000000000004"    },
        {1 / 3.0,                 "0.3333333333333333"     },
        {1.25e300,                "1.25e300"               },
        {1.7976931348623157e308,  "1.7976931348623157e308" },
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {NAN,                     "null"                   },
        {INFINITY,                "null"                   },
        {-INFINITY,               "null"                   },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Text text = {0};
        text_add_number(&text, CASES[i].value);
        assert_string_equal(text.data, CASES[i].text);
        text_free(&text);
    }
}

static uint64_t next_random(uint64_t *state) { // splitmix64
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void reads_back(Text *text, double value) {
    text_clear(text);
    text_add_number(text, value);
    double back = strtod(text->data, NULL);
    if (memcmp(&back, &value, sizeof back) != 0)
        fail_msg("%.17g was written as %s", value, text->data);
}

TEST(text, a_million_numbers_read_back_with_the_same_bits) {
    Text text = {0};
    uint64_t state = 1;
    for (int i = 0; i < 1000000; i++) {
        uint64_t bits = next_random(&state);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            reads_back(&text, value);
        // Metrics' usual magnitudes, where most digits matter.
        double fraction = (double)(bits >> 11) * 0x1p-53;
        reads_back(&text, fraction * pow(10, (double)(i % 36) - 15));
    }
    // Powers of two, where the gap below is half the gap above, powers of ten, and their neighbours.
    for (int e = -1074; e <= 1023; e++) {
        double value = ldexp(1, e);
        reads_back(&text, value);
        reads_back(&text, nextafter(value, 0));
        reads_back(&text, nextafter(value, 1e308));
    }
    for (int e = -323; e <= 308; e++) {
        char ten[16];
        snprintf(ten, sizeof ten, "1e%d", e);
        double value = strtod(ten, NULL);
        reads_back(&text, value);
        reads_back(&text, nextafter(value, 0));
        reads_back(&text, nextafter(value, 1e308));
    }
    text_free(&text);
}

TEST(text, numbers_typed_with_15_digits_come_back_as_typed) {
    Text text = {0};
    uint64_t state = 2;
    for (int i = 0; i < 200000; i++) {
        char typed[40];
        snprintf(typed, sizeof typed, "%.14e", (double)(next_random(&state) >> 11) * 1e-9);
        double value = strtod(typed, NULL);
        text_clear(&text);
        text_add_number(&text, value);
        int digits = 0;
        for (const char *c = text.data; *c && *c != 'e'; c++)
            digits += *c != '.' && (digits > 0 || *c != '0');
        if (digits > 15)
            fail_msg("%s was written as %s", typed, text.data);
    }
    text_free(&text);
}

TEST(text, quotes_json) {
    static const struct {
        const char *text, *json;
    } CASES[] = {
        {"",                          "\"\""                                      },
        {"llama-3.1-70b",             "\"llama-3.1-70b\""                         },
        {"a\"b\\c/",                  "\"a\\\"b\\\\c/\""                          },
        {"line\nnext\ttab\r\x01\x7f", "\"line\\nnext\\ttab\\u000d\\u0001\\u007f\""},
        {"µs 中 \xf0\x9f\x98\x80",  "\"µs 中 \xf0\x9f\x98\x80\""              },
        {"\x80 \xc3",                 "\"\\ufffd \\ufffd\""                       },
        {"\xc0\x80 \xe0\x80\x80",     "\"\\ufffd\\ufffd \\ufffd\\ufffd\\ufffd\""  }, // overlong
        {"\xed\xa0\x80",              "\"\\ufffd\\ufffd\\ufffd\""                 }, // a surrogate
        {"\xf4\x90\x80\x80",          "\"\\ufffd\\ufffd\\ufffd\\ufffd\""          }, // above U+10FFFF
        {"\xe4\xb8",                  "\"\\ufffd\\ufffd\""                        }, // cut off
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Text text = {0};
        text_add_json(&text, CASES[i].text);
        assert_string_equal(text.data, CASES[i].json);
        text_free(&text);
    }
}

TEST(text, measures_the_distance_of_words) {
    static const struct {
        const char *a, *b;
        int distance;
    } CASES[] = {
        {"kitten",   "sitting",   3},
        {"",         "abc",       3},
        {"batch",    "BATCH",     0},
        {"h100-sxm", "h100_sxm",  0},
        {"bandwith", "bandwidth", 1},
        {"tp",       "pp",        1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_int_equal(text_distance(CASES[i].a, CASES[i].b), CASES[i].distance);
        assert_int_equal(text_distance(CASES[i].b, CASES[i].a), CASES[i].distance);
    }
    char a[100], b[100];
    memset(a, 'a', sizeof a);
    memset(b, 'b', sizeof b);
    a[99] = b[99] = '\0';
    assert_int_equal(text_distance(a, b), 64);
}

TEST(text, finds_the_nearest_word) {
    static const char *const WORDS[] = {"batch", "bandwidth", "h200_sxm", "h100_sxm", "tp", "pp"};
    static const struct {
        const char *word, *nearest;
    } CASES[] = {
        {"bandwith", "bandwidth"},
        {"bach",     "batch"    },
        {"H100",     "h100_sxm" },
        {"h10_sxm",  "h100_sxm" },
        {"tpp",      "tp"       },
        {"zebra",    NULL       },
        {"",         NULL       },
        {"ba",       "batch"    },
        {"band",     "bandwidth"},
        {"latency",  NULL       },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Nearest nearest = {0};
        for (size_t j = 0; j < sizeof WORDS / sizeof WORDS[0]; j++)
            nearest_offer(&nearest, CASES[i].word, WORDS[j]);
        if (CASES[i].nearest)
            assert_string_equal(nearest.best, CASES[i].nearest);
        else
            assert_null(nearest.best);
    }
}

TEST(text, knows_names_written_differently) {
    assert_true(text_same_name("H100-SXM", "h100_sxm"));
    assert_true(text_same_name("Llama 3.1 70B", "llama-3-1-70b"));
    assert_false(text_same_name("h100", "h100_sxm"));
    assert_false(text_same_name("h100sxm", "h100_sxm"));
    assert_true(text_same_name("", ""));
}
