#include "lua/validation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lua/file.h"
#include "sim/base/heap.h"

#define RESULTS_BYTES ((size_t)1 << 28)

bool validation_open(Validation *validation, Library *library, const ValidationOptions *options,
                     Error *err) {
    *validation = (Validation){.library = library, .options = *options, .request = request_new()};
    validation->request.command_line = true;
    validation->request.mode = options->mode;
    validation->request.profile = options->profile;
    if (options->chip && !(validation->chip = library_chip(library, options->chip, err)))
        return error_where(err, "chip", 0);
    if (options->profile &&
        !(validation->profile = library_profile(library, options->profile, err)))
        return error_where(err, "profile", 0);
    // A wrong word is said once, not row by row.
    const Chip *any = validation->chip ? validation->chip : library_catalog(library)->chips[0];
    const Profile *none;
    Request words = validation->request;
    return (words.mode && strcmp(words.mode, MODE_WORDS[MODE_CALIBRATED]) == 0 && !words.profile) ||
           request_profile(&words, library_catalog(library), validation->profile, any, &none, err);
}

void validation_close(Validation *validation) {
    results_free(&validation->results);
    free(validation->rows);
    validation->rows = NULL;
}

static const Chip *chip_of(const Validation *validation, const char *name, Error *err) {
    if (validation->chip)
        return validation->chip;
    const Chip *chip = NULL;
    if (name[0])
        chip = catalog_chip(library_catalog(validation->library), name, err);
    else
        error_set(err, "the results do not say which chip it was");
    if (!chip)
        error_hint(err, "--chip says which: a name of chipfit list chips, or a .lua file; chipfit "
                        "probe host makes one of this machine");
    return chip;
}

bool validation_knows(const Validation *validation, const char *chip, Error *err) {
    return chip_of(validation, chip, err) != NULL;
}

// What a result is predicted with.
static bool options_of(const Validation *validation, const Result *result, CompareOptions *options,
                       Error *err) {
    const Catalog *catalog = library_catalog(validation->library);
    const Chip *chip = chip_of(validation, result->device.chip, err);
    *options = (CompareOptions){.chip = chip, .warm = validation->options.warm};
    if (!chip)
        return false;
    if (chip->system && !(options->system = catalog_system(catalog, chip->system, err)))
        return false;
    return request_profile(&validation->request, catalog, validation->profile, chip,
                           &options->profile, err);
}

static bool compare_all(Validation *validation, Error *err) {
    const Results *results = &validation->results;
    validation->rows = heap_take((size_t)results->count, sizeof *validation->rows);
    for (int i = 0, parts; i < results->count; i += 1 + parts) {
        const Result *result = &results->list[i];
        CompareOptions options;
        Error why;
        parts = result->task.kind == TASK_LAYER ? result->measurement.parts : 0;
        if (!options_of(validation, result, &options, err))
            return false;
        // What the chip cannot run was not measured either; it stays in the table with its status.
        Compared *row = &validation->rows[validation->count++];
        if (!compare_one(result, 1 + parts, &options, row, &why) && !isnan(row->measured_s)) {
            *err = why;
            return error_hint(err, "yet it was measured: is it another chip? --chip says which");
        }
    }
    for (int i = 0; i < validation->count; i++)
        validation->rows[i].disturbed &= !validation->options.disturbed;
    validation->total = compare_total(validation->rows, validation->count);
    return true;
}

bool validation_compare(Validation *validation, const char *results_path, Error *err) {
    Text text = {0};
    bool cut = false;
    bool good = file_read(results_path, RESULTS_BYTES, &text, err) &&
                results_read(&validation->results, results_path, text.data ? text.data : "",
                             text.length, &cut, err);
    text_free(&text);
    return (good && compare_all(validation, err)) || error_where(err, results_path, 0);
}

bool validation_passes(const Validation *validation) {
    const CompareGroup *total = &validation->total;
    Mode mode = total->modes[MODE_CALIBRATED].rows > 0 ? MODE_CALIBRATED : MODE_DATASHEET;
    return total->disturbed <= total->rows &&
           total->modes[mode].median <= validation->options.tolerance;
}
