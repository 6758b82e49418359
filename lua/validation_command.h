// validation_command.h — what `validate run` and `validate import` have in common: options, and how they end.
#ifndef LUA_VALIDATION_COMMAND_H
#define LUA_VALIDATION_COMMAND_H

#include "lua/validation.h"
#include "lua/words.h"
#include "results/tables.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ValidationArguments {
    const char *chip, *profile, *mode, *tolerance, *plot;
    bool warm, disturbed, text, json;
} ValidationArguments;

#define VALIDATION_OPTIONS(arguments)                                                              \
    {"--chip", &(arguments).chip, NULL}, {"--profile", &(arguments).profile, NULL},                \
        {"--mode", &(arguments).mode, NULL}, {"--tolerance", &(arguments).tolerance, NULL},        \
        {"--plot", &(arguments).plot, NULL}, {"--warm", NULL, &(arguments).warm},                  \
        {"--disturbed", NULL, &(arguments).disturbed}, {"--text", NULL, &(arguments).text}, {      \
        "--json", NULL, &(arguments).json                                                          \
    }

#define VALIDATION_HELP                                                                            \
    "  --chip CHIP      what the device is (a name or a .lua file); default: what the results "    \
    "say\n"                                                                                        \
    "  --profile NAME   this kernel profile (a name or a .lua file); default: the one that "       \
    "serves "                                                                                      \
    "the chip\n"                                                                                   \
    "  --mode M         datasheet, or calibrated; default: both where a profile serves the chip\n" \
    "  --warm           compares warm times, operands as the run before left them\n"               \
    "  --disturbed      counts rows whose time no second round confirms in the errors as well\n"   \
    "  --tolerance T    of the median error, as a share; default: 0.2\n"                           \
    "  --plot STEM      writes a parity plot: STEM.svg, STEM.png, STEM.dat and STEM.gp "           \
    "(gnuplot)\n"                                                                                  \
    "  --text           draws it in the terminal\n"                                                \
    "  --json           one object a group and line\n\n"

// A number of an option; *value stays where it is not given.
bool validation_number(const char *option, const char *text, double min, double max, double *value,
                       Error *err);

// Reads the options and opens the validation.
bool validation_begin(Validation *validation, Library *library,
                      const ValidationArguments *arguments, Error *err);

// Prints and plots; the exit code by the tolerance. stored: the file, for a last word.
int validation_show(const Validation *validation, const ValidationArguments *arguments,
                    const char *stored);

#ifdef __cplusplus
}
#endif
#endif
