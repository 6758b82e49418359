// From a request's words to a design: workload, formats, and the arithmetic of the plan.
#include "sim/request.h"

#include <math.h>
#include <string.h>

#include "sim/base/text.h"

// What stands before a key where it is written as an option.
const char *request_dashes(const Request *request) {
    return request->command_line ? "--" : "";
}

// A word of a NULL-terminated list; -1 with an error that names the key.
static int find_word(const char *key, const char *text, const char *const *words, Error *err) {
    Nearest nearest = {0};
    Text all = {0};
    for (int i = 0; words[i]; i++)
        if (text_same_name(words[i], text))
            return i;
    for (int i = 0; words[i]; i++) {
        nearest_offer(&nearest, text, words[i]);
        text_addf(&all, "%s%s", i ? ", " : "", words[i]);
    }
    error_set(err, "%s: '%.60s' is not one of %s", key, text, all.data);
    text_free(&all);
    if (nearest.best)
        error_hint(err, "did you mean '%s'?", nearest.best);
    return -1;
}

// One number of a workload: whether the phase takes it and must have it.
typedef struct Length {
    const char *key;
    int value;
    bool taken, needed;
    const char *instead; // the key that a phase which does not take it uses
} Length;

static bool check_taken(const char *phase, const Length *length, Error *err) {
    if (!length->value || length->taken)
        return true;
    error_set(err, "%s: is no key of %s", length->key, phase);
    return error_hint(err, "%s", length->instead);
}

static bool check_needed(const Request *r, const char *phase, const Length *length, Error *err) {
    if (length->value || !length->needed)
        return true;
    bool batch = strcmp(length->key, "batch") == 0;
    error_set(err, "%s: is missing; %s needs it", length->key, phase);
    return error_hint(err, "say how many, as in %s%s %s", request_dashes(r), length->key,
                      batch ? "64, or max for as many as fit" : "4096");
}

bool request_workload(const Request *r, Workload *work, Error *err) {
    if (!r->phase) {
        error_set(err, "phase: is missing");
        return error_hint(err, "say prefill, decode, generate or serve, as in %s",
                          r->command_line ? "--phase decode --batch 64 --context 4096"
                                          : "phase decode, batch 64, context 4096");
    }
    int phase = find_word("phase", r->phase, PHASE_WORDS, err);
    if (phase < 0)
        return false;
    bool decode = phase == PHASE_DECODE, serve = phase == PHASE_SERVE;
    bool generate = phase == PHASE_GENERATE || serve;
    int prompts = r->prompts ? find_word("prompts", r->prompts, PROMPTS_WORDS, err) : PROMPTS_MIXED;
    if (prompts < 0)
        return false;
    const char *context = "a decode step's length is 'context': the KV that it reads";
    const Length lengths[] = {
        {"batch",        r->batch_max ? 1 : r->batch, true,              decode || serve, ""     },
        {"prompt",       r->prompt,                   !decode,           !decode,         context},
        {"prefix",       r->prefix,                   !decode,           false,           context},
        {"chunk",        r->chunk,                    !decode && !serve, false,
         serve ? "serve cuts prompts by token_budget"
               : "chunks are parts of a prompt; micro_batches split a decode step"               },
        {"context",      r->context,                  decode,            decode,
         "the length here is 'prompt', the cached 'prefix' included"                             },
        {"output",       r->output,                   generate,          generate,
         "phases generate and serve produce 'output' tokens"                                     },
        {"token_budget", r->token_budget,             serve,             false,
         "a step's budget is a matter of phase serve"                                            },
        {"prompts",      r->prompts != NULL,          serve,             false,
         "how prompts meet decode is a matter of phase serve"                                    },
    };
    for (int i = 0; i < FIELD_COUNT(lengths); i++)
        if (!check_taken(PHASE_WORDS[phase], &lengths[i], err))
            return false;
    for (int i = 0; i < FIELD_COUNT(lengths); i++)
        if (!check_needed(r, PHASE_WORDS[phase], &lengths[i], err))
            return false;
    *work = (Workload){.phase = (Phase)phase,
                       .batch = r->batch ? r->batch : 1,
                       .prompt = r->prompt,
                       .prefix = r->prefix,
                       .context = r->context,
                       .output = r->output,
                       .draft = r->draft,
                       .acceptance = r->acceptance + 0.0,
                       .token_budget = r->token_budget ? r->token_budget : WORKLOAD_TOKEN_BUDGET,
                       .prompts = prompts};
    return true;
}

static bool settle_format(const char *key, const char *name, Format *format, Error *err) {
    if (!name)
        return true;
    int found = find_word(key, name, FORMAT_NAMES + 1, err); // without "none"
    if (found >= 0)
        *format = (Format)(found + 1);
    return found >= 0;
}

static bool settle_shorthand(const char *name, Formats *formats, Error *err) {
    for (int i = 0; i < FORMAT_SHORTHAND_COUNT; i++) {
        if (strcmp(name, FORMAT_SHORTHANDS[i].name) == 0) {
            *formats = FORMAT_SHORTHANDS[i].formats;
            return true;
        }
    }
    return formats_named(name, formats, err) ? true : error_where(err, "formats", 0);
}

// Arithmetic is named by a format that has it: "fp8", and "fp4" too.
static bool settle_matmul(const char *name, Format *format, Error *err) {
    for (int i = 1; name && i < FORMAT_COUNT; i++) {
        if (text_same_name(MATH_NAMES[FORMATS[i].math], name)) {
            *format = (Format)i;
            return true;
        }
    }
    return settle_format("matmul", name, format, err);
}

bool request_formats(const Request *r, Formats *formats, Error *err) {
    return settle_shorthand(r->formats ? r->formats : "bf16", formats, err) &&
           settle_format("weights", r->weights, &formats->weights, err) &&
           settle_format("activations", r->activations, &formats->activations, err) &&
           settle_format("kv", r->kv, &formats->kv, err) &&
           settle_matmul(r->matmul, &formats->matmul, err);
}

bool request_profile(const Request *r, const Catalog *catalog, const Profile *named,
                     const Chip *chip, const Profile **profile, Error *err) {
    int mode = r->mode ? find_word("mode", r->mode, MODE_WORDS, err) : MODE_COUNT;
    *profile = NULL;
    if (mode < 0)
        return false;
    if (mode == MODE_DATASHEET && r->profile)
        return error_set(err, "profile: '%.60s' belongs to mode calibrated", r->profile);
    if (mode == MODE_DATASHEET)
        return true;
    *profile = named ? named : catalog_profile_of(catalog, chip);
    if (*profile || mode == MODE_COUNT)
        return true;
    error_set(err, "mode: no kernel profile serves %s of the family '%.60s'", chip->name,
              chip->family ? chip->family : "");
    return error_hint(err, "use mode datasheet, or say which with profile; chipfit list kernels "
                           "shows them all");
}

void request_engine(const Request *r, const Engine *engine, Design *design) {
    design->engine = engine;
    if (engine && !r->token_budget && engine->token_budget > 0)
        design->workload.token_budget = engine->token_budget;
    if (engine && !r->prompts && design->workload.phase == PHASE_SERVE)
        design->workload.prompts = engine->prompts;
}

// dp and chips from each other: chips = tp x cp x dp x pp.
static bool settle_chips(const Request *r, Plan *plan, Error *err) {
    double inner = (double)plan->tp * plan->cp * plan->pp;
    if (r->dp) {
        plan->dp = r->dp;
        if (!r->chips || inner * r->dp == r->chips)
            return true;
        error_set(err, "chips: tp x cp x dp x pp = %d x %d x %d x %d = %.0f, but chips = %d",
                  plan->tp, plan->cp, plan->dp, plan->pp, inner * r->dp, r->chips);
        if (fmod(r->chips, inner) == 0)
            return error_hint(err, "with dp left out it becomes chips / (tp x cp x pp) = %.0f",
                              r->chips / inner);
        return error_hint(err, "with chips left out it becomes the product");
    }
    plan->dp = 1;
    if (!r->chips)
        return true;
    if (fmod(r->chips, inner) != 0) {
        error_set(err, "chips: tp x cp x pp = %d x %d x %d = %.0f does not divide chips = %d",
                  plan->tp, plan->cp, plan->pp, inner, r->chips);
        return error_hint(err, "dp = chips / (tp x cp x pp) must be whole");
    }
    plan->dp = (int)(r->chips / inner);
    return true;
}

static bool settle_experts(const Request *r, Plan *plan, Error *err) {
    plan->ep = r->ep ? r->ep : 1;
    plan->etp = r->etp ? r->etp : plan->tp;
    if (r->etp || plan->ep == 1)
        return true;
    double ranks = (double)plan->tp * plan->cp * plan->dp;
    if (fmod(ranks, plan->ep) != 0) {
        error_set(err, "ep: ep = %d does not divide tp x cp x dp = %d x %d x %d = %.0f", plan->ep,
                  plan->tp, plan->cp, plan->dp, ranks);
        return error_hint(err,
                          r->chips || r->dp
                              ? "ep regroups the ranks of a stage for the experts"
                              : "ep regroups the ranks of a stage and adds none: give chips or dp");
    }
    ranks /= plan->ep;
    plan->etp = ranks <= 65536 ? (int)ranks : 65536; // too many are refused by plan_finish
    return true;
}

static bool settle_schedule(const Request *r, Plan *plan, Error *err) {
    int cp_kind = r->cp_kind ? find_word("cp_kind", r->cp_kind, CP_KIND_WORDS, err) : CP_ALL_GATHER;
    *plan = (Plan){.chunk = r->chunk,
                   .micro_batches = r->micro_batches,
                   .stage_count = r->stage_count,
                   .placement = r->placement,
                   .cp_kind = cp_kind,
                   .overlap = r->overlap + 0.0}; // -0 becomes 0
    memcpy(plan->stages, r->stages, (size_t)r->stage_count * sizeof r->stages[0]);
    return cp_kind >= 0;
}

bool request_degrees(const Request *r, Plan *plan, Error *err) {
    if (!settle_schedule(r, plan, err))
        return false;
    plan->tp = r->tp ? r->tp : 1;
    plan->cp = r->cp ? r->cp : 1;
    plan->pp = r->pp ? r->pp : r->stage_count ? r->stage_count : 1;
    return settle_chips(r, plan, err) && settle_experts(r, plan, err);
}

bool request_plan(const Request *r, const Model *model, Plan *plan, Error *err) {
    return request_degrees(r, plan, err) && plan_finish(plan, model, err);
}

static int largest_batch(const Design *design) {
    MemoryModel model;
    memory_model(&model, design, NULL);
    return memory_max_batch(&model);
}

static bool no_batch(const Design *design, Error *err) {
    MemoryModel model;
    char missing[32];
    memory_model(&model, design, NULL);
    Memory memory = memory_at(&model, 1);
    unit_format(missing, sizeof missing, memory.missing_bytes, UNIT_BYTES);
    error_set(err, "batch: not even one sequence fits; a chip misses %s", missing);
    return error_hint(err, "take more chips, narrower formats or a smaller hbm_reserve");
}

// The plan whose largest batch makes most tokens a second, and that batch.
typedef struct Widest {
    Design design;
    Plan best, nearest; // nearest: a legal one, for the message when nothing fits
    int batch;
    double tokens_per_s, missing_bytes;
} Widest;

static bool visit_widest(void *context, const PlanScore *score) {
    Widest *widest = context;
    if (!score->legal)
        return true;
    widest->design.plan = score->plan;
    if (widest->nearest.chips == 0 || score->metrics.hbm_missing_bytes < widest->missing_bytes) {
        widest->nearest = score->plan;
        widest->missing_bytes = score->metrics.hbm_missing_bytes;
    }
    int batch = largest_batch(&widest->design);
    if (batch == 0)
        return true;
    Metrics metrics;
    widest->design.workload.batch = batch;
    evaluate(&widest->design, &metrics, NULL);
    if (metrics.tokens_per_s > widest->tokens_per_s) {
        widest->tokens_per_s = metrics.tokens_per_s;
        widest->best = score->plan;
        widest->batch = batch;
    }
    return true;
}

static bool open_plan(Design *design, int chips, Error *err) {
    Plan plan = {0};
    Error none;
    if (plans_best(design, chips, &plan, &none) || plan.chips > 0) {
        design->plan = plan;
        return true;
    }
    *err = none;
    error_where(err, "chips", 0);
    return error_hint(err, "explain --plan all shows the reason for each");
}

static bool open_plan_and_batch(Design *design, int chips, Error *err) {
    Widest widest = {.design = *design};
    plans_each(design, chips, visit_widest, &widest);
    if (widest.nearest.chips == 0)
        return open_plan(design, chips, err); // for its message
    design->plan = widest.batch ? widest.best : widest.nearest;
    design->workload.batch = widest.batch;
    return true;
}

void request_settings(const Request *r, Design *design) {
    design->routing_skew = r->routing_skew + 0.0; // -0 becomes 0
    design->hbm_reserve = r->hbm_reserve + 0.0;
    design->training_tokens = r->training_tokens + 0.0;
    design->training_flop = r->training_flop + 0.0;
    design->usd_per_chip_hour = r->usd_per_chip_hour;
}

static bool settle_base(const Request *r, const Names *names, Design *design, int *chips,
                        Error *err) {
    *design = (Design){.chip = names->chip,
                       .system = names->system,
                       .model = names->model,
                       .profile = names->profile};
    request_settings(r, design);
    *chips = r->chips ? r->chips : 1;
    if (!request_workload(r, &design->workload, err))
        return false;
    request_engine(r, names->engine, design);
    return settle_schedule(r, &design->plan, err) && request_formats(r, &design->formats, err);
}

// What holds for every plan or for none: the plan of one chip stands for them.
static bool check_base(const Design *design, int chips, Error *err) {
    Design trial = *design;
    Plan *plan = &trial.plan;
    plan->tp = plan->cp = plan->dp = plan->pp = plan->ep = plan->etp = 1;
    plan->stage_count = 0;
    if (!plan_finish(plan, design->model, err))
        return false;
    plan->chips = chips;
    return design_check(&trial, err);
}

bool request_base(const Request *r, const Names *names, Design *design, int *chips, Error *err) {
    return settle_base(r, names, design, chips, err) && check_base(design, *chips, err);
}

static bool open_design(const Request *r, Design *design, int chips, Error *err) {
    bool found = check_base(design, chips, err);
    if (found && r->batch_max)
        return open_plan_and_batch(design, chips, err);
    return found && open_plan(design, chips, err);
}

bool request_open(const Request *r, Design *design, bool *no_room, Error *err) {
    if (request_plan_open(r)) {
        if (!settle_schedule(r, &design->plan, err) || !open_design(r, design, r->chips, err))
            return false;
    } else if (r->batch_max) {
        design->workload.batch = largest_batch(design);
    }
    *no_room = design->workload.batch == 0;
    if (*no_room)
        design->workload.batch = 1;
    return true;
}

static bool given_design(const Request *r, Design *design, Error *err) {
    return request_plan(r, design->model, &design->plan, err) && design_check(design, err);
}

bool request_design(const Request *r, const Names *names, Design *design, bool *no_room,
                    Error *err) {
    int chips;
    bool none = false;
    no_room = no_room ? no_room : &none;
    *no_room = false;
    if (!settle_base(r, names, design, &chips, err) ||
        (!request_plan_open(r) && !given_design(r, design, err)) ||
        !request_open(r, design, no_room, err))
        return false;
    return *no_room ? no_batch(design, err) : true;
}
