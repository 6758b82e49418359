#include "validate/host/host.h"

#include "sim/base/test.h"
#include "validate/reference.h"

// What a processor must have for oneDNN to multiply a format is its own affair.
typedef struct Case {
    TaskKind kind;
    Task task;
} Case;

// Prime and single sizes, rests of blocks and of pages, and some beyond every block.
// clang-format off
static const Case MATMULS[] = {
    {TASK_MATMUL,  {.m = 1, .n = 1, .k = 1}},
    {TASK_MATMUL,  {.m = 7, .n = 13, .k = 37}},
    {TASK_MATMUL,  {.m = 1, .n = 257, .k = 1031}},
    {TASK_MATMUL,  {.m = 67, .n = 131, .k = 65}},
    {TASK_MATMUL,  {.m = 5, .n = 31, .k = 29, .batch = 3}},
    {TASK_EXPERTS, {.m = 11, .n = 19, .k = 23, .experts = 4}},
    {TASK_EXPERTS, {.m = 3, .n = 64, .k = 32, .experts = 5}},
};
static const Case ATTENTIONS[] = {
    {TASK_PREFILL, {.batch = 1, .heads = 1, .kv_heads = 1, .qk_dim = 16, .v_dim = 16, .q_len = 1, .kv_len = 1}},
    {TASK_PREFILL, {.batch = 2, .heads = 3, .kv_heads = 1, .qk_dim = 17, .v_dim = 13, .q_len = 37, .kv_len = 53}},
    {TASK_PREFILL, {.batch = 1, .heads = 4, .kv_heads = 2, .qk_dim = 64, .v_dim = 64, .q_len = 151, .kv_len = 307}},
    {TASK_PREFILL, {.batch = 1, .heads = 2, .kv_heads = 2, .qk_dim = 32, .v_dim = 32, .q_len = 300, .kv_len = 300, .window = 71}},
    {TASK_DECODE,  {.batch = 1, .heads = 1, .kv_heads = 1, .qk_dim = 16, .v_dim = 16, .q_len = 1, .kv_len = 1, .page = 16}},
    {TASK_DECODE,  {.batch = 3, .heads = 6, .kv_heads = 2, .qk_dim = 17, .v_dim = 13, .q_len = 1, .kv_len = 61, .page = 7}},
    {TASK_DECODE,  {.batch = 1, .heads = 8, .kv_heads = 1, .qk_dim = 64, .v_dim = 64, .q_len = 1, .kv_len = 2053, .page = 16}},
    {TASK_DECODE,  {.batch = 1, .heads = 4, .kv_heads = 2, .qk_dim = 32, .v_dim = 32, .q_len = 2, .kv_len = 1111, .page = 64, .window = 401}},
    {TASK_DECODE,  {.batch = 1, .heads = 32, .kv_heads = 2, .qk_dim = 48, .v_dim = 48, .q_len = 1, .kv_len = 1500, .page = 32}},
    {TASK_DECODE,  {.batch = 2, .heads = 16, .kv_heads = 1, .qk_dim = 72, .v_dim = 64, .q_len = 1, .kv_len = 777, .page = 16}},
    {TASK_DECODE,  {.batch = 1, .heads = 2, .kv_heads = 1, .qk_dim = 16, .v_dim = 16, .q_len = 1, .kv_len = 700, .page = 300}},
};
static const Case STREAMS[] = {
    {TASK_NORM,      {.m = 1, .n = 1}},
    {TASK_NORM,      {.m = 5, .n = 263}},
    {TASK_GATED,     {.m = 1, .n = 1}},
    {TASK_GATED,     {.m = 7, .n = 509}},
    {TASK_ROTARY,    {.m = 1, .heads = 1, .kv_heads = 1, .qk_dim = 2, .v_dim = 1, .page = 16}},
    {TASK_ROTARY,    {.m = 37, .heads = 6, .kv_heads = 2, .qk_dim = 34, .v_dim = 19, .page = 5}},
    {TASK_PERMUTE,   {.m = 13, .n = 31, .experts = 7, .top_k = 3}},
    {TASK_UNPERMUTE, {.m = 13, .n = 301, .experts = 7, .top_k = 3}},
};
static const Case NARROW[] = {
    {TASK_QUANTISE,   {.m = 1, .n = 1}},
    {TASK_QUANTISE,   {.m = 5, .n = 301}},
    {TASK_DEQUANTISE, {.m = 1, .n = 1}},
    {TASK_DEQUANTISE, {.m = 131, .n = 301}},
};
static const Case OTHERS[] = {
    {TASK_ROUTE, {.m = 1, .experts = 1, .top_k = 1}},
    {TASK_ROUTE, {.m = 37, .experts = 263, .top_k = 6}},
    {TASK_COPY,  {.bytes = 4}},
    {TASK_COPY,  {.bytes = 4 * 1009}},
    {TASK_TRIAD, {.bytes = 4 * 1009}},
};
// clang-format on

typedef struct Bench {
    void *device;
    Device about;
} Bench;

static Bench open_host(void) {
    Bench bench = {0};
    Error err = {0};
    if (!HOST_BACKEND.open(&bench.device, &bench.about, &err))
        fail_msg("%s", err.what);
    return bench;
}

static Task task_of(const Case *one, Format a, Format kv) {
    Task task = one->task;
    Error err = {0};
    task.id = 1;
    task.kind = (int)one->kind;
    task.times = 1;
    task.a = task.b = (int)a;
    task.kv = (int)kv;
    if (task.batch == 0)
        task.batch = 1;
    if (!task_finish(&task, &err))
        fail_msg("%s", err.what);
    return task;
}

// Runs the part `part` of what was prepared against the reference.
static void check_part(const Bench *bench, const Task *task, int part) {
    long places[REFERENCE_PLACES];
    double values[REFERENCE_PLACES];
    Measurement out = {0};
    uint64_t seed = reference_seed(part);
    int count = reference_places(task, seed, places);
    assert_int_equal(HOST_BACKEND.read(bench->device, part, places, count, values, &out),
                     RUN_MEASURED);
    if (reference_compare(task, seed, places, count, values, &out) == RUN_WRONG)
        fail_msg("%s m %d n %d k %d a %s kv %s q_len %d kv_len %d: %s (error %g, allowed %g)",
                 TASK_KIND_WORDS[task->kind], task->m, task->n, task->k, FORMAT_NAMES[task->a],
                 FORMAT_NAMES[task->kv], task->q_len, task->kv_len, out.detail, out.error,
                 out.tolerance);
    assert_true(out.checked > 0);
}

// Checked as it comes, and again after it was timed, cold and warm, so on other copies of its operands.
static RunStatus check(const Bench *bench, const Task *task) {
    Measurement out = {0};
    RunStatus status = HOST_BACKEND.prepare(bench->device, task, 1, &out);
    if (status == RUN_MEASURED) {
        assert_true(out.kernel[0] != '\0');
        assert_int_equal(HOST_BACKEND.run(bench->device, &out), RUN_MEASURED);
        check_part(bench, task, 0);
        assert_true(HOST_BACKEND.sample(bench->device, false, &out) > 0);
        assert_true(HOST_BACKEND.sample(bench->device, true, &out) > 0);
        check_part(bench, task, 0);
    } else {
        assert_int_equal(status, RUN_UNSUPPORTED);
        assert_true(out.detail[0] != '\0');
    }
    HOST_BACKEND.drop(bench->device);
    return status;
}

static void check_all(const Case cases[], int count, const Format formats[][2], int format_count) {
    Bench bench = open_host();
    for (int i = 0; i < count; i++)
        for (int k = 0; k < format_count; k++) {
            Task task = task_of(&cases[i], formats[k][0], formats[k][1]);
            RunStatus status = check(&bench, &task);
            if (formats[k][0] == FORMAT_FP32) // every processor has it
                assert_int_equal(status, RUN_MEASURED);
        }
    HOST_BACKEND.close(bench.device);
}

#define CHECK_ALL(cases, ...)                                                                      \
    do {                                                                                           \
        static const Format formats[][2] = {__VA_ARGS__};                                          \
        check_all(cases, FIELD_COUNT(cases), formats, FIELD_COUNT(formats));                       \
    } while (0)

TEST(host, multiplies_as_the_reference) {
    CHECK_ALL(MATMULS, {FORMAT_FP32}, {FORMAT_BF16}, {FORMAT_INT8});
}

TEST(host, attends_as_the_reference) {
    CHECK_ALL(ATTENTIONS, {FORMAT_FP32, FORMAT_FP32}, {FORMAT_BF16, FORMAT_BF16},
              {FORMAT_FP32, FORMAT_BF16});
}

TEST(host, streams_as_the_reference) {
    CHECK_ALL(STREAMS, {FORMAT_FP32, FORMAT_FP32}, {FORMAT_BF16, FORMAT_BF16});
}

TEST(host, quantises_as_the_reference) {
    CHECK_ALL(NARROW, {FORMAT_INT8}, {FORMAT_INT4}, {FORMAT_FP8}, {FORMAT_FP8_BLOCK});
}

TEST(host, routes_and_copies_as_the_reference) {
    CHECK_ALL(OTHERS, {FORMAT_FP32});
}
