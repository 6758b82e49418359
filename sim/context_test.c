// Context parallelism in prefill: what travels, and what of it hides behind attention.
#include "sim/base/test.h"

#include <stdlib.h>

#include "lua/library.h"
#include "sim/collective.h"
#include "sim/evaluate.h"
#include "sim/links_test.h"
#include "sim/random_test.h"

#define KV_BYTES                                                                                   \
    (2048.0 * 2) // of a token in a layer of Llama-3.1-8B: 8 x (128 + 128) values in bf16
#define Q_BYTES (32.0 * 128 * 2) // its queries
#define O_BYTES (32.0 * (128 * 2 + 4))
#define LAYERS  32.0

static Library *open_data(void) {
    Error err;
    Library *library = library_open(&err);
    if (!library)
        fail_msg("%s", err.what);
    return library;
}

static Design llama(const Library *library, int cp, int prompt, int prefix) {
    const Catalog *catalog = library_catalog(library);
    Error err = {0};
    Design design = {
        .chip = catalog_chip(catalog, "h100_sxm", &err),
        .model = catalog_model(catalog, "llama-3.1-8b", &err),
        .plan = {.tp = 1,   .cp = cp, .dp = 1,       .pp = 1,    .ep = 1, .etp = 1},
        .workload = {.phase = PHASE_PREFILL, .batch = 1,         .prompt = prompt, .prefix = prefix},
        .hbm_reserve = 0.1
    };
    design.system = catalog_system(catalog, design.chip->system, &err);
    assert_true(formats_named("bf16", &design.formats, &err));
    if (!plan_finish(&design.plan, design.model, &err) || !design_check(&design, &err))
        fail_msg("%s", err.what);
    return design;
}

static Metrics metrics_of(Design design, CpKind kind, Breakdown *breakdown) {
    Metrics m;
    design.plan.cp_kind = (int)kind;
    evaluate(&design, &m, breakdown);
    return m;
}

// Over all chips: each sends (n-1)/n of the keys, or of the queries and the partial outputs of the new tokens.
TEST(context, sends_the_bytes_counted_by_hand) {
    static const struct {
        int cp, prompt, prefix;
    } CASES[] = {
        {2, 8192,   0     },
        {4, 16384,  8192  },
        {8, 131072, 129024},
    };
    Library *library = open_data();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Design design = llama(library, CASES[i].cp, CASES[i].prompt, CASES[i].prefix);
        double others = CASES[i].cp - 1.0, all = CASES[i].prompt;
        double fresh = all - CASES[i].prefix;
        double keys = LAYERS * others * all * KV_BYTES;
        double queries = LAYERS * others * fresh * (Q_BYTES + O_BYTES);
        assert_near(metrics_of(design, CP_ALL_GATHER, NULL).comm_bytes, keys, 1e-12);
        assert_near(metrics_of(design, CP_RING, NULL).comm_bytes, keys, 1e-12);
        assert_near(metrics_of(design, CP_PASS_Q, NULL).comm_bytes, queries, 1e-12);
    }
    library_free(library);
}

// Yang et al. 2024: queries are fewer bytes than keys once most of the prompt is cached.
TEST(context, passes_fewer_bytes_as_queries_on_a_long_prefix) {
    Library *library = open_data();
    Design most_cached = llama(library, 4, 131072, 129024),
           none_cached = llama(library, 4, 32768, 0);
    Metrics ring = metrics_of(most_cached, CP_RING, NULL);
    Metrics pass_q = metrics_of(most_cached, CP_PASS_Q, NULL);
    assert_true(pass_q.comm_bytes < ring.comm_bytes / 10);
    ring = metrics_of(none_cached, CP_RING, NULL);
    pass_q = metrics_of(none_cached, CP_PASS_Q, NULL);
    assert_true(pass_q.comm_bytes > ring.comm_bytes);
    library_free(library);
}

// attention + (n-1) max(0, send - attention / n) in place of attention + n-1 sends.
TEST(context, hides_a_ring_behind_attention) {
    static const int PROMPTS[] = {512, 2048, 8192, 32768, 131072};
    Library *library = open_data();
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    for (size_t i = 0; i < sizeof PROMPTS / sizeof *PROMPTS; i++) {
        Design design = llama(library, 4, PROMPTS[i], 0);
        Metrics gather = metrics_of(design, CP_ALL_GATHER, NULL);
        Metrics ring = metrics_of(design, CP_RING, breakdown);
        double rows_s = 0, attention_s = 0, ring_s = 0;
        for (int j = 0; j < breakdown->row_count; j++) {
            const BreakdownRow *row = &breakdown->rows[j];
            rows_s += row->time_s;
            if (row->op.kind == OP_ATTENTION)
                attention_s += row->time_s - row->overhead_s;
            if (strcmp(row->op.name, "ring_kv") == 0)
                ring_s += row->link_s;
        }
        assert_true(ring_s > 0);
        double exposed_s = 3 * fmax(0, ring_s / 3 - attention_s / 4);
        assert_near(ring.time_s, rows_s - ring_s + exposed_s, 1e-12);
        if (exposed_s == 0)
            assert_true(ring.time_s < gather.time_s);
        assert_true(i < 4 || exposed_s == 0);
    }
    free(breakdown);
    library_free(library);
}

// What is hidden behind attention is not there to hide other communication as well.
TEST(context, overlaps_like_the_rest_of_a_layer) {
    LayerTime layer = {
        .work = {.compute_s = 6, .memory_s = 4, .best_s = 10, .worst_s = 12},
        .comm = {.comm_s = 8,              .best_s = 8,                 .worst_s = 8    }
    };
    for (int i = 0; i <= 10; i++) {
        double overlap = i / 10.0;
        Span span = layer_time_span(&layer, layer_time_overlap(&layer, overlap, 5));
        assert_near(span_s(&span), (1 - overlap) * (10 + 8 - 5) + overlap * 10, 1e-12);
        assert_near(span.best_s, 10, 0);
        assert_near(span.worst_s, 20, 0);
    }
}

TEST(context, rings_at_the_pace_of_the_slowest_level) {
    // clang-format off
    static const System SYSTEM = {
        .levels = {{.topology = TOPOLOGY_SWITCH, .chips = 8, .bandwidth_bytes_per_s = 450e9, .latency_s = 2e-6},
                   {.topology = TOPOLOGY_SWITCH, .chips = 1024, .bandwidth_bytes_per_s = 50e9, .latency_s = 10e-6}},
        .level_count = 2,
    };
    // clang-format on
    const LinkKernel ideal = links_of(1);
    GroupMap map = network_map(&SYSTEM, 8, (Group){8, 1});
    Transfer inside = collective_transfer(&ideal, &map, COLLECTIVE_RING, 8e9);
    assert_near(inside.latency_s, 7 * 2e-6, 1e-12);
    assert_near(inside.bytes_s, 7e9 / 450e9, 1e-12);
    assert_near(inside.bytes, 7e9, 1e-12);
    map = network_map(&SYSTEM, 16, (Group){16, 1});
    Transfer across = collective_transfer(&ideal, &map, COLLECTIVE_RING, 16e9);
    assert_near(across.latency_s, 15 * 10e-6, 1e-12);
    assert_near(across.bytes_s, 15e9 / 50e9, 1e-12);
}
