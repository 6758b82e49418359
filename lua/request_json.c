#include "lua/request_json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"

#define OBJECT_EXAMPLE "as in {\"chip\": \"h100_sxm\", \"model\": \"llama-3.1-8b\", ...}"

const char *request_json_kind(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    case JSON_NULL:
        break;
    }
    return "null";
}

static bool wrong_kind(const char *key, const char *wanted, const json_t *value, Error *err) {
    error_set(err, "%s: takes %s, not %s", key, wanted, request_json_kind(value));
    return json_is_null(value) ? error_hint(err, "leave the key out for its default") : false;
}

static bool set_stages(Request *request, const Field *key, const json_t *list, Error *err) {
    if (!json_is_array(list))
        return wrong_kind(key->name, "a list of layer counts", list, err);
    size_t count = json_array_size(list);
    if (count == 0 || count > (size_t)key->capacity)
        return error_set(err, "stages: %zu stages are outside 1 to %d", count, key->capacity);
    Field element = *key;
    element.kind = FIELD_INT;
    for (size_t i = 0; i < count; i++) {
        const json_t *layers = json_array_get(list, i);
        if (!json_is_number(layers))
            return wrong_kind(key->name, "layer counts", layers, err);
        element.offset = key->offset + i * sizeof request->stages[0];
        if (!field_set_number(&element, request, json_number_value(layers), err))
            return false;
    }
    request->stage_count = (int)count;
    return true;
}

// The place among the variants of a key that takes one, else -1.
static int variant_place(const Field *key) {
    return key->offset == offsetof(Request, chip)     ? 0
           : key->offset == offsetof(Request, system) ? 1
           : key->offset == offsetof(Request, model)  ? 2
                                                      : -1;
}

// A chip, system or model written out goes on as text, so that those met again are known again.
static bool set_variant(JsonRequest *out, const Field *key, const json_t *value, Error *err) {
    char **text = &out->variants[variant_place(key)];
    *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(17));
    return *text ? request_set_text(&out->request, key, *text, err)
                 : error_set(err, "%s: cannot be read", key->name);
}

static bool set_value(JsonRequest *out, const Field *key, const json_t *value, Error *err) {
    Request *request = &out->request;
    if (key->kind == FIELD_LIST)
        return set_stages(request, key, value, err);
    if (variant_place(key) >= 0 && !json_is_string(value))
        return json_is_object(value) ? set_variant(out, key, value, err)
                                     : wrong_kind(key->name, "a name or an object", value, err);
    if (key->kind == FIELD_TEXT)
        return json_is_string(value) ? request_set_text(request, key, json_string_value(value), err)
                                     : wrong_kind(key->name, "a text", value, err);
    if (json_is_number(value))
        return field_set_number(key, request, json_number_value(value), err);
    bool batch = key->offset == offsetof(Request, batch);
    if (batch && json_is_string(value) && text_same_name(json_string_value(value), "max"))
        return request_set_text(request, key, "max", err);
    return wrong_kind(key->name, batch ? "a whole number or \"max\"" : "a number", value, err);
}

// {"weights": "int4", "kv": "fp8"}: the same as the four keys beside it, which must then be absent.
static bool set_formats(Request *request, json_t *formats, Error *err) {
    const char *name;
    json_t *value;
    json_object_foreach(formats, name, value) {
        const char **text = text_same_name(name, "weights")       ? &request->weights
                            : text_same_name(name, "activations") ? &request->activations
                            : text_same_name(name, "kv")          ? &request->kv
                            : text_same_name(name, "matmul")      ? &request->matmul
                                                                  : NULL;
        if (!text) {
            error_set(err, "formats: there is no class '%.60s'", name);
            return error_hint(err, "the classes are weights, activations, kv, matmul");
        }
        if (!json_is_string(value))
            return wrong_kind(name, "a text", value, err);
        if (*text)
            return error_set(
                err, "%s: is given twice, in formats and beside it or in two spellings", name);
        *text = json_string_value(value);
    }
    return true;
}

#define MOST_KEYS 64

// Keys are equal without case and with '-' for '_', so that a key may come again in another spelling.
static bool set_all(JsonRequest *out, Error *err) {
    const char *name;
    json_t *value, *formats = NULL;
    bool seen[MOST_KEYS] = {false}, seen_id = false;
    assert(REQUEST_TABLE.count <= MOST_KEYS);
    json_object_foreach(out->root, name, value) {
        if (text_same_name(name, "id")) {
            if (seen_id)
                return error_set(err, "id: is given twice, in two spellings");
            seen_id = true;
            continue;
        }
        const Field *key = request_key(name, err);
        if (!key)
            return false;
        ptrdiff_t index = key - REQUEST_TABLE.fields;
        if (seen[index])
            return error_set(err, "%s: is given twice, in two spellings", key->name);
        seen[index] = true;
        if (key->offset == offsetof(Request, formats) && json_is_object(value))
            formats = value;
        else if (!set_value(out, key, value, err))
            return false;
    }
    return !formats || set_formats(&out->request, formats, err);
}

static const json_t *find_id(json_t *root) {
    const char *name;
    json_t *value;
    json_object_foreach(root, name, value) if (text_same_name(name, "id")) return value;
    return NULL;
}

// Whether the word stands within a few bytes of the place where reading stopped.
static bool stands_near(const char *text, size_t length, int position, const char *word) {
    size_t bytes = strlen(word), at = position > 12 ? (size_t)position - 12 : 0;
    for (; at + bytes <= length && at < (size_t)position + 4; at++)
        if (memcmp(text + at, word, bytes) == 0)
            return true;
    return false;
}

static bool not_json(const char *text, size_t length, const json_error_t *why, Error *err) {
    if (memchr(text, '\0', length))
        return error_set(err, "not JSON: a NUL byte stands in the line; is this a binary file?");
    if (strstr(why->text, "\\u0000"))
        return error_set(err, "not JSON: a text holds \\u0000 (column %d)", why->column);
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        error_set(err, "not JSON: the line begins with a byte-order mark");
        return error_hint(err, "save the file as UTF-8 without BOM");
    }
    error_set(err, "not JSON: %s (column %d)", why->text, why->column);
    if (strstr(why->text, "invalid token near") && why->column <= (int)length && text[0] != '{')
        return error_hint(err, "a design is a JSON object, " OBJECT_EXAMPLE);
    if (strstr(why->text, "near end of file"))
        return error_hint(err, "the line ends too early; a design takes one whole line");
    if (stands_near(text, length, why->position, "NaN") ||
        stands_near(text, length, why->position, "Infinity"))
        return error_hint(err, "NaN and Infinity are no numbers in JSON");
    return false;
}

bool request_json_read(const char *text, size_t length, JsonRequest *out, Error *err) {
    json_error_t why;
    *out = (JsonRequest){.request = request_new()};
    out->root = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!out->root)
        return not_json(text, length, &why, err);
    if (!json_is_object(out->root)) {
        error_set(err, "a design is a JSON object, not %s", request_json_kind(out->root));
        return error_hint(err, OBJECT_EXAMPLE);
    }
    const json_t *id = find_id(out->root);
    if (id)
        out->id = json_dumps(id, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    return set_all(out, err);
}

void request_json_free(JsonRequest *json) {
    json_decref(json->root);
    free(json->id);
    for (int i = 0; i < 3; i++)
        free(json->variants[i]);
}
