// attention_test.cc — the attention kernels' own bodies, run on the host thread by thread against a double reference.
#include "validate/emulator.hpp"

extern "C" {
#include "sim/base/test.h"
}

#include "validate/attention_hopper.cuh"
#include "validate/attention_prefill.cuh"
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
        list[i] = emulator::bits_of(
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
        sum += (double)emulator::number(a[i]) * (double)emulator::number(b[i]);
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
            output[d] += weight * (double)emulator::number(p.values[row * p.v_dim + d]);
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
            double off = fabs((double)emulator::number(p.output[(size_t)index * p.v_dim + d]) - row[d]);
            if (!(off <= worst))
                worst = off;
        }
    }
    return worst;
}

// bf16 outputs up to about 3 are rounded by 2^-7 at most, weights by 2^-9 of themselves, each half of it at random.
const double TOLERANCE = 0.012;

PrefillShape prefill_shape(const Problem &p) {
    PrefillShape shape = {p.queries, p.keys,     p.values, p.output, p.batch, p.q_len, p.kv_len,
                          p.heads,   p.kv_heads, p.window, 2,        0};
    shape.scale_log2 = (float)(1.4426950408889634 / sqrt((double)p.qk_dim));
    return shape;
}

template <class Config> void prefill_thread(emulator::Block *block, int index, void *context) {
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
            fault = emulator::block_run(prefill_thread<Config>, &shape, Config::threads, i, count,
                                        Config::shared_bytes, eager);
        expect_right(p, fault, eager);
        problem_free(p);
    }
}

struct HopperContext {
    PrefillShape shape;
    HopperMaps<emulator::Map> maps;
};

template <class Config> void hopper_thread(emulator::Block *block, int index, void *context) {
    EmulatedThread thread = {block, index};
    HopperContext *hopper = (HopperContext *)context;
    hopper_body<Config>(thread, hopper->shape, hopper->maps);
}

template <class Config> void hopper_check(Problem p) {
    for (int eager = 0; eager < 2; eager++) {
        problem_fill(p);
        HopperContext context = {prefill_shape(p),
                                 {{p.queries, p.qk_dim, p.heads, p.q_len, p.batch, Config::rows},
                                  {p.keys, p.qk_dim, p.kv_heads, p.kv_len, p.batch, Config::keys},
                                  {p.values, p.v_dim, p.kv_heads, p.kv_len, p.batch, Config::keys}}};
        int count = (p.q_len + Config::rows - 1) / Config::rows * p.heads * p.batch;
        const char *fault = NULL;
        for (int i = 0; i < count && !fault; i++)
            fault = emulator::block_run(hopper_thread<Config>, &context, Config::threads, i, count,
                                        Config::shared_bytes, eager);
        expect_right(p, fault, eager);
        problem_free(p);
    }
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

} // namespace
