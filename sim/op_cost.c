#include "sim/op_cost.h"

#include <string.h>

#include "sim/attention.h"
#include "sim/collective.h"
#include "sim/dispatch.h"
#include "sim/elementwise.h"
#include "sim/grouped.h"
#include "sim/matmul.h"
#include "sim/scan.h"

// The engines' own all-reduces are written for one server.
#define DIRECT_MEMBERS 8
// Low-latency dispatch keeps a buffer for every token of a rank: vLLM makes it for 256.
#define LOW_LATENCY_TOKENS 256

// Classes of a kind of matmul, by the arithmetic that runs.
typedef struct ByMath {
    KernelClass half, byte, byte_block, narrow, single;
} ByMath;

static KernelClass by_math(const ByMath *classes, const Machine *machine, Format a, Format b,
                           Format wish) {
    switch (design_math(machine->chip, a, b, wish)) {
    case MATH_FP32:
    case MATH_TF32:
        return classes->single;
    case MATH_FP8:
        return FORMATS[a].scale_bits > 0 ? classes->byte_block : classes->byte;
    case MATH_INT8:
        return classes->byte;
    case MATH_FP6:
    case MATH_FP4:
    case MATH_INT4:
        return classes->narrow;
    case MATH_BF16:
    case MATH_FP16:
    case MATH_COUNT:
        break;
    }
    return classes->half;
}

static KernelClass matmul_class(const Machine *machine, const MatmulShape *shape) {
    static const ByMath ONE = {KERNEL_MATMUL_16, KERNEL_MATMUL_8, KERNEL_MATMUL_8_BLOCK,
                               KERNEL_MATMUL_4, KERNEL_MATMUL_32};
    static const ByMath MANY = {KERNEL_BATCHED_16, KERNEL_BATCHED_16, KERNEL_BATCHED_16,
                                KERNEL_BATCHED_16, KERNEL_BATCHED_32};
    return by_math(shape->batch > 1 || shape->strided ? &MANY : &ONE, machine, shape->a, shape->b,
                   shape->matmul);
}

static KernelClass experts_class(const Machine *machine, Format a, Format b, Format wish) {
    static const ByMath EXPERTS = {KERNEL_EXPERTS_16, KERNEL_EXPERTS_8, KERNEL_EXPERTS_8_BLOCK,
                                   KERNEL_EXPERTS_4, KERNEL_EXPERTS_16};
    return by_math(&EXPERTS, machine, a, b, wish);
}

static KernelClass routed_class(const Machine *machine, const RoutedStream *routed) {
    return experts_class(machine, routed->a, routed->b, routed->matmul);
}

static KernelClass attention_class_of(bool latent, bool few, Format kv) {
    static const KernelClass CLASSES[2][2][2] = {
        {{KERNEL_PREFILL_16, KERNEL_PREFILL_8},               {KERNEL_DECODE_16, KERNEL_DECODE_8}},
        {{KERNEL_LATENT_PREFILL_16, KERNEL_LATENT_PREFILL_8},
         {KERNEL_LATENT_DECODE_16, KERNEL_LATENT_DECODE_8}                                       },
    };
    return CLASSES[latent][few][FORMATS[kv].bits < 16];
}

static KernelClass attention_class(const AttentionShape *shape) {
    return attention_class_of(shape->qk_dim != shape->v_dim, attention_few(shape), shape->kv);
}

Math op_attention_math(const Machine *machine, bool latent, bool few, Format kv) {
    // Latent keys and values are rebuilt in 16 bit.
    Format read = latent && !few ? FORMAT_BF16 : kv;
    const Fit *fit = &machine->profile->fits[attention_class_of(latent, few, read)];
    return attention_math(machine, &fit->constants.attention, read);
}

// Cards on the host's PCIe, with peers or without.
static bool shares_host(const Level *level) {
    return level->topology == TOPOLOGY_BUS || (level->name && strcmp(level->name, "pcie") == 0);
}

static KernelClass through_host(KernelClass class) {
    switch (class) {
    case KERNEL_ALL_REDUCE:
        return KERNEL_ALL_REDUCE_HOST;
    case KERNEL_GATHER:
        return KERNEL_GATHER_HOST;
    case KERNEL_ALL_TO_ALL:
        return KERNEL_ALL_TO_ALL_HOST;
    default:
        return class;
    }
}

// An engine's own all-reduce, for the few chips of a domain: what a measured row names, or the newest that was fitted.
static KernelClass own_all_reduce(const Machine *machine, const CollectiveShape *shape) {
    static const struct {
        KernelLibrary library;
        KernelClass class;
    } OWN[] = {
        {LIBRARY_NCCL_OLD,   KERNEL_ALL_REDUCE_EARLIER},
        {LIBRARY_DIRECT,     KERNEL_ALL_REDUCE_DIRECT },
        {LIBRARY_DIRECT_OLD, KERNEL_ALL_REDUCE_OLD    },
        {LIBRARY_FUSED,      KERNEL_ALL_REDUCE_FUSED  },
    };
    for (size_t i = 0; i < sizeof OWN / sizeof OWN[0]; i++) {
        if (shape->library == OWN[i].library)
            return OWN[i].class;
        if (shape->library == LIBRARY_FASTEST && i > 0 && shape->group.size <= DIRECT_MEMBERS &&
            machine->profile->fits[OWN[i].class].given)
            return OWN[i].class;
    }
    return KERNEL_ALL_REDUCE;
}

static KernelClass collective_class(const Machine *machine, const CollectiveShape *shape) {
    static const KernelClass CLASSES[COLLECTIVE_KIND_COUNT] = {
        [COLLECTIVE_ALL_REDUCE] = KERNEL_ALL_REDUCE,
        [COLLECTIVE_ALL_GATHER] = KERNEL_GATHER,
        [COLLECTIVE_REDUCE_SCATTER] = KERNEL_GATHER,
        [COLLECTIVE_ALL_TO_ALL] = KERNEL_ALL_TO_ALL,
        [COLLECTIVE_RING] = KERNEL_SEND,
    };
    KernelClass class = CLASSES[shape->kind];
    if (machine->profile == &PROFILE_DATASHEET)
        return class;
    int last = (shape->group.size - 1) * shape->group.stride;
    int level = network_level(machine->system, 0, last);
    if (shares_host(&machine->system->levels[level]))
        return through_host(class);
    if (class != KERNEL_ALL_REDUCE || level > 0)
        return class;
    return own_all_reduce(machine, shape);
}

// Kernels that write into each other's memories are what engines take where one switch joins more than a server.
static bool over_switch(const Machine *machine, const DispatchShape *shape) {
    const Level *first = &machine->system->levels[0];
    int last = (shape->group.size - 1) * shape->group.stride;
    bool open = shape->library == LIBRARY_FASTEST || shape->library == LIBRARY_PROMPTS;
    return open && first->topology == TOPOLOGY_SWITCH && first->chips > DIRECT_MEMBERS &&
           last < first->chips && machine->profile->fits[KERNEL_DISPATCH_TWO_SIDED].given;
}

static KernelClass dispatch_class(const Machine *machine, const DispatchShape *shape) {
    switch (shape->library) {
    case LIBRARY_ONE_SIDED:
        return shape->back ? KERNEL_COMBINE_ONE_SIDED : KERNEL_DISPATCH_ONE_SIDED;
    case LIBRARY_TWO_SIDED:
        return shape->back ? KERNEL_COMBINE_TWO_SIDED : KERNEL_DISPATCH_TWO_SIDED;
    case LIBRARY_NARROW:
        return KERNEL_COMBINE_NARROW;
    case LIBRARY_NORMAL:
        return shape->back ? KERNEL_COMBINE : KERNEL_DISPATCH;
    default:
        break;
    }
    if (over_switch(machine, shape))
        return shape->back ? KERNEL_COMBINE_TWO_SIDED : KERNEL_DISPATCH_TWO_SIDED;
    if (shape->library == LIBRARY_LOW || shape->tokens <= LOW_LATENCY_TOKENS)
        return shape->back ? KERNEL_COMBINE_LOW : KERNEL_DISPATCH_LOW;
    return shape->back ? KERNEL_COMBINE : KERNEL_DISPATCH;
}

static KernelClass elementwise_class(ElementwiseKind kind) {
    static const KernelClass CLASSES[ELEMENTWISE_KIND_COUNT] = {
        [ELEMENTWISE_POINT] = KERNEL_ELEMENTWISE, [ELEMENTWISE_GATED] = KERNEL_GATED,
        [ELEMENTWISE_NORM] = KERNEL_NORM,         [ELEMENTWISE_SOFTMAX] = KERNEL_SOFTMAX,
        [ELEMENTWISE_QUANTISE] = KERNEL_QUANTISE, [ELEMENTWISE_COPY] = KERNEL_COPY,
    };
    return CLASSES[kind];
}

KernelClass op_class(const Machine *machine, const Op *op) {
    switch (op->kind) {
    case OP_MATMUL:
        return matmul_class(machine, &op->matmul);
    case OP_GROUPED_MATMUL:
        return op->grouped.alone
                   ? KERNEL_GROUPED
                   : experts_class(machine, op->grouped.a, op->grouped.b, op->grouped.matmul);
    case OP_ATTENTION:
        return attention_class(&op->attention);
    case OP_SCAN:
        return KERNEL_SCAN;
    case OP_COLLECTIVE:
        return collective_class(machine, &op->collective);
    case OP_DISPATCH:
        return dispatch_class(machine, &op->dispatch);
    case OP_SEND:
        return KERNEL_SEND;
    case OP_ELEMENTWISE:
        return op->elementwise.routed.on ? routed_class(machine, &op->elementwise.routed)
                                         : elementwise_class(op->elementwise.kind);
    case OP_HOST:
    case OP_KIND_COUNT:
        break;
    }
    return KERNEL_ELEMENTWISE;
}

// Prompts are dispatched by either kind of kernel; decode, in a graph, by that for few tokens where there are few.
static OpCost prompts_cost(const Machine *machine, const Fit *fit, const DispatchShape *shape) {
    OpCost cost = dispatch_cost(machine, fit, shape);
    if (shape->library != LIBRARY_PROMPTS || shape->tokens > LOW_LATENCY_TOKENS ||
        over_switch(machine, shape))
        return cost;
    KernelClass normal = shape->back ? KERNEL_COMBINE : KERNEL_DISPATCH;
    OpCost other = dispatch_cost(machine, &machine->profile->fits[normal], shape);
    return other.link_s + other.overhead_s < cost.link_s + cost.overhead_s ? other : cost;
}

OpCost op_cost(const Machine *machine, const Op *op) {
    const Fit *fit = &machine->profile->fits[op_class(machine, op)];
    switch (op->kind) {
    case OP_MATMUL:
        return matmul_cost(machine, fit, &op->matmul);
    case OP_GROUPED_MATMUL:
        return grouped_cost(machine, fit, &op->grouped);
    case OP_ATTENTION:
        return attention_cost(machine, fit, &op->attention);
    case OP_SCAN:
        return scan_cost(machine, fit, &op->scan);
    case OP_ELEMENTWISE:
        return op->elementwise.routed.on ? routed_cost(machine, fit, &op->elementwise)
                                         : elementwise_cost(machine, fit, &op->elementwise);
    case OP_COLLECTIVE:
        return collective_cost(machine, fit, &op->collective);
    case OP_DISPATCH:
        return prompts_cost(machine, fit, &op->dispatch);
    case OP_SEND:
        return send_cost(machine, fit, &op->send);
    case OP_HOST:
    case OP_KIND_COUNT:
        break;
    }
    return (OpCost){.math = -1};
}
