// A unit of attention: a block of rows walks its part of the keys.
#include "validate/host/attention.h"
#include "validate/host/vector.h"

// Where a unit stands.
typedef struct KeyUnit {
    long sequence, kv_head;
    long row, rows; // first packed row, and how many
    long from, to;  // keys
    long block, part;
} KeyUnit;

// Keys that a packed row sees: from .. to - 1.
static long sees_to(const HostAttention *attention, long row) {
    const Task *task = &attention->kernel->task;
    return (long)task->kv_len - task->q_len + row / attention->group + 1;
}

static long sees_from(const HostAttention *attention, long row) {
    long window = attention->kernel->task.window, to = sees_to(attention, row);
    return window > 0 && to > window ? to - window : 0;
}

// Units are numbered with the last rows, which see the most keys, first.
static KeyUnit unit_of(const HostAttention *attention, long number) {
    const Task *task = &attention->kernel->task;
    long block = number / attention->parts, part = number % attention->parts;
    long caches = (long)task->batch * task->kv_heads, cache = block % caches;
    KeyUnit unit = {cache / task->kv_heads, cache % task->kv_heads, 0, 0, 0, 0, block, part};
    unit.row = (attention->tiles - 1 - block / caches) * HOST_TILE_ROWS;
    unit.rows = attention->rows - unit.row;
    if (unit.rows > HOST_TILE_ROWS)
        unit.rows = HOST_TILE_ROWS;
    long step = attention->paged ? attention->pages.page : 1;
    long first = sees_from(attention, unit.row) / step * step;
    long end = sees_to(attention, unit.row + unit.rows - 1);
    // Parts are whole blocks of keys.
    long keys = attention->paged ? HOST_TILE_KEYS / step * step : HOST_TILE_KEYS;
    keys = keys > 0 ? keys : step;
    long from, to;
    host_share((end - first + keys - 1) / keys, (int)part, (int)attention->parts, &from, &to);
    unit.from = first + from * keys;
    unit.to = first + to * keys < end ? first + to * keys : end;
    return unit;
}

// Packed rows lie side by side in memory as far as they are heads of one query.
static void load_queries(const HostAttention *attention, const HostWalk *walk,
                         const KeyUnit *unit) {
    const Task *task = &attention->kernel->task;
    const char *queries = host_data(attention->kernel, ATTENTION_QUERIES);
    long bytes = host_bytes((Format)task->a) * (long)task->qk_dim;
    for (long i = 0; i < unit->rows; i++) {
        long row = unit->row + i, query = row / attention->group;
        long head = unit->kv_head * attention->group + row % attention->group;
        long at = ((unit->sequence * task->q_len + query) * task->heads + head) * bytes;
        if (attention->few)
            host_load((float *)walk->queries + i * task->qk_dim, queries + at, (Format)task->a, 0,
                      task->qk_dim);
        else
            memcpy((char *)walk->queries + i * bytes, queries + at, (size_t)bytes);
    }
}

// Copies keys or values together, in the format that they are multiplied in; `padded` rows, free ones zero.
static void gather(const HostAttention *attention, const KeyUnit *unit, int buffer, void *to,
                   long first, long count, long padded) {
    const Task *task = &attention->kernel->task;
    Format kv = (Format)task->kv, math = attention->math;
    bool keys = buffer == ATTENTION_KEYS;
    long width = keys ? task->qk_dim : task->v_dim, bytes = width * host_bytes(math);
    const char *cache = host_data(attention->kernel, buffer);
    float row[HOST_BLOCK];
    for (long i = 0; i < count; i++) {
        long at =
            attention->paged
                ? host_pages_row(&attention->pages, unit->sequence, first + i, unit->kv_head)
                : (unit->sequence * task->kv_heads + unit->kv_head) * task->kv_len + first + i;
        if (kv == math) {
            memcpy((char *)to + i * bytes, cache + at * bytes, (size_t)bytes);
            continue;
        }
        for (long k = 0; k < width; k += HOST_BLOCK) {
            long part = width - k < HOST_BLOCK ? width - k : HOST_BLOCK;
            host_load(row, cache, kv, at * width + k, part);
            host_store(to, math, i * width + k, row, part);
        }
    }
    memset((char *)to + count * bytes, 0, (size_t)((padded - count) * bytes));
}

// Keys or values of a block: where they lie, or gathered.
static void *operand(const HostAttention *attention, const KeyUnit *unit, int buffer, void *room,
                     long first, long count, long padded) {
    const Task *task = &attention->kernel->task;
    if (attention->gathered) {
        gather(attention, unit, buffer, room, first, count, padded);
        return room;
    }
    long width = buffer == ATTENTION_KEYS ? task->qk_dim : task->v_dim;
    long row = (unit->sequence * task->kv_heads + unit->kv_head) * task->kv_len + first;
    return (char *)host_data(attention->kernel, buffer) + row * width * host_bytes(attention->math);
}

// Scores of `count` keys from `first` on, in rows padded to whole vectors.
static void soften_rows(const HostAttention *attention, const HostWalk *walk, const KeyUnit *unit,
                        long first, long count, long padded) {
    const Task *task = &attention->kernel->task;
    Format math = attention->few ? FORMAT_FP32 : attention->math;
    long score_row = attention->few ? HOST_TILE_KEYS + HOST_LANES : padded;
    for (long i = 0; i < unit->rows; i++) {
        HostSoftmax row = {.scores = walk->scores + i * score_row,
                           .weights = (char *)walk->weights + i * score_row * host_bytes(math),
                           .format = math,
                           .count = padded,
                           .from = sees_from(attention, unit->row + i) - first,
                           .to = sees_to(attention, unit->row + i) - first,
                           .scale = 1 / sqrtf((float)task->qk_dim),
                           .most = &walk->most[i],
                           .sum = &walk->sum[i],
                           .outputs = walk->outputs + i * attention->value_row,
                           .dims = task->v_dim};
        if (row.to > count)
            row.to = count;
        host_soften(&row);
    }
}

// A block of keys by oneDNN.
static void multiply_keys(HostAttention *attention, HostWalk *walk, const KeyUnit *unit, long first,
                          long count) {
    const HostDevice *device = attention->kernel->device;
    int last = unit->row + unit->rows == attention->rows, size = (int)((count - 1) / HOST_KEY_STEP);
    long padded = (size + 1) * (long)HOST_KEY_STEP;
    void *keys = operand(attention, unit, ATTENTION_KEYS, walk->keys, first, count, padded);
    void *values = attention->latent ? keys
                                     : operand(attention, unit, ATTENTION_VALUES, walk->values,
                                               first, count, padded);
    void *const for_scores[4] = {walk->queries, keys, walk->scores, NULL};
    void *const for_sums[4] = {walk->weights, values, walk->outputs, NULL};
    bool good = host_multiply_execute(device, &attention->score[last][size],
                                      walk->score_memory[last][size], for_scores);
    soften_rows(attention, walk, unit, first, count, padded);
    good &= host_multiply_execute(device, &attention->value_sum[last][size],
                                  walk->sum_memory[last][size], for_sums);
    if (!good)
        attention->kernel->wrong = true;
}

#define LINE_BYTES 64
// Pages ahead of the one at work: pages lie anywhere, so that the processor cannot guess the next.
#define PAGES_AHEAD 2

// Asks for a page's room in the cache, of `bytes`, where there is such a page.
static void ask_for_page(const HostAttention *attention, const KeyUnit *unit, long token,
                         int buffer, long bytes) {
    const HostPages *pages = &attention->pages;
    if (token >= unit->to)
        return;
    long page = host_pages_row(pages, unit->sequence, token, unit->kv_head) / pages->page;
    const char *data = (const char *)host_data(attention->kernel, buffer) + page * bytes;
    for (long i = 0; i < bytes; i += LINE_BYTES)
        __builtin_prefetch(data + i);
}

// A block of keys, whole pages of it, for few rows. Weights beyond what is seen are 0.
static void multiply_pages(HostAttention *attention, HostWalk *walk, const KeyUnit *unit,
                           long first, long count) {
    const Task *task = &attention->kernel->task;
    const HostPages *pages = &attention->pages;
    long padded = (count + HOST_LANES - 1) / HOST_LANES * HOST_LANES;
    int rows = unit->rows > 4 ? HOST_FEW_ROWS : unit->rows > 2 ? 4 : (int)unit->rows;
    HostFewRows scores = {.rows = rows,
                          .dims = task->qk_dim,
                          .tokens = attention->page_tokens,
                          .left = walk->queries,
                          .left_row = task->qk_dim,
                          .format = (Format)task->kv,
                          .right_row = attention->page_tokens,
                          .out_row = HOST_TILE_KEYS + HOST_LANES};
    HostFewRows sums = {.rows = rows,
                        .dims = attention->value_row,
                        .left_row = HOST_TILE_KEYS + HOST_LANES,
                        .format = (Format)task->kv,
                        .right_row = attention->value_row,
                        .out = walk->outputs,
                        .out_row = attention->value_row};
    const char *keys = host_data(attention->kernel, ATTENTION_KEYS);
    const char *values = host_data(attention->kernel, ATTENTION_VALUES);
    long bytes = host_bytes((Format)task->kv);
    long key_bytes = attention->page_tokens * task->qk_dim * bytes;
    long value_bytes = pages->page * attention->value_row * bytes;
    for (long at = 0; at < count; at += pages->page) {
        long row = host_pages_row(pages, unit->sequence, first + at, unit->kv_head);
        ask_for_page(attention, unit, first + at + PAGES_AHEAD * pages->page, ATTENTION_KEYS,
                     key_bytes);
        ask_for_page(attention, unit, first + at, ATTENTION_VALUES, value_bytes);
        scores.right = keys + row / pages->page * key_bytes;
        scores.out = walk->scores + at;
        host_few_scores(&scores);
    }
    soften_rows(attention, walk, unit, first, count, padded);
    for (long at = 0; at < count; at += pages->page) {
        long row = host_pages_row(pages, unit->sequence, first + at, unit->kv_head);
        sums.right = values + row * attention->value_row * bytes;
        sums.left = (const float *)walk->weights + at;
        sums.tokens = count - at < pages->page ? count - at : pages->page;
        host_few_sums(&sums);
    }
}

static void store_rows(const HostAttention *attention, const KeyUnit *unit, const float *outputs,
                       const float *sum) {
    const Task *task = &attention->kernel->task;
    void *out = host_data(attention->kernel, ATTENTION_OUT);
    float row[HOST_BLOCK];
    for (long i = 0; i < unit->rows; i++) {
        long query = (unit->row + i) / attention->group;
        long head = unit->kv_head * attention->group + (unit->row + i) % attention->group;
        long at = ((unit->sequence * task->q_len + query) * task->heads + head) * task->v_dim;
        for (long k = 0; k < task->v_dim; k += HOST_BLOCK) {
            long count = task->v_dim - k < HOST_BLOCK ? task->v_dim - k : HOST_BLOCK;
            for (long d = 0; d < count; d++)
                row[d] = outputs[i * attention->value_row + k + d] / sum[i];
            host_store(out, host_output((Format)task->a), at + k, row, count);
        }
    }
}

static size_t part_floats(const HostAttention *attention) {
    return (size_t)HOST_TILE_ROWS * (size_t)(attention->value_row + 2);
}

// The last part to come joins all parts of its block.
static void join(HostAttention *attention, HostWalk *walk, const KeyUnit *unit) {
    size_t floats = part_floats(attention);
    size_t outputs = (size_t)unit->rows * (size_t)attention->value_row, rows = (size_t)unit->rows;
    float *own =
        attention->partial + (size_t)(unit->block * attention->parts + unit->part) * floats;
    memcpy(own, walk->outputs, outputs * sizeof *own);
    memcpy(own + outputs, walk->most, rows * sizeof *own);
    memcpy(own + outputs + rows, walk->sum, rows * sizeof *own);
    if (__atomic_sub_fetch(&attention->left[unit->block], 1, __ATOMIC_ACQ_REL) > 0)
        return;
    float scale = 1 / sqrtf((float)attention->kernel->task.qk_dim);
    for (size_t row = 0; row < rows; row++) {
        float most = walk->most[row], sum = 0,
              *to = walk->outputs + row * (size_t)attention->value_row;
        const float *first = attention->partial + (size_t)(unit->block * attention->parts) * floats;
        for (long part = 0; part < attention->parts; part++)
            most = fmaxf(most, first[(size_t)part * floats + outputs + row]);
        memset(to, 0, (size_t)attention->value_row * sizeof *to);
        for (long part = 0; part < attention->parts; part++) {
            const float *at = first + (size_t)part * floats;
            float share = expf((at[outputs + row] - most) * scale);
            sum += share * at[outputs + rows + row];
            for (long d = 0; d < attention->value_row; d++)
                to[d] += share * at[row * (size_t)attention->value_row + (size_t)d];
        }
        walk->sum[row] = sum;
    }
    store_rows(attention, unit, walk->outputs, walk->sum);
}

// Below every score.
#define LEAST (-1e30f)

void host_walk(HostAttention *attention, int thread) {
    HostWalk *walk = &attention->walks[thread];
    for (;;) {
        long number = __atomic_fetch_add(&attention->next, 1, __ATOMIC_RELAXED);
        if (number >= attention->units)
            return;
        KeyUnit unit = unit_of(attention, number);
        long step = HOST_TILE_KEYS;
        if (attention->few)
            step = attention->pages.page * (HOST_TILE_KEYS / attention->pages.page);
        memset(walk->outputs, 0,
               (size_t)(unit.rows * attention->value_row) * sizeof *walk->outputs);
        for (long i = 0; i < unit.rows; i++) {
            walk->most[i] = LEAST;
            walk->sum[i] = 0;
        }
        load_queries(attention, walk, &unit);
        for (long first = unit.from; first < unit.to; first += step) {
            long count = unit.to - first < step ? unit.to - first : step;
            if (attention->few)
                multiply_pages(attention, walk, &unit, first, count);
            else
                multiply_keys(attention, walk, &unit, first, count);
        }
        if (attention->parts > 1)
            join(attention, walk, &unit);
        else
            store_rows(attention, &unit, walk->outputs, walk->sum);
    }
}
