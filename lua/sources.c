#include "lua/sources.h"

#include <stdio.h>
#include <string.h>

#include "arch/quality.h"
#include "lua/table.h"
#include "sim/cost.h"
#include "sim/energy.h"
#include "sim/network.h"

#define WHAT_WIDTH 48

// Levels of the system that the design's collectives, dispatches and hand-offs cross.
static void mark_levels(const Design *design, const Breakdown *breakdown,
                        bool used[SYSTEM_LEVELS]) {
    const System *system = design->system;
    for (int i = 0; i < breakdown->row_count; i++) {
        const Op *op = &breakdown->rows[i].op;
        if (op->kind == OP_SEND) {
            int hops;
            const Level *link =
                network_link(system, design->plan.chips, op->send.from, op->send.to, &hops);
            if (link)
                used[link - system->levels] = true;
        } else if (op->kind == OP_COLLECTIVE || op->kind == OP_DISPATCH) {
            Group group = op->kind == OP_COLLECTIVE ? op->collective.group : op->dispatch.group;
            GroupMap map = network_map(system, design->plan.chips, group);
            for (int level = 0; level < map.count; level++)
                used[level] |= map.levels[level].members > 1;
        }
    }
}

static SourceLine *next_line(SourceLine lines[SOURCE_LINES], int *count, const Source *from) {
    SourceLine *line = &lines[(*count)++];
    line->from = from;
    return line;
}

static void two(SourceLine *line, const char *what, double a, Unit a_unit, double b, Unit b_unit) {
    char first[32], second[32];
    unit_format(first, sizeof first, a, a_unit);
    unit_format(second, sizeof second, b, b_unit);
    if (b > 0)
        snprintf(line->what, sizeof line->what, "%s: %s, %s", what, first, second);
    else
        snprintf(line->what, sizeof line->what, "%s: %s", what, first);
}

static void add_peaks(const Design *design, const Breakdown *breakdown, SourceLine *line) {
    int used = snprintf(line->what, sizeof line->what, "dense peak:");
    for (int i = 0; i < MATH_COUNT; i++) {
        char rate[32];
        if (!(breakdown->flop_by_math[i] > 0) || used >= (int)sizeof line->what)
            continue;
        unit_format(rate, sizeof rate, breakdown->machine.peak_flop_per_s[i], UNIT_FLOP_PER_S);
        used += snprintf(line->what + used, sizeof line->what - (size_t)used, "%s %s %s",
                         used > 12 ? "," : "", MATH_NAMES[i], rate);
    }
    line->from = &design->chip->peak.from;
}

static const Source UNIVERSAL = {
    .source = "shares of the peaks, the same for every chip in datasheet mode: hw/kernel.c"};
static const Source MEMORY_ENERGY = {.source = ENERGY_MEMORY_SOURCE};
static const Source LINK_ENERGY = {.source = ENERGY_LINK_SOURCE};
static const Source REQUEST = {.source = "the request"};
static const Source DENSE_LAW = {.source = LOSS_LAW_SOURCE};
static const Source GAIN_LAW = {.source = EXPERT_LAW_SOURCE};

static int add_objectives(const Design *design, SourceLine lines[SOURCE_LINES], int count) {
    const Chip *chip = design->chip;
    double usd = cost_usd_per_chip_hour(design);
    if (chip->power.tdp_w > 0) {
        two(next_line(lines, &count, &chip->power.from), "power: TDP, idle", chip->power.tdp_w,
            UNIT_W, chip->power.idle_w, UNIT_W);
        two(next_line(lines, &count, &MEMORY_ENERGY), "energy of a byte of memory",
            energy_j_per_hbm_byte(chip), UNIT_J, 0, UNIT_J);
        if (design->plan.chips > 1)
            two(next_line(lines, &count, &LINK_ENERGY), "energy of a byte over links",
                energy_j_per_link_byte(design), UNIT_J, 0, UNIT_J);
    }
    if (usd > 0)
        two(next_line(lines, &count, design->usd_per_chip_hour > 0 ? &REQUEST : &chip->price.from),
            "rent of a chip", usd, UNIT_USD_PER_HOUR, 0, UNIT_NONE);
    if (!(design_training_tokens(design) > 0))
        return count;
    snprintf(next_line(lines, &count, &DENSE_LAW)->what, sizeof lines->what, "loss: dense law");
    if (quality_experts(design->model) > 1)
        snprintf(next_line(lines, &count, &GAIN_LAW)->what, sizeof lines->what,
                 "loss: gain of experts");
    return count;
}

int sources_of(const Design *design, const Breakdown *breakdown, SourceLine lines[SOURCE_LINES]) {
    const Chip *chip = design->chip;
    int count = 0;
    add_peaks(design, breakdown, next_line(lines, &count, NULL));
    two(next_line(lines, &count, &chip->memory.from), "memory", chip->memory.capacity_bytes,
        UNIT_BYTES, chip->memory.bandwidth_bytes_per_s, UNIT_BYTES_PER_S);
    if (chip->store.capacity_bytes > 0)
        two(next_line(lines, &count, &chip->store.from), "on-chip store",
            chip->store.capacity_bytes, UNIT_BYTES, chip->store.bandwidth_bytes_per_s,
            UNIT_BYTES_PER_S);
    if (chip->vector.fp32_flop_per_s > 0)
        two(next_line(lines, &count, &chip->vector.from), "vector unit",
            chip->vector.fp32_flop_per_s, UNIT_FLOP_PER_S, chip->vector.special_per_s, UNIT_PER_S);
    const Profile *profile = design->profile;
    SourceLine *constants = next_line(lines, &count, profile ? &profile->from : &UNIVERSAL);
    if (profile)
        snprintf(constants->what, sizeof constants->what, "kernel profile %s", profile->name);
    else
        snprintf(constants->what, sizeof constants->what,
                 "sustained: matrix %.4g, memory %.4g, links %.4g",
                 KERNEL_DATASHEET.matrix_efficiency, KERNEL_DATASHEET.memory_efficiency,
                 KERNEL_DATASHEET.link_efficiency);
    bool used[SYSTEM_LEVELS] = {false};
    mark_levels(design, breakdown, used);
    for (int i = 0; i < design->system->level_count; i++) {
        const Level *level = &design->system->levels[i];
        if (used[i])
            two(next_line(lines, &count, &level->from), level->name ? level->name : "links",
                level->bandwidth_bytes_per_s, UNIT_BYTES_PER_S, level->latency_s, UNIT_S);
    }
    return add_objectives(design, lines, count);
}

void sources_text(Text *out, const Design *design, const Breakdown *breakdown) {
    SourceLine lines[SOURCE_LINES];
    int count = sources_of(design, breakdown, lines);
    for (int i = 0; i < count; i++) {
        const Source *from = lines[i].from;
        int width = (int)strlen(lines[i].what), indent = WHAT_WIDTH + 4;
        text_add(out, "  ");
        table_text(out, lines[i].what);
        text_addf(out, "%*s", width < WHAT_WIDTH ? WHAT_WIDTH - width + 2 : 2, "");
        table_wrap(out, from->source ? from->source : "no source given",
                   width > WHAT_WIDTH ? width + 4 : indent, indent);
        if (from->doubtful) {
            text_addf(out, "%*sdoubtful: ", indent, "");
            table_wrap(out, from->doubtful, indent + (int)strlen("doubtful: "), indent);
        }
    }
}

void sources_json_member(Text *out, const Design *design, const Breakdown *breakdown) {
    SourceLine lines[SOURCE_LINES];
    int count = sources_of(design, breakdown, lines);
    text_add(out, "\"sources\":[");
    for (int i = 0; i < count; i++) {
        text_add(out, i ? ",{\"what\":" : "{\"what\":");
        text_add_json(out, lines[i].what);
        text_add(out, ",\"source\":");
        text_add_json(out, lines[i].from->source ? lines[i].from->source : "");
        if (lines[i].from->doubtful) {
            text_add(out, ",\"doubtful\":");
            text_add_json(out, lines[i].from->doubtful);
        }
        text_add(out, "}");
    }
    text_add(out, "]");
}
