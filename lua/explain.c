#include "lua/explain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "arch/quality.h"
#include "lua/json.h"
#include "lua/sources.h"
#include "lua/table.h"
#include "sim/cost.h"

#define ENGINES 5

static const char *const ENGINE_WORDS[ENGINES] = {"matrix", "vector", "memory", "link", "fixed"};

static void engine_times(const BreakdownRow *row, double times[ENGINES]) {
    const double all[ENGINES] = {row->matrix_s, row->vector_s, row->memory_s, row->link_s,
                                 row->overhead_s};
    memcpy(times, all, sizeof all);
}

// One unit for all times of a table, so that they compare at a glance.
typedef struct Scale {
    const char *sign;
    double factor;
    int decimals;
} Scale;

static Scale scale_for(double longest_s) {
    Scale scale = longest_s >= 1      ? (Scale){"s", 1, 0}
                  : longest_s >= 1e-3 ? (Scale){"ms", 1e3, 0}
                                      : (Scale){"us", 1e6, 0};
    double shown = longest_s * scale.factor;
    scale.decimals = shown >= 100 ? 1 : shown >= 10 ? 2 : 3;
    return scale;
}

static void time_cell(Table *table, const Scale *scale, double time_s) {
    if (time_s == 0)
        table_cell(table, "-");
    else
        table_cell(table, "%.*f", scale->decimals, time_s * scale->factor);
}

// A quantity without its sign, which stands in the head of the column: "12.3 T".
static void short_quantity(char *text, int size, double value, Unit unit) {
    unit_format(text, size, value, unit);
    size_t length = strlen(text), sign = strlen(unit_sign(unit));
    if (value == 0)
        snprintf(text, (size_t)size, "-");
    else if (length > sign)
        text[length - sign] = '\0';
}

// The engine that binds the op, and how far the next one is behind.
static void bound_cells(Table *table, const BreakdownRow *row) {
    double times[ENGINES];
    int first = 0, second = -1;
    engine_times(row, times);
    for (int i = 1; i < ENGINES; i++)
        first = times[i] > times[first] ? i : first;
    for (int i = 0; i < ENGINES; i++)
        if (i != first && times[i] > 0 && (second < 0 || times[i] > times[second]))
            second = i;
    table_cell(table, "%s", ENGINE_WORDS[first]);
    if (second < 0)
        table_cell(table, "-");
    else
        table_cell(table, "%s -%.0f%%", ENGINE_WORDS[second],
                   fmin(100 * (1 - times[second] / times[first]), 99));
}

static void row_cells(Table *table, const Scale *scale, const Workload *work,
                      const BreakdownRow *row, double total_s) {
    char shape[96], flop[32], bytes[32];
    double times[ENGINES];
    json_shape_text(row, work, shape, sizeof shape);
    short_quantity(flop, sizeof flop, row->flop, UNIT_FLOP);
    short_quantity(bytes, sizeof bytes, row->hbm_bytes, UNIT_BYTES);
    engine_times(row, times);
    table_cell(table, " %s", row->op.name);
    table_cell(table, "%s", shape);
    table_cell(table, "%s", flop);
    table_cell(table, "%s", bytes);
    for (int i = 0; i < ENGINES; i++)
        time_cell(table, scale, times[i]);
    time_cell(table, scale, row->time_s);
    table_cell(table, "%.1f%%", total_s > 0 ? 100 * row->time_s / total_s : 0);
    bound_cells(table, row);
}

static bool same_group(const BreakdownRow *a, const BreakdownRow *b) {
    return a->phase == b->phase && strcmp(a->where, b->where) == 0;
}

static void group_line(Table *table, const Design *design, const BreakdownRow *row) {
    const char *phase = design->workload.phase == PHASE_GENERATE ? PHASE_WORDS[row->phase]
                        : design->workload.phase != PHASE_SERVE  ? ""
                        : row->phase == PHASE_DECODE             ? "steps without prompts"
                                                                 : "steps with prompts";
    bool layer = strstr(row->where, "layer") != NULL;
    char times[64] = "";
    if (layer)
        snprintf(times, sizeof times, " x %.0f", row->layers);
    table_line(table, "%s%s%s%s, %.6g unit%s of work", phase, phase[0] ? ", " : "", row->where,
               times, row->units, row->units == 1 ? "" : "s");
}

// Groups in the order in which they first appear; rows of a group may stand apart.
static void add_groups(Table *table, const Scale *scale, const Design *design,
                       const Breakdown *breakdown) {
    double total_s = 0;
    for (int i = 0; i < breakdown->row_count; i++)
        total_s += breakdown->rows[i].time_s;
    for (int i = 0; i < breakdown->row_count; i++) {
        const BreakdownRow *rows = breakdown->rows;
        bool known = false;
        for (int j = 0; j < i && !known; j++)
            known = same_group(&rows[i], &rows[j]);
        if (known)
            continue;
        group_line(table, design, &rows[i]);
        for (int j = i; j < breakdown->row_count; j++)
            if (same_group(&rows[i], &rows[j]))
                row_cells(table, scale, &design->workload, &rows[j], total_s);
    }
}

static void add_ops(Text *out, const Design *design, const Breakdown *breakdown) {
    static const TableColumn COLUMNS[] = {
        {"op",     true },
        {"shape",  true },
        {"FLOP",   false},
        {"HBM B",  false},
        {"matrix", false},
        {"vector", false},
        {"memory", false},
        {"link",   false},
        {"fixed",  false},
        {"time",   false},
        {"share",  false},
        {"binds",  true },
        {"next",   true },
    };
    Table table = {.columns = COLUMNS, .column_count = FIELD_COUNT(COLUMNS), .tight = true};
    double longest = 0;
    for (int i = 0; i < breakdown->row_count; i++)
        longest = fmax(longest, breakdown->rows[i].time_s);
    Scale scale = scale_for(longest);
    add_groups(&table, &scale, design, breakdown);
    text_addf(out,
              breakdown->stages > 1
                  ? "FLOP and bytes of all chips; times in %s, one chip of each of %d stages, "
                    "summed over stages, layers and units\n"
                  : "FLOP and bytes of all chips; times in %s on one chip, summed over layers and "
                    "units of work\n",
              scale.sign, breakdown->stages);
    table_write(&table, out);
    table_free(&table);
}

// A line of totals: "time   8.03 ms   ..."; %s arguments already formatted.
static void add_quantity(Text *out, const char *before, double value, Unit unit,
                         const char *after) {
    char text[48];
    unit_format(text, sizeof text, value, unit);
    text_addf(out, "%s%s%s", before, text, after);
}

static void add_times(Text *out, const Design *design, const Metrics *m) {
    static const char *const MEANING[PHASE_COUNT] = {
        "the whole prefill (ttft)", "one decode step (tpot)", "the whole generate",
        "a sequence from its arrival to its last token"};
    bool drafts = design->workload.phase == PHASE_DECODE && workload_draft(&design->workload) > 0;
    add_quantity(out, "time        ", m->time_s, UNIT_S, "  ");
    text_add(out, drafts ? "between two tokens of a sequence (tpot): "
                         : MEANING[design->workload.phase]);
    if (drafts)
        add_quantity(out, "a decode step of ", m->time_s * workload_step_tokens(&design->workload),
                     UNIT_S, "");
    if (design->workload.phase >= PHASE_GENERATE) {
        add_quantity(out, ": ttft ", m->ttft_s, UNIT_S, "");
        add_quantity(out, ", tpot ", m->tpot_s, UNIT_S, "");
    }
    add_quantity(out, "; ", m->time_overlap_s, UNIT_S, " with perfect overlap");
    add_quantity(out, ", ", m->time_no_overlap_s, UNIT_S, " with none\n");
    if (!isnan(m->time_high_s)) {
        add_quantity(out, "            90 % interval ", m->time_low_s, UNIT_S, " to ");
        add_quantity(out, "", m->time_high_s, UNIT_S, m->extrapolated ? "; extrapolated\n" : "\n");
    }
    if (m->interval_s != m->time_s)
        add_quantity(out, "interval    ", m->interval_s, UNIT_S,
                     "  between completions when kept busy\n");
    text_addf(out, "bound       %s:", BOUND_WORDS[m->bound]);
    const double parts[BOUND_COUNT] = {m->compute_s, m->memory_s, m->comm_s, m->overhead_s};
    for (int i = 0; i < BOUND_COUNT; i++) {
        text_addf(out, "%s %s", i ? "," : "", BOUND_WORDS[i]);
        add_quantity(out, " ", parts[i], UNIT_S, "");
        text_addf(out, " (%.1f%%)", 100 * parts[i] / m->time_s);
    }
    text_add(out, "\n");
}

static void add_rates(Text *out, const Metrics *m) {
    add_quantity(out, "tokens      ", m->tokens_per_s, UNIT_PER_S, "");
    add_quantity(out, ", ", m->tokens_per_s_per_chip, UNIT_PER_S, " a chip\n");
    text_addf(out, "MFU         %.2f%%  MBU %.2f%%", 100 * m->mfu, 100 * m->mbu);
    add_quantity(out, "  useful ", m->flop, UNIT_FLOP, "");
    add_quantity(out, ", executed ", m->executed_flop, UNIT_FLOP, "");
    add_quantity(out, "; HBM ", m->hbm_bytes, UNIT_BYTES, "");
    add_quantity(out, ", links ", m->comm_bytes, UNIT_BYTES, " over all chips\n");
}

// "work of stage 1-3: 80.1 ms, 4: 79.2 ms"
static void add_stage_times(Text *out, const Breakdown *breakdown) {
    Text words = {0};
    text_add(&words, "work of stage");
    for (int i = 0, end; i < breakdown->stages; i = end) {
        char shown[32], other[32];
        unit_format(shown, sizeof shown, breakdown->stage_s[i], UNIT_S);
        for (end = i + 1; end < breakdown->stages; end++) {
            unit_format(other, sizeof other, breakdown->stage_s[end], UNIT_S);
            if (strcmp(shown, other) != 0)
                break;
        }
        text_addf(&words, end > i + 1 ? "%s %d-%d:" : "%s %d:", i ? "," : "", i + 1, end);
        text_addf(&words, " %s", shown);
    }
    text_add(out, "            ");
    table_wrap(out, words.data, 12, 12);
    text_free(&words);
}

static void add_stages(Text *out, const Breakdown *breakdown) {
    if (breakdown->stages < 2)
        return;
    int busiest = 0;
    for (int i = 1; i < breakdown->stages; i++)
        busiest = breakdown->stage_s[i] > breakdown->stage_s[busiest] ? i : busiest;
    text_addf(out, "pipeline    %d stages, %d unit%s of work;", breakdown->stages, breakdown->units,
              breakdown->units == 1 ? "" : "s");
    add_quantity(out, " busiest is stage ", busiest + 1, UNIT_NONE, "");
    add_quantity(out, " with ", breakdown->stage_s[busiest], UNIT_S, "");
    add_quantity(out, ", a hand-off takes ", breakdown->handoff_s, UNIT_S, "\n");
    add_stage_times(out, breakdown);
}

static void add_memory(Text *out, const Metrics *m, const Memory *memory) {
    add_quantity(out, "memory      ", memory->usable_bytes + memory->reserve_bytes, UNIT_BYTES,
                 " a chip;");
    add_quantity(out, " the fullest holds ", memory->used_bytes, UNIT_BYTES, "");
    add_quantity(out, ": weights ", memory->weight_bytes, UNIT_BYTES, "");
    add_quantity(out, ", KV ", memory->kv_bytes, UNIT_BYTES, "");
    add_quantity(out, ", activations ", memory->activation_bytes, UNIT_BYTES, "");
    add_quantity(out, ", buffers ", memory->buffer_bytes, UNIT_BYTES, "\n");
    add_quantity(out, "            ", memory->reserve_bytes, UNIT_BYTES, " are kept free; ");
    if (memory->fits)
        add_quantity(out, "fits, ", memory->usable_bytes - memory->used_bytes, UNIT_BYTES,
                     " to spare; ");
    else
        text_addf(out, "DOES NOT FIT, %.0f B too many", memory->missing_bytes);
    if (!memory->fits)
        add_quantity(out, " (", memory->missing_bytes, UNIT_BYTES, "); ");
    if (m->max_batch > 0)
        text_addf(out, "the largest batch that fits is %.0f\n", m->max_batch);
    else
        text_add(out, "not even one sequence fits\n");
}

static void add_energy(Text *out, const Design *design, const Metrics *m) {
    double tdp_w = design->chip->power.tdp_w, chips = design->plan.chips;
    if (isnan(m->power_w))
        return;
    add_quantity(out, "energy      ", m->energy_j_per_token, UNIT_J, " a token; ");
    add_quantity(out, "power ", m->power_w, UNIT_W, ", ");
    add_quantity(out, "", m->power_w / chips, UNIT_W, " a chip of ");
    add_quantity(out, "", tdp_w, UNIT_W, m->power_w < tdp_w * chips ? " TDP\n" : " TDP: capped\n");
}

static void add_cost(Text *out, const Design *design, const Metrics *m) {
    if (isnan(m->usd_per_mtoken))
        return;
    add_quantity(out, "cost        ", m->usd_per_mtoken, UNIT_USD, " a million tokens at ");
    add_quantity(out, "", cost_usd_per_chip_hour(design), UNIT_USD_PER_HOUR, " a chip");
    if (!(design->usd_per_chip_hour > 0) && design->chip->price.date) {
        text_add(out, " (");
        table_text(out, design->chip->price.date);
        text_add(out, ")");
    }
    text_add(out, "\n");
}

static void add_loss(Text *out, const Design *design, const Metrics *m) {
    if (isnan(m->loss))
        return;
    Quality quality = quality_of(design->model, &design->formats, design_training_tokens(design));
    text_addf(out, "loss        %.3f nats a token", m->loss);
    add_quantity(out, " after ", quality.tokens, UNIT_NONE, " training tokens; counts as ");
    add_quantity(out, "", quality.params * quality.expert_gain * quality.format_share, UNIT_NONE,
                 " dense parameters\n");
    if (quality.format_share < 1)
        text_addf(out, "            %s\n", FORMAT_SHARES_DOUBTFUL);
    if (quality.extrapolated)
        text_add(out, "            outside the range that the laws were fitted on\n");
}

static void add_mode(Text *out, const Design *design) {
    const Profile *profile = design->profile;
    if (!profile) {
        text_addf(out, "mode: %s\n", MODE_WORDS[MODE_DATASHEET]);
        return;
    }
    text_addf(out, "mode: %s, kernels ", MODE_WORDS[MODE_CALIBRATED]);
    table_text(out, profile->name);
    if (profile_measured(profile, design->chip)) {
        text_add(out, "\n");
        return;
    }
    text_addf(out,
              "\nthis chip was not measured: the profile is that of %s, and the interval wider\n",
              profile_serves(profile, design->chip) ? "its family" : "another family");
}

static void add_head(Text *out, const Design *design, const char *chosen) {
    const Workload *work = &design->workload;
    const Formats *formats = &design->formats;
    char plan[96], params[32], active[32];
    plan_text(&design->plan, plan, sizeof plan);
    unit_format(params, sizeof params, design->model->params, UNIT_NONE);
    unit_format(active, sizeof active, design->model->active_params, UNIT_NONE);
    table_text(out, design->model->name);
    text_addf(out, " (%s parameters, %s active) on %d x ", params, active, design->plan.chips);
    table_text(out, design->chip->title ? design->chip->title : design->chip->name);
    text_add(out, "\nsystem ");
    table_text(out, design->system->name);
    text_addf(out, ", plan %s%s\n", plan, chosen ? chosen : "");
    text_addf(out, "%s, batch %d, ", PHASE_WORDS[work->phase], work->batch);
    if (work->phase == PHASE_DECODE)
        text_addf(out, "context %d", work->context);
    else
        text_addf(out, "prompt %d", work->prompt);
    if (work->prefix)
        text_addf(out, " with %d cached", work->prefix);
    if (work->phase >= PHASE_GENERATE)
        text_addf(out, ", output %d", work->output);
    if (work->phase == PHASE_SERVE)
        text_addf(out, ", %d tokens a step, prompts %s", work->token_budget,
                  PROMPTS_WORDS[work->prompts]);
    if (workload_draft(work) > 0)
        text_addf(out, ", draft %d token%s, acceptance %.4g: %.4g tokens a step", work->draft,
                  work->draft == 1 ? "" : "s", work->acceptance, workload_step_tokens(work));
    Math math = design_math(design->chip, formats->activations, formats->weights, formats->matmul);
    text_addf(out, "; weights %s, activations %s, KV %s, matmuls in %s; ",
              FORMATS[formats->weights].name, FORMATS[formats->activations].name,
              FORMATS[formats->kv].name, MATH_NAMES[math]);
    add_mode(out, design);
    if (workload_draft(work) > 0)
        text_addf(out, "%s; decode is told per token, a step's share\n",
                  design->model->mtp_layers > 0
                      ? "drafted by the model's multi-token-prediction layer on the last stage"
                      : "drafts are free of cost, as if looked up in the prompt");
    text_add(out, "\n");
}

void explain_design(Text *out, const Design *design, const Metrics *metrics,
                    const Breakdown *breakdown, const char *chosen) {
    add_head(out, design, chosen);
    add_ops(out, design, breakdown);
    text_add(out, "\n");
    add_times(out, design, metrics);
    add_rates(out, metrics);
    add_stages(out, breakdown);
    add_memory(out, metrics, &breakdown->memory);
    add_energy(out, design, metrics);
    add_cost(out, design, metrics);
    add_loss(out, design, metrics);
    text_add(out, "\nsources\n");
    sources_text(out, design, breakdown);
}
