// plan.h — how a model is split over chips and scheduled.
//
// chips = tp x cp x dp x pp. Inside a pipeline stage the same tp x cp x dp ranks are regrouped for the experts as
// ep x etp x copies. Ranks lie tp innermost, then cp, dp, pp outermost, unless `placement` says otherwise.
#ifndef ARCH_PLAN_H
#define ARCH_PLAN_H

#include "arch/model.h"
#include "sim/base/field.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PLAN_STAGES 128

// Chips that talk to each other: `size` of them, `stride` apart in the system's numbering.
typedef struct Group {
    int size;
    int stride;
} Group;

// How ranks of a cp group, which hold a part of the cache each, bring queries and keys together in prefill.
typedef enum CpKind {
    CP_ALL_GATHER, // every rank gathers all keys and values before it attends
    CP_RING,   // they go round from neighbour to neighbour while the part at hand is attended to
    CP_PASS_Q, // queries go round instead, and partial outputs return by an all-to-all
    CP_KIND_COUNT
} CpKind;

extern const char *const CP_KIND_WORDS[];

typedef struct Plan {
    int tp;    // tensor parallel: heads and widths
    int cp;    // context parallel: tokens of a sequence
    int dp;    // data parallel: sequences
    int pp;    // pipeline stages
    int ep;    // ranks that the experts are dealt to
    int etp;   // tensor parallel inside an expert
    int chunk; // prompt tokens of a sequence in a pipeline unit; 0: the whole prompt
    int micro_batches; // parts of a dp group's batch that follow each other through the stages; 0: the default
    int stages[PLAN_STAGES]; // layers of each stage
    int stage_count;         // 0: even, the first stages take the remainder; else pp
    // A permutation of "tp,cp,dp,pp", innermost first, pp first or last; NULL: as written
    const char *placement;
    int cp_kind;    // CpKind
    double overlap; // of communication with compute inside a layer: 0 none, 1 perfect
    // Derived by plan_finish.
    Group tp_group, cp_group, dp_group, pp_group, ep_group, etp_group;
    int chips;
    int copies; // of the experts in a stage
} Plan;

// Derives groups and stages and checks the plan against the model: degrees that no engine could run are refused with
// the reason. Degrees must be at least 1.
bool plan_finish(Plan *plan, const Model *model, Error *err);

// Layers in the stage.
int plan_stage_layers(const Plan *plan, const Model *model, int stage);

// "tp 8, pp 2, ep 8": the degrees that differ from 1.
void plan_text(const Plan *plan, char *text, int size);

// Query heads and KV heads of a kind of layer on the fullest rank.
int plan_heads(const Plan *plan, const LayerKind *kind);
int plan_kv_heads(const Plan *plan, const LayerKind *kind);

#ifdef __cplusplus
}
#endif
#endif
