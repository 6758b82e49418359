#include "lua/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/text.h"

struct Session {
    SessionOptions options;
    Library *library;
    SweepScript **scripts; // threads + 1
    WorkerHooks *hooks;
    Arena *arena;
    Store *store;
    Sweep sweep;
    SweepRun *run;
};

static bool open_scripts(Session *session, Error *err) {
    const SessionOptions *options = &session->options;
    int count = options->threads + 1;
    session->scripts = calloc((size_t)count, sizeof(SweepScript *));
    session->hooks = calloc((size_t)count, sizeof *session->hooks);
    if (!session->scripts || !session->hooks)
        abort();
    for (int i = 0; i < count; i++) {
        session->scripts[i] = script_open(session->library, options->source.file,
                                          options->source.text, options->source.length, err);
        if (!session->scripts[i])
            return false;
        session->hooks[i] = script_hooks(session->scripts[i]);
    }
    return true;
}

Session *session_open(Library *library, const SessionOptions *options, Error *err) {
    Session *session = calloc(1, sizeof *session);
    if (!session)
        abort();
    session->options = *options;
    session->library = library;
    session->arena = arena_new();
    if (open_scripts(session, err))
        return session;
    session_close(session);
    return NULL;
}

void session_close(Session *session) {
    if (!session)
        return;
    sweep_close(session->run);
    store_close(session->store);
    for (int i = 0; session->scripts && i <= session->options.threads; i++)
        script_close(session->scripts[i]);
    free(session->scripts);
    free(session->hooks);
    arena_free(session->arena);
    free(session);
}

SweepScript *const *session_scripts(const Session *session) {
    return session->scripts;
}

const Sweep *session_sweep(const Session *session) {
    return &session->sweep;
}

SweepRun *session_result(const Session *session) {
    return session->run;
}

int session_threads(const Session *session) {
    return session->options.threads + ranks_threads(session->options.ranks);
}

// Ids that a table of an unfinished run holds.
static int64_t *stored_ids(Store *store, StoreTable table, int64_t *count, Error *err) {
    *count = store_ids(store, table, NULL, 0, err);
    int64_t *ids = *count >= 0 ? calloc((size_t)*count + 1, sizeof *ids) : NULL;
    if (ids)
        store_ids(store, table, ids, *count, err);
    return ids;
}

static bool resume_run(Session *session, const StoreState *state, Error *err) {
    KeepRows keep = session->sweep.goal->keep_rows;
    int64_t frontier_count, point_count = 0, *points = NULL;
    int64_t *frontier = stored_ids(session->store, STORE_FRONTIER, &frontier_count, err);
    if (keep == ROWS_FRONTIER || keep == ROWS_BEST)
        points = stored_ids(session->store, STORE_POINT, &point_count, err);
    bool good = frontier && point_count >= 0;
    SweepState before;
    run_state_back(state, &before);
    if (before.watermark < session->sweep.first)
        before.watermark = session->sweep.first;
    if (good)
        sweep_resume(session->run, &before, frontier, frontier_count, points, point_count);
    free(frontier);
    free(points);
    return good;
}

// An unfinished evolutionary search starts again from its seed: what it left is dropped, with the first commit.
static bool clear_run(Session *session, Error *err) {
    static const StoreTable TABLES[] = {STORE_POINT, STORE_FRONTIER};
    bool good = true;
    for (int i = 0; i < FIELD_COUNT(TABLES) && good; i++) {
        int64_t count, *ids = stored_ids(session->store, TABLES[i], &count, err);
        good = ids && (count == 0 || store_remove(session->store, TABLES[i], ids, count, err));
        free(ids);
    }
    return good;
}

static bool describe(const Session *session, StoreRun *run, Error *err) {
    const SessionOptions *options = &session->options;
    return run_describe(session->scripts[0], session->library, options->source, options->shard,
                        session_threads(session), session->arena, run, err);
}

// Opens the store, new or to go on with; *done: there is nothing left to do. Returns the exit code of a failure, else 0.
static int open_store(Session *session, StoreState *state, bool *done, Error *err) {
    const SessionOptions *options = &session->options;
    StoreRun run;
    bool machine = false;
    if (!describe(session, &run, err))
        return 2;
    session->store = options->resume
                         ? store_resume(options->output, &run, state, done, &machine, err)
                         : store_create(options->output, &run, &machine, err);
    return session->store ? 0 : machine ? 3 : 2;
}

static bool check_search(const Session *session, Error *err) {
    if (!script_evolve(session->scripts[0]))
        return true;
    if (session->options.shard.count > 1) {
        error_set(err, "shard: does not apply to search = evolve, which is one search of the whole "
                       "space");
        return error_hint(err, "leave --shard out, or run other seeds: evolve { seed = 2, ... }");
    }
    if (ranks_size(session->options.ranks) > 1) {
        error_set(err, "search = evolve runs in one process, on its threads: not under mpirun");
        return error_hint(err,
                          "run it alone, or other seeds on other machines: evolve { seed = 2 }");
    }
    return true;
}

// What all ranks must share: all that identifies a run in the store but the script, whose hash is enough.
static const char *identity_text(const Session *session, const StoreRun *run) {
    Text all = {0};
    for (int i = 0; i < run->identity_count; i++)
        if (strcmp(run->identity[i].name, "script") != 0 &&
            strcmp(run->identity[i].name, "name") != 0)
            text_addf(&all, "%s ", run->identity[i].value);
    const char *text = arena_text(session->arena, all.data);
    text_free(&all);
    return text;
}

void session_serve(Session *session) {
    const SessionOptions *options = &session->options;
    Error err = {0};
    StoreRun run;
    if (!describe(session, &run, &err)) {
        ranks_hello(options->ranks, options->threads, "", &err);
        return;
    }
    const Space *space = script_space(session->scripts[0]);
    const Goal *goal = script_goal(session->scripts[0]);
    Worker **workers = calloc((size_t)options->threads, sizeof(Worker *));
    if (!workers)
        abort();
    for (int i = 0; i < options->threads; i++)
        workers[i] = worker_new(space, goal, session->hooks[i]);
    ranks_hello(options->ranks, options->threads, identity_text(session, &run), NULL);
    flow_serve(goal, workers, options->threads, options->ranks);
    for (int i = 0; i < options->threads; i++)
        worker_free(workers[i]);
    free(workers);
}

static bool greet(const Session *session, Error *err) {
    StoreRun run;
    return describe(session, &run, err) &&
           ranks_greet(session->options.ranks, identity_text(session, &run), err);
}

// A run that its script has spoilt cannot go on: what this attempt began is taken away, so that the mended script may have
// the name.
static void drop_output(Session *session) {
    if (!session->store || session->options.resume)
        return;
    store_close(session->store);
    session->store = NULL;
    unlink(session->options.output);
}

int session_run(Session *session, Error *err) {
    const SessionOptions *options = &session->options;
    const Space *space = script_space(session->scripts[0]);
    StoreState state = {0};
    bool done = false;
    int code = 0;
    if (!check_search(session, err) || (options->ranks && !greet(session, err)))
        return 2;
    session->sweep = (Sweep){
        .space = space,
        .goal = script_goal(session->scripts[0]),
        .first = shard_first(space->points, options->shard, 0),
        .last = shard_first(space->points, options->shard, 1),
        .threads = options->threads,
        .ranks = options->ranks,
        .hooks = session->hooks,
        .evolve = script_evolve(session->scripts[0]),
        .sink = sweep_nowhere(),
        .progress = options->progress,
    };
    if (options->output && ((code = open_store(session, &state, &done, err)) || done))
        return code;
    if (session->store)
        session->sweep.sink = run_sink(session->store);
    session->run = sweep_open(&session->sweep);
    if (options->resume &&
        !(session->sweep.evolve ? clear_run(session, err) : resume_run(session, &state, err)))
        return 3;
    SweepEnd end = sweep_run(session->run, err);
    if (end == SWEEP_SCRIPT || end == SWEEP_FULL)
        drop_output(session);
    if (end != SWEEP_DONE)
        return end == SWEEP_FULL ? 1 : end == SWEEP_SCRIPT ? 2 : 3;
    if (session->store &&
        !run_finish(session->store, session->run, session->sweep.goal, session->arena, err))
        return 3;
    // A shard of a space with fewer points than shards has nothing to do, and has done it.
    bool empty = session->sweep.first == session->sweep.last;
    return empty || frontier_count(sweep_frontier(session->run)) > 0 ? 0 : 1;
}
