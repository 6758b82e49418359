#include "lua/sweep_keys.h"

#include <string.h>

#include "lua/table.h"

// clang-format off
const SweepWord SWEEP_KEYS[] = {
    {"name", "string", "of the run"},
    {"chip", "string|table", "a name, a list of names and chip { }, or derive { } whose values may be lists"},
    {"system", "string|table", "the same of systems; left out: each chip's own"},
    {"model", "string|table", "a name, a list of names and model { }, or shape { }"},
    {"formats", "string|table", "a shorthand, a list of shorthands and tables, or a table of weights, activations, kv, matmul"},
    {"chips", "integer|integer[]|function", "chips in use"},
    {"plan", "table", "tp, cp, dp, pp, ep, etp, chunk, micro_batches, overlap, ... (functions see those before in this order), or all_plans { }; left out: the fastest that fits"},
    {"workload", "table", "decode { }, prefill { }, generate { }, serve { }, or a list of them"},
    {"routing_skew", "number|number[]|function", "Zipf exponent of the experts' popularity"},
    {"hbm_reserve", "number|number[]|function", "share of the memory that is left free"},
    {"training_tokens", "number|number[]|function", "what the network was trained on, for loss"},
    {"training_flop", "number|number[]|function", "a training budget in place of tokens"},
    {"usd_per_chip_hour", "number|number[]|function", "rent; left out: the chip's own"},
    {"mode", "string", "datasheet or calibrated, for all points; left out: calibrated where a kernel profile serves the chip"},
    {"engine", "string", "the serving engine whose time and habits are added; left out: kernels alone"},
    {"profile", "string", "the kernel profile of all points; left out: the one that serves the chip"},
    {"where", "table|fun(d: table): boolean", "which designs are evaluated: limits { params = { max = 120e9 } } or a function of the design"},
    {"keep", "table|fun(m: table): boolean", "which of them count: limits { tpot_s = { max = \"25 ms\" } } or a function of design and metrics"},
    {"minimise", "string|string[]", "metrics, see chipfit schema metrics"},
    {"maximise", "string|string[]", "metrics; with minimise up to six"},
    {"group_by", "string|string[]", "a frontier for each value of these axes"},
    {"keep_rows", "string|integer", "\"feasible\" (the default), \"all\", \"frontier\", or how many of the best by the first objective"},
    {"metrics", "string|string[]", "columns of the rows beside the axes and objectives; left out: about a dozen"},
    {"epsilon", "number", "keeps one of frontier designs that differ by less than this share"},
    {"frontier_limit", "integer", "most designs of the frontier; default: 1000000"},
    {"search", "table", "evolve { } for spaces too large to try all; left out: every point"},
    {"seed", "integer", "of evolve; default: 1"},
    {"plots", "table[]", "pictures of the rows that answer the question: lines { }, points { }, map { }, regions { }, timeline { }, roofline { }, ops { }, memory { }"},
    {NULL, NULL, NULL}};

const SweepWord SWEEP_CONSTRUCTORS[] = {
    {"sweep", "table", "what the script returns"},
    {"shape", "table", "a network that does not exist: base, and what differs from it; values may be lists or functions"},
    {"decode", "table", "one step: batch, context, draft, acceptance"},
    {"prefill", "table", "prompts to their first tokens: batch, prompt, prefix"},
    {"generate", "table", "both: batch, prompt, prefix, output, draft, acceptance"},
    {"serve", "table", "a closed loop in steady state: batch, prompt, prefix, output, draft, acceptance, token_budget, prompts"},
    {"all_plans", "table", "every plan whose degrees multiply out to the chips: max_tp, max_cp, max_pp, max_ep; and chunk, micro_batches, overlap, placement, cp_kind to try each with"},
    {"evolve", "table", "an evolutionary search: budget, seed, population, check"},
    {"lines", "sweep.plot", "in plots: y over x, a line for each value of by"},
    {"points", "sweep.plot", "in plots: a point for each row"},
    {"map", "sweep.plot", "in plots: z over x and y"},
    {"regions", "sweep.plot", "in plots: whose best is best at x and y"},
    {"timeline", "sweep.plot", "in plots: the pipeline of the best design"},
    {"roofline", "sweep.plot", "in plots: the ops of the best design under the chip's roof"},
    {"ops", "sweep.plot", "in plots: where the best design's time goes"},
    {"memory", "sweep.plot", "in plots: what the best design's memory holds"},
    {NULL, NULL, NULL}};

// Known to data files too; here for the schema.
static const SweepWord RECORDS[] = {
    {"derive", "table", "a variant of a chip or system: base, and what differs; values may be lists"},
    {"times", "number|number[]", "in derive: so many times the base's value"},
    {"chip", "table", "a chip of the script's own, see chipfit schema chip"},
    {"system", "table", "a system, see chipfit schema system"},
    {"model", "table", "a network, see chipfit schema model"},
    {NULL, NULL, NULL}};

const SweepWord SWEEP_PICTURE_KEYS[] = {
    {"name", "string", "of its files: letters, digits, '-' and '_'"},
    {"title", "string", "above the picture"},
    {"x", "string|fun(d: table): number", "a column of the rows (axis or metric), or a function of the row"},
    {"y", "string|fun(d: table): number", "the same; with an interval in the rows (time_low_s ...) a band is drawn"},
    {"z", "string|fun(d: table): number", "map: the colour"},
    {"by", "string|string[]|fun(d: table): string", "a series for each value of these columns"},
    {"each", "string|fun(d: table): string", "a picture for each value of it"},
    {"best", "string", "of the rows that share x, series and picture (map, regions: and y) the best by this metric; left out: all of them"},
    {"only", "table|fun(d: table): boolean", "rows that are looked at: { prompt = 8192, chips = { 8, 16 }, time_s = { max = \"1 s\" } }; of designs that fit, unless it says fits"},
    {"log", "string", "axes with a logarithmic scale, \"x\", \"y\", \"xy\" or \"none\"; left out: as the numbers suggest"},
    {"level", "table", "a line across: { at = 141e9, label = \"text\" }"},
    {"x_label", "string", "in place of the column's own, for functions"},
    {"y_label", "string", "the same"},
    {"z_label", "string", "the same"},
    {NULL, NULL, NULL}};

const SweepWord SWEEP_LISTS[] = {
    {"range", "first: number, last: number, step?: number", "first, first + step, ... up to last"},
    {"pow2", "first: number, last: number", "first, 2 first, 4 first, ... up to last"},
    {"logspace", "first: number, last: number, count: integer", "so many numbers at equal ratios"},
    {"upto", "most: integer, list: fun(d: table): table", "a list that depends on the axes before it"},
    {NULL, NULL, NULL}};
// clang-format on

static void add_rows(Table *rows, const SweepWord words[]) {
    for (; words->name; words++) {
        table_cell(rows, "%s", words->name);
        table_cell(rows, "%s", words->takes);
        table_cell(rows, "%s", words->help);
    }
}

void sweep_schema(Text *out) {
    static const TableColumn HEADS[] = {
        {"word",    true},
        {"takes",   true},
        {"meaning", true}
    };
    text_add(
        out,
        "A script of chipfit sweep returns sweep { key = value, ... }. Where a value is taken, a\n"
        "list of values or a function of the axes before it makes an axis: chip, system, model,\n"
        "formats, plan, workload, in this order. Any field of chip and model may be one.\n\n");
    const SweepWord *const all[] = {SWEEP_KEYS, SWEEP_CONSTRUCTORS, SWEEP_PICTURE_KEYS, RECORDS,
                                    SWEEP_LISTS};
    static const char *const TITLES[] = {"keys of sweep { }", "functions of one table",
                                         "keys of a plot", "chips, systems and models",
                                         "functions that give lists"};
    for (int i = 0; i < 5; i++) {
        Table rows = {.columns = HEADS, .column_count = 3};
        text_addf(out, "%s%s\n", i ? "\n" : "", TITLES[i]);
        add_rows(&rows, all[i]);
        table_write(&rows, out);
        table_free(&rows);
    }
}

void sweep_stub(Text *out) {
    text_add(out, "---what may vary, what is wanted\n---@class (exact) sweep.keys\n");
    for (const SweepWord *word = SWEEP_KEYS; word->name; word++)
        text_addf(out, "---@field %s%s %s %s\n", word->name,
                  strcmp(word->name, "model") == 0 || strcmp(word->name, "chip") == 0 ||
                          strcmp(word->name, "workload") == 0
                      ? ""
                      : "?",
                  word->takes, word->help);
    text_add(out, "\n---a picture of the rows\n---@class (exact) sweep.plot\n");
    for (const SweepWord *word = SWEEP_PICTURE_KEYS; word->name; word++)
        text_addf(out, "---@field %s? %s %s\n", word->name, word->takes, word->help);
    text_add(out, "\n");
    for (const SweepWord *word = SWEEP_CONSTRUCTORS; word->name; word++)
        text_addf(out, "---%s\n---@param fields %s\n---@return table\nfunction %s(fields) end\n\n",
                  word->help, strcmp(word->name, "sweep") == 0 ? "sweep.keys" : word->takes,
                  word->name);
    for (const SweepWord *word = SWEEP_LISTS; word->name; word++) {
        text_addf(out, "---%s\n---@type fun(%s): table\n%s = nil\n\n", word->help, word->takes,
                  word->name);
    }
}
