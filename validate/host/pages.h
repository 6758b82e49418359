// host/pages.h — a cache in pages: where a token's keys and values lie.
//
// A page holds `page` tokens of one sequence, head by head, so that the tokens of a head follow each other; pages lie in
// random order, as they do once sequences have come and gone.
#ifndef VALIDATE_HOST_PAGES_H
#define VALIDATE_HOST_PAGES_H

#include <stdlib.h>

#include "sim/base/heap.h"
#include "validate/operand.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct HostPages {
    long page;         // tokens of a page
    long per_sequence; // pages of a sequence
    long heads;
    long count;
    int *order; // of each page of each sequence, its place; freed by host_pages_free
} HostPages;

#define HOST_PAGE 16 // tokens where the task does not say: vLLM's

static inline HostPages host_pages_new(long sequences, long tokens, long heads, long page,
                                       uint64_t seed) {
    page = page > 0 ? page : HOST_PAGE;
    HostPages pages = {page, (tokens + page - 1) / page, heads, 0, NULL};
    pages.count = sequences * pages.per_sequence;
    pages.order = (int *)heap_take((size_t)pages.count, sizeof *pages.order);
    for (long i = 0; i < pages.count; i++) { // Fisher and Yates, inside out
        long j = (long)(operand_bits(seed + OPERAND_CHOICE, (uint64_t)i) % (uint64_t)(i + 1));
        pages.order[i] = pages.order[j];
        pages.order[j] = (int)i;
    }
    return pages;
}

static inline void host_pages_free(HostPages *pages) {
    free(pages->order);
    pages->order = NULL;
}

// Rows of a head that the cache holds, free ends of last pages included.
static inline long host_pages_rows(const HostPages *pages) {
    return pages->count * pages->page * pages->heads;
}

// The row of a token's head, in rows of a head's width.
static inline long host_pages_row(const HostPages *pages, long sequence, long token, long head) {
    long place = pages->order[sequence * pages->per_sequence + token / pages->page];
    return (place * pages->heads + head) * pages->page + token % pages->page;
}

#ifdef __cplusplus
}
#endif
#endif
