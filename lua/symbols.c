#include "lua/symbols.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/shard.h"
#include "lua/json.h"
#include "lua/objective.h"

#define MODEL_SOURCE "counted from the model's shape (arch/model.h)"
#define PLAN_SOURCE  "the plan"
#define STEP_SOURCE  "counted by the model (sim/evaluate.h)"
#define STAGE_SOURCE "recurrence over stages and units (sim/pipeline.h)"
#define SHARD_SOURCE "the plan's split (arch/shard.h)"

static double decode_tokens(const Why *why) {
    const Workload *work = &why->design->workload;
    return work->phase == PHASE_DECODE ? 1 : work->phase == PHASE_PREFILL ? 0 : work->output - 1;
}

static double decode_s(const Why *why) {
    double tokens = decode_tokens(why);
    return tokens > 0 ? why->metrics->tpot_s * tokens : 0;
}

// Of the prefill: its busiest stage, and what the link between two stages carries.
static double busiest_stage_s(const Why *why) {
    const Breakdown *breakdown = why->breakdown;
    if (why->design->workload.phase == PHASE_DECODE)
        return 0;
    if (breakdown->stages == 1 || why->design->workload.phase == PHASE_SERVE)
        return why->metrics->time_s - decode_s(why);
    double most = 0;
    for (int i = 0; i < breakdown->stages; i++)
        most = breakdown->stage_s[i] > most ? breakdown->stage_s[i] : most;
    return most;
}

static double busiest_link_s(const Why *why) {
    Phase phase = why->design->workload.phase;
    return phase == PHASE_DECODE || phase == PHASE_SERVE
               ? 0
               : why->breakdown->handoff_s * why->breakdown->units;
}

static double expert_params(const Model *model) {
    double sum = 0;
    for (int i = 0; i < model->kind_count; i++)
        sum += model->kinds[i].layers * model->kinds[i].expert_params;
    return sum;
}

static double layer_params(const Model *model) {
    double sum = 0;
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        sum += kind->layers * (kind->mixer_params + kind->dense_params + kind->shared_params +
                               kind->router_params + kind->norm_params + kind->extra_params);
    }
    return sum;
}

static double sequences(const Design *design) {
    return ceil((double)design->workload.batch / design->plan.dp);
}

// Of the fullest chip's stage, on a rank.
static double edge_params(const Why *why) {
    const Model *model = why->design->model;
    const Plan *plan = &why->design->plan;
    int stage = why->breakdown->memory.stage;
    double params = stage == 0 ? shard_embedding(model, plan) : 0;
    if (stage < plan->pp - 1)
        return params;
    int modules = shard_draft_layers(model, &why->design->workload);
    return params + shard_head(model, plan) + shard_final_norm(model) +
           shard_draft_edge(model, plan, modules);
}

// One row of the symbols that are not metrics.
typedef struct Known {
    const char *name;
    double value;
    Unit unit;
    const char *meaning;
    const char *source;
    const Source *from; // instead of source, for the chip's own numbers
} Known;

static bool known_symbol(const Why *why, const char *name, Symbol *symbol) {
    const Model *model = why->design->model;
    const ChipMemory *chip_memory = &why->design->chip->memory;
    const Memory *memory = &why->breakdown->memory;
    const Formats *formats = &why->design->formats;
    double share = model->moe.experts ? (double)model->moe.top_k / model->moe.experts : 0;
    // clang-format off
    const Known all[] = {
        {"chips", why->design->plan.chips, UNIT_NONE, "chips in use", PLAN_SOURCE, NULL},
        {"tokens", why->breakdown->tokens, UNIT_NONE, "tokens that the workload is credited with", STEP_SOURCE, NULL},
        {"bandwidth", chip_memory->bandwidth_bytes_per_s, UNIT_BYTES_PER_S, "peak rate of a chip's memory", NULL, &chip_memory->from},
        {"capacity", memory->usable_bytes + memory->reserve_bytes, UNIT_BYTES, "size of a chip's memory", NULL, &chip_memory->from},
        {"reserve_bytes", memory->reserve_bytes, UNIT_BYTES, "hbm_reserve of the capacity, left free", "the request", NULL},
        {"activation_bytes", memory->activation_bytes, UNIT_BYTES, "activations of one unit of work", "sim/memory.h", NULL},
        {"buffer_bytes", memory->buffer_bytes, UNIT_BYTES, "messages between stages and experts, double buffered", "sim/memory.h", NULL},
        {"useful_hbm_bytes", why->breakdown->useful_hbm_bytes, UNIT_BYTES, "weights once, cached and new KV once, all chips", "sim/traffic.h", NULL},
        {"decode_s", decode_s(why), UNIT_S, "time of the decode steps", STEP_SOURCE, NULL},
        {"decode_tokens", decode_tokens(why), UNIT_NONE, "tokens of a sequence that decode makes, one a step without drafts", "the request", NULL},
        {"busiest_stage_s", busiest_stage_s(why), UNIT_S, "prefill: work of the busiest stage; 0 in decode; serve: a prompt's wait and way", STAGE_SOURCE, NULL},
        {"busiest_link_s", busiest_link_s(why), UNIT_S, "prefill: hand-offs over one link between stages; 0 in decode and serve", STAGE_SOURCE, NULL},
        {"layer_params", layer_params(model), UNIT_NONE, "all layers, without routed experts", MODEL_SOURCE, NULL},
        {"expert_params", expert_params(model), UNIT_NONE, "routed experts of all layers", MODEL_SOURCE, NULL},
        {"expert_share", share, UNIT_NONE, "experts that a token takes, of all", MODEL_SOURCE, NULL},
        {"vocab_params", (double)model->vocab * model->d_model, UNIT_NONE, "vocabulary x d_model", MODEL_SOURCE, NULL},
        {"vocab_matrices", model->tied_embeddings ? 1 : 2, UNIT_NONE, "embedding and output head, tied or not", MODEL_SOURCE, NULL},
        {"position_params", model->table_params, UNIT_NONE, "learned positions, and embeddings that layers have for themselves", MODEL_SOURCE, NULL},
        {"norm_params", model->last_params, UNIT_NONE, "the last norm, and a bias of the head", MODEL_SOURCE, NULL},
        {"padding_flop", why->metrics->executed_flop - why->metrics->flop, UNIT_FLOP,
         "tiles and groups filled up, masked pairs, copies of heads and experts", STEP_SOURCE, NULL},
        {"edge_params", edge_params(why), UNIT_NONE, "embedding, output head and last norm, a draft's projection, where the stage has them", SHARD_SOURCE, NULL},
        {"weight_value_bytes", format_weight_bytes(formats->weights), UNIT_BYTES, "a weight with its share of the block's scale", "the formats", NULL},
        {"half_value_bytes", 2, UNIT_BYTES, "a 16-bit value", "the formats", NULL},
        {"sequences", sequences(why->design), UNIT_NONE, "batch / dp, rounded up: sequences of the fullest chip", PLAN_SOURCE, NULL},
    };
    // clang-format on
    for (int i = 0; i < FIELD_COUNT(all); i++) {
        if (strcmp(all[i].name, name) != 0)
            continue;
        symbol->value = all[i].value;
        symbol->unit = all[i].unit;
        snprintf(symbol->meaning, sizeof symbol->meaning, "%s", all[i].meaning);
        symbol->source = all[i].from ? all[i].from->source : all[i].source;
        symbol->doubtful = all[i].from ? all[i].from->doubtful : NULL;
        return true;
    }
    return false;
}

// peak_bf16, flop_bf16
static bool math_symbol(const Why *why, const char *name, Symbol *symbol) {
    bool peak = strncmp(name, "peak_", 5) == 0;
    if (!peak && strncmp(name, "flop_", 5) != 0)
        return false;
    for (int i = 0; i < MATH_COUNT; i++) {
        if (strcmp(MATH_NAMES[i], name + 5) != 0)
            continue;
        symbol->unit = peak ? UNIT_FLOP_PER_S : UNIT_FLOP;
        symbol->value =
            peak ? why->breakdown->machine.peak_flop_per_s[i] : why->breakdown->flop_by_math[i];
        snprintf(symbol->meaning, sizeof symbol->meaning,
                 peak ? "dense peak of a chip in %s" : "useful FLOP in %s, all chips",
                 MATH_NAMES[i]);
        symbol->source = peak ? why->design->chip->peak.from.source : STEP_SOURCE;
        symbol->doubtful = peak ? why->design->chip->peak.from.doubtful : NULL;
        return true;
    }
    return false;
}

// hbm_bytes[3], comm_bytes[3]
static bool row_symbol(const Why *why, const char *name, Symbol *symbol) {
    const char *bracket = strchr(name, '[');
    long index = bracket ? strtol(bracket + 1, NULL, 10) : -1;
    bool hbm = strncmp(name, "hbm_bytes[", 10) == 0, comm = strncmp(name, "comm_bytes[", 11) == 0;
    if (index < 0 || index >= why->breakdown->row_count || (!hbm && !comm))
        return false;
    const BreakdownRow *row = &why->breakdown->rows[index];
    char shape[96];
    json_shape_text(row, &why->design->workload, shape, sizeof shape);
    symbol->value = hbm ? row->hbm_bytes : row->comm_bytes;
    symbol->unit = UNIT_BYTES;
    snprintf(symbol->meaning, sizeof symbol->meaning, "%s, %s, %s", row->op.name, row->where,
             shape);
    symbol->source = STEP_SOURCE;
    return true;
}

// Layers of each kind in the fullest chip's stage.
static void stage_kinds(const Why *why, int of_kind[MODEL_KINDS]) {
    const Design *design = why->design;
    int stage = why->breakdown->memory.stage, first = 0;
    for (int i = 0; i < stage; i++)
        first += plan_stage_layers(&design->plan, design->model, i);
    memory_stage_kinds(design, stage, first, of_kind);
}

// What a sequence keeps in a layer of a kind, by the rules of sim/memory.h.
static void kv_symbol(const Design *design, const LayerKind *kind, Symbol *symbol) {
    SequenceMemory held = memory_of_sequence(design, kind);
    symbol->value = held.bytes;
    symbol->unit = UNIT_BYTES;
    char *text = symbol->meaning;
    int size = sizeof symbol->meaning, used = 0;
    if (held.values > 0 || held.state_bytes == 0)
        used = snprintf(text, (size_t)size, "%.0f tokens in pages of %d x %.0f values x %.4g B",
                        held.tokens, KV_PAGE_TOKENS, held.values,
                        format_weight_bytes(design->formats.kv));
    if (held.index_bytes > 0)
        used += snprintf(text + used, (size_t)(size - used), " + %.0f x %.0f B of index",
                         held.index_tokens, held.index_bytes);
    if (held.state_bytes > 0)
        snprintf(text + used, (size_t)(size - used), "%s%.0f B of state", used ? " + " : "",
                 held.state_bytes);
}

// stage_layers[1], rank_linear[1], ...: of a kind of layer.
static bool kind_symbol(const Why *why, const char *name, Symbol *symbol) {
    static const char *const MIXERS[] = {"global attention", "local attention", "chunked attention",
                                         "state", "no mixer"};
    static const char *const FEEDS[] = {"dense", "experts", "no feed-forward"};
    const Design *design = why->design;
    const char *bracket = strchr(name, '[');
    long index = bracket ? strtol(bracket + 1, NULL, 10) : -1;
    if (index < 0 || index >= design->model->kind_count)
        return false;
    const LayerKind *kind = &design->model->kinds[index];
    int of_kind[MODEL_KINDS];
    stage_kinds(why, of_kind);
    RankParams rank = shard_layer(design->model, &design->plan, (int)index);
    const struct {
        const char *name, *meaning;
        double value;
    } all[] = {
        {"stage_layers", "layers of that kind on the fullest chip",      of_kind[index]},
        {"rank_linear",  "projections and feed-forward of such a layer", rank.linear   },
        {"rank_experts", "its routed experts on a rank",                 rank.experts  },
        {"rank_half",    "its router, norms and biases",                 rank.half     },
    };
    size_t length = (size_t)(bracket - name);
    symbol->source = SHARD_SOURCE;
    if (length == strlen("kv_layer_bytes") && strncmp(name, "kv_layer_bytes", length) == 0) {
        kv_symbol(design, kind, symbol);
        return true;
    }
    for (int i = 0; i < FIELD_COUNT(all); i++) {
        if (length != strlen(all[i].name) || strncmp(name, all[i].name, length) != 0)
            continue;
        symbol->value = all[i].value;
        snprintf(symbol->meaning, sizeof symbol->meaning, i == 0 ? "%s: %s, %s" : "%s",
                 all[i].meaning, MIXERS[kind->mixer], FEEDS[kind->feed]);
        return true;
    }
    return false;
}

static bool metric_symbol(const Why *why, const char *name, Symbol *symbol) {
    for (int i = 0; i < METRICS_TABLE.count; i++) {
        const Field *field = &METRICS_TABLE.fields[i];
        if (strcmp(field->name, name) != 0)
            continue;
        symbol->value = field_number(field, why->metrics);
        symbol->unit = field->kind == FIELD_NUMBER ? field->unit : UNIT_NONE;
        snprintf(symbol->meaning, sizeof symbol->meaning, "%.*s", (int)strcspn(field->help, ":;"),
                 field->help);
        symbol->source = "a metric, see --why";
        return true;
    }
    return false;
}

bool symbol_find(const Why *why, const char *name, Symbol *symbol) {
    *symbol = (Symbol){0};
    snprintf(symbol->name, sizeof symbol->name, "%s", name);
    return known_symbol(why, name, symbol) || math_symbol(why, name, symbol) ||
           row_symbol(why, name, symbol) || kind_symbol(why, name, symbol) ||
           objective_symbol(why, name, symbol) || metric_symbol(why, name, symbol);
}

// Rows that send, or move something through the memory.
static int moving_rows(const Breakdown *breakdown, bool links, int rows[BREAKDOWN_ROWS]) {
    int count = 0;
    for (int i = 0; i < breakdown->row_count; i++)
        if ((links ? breakdown->rows[i].comm_bytes : breakdown->rows[i].hbm_bytes) > 0)
            rows[count++] = i;
    return count;
}

void symbol_expand(const Why *why, const char *formula, Text *out) {
    const char *words[MATH_COUNT];
    int rows[BREAKDOWN_ROWS], kinds[MODEL_KINDS], of_kind[MODEL_KINDS], maths = 0, kind_count = 0;
    for (int i = 0; i < MATH_COUNT; i++)
        if (why->breakdown->flop_by_math[i] > 0)
            words[maths++] = MATH_NAMES[i];
    stage_kinds(why, of_kind);
    for (int i = 0; i < why->design->model->kind_count; i++)
        if (of_kind[i] > 0)
            kinds[kind_count++] = i;
    bool links = strstr(formula, "comm_bytes") != NULL;
    const FormulaSum sums[] = {
        {"sum_f",   words, NULL, maths                     },
        {"sum_ops", NULL,  rows, moving_rows(why->breakdown, links, rows)},
        {"sum_kinds",    NULL,         kinds,   kind_count                     },
    };
    formula_expand(formula, sums, FIELD_COUNT(sums), out);
}
