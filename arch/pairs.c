#include "arch/pairs.h"

double attention_pairs(double q_len, double kv_len, double window) {
    double prefix = kv_len - q_len;
    if (window <= 0 || window >= kv_len)
        return q_len * prefix + q_len * (q_len + 1) / 2;
    // The first queries, while the window is not full, see prefix + 1, prefix + 2, ... keys; the rest see `window`.
    double filling = window > prefix ? window - prefix : 0;
    if (filling > q_len)
        filling = q_len;
    return filling * prefix + filling * (filling + 1) / 2 + (q_len - filling) * window;
}

// Keys that the tokens up to n see in their own chunks, themselves included.
static double chunk_sum(double n, double chunk) {
    double whole = (double)(long long)(n / chunk), rest = n - whole * chunk;
    return whole * chunk * (chunk + 1) / 2 + rest * (rest + 1) / 2;
}

double mixer_pairs(const Model *model, const LayerKind *kind, double q_len, double kv_len,
                   bool decode) {
    const Attention *a = &model->attention;
    if (kind->mixer == MIXER_STATE || kind->mixer == MIXER_NONE)
        return 0;
    if (model->indexer.heads > 0)
        return attention_pairs(q_len, kv_len, model->indexer.top_k);
    if (kind->mixer != MIXER_CHUNKED)
        return attention_pairs(q_len, kv_len, kind->mixer == MIXER_LOCAL ? a->window : 0);
    double chunk = a->chunk, prefix = kv_len - q_len;
    if (!decode)
        return chunk_sum(kv_len, chunk) - chunk_sum(prefix, chunk);
    double early = chunk > prefix ? chunk - prefix : 0;
    early = early < q_len ? early : q_len;
    return attention_pairs(early, prefix + early, 0) + (q_len - early) * (chunk + 1) / 2;
}

double mean_keys(double first, double last, double window) {
    if (window <= 0 || window >= last)
        return (first + last) / 2;
    if (window <= first)
        return window;
    double growing = window - first + 1, all = last - first + 1;
    return (growing * (first + window) / 2 + (all - growing) * window) / all;
}
