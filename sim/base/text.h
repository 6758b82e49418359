// text.h — a growing text buffer, and the nearest right word for a misspelt one.
#ifndef SIM_BASE_TEXT_H
#define SIM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// A growing text: never NULL after text_add, always terminated. Start from {0}; text_free releases it.
typedef struct Text {
    char *data;
    size_t length, capacity;
} Text;

void text_add(Text *text, const char *string);
void text_add_n(Text *text, const char *bytes, size_t length);
void text_addf(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_clear(Text *text);
void text_free(Text *text);

// Adds the number with 15 to 17 significant digits, so that reading it back gives the same bits; NaN
// and infinity as null. See number.c.
void text_add_number(Text *text, double value);

// Adds text as a JSON string with its quotes; control characters are escaped, bytes that are not
// UTF-8 become U+FFFD.
void text_add_json(Text *text, const char *string);

// Levenshtein distance, case folded, '-', '_', ' ' and '.' taken as equal; only the first 64 bytes
// of a string count.
int text_distance(const char *a, const char *b);

// Follows the candidates for the best match: start from {0}, offer each, then ask for `best` (NULL
// when nothing is near: at least half of the word must match). A candidate that begins with the word
// is the nearest of all.
typedef struct Nearest {
    const char *best;
    int distance;
} Nearest;

void nearest_offer(Nearest *nearest, const char *word, const char *candidate);

// Names are compared without case and with '-', '_', ' ' and '.' taken as equal: "H100-SXM" is
// "h100_sxm".
bool text_same_name(const char *a, const char *b);

#ifdef __cplusplus
}
#endif
#endif
