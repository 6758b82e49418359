// A row of a sweep against the design that its columns describe, built by hand; and the walk over a space.
#include <math.h>

#include "arch/shape.h"
#include "lua/sweep_test.h"
#include "sim/evaluate.h"

#define POINTS 200 // of each space

// Fields of chip and system that the spaces vary, by their columns.
typedef struct Member {
    const char *column;
    SpacePart part;
    size_t offset;
} Member;

static const Member MEMBERS[] = {
    {"memory_bandwidth_bytes_per_s", PART_CHIP,   offsetof(Chip,   memory.bandwidth_bytes_per_s)   },
    {"memory_capacity_bytes",        PART_CHIP,   offsetof(Chip,   memory.capacity_bytes)          },
    {"peak_bf16_flop_per_s",         PART_CHIP,   offsetof(Chip,   peak.flop_per_s[MATH_BF16])     },
    {"matrix_clock_hz",              PART_CHIP,   offsetof(Chip,   matrix.clock_hz)                },
    {"nvlink_bandwidth_bytes_per_s", PART_SYSTEM,
     offsetof(System,                                              levels[0].bandwidth_bytes_per_s)},
    {"nvlink_latency_s",             PART_SYSTEM, offsetof(System, levels[0].latency_s)            },
};

// clang-format off
static const struct {
    const char *text;
    const char *chip, *system, *model; // where they do not vary
} SPACES[] = {
    {"chip = { 'h100_sxm', 'tpu_v6e' }, model = { 'llama-3.1-8b', 'mixtral-8x7b' }, chips = { 1, 2, 8 },"
     " formats = { 'bf16', { weights = 'int4', kv = 'fp8' }, 'fp8' }, plan = { tp = { 1, 2, 3 }, ep = { 1, 2 } },"
     " workload = decode { context = { 1024, '8192' }, batch = { 1, 'max', 64 } }", NULL, NULL, NULL},
    {"chip = derive { base = 'h100_sxm', memory = { bandwidth = times { 0.5, 1, 2.5 }, capacity = { '64 GiB', 80e9 } } },"
     " system = derive { base = 'hgx_h100', levels = { nvlink = { bandwidth = times { 0.1, 1 }, latency = { '1 us', 3e-6 } } } },"
     " model = 'mixtral-8x7b', formats = { weights = { 'fp8', 'bf16' }, kv = 'fp8' },"
     " plan = { tp = { 1, 2 }, pp = { 1, 2 }, micro_batches = { 1, 2, 4 }, overlap = { 0, 0.5, 1 } },"
     " workload = prefill { prompt = range(512, 2048, 512), prefix = { 0, 256 }, batch = { 1, 4 } }",
     "h100_sxm", "hgx_h100", "mixtral-8x7b"},
    {"chip = derive { base = { 'h100_sxm', 'h200_sxm' }, peak = { bf16 = { '500 TFLOP/s', 9e14 } },"
     " matrix = { clock = { '1 GHz', '1.5 GHz' } } }, model = 'llama-3.1-8b', training_tokens = { 1e12, '15e12' },"
     " workload = generate { prompt = { 100, 1000 }, output = { 10, 100 }, batch = { 1, 8 } }", NULL, NULL, "llama-3.1-8b"},
    {"chip = 'h800', chips = { 8, 16 }, plan = all_plans { max_pp = 2, max_tp = 8, max_cp = 2 },"
     " model = shape { base = 'llama-3.1-8b', layers = { 16, 33 }, experts = { 1, 8, 64 }, top_k = { 1, 2, 16 },"
     "   d_expert = { 1024, 2048 }, moe = { shared_experts = { 0, 1 } }, ['attention.kv_heads'] = { 4, 8 },"
     "   d_ff = function(d) return d.experts > 1 and 4096 or 14336 end },"
     " workload = decode { context = 4096, batch = upto(3, function(d) return d.chips > 8 and { 8, 16, 256 } or { 4 } end) },"
     " training_tokens = 2e12, where = { params = { max = 60e9 } }", "h800", NULL, "llama-3.1-8b"},
    {"chip = 'h100_sxm', chips = { 1, 2, 4 }, model = shape { base = { 'llama-3.1-8b', 'qwen3-30b-a3b' }, layers = times { 0.5, 1, 2 } },"
     " workload = { decode { batch = 8, context = 2048 }, prefill { prompt = 4096 }, generate { prompt = 64, output = 16, batch = 2 } },"
     " routing_skew = { 0, 1 }, hbm_reserve = { 0.05, 0.3 }, usd_per_chip_hour = { 1, 2.5 }", "h100_sxm", NULL, NULL},
    {"chip = 'h100_sxm', chips = 8, model = 'llama-3.1-8b',"
     " plan = { tp = { 1, 2, 4, 8 }, cp = upto(3, function(d) local list = {}"
     "   for c = 1, d.chips // d.tp do if d.chips // d.tp % c == 0 and #list < 3 then list[#list + 1] = c end end return list end),"
     "   cp_kind = { 'ring', 'all_gather', 'pass_q' }, placement = { 'tp,cp,dp,pp', 'pp,cp,tp,dp' } },"
     " workload = prefill { prompt = { 4096, 16384 }, batch = function(d) return d.prompt // 2048 end }",
     "h100_sxm", NULL, "llama-3.1-8b"},
    {"chip = 'tpu_v5p', model = shape { base = 'llama-3.1-8b', heads = { 16, 32, 64 }, kv_heads = function(d) return d.heads // 8 end,"
     "   d_model = function(d) return 128 * d.heads end, d_ff = upto(2, function(d) return { 3 * d.vocab // 128 * 8, 4 * d.d_model } end) },"
     " formats = { 'bf16', 'int8' }, plan = { tp = 1 }, workload = decode { batch = pow2(1, 64), context = logspace(1024, 65536, 7),"
     "   draft = { 0, 3 }, acceptance = { 0.5, 0.9 } }", "tpu_v5p", NULL, "llama-3.1-8b"},
};
// clang-format on

// The word of a text column, NULL where there is none of the name.
static const char *word_of(const Goal *goal, const double values[], const char *name) {
    for (int i = 0; i < goal->column_count; i++)
        if (strcmp(goal->columns[i].column.name, name) == 0 && goal->columns[i].column.words)
            return goal->columns[i].column.words[(int)values[i]];
    return NULL;
}

static void set_key(Request *request, const char *key, const char *text) {
    Error err = {0};
    const Field *field = request_key(key, &err);
    if (!field || !request_set_text(request, field, text, &err))
        fail_msg("%s = %s: %s", key, text, err.what);
}

// "weights int4, kv fp8" or "decode batch 8 context 4096"; the first word alone belongs to `first`.
static void set_words(Request *request, const char *first, const char *label, char copy[256]) {
    snprintf(copy, 256, "%s", label);
    char *words[16];
    int count = 0;
    for (char *word = strtok(copy, ", "); word; word = strtok(NULL, ", "))
        words[count++] = word;
    int from = count % 2;
    if (from)
        set_key(request, first, words[0]);
    for (int i = from; i + 1 < count; i += 2)
        set_key(request, words[i], words[i + 1]);
}

typedef struct Built {
    Chip chip;
    System system;
    Model model;
    Request request;
    char texts[2][256];
} Built;

// Sets what a column says; false: the design is none.
static bool set_column(Built *built, const char *name, const char *word, double value, Error *err) {
    size_t offset;
    Error none;
    for (size_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++) {
        if (strcmp(MEMBERS[i].column, name) != 0)
            continue;
        char *part = MEMBERS[i].part == PART_CHIP ? (char *)&built->chip : (char *)&built->system;
        *(double *)(void *)(part + MEMBERS[i].offset) = value;
        return true;
    }
    if (strcmp(name, "formats") == 0)
        set_words(&built->request, "formats", word, built->texts[0]);
    else if (strcmp(name, "workload") == 0)
        set_words(&built->request, "phase", word, built->texts[1]);
    else if (strcmp(name, "chip") == 0 || strcmp(name, "model") == 0)
        return true;
    else if (word)
        set_key(&built->request, name, word);
    else if (request_key(name, &none) && strcmp(request_key(name, &none)->name, name) == 0)
        return field_set_number(request_key(name, &none), &built->request, value, err);
    else if (strcmp(name, "attention_kv_heads") == 0)
        built->model.attention.kv_heads = (int)value;
    else if (shape_field(name, &offset, err))
        return field_set_number(shape_field(name, &offset, err), (char *)&built->model + offset,
                                value, err);
    else
        fail_msg("what is %s?", name);
    return true;
}

// The columns that are no metrics describe the design.
static bool build(const Goal *goal, const Space *space, const double row[], int number,
                  Built *built, Design *design, bool *no_room, Error *err) {
    const Catalog *catalog = library_catalog(test_library());
    const char *chip = word_of(goal, row, "chip"), *model = word_of(goal, row, "model");
    const char *phase = strstr(SPACES[number].text, "decode {")    ? "decode"
                        : strstr(SPACES[number].text, "prefill {") ? "prefill"
                                                                   : "generate";
    *built = (Built){.request = request_new()};
    built->request = space->request; // what does not vary
    built->chip = *catalog_chip(catalog, chip ? chip : SPACES[number].chip, err);
    if (space->chip) // a variant has a name of its own
        built->chip.name = space->chip->name;
    const char *system = SPACES[number].system ? SPACES[number].system : built->chip.system;
    built->system = *catalog_system(catalog, system, err);
    built->model = *catalog_model(catalog, model ? model : SPACES[number].model, err);
    built->request.phase = phase;
    bool shaped = strstr(SPACES[number].text, "shape {");
    for (int i = 0; i < goal->column_count; i++) {
        const GoalColumn *column = &goal->columns[i];
        const char *word = column->column.words ? column->column.words[(int)row[i]] : NULL;
        if (!column->metric && !isnan(row[i]) &&
            !set_column(built, column->column.name, word, row[i], err))
            return false;
    }
    if (!chip_finish(&built->chip, err) || !system_finish(&built->system, err) ||
        (shaped && !shape_settle(&built->model, err)))
        return false;
    Names names = {&built->chip, &built->system, &built->model, NULL, NULL};
    return request_profile(&built->request, catalog, NULL, &built->chip, &names.profile, err) &&
           request_design(&built->request, &names, design, no_room, err);
}

static void compare_row(const Goal *goal, const double row[], const Metrics *metrics,
                        const char *text, int64_t id) {
    for (int i = 0; i < goal->column_count; i++) {
        if (!goal->columns[i].metric)
            continue;
        double own = field_number(goal->columns[i].metric, metrics);
        if (memcmp(&own, &row[i], sizeof own) != 0 && !(isnan(own) && isnan(row[i])))
            fail_msg("%.100s..., point %lld: %s is %.17g, by hand %.17g", text, (long long)id,
                     goal->columns[i].column.name, row[i], own);
    }
}

static void check_space(int number, int *ready, int *fallen) {
    Text text = {0};
    text_addf(&text, "return sweep { %s, minimise = 'time_s', keep_rows = 'all', metrics = ",
              SPACES[number].text);
    add_metrics(&text);
    text_add(&text, " }");
    SweepScript *script = test_script(text.data);
    const Space *space = script_space(script);
    const Goal *goal = script_goal(script);
    Worker *worker = worker_new(space, goal, script_hooks(script));
    Point point;
    point_new(&point, space, script_hooks(script).point);
    uint64_t state = 7;
    for (int i = 0; i < POINTS; i++) {
        int64_t id = (int64_t)(random_share(&state) * (double)space->points), alike;
        double row[GOAL_COLUMNS];
        Error err = {0}, own = {0};
        Built built;
        Design design;
        Metrics metrics;
        Candidate none;
        bool no_room = false;
        PointFate fate = point_seek(&point, id, &alike, &err);
        if (fate == POINT_BROKEN)
            fail_msg("%s", err.what);
        if (fate != POINT_READY) {
            *fallen += fate == POINT_ILLEGAL;
            continue;
        }
        ++*ready;
        worker_point(worker, id, row, &none);
        bool good = build(goal, space, row, number, &built, &design, &no_room, &own);
        if (point.no_room && !good && no_room)
            continue;
        if (!good)
            fail_msg("%.100s..., point %lld: by hand %s", SPACES[number].text, (long long)id,
                     own.what);
        evaluate(&design, &metrics, NULL);
        compare_row(goal, row, &metrics, SPACES[number].text, id);
    }
    point_end(&point);
    worker_free(worker);
    script_close(script);
    text_free(&text);
}

TEST(sweep_script, rows_are_the_designs_that_their_columns_describe) {
    int ready = 0, fallen = 0;
    for (size_t i = 0; i < sizeof SPACES / sizeof SPACES[0]; i++)
        check_space((int)i, &ready, &fallen);
    assert_true(ready > 700 && fallen > 100);
}

// --- The walk --------------------------------------------------------------------------------------------------------

static const char *const WALKS[] = {
    "where = { params = { max = 20e9 }, tp = { min = 2 }, batch = { max = 100 } }",
    "where = function(d) return d.params < 20e9 end",
    "where = function(d) return d.tp > 1 and d.context < 3000 end",
    "where = function(d) return d.chip ~= 'tpu_v6e' and d.layers * d.batch < 1000 end, keep = { "
    "mfu = { min = 0.01 } }",
    "keep = function(m) return m.tpot_s < 0.02 and m.batch > 1 end",
};

static void walk_text(Text *text, int number) {
    text_addf(text,
              "return sweep { chip = { 'h100_sxm', 'l40s', 'tpu_v6e' }, chips = { 2, 4, 8 },"
              " model = shape { base = 'llama-3.1-8b', experts = { 1, 8 }, top_k = { 1, 2 },"
              "   d_model = upto(2, function(d) return d.experts > 1 and { 4096 } or { 2048, 4096 "
              "} end), layers = { 16, 32 } },"
              " formats = { 'bf16', 'fp8' }, plan = { tp = { 1, 2, 4 }, ep = { 1, 2 } },"
              " workload = decode { context = { 1024, 4096 }, batch = { 1, 64, %s } }, minimise = "
              "'tpot_s', %s }",
              number % 2 ? "'max', 128" : "128", WALKS[number]);
}

// What every point is worth, each with a Point that has seen no other.
static void walk_singly(SweepScript *script, PointFate fates[]) {
    const Space *space = script_space(script);
    for (int64_t id = 0; id < space->points; id++) {
        Point point;
        Error err;
        int64_t alike;
        point_new(&point, space, script_hooks(script).point);
        fates[id] = point_seek(&point, id, &alike, &err);
        point_end(&point);
    }
}

TEST(sweep_script, any_way_through_a_space_gives_the_same) {
    for (int number = 0; number < (int)(sizeof WALKS / sizeof WALKS[0]); number++) {
        Text text = {0};
        walk_text(&text, number);
        SweepScript *script = test_script(text.data);
        const Space *space = script_space(script);
        PointFate *fates = calloc((size_t)space->points, sizeof *fates);
        walk_singly(script, fates);
        Point point;
        Error err;
        int64_t alike, seen[5] = {0}, skipped = 0, total[5] = {0};
        point_new(&point, space, script_hooks(script).point);
        for (int64_t id = 0; id < space->points; id += alike) { // in order, stretches skipped
            alike = 1;
            PointFate fate = point_seek(&point, id, &alike, &err);
            alike = fate == POINT_READY ? 1 : alike;
            assert_true(alike >= 1 && id + alike <= space->points);
            // What falls to a function of `where` may be no design as well: then either is right.
            for (int64_t i = id; i < id + alike; i++)
                if (fate != POINT_FILTERED || !space->where_function || fates[i] == POINT_READY)
                    assert_int_equal(fates[i], fate);
            seen[fate] += alike;
            skipped += alike - 1;
        }
        uint64_t state = 5;
        for (int i = 0; i < 20000; i++) { // jumps, some of them to the same point again
            int64_t id = point.id;
            if (random_below(&state, 4) > 0)
                id = (int64_t)(random_share(&state) * (double)space->points);
            else if (random_below(&state, 2) > 0)
                id = (id + 1) % space->points;
            if (point_seek(&point, id, &alike, &err) != fates[id])
                fail_msg("%s: point %lld differs after a jump", WALKS[number], (long long)id);
        }
        point_end(&point);
        for (int64_t id = 0; id < space->points; id++)
            total[fates[id]]++;
        assert_int_equal(seen[POINT_READY], total[POINT_READY]);
        if (!space->where_function)
            assert_memory_equal(seen, total, sizeof seen);
        assert_true(total[POINT_VOID] > 0 && total[POINT_ILLEGAL] > 0 && skipped > 1000);
        assert_true(number > 3 || total[POINT_FILTERED] > 100);
        free(fates);
        script_close(script);
        text_free(&text);
    }
}

// --- Numbering -------------------------------------------------------------------------------------------------------

static void assert_axes(const char *text, const char *names) {
    SweepScript *script = test_script(text);
    const Space *space = script_space(script);
    Text all = {0};
    int64_t points = 1;
    for (int i = 0; i < space->axis_count; i++)
        text_addf(&all, "%s%s %d", i ? ", " : "", space->axes[i].name, space->axes[i].count);
    for (int i = space->axis_count - 1; i >= 0; i--) {
        assert_int_equal(space->strides[i], points);
        points *= space->axes[i].count;
    }
    assert_int_equal(space->points, points);
    assert_string_equal(all.data ? all.data : "", names);
    text_free(&all);
    script_close(script);
}

#define REST "minimise = 'time_s' }"

TEST(sweep_script, numbers_points_by_parts_with_layers_last) {
    assert_axes("return sweep { workload = decode { batch = { 1, 2 }, context = { 10, 20, 30 } }, "
                "plan = { ep = { 1, 2 }, tp = { 1, 2, 4 } },"
                " chips = { 4, 8 }, formats = { 'bf16', 'fp8' }, routing_skew = { 0, 1 }, model = "
                "shape { layers = range(8, 40, 8),"
                " base = 'llama-3.1-8b', kv_heads = function(d) return d.heads // 4 end, heads = { "
                "16, 32 }, d_model = { 2048 } },"
                " chip = { 'h100_sxm', 'h200_sxm' }, " REST,
                "chip 2, d_model 1, heads 2, layers 5, kv_heads 1, formats 2, chips 2, tp 3, ep 2, "
                "routing_skew 2, context 3, batch 2");
    assert_axes("return sweep { chip = 'h100_sxm', model = 'llama-3.1-8b', workload = decode { "
                "batch = 1, context = 10 }, " REST,
                "");
    assert_axes(
        "return sweep { chip = 'h100_sxm', model = shape { base = { 'llama-3.1-8b', "
        "'llama-3.1-70b' }, ffn = { d_ff = { 1024 } } },"
        " workload = decode { batch = upto(7, function(d) return { 1 } end), context = 10 }, " REST,
        "model 2, d_ff 1, batch 7");
    assert_axes("return sweep { chip = 'h100_sxm', model = 'llama-3.1-8b', workload = { decode { "
                "batch = 1, context = 10 },"
                " prefill { prompt = 8 } }, formats = { { weights = 'fp8' } }, chips = 2, plan = "
                "all_plans {}, " REST,
                "formats 1, plan 3, workload 2");
}

static int plans_of(const char *chips, const char *limits, const char *model) {
    char text[600];
    snprintf(text, sizeof text,
             "return sweep { chip = 'h100_sxm', model = '%s', chips = %s, plan = all_plans { %s },"
             " workload = prefill { prompt = 4096 }, " REST,
             model, chips, limits);
    SweepScript *script = test_script(text);
    int count = (int)script_space(script)->points;
    script_close(script);
    return count;
}

// Every (tp, cp, pp, ep) of natural numbers that multiply out, counted by brute force.
TEST(sweep_script, all_plans_are_all) {
    static const int LIMITS[][4] = {
        {64, 1, 64, 64},
        {4,  1, 64, 64},
        {64, 8, 2,  64},
        {3,  3, 3,  3 },
        {1,  1, 64, 1 }
    };
    for (int chips = 1; chips <= 24; chips++) {
        for (size_t l = 0; l < sizeof LIMITS / sizeof LIMITS[0]; l++) {
            const int *most = LIMITS[l];
            int dense = 0, sparse = 0;
            for (int tp = 1; tp <= most[0]; tp++)
                for (int cp = 1; cp <= most[1]; cp++)
                    for (int pp = 1; pp <= most[2]; pp++) {
                        if (chips % (tp * cp * pp) != 0)
                            continue;
                        dense++;
                        for (int ep = 1; ep <= most[3]; ep++)
                            sparse += chips / pp % ep == 0;
                    }
            char count[16], limits[100];
            snprintf(count, sizeof count, "%d", chips);
            snprintf(limits, sizeof limits, "max_tp = %d, max_cp = %d, max_pp = %d, max_ep = %d",
                     most[0], most[1], most[2], most[3]);
            assert_int_equal(plans_of(count, limits, "llama-3.1-8b"), dense);
            assert_int_equal(plans_of(count, limits, "mixtral-8x7b"), sparse);
        }
    }
    assert_int_equal(plans_of("{ 1, 2 }", "", "llama-3.1-8b"), 4);
    assert_int_equal(plans_of("1000000", "", "llama-3.1-8b"),
                     plans_of("1000000", "max_ep = 1", "mixtral-8x7b"));
}
