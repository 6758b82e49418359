// explain: one design op by op, the formula behind a number, or all plans ranked.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/commands.h"
#include "lua/explain.h"
#include "lua/json.h"
#include "lua/names.h"
#include "lua/options.h"
#include "lua/ranking.h"
#include "lua/sources.h"
#include "lua/why.h"

typedef struct Explain {
    Request request;
    const char *why, *plan;
    bool json;
    Library *library;
    Text out;
} Explain;

static bool check_plan_option(const Explain *explain, Error *err) {
    if (!explain->plan)
        return true;
    bool all = strcmp(explain->plan, "all") == 0;
    if (!all && strcmp(explain->plan, "best") != 0) {
        error_set(err, "plan: '%.60s' is not one of best, all", explain->plan);
        return error_hint(err,
                          "a plan is given by its degrees: --tp, --cp, --dp, --pp, --ep, --etp");
    }
    if (request_has_degrees(&explain->request)) {
        error_set(err, "plan: %s looks for the degrees itself", explain->plan);
        return error_hint(err,
                          "leave out tp, cp, dp, pp, ep, etp and stages; say how many --chips");
    }
    if (all && explain->why)
        return error_set(err, "why: explains one design; with --plan all there are many");
    if (all && explain->request.batch_max)
        return error_set(err,
                         "batch: max depends on the plan; --plan all compares plans at one batch");
    return true;
}

// 0: some plan fits, 1: none does.
static int explain_all(Explain *explain, const Names *names, Error *err) {
    Design design;
    int chips;
    if (!request_base(&explain->request, names, &design, &chips, err))
        return 2;
    Ranking ranking;
    ranking_of(&design, chips, &ranking);
    if (explain->json)
        ranking_json(&explain->out, &ranking);
    else
        ranking_text(&explain->out, &design, chips, &ranking);
    int code = ranking.fitting > 0 ? 0 : 1;
    ranking_free(&ranking);
    return code;
}

static void add_design_json(Text *out, const Design *design, const Metrics *metrics,
                            const Breakdown *breakdown) {
    text_add(out, "{");
    json_design_members(out, design);
    text_add(out, ",");
    json_metrics_members(out, metrics);
    text_add(out, ",");
    json_breakdown_members(out, design, breakdown);
    text_add(out, ",");
    sources_json_member(out, design, breakdown);
    text_add(out, "}\n");
}

static bool add_why(Explain *explain, const Why *why, Error *err) {
    bool done = explain->json ? why_json(&explain->out, explain->why, why, err)
                              : why_text(&explain->out, explain->why, why, err);
    if (done && explain->json)
        text_add(&explain->out, "\n");
    return done;
}

static const char *how_chosen(const Request *request, const Metrics *metrics) {
    if (!request_plan_open(request))
        return NULL;
    if (request->batch_max)
        return " (chosen: most tokens a second at its largest batch)";
    return metrics->fits ? " (chosen: the fastest legal plan that fits)"
                         : " (chosen: misses by least)";
}

static int explain_one(Explain *explain, const Names *names, Error *err) {
    Design design;
    Metrics metrics;
    bool no_room;
    if (!request_design(&explain->request, names, &design, &no_room, err))
        return no_room ? 1 : 2;
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    if (!breakdown)
        abort();
    evaluate(&design, &metrics, breakdown);
    Why why = {&design, &metrics, breakdown};
    bool done = true;
    if (explain->why)
        done = add_why(explain, &why, err);
    else if (explain->json)
        add_design_json(&explain->out, &design, &metrics, breakdown);
    else
        explain_design(&explain->out, &design, &metrics, breakdown,
                       how_chosen(&explain->request, &metrics));
    free(breakdown);
    bool looked = !request_has_degrees(&explain->request);
    return !done ? 2 : looked && !metrics.fits ? 1 : 0;
}

static int explain_run(Explain *explain, Error *err) {
    Names names;
    explain->library = library_open(err);
    if (!explain->library)
        return 2;
    if (!request_names(&explain->request, explain->library, &names, err))
        return 2;
    bool all = explain->plan && strcmp(explain->plan, "all") == 0;
    return all ? explain_all(explain, &names, err) : explain_one(explain, &names, err);
}

int cmd_explain(int argc, char **argv) {
    Explain explain = {.request = request_new()};
    explain.request.command_line = true;
    const Option own[] = {
        {"why",  "METRIC",   "the formula behind a metric, with numbers, units and sources",
         &explain.why,                                                                             NULL         },
        {"plan", "best|all", "the fastest legal plan on these chips, or all of them ranked",
         &explain.plan,                                                                            NULL         },
        {"json", NULL,       "one JSON object on one line",                                  NULL, &explain.json},
    };
    const Options options = {
        .command = "explain",
        .summary = "Explains one design: op by op, what binds, and the formula behind any number.",
        .example = "chipfit explain --chip h100_sxm --model llama-3.1-70b --tp 8 --phase decode "
                   "--batch 64 --context 4096",
        .own = own,
        .own_count = FIELD_COUNT(own),
        .request = &explain.request,
    };
    Error err = {0};
    bool help;
    if (!options_read(&options, argc, argv, &help, &err))
        return options_fail(&err);
    if (help) {
        options_help(&options);
        return 0;
    }
    int code = check_plan_option(&explain, &err) ? explain_run(&explain, &err) : 2;
    if (explain.out.length == 0)
        options_fail(&err);
    else
        fwrite(explain.out.data, 1, explain.out.length, stdout);
    text_free(&explain.out);
    library_free(explain.library);
    return code;
}
