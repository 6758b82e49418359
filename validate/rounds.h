// rounds.h — which of several visits to a kernel, far apart in time, tells its undisturbed time, and whether any does.
//
// What disturbs a kernel on a shared machine only ever makes it slower, for milliseconds or for seconds; samples of one visit
// agree with each other in either case. So each kernel is visited in at least two rounds through all kernels. A round counts
// where the system reports nothing amiss in it (Round); the figure is the median of the fastest round that counts, and it is
// sound where the median of another round that counts agrees with it. No round is chosen by what a model expects, and
// what is not sound is said and keeps the figures of its fastest round.
//
//     first visit ── rounds_join (second) ── rounds_judge ── not sound: a third, a fourth, ... ── rounds_judge
#ifndef VALIDATE_ROUNDS_H
#define VALIDATE_ROUNDS_H

#include "validate/measurement.h"

#ifdef __cplusplus
extern "C" {
#endif

// Medians of two rounds agree within this share. A tenth is what predictions are asked to hold; kernels that stream from a
// memory that is shared with other machines often differ by 4 to 9 % between rounds in which nothing else is amiss.
#define ROUNDS_AGREE 0.10

// A round counts while other programs took no more than this share of the cores' time, the hypervisor no more than that (told
// in whole ticks of 10 ms), and while its pulse is no further below the best. On an idle machine the first was 0.02 in the
// median and 0.05 in one round of twenty, beside a program that kept one of two cores busy 0.23 to 0.35. Free cores' pulses (of
// an AMD EPYC, in a shared machine) lay between 0.78 and 1 of the best, those of cores whose other hardware thread was taken
// between 0.46 and 0.56.
#define ROUNDS_TAKEN  0.10
#define ROUNDS_STOLEN 0.05
#define ROUNDS_PULSE  0.28

// Adds a later visit: its samples and what was seen meanwhile. Both measured; rounds beyond ROUNDS_MOST are not.
void rounds_join(Measurement *all, const Measurement *visit);

// Chooses each timing's round, takes its statistics, and gives the verdict. pulse_flop_per_s: the best that the machine is
// known to reach.
void rounds_judge(Measurement *all, double pulse_flop_per_s);

// What is wrong with a round; VERDICT_SOUND: nothing that the system tells.
Verdict rounds_seen(const Round *round, double pulse_flop_per_s);

// Median and the rest of one round's samples.
Timing rounds_timing(const Timing *timing, int round);

// Whether both timings are sound, so that no further visit is due.
bool rounds_sound(const Measurement *all);

static inline bool verdict_disturbed(int verdict) {
    return verdict > VERDICT_SOUND;
}

#ifdef __cplusplus
}
#endif
#endif
