// memory.h — what the fullest chip must hold: weights with scales, KV pages, activations, buffers, and a reserve.
//
// Rules:
//     weights      every parameter of the stage on the rank: linear layers and experts in `weights` format with scales, embedding,
//                  head, router, norms in 16 bit; experts ceil(E/ep) a rank; the first stage holds the embedding, the last the head
//     KV           the rank's sequences x pages of 16 tokens x layers of the stage; a local layer keeps min(context, window)
//     activations  of one unit of work: tokens x (two residual vectors + the widest pair of an op's input and output), logits in fp32
//     buffers      hand-off and all-to-all messages, double buffered
//     reserve      hbm_reserve of the capacity is left free (10 % by default)
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include "sim/design.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KV_PAGE_TOKENS 16 // vLLM's default block (Kwon et al. 2023, sec. 4.3)

typedef struct Memory {
    int stage; // whose chips are fullest
    double weight_bytes, kv_bytes, activation_bytes, buffer_bytes;
    double used_bytes;    // sum of the above
    double reserve_bytes; // left free
    double usable_bytes;  // capacity - reserve
    double missing_bytes; // used - usable where positive
    bool fits;
} Memory;

// For the design with `batch` sequences in place of its own.
Memory memory_of(const Design *design, int batch);

// The largest batch that fits; 0 when not even one sequence does. Never above 2^30.
int memory_max_batch(const Design *design);

#ifdef __cplusplus
}
#endif
#endif
