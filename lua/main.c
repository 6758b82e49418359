// chipfit — the command line: finds the command and sees to it that what it wrote has arrived.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/commands.h"
#include "sim/base/error.h"
#include "sim/base/text.h"

#define OUTPUT_BYTES ((size_t)1 << 20)

typedef struct Command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} Command;

static const Command COMMANDS[] = {
    {"explain",   cmd_explain,   "one design: op by op, what binds, the formula behind any number"      },
    {"predict",   cmd_predict,   "many designs: a JSON object a line in, one out, in order"             },
    {"sweep",     cmd_sweep,     "search: every combination that a script spans, and what nothing beats"},
    {"merge",     cmd_merge,     "joins the parts of a sweep into what one run would have written"      },
    {"plot",      cmd_plot,      "a design as pictures: roofline, time by op, memory, curves, maps"     },
    {"report",    cmd_report,    "a stored run as one page: frontier, pictures, accuracy, sources"      },
    {"validate",  cmd_validate,  "is it true? predictions against measured kernels"                     },
    {"calibrate", cmd_calibrate, "fits a kernel profile to measured rows"                               },
    {"probe",     cmd_probe,     "this machine as a chip: measured, with a kernel profile"              },
    {"import",    cmd_import,    "a Hugging Face config.json to a model"                                },
    {"list",      cmd_list,      "chips, systems, models and kernel profiles that there are"            },
    {"schema",    cmd_schema,    "every field with unit, range, default and meaning"                    },
};
#define COMMAND_COUNT (sizeof COMMANDS / sizeof COMMANDS[0])

static void print_help(FILE *out) {
    fprintf(out, "chipfit %s fits neural networks to chips: how fast, how full, what binds.\n\n",
            CHIPFIT_VERSION);
    fprintf(out, "usage: chipfit COMMAND [options]      chipfit COMMAND --help tells more\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-10s %s\n", COMMANDS[i].name, COMMANDS[i].help);
    fprintf(out, "\nexample: chipfit explain --chip h100_sxm --chips 8 --model llama-3.1-70b --tp "
                 "8 --phase decode "
                 "--batch 64 --context 4096\n");
    fprintf(out,
            "exit: 0 done, 1 done and the answer is no, 2 wrong input, 3 the machine failed\n");
}

static int unknown_command(const char *word) {
    Error err;
    char text[1400];
    Nearest nearest = {0};
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        nearest_offer(&nearest, word, COMMANDS[i].name);
    error_set(&err, "there is no command '%.60s'", word);
    if (nearest.best)
        error_hint(&err, "did you mean '%s'?", nearest.best);
    else
        error_hint(&err, "chipfit --help lists the commands");
    error_text(&err, text, sizeof text);
    fprintf(stderr, "chipfit: %s\n", text);
    return 2;
}

static int run(int argc, char **argv) {
    if (argc < 2) {
        print_help(stderr);
        return 2;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("chipfit %s\n", CHIPFIT_VERSION);
        return 0;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(argv[1], COMMANDS[i].name) == 0)
            return COMMANDS[i].run(argc - 1, argv + 1);
    return unknown_command(argv[1]);
}

// A standard descriptor that is closed would go to the next file or pipe that is opened. What takes its place cannot be
// read (0) or written (1, 2), so that a lost input or output is still noticed.
static void fill_closed_descriptors(void) {
    for (int i = 0; i <= 2; i++)
        if (fcntl(i, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", i == 0 ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv) {
    fill_closed_descriptors();
    signal(SIGPIPE, SIG_IGN); // a closed pipe is then a failed write, reported as one
    // One write at the end as a rule, whose errno says why it failed.
    char *buffer = malloc(OUTPUT_BYTES);
    if (buffer)
        setvbuf(stdout, buffer, _IOFBF, OUTPUT_BYTES);
    int code = run(argc, argv);
    errno = 0;
    if (ferror(stdout) || fclose(stdout) != 0) {
        fprintf(stderr, "chipfit: standard output: %s\n",
                errno ? strerror(errno) : "could not be written");
        code = 3;
    }
    free(buffer);
    return code;
}
