#include "sim/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// Formats into a copy first, since arguments may point into the Error itself.
__attribute__((format(printf, 3, 0))) static void write_text(char *text, size_t size,
                                                             const char *format, va_list args) {
    char copy[512];
    vsnprintf(copy, sizeof copy, format, args);
    snprintf(text, size, "%s", copy);
}

bool error_set(Error *err, const char *format, ...) {
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    write_text(err->what, sizeof err->what, format, args);
    va_end(args);
    err->file[0] = '\0';
    err->line = 0;
    err->hint[0] = '\0';
    return false;
}

bool error_hint(Error *err, const char *format, ...) {
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    write_text(err->hint, sizeof err->hint, format, args);
    va_end(args);
    return false;
}

bool error_where(Error *err, const char *file, int line) {
    if (!err || err->file[0] || err->line)
        return false;
    snprintf(err->file, sizeof err->file, "%s", file ? file : "");
    err->line = line;
    return false;
}

// Texts come from files of strangers: nothing in them may steer the terminal.
static void add_clean(char *text, size_t size, const char *from) {
    size_t length = strlen(text);
    for (; *from && length + 1 < size; from++) {
        unsigned char c = (unsigned char)*from, next = (unsigned char)from[1];
        if (c < 0x20 || c == 0x7f) {
            c = '?';
        } else if (c == 0xc2 && next >= 0x80 && next < 0xa0) { // C1 controls in UTF-8
            c = '?';
            from++;
        }
        text[length++] = (char)c;
    }
    text[length] = '\0';
}

static void add_plain(char *text, size_t size, const char *from) {
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s", from);
}

void error_text(const Error *err, char *text, int size) {
    if (size <= 0)
        return;
    size_t n = (size_t)size;
    text[0] = '\0';
    add_clean(text, n, err->file);
    if (err->line > 0) {
        char line[24];
        snprintf(line, sizeof line, err->file[0] ? ":%d" : "line %d", err->line);
        add_plain(text, n, line);
    }
    if (text[0])
        add_plain(text, n, ": ");
    add_clean(text, n, err->what);
    if (err->hint[0]) {
        add_plain(text, n, "\n    ");
        add_clean(text, n, err->hint);
    }
}
