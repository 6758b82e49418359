// request_json.h — reads a request from one line of JSON, as predict takes it.
#ifndef LUA_REQUEST_JSON_H
#define LUA_REQUEST_JSON_H

#include <jansson.h>

#include "sim/request.h"

// A request with the JSON value that its texts point into; request_json_free releases it.
typedef struct JsonRequest {
    Request request;
    json_t *root;
    char *id;          // the key "id" as JSON text, to be echoed; NULL when there is none
    char *variants[3]; // chip, system and model written out, as JSON text; NULL: a name
} JsonRequest;

// Reads one JSON object with the keys of REQUEST_TABLE and "id", in any case and with '-' for '_', each once; `formats`
// may also be an object of weights, activations, kv and matmul, chip, system and model what variant.h reads, `stages` is
// a list. False with the key in the message;
// the id is then kept too where one was read.
bool request_json_read(const char *text, size_t length, JsonRequest *out, Error *err);
void request_json_free(JsonRequest *json);

// "an object", "a list", "a text", ...: what a JSON value is, for messages.
const char *request_json_kind(const json_t *value);

#endif
