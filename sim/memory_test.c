#include "sim/base/test.h"

#include "lua/library.h"
#include "sim/evaluate.h"

static Design design_of(const Catalog *catalog, const char *chip, const char *model,
                        const char *formats, Plan plan, Workload work) {
    Error err = {0};
    Design design = {.chip = catalog_chip(catalog, chip, &err),
                     .model = catalog_model(catalog, model, &err),
                     .plan = plan,
                     .workload = work,
                     .hbm_reserve = 0.1};
    assert_non_null(design.chip);
    assert_non_null(design.model);
    design.system = catalog_system(catalog, design.chip->system, &err);
    assert_true(formats_named(formats, &design.formats, &err));
    if (!plan_finish(&design.plan, design.model, &err) || !design_check(&design, &err))
        fail_msg("%s", err.what);
    return design;
}

// By hand, Llama-3.1-70B bf16 on tp 8: 2 x 70,553,706,496 bytes over 8 ranks but for the norms (2 x 80 + 1 vectors of
// 8192), which every rank holds; KV of 64 x 2048 tokens: 80 layers x 1 head x 256 values x 2 bytes.
TEST(memory, holds_llama_70b_as_by_hand) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    Plan plan = {.tp = 8, .cp = 1, .dp = 1, .pp = 1, .ep = 1, .etp = 8};
    Workload work = {.phase = PHASE_DECODE, .batch = 64, .context = 2048};
    Design design =
        design_of(library_catalog(library), "h100_sxm", "llama-3.1-70b", "bf16", plan, work);
    MemoryModel model;
    memory_model(&model, &design);
    Memory memory = memory_at(&model, 64);
    double norms = 161.0 * 8192;
    assert_near(memory.weight_bytes, 2 * ((70553706496.0 - norms) / 8 + norms), 1e-12);
    assert_near(memory.kv_bytes, 64.0 * 2048 * 80 * 256 * 2, 1e-12);
    assert_near(memory.usable_bytes, 72e9, 1e-12);
    assert_true(memory.fits);
    assert_near(memory.weight_bytes + memory.kv_bytes + memory.activation_bytes +
                    memory.buffer_bytes,
                memory.used_bytes, 1e-12);
    // KV is kept in whole pages of 16 tokens.
    design.workload.context = 2049;
    memory_model(&model, &design);
    assert_near(memory_at(&model, 64).kv_bytes, 64.0 * 2064 * 80 * 256 * 2, 1e-12);
    library_free(library);
}

TEST(memory, says_by_how_much_a_model_misses) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    Plan plan = {.tp = 1, .cp = 1, .dp = 1, .pp = 1, .ep = 1, .etp = 1};
    Workload work = {.phase = PHASE_DECODE, .batch = 1, .context = 16};
    Design design =
        design_of(library_catalog(library), "h100_sxm", "llama-3.1-70b", "bf16", plan, work);
    Metrics m;
    evaluate(&design, &m, NULL);
    assert_false(m.fits);
    assert_int_equal((int)m.max_batch, 0);
    assert_near(m.hbm_missing_bytes, m.hbm_used_bytes - 72e9, 1e-12);
    assert_true(m.hbm_missing_bytes > 2 * 70553706496.0 - 72e9);
    library_free(library);
}

// KV a chip does not depend on the number of stages when there are as many micro-batches as stages, while weights
// shrink; Reiner Pope, lecture of 29 April 2026 (published case RP-pp): mem = (N + P b ctx bytes) / (E P).
TEST(memory, keeps_kv_per_chip_when_stages_bring_their_micro_batches) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    double kv = 0, weights = 0;
    for (int pp = 1; pp <= 16; pp *= 2) {
        Plan plan = {.tp = 1, .cp = 1, .dp = 1, .pp = pp, .ep = 1, .etp = 1, .micro_batches = pp};
        Workload work = {.phase = PHASE_DECODE, .batch = 4 * pp, .context = 4096};
        Design design =
            design_of(library_catalog(library), "h100_sxm", "llama-3.1-8b", "bf16", plan, work);
        Metrics m;
        evaluate(&design, &m, NULL);
        if (pp > 1) {
            assert_near(m.kv_bytes, kv, 1e-12);
            assert_true(m.weight_bytes < weights);
        }
        kv = m.kv_bytes;
        weights = m.weight_bytes;
    }
    library_free(library);
}

// DeepSeek-V3 on 32 H800, attention data-parallel, experts over all 32 chips, fp8 weights.
// By hand, a decode step of 64 sequences a chip: each token reaches 32 (1 - C(248, 8)/C(256, 8)) chips of which one in 32 is its own; its
// 7168 values leave once for every other node (3 of 4 by chance of routing) over the network and once for every chip inside a
// node over NVLink, as fp8 on the way out and as bf16 on the way back, in each of 58 expert layers.
TEST(memory, serves_deepseek_v3_on_32_h800) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    Plan plan = {.tp = 1, .cp = 1, .dp = 32, .pp = 1, .ep = 32, .etp = 1};
    Workload work = {.phase = PHASE_DECODE, .batch = 32 * 64, .context = 4096};
    Design design = design_of(library_catalog(library), "h800", "deepseek-v3", "fp8", plan, work);
    Metrics m;
    static Breakdown table;
    evaluate(&design, &m, &table);
    assert_true(m.fits);
    assert_true(m.time_s > 5e-3 && m.time_s < 0.2);
    // Chance that none of 8 experts out of 256 is among the 64 of a node, or the 8 of a chip.
    double miss_node = 1, miss_chip = 1;
    for (int i = 0; i < 8; i++) {
        miss_node *= (192.0 - i) / (256.0 - i);
        miss_chip *= (248.0 - i) / (256.0 - i);
    }
    double nodes = 3 * (1 - miss_node); // remote nodes a token is sent to
    double chips = 28.0 / 32 * 0;       // counted below
    double tokens = 32 * 64, layers = 58, values = 7168;
    // Inside nodes: every chip that holds one of the token's experts, but the one where it already is: its own, or the
    // one on which it arrived from outside.
    double inside = 32 * (1 - miss_chip) - 4 * (1 - miss_node);
    (void)chips;
    double low = tokens * layers * values * 3 * nodes,
           high = low + tokens * layers * values * 3 * 32 * (1 - miss_chip);
    assert_true(inside > 0);
    double sent = 0;
    for (int i = 0; i < table.row_count; i++)
        if (table.rows[i].op.kind == OP_DISPATCH)
            sent += table.rows[i].comm_bytes;
    assert_true(sent >= low && sent <= high);
    design.workload = (Workload){.phase = PHASE_PREFILL, .batch = 32, .prompt = 4096};
    assert_true(design_check(&design, &err));
    evaluate(&design, &m, NULL);
    assert_true(m.fits);
    assert_true(m.mfu > 0.05 && m.mfu < 1);
    library_free(library);
}
