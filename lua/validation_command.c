#include "lua/validation_command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lua/options.h"
#include "lua/parity.h"

#define TOLERANCE 0.2

bool validation_number(const char *option, const char *text, double min, double max, double *value,
                       Error *err) {
    char *end;
    if (!text)
        return true;
    double number = strtod(text, &end);
    if (end == text || *end || !(number >= min && number <= max))
        return error_set(err, "%s: '%.60s' is no number in %.10g to %.10g", option, text, min, max);
    *value = number;
    return true;
}

bool validation_begin(Validation *validation, Library *library,
                      const ValidationArguments *arguments, Error *err) {
    ValidationOptions options = {.chip = arguments->chip,
                                 .profile = arguments->profile,
                                 .mode = arguments->mode,
                                 .warm = arguments->warm,
                                 .disturbed = arguments->disturbed,
                                 .tolerance = TOLERANCE};
    return validation_number("--tolerance", arguments->tolerance, 0, 1e6, &options.tolerance,
                             err) &&
           validation_open(validation, library, &options, err);
}

int validation_show(const Validation *validation, const ValidationArguments *arguments,
                    const char *stored) {
    Error err = {0};
    int code = validation_passes(validation) ? 0 : 1;
    if (arguments->json)
        validation_json(validation);
    else
        validation_print(validation);
    if ((arguments->plot && !parity_write(validation, arguments->plot, &err)) ||
        (arguments->text && !parity_print(validation, &err))) {
        options_fail(&err);
        code = 3;
    }
    if (code == 1 && validation->total.rows > 0)
        fprintf(stderr, "chipfit: the median error is above the tolerance of %.3g %%\n",
                100 * validation->options.tolerance);
    if (stored)
        fprintf(stderr,
                "chipfit: stored in %s: tables measurement and prediction, view validation\n",
                stored);
    return code;
}
