#include "validate/source.h"

#include <math.h>
#include <string.h>

#define OF(kind) (1u << (kind))
#define MATMULS  (OF(ROW_MATMUL) | OF(ROW_BATCHED))
// A row's phase is told after its source.
#define ATTENTION (OF(ROW_PREFILL) | OF(ROW_LATENT_PREFILL))

// clang-format off
static const SourceInfo SOURCES[] = {
    {.prefix = "", .copies_most = 1, .why = "unknown: taken as cold, in a graph"},
    {.prefix = "aic:", .warm = true, .copies_most = 1, .why = "aiconfigurator collectors: graph replays without a flush"},
    {.prefix = "aic:trtllm", .kinds = OF(ROW_MATMUL), .warm = true, .copies_most = 5, .graph = true,
     .why = "copies = clip(ceil(store / weights), 1, 5), each launched once in the graph"},
    {.prefix = "aic:sglang", .kinds = OF(ROW_MATMUL), .warm = true, .copies_least = 6, .copies_most = 6, .graph = true,
     .own_narrow = true, .scale_kernels = 5,
     .why = "six launches in the graph; DeepGEMM and CUTLASS kernels below 16 bit; DeepGEMM packs scales as powers of two"},
    {.prefix = "aic:sglang0.5.10", .kinds = OF(ROW_MATMUL), .warm = true, .copies_least = 6, .copies_most = 6, .graph = true,
     .own_narrow = true, .scale_kernels = 6, .why = "the same, in more kernels"},
    {.prefix = "infersim:deepgemm", .kinds = OF(ROW_MATMUL), .copies_most = 1, .own_narrow = true,
     .why = "kernel time, store flushed"},
    {.prefix = "aic:sglang", .kinds = ATTENTION, .warm = true, .copies_most = 1, .replay_s = 2e-6, .writes_cache = true,
     .why = "one buffer, replayed; the layer writes its cache"},
    {.prefix = "aic:vllm", .kinds = ATTENTION, .warm = true, .copies_most = 1, .replay_s = 2e-6, .writes_cache = true,
     .why = "one buffer, replayed; the layer writes its cache"},
    {.prefix = "aic:vllm0.14.0:vllm_flash_attn", .kinds = ATTENTION, .warm = true, .copies_most = 1, .replay_s = 2e-6,
     .writes_cache = true, .packs_plain = true, .why = "FlashAttention-2: mha_varlen_fwd swaps groups and splits only then"},
    {.prefix = "aic:vllm0.24.0:vllm_flash_attn", .kinds = ATTENTION, .warm = true, .copies_most = 1, .replay_s = 2e-6,
     .writes_cache = true, .packs_plain = true, .why = "FlashAttention-2: mha_varlen_fwd swaps groups and splits only then"},
    {.prefix = "aic:trtllm", .kinds = ATTENTION, .warm = true, .copies_most = 1, .replay_s = 2e-6, .writes_cache = true,
     .rotates = true, .why = "one buffer, replayed; rotary embedding and cache are the module's own"},
    {.prefix = "aic:sglang", .kinds = OF(ROW_EXPERTS), .warm = true, .copies_most = 1, .whole_tokens = true,
     .why = "one set of weights; times under ep grow with tokens that reach the rank x top_k, not with the rank's own rows"},
    {.prefix = "aic:nccl", .kinds = OF(ROW_COLLECTIVE), .host_launch_s = 3e-6, .copies_most = 1,
     .why = "nccl-tests: launched on a stream, the host's launch inside small sizes"},
    {.prefix = "neusight:", .host_launch_s = 5e-6, .copies_most = 1, .why = "events round one eager launch"},
    {.prefix = "neusight:", .kinds = OF(ROW_ELEMENTWISE), .host_launch_s = 17e-6, .copies_most = 1,
     .why = "the same; the gap that its elementwise rows of 60 to 100 us show"},
    {.prefix = "vidur:", .warm = true, .copies_most = 1, .kernel_only = true, .why = "kernel time; the operation before leaves its output in the store"},
    {.prefix = "infersim:deepgemm", .copies_most = 1, .kernel_only = true, .why = "kernel time, store flushed"},
    {.prefix = "infersim:", .warm = true, .copies_most = 1, .host_launch_s = 10e-6, .why = "torch timer over ten calls"},
    {.prefix = "llmcompass:", .copies_most = 1, .why = "synchronised call less a measured launch"},
    {.prefix = "llmcompass:", .kinds = OF(ROW_ELEMENTWISE), .host_launch_s = 42e-6, .copies_most = 1,
     .why = "the same; what its smallest elementwise rows still take"},
    {.prefix = "llmservingsim:", .warm = true, .copies_most = 1, .kernel_only = true, .why = "kernel time in an eager run"},
};
// clang-format on

const SourceInfo *source_find(const char *source, RowKind kind) {
    const SourceInfo *best = &SOURCES[0];
    for (size_t i = 1; i < sizeof SOURCES / sizeof SOURCES[0]; i++) {
        const SourceInfo *info = &SOURCES[i];
        size_t length = strlen(info->prefix);
        bool fits = strncmp(source, info->prefix, length) == 0 &&
                    (info->kinds == 0 || (info->kinds & OF(kind)));
        if (fits && length >= strlen(best->prefix))
            best = info;
    }
    return best;
}

// From the end of a kernel to the start of the next in a graph: about a microsecond on these chips, from memory.
#define GRAPH_GAP_S 1e-6

double source_fixed_s(const SourceInfo *info) {
    return info->replay_s + info->host_launch_s - (info->kernel_only ? GRAPH_GAP_S : 0);
}

double source_copies(const SourceInfo *info, double bytes, double store_bytes) {
    double least = fmax(info->copies_least, 1);
    return fmin(fmax(ceil(store_bytes / bytes), least), info->copies_most);
}
