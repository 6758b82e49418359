// Any text either reads as a finite number, which written out reads back, or gives an error with a text.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    int read = 0;
    for (int unit = 0; unit < UNIT_COUNT; unit++) {
        Error err = {0};
        double value, back;
        if (!unit_parse(text, (Unit)unit, &value, &err)) {
            check(err.what[0] != '\0');
            continue;
        }
        read++;
        check(isfinite(value));
        char written[64];
        unit_format(written, sizeof written, value, (Unit)unit);
        check(unit_parse(written, (Unit)unit, &back, &err) || fabs(value) > 1e308 ||
              fabs(value) < 1e-307);
        check(fabs(value) > 1e308 || fabs(value) < 1e-307 ||
              fabs(back - value) <= 0.006 * fabs(value));
    }
    check(read <= 1);
    free(text);
    return 0;
}
