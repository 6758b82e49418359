#include "sim/design.h"

#include "arch/quality.h"

Math design_math(const Chip *chip, Format a, Format b, Format wish) {
    if (wish != FORMAT_NONE)
        return chip_math(chip, FORMATS[wish].math);
    Math first = FORMATS[a].math, second = FORMATS[b].math;
    Math wide = first < second ? first : second, narrow = first < second ? second : first;
    Math math = chip_math(chip, wide);
    return math != MATH_COUNT ? math : chip_math(chip, narrow);
}

bool design_check_formats(const Design *design, Error *err) {
    const Formats *f = &design->formats;
    const Chip *chip = design->chip;
    if (f->weights == FORMAT_NONE || f->activations == FORMAT_NONE || f->kv == FORMAT_NONE)
        return error_set(err, "weights, activations and kv need a format each");
    if (design_math(chip, f->activations, f->weights, f->matmul) == MATH_COUNT) {
        if (f->matmul != FORMAT_NONE)
            error_set(err, "%s has no %s matmul", chip->name, FORMATS[f->matmul].name);
        else
            error_set(err, "%s multiplies neither %s (activations) nor %s (weights)", chip->name,
                      FORMATS[f->activations].name, FORMATS[f->weights].name);
        return error_hint(err, "keep activations in bf16 (weights are then dequantised), or take a "
                               "chip with that format");
    }
    if (design_math(chip, FORMAT_BF16, FORMAT_BF16, FORMAT_NONE) == MATH_COUNT)
        return error_set(err, "%s has no 16-bit matmul, which attention and the head need",
                         chip->name);
    return true;
}

static bool check_workload(const Workload *work, Error *err) {
    if (work->batch < 1)
        return error_set(err, "batch: %d is below 1", work->batch);
    if (work->draft < 0 || work->draft > WORKLOAD_DRAFT)
        return error_set(err, "draft: %d is outside 0 to %d", work->draft, WORKLOAD_DRAFT);
    if (!(work->acceptance >= 0 && work->acceptance <= 1))
        return error_set(err, "acceptance: %g is outside 0 to 1", work->acceptance);
    if (work->phase == PHASE_DECODE)
        return work->context >= 1 ? true : error_set(err, "context: %d is below 1", work->context);
    if (work->prompt < 1)
        return error_set(err, "prompt: %d is below 1", work->prompt);
    if (work->prefix < 0 || work->prefix >= work->prompt)
        return error_set(err, "prefix = %d leaves nothing of prompt = %d to compute", work->prefix,
                         work->prompt);
    if (work->phase == PHASE_GENERATE && work->output < 1)
        return error_set(err, "output: %d is below 1", work->output);
    if (work->phase == PHASE_SERVE && work->output < 2)
        return error_set(err, "output: %d is below 2, so that nothing is decoded", work->output);
    if (work->phase == PHASE_SERVE && work->token_budget < 1)
        return error_set(err, "token_budget: %d is below 1", work->token_budget);
    if (work->phase >= PHASE_GENERATE && (double)work->prompt + work->output > 2147483647.0)
        return error_set(err, "prompt + output is above 2147483647 tokens");
    return true;
}

// Every chunk is a step of the recurrence, so that their number bounds the time an answer takes.
static bool check_chunks(const Design *design, Error *err) {
    int tokens = design->workload.prompt - design->workload.prefix, chunk = design->plan.chunk;
    if (design->workload.phase == PHASE_DECODE || chunk == 0 || tokens / chunk < DESIGN_CHUNKS)
        return true;
    error_set(err, "chunk: %d tokens of a prompt in chunks of %d are above %d chunks", tokens,
              chunk, DESIGN_CHUNKS);
    return error_hint(err, "take a chunk of %d or more", tokens / DESIGN_CHUNKS + 1);
}

static bool check_training(const Design *design, Error *err) {
    if (!(design->training_tokens > 0 && design->training_flop > 0))
        return true;
    error_set(err, "training_tokens and training_flop: one follows from the other");
    return error_hint(err, "give one: tokens = training_flop / (6 x active_params)");
}

double design_training_tokens(const Design *design) {
    if (design->training_flop > 0)
        return quality_tokens_of(design->model, design->training_flop);
    return design->training_tokens;
}

bool design_check(const Design *design, Error *err) {
    const Plan *plan = &design->plan;
    if (!check_training(design, err))
        return false;
    if (!system_holds(design->system, plan->chips, err) || !design_check_formats(design, err) ||
        !check_workload(&design->workload, err) || !check_chunks(design, err))
        return false;
    if (plan->cp > 1 && design->workload.phase != PHASE_DECODE &&
        design->workload.prompt - design->workload.prefix < plan->cp)
        return error_set(err, "cp = %d is above the %d tokens of a prompt", plan->cp,
                         design->workload.prompt - design->workload.prefix);
    return true;
}
