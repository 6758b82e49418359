// stream.h — answers lines from one descriptor on another with several threads, in order.
//
// Input is read in blocks of whole lines; each block is answered by one thread; a writer puts the answers out in the
// order of the questions. What has been read is answered before the next read can block, so that a conversation over
// pipes works. A line longer than line_bytes is skipped, not stored.
#ifndef LUA_STREAM_H
#define LUA_STREAM_H

#include "sim/base/error.h"
#include "sim/base/text.h"

typedef struct StreamLine {
    const char *text; // not terminated, without its newline; NULL when the line was too long
    size_t length;
    long long number; // 1-based
} StreamLine;

// Appends the answer with its newline, or nothing. `worker` is below `threads`.
typedef void StreamAnswer(void *context, int worker, const StreamLine *line, Text *out);

typedef struct Stream {
    int in, out;       // descriptors
    int threads;       // at most; fewer when the machine has no room for them
    size_t line_bytes; // the longest line
    StreamAnswer *answer;
    void *context;
} Stream;

// Returns the exit code: 0, 2 when the input cannot be read as a file, 3 when reading or writing failed or not one thread
// can be started.
int stream_run(const Stream *stream, Error *err);

#endif
