#include "sim/request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"

#define KEY(key) .name = #key, .offset = offsetof(Request, key)
#define NAME     .kind = FIELD_TEXT
#define COUNT    .kind = FIELD_INT, .max = 2147483647
#define DEGREE   .kind = FIELD_INT, .min = 1, .max = 65536

// clang-format off
static const Field REQUEST_FIELDS[] = {
    {KEY(chip), NAME, .required = true, .help = "name or alias of a chip (see chipfit list chips), or a .lua file"},
    {KEY(chips), .kind = FIELD_INT, .min = 1, .max = 1000000,
     .help = "chips in use; default: the product tp x cp x dp x pp of the degrees given, else 1"},
    {KEY(system), NAME, .help = "name of a system (see chipfit list systems), or a .lua file; default: the chip's own"},
    {KEY(model), NAME, .required = true, .help = "name or alias of a model (see chipfit list models), a .lua file, or a Hugging Face config.json"},
    {KEY(phase), NAME, .required = true,
     .help = "prefill (prompts to their first tokens), decode (one step), generate (both, for `output` tokens) or serve (the steady state "
             "of `batch` sequences always in flight, each finished one replaced at once)"},
    {KEY(batch), COUNT, .min = 1,
     .help = "sequences over all chips, or 'max': as many as fit; default: 1, but decode must say it"},
    {KEY(prompt), COUNT, .min = 1, .help = "prefill, generate, serve: tokens of a prompt, the cached prefix included"},
    {KEY(prefix), COUNT, .min = 0, .help = "prefill, generate, serve: tokens of the prompt that are in the KV cache already; default: 0"},
    {KEY(context), COUNT, .min = 1, .help = "decode: KV length that the step reads, the new token included; drafted ones follow it"},
    {KEY(output), COUNT, .min = 1, .help = "generate, serve: tokens produced a sequence"},
    {KEY(draft), .kind = FIELD_INT, .min = 0, .max = WORKLOAD_DRAFT,
     .help = "decode, generate, serve: tokens guessed a step and sequence, which the next step verifies: by the model's multi-token-"
             "prediction layer, else free of cost as if looked up in the prompt. All of decode's times, FLOP and bytes are then a "
             "step's over the (1 - acceptance^(draft+1)) / (1 - acceptance) tokens that it makes"},
    {KEY(acceptance), .kind = FIELD_NUMBER, .min = 0, .max = 1, .initial = 0.7,
     .help = "probability that a guessed token is accepted, given that those before it were"},
    {KEY(token_budget), COUNT, .min = 1,
     .help = "serve: tokens that a step of a dp group takes at most, prompts' pieces and decode's together; default: the "
             "engine's, else 8192"},
    {KEY(prompts), NAME,
     .help = "serve: mixed (pieces of prompts share decode's steps) or apart (they take steps of their own, in which decode "
             "waits); default: the engine's, else mixed"},
    {KEY(tp), DEGREE, .help = "tensor parallel: heads and widths; default: 1. With no degree given: the fastest legal plan that fits"},
    {KEY(cp), DEGREE, .help = "context parallel: tokens of a sequence; default: 1"},
    {KEY(cp_kind), NAME,
     .help = "how cp ranks meet in prefill: all_gather (all keys to every rank, then attention), ring (keys go round behind "
             "attention) or pass_q (queries go round, partial outputs return); default: all_gather"},
    {KEY(dp), DEGREE, .help = "data parallel: sequences; default: chips / (tp x cp x pp)"},
    {KEY(pp), DEGREE, .help = "pipeline stages; default: as many as `stages` lists, else 1"},
    {KEY(ep), DEGREE, .help = "ranks that the experts are dealt to, out of the tp x cp x dp of a stage; default: 1"},
    {KEY(etp), DEGREE, .help = "tensor parallel inside an expert; default: tp when ep = 1, else tp x cp x dp / ep"},
    {KEY(chunk), COUNT, .min = 1,
     .help = "prompt tokens of a sequence that pass a stage at once; default: the whole prompt, with pp > 1 a part of it in "
             "4 pp, but at least 256"},
    {KEY(micro_batches), COUNT, .min = 1,
     .help = "parts of a dp group's batch that follow each other; default: in prefill as many as keep a unit within 16384 "
             "tokens, in decode one a stage"},
    {KEY(stages), .kind = FIELD_LIST, .element = FIELD_INT, .capacity = PLAN_STAGES,
     .count_offset = offsetof(Request, stage_count), .min = 1, .max = MODEL_LAYERS,
     .help = "layers of each pipeline stage, as in 21,20,20,19; default: even, the first stages take the remainder"},
    {KEY(placement), NAME, .help = "order of the ranks, innermost first, pp first or last; default: tp,cp,dp,pp"},
    {KEY(overlap), .kind = FIELD_NUMBER, .min = 0, .max = 1,
     .help = "of communication with compute inside a layer: 0 none, 1 perfect; default: 0"},
    {KEY(formats), NAME, .help = "shorthand for all number formats (see chipfit schema formats); default: bf16"},
    {KEY(weights), NAME, .help = "format of the weights of blocks and experts; default: as `formats` says"},
    {KEY(activations), NAME, .help = "format of the inputs of those layers; default: as `formats` says"},
    {KEY(kv), NAME, .help = "format of the KV cache; default: as `formats` says"},
    {KEY(matmul), NAME, .help = "arithmetic of those layers; default: the wider of weights and activations that the chip has"},
    {KEY(routing_skew), .kind = FIELD_NUMBER, .min = 0, .max = 4,
     .help = "Zipf exponent of the experts' popularity; default: 0, uniform"},
    {KEY(hbm_reserve), .kind = FIELD_NUMBER, .min = 0, .max = 0.9, .initial = 0.1,
     .help = "share of the memory that is left free"},
    {KEY(training_tokens), .kind = FIELD_NUMBER, .min = 0, .max = 1e16,
     .help = "tokens that the network was trained on, for `loss`; default: none, `loss` is then null"},
    {KEY(training_flop), .kind = FIELD_NUMBER, .min = 0, .max = 1e30,
     .help = "FLOP that its training may take, in place of training_tokens: tokens = FLOP / (6 x active parameters)"},
    {KEY(usd_per_chip_hour), .kind = FIELD_NUMBER, .min = 0.001, .max = 1000,
     .help = "rent of one chip in USD an hour, for `usd_per_mtoken`; default: the chip's own price, if it has one"},
    {KEY(mode), NAME, .help = "datasheet (peaks and physics) or calibrated (with a kernel profile); default: calibrated where a profile serves the chip"},
    {KEY(profile), NAME, .help = "kernel profile of the calibrated mode: a name (see chipfit list kernels) or a .lua file; default: the one that serves the chip"},
    {KEY(engine), NAME, .help = "serving engine whose time and habits are added: a name (see chipfit list engines) or a .lua file; default: none, "
             "kernels alone"},
};
// clang-format on

const FieldTable REQUEST_TABLE = {
    .name = "request",
    .fields = REQUEST_FIELDS,
    .count = FIELD_COUNT(REQUEST_FIELDS),
    .size = sizeof(Request),
    .help = "options of explain and keys of predict",
};

Request request_new(void) {
    Request request = {0};
    field_init(&REQUEST_TABLE, &request);
    return request;
}

const Field *request_key(const char *key, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < REQUEST_TABLE.count; i++)
        if (strcmp(REQUEST_FIELDS[i].name, key) == 0)
            return &REQUEST_FIELDS[i];
    for (int i = 0; i < REQUEST_TABLE.count; i++) {
        if (text_same_name(REQUEST_FIELDS[i].name, key))
            return &REQUEST_FIELDS[i];
        nearest_offer(&nearest, key, REQUEST_FIELDS[i].name);
    }
    error_set(err, "there is no key '%.60s'", key);
    if (nearest.best)
        error_hint(err, "did you mean '%s'?", nearest.best);
    else
        error_hint(err, "chipfit schema request lists the keys");
    return NULL;
}

// Reads "21,20,20,19".
static bool set_stages(Request *request, const Field *key, const char *text, Error *err) {
    const char *rest = text;
    request->stage_count = 0;
    while (true) {
        char *end;
        long layers = strtol(rest, &end, 10);
        if (end == rest || (*end != ',' && *end))
            return error_set(
                err, "stages: '%.60s' is not a list of layer counts such as 21,20,20,19", text);
        if (layers < 1 || layers > MODEL_LAYERS)
            return error_set(err, "stages: %ld is outside 1 to %d", layers, MODEL_LAYERS);
        if (request->stage_count == key->capacity)
            return error_set(err, "stages: at most %d stages are possible", key->capacity);
        request->stages[request->stage_count++] = (int)layers;
        if (!*end)
            return true;
        rest = end + 1;
    }
}

bool request_set_text(Request *request, const Field *key, const char *text, Error *err) {
    if (key->kind == FIELD_LIST)
        return set_stages(request, key, text, err);
    if (key->offset == offsetof(Request, batch) && text_same_name(text, "max")) {
        request->batch_max = true;
        return true;
    }
    if (key->kind == FIELD_TEXT && !*text)
        return error_set(err, "%s: is empty", key->name);
    return field_set_text(key, request, text, err);
}

bool request_has_degrees(const Request *r) {
    return r->tp || r->cp || r->dp || r->pp || r->ep || r->etp || r->stage_count;
}

bool request_plan_open(const Request *request) {
    return request->chips > 1 && !request_has_degrees(request);
}
