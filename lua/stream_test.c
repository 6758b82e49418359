#include "lua/stream.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/base/test.h"
#include "sim/random_test.h"

#define LINE_BYTES 40

// "number:length:first byte", nothing for an empty line, "number:long" for one that was skipped.
static void describe(void *context, int worker, const StreamLine *line, Text *out) {
    (void)context;
    (void)worker;
    if (!line->text)
        text_addf(out, "%lld:long\n", line->number);
    else if (line->length > 0)
        text_addf(out, "%lld:%zu:%c\n", line->number, line->length, line->text[0]);
}

typedef struct Supply {
    int descriptor;
    const Text *text;
    uint64_t state; // 0: all at once
} Supply;

static void *feed(void *context) {
    Supply *job = context;
    for (size_t at = 0; at < job->text->length;) {
        size_t left = job->text->length - at;
        size_t piece = job->state ? (size_t)random_size(&job->state, 8) : left;
        ssize_t written = write(job->descriptor, job->text->data + at, piece < left ? piece : left);
        assert_true(written > 0);
        at += (size_t)written;
    }
    close(job->descriptor);
    return NULL;
}

typedef struct Drain {
    int descriptor;
    Text text;
} Drain;

static void *drain(void *context) {
    Drain *job = context;
    char bytes[4096];
    text_add(&job->text, "");
    for (ssize_t got; (got = read(job->descriptor, bytes, sizeof bytes)) > 0;)
        text_add_n(&job->text, bytes, (size_t)got);
    return NULL;
}

// The answers to `input`, fed in random pieces from `seed` on.
static Text answers(const Text *input, int threads, uint64_t seed) {
    int in[2], out[2];
    Error err;
    pthread_t feeder, drainer;
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    Supply source = {in[1], input, seed};
    Drain sink = {.descriptor = out[0]};
    pthread_create(&feeder, NULL, feed, &source);
    pthread_create(&drainer, NULL, drain, &sink);
    Stream stream = {.in = in[0],
                     .out = out[1],
                     .threads = threads,
                     .line_bytes = LINE_BYTES,
                     .answer = describe};
    assert_int_equal(stream_run(&stream, &err), 0);
    close(out[1]);
    pthread_join(feeder, NULL);
    pthread_join(drainer, NULL);
    close(in[0]);
    close(out[0]);
    return sink.text;
}

static void add_line(Text *input, Text *expected, long long number, size_t length, bool newline) {
    for (size_t i = 0; i < length; i++)
        text_add_n(input, &"abcdefgh"[number % 8], 1);
    if (newline)
        text_add(input, "\n");
    if (length > LINE_BYTES)
        text_addf(expected, "%lld:long\n", number);
    else if (length > 0)
        text_addf(expected, "%lld:%zu:%c\n", number, length, "abcdefgh"[number % 8]);
}

TEST(stream, answers_in_order) {
    static const size_t LENGTHS[] = {LINE_BYTES, LINE_BYTES + 1,    LINE_BYTES + 2, 1000, 0,
                                     1,          2 * LINE_BYTES + 1};
    uint64_t state = 3;
    for (int run = 0; run < 30; run++) {
        Text input = {0}, expected = {0};
        text_add(&input, "");
        text_add(&expected, "");
        int lines = random_below(&state, 400);
        for (int i = 1; i <= lines; i++) {
            size_t length = random_below(&state, 4) ? (size_t)random_below(&state, LINE_BYTES)
                                                    : LENGTHS[random_below(&state, 7)];
            add_line(&input, &expected, i, length, i < lines || run % 2);
        }
        Text got = answers(&input, 1 + run % 5, run % 3 ? random_bits(&state) | 1 : 0);
        assert_string_equal(got.data, expected.data);
        text_free(&got);
        text_free(&input);
        text_free(&expected);
    }
}

TEST(stream, ends_when_answers_cannot_be_written) {
    int in[2], out[2];
    Error err;
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    close(out[0]);
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    // The reader would wait for ever: the other end of `in` stays open.
    assert_int_equal(write(in[1], "a\n", 2), 2);
    Stream stream = {
        .in = in[0], .out = out[1], .threads = 2, .line_bytes = LINE_BYTES, .answer = describe};
    assert_int_equal(stream_run(&stream, &err), 3);
    signal(SIGPIPE, before);
    assert_non_null(strstr(err.what, "standard output"));
    close(in[0]);
    close(in[1]);
    close(out[1]);
}
