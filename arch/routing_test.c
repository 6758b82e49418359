#include "sim/base/test.h"

#include "arch/routing.h"

// Counted over random draws of top_k different experts, uniform.
typedef struct Draw {
    double distinct, groups, hottest;
} Draw;

static Draw simulate(int experts, int top_k, int tokens, int ranks, int rounds) {
    uint64_t state = 88172645463325252u;
    Draw mean = {0};
    for (int round = 0; round < rounds; round++) {
        int hits[512] = {0}, load[512] = {0};
        for (int t = 0; t < tokens; t++) {
            bool taken[512] = {false}, group[512] = {false};
            for (int k = 0; k < top_k; k++) {
                int expert;
                do {
                    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
                    expert = (int)((state >> 20) % (uint64_t)experts);
                } while (taken[expert]);
                taken[expert] = true;
                hits[expert]++;
                load[expert * ranks / experts]++;
                group[expert * ranks / experts] = true;
            }
            for (int g = 0; g < ranks; g++)
                mean.groups += group[g] ? 1.0 / tokens / rounds : 0;
        }
        int most = 0;
        for (int e = 0; e < experts; e++)
            mean.distinct += hits[e] ? 1.0 / rounds : 0;
        for (int r = 0; r < ranks; r++)
            most = load[r] > most ? load[r] : most;
        mean.hottest += (double)most * ranks / ((double)tokens * top_k) / rounds;
    }
    return mean;
}

TEST(routing, agrees_with_random_draws) {
    static const struct {
        int experts, top_k, tokens, ranks;
    } CASES[] = {
        {8,   2, 1,    2 },
        {8,   2, 4,    8 },
        {64,  6, 16,   8 },
        {128, 8, 32,   16},
        {256, 8, 64,   32},
        {256, 8, 512,  32},
        {256, 8, 4096, 64},
        {16,  1, 10,   4 }
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int e = CASES[i].experts, k = CASES[i].top_k, t = CASES[i].tokens, r = CASES[i].ranks;
        Draw draw = simulate(e, k, t, r, 200);
        assert_near(routing_distinct(e, k, t, 0), draw.distinct, 0.03);
        assert_near(routing_groups_hit(e, k, r), draw.groups, t < 10 ? 0.05 : 0.02);
        // The extreme-value form is asymptotic: it may miss by a fifth where a rank gets few tokens.
        assert_near(routing_hottest(e, k, t, r, 0), draw.hottest, 0.2);
    }
}

TEST(routing, keeps_to_its_bounds) {
    assert_near(routing_distinct(256, 8, 1, 0), 8, 1e-12);
    assert_near(routing_distinct(8, 8, 1, 0), 8, 1e-12);
    assert_near(routing_distinct(256, 8, 1e9, 0), 256, 1e-12);
    assert_near(routing_hottest(256, 8, 1e12, 32, 0), 1, 1e-3);
    assert_near(routing_hottest(256, 8, 100, 1, 0), 1, 1e-15);
    assert_near(routing_groups_hit(256, 8, 256), 8, 1e-12);
    assert_near(routing_groups_hit(256, 256, 4), 4, 1e-12);
    double before = 0;
    for (double skew = 0; skew < 3; skew += 0.1) {
        double hottest = routing_hottest(256, 8, 1000, 32, skew);
        assert_true(hottest >= 1 && hottest <= 8 * 32 / 8.0);
        assert_true(hottest >= before - 1e-9);
        before = hottest;
        double distinct = routing_distinct(256, 8, 100, skew);
        assert_true(distinct >= 8 && distinct <= 256);
    }
}
