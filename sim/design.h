// design.h — one point: chip, system, model, formats, plan and workload together.
//
//     Request (words of the user, sim/request.h) ── catalog ──> Design ── evaluate ──> Metrics (+ Breakdown)
#ifndef SIM_DESIGN_H
#define SIM_DESIGN_H

#include "arch/formats.h"
#include "arch/model.h"
#include "arch/plan.h"
#include "arch/workload.h"
#include "hw/chip.h"
#include "hw/engine.h"
#include "hw/profile.h"
#include "hw/system.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Design {
    const Chip *chip;
    const System *system;
    const Model *model;
    const Profile *profile; // NULL: datasheet mode
    const Engine *engine;   // NULL: kernels alone
    Formats formats;
    Plan plan; // finished
    Workload workload;
    double routing_skew; // Zipf exponent of the experts' popularity
    double hbm_reserve;  // share of the memory that is left free
    // What the network was trained on, for the loss: tokens, or a budget that buys them; 0: not said.
    double training_tokens, training_flop;
    double usd_per_chip_hour; // rent; 0: the chip's own price
} Design;

#define DESIGN_CHUNKS 65536 // most parts of a prompt

// Checks what no part can see alone: the system holds the chips, the chip multiplies the formats, the workload's
// lengths agree. A design that passes can be evaluated; whether it fits in memory is a result, not an error.
bool design_check(const Design *design, Error *err);

// The part of it that rests on chip and formats alone.
bool design_check_formats(const Design *design, Error *err);

// The arithmetic that the chip uses for operands a (activations) and b (weights), given a wish or FORMAT_NONE:
// the wider of the two that the chip has; MATH_COUNT when it has neither.
Math design_math(const Chip *chip, Format a, Format b, Format wish);

// Tokens that the network was trained on; 0 when neither tokens nor a budget is given.
double design_training_tokens(const Design *design);

#ifdef __cplusplus
}
#endif
#endif
