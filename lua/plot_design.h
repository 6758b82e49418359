// plot_design.h — one evaluated design as pictures: roofline with its ops, time by op, memory by part, and who works when.
//
//     evaluate ──> Metrics, Breakdown ── plot_design ──> DesignPlots ── results/plot ──> files, text
#ifndef LUA_PLOT_DESIGN_H
#define LUA_PLOT_DESIGN_H

#include "lua/plot_over.h"
#include "results/plot.h"
#include "sim/base/arena.h"
#include "sim/evaluate.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a design can be drawn as. `timeline` is there only where layers are pipelined over stages.
typedef enum DesignPicture {
    PICTURE_ROOFLINE,
    PICTURE_OPS,
    PICTURE_MEMORY,
    PICTURE_TIMELINE,
    DESIGN_PICTURES
} DesignPicture;

extern const char *const DESIGN_PICTURE_WORDS[DESIGN_PICTURES];

typedef struct DesignPlots {
    Plot *plots;
    int count;
    Arena *arena; // holds all that the plots point to; the caller's
} DesignPlots;

// All pictures of the design, named PREFIX-roofline, PREFIX-ops, ...; without prefix "roofline", "ops", ...
DesignPlots plot_design(const Design *design, const Metrics *metrics, const Breakdown *breakdown,
                        const char *prefix, Arena *arena);

// One of them. false: this design has no such picture, with the reason.
bool plot_design_one(const Design *design, const Metrics *metrics, const Breakdown *breakdown,
                     DesignPicture picture, const char *prefix, Arena *arena, Plot *plot,
                     Error *err);

// "llama-3.1-70b on 8 x NVIDIA H100 SXM5 80 GB, plan tp 8, decode, batch 64, context 2048, bf16; datasheet mode"
char *plot_design_caption(const Design *design, Arena *arena);

// The same where these keys run over several values, which stand in place of one; plan_open: it is found anew for each.
char *plot_design_caption_over(const Design *design, bool plan_open, const Over *const overs[],
                               int count, Arena *arena);

#ifdef __cplusplus
}
#endif
#endif
