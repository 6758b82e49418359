#include "arch/routing.h"

#include <math.h>

#define STRATA 16

// Sum of i^-skew for i = first, first + step, ... up to last: the first term exactly, the rest by Euler-Maclaurin.
static double zipf_sum(double first, double step, double last, double skew) {
    double sum = pow(first, -skew);
    double second = first + step;
    if (second > last)
        return sum;
    double integral = fabs(skew - 1) < 1e-9
                          ? log(last / second)
                          : (pow(last, 1 - skew) - pow(second, 1 - skew)) / (1 - skew);
    return sum + integral / step + (pow(second, -skew) + pow(last, -skew)) / 2;
}

static double distinct_skewed(double experts, double top_k, double tokens, double skew) {
    double total = zipf_sum(1, 1, experts, skew);
    double low = 0.5, ratio = pow((experts + 0.5) / 0.5, 1.0 / STRATA);
    double distinct = 0;
    for (int i = 0; i < STRATA; i++) {
        double high = low * ratio;
        double chance = top_k * pow(sqrt(low * high), -skew) / total;
        distinct += (high - low) * (chance >= 1 ? 1 : -expm1(tokens * log1p(-chance)));
        low = high;
    }
    return distinct < experts ? distinct : experts;
}

double routing_distinct(double experts, double top_k, double tokens, double skew) {
    if (top_k >= experts)
        return experts;
    double most = fmin(experts, top_k * tokens);
    double distinct = skew > 0 ? distinct_skewed(experts, top_k, tokens, skew)
                               : -experts * expm1(tokens * log1p(-top_k / experts));
    return tokens >= 1 ? fmin(most, fmax(distinct, top_k)) : distinct;
}

// Expected greatest of n standard normals, by the mean of the Gumbel limit (Cramer 1946, sec. 28.6).
static double extreme(double n) {
    double root = sqrt(2 * log(n));
    return root - (log(log(n)) + 2.531024246969291) / (2 * root) + 0.5772156649015329 / root;
}

double routing_hottest(double experts, double top_k, double tokens, double ranks, double skew) {
    if (ranks <= 1)
        return 1;
    double mean = tokens * top_k / ranks;
    double most = tokens * fmin(top_k, ceil(experts / ranks)); // every token picks all it can here
    double share = 1;
    if (skew > 0)
        share = ranks * zipf_sum(1, ranks, experts, skew) / zipf_sum(1, 1, experts, skew);
    double load = mean * share;
    // A rank's count of one token's top_k different experts is hypergeometric.
    double spread = (1 - 1 / ranks) * (experts - top_k) / fmax(experts - 1, 1);
    load += extreme(ranks) * sqrt(fmax(spread, 0) * load);
    load = fmin(fmax(load, fmin(1, most)), most);
    return load > mean ? load / mean : 1;
}

double routing_groups_hit(double experts, double top_k, double groups) {
    double in_group = experts / groups, others = experts - in_group;
    if (top_k > others)
        return groups;
    double above = 1, below = 1, miss = 1;
    for (int i = 0; i < (int)top_k; i++) {
        above *= others - i;
        below *= experts - i;
        if ((i & 7) == 7) {
            miss *= above / below;
            above = below = 1;
        }
    }
    return groups * (1 - miss * above / below);
}
