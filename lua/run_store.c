#include "lua/run_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lua/commands.h"
#include "lua/run_ops.h"
#include "sim/base/text.h"

static const char *hash_text(Arena *arena, const char *text, size_t length) {
    XXH128_hash_t hash = XXH3_128bits(text, length);
    char hex[40];
    snprintf(hex, sizeof hex, "%016llx%016llx", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
    return arena_text(arena, hex);
}

static const char *now_text(Arena *arena) {
    time_t now = time(NULL);
    struct tm utc;
    char text[32];
    gmtime_r(&now, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return arena_text(arena, text);
}

static const char *machine_text(Arena *arena) {
    struct utsname name = {0};
    char text[256];
    uname(&name);
    snprintf(text, sizeof text, "%s %s, %ld cores", name.sysname, name.machine,
             sysconf(_SC_NPROCESSORS_ONLN));
    return arena_text(arena, text);
}

static void axis_json(const Axis *axis, Text *out) {
    if (axis->function >= 0) {
        text_add(out, "\"function\"");
        return;
    }
    text_add(out, "[");
    for (int i = 0; i < axis->count; i++) {
        const AxisValue *value = &axis->values[i];
        text_add(out, i ? ", " : "");
        if (axis->part == PART_PLAN && !axis->field) {
            const SpaceDegrees *d = value->object;
            text_addf(out, "[%d, %d, %d, %d, %d]", d->chips, d->tp, d->cp, d->pp, d->ep);
        } else if (value->text) {
            text_add_json(out, value->text);
        } else {
            text_add_number(out, value->number);
        }
    }
    text_add(out, "]");
}

static const StoreAxis *describe_axes(const Space *space, Arena *arena) {
    StoreAxis *axes = arena_take(arena, (size_t)(space->axis_count + 1) * sizeof *axes);
    for (int i = 0; i < space->axis_count; i++) {
        Text json = {0};
        axis_json(&space->axes[i], &json);
        axes[i] = (StoreAxis){.name = space->axes[i].name,
                              .count = space->axes[i].count,
                              .values = arena_text(arena, json.data),
                              .help = space->axes[i].help};
        text_free(&json);
    }
    return axes;
}

static const Column *describe_columns(const Goal *goal, Arena *arena) {
    Column *columns = arena_take(arena, (size_t)goal->column_count * sizeof *columns);
    for (int i = 0; i < goal->column_count; i++)
        columns[i] = goal->columns[i].column;
    return columns;
}

static bool is_axis(const Space *space, const char *name) {
    for (int i = 0; i < space->axis_count; i++)
        if (strcmp(space->axes[i].name, name) == 0)
            return true;
    return false;
}

static void add_constant(StoreRun *run, StoreConstant *constants, const char *name,
                         const char *text, double value, Arena *arena) {
    StoreConstant *constant = &constants[run->constant_count++];
    *constant = (StoreConstant){
        .column = {.name = name, .kind = COLUMN_INTEGER},
          .value = value
    };
    if (!text) {
        if (value != floor(value) || fabs(value) >= 0x1p53)
            constant->column.kind = COLUMN_REAL;
        return;
    }
    const char **words = arena_take(arena, sizeof *words);
    words[0] = arena_text(arena, text);
    constant->column.kind = COLUMN_TEXT;
    constant->column.words = words;
    constant->column.word_count = 1;
    constant->value = 0;
}

// Chip, system and model where one stands for all, and every key of the request that was given and does not vary.
static void describe_constants(const Space *space, StoreRun *run, Arena *arena) {
    StoreConstant *constants =
        arena_take(arena, (size_t)(REQUEST_TABLE.count + 3) * sizeof *constants);
    if (!is_axis(space, "chip"))
        add_constant(run, constants, "chip", space->chip->name, 0, arena);
    if (!is_axis(space, "system") && space->system)
        add_constant(run, constants, "system", space->system->name, 0, arena);
    if (!is_axis(space, "model"))
        add_constant(run, constants, "model", space->model->name, 0, arena);
    for (int i = 0; i < REQUEST_TABLE.count; i++) {
        const Field *field = &REQUEST_TABLE.fields[i];
        const char *at = (const char *)&space->request + field->offset;
        bool names = strcmp(field->name, "chip") == 0 || strcmp(field->name, "system") == 0 ||
                     strcmp(field->name, "model") == 0;
        if (names || is_axis(space, field->name) || field->kind == FIELD_LIST)
            continue;
        const char *text =
            field->kind == FIELD_TEXT ? *(const char *const *)(const void *)at : NULL;
        double value = field_number(field, &space->request);
        if (text || (field->kind != FIELD_TEXT && value != field->initial))
            add_constant(run, constants, field->name, text, value, arena);
    }
    run->constants = constants;
}

static const char *describe_objectives(const Goal *goal, Arena *arena) {
    Text json = {0};
    text_add(&json, "[");
    for (int i = 0; i < goal->objective_count; i++)
        text_addf(&json, "%s{\"%s\": \"%s\"}", i ? ", " : "",
                  goal->objectives[i].maximise ? "maximise" : "minimise",
                  goal->objectives[i].metric->name);
    text_add(&json, "]");
    const char *kept = arena_text(arena, json.data);
    text_free(&json);
    return kept;
}

static bool serves(const Space *space, const Chip *chip, const Profile *profile) {
    const Request *request = &space->request;
    const Profile *chosen;
    Error none;
    const Profile *named =
        request->profile ? catalog_profile(space->catalog, request->profile, &none) : NULL;
    return request_profile(request, space->catalog, named, chip, &chosen, &none) &&
           chosen == profile;
}

// The kernel profiles of the chips that the space holds, and the hash of the rows that each was fitted to; NULL: none.
static const char *describe_profiles(const Space *space, Arena *arena) {
    Text text = {0};
    for (int i = 0; i < space->catalog->profile_count; i++) {
        const Profile *profile = space->catalog->profiles[i];
        bool used = space->chip && serves(space, space->chip, profile);
        for (int k = space->part_axes[PART_CHIP]; k < space->part_axes[PART_CHIP + 1]; k++)
            for (int v = 0; !space->axes[k].field && v < space->axes[k].value_count; v++)
                used |= serves(space, space->axes[k].values[v].object, profile);
        if (used)
            text_addf(&text, "%s%s (%s)", text.length ? ", " : "", profile->name,
                      profile->data ? profile->data : "");
    }
    const char *all = text.length ? arena_text(arena, text.data) : NULL;
    text_free(&text);
    return all;
}

static const char *describe_search(const Evolve *evolve, Arena *arena) {
    char text[96];
    if (!evolve)
        return "every point";
    snprintf(text, sizeof text, "evolve: budget %d, population %d, seed %d", evolve->budget,
             evolve->population, evolve->seed);
    return arena_text(arena, text);
}

// Shards are whole blocks: of a point that falls to a function of `where` and is no design either, the block in which it
// stands says which of the two is counted.
int64_t shard_first(int64_t points, Shard shard, int next) {
    double share = (double)(shard.index - 1 + next) / shard.count;
    int64_t first = (int64_t)((double)points * share) / SWEEP_BLOCK * SWEEP_BLOCK;
    return shard.index - 1 + next == shard.count ? points : first;
}

bool run_describe(const SweepScript *script, Library *library, RunText source, Shard shard,
                  int threads, Arena *arena, StoreRun *run, Error *err) {
    const Space *space = script_space(script);
    const Goal *goal = script_goal(script);
    *run = (StoreRun){.axis_count = space->axis_count, .column_count = goal->column_count};
    const LibraryFile *files_list;
    int files = library_files(library, arena, &files_list, err);
    if (files < 0)
        return false;
    StoreRecord *records = arena_take(arena, (size_t)files * sizeof *records);
    Text all = {0};
    for (int i = 0; i < files; i++) {
        const LibraryFile *file = &files_list[i];
        records[i] = (StoreRecord){file->kind, file->name, file->file, file->text};
        text_add(&all, file->file);
        text_add(&all, file->text);
    }
    run->records = records;
    run->record_count = files;
    StoreText *identity = arena_take(arena, 8 * sizeof *identity);
    char text[64];
    int count = 0;
    identity[count++] = (StoreText){"name", script_name(script)};
    identity[count++] = (StoreText){"version", CHIPFIT_VERSION};
    identity[count++] = (StoreText){"script", source.text};
    identity[count++] = (StoreText){"script_hash", hash_text(arena, source.text, source.length)};
    identity[count++] =
        (StoreText){"catalogue_hash", hash_text(arena, all.data ? all.data : "", all.length)};
    snprintf(text, sizeof text, "%d/%d", shard.index, shard.count);
    identity[count++] = (StoreText){"shard", arena_text(arena, text)};
    run->identity = identity;
    run->identity_count = count;
    text_free(&all);
    StoreText *facts = arena_take(arena, 12 * sizeof *facts);
    count = 0;
    facts[count++] = (StoreText){"script_file", arena_text(arena, source.file)};
    const char *profiles = describe_profiles(space, arena);
    facts[count++] = (StoreText){"mode", profiles ? "calibrated" : "datasheet"};
    facts[count++] = (StoreText){"kernel_profile", profiles};
    snprintf(text, sizeof text, "%lld", script_seed(script));
    facts[count++] = (StoreText){"seed", arena_text(arena, text)};
    snprintf(text, sizeof text, "%lld", (long long)space->points);
    facts[count++] = (StoreText){"points", arena_text(arena, text)};
    facts[count++] = (StoreText){"search", describe_search(script_evolve(script), arena)};
    facts[count++] = (StoreText){"objectives", describe_objectives(goal, arena)};
    facts[count++] = (StoreText){"machine", machine_text(arena)};
    snprintf(text, sizeof text, "%d", threads);
    facts[count++] = (StoreText){"threads", arena_text(arena, text)};
    facts[count++] = (StoreText){"started", now_text(arena)};
    facts[count++] = (StoreText){"ended", NULL};
    run->facts = facts;
    run->fact_count = count;
    run->axes = describe_axes(space, arena);
    run->columns = describe_columns(goal, arena);
    describe_constants(space, run, arena);
    run->op_columns = run_op_columns(&run->op_column_count);
    run->first = shard_first(space->points, shard, 0);
    run->last = shard_first(space->points, shard, 1);
    return true;
}

// --- The sink ----------------------------------------------------------------------------------------------------

static bool sink_rows(void *context, SweepTable table, const Rows *rows, Error *err) {
    return store_rows(context, table == SWEEP_POINT ? STORE_POINT : STORE_FRONTIER, rows, err);
}

static bool sink_remove(void *context, SweepTable table, const int64_t ids[], int64_t count,
                        Error *err) {
    return store_remove(context, table == SWEEP_POINT ? STORE_POINT : STORE_FRONTIER, ids, count,
                        err);
}

StoreState run_state(const SweepState *state, Arena *arena) {
    StoreNumber *counters = arena_take(arena, COUNT_COUNT * sizeof *counters);
    for (int i = 0; i < COUNT_COUNT; i++)
        counters[i] = (StoreNumber){SWEEP_COUNT_WORDS[i], state->counts[i]};
    StoreWhy *whys = arena_take(arena, REASONS * sizeof *whys);
    for (int i = 0; i < state->reasons.count; i++) {
        const Reason *reason = &state->reasons.list[i];
        whys[i] = (StoreWhy){REASON_KIND_WORDS[reason->kind], reason->what, reason->points,
                             reason->nearest_id, reason->miss};
    }
    return (StoreState){.watermark = state->watermark,
                        .counters = counters,
                        .counter_count = COUNT_COUNT,
                        .whys = whys,
                        .why_count = state->reasons.count,
                        .busy_s = state->busy_s};
}

static bool sink_commit(void *context, const SweepState *state, Error *err) {
    Arena *arena = arena_new();
    StoreState stored = run_state(state, arena);
    bool ok = store_commit(context, &stored, err);
    arena_free(arena);
    return ok;
}

SweepSink run_sink(Store *store) {
    return (SweepSink){store, sink_rows, sink_remove, sink_commit};
}

static int word_index(const char *const words[], const char *word) {
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

void run_state_back(const StoreState *stored, SweepState *state) {
    memset(state, 0, sizeof *state);
    state->watermark = stored->watermark;
    state->busy_s = stored->busy_s;
    for (int i = 0; i < stored->counter_count; i++) {
        int count = word_index(SWEEP_COUNT_WORDS, stored->counters[i].name);
        if (count >= 0)
            state->counts[count] = stored->counters[i].value;
    }
    for (int i = 0; i < stored->why_count && i < REASONS; i++) {
        const StoreWhy *why = &stored->whys[i];
        Reason *reason = &state->reasons.list[state->reasons.count++];
        *reason = (Reason){.kind = (ReasonKind)word_index(REASON_KIND_WORDS, why->kind),
                           .points = why->points,
                           .nearest_id = why->nearest_id,
                           .miss = why->miss};
        snprintf(reason->what, sizeof reason->what, "%s", why->what);
    }
}

// --- The end -----------------------------------------------------------------------------------------------------

static bool store_bests(Store *store, SweepRun *run, const Goal *goal, Arena *arena, Error *err) {
    const Frontier *frontier = sweep_frontier(run);
    int groups = frontier_groups(frontier), columns = goal->column_count, count = 0;
    int most = groups * goal->objective_count;
    const char **names = arena_take(arena, ((size_t)most + 1) * sizeof *names);
    int64_t *ids = arena_take(arena, ((size_t)most + 1) * sizeof *ids);
    double *values = arena_take(arena, ((size_t)most + 1) * (size_t)columns * sizeof *values);
    for (int objective = 0; objective < goal->objective_count; objective++) {
        for (int group = 0; group < groups; group++) {
            Candidate none;
            int64_t id = frontier_best(frontier, group, objective);
            if (id < 0)
                continue;
            worker_point(sweep_worker(run), id, values + (size_t)count * (size_t)columns, &none);
            names[count] = goal->objectives[objective].metric->name;
            ids[count++] = id;
        }
    }
    Rows rows = {columns, count, ids, values};
    return store_best(store, names, &rows, err);
}

bool run_finish(Store *store, SweepRun *run, const Goal *goal, Arena *arena, Error *err) {
    if (!store_bests(store, run, goal, arena, err))
        return false;
    const Frontier *frontier = sweep_frontier(run);
    int64_t count = frontier_count(frontier);
    int64_t *ids = arena_take(arena, ((size_t)count + 1) * sizeof *ids);
    frontier_ids(frontier, ids);
    bool ok = true;
    for (int64_t i = 0; ok && i < count && i < RUN_OPS; i++)
        ok = run_store_ops(store, sweep_worker(run), ids[i], err);
    StoreState state = run_state(sweep_state(run), arena);
    const StoreText ended[] = {
        {"ended", now_text(arena)}
    };
    return ok && store_finish(store, &state, ended, 1, err);
}
