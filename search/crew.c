#include "search/crew.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/heap.h"

#define BLOCK_IDS 16

typedef struct Member {
    Crew *crew;
    Worker *worker;
    pthread_t thread;
} Member;

struct Crew {
    Block **blocks;
    int block_count;
    Member *members; // the first is the caller
    int member_count;
    // The list in work.
    const int64_t *ids;
    Outcome *outcomes;
    int count;
    int given, finished, used; // blocks: handed out, done, in all
    bool stopped;
    pthread_mutex_t lock;
    pthread_cond_t begin, end;
};

// Works on blocks as long as there are any. Called and left with the lock held.
static void work(Crew *crew, Worker *worker) {
    while (crew->given < crew->used) {
        int number = crew->given++, first = number * BLOCK_IDS;
        int count = crew->count - first < BLOCK_IDS ? crew->count - first : BLOCK_IDS;
        pthread_mutex_unlock(&crew->lock);
        worker_list(worker, crew->ids + first, count, crew->outcomes + first, crew->blocks[number]);
        pthread_mutex_lock(&crew->lock);
        if (++crew->finished == crew->used)
            pthread_cond_signal(&crew->end);
    }
}

static void *serve(void *argument) {
    const Member *member = argument;
    Crew *crew = member->crew;
    pthread_mutex_lock(&crew->lock);
    while (!crew->stopped) {
        work(crew, member->worker);
        if (!crew->stopped)
            pthread_cond_wait(&crew->begin, &crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

Crew *crew_new(const Goal *goal, Worker *const workers[], int threads, int most) {
    Crew *crew = heap_take(1, sizeof *crew);
    crew->block_count = (most + BLOCK_IDS - 1) / BLOCK_IDS;
    crew->blocks = heap_take((size_t)crew->block_count, sizeof(Block *));
    for (int i = 0; i < crew->block_count; i++)
        crew->blocks[i] = block_new(goal, BLOCK_IDS);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->begin, NULL);
    pthread_cond_init(&crew->end, NULL);
    // More threads than blocks would have nothing to do.
    crew->member_count = threads < crew->block_count ? threads : crew->block_count;
    crew->members = heap_take((size_t)crew->member_count, sizeof *crew->members);
    for (int i = 0; i < crew->member_count; i++) {
        Member *member = &crew->members[i];
        member->crew = crew;
        member->worker = workers[i];
        if (i > 0 && pthread_create(&member->thread, NULL, serve, member) != 0) {
            fprintf(stderr, "chipfit: a thread cannot be started\n");
            abort();
        }
    }
    return crew;
}

void crew_free(Crew *crew) {
    if (!crew)
        return;
    pthread_mutex_lock(&crew->lock);
    crew->stopped = true;
    pthread_cond_broadcast(&crew->begin);
    pthread_mutex_unlock(&crew->lock);
    for (int i = 1; i < crew->member_count; i++)
        pthread_join(crew->members[i].thread, NULL);
    for (int i = 0; i < crew->block_count; i++)
        block_free(crew->blocks[i]);
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->begin);
    pthread_cond_destroy(&crew->end);
    free(crew->blocks);
    free(crew->members);
    free(crew);
}

int crew_evaluate(Crew *crew, const int64_t ids[], int count, Outcome outcomes[],
                  Block *const **blocks) {
    pthread_mutex_lock(&crew->lock);
    crew->ids = ids;
    crew->outcomes = outcomes;
    crew->count = count;
    crew->given = crew->finished = 0;
    crew->used = (count + BLOCK_IDS - 1) / BLOCK_IDS;
    if (crew->used > 1)
        pthread_cond_broadcast(&crew->begin);
    work(crew, crew->members[0].worker);
    while (crew->finished < crew->used)
        pthread_cond_wait(&crew->end, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
    *blocks = crew->blocks;
    return crew->used;
}
