// explain: one design op by op, the formula behind a number, or all plans ranked; a point of a stored run the same way.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/commands.h"
#include "lua/explain.h"
#include "lua/json.h"
#include "lua/measured.h"
#include "lua/names.h"
#include "lua/options.h"
#include "lua/ranking.h"
#include "lua/sources.h"
#include "lua/stored.h"
#include "lua/table.h"
#include "lua/why.h"

typedef struct Explain {
    Request request;
    const char *why, *plan, *measured;
    double measured_s;    // where one is given
    const char *run, *id; // of a stored point
    bool json;
    Library *library;
    Text head; // what stands before the design: of a stored point, where it comes from
    Text out;
} Explain;

static bool check_measured(Explain *explain, Error *err) {
    if (!explain->measured)
        return true;
    if (explain->why || (explain->plan && strcmp(explain->plan, "all") == 0))
        return error_set(err, "measured: is held against one design, without --why or --plan all");
    return measured_read(explain->measured, &explain->measured_s, err);
}

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

static void add_design_json(Explain *explain, const char *head, const Design *design,
                            const Metrics *metrics, const Breakdown *breakdown) {
    Text *out = &explain->out;
    text_addf(out, "{%s", head);
    json_design_members(out, design);
    text_add(out, ",");
    json_metrics_members(out, metrics);
    text_add(out, ",");
    if (explain->measured) {
        measured_json_member(out, explain->measured_s, metrics);
        text_add(out, ",");
    }
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

// Returns the exit code.
static int add_design(Explain *explain, const Request *request, const Design *design,
                      const Metrics *metrics, const Breakdown *breakdown, Error *err) {
    Why why = {design, metrics, breakdown};
    const char *head = explain->head.data ? explain->head.data : "";
    bool done = true;
    if (explain->why) {
        done = add_why(explain, &why, err);
    } else if (explain->json) {
        add_design_json(explain, head, design, metrics, breakdown);
    } else {
        text_add(&explain->out, head);
        explain_design(&explain->out, design, metrics, breakdown, how_chosen(request, metrics));
        if (explain->measured) {
            text_add(&explain->out, "\n");
            measured_text(&explain->out, explain->measured_s, metrics);
        }
    }
    bool looked = !request_has_degrees(request);
    return !done ? 2 : looked && !metrics->fits ? 1 : 0;
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
    int code = add_design(explain, &explain->request, &design, &metrics, breakdown, err);
    free(breakdown);
    return code;
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

// --- A stored point ------------------------------------------------------------------------------------------------

static void add_axis(Text *out, const Axis *axis, const AxisValue *value, double number,
                     bool json) {
    char text[64];
    bool flag = axis->field && axis->field->kind == FIELD_BOOL;
    if (value->text && json)
        text_add_json(out, value->text);
    else if (value->text)
        text_add(out, value->text);
    else if (flag)
        text_add(out, number != 0 ? "true" : "false");
    else if (json)
        text_add_number(out, number);
    else
        text_add(out, (unit_format(text, sizeof text, number, axis->field->unit), text));
}

// What the point chose on every axis, and why the run has no row of it.
static void add_point(Text *out, const char *run, const StoredPoint *built, bool json) {
    const Point *point = &built->point;
    const Space *space = point->space;
    Text line = {0};
    text_addf(json ? out : &line, json ? "\"point\":%lld,\"axes\":{" : "point %lld of ",
              (long long)point->id);
    if (!json)
        table_text(&line, run);
    const char *between = json ? "" : ": ";
    for (int i = 0; i < space->axis_count; i++) {
        const Axis *axis = &space->axes[i];
        if (!axis->field && !point->chosen[i]->text)
            continue; // a plan, which the design shows
        text_addf(json ? out : &line, json ? "%s\"%s\":" : "%s%s ", between, axis->name);
        add_axis(json ? out : &line, axis, point->chosen[i], point->numbers[i], json);
        between = json ? "," : ", ";
    }
    if (json && built->left_out[0]) {
        text_add(out, "},\"left_out\":");
        text_add_json(out, built->left_out);
        text_add(out, ",");
    } else if (json) {
        text_add(out, "},");
    } else {
        table_wrap(out, line.data, 0, 2);
        if (built->left_out[0])
            text_addf(out, "left out %s\n", built->left_out);
        text_add(out, "\n");
    }
    text_free(&line);
}

static int no_room(const Metrics *metrics, int64_t id, Error *err) {
    char missing[32];
    unit_format(missing, sizeof missing, metrics->hbm_missing_bytes, UNIT_BYTES);
    error_set(err, "point %lld: not even one sequence fits; a chip misses %s", (long long)id,
              missing);
    return 1;
}

static int explain_built(Explain *explain, Stored *stored, StoredPoint *built, Error *err) {
    const Point *point = &built->point;
    Metrics metrics;
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    if (!breakdown)
        abort();
    evaluate(&point->design, &metrics, breakdown);
    int code = 2;
    if (point->no_room) {
        code = no_room(&metrics, point->id, err);
    } else if (stored_judge(stored, built, &metrics, err)) {
        add_point(&explain->head, script_name(stored->script), built, explain->json);
        code = add_design(explain, &point->request, &point->design, &metrics, breakdown, err);
    }
    free(breakdown);
    return code;
}

static int explain_stored(Explain *explain, Error *err) {
    Stored stored = {0};
    StoredPoint built;
    int code = 2;
    if (stored_open(&stored, explain->run, err)) {
        if (!stored_is_current(&stored))
            fprintf(stderr,
                    "chipfit: %s: version %s wrote this run; " CHIPFIT_VERSION
                    " may compute other numbers\n",
                    explain->run, stored_version(&stored));
        StoredFate fate = stored_point(&stored, explain->id, &built, err);
        code = fate == STORED_NO_DESIGN ? 1 : 2;
        if (fate == STORED_DESIGN)
            code = explain_built(explain, &stored, &built, err);
        stored_point_end(&built);
    }
    stored_close(&stored);
    return code;
}

// --- The command line ----------------------------------------------------------------------------------------------

// Deals argv to words that belong to no option, whose number it returns, and the rest.
static int take_words(int argc, char **argv, char *words[], char *rest[], int *rest_count) {
    int count = 0;
    *rest_count = 0;
    rest[(*rest_count)++] = argv[0];
    for (int i = 1; i < argc; i++) {
        bool option = strncmp(argv[i], "--", 2) == 0 || strcmp(argv[i], "-h") == 0;
        if (!option) {
            words[count++] = argv[i];
            continue;
        }
        bool value = strcmp(argv[i], "--json") != 0 && !strchr(argv[i], '=');
        rest[(*rest_count)++] = argv[i];
        if (value && i + 1 < argc)
            rest[(*rest_count)++] = argv[++i];
    }
    return count;
}

static bool take_run(Explain *explain, char *words[], int count, Error *err) {
    if (count != 2) {
        error_set(err, "'%.60s' %s", words[count > 2 ? 2 : 0],
                  count > 2 ? "is one word too many"
                            : "is no option, and a stored run needs the id of a point behind it");
        return error_hint(err, "chipfit explain RUN.sqlite ID, or options such as --batch 64");
    }
    explain->run = words[0];
    explain->id = words[1];
    return true;
}

static bool read_words(Explain *explain, Options *options, int argc, char **argv, bool *help,
                       Error *err) {
    char **words = calloc((size_t)argc + 1, sizeof *words);
    char **rest = calloc((size_t)argc + 1, sizeof *rest);
    if (!words || !rest)
        abort();
    int rest_count, count = take_words(argc, argv, words, rest, &rest_count);
    Error none;
    bool good = true;
    if (count > 0 && !request_key(words[0], &none)) {
        options->request = NULL; // the run says what the design is
        good = options_read(options, rest_count, rest, help, err) &&
               (*help || take_run(explain, words, count, err));
        if (good && explain->plan)
            good = error_set(err, "plan: a stored point has its plan");
        options->request = &explain->request;
    } else {
        good = options_read(options, argc, argv, help, err);
    }
    free(words);
    free(rest);
    return good;
}

int cmd_explain(int argc, char **argv) {
    Explain explain = {.request = request_new()};
    explain.request.command_line = true;
    const Option own[] = {
        {"why",      "METRIC",   "the formula behind a metric, with numbers, units and sources",
         &explain.why,                                                                                              NULL         },
        {"plan",     "best|all", "the fastest legal plan on these chips, or all of them ranked",
         &explain.plan,                                                                                             NULL         },
        {"measured", "TIME",
         "a time that you measured: how much of it is the roof, and how much yours to win back", &explain.measured, NULL         },
        {"json",     NULL,       "one JSON object on one line",                                  NULL,              &explain.json},
    };
    Options options = {
        .command = "explain",
        .summary = "Explains one design: op by op, what binds, and the formula behind any number."
                   "\nchipfit explain RUN.sqlite ID [--why METRIC] [--json] explains a point of a "
                   "stored run, rebuilt from the file alone.\nchip, system and model may also be "
                   "JSON: --model '{\"base\": \"llama-3.1-8b\", \"layers\": 40}'.",
        .example = "chipfit explain --chip h100_sxm --model llama-3.1-70b --tp 8 --phase decode "
                   "--batch 64 --context 4096",
        .own = own,
        .own_count = FIELD_COUNT(own),
        .request = &explain.request,
    };
    Error err = {0};
    bool help;
    if (!read_words(&explain, &options, argc, argv, &help, &err))
        return options_fail(&err);
    if (help) {
        options_help(&options);
        return 0;
    }
    int code = 2;
    if (!check_measured(&explain, &err))
        code = 2;
    else if (explain.run)
        code = explain_stored(&explain, &err);
    else if (check_plan_option(&explain, &err))
        code = explain_run(&explain, &err);
    if (explain.out.length == 0)
        options_fail(&err);
    else
        fwrite(explain.out.data, 1, explain.out.length, stdout);
    text_free(&explain.head);
    text_free(&explain.out);
    library_free(explain.library);
    return code;
}
