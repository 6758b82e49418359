// chipfit sweep — evaluates every point of a script's space and stores rows and frontier.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/commands.h"
#include "lua/file.h"
#include "lua/options.h"
#include "lua/run_print.h"
#include "lua/run_store.h"
#include "lua/sweep_count.h"

#define SCRIPT_BYTES ((size_t)1 << 20)
#define MOST_THREADS 1024

static const char HELP[] =
    "usage: chipfit sweep SCRIPT.lua [-o RUN.sqlite] [--threads N] [--resume] [--shard I/N] "
    "[--count]\n\n"
    "Evaluates every combination that the script spans and names the designs that nothing "
    "beats.\n\n"
    "  -o RUN.sqlite  stores rows, frontier and why points fell there; without it nothing is "
    "stored\n"
    "  --threads N    threads that work; default: one a core\n"
    "  --resume       goes on with an unfinished RUN.sqlite\n"
    "  --shard I/N    does only part I (from 1) of N; chipfit merge joins the parts\n"
    "  --count        only says how many points there are, what takes them away, how long it will "
    "take\n\n"
    "exit: 0 done; 1 nothing is feasible, or the frontier outgrows its limit; 2 wrong script; 3 "
    "the machine failed\n"
    "example: chipfit sweep lua/examples/first_sweep.lua -o run.sqlite\n";

typedef struct Arguments {
    const char *script, *output, *threads_text, *shard_text;
    bool resume, count;
    int threads;
    Shard shard;
} Arguments;

static bool read_shard(const char *text, Shard *shard, Error *err) {
    char rest;
    *shard = (Shard){1, 1};
    if (!text ||
        (sscanf(text, "%d/%d%c", &shard->index, &shard->count, &rest) == 2 && shard->count >= 1 &&
         shard->count <= 100000 && shard->index >= 1 && shard->index <= shard->count))
        return true;
    error_set(err, "shard: '%.60s' is not I/N with I from 1 to N", text);
    return error_hint(err, "as in --shard 2/3");
}

static bool read_threads(const char *text, int *threads, Error *err) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    *threads = online < 1 ? 1 : online > MOST_THREADS ? MOST_THREADS : (int)online;
    static const Field THREADS = {
        .name = "threads", .kind = FIELD_INT, .min = 1, .max = MOST_THREADS};
    return !text || field_set_text(&THREADS, threads, text, err);
}

static bool read_arguments(int argc, char **argv, Arguments *arguments, Error *err) {
    const struct {
        const char *name;
        const char **value;
        bool *flag;
    } options[] = {
        {"-o",        &arguments->output,       NULL              },
        {"--threads", &arguments->threads_text, NULL              },
        {"--shard",   &arguments->shard_text,   NULL              },
        {"--resume",  NULL,                     &arguments->resume},
        {"--count",   NULL,                     &arguments->count },
    };
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i], **value = &arguments->script;
        bool *flag = NULL;
        Nearest nearest = {0};
        for (int k = 0; k < FIELD_COUNT(options); k++) {
            nearest_offer(&nearest, word, options[k].name);
            if (strcmp(word, options[k].name) != 0)
                continue;
            value = options[k].value;
            flag = options[k].flag;
            word = value ? ++i < argc ? argv[i] : "" : word;
        }
        if (flag) {
            *flag = true;
            continue;
        }
        if (value == &arguments->script && word[0] == '-') {
            error_set(err, "sweep: there is no option '%.60s'", word);
            return nearest.best ? error_hint(err, "did you mean '%s'?", nearest.best)
                                : error_hint(err, "chipfit sweep --help lists them");
        }
        if (*value || !word[0]) {
            error_set(err, "sweep: '%.60s' is %s", argv[i < argc ? i : argc - 1],
                      *value ? "one word too many" : "without its value");
            return error_hint(err, "chipfit sweep SCRIPT.lua -o RUN.sqlite");
        }
        *value = word;
    }
    if (!arguments->script) {
        error_set(err, "sweep needs a script");
        return error_hint(err, "chipfit sweep SCRIPT.lua -o RUN.sqlite");
    }
    if (arguments->resume && !arguments->output) {
        error_set(err, "resume: needs -o RUN.sqlite, the run to go on with");
        return false;
    }
    return read_threads(arguments->threads_text, &arguments->threads, err) &&
           read_shard(arguments->shard_text, &arguments->shard, err);
}

// All that one sweep holds.
typedef struct Session {
    Arguments arguments;
    Text source;
    Library *library;
    SweepScript **scripts; // threads + 1
    WorkerHooks *hooks;
    Arena *arena;
    Store *store;
    Sweep sweep;
    SweepRun *run;
} Session;

static bool open_scripts(Session *session, Error *err) {
    int count = session->arguments.threads + 1;
    session->scripts = calloc((size_t)count, sizeof(SweepScript *));
    session->hooks = calloc((size_t)count, sizeof *session->hooks);
    if (!session->scripts || !session->hooks)
        abort();
    for (int i = 0; i < count; i++) {
        session->scripts[i] = script_open(session->library, session->arguments.script,
                                          session->source.data, session->source.length, err);
        if (!session->scripts[i])
            return false;
        session->hooks[i] = script_hooks(session->scripts[i]);
    }
    return true;
}

static void close_session(Session *session) {
    sweep_close(session->run);
    store_close(session->store);
    for (int i = 0; session->scripts && i <= session->arguments.threads; i++)
        script_close(session->scripts[i]);
    free(session->scripts);
    free(session->hooks);
    arena_free(session->arena);
    library_free(session->library);
    text_free(&session->source);
}

static bool drop_rows(void *context, SweepTable table, const Rows *rows, Error *err) {
    (void)context, (void)table, (void)rows, (void)err;
    return true;
}

static bool drop_ids(void *context, SweepTable table, const int64_t ids[], int64_t count,
                     Error *err) {
    (void)context, (void)table, (void)ids, (void)count, (void)err;
    return true;
}

static bool drop_state(void *context, const SweepState *state, Error *err) {
    (void)context, (void)state, (void)err;
    return true;
}

static void show_progress(void *context, const SweepProgress *progress) {
    (void)context;
    const SweepState *state = progress->state;
    double share =
        (double)(state->watermark - progress->first) / (double)(progress->last - progress->first);
    double rate =
        progress->seconds > 0 ? (double)state->counts[COUNT_EVALUATED] / progress->seconds : 0;
    fprintf(stderr, "\r%5.1f %%  %.3g M designs/s  frontier %lld  %.0f s left   ", 100 * share,
            rate / 1e6, (long long)progress->frontier,
            share > 0 ? progress->seconds * (1 - share) / share : 0);
    if (state->watermark == progress->last)
        fputs("\r\033[K", stderr);
    fflush(stderr);
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
    KeepRows keep = script_goal(session->scripts[0])->keep_rows;
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

// Opens the store, new or to go on with; *done: there is nothing left to do. Returns the exit code of a failure, else 0.
static int open_store(Session *session, StoreState *state, bool *done, Error *err) {
    const Arguments *arguments = &session->arguments;
    StoreRun run;
    bool machine = false;
    RunText source = {arguments->script, session->source.data, session->source.length};
    if (!run_describe(session->scripts[0], session->library, source, arguments->shard,
                      arguments->threads, session->arena, &run, err))
        return 2;
    session->store = arguments->resume
                         ? store_resume(arguments->output, &run, state, done, &machine, err)
                         : store_create(arguments->output, &run, &machine, err);
    if (!session->store)
        return machine ? 3 : 2;
    return 0;
}

static int code_of(SweepEnd end) {
    return end == SWEEP_DONE ? 0 : end == SWEEP_FULL ? 1 : end == SWEEP_SCRIPT ? 2 : 3;
}

static int finish(Session *session, double seconds, Error *err) {
    const Goal *goal = script_goal(session->scripts[0]);
    if (session->store && !run_finish(session->store, session->run, goal, session->arena, err))
        return 3;
    Text out = {0};
    RunSummary summary = {.name = script_name(session->scripts[0]),
                          .output = session->arguments.output,
                          .threads = session->arguments.threads,
                          .seconds = seconds,
                          .points = session->sweep.last - session->sweep.first};
    run_print(&summary, session->run, goal, &out);
    fputs(out.data, stdout);
    text_free(&out);
    return frontier_count(sweep_frontier(session->run)) > 0 ? 0 : 1;
}

static int run_sweep(Session *session, Error *err) {
    const Arguments *arguments = &session->arguments;
    const Space *space = script_space(session->scripts[0]);
    StoreState state = {0};
    bool done = false;
    if (arguments->output) {
        int code = open_store(session, &state, &done, err);
        if (code)
            return code;
        if (done) {
            printf("%s is finished already\n", arguments->output);
            return 0;
        }
    }
    session->sweep = (Sweep){
        .space = space,
        .goal = script_goal(session->scripts[0]),
        .first = shard_first(space->points, arguments->shard, 0),
        .last = shard_first(space->points, arguments->shard, 1),
        .threads = arguments->threads,
        .hooks = session->hooks,
        .sink = session->store ? run_sink(session->store)
                               : (SweepSink){NULL, drop_rows, drop_ids, drop_state},
        .progress = isatty(STDERR_FILENO) ? show_progress : NULL,
    };
    session->run = sweep_open(&session->sweep);
    if (arguments->resume && !resume_run(session, &state, err))
        return 3;
    SweepEnd end = sweep_run(session->run, err);
    if (end != SWEEP_DONE)
        return code_of(end);
    return finish(session, sweep_state(session->run)->busy_s, err);
}

int cmd_sweep(int argc, char **argv) {
    Error err = {0};
    Session session = {.arguments = {.threads = 0}};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(HELP, stdout);
            return 0;
        }
    }
    if (!read_arguments(argc, argv, &session.arguments, &err))
        return options_fail(&err);
    signal(SIGXFSZ, SIG_IGN); // a file that may not grow is then a failed write
    session.arena = arena_new();
    int code = 2;
    if (file_read(session.arguments.script, SCRIPT_BYTES, &session.source, &err) &&
        (session.library = library_open(&err)) && open_scripts(&session, &err))
        code = session.arguments.count ? sweep_count(session.scripts, session.arguments.threads)
                                       : run_sweep(&session, &err);
    if (err.what[0]) {
        fflush(stdout);
        options_fail(&err);
    }
    close_session(&session);
    return code;
}
