// experts.h — the kernels of a block of experts on one rank: what a sweep lowers to, and what a measured block is.
//
//     top_k ── permute ── experts_up ── experts_act ── experts_down ── unpermute
//
// A rank sends and receives tokens between permute and experts_up, and between experts_down and unpermute, where
// experts lie on several ranks; lower.c puts those transfers there.
#ifndef ARCH_EXPERTS_H
#define ARCH_EXPERTS_H

#include "arch/lower.h"

#ifdef __cplusplus
extern "C" {
#endif

// What routing leaves on the fullest rank, and how far the mean is below it.
typedef struct RoutedLoad {
    double hottest;        // rows of the fullest rank over the mean
    double hit;            // ranks that a token's experts lie on
    double rows, active;   // of the fullest rank
    double balance, touch; // of rows, of active experts
} RoutedLoad;

// Of the experts on the ranks of ep x etp, which serve `served` tokens together.
RoutedLoad experts_route(const Lowering *in, double served);

typedef struct ExpertBlock {
    double entering,
        leaving;   // tokens that permute reads, rows that it writes; unpermute the other way round
    double tokens; // that the rank's experts see
    double rows, active;  // of the experts on the rank: rows, and experts that have any
    double experts, held; // to choose from; on the rank
    double top_k;
    double d_model, inner; // of an expert on this rank
    bool gated;
    bool even; // every active expert has as many rows as the next; else rows fall at random
    Formats formats;
} ExpertBlock;

// The block on the fullest rank, which sends `sent` of the tokens itself.
ExpertBlock experts_block(const Lowering *in, const RoutedLoad *load, double served, double sent);

ElementwiseShape experts_top_k(const ExpertBlock *block);
ElementwiseShape experts_permute(const ExpertBlock *block);
GroupedShape experts_up(const ExpertBlock *block);
ElementwiseShape experts_act(const ExpertBlock *block);
GroupedShape experts_down(const ExpertBlock *block);
ElementwiseShape experts_unpermute(const ExpertBlock *block);

#define EXPERT_OPS 6

// All of them, for a rank that no transfers reach.
void experts_ops(const ExpertBlock *block, Op ops[EXPERT_OPS]);

#ifdef __cplusplus
}
#endif
#endif
