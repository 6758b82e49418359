// request.h — one question in the user's words: the options of explain and the keys of predict, which are the same.
//
//     argv / JSON ── request_set_* ──> Request ── request_resolve(library) ──> Design
// REQUEST_TABLE describes every key with its range, default and meaning.
#ifndef LUA_REQUEST_H
#define LUA_REQUEST_H

#include "lua/library.h"
#include "sim/design.h"
#include "sim/plans.h"

typedef struct Request {
    const char *chip, *system, *model, *phase;
    int chips;  // 0: the product of the degrees, else 1
    int batch;  // 0: not given
    bool batch_max; // batch = "max"
    int prompt, prefix, context, output;
    int tp, cp, dp, pp, ep, etp; // 0: not given
    int chunk, micro_batches;
    int stages[PLAN_STAGES];
    int stage_count;
    const char *placement;
    double overlap;
    const char *formats, *weights, *activations, *kv, *matmul;
    double routing_skew;
    double hbm_reserve;
    double training_tokens;
    const char *mode, *profile, *engine;
} Request;

extern const FieldTable REQUEST_TABLE;

// Defaults of all keys.
Request request_new(void);

// True when no degree of the plan is given, so that the best plan is to be found.
bool request_plan_open(const Request *request);

// Looks names up, applies defaults and checks: the design is then ready for evaluate, but for batch = "max" and an open plan, which
// request_resolve settles too (best plan, largest batch). design->plan tells what was chosen.
bool request_resolve(const Request *request, Library *library, Design *design, Error *err);

#endif
