// route, permute, unpermute: kernels of cuda/route.cuh as parts.
#include "validate/cuda/fill.cuh"
#include "validate/cuda/route.cuh"
#include "validate/reference.h"

#include <stdio.h>

namespace {

// Places of all choices in the experts' order: a counting sort.
std::vector<int> places_of(const std::vector<int> &chosen, int experts) {
    std::vector<int> next((size_t)experts + 1, 0), places(chosen.size());
    for (int expert : chosen)
        next[(size_t)expert + 1]++;
    for (size_t e = 0; e < (size_t)experts; e++)
        next[e + 1] += next[e];
    for (size_t i = 0; i < chosen.size(); i++)
        places[i] = next[(size_t)chosen[i]]++;
    return places;
}

struct Route : CudaPart {
    enum { SCORES, CHOSEN, WEIGHTS, PLACES, COUNTS };

    int choices() const {
        return task.m * task.top_k;
    }
    int blocks() const {
        return (int)cuda_blocks((size_t)choices(), ROUTE_THREADS);
    }

    RunStatus plan(CudaDevice *, Measurement *out) override {
        if (task.experts > ROUTE_EXPERTS || task.top_k > ROUTE_CHOICES)
            return cuda_refuse(out, RUN_UNSUPPORTED, "route: above %d experts or %d choices",
                               ROUTE_EXPERTS, ROUTE_CHOICES);
        if ((double)task.m * task.top_k > 1e8)
            return cuda_refuse(out, RUN_UNSUPPORTED, "route: more than 1e8 choices");
        want(ROLE_INPUT, ELEMENT_F32, (size_t)task.m * (size_t)task.experts);
        want(ROLE_OUTPUT, ELEMENT_I32, (size_t)choices());
        want(ROLE_OUTPUT, ELEMENT_F32, (size_t)choices());
        want(ROLE_OUTPUT, ELEMENT_I32, (size_t)choices());
        want(ROLE_SCRATCH, ELEMENT_I32, (size_t)blocks() * (size_t)task.experts);
        return RUN_MEASURED;
    }

    RunStatus fill(CudaDevice *device, Measurement *out) override {
        return cuda_fill_codes(device, tensors[SCORES].base, FORMAT_FP32, seed, OPERAND_CHOICE,
                               tensors[SCORES].count, out);
    }

    RunStatus choose(CudaDevice *, Measurement *out) override {
        snprintf(out->kernel, sizeof out->kernel, "chipfit route, %d kernels",
                 blocks() > 1 ? 4 : 2);
        return RUN_MEASURED;
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        int *chosen = tensors[CHOSEN].at<int>(copy), *counts = tensors[COUNTS].at<int>(copy);
        void (*kernel)(const float *, int, int, int, int *, float *) =
            task.experts <= 32    ? choose_kernel<1>
            : task.experts <= 64  ? choose_kernel<2>
            : task.experts <= 128 ? choose_kernel<4>
            : task.experts <= 256 ? choose_kernel<8>
                                  : choose_kernel<16>;
        // Few tokens: a block each, so that they spread over the device.
        unsigned threads = task.m <= 4 * device->multiprocessors ? 32 : 128;
        CUDA_TRY(cuda_launch(kernel, cuda_blocks((size_t)task.m * 32, threads), threads, 0,
                             device->stream, tensors[SCORES].at<float>(copy), task.m, task.experts,
                             task.top_k, chosen, tensors[WEIGHTS].at<float>(copy)));
        if (blocks() > 1) {
            CUDA_TRY(cuda_launch(count_kernel, (unsigned)blocks(), ROUTE_THREADS, 0, device->stream,
                                 chosen, choices(), task.experts, counts));
            CUDA_TRY(cuda_launch(scan_kernel, 1, ROUTE_THREADS, 0, device->stream, counts,
                                 blocks() * task.experts));
        }
        CUDA_TRY(cuda_launch(place_kernel, (unsigned)blocks(), ROUTE_THREADS, 0, device->stream,
                             chosen, choices(), task.experts, blocks() > 1 ? counts : NULL,
                             tensors[PLACES].at<int>(copy)));
        return RUN_MEASURED;
    }

    // Places are no output that reference.h numbers, so they are compared here, all of them.
    RunStatus read(CudaDevice *device, const long list[], int count, double values[],
                   Measurement *out) override {
        std::vector<int> experts((size_t)choices()), places(experts);
        size_t bytes = experts.size() * sizeof(int);
        CUDA_TRY(cudaMemcpyAsync(experts.data(), tensors[CHOSEN].base, bytes,
                                 cudaMemcpyDeviceToHost, device->stream));
        CUDA_TRY(cudaMemcpyAsync(places.data(), tensors[PLACES].base, bytes, cudaMemcpyDeviceToHost,
                                 device->stream));
        CUDA_TRY(cudaStreamSynchronize(device->stream));
        for (int expert : experts)
            if (expert < 0 || expert >= task.experts)
                return cuda_refuse(out, RUN_WRONG, "expert %d was chosen of %d", expert,
                                   task.experts);
        std::vector<int> right = places_of(experts, task.experts);
        for (size_t i = 0; i < right.size(); i++)
            if (places[i] != right[i])
                return cuda_refuse(out, RUN_WRONG, "place of choice %zu is %d, should be %d", i,
                                   places[i], right[i]);
        return CudaPart::read(device, list, count, values, out);
    }

    Probe probe(long place) const override {
        bool weight = place >= choices();
        const Tensor &tensor = tensors[weight ? WEIGHTS : CHOSEN];
        return Probe{tensor.base, NULL,           (size_t)(weight ? place - choices() : place),
                     0,           tensor.element, ELEMENT_F32};
    }
};

// Both ways: rows in the tokens' order and in the experts'.
struct Permute : CudaPart {
    enum { IN, PLACES, OUT, WEIGHTS };

    bool back() const {
        return task.kind == TASK_UNPERMUTE;
    }
    size_t choices() const {
        return (size_t)task.m * (size_t)task.top_k;
    }
    size_t tokens_size() const {
        return (size_t)task.m * (size_t)task.n;
    }
    size_t chosen_size() const {
        return choices() * (size_t)task.n;
    }

    RunStatus plan(CudaDevice *, Measurement *out) override {
        if (task.a != FORMAT_BF16)
            return cuda_refuse(out, RUN_UNSUPPORTED, "our kernels take bf16, not %s",
                               FORMAT_NAMES[task.a]);
        if (task.n % 8 || (double)choices() > 1e8)
            return cuda_refuse(out, RUN_UNSUPPORTED, "rows of %d, or more than 1e8 choices",
                               task.n);
        want(ROLE_INPUT, ELEMENT_BF16, back() ? chosen_size() : tokens_size());
        want(ROLE_OWN, ELEMENT_I32, choices());
        want(ROLE_OUTPUT, ELEMENT_BF16, back() ? tokens_size() : chosen_size());
        if (back())
            want(ROLE_OWN, ELEMENT_F32, choices());
        return RUN_MEASURED;
    }

    std::vector<int> chosen() const {
        std::vector<int> experts(choices());
        for (size_t i = 0; i < choices(); i++)
            experts[i] = route_expert(seed, (long)(i / (size_t)task.top_k),
                                      (int)(i % (size_t)task.top_k), task.experts);
        return experts;
    }

    RunStatus fill(CudaDevice *device, Measurement *out) override {
        std::vector<int> list = places_of(chosen(), task.experts);
        RUN_TRY(
            cuda_upload(device, tensors[PLACES].base, list.data(), list.size() * sizeof(int), out));
        if (back())
            RUN_TRY(cuda_fill_codes(device, tensors[WEIGHTS].base, FORMAT_FP32, seed,
                                    OPERAND_SCALES, choices(), out));
        return cuda_fill_codes(device, tensors[IN].base, FORMAT_BF16, seed, OPERAND_A,
                               tensors[IN].count, out);
    }

    RunStatus choose(CudaDevice *, Measurement *out) override {
        snprintf(out->kernel, sizeof out->kernel, "chipfit %s", TASK_KIND_WORDS[task.kind]);
        return RUN_MEASURED;
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        size_t count = tokens_size() / 8;
        unsigned threads = 256, chunks = (unsigned)task.n / 8;
        const Half8 *in = tensors[IN].at<Half8>(copy);
        const int *to = tensors[PLACES].at<int>(copy);
        if (back())
            CUDA_TRY(cuda_launch(unpermute_kernel, cuda_blocks(count, threads), threads, 0,
                                 device->stream, in, to, tensors[WEIGHTS].at<float>(copy),
                                 tensors[OUT].at<Half8>(copy), count, chunks, task.top_k));
        else
            CUDA_TRY(cuda_launch(permute_kernel, cuda_blocks(count, threads), threads, 0,
                                 device->stream, in, to, tensors[OUT].at<Half8>(copy), count,
                                 chunks, task.top_k));
        return RUN_MEASURED;
    }

    Probe probe(long place) const override {
        return Probe{tensors[OUT].base, NULL, (size_t)place, 0, ELEMENT_BF16, ELEMENT_F32};
    }
};

} // namespace

CudaPart *cuda_part_route(int kind) {
    if (kind == TASK_ROUTE)
        return new Route;
    return new Permute;
}
