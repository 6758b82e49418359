#include "validate/start.h"

// NCCL 2.2x, src/graph/tuning.cc: LL, LL128 and Simple take 0.6, 1.9 and 3.4 us a step over NVLink, LL carries half a
// link, LL128 0.92 of it; fitted bulk latencies are longer. Libraries copy the member's own part beside.
static const LinkKernel NCCL = {
    .launch_s = 2e-6,
    .link_efficiency = 0.77,
    .bulk_start = 14,
    .bulk_more = 1,
    .line_efficiency = 0.4,
    .line_start = 2,
    .line_more = 1.1,
    .quick_efficiency = 0.04,
    .quick_start = 1,
    .quick_more = 0.9,
    .own_share = 0.5,
    .hiding = 0.1,
    .bulk_after_s = 2e-6,
    .host_crossings = 2,
};

// Through the host a byte crosses links that others need as well.
static const LinkKernel NCCL_HOST = {
    .launch_s = 2e-6,
    .link_efficiency = 0.8,
    .bulk_start = 3,
    .bulk_more = 1.5,
    .line_efficiency = 0.5,
    .line_start = 0.6,
    .line_more = 0.3,
    .quick_efficiency = 0.3,
    .quick_start = 0.3,
    .quick_more = 0.3,
    .own_share = 0.3,
    .hiding = 0.2,
    .bulk_after_s = 1e-3,
    .host_crossings = 1.3,
    .crowding = 1,
};

// One shot, two shots, and NCCL for messages beyond the engine's buffers.
static const LinkKernel DIRECT = {
    .launch_s = 2.5e-6,
    .link_efficiency = 0.77,
    .bulk_start = 7,
    .bulk_more = 0.5,
    .line_efficiency = 0.7,
    .line_start = 2,
    .line_more = 0.3,
    .quick_efficiency = 0.6,
    .quick_start = 0.15,
    .quick_more = 0.15,
    .one_shot = 1,
    .own_share = 0.1,
    .hiding = 0.1,
    .bulk_after_s = 1,
    .host_crossings = 2,
    .reach_bytes = 24e6,
};

// DeepEP's kernels for many tokens: dozens of microseconds of notification, then a rate that grows with their cores.
static const LinkKernel DEEPEP = {
    .launch_s = 20e-6,
    .link_efficiency = 0.7,
    .bulk_start = 1,
    .bulk_more = 0.5,
    .line_efficiency = 0.1,
    .line_start = 0.5,
    .line_more = 0.1,
    .own_share = 1.5,
    .hiding = 0.1,
    .bulk_after_s = 1e3,
    .host_crossings = 2,
    .crowding = 0.3,
    .forwarding = 0.9,
    .copy_s = 0.1e-6,
    .expert_s = 0.02e-6,
    .row_passes = 2,
    .core_scaling = 0.5,
};

// Its low-latency ones: a message for every expert, sent by a core of its own, 2.4 us a token where experts are few.
static const LinkKernel DEEPEP_LOW = {
    .launch_s = 8e-6,
    .link_efficiency = 0.6,
    .bulk_start = 1,
    .bulk_more = 0.2,
    .line_efficiency = 0.1,
    .line_start = 0.5,
    .line_more = 0.1,
    .own_share = 0.7,
    .hiding = 0.1,
    .bulk_after_s = 1e3,
    .host_crossings = 2,
    .duplicates = 1,
    .forwarding = 0.9,
    .copy_s = 0.2e-6,
    .expert_s = 0.04e-6,
    .token_s = 2.4e-6,
    .row_passes = 0.5,
};

// TensorRT-LLM's dispatch within one NVLink domain.
static const LinkKernel NVLINK = {
    .launch_s = 10e-6,
    .link_efficiency = 0.55,
    .bulk_start = 1,
    .bulk_more = 0.1,
    .own_share = 1,
    .hiding = 0.15,
    .bulk_after_s = 1e3,
    .host_crossings = 2,
    .row_passes = 1,
};

static const LinkKernel *link_start(KernelClass of) {
    switch (of) {
    case KERNEL_ALL_REDUCE:
    case KERNEL_ALL_REDUCE_EARLIER:
    case KERNEL_GATHER:
    case KERNEL_ALL_TO_ALL:
    case KERNEL_SEND:
        return &NCCL;
    case KERNEL_ALL_REDUCE_HOST:
    case KERNEL_GATHER_HOST:
    case KERNEL_ALL_TO_ALL_HOST:
        return &NCCL_HOST;
    case KERNEL_ALL_REDUCE_DIRECT:
    case KERNEL_ALL_REDUCE_OLD:
    case KERNEL_ALL_REDUCE_FUSED:
        return &DIRECT;
    case KERNEL_DISPATCH:
    case KERNEL_COMBINE:
        return &DEEPEP;
    case KERNEL_DISPATCH_LOW:
    case KERNEL_COMBINE_LOW:
        return &DEEPEP_LOW;
    default:
        return &NVLINK;
    }
}

// Bytes that a core passes on in a clock: sums and copies about 14, norms and gated activations of older engines 8.
static StreamKernel stream_start(KernelClass of) {
    StreamKernel kernel = PROFILE_DATASHEET.fits[of].constants.stream;
    bool sums = of == KERNEL_NORM || of == KERNEL_SOFTMAX;
    kernel.core_bytes = sums || of == KERNEL_GATED ? 8 : 14;
    kernel.row_bytes = sums ? 3000 : 0;
    kernel.lone_bytes = sums || of == KERNEL_GATED ? 7 : 0;
    return kernel;
}

// Blocks of TensorRT-LLM: five microseconds to sort 256 tokens or more, and what experts to choose from and on the rank add.
static ExpertsKernel experts_start(KernelClass of) {
    ExpertsKernel kernel = PROFILE_DATASHEET.fits[of].constants.experts;
    kernel.launch_s = 2.5e-6;
    kernel.core_share = 10;
    kernel.exposed = 0.2;
    kernel.drain = 0.4;
    if (of == KERNEL_GROUPED)
        return kernel;
    kernel.stream = 2;
    kernel.sort_s = 5e-6;
    kernel.token_s = 0.3e-6;
    kernel.expert_s = 12e-9;
    kernel.held_s = 40e-9;
    kernel.resident_share = 0.7;
    return kernel;
}

KernelConstants start_of(KernelClass of) {
    KernelConstants constants = PROFILE_DATASHEET.fits[of].constants;
    // Attention hides its loads well, and loses to the softmax between two products.
    if (KERNEL_CLASSES[of].table == &ATTENTION_KERNEL_TABLE) {
        constants.attention.stall = 0;
        constants.attention.softmax_efficiency = 0.8;
    }
    if (KERNEL_CLASSES[of].table == &EXPERTS_KERNEL_TABLE)
        constants.experts = experts_start(of);
    if (KERNEL_CLASSES[of].table == &STREAM_KERNEL_TABLE)
        constants.stream = stream_start(of);
    if (KERNEL_CLASSES[of].table == &LINK_KERNEL_TABLE) {
        constants.link = *link_start(of);
        // Buffers of earlier versions, and none that the rows of TensorRT-LLM show.
        if (of == KERNEL_ALL_REDUCE_OLD)
            constants.link.reach_bytes = 12e6;
        if (of == KERNEL_ALL_REDUCE_FUSED)
            constants.link.reach_bytes = 0;
    }
    return constants;
}
