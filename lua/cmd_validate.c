// chipfit validate — is it true? Predictions against measured kernels and published results.
#include <stdio.h>
#include <string.h>

#include "lua/commands.h"
#include "lua/options.h"
#include "sim/base/text.h"

typedef struct Part {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} Part;

static const Part PARTS[] = {
    {"run",    cmd_run,            "measures shapes as real kernels and compares them with the model"},
    {"import", cmd_import_results, "takes in what build/chipfit-cuda measured elsewhere"             },
    {"score",  cmd_score,          "predicts each measured row of CSV files and prints the errors"   },
    {"cases",  cmd_cases,          "sets published end-to-end rows beside the designs that they are" },
};
#define VALIDATE_PARTS (sizeof PARTS / sizeof PARTS[0])

static void print_help(FILE *out) {
    fputs("usage: chipfit validate PART ...      chipfit validate PART --help tells more\n\n", out);
    for (size_t i = 0; i < VALIDATE_PARTS; i++)
        fprintf(out, "  %-8s %s\n", PARTS[i].name, PARTS[i].help);
    fputs("\nexample: chipfit validate score rows.csv --by chip,dtype\n", out);
}

int cmd_validate(int argc, char **argv) {
    Error err;
    Nearest nearest = {0};
    if (argc < 2) {
        print_help(stderr);
        return 2;
    }
    for (size_t i = 0; i < VALIDATE_PARTS; i++) {
        nearest_offer(&nearest, argv[1], PARTS[i].name);
        if (strcmp(argv[1], PARTS[i].name) == 0)
            return PARTS[i].run(argc - 1, argv + 1);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return 0;
    }
    error_set(&err, "validate has no part '%.60s'", argv[1]);
    if (nearest.best)
        error_hint(&err, "did you mean '%s'?", nearest.best);
    else
        error_hint(&err, "chipfit validate --help lists them");
    return options_fail(&err);
}
