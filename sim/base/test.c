#include "sim/base/test.h"

#include <stdlib.h>

// The one mutable global of the tree: constructors fill it before main runs.
static struct CMUnitTest *tests;
static size_t test_count, test_capacity;

void test_register(const char *name, void (*run)(void **state)) {
    if (test_count == test_capacity) {
        test_capacity = test_capacity ? 2 * test_capacity : 256;
        tests = realloc(tests, test_capacity * sizeof *tests);
        if (!tests)
            abort();
    }
    tests[test_count++] = (struct CMUnitTest){.name = name, .test_func = run};
}

void test_near(double actual, double expected, double tolerance, const char *what, const char *file,
               int line) {
    double off = expected != 0 ? actual / expected - 1 : actual;
    if (fabs(off) <= tolerance)
        return;
    print_error("%s = %.10g, expected %.10g within %g, off by %g\n", what, actual, expected,
                tolerance, off);
    _fail(file, line);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

int main(int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : "";
    size_t chosen = 0;
    for (size_t i = 0; i < test_count; i++)
        if (strstr(tests[i].name, word))
            tests[chosen++] = tests[i];
    if (chosen == 0) {
        fprintf(stderr, "no test's name contains '%s'\n", word);
        return 2;
    }
    qsort(tests, chosen, sizeof *tests, by_name);
    int failed = _cmocka_run_group_tests("chipfit", tests, chosen, NULL, NULL);
    free(tests);
    return failed != 0;
}
