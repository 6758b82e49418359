#include "lua/plot_design.h"

#include <math.h>
#include <string.h>

#include "lua/plot_ops.h"
#include "sim/schedule.h"

#define GB        1e9
#define STEPS     2     // of decode in a timeline
#define MOST_BARS 4096  // of a timeline
#define SEEN      0.002 // of the whole time: a hand-off that is shorter would be a hair

const char *const DESIGN_PICTURE_WORDS[DESIGN_PICTURES] = {"roofline", "ops", "memory", "timeline"};

// --- Caption -----------------------------------------------------------------------------------------------------------

// What runs over several values, if anything does.
typedef struct Varied {
    const Over *const *overs;
    int count;
    Arena *arena;
} Varied;

static const Over *varied(const Varied *all, const char *key) {
    for (int i = 0; i < all->count; i++)
        if (strcmp(all->overs[i]->key, key) == 0)
            return all->overs[i];
    return NULL;
}

// "context 4096", or "context 256 to 131072"
static const char *number(const Varied *all, const char *key, int value) {
    const Over *over = varied(all, key);
    return over ? plot_words(all->arena, "%s %s", key, over_words(over, all->arena))
                : plot_words(all->arena, "%s %d", key, value);
}

static const char *lengths(const Workload *work, const Varied *all) {
    if (work->phase == PHASE_DECODE)
        return number(all, "context", work->context);
    const char *prompt = number(all, "prompt", work->prompt);
    if (work->prefix || varied(all, "prefix"))
        prompt = plot_words(all->arena, "%s, %s", prompt, number(all, "prefix", work->prefix));
    if (work->phase == PHASE_PREFILL)
        return prompt;
    return plot_words(all->arena, "%s, %s", prompt, number(all, "output", work->output));
}

static const char *formats_words(const Formats *formats, Arena *arena) {
    const char *weights = FORMATS[formats->weights].name, *kv = FORMATS[formats->kv].name;
    const char *activations = FORMATS[formats->activations].name;
    if (formats->weights == formats->activations && formats->weights == formats->kv)
        return weights;
    return plot_words(arena, "weights %s, activations %s, KV %s", weights, activations, kv);
}

static const char *chips_words(const Design *design, const Varied *all) {
    const Chip *chip = design->chip;
    const char *title = chip->title ? chip->title : chip->name;
    const Over *over = varied(all, "chips");
    return over ? plot_words(all->arena, "%s x %s", over_words(over, all->arena), title)
                : plot_words(all->arena, "%d x %s", design->plan.chips, title);
}

// Where a degree runs over several values, what follows from it is not said.
static const char *plan_words(const Design *design, bool open, const Varied *all) {
    static const char *const DEGREES[] = {"tp", "cp", "dp", "pp", "ep", "etp"};
    char plan[96];
    if (open)
        return "the fastest plan that fits each";
    for (size_t i = 0; i < sizeof DEGREES / sizeof DEGREES[0]; i++)
        if (varied(all, DEGREES[i]))
            return number(all, DEGREES[i], 0);
    plan_text(&design->plan, plan, sizeof plan);
    return plot_words(all->arena, "plan %s%s", plan,
                      varied(all, "chips") ? " and replicas of it" : "");
}

char *plot_design_caption_over(const Design *design, bool plan_open, const Over *const overs[],
                               int count, Arena *arena) {
    const Varied all = {overs, count, arena};
    const Workload *work = &design->workload;
    const char *mode = MODE_WORDS[design->profile ? MODE_CALIBRATED : MODE_DATASHEET], *shape = "";
    for (int i = 0; i < count; i++)
        if (overs[i]->shape)
            shape =
                plot_words(arena, "%s, %s %s", shape, overs[i]->key, over_words(overs[i], arena));
    return plot_words(
        arena, "%s%s on %s, %s; %s, %s, %s, %s; %s mode%s%s%s%s", design->model->name, shape,
        chips_words(design, &all), plan_words(design, plan_open, &all), PHASE_WORDS[work->phase],
        number(&all, "batch", work->batch), lengths(work, &all),
        formats_words(&design->formats, arena), mode, design->profile ? ", kernels " : "",
        design->profile ? design->profile->name : "", design->engine ? ", engine " : "",
        design->engine ? design->engine->name : "");
}

char *plot_design_caption(const Design *design, Arena *arena) {
    return plot_design_caption_over(design, false, NULL, 0, arena);
}

// --- Memory ------------------------------------------------------------------------------------------------------------

#define PARTS 4

static void fill_memory_bar(const Memory *memory, int bar, double *parts[PARTS]) {
    parts[0][bar] = memory->weight_bytes / GB;
    parts[1][bar] = memory->kv_bytes / GB;
    parts[2][bar] = memory->activation_bytes / GB;
    parts[3][bar] = memory->buffer_bytes / GB;
}

// Says which stage's chip is the fullest, where one is given.
static const char *bar_label(const Design *design, int batch, const char *remark,
                             const Memory *stage, Arena *arena) {
    if (!stage)
        return plot_words(arena, "batch %d%s", batch, remark);
    return plot_words(arena, "batch %d%s, stage %d of %d", batch, remark, stage->stage + 1,
                      design->plan.pp);
}

static bool memory_picture(const Design *design, const Metrics *metrics, Arena *arena, Plot *plot) {
    static const char *const NAMES[PARTS] = {"weights", "KV cache", "activations", "buffers"};
    MemoryModel *model = arena_take(arena, sizeof *model);
    PlotSeries *series = arena_take(arena, PARTS * sizeof *series);
    PlotMark *marks = arena_take(arena, 2 * sizeof *marks);
    const char **labels = arena_take(arena, 2 * sizeof *labels);
    double *parts[PARTS];
    int batch = design->workload.batch, most = (int)metrics->max_batch;
    memory_model(model, design, NULL);
    Memory memory = memory_at(model, batch), full = memory_at(model, most > 0 ? most : 1);
    int bars = most > 0 && most != batch && most < MEMORY_BATCHES ? 2 : 1;
    for (int i = 0; i < PARTS; i++) {
        parts[i] = arena_take(arena, 2 * sizeof(double));
        series[i] = (PlotSeries){.name = NAMES[i], .count = bars, .y = parts[i], .labels = labels};
    }
    fill_memory_bar(&memory, 0, parts);
    fill_memory_bar(&full, 1, parts);
    bool apart =
        bars == 2 && memory.stage != full.stage; // another stage's chips are then the fullest
    labels[0] = bar_label(design, batch, memory.fits ? "" : " (does not fit)",
                          apart ? &memory : NULL, arena);
    labels[1] = bar_label(design, most, " (the largest)", apart ? &full : NULL, arena);
    double whole = (memory.usable_bytes + memory.reserve_bytes) / GB;
    marks[0] = (PlotMark){whole, false, plot_words(arena, "capacity %.4g GB", whole)};
    marks[1] = (PlotMark){memory.usable_bytes / GB, false,
                          plot_words(arena, "usable %.4g GB", memory.usable_bytes / GB)};
    plot->kind = PLOT_BARS;
    plot->title = apart ? "Memory of the fullest chip"
                  : design->plan.pp > 1
                      ? plot_words(arena, "Memory of the fullest chip, in stage %d of %d",
                                   memory.stage + 1, design->plan.pp)
                      : "Memory of a chip by what fills it";
    plot->y = (PlotAxis){"memory, GB", false, NAN, NAN};
    plot->series = series;
    plot->series_count = PARTS;
    plot->marks = marks;
    plot->mark_count = memory.reserve_bytes > 0 ? 2 : 1;
    return true;
}

// --- Timeline ----------------------------------------------------------------------------------------------------------

typedef struct Timeline {
    PlotSeries sent, work;
    double *y[2], *low[2], *high[2];
    const char **labels;
    TimeUnit unit;
    Arena *arena;
} Timeline;

static void timeline_new(Timeline *timeline, double longest_s, int bars, Arena *arena) {
    size_t bytes = (size_t)bars * sizeof(double);
    *timeline = (Timeline){.unit = time_unit(longest_s), .arena = arena};
    for (int i = 0; i < 2; i++) {
        timeline->y[i] = arena_take(arena, bytes);
        timeline->low[i] = arena_take(arena, bytes);
        timeline->high[i] = arena_take(arena, bytes);
    }
    timeline->labels = arena_take(arena, (size_t)bars * sizeof(char *));
    timeline->sent = (PlotSeries){
        .y = timeline->y[0], .low = timeline->low[0], .high = timeline->high[0], .faint = true};
    timeline->work = (PlotSeries){.y = timeline->y[1],
                                  .low = timeline->low[1],
                                  .high = timeline->high[1],
                                  .labels = timeline->labels};
}

static void timeline_add(Timeline *timeline, bool work, int stage, double from_s, double to_s,
                         const char *label) {
    PlotSeries *series = work ? &timeline->work : &timeline->sent;
    timeline->y[work][series->count] = stage + 1;
    timeline->low[work][series->count] = from_s * timeline->unit.per_s;
    timeline->high[work][series->count] = to_s * timeline->unit.per_s;
    if (work)
        timeline->labels[series->count] = label;
    series->count++;
}

static void prefill_timeline(const Breakdown *breakdown, double time_s, Timeline *timeline) {
    const PipelineTrace *trace = &breakdown->trace;
    int chunks = breakdown->units / breakdown->micro_batches;
    for (int u = 0; u < trace->units; u++) {
        const char *label =
            breakdown->micro_batches == 1
                ? plot_words(timeline->arena, "%d", u + 1)
                : plot_words(timeline->arena, "%d.%d", u / chunks + 1, u % chunks + 1);
        for (int s = 0; s < breakdown->stages; s++) {
            if (s > 0 && trace->at[u][s].arrived_s - trace->at[u][s].sent_s > SEEN * time_s)
                timeline_add(timeline, false, s, trace->at[u][s].sent_s, trace->at[u][s].arrived_s,
                             NULL);
            timeline_add(timeline, true, s, trace->at[u][s].begin_s, trace->at[u][s].end_s, label);
        }
    }
    timeline->work.name =
        breakdown->micro_batches == 1 ? "chunk of the prompt" : "micro-batch.chunk";
    timeline->sent.name = "hand-off to the stage";
}

// Micro-batches are alike, and each comes back to the first stage with its new token. From an empty pipeline.
static void decode_timeline(const Design *design, const Breakdown *breakdown, double time_s,
                            Timeline *timeline) {
    int micro = breakdown->micro_batches, stages = breakdown->stages;
    double units = micro / workload_step_tokens(&design->workload);
    double free_s[PLAN_STAGES] = {0}, link_free_s[PLAN_STAGES] = {0},
           handoff_s = breakdown->handoff_s;
    double *back_s = arena_take(timeline->arena, (size_t)micro * sizeof *back_s);
    for (int u = 0; u < STEPS * micro; u++) {
        double at_s = back_s[u % micro];
        const char *label = plot_words(timeline->arena, "%d", u % micro + 1);
        for (int s = 0; s < stages; s++) {
            if (s > 0) {
                double sent_s = fmax(at_s, link_free_s[s]);
                at_s = link_free_s[s] = sent_s + handoff_s;
                if (handoff_s > SEEN * time_s)
                    timeline_add(timeline, false, s, sent_s, at_s, NULL);
            }
            double begin_s = fmax(at_s, free_s[s]);
            at_s = free_s[s] = begin_s + breakdown->stage_s[s] / units;
            timeline_add(timeline, true, s, begin_s, at_s, label);
        }
        back_s[u % micro] = at_s;
    }
    timeline->work.name = "micro-batch";
    timeline->sent.name = "hand-off to the stage";
}

static bool timeline_picture(const Design *design, const Metrics *metrics,
                             const Breakdown *breakdown, Arena *arena, Plot *plot, Error *err) {
    bool decode = design->workload.phase == PHASE_DECODE;
    double time_s = design->workload.phase == PHASE_GENERATE ? metrics->ttft_s : metrics->time_s;
    int stages = breakdown->stages,
        units = decode ? STEPS * breakdown->micro_batches : breakdown->trace.units;
    if (stages < 2) {
        error_set(err, "timeline: this design has one stage, so that nothing is pipelined");
        return error_hint(err, "--pp 4 splits the layers over four stages");
    }
    if (units == 0 || (decode && units > MOST_BARS / stages))
        return error_set(err,
                         decode ? "timeline: %d micro-batches are too many to be drawn"
                                : "timeline: of prefill, decode and generate only",
                         breakdown->micro_batches);
    Timeline timeline;
    timeline_new(&timeline, time_s, units * stages, arena);
    if (decode)
        decode_timeline(design, breakdown, time_s, &timeline);
    else
        prefill_timeline(breakdown, time_s, &timeline);
    PlotSeries *series = arena_take(arena, 2 * sizeof *series);
    series[0] = timeline.work;
    series[1] = timeline.sent;
    plot->kind = PLOT_TIMELINE;
    if (decode)
        plot->title =
            plot_words(arena, "Two decode steps over %d stages, from an empty pipeline", stages);
    else
        plot->title = plot_words(arena, "%s%d units of work over %d stages of a prefill",
                                 units < breakdown->units ? "The first " : "", units, stages);
    plot->x = (PlotAxis){plot_words(arena, "time, %s", timeline.unit.sign), false, NAN, NAN};
    plot->y = (PlotAxis){"stage", false, NAN, NAN};
    plot->series = series;
    plot->series_count = 2;
    return true;
}

// -----------------------------------------------------------------------------------------------------------------------

bool plot_design_one(const Design *design, const Metrics *metrics, const Breakdown *breakdown,
                     DesignPicture picture, const char *prefix, Arena *arena, Plot *plot,
                     Error *err) {
    const char *word = DESIGN_PICTURE_WORDS[picture];
    *plot = (Plot){.name = prefix ? plot_words(arena, "%s-%s", prefix, word) : word,
                   .caption = plot_design_caption(design, arena)};
    bool good = false;
    switch (picture) {
    case PICTURE_ROOFLINE:
        good = plot_ops_roofline(design, breakdown, arena, plot);
        break;
    case PICTURE_OPS:
        good = plot_ops_bars(design, breakdown, arena, plot);
        break;
    case PICTURE_MEMORY:
        good = memory_picture(design, metrics, arena, plot);
        break;
    default:
        return timeline_picture(design, metrics, breakdown, arena, plot, err);
    }
    return good || error_set(err, "%s: no op of this design can be drawn", word);
}

DesignPlots plot_design(const Design *design, const Metrics *metrics, const Breakdown *breakdown,
                        const char *prefix, Arena *arena) {
    DesignPlots all = {arena_take(arena, DESIGN_PICTURES * sizeof(Plot)), 0, arena};
    for (int i = 0; i < DESIGN_PICTURES; i++) {
        Error none;
        if (plot_design_one(design, metrics, breakdown, (DesignPicture)i, prefix, arena,
                            &all.plots[all.count], &none))
            all.count++;
    }
    return all;
}
