#include "lua/import_quant.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

// Weights of so many bits, a scale for every `group` of them (0: for whole rows or tensors, -1: for blocks).
typedef struct Weights {
    int bits, group;
    bool is_float, is_mx; // mx: scales are powers of two
} Weights;

static int member_int(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    double number = json_number_value(value);
    return json_is_number(value) && number > 0 && number < 65536 ? (int)number : 0;
}

static bool holds(const char *text, const char *word) {
    for (; text && *text; text++)
        if (strncasecmp(text, word, strlen(word)) == 0)
            return true;
    return false;
}

static const char *member_text(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

// A name such as NVFP4, W4A16_AWQ, fp8_e4m3, int4_weight_only or Float8DynamicActivationFloat8WeightConfig.
static bool read_name(const char *name, Weights *weights) {
    static const struct {
        const char *word;
        Weights weights;
    } WORDS[] = {
        {"nvfp4",  {4, 16, true, false}  },
        {"mxfp4",  {4, 32, true, true}   },
        {"mxfp8",  {8, 32, true, true}   },
        {"fp4",    {4, 32, true, true}   },
        {"nf4",    {4, 64, false, false} },
        {"fp8",    {8, 0, true, false}   },
        {"float8", {8, 0, true, false}   },
        {"int4",   {4, 128, false, false}},
        {"w4a",    {4, 128, false, false}},
        {"int8",   {8, 0, false, false}  },
        {"w8a",    {8, 0, false, false}  },
    };
    for (size_t i = 0; name && i < sizeof WORDS / sizeof *WORDS; i++)
        if (holds(name, WORDS[i].word)) {
            *weights = WORDS[i].weights;
            return true;
        }
    return false;
}

// compressed-tensors and newer modelopt: the weights of the first group.
static bool read_groups(const json_t *q, Weights *weights) {
    json_t *groups = json_object_get(q, "config_groups");
    void *first = json_is_object(groups) ? json_object_iter(groups) : NULL;
    const json_t *w = first ? json_object_get(json_object_iter_value(first), "weights") : NULL;
    if (!json_is_object(w))
        return false;
    *weights = (Weights){member_int(w, "num_bits"), member_int(w, "group_size"),
                         holds(member_text(w, "type"), "float"), false};
    const char *format = member_text(q, "format");
    weights->is_mx = holds(format, "mxfp") || holds(member_text(w, "scale_dtype"), "uint8");
    if (json_is_array(json_object_get(w, "block_structure")) ||
        holds(member_text(w, "strategy"), "block"))
        weights->group = -1;
    return weights->bits > 0 || read_name(format, weights);
}

// The first text behind a key at most four objects deep: torchao and quark hide the type of the weights.
static const char *find_text(const json_t *object, const char *const keys[], int depth) {
    const char *key;
    json_t *value;
    for (int i = 0; keys[i]; i++)
        if (member_text(object, keys[i]))
            return member_text(object, keys[i]);
    json_object_foreach((json_t *)(size_t)object, key, value) {
        const char *found =
            depth > 0 && json_is_object(value) ? find_text(value, keys, depth - 1) : NULL;
        if (found)
            return found;
    }
    return NULL;
}

static bool read_bitsandbytes(const json_t *q, Weights *weights) {
    bool four = json_is_true(json_object_get(q, "load_in_4bit")) ||
                json_is_true(json_object_get(q, "_load_in_4bit"));
    bool eight = json_is_true(json_object_get(q, "load_in_8bit")) ||
                 json_is_true(json_object_get(q, "_load_in_8bit"));
    *weights = (Weights){.bits = four ? 4 : eight ? 8 : 0, .group = four ? 64 : 0};
    return weights->bits > 0;
}

static bool read_method(const json_t *q, const char *method, Weights *weights) {
    static const char *const TORCHAO[] = {"_type", "quant_type", NULL}, *const QUARK[] = {"dtype",
                                                                                          NULL};
    if (read_groups(q, weights))
        return true;
    if (holds(method, "quark")) {
        json_t *layers = json_object_get(q, "global_quant_config");
        const json_t *w = json_object_get(layers, "weight");
        if (json_is_array(w))
            w = json_array_get(w, 0);
        if (!read_name(find_text(w, QUARK, 0), weights))
            return false;
        weights->group = member_int(w, "group_size");
        return true;
    }
    if (holds(method, "torchao"))
        return read_name(find_text(q, TORCHAO, 4), weights);
    if (json_is_array(json_object_get(q, "weight_block_size"))) {
        *weights = (Weights){8, -1, true, false};
        return true;
    }
    if (read_bitsandbytes(q, weights) || read_name(member_text(q, "quant_algo"), weights) ||
        read_name(member_text(q, "format"), weights))
        return true;
    int bits = member_int(q, "bits") ? member_int(q, "bits") : member_int(q, "w_bit");
    int group =
        member_int(q, "group_size") ? member_int(q, "group_size") : member_int(q, "q_group_size");
    if (bits > 0)
        *weights = (Weights){bits, group, false, false};
    return bits > 0 || read_name(method, weights);
}

static void describe_floats(Text *note, Weights w) {
    bool mx = w.is_mx || w.group == 32;
    if (w.bits == 4)
        text_addf(note, "%s, an 8-bit scale for %d values: %s bits each; formats %s",
                  mx ? "mxfp4" : "nvfp4", mx ? 32 : 16, mx ? "4.25" : "4.5",
                  mx ? "mxfp4" : "nvfp4");
    else if (w.bits == 8 && w.is_mx)
        text_add(note,
                 "mxfp8, an 8-bit scale for 32 values: 8.25 bits each; formats fp8 come nearest");
    else if (w.bits == 8)
        text_add(note, w.group < 0 ? "fp8 in blocks with a scale each; formats fp8_block"
                                   : "fp8; formats fp8");
    else
        text_addf(note, "fp%d, for which there are no formats", w.bits);
}

static void describe_ints(Text *note, Weights w) {
    text_addf(note, "int%d", w.bits);
    if (w.group > 0)
        text_addf(note, ", a 16-bit scale for %d values: %.4g bits each", w.group,
                  w.bits + 16.0 / w.group);
    text_add(note, w.bits == 4   ? "; formats int4"
                   : w.bits == 8 ? "; formats int8"
                                 : ", for which there are no formats");
}

static bool only_plain(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < 32 || (unsigned char)*text > 126)
            return false;
    return true;
}

// The modules that stay as they were, four of them by name.
static void describe_excluded(const json_t *q, Text *note) {
    static const char *const KEYS[] = {"modules_to_not_convert", "ignore",  "ignored_layers",
                                       "exclude_modules",        "exclude", "llm_int8_skip_modules",
                                       "modules_to_exclude"};
    const json_t *list = NULL;
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS && json_array_size(list) == 0; i++)
        list = json_object_get(q, KEYS[i]);
    size_t count = json_array_size(list), named = 0;
    for (size_t i = 0; i < count && named < 4; i++) {
        const char *name = json_string_value(json_array_get(list, i));
        if (!name || !*name || !only_plain(name))
            continue;
        text_addf(note, "%s%.60s", named ? ", " : " Not quantised: ", name);
        named++;
    }
    if (named > 0 && count > named)
        text_addf(note, " and %zu more", count - named);
    text_add(note, named > 0 ? "." : "");
}

void import_formats(const Config *config, Text *note, Text *doubt) {
    static const char *const KEYS[] = {"quantization_config", "compression_config"};
    const json_t *q = NULL;
    for (int i = 0; i < 2 && !json_is_object(q); i++) {
        q = json_object_get(config->body, KEYS[i]);
        q = json_is_object(q) ? q : json_object_get(config->root, KEYS[i]);
    }
    if (!json_is_object(q) || json_object_size(q) == 0)
        return;
    const char *method = member_text(q, "quant_method");
    method = method ? method : member_text(q, "quantization_method");
    Weights weights = {0};
    if (!read_method(q, method, &weights)) {
        text_addf(doubt,
                  "quantization_config: the method '%.40s' is not known, so formats must be chosen "
                  "by hand",
                  method && only_plain(method) ? method : "?");
        return;
    }
    text_addf(note, "%sPublished weights: ", note->length ? " " : "");
    if (weights.is_float)
        describe_floats(note, weights);
    else
        describe_ints(note, weights);
    text_add(note, ".");
    describe_excluded(q, note);
}
