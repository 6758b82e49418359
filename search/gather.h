// gather.h — rows that come in any order, kept until there are enough to be handed on in the order of their ids.
//
// A database takes rows in the order of their ids many times faster than here and there.
#ifndef SEARCH_GATHER_H
#define SEARCH_GATHER_H

#include "sim/rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Gather Gather;

// gather_free frees it.
Gather *gather_new(int columns);
void gather_free(Gather *gather);

void gather_add(Gather *gather, const Rows *rows);
int64_t gather_count(const Gather *gather);

// The next rows in the order of their ids, valid until the next call; none at the end, when the gather is empty again.
Rows gather_take(Gather *gather);

#ifdef __cplusplus
}
#endif
#endif
