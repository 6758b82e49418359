// chipfit validate import — takes in a results file, as build/chipfit-cuda writes it on another machine.
#include <stdio.h>
#include <stdlib.h>

#include "lua/commands.h"
#include "lua/options.h"
#include "lua/validation_command.h"
#include "sim/base/heap.h"

static const char USAGE[] = "chipfit validate import RESULTS.csv [-o OUT.sqlite] [--chip CHIP]";
static const char HELP[] =
    "usage: chipfit validate import RESULTS.csv [-o OUT.sqlite] [--chip CHIP] ...\n\n"
    "Sets measured kernels beside what the model says of them, and stores both.\n\n"
    "  -o OUT.sqlite    tables measurement and prediction and the view validation go there: a "
    "finished run's\n"
    "                   file, one of such tables, or a new one; default: they are only "
    "printed\n" VALIDATION_HELP
    "exit: 0 done; 1 the median error is above the tolerance; 2 wrong input; 3 OUT cannot be "
    "written\n"
    "example: chipfit validate import results.csv --chip h100_sxm -o measured.sqlite\n";

static int import_file(Validation *validation, const char *file, const char *output,
                       const ValidationArguments *arguments, Error *err) {
    bool machine = false;
    if (!validation_compare(validation, file, err))
        return options_fail(err);
    if (output && !validation_store(validation, output, file, &machine, err)) {
        options_fail(err);
        return machine ? 3 : 2;
    }
    return validation_show(validation, arguments, output);
}

int cmd_import_results(int argc, char **argv) {
    ValidationArguments arguments = {0};
    const char *output = NULL;
    const WordOption options[] = {
        {"-o", &output, NULL},
        VALIDATION_OPTIONS(arguments)
    };
    if (words_ask_help(argc, argv)) {
        fputs(HELP, stdout);
        return 0;
    }
    Error err = {0};
    Library *library = NULL;
    Validation validation = {0};
    Words words = {"validate import",
                   USAGE,
                   options,
                   FIELD_COUNT(options),
                   heap_take((size_t)argc, sizeof(char *)),
                   0};
    bool good = words_read(&words, argc, argv, &err);
    if (good && words.file_count > 1)
        good = error_set(&err, "validate import takes one file, not %d", words.file_count);
    int code;
    if (!good || !(library = library_open(&err)) ||
        !validation_begin(&validation, library, &arguments, &err))
        code = options_fail(&err);
    else
        code = import_file(&validation, words.files[0], output, &arguments, &err);
    validation_close(&validation);
    library_free(library);
    free(words.files);
    return code;
}
