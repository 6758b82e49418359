// chipfit import — a Hugging Face config.json as a model's Lua file.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/commands.h"
#include "lua/import.h"
#include "lua/options.h"

static const char USAGE[] =
    "usage: chipfit import CONFIG.json [-o MODEL.lua] [--as FAMILY] [--name NAME]\n\n"
    "Reads a Hugging Face config.json and writes the model as Lua on standard output, or to\n"
    "MODEL.lua, with its parameter counts on standard output.\n\n"
    "  -o MODEL.lua   writes there\n"
    "  --as FAMILY    reads it as one of that family, whatever it calls itself\n"
    "  --name NAME    the model's name; else the config's or the file's\n\n";

typedef struct Arguments {
    Import import;
    const char *output;
} Arguments;

static void print_help(void) {
    Text families = {0};
    import_families(&families);
    fputs(USAGE, stdout);
    printf("families: ");
    int column = 10;
    for (const char *at = families.data; *at; at++) {
        bool breaks = *at == ' ' && column > 76;
        putchar(breaks ? '\n' : *at);
        column = breaks ? 0 : column + 1;
    }
    printf("\n\nexample: chipfit import config.json -o mine.lua --name mine\n");
    text_free(&families);
}

static bool read_arguments(int argc, char **argv, Arguments *arguments, Error *err) {
    struct {
        const char *name;
        const char **value;
    } options[] = {
        {"-o",     &arguments->output       },
        {"--as",   &arguments->import.family},
        {"--name", &arguments->import.name  }
    };
    for (int i = 1; i < argc; i++) {
        const char **value = &arguments->import.file;
        const char *word = argv[i];
        for (size_t k = 0; k < sizeof options / sizeof *options; k++) {
            size_t length = strlen(options[k].name);
            bool joined =
                k > 0 && strncmp(word, options[k].name, length) == 0 && word[length] == '=';
            if (strcmp(word, options[k].name) != 0 && !joined)
                continue;
            value = options[k].value;
            word = joined ? word + length + 1 : ++i < argc ? argv[i] : "";
        }
        if (value == &arguments->import.file && word[0] == '-') {
            error_set(err, "import: there is no option '%.60s'", word);
            return error_hint(err, "chipfit import --help lists them");
        }
        if (*value || !word[0]) {
            error_set(err, "import: '%.60s' is %s", argv[i < argc ? i : argc - 1],
                      *value ? "one word too many" : "without its value");
            return error_hint(err, "chipfit import CONFIG.json [-o MODEL.lua] [--as FAMILY]");
        }
        *value = word;
    }
    if (arguments->import.file)
        return true;
    error_set(err, "import needs a config.json");
    return error_hint(err, "chipfit import CONFIG.json [-o MODEL.lua] [--as FAMILY]");
}

// Writes the file, or to standard output where there is none; 3 when that fails.
static int write_out(const Arguments *arguments, const Model *model, const Text *lua) {
    if (!arguments->output) {
        fputs(lua->data, stdout);
        return 0;
    }
    FILE *file = fopen(arguments->output, "w");
    bool ok = file && fputs(lua->data, file) >= 0;
    if (file && fclose(file) != 0)
        ok = false;
    if (!ok) {
        fprintf(stderr, "chipfit: %s: %s\n", arguments->output, strerror(errno));
        return 3;
    }
    printf("%s: %.4g billion parameters, %.4g of them active, in %s\n", model->name,
           model->params / 1e9, model->active_params / 1e9, arguments->output);
    return 0;
}

int cmd_import(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            print_help();
            return 0;
        }
    Error err = {0};
    Arguments arguments = {0};
    if (!read_arguments(argc, argv, &arguments, &err))
        return options_fail(&err);
    Arena *arena = arena_new();
    Model *model = arena_take(arena, sizeof *model);
    Text lua = {0};
    int code;
    bool ok = import_file(&arguments.import, arena, model, &err);
    if (ok)
        import_write(model, &lua); // before model_finish fills in what follows from the rest
    if (ok && model_finish(model, &err)) {
        if (model->doubtful)
            fprintf(stderr, "chipfit: %s: %s\n", arguments.import.file, model->doubtful);
        code = write_out(&arguments, model, &lua);
    } else {
        error_where(&err, arguments.import.file, 0);
        code = options_fail(&err);
    }
    text_free(&lua);
    arena_free(arena);
    return code;
}
