// memory.h — what the fullest chip must hold: weights with scales, KV pages, activations, buffers, and a reserve.
//
// Rules:
//     weights      every parameter of the stage on the rank: linear layers and experts in `weights` format with scales, embedding,
//                  head, router, norms in 16 bit; experts ceil(E/ep) a rank; the first stage holds the embedding, the last the head
//                  with a draft, the last also the multi-token-prediction modules that make it (arch/shard.h)
//     KV           the rank's sequences x pages of 16 tokens x layers of the stage; a local layer keeps min(context, window), a chunked one
//                  min(context, chunk), a state layer its states and the convolution's last inputs in fp32, whatever the context;
//                  drafted tokens count, and a state is kept for each of them too
//     activations  of one unit of work: tokens x (two residual vectors + the widest pair of an op's input and output), logits in fp32
//     buffers      hand-off and all-to-all messages, double buffered
//     reserve      hbm_reserve of the capacity is left free (10 % by default)
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include "arch/shard.h"
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

// What one sequence keeps in one layer of a kind on a rank at the end of the workload.
typedef struct SequenceMemory {
    double tokens, values;            // whole pages of tokens, and values that each leaves
    double index_tokens, index_bytes; // of the indexer, and bytes that each leaves
    double state_bytes;
    double bytes; // of all
} SequenceMemory;

SequenceMemory memory_of_sequence(const Design *design, const LayerKind *kind);

// Layers of each kind that a stage holds, the last one's draft modules included; `first`: index of its first layer.
void memory_stage_kinds(const Design *design, int stage, int first, int of_kind[MODEL_KINDS]);

// What a chip of one stage must hold, as a straight line over sequences of a dp group.
typedef struct StageLoad {
    int stage;
    double weight_bytes;
    double kv_bytes;    // of one sequence
    double logit_bytes; // of one sequence of a unit
} StageLoad;

// All that memory needs of a design besides its batch; built once, asked for many batches.
typedef struct MemoryModel {
    const Design *design;
    StageLoad loads[PLAN_STAGES]; // of the stages that can be fullest
    int count;
    double token_bytes;  // activations and buffers of one token of a unit
    double buffer_bytes; // the buffers of them
    int chunk;           // prompt tokens of a sequence in a unit
    int unit_prompts;    // sequences that the token budget of a unit allows
    double usable_bytes;
} MemoryModel;

// known: shard_layer of each layer kind where the caller has it, else NULL.
void memory_model(MemoryModel *model, const Design *design, const RankParams known[]);

// With `batch` sequences over all chips.
Memory memory_at(const MemoryModel *model, int batch);

// The largest batch that fits; 0 when not even one sequence does. Never above MEMORY_BATCHES.
int memory_max_batch(const MemoryModel *model);

#define MEMORY_BATCHES 1000000000

#ifdef __cplusplus
}
#endif
#endif
