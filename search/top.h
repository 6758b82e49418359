// top.h — the N best ids by one number, kept while they stream in, in any order (ties: lowest id).
#ifndef SEARCH_TOP_H
#define SEARCH_TOP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Top Top;

// The `room` ids of least value. top_free frees it.
Top *top_new(int64_t room);
void top_free(Top *top);

void top_insert(Top *top, int64_t id, double value);
int64_t top_count(const Top *top);

// The ids in order; room for top_count of them.
void top_ids(const Top *top, int64_t ids[]);

#ifdef __cplusplus
}
#endif
#endif
