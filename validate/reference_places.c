// Which places of an output are checked: edges of tiles are where kernels go wrong, the rest is drawn at random.
#include <stdlib.h>

#include "validate/reference.h"

// An output is up to three matrices, one after another.
typedef struct Matrix {
    long first, rows, columns;
} Matrix;

static int matrices_of(const Task *task, Matrix out[3]) {
    long m = task->m, n = task->kind == TASK_ROUTE ? task->top_k : task->n;
    long elements = (long)(task->bytes / 4);
    switch (task->kind) {
    case TASK_MATMUL:
        out[0] = (Matrix){0, task->batch * m, n};
        return 1;
    case TASK_PREFILL:
    case TASK_DECODE:
        out[0] = (Matrix){0, (long)task->batch * task->q_len * task->heads, task->v_dim};
        return 1;
    case TASK_NORM:
    case TASK_ROUTE:
        out[0] = (Matrix){0, m, n};
        out[1] = (Matrix){m * n, m, n};
        return 2;
    case TASK_ROTARY:
        out[0] = (Matrix){0, m * task->heads, task->qk_dim};
        out[1] = (Matrix){m * task->heads * task->qk_dim, m * task->kv_heads, task->qk_dim};
        out[2] = (Matrix){out[1].first + out[1].rows * task->qk_dim, out[1].rows, task->v_dim};
        return 3;
    case TASK_PERMUTE:
        out[0] = (Matrix){0, m * task->top_k, n};
        return 1;
    case TASK_COPY:
    case TASK_TRIAD:
    case TASK_ALL_REDUCE:
    case TASK_ALL_GATHER:
    case TASK_ALL_TO_ALL:
        out[0] = (Matrix){0, 1, elements};
        return 1;
    case TASK_REDUCE_SCATTER:
        out[0] = (Matrix){0, 1, elements / task->ranks};
        return 1;
    case TASK_LAYER:
        return 0;
    default:
        out[0] = (Matrix){0, m, n};
        return 1;
    }
}

long reference_size(const Task *task) {
    Matrix matrices[3];
    long size = 0;
    for (int i = matrices_of(task, matrices) - 1; i >= 0; i--)
        size += matrices[i].rows * matrices[i].columns;
    return size;
}

// A stream of random numbers, and the list that they fill.
typedef struct Draw {
    uint64_t seed, next;
    long *places;
    int count;
} Draw;

static long draw_below(Draw *draw, long limit) {
    return (long)(operand_bits(draw->seed, draw->next++) % (uint64_t)limit);
}

static void take(Draw *draw, long place) {
    if (draw->count < REFERENCE_PLACES)
        draw->places[draw->count++] = place;
}

// One of each of `count` equal parts of 0 .. size - 1, so that none comes twice.
static long draw_part(Draw *draw, long size, long part, long count) {
    long from = (long)((double)size / (double)count * (double)part);
    long to = (long)((double)size / (double)count * (double)(part + 1));
    to = part + 1 == count || to > size ? size : to;
    return to > from ? from + draw_below(draw, to - from) : from;
}

#define EDGES_MOST 26

// First, last, and both sides of the first, of some, and of the last border of tiles of 16, 64, 128 and 256.
static int edges_of(Draw *draw, long length, long edges[EDGES_MOST]) {
    static const long TILES[] = {16, 64, 128, 256};
    int count = 0;
    edges[count++] = 0;
    edges[count++] = length - 1;
    for (int i = 0; i < 4; i++) {
        long borders = (length - 1) / TILES[i];
        if (borders == 0)
            continue;
        const long chosen[] = {1, 1 + draw_below(draw, borders), borders};
        for (int j = 0; j < 3; j++) {
            edges[count++] = chosen[j] * TILES[i] - 1;
            edges[count++] = chosen[j] * TILES[i];
        }
    }
    return count;
}

// The rows that a kernel cuts into tiles on their own: row `i` of it is first + i x step.
typedef struct Span {
    long first, length, step;
} Span;

static Span draw_span(Draw *draw, const Task *task, const Matrix *matrix) {
    if (task->kind == TASK_MATMUL)
        return (Span){draw_below(draw, task->batch) * task->m, task->m, 1};
    if (task->kind == TASK_EXPERTS) {
        int most = task->m < task->experts ? task->m : task->experts; // those with rows
        int expert = (int)draw_below(draw, most);
        long first = experts_first_row(task->m, task->experts, expert);
        return (Span){first, experts_first_row(task->m, task->experts, expert + 1) - first, 1};
    }
    if (task->kind == TASK_PREFILL || task->kind == TASK_DECODE)
        return (Span){draw_below(draw, task->batch) * task->q_len * task->heads +
                          draw_below(draw, task->heads),
                      task->q_len, task->heads};
    return (Span){0, matrix->rows, 1};
}

static void take_at(Draw *draw, const Matrix *matrix, long row, long column) {
    take(draw, matrix->first + row * matrix->columns + column);
}

// `each` random places beside every edge, more in the first and last row and column.
static void take_edges(Draw *draw, const Task *task, const Matrix *matrix, int each, int more) {
    long rows[EDGES_MOST], columns[EDGES_MOST];
    Span span = draw_span(draw, task, matrix);
    int row_count = edges_of(draw, span.length, rows);
    int column_count = edges_of(draw, matrix->columns, columns);
    long last_row = matrix->rows - 1, last_column = matrix->columns - 1;
    for (int i = 0; i < row_count; i++)
        for (int j = 0; j <= each; j++) {
            long row = span.first + rows[i] * span.step;
            take_at(draw, matrix, row,
                    j == each ? columns[i % column_count] : draw_below(draw, matrix->columns));
        }
    for (int i = 0; i < column_count; i++)
        for (int j = 0; j < each; j++)
            take_at(draw, matrix, draw_below(draw, matrix->rows), columns[i]);
    for (int i = 0; i < more; i++) {
        take_at(draw, matrix, last_row, draw_part(draw, matrix->columns, i, more));
        take_at(draw, matrix, draw_part(draw, matrix->rows, i, more), last_column);
        take_at(draw, matrix, 0, draw_below(draw, matrix->columns));
        take_at(draw, matrix, draw_below(draw, matrix->rows), 0);
    }
    take_at(draw, matrix, last_row, last_column);
}

static void take_row_of_attention(Draw *draw, const Matrix *matrix, long row, long dims) {
    for (long i = 0; i < dims; i++)
        take_at(draw, matrix, row, draw_part(draw, matrix->columns, i, dims));
}

// A query's whole softmax stands behind each of its outputs: few queries, many numbers of each. Heads that share keys are
// taken together, because the reference makes the keys anew for each sequence and kv_head.
static void take_attention(Draw *draw, const Task *task, const Matrix *matrix) {
    double row_cost = (double)task->kv_len * task->qk_dim; // numbers to make
    long share = task->heads / task->kv_heads, together = share < 4 ? share : 4;
    long most = (long)(8e7 / row_cost); // about a second of work
    most = most < 16 ? 16 : most > 64 ? 64 : most;
    long groups = matrix->rows / share; // of (sequence, query, kv_head)
    long wanted = (most + together - 1) / together;
    wanted = wanted < groups ? wanted : groups;
    if (wanted * together * matrix->columns < REFERENCE_RANDOM) { // narrow rows: more of them
        together = share;
        wanted = (REFERENCE_RANDOM + together * matrix->columns - 1) / (together * matrix->columns);
        wanted = wanted < groups ? wanted : groups;
    }
    long dims = (REFERENCE_RANDOM + wanted * together - 1) / (wanted * together);
    dims = dims < matrix->columns ? dims : matrix->columns;
    for (long i = 0; i < wanted; i++) {
        long group = draw_part(draw, groups, i, wanted);
        for (long j = 0; j < together; j++)
            take_row_of_attention(draw, matrix, group * share + draw_part(draw, share, j, together),
                                  dims);
    }
    long edges[EDGES_MOST];
    Span span = draw_span(draw, task, matrix);
    int count = edges_of(draw, span.length, edges);
    count = count < most / 2 ? count : (int)(most / 2);
    take_row_of_attention(draw, matrix, 0, 8);
    take_row_of_attention(draw, matrix, matrix->rows - 1, 8);
    take_at(draw, matrix, 0, 0);
    take_at(draw, matrix, matrix->rows - 1, matrix->columns - 1);
    for (int i = 0; i < count; i++)
        take_row_of_attention(draw, matrix, span.first + edges[i] * span.step, 8);
}

static int by_place(const void *a, const void *b) {
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

static int sort_and_thin(Draw *draw) {
    int kept = 0;
    qsort(draw->places, (size_t)draw->count, sizeof *draw->places, by_place);
    for (int i = 0; i < draw->count; i++)
        if (i == 0 || draw->places[i] != draw->places[i - 1])
            draw->places[kept++] = draw->places[i];
    return kept;
}

int reference_places(const Task *task, uint64_t seed, long places[REFERENCE_PLACES]) {
    Matrix matrices[3];
    int count = matrices_of(task, matrices);
    long size = reference_size(task);
    Draw draw = {.seed = ~seed, .places = places};
    if (size <= REFERENCE_PLACES) {
        for (long i = 0; i < size; i++)
            take(&draw, i);
        return draw.count;
    }
    if (task->kind == TASK_PREFILL || task->kind == TASK_DECODE) {
        take_attention(&draw, task, &matrices[0]);
        return sort_and_thin(&draw);
    }
    for (int i = 0; i < REFERENCE_RANDOM; i++)
        take(&draw, draw_part(&draw, size, i, REFERENCE_RANDOM));
    for (int i = 0; i < count; i++)
        take_edges(&draw, task, &matrices[i], count == 1 ? 4 : 1, count == 1 ? 48 : 16);
    return sort_and_thin(&draw);
}
