// quality.h — training loss in nats a token from architecture, formats and training tokens, through laws kept as data.
//
//     dense      L(N, D) = E + A / N^alpha + B / D^beta                      LOSS_LAW (Besiroglu et al. 2024)
//     experts    l(N, D, X) = m N^-mu + n D^-nu + c; m, mu, n, nu follow from X   EXPERT_LAW (Ludziejewski et al. 2025)
//                gain g: l(g N, D, 1) = l(N, D, X), so that g N is the dense network as good as the experts
//     together   loss = L(N g q, D), q the share of the parameters that narrow formats leave (FORMAT_SHARES)
//
// N counts what a token touches, input embedding included, as both laws do: all parameters of a dense network. D are
// training tokens. X is all feed-forward parameters of the expert layers over those that a token takes, shared experts
// in both: the number of experts when a token takes one.
//
// Below 5 training tokens a parameter the joint law finds experts worse than dense (g < 1); nobody trains so.
//
// Absolute losses hold for the laws' own data and tokenizer: compare designs, and not by less than 0.01. Repeated data,
// the granularity of experts and the shape of a network of given size do not count yet.
#ifndef ARCH_QUALITY_H
#define ARCH_QUALITY_H

#include "arch/formats.h"
#include "arch/model.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a law was fitted on; both ends belong to it.
typedef struct Range {
    double min, max;
} Range;

typedef struct LossLaw {
    double floor_nats;                  // E
    double params_factor, params_power; // A, alpha
    double tokens_factor, tokens_power; // B, beta
    Range params, tokens;               // fitted
    const char *source;
} LossLaw;

// l = a X^^delta N^(alpha + gamma ln X^) + b X^^omega D^(beta + zeta ln X^) + c
// 1/X^ = 1/(X - 1 + 1/(1/start - 1/most)) + 1/most
typedef struct ExpertLaw {
    double a, alpha, delta, gamma;
    double b, beta, omega, zeta;
    double c, start, most;
    Range params, tokens, experts;           // fitted
    Range used_params;                       // a value outside is taken at the nearer end
    double used_tokens, used_tokens_a_param; // at most
    double used_experts;                     // at most
    const char *source;
} ExpertLaw;

// Shares of the parameters that are left when a tensor class is kept in so many bits.
typedef struct FormatShares {
    double weights, activations, kv;
} FormatShares;

extern const LossLaw LOSS_LAW;
extern const ExpertLaw EXPERT_LAW;
#define LOSS_LAW_SOURCE                                                                            \
    "Besiroglu et al. 2024, Chinchilla Scaling: A Replication Attempt (a refit of Hoffmann et "    \
    "al. "                                                                                         \
    "2022)"
#define EXPERT_LAW_SOURCE                                                                          \
    "Ludziejewski et al. 2025, Joint MoE Scaling Laws, as a ratio of experts to dense"
#define FORMAT_SHARES_SOURCE                                                                       \
    "judgement, after Kumar et al. 2024, Frantar et al. 2025 and Quartet 2025: arch/quality.c"
#define FORMAT_SHARES_DOUBTFUL "the quality of quantisation is a rough guess"

// The terms m, mu, n, nu of the expert law at a number of experts.
typedef struct ExpertTerms {
    double params_factor, params_power, tokens_factor, tokens_power;
} ExpertTerms;

// A network's loss and what it rests on.
typedef struct Quality {
    double params;       // N
    double experts;      // X; 1 for a dense network
    double expert_gain;  // g
    double format_share; // q
    double tokens;       // D
    double loss_nats;    // a token
    bool extrapolated;   // some input lies outside the range of a law's fit
} Quality;

Quality quality_of(const Model *model, const Formats *formats, double tokens);

// The parts of it.
double quality_loss_nats(double params, double tokens);
ExpertTerms quality_expert_terms(double experts);
double quality_expert_gain(double params, double tokens, double experts);
double quality_format_share(const Formats *formats);
double quality_params(const Model *model);
double quality_experts(const Model *model);

// Tokens that a budget of training FLOP pays for at 6 a token and active parameter.
double quality_tokens_of(const Model *model, double training_flop);

#ifdef __cplusplus
}
#endif
#endif
