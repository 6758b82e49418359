#include "search/pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/base/heap.h"

typedef struct Slot {
    Block *block;
    int64_t first, last;
    bool ready;
} Slot;

typedef struct Thread {
    Pool *pool;
    Worker *worker;
    pthread_t thread;
} Thread;

struct Pool {
    int64_t added, begun, taken; // stretches so far
    Slot *slots;
    int slot_count;
    Thread *threads;
    int thread_count;
    bool stopped;
    pthread_mutex_t lock;
    pthread_cond_t waiting, ready;
};

static Slot *slot_at(const Pool *pool, int64_t place) {
    return &pool->slots[place % pool->slot_count];
}

static void work(Thread *own) {
    Pool *pool = own->pool;
    pthread_mutex_lock(&pool->lock);
    while (!pool->stopped) {
        if (pool->begun == pool->added) {
            pthread_cond_wait(&pool->waiting, &pool->lock);
            continue;
        }
        Slot *slot = slot_at(pool, pool->begun++);
        pthread_mutex_unlock(&pool->lock);
        worker_block(own->worker, slot->first, slot->last, slot->block);
        pthread_mutex_lock(&pool->lock);
        slot->ready = true;
        pthread_cond_signal(&pool->ready);
    }
    pthread_mutex_unlock(&pool->lock);
}

static void *start(void *argument) {
    work(argument);
    return NULL;
}

Pool *pool_start(const Goal *goal, Worker *const workers[], int threads, int slots, int64_t ids) {
    Pool *pool = heap_take(1, sizeof *pool);
    pool->slot_count = slots;
    pool->slots = heap_take((size_t)slots, sizeof *pool->slots);
    for (int i = 0; i < slots; i++)
        pool->slots[i].block = block_new(goal, ids);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->waiting, NULL);
    pthread_cond_init(&pool->ready, &clock);
    pthread_condattr_destroy(&clock);
    pool->thread_count = threads;
    pool->threads = heap_take((size_t)threads, sizeof *pool->threads);
    for (int i = 0; i < threads; i++) {
        pool->threads[i].pool = pool;
        pool->threads[i].worker = workers[i];
        if (pthread_create(&pool->threads[i].thread, NULL, start, &pool->threads[i]) != 0) {
            fprintf(stderr, "chipfit: a thread cannot be started\n");
            abort();
        }
    }
    return pool;
}

bool pool_add(Pool *pool, int64_t first, int64_t last) {
    if (pool->added == pool->taken + pool->slot_count)
        return false;
    pthread_mutex_lock(&pool->lock);
    Slot *slot = slot_at(pool, pool->added++);
    slot->first = first;
    slot->last = last;
    slot->ready = false;
    pthread_cond_signal(&pool->waiting);
    pthread_mutex_unlock(&pool->lock);
    return true;
}

static struct timespec after(double seconds) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += (time_t)seconds;
    time.tv_nsec += (long)(1e9 * (seconds - (double)(time_t)seconds));
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    return time;
}

const Block *pool_next(Pool *pool, double patience_s) {
    if (patience_s < 0 && pool_empty(pool))
        return NULL;
    pthread_mutex_lock(&pool->lock);
    Slot *slot = slot_at(pool, pool->taken);
    struct timespec end = after(patience_s < 0 ? 0 : patience_s);
    bool late = false;
    while (!(pool->taken < pool->added && slot->ready) && !late) {
        if (patience_s < 0)
            pthread_cond_wait(&pool->ready, &pool->lock);
        else
            late = pthread_cond_timedwait(&pool->ready, &pool->lock, &end) != 0;
    }
    bool ready = pool->taken < pool->added && slot->ready;
    pthread_mutex_unlock(&pool->lock);
    return ready ? slot->block : NULL;
}

void pool_done(Pool *pool) {
    pthread_mutex_lock(&pool->lock);
    pool->taken++;
    pthread_mutex_unlock(&pool->lock);
}

bool pool_empty(const Pool *pool) {
    return pool->taken == pool->added;
}

bool pool_lend(Pool *pool, int64_t *place, int64_t *first, int64_t *last) {
    pthread_mutex_lock(&pool->lock);
    bool waits = pool->begun < pool->added;
    if (waits) {
        *place = pool->begun++;
        *first = slot_at(pool, *place)->first;
        *last = slot_at(pool, *place)->last;
    }
    pthread_mutex_unlock(&pool->lock);
    return waits;
}

Block *pool_lent(Pool *pool, int64_t place) {
    return slot_at(pool, place)->block;
}

void pool_filled(Pool *pool, int64_t place) {
    pthread_mutex_lock(&pool->lock);
    slot_at(pool, place)->ready = true;
    pthread_mutex_unlock(&pool->lock);
}

void pool_stop(Pool *pool) {
    pthread_mutex_lock(&pool->lock);
    pool->stopped = true;
    pthread_cond_broadcast(&pool->waiting);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i].thread, NULL);
    for (int i = 0; i < pool->slot_count; i++)
        block_free(pool->slots[i].block);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->waiting);
    pthread_cond_destroy(&pool->ready);
    free(pool->slots);
    free(pool->threads);
    free(pool);
}
