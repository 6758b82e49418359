#include "lua/import.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/file.h"
#include "lua/import_family.h"
#include "lua/import_quant.h"

#define NAME_BYTES 64

// Every number of the struct must lie in the range of its field, as if it had been read from Lua.
static bool check_ranges(Config *config, const FieldTable *table, void *object) {
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        Error err;
        if (field->kind == FIELD_SECTION) {
            if (!check_ranges(config, field->table, (char *)object + field->offset))
                return false;
        } else if (field->kind == FIELD_INT &&
                   !field_set_number(field, object, field_number(field, object), &err)) {
            return config_fail(config, NULL, "%s", err.what);
        }
    }
    return true;
}

static bool is_plain(const char *word) {
    return word && word[0] && strcmp(word, "config.json") != 0 && word[0] != '.';
}

// The last part of a path, or the one before where that is config.json or empty.
static void last_part(const char *path, char *part, size_t size) {
    size_t end = strlen(path);
    part[0] = '\0';
    while (end > 0) {
        size_t start = end;
        while (start > 0 && path[start - 1] != '/')
            start--;
        snprintf(part, size, "%.*s", (int)(end - start), path + start);
        if (is_plain(part))
            return;
        end = start > 0 ? start - 1 : 0;
    }
    snprintf(part, size, "model");
}

// Lower case, letters, digits and "-._" only, without .json behind.
static const char *clean_name(const char *given, Arena *arena) {
    char part[256], name[NAME_BYTES + 1] = "";
    size_t length = 0;
    last_part(given, part, sizeof part);
    size_t end = strlen(part);
    if (end > 5 && strcmp(part + end - 5, ".json") == 0)
        part[end - 5] = '\0';
    for (const char *at = part; *at && length < NAME_BYTES; at++) {
        unsigned char c = (unsigned char)*at;
        bool kept = c < 128 && (isalnum(c) || strchr("-._", c));
        if (kept || (length > 0 && name[length - 1] != '-'))
            name[length++] = kept ? (char)tolower(c) : '-';
    }
    while (length > 0 && name[length - 1] == '-')
        length--;
    name[length] = '\0';
    return arena_text(arena, length ? name : "model");
}

static const char *take_text(Arena *arena, Text *text) {
    const char *taken = text->length ? arena_text(arena, text->data) : NULL;
    text_free(text);
    return taken;
}

static void describe(const Import *import, const Family *family, const Config *config, Model *model,
                     Arena *arena) {
    Text note = {0}, doubt = {0}, source = {0}, unread = {0};
    const char *origin = json_string_value(json_object_get(config->root, "_name_or_path"));
    const char *called = import->name ? import->name : origin;
    model->name = clean_name(called && called[0] ? called : import->file, arena);
    char file[256];
    last_part(import->file, file, sizeof file);
    text_addf(&source, "Hugging Face config.json, %s, read as %s", file, family->name);
    model->source = take_text(arena, &source);
    if (config->nest[0])
        text_add(&note, "The text network alone.");
    if (config->notes.length)
        text_addf(&note, "%s%s", note.length ? " " : "", config->notes.data);
    import_formats(config, &note, &doubt);
    model->notes = take_text(arena, &note);
    config_unread(config, &unread);
    if (config->doubts.length)
        text_addf(&doubt, "%s%s", doubt.length ? "; " : "", config->doubts.data);
    if (unread.length)
        text_addf(&doubt, "%s", doubt.length ? "; " : "");
    if (unread.length)
        text_addf(&doubt, "keys not understood: %s", unread.data);
    text_free(&unread);
    model->doubtful = take_text(arena, &doubt);
}

// The count is written into the file too, so that a later slip in the shape shows.
static bool count(Config *config, Model *model) {
    Model *copy = malloc(sizeof *copy);
    Error err;
    if (!copy)
        abort();
    *copy = *model;
    bool ok = model_finish(copy, &err);
    model->published_params = copy->params;
    free(copy);
    return ok || config_fail(config, NULL, "%s", err.what);
}

bool import_model(const Import *import, const char *text, size_t length, Arena *arena, Model *model,
                  Error *err) {
    Config config;
    memset(model, 0, sizeof *model);
    field_init(&MODEL_TABLE, model);
    const Family *family = NULL;
    if (config_open(&config, import->file, text, length, err))
        family = family_find(&config, import->family);
    if (family) {
        family_read(family, &config, model, arena);
        if (!config.failed && check_ranges(&config, &MODEL_TABLE, model) && count(&config, model))
            describe(import, family, &config, model, arena);
    }
    bool ok = family && !config.failed;
    config_close(&config);
    return ok;
}

bool import_file(const Import *import, Arena *arena, Model *model, Error *err) {
    Text text = {0};
    bool ok = file_read(import->file, IMPORT_BYTES, &text, err) &&
              import_model(import, text.data, text.length, arena, model, err);
    text_free(&text);
    return ok;
}

void import_families(Text *out) {
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (!FAMILIES[i].cannot)
            text_addf(out, "%s%s", i ? ", " : "", FAMILIES[i].name);
}
