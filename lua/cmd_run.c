// chipfit validate run — measures chosen shapes, stores them, and sets them beside what the model says.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lua/backends.h"
#include "lua/commands.h"
#include "lua/file.h"
#include "lua/host_chip.h"
#include "lua/options.h"
#include "lua/shapes_source.h"
#include "lua/validation_command.h"
#include "sim/base/heap.h"

static const char USAGE[] =
    "chipfit validate run RUN.sqlite|SHAPES.lua|SHAPES.csv... --backend host|cuda";
static const char HELP[] =
    "usage: chipfit validate run RUN.sqlite|SHAPES.lua|SHAPES.csv... --backend host|cuda [--top "
    "N]\n"
    "                            [--pick frontier|spread|worst-interval] [--ops] [-o OUT.sqlite]\n"
    "                            [--shapes OUT.csv] ...\n\n"
    "Runs shapes as real kernels, keeps every sample, and sets the times beside what the model "
    "says "
    "of them.\nEach result is checked against a reference before it is timed. A kernel that "
    "crashes "
    "or hangs loses its\nown row; an interrupted run goes on when it is started again. On the host "
    "all kernels are "
    "visited in two rounds;\nwhere these do not agree, or something else ran on the cores, in up "
    "to four more. A time "
    "that no second\nround confirms is listed as disturbed, apart from the errors.\n\n"
    "  --backend B      host: this machine's cores; cuda: the program build/chipfit-cuda (make "
    "cuda). Host without --chip: host.lua\n"
    "                   of this folder, as chipfit probe host -o host.lua makes it\n"
    "  --pick P         of RUN.sqlite: frontier (the default), spread (from end to end of the "
    "frontier), or\n"
    "                   worst-interval (the kernels whose doubt widens the frontier's intervals "
    "most)\n"
    "  --top N          so many designs, or kernels of worst-interval; default: 20\n"
    "  --ops            the layers' kernels one by one as well\n"
    "  -o OUT.sqlite    where measurements go; default: a lone RUN.sqlite itself, else "
    "SHAPES-BACKEND.sqlite\n"
    "                   in results/runs where there is such a folder, else here\n"
    "  --results R.csv  keeps the results file; default: beside OUT.sqlite until they are stored\n"
    "  --shapes S.csv   only writes the shapes, for build/chipfit-cuda on another machine\n"
    "  --budget SECONDS for one timing; default: 0.5, on the host 0.1 in each of two to six "
    "rounds\n"
    "  --total SECONDS  begins no further task after so long; default: no limit\n"
    "  --limit SECONDS  a task that takes longer is stopped; default: 60\n" VALIDATION_HELP
    "exit: 0 done; 1 the median error is above the tolerance; 2 wrong input; 3 the machine failed\n"
    "example: chipfit validate run lua/examples/host_shapes.lua --backend host\n";

#define HOST_BUDGET_S 0.1 // of one timing in one round
#define HOST_EXTRA_S  0.8 // for each row, of further rounds of those that no second round confirms

typedef struct Arguments {
    const char *backend, *pick, *top, *output, *results, *shapes, *budget, *total, *limit;
    bool ops;
    ValidationArguments validation;
} Arguments;

typedef struct Running {
    const char *const *files; // RUN.sqlite, SHAPES.lua, SHAPES.csv
    int file_count;
    const char *source; // the first of them
    Library *library;
    PickOptions pick;
    RunnerOptions runner;
    Tasks tasks;
    ShapesSource shapes;
    Validation validation;
    char output[4096], results[4160];
    bool terminal;
} Running;

// --- Options -----------------------------------------------------------------------------------------------------------

// What `chipfit probe host -o host.lua` left in this folder is taken where the host is not told.
static void find_host_chip(Arguments *arguments) {
    static const char HERE[] = "host.lua";
    bool host = arguments->backend && strcmp(arguments->backend, "host") == 0;
    if (!host || arguments->validation.chip || access(HERE, R_OK) != 0)
        return;
    arguments->validation.chip = HERE;
    fprintf(stderr, "chipfit: the host is taken as %s of this folder\n", HERE);
}

static bool read_pick(const Arguments *arguments, PickOptions *pick, Error *err) {
    double top = PICK_TOP;
    *pick = (PickOptions){.ops = arguments->ops};
    if (!validation_number("--top", arguments->top, 1, 100000, &top, err))
        return false;
    if (top != floor(top))
        return error_set(err, "--top: takes a whole number");
    pick->top = (int)top;
    if (!arguments->pick)
        return true;
    Nearest nearest = {0};
    for (int i = 0; i < PICK_COUNT; i++) {
        nearest_offer(&nearest, arguments->pick, PICK_WORDS[i]);
        if (strcmp(arguments->pick, PICK_WORDS[i]) == 0) {
            pick->pick = i;
            return true;
        }
    }
    error_set(err, "--pick: there is no '%.60s'", arguments->pick);
    return error_hint(err, "%s%s", nearest.best ? "did you mean " : "",
                      nearest.best ? nearest.best : "frontier, spread or worst-interval");
}

// A host is shared: kernels are visited in rounds far apart in time, shorter than where a device is one's own. What its cores
// reach is known from the probe, whose best stretch a median of many comes within a tenth of.
static void watch_host(Running *run) {
    const Chip *chip = run->validation.chip;
    run->runner.rounds = 2;
    run->runner.sampler.budget_s = HOST_BUDGET_S;
    if (chip && chip->family && strcmp(chip->family, HOST_FAMILY) == 0)
        run->runner.pulse_flop_per_s = 0.9 * chip->vector.fp32_flop_per_s;
}

static bool read_options(const Arguments *arguments, Running *run, Error *err) {
    run->runner = RUNNER_DEFAULTS;
    if (arguments->backend && strcmp(arguments->backend, "host") == 0)
        watch_host(run);
    if (!arguments->backend && !arguments->shapes) {
        error_set(err, "validate run needs --backend host or --backend cuda");
        return error_hint(err, "%s", USAGE);
    }
    return (arguments->shapes || backends_find(arguments->backend, err)) &&
           read_pick(arguments, &run->pick, err) &&
           validation_number("--budget", arguments->budget, 0.001, 3600,
                             &run->runner.sampler.budget_s, err) &&
           validation_number("--total", arguments->total, 0.001, 1e7, &run->runner.total_s, err) &&
           validation_number("--limit", arguments->limit, 0.1, 1e5, &run->runner.limit_s, err);
}

// --- Files -------------------------------------------------------------------------------------------------------------

// "lua/examples/host_shapes.lua" on the host: results/runs/host_shapes-host.sqlite.
static void default_output(Running *run, const char *backend) {
    const char *slash = strrchr(run->source, '/'), *base = slash ? slash + 1 : run->source;
    struct stat is;
    bool results = stat("results", &is) == 0 && S_ISDIR(is.st_mode);
    if (results)
        mkdir("results/runs", 0777); // where it exists already, so much the better
    snprintf(run->output, sizeof run->output, "%s%.*s-%s.sqlite", results ? "results/runs/" : "",
             (int)strcspn(base, "."), base, backend);
}

// Whether the results can be stored in the end is known before hours are spent.
static bool choose_files(Running *run, const Arguments *arguments, bool *machine, Error *err) {
    if (arguments->output)
        snprintf(run->output, sizeof run->output, "%s", arguments->output);
    else if (run->shapes.run && run->file_count == 1)
        snprintf(run->output, sizeof run->output, "%s", run->source);
    else
        default_output(run, arguments->backend);
    if (arguments->results)
        snprintf(run->results, sizeof run->results, "%s", arguments->results);
    else
        snprintf(run->results, sizeof run->results, "%s.results.csv", run->output);
    bool there = access(run->output, F_OK) == 0;
    Store *trial = store_extend(run->output, machine, err);
    store_close(trial);
    if (trial && !there)
        unlink(run->output);
    return trial != NULL;
}

// --- Running -----------------------------------------------------------------------------------------------------------

static void told(void *context, const Task *task, const Measurement *measurement, int done,
                 int count) {
    const Running *run = context;
    char shape[96];
    if (!run->terminal)
        return;
    validation_shape(task, shape, sizeof shape);
    fprintf(stderr, "\r\033[K%d of %d: %s %s: %s", done, count, TASK_KIND_WORDS[task->kind], shape,
            RUN_STATUS_WORDS[measurement->status]);
    if (measurement->round_count > 1)
        fprintf(stderr, ", round %d", measurement->round_count);
    if (done == count)
        fprintf(stderr, "\n");
}

static bool measure(Running *run, const Arguments *arguments, bool *machine, Error *err) {
    RunnerSummary summary;
    run->terminal = isatty(STDERR_FILENO);
    run->runner.told = told;
    run->runner.context = run;
    if (!backends_run(arguments->backend, &run->tasks, &run->runner, run->results, &summary,
                      machine, err))
        return false;
    if (summary.skipped > 0)
        fprintf(stderr, "chipfit: %d tasks stood in %s already\n", summary.skipped, run->results);
    if (summary.left > 0)
        fprintf(stderr,
                "chipfit: time is up: %d tasks were not begun; the same command goes on with %s\n",
                summary.left, run->results);
    return true;
}

// Tasks that are no parts: rows that a complete results file has.
static int tasks_alone(const Tasks *tasks) {
    int count = 0;
    for (int i = 0; i < tasks->count; i++)
        count += tasks->list[i].layer == 0;
    return count;
}

static int finish(Running *run, const Arguments *arguments, Error *err) {
    bool machine = false;
    if (access(run->results, F_OK) != 0) {
        fprintf(stderr, "chipfit: nothing was measured\n");
        return 1;
    }
    if (!validation_compare(&run->validation, run->results, err))
        return options_fail(err);
    if (!validation_store(&run->validation, run->output, run->source, &machine, err)) {
        options_fail(err);
        return machine ? 3 : 2;
    }
    // What time did not suffice for goes on from there.
    if (!arguments->results && run->validation.count >= tasks_alone(&run->tasks))
        unlink(run->results);
    return validation_show(&run->validation, &arguments->validation, run->output);
}

static int run_all(Running *run, const Arguments *arguments, Error *err) {
    bool machine = false, good;
    if (!(run->library = library_open(err)) ||
        !validation_begin(&run->validation, run->library, &arguments->validation, err) ||
        !read_options(arguments, run, err))
        return options_fail(err);
    for (int i = 0; i < run->file_count; i++)
        if (!shapes_source_read(run->library, run->files[i], &run->pick, &run->tasks, &run->shapes,
                                err))
            return options_fail(err);
    shapes_source_tell(&run->shapes);
    if (run->tasks.count == 0) {
        error_set(err, "nothing can be run of it");
        error_where(err, run->source, 0);
        options_fail(err);
        return 1;
    }
    if (arguments->shapes) {
        good = shapes_write(&run->tasks, arguments->shapes, err);
        return good ? 0 : (options_fail(err), 3);
    }
    run->runner.extra_s = HOST_EXTRA_S * tasks_alone(&run->tasks);
    const char *chip = backends_chip(arguments->backend);
    if (chip[0] && !validation_knows(&run->validation, chip, err))
        return options_fail(err);
    if (!choose_files(run, arguments, &machine, err) || !measure(run, arguments, &machine, err)) {
        options_fail(err);
        return machine ? 3 : 2;
    }
    return finish(run, arguments, err);
}

int cmd_run(int argc, char **argv) {
    Arguments arguments = {0};
    const WordOption options[] = {
        {"--backend", &arguments.backend, NULL          },
        {"--pick",    &arguments.pick,    NULL          },
        {"--top",     &arguments.top,     NULL          },
        {"--ops",     NULL,               &arguments.ops},
        {"-o",        &arguments.output,  NULL          },
        {"--results", &arguments.results, NULL          },
        {"--shapes",  &arguments.shapes,  NULL          },
        {"--budget",  &arguments.budget,  NULL          },
        {"--total",   &arguments.total,   NULL          },
        {"--limit",   &arguments.limit,   NULL          },
        VALIDATION_OPTIONS(arguments.validation)
    };
    if (words_ask_help(argc, argv)) {
        fputs(HELP, stdout);
        return 0;
    }
    Error err = {0};
    Running run = {0};
    Words words = {"validate run",
                   USAGE,
                   options,
                   FIELD_COUNT(options),
                   heap_take((size_t)argc, sizeof(char *)),
                   0};
    int code;
    if (!words_read(&words, argc, argv, &err)) {
        code = options_fail(&err);
    } else {
        run.files = words.files;
        run.file_count = words.file_count;
        run.source = words.files[0];
        find_host_chip(&arguments);
        code = run_all(&run, &arguments, &err);
    }
    validation_close(&run.validation);
    tasks_free(&run.tasks);
    library_free(run.library);
    free(words.files);
    return code;
}
