// session.h — one sweep from the text of its script to its end: scripts for the threads, store, run; for the command and the
// Lua module, which say what came out each in its way. Prints nothing.
#ifndef LUA_SESSION_H
#define LUA_SESSION_H

#include "lua/run_store.h"

typedef struct SessionOptions {
    RunText source;     // must outlive the session
    const char *output; // NULL: nothing is stored
    int threads;
    bool resume;
    Shard shard;
    Ranks *ranks;                                                   // NULL: this process alone
    void (*progress)(void *context, const SweepProgress *progress); // NULL: none
} SessionOptions;

typedef struct Session Session;

// Reads the script, once for each thread. The library must outlive the session; session_close frees it.
Session *session_open(Library *library, const SessionOptions *options, Error *err);
void session_close(Session *session);

// Returns the exit code: 0 done, 1 nothing is feasible or the frontier outgrows its limit (with an error), 2 wrong input, 3
// the machine failed.
int session_run(Session *session, Error *err);

// Works for the first rank until it ends; on any other.
void session_serve(Session *session);

SweepScript *const *session_scripts(const Session *session); // one a thread and one more
const Sweep *session_sweep(const Session *session);
int session_threads(const Session *session); // of all ranks

// NULL: there was nothing left to do.
SweepRun *session_result(const Session *session);

#endif
