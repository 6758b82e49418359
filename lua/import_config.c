#include "lua/import_config.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/request_json.h"

const char *config_word(const char *words, char word[64]) {
    words += strspn(words, " ");
    size_t length = strcspn(words, " ");
    if (length == 0)
        return NULL;
    snprintf(word, 64, "%.*s", (int)length, words);
    return words + length;
}

// Python writes Infinity and NaN, which are no JSON: they become null, at the same length, so that columns stay.
static char *without_infinity(const char *text, size_t length) {
    static const char *const NAMES[] = {"-Infinity", "Infinity", "NaN"};
    char *copy = malloc(length + 1);
    if (!copy)
        abort();
    memcpy(copy, text, length);
    copy[length] = '\0';
    bool quoted = false;
    for (char *at = copy; at < copy + length; at++) {
        if (quoted && *at == '\\')
            at++;
        else if (*at == '"')
            quoted = !quoted;
        for (int i = 0; !quoted && i < 3; i++) {
            size_t size = strlen(NAMES[i]);
            if ((size_t)(copy + length - at) >= size && memcmp(at, NAMES[i], size) == 0) {
                memset(at, ' ', size);
                memcpy(at, i == 2 ? "0  " : "null", i == 2 ? 3 : 4);
            }
        }
    }
    return copy;
}

// The objects that hold a text network inside a multimodal one.
static const char *const NESTS[] = {"text_config", "language_config", "llm_config"};

bool config_open(Config *config, const char *file, const char *text, size_t length, Error *err) {
    *config = (Config){.file = file, .text = text, .err = err, .used = json_object()};
    json_error_t problem;
    char *clean = without_infinity(text, length);
    config->root = json_loadb(clean, length, JSON_REJECT_DUPLICATES, &problem);
    free(clean);
    if (!config->root) {
        error_set(err, "column %d: %s", problem.column > 0 ? problem.column : 1, problem.text);
        config->failed = true;
        return error_where(err, file, problem.line > 0 ? problem.line : 1);
    }
    if (!json_is_object(config->root))
        return config_fail(config, NULL, "is not a JSON object");
    config->body = config->root;
    for (size_t i = 0; i < sizeof NESTS / sizeof *NESTS && !config->nest; i++) {
        json_t *inner = json_object_get(config->root, NESTS[i]);
        if (!json_is_object(inner))
            continue;
        config->nest = NESTS[i];
        config->body = inner;
        json_t *tied = json_object_get(config->root, "tie_word_embeddings");
        if (tied && !json_object_get(inner, "tie_word_embeddings"))
            json_object_set(inner, "tie_word_embeddings", tied);
    }
    return true;
}

void config_close(Config *config) {
    json_decref(config->root);
    json_decref(config->used);
}

void config_defaults(Config *config, const char *json) {
    json_t *defaults = json_loads(json, 0, NULL);
    json_object_update_missing(config->body, defaults);
    json_decref(defaults);
}

// Where the text stands that is looked for: at a line and column, both from 1.
typedef struct Spot {
    int line, column;
} Spot;

static const char *end_of_string(const char *at) {
    for (at++; *at && *at != '"'; at++)
        if (*at == '\\' && at[1])
            at++;
    return at;
}

// The start of "key" directly inside the object that opens at or after `from`; NULL when it does not stand there.
static const char *find_key(const char *from, const char *key) {
    size_t length = strlen(key);
    int depth = 0;
    for (const char *at = from; *at; at++) {
        if (*at == '{' || *at == '[') {
            depth++;
        } else if (*at == '}' || *at == ']') {
            if (--depth <= 0)
                return NULL;
        } else if (*at == '"') {
            const char *end = end_of_string(at);
            if (!*end)
                return NULL;
            const char *next = end + 1 + strspn(end + 1, " \t\r\n");
            if (depth == 1 && *next == ':' && (size_t)(end - at - 1) == length &&
                memcmp(at + 1, key, length) == 0)
                return at;
            at = end;
        }
    }
    return NULL;
}

static Spot spot_of(const Config *config, const char *key) {
    const char *at = config->text;
    if (config->nest && (at = find_key(at, config->nest)))
        at = at + strlen(config->nest) + 2;
    at = at ? find_key(at, key) : NULL;
    if (!at)
        return (Spot){0, 0};
    Spot spot = {1, 1};
    for (const char *c = config->text; c < at; c++) {
        spot.column = *c == '\n' ? 1 : spot.column + 1;
        spot.line += *c == '\n';
    }
    return spot;
}

bool config_fail(Config *config, const char *key, const char *format, ...) {
    if (config->failed)
        return false;
    config->failed = true;
    char what[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    Spot spot = key ? spot_of(config, key) : (Spot){0, 0};
    if (spot.line > 0)
        error_set(config->err, "column %d: %s: %s", spot.column, key, what);
    else
        error_set(config->err, "%s%s%s", key ? key : "", key ? ": " : "", what);
    return error_where(config->err, config->file, spot.line);
}

// The value of the first of the keys that is there and not null; `key` becomes its name, or the first one's.
static const json_t *look_up(Config *config, const char *keys, char key[64]) {
    const json_t *found = NULL;
    char word[64];
    key[0] = '\0';
    for (const char *rest = keys; (rest = config_word(rest, word));) {
        const json_t *value = json_object_get(config->body, word);
        json_object_set_new(config->used, word, json_true());
        bool here = value && !json_is_null(value) && !found;
        if (here || !key[0])
            snprintf(key, 64, "%s", word);
        if (here)
            found = value;
    }
    return found;
}

static int whole(Config *config, const char *key, const json_t *value, int otherwise) {
    double number = json_number_value(value);
    if (!json_is_number(value))
        config_fail(config, key, "takes a whole number, not %s", request_json_kind(value));
    else if (number != floor(number) || number < 0 || number > INT_MAX)
        config_fail(config, key, "%.15g is not a whole number from 0 to %d", number, INT_MAX);
    else
        return (int)number;
    return otherwise;
}

bool config_has(Config *config, const char *keys) {
    char key[64];
    return look_up(config, keys, key) != NULL;
}

int config_int(Config *config, const char *keys, int otherwise) {
    char key[64];
    const json_t *value = look_up(config, keys, key);
    if (!value)
        return otherwise;
    if (!json_is_array(value) || json_array_size(value) == 0)
        return whole(config, key, value, otherwise);
    int first = whole(config, key, json_array_get(value, 0), otherwise);
    for (size_t i = 1; i < json_array_size(value) && !config->failed; i++)
        if (whole(config, key, json_array_get(value, i), first) != first)
            config_fail(config, key, "differs from layer to layer, which a model cannot say");
    return first;
}

int config_need(Config *config, const char *keys) {
    char key[64];
    if (!look_up(config, keys, key) && !config->failed) {
        config_fail(config, NULL, "has no '%s'", key);
        if (!config->nest)
            error_hint(config->err, "it may not be the config of a text model");
    }
    int value = config_int(config, keys, 1);
    if (value < 1)
        config_fail(config, key, "must be at least 1");
    return value < 1 ? 1 : value;
}

bool config_flag(Config *config, const char *keys, bool otherwise) {
    char key[64];
    const json_t *value = look_up(config, keys, key);
    if (!value)
        return otherwise;
    if (!json_is_boolean(value))
        config_fail(config, key, "takes true or false, not %s", request_json_kind(value));
    return json_is_true(value);
}

const json_t *config_any(Config *config, const char *keys) {
    char key[64];
    return look_up(config, keys, key);
}

const char *config_text(Config *config, const char *keys) {
    char key[64];
    const json_t *value = look_up(config, keys, key);
    if (value && !json_is_string(value))
        config_fail(config, key, "takes a text, not %s", request_json_kind(value));
    return json_string_value(value);
}

const json_t *config_list(Config *config, const char *keys) {
    char key[64];
    const json_t *value = look_up(config, keys, key);
    if (value && !json_is_array(value))
        config_fail(config, key, "takes a list, not %s", request_json_kind(value));
    return json_is_array(value) ? value : NULL;
}

int config_int_at(Config *config, const char *key, const json_t *list, size_t index) {
    return whole(config, key, json_array_get(list, index), 0);
}

const char *config_text_at(Config *config, const char *key, const json_t *list, size_t index) {
    const json_t *value = json_array_get(list, index);
    if (!json_is_string(value))
        config_fail(config, key, "takes a list of texts, not of %s", request_json_kind(value));
    return json_is_string(value) ? json_string_value(value) : "";
}

// Parts of keys that change neither shape nor counts, and whole keys ('=' in front) of which the same holds.
static const char IGNORED[] =
    "dropout _eps epsilon token_id token_index tokens_id rope rotary init _std aux_loss _coef "
    "cache _act activation "
    "dtype version pretraining softcap scal multiplier norm_topk n_group topk_group scoring "
    "max_position "
    "model_max bos_ eos_ label auto_map transformers return_ output_ name_or_path implementation "
    "problem_type "
    "beam penalty length num_return ngram suppress temperature tokenizer loss torchscript mscale "
    "theta quantization compression sample words_ids pdrop =architectures =model_type =top_k "
    "=top_p =typical_p "
    "=prefix =pruned_heads =is_decoder =is_encoder_decoder =early_stopping =finetuning_task "
    "=task_specific_params =tie_encoder_decoder =remove_invalid_values =use_bfloat16 "
    "=add_cross_attention "
    "=cross_attention_hidden_size =chunk_size_feed_forward =ep_size =topk_method "
    "=max_window_layers "
    "=router_jitter_noise =jitter_noise =router_z_loss_coef =seq_aux =use_mamba_kernels "
    "=mamba_chunk_size "
    "=chunk_size =hidden_dropout =layer_norm_type =swiglu_limit =mup =unk_token =seq_len "
    "=router_bias_update_rate "
    "=gradient_checkpointing =query_pre_attn_scalar =use_flash_attn =is_causal "
    "=no_rope_layers =no_rope_layer_interval =time_step_limit =time_step_floor =time_step_min "
    "=time_step_max "
    "=residual_in_fp32 =num_logits_to_keep =attn_temperature_tuning =mlp_type =norm_type";

static bool is_ignored(const char *key) {
    char word[64];
    for (const char *rest = IGNORED; (rest = config_word(rest, word));)
        if (word[0] == '=' ? strcmp(key, word + 1) == 0 : strstr(key, word) != NULL)
            return true;
    return false;
}

static bool says_nothing(const json_t *value) {
    return json_is_null(value) || json_is_false(value) ||
           (json_is_number(value) && json_number_value(value) == 0) ||
           (json_is_string(value) && json_string_length(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0) ||
           (json_is_object(value) && json_object_size(value) == 0);
}

void config_unread(const Config *config, Text *keys) {
    const char *key;
    json_t *value;
    json_object_foreach(config->body, key, value) {
        bool used = json_object_get(config->used, key) != NULL;
        if (used || is_ignored(key) || says_nothing(value))
            continue;
        if (keys->length > 600) {
            text_add(keys, ", ...");
            return;
        }
        text_addf(keys, "%s%.60s", keys->length ? ", " : "", key);
    }
}
