// words.h — the words of a command line that takes files and a few options of its own.
//
// "--option value" and "--option=value"; unknown, repeated and half-given options are errors with the nearest right one.
#ifndef LUA_WORDS_H
#define LUA_WORDS_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct WordOption {
    const char *name;   // "--by", "-o"
    const char **value; // where its value goes; NULL: a flag
    bool *flag;
} WordOption;

typedef struct Words {
    const char *command; // "validate score"
    const char *usage;   // the hint of errors
    const WordOption *options;
    int option_count;
    const char **files; // room for `argc` of them
    int file_count;
} Words;

// argv[0] is the command's own word. At least one file must be given.
bool words_read(Words *words, int argc, char **argv, Error *err);

// Whether --help or -h stands among them.
bool words_ask_help(int argc, char **argv);

#ifdef __cplusplus
}
#endif
#endif
