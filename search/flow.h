// flow.h — finished blocks of a stretch of ids, in order, from the threads of this process and from other ranks.
#ifndef SEARCH_FLOW_H
#define SEARCH_FLOW_H

#include "search/ranks.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SWEEP_BLOCK 4096 // ids a block

typedef struct Flow Flow;

// ranks: NULL, or the first of them, which has been greeted.
Flow *flow_start(const Goal *goal, Worker *const workers[], int threads, Ranks *ranks,
                 int64_t first, int64_t last);

// The next block in order, to be given back with flow_done; NULL after the last.
const Block *flow_next(Flow *flow);
void flow_done(Flow *flow);

// Stops the threads, whether or not all is done; other ranks go on until ranks_close.
void flow_stop(Flow *flow);

// What another rank does: works on blocks until the first rank ends them all.
void flow_serve(const Goal *goal, Worker *const workers[], int threads, Ranks *ranks);

#ifdef __cplusplus
}
#endif
#endif
