// cuda/cuda_test.cc — the CUDA backend, kernels and all, on the host: the files of validate/*.cu themselves, by cuda/emulator.hpp.
//
// Only where the CUDA toolkit's headers are. Attention's kernels have an emulator and tests of their own.
#if __has_include(<cublasLt.h>)

#include "validate/cuda/emulator_blas.hpp"
#include "validate/cuda/emulator_nccl.hpp"

#include "validate/cuda/collective.cu"
#include "validate/cuda/cuda.cu"
#include "validate/cuda/elementwise.cu"
#include "validate/cuda/fill.cu"
#include "validate/cuda/lt.cu"
#include "validate/cuda/matmul.cu"
#include "validate/cuda/part.cu"
#include "validate/cuda/place.cu"
#include "validate/cuda/routing.cu"
#include "validate/cuda/timing.cu"

extern "C" {
#include "sim/base/test.h"
}

CudaPart *cuda_part_attention(void) {
    return NULL;
}

namespace {

// An open backend.
struct Opened {
    void *device;
    Device about;
    Opened() : device(NULL), about() {
        Error err;
        assert_true(CUDA_BACKEND.open(&device, &about, &err));
    }
    ~Opened() {
        CUDA_BACKEND.close(device);
    }
};

Tasks tasks_of(const char *text) {
    Tasks tasks = {};
    Error err;
    if (!tasks_read(&tasks, "test", text, strlen(text), &err))
        fail_msg("%s", err.what);
    return tasks;
}

RunStatus check(void *device, const Task *task, int part, Measurement *out) {
    static long places[REFERENCE_PLACES];
    static double values[REFERENCE_PLACES];
    int count = reference_places(task, reference_seed(part), places);
    RunStatus status = CUDA_BACKEND.read(device, part, places, count, values, out);
    return status == RUN_MEASURED
               ? reference_compare(task, reference_seed(part), places, count, values, out)
               : status;
}

// Prepared, run, checked. Not dropped.
RunStatus run_task(void *device, const Task *task, Measurement *out) {
    measurement_init(out, task);
    RunStatus status = CUDA_BACKEND.prepare(device, task, 1, out);
    if (status == RUN_MEASURED)
        status = CUDA_BACKEND.run(device, out);
    return status == RUN_MEASURED ? check(device, task, 0, out) : status;
}

// Each task of the list must end so; nothing may stay allocated.
void all_end(const char *text, RunStatus wanted) {
    Opened opened;
    Tasks tasks = tasks_of(text);
    int before = emulator::state.allocations;
    for (int i = 0; i < tasks.count; i++) {
        Measurement out;
        RunStatus status = run_task(opened.device, &tasks.list[i], &out);
        if (status != wanted)
            fail_msg("%s: %s, %s", tasks.list[i].name, RUN_STATUS_WORDS[status], out.detail);
        CUDA_BACKEND.drop(opened.device);
        assert_int_equal(emulator::state.allocations, before);
    }
    tasks_free(&tasks);
}

} // namespace

TEST(cuda, matmuls_are_right_in_every_format) {
    emulator::state.major = 10;
    all_end("kind,name,a,b,batch,m,n,k\n"
            "matmul,bf16,bf16,,1,9,24,40\n"
            "matmul,batched,bf16,,3,5,16,24\n"
            "matmul,fp16,fp16,,1,9,24,40\n"
            "matmul,fp32,fp32,,1,9,24,40\n"
            "matmul,fp8,fp8,,1,9,32,64\n"
            "matmul,int8,int8,,1,9,32,64\n"
            "matmul,block,fp8_block,,1,5,256,640\n"
            "matmul,nvfp4,nvfp4,,1,40,130,96\n"
            "matmul,mxfp4,mxfp4,,1,130,40,160\n",
            RUN_CHECKED);
    emulator::state.major = 9;
}

TEST(cuda, experts_are_right_however_rows_divide) {
    all_end("kind,name,a,m,n,k,experts\n"
            "experts,even,bf16,16,24,32,8\n"
            "experts,odd,bf16,21,24,32,8\n"
            "experts,few,fp8,3,16,32,8\n"
            "experts,block,fp8_block,11,128,256,4\n"
            "experts,block even,fp8_block,8,128,128,4\n"
            "experts,block few,fp8_block,2,128,128,4\n",
            RUN_CHECKED);
}

TEST(cuda, norms_are_right_at_every_width) {
    all_end("kind,name,a,m,n\n"
            "norm,one,bf16,1,4096\n"
            "norm,narrow,bf16,11,128\n"
            "norm,odd,bf16,9,264\n"
            "norm,wide,bf16,2,20480\n"
            "norm,many,bf16,40,5120\n"
            "gated,gated,bf16,7,1408\n",
            RUN_CHECKED);
}

TEST(cuda, quantising_is_right_in_every_format) {
    all_end("kind,name,a,m,n\n"
            "quantise,fp8,fp8,5,256\n"
            "quantise,block,fp8_block,5,256\n"
            "quantise,int8,int8,9,256\n"
            "quantise,int8 wide,int8,2,20480\n"
            "quantise,int4,int4,5,256\n"
            "quantise,nvfp4,nvfp4,5,256\n"
            "quantise,mxfp4,mxfp4,5,256\n",
            RUN_CHECKED);
    all_end("kind,name,b,m,n\n"
            "dequantise,fp8,fp8,5,256\n"
            "dequantise,block,fp8_block,130,256\n"
            "dequantise,int8,int8,5,256\n"
            "dequantise,int4,int4,5,256\n"
            "dequantise,nvfp4,nvfp4,5,256\n"
            "dequantise,mxfp4,mxfp4,5,256\n",
            RUN_CHECKED);
}

TEST(cuda, routing_is_right) {
    all_end("kind,name,m,n,experts,top_k\n"
            "route,one,1,,256,8\n"
            "route,block,100,,60,4\n"
            "route,blocks,300,,8,4\n"
            "route,most,2,,512,32\n"
            "permute,permute,37,64,32,4\n"
            "unpermute,unpermute,37,64,32,4\n",
            RUN_CHECKED);
}

TEST(cuda, streams_are_right_to_the_last_byte) {
    all_end("kind,name,bytes\n"
            "copy,copy,100012\n"
            "copy,tiny,8\n"
            "triad,triad,100004\n",
            RUN_CHECKED);
}

TEST(cuda, collectives_are_right) {
    emulator::state.devices = 3;
    all_end("kind,name,bytes,ranks\n"
            "all_reduce,reduce,1200,3\n"
            "reduce_scatter,scatter,1200,3\n"
            "all_gather,gather,1200,3\n"
            "all_to_all,exchange,1200,3\n"
            "all_to_all,two,800,2\n",
            RUN_CHECKED);
    all_end("kind,name,bytes,ranks\nall_reduce,more,1200,4\n", RUN_UNSUPPORTED);
    emulator::state.devices = 1;
}

TEST(cuda, what_it_cannot_do_is_refused) {
    all_end("kind,name,a,b,m,n,k,experts,top_k,bytes,ranks\n"
            "matmul,mixed,bf16,int4,16,256,256,,,,\n"
            "matmul,fp4,nvfp4,,16,256,256,,,,\n"
            "matmul,ragged,fp8_block,,16,256,200,,,,\n"
            "norm,ragged,bf16,,16,257,,,,,\n"
            "norm,wide,bf16,,1,40000,,,,,\n"
            "norm,half,fp16,,16,256,,,,,\n"
            "route,experts,,,16,,,600,4,,\n"
            "all_reduce,alone,,,,,,,,4096,2\n",
            RUN_UNSUPPORTED);
}

TEST(cuda, what_does_not_fit_is_told_before_it_is_allocated) {
    all_end("kind,name,a,m,n,k,bytes\n"
            "matmul,weights,bf16,1,100000,100000,\n"
            "copy,copy,,,,,1e12\n",
            RUN_OUT_OF_MEMORY);
}

TEST(cuda, wrong_results_are_found) {
    emulator::state.matmul_factor = 1.02;
    all_end("kind,name,a,m,n,k\nmatmul,wrong,bf16,16,64,64\nmatmul,wrong,fp8,16,64,64\n",
            RUN_WRONG);
    emulator::state.matmul_factor = 1;
}

TEST(cuda, a_failed_launch_names_its_line_and_loses_the_device) {
    Opened opened;
    Tasks tasks = tasks_of("kind,name,a,m,n\ngated,gated,bf16,4,64\n");
    Measurement out;
    measurement_init(&out, tasks.list);
    assert_int_equal(CUDA_BACKEND.prepare(opened.device, tasks.list, 1, &out), RUN_MEASURED);
    emulator::state.next_launch = cudaErrorIllegalAddress;
    assert_int_equal(CUDA_BACKEND.run(opened.device, &out), RUN_FAILED);
    assert_non_null(strstr(out.detail, "elementwise.cu:"));
    assert_non_null(strstr(out.detail, "cudaErrorIllegalAddress"));
    CUDA_BACKEND.drop(opened.device);
    assert_int_equal(CUDA_BACKEND.prepare(opened.device, tasks.list, 1, &out), RUN_FAILED);
    CUDA_BACKEND.drop(opened.device);
    tasks_free(&tasks);
}

TEST(cuda, samples_rotate_cold_and_stay_warm) {
    Opened opened;
    Tasks tasks = tasks_of("kind,name,a,m,n\ngated,gated,bf16,4,64\n");
    Measurement out;
    assert_int_equal(run_task(opened.device, tasks.list, &out), RUN_CHECKED);
    CudaRun *run = static_cast<CudaRun *>(opened.device);
    assert_true(run->places.copies > 1);
    assert_true(CUDA_BACKEND.sample(opened.device, true, &out) > 0);
    for (size_t i = 1; i < run->cold.graphs.size(); i++)
        assert_true(CUDA_BACKEND.sample(opened.device, true, &out) > 0);
    assert_true(CUDA_BACKEND.sample(opened.device, false, &out) > 0);
    // Every copy was run, and came to the same.
    const Tensor &result = run->parts[0]->tensors[1];
    for (int i = 1; i < run->places.copies; i++)
        assert_memory_equal(result.at<char>(i), result.at<char>(0), result.bytes());
    assert_int_equal(check(opened.device, tasks.list, 0, &out), RUN_CHECKED);
    CUDA_BACKEND.drop(opened.device);
    tasks_free(&tasks);
}

TEST(cuda, a_rotation_that_stays_in_the_cache_is_told) {
    Opened opened;
    CudaRun *run = static_cast<CudaRun *>(opened.device);
    Tasks tasks = tasks_of("kind,name,bytes\ncopy,copy,4000\n");
    for (int small = 0; small < 2; small++) {
        Measurement out;
        measurement_init(&out, tasks.list);
        // So large a cache that the most copies do not fill it twice.
        run->device.cache_bytes = small ? 1e9 : 1e4;
        assert_int_equal(CUDA_BACKEND.prepare(opened.device, tasks.list, 1, &out), RUN_MEASURED);
        assert_true((strstr(out.detail, "rotate through") != NULL) == (small != 0));
        CUDA_BACKEND.drop(opened.device);
    }
    tasks_free(&tasks);
}

static const char LAYER[] = "id,layer,kind,name,a,m,n,k,experts,top_k,times\n"
                            "1,,layer,layer,,,,,,,\n"
                            "2,1,norm,norm,bf16,16,128,,,,2\n"
                            "3,1,matmul,project,bf16,16,128,128,,,\n"
                            "4,1,route,route,,16,,,8,2,\n"
                            "5,1,permute,permute,bf16,16,128,,8,2,\n"
                            "6,1,quantise,quantise,fp8,32,128,,,,\n"
                            "7,1,experts,up,fp8,32,128,128,8,,\n"
                            "8,1,gated,gated,bf16,32,64,,,,\n"
                            "9,1,unpermute,unpermute,bf16,16,128,,8,2,\n";

TEST(cuda, layers_hand_on_and_each_part_is_right) {
    Opened opened;
    Tasks tasks = tasks_of(LAYER);
    Measurement out;
    measurement_init(&out, tasks.list);
    assert_int_equal(CUDA_BACKEND.prepare(opened.device, tasks.list, tasks.count, &out),
                     RUN_MEASURED);
    CudaRun *run = static_cast<CudaRun *>(opened.device);
    assert_ptr_equal(run->parts[1]->tensors[0].base, run->parts[0]->tensors[3].base);
    assert_ptr_equal(run->parts[5]->tensors[0].base, run->parts[4]->tensors[1].base);
    // A part that runs twice has its own weights for each.
    assert_int_equal(run->parts[0]->tensors[2].copies, 2 * run->places.copies);
    assert_int_equal(CUDA_BACKEND.run(opened.device, &out), RUN_MEASURED);
    for (int part = 1; part < tasks.count; part++)
        assert_int_equal(check(opened.device, &tasks.list[part], part, &out), RUN_CHECKED);
    assert_true(CUDA_BACKEND.sample(opened.device, true, &out) > 0);
    assert_true(CUDA_BACKEND.sample(opened.device, false, &out) > 0);
    for (int part = 1; part < tasks.count; part++)
        assert_int_equal(check(opened.device, &tasks.list[part], part, &out), RUN_CHECKED);
    CUDA_BACKEND.drop(opened.device);
    tasks_free(&tasks);
}

#endif
