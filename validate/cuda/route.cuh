// cuda/route.cuh — kernels of a mixture of experts: choosing, ordering, permuting and summing up again.
//
//     scores ── choose ──> experts, weights ── count, scan, place ──> places ── permute ... unpermute
// Places are those of a stable counting sort: by expert, then token, the same in every run.
#ifndef VALIDATE_CUDA_ROUTE_CUH
#define VALIDATE_CUDA_ROUTE_CUH

#include "validate/cuda/number.cuh"

#define ROUTE_THREADS 1024 // choices that a block places
#define ROUTE_EXPERTS 512  // at most; the counts of 32 warps fit 32 KB of shared memory
#define ROUTE_CHOICES 32   // at most, a lane each

struct Scored {
    float score;
    int expert;
};

__device__ inline Scored better(Scored a, Scored b) {
    bool first = a.score > b.score || (a.score == b.score && a.expert < b.expert);
    return first ? a : b;
}

// A warp a token; lane l holds the scores of experts l, l + 32, ... The weights are the softmax over all scores.
template <int HELD>
__global__ void choose_kernel(const float *scores, int tokens, int experts, int choices,
                              int *chosen, float *weights) {
    int token = (int)((blockIdx.x * blockDim.x + threadIdx.x) / 32), lane = (int)(threadIdx.x % 32);
    if (token >= tokens)
        return;
    float held[HELD], total = 0, most = -INFINITY;
#pragma unroll
    for (int i = 0; i < HELD; i++) {
        int expert = lane + 32 * i;
        held[i] = expert < experts ? scores[(size_t)token * experts + expert] : -INFINITY;
        most = fmaxf(most, held[i]);
    }
#pragma unroll
    for (int step = 16; step > 0; step /= 2)
        most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, step));
#pragma unroll
    for (int i = 0; i < HELD; i++)
        total += __expf(held[i] - most);
#pragma unroll
    for (int step = 16; step > 0; step /= 2)
        total += __shfl_xor_sync(0xffffffffu, total, step);
    Scored mine = {-INFINITY, 0};
    for (int choice = 0; choice < choices; choice++) {
        Scored best = {-INFINITY, experts};
#pragma unroll
        for (int i = 0; i < HELD; i++)
            best = better(best, Scored{held[i], lane + 32 * i});
#pragma unroll
        for (int step = 16; step > 0; step /= 2)
            best = better(best, Scored{__shfl_xor_sync(0xffffffffu, best.score, step),
                                       __shfl_xor_sync(0xffffffffu, best.expert, step)});
#pragma unroll
        for (int i = 0; i < HELD; i++) // taken: not again
            held[i] = lane + 32 * i == best.expert ? -INFINITY : held[i];
        if (lane == choice)
            mine = best;
    }
    if (lane < choices) {
        chosen[(size_t)token * choices + lane] = mine.expert;
        weights[(size_t)token * choices + lane] = __expf(mine.score - most) / total;
    }
}

// counts[expert x blocks + block]: how many of the block's choices go to the expert.
static __global__ void count_kernel(const int *chosen, int count, int experts, int *counts) {
    __shared__ int found[ROUTE_EXPERTS];
    for (int i = (int)threadIdx.x; i < experts; i += ROUTE_THREADS)
        found[i] = 0;
    __syncthreads();
    int i = (int)(blockIdx.x * ROUTE_THREADS + threadIdx.x);
    if (i < count)
        atomicAdd(&found[chosen[i]], 1);
    __syncthreads();
    for (int e = (int)threadIdx.x; e < experts; e += ROUTE_THREADS)
        counts[(size_t)e * gridDim.x + blockIdx.x] = found[e];
}

// The sum of all threads' x before this one's, in a block of ROUTE_THREADS.
__device__ inline int block_scan(int x) {
    __shared__ int totals[32];
    int lane = (int)(threadIdx.x % 32), warp = (int)(threadIdx.x / 32), sum = x;
#pragma unroll
    for (int step = 1; step < 32; step *= 2) {
        int other = __shfl_up_sync(0xffffffffu, sum, (unsigned)step);
        sum += lane >= step ? other : 0;
    }
    if (lane == 31)
        totals[warp] = sum;
    __syncthreads();
    int before = 0;
    for (int i = 0; i < warp; i++)
        before += totals[i];
    __syncthreads();
    return before + sum - x;
}

// Replaces each of `count` numbers by the sum of those before it; one block.
static __global__ void scan_kernel(int *counts, int count) {
    int share = (count + ROUTE_THREADS - 1) / ROUTE_THREADS, total = 0;
    int first = (int)threadIdx.x * share, end = first + share < count ? first + share : count;
    for (int i = first; i < end; i++)
        total += counts[i];
    int before = block_scan(total);
    for (int i = first; i < end; i++) {
        int own = counts[i];
        counts[i] = before;
        before += own;
    }
}

// firsts: what scan_kernel made of count_kernel's counts; NULL where one block holds all choices.
static __global__ void place_kernel(const int *chosen, int count, int experts, const int *firsts,
                                    int *places) {
    // [warp][expert]: choices of the expert in the warp; then in the warps before.
    __shared__ unsigned short seen[32 * ROUTE_EXPERTS];
    __shared__ int bases[ROUTE_EXPERTS];
    int i = (int)(blockIdx.x * ROUTE_THREADS + threadIdx.x);
    int lane = (int)(threadIdx.x % 32), warp = (int)(threadIdx.x / 32);
    for (int j = (int)threadIdx.x; j < 32 * experts; j += ROUTE_THREADS)
        seen[j] = 0;
    __syncthreads();
    int expert = i < count ? chosen[i] : -1;
    unsigned same = __match_any_sync(0xffffffffu, expert);
    int rank = __popc(same & ((1u << lane) - 1));
    if (expert >= 0 && rank == 0)
        seen[warp * experts + expert] = (unsigned short)__popc(same);
    __syncthreads();
    int mine = (int)threadIdx.x, total = 0;
    if (mine < experts)
        for (int w = 0; w < 32; w++) {
            int own = seen[w * experts + mine];
            seen[w * experts + mine] = (unsigned short)total;
            total += own;
        }
    int before = block_scan(total);
    if (mine < experts)
        bases[mine] = firsts ? firsts[(size_t)mine * gridDim.x + blockIdx.x] : before;
    __syncthreads();
    if (expert >= 0)
        places[i] = bases[expert] + seen[warp * experts + expert] + rank;
}

// Each token's row to the places of its choices. A thread 16 bytes, read once.
static __global__ void permute_kernel(const Half8 *in, const int *places, Half8 *out, size_t count,
                                      unsigned chunks, int choices) {
    size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count)
        return;
    size_t token = i / chunks, chunk = i % chunks;
    Half8 row = in[i];
    for (int choice = 0; choice < choices; choice++)
        out[(size_t)places[token * choices + choice] * chunks + chunk] = row;
}

static __global__ void unpermute_kernel(const Half8 *in, const int *places, const float *weights,
                                        Half8 *out, size_t count, unsigned chunks, int choices) {
    size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count)
        return;
    size_t token = i / chunks, chunk = i % chunks;
    float sum[8] = {};
#pragma unroll 4
    for (int choice = 0; choice < choices; choice++) {
        float weight = weights[token * choices + choice], number[8];
        half8_split(in[(size_t)places[token * choices + choice] * chunks + chunk], number);
#pragma unroll
        for (int j = 0; j < 8; j++)
            sum[j] += weight * number[j];
    }
    out[i] = half8_join(sum);
}

#endif
