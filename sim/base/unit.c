#include "sim/base/unit.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BINARY 1 // Ki, Mi, ... are taken too
#define SMALL  2 // m, u, n, p make sense; elsewhere "mB" is a misspelt "MB"

// A unit's sign, and how the message about a missing unit would write it. The first row of a unit is its sign.
typedef struct Sign {
    Unit unit;
    const char *text;
    const char *example;
    int flags;
} Sign;

static const Sign SIGNS[] = {
    {UNIT_S,            "s",      "ms",      SMALL },
    {UNIT_BYTES,        "B",      "GB",      BINARY},
    {UNIT_FLOP,         "FLOP",   "GFLOP",   0     },
    {UNIT_FLOP,         "OP",     "GOP",     0     },
    {UNIT_BYTES_PER_S,  "B/s",    "TB/s",    BINARY},
    {UNIT_FLOP_PER_S,   "FLOP/s", "TFLOP/s", 0     },
    {UNIT_FLOP_PER_S,   "OP/s",   "TOP/s",   0     },
    {UNIT_PER_S,        "/s",     "G/s",     0     },
    {UNIT_HZ,           "Hz",     "GHz",     0     },
    {UNIT_W,            "W",      "W",       SMALL },
    {UNIT_J,            "J",      "pJ",      SMALL },
    {UNIT_USD,          "USD",    "USD",     0     },
    {UNIT_USD_PER_HOUR, "USD/h",  "USD/h",   0     },
};
#define SIGN_COUNT (sizeof SIGNS / sizeof SIGNS[0])

static const char *const UNIT_SIGNS[UNIT_COUNT] = {
    "", "s", "B", "FLOP", "B/s", "FLOP/s", "1/s", "Hz", "W", "J", "USD", "USD/h",
};

typedef struct Prefix {
    const char *text;
    int exponent; // of ten; of two when binary
    bool binary;
} Prefix;

static const Prefix PREFIXES[] = {
    {"",   0,   false},
    {"k",  3,   false},
    {"M",  6,   false},
    {"G",  9,   false},
    {"T",  12,  false},
    {"P",  15,  false},
    {"E",  18,  false},
    {"m",  -3,  false},
    {"u",  -6,  false},
    {"µ", -6,  false}, // U+00B5
    {"μ", -6,  false}, // U+03BC
    {"n",  -9,  false},
    {"p",  -12, false},
    {"Ki", 10,  true },
    {"Mi", 20,  true },
    {"Gi", 30,  true },
    {"Ti", 40,  true },
};
#define PREFIX_COUNT (sizeof PREFIXES / sizeof PREFIXES[0])

#define SHOWN 60 // bytes of the user's text that messages repeat

const char *unit_sign(Unit unit) {
    return UNIT_SIGNS[unit];
}

static const Sign *first_sign(Unit unit) {
    for (size_t i = 0; i < SIGN_COUNT; i++)
        if (SIGNS[i].unit == unit)
            return &SIGNS[i];
    return NULL;
}

// Splits "TB/s" into prefix and sign. No text is both with two readings, see the test.
static const Sign *find_sign(const char *text, size_t length, const Prefix **prefix) {
    for (size_t i = 0; i < SIGN_COUNT; i++) {
        const Sign *sign = &SIGNS[i];
        size_t tail = strlen(sign->text);
        if (tail > length || memcmp(text + length - tail, sign->text, tail) != 0)
            continue;
        for (size_t j = 0; j < PREFIX_COUNT; j++) {
            *prefix = &PREFIXES[j];
            if (strlen((*prefix)->text) == length - tail &&
                memcmp((*prefix)->text, text, length - tail) == 0 &&
                (!(*prefix)->binary || (sign->flags & BINARY)) &&
                ((*prefix)->exponent >= 0 || (sign->flags & SMALL)))
                return sign;
        }
    }
    *prefix = &PREFIXES[0];
    return length == 3 && memcmp(text, "1/s", 3) == 0 ? first_sign(UNIT_PER_S) : NULL;
}

// A decimal number as written: its digits without the point, and the power of ten that stands them right. strtod then
// meets no point, so the locale cannot change what it reads.
typedef struct Decimal {
    char digits[72]; // with the sign
    int exponent;
} Decimal;

// Returns the end of the number, NULL when there is none or it is longer than anyone writes.
static const char *read_decimal(const char *s, Decimal *decimal) {
    size_t n = 0;
    int digits = 0, after_point = 0;
    bool point = false;
    if (*s == '+' || *s == '-')
        decimal->digits[n++] = *s++;
    for (; isdigit((unsigned char)*s) || (*s == '.' && !point); s++) {
        if (*s == '.') {
            point = true;
            continue;
        }
        if (n + 1 >= sizeof decimal->digits)
            return NULL;
        decimal->digits[n++] = *s;
        digits++;
        after_point += point;
    }
    decimal->digits[n] = '\0';
    decimal->exponent = -after_point;
    if (digits == 0)
        return NULL;
    // "5E" is a prefix, "5e3" an exponent.
    const char *e = s + 1;
    if (*s != 'e' && *s != 'E')
        return s;
    int sign = *e == '-' ? -1 : 1, exponent = 0;
    if (*e == '+' || *e == '-')
        e++;
    if (!isdigit((unsigned char)*e))
        return s;
    for (; isdigit((unsigned char)*e); e++)
        exponent = exponent < 10000 ? 10 * exponent + (*e - '0') : exponent;
    decimal->exponent += sign * exponent;
    return e;
}

// The decimal x 10^exponent, rounded once.
static double decimal_value(const Decimal *decimal, int exponent) {
    char text[96];
    snprintf(text, sizeof text, "%se%d", decimal->digits, decimal->exponent + exponent);
    return strtod(text, NULL);
}

static bool has_digit_but_zero(const Decimal *decimal) {
    return strpbrk(decimal->digits, "123456789") != NULL;
}

// Whether the sign counts bits or transfers: "Gb/s", "Gbps", "Mbit", "GT/s".
static bool means_bits(const char *sign, size_t length) {
    static const char *const TAILS[] = {"b", "b/s", "bps", "bit", "bits", "bit/s", "bits/s", "T/s"};
    for (size_t i = 0; i < sizeof TAILS / sizeof TAILS[0]; i++) {
        size_t tail = strlen(TAILS[i]);
        if (length >= tail && length <= tail + 2 &&
            memcmp(sign + length - tail, TAILS[i], tail) == 0)
            return true;
    }
    return false;
}

static bool ends_with(const char *sign, size_t length, const char *tail) {
    return length >= strlen(tail) && memcmp(sign + length - strlen(tail), tail, strlen(tail)) == 0;
}

// `sign` is what stands after the number, `found` its reading if it has one.
static bool wrong_unit(const char *text, size_t number, const char *sign, size_t length,
                       const Sign *found, Unit unit, Error *err) {
    const Sign *wanted = first_sign(unit);
    int shown = (int)(number < SHOWN ? number : SHOWN);
    if (!wanted) {
        error_set(err, "'%.*s' is not a plain number", SHOWN, text);
        return found ? error_hint(err, "that is in %s; here a number stands alone", found->text)
                     : false;
    }
    if (length == 0) {
        error_set(err, "'%.*s' has no unit", SHOWN, text);
        return error_hint(err, "write it with one, as in '%.*s %s'", shown, text, wanted->example);
    }
    error_set(err, "'%.*s' is not in %s", SHOWN, text, unit_sign(unit));
    if (found)
        return error_hint(err, "that is in %s", unit_sign(found->unit));
    if (means_bits(sign, length))
        return error_hint(err, "that counts bits or transfers; a byte is 8 bits, write it in %s",
                          unit_sign(unit));
    if (ends_with(sign, length, "FLOPS") || ends_with(sign, length, "OPS") ||
        ends_with(sign, length, "FLOPs") || ends_with(sign, length, "Bps"))
        return error_hint(err, "write counts as FLOP or B, rates as FLOP/s or B/s");
    return error_hint(err, "write it as in '%.*s %s'", shown, text, wanted->example);
}

bool unit_parse(const char *text, Unit unit, double *value, Error *err) {
    const char *start = text;
    while (*start == ' ' || *start == '\t')
        start++;
    Decimal decimal;
    const char *end = read_decimal(start, &decimal);
    if (!end) {
        error_set(err, "'%.*s' is not a number", SHOWN, text);
        const Sign *wanted = first_sign(unit);
        return wanted ? error_hint(err, "write it as in '1.5 %s'", wanted->example) : false;
    }
    const char *sign_text = end;
    while (*sign_text == ' ' || *sign_text == '\t')
        sign_text++;
    size_t length = strlen(sign_text);
    while (length > 0 && (sign_text[length - 1] == ' ' || sign_text[length - 1] == '\t'))
        length--;

    const Prefix *prefix = &PREFIXES[0];
    const Sign *sign = length > 0 ? find_sign(sign_text, length, &prefix) : NULL;
    if (unit == UNIT_NONE ? length > 0 : !sign || sign->unit != unit)
        return wrong_unit(start, (size_t)(end - start), sign_text, length, sign, unit, err);

    double read = decimal_value(&decimal, prefix->binary ? 0 : prefix->exponent);
    if (prefix->binary)
        read = ldexp(read, prefix->exponent);
    if (!isfinite(read))
        return error_set(err, "'%.*s' is too large", SHOWN, text);
    if (read == 0 && has_digit_but_zero(&decimal))
        return error_set(err, "'%.*s' is too small", SHOWN, text);
    *value = read;
    return true;
}

static void format_plain(char *text, size_t size, double value) {
    if (value == floor(value) && fabs(value) < 1e6) {
        snprintf(text, size, "%.0f", value);
        return;
    }
    char digits[32];
    snprintf(digits, sizeof digits, "%.4g", value);
    // "8.03e+09" as people write it: "8.03e9".
    char *e = strchr(digits, 'e');
    if (!e) {
        snprintf(text, size, "%s", digits);
        return;
    }
    *e = '\0';
    snprintf(text, size, "%se%d", digits, atoi(e + 1));
}

void unit_format(char *text, int size, double value, Unit unit) {
    static const char *const NAMES[] = {"p", "n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    const Sign *sign = first_sign(unit);
    size_t n = size > 0 ? (size_t)size : 0;
    if (n == 0)
        return;
    if (isnan(value)) {
        snprintf(text, n, "-");
        return;
    }
    if (value == 0)
        value = 0; // no "-0 B"
    if (!sign || isinf(value)) {
        format_plain(text, n, value);
        return;
    }
    int lowest = (sign->flags & SMALL) ? -4 : 0, step = 0;
    double size_of = fabs(value);
    while (step < 6 && size_of >= 999.5) {
        size_of /= 1000;
        step++;
    }
    while (step > lowest && size_of > 0 && size_of < 0.9995) {
        size_of *= 1000;
        step--;
    }
    char digits[32];
    if (size_of >= 999.5 || (size_of > 0 && size_of < 1e-3)) {
        format_plain(digits, sizeof digits, value); // beyond the prefixes
        step = 0;
    } else {
        snprintf(digits, sizeof digits, "%.3g", copysign(size_of, value));
    }
    snprintf(text, n, "%s %s%s", digits, NAMES[step + 4], sign->text);
}
