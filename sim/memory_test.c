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
    memory_model(&model, &design, NULL);
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
    memory_model(&model, &design, NULL);
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

// Groups hit by 8 different experts out of 256 in `groups` groups, by hand: each is missed by the chance that all 8 are
// among the others.
static double hit_by_hand(int groups) {
    double miss = 1;
    for (int i = 0; i < 8; i++)
        miss *= (256.0 - 256.0 / groups - i) / (256.0 - i);
    return groups * (1 - miss);
}

// DeepSeek-V3 on 32 H800, attention data-parallel, experts over all 32 chips, fp8. By hand, for each token and each of
// 58 expert layers: its 7168 values go once to each of the 4 nodes that hold one of its experts, but for its own (3
// in 4 of them are remote), and there once to each chip that does, but for the one where they arrived (7 in 8 are
// others); one byte a value on the way out, two on the way back.
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
    double copies = hit_by_hand(4) * 3 / 4 + hit_by_hand(32) * 7 / 8;
    double by_hand = 32.0 * 64 * 58 * 7168 * (1 + 2) * copies, sent = 0;
    for (int i = 0; i < table.row_count; i++)
        if (table.rows[i].op.kind == OP_DISPATCH)
            sent += table.rows[i].comm_bytes;
    assert_near(sent, by_hand, 1e-12);
    assert_near(m.comm_bytes, by_hand, 1e-12); // nothing else is sent: tp = pp = 1
    design.workload = (Workload){.phase = PHASE_PREFILL, .batch = 32, .prompt = 4096};
    assert_true(design_check(&design, &err));
    evaluate(&design, &m, NULL);
    assert_true(m.fits);
    assert_true(m.mfu > 0.05 && m.mfu < 1);
    library_free(library);
}
