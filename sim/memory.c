#include "sim/memory.h"

#include "arch/shard.h"
#include "sim/schedule.h"

// Tokens of one sequence held at the end of the workload, drafted ones included.
static double held_tokens(const Workload *work) {
    double drafted = workload_draft(work);
    if (work->phase == PHASE_DECODE)
        return work->context + drafted;
    return work->phase >= PHASE_GENERATE ? (double)work->prompt + work->output + drafted
                                         : work->prompt;
}

static double pages(double tokens) {
    double count = (double)(long long)((tokens + KV_PAGE_TOKENS - 1) / KV_PAGE_TOKENS);
    return (count < 1 ? 1 : count) * KV_PAGE_TOKENS;
}

// A cp rank holds its share of the tokens.
SequenceMemory memory_of_sequence(const Design *design, const LayerKind *kind) {
    const Attention *a = &design->model->attention;
    const Plan *plan = &design->plan;
    double tokens = held_tokens(&design->workload), all = tokens;
    if (kind->mixer == MIXER_LOCAL && a->window < tokens)
        tokens = a->window;
    if (kind->mixer == MIXER_CHUNKED && a->chunk < tokens)
        tokens = a->chunk;
    SequenceMemory held = {.tokens = pages(tokens / plan->cp),
                           .values = shard_kv_values(design->model, plan, kind),
                           .index_tokens = pages(all / plan->cp),
                           .index_bytes = model_index_values(design->model, kind),
                           .state_bytes = shard_state_bytes(design->model, plan, kind) *
                                          (1 + workload_draft(&design->workload))};
    held.bytes = held.tokens * held.values * format_weight_bytes(design->formats.kv) +
                 held.index_tokens * held.index_bytes + held.state_bytes;
    return held;
}

static double most(double a, double b) {
    return a > b ? a : b;
}

// The widest input and output of a mixer's ops, in values a token.
static double mixer_width(const Design *design, const LayerKind *kind) {
    const Attention *a = &design->model->attention;
    const StateMixer *s = &design->model->state;
    double d = design->model->d_model;
    if (kind->mixer == MIXER_STATE) {
        StateHeads heads = shard_state_heads(design->model, &design->plan);
        return d + 2 * heads.keys * s->key_dim + heads.values * s->value_dim * (s->gate ? 2 : 1);
    }
    if (kind->mixer == MIXER_NONE)
        return d;
    double heads = plan_heads(&design->plan, kind), queries = heads * kind->heads.head_dim;
    if (a->kind == ATTENTION_MLA)
        return most(d + queries + a->kv_rank + a->rope_dim,
                    a->kv_rank + heads * (a->head_dim + a->nope_dim + a->v_head_dim));
    double kv = (double)plan_kv_heads(&design->plan, kind) *
                (kind->heads.head_dim + kind->heads.v_head_dim);
    return d + queries + kv;
}

// Activations of one token of a unit: two residual vectors, and the widest op's input and output.
static double token_activation_bytes(const Design *design) {
    const Model *model = design->model;
    const Plan *plan = &design->plan;
    double d = model->d_model, ups = model->ffn.gated ? 2 : 1;
    double widest = d + ups * model->ffn.d_ff / plan->tp;
    for (int i = 0; i < model->kind_count; i++)
        widest = most(widest, mixer_width(design, &model->kinds[i]));
    if (model->moe.experts > 0) {
        double rows = (double)model->moe.top_k / (shard_owned(plan) ? plan->tp : 1);
        widest = most(widest, rows * (d + ups * model->moe.d_expert / plan->etp));
    }
    return HALF_BYTES * (2 * d + widest);
}

static double token_buffer_bytes(const Design *design) {
    const Plan *plan = &design->plan;
    double d = design->model->d_model, bytes = 0;
    if (plan->pp > 1)
        bytes += 2 * HALF_BYTES * d / plan->tp;
    if (plan->ep > 1) {
        double sent = format_activation_bytes(design->formats.activations) + HALF_BYTES;
        // Room for the worst case: every expert of a token on another rank.
        double copies = design->model->moe.top_k < plan->ep ? design->model->moe.top_k : plan->ep;
        bytes += 2 * sent * d * copies / plan->tp;
    }
    return bytes;
}

void memory_stage_kinds(const Design *design, int stage, int first, int of_kind[MODEL_KINDS]) {
    const Model *model = design->model;
    model_kinds_in(model, first, plan_stage_layers(&design->plan, model, stage), of_kind);
    if (stage == design->plan.pp - 1)
        of_kind[shard_draft_kind(model)] += shard_draft_layers(model, &design->workload);
}

static void add_layers(const Design *design, const RankParams ranks[], int first, StageLoad *load,
                       const double kv_bytes[]) {
    int of_kind[MODEL_KINDS];
    double weight = format_weight_bytes(design->formats.weights);
    memory_stage_kinds(design, load->stage, first, of_kind);
    for (int i = 0; i < design->model->kind_count; i++) {
        load->weight_bytes += of_kind[i] * ((ranks[i].linear + ranks[i].experts) * weight +
                                            ranks[i].half * HALF_BYTES);
        load->kv_bytes += of_kind[i] * kv_bytes[i];
    }
}

// Keeps only stages that hold more of something than every other.
static void keep(MemoryModel *model, const StageLoad *load) {
    for (int i = 0; i < model->count; i++) {
        const StageLoad *other = &model->loads[i];
        if (other->weight_bytes >= load->weight_bytes && other->kv_bytes >= load->kv_bytes &&
            other->logit_bytes >= load->logit_bytes)
            return;
    }
    model->loads[model->count++] = *load;
}

void memory_model(MemoryModel *model, const Design *design, const RankParams known[]) {
    const Plan *plan = &design->plan;
    const Model *network = design->model;
    RankParams ranks[MODEL_KINDS];
    double kv_bytes[MODEL_KINDS];
    for (int i = 0; i < network->kind_count; i++) {
        ranks[i] = known ? known[i] : shard_layer(network, plan, i);
        kv_bytes[i] = memory_of_sequence(design, &network->kinds[i]).bytes;
    }
    model->design = design;
    model->count = 0;
    model->buffer_bytes = token_buffer_bytes(design);
    model->token_bytes = token_activation_bytes(design) + model->buffer_bytes;
    if (design->workload.phase < PHASE_SERVE && design->workload.phase != PHASE_DECODE) {
        model->chunk = schedule_prefill(design, 1).chunk;
        model->unit_prompts = model->chunk > UNIT_TOKENS ? 1 : UNIT_TOKENS / model->chunk;
    }
    model->usable_bytes = design->chip->memory.capacity_bytes * (1 - design->hbm_reserve);
    for (int stage = 0, first = 0; stage < plan->pp; stage++) {
        int layers = plan_stage_layers(plan, network, stage);
        bool alike =
            stage > 1 && stage < plan->pp - 1 && network->kind_count == 1 && plan->stage_count == 0;
        if (!alike) {
            StageLoad load = {.stage = stage};
            add_layers(design, ranks, first, &load, kv_bytes);
            if (stage == 0)
                load.weight_bytes += HALF_BYTES * shard_embedding(network, plan);
            if (stage == plan->pp - 1) {
                int modules = shard_draft_layers(network, &design->workload);
                load.weight_bytes +=
                    HALF_BYTES * (shard_head(network, plan) + shard_final_norm(network) +
                                  shard_draft_edge(network, plan, modules));
                load.logit_bytes = SCORE_BYTES * network->vocab;
            }
            keep(model, &load);
        }
        first += layers;
    }
}

// Sequences of the largest unit, a bound that grows with the batch even where the schedule is left open.
static long long unit_sequences(const Design *design, long long group_batch, bool open,
                                long long closed) {
    long long micro = design->plan.micro_batches;
    if (micro == 0)
        return open ? (group_batch < closed ? group_batch : closed)
                    : (group_batch + closed - 1) / closed;
    return (group_batch + micro - 1) / micro;
}

// Tokens of the largest unit of work on a rank, and those of them that get logits.
static void unit_of(const MemoryModel *model, long long group_batch, double *tokens,
                    double *sequences) {
    const Design *design = model->design;
    Phase phase = design->workload.phase;
    *tokens = *sequences = 0;
    if (phase == PHASE_SERVE) {
        *sequences = (double)unit_sequences(design, group_batch, false, design->plan.pp);
        *tokens = *sequences * (design->workload.prompt + workload_draft(&design->workload));
        *tokens = *tokens < design->workload.token_budget ? *tokens : design->workload.token_budget;
        return;
    }
    if (phase != PHASE_PREFILL)
        *tokens = *sequences = (double)unit_sequences(design, group_batch, false, design->plan.pp) *
                               (1 + workload_draft(&design->workload));
    if (phase != PHASE_DECODE) {
        double prompts = (double)unit_sequences(design, group_batch, true, model->unit_prompts);
        *tokens = most(*tokens, prompts * model->chunk / design->plan.cp);
        *sequences = most(*sequences, prompts);
    }
}

Memory memory_at(const MemoryModel *model, int batch) {
    const Design *design = model->design;
    double tokens, sequences;
    long long held = ((long long)batch + design->plan.dp - 1) / design->plan.dp;
    unit_of(model, held, &tokens, &sequences);
    double buffers = tokens * model->buffer_bytes;
    Memory memory = {.usable_bytes = model->usable_bytes, .used_bytes = -1};
    memory.reserve_bytes = design->chip->memory.capacity_bytes - model->usable_bytes;
    for (int i = 0; i < model->count; i++) {
        const StageLoad *load = &model->loads[i];
        double kv = (double)held * load->kv_bytes;
        double active = tokens * model->token_bytes + sequences * load->logit_bytes;
        double used = load->weight_bytes + kv + active;
        if (used <= memory.used_bytes)
            continue;
        memory.stage = load->stage;
        memory.weight_bytes = load->weight_bytes;
        memory.kv_bytes = kv;
        memory.buffer_bytes = buffers;
        memory.activation_bytes = active - buffers;
        memory.used_bytes = used;
    }
    memory.fits = memory.used_bytes <= memory.usable_bytes;
    memory.missing_bytes = memory.fits ? 0 : memory.used_bytes - memory.usable_bytes;
    return memory;
}

static bool fits(const MemoryModel *model, long long group_batch) {
    double tokens, sequences;
    unit_of(model, group_batch, &tokens, &sequences);
    for (int i = 0; i < model->count; i++) {
        const StageLoad *load = &model->loads[i];
        double used = load->weight_bytes + (double)group_batch * load->kv_bytes +
                      (tokens * model->token_bytes + sequences * load->logit_bytes);
        if (used > model->usable_bytes)
            return false;
    }
    return true;
}

// Sequences of a group that weights and KV leave room for: an upper bound. `each` more bytes go with every sequence, and
// `once` more bytes are taken anyway.
static double line_bound(const MemoryModel *model, double once, double each, double logits) {
    double bound = MEMORY_BATCHES;
    for (int i = 0; i < model->count; i++) {
        const StageLoad *load = &model->loads[i];
        double room = model->usable_bytes - load->weight_bytes - once;
        double bytes = load->kv_bytes + each + logits * load->logit_bytes;
        bound = room < bound * bytes ? room / bytes : bound;
    }
    return bound < 1 ? 1 : bound;
}

// Near the largest batch of a group, from the straight lines that activations follow too.
static double guess_batch(const MemoryModel *model, long long limit) {
    const Plan *plan = &model->design->plan;
    if (model->design->workload.phase == PHASE_DECODE) {
        double units = plan->micro_batches ? plan->micro_batches : plan->pp;
        units /= 1 + workload_draft(&model->design->workload);
        return line_bound(model, 0, model->token_bytes / units, 1 / units);
    }
    double tokens, sequences, guess = line_bound(model, 0, 0, 0);
    unit_of(model, guess > (double)limit ? limit : (long long)guess, &tokens, &sequences);
    return line_bound(model, tokens * model->token_bytes, 0, 0);
}

int memory_max_batch(const MemoryModel *model) {
    const Design *design = model->design;
    long long limit = MEMORY_BATCHES / design->plan.dp;
    double guess = guess_batch(model, limit);
    long long low = guess > (double)limit ? limit : (long long)guess, step = 1, high;
    if (fits(model, low)) {
        for (high = low + step; high <= limit && fits(model, high); high += step *= 2)
            low = high;
        high = high > limit ? limit + 1 : high;
    } else {
        for (high = low--; low > 0 && !fits(model, low); low -= step *= 2)
            high = low;
        low = low < 0 ? 0 : low; // none always fits
    }
    while (high - low > 1) {
        long long middle = low + (high - low) / 2;
        if (fits(model, middle))
            low = middle;
        else
            high = middle;
    }
    return (int)(low * design->plan.dp);
}
