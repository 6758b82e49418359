// pool.h — threads that work on blocks of ids; the caller gets the blocks back in order.
#ifndef SEARCH_POOL_H
#define SEARCH_POOL_H

#include "search/worker.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Pool Pool;

// Starts a thread for each worker on the ids [first, last) in blocks of `ids`.
Pool *pool_start(const Goal *goal, Worker *const workers[], int threads, int64_t first,
                 int64_t last, int64_t ids);

// The next block in order, to be given back with pool_done; NULL after the last.
const Block *pool_next(Pool *pool);
void pool_done(Pool *pool);

// Stops the threads, whether or not all is done, and frees the pool.
void pool_stop(Pool *pool);

#ifdef __cplusplus
}
#endif
#endif
