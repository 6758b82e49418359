#include "hw/engine.h"

static const char *const HABITS[] = {"mixed", "apart", NULL};

// clang-format off
#define TEXT(key) .name = #key, .kind = FIELD_TEXT, .offset = offsetof(Engine, key)
#define TIME(key) .name = #key, .kind = FIELD_NUMBER, .offset = offsetof(Engine, key), .unit = UNIT_S, .min = 0, .max = 10

static const Field ENGINE_FIELDS[] = {
    {TEXT(name), .required = true, .help = "what requests call it"},
    {TEXT(title), .help = "as people write it, with its version"},
    {.name = "aliases", .kind = FIELD_LIST, .element = FIELD_TEXT, .offset = offsetof(Engine, aliases),
     .capacity = ENGINE_ALIASES, .count_offset = offsetof(Engine, alias_count), .help = "other names"},
    {.name = "source", .kind = FIELD_TEXT, .offset = offsetof(Engine, from) + offsetof(Source, source), .required = true,
     .help = "where the constants come from"},
    {.name = "doubtful", .kind = FIELD_TEXT, .offset = offsetof(Engine, from) + offsetof(Source, doubtful),
     .help = "what to distrust about them"},
    {.name = "token_budget", .kind = FIELD_INT, .offset = offsetof(Engine, token_budget), .min = 0, .max = 2147483647,
     .help = "tokens that a step takes at most; 0: 8192"},
    {.name = "prompts", .kind = FIELD_WORD, .offset = offsetof(Engine, prompts), .words = HABITS,
     .help = "whether pieces of prompts share decode's steps or take their own"},
    {.name = "kv_reserved", .kind = FIELD_NUMBER, .offset = offsetof(Engine, kv_reserved), .min = 0, .max = 1, .initial = 1,
     .help = "share of the output's room in the KV cache that is held free for a sequence when it is admitted"},
    {.name = "graphs", .kind = FIELD_BOOL, .offset = offsetof(Engine, graphs),
     .help = "decode steps replay a graph, so that launches bind steps with prompts only"},
    {TIME(launch_s), .help = "host time a layer where kernels are launched one by one; hides behind longer kernels"},
    {TIME(step_s), .help = "host time of a step: scheduling, sampling"},
    {TIME(sequence_s), .help = "host time a decoding sequence in a step"},
    {TIME(prompt_step_s), .help = "host time of a step that holds tokens of prompts, beside step_s"},
    {TIME(prompt_token_s), .help = "host time a token of prompts"},
    {TIME(request_s), .help = "serve: a request's way to the queue and its first token's way back"},
    {.name = "work_share", .kind = FIELD_NUMBER, .offset = offsetof(Engine, work_share), .min = 0, .max = 4,
     .help = "time of kernels that the bare network has not, and of slower ones, over the kernels' time"},
    {.name = "hbm_reserve", .kind = FIELD_NUMBER, .offset = offsetof(Engine, hbm_reserve), .min = 0, .max = 0.9, .initial = 0.1,
     .help = "share of the chip's stated memory that the engine leaves alone, in `validate cases`"},
    {.name = "ttft_doubt", .kind = FIELD_NUMBER, .offset = offsetof(Engine, ttft_doubt), .min = 0, .max = 10,
     .help = "natural logarithm by which the time to the first token may lie beside its prediction (90 %), apart from what kernels are off by"},
    {.name = "tpot_doubt", .kind = FIELD_NUMBER, .offset = offsetof(Engine, tpot_doubt), .min = 0, .max = 10,
     .help = "the same of the time between tokens"},
};
// clang-format on

const FieldTable ENGINE_TABLE = {
    .name = "engine",
    .fields = ENGINE_FIELDS,
    .count = FIELD_COUNT(ENGINE_FIELDS),
    .size = sizeof(Engine),
    .help = "what a serving engine adds to its kernels, and its habits",
};
