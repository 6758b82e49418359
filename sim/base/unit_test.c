#include "sim/base/unit.h"

#include <locale.h>

#include "sim/base/test.h"

TEST(unit, reads_quantities) {
    static const struct {
        const char *text;
        Unit unit;
        double value;
    } CASES[] = {
        {"3.35 TB/s",     UNIT_BYTES_PER_S,  3.35e12   },
        {"989.4 TFLOP/s", UNIT_FLOP_PER_S,   989.4e12  },
        {"1979 TOP/s",    UNIT_FLOP_PER_S,   1979e12   },
        {"50 MiB",        UNIT_BYTES,        52428800  },
        {"1.5GiB/s",      UNIT_BYTES_PER_S,  1610612736},
        {"80 GB",         UNIT_BYTES,        80e9      },
        {"  7  B  ",      UNIT_BYTES,        7         },
        {"0.6 us",        UNIT_S,            0.6e-6    },
        {"0.6 µs",       UNIT_S,            0.6e-6    },
        {"0.6 \xce\xbcs", UNIT_S,            0.6e-6    }, // Greek mu
        {"12ns",          UNIT_S,            12e-9     },
        {"1.83 GHz",      UNIT_HZ,           1.83e9    },
        {"700 W",         UNIT_W,            700       },
        {"0.5 pJ",        UNIT_J,            0.5e-12   },
        {"2.5 USD/h",     UNIT_USD_PER_HOUR, 2.5       },
        {"30 kUSD",       UNIT_USD,          30000     },
        {"4.2 T/s",       UNIT_PER_S,        4.2e12    },
        {"12 /s",         UNIT_PER_S,        12        },
        {"12 1/s",        UNIT_PER_S,        12        },
        {"5 EB",          UNIT_BYTES,        5e18      },
        {"5E3 B",         UNIT_BYTES,        5e3       },
        {"5e-3 s",        UNIT_S,            5e-3      },
        {"-1 s",          UNIT_S,            -1        },
        {"+.5 s",         UNIT_S,            0.5       },
        {"1. s",          UNIT_S,            1         },
        {"0 B",           UNIT_BYTES,        0         },
        {"8",             UNIT_NONE,         8         },
        {"1e3",           UNIT_NONE,         1000      },
        {"0.1",           UNIT_NONE,         0.1       },
        {"1.7e308",       UNIT_NONE,         1.7e308   },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        double value;
        Error err;
        if (!unit_parse(CASES[i].text, CASES[i].unit, &value, &err))
            fail_msg("'%s': %s", CASES[i].text, err.what);
        if (value != CASES[i].value)
            fail_msg("'%s' gave %.17g", CASES[i].text, value);
    }
}

TEST(unit, refuses_everything_else_and_says_why) {
    static const struct {
        const char *text;
        Unit unit;
        const char *what, *hint;
    } CASES[] = {
        {"3.35 TB",            UNIT_BYTES_PER_S, "'3.35 TB' is not in B/s",           "that is in B"                        },
        {"3.35",               UNIT_BYTES_PER_S, "'3.35' has no unit",                "write it with one, as in '3.35 TB/s'"},
        {"12 GT/s",            UNIT_BYTES_PER_S, "'12 GT/s' is not in B/s",           "a byte is 8 bits"                    },
        {"400 Gb/s",           UNIT_BYTES_PER_S, "'400 Gb/s' is not in B/s",          "a byte is 8 bits"                    },
        {"400 Gbps",           UNIT_BYTES_PER_S, "'400 Gbps' is not in B/s",          "a byte is 8 bits"                    },
        {"80 Gb",              UNIT_BYTES,       "'80 Gb' is not in B",               "a byte is 8 bits"                    },
        {"80 gb",              UNIT_BYTES,       "'80 gb' is not in B",               "a byte is 8 bits"                    },
        {"5 mB",               UNIT_BYTES,       "'5 mB' is not in B",                "write it as in '5 GB'"               },
        {"5 TFLOPS",           UNIT_FLOP_PER_S,  "'5 TFLOPS' is not in FLOP/s",       "rates as FLOP/s"                     },
        {"5 GBps",             UNIT_BYTES_PER_S, "'5 GBps' is not in B/s",            "rates as FLOP/s or B/s"              },
        {"5 MiHz",             UNIT_HZ,          "'5 MiHz' is not in Hz",             "write it as in '5 GHz'"              },
        {"5 parsec",           UNIT_S,           "'5 parsec' is not in s",            "write it as in '5 ms'"               },
        {"5 s s",              UNIT_S,           "'5 s s' is not in s",               "'5 ms'"                              },
        {"1,5 s",              UNIT_S,           "'1,5 s' is not in s",               ""                                    },
        {"1.5.2 s",            UNIT_S,           "'1.5.2 s' is not in s",             ""                                    },
        {"0x10 s",             UNIT_S,           "'0x10 s' is not in s",              ""                                    },
        {"",                   UNIT_S,           "'' is not a number",                "as in '1.5 ms'"                      },
        {"s",                  UNIT_S,           "'s' is not a number",               ""                                    },
        {"nan s",              UNIT_S,           "'nan s' is not a number",           ""                                    },
        {"inf",                UNIT_NONE,        "'inf' is not a number",             ""                                    },
        {"-",                  UNIT_NONE,        "'-' is not a number",               ""                                    },
        {".",                  UNIT_NONE,        "'.' is not a number",               ""                                    },
        {"- 5",                UNIT_NONE,        "'- 5' is not a number",             ""                                    },
        {"1e999 s",            UNIT_S,           "'1e999 s' is too large",            ""                                    },
        {"1e305 TB",           UNIT_BYTES,       "'1e305 TB' is too large",           ""                                    },
        {"1e-999 s",           UNIT_S,           "'1e-999 s' is too small",           ""                                    },
        {"1e99999999999999 s", UNIT_S,           "'1e99999999999999 s' is too large", ""                                    },
        {"8x",                 UNIT_NONE,        "'8x' is not a plain number",        ""                                    },
        {"8 GB",               UNIT_NONE,        "'8 GB' is not a plain number",      "that is in B"                        },
        {"1e",                 UNIT_NONE,        "'1e' is not a plain number",        ""                                    },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        double value = 42;
        Error err;
        if (unit_parse(CASES[i].text, CASES[i].unit, &value, &err))
            fail_msg("'%s' was taken as %g", CASES[i].text, value);
        assert_string_equal(err.what, CASES[i].what);
        if (!strstr(err.hint, CASES[i].hint))
            fail_msg("'%s': hint is '%s'", CASES[i].text, err.hint);
        assert_true(value == 42);
    }
}

TEST(unit, writes_three_digits_and_a_fitting_prefix) {
    static const struct {
        double value;
        Unit unit;
        const char *text;
    } CASES[] = {
        {6.78e-3,  UNIT_S,            "6.78 ms"    },
        {989.4e12, UNIT_FLOP_PER_S,   "989 TFLOP/s"},
        {0,        UNIT_BYTES,        "0 B"        },
        {-0.0,     UNIT_BYTES,        "0 B"        },
        {0.25,     UNIT_BYTES,        "0.25 B"     },
        {1e9,      UNIT_BYTES_PER_S,  "1 GB/s"     },
        {1e16,     UNIT_BYTES_PER_S,  "10 PB/s"    },
        {999.4,    UNIT_BYTES,        "999 B"      },
        {999.6,    UNIT_BYTES,        "1 kB"       },
        {0.99996,  UNIT_S,            "1 s"        },
        {-2.5e-6,  UNIT_S,            "-2.5 us"    },
        {3e24,     UNIT_FLOP,         "3e24 FLOP"  },
        {2.5,      UNIT_USD_PER_HOUR, "2.5 USD/h"  },
        {0.0031,   UNIT_USD,          "0.0031 USD" },
        {12345,    UNIT_PER_S,        "12.3 k/s"   },
        {12,       UNIT_PER_S,        "12 /s"      },
        {5e-16,    UNIT_J,            "5e-16 J"    },
        {131072,   UNIT_NONE,         "131072"     },
        {0.45123,  UNIT_NONE,         "0.4512"     },
        {8.03e9,   UNIT_NONE,         "8.03e9"     },
        {NAN,      UNIT_S,            "-"          },
        {INFINITY, UNIT_NONE,         "inf"        },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char text[40];
        unit_format(text, sizeof text, CASES[i].value, CASES[i].unit);
        assert_string_equal(text, CASES[i].text);
    }
    char small[4];
    unit_format(small, sizeof small, 6.78e-3, UNIT_S);
    assert_string_equal(small, "6.7");
}

TEST(unit, what_is_written_reads_back_within_half_of_the_third_digit) {
    for (int unit = 0; unit < UNIT_COUNT; unit++)
        for (int i = -900; i <= 1500; i++) {
            double value = pow(10, i / 60.0), back;
            char text[40];
            Error err;
            unit_format(text, sizeof text, value, (Unit)unit);
            if (!unit_parse(text, (Unit)unit, &back, &err))
                fail_msg("'%s': %s", text, err.what);
            assert_near(back, value, 0.00501);
        }
}

TEST(unit, no_sign_reads_as_two_units) {
    static const char *const PREFIXES[] = {"", "k", "M", "G", "T", "P", "E", "m", "n", "p", "Ki"};
    for (int wanted = 1; wanted < UNIT_COUNT; wanted++)
        for (size_t i = 0; i < sizeof PREFIXES / sizeof PREFIXES[0]; i++) {
            char text[40];
            snprintf(text, sizeof text, "1 %s%s", PREFIXES[i], unit_sign((Unit)wanted));
            double value;
            for (int unit = 0; unit < UNIT_COUNT; unit++)
                if (unit != wanted)
                    assert_false(unit_parse(text, (Unit)unit, &value, NULL));
        }
}

TEST(unit, reads_the_same_in_a_locale_with_a_comma) {
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        skip();
    double value = 0;
    bool read = unit_parse("3.35 TB/s", UNIT_BYTES_PER_S, &value, NULL);
    setlocale(LC_NUMERIC, "C");
    assert_true(read && value == 3.35e12);
}
