// seen.h — a set of ids that only grows.
#ifndef SEARCH_SEEN_H
#define SEARCH_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Seen Seen;

// seen_free frees it.
Seen *seen_new(void);
void seen_free(Seen *seen);

bool seen_has(const Seen *seen, int64_t id);

// false: it was there already.
bool seen_add(Seen *seen, int64_t id);

int64_t seen_count(const Seen *seen);

#ifdef __cplusplus
}
#endif
#endif
