// task.h — a kernel, or a layer of kernels, that is to be run and measured: a line of a shapes file.
//
//     SHAPES.lua, RUN.sqlite ── lua/ ──> Tasks ── runner.h ──> Measurements ──> compared, calibrated
// A shapes file is CSV with the columns of TASK_TABLE (others are passed over, absent ones take their defaults). A layer
// is a row of kind `layer` and the rows after it that name its id as their `layer`.
//
// What each kind does. Matrices are row-major; W is kept as [n,k], as networks store it. Outputs are bf16 (host: fp32 where
// the operands are).
//     matmul      batch x C[m,n] = A[m,k] W[k,n], formats a and b
//     experts     m rows spread evenly over `experts` matrices: C[r,n] = A[r,k] W_e[k,n]; the first m mod experts have one
//                 row more
//     prefill     batch sequences of q_len new tokens, the last of kv_len, causal, at most `window` keys (0: all);
//                 heads query heads over kv_heads, qk_dim and v_dim wide; the cache in format kv
//     decode      the same with few queries (1 if not said); keys and values lie in pages of `page` tokens in random order. With one
//                 kv_head and v_dim < qk_dim (a shared latent) a value is the first v_dim numbers of its key
//     norm        m rows of n: residual += x, out = RMSNorm(residual) x weight
//     gated       m rows: silu(left n) x right n of rows of 2 n
//     rotary      m tokens: turns heads + kv_heads rows of qk_dim and writes keys and values to pages of the cache
//     quantise    m rows of n from 16 bit to format a, with its block scales
//     dequantise  m rows of n from format b to 16 bit
//     route       m tokens: softmax over `experts` scores, the best top_k, and places of the choices in the experts' order
//     permute     m tokens of n: rows to the experts' order, m x top_k written
//     unpermute   the weighted sum of each token's top_k rows
//     copy        bytes read and as many written;   triad   a = b + s c, arrays of `bytes`
//     all_reduce, all_gather, reduce_scatter, all_to_all    of `bytes` (CollectiveKind in arch/op.h) over `ranks`
#ifndef VALIDATE_TASK_H
#define VALIDATE_TASK_H

#include "sim/base/field.h"
#include "sim/base/format.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum TaskKind {
    TASK_MATMUL,
    TASK_EXPERTS,
    TASK_PREFILL,
    TASK_DECODE,
    TASK_NORM,
    TASK_GATED,
    TASK_ROTARY,
    TASK_QUANTISE,
    TASK_DEQUANTISE,
    TASK_ROUTE,
    TASK_PERMUTE,
    TASK_UNPERMUTE,
    TASK_COPY,
    TASK_TRIAD,
    TASK_ALL_REDUCE,
    TASK_ALL_GATHER,
    TASK_REDUCE_SCATTER,
    TASK_ALL_TO_ALL,
    TASK_LAYER,
    TASK_KIND_COUNT
} TaskKind;

extern const char *const TASK_KIND_WORDS[TASK_KIND_COUNT + 1]; // NULL-terminated

#define TASK_NAME 48

// Numbers that a kind does not name are 0, formats FORMAT_NONE. task_finish fills what was left out: b as a; kv as a where
// that has 16 or 32 bits, else bf16; kv_heads as heads, v_dim as qk_dim, kv_len as q_len.
typedef struct Task {
    int id;               // unique in its file, from 1
    int layer;            // id of the layer that it is a part of; 0: none
    char name[TASK_NAME]; // of the op or layer, for people: "qkv", "llama-3.1-8b tp 2 decode"
    int kind;             // TaskKind
    int a, b, kv;         // Format
    int batch, m, n, k;
    int experts, top_k;
    int heads, kv_heads, qk_dim, v_dim;
    int q_len, kv_len, window, page;
    double bytes;
    int ranks;
    int times; // that it runs in its layer; 1 alone
} Task;

extern const FieldTable TASK_TABLE;

// Fills a task with defaults: a matmul in bf16, 1 of what is counted.
void task_init(Task *task);

// Checks what no single column can, fills what may be left out, drops what the kind does not name. error: names the
// column.
bool task_finish(Task *task, Error *err);

// Whether tasks of a kind take that column; id, layer, name, kind and times are every task's.
bool task_names(int kind, const char *column);

// Whether its kind is one of data movement: neither matmul, attention nor layer.
bool task_moves(const Task *task);

// Whether the values of a decode are the first v_dim numbers of its keys.
bool task_latent(const Task *task);

// Format of its output: fp32 where a is, else 16 bit (fp16 where a is, else bf16).
Format task_output_format(const Task *task);

// Whether two tasks are the same kernel on the same shape (id, layer, name and times apart).
bool task_same(const Task *a, const Task *b);

// Work by definition: 2 FLOP a multiply-add, unmasked pairs only; least bytes read and written, each operand once (of a
// layer: 0, its parts have them).
double task_flop(const Task *task);
double task_bytes(const Task *task);

// A list of tasks read from CSV, freed by tasks_free.
typedef struct Tasks {
    Task *list;
    int count, capacity;
} Tasks;

// Adds a copy. Ids are the caller's.
void tasks_add(Tasks *tasks, const Task *task);
void tasks_free(Tasks *tasks);

// Reads a shapes file's text. At the first wrong row: error with file, line, column.
bool tasks_read(Tasks *tasks, const char *name, const char *text, size_t size, Error *err);

// Parts of the layer at `index`: the rows after it that name its id. 0 for other kinds.
int tasks_parts(const Tasks *tasks, int index);

#ifdef __cplusplus
}
#endif
#endif
