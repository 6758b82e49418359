// cuda/attention_test.cc — the attention kernels' own bodies, run on the host thread by thread against a double reference.
#include "validate/cuda/warp_emulator.hpp"

extern "C" {
#include "sim/base/test.h"
}

#include "validate/cuda/attention_plan.cuh"
#include "validate/operand.h"

namespace {

// A shape with its operands and output.
struct Problem {
    int batch, q_len, kv_len, heads, kv_heads, qk_dim, v_dim, window;
    Bf16 *queries, *keys, *values, *output;
    size_t outputs;
};

Bf16 *operand_new(size_t count, Operand which) {
    Bf16 *list = (Bf16 *)aligned_alloc(64, (count * 2 + 63) / 64 * 64);
    for (size_t i = 0; i < count; i++)
        list[i] = emulated::bits_of(
            operand_code(FORMAT_BF16, operand_normal(64 * (uint64_t)which, (uint64_t)i)));
    return list;
}

void problem_fill(Problem &p) {
    p.queries = operand_new((size_t)p.batch * p.q_len * p.heads * p.qk_dim, OPERAND_A);
    p.keys = operand_new((size_t)p.batch * p.kv_len * p.kv_heads * p.qk_dim, OPERAND_K);
    p.values = operand_new((size_t)p.batch * p.kv_len * p.kv_heads * p.v_dim, OPERAND_V);
    p.outputs = (size_t)p.batch * p.q_len * p.heads * p.v_dim;
    p.output = (Bf16 *)malloc(p.outputs * 2);
    memset(p.output, 0xff, p.outputs * 2);
}

void problem_free(Problem &p) {
    free(p.queries);
    free(p.keys);
    free(p.values);
    free(p.output);
}

double dot(const Bf16 *a, const Bf16 *b, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += (double)emulated::number(a[i]) * (double)emulated::number(b[i]);
    return sum;
}

// One query's output row, by the definition.
void reference_row(const Problem &p, int sequence, int query, int head, double *output) {
    int kv_head = head / (p.heads / p.kv_heads), position = p.kv_len - p.q_len + query;
    const Bf16 *q = p.queries + (((size_t)sequence * p.q_len + query) * p.heads + head) * p.qk_dim;
    double total = 0;
    for (int d = 0; d < p.v_dim; d++)
        output[d] = 0;
    int first = p.window && position - p.window + 1 > 0 ? position - p.window + 1 : 0;
    for (int key = first; key <= position; key++) {
        size_t row = ((size_t)sequence * p.kv_len + key) * p.kv_heads + kv_head;
        double weight = exp(dot(q, p.keys + row * p.qk_dim, p.qk_dim) / sqrt((double)p.qk_dim));
        total += weight;
        for (int d = 0; d < p.v_dim; d++)
            output[d] += weight * (double)emulated::number(p.values[row * p.v_dim + d]);
    }
    for (int d = 0; d < p.v_dim; d++)
        output[d] /= total;
}

// Largest deviation; NaN where something was not written.
double problem_error(const Problem &p) {
    double worst = 0, row[512];
    for (int index = 0; index < p.batch * p.q_len * p.heads; index++) {
        int head = index % p.heads, query = index / p.heads % p.q_len;
        reference_row(p, index / p.heads / p.q_len, query, head, row);
        for (int d = 0; d < p.v_dim; d++) {
            double off =
                fabs((double)emulated::number(p.output[(size_t)index * p.v_dim + d]) - row[d]);
            if (!(off <= worst))
                worst = off;
        }
    }
    return worst;
}

// bf16 outputs up to about 3 are rounded by 2^-7 at most, weights by 2^-9 of themselves, each half of it at random.
const double TOLERANCE = 0.012;

PrefillShape prefill_shape(const Problem &p) {
    PrefillShape shape = {p.queries, p.keys,  p.values,   p.output, p.batch, p.q_len,
                          p.kv_len,  p.heads, p.kv_heads, p.window, 2,       0};
    shape.scale_log2 = (float)(1.4426950408889634 / sqrt((double)p.qk_dim));
    return shape;
}

template <class Config> void prefill_thread(emulated::Block *block, int index, void *context) {
    EmulatedThread thread = {block, index};
    prefill_body<Config>(thread, *(const PrefillShape *)context);
}

// Where a problem fails, says what it was.
void expect_right(const Problem &p, const char *fault, bool eager) {
    double error = fault ? 0 : problem_error(p);
    if (fault || !(error < TOLERANCE))
        printf("batch %d q_len %d kv_len %d heads %d/%d dims %d/%d window %d %s: %s, error %g\n",
               p.batch, p.q_len, p.kv_len, p.heads, p.kv_heads, p.qk_dim, p.v_dim, p.window,
               eager ? "eager" : "late", fault ? fault : "wrong", error);
    assert_true(!fault);
    assert_true(error < TOLERANCE);
}

template <class Config> void prefill_check(Problem p) {
    for (int eager = 0; eager < 2; eager++) {
        problem_fill(p);
        PrefillShape shape = prefill_shape(p);
        int count = (p.q_len + Config::rows - 1) / Config::rows * p.heads * p.batch;
        const char *fault = NULL;
        for (int i = 0; i < count && !fault; i++)
            fault = emulated::block_run(prefill_thread<Config>, &shape, Config::threads, i, count,
                                        Config::shared_bytes, eager);
        expect_right(p, fault, eager);
        problem_free(p);
    }
}

struct HopperContext {
    PrefillShape shape;
    HopperMaps<emulated::Map> maps;
};

template <class Config> void hopper_thread(emulated::Block *block, int index, void *context) {
    EmulatedThread thread = {block, index};
    HopperContext *hopper = (HopperContext *)context;
    hopper_body<Config>(thread, hopper->shape, hopper->maps);
}

template <class Config> void hopper_check(Problem p) {
    for (int eager = 0; eager < 2; eager++) {
        problem_fill(p);
        HopperContext context = {
            prefill_shape(p),
            {{p.queries, p.qk_dim, p.heads, p.q_len, p.batch, Config::rows},
                 {p.keys, p.qk_dim, p.kv_heads, p.kv_len, p.batch, Config::keys},
                 {p.values, p.v_dim, p.kv_heads, p.kv_len, p.batch, Config::keys}}
        };
        int count = (p.q_len + Config::rows - 1) / Config::rows * p.heads * p.batch;
        const char *fault = NULL;
        for (int i = 0; i < count && !fault; i++)
            fault = emulated::block_run(hopper_thread<Config>, &context, Config::threads, i, count,
                                        Config::shared_bytes, eager);
        expect_right(p, fault, eager);
        problem_free(p);
    }
}

// Problem's keys or values in pages; what no token fills is NaN. e4m3: the problem's numbers are rounded to it.
struct Cache {
    unsigned char *data;
    int32_t *pages;
    int page, pages_each;
};

void cache_pages(Cache &cache, int sequences, int tokens, int page) {
    cache.page = page;
    cache.pages_each = (tokens + page - 1) / page;
    int count = sequences * cache.pages_each;
    cache.pages = (int32_t *)malloc(sizeof(int32_t) * (size_t)count);
    for (int i = 0; i < count; i++)
        cache.pages[i] = (int32_t)page_order(0, (uint32_t)i, (uint32_t)count);
}

size_t cache_row(const Cache &cache, int sequence, int token, int kv_head, int kv_heads) {
    return (size_t)page_row(cache.pages[sequence * cache.pages_each + token / cache.page], kv_head,
                            token % cache.page, kv_heads, cache.page);
}

unsigned char *cache_fill(const Problem &p, const Cache &cache, Bf16 *numbers, int dims,
                          bool e4m3) {
    size_t rows = (size_t)p.batch * cache.pages_each * p.kv_heads * cache.page,
           width = e4m3 ? 1 : 2;
    unsigned char *data = (unsigned char *)aligned_alloc(64, (rows * dims * width + 63) / 64 * 64);
    memset(data, 0xff, rows * dims * width);
    for (int row = 0; row < p.batch * p.kv_len * p.kv_heads; row++) {
        int head = row % p.kv_heads, token = row / p.kv_heads % p.kv_len;
        size_t to = cache_row(cache, row / p.kv_heads / p.kv_len, token, head, p.kv_heads) * dims;
        for (int d = 0; d < dims; d++) {
            Bf16 &bits = numbers[(size_t)row * dims + d];
            if (e4m3) {
                float rounded = operand_round(emulated::number(bits), 3, -6, 448.0f);
                bits = emulated::bits_of(rounded);
                data[to + d] = (unsigned char)e4m3_code(rounded);
            } else {
                memcpy(data + (to + d) * 2, &bits, 2);
            }
        }
    }
    return data;
}

struct DecodeRun {
    Problem p;
    Cache keys, values;
    DecodeShape shape;
    size_t parts;
};

void decode_begin(DecodeRun &run, const Problem &problem, int page, int splits, int rows,
                  bool e4m3) {
    run.p = problem;
    problem_fill(run.p);
    Problem &p = run.p;
    bool latent = p.v_dim < p.qk_dim;
    if (latent) // a value is the head of its key
        for (int row = 0; row < p.batch * p.kv_len; row++)
            memcpy(p.values + (size_t)row * p.v_dim, p.keys + (size_t)row * p.qk_dim,
                   2 * (size_t)p.v_dim);
    cache_pages(run.keys, p.batch, p.kv_len, page);
    run.values = run.keys;
    run.keys.data = cache_fill(p, run.keys, p.keys, p.qk_dim, e4m3);
    run.values.data = latent ? NULL : cache_fill(p, run.keys, p.values, p.v_dim, e4m3);
    DecodeShape &shape = run.shape;
    memset(&shape, 0, sizeof shape);
    shape.queries = p.queries;
    shape.keys = run.keys.data;
    shape.values = run.values.data;
    shape.output = p.output;
    shape.pages = run.keys.pages;
    run.parts = p.outputs * (size_t)splits * 4;
    shape.parts = (float *)malloc(run.parts);
    shape.part_rows = (float *)malloc(run.parts);
    memset(shape.parts, 0xff, run.parts);
    memset(shape.part_rows, 0xff, run.parts);
    shape.batch = p.batch;
    shape.q_len = p.q_len;
    shape.kv_len = p.kv_len;
    shape.heads = p.heads;
    shape.kv_heads = p.kv_heads;
    shape.window = p.window;
    shape.page = page;
    shape.pages_each = run.keys.pages_each;
    shape.splits = splits;
    shape.row_tiles = (p.heads / p.kv_heads * p.q_len + rows - 1) / rows;
    shape.scale_log2 = (float)(1.4426950408889634 / sqrt((double)p.qk_dim));
}

void decode_end(DecodeRun &run) {
    free(run.keys.data);
    free(run.values.data);
    free(run.keys.pages);
    free(run.shape.parts);
    free(run.shape.part_rows);
    problem_free(run.p);
}

template <class Config> void decode_thread(emulated::Block *block, int index, void *context) {
    EmulatedThread thread = {block, index};
    decode_body<Config>(thread, *(const DecodeShape *)context);
}

template <class Config> void latent_thread(emulated::Block *block, int index, void *context) {
    EmulatedThread thread = {block, index};
    latent_body<Config>(thread, *(const DecodeShape *)context);
}

template <int v_dim> void join_thread(emulated::Block *block, int index, void *context) {
    EmulatedThread thread = {block, index};
    decode_join<v_dim>(thread, *(const DecodeShape *)context);
}

template <class Config, int v_dim>
void decode_check(void (*body)(emulated::Block *, int, void *), const Problem &p, int page,
                  int splits, bool e4m3) {
    for (int eager = 0; eager < 2; eager++) {
        DecodeRun run;
        decode_begin(run, p, page, splits, Config::rows, e4m3);
        int count = p.batch * p.kv_heads * splits * run.shape.row_tiles;
        int outputs = splits > 1 ? p.batch * p.q_len * p.heads : 0;
        const char *fault = NULL;
        for (int i = 0; i < count && !fault; i++)
            fault = emulated::block_run(body, &run.shape, Config::threads, i, count,
                                        Config::shared_bytes, eager);
        for (int i = 0; i < outputs && !fault; i++)
            fault = emulated::block_run(join_thread<v_dim>, &run.shape, v_dim / 2, i, outputs, 16,
                                        eager);
        expect_right(run.p, fault, eager);
        decode_end(run);
    }
}

template <class Config> void split_check(const Problem &p, int page, int splits) {
    decode_check<Config, Config::dims>(decode_thread<Config>, p, page, splits, Config::e4m3);
}

template <class Config> void latent_check(const Problem &p, int page, int splits) {
    decode_check<Config, Config::v_dim>(latent_thread<Config>, p, page, splits, false);
}

Problem problem(int batch, int q_len, int kv_len, int heads, int kv_heads, int qk_dim, int v_dim,
                int window) {
    Problem p = {batch, q_len, kv_len, heads, kv_heads, qk_dim, v_dim, window, 0, 0, 0, 0, 0};
    return p;
}

TEST(attention, portable_prefill_agrees_with_the_definition) {
    prefill_check<PrefillConfig<64, 64, 64, 2>>(problem(2, 150, 150, 2, 1, 64, 64, 0));
    prefill_check<PrefillConfig<128, 128, 64, 2>>(problem(1, 130, 203, 2, 2, 128, 128, 0));
    prefill_check<PrefillConfig<128, 128, 64, 2>>(problem(1, 200, 230, 1, 1, 128, 128, 77));
    prefill_check<PrefillConfig<192, 128, 64, 2>>(problem(1, 40, 100, 1, 1, 192, 128, 0));
    prefill_check<PrefillConfig<256, 256, 32, 1>>(problem(1, 70, 100, 1, 1, 256, 256, 0));
}

TEST(attention, hopper_prefill_agrees_with_the_definition) {
    hopper_check<HopperConfig<64, 64, 128>>(problem(2, 150, 300, 2, 1, 64, 64, 0));
    hopper_check<HopperConfig<128, 128, 128>>(problem(1, 130, 520, 2, 1, 128, 128, 0));
    hopper_check<HopperConfig<128, 128, 128>>(problem(1, 200, 430, 1, 1, 128, 128, 77));
    hopper_check<HopperConfig<192, 128, 128>>(problem(1, 40, 300, 1, 1, 192, 128, 0));
    hopper_check<HopperConfig<256, 256, 64>>(problem(1, 70, 200, 1, 1, 256, 256, 0));
}

TEST(attention, split_decode_agrees_with_the_definition) {
    split_check<DecodeConfig<128, 1, 3, false>>(problem(2, 1, 333, 8, 2, 128, 128, 0), 16, 3);
    split_check<DecodeConfig<128, 1, 3, false>>(problem(1, 1, 200, 2, 2, 128, 128, 0), 64, 1);
    split_check<DecodeConfig<128, 2, 3, false>>(problem(1, 3, 150, 12, 1, 128, 128, 0), 5, 2);
    split_check<DecodeConfig<64, 1, 4, false>>(problem(1, 2, 400, 24, 1, 64, 64, 100), 32, 2);
    split_check<DecodeConfig<256, 1, 3, false>>(problem(1, 1, 100, 4, 2, 256, 256, 0), 16, 2);
    split_check<DecodeConfig<64, 1, 3, false>>(problem(1, 1, 20, 4, 1, 64, 64, 0), 16, 2);
}

TEST(attention, split_decode_widens_e4m3) {
    split_check<DecodeConfig<128, 1, 4, true>>(problem(1, 1, 333, 8, 2, 128, 128, 0), 16, 2);
    split_check<DecodeConfig<64, 1, 4, true>>(problem(1, 1, 333, 8, 2, 64, 64, 0), 16, 1);
}

template <class Config>
void latent_hopper_thread(emulated::Block *block, int index, void *context) {
    EmulatedThread thread = {block, index};
    latent_hopper_body<Config>(thread, *(const DecodeShape *)context);
}

TEST(attention, latent_decode_on_hopper_agrees_with_the_definition) {
    typedef LatentHopperConfig Config;
    decode_check<Config, 512>(latent_hopper_thread<Config>, problem(2, 1, 450, 16, 1, 576, 512, 0),
                              64, 2, false);
    decode_check<Config, 512>(latent_hopper_thread<Config>,
                              problem(1, 2, 300, 40, 1, 576, 512, 190), 16, 1, false);
}

TEST(attention, latent_decode_agrees_with_the_definition) {
    latent_check<LatentConfig<2>>(problem(2, 1, 150, 16, 1, 576, 512, 0), 64, 2);
    latent_check<LatentConfig<3>>(problem(1, 2, 200, 40, 1, 576, 512, 90), 16, 1);
}

// ---- rotary

template <bool e4m3> void rotary_thread(emulated::Block *block, int index, void *context) {
    EmulatedThread thread = {block, index};
    rotary_body<e4m3>(thread, *(const RotaryShape *)context);
}

double turned(const Bf16 *row, int dim, int i, int token) {
    int half = dim / 2, pair = i % half;
    double angle = rotary_position(token) * pow(ROTARY_BASE, -2.0 * pair / dim);
    double low = (double)emulated::number(row[pair]),
           high = (double)emulated::number(row[pair + half]);
    return i < half ? low * cos(angle) - high * sin(angle) : high * cos(angle) + low * sin(angle);
}

double cached(const void *cache, bool e4m3, size_t place) {
    if (!e4m3)
        return (double)emulated::number(((const Bf16 *)cache)[place]);
    uint32_t pair = e4m3_pair(((const unsigned char *)cache)[place], 0);
    return ldexp((double)emulated::number((Bf16)pair), 120);
}

template <bool e4m3>
void rotary_check(int tokens, int heads, int kv_heads, int dim, int v_dim, int page) {
    Problem p = problem(1, tokens, tokens, heads, kv_heads, dim, v_dim, 0);
    problem_fill(p);
    Cache pages;
    cache_pages(pages, 1, tokens, page);
    size_t rows = (size_t)pages.pages_each * kv_heads * page;
    Bf16 *turned_queries = (Bf16 *)malloc(2 * (size_t)tokens * heads * dim);
    void *keys = malloc(2 * rows * dim), *values = malloc(2 * rows * v_dim);
    double rates[64];
    for (int i = 0; i < dim / 2; i++)
        rates[i] = pow(ROTARY_BASE, -2.0 * i / dim) / 6.283185307179586;
    RotaryShape shape = {p.queries, p.keys,      p.values, turned_queries, keys,
                         values,    pages.pages, rates,    tokens,         heads,
                         kv_heads,  dim,         v_dim,    page,           3};
    // Half a step: 2^-8 (bf16), then 2^-4 (e4m3) of a number up to 5.
    double tolerance = e4m3 ? 0.056 : 0.0033, worst = 0;
    int blocks = (tokens + shape.each - 1) / shape.each;
    for (int i = 0; i < blocks; i++)
        assert_true(!emulated::block_run(rotary_thread<e4m3>, &shape, ROTARY_THREADS, i, blocks,
                                         (uint32_t)(4 * dim * shape.each), true));
    for (int token = 0; token < tokens; token++) {
        for (int row = 0; row < heads + 2 * kv_heads; row++)
            for (int i = 0; i < (row < heads + kv_heads ? dim : v_dim); i++) {
                int kv = (row - heads) % kv_heads;
                size_t own = (size_t)token * kv_heads + kv,
                       to = cache_row(pages, 0, token, kv, kv_heads);
                size_t query = (size_t)token * heads + row;
                double expected = row < heads ? turned(p.queries + query * dim, dim, i, token)
                                  : row < heads + kv_heads
                                      ? turned(p.keys + own * dim, dim, i, token)
                                      : (double)emulated::number(p.values[own * v_dim + i]);
                double found = row < heads
                                   ? (double)emulated::number(turned_queries[query * dim + i])
                               : row < heads + kv_heads ? cached(keys, e4m3, to * dim + i)
                                                        : cached(values, e4m3, to * v_dim + i);
                worst = fmax(worst, fabs(found - expected) / (1 + fabs(expected)));
            }
    }
    assert_true(worst < tolerance);
    free(turned_queries);
    free(keys);
    free(values);
    free(pages.pages);
    problem_free(p);
}

TEST(attention, rotary_turns_and_caches) {
    rotary_check<false>(100, 6, 2, 128, 128, 16);
    rotary_check<true>(50, 5, 1, 64, 128, 32);
}

TEST(attention, e4m3_codes_go_there_and_back) {
    for (uint32_t code = 0; code < 256; code++) {
        if ((code & 0x7f) == 0x7f)
            continue; // NaN
        int exponent = (int)(code >> 3 & 15), mantissa = (int)(code & 7);
        double value = exponent ? ldexp(8 + mantissa, exponent - 10) : ldexp(mantissa, -9);
        value = code & 0x80 ? -value : value;
        unsigned char byte = (unsigned char)code;
        assert_true(cached(&byte, true, 0) == value);
        assert_int_equal(e4m3_code((float)value), code);
    }
}

// From a plan as the device gets it: the shape's pointers and sizes are the plan's.
TEST(attention, a_planned_decode_runs) {
    static const AttentionDevice device = {132, 9, 0, 232448, 50e6};
    Task task;
    memset(&task, 0, sizeof task);
    task.kind = TASK_DECODE;
    task.a = task.kv = FORMAT_BF16;
    task.batch = 2;
    task.heads = 32;
    task.kv_heads = 8;
    task.q_len = 1;
    task.kv_len = 300;
    task.qk_dim = task.v_dim = 128;
    task.page = 16;
    CudaAttention plan;
    Measurement out;
    assert_int_equal(attention_plan(&plan, &task, &device, "", &out), RUN_MEASURED);
    assert_true(plan.splits > 1);
    DecodeRun run;
    decode_begin(run, problem(2, 1, 300, 32, 8, 128, 128, 0), task.page, plan.splits, 16, false);
    unsigned char *parts = (unsigned char *)malloc(plan.bytes[ATTENTION_PARTS]);
    AttentionBuffers buffers = {};
    buffers.at[ATTENTION_QUERIES] = run.p.queries;
    buffers.at[ATTENTION_KEY_CACHE] = run.keys.data;
    buffers.at[ATTENTION_VALUE_CACHE] = run.values.data;
    buffers.at[ATTENTION_OUTPUT] = run.p.output;
    buffers.at[ATTENTION_PAGES] = run.keys.pages;
    buffers.at[ATTENTION_PARTS] = parts;
    DecodeShape shape = attention_decode_shape(&plan, &buffers);
    typedef DecodeConfig<128, 1, 3, false> Config;
    const char *fault = NULL;
    int count = (int)attention_blocks(&plan);
    for (int i = 0; i < count && !fault; i++)
        fault = emulated::block_run(decode_thread<Config>, &shape, Config::threads, i, count,
                                    Config::shared_bytes, false);
    for (int i = 0; i < 64 && !fault; i++)
        fault = emulated::block_run(join_thread<128>, &shape, 64, i, 64, 16, false);
    expect_right(run.p, fault, false);
    free(parts);
    decode_end(run);
}

} // namespace
