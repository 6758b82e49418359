#include "validate/rounds.h"

#include "sim/base/test.h"

#define PULSE 2e11 // FLOP a second of free cores

typedef struct Visit {
    double median_us;
    Round seen;
} Visit;

#define FREE                                                                                       \
    { 0.002, 0, 0.97 * PULSE }
#define OTHERS                                                                                     \
    { 0.3, 0, 0.97 * PULSE }
#define STOLEN                                                                                     \
    { 0.002, 0.12, 0.97 * PULSE }
#define NEIGHBOUR                                                                                  \
    { 0.002, 0, 0.6 * PULSE }

// Seven samples about the median, half a percent apart.
static Measurement visit_of(const Visit *visit) {
    Measurement out = {.status = RUN_MEASURED, .round_count = 1};
    for (int i = 0; i < 7; i++)
        out.cold.samples_s[i] = visit->median_us * 1e-6 * (1 + 0.005 * (i - 3));
    out.cold.count = out.cold.round_counts[0] = 7;
    out.warm = out.cold;
    out.rounds[0] = visit->seen;
    return out;
}

// clang-format off
static const struct Case {
    int count;
    Visit visits[ROUNDS_MOST];
    Verdict verdict;
    double figure_us;
} CASES[] = {
    {1, {{100, FREE}}, VERDICT_ONCE, 100},
    {2, {{100, FREE}, {103, FREE}}, VERDICT_SOUND, 100},
    {2, {{103, FREE}, {100, FREE}}, VERDICT_SOUND, 100},
    // One of them was disturbed by what nobody tells of; a third visit shows which.
    {2, {{100, FREE}, {150, FREE}}, VERDICT_DIFFER, 100},
    {3, {{100, FREE}, {150, FREE}, {102, FREE}}, VERDICT_SOUND, 100},
    // Two slow ones that agree do not outvote a fast one: it may be the only one that was left alone.
    {3, {{100, FREE}, {150, FREE}, {151, FREE}}, VERDICT_DIFFER, 100},
    {6, {{100, FREE}, {150, FREE}, {151, FREE}, {150, FREE}, {152, FREE}, {101, FREE}}, VERDICT_SOUND, 100},
    // What the system tells of does not count, be it as fast or as much alike as it may.
    {2, {{150, OTHERS}, {151, OTHERS}}, VERDICT_OTHERS, 150},
    {2, {{150, STOLEN}, {151, STOLEN}}, VERDICT_STEAL, 150},
    {2, {{150, NEIGHBOUR}, {151, NEIGHBOUR}}, VERDICT_CLOCK, 150},
    {2, {{100, FREE}, {101, OTHERS}}, VERDICT_OTHERS, 100},
    {3, {{150, NEIGHBOUR}, {100, FREE}, {101, FREE}}, VERDICT_SOUND, 100},
    {3, {{ 90, OTHERS}, {100, FREE}, {101, FREE}}, VERDICT_SOUND, 100},
    {1, {{150, OTHERS}}, VERDICT_OTHERS, 150},
};
// clang-format on

TEST(rounds, judge_by_the_fastest_that_count) {
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const struct Case *one = &CASES[i];
        Measurement all = visit_of(&one->visits[0]);
        for (int k = 1; k < one->count; k++) {
            Measurement visit = visit_of(&one->visits[k]);
            rounds_join(&all, &visit);
        }
        rounds_judge(&all, PULSE);
        if (all.cold.verdict != (int)one->verdict || all.warm.verdict != (int)one->verdict)
            fail_msg("case %d: %s", (int)i, VERDICT_WORDS[all.cold.verdict]);
        assert_near(all.cold.median_s, one->figure_us * 1e-6, 1e-9);
        assert_true(all.cold.low_s < all.cold.median_s && all.cold.median_s < all.cold.high_s);
        assert_int_equal(all.cold.count, 7 * one->count);
        assert_int_equal(all.round_count, one->count);
        assert_int_equal(rounds_sound(&all), one->verdict == VERDICT_SOUND);
    }
}

// A backend that sees nothing is judged by its times alone.
TEST(rounds, without_a_watch_only_times_count) {
    const Visit visits[] = {
        {100, {0, 0, 0}},
        {101, {0, 0, 0}}
    };
    Measurement all = visit_of(&visits[0]), more = visit_of(&visits[1]);
    rounds_join(&all, &more);
    rounds_judge(&all, 0);
    assert_true(rounds_sound(&all));
}

// Whatever spread the samples of a round have.
TEST(rounds, agree_within_a_tenth) {
    static const double NEXT[] = {1.03, 1.095, 1.105, 1.2};
    for (int i = 0; i < 4; i++) {
        const Visit visits[] = {
            {100,           FREE},
            {100 * NEXT[i], FREE}
        };
        for (int noisy = 0; noisy < 2; noisy++) {
            Measurement both[2];
            for (int k = 0; k < 2; k++) {
                both[k] = visit_of(&visits[k]);
                for (int n = 0; noisy && n < 7; n++)
                    both[k].cold.samples_s[n] = visits[k].median_us * 1e-6 * (1 + 0.05 * (n - 3));
            }
            rounds_join(&both[0], &both[1]);
            rounds_judge(&both[0], PULSE);
            assert_int_equal(both[0].cold.verdict == VERDICT_SOUND, i < 2);
        }
    }
}

TEST(rounds, no_more_than_there_is_room_for) {
    const Visit visit = {100, FREE};
    Measurement all = visit_of(&visit), more = visit_of(&visit);
    for (int i = 0; i < 2 * ROUNDS_MOST; i++)
        rounds_join(&all, &more);
    assert_int_equal(all.round_count, ROUNDS_MOST);
    assert_int_equal(all.cold.count, 7 * ROUNDS_MOST);
}
