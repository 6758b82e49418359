#include "validate/rounds.h"

#include <math.h>
#include <string.h>

#include "validate/sampler.h"

static void join_timing(Timing *all, const Timing *visit, int round) {
    memcpy(all->samples_s + all->count, visit->samples_s,
           (size_t)visit->count * sizeof *visit->samples_s);
    all->round_counts[round] = visit->count;
    all->count += visit->count;
}

void rounds_join(Measurement *all, const Measurement *visit) {
    int round = all->round_count;
    if (round >= ROUNDS_MOST)
        return;
    join_timing(&all->cold, &visit->cold, round);
    join_timing(&all->warm, &visit->warm, round);
    all->rounds[round] = visit->rounds[0];
    all->round_count++;
}

Timing rounds_timing(const Timing *timing, int round) {
    Timing one = {0};
    int begin = 0;
    for (int i = 0; i < round; i++)
        begin += timing->round_counts[i];
    one.count = one.round_counts[0] = timing->round_counts[round];
    memcpy(one.samples_s, timing->samples_s + begin, (size_t)one.count * sizeof *one.samples_s);
    timing_finish(&one);
    return one;
}

Verdict rounds_seen(const Round *round, double pulse_flop_per_s) {
    if (round->taken > ROUNDS_TAKEN)
        return VERDICT_OTHERS;
    if (round->stolen > ROUNDS_STOLEN)
        return VERDICT_STEAL;
    bool slow = round->pulse_flop_per_s < (1 - ROUNDS_PULSE) * pulse_flop_per_s;
    return round->pulse_flop_per_s > 0 && slow ? VERDICT_CLOCK : VERDICT_SOUND;
}

static bool agree(const Timing *fast, const Timing *slow) {
    return slow->median_s <= (1 + ROUNDS_AGREE) * fast->median_s;
}

// The round with the least median that is not `but`, among those that count or among all; -1: none.
static int fastest(const Timing rounds[], const Verdict seen[], int count, bool counting, int but) {
    int best = -1;
    for (int i = 0; i < count; i++)
        if (i != but && (!counting || seen[i] == VERDICT_SOUND) &&
            (best < 0 || rounds[i].median_s < rounds[best].median_s))
            best = i;
    return best;
}

// The rounds that do not count say why; the last one's word stands.
static Verdict what_disturbed(const Verdict seen[], int count) {
    Verdict verdict = VERDICT_DIFFER;
    for (int i = 0; i < count; i++)
        if (seen[i] != VERDICT_SOUND)
            verdict = seen[i];
    return verdict;
}

static void judge_timing(Timing *timing, const Verdict seen[], int count) {
    Timing rounds[ROUNDS_MOST];
    if (timing->count == 0)
        return;
    for (int i = 0; i < count; i++)
        rounds[i] = rounds_timing(timing, i);
    int first = fastest(rounds, seen, count, true, -1);
    int second = first < 0 ? -1 : fastest(rounds, seen, count, true, first);
    Verdict verdict = VERDICT_SOUND;
    if (first < 0) {
        first = fastest(rounds, seen, count, false, -1);
        verdict = what_disturbed(seen, count);
    } else if (second < 0) {
        verdict = count == 1 ? VERDICT_ONCE : what_disturbed(seen, count);
    } else if (!agree(&rounds[first], &rounds[second])) {
        verdict = VERDICT_DIFFER;
    }
    const Timing *figure = &rounds[first];
    timing->median_s = figure->median_s;
    timing->low_s = figure->low_s;
    timing->high_s = figure->high_s;
    timing->noise = figure->noise;
    timing->outliers = figure->outliers;
    timing->verdict = (int)verdict;
}

void rounds_judge(Measurement *all, double pulse_flop_per_s) {
    Verdict seen[ROUNDS_MOST];
    for (int i = 0; i < all->round_count; i++)
        seen[i] = rounds_seen(&all->rounds[i], pulse_flop_per_s);
    if (all->status != RUN_MEASURED || all->round_count == 0)
        return;
    judge_timing(&all->cold, seen, all->round_count);
    judge_timing(&all->warm, seen, all->round_count);
}

bool rounds_sound(const Measurement *all) {
    return all->cold.verdict == VERDICT_SOUND && all->warm.verdict == VERDICT_SOUND;
}
