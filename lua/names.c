#include "lua/names.h"

bool request_names(const Request *request, Library *library, Names *names, Error *err) {
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
    names->chip = library_chip(library, request->chip, err);
    if (!names->chip)
        return error_where(err, "chip", 0);
    const char *system = request->system ? request->system : names->chip->system;
    if (!system) {
        error_set(err, "system: chip %s has no default system", names->chip->name);
        return error_hint(err, "say which; chipfit list systems shows them all");
    }
    names->system = library_system(library, system, err);
    if (!names->system)
        return error_where(err, "system", 0);
    names->model = library_model(library, request->model, err);
    if (!names->model)
        return error_where(err, "model", 0);
    return true;
}

bool request_resolve(const Request *request, Library *library, Design *design, Error *err) {
    Names names;
    return request_names(request, library, &names, err) &&
           request_design(request, &names, design, NULL, err);
}
