// catalog.h — everything read from data files: chips, systems, models, profiles. Filled by lua/, passed down as const.
#ifndef SIM_CATALOG_H
#define SIM_CATALOG_H

#include "arch/model.h"
#include "hw/engine.h"
#include "hw/profile.h"
#include "hw/system.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Catalog {
    const Chip *const *chips;
    int chip_count;
    const System *const *systems;
    int system_count;
    const Model *const *models;
    int model_count;
    const Profile *const *profiles;
    int profile_count;
    const Engine *const *engines;
    int engine_count;
    const Chip *stand_in; // of measured rows whose own chip is not known; NULL: they are wrong
} Catalog;

// By name or alias, without regard to case, '-', '_', '.' and blanks; NULL and an error with the nearest name.
const Chip *catalog_chip(const Catalog *catalog, const char *name, Error *err);
const System *catalog_system(const Catalog *catalog, const char *name, Error *err);
const Model *catalog_model(const Catalog *catalog, const char *name, Error *err);
const Engine *catalog_engine(const Catalog *catalog, const char *name, Error *err);
const Profile *catalog_profile(const Catalog *catalog, const char *name, Error *err);

// The profile that serves the chip: its own, then one measured on it, then one of its family; NULL: none.
const Profile *catalog_profile_of(const Catalog *catalog, const Chip *chip);

#ifdef __cplusplus
}
#endif
#endif
