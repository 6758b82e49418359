// The closed form of sim/prefill_split.h against the model, in datasheet mode, over a range of link bandwidths.
#include <math.h>
#include <stdlib.h>

#include "lua/library.h"
#include "lua/names.h"
#include "sim/base/test.h"
#include "sim/evaluate.h"
#include "sim/prefill_split.h"

typedef struct Bench {
    Library *library;
    System system; // the chip's own, with a first level of our bandwidth
    const char *chip;
    int chips, prompt, chunk;
} Bench;

static void set_number(Request *request, const char *key, int value) {
    char text[32];
    Error err;
    snprintf(text, sizeof text, "%d", value);
    assert_true(request_set_text(request, request_key(key, &err), text, &err));
}

static void set(Request *request, const char *key, const char *text) {
    Error err;
    assert_true(request_set_text(request, request_key(key, &err), text, &err));
}

// Latency of the plan: experts over all chips, or layers.
static double simulated_s(Bench *bench, bool experts, double link_bytes_per_s) {
    Request request = request_new();
    Design design;
    Metrics metrics;
    Error err = {0};
    set(&request, "chip", bench->chip);
    set(&request, "model", "qwen3-235b-a22b");
    set(&request, "phase", "prefill");
    set(&request, "formats", "fp8");
    set(&request, "mode", "datasheet");
    set_number(&request, "prompt", bench->prompt);
    set_number(&request, experts ? "cp" : "pp", bench->chips);
    if (experts)
        set_number(&request, "ep", bench->chips);
    else
        set_number(&request, "chunk", bench->chunk);
    if (!request_resolve(&request, bench->library, &design, &err))
        fail_msg("%s", err.what);
    bench->system = *design.system;
    bench->system.levels[0].bandwidth_bytes_per_s = link_bytes_per_s;
    design.system = &bench->system;
    evaluate(&design, &metrics, NULL);
    return metrics.ttft_s;
}

// By bisection, between 100 MB/s and 100 TB/s.
static double simulated_break_even(Bench *bench) {
    double low = 1e8, high = 1e14;
    for (int i = 0; i < 40; i++) {
        double middle = sqrt(low * high);
        bool layers = simulated_s(bench, true, middle) > simulated_s(bench, false, middle);
        low = layers ? middle : low;
        high = layers ? high : middle;
    }
    return low;
}

static PrefillSplit split_of(Bench *bench) {
    Error err;
    const Chip *chip = library_chip(bench->library, bench->chip, &err);
    const System *system = library_system(bench->library, chip->system, &err);
    return (PrefillSplit){library_model(bench->library, "qwen3-235b-a22b", &err),
                          chip,
                          bench->chips,
                          bench->prompt,
                          bench->chunk,
                          system->levels[0].latency_s};
}

// One switch, 8 chips and more, prompts that attention does not rule.
TEST(prefill_split, agrees_with_the_model_on_one_switch) {
    static const struct {
        int chips, prompt, chunk;
    } CASES[] = {
        {8,  2048,  512 },
        {8,  8192,  1024},
        {8,  32768, 2048},
        {16, 2048,  512 },
        {16, 8192,  1024},
        {16, 32768, 2048},
        {32, 8192,  512 },
        {32, 32768, 1024},
        {64, 8192,  512 },
        {64, 32768, 1024},
    };
    Error err;
    Bench bench = {.library = library_open(&err), .chip = "gb200"};
    assert_non_null(bench.library);
    for (int i = 0; i < FIELD_COUNT(CASES); i++) {
        bench.chips = CASES[i].chips;
        bench.prompt = CASES[i].prompt;
        bench.chunk = CASES[i].chunk;
        PrefillSplit split = split_of(&bench);
        double closed = split_break_even_bytes_per_s(&split);
        assert_near(closed, simulated_break_even(&bench), 0.20);
        // Both plans' times on either side of it, a quarter to four times.
        for (double by = 0.25; by <= 4; by *= 2) {
            assert_near(split_experts_s(&split, by * closed),
                        simulated_s(&bench, true, by * closed), 0.25);
            assert_near(split_layers_s(&split, by * closed),
                        simulated_s(&bench, false, by * closed), 0.20);
        }
        // It is where the two are equal.
        assert_near(split_experts_s(&split, closed), split_layers_s(&split, closed), 1e-9);
    }
    library_free(bench.library);
}

// Few chips and a long prompt: attention is the same in both plans, and the small difference of two large times is lost.
TEST(prefill_split, parts_where_attention_rules) {
    Error err;
    Bench bench = {.library = library_open(&err),
                   .chip = "gb200",
                   .chips = 4,
                   .prompt = 131072,
                   .chunk = 2048};
    assert_non_null(bench.library);
    PrefillSplit split = split_of(&bench);
    double closed = split_break_even_bytes_per_s(&split), found = simulated_break_even(&bench);
    assert_true(closed > 1.3 * found && closed < 2 * found);
    library_free(bench.library);
}

// Servers of 8: what stays inside a server does not use the links that are scaled, which a flat form cannot know.
TEST(prefill_split, parts_where_the_network_has_two_levels) {
    Error err;
    Bench bench = {.library = library_open(&err),
                   .chip = "h200_sxm",
                   .chips = 32,
                   .prompt = 8192,
                   .chunk = 512};
    assert_non_null(bench.library);
    PrefillSplit split = split_of(&bench);
    double closed = split_experts_s(&split, 450e9), found = simulated_s(&bench, true, 450e9);
    assert_true(found > 1.5 * closed);
    library_free(bench.library);
}
