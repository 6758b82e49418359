#include "lua/stream.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_BYTES        ((size_t)256 << 10)
#define BLOCKS_PER_THREAD 4
#define KEPT_BYTES        ((size_t)4 << 20) // an answer's buffer above this is given back
#define STACK_BYTES       ((size_t)4 << 20)
#define SPARE_BYTES       ((size_t)64 << 20) // left for the answers when a thread more is started

typedef struct Block {
    char *data; // line_bytes + 1
    size_t length;
    long long first_line;
    bool too_long; // stands for one line that was skipped
    bool done;
    Text out;
} Block;

// Blocks go round: read (produced), taken by a worker, written. Each counter only grows; block i % count holds block i.
typedef struct Run {
    const Stream *stream;
    Block *blocks;
    int count;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    long long produced, taken, written;
    bool ended; // nothing more will be produced
    bool failed;
    int write_errno;
    int wake[2]; // a byte here ends the reader's wait
} Run;

typedef struct Worker {
    Run *run;
    int index;
    pthread_t thread;
} Worker;

static void answer_block(const Worker *worker, Block *block) {
    const Stream *stream = worker->run->stream;
    StreamLine line = {.number = block->first_line};
    if (block->too_long) {
        stream->answer(stream->context, worker->index, &line, &block->out);
        return;
    }
    for (const char *at = block->data, *end = at + block->length; at < end; line.number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        line.text = at;
        line.length = (size_t)((newline ? newline : end) - at);
        stream->answer(stream->context, worker->index, &line, &block->out);
        at += line.length + 1;
    }
}

static void *work(void *context) {
    const Worker *worker = context;
    Run *run = worker->run;
    pthread_mutex_lock(&run->lock);
    while (true) {
        while (!run->failed && !run->ended && run->taken == run->produced)
            pthread_cond_wait(&run->changed, &run->lock);
        if (run->failed || run->taken == run->produced)
            break;
        Block *block = &run->blocks[run->taken++ % run->count];
        pthread_mutex_unlock(&run->lock);
        answer_block(worker, block);
        pthread_mutex_lock(&run->lock);
        block->done = true;
        pthread_cond_broadcast(&run->changed);
    }
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

// 0, or errno.
static int write_all(int descriptor, const char *data, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, data, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        data += written;
        length -= (size_t)written;
    }
    return 0;
}

static void *write_answers(void *context) {
    Run *run = context;
    pthread_mutex_lock(&run->lock);
    while (true) {
        Block *block = &run->blocks[run->written % run->count];
        while (!(run->written < run->produced && block->done) &&
               !(run->ended && run->written == run->produced))
            pthread_cond_wait(&run->changed, &run->lock);
        if (run->written == run->produced)
            break;
        pthread_mutex_unlock(&run->lock);
        int failure = write_all(run->stream->out, block->out.data, block->out.length);
        text_clear(&block->out);
        if (block->out.capacity > KEPT_BYTES)
            text_free(&block->out);
        pthread_mutex_lock(&run->lock);
        block->done = false;
        run->written++;
        run->write_errno = failure;
        run->failed = failure != 0;
        pthread_cond_broadcast(&run->changed);
        if (failure)
            break;
    }
    pthread_mutex_unlock(&run->lock);
    if (run->write_errno)
        (void)!write(run->wake[1], "", 1);
    return NULL;
}

// The next free block; NULL once writing has failed.
static Block *next_block(Run *run) {
    pthread_mutex_lock(&run->lock);
    while (!run->failed && run->produced - run->written == run->count)
        pthread_cond_wait(&run->changed, &run->lock);
    Block *block = run->failed ? NULL : &run->blocks[run->produced % run->count];
    pthread_mutex_unlock(&run->lock);
    return block;
}

static void produce(Run *run) {
    pthread_mutex_lock(&run->lock);
    run->produced++;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
}

static void end(Run *run) {
    pthread_mutex_lock(&run->lock);
    run->ended = true;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
}

// The reader's state between two blocks: what stood behind the last newline.
typedef struct Reader {
    Run *run;
    char *carry;
    size_t carried;
    long long line; // number of the first line not yet handed out
    bool at_end;
    int error; // errno of a failed read
} Reader;

// Reads some bytes; 0 at the end, on failure, and when writing has failed.
static size_t read_some(Reader *reader, char *data, size_t room) {
    struct pollfd wait[2] = {
        {reader->run->stream->in, POLLIN, 0},
        {reader->run->wake[0],    POLLIN, 0}
    };
    while (true) {
        if (poll(wait, 2, -1) < 0 && errno != EINTR)
            reader->error = errno;
        if (reader->error || wait[1].revents)
            break;
        ssize_t got = read(wait[0].fd, data, room < READ_BYTES ? room : READ_BYTES);
        if (got > 0)
            return (size_t)got;
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        reader->error = got < 0 ? errno : 0;
        break;
    }
    reader->at_end = true;
    return 0;
}

static long long count_lines(const char *data, size_t length) {
    long long lines = 0;
    for (const char *at = data, *end_of = data + length;
         (at = memchr(at, '\n', (size_t)(end_of - at))); at++)
        lines++;
    return lines;
}

static void carry_over(Reader *reader, const char *data, size_t length) {
    memcpy(reader->carry, data, length);
    reader->carried = length;
}

// Drops the rest of a line that is too long.
static void skip_line(Reader *reader, Block *block) {
    block->too_long = true;
    block->length = 0;
    while (!reader->at_end) {
        size_t got = read_some(reader, block->data, reader->run->stream->line_bytes);
        const char *newline = memchr(block->data, '\n', got);
        if (newline) {
            newline++;
            carry_over(reader, newline, got - (size_t)(newline - block->data));
            break;
        }
    }
}

// Fills the block with whole lines, waiting for no more than one; false when nothing is left.
static bool fill(Reader *reader, Block *block) {
    size_t capacity = reader->run->stream->line_bytes + 1;
    block->too_long = false;
    block->first_line = reader->line;
    block->length = reader->carried;
    memcpy(block->data, reader->carry, reader->carried);
    reader->carried = 0;
    // What was carried over may hold whole lines too, after a skipped one.
    size_t searched = 0;
    while (true) {
        size_t last = block->length;
        while (last > searched && block->data[last - 1] != '\n')
            last--;
        if (last > searched) {
            carry_over(reader, block->data + last, block->length - last);
            block->length = last;
            reader->line += count_lines(block->data, last);
            return true;
        }
        searched = block->length;
        if (block->length == capacity) {
            skip_line(reader, block);
            reader->line++;
            return true;
        }
        block->length += read_some(reader, block->data + block->length, capacity - block->length);
        if (reader->at_end)
            return block->length > 0 && !reader->error;
    }
}

static void read_blocks(Reader *reader) {
    Block *block;
    while (!reader->at_end && (block = next_block(reader->run)) && fill(reader, block))
        produce(reader->run);
    end(reader->run);
}

static int outcome(const Run *run, const Reader *reader, Error *err) {
    if (run->write_errno) {
        error_set(err, "standard output: %s", strerror(run->write_errno));
        return 3;
    }
    if (!reader->error)
        return 0;
    error_set(err, "standard input: %s", strerror(reader->error));
    return reader->error == EISDIR || reader->error == EBADF ? 2 : 3;
}

static bool start(pthread_t *thread, void *(*body)(void *), void *context) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    bool started = pthread_create(thread, &attributes, body, context) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

static bool has_spare_memory(void) {
    void *spare = malloc(SPARE_BYTES);
    free(spare);
    return spare != NULL;
}

static void free_blocks(Block *blocks, int count) {
    for (int i = 0; i < count; i++) {
        free(blocks[i].data);
        text_free(&blocks[i].out);
        blocks[i] = (Block){0};
    }
}

static bool allocate_blocks(Block *blocks, int count, size_t line_bytes) {
    for (int i = 0; i < count; i++) {
        blocks[i].data = malloc(line_bytes + 1);
        if (!blocks[i].data)
            return false;
    }
    return true;
}

// Starts as many of the threads as the machine allows, each with its blocks; the number of them.
static int start_workers(Run *run, Worker *workers) {
    int started = 0;
    for (; started < run->stream->threads; started++) {
        Worker *worker = &workers[started];
        Block *blocks = &run->blocks[(size_t)started * BLOCKS_PER_THREAD];
        *worker = (Worker){.run = run, .index = started};
        if (started > 0 && !has_spare_memory())
            break;
        if (!allocate_blocks(blocks, BLOCKS_PER_THREAD, run->stream->line_bytes) ||
            !start(&worker->thread, work, worker)) {
            free_blocks(blocks, BLOCKS_PER_THREAD);
            break;
        }
    }
    pthread_mutex_lock(&run->lock);
    run->count = started > 0 ? started * BLOCKS_PER_THREAD : 1;
    pthread_mutex_unlock(&run->lock);
    return started;
}

// From start to end with the workers that can be had.
static int stream_with(Run *run, Worker *workers, Reader *reader, Error *err) {
    pthread_t writer;
    if (!start(&writer, write_answers, run)) {
        error_set(err, "no thread can be started");
        return 3;
    }
    int started = start_workers(run, workers);
    if (started > 0)
        read_blocks(reader);
    else
        end(run);
    for (int i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    pthread_join(writer, NULL);
    int code = outcome(run, reader, err);
    free_blocks(run->blocks, started * BLOCKS_PER_THREAD);
    if (started > 0)
        return code;
    error_set(err, "no thread can be started");
    return 3;
}

int stream_run(const Stream *stream, Error *err) {
    Run run = {.stream = stream, .count = stream->threads * BLOCKS_PER_THREAD};
    Reader reader = {.run = &run, .line = 1};
    if (pipe(run.wake) != 0) {
        error_set(err, "no pipe: %s", strerror(errno));
        return 3;
    }
    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.changed, NULL);
    run.blocks = calloc((size_t)run.count, sizeof *run.blocks);
    reader.carry = malloc(stream->line_bytes + 1);
    Worker *workers = calloc((size_t)stream->threads, sizeof *workers);
    int code = 3;
    if (run.blocks && reader.carry && workers)
        code = stream_with(&run, workers, &reader, err);
    else
        error_set(err, "out of memory");
    free(run.blocks);
    free(workers);
    free(reader.carry);
    close(run.wake[0]);
    close(run.wake[1]);
    pthread_cond_destroy(&run.changed);
    pthread_mutex_destroy(&run.lock);
    return code;
}
