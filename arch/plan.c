#include "arch/plan.h"

#include <stdio.h>
#include <string.h>

const char *const CP_KIND_WORDS[] = {"all_gather", "ring", "pass_q", NULL};

// Strides of tp, cp, dp and pp in the order that `placement` gives, innermost first.
static bool place(const Plan *plan, int strides[4], Error *err) {
    static const char *const NAMES[4] = {"tp", "cp", "dp", "pp"};
    const int sizes[4] = {plan->tp, plan->cp, plan->dp, plan->pp};
    int order[4] = {0, 1, 2, 3};
    if (plan->placement) {
        bool seen[4] = {false};
        const char *rest = plan->placement;
        for (int i = 0; i < 4; i++) {
            int name = 0;
            while (name < 4 && strncmp(rest, NAMES[name], 2) != 0)
                name++;
            bool ends = name < 4 && rest[2] == (i < 3 ? ',' : '\0');
            if (!ends || seen[name] || (name == 3 && i != 0 && i != 3)) {
                error_set(err, "placement '%s' is not an order of tp, cp, dp, pp", plan->placement);
                return error_hint(err, "innermost first, pp first or last, as in 'tp,cp,dp,pp'");
            }
            seen[name] = true;
            order[i] = name;
            rest += 3;
        }
    }
    int stride = 1;
    for (int i = 0; i < 4; i++) {
        strides[order[i]] = stride;
        stride *= sizes[order[i]];
    }
    return true;
}

static int nearest_divisor(int whole, int wanted) {
    int below = wanted < whole ? wanted : whole, above = wanted;
    while (whole % below != 0)
        below--;
    while (above < whole && whole % above != 0)
        above++;
    return above <= whole && above - wanted < wanted - below ? above : below;
}

static bool check_split(const Plan *plan, const Model *model, int heads, int kv_heads,
                        const char *what, Error *err) {
    if (heads % plan->tp != 0) {
        error_set(err, "tp = %d does not divide the %d %s heads of %s", plan->tp, heads, what,
                  model->name ? model->name : "the model");
        return error_hint(err, "the nearest tp that does is %d", nearest_divisor(heads, plan->tp));
    }
    if (kv_heads % plan->tp != 0 && plan->tp % kv_heads != 0)
        return error_set(err,
                         "tp = %d and the %d KV heads do not divide one another, so they can "
                         "neither be split nor replicated evenly",
                         plan->tp, kv_heads);
    return true;
}

static bool check_heads(const Plan *plan, const Model *model, Error *err) {
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        bool legal = true;
        if (kind->mixer == MIXER_STATE)
            legal = check_split(plan, model, model->state.value_heads, model->state.key_heads,
                                "value", err);
        else if (kind->mixer != MIXER_NONE)
            legal = check_split(plan, model, kind->heads.heads, kind->heads.kv_heads, "query", err);
        if (!legal)
            return false;
    }
    return true;
}

static bool check_experts(Plan *plan, const Model *model, Error *err) {
    int ranks = plan->tp * plan->cp * plan->dp;
    if (plan->ep > 1 && model->moe.experts == 0)
        return error_set(err, "ep = %d, but %s has no experts", plan->ep,
                         model->name ? model->name : "the model");
    if (plan->ep > 1 && plan->ep > model->moe.experts)
        return error_set(err, "ep = %d is above the %d experts of a layer", plan->ep,
                         model->moe.experts);
    long long group = (long long)plan->ep * plan->etp;
    if (group > ranks || ranks % group != 0)
        return error_set(
            err, "ep x etp = %d x %d = %lld does not divide tp x cp x dp = %d x %d x %d = %d",
            plan->ep, plan->etp, group, plan->tp, plan->cp, plan->dp, ranks);
    if (model->moe.experts > 0 && plan->etp > model->moe.d_expert)
        return error_set(err, "etp = %d is above d_expert = %d", plan->etp, model->moe.d_expert);
    plan->copies = ranks / (int)group;
    return true;
}

static bool check_stages(const Plan *plan, const Model *model, Error *err) {
    if (plan->pp > PLAN_STAGES)
        return error_set(err, "pp = %d is above %d, the most stages", plan->pp, PLAN_STAGES);
    if (plan->pp > model->layers)
        return error_set(err, "pp = %d is above the %d layers of %s", plan->pp, model->layers,
                         model->name ? model->name : "the model");
    if (plan->stage_count == 0)
        return true;
    if (plan->stage_count != plan->pp)
        return error_set(err, "stages lists %d stages, but pp = %d", plan->stage_count, plan->pp);
    long long sum = 0;
    for (int i = 0; i < plan->stage_count; i++) {
        if (plan->stages[i] < 1)
            return error_set(err, "stages: stage %d has no layer", i + 1);
        sum += plan->stages[i];
    }
    if (sum != model->layers)
        return error_set(err, "stages add up to %lld layers, but %s has %d", sum,
                         model->name ? model->name : "the model", model->layers);
    return true;
}

bool plan_finish(Plan *plan, const Model *model, Error *err) {
    static const char *const NAMES[6] = {"tp", "cp", "dp", "pp", "ep", "etp"};
    const int degrees[6] = {plan->tp, plan->cp, plan->dp, plan->pp, plan->ep, plan->etp};
    for (int i = 0; i < 6; i++)
        if (degrees[i] < 1 || degrees[i] > 65536)
            return error_set(err, "%s = %d is outside 1 to 65536", NAMES[i], degrees[i]);
    double chips = (double)plan->tp * plan->cp * plan->dp * plan->pp;
    if (chips > 1e6)
        return error_set(err, "the plan takes %.0f chips; at most 1000000 are possible", chips);
    int strides[4];
    if (!place(plan, strides, err) || !check_heads(plan, model, err) ||
        !check_experts(plan, model, err) || !check_stages(plan, model, err))
        return false;
    plan->chips = plan->tp * plan->cp * plan->dp * plan->pp;
    plan->tp_group = (Group){plan->tp, strides[0]};
    plan->cp_group = (Group){plan->cp, strides[1]};
    plan->dp_group = (Group){plan->dp, strides[2]};
    plan->pp_group = (Group){plan->pp, strides[3]};
    int base = strides[3] == 1 ? plan->pp : 1;
    plan->etp_group = (Group){plan->etp, base};
    plan->ep_group = (Group){plan->ep, base * plan->etp};
    return true;
}

int plan_stage_layers(const Plan *plan, const Model *model, int stage) {
    if (plan->stage_count)
        return plan->stages[stage];
    return model->layers / plan->pp + (stage < model->layers % plan->pp ? 1 : 0);
}

void plan_text(const Plan *plan, char *text, int size) {
    const char *const names[6] = {"tp", "cp", "dp", "pp", "ep", "etp"};
    const int degrees[6] = {plan->tp, plan->cp, plan->dp, plan->pp, plan->ep, plan->etp};
    int used = 0;
    text[0] = '\0';
    for (int i = 0; i < 6 && used < size; i++) {
        if (degrees[i] == 1 || (i == 5 && plan->ep == 1 && plan->etp == plan->tp))
            continue;
        bool told = i == 1 && plan->cp_kind != CP_ALL_GATHER;
        used +=
            snprintf(text + used, (size_t)(size - used), "%s%s %d%s%s", used ? ", " : "", names[i],
                     degrees[i], told ? " " : "", told ? CP_KIND_WORDS[plan->cp_kind] : "");
    }
    if (used == 0)
        snprintf(text, (size_t)size, "one chip");
}

int plan_heads(const Plan *plan, const LayerKind *kind) {
    return kind->heads.heads / plan->tp;
}

int plan_kv_heads(const Plan *plan, const LayerKind *kind) {
    int kv_heads = kind->heads.kv_heads / plan->tp;
    return kv_heads > 1 ? kv_heads : 1;
}
