#include "lua/library.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/data_folder.h"
#include "lua/file.h"
#include "lua/import.h"
#include "lua/place.h"
#include "lua/reader.h"
#include "lua/sandbox.h"
#include "sim/base/text.h"

#define FILE_BYTES ((size_t)1 << 20)
#define PATH_BYTES 4096

typedef enum Kind {
    KIND_CHIP,
    KIND_SYSTEM,
    KIND_MODEL,
    KIND_PROFILE,
    KIND_ENGINE,
    KIND_COUNT
} Kind;

// What there is to know of a kind of record. `finish` checks a record and fills in its defaults.
typedef struct KindInfo {
    const char *word, *folder;
    const FieldTable *table;
    bool (*finish)(Library *library, void *record, const char *origin, Error *err);
} KindInfo;

// Records in the order in which they were read.
typedef struct Records {
    void **items;
    char **files; // paths as given, or names in the shipped folder
    int count, capacity;
} Records;

// Variants of variants, at most so deep; more is taken for a circle.
#define BASES 8

struct Library {
    Arena *arena;
    char folder[PATH_BYTES];
    Records shipped[KIND_COUNT], own[KIND_COUNT];
    Catalog catalog;           // of the shipped records
    bool complete;             // all shipped files are read
    int bases;                 // files being read, each the base of the one before
    bool no_files;             // a stranger's script is read, which must not name files
    const LibraryFile *memory; // in place of the folder; NULL: none
    int memory_count;
};

static const char *or_else(const char *text, const char *other) {
    return text ? text : other;
}

static bool finish_chip(Library *library, void *record, const char *origin, Error *err) {
    Chip *chip = record;
    chip->origin = origin;
    chip->title = or_else(chip->title, chip->name);
    chip->vendor = or_else(chip->vendor, "");
    chip->family = or_else(chip->family, "");
    if (chip->system && !library_system(library, chip->system, err))
        return false;
    return chip_finish(chip, err);
}

static bool finish_system(Library *library, void *record, const char *origin, Error *err) {
    (void)library;
    System *system = record;
    system->origin = origin;
    system->title = or_else(system->title, system->name);
    return system_finish(system, err);
}

static bool finish_model(Library *library, void *record, const char *origin, Error *err) {
    (void)library;
    Model *model = record;
    model->origin = origin;
    model->title = or_else(model->title, model->name);
    return model_finish(model, err);
}

static bool finish_profile(Library *library, void *record, const char *origin, Error *err) {
    (void)library;
    Profile *profile = record;
    profile->origin = origin;
    profile->title = or_else(profile->title, profile->name);
    return profile_finish(profile, err);
}

static bool finish_engine(Library *library, void *record, const char *origin, Error *err) {
    (void)library;
    (void)err;
    Engine *engine = record;
    engine->origin = origin;
    engine->title = or_else(engine->title, engine->name);
    return true;
}

// Systems first: a chip names its own.
static const Kind READ_ORDER[KIND_COUNT] = {KIND_SYSTEM, KIND_CHIP, KIND_MODEL, KIND_PROFILE,
                                            KIND_ENGINE};

static const KindInfo KINDS[KIND_COUNT] = {
    [KIND_CHIP] = {"chip",    "hw/chips",    &CHIP_TABLE,    finish_chip   },
    [KIND_SYSTEM] = {"system",  "hw/systems",  &SYSTEM_TABLE,  finish_system },
    [KIND_MODEL] = {"model",   "arch/models", &MODEL_TABLE,   finish_model  },
    [KIND_PROFILE] = {"profile", "hw/kernels",  &PROFILE_TABLE, finish_profile},
    [KIND_ENGINE] = {"engine",  "hw/engines",  &ENGINE_TABLE,  finish_engine },
};

static void records_add(Records *records, void *item, const char *file) {
    if (records->count == records->capacity) {
        records->capacity = records->capacity ? 2 * records->capacity : 64;
        size_t size = (size_t)records->capacity * sizeof(void *);
        records->items = realloc(records->items, size);
        records->files = realloc(records->files, size);
        if (!records->items || !records->files)
            abort();
    }
    records->items[records->count] = item;
    if (!(records->files[records->count++] = strdup(file)))
        abort();
}

static void *records_find(const Records *records, const char *file) {
    for (int i = 0; i < records->count; i++)
        if (strcmp(records->files[i], file) == 0)
            return records->items[i];
    return NULL;
}

static void records_free(Records *records) {
    for (int i = 0; i < records->count; i++)
        free(records->files[i]);
    free(records->items);
    free(records->files);
}

// The base that a variant names; its own errors, if it has any, name its file.
static const void *find_base(Library *library, Kind kind, const char *name, const ReadPlace *place,
                             Error *err) {
    const void *base = NULL;
    Error other;
    if (library->bases > BASES) {
        error_set(err, "base: '%.60s' rests on itself", name);
    } else if (kind == KIND_CHIP) {
        base = library_chip(library, name, err);
        if (!base && library_system(library, name, &other))
            error_set(err, "base: '%.60s' is a system, not a chip", name);
    } else if (kind == KIND_SYSTEM) {
        base = library_system(library, name, err);
        if (!base && library_chip(library, name, &other))
            error_set(err, "base: '%.60s' is a chip, not a system", name);
    } else {
        error_set(err, "derive makes variants of chips and systems, not of a %s", KINDS[kind].word);
    }
    if (!base && !err->file[0])
        error_where(err, place->file, place_key(place_call(place->text, place->line), "base").line);
    return base;
}

static bool is_given(lua_State *L, const char *key) {
    bool given = lua_getfield(L, -1, key) != LUA_TNIL;
    lua_pop(L, 1);
    return given;
}

// A variant is called what it says, not what its base is called. Where its matrix unit differs and no peak is given, the
// peaks follow.
static void settle_variant(Library *library, Kind kind, lua_State *L, void *record,
                           const void *base) {
    char title[256];
    if (kind == KIND_SYSTEM) {
        System *system = record;
        system->alias_count = is_given(L, "aliases") ? system->alias_count : 0;
        snprintf(title, sizeof title, "%s, variant of %s", system->name,
                 ((const System *)base)->name);
        if (!is_given(L, "title"))
            system->title = arena_text(library->arena, title);
        return;
    }
    Chip *chip = record;
    chip->alias_count = is_given(L, "aliases") ? chip->alias_count : 0;
    snprintf(title, sizeof title, "%s, variant of %s", chip->name, ((const Chip *)base)->name);
    if (!is_given(L, "title"))
        chip->title = arena_text(library->arena, title);
    if (!is_given(L, "peak"))
        chip_scale_peak(chip, &((const Chip *)base)->matrix);
}

// return derive { base = "h100_sxm", name = ..., memory = { bandwidth = times(1.5) } }
static bool read_variant(Library *library, Kind kind, lua_State *L, void *record, ReadPlace *place,
                         Error *err) {
    const FieldTable *table = KINDS[kind].table;
    for (int i = 0; i < 2; i++) {
        const char *needed = i ? "name" : "base";
        bool text = lua_getfield(L, -1, needed) == LUA_TSTRING;
        lua_pop(L, 1);
        if (text)
            continue;
        error_set(err, "derive needs '%s', a text", needed);
        error_hint(err, "write: derive { base = \"h100_sxm\", name = \"mine\", ... }");
        return error_where(err, place->file, place->line);
    }
    lua_getfield(L, -1, "base");
    const char *name = arena_text(library->arena, lua_tostring(L, -1));
    lua_pop(L, 1);
    const void *base = find_base(library, kind, name, place, err);
    if (!base)
        return false;
    lua_pushnil(L); // no field of the record
    lua_setfield(L, -2, "base");
    memcpy(record, base, table->size);
    if (!reader_derive(L, -1, table, record, library->arena, place, err))
        return false;
    settle_variant(library, kind, L, record, base);
    return true;
}

// Takes what the script returned, which must be of the kind.
static void *take_record(Library *library, Kind kind, lua_State *L, ReadPlace *place, Error *err) {
    const KindInfo *info = &KINDS[kind];
    const char *given = reader_kind(L, -1, &place->line);
    bool variant = given && strcmp(given, "derive") == 0;
    if (!given || (!variant && strcmp(given, info->word) != 0)) {
        const char *type = given ? given : luaL_typename(L, -1);
        if (lua_isnil(L, -1))
            error_set(err, "returns nothing, not a %s", info->word);
        else
            error_set(err, "returns a %s, not a %s", type, info->word);
        error_hint(err, "a %s's file ends with: return %s { ... }", info->word, info->word);
        error_where(err, place->file, 0);
        return NULL;
    }
    void *record = arena_take(library->arena, info->table->size);
    if (variant ? !read_variant(library, kind, L, record, place, err)
                : !reader_read(L, -1, info->table, record, library->arena, place, err))
        return NULL;
    const char *origin = arena_text(library->arena, place->file);
    if (!info->finish(library, record, origin, err)) {
        error_where(err, place->file, place->line);
        return NULL;
    }
    return record;
}

// Scripts see the constructors of all kinds, so that a wrong one can be named.
void library_constructors(Sandbox *sandbox) {
    for (int i = 0; i < KIND_COUNT; i++) {
        reader_constructor(sandbox_state(sandbox), KINDS[i].word);
        sandbox_define(sandbox, KINDS[i].word);
    }
    reader_constructor(sandbox_state(sandbox), "derive");
    sandbox_define(sandbox, "derive");
    reader_times(sandbox_state(sandbox));
    sandbox_define(sandbox, "times");
}

static bool read_text(const Library *library, const char *path, const char *shown, Text *text,
                      Error *err) {
    for (int i = 0; i < library->memory_count; i++) {
        if (strcmp(library->memory[i].file, shown) != 0)
            continue;
        text_add(text, library->memory[i].text);
        return true;
    }
    return file_read(path, FILE_BYTES, text, err);
}

// `shown` is the path as messages name it.
static void *read_record(Library *library, Kind kind, const char *path, const char *shown,
                         Error *err) {
    Text text = {0};
    void *record = NULL;
    if (!read_text(library, path, shown, &text, err)) {
        snprintf(err->file, sizeof err->file, "%s", shown);
        text_free(&text);
        return NULL;
    }
    Sandbox *sandbox = sandbox_new((SandboxLimits){0});
    library_constructors(sandbox);
    ReadPlace place = {.file = shown, .text = text.data};
    if (sandbox_run(sandbox, shown, text.data, text.length, err))
        record = take_record(library, kind, sandbox_state(sandbox), &place, err);
    sandbox_free(sandbox);
    text_free(&text);
    return record;
}

// A file of the shipped folder, read once.
static void *shipped_record(Library *library, Kind kind, const char *file, Error *err) {
    Records *shipped = &library->shipped[kind];
    void *record = records_find(shipped, file);
    if (record)
        return record;
    char path[2 * PATH_BYTES], shown[512];
    snprintf(shown, sizeof shown, "%s/%s", KINDS[kind].folder, file);
    snprintf(path, sizeof path, "%s/%s", library->folder, shown);
    record = read_record(library, kind, path, shown, err);
    if (!record)
        return NULL;
    records_add(shipped, record, file);
    const Records *all = library->shipped;
    // clang-format off
    library->catalog = (Catalog){
        (const Chip *const *)all[KIND_CHIP].items,       all[KIND_CHIP].count,
        (const System *const *)all[KIND_SYSTEM].items,   all[KIND_SYSTEM].count,
        (const Model *const *)all[KIND_MODEL].items,     all[KIND_MODEL].count,
        (const Profile *const *)all[KIND_PROFILE].items, all[KIND_PROFILE].count,
        (const Engine *const *)all[KIND_ENGINE].items,   all[KIND_ENGINE].count, NULL,
    };
    // clang-format on
    return record;
}

static bool read_memory(Library *library, Kind kind, Error *err) {
    bool ok = true;
    for (int i = 0; ok && i < library->memory_count; i++)
        if (strcmp(library->memory[i].kind, KINDS[kind].word) == 0)
            ok = shipped_record(library, kind, library->memory[i].name, err) != NULL;
    return ok;
}

static bool read_folder(Library *library, Kind kind, Error *err) {
    char path[2 * PATH_BYTES], **names;
    if (library->memory)
        return read_memory(library, kind, err);
    snprintf(path, sizeof path, "%s/%s", library->folder, KINDS[kind].folder);
    int count = data_folder_list(path, &names, err);
    bool ok = count >= 0;
    for (int i = 0; i < count; i++) {
        ok = ok && shipped_record(library, kind, names[i], err);
        free(names[i]);
    }
    free(names);
    return ok;
}

static Library *open_all(const LibraryFile files[], int count, const char *near, Error *err) {
    Library *library = calloc(1, sizeof *library);
    if (!library)
        abort();
    library->arena = arena_new();
    library->memory = files;
    library->memory_count = count;
    bool ok = files || data_folder_find(library->folder, PATH_BYTES, near, err);
    for (int i = 0; ok && i < KIND_COUNT; i++)
        ok = read_folder(library, READ_ORDER[i], err);
    library->complete = true;
    if (ok)
        return library;
    library_free(library);
    return NULL;
}

Library *library_open(Error *err) {
    return open_all(NULL, 0, NULL, err);
}

Library *library_open_near(const char *file, Error *err) {
    return open_all(NULL, 0, file, err);
}

Library *library_open_files(const LibraryFile files[], int count, Error *err) {
    return open_all(files, count, NULL, err);
}

int library_files(Library *library, Arena *arena, const LibraryFile **files, Error *err) {
    int count = 0, total = 0;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        total += library->shipped[kind].count;
    LibraryFile *list = arena_take(arena, (size_t)total * sizeof *list);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const Records *shipped = &library->shipped[kind];
        for (int i = 0; i < shipped->count; i++) {
            char path[2 * PATH_BYTES], shown[512];
            Text text = {0};
            snprintf(shown, sizeof shown, "%s/%s", KINDS[kind].folder, shipped->files[i]);
            snprintf(path, sizeof path, "%s/%s", library->folder, shown);
            bool good = read_text(library, path, shown, &text, err);
            if (good)
                list[count++] = (LibraryFile){
                    KINDS[kind].word, arena_text(arena, shipped->files[i]),
                    arena_text(arena, shown), arena_text_n(arena, text.data, text.length)};
            text_free(&text);
            if (!good)
                return -1;
        }
    }
    *files = list;
    return count;
}

void library_free(Library *library) {
    if (!library)
        return;
    for (int i = 0; i < KIND_COUNT; i++) {
        records_free(&library->shipped[i]);
        records_free(&library->own[i]);
    }
    arena_free(library->arena);
    free(library);
}

const Catalog *library_catalog(const Library *library) {
    return &library->catalog;
}

static bool ends_in(const char *name, const char *ending) {
    size_t length = strlen(name), tail = strlen(ending);
    return length > tail && strcmp(name + length - tail, ending) == 0;
}

static void *own_record(Library *library, Kind kind, const char *path, Error *err) {
    void *record = records_find(&library->own[kind], path);
    if (record)
        return record;
    library->bases++;
    record = read_record(library, kind, path, path, err);
    library->bases--;
    if (record)
        records_add(&library->own[kind], record, path);
    return record;
}

// While the shipped files are read, a base may stand in one that has not had its turn.
static void read_early(Library *library, Kind kind, const char *name) {
    char file[256];
    Error none;
    if (library->complete || strchr(name, '/'))
        return;
    snprintf(file, sizeof file, "%s.lua", name);
    library->bases++;
    shipped_record(library, kind, file, &none);
    library->bases--;
}

// Whether a name that nothing shipped answers to is meant as a path.
static bool is_path(const char *name) {
    return strchr(name, '/') != NULL;
}

// A view of the library reads into another arena. It cannot come to files, so that nothing of the library changes.
void *library_take(const Library *library, const char *kind, lua_State *L, ReadPlace *place,
                   Arena *arena, Error *err) {
    Library view = {
        .arena = arena, .catalog = library->catalog, .complete = true, .no_files = true};
    void *record = NULL;
    for (int i = 0; i < KIND_COUNT; i++)
        if (strcmp(KINDS[i].word, kind) == 0)
            record = take_record(&view, (Kind)i, L, place, err);
    return record;
}

Arena *library_arena(Library *library) {
    return library->arena;
}

static bool may_name(const Library *library, const char *name, Error *err) {
    if (!library->no_files || !(is_path(name) || ends_in(name, ".lua") || ends_in(name, ".json")))
        return true;
    error_set(err, "'%.60s': a script cannot name files", name);
    return error_hint(err, "write the chip, system or model into the script itself");
}

// With the profile of its own kernels, where one lies beside it: NAME.lua and NAME.kernels.lua.
static const Chip *own_chip(Library *library, const char *path, Error *err) {
    char beside[PATH_BYTES];
    Chip *chip = own_record(library, KIND_CHIP, path, err);
    size_t stem = strlen(path) - (ends_in(path, ".lua") ? 4 : 0);
    int length = snprintf(beside, sizeof beside, "%.*s.kernels.lua", (int)stem, path);
    if (!chip || chip->kernels || length >= PATH_BYTES || access(beside, F_OK) != 0)
        return chip;
    chip->kernels = own_record(library, KIND_PROFILE, beside, err);
    return chip->kernels ? chip : NULL;
}

const Chip *library_chip(Library *library, const char *name_or_file, Error *err) {
    if (!may_name(library, name_or_file, err))
        return NULL;
    if (ends_in(name_or_file, ".lua"))
        return own_chip(library, name_or_file, err);
    read_early(library, KIND_CHIP, name_or_file);
    const Chip *chip = catalog_chip(&library->catalog, name_or_file, err);
    return chip || !is_path(name_or_file) ? chip : own_chip(library, name_or_file, err);
}

const System *library_system(Library *library, const char *name_or_file, Error *err) {
    if (!may_name(library, name_or_file, err))
        return NULL;
    if (ends_in(name_or_file, ".lua"))
        return own_record(library, KIND_SYSTEM, name_or_file, err);
    read_early(library, KIND_SYSTEM, name_or_file);
    const System *system = catalog_system(&library->catalog, name_or_file, err);
    return system || !is_path(name_or_file) ? system
                                            : own_record(library, KIND_SYSTEM, name_or_file, err);
}

// A config's keys that may matter and were not understood are named on standard error, once.
static const Model *imported_model(Library *library, const char *path, Error *err) {
    Model *model = records_find(&library->own[KIND_MODEL], path);
    if (model)
        return model;
    model = arena_take(library->arena, sizeof *model);
    Import import = {.file = path};
    if (!import_file(&import, library->arena, model, err) ||
        !finish_model(library, model, arena_text(library->arena, path), err)) {
        error_where(err, path, 0);
        return NULL;
    }
    if (model->doubtful)
        fprintf(stderr, "chipfit: %s: %s\n", path, model->doubtful);
    records_add(&library->own[KIND_MODEL], model, path);
    return model;
}

const Model *library_model(Library *library, const char *name_or_file, Error *err) {
    if (ends_in(name_or_file, ".lua"))
        return own_record(library, KIND_MODEL, name_or_file, err);
    if (ends_in(name_or_file, ".json"))
        return imported_model(library, name_or_file, err);
    const Model *model = catalog_model(&library->catalog, name_or_file, err);
    return model || !is_path(name_or_file) ? model
                                           : own_record(library, KIND_MODEL, name_or_file, err);
}

const Profile *library_profile(Library *library, const char *name_or_file, Error *err) {
    if (!may_name(library, name_or_file, err))
        return NULL;
    if (ends_in(name_or_file, ".lua"))
        return own_record(library, KIND_PROFILE, name_or_file, err);
    const Profile *profile = catalog_profile(&library->catalog, name_or_file, err);
    return profile || !is_path(name_or_file) ? profile
                                             : own_record(library, KIND_PROFILE, name_or_file, err);
}

const Engine *library_engine(Library *library, const char *name_or_file, Error *err) {
    if (!may_name(library, name_or_file, err))
        return NULL;
    if (ends_in(name_or_file, ".lua"))
        return own_record(library, KIND_ENGINE, name_or_file, err);
    const Engine *engine = catalog_engine(&library->catalog, name_or_file, err);
    return engine || !is_path(name_or_file) ? engine
                                            : own_record(library, KIND_ENGINE, name_or_file, err);
}
