#include "results/plot_words.h"

#include <stdint.h>
#include <string.h>

// The character at *at, which moves behind it; 0xFFFFFFFF where the bytes are not UTF-8, of which one is then taken.
static uint32_t take(const unsigned char **at) {
    static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = *at;
    int length = bytes[0] < 0x80             ? 1
                 : (bytes[0] & 0xE0) == 0xC0 ? 2
                 : (bytes[0] & 0xF0) == 0xE0 ? 3
                 : (bytes[0] & 0xF8) == 0xF0 ? 4
                                             : 0;
    uint32_t code = length == 1 ? bytes[0] : bytes[0] & (0x7Fu >> length);
    *at = bytes + 1;
    for (int i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return UINT32_MAX;
        code = code << 6 | (bytes[i] & 0x3F);
    }
    if (length == 0 || code < LEAST[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return UINT32_MAX;
    *at = bytes + length;
    return code;
}

static bool is_blank(uint32_t code) {
    return code == '\n' || code == '\t' || code == '\r' || code == 0x2028 || code == 0x2029;
}

// Controls, those of C1 too, marks of direction, and what XML forbids.
static bool is_shown(uint32_t code) {
    return !(code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
             (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
             code == 0xFEFF || (code & 0xFFFE) == 0xFFFE || code == UINT32_MAX);
}

void words_clean(Text *out, const char *text, int most) {
    const unsigned char *at = (const unsigned char *)(text ? text : "");
    size_t cut = out->length;
    int count = 0;
    text_add(out, "");
    while (*at) {
        const unsigned char *before = at;
        uint32_t code = take(&at);
        if (count == most) {
            out->length = cut;
            text_add(out, "…");
            return;
        }
        count++;
        if (count == most)
            cut = out->length;
        if (is_blank(code))
            text_add(out, " ");
        else if (is_shown(code))
            text_add_n(out, (const char *)before, (size_t)(at - before));
        else
            text_add(out, "?");
    }
}

static int width(uint32_t code) {
    return (code >= 0x1100 && code < 0x1160) || (code >= 0x2E80 && code < 0xD7B0) ||
                   (code >= 0xF900 && code < 0xFB00) || (code >= 0xFE30 && code < 0xFE70) ||
                   (code >= 0xFF00 && code < 0xFF61) || (code >= 0x1F300 && code < 0x1FB00) ||
                   (code >= 0x20000 && code < 0x40000)
               ? 2
               : 1;
}

int words_width(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    int count = 0;
    while (*at)
        count += width(take(&at));
    return count;
}

// DejaVu Sans' advance widths, rounded up by class.
static double ems(uint32_t code) {
    if (code < 0x80 && strchr("iljI.,:;'|! ", (int)code))
        return 0.33;
    if (code < 0x80 && strchr("frt()[]/-", (int)code))
        return 0.41;
    if (code == 0x2026) // the ellipsis of a text that is cut off
        return 1;
    if (code < 0x80 && strchr("mwMW@%", (int)code))
        return 0.97;
    if (code >= 'A' && code <= 'Z')
        return 0.72;
    return 0.64 * width(code);
}

double words_ems(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    double sum = 0;
    while (*at)
        sum += ems(take(&at));
    return sum;
}

// A quote stands in double quotes of its own: gnuplot reads '''x' as an empty text and more.
static void add_literal(Text *out, const char *text, char doubled) {
    text_add(out, "'");
    for (; *text; text++) {
        if (*text == '\'')
            text_add(out, "'.\"'\".'");
        else
            text_add_n(out, text, 1);
        if (*text == doubled)
            text_add_n(out, text, 1);
    }
    text_add(out, "'");
}

void words_literal(Text *out, const char *text) {
    add_literal(out, text, '\0');
}

void words_tick(Text *out, const char *text) {
    add_literal(out, text, '%');
}

size_t words_line(const char *text, int columns) {
    const unsigned char *at = (const unsigned char *)text, *blank = NULL;
    int count = 0;
    while (*at) {
        const unsigned char *before = at;
        uint32_t code = take(&at);
        if (code == ' ')
            blank = before;
        count += width(code);
        if (count > columns) {
            if (blank && blank > (const unsigned char *)text)
                before = blank;
            return (size_t)(before - (const unsigned char *)text);
        }
    }
    return (size_t)(at - (const unsigned char *)text);
}
