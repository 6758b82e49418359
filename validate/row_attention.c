#include "validate/row_attention.h"

// DeepSeek's latent with its rotary part, and the latter.
#define LATENT_DIMS 576
#define ROTARY_DIMS 64

static void add_copy(Row *row, const char *name, double read_bytes, double write_bytes) {
    row->ops[row->op_count++] = (Op){
        .kind = OP_ELEMENTWISE,
        .name = name,
        .elementwise = {read_bytes, write_bytes, 0, 0},
        .balance = 1,
        .touch = 1
    };
}

// `cached` values a new token are written to the cache, `turned` dimensions of each query rotated in place; queries are
// converted to an 8-bit cache's format whole.
static void add_cache_write(Row *row, const SourceInfo *source, const AttentionShape *shape,
                            double cached, double turned) {
    double tokens = shape->sequences * shape->q_len, value = format_weight_bytes(shape->kv);
    double dims = FORMATS[shape->kv].bits < 16 ? shape->qk_dim : turned;
    double queries = source->rotates ? tokens * shape->heads * dims : 0;
    if (source->writes_cache)
        add_copy(row, "cache_write", (tokens * cached + queries) * HALF_BYTES,
                 (tokens * cached + queries) * value);
}

// A library that packs heads and splits keys in the plain case only (SourceInfo.packs_plain).
static void pack_plainly(Row *row, AttentionShape *shape) {
    bool shared = shape->heads > shape->kv_heads, plain = shared && shape->window == 0;
    shape->unsplit = !plain;
    // Regrouped by a copy of the queries and one of the outputs, unless the tensors are contiguous as they are.
    double bytes = shape->sequences * shape->heads * shape->qk_dim * HALF_BYTES;
    for (int i = 0; plain && shape->sequences > 1 && shape->kv_heads > 1 && i < 2; i++)
        add_copy(row, "regroup", bytes, bytes);
    // Each head reads its keys for itself, which the store serves.
    if (!plain)
        shape->kv_heads = shape->heads;
}

void row_attention(Row *row, const SourceInfo *source, AttentionShape *shape) {
    add_cache_write(row, source, shape, shape->kv_values, shape->qk_dim);
    if (source->packs_plain && shape->decode)
        pack_plainly(row, shape);
}

void row_latent(Row *row, const SourceInfo *source, const AttentionShape *shape) {
    add_cache_write(row, source, shape, LATENT_DIMS, ROTARY_DIMS);
}
