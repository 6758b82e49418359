#include "sim/base/field.h"

#include "sim/base/test.h"

typedef struct Part {
    double bandwidth;
} Part;

typedef struct Thing {
    int batch, phase, list_count, untouched;
    double bandwidth, share, offset;
    bool overlap;
    const char *name;
    int list[4];
    Part part;
} Thing;

static const char *const PHASES[] = {"prefill", "decode", "serve", NULL};

// clang-format off
static const Field PART_FIELDS[] = {
    {.name = "bandwidth", .kind = FIELD_NUMBER, .offset = offsetof(Part, bandwidth), .unit = UNIT_BYTES_PER_S, .min = 1e9, .max = 1e16, .initial = 2e9},
};
static const FieldTable PART = {.name = "memory", .fields = PART_FIELDS, .count = FIELD_COUNT(PART_FIELDS), .size = sizeof(Part)};
static const Field FIELDS[] = {
    {.name = "batch", .kind = FIELD_INT, .offset = offsetof(Thing, batch), .min = 1, .max = 2147483647, .initial = 1},
    {.name = "phase", .kind = FIELD_WORD, .offset = offsetof(Thing, phase), .words = PHASES, .initial = 1},
    {.name = "bandwidth", .kind = FIELD_NUMBER, .offset = offsetof(Thing, bandwidth), .unit = UNIT_BYTES_PER_S, .min = 1e9, .max = 1e16},
    {.name = "share", .kind = FIELD_NUMBER, .offset = offsetof(Thing, share), .max = 1, .initial = 0.5},
    {.name = "offset", .kind = FIELD_NUMBER, .offset = offsetof(Thing, offset)},
    {.name = "overlap", .kind = FIELD_BOOL, .offset = offsetof(Thing, overlap), .initial = 1},
    {.name = "name", .kind = FIELD_TEXT, .offset = offsetof(Thing, name)},
    {.name = "list", .kind = FIELD_LIST, .offset = offsetof(Thing, list), .element = FIELD_INT, .capacity = 4, .count_offset = offsetof(Thing, list_count), .min = 1, .max = 8},
    {.name = "part", .kind = FIELD_SECTION, .offset = offsetof(Thing, part), .table = &PART},
};
static const FieldTable THING = {.name = "thing", .fields = FIELDS, .count = FIELD_COUNT(FIELDS), .size = sizeof(Thing)};
// clang-format on

static const Field *named(const char *name) {
    Error err;
    const Field *field = field_find(&THING, name, &err);
    if (!field)
        fail_msg("%s", err.what);
    return field;
}

TEST(field, init_fills_in_what_is_absent) {
    Thing thing = {.untouched = 7, .list_count = 3, .name = "x"};
    field_init(&THING, &thing);
    assert_int_equal(thing.batch, 1);
    assert_int_equal(thing.phase, 1);
    assert_true(thing.share == 0.5 && thing.part.bandwidth == 2e9 && thing.overlap);
    assert_null(thing.name);
    assert_int_equal(thing.list_count, 0);
    assert_int_equal(thing.untouched, 7);
}

TEST(field, find_names_the_nearest) {
    Error err;
    assert_ptr_equal(field_find(&THING, "share", &err), &FIELDS[3]);
    assert_null(field_find(&PART, "bandwith", &err));
    assert_string_equal(err.what, "memory has no field 'bandwith'");
    assert_string_equal(err.hint, "did you mean 'bandwidth'?");
    assert_null(field_find(&THING, "zzz", &err));
    assert_string_equal(err.hint,
                        "it has batch, phase, bandwidth, share, offset, overlap, name, list, part");
}

TEST(field, takes_texts) {
    static const struct {
        const char *name, *text;
        double value;
    } CASES[] = {
        {"batch",     "8",         8      },
        {"batch",     "1e3",       1000   },
        {"bandwidth", "3.35 TB/s", 3.35e12},
        {"share",     "0.25",      0.25   },
        {"offset",    "-1e6",      -1e6   },
        {"phase",     "serve",     2      },
        {"overlap",   "false",     0      },
        {"overlap",   "true",      1      },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Thing thing = {0};
        Error err;
        const Field *field = named(CASES[i].name);
        if (!field_set_text(field, &thing, CASES[i].text, &err))
            fail_msg("%s", err.what);
        assert_true(field_number(field, &thing) == CASES[i].value);
    }
    Thing thing = {0};
    assert_true(field_set_text(named("name"), &thing, "h100", NULL));
    assert_string_equal(thing.name, "h100");
    assert_true(isnan(field_number(named("name"), &thing)));
}

TEST(field, refuses_texts_and_says_why) {
    static const struct {
        const char *name, *text, *what, *hint;
    } CASES[] = {
        {"batch",     "1.5",       "batch: '1.5' is not a whole number",                   ""            },
        {"batch",     "8x",        "batch: '8x' is not a whole number",                    ""            },
        {"batch",     "",          "batch: '' is not a whole number",                      ""            },
        {"batch",     "nan",       "batch: 'nan' is not a whole number",                   ""            },
        {"batch",     "0",         "batch: 0 is outside 1 to 2147483647",                  ""            },
        {"batch",     "1e10",      "batch: 10000000000 is outside 1 to 2147483647",        ""            },
        {"share",     "inf",       "share: 'inf' is not a number",                         ""            },
        {"share",     "1.5",       "share: 1.5 is outside 0 to 1",                         ""            },
        {"share",     "50 %",      "share: '50 %' is not a plain number",                  ""            },
        {"bandwidth", "3.35 TB",   "bandwidth: '3.35 TB' is not in B/s",                   "that is in B"},
        {"bandwidth", "3.35 kB/s", "bandwidth: 3.35 kB/s is outside 1 GB/s to 10 PB/s",    ""            },
        {"bandwidth", "3350",      "bandwidth: '3350' has no unit",
         "write it with one, as in '3350 TB/s'"                                                          },
        {"phase",     "prefil",    "phase: 'prefil' is not one of prefill, decode, serve",
         "did you mean 'prefill'?"                                                                       },
        {"phase",     "zzz",       "phase: 'zzz' is not one of prefill, decode, serve",    ""            },
        {"overlap",   "yes",       "overlap: 'yes' is neither true nor false",             ""            },
        {"list",      "3",         "list: takes a list, not a text",                       ""            },
        {"part",      "3",         "part: takes a table of memory, not a text",            ""            },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Thing thing = {0};
        Error err;
        assert_false(field_set_text(named(CASES[i].name), &thing, CASES[i].text, &err));
        assert_string_equal(err.what, CASES[i].what);
        assert_string_equal(err.hint, CASES[i].hint);
    }
}

TEST(field, checks_numbers_and_bools) {
    static const struct {
        const char *name;
        double value;
        const char *what, *hint; // NULL: taken
    } CASES[] = {
        {"batch",     8,        NULL,                                                       NULL},
        {"batch",     0,        "batch: 0 is outside 1 to 2147483647",                      ""  },
        {"batch",     1.5,      "batch: 1.5 is not a whole number",                         ""  },
        {"batch",     NAN,      "batch: NaN is not a number",                               ""  },
        {"offset",    -1e300,   NULL,                                                       NULL},
        {"offset",    INFINITY, "offset: infinity is not a number",                         ""  },
        {"bandwidth", 3350,     "bandwidth: 3.35 kB/s is outside 1 GB/s to 10 PB/s",
         "a bare number is in B/s; did you leave out the unit?"                                 },
        {"bandwidth", 1e16,     NULL,                                                       NULL},
        {"phase",     1,        "phase: takes one of prefill, decode, serve, not a number", ""  },
        {"overlap",   1,        "overlap: takes true or false, not a number",               ""  },
        {"name",      1,        "name: takes a text, not a number",                         ""  },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Thing thing = {0};
        Error err;
        const Field *field = named(CASES[i].name);
        bool taken = field_set_number(field, &thing, CASES[i].value, &err);
        assert_int_equal(taken, CASES[i].what == NULL);
        if (taken) {
            assert_true(field_number(field, &thing) == CASES[i].value);
            continue;
        }
        assert_string_equal(err.what, CASES[i].what);
        assert_string_equal(err.hint, CASES[i].hint);
    }
    Thing thing = {0};
    Error err;
    assert_true(field_set_bool(named("overlap"), &thing, true, &err) && thing.overlap);
    assert_false(field_set_bool(named("batch"), &thing, true, &err));
    assert_string_equal(err.what, "batch: takes a whole number, not true");
}

TEST(field, texts_with_a_capacity_are_copied) {
    struct {
        char name[6];
        int next;
    } thing = {"old", 7};
    static const Field NAME[] = {
        {.name = "name", .kind = FIELD_TEXT, .capacity = 6}
    };
    static const FieldTable TABLE = {.name = "thing", .fields = NAME, .count = 1, .size = 6};
    Error err;
    assert_true(field_set_text(NAME, &thing, "12345", &err));
    assert_string_equal(thing.name, "12345");
    assert_false(field_set_text(NAME, &thing, "123456", &err));
    assert_string_equal(err.what, "name: '123456' is longer than 5 bytes");
    assert_string_equal(thing.name, "12345");
    field_init(&TABLE, &thing);
    assert_string_equal(thing.name, "");
    assert_int_equal(thing.next, 7);
}

TEST(field, writes_its_range) {
    static const struct {
        Field field;
        const char *text;
    } CASES[] = {
        {{.kind = FIELD_INT, .min = 1, .max = 1024},                                "1 to 1024"             },
        {{.kind = FIELD_NUMBER, .max = INFINITY},                                   "at least 0"            },
        {{.kind = FIELD_NUMBER, .min = -INFINITY, .max = 1, .unit = UNIT_S},        "at most 1 s"           },
        {{.kind = FIELD_NUMBER, .min = 1e9, .max = 1e16, .unit = UNIT_BYTES_PER_S},
         "1 GB/s to 10 PB/s"                                                                                },
        {{.kind = FIELD_NUMBER},                                                    ""                      },
        {{.kind = FIELD_LIST, .element = FIELD_INT, .min = 1, .max = 8},            "1 to 8"                },
        {{.kind = FIELD_WORD, .words = PHASES},                                     "prefill, decode, serve"},
        {{.kind = FIELD_BOOL},                                                      "true or false"         },
        {{.kind = FIELD_TEXT},                                                      ""                      },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char text[80];
        field_range(&CASES[i].field, text, sizeof text);
        assert_string_equal(text, CASES[i].text);
    }
}
