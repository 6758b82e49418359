#include "sim/prefill_split.h"

#include <math.h>

#include "arch/routing.h"
#include "hw/kernel.h"

// Kernels of a layer beside transfers: 2 norms, 4 matmuls, rotary, attention, router (2 launches), top-k, permute, activation,
// unpermute.
#define LAYER_LAUNCHES 14.0

#define DISPATCH_BYTES 1.0 // of a value on its way to the experts: fp8
#define COMBINE_BYTES  2.0 // and back: bf16
#define CACHE_BYTES    2.0 // of a key or value: bf16

static double greater(double a, double b) {
    return a > b ? a : b;
}

static double expert_weights(const Model *model) {
    return (double)model->layers * 3 * model->d_model * model->moe.d_expert;
}

static double attention_weights(const Model *model) {
    double width = (double)model->attention.head_dim;
    double rows = 2.0 * model->attention.heads + 2.0 * model->attention.kv_heads;
    return (double)model->layers * model->d_model * rows * width;
}

static double memory_s(const Chip *chip, double bytes) {
    return bytes / (MEMORY_EFFICIENCY * chip->memory.bandwidth_bytes_per_s);
}

// `weights` of one byte each meet `products` pairs of token and weight.
static double linear_s(const Chip *chip, double weights, double products) {
    double peak = MATRIX_EFFICIENCY * chip->peak.flop_per_s[MATH_FP8];
    return greater(2 * products / peak, memory_s(chip, weights));
}

// New tokens on a prefix, causal, in all layers.
static double attention_s(const PrefillSplit *split, double tokens, double prefix) {
    const Model *model = split->model;
    const Chip *chip = split->chip;
    double pairs = tokens * prefix + tokens * (tokens + 1) / 2;
    double peak = MATRIX_EFFICIENCY * chip->peak.flop_per_s[MATH_BF16];
    double products_s = 4.0 * model->attention.head_dim / peak; // of a pair and head
    double exponentials_s = 1 / (VECTOR_EFFICIENCY * chip->vector.special_per_s);
    return pairs * model->layers * model->attention.heads * greater(products_s, exponentials_s);
}

// Bytes of a token in all layers that elementwise kernels read and write: norms, rotary, permute, activation, unpermute.
static double passing_bytes(const Model *model) {
    double d = model->d_model, k = model->moe.top_k, f = model->moe.d_expert;
    double heads = model->attention.heads + 2.0 * model->attention.kv_heads;
    double norms = 2 * (4 * d + 3 * d), rotary = 4 * heads * model->attention.head_dim;
    double permute = d + k * d, activation = k * 5 * f, unpermute = 2 * k * d + 2 * d;
    return model->layers * (norms + rotary + permute + activation + unpermute);
}

// What is dealt out evenly when experts are spread: experts, attention, elementwise.
static double spread_s(const PrefillSplit *split, double tokens, double prefix) {
    const Model *model = split->model;
    double one = expert_weights(model);
    return linear_s(split->chip, one * model->moe.experts, one * model->moe.top_k * tokens) +
           attention_s(split, tokens, prefix) +
           memory_s(split->chip, tokens * passing_bytes(model));
}

static double other_s(const PrefillSplit *split, double tokens) {
    double weights = attention_weights(split->model);
    return linear_s(split->chip, weights, weights * tokens);
}

static double fixed_s(const PrefillSplit *split) {
    return split->model->layers * LAYER_LAUNCHES * LAUNCH_S;
}

// Bytes that a chip sends, over the efficiency of the links.
static double experts_bytes(const PrefillSplit *split) {
    const Model *model = split->model;
    double n = split->chips, tokens = split->prompt / n;
    double hit = routing_groups_hit(model->moe.experts, model->moe.top_k, n);
    double keys =
        2 * CACHE_BYTES * split->prompt * model->attention.kv_heads * model->attention.head_dim;
    double exchanged = tokens * hit * model->d_model * (DISPATCH_BYTES + COMBINE_BYTES);
    return model->layers * (1 - 1 / n) * (keys + exchanged) / LINK_EFFICIENCY;
}

static double layers_bytes(const PrefillSplit *split) {
    double handoff = 2.0 * split->chunk * split->model->d_model;
    return (split->chips - 1) * handoff / LINK_EFFICIENCY;
}

static double experts_alone_s(const PrefillSplit *split) {
    double n = split->chips;
    double transfers_s = 3 * split->model->layers * (split->hop_s + LAUNCH_S);
    return spread_s(split, split->prompt, 0) / n + other_s(split, split->prompt / n) +
           fixed_s(split) + transfers_s;
}

static double chunk_s(const PrefillSplit *split, double prefix) {
    double left = split->prompt - prefix, tokens = left < split->chunk ? left : split->chunk;
    return spread_s(split, tokens, prefix) + other_s(split, tokens) + fixed_s(split);
}

static double layers_alone_s(const PrefillSplit *split) {
    double layers = split->model->layers, share = ceil(layers / split->chips) / layers;
    double sum = 0, last = 0;
    for (double prefix = 0; prefix < split->prompt; prefix += split->chunk)
        sum += last = chunk_s(split, prefix);
    return share * sum + (1 - share) * last + (split->chips - 1) * (split->hop_s + LAUNCH_S);
}

double split_experts_s(const PrefillSplit *split, double link_bytes_per_s) {
    return experts_alone_s(split) + experts_bytes(split) / link_bytes_per_s;
}

double split_layers_s(const PrefillSplit *split, double link_bytes_per_s) {
    return layers_alone_s(split) + layers_bytes(split) / link_bytes_per_s;
}

double split_break_even_bytes_per_s(const PrefillSplit *split) {
    double more_s = layers_alone_s(split) - experts_alone_s(split);
    double more_bytes = experts_bytes(split) - layers_bytes(split);
    if (more_s <= 0)
        return more_bytes >= 0 ? (double)INFINITY : 0;
    return more_bytes > 0 ? more_bytes / more_s : 0;
}
