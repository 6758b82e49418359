// import_config.h — the keys of a Hugging Face config.json, read one by one with the place of whatever is wrong.
//
// The network's keys stand at the top or, in multimodal models, in "text_config" and the like, two deep at most; the
// Config points to the right object.
// The first error stays and later readings give harmless values, so that a reader needs no check after each key.
// Every reading takes alternatives, "num_hidden_layers n_layer", and marks them all as understood.
#ifndef LUA_IMPORT_CONFIG_H
#define LUA_IMPORT_CONFIG_H

#include <jansson.h>

#include "sim/base/arena.h"
#include "sim/base/error.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Config {
    const char *file, *text;
    json_t *root;        // the file
    json_t *body;        // the object with the text network's keys
    const char *nest[2]; // the keys that lead from root to body; NULL: none
    json_t *used;        // keys of body that were read
    bool first_counts;   // of a list whose values differ the first one is taken
    Text notes;          // for whoever reads the model
    Text doubts;         // the same, of what a model cannot say
    Error *err;
    bool failed;
} Config;

// Parses the text; the caller closes the config, also after an error.
bool config_open(Config *config, const char *file, const char *text, size_t length, Error *err);
void config_close(Config *config);

// Gives body the keys that it lacks from a JSON object.
void config_defaults(Config *config, const char *json);

bool config_has(Config *config, const char *keys);

// Whole numbers from 0 to 2147483647; config_need: from 1, and it must be there. A list with one value for every layer
// counts as that value.
int config_int(Config *config, const char *keys, int otherwise);
int config_need(Config *config, const char *keys);
bool config_flag(Config *config, const char *keys, bool otherwise);

// The same, but of a list whose values differ the mean, which a note then says.
int config_mean(Config *config, const char *keys, int otherwise);

// NULL where there is none. A text or a list, valid until config_close.
const char *config_text(Config *config, const char *keys);
const json_t *config_list(Config *config, const char *keys);
const json_t *config_any(Config *config, const char *keys);

// An element of a list as a whole number, or as a text.
int config_int_at(Config *config, const char *key, const json_t *list, size_t index);
const char *config_text_at(Config *config, const char *key, const json_t *list, size_t index);

// An element as a yes or no: a boolean, or a number that is not 0.
bool config_flag_at(Config *config, const char *key, const json_t *list, size_t index);

// Appends a sentence to the notes, or a phrase to the doubts.
void config_note(Config *config, const char *sentence);
void config_doubt(Config *config, const char *phrase);

// Goes into the object of that key, as if it were nested; false where there is none. For keys of a kind of their own.
bool config_enter(Config *config, const char *key, json_t **before);
void config_leave(Config *config, json_t *before);

// Sets the error, at the place of the key (NULL: none). Returns false.
bool config_fail(Config *config, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Appends ", "-separated keys of body that say something, were not read, and may change the shape.
void config_unread(const Config *config, Text *keys);

// The next of blank-separated words as `word`; NULL when there are no more.
const char *config_word(const char *words, char word[64]);

#ifdef __cplusplus
}
#endif
#endif
