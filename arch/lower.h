// lower.h — turns a model, formats and plan into the ops that the fullest rank of a stage runs on one unit of work.
//
//     design ── plan_finish ──> groups, stages
//            ── lower_layer(kind) ──> ops of one layer     x layers of that kind in the stage
//            ── lower_first ──> embedding                  first stage
//            ── lower_last ──> norm, head, sampling        last stage
//            ── lower_handoff_bytes ──> send        between stages
//
// Drafting. A model with multi-token-prediction layers guesses each token with one pass of such a module on the last
// stage over one token a sequence: embedding of the token before, a norm of it and of the network's last hidden state,
// a projection of both (2 d to d, 16 bit, whole on every rank), one layer of the network's last kind, final norm and
// head. Passes follow one another; a module serves several of them where there are more guesses than modules
// (DeepSeek-AI 2024, DeepSeek-V3 technical report, sec. 2.2 and 5.4.3). The module's own pass over a prompt is not
// charged. Without such layers guesses are free, as those looked up in the prompt nearly are.
//
// Context parallelism in prefill, cp = n ranks that hold 1/n of T new tokens' queries and of the keys of all S tokens:
//     all_gather  every rank gathers S kv_values, then attends
//     ring        n - 1 sends of S kv_values / n to the next neighbour, each during the attention to the part at hand
//                 (Liu, Zaharia, Abbeel 2023, "Ring attention with blockwise transformers", sec. 3): of a layer's
//                 attention A, whatever the overlap of other communication, (n - 1)/n A hides sends
//     pass_q      n - 1 sends of T heads qk_dim / n queries, hidden alike, then an all-to-all of partial outputs,
//                 T heads (v_dim x 2 + 4) bytes: less than keys when few new tokens meet a long cached prefix (Yang et
//                 al. 2024, "Context parallelism for scalable million-token inference")
// Causal work is dealt evenly (a rank takes an early and a late piece). The attention kernel is charged alike for all three.
//
// To add an op: a shape in op.h, its emission here, its cost in sim/ (see sim/op_cost.h).
#ifndef ARCH_LOWER_H
#define ARCH_LOWER_H

#include "arch/op.h"
#include "arch/pairs.h"
#include "arch/workload.h"

#ifdef __cplusplus
extern "C" {
#endif

// Parts of prompts that share a decode step: linear layers see their tokens and those of the decoding sequences in one
// matmul, attention is a kernel for each.
typedef struct PromptPieces {
    double sequences, tokens; // prompts of the fullest dp group, and their tokens together; 0: none
    double kv_len;            // tokens that a prompt sees at the end of its piece
    double ends;              // prompts that end with the step and get logits
    double all_sequences, all_tokens, all_ends; // of all dp groups together
} PromptPieces;

// What passes a stage at once: a micro-batch of sequences, or a chunk of their prompts.
typedef struct UnitOfWork {
    double sequences; // of the fullest dp group
    double tokens; // new tokens a sequence: the chunk in prefill, 1 and the drafted ones in decode
    double useful; // of them that count: all in prefill, those expected to hold in decode
    double kv_len; // tokens a sequence sees at the end, its own included
    double all_sequences; // of all dp groups together
    // Decode: where sequences stand evenly at kv_first .. 2 kv_len - kv_first; 0: all at kv_len.
    double kv_first;
    // Serving: pieces of prompts come from anywhere in these tokens of theirs; 0: from just before kv_len.
    double prompt_first, prompt_last;
    PromptPieces pieces; // of a decode step
    double
        end_share; // prefill: sequences whose prompt ends with the unit, so that they get logits; 0: all
    bool decode;
    bool
        draft; // one pass of a multi-token-prediction module: lower_first, a layer and lower_last on the last stage
} UnitOfWork;

// Tokens of the fullest dp group, and of all together.
static inline double unit_group_tokens(const UnitOfWork *unit) {
    return unit->sequences * unit->tokens + unit->pieces.tokens;
}

static inline double unit_all_tokens(const UnitOfWork *unit) {
    return unit->all_sequences * unit->tokens + unit->pieces.all_tokens;
}

// Of all dp groups, those that count.
static inline double unit_useful_tokens(const UnitOfWork *unit) {
    return unit->all_sequences * unit->useful + unit->pieces.all_tokens;
}

typedef struct Lowering {
    const Model *model;
    const Formats *formats;
    const Plan *plan;
    UnitOfWork unit;
    double routing_skew; // Zipf exponent of the experts' popularity; 0: uniform
} Lowering;

int lower_layer(const Lowering *in, int kind, Op ops[LAYER_OPS]);
int lower_first(const Lowering *in, Op ops[LAYER_OPS]);
int lower_last(const Lowering *in, Op ops[LAYER_OPS]);

// Bytes that a rank sends to its peer in the next stage.
double lower_handoff_bytes(const Lowering *in);

#ifdef __cplusplus
}
#endif
#endif
