// ranks.h — the processes that a launcher (mpirun, srun) started as one run.
//
//     first rank     owns store and frontier; works too; lends blocks of ids to the others and takes them back in order
//     another rank   says hello, works on blocks, and ends with the code that the first one sends
// Without a launcher, or with one process, there are no ranks: NULL stands for them and MPI is never touched.
#ifndef SEARCH_RANKS_H
#define SEARCH_RANKS_H

#include "search/worker.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Ranks Ranks;

// Whether this process speaks for all: it is alone or the first.
bool ranks_speaks(void);

// *ranks: NULL when this process is alone. false: several were started but cannot reach one another.
bool ranks_open(Ranks **ranks, Error *err);

int ranks_size(const Ranks *ranks);
bool ranks_is_first(const Ranks *ranks);

// On another rank: says that it is ready, with what must be the same everywhere, or that it failed (err, else NULL).
void ranks_hello(Ranks *ranks, int threads, const char *identity, const Error *err);

// On the first rank: waits for the others. false: one of them failed, or is about something else.
bool ranks_greet(Ranks *ranks, const char *identity, Error *err);

// Threads of a rank that was greeted, and of all ranks but the first.
int ranks_threads_of(const Ranks *ranks, int rank);
int ranks_threads(const Ranks *ranks);

// Ends all ranks with the first one's code, which every rank returns, and frees them.
int ranks_close(Ranks *ranks, int code);

// --- For flow.c --------------------------------------------------------------------------------------------------

typedef struct RankJob {
    int64_t place, first, last;
} RankJob;

void ranks_send_job(Ranks *ranks, int to, const RankJob *job);
void ranks_send_block(Ranks *ranks, int64_t place, const Goal *goal, const Block *block);

typedef enum RankMessage { RANK_SILENT, RANK_JOB, RANK_BLOCK, RANK_STOP } RankMessage;

// Takes the next message, if one has come. Of a block: `job` says which, and ranks_take_block fills it.
RankMessage ranks_next(Ranks *ranks, int *from, RankJob *job);
void ranks_take_block(const Ranks *ranks, const Goal *goal, Block *block);

#ifdef __cplusplus
}
#endif
#endif
