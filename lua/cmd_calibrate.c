// chipfit calibrate — fits a kernel profile to measured rows and reports its error on rows that it did not see.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lua/commands.h"
#include "lua/file.h"
#include "lua/fit_report.h"
#include "lua/options.h"
#include "lua/profile_writer.h"
#include "lua/rows.h"
#include "lua/words.h"
#include "sim/base/hash.h"
#include "sim/base/heap.h"
#include "validate/calibrate.h"
#include "validate/row_task.h"

static const char USAGE[] =
    "chipfit calibrate FILE.csv... -o PROFILE.lua [--chips A,B] [--only CLASS,...]";
static const char HELP[] =
    "usage: chipfit calibrate FILE.csv... -o PROFILE.lua [--chips A,B,...] [--only CLASS,...]\n"
    "                         [--chip CHIP] [--name NAME] [--families F,...] [--source TEXT]\n\n"
    "Fits the constants of the kernel formulas, a smooth correction over shapes and the interval "
    "to "
    "measured rows\n(columns as for chipfit validate score), and prints the error on shape "
    "families "
    "and chips that were left out.\n\n"
    "  -o PROFILE.lua   the profile, for --profile PROFILE.lua or hw/kernels/\n"
    "  --chips A,B      rows of these chips only\n"
    "  --chip CHIP      the chip (a name or a .lua file) of rows whose own is not known\n"
    "  --only C,...     these kernel classes only (chipfit schema profile lists them)\n"
    "  --name NAME      what it is called; default: the file's name\n"
    "  --families F,..  families of chips that it serves unasked; default: those of its chips\n"
    "  --source TEXT    where the rows come from\n\n"
    "exit: 0 done; 2 a file or row is wrong (nothing is written); 3 the file cannot be written\n"
    "example: chipfit calibrate rows.csv -o mine.lua\n";

typedef struct Arguments {
    const char *output, *chips, *chip, *only, *name, *families, *source;
} Arguments;

typedef struct Calibrating {
    Library *library;
    Catalog catalog;                  // the library's, with --chip
    const Chip *chips[PROFILE_CHIPS]; // wanted; none: all
    int chip_count;
    const Chip *measured[PROFILE_CHIPS]; // those of the profile, in its order
    CalibrateOptions options;
    Row *rows;
    int count, capacity;
    Hash data;
    long wrong;
    Profile *profile;
} Calibrating;

// Calls `take` for each name between commas.
static bool each_name(Calibrating *c, const char *list,
                      bool (*take)(Calibrating *, const char *, Error *), Error *err) {
    Arena *arena = library_arena(c->library);
    while (list && *list) {
        size_t length = strcspn(list, ",");
        if (!take(c, arena_text_n(arena, list, length), err))
            return false;
        list += length + (list[length] == ',');
    }
    return true;
}

static bool take_chip(Calibrating *c, const char *name, Error *err) {
    const Chip *chip = library_chip(c->library, name, err);
    if (!chip)
        return error_where(err, "chips", 0);
    if (c->chip_count == PROFILE_CHIPS)
        return error_set(err, "chips: more than %d", PROFILE_CHIPS);
    c->chips[c->chip_count++] = chip;
    return true;
}

static bool take_class(Calibrating *c, const char *name, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < KERNEL_CLASS_COUNT; i++) {
        nearest_offer(&nearest, name, KERNEL_CLASSES[i].name);
        if (strcmp(name, KERNEL_CLASSES[i].name) == 0) {
            c->options.classes[i] = true;
            return true;
        }
    }
    error_set(err, "only: there is no kernel class '%.60s'", name);
    return nearest.best ? error_hint(err, "did you mean '%s'?", nearest.best) : false;
}

static bool take_family(Calibrating *c, const char *name, Error *err) {
    Profile *profile = c->profile;
    for (int i = 0; i < profile->family_count; i++)
        if (strcmp(profile->families[i], name) == 0)
            return true;
    if (profile->family_count == PROFILE_FAMILIES)
        return error_set(err, "families: more than %d", PROFILE_FAMILIES);
    profile->families[profile->family_count++] = name;
    return true;
}

static bool wanted(const Calibrating *c, const Chip *chip) {
    for (int i = 0; i < c->chip_count; i++)
        if (c->chips[i] == chip)
            return true;
    return c->chip_count == 0;
}

static bool read_rows(Calibrating *c, const char *name, Error *err) {
    RowFile file;
    Row row;
    bool good = rows_open(&file, name, err);
    if (good)
        c->data = hash_join(c->data, hash_bytes(file.text.data, file.text.length));
    while (good && rows_next(&file, &c->catalog, &row, &c->wrong)) {
        bool fitted = wanted(c, row.chip) && !row.layer;
        row_free(&row);
        if (!fitted)
            continue;
        if (c->count == c->capacity) {
            c->capacity = 2 * c->capacity + 1024;
            c->rows = heap_resize(c->rows, c->capacity, sizeof *c->rows);
        }
        c->rows[c->count++] = row;
    }
    rows_close(&file);
    return good;
}

static bool name_chips(Calibrating *c, Error *err) {
    Profile *profile = c->profile;
    for (int i = 0; i < c->count; i++) {
        const char *name = c->rows[i].chip->name;
        int at = 0;
        while (at < profile->chip_count && strcmp(profile->chips[at], name) != 0)
            at++;
        if (at < profile->chip_count)
            continue;
        if (at == PROFILE_CHIPS)
            return error_set(err, "rows of more than %d chips; choose with --chips", PROFILE_CHIPS);
        c->measured[at] = c->rows[i].chip;
        profile->chips[profile->chip_count++] = name;
    }
    return true;
}

static void name_data(Calibrating *c, const Arguments *arguments, const char *output) {
    Arena *arena = library_arena(c->library);
    Profile *profile = c->profile;
    char text[64];
    const char *slash = strrchr(output, '/'), *base = slash ? slash + 1 : output;
    profile->name =
        arguments->name ? arguments->name : arena_text_n(arena, base, strcspn(base, "."));
    snprintf(text, sizeof text, "%016llx%016llx", (unsigned long long)c->data.high,
             (unsigned long long)c->data.low);
    profile->data = arena_text(arena, text);
    time_t now = time(NULL);
    struct tm day;
    strftime(text, sizeof text, "%Y-%m-%d", gmtime_r(&now, &day));
    profile->date = arena_text(arena, text);
    profile->from.source = arguments->source;
}

static bool run(Calibrating *c, const Arguments *arguments, const Words *words, Error *err) {
    if (!(c->library = library_open(err)))
        return false;
    c->catalog = *library_catalog(c->library);
    if (arguments->chip && !(c->catalog.stand_in = library_chip(c->library, arguments->chip, err)))
        return error_where(err, "chip", 0);
    if (!each_name(c, arguments->chips, take_chip, err) ||
        !each_name(c, arguments->only, take_class, err))
        return false;
    for (int i = 0; i < KERNEL_CLASS_COUNT && !arguments->only; i++)
        c->options.classes[i] = true;
    c->profile = arena_take(library_arena(c->library), sizeof *c->profile);
    profile_init(c->profile);
    for (int i = 0; i < words->file_count; i++)
        if (!read_rows(c, words->files[i], err))
            return false;
    if (c->wrong > 0)
        return error_set(err, "%ld rows are wrong: mend them or take them out", c->wrong);
    if (!name_chips(c, err) || !each_name(c, arguments->families, take_family, err))
        return false;
    for (int i = 0; i < c->profile->chip_count && !arguments->families; i++) {
        const Chip *chip = c->measured[i];
        if (chip->family && chip->family[0] && !take_family(c, chip->family, err))
            return false;
    }
    name_data(c, arguments, arguments->output);
    return calibrate(c->rows, c->count, &c->options, c->profile, err);
}

int cmd_calibrate(int argc, char **argv) {
    Arguments arguments = {0};
    const WordOption options[] = {
        {"-o",         &arguments.output,   NULL},
        {"--chips",    &arguments.chips,    NULL},
        {"--chip",     &arguments.chip,     NULL},
        {"--only",     &arguments.only,     NULL},
        {"--name",     &arguments.name,     NULL},
        {"--families", &arguments.families, NULL},
        {"--source",   &arguments.source,   NULL},
    };
    if (words_ask_help(argc, argv)) {
        fputs(HELP, stdout);
        return 0;
    }
    Error err = {0};
    Calibrating c = {.options = {.told = fit_report_tell}};
    Words words = {"calibrate",
                   USAGE,
                   options,
                   FIELD_COUNT(options),
                   heap_take((size_t)argc, sizeof(char *)),
                   0};
    int code = 0;
    bool good = words_read(&words, argc, argv, &err);
    if (good && !arguments.output) {
        error_set(&err, "calibrate needs -o PROFILE.lua");
        good = error_hint(&err, "%s", USAGE);
    }
    if (!good || !run(&c, &arguments, &words, &err)) {
        code = options_fail(&err);
    } else {
        Text out = {0};
        profile_write(c.profile, &out);
        fit_report_print(c.profile);
        if (!file_write(arguments.output, &out, &err)) {
            options_fail(&err);
            code = 3;
        }
        text_free(&out);
    }
    free(c.rows);
    free(words.files);
    library_free(c.library);
    return code;
}
