// The shortest of 15, 16 or 17 digits that reads back as the same double. Apart from text.c because
// it is all arithmetic: predict writes millions of numbers a second, more than printf can.
#include "sim/base/text.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A 64-bit significand keeps 17 digits right to 0.03 units of the last; with less, printf has to do.
#if LDBL_MANT_DIG >= 64

static const long double TENS[] = {
    1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,  1e10L,
    1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L,
    1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L, 1e28L, 1e29L, 1e30L, 1e31L,
};
static const long double TENS_32[] = {
    1e-320L, 1e-288L, 1e-256L, 1e-224L, 1e-192L, 1e-160L, 1e-128L, 1e-96L, 1e-64L, 1e-32L, 1e0L,
    1e32L,   1e64L,   1e96L,   1e128L,  1e160L,  1e192L,  1e224L,  1e256L, 1e288L, 1e320L,
};

static long double scale_by_ten(long double value, int exponent) {
    int at = exponent + 320;
    return value * TENS_32[at / 32] * TENS[at % 32];
}

// Whether digits x 10^exponent, `off` away from value, reads back as value: surely within half the
// gap to the next double, surely not beyond it; strtod decides the one case in a hundred between.
static bool reads_back(double value, uint64_t digits, int exponent, double off, double half) {
    if (off < 0.995 * half || off > 1.005 * half)
        return off < half;
    char text[40];
    snprintf(text, sizeof text, "%" PRIu64 "e%d", digits, exponent);
    return strtod(text, NULL) == value;
}

// value = digits x 10^(exponent - 16), digits with 17 figures. value is finite and positive.
static uint64_t shortest_digits(double value, int *exponent) {
    int two;
    double fraction = frexp(value, &two);
    int ten = (int)floor((two - 1) * 0.30102999566398120);
    long double scaled = scale_by_ten((long double)value, 16 - ten);
    if (scaled >= 1e17L) // the estimate is one too low for fractions near 1
        scaled = scale_by_ten((long double)value, 16 - ++ten);
    // In units of the 17th digit; below a power of two the gap is half as wide.
    double half = (double)scaled / fraction * (fraction == 0.5 ? 0x1p-55 : 0x1p-54);
    uint64_t digits = (uint64_t)llrintl(scaled);
    uint64_t rounded = (digits + 50) / 100 * 100;
    if (!reads_back(value, rounded, ten - 16, (double)fabsl((long double)rounded - scaled), half)) {
        rounded = (digits + 5) / 10 * 10;
        if (!reads_back(value, rounded, ten - 16, (double)fabsl((long double)rounded - scaled),
                        half))
            rounded = digits;
    }
    if (rounded >= 100000000000000000u) {
        rounded /= 10;
        ten++;
    }
    *exponent = ten;
    return rounded;
}

static char *write_digits(char *out, uint64_t value, int count) {
    for (int i = count - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + count;
}

static char *write_whole(char *out, uint64_t value) {
    char digits[20];
    int at = 20;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    memcpy(out, digits + at, (size_t)(20 - at));
    return out + (20 - at);
}

static char *write_fraction(char *out, double value) {
    int exponent;
    uint64_t digits = shortest_digits(value, &exponent);
    int count = 17;
    while (digits % 10 == 0) {
        digits /= 10;
        count--;
    }
    if (exponent < 0 && exponent >= -5) {
        memcpy(out, "0.00000", 7);
        return write_digits(out + 1 - exponent, digits, count);
    }
    // Whole numbers of 2^53 and more keep an exponent: many readers take plain digits as integers.
    int before = exponent >= 0 && exponent < 16 && count > exponent + 1 ? exponent + 1 : 1;
    write_digits(out + 1, digits, count);
    memmove(out, out + 1, (size_t)before);
    out[before] = '.';
    out += count == 1 ? 1 : count + 1;
    if (before == exponent + 1)
        return out;
    *out++ = 'e';
    if (exponent < 0)
        *out++ = '-';
    return write_whole(out, (uint64_t)(exponent < 0 ? -exponent : exponent));
}

void text_add_number(Text *text, double value) {
    char buffer[32], *end = buffer;
    if (!isfinite(value)) {
        text_add_n(text, "null", 4);
        return;
    }
    if (signbit(value)) {
        *end++ = '-';
        value = -value;
    }
    if (value < 0x1p53 && value == (double)(int64_t)value) {
        end = write_whole(end, (uint64_t)(int64_t)value);
        if (value == 0 && end > buffer + 1) { // a bare -0 would be read as the integer 0
            memcpy(end, ".0", 2);
            end += 2;
        }
    } else {
        end = write_fraction(end, value);
    }
    text_add_n(text, buffer, (size_t)(end - buffer));
}

#else

void text_add_number(Text *text, double value) {
    if (isfinite(value))
        text_addf(text, "%.17g", value);
    else
        text_add_n(text, "null", 4);
}

#endif
