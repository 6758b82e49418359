#include "lua/import.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lua/file.h"
#include "lua/import_family.h"

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

// "a group of 128 with a 16-bit scale" and the like, from what the packers of int4 weights write.
static void describe_int(Text *note, int bits, int group) {
    text_addf(note, "int%d", bits);
    if (group > 0)
        text_addf(note, ", a 16-bit scale for %d values: %.4g bits each", group,
                  bits + 16.0 / group);
    text_add(note, bits == 4 ? "; formats int4" : bits == 8 ? "; formats int8" : "");
}

static int member_int(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    double number = json_number_value(value);
    return json_is_number(value) && number > 0 && number < 65536 ? (int)number : 0;
}

static bool mentions(const json_t *object, const char *key, const char *word) {
    const char *text = json_string_value(json_object_get(object, key));
    for (; text && *text; text++)
        if (strncasecmp(text, word, strlen(word)) == 0)
            return true;
    return false;
}

static const json_t *group_weights(const json_t *quantised) {
    json_t *groups = json_object_get(quantised, "config_groups");
    void *first = json_is_object(groups) ? json_object_iter(groups) : NULL;
    return first ? json_object_get(json_object_iter_value(first), "weights") : NULL;
}

// What a quantization_config says of the weights as they are published, and the formats that come nearest.
static void describe_formats(const Config *config, Text *note) {
    const json_t *q = json_object_get(config->root, "quantization_config");
    if (!q)
        q = json_object_get(config->body, "quantization_config");
    if (!json_is_object(q))
        return;
    const json_t *weights = group_weights(q);
    int bits = member_int(q, "bits"), group = member_int(q, "group_size");
    if (weights) {
        bits = member_int(weights, "num_bits");
        group = member_int(weights, "group_size");
    }
    bool is_float = weights && mentions(weights, "type", "float");
    text_addf(note, "%sPublished weights: ", note->length ? " " : "");
    if (mentions(q, "quant_method", "mxfp4"))
        text_add(note, "mxfp4, an 8-bit scale for 32 values: 4.25 bits each; formats mxfp4.");
    else if (mentions(q, "format", "nvfp4") || mentions(q, "quant_algo", "nvfp4") ||
             (is_float && bits == 4))
        text_add(note, "nvfp4, an 8-bit scale for 16 values: 4.5 bits each; formats nvfp4.");
    else if (json_is_array(json_object_get(q, "weight_block_size")))
        text_add(note, "fp8 in blocks with a scale each; formats fp8_block.");
    else if (mentions(q, "quant_method", "fp8") || mentions(q, "quant_algo", "fp8") ||
             mentions(q, "format", "float-quantized") || (is_float && bits == 8))
        text_add(note, "fp8; formats fp8.");
    else if (json_is_true(json_object_get(q, "load_in_4bit")))
        text_add(note, "4 bit; formats int4.");
    else if (json_is_true(json_object_get(q, "load_in_8bit")))
        text_add(note, "8 bit; formats int8.");
    else if (bits > 0)
        describe_int(note, bits, group);
    else
        text_add(note, "quantised in a way that is not understood");
    if (note->data[note->length - 1] != '.')
        text_add(note, ".");
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
    if (config->nest)
        text_add(&note, "The text network alone.");
    describe_formats(config, &note);
    model->notes = take_text(arena, &note);
    config_unread(config, &unread);
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
