// random.h — random numbers that repeat for a seed, on any machine: SplitMix64.
//
// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014, figure 14. Numbers below a bound by
// multiplication (Lemire, "Fast random integer generation in an interval", 2019) of 32 bits: the bias is below
// bound / 2^32.
#ifndef SEARCH_RANDOM_H
#define SEARCH_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Random {
    uint64_t state; // the seed at first
} Random;

static inline uint64_t random_bits(Random *random) {
    uint64_t bits = random->state += UINT64_C(0x9e3779b97f4a7c15);
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

// From 0 to bound - 1.
static inline int random_below(Random *random, int bound) {
    return (int)(((random_bits(random) >> 32) * (uint64_t)bound) >> 32);
}

static inline bool random_chance(Random *random, double chance) {
    return (double)(random_bits(random) >> 11) * 0x1p-53 < chance;
}

#ifdef __cplusplus
}
#endif
#endif
