#include "validate/probe_tasks.h"

#include <stdio.h>

#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

static void add(Tasks *tasks, Task *task, TaskKind kind) {
    Error err = {0};
    task->id = tasks->count + 1;
    task->kind = (int)kind;
    snprintf(task->name, sizeof task->name, "%s %d", TASK_KIND_WORDS[kind], task->id);
    if (task_finish(task, &err))
        tasks_add(tasks, task);
}

// Of aspects as decode and prefill have them; rows of no round numbers among them, so that padding shows.
static void add_matmuls(Tasks *tasks, Format format) {
    static const int WEIGHTS[][2] = {
        {1024, 1024},
        {4096, 1024},
        {1024, 4096},
        {2048, 2048},
        {4096, 4096},
        {512,  2048},
        {768,  3072},
        {6144, 1536},
    };
    static const int ROWS[2][5] = {
        {1, 8,  33, 128, 512},
        {2, 16, 64, 200, 400},
    };
    for (int i = 0; i < COUNT(WEIGHTS); i++)
        for (int k = 0; k < COUNT(ROWS[0]); k++) {
            Task task;
            task_init(&task);
            task.m = ROWS[i % 2][k];
            task.n = WEIGHTS[i][0];
            task.k = WEIGHTS[i][1];
            task.a = task.b = (int)format;
            add(tasks, &task, TASK_MATMUL);
        }
}

// Heads, heads of keys, dimension.
static const int HEADS[][3] = {
    {8,  8, 64 },
    {8,  2, 128},
    {16, 4, 64 },
    {32, 8, 128},
    {4,  4, 128},
    {12, 4, 96 },
};

static Task attention(const int heads[3]) {
    Task task;
    task_init(&task);
    task.heads = heads[0];
    task.kv_heads = heads[1];
    task.qk_dim = task.v_dim = heads[2];
    return task;
}

static void add_attention(Tasks *tasks) {
    static const int LENGTHS[][2] = {
        {64,  64  },
        {150, 150 },
        {256, 256 },
        {512, 512 },
        {800, 800 },
        {128, 1024},
    };
    static const int CACHES[][2] = {
        {1, 128 },
        {1, 1024},
        {1, 4096},
        {4, 300 },
        {4, 1500},
        {8, 700 },
    };
    for (int i = 0; i < COUNT(HEADS); i++)
        for (int k = 0; k < COUNT(LENGTHS); k++) {
            Task prefill = attention(HEADS[i]), decode = attention(HEADS[i]);
            prefill.q_len = LENGTHS[k][0];
            prefill.kv_len = LENGTHS[k][1];
            decode.batch = CACHES[k][0];
            decode.q_len = 1;
            decode.kv_len = CACHES[k][1];
            add(tasks, &prefill, TASK_PREFILL);
            add(tasks, &decode, TASK_DECODE);
        }
}

static void add_rows(Tasks *tasks, TaskKind kind, Format format) {
    static const int WIDTHS[] = {1024, 2048, 2816, 4096, 8192};
    static const int ROWS[] = {1, 7, 32, 128, 300, 700};
    for (int i = 0; i < COUNT(WIDTHS); i++)
        for (int k = 0; k < COUNT(ROWS); k++) {
            Task task;
            task_init(&task);
            task.m = ROWS[k];
            task.n = WIDTHS[i];
            task.a = (int)format;
            add(tasks, &task, kind);
        }
}

#define LEAST_STREAM_BYTES 16384
#define MOST_STREAM_BYTES  0x1p26
#define STREAM_GROWTH      1.7

static void add_streams(Tasks *tasks) {
    static const int TOKENS[] = {1, 64, 300};
    static const Format FORMATS_TURNED[] = {FORMAT_BF16, FORMAT_FP32};
    for (double bytes = LEAST_STREAM_BYTES; bytes <= MOST_STREAM_BYTES; bytes *= STREAM_GROWTH) {
        Task copy, triad;
        task_init(&copy);
        task_init(&triad);
        copy.bytes = triad.bytes = (double)((long)bytes / 64 * 64);
        add(tasks, &copy, TASK_COPY);
        add(tasks, &triad, TASK_TRIAD);
    }
    for (int i = 0; i < COUNT(HEADS); i++)
        for (int k = 0; k < COUNT(TOKENS) * COUNT(FORMATS_TURNED); k++) {
            Task task = attention(HEADS[i]);
            task.m = TOKENS[k / COUNT(FORMATS_TURNED)];
            task.a = task.kv = (int)FORMATS_TURNED[k % COUNT(FORMATS_TURNED)];
            add(tasks, &task, TASK_ROTARY);
        }
}

static void add_experts(Tasks *tasks) {
    static const int WEIGHTS[][3] = {
        {8,  512,  1024},
        {8,  1024, 512 },
        {16, 512,  512 },
        {4,  1024, 1024},
        {32, 256,  512 },
        {16, 384,  768 },
    };
    static const int ROWS[] = {4, 20, 64, 150, 400};
    for (int i = 0; i < COUNT(WEIGHTS); i++)
        for (int k = 0; k < COUNT(ROWS); k++) {
            Task task;
            task_init(&task);
            task.m = ROWS[k];
            task.experts = WEIGHTS[i][0];
            task.n = WEIGHTS[i][1];
            task.k = WEIGHTS[i][2];
            add(tasks, &task, TASK_EXPERTS);
        }
}

void probe_tasks(Tasks *tasks) {
    add_matmuls(tasks, FORMAT_FP32);
    add_matmuls(tasks, FORMAT_BF16);
    add_matmuls(tasks, FORMAT_INT8);
    add_attention(tasks);
    add_rows(tasks, TASK_NORM, FORMAT_BF16);
    add_rows(tasks, TASK_NORM, FORMAT_FP32);
    add_rows(tasks, TASK_GATED, FORMAT_BF16);
    add_rows(tasks, TASK_GATED, FORMAT_FP32);
    add_rows(tasks, TASK_QUANTISE, FORMAT_INT8);
    add_streams(tasks);
    add_experts(tasks);
}
