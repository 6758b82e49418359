#include "sim/base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(Text *text, size_t more) {
    size_t need = text->length + more + 1;
    if (need <= text->capacity)
        return;
    size_t capacity = text->capacity ? text->capacity : 256;
    while (capacity < need)
        capacity *= 2;
    char *data = realloc(text->data, capacity);
    if (!data) {
        fprintf(stderr, "chipfit: out of memory\n");
        abort();
    }
    text->data = data;
    text->capacity = capacity;
}

void text_add_n(Text *text, const char *bytes, size_t length) {
    reserve(text, length);
    if (length > 0)
        memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_add(Text *text, const char *string) {
    text_add_n(text, string, strlen(string));
}

void text_addf(Text *text, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length >= 0) {
        reserve(text, (size_t)length);
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_clear(Text *text) {
    text->length = 0;
    if (text->data)
        text->data[0] = '\0';
}

void text_free(Text *text) {
    free(text->data);
    *text = (Text){0};
}

// Length of the UTF-8 sequence at s, 0 when it is none (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF).
static size_t utf8_length(const unsigned char *s) {
    static const struct {
        unsigned char first, last, second_min, second_max, length;
    } FORMS[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 2},
        {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3},
        {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4},
        {0xf1, 0xf3, 0x80, 0xbf, 4},
        {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++) {
        if (s[0] < FORMS[i].first || s[0] > FORMS[i].last)
            continue;
        if (s[1] < FORMS[i].second_min || s[1] > FORMS[i].second_max)
            return 0;
        for (size_t j = 2; j < FORMS[i].length; j++)
            if ((s[j] & 0xc0) != 0x80)
                return 0;
        return FORMS[i].length;
    }
    return 0;
}

static bool is_plain(unsigned char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void text_add_json(Text *text, const char *string) {
    const unsigned char *s = (const unsigned char *)string;
    text_add_n(text, "\"", 1);
    while (*s) {
        const unsigned char *run = s;
        for (size_t n = 1; n > 0; s += n)
            n = is_plain(*s) ? 1 : *s >= 0x80 ? utf8_length(s) : 0;
        text_add_n(text, (const char *)run, (size_t)(s - run));
        if (!*s)
            break;
        if (*s >= 0x80)
            text_add(text, "\\ufffd");
        else if (*s == '"' || *s == '\\')
            text_addf(text, "\\%c", *s);
        else if (*s == '\n')
            text_add(text, "\\n");
        else if (*s == '\t')
            text_add(text, "\\t");
        else
            text_addf(text, "\\u%04x", (unsigned)*s);
        s++;
    }
    text_add_n(text, "\"", 1);
}

static char folded(char c) {
    if (c == '-' || c == '.' || c == ' ')
        return '_';
    return (char)tolower((unsigned char)c);
}

bool text_same_name(const char *a, const char *b) {
    while (*a && folded(*a) == folded(*b)) {
        a++;
        b++;
    }
    return !*a && !*b;
}

#define WORD_BYTES 64

static int cut_length(const char *word) {
    size_t length = strlen(word);
    return (int)(length < WORD_BYTES ? length : WORD_BYTES);
}

int text_distance(const char *a, const char *b) {
    int n = cut_length(a), m = cut_length(b);
    int row[WORD_BYTES + 1]; // distances of a's first i bytes to b's first 0..m
    for (int j = 0; j <= m; j++)
        row[j] = j;
    for (int i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int best = diagonal + (folded(a[i - 1]) != folded(b[j - 1]));
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[m];
}

static bool begins_with(const char *candidate, const char *word) {
    while (*word && folded(*word) == folded(*candidate)) {
        word++;
        candidate++;
    }
    return !*word;
}

void nearest_offer(Nearest *nearest, const char *word, const char *candidate) {
    bool begins = strlen(word) >= 2 && begins_with(candidate, word);
    int distance = begins ? 0 : text_distance(word, candidate);
    if (2 * distance > cut_length(word) || !*word)
        return;
    if (!nearest->best || distance < nearest->distance) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}
