#include "lua/run_ops.h"

#include <math.h>
#include <string.h>

#include "sim/evaluate.h"

// Words of the text columns, so that rows can hold their numbers. A test holds that every op of every model is here.
// clang-format off
static const char *const NAMES[] = {
    "embedding", "norm", "norms", "qkv", "qkv_down", "q_up", "kv_up", "q_absorb", "v_up", "rope_and_cache", "index_q",
    "index_k", "index_scores", "attention", "gate", "out_down", "out", "state_in", "conv", "scan", "gated_norm", "state_out",
    "up", "gate_up", "act", "down", "shared_up", "shared_act", "shared_down", "router", "top_k", "permute", "dispatch",
    "latent_down", "latent_up", "experts_up", "experts_act", "experts_down", "combine", "unpermute", "all_reduce", "all_gather", "reduce_scatter",
    "all_gather_cp", "all_gather_etp", "all_gather_kv", "reduce_scatter_etp", "merge_context", "merge_outputs",
    "return_outputs", "ring_kv", "ring_q", "project", "head", "gather_logits", "sampling", "handoff", "other"};
static const char *const PLACES[] = {
    "first stage", "last stage", "between stages", "draft input", "draft layer", "draft head", "dense layer", "expert layer", "attention layer",
    "local dense layer", "local expert layer", "local attention layer", "chunked dense layer", "chunked expert layer",
    "chunked attention layer", "state dense layer", "state expert layer", "state layer", "feed-forward layer",
    "experts only layer", "empty layer", "shared-KV dense layer", "shared-KV expert layer",
    "shared-KV attention layer", "shared-KV local dense layer", "shared-KV local expert layer",
    "shared-KV local attention layer", "other"};
static const char *const BINDS[] = {"matrix", "vector", "memory", "link", "fixed"};

#define TEXT(of) .kind = COLUMN_TEXT, .words = of, .word_count = FIELD_COUNT(of)
static const Column COLUMNS[] = {
    {.name = "phase", .kind = COLUMN_TEXT, .words = PHASE_WORDS, .word_count = 2, .help = "of a generate: prefill or decode; of a serve: steps with prompts or without"},
    {.name = "place", TEXT(PLACES), .help = "the kind of layer, or the stage"},
    {.name = "name", TEXT(NAMES), .help = "the op"},
    {.name = "kind", .kind = COLUMN_TEXT, .words = OP_KIND_WORDS, .word_count = OP_KIND_COUNT, .help = "what model costs it"},
    {.name = "layers", .kind = COLUMN_REAL, .help = "of the network that run it"},
    {.name = "units", .kind = COLUMN_REAL, .help = "units of work that a layer sees"},
    {.name = "flop", .kind = COLUMN_REAL, .help = "useful, all chips"},
    {.name = "hbm_bytes", .kind = COLUMN_REAL, .help = "all chips"},
    {.name = "comm_bytes", .kind = COLUMN_REAL, .help = "sent by all chips"},
    {.name = "matrix_s", .kind = COLUMN_REAL, .help = "busy time of the matrix units on the fullest chip"},
    {.name = "vector_s", .kind = COLUMN_REAL, .help = "of the vector units"},
    {.name = "memory_s", .kind = COLUMN_REAL, .help = "of memory and on-chip store"},
    {.name = "link_s", .kind = COLUMN_REAL, .help = "of the links"},
    {.name = "overhead_s", .kind = COLUMN_REAL, .help = "fixed: launches"},
    {.name = "time_s", .kind = COLUMN_REAL, .help = "engines overlapped"},
    {.name = "binds", TEXT(BINDS), .help = "the engine that takes longest"},
};
// clang-format on
#define COLUMN_TOTAL FIELD_COUNT(COLUMNS)

const Column *run_op_columns(int *count) {
    *count = COLUMN_TOTAL;
    return COLUMNS;
}

// The last word stands for what is not in the list.
static int word_of(const char *const words[], int count, const char *word) {
    for (int i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return count - 1;
}

static int binds(const BreakdownRow *row) {
    const double parts[] = {row->matrix_s, row->vector_s, row->memory_s, row->link_s,
                            row->overhead_s};
    int longest = 0;
    for (int i = 1; i < FIELD_COUNT(parts); i++)
        if (parts[i] > parts[longest])
            longest = i;
    return longest;
}

static void fill(const BreakdownRow *row, double values[]) {
    const double all[COLUMN_TOTAL] = {row->phase,
                                      word_of(PLACES, FIELD_COUNT(PLACES), row->where),
                                      word_of(NAMES, FIELD_COUNT(NAMES), row->op.name),
                                      row->op.kind,
                                      row->layers,
                                      row->units,
                                      row->flop,
                                      row->hbm_bytes,
                                      row->comm_bytes,
                                      row->matrix_s,
                                      row->vector_s,
                                      row->memory_s,
                                      row->link_s,
                                      row->overhead_s,
                                      row->time_s,
                                      binds(row)};
    memcpy(values, all, sizeof all);
}

bool run_store_ops(Store *store, Worker *worker, int64_t id, Error *err) {
    double values[BREAKDOWN_ROWS * COLUMN_TOTAL];
    int64_t ids[BREAKDOWN_ROWS] = {0};
    Candidate none;
    Metrics metrics;
    Breakdown table;
    worker_point(worker, id, NULL, &none);
    evaluate(worker_design(worker), &metrics, &table);
    for (int i = 0; i < table.row_count; i++)
        fill(&table.rows[i], values + (size_t)i * COLUMN_TOTAL);
    Rows rows = {COLUMN_TOTAL, table.row_count, ids, values};
    return store_ops(store, id, &rows, err);
}
