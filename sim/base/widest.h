// widest.h — loops over doubles compiled twice, for four at a time and for two; the processor picks.
//
// Both give the same bits: neither fuses multiply and add. Sanitizers do not survive the choice, which is made before
// they start.
#ifndef SIM_BASE_WIDEST_H
#define SIM_BASE_WIDEST_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WIDEST __attribute__((target_clones("avx2", "default")))
#else
#define WIDEST
#endif

#endif
