// reasons.h — why points fell: counted by reason, with the point that missed by least.
//
// Reasons come in the order in which they are first met, so that blocks merged in order give the same list as one walk.
#ifndef SEARCH_REASONS_H
#define SEARCH_REASONS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ReasonKind {
    REASON_VOID,    // digits past the end of a list
    REASON_ILLEGAL, // no design
    REASON_WHERE,   // a limit on the design
    REASON_MEMORY,  // does not fit
    REASON_KEEP,    // a limit on the metrics
    REASON_KIND_COUNT
} ReasonKind;

extern const char *const REASON_KIND_WORDS[];

#define REASONS      64 // further ones are counted as one of their kind, "other reasons"
#define REASON_BYTES 160

typedef struct Reason {
    ReasonKind kind;
    char what[REASON_BYTES]; // as the first point met it; numbers in it do not tell reasons apart
    int64_t points;
    int64_t nearest_id; // -1: none
    double miss;        // share of the bound by which the nearest point misses; NaN: no distance
} Reason;

typedef struct Reasons {
    Reason list[REASONS];
    int count;
    int last; // the one met last, which is often met again
} Reasons;

void reasons_clear(Reasons *reasons);

// Counts `points` points from `id` on; miss NaN: no distance is known.
void reasons_add(Reasons *reasons, ReasonKind kind, const char *what, int64_t points, int64_t id,
                 double miss);

// Adds what a later stretch of ids met.
void reasons_merge(Reasons *into, const Reasons *from);

#ifdef __cplusplus
}
#endif
#endif
