// pool.h — threads that work on stretches of ids; the caller gets them back in the order in which it added them.
//
//     taken ── ready or in work ── begun ── waiting ── added        places in a ring
// A stretch that waits may be lent to another process, which fills its block in a thread's stead.
#ifndef SEARCH_POOL_H
#define SEARCH_POOL_H

#include "search/worker.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Pool Pool;

// Starts a thread for each worker; there is room for `slots` stretches of at most `ids` ids.
Pool *pool_start(const Goal *goal, Worker *const workers[], int threads, int slots, int64_t ids);

// false: there is no room until a block is given back.
bool pool_add(Pool *pool, int64_t first, int64_t last);

// The next block in order, to be given back with pool_done; NULL: none is left, or, with a patience that is not negative,
// it is not ready after so long.
const Block *pool_next(Pool *pool, double patience_s);
void pool_done(Pool *pool);

// Everything that was added has been given back.
bool pool_empty(const Pool *pool);

// Takes the next waiting stretch away from the threads; false: none waits. `place` says which.
bool pool_lend(Pool *pool, int64_t *place, int64_t *first, int64_t *last);
Block *pool_lent(Pool *pool, int64_t place); // to be filled, then:
void pool_filled(Pool *pool, int64_t place);

// Stops the threads, whether or not all is done, and frees the pool.
void pool_stop(Pool *pool);

#ifdef __cplusplus
}
#endif
#endif
