// chipfit merge — joins the parts of a sweep into the file that one run would have written.
//
// A run whose ids are all done and whose rows all stand in the file is what a sweep finds that resumes at its very end.
// So the rows of the parts are copied together, and the sweep is resumed: it takes out what other parts beat, finds the
// best, writes their breakdown and finishes the file.
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lua/commands.h"
#include "lua/options.h"
#include "lua/parts.h"
#include "lua/table.h"
#include "results/lock.h"
#include "sim/base/text.h"

#define STRETCH 100000 // ids between commits

static const char HELP[] =
    "usage: chipfit merge -o ALL.sqlite PART.sqlite...\n\n"
    "Joins the parts that chipfit sweep --shard I/N wrote, in any order, into what one run would "
    "have written.\n"
    "The parts must be finished, of the same script, version and catalogue, and hold every point "
    "once.\n\n"
    "exit: 0 done; 2 the parts do not make a whole, or ALL.sqlite exists; 3 the machine failed\n"
    "example: chipfit merge -o all.sqlite part1.sqlite part2.sqlite part3.sqlite\n";

typedef struct Ids {
    int64_t *list;
    int64_t count, capacity;
} Ids;

typedef struct Merge {
    const char *output;
    Text temporary; // the file's name until it is whole
    Parts parts;
    const Goal *goal;
    Store *into;
    Ids frontier, points; // that stand in `into`; points only where rows come and go
    WorkerHooks hooks[2]; // of the one thread that a sweep must have, and of the caller's
    Sweep sweep;
    SweepRun *run;
    int code; // of a failure
} Merge;

static bool fail(Merge *merge, int code) {
    merge->code = code;
    return false;
}

// --- The new file ----------------------------------------------------------------------------------------------------

static bool output_exists(Merge *merge, Error *err) {
    error_set(err, "this file exists already");
    error_hint(err, "merge begins a new file: take another -o");
    error_where(err, merge->output, 0);
    return fail(merge, 2);
}

static bool create(Merge *merge, Error *err) {
    bool machine = false;
    text_addf(&merge->temporary, "%s.merging-%ld", merge->output, (long)getpid());
    StoreRun run = parts_run(&merge->parts);
    merge->into = store_create(merge->temporary.data, &run, &machine, err);
    if (merge->into)
        return true;
    return fail(merge, machine ? 3 : 2);
}

// The finished file gets its name, unless another has come in between.
static bool name_output(Merge *merge, Error *err) {
    struct stat is;
    store_close(merge->into);
    merge->into = NULL;
    if (link(merge->temporary.data, merge->output) == 0)
        return true;
    if (errno == EEXIST || lstat(merge->output, &is) == 0)
        return output_exists(merge, err);
    if (rename(merge->temporary.data, merge->output) == 0) // a file system without links
        return true;
    error_set(err, "%s", lock_cause(errno));
    error_where(err, merge->output, 0);
    return fail(merge, 3);
}

// --- Copying ---------------------------------------------------------------------------------------------------------

static void make_room(Ids *ids, int64_t more) {
    if (ids->count + more <= ids->capacity)
        return;
    ids->capacity = 2 * ids->capacity + more;
    ids->list = realloc(ids->list, (size_t)ids->capacity * sizeof *ids->list);
    if (ids->list)
        return;
    fprintf(stderr, "chipfit: out of memory\n");
    abort();
}

// The frontier of all is found by computing, so that this program must compute what stands in the parts.
static bool is_same_row(const Merge *merge, int64_t id, const double values[]) {
    double again[GOAL_COLUMNS];
    Candidate none;
    if (!worker_point(sweep_worker(merge->run), id, again, &none))
        return false;
    for (int i = 0; i < merge->goal->column_count; i++)
        if (again[i] != values[i] && !(isnan(again[i]) && isnan(values[i])))
            return false;
    return true;
}

static bool copy_frontier_row(void *context, const char *objective, int64_t id,
                              const double values[], Error *err) {
    (void)objective;
    Merge *merge = context;
    if (!is_same_row(merge, id, values)) {
        error_set(err, "point %lld has other numbers here than this program computes",
                  (long long)id);
        error_hint(err, "merge with the build that wrote the parts");
        return fail(merge, 2);
    }
    make_room(&merge->frontier, 1);
    merge->frontier.list[merge->frontier.count++] = id;
    Rows row = {merge->goal->column_count, 1, &id, values};
    return store_rows(merge->into, STORE_FRONTIER, &row, err);
}

static bool add_point_ids(Merge *merge, Store *part, Error *err) {
    Ids *ids = &merge->points;
    int64_t count = store_ids(part, STORE_POINT, NULL, 0, err);
    if (count < 0)
        return false;
    make_room(ids, count);
    if (count > 0)
        store_ids(part, STORE_POINT, ids->list + ids->count, count, err);
    ids->count += count;
    return true;
}

static bool copy_part(Merge *merge, const Part *part, Error *err) {
    KeepRows keep = merge->goal->keep_rows;
    const StoreState later = {0}; // it comes at the end: nobody resumes this file
    Store *store = store_open(part->path, err);
    if (!store)
        return fail(merge, 2);
    bool good = store_each(store, STORE_FRONTIER, copy_frontier_row, merge, err);
    if (good && (keep == ROWS_FRONTIER || keep == ROWS_BEST))
        good = add_point_ids(merge, store, err);
    for (int64_t first = part->first; good && first < part->last; first += STRETCH) {
        int64_t last = part->last - first < STRETCH ? part->last : first + STRETCH;
        good = store_copy_points(merge->into, store, first, last, err) &&
               store_commit(merge->into, &later, err);
    }
    if (!good)
        error_where(err, part->path, 0);
    store_close(store);
    return good;
}

// --- Joining ---------------------------------------------------------------------------------------------------------

static void open_sweep(Merge *merge) {
    SweepScript *script = merge->parts.whole.script;
    merge->goal = script_goal(script);
    merge->hooks[0] = merge->hooks[1] = script_hooks(script);
    merge->sweep = (Sweep){.space = script_space(script),
                           .goal = merge->goal,
                           .last = script_space(script)->points,
                           .threads = 1,
                           .hooks = merge->hooks,
                           .sink = run_sink(merge->into)};
    merge->run = sweep_open(&merge->sweep);
}

static bool settle(Merge *merge, Error *err) {
    SweepState state = parts_state(&merge->parts);
    sweep_resume(merge->run, &state, merge->frontier.list, merge->frontier.count,
                 merge->points.list, merge->points.count);
    int64_t count = frontier_count(sweep_frontier(merge->run));
    if (count > merge->goal->frontier_limit) {
        error_set(err, "the frontier of all parts has %lld points, more than frontier_limit = %lld",
                  (long long)count, (long long)merge->goal->frontier_limit);
        error_hint(err, "raise it in the script, or set epsilon, and sweep again");
        return fail(merge, 2);
    }
    return sweep_run(merge->run, err) == SWEEP_DONE &&
           run_finish(merge->into, merge->run, merge->goal, merge->parts.arena, err);
}

static bool join(Merge *merge, Error *err) {
    struct stat is;
    merge->code = 3;
    if (lstat(merge->output, &is) == 0)
        return output_exists(merge, err);
    if (!create(merge, err))
        return false;
    open_sweep(merge);
    for (int i = 0; i < merge->parts.count; i++)
        if (!copy_part(merge, &merge->parts.list[i], err))
            return false;
    return settle(merge, err) && name_output(merge, err);
}

// The user knows the output by its own name only, and half of it is no run to be resumed.
static void name_error(const Merge *merge, Error *err) {
    if (!merge->temporary.data || strcmp(err->file, merge->temporary.data) != 0)
        return;
    snprintf(err->file, sizeof err->file, "%s", merge->output);
    err->hint[0] = '\0';
}

static void report(const Merge *merge) {
    const SweepState *state = sweep_state(merge->run);
    Text out = {0};
    table_text(&out, script_name(merge->parts.whole.script));
    text_addf(&out,
              ": %d part%s joined, %lld points, %lld designs evaluated; frontier: %lld designs\n",
              merge->parts.count, merge->parts.count == 1 ? "" : "s", (long long)state->watermark,
              (long long)state->counts[COUNT_EVALUATED],
              (long long)frontier_count(sweep_frontier(merge->run)));
    fputs(out.data, stdout);
    text_free(&out);
}

static void close_merge(Merge *merge) {
    sweep_close(merge->run);
    store_close(merge->into);
    if (merge->temporary.data)
        lock_remove(merge->temporary.data);
    text_free(&merge->temporary);
    free(merge->frontier.list);
    free(merge->points.list);
    parts_close(&merge->parts);
}

// --- The command line --------------------------------------------------------------------------------------------------

// Parts go to the front of argv.
static bool read_arguments(int argc, char **argv, const char **output, int *count, Error *err) {
    bool ended = false;
    *output = NULL;
    *count = 0;
    for (int i = 1; i < argc; i++) {
        if (!ended && strcmp(argv[i], "--") == 0) {
            ended = true;
        } else if (!ended && strcmp(argv[i], "-o") == 0) {
            if (*output)
                return error_set(err, "merge: -o is given twice");
            if (++i == argc || !argv[i][0])
                return error_set(err, "merge: -o lacks its value");
            *output = argv[i];
        } else if (!ended && argv[i][0] == '-') {
            error_set(err, "merge: there is no option '%.60s'", argv[i]);
            return error_hint(err, "chipfit merge -o ALL.sqlite PART.sqlite...");
        } else {
            argv[(*count)++] = argv[i];
        }
    }
    if (*output && *count > 0)
        return true;
    error_set(err, *output ? "merge needs the parts" : "merge needs -o ALL.sqlite, the new file");
    return error_hint(err, "chipfit merge -o ALL.sqlite PART.sqlite...");
}

int cmd_merge(int argc, char **argv) {
    Error err = {0};
    Merge merge = {.code = 2};
    int count;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(HELP, stdout);
            return 0;
        }
    }
    if (!read_arguments(argc, argv, &merge.output, &count, &err))
        return options_fail(&err);
    signal(SIGXFSZ, SIG_IGN); // a file that may not grow is then a failed write
    bool done =
        parts_open(&merge.parts, (const char *const *)argv, count, &err) && join(&merge, &err);
    name_error(&merge, &err);
    if (done)
        report(&merge);
    else
        options_fail(&err);
    close_merge(&merge);
    return done ? 0 : merge.code;
}
