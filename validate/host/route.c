// Mixtures of experts: the best experts of each token, rows to their order, and back.
#include "validate/host/vector.h"
#include "validate/reference.h"

#include <stdio.h>

static RunStatus no_memory(Measurement *out) {
    return host_fail(out, RUN_OUT_OF_MEMORY, "no memory for the operands");
}

// --- Route -------------------------------------------------------------------------------------------------------------

// COUNTS: of each thread's choices of each expert. PLACES: of each choice, its row in the experts' order.
enum { SCORES, CHOSEN, WEIGHTS, PLACES, COUNTS };

// 1 over the sum of all e^(score - most), *most the largest.
HOST_WIDEST static float softmax_scale(const float *scores, long experts, float *most) {
    float block[HOST_BLOCK], sum = 0, top = scores[0];
    for (long i = 1; i < experts; i++)
        top = scores[i] > top ? scores[i] : top;
    for (long i = 0; i < experts; i += HOST_BLOCK) {
        long count = experts - i < HOST_BLOCK ? experts - i : HOST_BLOCK;
        for (long k = 0; k < count; k++)
            block[k] = host_exp(scores[i + k] - top);
        for (long k = 0; k < count; k++)
            sum += block[k];
    }
    *most = top;
    return 1 / sum;
}

// The best ones by insertion, of equal ones the lower first.
static void choose(const float *scores, long experts, int top_k, int *chosen) {
    int found = 0;
    for (int i = 0; i < experts; i++) {
        if (found == top_k && scores[i] <= scores[chosen[top_k - 1]])
            continue;
        int at = found < top_k ? found++ : top_k - 1;
        for (; at > 0 && scores[i] > scores[chosen[at - 1]]; at--)
            chosen[at] = chosen[at - 1];
        chosen[at] = i;
    }
}

static void route_tokens(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    const Task *task = &kernel->task;
    long from, to;
    const float *scores = host_data(kernel, SCORES);
    int *chosen = host_data(kernel, CHOSEN);
    float *weights = host_data(kernel, WEIGHTS);
    int *counts = (int *)host_data(kernel, COUNTS) + (long)thread * task->experts;
    memset(counts, 0, (size_t)task->experts * sizeof *counts);
    host_share(task->m, thread, threads, &from, &to);
    for (long token = from; token < to; token++) {
        const float *row = scores + token * task->experts;
        float most, scale = softmax_scale(row, task->experts, &most);
        choose(row, task->experts, task->top_k, chosen + token * task->top_k);
        for (long i = token * task->top_k; i < (token + 1) * task->top_k; i++) {
            weights[i] = scale * expf(row[chosen[i]] - most);
            counts[chosen[i]]++;
        }
    }
}

// Where each thread's choices of each expert begin, from how many there are.
static void place_threads(const HostKernel *kernel, int threads) {
    int *counts = host_data(kernel, COUNTS), begin = 0, experts = kernel->task.experts;
    for (int expert = 0; expert < experts; expert++)
        for (int thread = 0; thread < threads; thread++) {
            int count = counts[thread * experts + expert];
            counts[thread * experts + expert] = begin;
            begin += count;
        }
}

static void place_choices(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    const Task *task = &kernel->task;
    long from, to;
    const int *chosen = host_data(kernel, CHOSEN);
    int *places = host_data(kernel, PLACES);
    int *next = (int *)host_data(kernel, COUNTS) + (long)thread * task->experts;
    host_share(task->m, thread, threads, &from, &to);
    for (long i = from * task->top_k; i < to * task->top_k; i++)
        places[i] = next[chosen[i]]++;
}

static void run_route(HostKernel *kernel) {
    const HostTeam *team = &kernel->device->team;
    host_team_run(team, route_tokens, kernel);
    place_threads(kernel, team->threads);
    host_team_run(team, place_choices, kernel);
}

static double read_route(const HostKernel *kernel, long place) {
    long size = (long)kernel->task.m * kernel->task.top_k;
    if (place < size)
        return ((const int *)host_data(kernel, CHOSEN))[place];
    return (double)((const float *)host_data(kernel, WEIGHTS))[place - size];
}

RunStatus host_route(HostKernel *kernel, Measurement *out) {
    const Task *task = &kernel->task;
    double choices = (double)task->m * task->top_k, experts = task->experts;
    if (host_buffer(kernel, task->m * experts * sizeof(float), false) < 0 ||
        host_buffer(kernel, choices * sizeof(int), false) < 0 ||
        host_buffer(kernel, choices * sizeof(float), false) < 0 ||
        host_buffer(kernel, choices * sizeof(int), false) < 0 ||
        host_buffer(kernel, experts * kernel->device->team.threads * sizeof(int), false) < 0)
        return no_memory(out);
    HostFill fill = {.to = host_data(kernel, SCORES),
                     .format = FORMAT_FP32,
                     .which = OPERAND_CHOICE,
                     .rows = task->m,
                     .columns = task->experts,
                     .stride = task->experts};
    host_fill(kernel, &fill);
    snprintf(out->kernel, sizeof out->kernel, "tokens shared out to threads, two regions");
    kernel->run = run_route;
    kernel->read = read_route;
    return RUN_MEASURED;
}

// --- Permute and unpermute ---------------------------------------------------------------------------------------------

// ROW_OF: of each choice of each token, its row in the experts' order.
enum { ROWS_IN, ROWS_OUT, ROW_OF, FACTORS };

// As route leaves them: by expert, then token.
static void order_choices(const HostKernel *kernel) {
    const Task *task = &kernel->task;
    int *rows = host_data(kernel, ROW_OF), row = 0;
    for (int expert = 0; expert < task->experts; expert++)
        for (long token = 0; token < task->m; token++)
            for (int choice = 0; choice < task->top_k; choice++)
                if (route_expert(kernel->seed, token, choice, task->experts) == expert)
                    rows[token * task->top_k + choice] = row++;
}

static void permute_tokens(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    const Task *task = &kernel->task;
    long from, to, bytes = (long)task->n * host_bytes((Format)task->a);
    const char *in = host_data(kernel, ROWS_IN);
    char *out = host_data(kernel, ROWS_OUT);
    const int *rows = host_data(kernel, ROW_OF);
    host_share(task->m, thread, threads, &from, &to);
    for (long token = from; token < to; token++)
        for (int choice = 0; choice < task->top_k; choice++)
            memcpy(out + rows[token * task->top_k + choice] * bytes, in + token * bytes,
                   (size_t)bytes);
}

HOST_WIDEST static void gather_token(const Task *task, const void *in, void *out, long token,
                                     const int *rows, const float *factors) {
    float sum[HOST_BLOCK], row[HOST_BLOCK];
    for (long i = 0; i < task->n; i += HOST_BLOCK) {
        long count = task->n - i < HOST_BLOCK ? task->n - i : HOST_BLOCK;
        memset(sum, 0, sizeof sum);
        for (int choice = 0; choice < task->top_k; choice++) {
            float factor = factors[choice];
            host_load(row, in, (Format)task->a, (long)rows[choice] * task->n + i, count);
            for (long k = 0; k < count; k++)
                sum[k] += factor * row[k];
        }
        host_store(out, host_output((Format)task->a), token * task->n + i, sum, count);
    }
}

static void unpermute_tokens(void *context, int thread, int threads) {
    const HostKernel *kernel = context;
    const Task *task = &kernel->task;
    long from, to;
    const int *rows = host_data(kernel, ROW_OF);
    const float *factors = host_data(kernel, FACTORS);
    host_share(task->m, thread, threads, &from, &to);
    for (long token = from; token < to; token++)
        gather_token(task, host_data(kernel, ROWS_IN), host_data(kernel, ROWS_OUT), token,
                     rows + token * task->top_k, factors + token * task->top_k);
}

static void run_permute(HostKernel *kernel) {
    host_team_run(&kernel->device->team, permute_tokens, kernel);
}

static void run_unpermute(HostKernel *kernel) {
    host_team_run(&kernel->device->team, unpermute_tokens, kernel);
}

static double read_permuted(const HostKernel *kernel, long place) {
    return host_value(host_data(kernel, ROWS_OUT), (Format)kernel->task.a, place);
}

static double read_gathered(const HostKernel *kernel, long place) {
    return host_value(host_data(kernel, ROWS_OUT), host_output((Format)kernel->task.a), place);
}

static RunStatus reorder(HostKernel *kernel, long rows_in, long rows_out, Format output,
                         Measurement *out) {
    const Task *task = &kernel->task;
    Format format = (Format)task->a;
    double choices = (double)task->m * task->top_k;
    if (host_bytes(format) == 0)
        return host_fail(out, RUN_UNSUPPORTED, "the host moves rows of fp32, bf16 and int8, not %s",
                         FORMAT_NAMES[format]);
    if (host_buffer(kernel, (double)rows_in * task->n * host_bytes(format), false) < 0 ||
        host_buffer(kernel, (double)rows_out * task->n * host_bytes(output), false) < 0 ||
        host_buffer(kernel, choices * sizeof(int), false) < 0 ||
        host_buffer(kernel, choices * sizeof(float), false) < 0)
        return no_memory(out);
    HostFill rows = {.to = host_data(kernel, ROWS_IN),
                     .format = format,
                     .which = OPERAND_A,
                     .rows = rows_in,
                     .columns = task->n,
                     .stride = task->n};
    HostFill factors = {.to = host_data(kernel, FACTORS),
                        .format = FORMAT_FP32,
                        .which = OPERAND_SCALES,
                        .rows = (long)choices,
                        .columns = 1,
                        .stride = 1};
    host_fill(kernel, &rows);
    host_fill(kernel, &factors);
    order_choices(kernel);
    snprintf(out->kernel, sizeof out->kernel, "tokens shared out to threads");
    return RUN_MEASURED;
}

RunStatus host_permute(HostKernel *kernel, Measurement *out) {
    const Task *task = &kernel->task;
    kernel->run = run_permute;
    kernel->read = read_permuted;
    return reorder(kernel, task->m, (long)task->m * task->top_k, (Format)task->a, out);
}

RunStatus host_unpermute(HostKernel *kernel, Measurement *out) {
    const Task *task = &kernel->task;
    kernel->run = run_unpermute;
    kernel->read = read_gathered;
    return reorder(kernel, (long)task->m * task->top_k, task->m, host_output((Format)task->a), out);
}
