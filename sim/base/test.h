// test.h — registers tests with the one test program; included by *_test.c only.
//
//     TEST(unit, reads_prefixes) { assert_true(...); }      run with: build/release/tests unit
#ifndef SIM_BASE_TEST_H
#define SIM_BASE_TEST_H

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdbool.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
// clang-format on

void test_register(const char *name, void (*run)(void **state));

#define TEST(noun, behaviour)                                                                      \
    static void noun##__##behaviour(void **state);                                                 \
    __attribute__((constructor)) static void noun##__##behaviour##__register(void) {               \
        test_register(#noun "__" #behaviour, noun##__##behaviour);                                 \
    }                                                                                              \
    static void noun##__##behaviour(void **test_state __attribute__((unused)))

// |actual / expected - 1| <= tolerance; prints both on failure.
#define assert_near(actual, expected, tolerance)                                                   \
    test_near((actual), (expected), (tolerance), #actual, __FILE__, __LINE__)

void test_near(double actual, double expected, double tolerance, const char *what, const char *file,
               int line);

#endif
