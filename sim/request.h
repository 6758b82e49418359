// request.h — one question in the user's words: the options of explain and the keys of predict, which are the same.
//
//     argv / JSON / script ── request_set_* ──> Request ── names (lua/names.h) ──> request_design ──> Design
// REQUEST_TABLE describes every key with its range, default and meaning.
#ifndef SIM_REQUEST_H
#define SIM_REQUEST_H

#include "sim/catalog.h"
#include "sim/design.h"
#include "sim/plans.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Request {
    const char *chip, *system, *model, *phase;
    int chips;      // 0: the product of the degrees, else 1
    int batch;      // 0: not given
    bool batch_max; // batch = "max"
    int prompt, prefix, context, output;
    int draft;
    double acceptance;
    int token_budget;
    const char *prompts;
    int tp, cp, dp, pp, ep, etp; // 0: not given
    int chunk, micro_batches;
    int stages[PLAN_STAGES];
    int stage_count;
    const char *placement;
    const char *cp_kind;
    double overlap;
    const char *formats, *weights, *activations, *kv, *matmul;
    double routing_skew;
    double hbm_reserve;
    double training_tokens, training_flop;
    double usd_per_chip_hour; // 0: the chip's own price
    const char *mode, *profile, *engine;
    bool command_line; // messages then write keys as options: --chip
} Request;

extern const FieldTable REQUEST_TABLE;

// Defaults of all keys.
Request request_new(void);

// The key's field (case does not count, '-' and '_' are equal), or NULL and an error with the nearest key.
const Field *request_key(const char *key, Error *err);

// Sets a key from a text as an option gives it; the text must outlive the request. Messages begin with the key.
bool request_set_text(Request *request, const Field *key, const char *text, Error *err);

// What stands before a key where it is written as an option: "--" or nothing.
const char *request_dashes(const Request *request);

// Whether some degree of the plan, or `stages`, is given.
bool request_has_degrees(const Request *request);

// True when several chips but no degrees are given, so that the best plan is to be found.
bool request_plan_open(const Request *request);

// What a request names.
typedef struct Names {
    const Chip *chip;
    const System *system;
    const Model *model;
    const Profile *profile; // NULL: datasheet mode
    const Engine *engine;   // NULL: kernels alone
} Names;

// The profile that mode, profile and chip ask for, `named` being the one that r->profile names, if any; *profile NULL:
// datasheet mode.
bool request_profile(const Request *request, const Catalog *catalog, const Profile *named,
                     const Chip *chip, const Profile **profile, Error *err);

// Applies defaults and checks: the design is then ready for evaluate. An open plan becomes the fastest that fits, or
// the one that misses by least when none does; batch = "max" the largest batch that fits; with both, the plan that
// makes most tokens a second at its own largest batch. The design keeps pointers into the request's texts. *no_room is set
// when batch = "max" found that not one sequence fits: false is then an answer, and the input was right. NULL is allowed.
bool request_design(const Request *request, const Names *names, Design *design, bool *no_room,
                    Error *err);

// The same without plan and largest batch: chips = chips or 1, plan = what the request says besides degrees; all that does
// not depend on the degrees is checked. For those who walk the plans themselves (plans_each).
bool request_base(const Request *request, const Names *names, Design *design, int *chips,
                  Error *err);

// The steps of request_design, for those who walk many designs and repeat only what changes.
bool request_formats(const Request *request, Formats *formats, Error *err);
bool request_workload(const Request *request, Workload *workload, Error *err);

// The arithmetic of the degrees, which the model has no part in: chips, dp, ep, etp from each other.
bool request_degrees(const Request *request, Plan *plan, Error *err);

// The same, finished; not for an open plan.
bool request_plan(const Request *request, const Model *model, Plan *plan, Error *err);

// An engine's habits where the request does not say otherwise, and the engine itself.
void request_engine(const Request *request, const Engine *engine, Design *design);

// Routing, reserve, training and prices: what a design takes over as it is.
void request_settings(const Request *request, Design *design);

// Finds an open plan and the largest batch, as request_design does, for a design that has all the rest.
bool request_open(const Request *request, Design *design, bool *no_room, Error *err);

#ifdef __cplusplus
}
#endif
#endif
