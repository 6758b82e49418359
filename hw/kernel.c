#include "hw/kernel.h"

const Kernel KERNEL_DATASHEET = {
    .matrix_efficiency = MATRIX_EFFICIENCY,
    .memory_efficiency = MEMORY_EFFICIENCY,
    .vector_efficiency = VECTOR_EFFICIENCY,
    .link_efficiency = LINK_EFFICIENCY,
    .launch_s = LAUNCH_S,
    .prologue_s = PROLOGUE_S,
    .core_share = CORE_SHARE,
    .unhidden = UNHIDDEN,
};

// One constant of a struct: an efficiency (a share), a latency, a multiple.
#define SHARE(type, member, least, value, text)                                                    \
    {                                                                                              \
        .name = #member, .kind = FIELD_NUMBER, .offset = offsetof(type, member), .min = least,     \
        .max = 1, .initial = value, .help = text                                                   \
    }
#define MULTIPLE(type, member, least, most, value, text)                                           \
    {                                                                                              \
        .name = #member, .kind = FIELD_NUMBER, .offset = offsetof(type, member), .min = least,     \
        .max = most, .initial = value, .help = text                                                \
    }
#define LATENCY(type, label, most, value, text)                                                    \
    {                                                                                              \
        .name = #label, .kind = FIELD_NUMBER, .offset = offsetof(type, label##_s), .unit = UNIT_S, \
        .min = 0, .max = most, .initial = value, .help = text                                      \
    }

#define MATRIX_HELP "share of the matrix peak that a full wave of full tiles sustains"
#define MEMORY_HELP "share of the memory bandwidth that a long stream sustains"
#define VECTOR_HELP "share of the vector and special-function peaks"
#define LINK_HELP   "share of a link's bandwidth left after protocol"
#define LAUNCH_HELP "from the end of a kernel to useful work of the next, inside a graph"
#define PROLOGUE_HELP                                                                              \
    "from a tile's first load to its first multiplication, and its store at the end"
#define CORE_HELP     "a core alone can draw this many times its even share of the memory bandwidth"
#define SOFTMAX_HELP  "share of the matrix rate left when attention interleaves it with softmax"
#define UNHIDDEN_HELP "share of the shorter engine's time that the longer one does not hide"
#define LONGEST_S     1e-2

static const Field KERNEL_FIELDS[] = {
    SHARE(Kernel, matrix_efficiency, 0.01, MATRIX_EFFICIENCY, MATRIX_HELP),
    SHARE(Kernel, memory_efficiency, 0.01, MEMORY_EFFICIENCY, MEMORY_HELP),
    SHARE(Kernel, vector_efficiency, 0.01, VECTOR_EFFICIENCY, VECTOR_HELP),
    SHARE(Kernel, link_efficiency, 0.01, LINK_EFFICIENCY, LINK_HELP),
    LATENCY(Kernel, launch, LONGEST_S, LAUNCH_S, LAUNCH_HELP),
    LATENCY(Kernel, prologue, LONGEST_S, PROLOGUE_S, PROLOGUE_HELP),
    MULTIPLE(Kernel, core_share, 1, 1e4, CORE_SHARE, CORE_HELP),
    SHARE(Kernel, unhidden, 0, UNHIDDEN, UNHIDDEN_HELP),
};

static const Field MATMUL_FIELDS[] = {
    SHARE(MatmulKernel, matrix_efficiency, 0.01, MATRIX_EFFICIENCY, MATRIX_HELP),
    SHARE(MatmulKernel, memory_efficiency, 0.01, MEMORY_EFFICIENCY, MEMORY_HELP),
    SHARE(MatmulKernel, vector_efficiency, 0.01, VECTOR_EFFICIENCY, VECTOR_HELP),
    LATENCY(MatmulKernel, launch, LONGEST_S, LAUNCH_S, LAUNCH_HELP),
    LATENCY(MatmulKernel, prologue, LONGEST_S, PROLOGUE_S, PROLOGUE_HELP),
    MULTIPLE(MatmulKernel, core_share, 1, 100, CORE_SHARE, CORE_HELP),
    SHARE(MatmulKernel, store_efficiency, 0.01, MEMORY_EFFICIENCY,
          "share of the on-chip store's bandwidth that tiles draw"),
    SHARE(MatmulKernel, fetch_share, 0.01, FETCH_SHARE,
          "share of a tile's operands that the store hands out for it; neighbours share the rest"),
    LATENCY(MatmulKernel, step, LONGEST_S, PROLOGUE_S / STEPS_IN_FLIGHT,
            "least time of a step of 128 bytes of k"),
    MULTIPLE(MatmulKernel, epilogue_clocks, 0, 10, 0, "clocks of a core for each output of a tile"),
    MULTIPLE(
        MatmulKernel, operand_share, 0, 0.9, 0,
        "share of a core's time on a tile of 128 x 256 that operands take; more on smaller ones"),
    SHARE(MatmulKernel, wave_loss, 0, 1,
          "share that is lost of the cores which a last wave leaves idle"),
    SHARE(MatmulKernel, unhidden, 0, UNHIDDEN, UNHIDDEN_HELP),
    LATENCY(MatmulKernel, split, LONGEST_S, LAUNCH_S, "for adding up partial sums"),
    MULTIPLE(MatmulKernel, power_share, 0, 0.5, 0,
             "share of the matrix time that grows as power grows scarce"),
    SHARE(MatmulKernel, resident_share, 0.01, RESIDENT_SHARE,
          "share of the on-chip store that keeps operands for their next use"),
    LATENCY(MatmulKernel, replay, LONGEST_S, LAUNCH_S, "start of a graph of kernels"),
};

static const Field EXPERTS_FIELDS[] = {
    SHARE(ExpertsKernel, matrix_efficiency, 0.01, MATRIX_EFFICIENCY, MATRIX_HELP),
    SHARE(ExpertsKernel, memory_efficiency, 0.01, MEMORY_EFFICIENCY, MEMORY_HELP),
    SHARE(ExpertsKernel, vector_efficiency, 0.01, VECTOR_EFFICIENCY, VECTOR_HELP),
    LATENCY(ExpertsKernel, launch, LONGEST_S, LAUNCH_S, LAUNCH_HELP),
    LATENCY(ExpertsKernel, prologue, LONGEST_S, PROLOGUE_S, PROLOGUE_HELP),
    MULTIPLE(ExpertsKernel, core_share, 1, 100, CORE_SHARE, CORE_HELP),
    LATENCY(ExpertsKernel, step, LONGEST_S, PROLOGUE_S / 8,
            "least time of a step of 128 bytes of k"),
    SHARE(ExpertsKernel, exposed, 0, UNHIDDEN,
          "of the shorter of matrix and memory time, what the longer does not hide"),
    MULTIPLE(ExpertsKernel, drain, 0, 100, 0, "memory time grows by so much x cores / tiles"),
    MULTIPLE(ExpertsKernel, stream, 0.1, 100, 1,
             "bytes of rows in the experts' order, in permutation and activation, over the least "
             "there can be"),
    LATENCY(ExpertsKernel, sort, LONGEST_S, 0,
            "ordering rows by expert, from sort_tokens on; fewer in proportion"),
    MULTIPLE(ExpertsKernel, sort_tokens, 1, 1e5, 256,
             "tokens from which on ordering takes its time"),
    LATENCY(ExpertsKernel, token, LONGEST_S, 0, "of one core for a token's routing"),
    LATENCY(ExpertsKernel, expert, LONGEST_S, 0, "for an expert among which tokens choose"),
    LATENCY(ExpertsKernel, held, LONGEST_S, 0, "for an expert on the rank"),
    MULTIPLE(ExpertsKernel, resident_share, 0.01, 4, RESIDENT_SHARE,
             "of the on-chip store, that keeps what a measured loop touches again and again"),
    SHARE(ExpertsKernel, resident_efficiency, 0.01, MEMORY_EFFICIENCY,
          "share of the store's bandwidth at which it hands that out"),
};

static const Field ATTENTION_FIELDS[] = {
    SHARE(AttentionKernel, matrix_efficiency, 0.01, MATRIX_EFFICIENCY, MATRIX_HELP),
    SHARE(AttentionKernel, memory_efficiency, 0.01, MEMORY_EFFICIENCY, MEMORY_HELP),
    SHARE(AttentionKernel, vector_efficiency, 0.01, VECTOR_EFFICIENCY, VECTOR_HELP),
    LATENCY(AttentionKernel, launch, LONGEST_S, LAUNCH_S, LAUNCH_HELP),
    LATENCY(AttentionKernel, prologue, LONGEST_S, PROLOGUE_S, PROLOGUE_HELP),
    MULTIPLE(AttentionKernel, core_share, 1, 100, CORE_SHARE, CORE_HELP),
    SHARE(AttentionKernel, softmax_efficiency, 0.01, 1, SOFTMAX_HELP),
    MULTIPLE(AttentionKernel, query_tile, 16, 1024, 128, "queries that a unit of prefill works on"),
    MULTIPLE(AttentionKernel, row_tile, 8, 128, 128,
             "packed rows of a unit of decode where two such tiles hold them all; else 128"),
    SHARE(AttentionKernel, width_share, 0, 0,
          "share of a unit's latencies that grows with the head dimension; they are those of 128"),
    SHARE(AttentionKernel, tail, 0, 0.5,
          "share of the longest unit of work by which the fullest core ends later than the mean"),
    SHARE(AttentionKernel, stall, 0, UNHIDDEN,
          "of reading memory and working, the share of the shorter that is not hidden"),
    LATENCY(AttentionKernel, tile, LONGEST_S, 0,
            "added by each tile of 128 keys that a unit walks"),
    LATENCY(AttentionKernel, row, LONGEST_S, 0,
            "added by each query row, of 128 dimensions, that decode packs into a unit"),
    MULTIPLE(AttentionKernel, split_ratio, 1e-4, 1e6, 100,
             "time of walking a key tile of 128 dimensions over that of joining a part: the parts "
             "of split keys are at most "
             "the root of the tiles times this"),
    LATENCY(AttentionKernel, join, LONGEST_S, 0,
            "of joining one part of keys that were split; the number of parts balances it against "
            "the walk"),
    SHARE(AttentionKernel, join_launches, 0, 1, "launches of joining the parts"),
    SHARE(AttentionKernel, kept_share, 0.01, 0.5,
          "share of the on-chip store that keeps its content until a replay reads it again"),
    SHARE(AttentionKernel, narrow, 0, 0, "1: an 8-bit cache is multiplied in 8 bit; 0: in 16 bit"),
};

static const Field STREAM_FIELDS[] = {
    SHARE(StreamKernel, memory_efficiency, 0.01, MEMORY_EFFICIENCY, MEMORY_HELP),
    SHARE(StreamKernel, vector_efficiency, 0.01, VECTOR_EFFICIENCY, VECTOR_HELP),
    LATENCY(StreamKernel, launch, LONGEST_S, LAUNCH_S, LAUNCH_HELP),
    MULTIPLE(StreamKernel, core_bytes, 0, 256, 0,
             "bytes that a core passes on in a clock, whatever the memory; 0: no such limit"),
    MULTIPLE(StreamKernel, lone_bytes, 0, 256, 0,
             "bytes a clock of a core to which the kernel gives a whole row; 0: rows are spread"),
    MULTIPLE(StreamKernel, row_bytes, 0, 1e5, 0,
             "a row of a norm or softmax costs as many bytes more"),
};

static const Field LINK_FIELDS[] = {
    SHARE(LinkKernel, link_efficiency, 0.01, LINK_EFFICIENCY, LINK_HELP),
    LATENCY(LinkKernel, launch, LONGEST_S, LAUNCH_S, LAUNCH_HELP),
    MULTIPLE(LinkKernel, bulk_start, 0, 200, 1, "steps of latency between two members"),
    MULTIPLE(LinkKernel, bulk_more, 0, 50, 0, "steps for each further member"),
    SHARE(LinkKernel, line_efficiency, 0, 0, "the same of a protocol for middle sizes; 0: none"),
    MULTIPLE(LinkKernel, line_start, 0, 200, 0, "its steps between two members"),
    MULTIPLE(LinkKernel, line_more, 0, 50, 0, "its steps for each further member"),
    SHARE(LinkKernel, quick_efficiency, 0, LINK_EFFICIENCY,
          "the same of a protocol for small sizes"),
    MULTIPLE(LinkKernel, quick_start, 0, 200, 1, "its steps between two members"),
    MULTIPLE(LinkKernel, quick_more, 0, 50, 0, "its steps for each further member"),
    SHARE(LinkKernel, one_shot, 0, 1,
          "1: the quick all-reduce sends everything to everybody once; 0: parts, twice"),
    MULTIPLE(LinkKernel, own_share, 0, 4, 0,
             "a member's own part takes as long as this share of a part sent"),
    SHARE(LinkKernel, hiding, 0, 0,
          "share of the shorter of latency and transfer that hides behind the longer"),
    LATENCY(LinkKernel, bulk_after, NEVER_S, NEVER_S,
            "bulk protocol only, once a member's part takes this long at the link's rate"),
    MULTIPLE(LinkKernel, host_crossings, 1, 4, HOST_CROSSINGS,
             "times that a byte through the host crosses a card's link"),
    MULTIPLE(LinkKernel, crowding, 0, 3, 0,
             "through the host and to other nodes n members get (2/n)^this of the rate of two"),
    {.name = "reach",
       .kind = FIELD_NUMBER,
       .offset = offsetof(LinkKernel, reach_bytes),
       .unit = UNIT_BYTES,
       .min = 0,
       .max = 1e15,
       .initial = 0,
       .help = "larger messages take the bulk protocol only; 0: no such limit"},
    SHARE(LinkKernel, duplicates, 0, 0,
          "0: a token goes once to each rank; 1: once to each of its experts"),
    SHARE(LinkKernel, forwarding, 0, 0,
          "share of the faster level's transfer that hides behind the slower one's"),
    LATENCY(LinkKernel, copy, LONGEST_S, 0, "for each of a token's experts"),
    LATENCY(LinkKernel, expert, LONGEST_S, 0, "for each expert of a rank"),
    LATENCY(LinkKernel, token, LONGEST_S, 0,
            "for each token that a core sends, one core an expert"),
    MULTIPLE(LinkKernel, row_passes, 0, 16, 0, "passes of a rank's own rows through its memory"),
    MULTIPLE(LinkKernel, core_scaling, 0, 2, 0,
             "exponent of the rate in the cores that the kernel is given"),
};

const FieldTable KERNEL_TABLE = {"kernel", KERNEL_FIELDS, FIELD_COUNT(KERNEL_FIELDS),
                                 sizeof(Kernel), "the universal constants of datasheet mode"};
const FieldTable MATMUL_KERNEL_TABLE = {"matmul kernel", MATMUL_FIELDS, FIELD_COUNT(MATMUL_FIELDS),
                                        sizeof(MatmulKernel), "constants of matmuls"};
const FieldTable EXPERTS_KERNEL_TABLE = {"experts kernel", EXPERTS_FIELDS,
                                         FIELD_COUNT(EXPERTS_FIELDS), sizeof(ExpertsKernel),
                                         "constants of blocks of experts"};
const FieldTable ATTENTION_KERNEL_TABLE = {"attention kernel", ATTENTION_FIELDS,
                                           FIELD_COUNT(ATTENTION_FIELDS), sizeof(AttentionKernel),
                                           "constants of attention"};
const FieldTable STREAM_KERNEL_TABLE = {"stream kernel", STREAM_FIELDS, FIELD_COUNT(STREAM_FIELDS),
                                        sizeof(StreamKernel), "constants of elementwise kernels"};
const FieldTable LINK_KERNEL_TABLE = {"link kernel", LINK_FIELDS, FIELD_COUNT(LINK_FIELDS),
                                      sizeof(LinkKernel), "constants of transfers"};
