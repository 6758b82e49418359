#include "search/pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// Blocks a thread that may wait to be taken: room for one that is slow.
#define RING_BLOCKS 4

typedef struct Slot {
    Block *block;
    bool ready;
} Slot;

typedef struct Thread {
    Pool *pool;
    Worker *worker;
    pthread_t thread;
} Thread;

struct Pool {
    int64_t first, last, ids;
    int64_t blocks; // in all
    int64_t given;  // to threads
    int64_t taken;  // by the caller
    Slot *slots;
    int slot_count;
    Thread *threads;
    int thread_count;
    bool stopped;
    pthread_mutex_t lock;
    pthread_cond_t room, ready;
};

static void work(Thread *own) {
    Pool *pool = own->pool;
    pthread_mutex_lock(&pool->lock);
    while (!pool->stopped && pool->given < pool->blocks) {
        if (pool->given == pool->taken + pool->slot_count) {
            pthread_cond_wait(&pool->room, &pool->lock);
            continue;
        }
        int64_t number = pool->given++;
        Slot *slot = &pool->slots[number % pool->slot_count];
        pthread_mutex_unlock(&pool->lock);
        int64_t first = pool->first + number * pool->ids;
        int64_t last = pool->last - first < pool->ids ? pool->last : first + pool->ids;
        worker_block(own->worker, first, last, slot->block);
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

static void *take(size_t count, size_t bytes) {
    void *memory = calloc(count, bytes);
    if (memory)
        return memory;
    fprintf(stderr, "chipfit: out of memory\n");
    abort();
}

Pool *pool_start(const Goal *goal, Worker *const workers[], int threads, int64_t first,
                 int64_t last, int64_t ids) {
    Pool *pool = take(1, sizeof *pool);
    pool->first = first;
    pool->last = last;
    pool->ids = ids;
    pool->blocks = (last - first + ids - 1) / ids;
    pool->slot_count = RING_BLOCKS * threads;
    pool->slots = take((size_t)pool->slot_count, sizeof *pool->slots);
    for (int i = 0; i < pool->slot_count; i++)
        pool->slots[i].block = block_new(goal, ids);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->room, NULL);
    pthread_cond_init(&pool->ready, NULL);
    pool->thread_count = threads;
    pool->threads = take((size_t)threads, sizeof *pool->threads);
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

const Block *pool_next(Pool *pool) {
    if (pool->taken == pool->blocks)
        return NULL;
    Slot *slot = &pool->slots[pool->taken % pool->slot_count];
    pthread_mutex_lock(&pool->lock);
    while (!slot->ready)
        pthread_cond_wait(&pool->ready, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    return slot->block;
}

void pool_done(Pool *pool) {
    pthread_mutex_lock(&pool->lock);
    pool->slots[pool->taken++ % pool->slot_count].ready = false;
    pthread_cond_broadcast(&pool->room);
    pthread_mutex_unlock(&pool->lock);
}

void pool_stop(Pool *pool) {
    pthread_mutex_lock(&pool->lock);
    pool->stopped = true;
    pthread_cond_broadcast(&pool->room);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i].thread, NULL);
    for (int i = 0; i < pool->slot_count; i++)
        block_free(pool->slots[i].block);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->room);
    pthread_cond_destroy(&pool->ready);
    free(pool->slots);
    free(pool->threads);
    free(pool);
}
