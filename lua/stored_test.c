// A stored row, explain of its id and predict of the same design must agree bit for bit.
#include <math.h>
#include <sys/stat.h>

#include "lua/name_cache.h"
#include "lua/request_json.h"
#include "lua/run_test.h"
#include "lua/stored.h"
#include "results/store_test.h"

#define DESIGNS 10000
#define HARD    50 // of them by the programs themselves

// 1,105,920 points: variants of two chips and of a network, dense and sparse. %s: the batch.
static const char SCRIPT[] =
    "return sweep {\n"
    "  name     = 'random',\n"
    "  chip     = derive { base = { 'h100_sxm', 'tpu_v6e' }, memory = { bandwidth = times { 0.5, "
    "1, 2 } } },\n"
    "  chips    = pow2(1, 8),\n"
    "  model    = shape { base = 'llama-3.1-8b', layers = range(24, 48, 8), d_model = range(2048, "
    "6144, 1024),\n"
    "                     experts = { 1, 8, 16, 128 }, top_k = { 1, 2 } },\n"
    "  formats  = { 'bf16', 'fp8', { weights = 'int4', kv = 'fp8' } },\n"
    "  plan     = { tp = pow2(1, 8), pp = pow2(1, 2), ep = pow2(1, 8) },\n"
    "  workload = decode { batch = %s, context = 8192 },\n"
    "  where    = { params = { max = 120e9 } },\n"
    "  keep     = { tpot_s = { max = '25 ms' } },\n"
    "  keep_rows = 'all',\n"
    "  minimise = { 'tpot_s', 'usd_per_mtoken' },\n"
    "}\n";

#define BATCHES "{ 1, 16, 256 }"

static void write_script(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void add_number(Text *line, const char *key, double value) {
    text_addf(line, "\"%s\":", key);
    text_add_number(line, value);
    text_add(line, ",");
}

// The design as another program would ask for it.
static void add_question(Text *line, const Point *point) {
    static const char *const FORMAT_TEXTS[] = {"\"bf16\"", "\"fp8\"",
                                               "{\"weights\":\"int4\",\"kv\":\"fp8\"}"};
    const Space *space = point->space;
    const int *parts = space->part_axes;
    text_add(line, "{\"chip\":{");
    for (int i = parts[PART_CHIP]; i < parts[PART_CHIP + 1]; i++) {
        if (!space->axes[i].field) {
            text_addf(line, "\"base\":\"%s\",", point->chosen[i]->text);
            continue;
        }
        text_add(line, "\"memory\":{");
        add_number(line, space->axes[i].field->name, point->numbers[i]);
        line->data[line->length - 1] = '}';
        text_add(line, ",");
    }
    line->data[line->length - 1] = '}';
    text_add(line, ",\"model\":{\"base\":\"llama-3.1-8b\",");
    for (int i = parts[PART_MODEL]; i < parts[PART_MODEL + 1]; i++)
        add_number(line, space->axes[i].name, point->numbers[i]);
    line->data[line->length - 1] = '}';
    text_add(line, ",\"phase\":\"decode\",\"context\":8192,");
    for (int i = parts[PART_FORMATS]; i < parts[PART_COUNT]; i++) {
        if (space->axes[i].part == PART_FORMATS)
            text_addf(line, "\"formats\":%s,", FORMAT_TEXTS[point->digits[i]]);
        else
            add_number(line, space->axes[i].name, point->numbers[i]);
    }
    if (point->request.batch_max)
        text_add(line, "\"batch\":\"max\",");
    line->data[line->length - 1] = '}';
}

static bool is_same(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

static void assert_same_metrics(const Metrics *a, const Metrics *b, const char *question) {
    for (int i = 0; i < METRICS_TABLE.count; i++) {
        const Field *field = &METRICS_TABLE.fields[i];
        if (!is_same(field_number(field, a), field_number(field, b)))
            fail_msg("%s: %s is %.17g and %.17g", question, field->name, field_number(field, a),
                     field_number(field, b));
    }
}

// Answers the question as predict does. false: no design.
static bool predict(NameCache *cache, const Text *question, Metrics *metrics) {
    JsonRequest json;
    Names names;
    Design design;
    Error err;
    bool good = request_json_read(question->data, question->length, &json, &err) &&
                cache_find(cache, &json.request, &names, &err) &&
                request_design(&json.request, &names, &design, NULL, &err);
    if (good)
        evaluate(&design, metrics, NULL);
    request_json_free(&json);
    return good;
}

static void compare(const char *batch, int most) {
    Error err;
    char text[1000];
    snprintf(text, sizeof text, SCRIPT, batch);
    Library *library = library_open(&err);
    SweepScript *script = script_open(library, "s.lua", text, strlen(text), &err);
    assert_non_null(script);
    const Space *space = script_space(script);
    const Goal *goal = script_goal(script);
    Worker *worker = worker_new(space, goal, script_hooks(script));
    NameCache *cache = cache_new((NameSource){library, NULL, NULL});
    Point point;
    point_new(&point, space, script_hooks(script).point);
    Text question = {0};
    uint64_t random = 17;
    for (int designs = 0; designs < most;) {
        int64_t id = (int64_t)(random_bits(&random) % (uint64_t)space->points), alike;
        PointFate fate = point_seek(&point, id, &alike, &err);
        Metrics own, answered;
        double row[GOAL_COLUMNS], answer[GOAL_COLUMNS];
        if (fate != POINT_READY) // its later axes have no values
            continue;
        text_clear(&question);
        add_question(&question, &point);
        if (predict(cache, &question, &answered) == point.no_room)
            fail_msg("%s: room for a sequence in one way only", question.data);
        if (point.no_room)
            continue;
        Candidate candidate;
        evaluate(&point.design, &own, NULL);
        assert_same_metrics(&own, &answered, question.data);
        worker_point(worker, id, row, &candidate);
        goal_row(goal, &point, &answered, answer);
        for (int i = 0; i < goal->column_count; i++)
            if (!is_same(row[i], answer[i]))
                fail_msg("%s: column %s differs", question.data, goal->columns[i].column.name);
        designs++;
    }
    text_free(&question);
    point_end(&point);
    cache_free(cache);
    worker_free(worker);
    script_close(script);
    library_free(library);
}

TEST(stored, points_are_what_predict_says_of_10000_random_designs) {
    compare(BATCHES, DESIGNS);
    compare("'max'", DESIGNS / 10);
}

// --- By the programs -------------------------------------------------------------------------------------------------

static Ran explain(const char *path, int64_t id, const char *options) {
    char line[400];
    snprintf(line, sizeof line, "explain %s %lld %s", path, (long long)id, options);
    return run(line, "");
}

typedef struct Looked {
    const char *path;
    Stored stored;
    Worker *worker;
    NameCache *cache;
    int rows, asked;
} Looked;

// A row is what its point evaluates to; now and then the programs are asked too.
static bool look_at_row(void *context, const char *objective, int64_t id, const double values[],
                        Error *err) {
    Looked *looked = context;
    double again[GOAL_COLUMNS];
    Candidate candidate;
    (void)objective, (void)err;
    worker_point(looked->worker, id, again, &candidate);
    for (int i = 0; i < script_goal(looked->stored.script)->column_count; i++)
        if (!is_same(again[i], values[i]))
            fail_msg("point %lld: column %d is %.17g and %.17g", (long long)id, i, values[i],
                     again[i]);
    if (looked->rows++ % 19 != 0 || looked->asked == HARD)
        return true;
    char text[32];
    StoredPoint built;
    Text question = {0};
    snprintf(text, sizeof text, "%lld", (long long)id);
    assert_int_equal(stored_point(&looked->stored, text, &built, err), STORED_DESIGN);
    add_question(&question, &built.point);
    Ran explained = explain(looked->path, id, "--json");
    Ran predicted = run("predict", question.data);
    if (!built.point.no_room) {
        assert_int_equal(explained.code, 0);
        assert_int_equal(predicted.code, 0);
        // the members of the metrics, up to what the request left open
        char *members = predicted.out.data + 1, *end = strstr(members, ",\"batch\"");
        if (!end)
            end = strrchr(members, '}');
        *end = '\0';
        if (!strstr(explained.out.data, members))
            fail_msg("point %lld: %s\n%s", (long long)id, explained.out.data, members);
        looked->asked++;
    }
    ran_free(&explained);
    ran_free(&predicted);
    text_free(&question);
    stored_point_end(&built);
    return true;
}

TEST(stored, rows_are_what_explain_and_predict_say) {
    Scratch place = place_new();
    char script[128], line[400], text[1000];
    snprintf(script, sizeof script, "%s/s.lua", place.folder);
    snprintf(text, sizeof text, SCRIPT, BATCHES);
    write_script(script, text);
    snprintf(line, sizeof line, "sweep %s -o %s --shard 3/40", script, place.path);
    Ran swept = run(line, "");
    if (swept.code != 0)
        fail_msg("%s", swept.err.data);
    unlink(script); // the file holds all that it takes
    char *data = getenv("CHIPFIT_DATA"), *kept = data ? strdup(data) : NULL;
    Looked looked = {.path = place.path};
    Error err = {0};
    if (!stored_open(&looked.stored, place.path, &err))
        fail_msg("%s", err.what);
    looked.worker =
        worker_new(script_space(looked.stored.script), script_goal(looked.stored.script),
                   script_hooks(looked.stored.script));
    assert_true(store_each(looked.stored.store, STORE_POINT, look_at_row, &looked, &err));
    assert_true(looked.rows > 1000 && looked.asked == HARD);
    // No data folder: catalogue and script come from the file.
    setenv("CHIPFIT_DATA", "/nowhere", 1);
    int64_t id;
    assert_true(store_ids(looked.stored.store, STORE_FRONTIER, &id, 1, &err) > 0);
    Ran ran = explain(place.path, id, "");
    if (kept)
        setenv("CHIPFIT_DATA", kept, 1);
    else
        unsetenv("CHIPFIT_DATA");
    assert_int_equal(ran.code, 0);
    assert_non_null(strstr(ran.out.data, " of random: chip "));
    ran_free(&ran);
    ran_free(&swept);
    worker_free(looked.worker);
    stored_close(&looked.stored);
    place_drop(&place);
    free(kept);
}

// --- What is wrong ---------------------------------------------------------------------------------------------------

static const char SMALL[] = "return sweep { name = 'small', chip = 'h100_sxm', chips = { 1, 2 },\n"
                            "  model = shape { base = 'llama-3.1-8b', layers = { 8, 32 },\n"
                            "                  d_ff = upto(2, function(d) return d.layers == 8 and "
                            "{ 4096 } or { 4096, 8192 } end) },\n"
                            "  plan = { tp = { 1, 2 } }, workload = decode { batch = 'max', "
                            "context = { 8192, 2000000 } },\n"
                            "  where = { params = { min = 3e9 } }, keep = { tpot_s = { max = '10 "
                            "ms' } }, minimise = 'tpot_s' }\n";

TEST(stored, says_what_is_wrong) {
    // clang-format off
    static const struct {
        const char *words; // behind the run
        int code;
        const char *word;
    } CASES[] = {
        {"",              2, "needs the id of a point"},
        {"32",            2, "from 0 to 31"},
        {"-1",            2, "from 0 to 31"},
        {"1x",            2, "'1x' is no id"},
        {"99999999999999999999", 2, "from 0 to 31"},
        {"1 2",           2, "one word too many"},
        {"1 --tp 2",      2, "'--tp'"},
        {"1 --plan best", 2, "plan: "},
        {"16 --why mfuu", 2, "'mfu'"},
        {"8",             1, "point 8 is void"},
        {"18",            1, "point 18 is no design: chips: tp x cp x pp = 2"},
        {"17",            1, "point 17: not even one sequence fits"},
    };
    // clang-format on
    Scratch place = place_new();
    char script[128], line[400];
    snprintf(script, sizeof script, "%s/s.lua", place.folder);
    write_script(script, SMALL);
    snprintf(line, sizeof line, "sweep %s -o %s", script, place.path);
    Ran swept = run(line, "");
    if (swept.code > 1) // nothing passes keep
        fail_msg("%s", swept.err.data);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        snprintf(line, sizeof line, "explain %s %s", place.path, CASES[i].words);
        Ran ran = run(line, "");
        if (ran.code != CASES[i].code || ran.out.length || !strstr(ran.err.data, CASES[i].word))
            fail_msg("%s: exit %d, %s%s", CASES[i].words, ran.code, ran.out.data, ran.err.data);
        ran_free(&ran);
    }
    // What has no row is a design all the same.
    Ran ran = explain(place.path, 0, "");
    assert_int_equal(ran.code, 0);
    assert_non_null(strstr(ran.out.data, "left out by where: params = "));
    ran_free(&ran);
    ran = explain(place.path, 16, "--json");
    assert_int_equal(ran.code, 0);
    if (!strstr(ran.out.data, "\"left_out\":\"by keep: tpot_s not at most 10 ms\""))
        fail_msg("%s", ran.out.data);
    ran_free(&ran);
    ran = explain(script, 0, "");
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.err.data, "no SQLite database"));
    ran_free(&ran);
    ran_free(&swept);
    place_drop(&place);
}

// A run is open to readers from its first moment on.
TEST(stored, is_read_while_it_is_written) {
    Scratch place = place_new();
    Error err = {0};
    Arena *arena = arena_new();
    Library *library = library_open(&err);
    SweepScript *script = script_open(library, "s.lua", SMALL, strlen(SMALL), &err);
    assert_non_null(script);
    StoreRun run_of;
    bool machine;
    RunText source = {"s.lua", SMALL, strlen(SMALL)};
    assert_true(run_describe(script, library, source, (Shard){1, 1}, 1, arena, &run_of, &err));
    Store *store = store_create(place.path, &run_of, &machine, &err);
    assert_non_null(store);
    Ran ran = explain(place.path, 16, "--why mfu");
    if (ran.code != 0 || strncmp(ran.out.data, "mfu = ", 6) != 0)
        fail_msg("exit %d, %s", ran.code, ran.err.data);
    ran_free(&ran);
    store_close(store);
    script_close(script);
    library_free(library);
    arena_free(arena);
    place_drop(&place);
}

TEST(stored, refuses_a_run_whose_script_was_changed) {
    Scratch place = place_new();
    char script[128], line[400];
    snprintf(script, sizeof script, "%s/s.lua", place.folder);
    write_script(script, SMALL);
    snprintf(line, sizeof line, "sweep %s -o %s", script, place.path);
    Ran ran = run(line, "");
    assert_int_equal(ran.code, 1); // nothing passes keep
    ran_free(&ran);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(place.path, &db), SQLITE_OK);
    const char *sql = "UPDATE run SET script = replace(script, '8192', '4096')";
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    ran = explain(place.path, 16, "");
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.err.data, "the run is damaged: its script_hash"));
    ran_free(&ran);
    place_drop(&place);
}
