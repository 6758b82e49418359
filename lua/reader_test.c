#include "sim/base/test.h"

#include "hw/chip.h"
#include "hw/system.h"
#include "lua/place.h"
#include "lua/reader.h"
#include "lua/sandbox.h"

// A struct with a field of every kind.
typedef struct Inner {
    double bandwidth;
    int count;
} Inner;

typedef struct Thing {
    const char *name;
    double bandwidth;
    int count;
    bool flag;
    int word;
    Inner inner;
    Inner inners[3];
    int inner_count;
    int numbers[3];
    int number_count;
} Thing;

static const char *const WORDS[] = {"red", "green", NULL};

// clang-format off
static const Field INNER_FIELDS[] = {
    {.name = "bandwidth", .kind = FIELD_NUMBER, .offset = offsetof(Inner, bandwidth), .unit = UNIT_BYTES_PER_S,
     .min = 1e9, .max = 1e16, .required = true, .help = "rate"},
    {.name = "count", .kind = FIELD_INT, .offset = offsetof(Inner, count), .min = 1, .max = 9, .initial = 7, .help = ""},
};
static const FieldTable INNER_TABLE = {"inner", INNER_FIELDS, FIELD_COUNT(INNER_FIELDS), sizeof(Inner), ""};
static const Field THING_FIELDS[] = {
    {.name = "name", .kind = FIELD_TEXT, .offset = offsetof(Thing, name), .required = true, .help = "name"},
    {.name = "bandwidth", .kind = FIELD_NUMBER, .offset = offsetof(Thing, bandwidth), .unit = UNIT_BYTES_PER_S,
     .min = 1e9, .max = 1e16, .help = ""},
    {.name = "count", .kind = FIELD_INT, .offset = offsetof(Thing, count), .min = 1, .max = 64, .initial = 3, .help = ""},
    {.name = "flag", .kind = FIELD_BOOL, .offset = offsetof(Thing, flag), .help = ""},
    {.name = "word", .kind = FIELD_WORD, .offset = offsetof(Thing, word), .words = WORDS, .help = ""},
    {.name = "inner", .kind = FIELD_SECTION, .offset = offsetof(Thing, inner), .table = &INNER_TABLE, .help = ""},
    {.name = "inners", .kind = FIELD_LIST, .offset = offsetof(Thing, inners), .element = FIELD_SECTION, .capacity = 3,
     .count_offset = offsetof(Thing, inner_count), .table = &INNER_TABLE, .help = ""},
    {.name = "numbers", .kind = FIELD_LIST, .offset = offsetof(Thing, numbers), .element = FIELD_INT, .capacity = 3,
     .count_offset = offsetof(Thing, number_count), .min = 1, .max = 10, .help = ""},
};
// clang-format on
static const FieldTable THING_TABLE = {"thing", THING_FIELDS, FIELD_COUNT(THING_FIELDS),
                                       sizeof(Thing), ""};

static bool read_thing(const char *script, Thing *thing, Arena *arena, Error *err) {
    *err = (Error){.line = 0};
    *thing = (Thing){0};
    Sandbox *sandbox = sandbox_new((SandboxLimits){0});
    lua_State *L = sandbox_state(sandbox);
    reader_constructor(L, "thing");
    sandbox_define(sandbox, "thing");
    bool ok = sandbox_run(sandbox, "x.lua", script, strlen(script), err);
    if (ok) {
        ReadPlace place = {.file = "x.lua", .text = script};
        assert_string_equal(reader_kind(L, -1, &place.line), "thing");
        int top = lua_gettop(L);
        ok = reader_read(L, -1, &THING_TABLE, thing, arena, &place, err);
        assert_int_equal(lua_gettop(L), top);
    }
    sandbox_free(sandbox);
    return ok;
}

TEST(reader, fills_every_kind_of_field) {
    Error err;
    Thing thing;
    Arena *arena = arena_new();
    assert_true(
        read_thing("local gb = 1e9\n"
                   "return thing {\n"
                   "  name = 'a' .. 'b', bandwidth = '3.35 TB/s', flag = true, word = 'green',\n"
                   "  inner = { bandwidth = 2 * gb },\n"
                   "  inners = { { bandwidth = '1 GB/s' }, { bandwidth = '2 GB/s', count = 2 } },\n"
                   "  numbers = { 1, 2.0, '3' },\n"
                   "}\n",
                   &thing, arena, &err));
    assert_string_equal(thing.name, "ab");
    assert_near(thing.bandwidth, 3.35e12, 0);
    assert_int_equal(thing.count, 3);
    assert_true(thing.flag);
    assert_int_equal(thing.word, 1);
    assert_near(thing.inner.bandwidth, 2e9, 0);
    assert_int_equal(thing.inner.count, 7);
    assert_int_equal(thing.inner_count, 2);
    assert_int_equal(thing.inners[0].count, 7);
    assert_int_equal(thing.inners[1].count, 2);
    assert_int_equal(thing.number_count, 3);
    assert_int_equal(thing.numbers[2], 3);
    arena_free(arena);
}

TEST(reader, reports_wrong_input_with_its_line) {
    // clang-format off
    static const struct {
        const char *script;
        int line;
        const char *text; // part of the message with its hint
    } CASES[] = {
        {"return thing {\n  name = 'x',\n  bandwith = 1,\n}", 3,
         "thing has no field 'bandwith'\n    did you mean 'bandwidth'?"},
        {"return thing {\n  name = 'x',\n  inner = {\n    -- bandwith = 1\n    bandwith = '1 "
         "GB/s',\n},\n}", 5, "inner has no field 'bandwith'"},
        {"return thing {\n  name = 'bandwith = ',\n  inner = { bandwidth = 1 },\n  bandwith = "
         "1,\n}", 4, "thing has no field 'bandwith'"},
        {"return thing {\n  name = 'x',\n  ['bandwith'] = 1,\n}", 3,
         "thing has no field 'bandwith'"},
        {"return thing {\n  zz = 1,\n  name = 'x', aa = 2,\n}", 2, "thing has no field 'zz'"},
        {"return thing {\n  name = 'x',\n  bandwidth = '3.35 TB',\n}", 3,
         "bandwidth: '3.35 TB' is not in B/s"},
        {"return thing {\n  name = 'x',\n  bandwidth = 3350,\n}", 3, "did you leave out the unit?"},
        {"return thing {\n  name = 'x',\n  bandwidth = 0/0,\n}", 3, "is not a number"},
        {"return thing {\n  name = 'x',\n  count = 2.5,\n}", 3, "is not a whole number"},
        {"return thing {\n  name = 'x',\n  count = 65,\n}", 3, "is outside 1 to 64"},
        {"return thing {\n  name = 'x',\n  count = 1 << 62,\n}", 3, "is outside 1 to 64"},
        {"return thing {\n  name = 'x',\n  flag = 1,\n}", 3, "takes true or false"},
        {"return thing {\n  name = 'x',\n  word = 'gren',\n}", 3, "did you mean 'green'?"},
        {"return thing {\n  name = 5,\n}", 2, "takes a text"},
        {"return thing {\n  name = 'a\\0b',\n}", 2, "zero byte"},
        {"return thing {\n  name = ('x'):rep(100000),\n}", 2, "longer than 64 KiB"},
        {"return thing {\n  name = pairs,\n}", 2, "takes a value, not a function"},
        {"return thing {\n  name = {},\n}", 2, "takes a value, not a table"},
        {"\n\nreturn thing {\n  count = 1,\n}", 3, "thing needs 'name'"},
        {"return thing {\n  name = 'x',\n  inner = {\n},\n}", 3, "inner needs 'bandwidth'"},
        {"return thing {\n  name = 'x',\n  inner = 5,\n}", 3,
         "inner: takes a table { ... }, not a number"},
        {"return thing {\n  name = 'x',\n  inners = {\n    { bandwidth = 1e9 },\n    { bandwidth = "
         "1 },\n},\n}", 5, "bandwidth: 1 B/s is outside"},
        {"return thing {\n  name = 'x',\n  inners = {\n    { bandwidth = 1e9 },\n    7,\n},\n}",
         5, "inner: takes a table"},
        {"return thing {\n  name = 'x',\n  numbers = {\n    1,\n    11,\n},\n}", 5,
         "is outside 1 to 10"},
        {"return thing {\n  name = 'x',\n  numbers = { 1, 2, 3, 4 },\n}", 3, "at most 3"},
        {"return thing {\n  name = 'x',\n  numbers = { 1, nil, 3 },\n}", 3,
         "without names and gaps"},
        {"return thing {\n  name = 'x',\n  numbers = { a = 1 },\n}", 3, "without names and gaps"},
        {"return thing {\n  name = 'x',\n  numbers = 5,\n}", 3, "takes a list"},
        {"return thing {\n  name = 'x',\n  5,\n}", 1, "thing has a value without a name"},
        {"return thing {\n  name = 'x', [thing] = 1,\n}", 1, "thing has a value without a name"},
        {"return thing {\n  name = [[\nbandwith = 1\n]], --[=[ ]] bandwith = 2\n]=]\n  bandwith = "
         "3,\n}", 6, "thing has no field 'bandwith'"},
        {"local t = { name = 'x', bandwith = 1 }\n\nreturn thing(t)", 3,
         "thing has no field 'bandwith'"},
        {"return thing(5)", 1, "thing takes one table: thing { ... }"},
        {"return thing { name = 'x' } { name = 'y' }", 1, "attempt to call a table value"},
        {"return thing(thing { name = 'x' })", 1, "takes a plain table"},
        {"return thing()", 1, "thing takes one table"},
    };
    Arena *arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        Thing thing;
        char text[1400];
        assert_false(read_thing(CASES[i].script, &thing, arena, &err));
        error_text(&err, text, sizeof text);
        if (!strstr(text, CASES[i].text) || err.line != CASES[i].line ||
            strcmp(err.file, "x.lua") != 0)
            fail_msg("%s\ngave %s", CASES[i].script, text);
    }
    arena_free(arena);
}

TEST(place, survives_texts_that_end_anywhere) {
    const char *text =
        "return thing { a = { 'x', \"y\\\"\", [[z]], }, -- c\n --[==[ d ]==] ['b'] = { 1; 2 } }";
    for (size_t length = 0; length <= strlen(text); length++) {
        char cut[128];
        snprintf(cut, sizeof cut, "%.*s", (int)length, text);
        Place place = place_call(cut, 1);
        place_element(place_key(place, "a"), 2);
        place_element(place_key(place, "b"), 2);
        place_key(place, "none");
    }
    assert_int_equal(place_element(place_key(place_call(text, 1), "b"), 2).line, 2);
    assert_int_equal(place_call(text, 9).line, 9);
}
