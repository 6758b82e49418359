// error.h — what went wrong with the user's input: where, what, and a hint at the mend.
//
// Functions that can fail on input return false and fill an Error; the caller adds nothing and prints
// it once, at the edge. An Error owns nothing: its texts are fixed buffers and are cut off when too
// long. A NULL Error is allowed and drops the message. Arguments may point into the same Error:
// error_set(err, "%s: %s", name, err->what).
//
//     if (!unit_parse("3.35 TB", UNIT_BYTES_PER_S, &value, err))
//         return error_where(err, "x.lua", 11);
#ifndef SIM_BASE_ERROR_H
#define SIM_BASE_ERROR_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Error {
    char file[256]; // file, option or key that was read; empty when there is none
    int line;       // 1-based; 0 when there is none
    char what[512];
    char hint[512]; // empty when there is none
} Error;

// Sets `what` and clears the rest. Always returns false, so that callers can `return error_set(...)`.
bool error_set(Error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Adds the hint line ("did you mean 'batch'?"). Always returns false.
bool error_hint(Error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Adds the place to an error that has none yet. Always returns false.
bool error_where(Error *err, const char *file, int line);

// Writes "file:line: what\n    hint" (the parts that exist) into text, control characters replaced
// by '?'.
void error_text(const Error *err, char *text, int size);

#ifdef __cplusplus
}
#endif
#endif
