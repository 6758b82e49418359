#include "sim/catalog.h"

#include <string.h>

#include "sim/base/text.h"

// Whether `name` is the given name or one of the aliases.
static bool answers_to(const char *name, const char *own, const char *const aliases[], int count) {
    bool answers = text_same_name(name, own);
    for (int i = 0; i < count && !answers; i++)
        answers = text_same_name(name, aliases[i]);
    return answers;
}

// Near misses are looked for only when a name is unknown: that takes far longer than finding one.
static void offer(Nearest *nearest, const char *name, const char *own, const char *const aliases[],
                  int count) {
    nearest_offer(nearest, name, own);
    for (int i = 0; i < count; i++)
        nearest_offer(nearest, name, aliases[i]);
}

static void unknown(const char *what, const char *name, const Nearest *nearest, Error *err) {
    error_set(err, "there is no %s '%s'", what, name);
    if (nearest->best)
        error_hint(err, "did you mean '%s'?", nearest->best);
    else
        error_hint(err, "chipfit list %ss shows them all; a file's name ends in .lua",
                   strcmp(what, "profile") == 0 ? "kernel" : what);
}

const Chip *catalog_chip(const Catalog *catalog, const char *name, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < catalog->chip_count; i++) {
        const Chip *chip = catalog->chips[i];
        if (answers_to(name, chip->name, chip->aliases, chip->alias_count))
            return chip;
    }
    for (int i = 0; i < catalog->chip_count; i++) {
        const Chip *chip = catalog->chips[i];
        offer(&nearest, name, chip->name, chip->aliases, chip->alias_count);
    }
    unknown("chip", name, &nearest, err);
    return NULL;
}

const System *catalog_system(const Catalog *catalog, const char *name, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < catalog->system_count; i++) {
        const System *system = catalog->systems[i];
        if (answers_to(name, system->name, system->aliases, system->alias_count))
            return system;
    }
    for (int i = 0; i < catalog->system_count; i++) {
        const System *system = catalog->systems[i];
        offer(&nearest, name, system->name, system->aliases, system->alias_count);
    }
    unknown("system", name, &nearest, err);
    return NULL;
}

const Model *catalog_model(const Catalog *catalog, const char *name, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < catalog->model_count; i++) {
        const Model *model = catalog->models[i];
        if (answers_to(name, model->name, model->aliases, model->alias_count))
            return model;
    }
    for (int i = 0; i < catalog->model_count; i++) {
        const Model *model = catalog->models[i];
        offer(&nearest, name, model->name, model->aliases, model->alias_count);
    }
    unknown("model", name, &nearest, err);
    return NULL;
}

const Engine *catalog_engine(const Catalog *catalog, const char *name, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < catalog->engine_count; i++) {
        const Engine *engine = catalog->engines[i];
        if (answers_to(name, engine->name, engine->aliases, engine->alias_count))
            return engine;
    }
    for (int i = 0; i < catalog->engine_count; i++) {
        const Engine *engine = catalog->engines[i];
        offer(&nearest, name, engine->name, engine->aliases, engine->alias_count);
    }
    unknown("engine", name, &nearest, err);
    return NULL;
}

const Profile *catalog_profile(const Catalog *catalog, const char *name, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < catalog->profile_count; i++)
        if (text_same_name(name, catalog->profiles[i]->name))
            return catalog->profiles[i];
    for (int i = 0; i < catalog->profile_count; i++)
        nearest_offer(&nearest, name, catalog->profiles[i]->name);
    unknown("profile", name, &nearest, err);
    return NULL;
}

const Profile *catalog_profile_of(const Catalog *catalog, const Chip *chip) {
    const Profile *serves = chip->kernels;
    if (serves)
        return serves;
    for (int i = 0; i < catalog->profile_count; i++) {
        if (!profile_serves(catalog->profiles[i], chip))
            continue;
        if (profile_measured(catalog->profiles[i], chip))
            return catalog->profiles[i];
        serves = serves ? serves : catalog->profiles[i];
    }
    return serves;
}
