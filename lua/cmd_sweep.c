// chipfit sweep — evaluates every point of a script's space and stores rows and frontier.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/commands.h"
#include "lua/evolve_print.h"
#include "lua/file.h"
#include "lua/options.h"
#include "lua/plot_print.h"
#include "lua/run_print.h"
#include "lua/session.h"
#include "lua/sweep_count.h"

#define SCRIPT_BYTES ((size_t)1 << 20)
#define MOST_THREADS 1024

static const char HELP[] =
    "usage: chipfit sweep SCRIPT.lua [-o RUN.sqlite] [--threads N] [--resume] [--shard I/N] "
    "[--count] [--text] [--plots DIR]\n\n"
    "Evaluates every combination that the script spans and names the designs that nothing "
    "beats.\n\n"
    "  -o RUN.sqlite  stores rows, frontier and why points fell there; without it nothing is "
    "stored\n"
    "  --threads N    threads that work; default: one a core, under mpirun 1 for each process\n"
    "  --resume       goes on with an unfinished RUN.sqlite; search = evolve starts again from "
    "its seed\n"
    "  --shard I/N    does only part I (from 1) of N; chipfit merge joins the parts\n"
    "  --count        only says how many points there are, what takes them away, how long it will "
    "take\n"
    "  --text         also prints the script's plots, as text\n"
    "  --plots DIR    also draws them there: NAME.svg, and NAME.gp and NAME.dat to draw them "
    "anew\n\n"
    "Under mpirun all processes share one run; the first of them writes it.\n\n"
    "exit: 0 done; 1 nothing is feasible, or the frontier outgrows its limit; 2 wrong script; 3 "
    "the machine failed\n"
    "example: chipfit sweep lua/examples/first_sweep.lua -o run.sqlite\n";

typedef struct Arguments {
    const char *script, *output, *threads_text, *shard_text, *plots;
    bool resume, count, text;
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

static bool read_threads(const char *text, const Ranks *ranks, int *threads, Error *err) {
    long online = ranks_size(ranks) > 1 ? 1 : sysconf(_SC_NPROCESSORS_ONLN);
    *threads = online < 1 ? 1 : online > MOST_THREADS ? MOST_THREADS : (int)online;
    static const Field THREADS = {
        .name = "threads", .kind = FIELD_INT, .min = 1, .max = MOST_THREADS};
    return !text || field_set_text(&THREADS, threads, text, err);
}

// What the words need of each other.
static bool check_arguments(Arguments *arguments, Error *err) {
    if (!arguments->script) {
        error_set(err, "sweep needs a script");
        return error_hint(err, "chipfit sweep SCRIPT.lua -o RUN.sqlite");
    }
    if (arguments->resume && !arguments->output) {
        error_set(err, "resume: needs -o RUN.sqlite, the run to go on with");
        return false;
    }
    if ((arguments->text || arguments->plots) && !arguments->output) {
        error_set(err, "%s: needs -o RUN.sqlite, whose rows it draws",
                  arguments->text ? "text" : "plots");
        return false;
    }
    return read_shard(arguments->shard_text, &arguments->shard, err);
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
        {"--text",    NULL,                     &arguments->text  },
        {"--plots",   &arguments->plots,        NULL              },
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
    return check_arguments(arguments, err);
}

static void show_progress(void *context, const SweepProgress *progress) {
    (void)context;
    const SweepState *state = progress->state;
    double share = progress->share;
    double rate =
        progress->seconds > 0 ? (double)state->counts[COUNT_EVALUATED] / progress->seconds : 0;
    fprintf(stderr, "\r%5.1f %%  %.3g M designs/s  frontier %lld  %.0f s left   ", 100 * share,
            rate / 1e6, (long long)progress->frontier,
            share > 0 ? progress->seconds * (1 - share) / share : 0);
    if (progress->ended)
        fputs("\r\033[K", stderr);
    fflush(stderr);
}

static void print_run(const Session *session, const char *output) {
    const Sweep *sweep = session_sweep(session);
    SweepRun *run = session_result(session);
    Text out = {0};
    RunSummary summary = {.name = script_name(session_scripts(session)[0]),
                          .output = output,
                          .threads = session_threads(session),
                          .seconds = sweep_state(run)->busy_s,
                          .points = sweep->last - sweep->first};
    run_print(&summary, run, sweep->space, sweep->goal, &out);
    if (sweep->evolve)
        evolve_print(sweep, run, &out);
    fputs(out.data, stdout);
    fflush(stdout);
    text_clear(&out);
    run_rate(&summary, sweep_state(run), &out);
    fputs(out.data, stderr);
    text_free(&out);
}

// The pictures of the finished file.
static int print_plots(const Arguments *arguments, int code, Error *err) {
    Text out = {0};
    bool good = true;
    if (arguments->text)
        good = plots_print(arguments->output, &out, err);
    if (good && arguments->plots)
        good = plots_write(arguments->output, arguments->plots, &out, err);
    if (out.data)
        fputs(out.data, stdout);
    text_free(&out);
    return good ? code : 2;
}

static int run_sweep(Session *session, const Arguments *arguments, Error *err) {
    int code = session_run(session, err);
    if (err->what[0])
        return code;
    if (session_result(session))
        print_run(session, arguments->output);
    else
        printf("%s is finished already\n", arguments->output);
    return print_plots(arguments, code, err);
}

static int count_sweep(const Session *session, int threads, Error *err) {
    SweepScript *const *scripts = session_scripts(session);
    if (!script_evolve(scripts[0]))
        return sweep_count(scripts, threads);
    error_set(err,
              "count: does not apply to search = evolve, whose budget is the number of designs");
    error_hint(err, "leave search out to count the space");
    return 2;
}

// What each process does; only the first runs the sweep, the others help it.
static int work(Arguments *arguments, Ranks *ranks, Error *err) {
    Text source = {0};
    Library *library = NULL;
    Session *session = NULL;
    bool first = ranks_is_first(ranks);
    int code = 2;
    if (read_threads(arguments->threads_text, ranks, &arguments->threads, err) &&
        (!arguments->plots || plots_folder(arguments->plots, err)) &&
        file_read(arguments->script, SCRIPT_BYTES, &source, err) && (library = library_open(err))) {
        const SessionOptions options = {
            .source = {arguments->script, source.data, source.length},
            .output = arguments->output,
            .threads = arguments->threads,
            .resume = arguments->resume,
            .shard = arguments->shard,
            .ranks = ranks,
            .progress = isatty(STDERR_FILENO) ? show_progress : NULL,
        };
        session = session_open(library, &options, err);
    }
    if (!session && !first)
        ranks_hello(ranks, arguments->threads, "", err);
    else if (session && !first)
        session_serve(session);
    else if (session)
        code = arguments->count ? count_sweep(session, arguments->threads, err)
                                : run_sweep(session, arguments, err);
    session_close(session);
    library_free(library);
    text_free(&source);
    return code;
}

// One process speaks for all.
static int fail(const Error *err, int code) {
    fflush(stdout);
    if (ranks_speaks())
        options_fail(err);
    return code;
}

// What was committed stays; the rest of the program has nothing to tidy up.
static void interrupted(int number) {
    static const char WORDS[] = "\nchipfit: interrupted; a run with -o goes on with --resume\n";
    (void)!write(STDERR_FILENO, WORDS, sizeof WORDS - 1);
    signal(number, SIG_DFL);
    raise(number);
}

int cmd_sweep(int argc, char **argv) {
    Error err = {0};
    Arguments arguments = {.threads = 1};
    Ranks *ranks;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            if (ranks_speaks())
                fputs(HELP, stdout);
            return 0;
        }
    }
    if (!read_arguments(argc, argv, &arguments, &err) || !ranks_open(&ranks, &err))
        return fail(&err, 2);
    signal(SIGINT, interrupted);
    signal(SIGXFSZ, SIG_IGN); // a file that may not grow is then a failed write
    int code = work(&arguments, ranks, &err);
    if (err.what[0])
        fail(&err, code);
    return ranks_close(ranks, code);
}
