// host/team.h — the threads that run kernels on the host: one on each core that the process may use, pinned there.
#ifndef VALIDATE_HOST_TEAM_H
#define VALIDATE_HOST_TEAM_H

#include "validate/host/library.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HOST_THREADS 1024 // as many as a cpu_set_t names

typedef struct HostTeam {
    HostLibrary library;
    int threads;
    int cpus[HOST_THREADS]; // of each thread
    int home_count;
    int home[HOST_THREADS]; // where the calling thread was allowed before
    double store_bytes;     // of all last-level caches that these cores use
} HostTeam;

// Called once by each thread, all at a time.
typedef void HostWork(void *context, int thread, int threads);

// One thread a core: of hardware threads that share one the first, and no more than the control group's quota of time.
bool host_team_open(HostTeam *team, Error *err);
void host_team_close(HostTeam *team);

// Runs the work and waits for all of it.
void host_team_run(const HostTeam *team, HostWork *work, void *context);

// The part of `count` things that is thread's: from .. to - 1, shared out evenly in runs.
static inline void host_share(long count, int thread, int threads, long *from, long *to) {
    long each = count / threads, more = count % threads;
    *from = thread * each + (thread < more ? thread : more);
    *to = *from + each + (thread < more);
}

#ifdef __cplusplus
}
#endif
#endif
