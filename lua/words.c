#include "lua/words.h"

#include <string.h>

#include "sim/base/text.h"

bool words_ask_help(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

// The option that a word names, alone or with "=value"; *joined is then the value.
static const WordOption *find_option(const Words *words, const char *word, const char **joined) {
    *joined = NULL;
    for (int i = 0; i < words->option_count; i++) {
        const WordOption *option = &words->options[i];
        size_t length = strlen(option->name);
        if (strcmp(word, option->name) == 0)
            return option;
        if (option->value && strncmp(word, option->name, length) == 0 && word[length] == '=') {
            *joined = word + length + 1;
            return option;
        }
    }
    return NULL;
}

static bool unknown_option(const Words *words, const char *word, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < words->option_count; i++)
        nearest_offer(&nearest, word, words->options[i].name);
    error_set(err, "%s: there is no option '%.60s'", words->command, word);
    if (nearest.best)
        return error_hint(err, "did you mean '%s'?", nearest.best);
    return error_hint(err, "%s", words->usage);
}

static bool bad_option(const Words *words, const WordOption *option, const char *what, Error *err) {
    error_set(err, "%s: %s is %s", words->command, option->name, what);
    return error_hint(err, "%s", words->usage);
}

bool words_read(Words *words, int argc, char **argv, Error *err) {
    words->file_count = 0;
    for (int i = 1; i < argc; i++) {
        const char *joined;
        const WordOption *option = find_option(words, argv[i], &joined);
        if (!option && argv[i][0] == '-' && argv[i][1])
            return unknown_option(words, argv[i], err);
        if (!option) {
            words->files[words->file_count++] = argv[i];
            continue;
        }
        if (!option->value) {
            *option->flag = true;
            continue;
        }
        if (!joined)
            joined = ++i < argc ? argv[i] : "";
        if (!joined[0])
            return bad_option(words, option, "without its value", err);
        if (*option->value)
            return bad_option(words, option, "given twice", err);
        *option->value = joined;
    }
    if (words->file_count > 0)
        return true;
    error_set(err, "%s needs a file", words->command);
    return error_hint(err, "%s", words->usage);
}
