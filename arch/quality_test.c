#include "arch/quality.h"

#include "lua/library.h"
#include "sim/base/test.h"

#define POINTS 100000

// SplitMix64 (Steele, Lea, Flood 2014), from 0 to 1.
static double random_share(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

// Geometric, so that small and large values are as likely.
static double between(uint64_t *state, double least, double most) {
    return least * pow(most / least, random_share(state));
}

// Computed from the published constants by hand.
TEST(quality, gives_the_loss_of_the_dense_law) {
    static const struct {
        double params, tokens, loss_nats;
    } CASES[] = {
        {70e9, 1.4e12, 1.974},
        {8e9,  15e12,  2.022},
        {1e9,  1e11,   2.372},
        {7e9,  2e12,   2.065},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_near(quality_loss_nats(CASES[i].params, CASES[i].tokens), CASES[i].loss_nats, 3e-4);
}

// Ludziejewski et al. 2025, table of reduced coefficients.
TEST(quality, reduces_the_expert_law_as_its_paper_does) {
    static const struct {
        double experts;
        ExpertTerms terms;
    } CASES[] = {
        {1,  {30.364, 0.1817, 53.984, 0.1965} },
        {2,  {27.798, 0.1780, 66.840, 0.2065} },
        {4,  {24.846, 0.1731, 87.702, 0.2192} },
        {8,  {21.833, 0.1676, 119.913, 0.2338}},
        {16, {19.016, 0.1617, 167.507, 0.2494}},
        {32, {16.542, 0.1557, 234.673, 0.2652}},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        ExpertTerms terms = quality_expert_terms(CASES[i].experts);
        assert_near(terms.params_factor, CASES[i].terms.params_factor, 3e-3);
        assert_near(terms.params_power, CASES[i].terms.params_power, 3e-3);
        assert_near(terms.tokens_factor, CASES[i].terms.tokens_factor, 3e-3);
        assert_near(terms.tokens_power, CASES[i].terms.tokens_power, 3e-3);
    }
}

// Solved from the law's constants for a billion active parameters and a hundred billion tokens.
TEST(quality, gains_from_experts_what_the_joint_law_says) {
    static const struct {
        double experts, gain;
    } CASES[] = {
        {1,   1   },
        {4,   1.47},
        {8,   1.89},
        {16,  2.47},
        {32,  3.24},
        {64,  4.20},
        {128, 5.30},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_near(quality_expert_gain(1e9, 1e11, CASES[i].experts), CASES[i].gain, 3e-3);
    assert_near(quality_expert_gain(1e9, 1e11, 1e6), quality_expert_gain(1e9, 1e11, 128), 1e-15);
    // Beyond the bounds: as at the bound.
    assert_near(quality_expert_gain(1e12, 1e14, 8), quality_expert_gain(3e9, 1e12, 8), 1e-15);
}

TEST(quality, never_loses_by_parameters_or_tokens) {
    uint64_t state = 1;
    for (int i = 0; i < POINTS; i++) {
        double params = between(&state, 1e6, 1e13), tokens = between(&state, 1e7, 1e15);
        double more = 1 + random_share(&state);
        double loss = quality_loss_nats(params, tokens);
        assert_true(quality_loss_nats(params * more, tokens) <= loss);
        assert_true(quality_loss_nats(params, tokens * more) <= loss);
        assert_true(loss > LOSS_LAW.floor_nats);
    }
}

// The joint law gives experts less than their dense twin where a parameter sees fewer than 5 tokens: nobody trains so.
TEST(quality, never_loses_by_experts_inside_the_fit) {
    const ExpertLaw *law = &EXPERT_LAW;
    uint64_t state = 2;
    for (int i = 0; i < POINTS; i++) {
        double params = between(&state, law->used_params.min, law->params.max);
        double tokens = between(&state, 5 * params, 400 * params);
        double few = between(&state, law->experts.min, law->experts.max);
        double many = between(&state, few, law->experts.max);
        if (tokens > law->used_tokens)
            continue;
        double fewer = quality_expert_gain(params, tokens, few);
        double more = quality_expert_gain(params, tokens, many);
        assert_true(fewer >= 1 && more >= fewer * (1 - 1e-12) && more <= many);
    }
}

TEST(quality, holds_experts_between_active_and_all_parameters) {
    uint64_t state = 3;
    for (int i = 0; i < POINTS; i++) {
        double params = between(&state, 1e8, 1e12), tokens = between(&state, 5, 400) * params;
        double experts = between(&state, 1, 1e4);
        double gain = quality_expert_gain(params, tokens, experts);
        assert_true(gain >= 1 && gain <= experts);
    }
}

static const Model *model_named(Library *library, const char *name) {
    Error err;
    const Model *model = library_model(library, name, &err);
    assert_non_null(model);
    return model;
}

TEST(quality, counts_what_a_token_touches) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->model_count; i++) {
        const Model *model = catalog->models[i];
        double params = quality_params(model), experts = quality_experts(model);
        bool dense = model->moe.experts == 0;
        // The embedding and other tables of the input, which active_params leaves out.
        double embedding = model->tied_embeddings ? 0 : (double)model->vocab * model->d_model;
        assert_near(params, model->active_params + embedding + model->table_params, 1e-9);
        assert_true(dense ? params == model->params && experts == 1
                          : params < model->params && experts > 1 &&
                                experts <= (double)model->moe.experts / model->moe.top_k + 1e-9);
    }
    // Experts of one size: 8 of which 2 are taken; 256 routed and 1 shared of which 8 and 1 are.
    assert_near(quality_experts(model_named(library, "mixtral-8x7b")), 4, 1e-12);
    assert_near(quality_experts(model_named(library, "deepseek-v3")), 257.0 / 9, 1e-12);
    library_free(library);
}

TEST(quality, ranks_formats_by_their_width) {
    static const char *const NAMES[] = {"bf16", "fp8", "int4"};
    Error err;
    Formats formats;
    double shares[3];
    for (int i = 0; i < 3; i++) {
        assert_true(formats_named(NAMES[i], &formats, &err));
        shares[i] = quality_format_share(&formats);
    }
    assert_true(shares[0] == 1);
    assert_near(shares[1], 0.99 * 0.98, 1e-12);
    assert_near(shares[2], 0.92, 1e-12); // weights only
    formats = (Formats){.weights = FORMAT_NVFP4, .activations = FORMAT_NVFP4, .kv = FORMAT_FP8};
    assert_near(quality_format_share(&formats), 0.75, 1e-12);
}

TEST(quality, says_when_it_leaves_the_fitted_range) {
    static const struct {
        const char *model;
        double tokens;
        bool extrapolated;
    } CASES[] = {
        {"llama-3.1-8b",   1e11,  false},
        {"llama-3.1-8b",   15e12, true }, // tokens
        {"llama-3.1-405b", 1e11,  true }, // parameters
        {"mixtral-8x7b",   5e10,  true }, // active parameters of the expert law
    };
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    Formats formats;
    assert_true(formats_named("bf16", &formats, &err));
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Quality quality =
            quality_of(model_named(library, CASES[i].model), &formats, CASES[i].tokens);
        assert_int_equal(quality.extrapolated, CASES[i].extrapolated);
    }
    library_free(library);
}

// More training never hurts any shipped model, wherever the bounds of the expert law lie.
TEST(quality, never_loses_by_tokens_on_any_model) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    const Catalog *catalog = library_catalog(library);
    Formats formats;
    assert_true(formats_named("bf16", &formats, &err));
    for (int i = 0; i < catalog->model_count; i++) {
        double before = INFINITY;
        for (double tokens = 1e9; tokens < 1e15; tokens *= 1.1) {
            double loss = quality_of(catalog->models[i], &formats, tokens).loss_nats;
            if (!(loss < before))
                fail_msg("%s at %g tokens", catalog->models[i]->name, tokens);
            before = loss;
        }
    }
    library_free(library);
}
