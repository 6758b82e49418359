#include "lua/stored.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/commands.h"
#include "search/quantity.h"

// --- Opening -----------------------------------------------------------------------------------------------------

static bool open_library(Stored *stored, Error *err) {
    const StoreRun *run = store_run(stored->store);
    LibraryFile *files = arena_take(stored->arena, ((size_t)run->record_count + 1) * sizeof *files);
    for (int i = 0; i < run->record_count; i++) {
        const StoreRecord *record = &run->records[i];
        if (!record->file || !record->text)
            return error_set(err, "the run is damaged: a record has no text");
        files[i] = (LibraryFile){record->kind, record->name, record->file, record->text};
    }
    stored->library = library_open_files(files, run->record_count, err);
    return stored->library != NULL;
}

static const char *text_of(const StoreRun *run, const char *name) {
    for (int i = 0; i < run->identity_count; i++)
        if (strcmp(run->identity[i].name, name) == 0)
            return run->identity[i].value;
    return "";
}

// What was rebuilt must be what was run.
static bool is_whole(const Stored *stored, Error *err) {
    static const char *const NAMES[] = {"name", "script_hash", "catalogue_hash"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const char *was = store_text(stored->store, NAMES[i]);
        if (!was || strcmp(was, text_of(&stored->run, NAMES[i])) != 0)
            return error_set(err, "the run is damaged: its %s does not match what it holds",
                             NAMES[i]);
    }
    return true;
}

static bool open_script(Stored *stored, Error *err) {
    const char *text = store_text(stored->store, "script");
    const char *file = store_text(stored->store, "script_file");
    if (!text)
        return error_set(err, "the run is damaged: it holds no script");
    RunText source = {file ? file : "script", text, strlen(text)};
    stored->script = script_open(stored->library, source.file, text, source.length, err);
    return stored->script && run_describe(stored->script, stored->library, source, (Shard){1, 1}, 1,
                                          stored->arena, &stored->run, err);
}

bool stored_open(Stored *stored, const char *path, Error *err) {
    stored->arena = arena_new();
    stored->store = store_open(path, err);
    if (!stored->store)
        return false;
    bool good = open_library(stored, err) && open_script(stored, err);
    if (!good && !stored_is_current(stored))
        error_hint(err, "version %s of chipfit wrote %s, this is " CHIPFIT_VERSION,
                   stored_version(stored), path);
    good = good && is_whole(stored, err);
    if (!good)
        error_where(err, path, 0);
    return good;
}

void stored_close(Stored *stored) {
    script_close(stored->script);
    library_free(stored->library);
    store_close(stored->store);
    arena_free(stored->arena);
}

const char *stored_version(const Stored *stored) {
    const char *version = store_text(stored->store, "version");
    return version ? version : "unknown";
}

bool stored_is_current(const Stored *stored) {
    return strcmp(stored_version(stored), CHIPFIT_VERSION) == 0;
}

// --- A point -----------------------------------------------------------------------------------------------------

static bool read_id(const Space *space, const char *text, int64_t *id, Error *err) {
    char *end;
    *id = strtoll(text, &end, 10); // out of range: the largest number, which is no id either
    if (end == text || *end)
        error_set(err, "'%.60s' is no id of a point: it takes a whole number", text);
    else if (*id < 0 || *id >= space->points)
        error_set(err, "there is no point %.60s", text);
    else
        return true;
    return error_hint(err, "the run's ids go from 0 to %lld", (long long)space->points - 1);
}

static void note_where(const Point *point, char *text, size_t size) {
    if (point->bound < 0) {
        snprintf(text, size, "by the function of where");
        return;
    }
    const Limit *limit = &point->space->where[point->bound];
    double value = quantity_number(&limit->quantity, point);
    bool above = value > limit->max;
    snprintf(text, size, "by where: %.60s = %.10g is %s %.10g", limit->quantity.name, value,
             above ? "above" : "below", above ? limit->max : limit->min);
}

static StoredFate no_design(PointFate fate, int64_t id, Error *err) {
    char what[sizeof err->what];
    snprintf(what, sizeof what, "%s", err->what);
    if (fate == POINT_BROKEN)
        return STORED_WRONG;
    if (fate == POINT_VOID) {
        error_set(err, "point %lld is void: it stands past the end of a list", (long long)id);
        return STORED_NO_DESIGN;
    }
    err->line = 0; // of a rule that has no place in the script
    err->file[0] = '\0';
    snprintf(err->what, sizeof err->what, "point %lld is no design: ", (long long)id);
    size_t length = strlen(err->what);
    snprintf(err->what + length, sizeof err->what - length, "%.*s",
             (int)(sizeof err->what - length - 1), what);
    return STORED_NO_DESIGN;
}

StoredFate stored_point(Stored *stored, const char *id_text, StoredPoint *built, Error *err) {
    const Space *space = script_space(stored->script);
    PointHooks hooks = script_hooks(stored->script).point;
    int64_t id, alike;
    *built = (StoredPoint){.everything = *space};
    built->everything.where_count = 0;
    built->everything.where_function = false;
    if (!read_id(space, id_text, &id, err))
        return STORED_WRONG;
    *err = (Error){0};
    point_new(&built->point, space, hooks);
    PointFate fate = point_seek(&built->point, id, &alike, err);
    if (fate == POINT_FILTERED) {
        note_where(&built->point, built->left_out, sizeof built->left_out);
        point_end(&built->point);
        point_new(&built->point, &built->everything, hooks);
        fate = point_seek(&built->point, id, &alike, err);
    }
    return fate == POINT_READY ? STORED_DESIGN : no_design(fate, id, err);
}

void stored_point_end(StoredPoint *built) {
    point_end(&built->point);
}

bool stored_judge(Stored *stored, StoredPoint *built, const Metrics *metrics, Error *err) {
    const Goal *goal = script_goal(stored->script);
    WorkerHooks hooks = script_hooks(stored->script);
    if (built->left_out[0] || !metrics->fits)
        return true;
    for (int i = 0; i < goal->keep_count; i++) {
        const MetricBound *bound = &goal->keep[i];
        double value = field_number(bound->metric, metrics);
        if (value >= bound->min && value <= bound->max)
            continue;
        snprintf(built->left_out, sizeof built->left_out, "by keep: %s", bound->text);
        return true;
    }
    bool keep = true;
    if (goal->keep_function && !hooks.keep(hooks.point.thread, &built->point, metrics, &keep, err))
        return false;
    if (!keep)
        snprintf(built->left_out, sizeof built->left_out, "by the function of keep");
    return true;
}
