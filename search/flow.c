#include "search/flow.h"

#include <stdlib.h>

#include "search/pool.h"
#include "sim/base/heap.h"

// Blocks a thread that may wait to be taken: room for one that is slow. Of another rank's, so many are lent at once that it
// has work while the first rank writes to the disk; twice as many places keep a slow rank from holding up the rest.
#define RING_BLOCKS 4
#define RING_RANKS  8

#define NAP_S 0.5e-3 // between two looks for messages

struct Flow {
    Pool *pool;
    Ranks *ranks;
    const Goal *goal;
    int64_t next, last;
    int *lent; // blocks that a rank has
};

Flow *flow_start(const Goal *goal, Worker *const workers[], int threads, Ranks *ranks,
                 int64_t first, int64_t last) {
    Flow *flow = heap_take(1, sizeof *flow);
    int slots = ranks ? RING_RANKS * (threads + ranks_threads(ranks)) : RING_BLOCKS * threads;
    flow->pool = pool_start(goal, workers, threads, slots, SWEEP_BLOCK);
    flow->ranks = ranks;
    flow->goal = goal;
    flow->next = first;
    flow->last = last;
    flow->lent = heap_take((size_t)ranks_size(ranks), sizeof *flow->lent);
    return flow;
}

static void add_stretches(Flow *flow) {
    while (flow->next < flow->last) {
        int64_t end = flow->last - flow->next < SWEEP_BLOCK ? flow->last : flow->next + SWEEP_BLOCK;
        if (!pool_add(flow->pool, flow->next, end))
            return;
        flow->next = end;
    }
}

// Takes what other ranks have finished and lends them what waits.
static void exchange(Flow *flow) {
    RankJob job;
    int from;
    while (ranks_next(flow->ranks, &from, &job) == RANK_BLOCK) {
        ranks_take_block(flow->ranks, flow->goal, pool_lent(flow->pool, job.place));
        pool_filled(flow->pool, job.place);
        flow->lent[from]--;
    }
    bool lent = true;
    while (lent) { // a block each in turn, so that the last blocks are spread
        lent = false;
        for (int to = 1; to < ranks_size(flow->ranks); to++) {
            if (flow->lent[to] >= RING_BLOCKS * ranks_threads_of(flow->ranks, to))
                continue;
            if (!pool_lend(flow->pool, &job.place, &job.first, &job.last))
                return;
            ranks_send_job(flow->ranks, to, &job);
            flow->lent[to]++;
            lent = true;
        }
    }
}

const Block *flow_next(Flow *flow) {
    for (;;) {
        add_stretches(flow);
        if (flow->ranks)
            exchange(flow);
        if (pool_empty(flow->pool))
            return NULL;
        const Block *block = pool_next(flow->pool, flow->ranks ? NAP_S : -1);
        if (block)
            return block;
    }
}

void flow_done(Flow *flow) {
    pool_done(flow->pool);
}

void flow_stop(Flow *flow) {
    pool_stop(flow->pool);
    free(flow->lent);
    free(flow);
}

void flow_serve(const Goal *goal, Worker *const workers[], int threads, Ranks *ranks) {
    int slots = RING_BLOCKS * threads, from;
    Pool *pool = pool_start(goal, workers, threads, slots, SWEEP_BLOCK);
    int64_t *places = heap_take((size_t)slots, sizeof *places); // as the first rank numbers them
    int64_t added = 0, sent = 0;
    RankJob job;
    RankMessage message;
    while ((message = ranks_next(ranks, &from, &job)) != RANK_STOP) {
        if (message == RANK_JOB && pool_add(pool, job.first, job.last)) {
            places[added++ % slots] = job.place;
            continue;
        }
        const Block *block = pool_next(pool, NAP_S);
        if (!block)
            continue;
        ranks_send_block(ranks, places[sent++ % slots], goal, block);
        pool_done(pool);
    }
    pool_stop(pool);
    free(places);
}
