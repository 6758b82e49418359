#include "arch/quality.h"

#include <math.h>

// 240 of 245 points digitised from Hoffmann's figure. Standard errors: A 125, B 1293, E 0.03, alpha and beta 0.02.
const LossLaw LOSS_LAW = {
    .floor_nats = 1.8172,
    .params_factor = 482.01,
    .params_power = 0.3478,
    .tokens_factor = 2085.43,
    .tokens_power = 0.3658,
    .params = {70e6, 16e9 },
    .tokens = {5e9,  500e9},
    .source = LOSS_LAW_SOURCE,
};

// Over 280 runs with one expert a token. Its own exponents are too shallow to extrapolate, so that only the ratio of experts
// to dense is used, and that inside bounds a little wider than the fit.
const ExpertLaw EXPERT_LAW = {
    .a = 35.91,
    .alpha = -0.1889,
    .delta = -0.2285,
    .gamma = 0.0098,
    .b = 35.98,
    .beta = -0.1775,
    .omega = 0.5529,
    .zeta = -0.0259,
    .c = 1.3637,
    .start = 2.0732,
    .most = 290.4521,
    .params = {79e6,  2.7e9},
    .tokens = {0.5e9, 80e9 },
    .experts = {1,     32   },
    .used_params = {1e8,   3e9  },
    .used_tokens = 1e12,
    .used_tokens_a_param = 400,
    .used_experts = 128,
    .source = EXPERT_LAW_SOURCE,
};

// The form N x share is that of Kumar et al. 2024, Scaling Laws for Precision, whose constants hold for small networks
// and plain integer rounding only. Activations of 4 bits: 0.75 together with weights of 4 bits.
static const FormatShares SHARES_16 = {1, 1, 1};
static const FormatShares SHARES_8 = {0.99, 0.98, 1};
static const FormatShares SHARES_4 = {0.92, 0.75 / 0.92, 0.95};

static bool inside(Range range, double value) {
    return value >= range.min && value <= range.max;
}

double quality_loss_nats(double params, double tokens) {
    const LossLaw *law = &LOSS_LAW;
    return law->floor_nats + law->params_factor * pow(params, -law->params_power) +
           law->tokens_factor * pow(tokens, -law->tokens_power);
}

ExpertTerms quality_expert_terms(double experts) {
    const ExpertLaw *law = &EXPERT_LAW;
    double base = 1 / (1 / law->start - 1 / law->most);
    double effective = 1 / (1 / (experts - 1 + base) + 1 / law->most),
           log_effective = log(effective);
    return (ExpertTerms){
        .params_factor = law->a * pow(effective, law->delta),
        .params_power = -(law->alpha + law->gamma * log_effective),
        .tokens_factor = law->b * pow(effective, law->omega),
        .tokens_power = -(law->beta + law->zeta * log_effective),
    };
}

double quality_expert_gain(double params, double tokens, double experts) {
    const ExpertLaw *law = &EXPERT_LAW;
    if (experts <= 1)
        return 1;
    double n = fmin(fmax(params, law->used_params.min), law->used_params.max);
    double d = fmin(fmin(tokens, law->used_tokens), law->used_tokens_a_param * n);
    ExpertTerms some = quality_expert_terms(fmin(experts, law->used_experts));
    ExpertTerms one = quality_expert_terms(1);
    // What the dense network's first term must come to.
    double left = some.params_factor * pow(n, -some.params_power) +
                  some.tokens_factor * pow(d, -some.tokens_power) -
                  one.tokens_factor * pow(d, -one.tokens_power);
    return pow(one.params_factor / left, 1 / one.params_power) / n;
}

static const FormatShares *shares_of(Format format) {
    double bits = FORMATS[format].bits;
    return bits >= 16 ? &SHARES_16 : bits >= 8 ? &SHARES_8 : &SHARES_4;
}

double quality_format_share(const Formats *formats) {
    return shares_of(formats->weights)->weights * shares_of(formats->activations)->activations *
           shares_of(formats->kv)->kv;
}

static double routed_params(const Model *model) {
    double sum = 0;
    for (int i = 0; i < model->kind_count; i++)
        sum += model->kinds[i].layers * model->kinds[i].expert_params;
    return sum;
}

static double shared_params(const Model *model) {
    double sum = 0;
    for (int i = 0; i < model->kind_count; i++)
        if (model->kinds[i].feed == FEED_EXPERTS)
            sum += model->kinds[i].layers * model->kinds[i].shared_params;
    return sum;
}

static double taken_share(const Model *model) {
    return model->moe.experts > 0 ? (double)model->moe.top_k / model->moe.experts : 1;
}

double quality_params(const Model *model) {
    return model->params - routed_params(model) * (1 - taken_share(model));
}

double quality_experts(const Model *model) {
    double routed = routed_params(model), shared = shared_params(model);
    return routed > 0 ? (routed + shared) / (routed * taken_share(model) + shared) : 1;
}

double quality_tokens_of(const Model *model, double training_flop) {
    return training_flop / (6 * model->active_params);
}

static bool extrapolates(const Quality *quality) {
    if (!inside(LOSS_LAW.params, quality->params) || !inside(LOSS_LAW.tokens, quality->tokens))
        return true;
    return quality->experts > 1 && (!inside(EXPERT_LAW.params, quality->params) ||
                                    !inside(EXPERT_LAW.tokens, quality->tokens) ||
                                    !inside(EXPERT_LAW.experts, quality->experts));
}

Quality quality_of(const Model *model, const Formats *formats, double tokens) {
    Quality quality = {.params = quality_params(model),
                       .experts = quality_experts(model),
                       .format_share = quality_format_share(formats),
                       .tokens = tokens};
    quality.expert_gain = quality_expert_gain(quality.params, tokens, quality.experts);
    quality.loss_nats =
        quality_loss_nats(quality.params * quality.expert_gain * quality.format_share, tokens);
    quality.extrapolated = extrapolates(&quality);
    return quality;
}
