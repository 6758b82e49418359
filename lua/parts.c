#include "lua/parts.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"

static bool same_run(const Parts *parts, Store *store, const char *path, Error *err) {
    const StoreRun *run = &parts->whole.run;
    for (int i = 0; i < run->identity_count; i++) {
        const char *name = run->identity[i].name, *was = store_text(store, name);
        if (strcmp(name, "shard") == 0 || (was && strcmp(was, run->identity[i].value) == 0))
            continue;
        if (strcmp(name, "version") == 0) {
            error_set(err, "version %s of chipfit wrote it, this is %s", was ? was : "unknown",
                      run->identity[i].value);
            error_hint(err, "merge with the version that wrote all parts");
        } else {
            error_set(err, "it is part of another run: its %s is not that of %s", name,
                      parts->list[0].path);
        }
        return error_where(err, path, 0);
    }
    return true;
}

static bool is_finished(Store *store, const StoreState *state, const char *path, Error *err) {
    if (store_finished(store))
        return true;
    const StoreRun *run = store_run(store);
    error_set(err, "it is not finished: %lld of %lld points are done",
              (long long)(state->watermark - run->first), (long long)(run->last - run->first));
    error_hint(err, "chipfit sweep ... --resume goes on with it");
    return error_where(err, path, 0);
}

static const char *fact_of(Parts *parts, Store *store, const char *name) {
    const char *text = store_text(store, name);
    return text ? arena_text(parts->arena, text) : "";
}

static bool check_part(Parts *parts, Part *part, Error *err) {
    StoreState state;
    Store *store = store_open(part->path, err);
    if (!store)
        return false;
    const StoreRun *run = store_run(store);
    bool good = same_run(parts, store, part->path, err) && store_state(store, &state, err) &&
                is_finished(store, &state, part->path, err);
    if (good) {
        run_state_back(&state, &part->state);
        part->first = run->first;
        part->last = run->last;
        part->machine = fact_of(parts, store, "machine");
        part->threads = fact_of(parts, store, "threads");
        part->started = fact_of(parts, store, "started");
    }
    store_close(store);
    return good;
}

static int by_first(const void *a, const void *b) {
    const Part *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    if (x->last != y->last)
        return x->last < y->last ? -1 : 1;
    return strcmp(x->path, y->path);
}

// Every id once: parts in order must meet.
static bool check_cover(const Parts *parts, Error *err) {
    int64_t points = script_space(parts->whole.script)->points, next = 0;
    const Part *before = NULL;
    for (int i = 0; i <= parts->count; i++) {
        bool end = i == parts->count;
        const Part *part = &parts->list[end ? 0 : i];
        int64_t first = end ? points : part->first;
        if (first > next) {
            error_set(err, "points %lld to %lld are in no part", (long long)next,
                      (long long)first - 1);
            return error_hint(err, "%s%s%s%s", before ? "they follow those of " : "",
                              before ? before->path : "",
                              before && !end ? " and precede those of "
                              : !end         ? "they precede those of "
                                             : "",
                              end ? "" : part->path);
        }
        if (first < next && !end && part->last > part->first) {
            int64_t last = part->last < next ? part->last : next;
            error_set(err, "points %lld to %lld are in two parts", (long long)first,
                      (long long)last - 1);
            return error_hint(err, "in %s and in %s", before->path, part->path);
        }
        if (!end && part->last > next) {
            next = part->last;
            before = part;
        }
    }
    return true;
}

bool parts_open(Parts *parts, const char *const paths[], int count, Error *err) {
    *parts = (Parts){.count = count, .arena = arena_new()};
    parts->list = arena_take(parts->arena, (size_t)count * sizeof *parts->list);
    for (int i = 0; i < count; i++)
        parts->list[i].path = paths[i];
    if (!stored_open(&parts->whole, paths[0], err))
        return false;
    if (script_evolve(parts->whole.script)) {
        error_set(err, "an evolutionary search has no parts");
        return error_where(err, paths[0], 0);
    }
    for (int i = 0; i < parts->count; i++)
        if (!check_part(parts, &parts->list[i], err))
            return false;
    qsort(parts->list, (size_t)parts->count, sizeof *parts->list, by_first);
    return check_cover(parts, err);
}

void parts_close(Parts *parts) {
    stored_close(&parts->whole);
    arena_free(parts->arena);
}

// --- The whole -------------------------------------------------------------------------------------------------------

// What the parts say under a fact, each once.
static const char *joined(const Parts *parts, size_t offset) {
    Text all = {0};
    for (int i = 0; i < parts->count; i++) {
        const char *text = *(const char **)(void *)((char *)&parts->list[i] + offset);
        bool there = false;
        for (int k = 0; k < i; k++)
            there |= strcmp(*(const char **)(void *)((char *)&parts->list[k] + offset), text) == 0;
        if (!there)
            text_addf(&all, "%s%s", all.length ? "; " : "", text);
    }
    const char *kept = arena_text(parts->arena, all.data);
    text_free(&all);
    return kept;
}

static const char *first_start(const Parts *parts) {
    const char *first = parts->list[0].started;
    for (int i = 1; i < parts->count; i++)
        if (strcmp(parts->list[i].started, first) < 0)
            first = parts->list[i].started;
    return first;
}

StoreRun parts_run(const Parts *parts) {
    StoreRun run = parts->whole.run;
    StoreText *facts = arena_take(parts->arena, (size_t)run.fact_count * sizeof *facts);
    memcpy(facts, run.facts, (size_t)run.fact_count * sizeof *facts);
    for (int i = 0; i < run.fact_count; i++) {
        if (strcmp(facts[i].name, "machine") == 0)
            facts[i].value = joined(parts, offsetof(Part, machine));
        else if (strcmp(facts[i].name, "threads") == 0)
            facts[i].value = joined(parts, offsetof(Part, threads));
        else if (strcmp(facts[i].name, "started") == 0)
            facts[i].value = first_start(parts);
    }
    run.facts = facts;
    return run;
}

SweepState parts_state(const Parts *parts) {
    SweepState all = {.watermark = script_space(parts->whole.script)->points};
    for (int i = 0; i < parts->count; i++) {
        const SweepState *state = &parts->list[i].state;
        for (int k = 0; k < COUNT_COUNT; k++)
            all.counts[k] += state->counts[k];
        reasons_merge(&all.reasons, &state->reasons);
        all.busy_s += state->busy_s;
    }
    return all;
}
