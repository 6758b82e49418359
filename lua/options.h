// options.h — reads a command line: the keys of a request, and the command's own options.
//
// "--key value" and "--key=value"; '-' and '_' are equal inside a name. Unknown, repeated and half-given options are
// errors. Texts point into argv.
#ifndef LUA_OPTIONS_H
#define LUA_OPTIONS_H

#include "sim/request.h"

typedef struct Option {
    const char *name;
    const char *value_name; // NULL: a flag
    const char *help;
    const char **value; // where the value goes
    bool *flag;         // where a flag goes
} Option;

typedef struct Options {
    const char *command; // "explain"
    const char *summary; // one line for --help
    const char *example; // a command line that works as it stands
    const Option *own;
    int own_count;
    Request *request; // NULL: the command takes no keys
} Options;

// argv[0] is the command's word. *help is set when --help or -h stands among them: nothing else is checked then.
bool options_read(const Options *options, int argc, char **argv, bool *help, Error *err);

// Prints the command's help on stdout.
void options_help(const Options *options);

// Prints an error on stderr as "chipfit: ..." and returns the exit code for wrong input, 2.
int options_fail(const Error *err);

#endif
