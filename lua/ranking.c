#include "lua/ranking.h"

#include <stdio.h>
#include <stdlib.h>

#include "lua/json.h"
#include "lua/table.h"

static bool keep_score(void *context, const PlanScore *score) {
    Ranking *ranking = context;
    if (ranking->count == ranking->capacity) {
        ranking->capacity = ranking->capacity ? 2 * ranking->capacity : 64;
        ranking->scores =
            realloc(ranking->scores, (size_t)ranking->capacity * sizeof *ranking->scores);
        if (!ranking->scores) {
            fprintf(stderr, "chipfit: out of memory\n");
            abort();
        }
    }
    ranking->fitting += score->legal && score->metrics.fits;
    ranking->scores[ranking->count++] = *score;
    return true;
}

static int class_of(const PlanScore *score) {
    return !score->legal ? 2 : score->metrics.fits ? 0 : 1;
}

// Before: negative. Ties stay in the order of plans_each, which is by degrees.
static int by_rank(const void *a, const void *b) {
    const PlanScore *x = a, *y = b;
    int classes = class_of(x) - class_of(y);
    if (classes)
        return classes;
    double left = x->metrics.time_s, right = y->metrics.time_s;
    if (class_of(x) == 1) {
        left = x->metrics.hbm_missing_bytes;
        right = y->metrics.hbm_missing_bytes;
    }
    if (x->legal && left != right)
        return left < right ? -1 : 1;
    if (x->plan.pp != y->plan.pp)
        return x->plan.pp - y->plan.pp;
    return x->plan.tp != y->plan.tp ? x->plan.tp - y->plan.tp : x->plan.ep - y->plan.ep;
}

void ranking_of(const Design *design, int chips, Ranking *ranking) {
    *ranking = (Ranking){0};
    plans_each(design, chips, keep_score, ranking);
    if (ranking->count)
        qsort(ranking->scores, (size_t)ranking->count, sizeof *ranking->scores, by_rank);
}

void ranking_free(Ranking *ranking) {
    free(ranking->scores);
    *ranking = (Ranking){0};
}

static void score_cells(Table *table, const PlanScore *score) {
    const Metrics *m = &score->metrics;
    char time[32], rate[32], used[32], missing[32];
    unit_format(time, sizeof time, m->time_s, UNIT_S);
    unit_format(rate, sizeof rate, m->tokens_per_s, UNIT_PER_S);
    unit_format(used, sizeof used, m->hbm_used_bytes, UNIT_BYTES);
    unit_format(missing, sizeof missing, m->hbm_missing_bytes, UNIT_BYTES);
    table_cell(table, "%s", time);
    table_cell(table, "%s", rate);
    table_cell(table, "%.2f%%", 100 * m->mfu);
    table_cell(table, "%.2f%%", 100 * m->mbu);
    table_cell(table, "%s", BOUND_WORDS[m->bound]);
    table_cell(table, "%s", used);
    table_cell(table, "%.0f", m->max_batch);
    if (m->fits)
        table_cell(table, "fits");
    else
        table_cell(table, "misses %s a chip", missing);
}

// Illegal plans by the reason, most frequent first, each with one of them as an example.
typedef struct Cause {
    const PlanScore *example;
    int plans;
} Cause;

static int by_plans(const void *a, const void *b) {
    return ((const Cause *)b)->plans - ((const Cause *)a)->plans;
}

#define CAUSES 64

static int find_causes(const Ranking *ranking, Cause causes[CAUSES]) {
    int count = 0;
    for (int i = 0; i < ranking->count; i++) {
        const PlanScore *score = &ranking->scores[i];
        int cause = 0;
        if (score->legal)
            continue;
        while (cause < count && !plans_same_reason(causes[cause].example->why, score->why))
            cause++;
        if (cause == CAUSES)
            continue;
        if (cause == count)
            causes[count++] = (Cause){score, 0};
        causes[cause].plans++;
    }
    qsort(causes, (size_t)count, sizeof causes[0], by_plans);
    return count;
}

static void add_illegal(Text *out, const Ranking *ranking) {
    static const TableColumn COLUMNS[] = {
        {"plans",             false},
        {"such as",           true },
        {"why it is illegal", true }
    };
    Cause causes[CAUSES] = {{0}};
    int count = find_causes(ranking, causes);
    Table table = {.columns = COLUMNS, .column_count = FIELD_COUNT(COLUMNS)};
    for (int i = 0; i < count; i++) {
        char plan[96];
        plan_text(&causes[i].example->plan, plan, sizeof plan);
        table_cell(&table, "%d", causes[i].plans);
        table_cell(&table, "%s", plan);
        table_cell(&table, "%s", causes[i].example->why);
    }
    text_add(out, "\nplans that no engine could run:\n");
    table_write(&table, out);
    table_free(&table);
}

void ranking_text(Text *out, const Design *design, int chips, const Ranking *ranking) {
    static const TableColumn COLUMNS[] = {
        {"",          false},
        {"plan",      true },
        {"time",      false},
        {"tokens",    false},
        {"MFU",       false},
        {"MBU",       false},
        {"binds",     true },
        {"memory",    false},
        {"max batch", false},
        {"",          true },
    };
    Table table = {.columns = COLUMNS, .column_count = FIELD_COUNT(COLUMNS)};
    table_text(out, design->model->name);
    text_addf(out, " on %d x ", chips);
    table_text(out, design->chip->name);
    text_add(out, ", system ");
    table_text(out, design->system->name);
    text_addf(out, ": %s, batch %d; mode: %s", PHASE_WORDS[design->workload.phase],
              design->workload.batch,
              MODE_WORDS[design->profile ? MODE_CALIBRATED : MODE_DATASHEET]);
    if (design->profile) {
        text_add(out, ", kernels ");
        table_text(out, design->profile->name);
    }
    text_add(out, "\n");
    text_addf(out, "%d of %d plans fit\n\n", ranking->fitting, ranking->count);
    for (int i = 0; i < ranking->count; i++) {
        char plan[96];
        const PlanScore *score = &ranking->scores[i];
        plan_text(&score->plan, plan, sizeof plan);
        if (!score->legal)
            continue;
        table_cell(&table, "%d", i + 1);
        table_cell(&table, "%s", plan);
        score_cells(&table, score);
    }
    table_write(&table, out);
    table_free(&table);
    if (ranking->count > 0 && !ranking->scores[ranking->count - 1].legal)
        add_illegal(out, ranking);
}

void ranking_json(Text *out, const Ranking *ranking) {
    text_add(out, "{\"plans\":[");
    for (int i = 0; i < ranking->count; i++) {
        const PlanScore *score = &ranking->scores[i];
        text_add(out, i ? ",{\"plan\":" : "{\"plan\":");
        json_plan(out, &score->plan);
        text_add(out, score->legal ? ",\"legal\":true," : ",\"legal\":false,\"why\":");
        if (score->legal)
            json_metrics_members(out, &score->metrics);
        else
            text_add_json(out, score->why);
        text_add(out, "}");
    }
    text_add(out, "]}\n");
}
