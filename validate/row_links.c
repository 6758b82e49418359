// Rows of collectives, of dispatch and combine, and of elementwise kernels.
#include "arch/routing.h"
#include "sim/fit.h"
#include "validate/reading.h"

// Whose all-reduce was timed, by the end of the source's name.
static KernelLibrary library_timed(const char *source) {
    if (strstr(source, ":trtllm_ar"))
        return LIBRARY_FUSED;
    if (strncmp(source, "vidur:", 6) == 0)
        return LIBRARY_NCCL_OLD;
    if (!strstr(source, ":custom_ar"))
        return LIBRARY_NCCL;
    return strstr(source, "sglang0.5.10") ? LIBRARY_DIRECT_OLD : LIBRARY_DIRECT;
}

// Sizes of one operation and group depend on each other octave by octave; where a group has no sibling (all-gather and
// reduce-scatter are such siblings), three octaves are a family.
static void collective_family(const Reading *r, double bytes) {
    set_family(r, (const char *const[]){"op", "gpus", NULL});
    const char *word = cell(r, "op");
    if (strcmp(word, "all_reduce") == 0 || strcmp(word, "send_recv") == 0)
        r->row->family += (uint64_t)(fit_log2(bytes) / 3);
}

bool read_collective(const Reading *r) {
    static const struct {
        const char *word;
        CollectiveKind kind;
    } KINDS[] = {
        {"all_reduce",     COLLECTIVE_ALL_REDUCE    },
        {"all_gather",     COLLECTIVE_ALL_GATHER    },
        {"reduce_scatter", COLLECTIVE_REDUCE_SCATTER},
        {"alltoall",       COLLECTIVE_ALL_TO_ALL    },
        {"all_to_all",     COLLECTIVE_ALL_TO_ALL    }
    };
    Row *row = r->row;
    double gpus, bytes, across;
    if (!count_to(r, "gpus", 2, GPUS_MOST, &gpus) || !number(r, "bytes", 1, &bytes) ||
        !number_or(r, "inter_node", 0, 0, &across))
        return false;
    const char *word = cell(r, "op");
    row->chips = (int)gpus;
    if (!holds(r))
        return false;
    row->apart = across > 0;
    collective_family(r, bytes);
    row->fixed_s = strcmp(cell(r, "launch"), "graph") == 0 ? 0 : r->source->host_launch_s;
    if (strcmp(word, "send_recv") == 0) {
        row->op = across > 0 ? "send_inter_node" : "send";
        add_op(row, OP_SEND, "send")->send = (SendShape){0, 1, bytes};
        return true;
    }
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(word, KINDS[i].word) != 0)
            continue;
        row->op = across > 0 ? "inter_node" : COLLECTIVE_WORDS[KINDS[i].kind];
        add_op(row, OP_COLLECTIVE, row->op)->collective = (CollectiveShape){
            KINDS[i].kind, {row->chips, 1},
             bytes, library_timed(cell(r, "source"))
        };
        return true;
    }
    return wrong(r, "op", "is not all_reduce, all_gather, reduce_scatter, alltoall or send_recv");
}

static KernelLibrary dispatch_mode(const char *mode, const char *op) {
    if (strcmp(mode, "deepep_low_latency") == 0)
        return LIBRARY_LOW;
    if (strcmp(mode, "nvlink_one_sided") == 0)
        return LIBRARY_ONE_SIDED;
    if (strcmp(mode, "nvlink_two_sided") == 0)
        return strcmp(op, "combine_low_precision") == 0 ? LIBRARY_NARROW : LIBRARY_TWO_SIDED;
    return LIBRARY_NORMAL;
}

bool read_dispatch(const Reading *r) {
    Row *row = r->row;
    double ep, tokens, d, top_k, experts, cores;
    Format kind;
    if (!count_to(r, "ep", 2, GPUS_MOST, &ep) || !count(r, "tokens", 1, &tokens) ||
        !count(r, "d_model", 1, &d) || !count_to(r, "top_k", 1, EXPERTS_MOST, &top_k) ||
        !count_to(r, "n_experts", 1, EXPERTS_MOST, &experts) ||
        !number_or(r, "sms", 0, 0, &cores) || !format(r, "dtype", &kind))
        return false;
    const char *word = cell(r, "op");
    bool back = strncmp(word, "combine", 7) == 0;
    if (!back && strcmp(word, "dispatch") != 0)
        return wrong(r, "op", "is not dispatch, combine or combine_low_precision");
    row->op = back ? "combine" : "dispatch";
    row->chips = (int)ep;
    if (!holds(r))
        return false;
    set_family(r, (const char *const[]){"mode", "ep", "d_model", "top_k", "n_experts", NULL});
    KernelLibrary library = dispatch_mode(cell(r, "mode"), word);
    // dtype names what the engine holds. DeepEP's kernels for many tokens are timed sending fp8: in 16 bit 65,536 tokens
    // of 7168 would cross an H100's link at 584 of its 450 GB/s. Results come back in 16 bit unless the row says so.
    if (!back && library == LIBRARY_NORMAL)
        kind = FORMAT_FP8_BLOCK;
    if (back && library != LIBRARY_NARROW)
        kind = FORMAT_BF16;
    // TensorRT-LLM's rows spread a token's experts evenly: 2, 4, 8 and 32 ranks take 1 : 3 : 7 : 7.75.
    bool evenly =
        library == LIBRARY_ONE_SIDED || library == LIBRARY_TWO_SIDED || library == LIBRARY_NARROW;
    add_op(row, OP_DISPATCH, row->op)->dispatch = (DispatchShape){
        {row->chips, 1},
        tokens,
        1,
        d * format_activation_bytes(kind),
        experts,
        top_k,
        evenly ? fmin(top_k, ep) : routing_groups_hit(experts, top_k, ep),
        back,
        library,
        cores
    };
    row->fixed_s = r->source->host_launch_s;
    return true;
}

// Arithmetic and special functions a value of the kernels that sources name.
typedef struct Elementwise {
    const char *word;
    double flop, specials;
    ElementwiseKind kind;
} Elementwise;

bool read_elementwise(const Reading *r) {
    static const Elementwise KNOWN[] = {
        {"add",                 1, 0, ELEMENTWISE_POINT   },
        {"relu",                1, 0, ELEMENTWISE_POINT   },
        {"gelu",                8, 1, ELEMENTWISE_POINT   },
        {"tanh",                2, 1, ELEMENTWISE_POINT   },
        {"silu_mul",            4, 1, ELEMENTWISE_GATED   },
        {"softmax",             4, 1, ELEMENTWISE_SOFTMAX },
        {"layernorm",           6, 0, ELEMENTWISE_NORM    },
        {"rmsnorm",             4, 0, ELEMENTWISE_NORM    },
        {"fused_add_rmsnorm",   5, 0, ELEMENTWISE_NORM    },
        {"rope",                3, 0, ELEMENTWISE_POINT   },
        {"quantize_fp8_static", 2, 0, ELEMENTWISE_QUANTISE},
    };
    double rows, cols, read_bytes, write_bytes;
    if (!count(r, "rows", 1, &rows) || !count(r, "cols", 1, &cols) ||
        !number(r, "bytes_read", 0, &read_bytes) || !number(r, "bytes_written", 0, &write_bytes))
        return false;
    const char *word = cell(r, "op");
    Nearest nearest = {0};
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        nearest_offer(&nearest, word, KNOWN[i].word);
        if (strcmp(word, KNOWN[i].word) != 0)
            continue;
        set_family(r, (const char *const[]){"op", "cols", NULL});
        add_elementwise(r->row, KNOWN[i].word, read_bytes, write_bytes, rows * cols * KNOWN[i].flop,
                        rows * cols * KNOWN[i].specials);
        bool by_row = KNOWN[i].kind != ELEMENTWISE_POINT && KNOWN[i].kind != ELEMENTWISE_QUANTISE;
        kind_of_last(r->row, KNOWN[i].kind, by_row ? rows : 0);
        warm_whole(r);
        r->row->warm_bytes *= STREAM_KEPT;
        return true;
    }
    error_set(r->err, "op: there is no elementwise kernel '%.60s'", word);
    if (nearest.best)
        error_hint(r->err, "did you mean '%s'?", nearest.best);
    return csv_where(r->csv, r->err);
}
