// What the evolutionary search finds, against the whole frontier and against as many designs drawn at random.
#include "search/evolve.h"

#include <stdlib.h>

#include "lua/sweep_script.h"
#include "search/genes.h"
#include "search/seen.h"
#include "search/share.h"
#include "sim/base/test.h"

#define THREADS 3

// Three spaces of about half a million points.
static const char SHAPES[] = "return sweep { chip = 'h100_sxm', model = shape { base = "
                             "'llama-3.1-8b', layers = range(16, 80, 8),"
                             " d_model = range(2048, 8192, 512), d_ff = range(4096, 28672, 2048), "
                             "kv_heads = { 1, 2, 4, 8, 16 } },"
                             " formats = { 'bf16', 'fp8' }, plan = { tp = pow2(1, 8) },"
                             " workload = decode { batch = pow2(1, 256), context = 8192 }, keep = "
                             "{ tpot_s = { max = '50 ms' } },"
                             " minimise = { 'tpot_s', 'usd_per_mtoken' }, maximise = 'params' }";
static const char SERVING[] =
    "return sweep { chip = { 'h100_sxm', 'h200_sxm', 'b200_sxm', 'tpu_v6e' }, chips = pow2(1, 64),"
    " model = { 'llama-3.1-8b', 'llama-3.1-70b', 'qwen3-30b-a3b', 'mixtral-8x7b' }, group_by = "
    "'model',"
    " formats = { 'bf16', 'fp8', { weights = 'int4' }, { weights = 'fp8', kv = 'fp8' } },"
    " plan = { tp = pow2(1, 16), pp = pow2(1, 8) },"
    " workload = decode { batch = pow2(1, 1024), context = { 1024, 4096, 8192, 16384, 32768 } },"
    " keep = { tpot_s = { max = '40 ms' } },"
    " minimise = { 'tpot_s', 'energy_j_per_token' }, maximise = 'tokens_per_s_per_chip' }";
// 94 % of its points are no designs.
static const char ODD[] =
    "return sweep { mode = 'datasheet', chip = 'h800', chips = { 1, 2, 3, 4, 6, 8, 12, 24 }, "
    "formats = { 'bf16', 'fp8' "
    "},"
    " model = shape { base = 'mixtral-8x7b', layers = { 16, 24, 32, 48 }, experts = { 1, 8, 12, "
    "16, 24, 64 },"
    " top_k = { 1, 2, 4, 8 } },"
    " plan = { tp = { 1, 2, 3, 4, 6, 8 }, pp = { 1, 2, 3, 4, 6 }, ep = { 1, 2, 3, 4, 8, 12, 24 } },"
    " workload = decode { batch = { 8, 128 }, context = 8192 }, where = { params = { max = 120e9 } "
    "},"
    " minimise = { 'tpot_s', 'usd_per_mtoken' }, maximise = 'params' }";

typedef struct Case {
    Library *library;
    SweepScript *scripts[THREADS + 1];
    WorkerHooks hooks[THREADS + 1];
    Goal goal;
    Sweep sweep;
} Case;

static void open_case(Case *test, const char *text) {
    Error err = {0};
    test->library = library_open(&err);
    assert_non_null(test->library);
    for (int i = 0; i <= THREADS; i++) {
        test->scripts[i] = script_open(test->library, "case.lua", text, strlen(text), &err);
        if (!test->scripts[i])
            print_error("%s\n", err.what);
        assert_non_null(test->scripts[i]);
        test->hooks[i] = script_hooks(test->scripts[i]);
    }
    test->goal = *script_goal(test->scripts[0]);
    test->goal.keep_rows = ROWS_FRONTIER;
    test->sweep = (Sweep){.space = script_space(test->scripts[0]),
                          .goal = &test->goal,
                          .last = script_space(test->scripts[0])->points,
                          .threads = 2,
                          .hooks = test->hooks,
                          .sink = sweep_nowhere()};
}

static void close_case(Case *test) {
    for (int i = 0; i <= THREADS; i++)
        script_close(test->scripts[i]);
    library_free(test->library);
}

static SweepRun *ran(const Sweep *sweep) {
    Error err = {0};
    SweepRun *run = sweep_open(sweep);
    assert_int_equal(sweep_run(run, &err), SWEEP_DONE);
    return run;
}

static Share evolved_share(const Case *test, int budget, int seed, const Frontier *whole) {
    Evolve settings = {.budget = budget, .population = 256, .seed = seed};
    Sweep sweep = test->sweep;
    sweep.evolve = &settings;
    SweepRun *run = ran(&sweep);
    assert_int_equal(sweep_evolved(run).evaluated, budget);
    assert_int_equal(sweep_state(run)->counts[COUNT_EVALUATED], budget);
    Share share = share_of(sweep_frontier(run), whole, &test->goal);
    sweep_close(run);
    return share;
}

// As many designs drawn at random, none of them twice; points that are no designs cost nothing.
static Share random_share(const Case *test, int budget, int seed, const Frontier *whole) {
    Frontier *frontier = frontier_new(&test->goal);
    Worker *worker = worker_new(test->sweep.space, &test->goal, test->hooks[THREADS]);
    Block *block = block_new(&test->goal, 1);
    Seen *seen = seen_new();
    Random random = {(uint64_t)seed};
    Genes genes;
    genes_of(&genes, test->sweep.space);
    for (int evaluated = 0; evaluated < budget;) {
        int64_t id = genes_random(&genes, &random);
        Outcome outcome;
        if (!seen_add(seen, id))
            continue;
        worker_list(worker, &id, 1, &outcome, block);
        evaluated += outcome.evaluated;
        if (block->candidate_count > 0)
            frontier_insert(frontier, block->candidates);
    }
    Share share = share_of(frontier, whole, &test->goal);
    frontier_free(frontier);
    worker_free(worker);
    block_free(block);
    seen_free(seen);
    return share;
}

static void finds_frontier(const char *text, int seeds) {
    Case test;
    open_case(&test, text);
    SweepRun *whole = ran(&test.sweep);
    const Frontier *frontier = sweep_frontier(whole);
    int budget = (int)(sweep_state(whole)->counts[COUNT_EVALUATED] / 20);
    double missing = 0, drawn_missing = 0, found = 0, drawn_found = 0;
    for (int seed = 1; seed <= seeds; seed++) {
        Share evolved = evolved_share(&test, budget, seed, frontier);
        Share drawn = random_share(&test, budget, seed, frontier);
        assert_true(evolved.mean >= 0.99);
        assert_true(evolved.mean <= 1 + 1e-12);
        assert_true(evolved.least >= 0.95);
        missing += 1 - evolved.mean;
        drawn_missing += 1 - drawn.mean;
        found += evolved.found;
        drawn_found += drawn.found;
    }
    // Over the seeds, of which some draw lucky designs: five times the points, at most a third of what random designs miss.
    assert_true(found >= 5 * drawn_found);
    assert_true(missing <= drawn_missing / 3);
    sweep_close(whole);
    close_case(&test);
}

TEST(evolve, finds_the_frontier_of_shapes_with_a_twentieth_of_the_designs) {
    finds_frontier(SHAPES, 2);
}

TEST(evolve, finds_the_frontiers_of_groups) {
    finds_frontier(SERVING, 3);
}

TEST(evolve, finds_the_frontier_where_most_points_are_no_designs) {
    finds_frontier(ODD, 8);
}

// All rows that a sink is given. When it gets them depends on the time; what it has in the end must not.
typedef struct Record {
    Seen *ids;
    uint64_t sum;
    int64_t rows;
} Record;

static uint64_t mixed(uint64_t hash, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return random_bits(&(Random){hash ^ bits});
}

static bool note_rows(void *context, SweepTable table, const Rows *rows, Error *err) {
    Record *record = context;
    (void)err;
    for (int i = 0; table == SWEEP_POINT && i < rows->count; i++) {
        assert_true(seen_add(record->ids, rows->ids[i])); // never twice
        assert_true(i == 0 || rows->ids[i] > rows->ids[i - 1]);
        uint64_t hash = mixed(0, (double)rows->ids[i]);
        for (int c = 0; c < rows->columns; c++)
            hash = mixed(hash, rows->values[(size_t)i * (size_t)rows->columns + (size_t)c]);
        record->sum += hash;
        record->rows++;
    }
    return true;
}

static uint64_t hash_of_run(Case *test, int threads, int seed) {
    Evolve settings = {.budget = 3000, .population = 100, .seed = seed};
    Record record = {.ids = seen_new()};
    Sweep sweep = test->sweep;
    sweep.evolve = &settings;
    sweep.threads = threads;
    sweep.sink.context = &record;
    sweep.sink.rows = note_rows;
    SweepRun *run = ran(&sweep);
    assert_int_equal(record.rows, settings.budget);
    int64_t count = frontier_count(sweep_frontier(run));
    int64_t *ids = calloc((size_t)count + 1, sizeof *ids);
    frontier_ids(sweep_frontier(run), ids);
    uint64_t hash = mixed(record.sum, (double)count);
    for (int64_t i = 0; i < count; i++)
        hash = mixed(hash, (double)ids[i]);
    const Reasons *reasons = &sweep_state(run)->reasons;
    for (int i = 0; i < reasons->count; i++)
        hash = mixed(hash, (double)reasons->list[i].points);
    free(ids);
    seen_free(record.ids);
    sweep_close(run);
    return hash;
}

TEST(evolve, is_the_same_for_any_number_of_threads_and_each_time) {
    Case test;
    open_case(&test, ODD);
    test.goal.keep_rows = ROWS_ALL;
    uint64_t hash = hash_of_run(&test, 1, 7);
    assert_true(hash == hash_of_run(&test, 1, 7));
    assert_true(hash == hash_of_run(&test, 2, 7));
    assert_true(hash == hash_of_run(&test, 3, 7));
    assert_true(hash != hash_of_run(&test, 1, 8));
    close_case(&test);
}

TEST(evolve, ends_when_every_point_was_tried) {
    Case test;
    open_case(
        &test,
        "return sweep { chip = 'h100_sxm', model = 'llama-3.1-8b', plan = { tp = pow2(1, 8) },"
        " workload = decode { batch = range(1, 50), context = 4096 },"
        " minimise = { 'tpot_s', 'usd_per_mtoken' } }");
    SweepRun *whole = ran(&test.sweep);
    Evolve settings = {.budget = 100000, .population = 16, .seed = 1};
    Sweep sweep = test.sweep;
    sweep.evolve = &settings;
    SweepRun *run = ran(&sweep);
    assert_true(sweep_evolved(run).exhausted);
    assert_int_equal(sweep_evolved(run).evaluated, sweep_state(whole)->counts[COUNT_EVALUATED]);
    Share share = share_of(sweep_frontier(run), sweep_frontier(whole), &test.goal);
    assert_true(share.mean == 1 && share.least == 1 && share.found == share.designs);
    sweep_close(run);
    sweep_close(whole);
    close_case(&test);
}

TEST(evolve, gives_up_where_nothing_is_a_design) {
    Case test;
    open_case(&test,
              "return sweep { chip = 'h100_sxm', model = 'llama-3.1-8b', chips = range(1, 512),"
              " plan = { tp = { 512, 1024 }, pp = range(600, 1000) },"
              " workload = decode { batch = range(1, 50), context = 4096 }, minimise = 'tpot_s' }");
    Evolve settings = {.budget = 100, .population = 256, .seed = 1};
    Sweep sweep = test.sweep;
    sweep.evolve = &settings;
    SweepRun *run = ran(&sweep);
    assert_true(sweep_evolved(run).barren);
    assert_int_equal(sweep_evolved(run).evaluated, 0);
    sweep_close(run);
    close_case(&test);
}

TEST(genes, spread_every_value_equally) {
    Case test;
    open_case(&test, ODD);
    Genes genes;
    Random random = {1};
    int64_t ids[96];
    genes_of(&genes, test.sweep.space);
    genes_spread(&genes, ids, 96, &random);
    for (int g = 0; g < genes.count; g++) {
        int counts[32] = {0};
        for (int i = 0; i < 96; i++)
            counts[ids[i] / genes.list[g].stride % genes.list[g].count]++;
        for (int d = 0; d < genes.list[g].count; d++)
            assert_true(abs(counts[d] - 96 / genes.list[g].count) <= 1);
    }
    close_case(&test);
}

TEST(genes, stay_in_the_space_and_change_something) {
    Case test;
    open_case(&test, ODD);
    Genes genes;
    Random random = {3};
    genes_of(&genes, test.sweep.space);
    int64_t points = test.sweep.space->points;
    for (int i = 0; i < 20000; i++) {
        int64_t a = genes_random(&genes, &random), b = genes_random(&genes, &random);
        int64_t cross = genes_cross(&genes, a, b, &random);
        int64_t changed[] = {genes_mutate(&genes, a, &random), genes_step(&genes, a, &random)};
        int64_t mended = genes_repair(&genes, a, (SpacePart)(i % PART_COUNT), &random);
        assert_true(cross >= 0 && cross < points && mended >= 0 && mended < points);
        for (int k = 0; k < 2; k++)
            assert_true(changed[k] >= 0 && changed[k] < points && changed[k] != a);
        for (int g = 0; g < genes.count; g++) {
            const Gene *gene = &genes.list[g];
            int64_t digit = cross / gene->stride % gene->count;
            assert_true(digit == a / gene->stride % gene->count ||
                        digit == b / gene->stride % gene->count);
        }
    }
    close_case(&test);
}
