#include "lua/objective.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "arch/quality.h"
#include "sim/cost.h"
#include "sim/energy.h"

// One row: value, unit, meaning, source.
typedef struct Known {
    const char *name;
    double value;
    Unit unit;
    const char *meaning;
    Source from;
} Known;

static bool find(const Known all[], int count, const char *name, Symbol *symbol) {
    for (int i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) != 0)
            continue;
        symbol->value = all[i].value;
        symbol->unit = all[i].unit;
        snprintf(symbol->meaning, sizeof symbol->meaning, "%s", all[i].meaning);
        symbol->source = all[i].from.source;
        symbol->doubtful = all[i].from.doubtful;
        return true;
    }
    return false;
}

Source objective_rent(const Design *design) {
    return design->usd_per_chip_hour > 0 ? (Source){"the request", NULL} : design->chip->price.from;
}

// A section's doubts as far as they name the field.
static Source about(const Source *from, const char *field) {
    bool doubtful = from->doubtful && strstr(from->doubtful, field);
    return (Source){from->source, doubtful ? from->doubtful : NULL};
}

static bool energy_symbol(const Design *design, const char *name, Symbol *symbol) {
    static const char *const KINDS[MEMORY_KIND_COUNT] = {
        "energy of a byte of HBM", "energy of a byte of GDDR", "energy of a byte of LPDDR",
        "energy of a byte of on-chip SRAM"};
    const Chip *chip = design->chip;
    Source power = about(&chip->power.from, "tdp"), memory = {ENERGY_MEMORY_SOURCE, NULL};
    Source idle = {"a tenth of the TDP, as other chips: sim/energy.h", "the chip does not say"};
    bool inside = energy_j_per_link_byte(design) == ENERGY_LINK_J_PER_BYTE;
    if (chip->power.idle_w > 0)
        idle = about(&chip->power.from, "idle");
    // clang-format off
    const Known all[] = {
        {"tdp_w", chip->power.tdp_w, UNIT_W, "power limit of a chip", power},
        {"idle_w", energy_idle_w(chip), UNIT_W, "power of a chip when nothing runs", idle},
        {"j_per_hbm_byte", energy_j_per_hbm_byte(chip), UNIT_J, KINDS[chip->memory.kind], memory},
        {"j_per_link_byte", energy_j_per_link_byte(design), UNIT_J,
         inside ? "energy of a byte over copper, both ends" : "energy of a byte over optics and switches: the plan "
                  "outgrows the innermost level", {ENERGY_LINK_SOURCE, NULL}},
    };
    // clang-format on
    return find(all, FIELD_COUNT(all), name, symbol);
}

// The chip's price carries its date.
static bool cost_symbol(const Design *design, const char *name, Symbol *symbol) {
    const ChipPrice *price = &design->chip->price;
    char meaning[96] = "rent of a chip an hour";
    if (!(design->usd_per_chip_hour > 0))
        snprintf(meaning, sizeof meaning, "rent of a chip an hour, asked in %.20s",
                 price->date ? price->date : "-");
    const Known all[] = {
        {"usd_per_chip_hour", cost_usd_per_chip_hour(design), UNIT_USD, meaning,
         objective_rent(design)},
    };
    return find(all, FIELD_COUNT(all), name, symbol);
}

static bool loss_symbol(const Design *design, const char *name, Symbol *symbol) {
    double trained = design_training_tokens(design);
    if (!(trained > 0))
        return false;
    const LossLaw *law = &LOSS_LAW;
    Quality quality = quality_of(design->model, &design->formats, trained);
    Source fit = {law->source, NULL}, counted = {"counted from the model's shape", NULL};
    char gain[120], tokens[120] = "tokens that the network was trained on";
    snprintf(gain, sizeof gain,
             "dense parameters that do as well, over N: feed-forward of %.4g times what is taken",
             quality.experts);
    if (design->training_flop > 0)
        snprintf(tokens, sizeof tokens, "training_flop = %.4g / (6 x %.4g active parameters)",
                 design->training_flop, design->model->active_params);
    // clang-format off
    const Known all[] = {
        {"floor_nats", law->floor_nats, UNIT_NONE, "nats a token of an endless network on endless data", fit},
        {"params_factor", law->params_factor, UNIT_NONE, "nats", fit},
        {"params_power", law->params_power, UNIT_NONE, "fitted on 7e7 to 1.6e10 parameters", fit},
        {"tokens_factor", law->tokens_factor, UNIT_NONE, "nats", fit},
        {"tokens_power", law->tokens_power, UNIT_NONE, "fitted on 5e9 to 5e11 tokens", fit},
        {"loss_params", quality.params, UNIT_NONE, "N: parameters that a token touches, input embedding included", counted},
        {"expert_gain", quality.expert_gain, UNIT_NONE,
         quality.experts > 1 ? gain : "1: a dense network", {EXPERT_LAW.source, NULL}},
        {"format_share", quality.format_share, UNIT_NONE, "parameters that the number formats leave, of all",
         {FORMAT_SHARES_SOURCE, quality.format_share < 1 ? FORMAT_SHARES_DOUBTFUL : NULL}},
        {"trained_tokens", trained, UNIT_NONE, tokens, {"the request", NULL}},
    };
    // clang-format on
    return find(all, FIELD_COUNT(all), name, symbol);
}

// The arithmetic that a name ends in: "bf16" of executed_bf16; MATH_COUNT when it begins otherwise.
static Math math_behind(const char *name, const char *first) {
    size_t length = strlen(first);
    int math = 0;
    if (strncmp(name, first, length) != 0)
        return MATH_COUNT;
    while (math < MATH_COUNT && strcmp(MATH_NAMES[math], name + length) != 0)
        math++;
    return (Math)math;
}

static bool flop_symbol(const Why *why, const char *name, Symbol *symbol) {
    const Breakdown *breakdown = why->breakdown;
    const Chip *chip = why->design->chip;
    Math executed = math_behind(name, "executed_"), energy = math_behind(name, "j_per_flop_");
    if (executed != MATH_COUNT) {
        symbol->value = breakdown->executed_by_math[executed];
        symbol->unit = UNIT_FLOP;
        snprintf(symbol->meaning, sizeof symbol->meaning,
                 "executed FLOP in %s, all chips, padding included", MATH_NAMES[executed]);
        symbol->source = "counted by the model (sim/evaluate.h)";
        return true;
    }
    if (energy == MATH_COUNT)
        return false;
    symbol->value = energy_j_per_flop(chip, breakdown->machine.peak_flop_per_s[energy]);
    symbol->unit = UNIT_J;
    snprintf(symbol->meaning, sizeof symbol->meaning,
             "energy of a FLOP in %s: (TDP - idle) / dense peak", MATH_NAMES[energy]);
    symbol->source = chip->power.from.source;
    symbol->doubtful = chip->power.from.doubtful;
    return true;
}

bool objective_symbol(const Why *why, const char *name, Symbol *symbol) {
    return energy_symbol(why->design, name, symbol) || cost_symbol(why->design, name, symbol) ||
           loss_symbol(why->design, name, symbol) || flop_symbol(why, name, symbol);
}
