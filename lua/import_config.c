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
static const char *const NESTS[] = {"text_config", "language_config", "llm_config",
                                    "thinker_config"};

static bool go_deeper(Config *config, int depth) {
    for (size_t i = 0; i < sizeof NESTS / sizeof *NESTS; i++) {
        json_t *inner = json_object_get(config->body, NESTS[i]);
        if (!json_is_object(inner) || json_object_size(inner) == 0)
            continue;
        json_t *tied = json_object_get(config->body, "tie_word_embeddings");
        if (tied && !json_object_get(inner, "tie_word_embeddings"))
            json_object_set(inner, "tie_word_embeddings", tied);
        config->nest[depth] = NESTS[i];
        config->body = inner;
        return true;
    }
    return false;
}

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
    for (int depth = 0; depth < 2 && go_deeper(config, depth); depth++)
        ;
    return true;
}

void config_close(Config *config) {
    json_decref(config->root);
    json_decref(config->used);
    text_free(&config->notes);
    text_free(&config->doubts);
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
    for (int i = 0; i < 2 && at && config->nest[i]; i++)
        if ((at = find_key(at, config->nest[i])))
            at = at + strlen(config->nest[i]) + 2;
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
    for (size_t i = 1; i < json_array_size(value) && !config->failed && !config->first_counts; i++)
        if (whole(config, key, json_array_get(value, i), first) != first)
            config_fail(config, key, "differs from layer to layer, which a model cannot say");
    return first;
}

int config_mean(Config *config, const char *keys, int otherwise) {
    char key[64];
    const json_t *list = look_up(config, keys, key);
    size_t count = json_array_size(list);
    if (!json_is_array(list) || count == 0)
        return config_int(config, keys, otherwise);
    double sum = 0;
    bool differs = false;
    for (size_t i = 0; i < count; i++) {
        int value = whole(config, key, json_array_get(list, i), 0);
        differs = differs || value * (double)i != sum;
        sum += value;
    }
    if (differs) {
        char note[160];
        snprintf(note, sizeof note, "%.60s differs from layer to layer; the mean stands.", key);
        config_note(config, note);
    }
    return (int)(sum / (double)count + 0.5);
}

int config_need(Config *config, const char *keys) {
    char key[64];
    if (!look_up(config, keys, key) && !config->failed) {
        config_fail(config, NULL, "has no '%s'", key);
        if (!config->nest[0])
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

bool config_flag_at(Config *config, const char *key, const json_t *list, size_t index) {
    const json_t *value = json_array_get(list, index);
    return json_is_boolean(value) ? json_is_true(value) : whole(config, key, value, 0) != 0;
}

void config_note(Config *config, const char *sentence) {
    text_addf(&config->notes, "%s%s", config->notes.length ? " " : "", sentence);
}

void config_doubt(Config *config, const char *phrase) {
    text_addf(&config->doubts, "%s%s", config->doubts.length ? "; " : "", phrase);
}

bool config_enter(Config *config, const char *key, json_t **before) {
    config_any(config, key);
    json_t *inner = json_object_get(config->body, key);
    *before = config->body;
    if (!json_is_object(inner))
        return false;
    config->body = inner;
    return true;
}

void config_leave(Config *config, json_t *before) {
    config->body = before;
}

// Parts of keys that change neither shape nor counts, and whole keys ('=' in front) of which the same holds.
static const char IGNORED[] =
    "dropout _eps epsilon token_id token_index tokens_id rope rotary init _std aux_loss _coef "
    "cache _act activation "
    "dtype version pretraining softcap scal multiplier norm_topk n_group topk_group scoring "
    "max_position model_max "
    "bos_ eos_ label auto_map transformers return_ output_ name_or_path implementation "
    "problem_type beam penalty "
    "length num_return ngram suppress temperature tokenizer loss torchscript mscale theta "
    "quantization compression "
    "sample words_ids pdrop yarn mup chunk_size time_step residual_in_fp32 "
    "=architectures =model_type =top_k =top_p =typical_p =prefix =pruned_heads =is_decoder "
    "=is_encoder_decoder "
    "=early_stopping =finetuning_task =task_specific_params =tie_encoder_decoder "
    "=remove_invalid_values "
    "=use_bfloat16 =add_cross_attention =cross_attention_hidden_size =ep_size =topk_method "
    "=max_window_layers "
    "=router_jitter_noise =jitter_noise =router_z_loss_coef =seq_aux =use_mamba_kernels "
    "=hidden_dropout "
    "=layer_norm_type =swiglu_limit =unk_token =seq_len =router_bias_update_rate "
    "=gradient_checkpointing "
    "=query_pre_attn_scalar =use_flash_attn =is_causal =no_rope_layers =no_rope_layer_interval "
    "=num_logits_to_keep =attn_temperature_tuning =mlp_type =norm_type =clip_qkv =moe_layer_freq "
    "=scale_emb =scale_depth =dim_model_base =sparse_config =partial_rotary_factor "
    "=_attn_implementation "
    "=load_balance_coeff =expert_bias =norm_reorder =use_sliding_window "
    "=use_bidirectional_attention =tie_embeddings "
    "=moe_router_score_function =moe_router_use_sigmoid =router_dtype =vision_config =audio_config "
    "=pad_token "
    "=image_size =max_seq_len =score_function =use_rmsnorm =conv_dim_out =moe_renormalize "
    "=num_expert_group =interpolate_factor =full_attn_mod =use_embedding_sharing "
    "=order_of_interleaved_layers =lm_head "
    "=rm_head =use_moe =pad_id =image_token =mask_token =moe_router_activation_func "
    "=position_embedding_type =embd_layer_norm =fused_qkv =num_labels =interleaved";

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
