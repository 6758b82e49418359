#include "sim/plans.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

// Scores one plan: legal ones get metrics, the rest the reason.
static void score_plan(const Design *design, PlanScore *score) {
    Design trial = *design;
    Error err = {0};
    score->legal = plan_finish(&score->plan, design->model, &err);
    if (score->legal) {
        trial.plan = score->plan;
        score->legal = design_check(&trial, &err);
    }
    score->why[0] = '\0';
    if (score->legal)
        evaluate(&trial, &score->metrics, NULL);
    else
        snprintf(score->why, sizeof score->why, "%.159s", err.what);
}

// All ep of one (tp, cp, dp, pp); etp follows from ep.
static bool each_ep(const Design *design, const Plan *base, PlanVisit *visit, void *context) {
    int ranks = base->tp * base->cp * base->dp;
    int most = design->model->moe.experts > 0 ? ranks : 1;
    for (int ep = 1; ep <= most; ep++) {
        if (ranks % ep != 0)
            continue;
        PlanScore score = {.plan = *base};
        score.plan.ep = ep;
        score.plan.etp = ep == 1 ? base->tp : ranks / ep;
        score_plan(design, &score);
        if (!visit(context, &score))
            return false;
    }
    return true;
}

void plans_each(const Design *design, int chips, PlanVisit *visit, void *context) {
    for (int pp = 1; pp <= chips; pp++) {
        if (chips % pp != 0)
            continue;
        for (int tp = 1; tp <= chips / pp; tp++) {
            if (chips / pp % tp != 0)
                continue;
            Plan plan = {.tp = tp, .cp = 1, .pp = pp, .dp = chips / pp / tp};
            plan.cp_kind = design->plan.cp_kind;
            plan.overlap = design->plan.overlap;
            plan.chunk = design->plan.chunk;
            plan.micro_batches = design->plan.micro_batches;
            plan.placement = design->plan.placement;
            if (!each_ep(design, &plan, visit, context))
                return;
        }
    }
}

bool plans_same_reason(const char *a, const char *b) {
    while (*a && *b) {
        if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
            a += strspn(a, "0123456789");
            b += strspn(b, "0123456789");
        } else if (*a++ != *b++) {
            return false;
        }
    }
    return !*a && !*b;
}

#define REASONS 8

typedef struct Reason {
    char why[160];
    int plans;
} Reason;

typedef struct Best {
    PlanScore fastest, nearest; // that fits; that is legal and misses by least
    bool fits, legal;
    Reason reasons[REASONS]; // the first ones that illegal plans gave
    int reason_count, illegal;
} Best;

static void count_reason(Best *best, const char *why) {
    best->illegal++;
    for (int i = 0; i < best->reason_count; i++) {
        if (plans_same_reason(best->reasons[i].why, why)) {
            best->reasons[i].plans++;
            return;
        }
    }
    if (best->reason_count == REASONS)
        return;
    Reason *reason = &best->reasons[best->reason_count++];
    snprintf(reason->why, sizeof reason->why, "%s", why);
    reason->plans = 1;
}

static bool none_is_legal(const Best *best, const Design *design, int chips, Error *err) {
    const Reason *most = &best->reasons[0];
    for (int i = 1; i < best->reason_count; i++)
        if (best->reasons[i].plans > most->plans)
            most = &best->reasons[i];
    if (most->plans == best->illegal)
        return error_set(err, "no plan of %s on %d chips is legal: %s", design->model->name, chips,
                         most->why);
    return error_set(err, "no plan of %s on %d chips is legal; %d of %d: %s", design->model->name,
                     chips, most->plans, best->illegal, most->why);
}

static bool keep_best(void *context, const PlanScore *score) {
    Best *best = context;
    if (!score->legal) {
        count_reason(best, score->why);
        return true;
    }
    if (!score->metrics.fits) {
        if (!best->legal ||
            score->metrics.hbm_missing_bytes < best->nearest.metrics.hbm_missing_bytes)
            best->nearest = *score;
        best->legal = true;
        return true;
    }
    // Plans come with stages, then tp, growing, so that a tie keeps the simpler one.
    if (!best->fits || score->metrics.time_s < best->fastest.metrics.time_s)
        best->fastest = *score;
    best->fits = true;
    return true;
}

bool plans_best(const Design *design, int chips, Plan *plan, Error *err) {
    Best best;
    best.fits = best.legal = false;
    best.reason_count = best.illegal = 0;
    plans_each(design, chips, keep_best, &best);
    if (best.fits) {
        *plan = best.fastest.plan;
        return true;
    }
    if (!best.legal)
        return none_is_legal(&best, design, chips, err);
    *plan = best.nearest.plan;
    char missing[32], text[96];
    unit_format(missing, sizeof missing, best.nearest.metrics.hbm_missing_bytes, UNIT_BYTES);
    plan_text(plan, text, sizeof text);
    return error_set(err, "no plan of %s fits on %d %s; %s misses by %s a chip",
                     design->model->name, chips, design->chip->name, text, missing);
}
