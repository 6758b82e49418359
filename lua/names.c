#include "lua/names.h"

#include "lua/variant.h"

static const void *find(const NameSource *source, SpacePart part, const char *name, Error *err) {
    static const char *const KEYS[] = {"chip", "system", "model"};
    Library *library = source->library;
    if (variant_is(name))
        return variant_read(library, part, name, source->arena, err);
    if (source->lock) // a name may be a file that has to be read
        pthread_mutex_lock(source->lock);
    const void *found = part == PART_CHIP     ? (const void *)library_chip(library, name, err)
                        : part == PART_SYSTEM ? (const void *)library_system(library, name, err)
                                              : (const void *)library_model(library, name, err);
    if (source->lock)
        pthread_mutex_unlock(source->lock);
    if (!found)
        error_where(err, KEYS[part], 0);
    return found;
}

static bool find_profile(const NameSource *source, const Request *request, Names *names,
                         Error *err) {
    const Profile *named = NULL;
    if (request->profile) {
        if (source->lock)
            pthread_mutex_lock(source->lock);
        named = library_profile(source->library, request->profile, err);
        if (source->lock)
            pthread_mutex_unlock(source->lock);
        if (!named)
            return error_where(err, "profile", 0);
    }
    return request_profile(request, library_catalog(source->library), named, names->chip,
                           &names->profile, err);
}

static bool find_engine(const NameSource *source, const Request *request, Names *names,
                        Error *err) {
    if (!request->engine)
        return true;
    if (source->lock)
        pthread_mutex_lock(source->lock);
    names->engine = library_engine(source->library, request->engine, err);
    if (source->lock)
        pthread_mutex_unlock(source->lock);
    return names->engine || error_where(err, "engine", 0);
}

bool names_find(const NameSource *source, const Request *request, Names *names, Error *err) {
    if (!request->chip) {
        error_set(err, "chip: is missing");
        return error_hint(err,
                          "say which, as in %schip h100_sxm; chipfit list chips shows them all",
                          request_dashes(request));
    }
    if (!request->model) {
        error_set(err, "model: is missing");
        return error_hint(
            err, "say which, as in %smodel llama-3.1-8b; chipfit list models shows them all",
            request_dashes(request));
    }
    *names = (Names){0};
    names->chip = find(source, PART_CHIP, request->chip, err);
    if (!names->chip)
        return false;
    const char *system = request->system ? request->system : names->chip->system;
    if (!system) {
        error_set(err, "system: chip %s has no default system", names->chip->name);
        return error_hint(err, "say which; chipfit list systems shows them all");
    }
    names->system = find(source, PART_SYSTEM, system, err);
    if (!names->system)
        return false;
    names->model = find(source, PART_MODEL, request->model, err);
    return names->model && find_profile(source, request, names, err) &&
           find_engine(source, request, names, err);
}

bool request_names(const Request *request, Library *library, Names *names, Error *err) {
    const NameSource source = {.library = library, .arena = library_arena(library)};
    return names_find(&source, request, names, err);
}

bool request_resolve(const Request *request, Library *library, Design *design, Error *err) {
    Names names;
    return request_names(request, library, &names, err) &&
           request_design(request, &names, design, NULL, err);
}
