// shapes_script.h — a script that returns `shapes { ... }`: kernels and layers to be measured, lists of values crossed.
//
//     return shapes {
//       matmul { m = { 1, 16, 64 }, n = 4096, k = pow2(512, 8192), dtype = { "bf16", "int8" } },
//       decode { batch = 8, heads = 32, kv_heads = 8, kv_len = 4096 },
//       layer { model = "llama-3.1-8b", plan = { tp = 2 }, formats = "bf16",
//               workload = decode { batch = 8, context = 4096 } },
//     }
// A kernel takes the columns of a shapes file that its kind has, besides dtype (a, b and kv together) and head_dim
// (qk_dim and v_dim). A layer takes what a sweep takes as model, formats, plan and workload; each design gives one rank's
// share of a layer of each kind.
#ifndef LUA_SHAPES_SCRIPT_H
#define LUA_SHAPES_SCRIPT_H

#include "lua/library.h"
#include "validate/layer_tasks.h"

#ifdef __cplusplus
extern "C" {
#endif

// Adds the script's tasks, each once.
bool shapes_script_read(Library *library, const char *file, const char *text, size_t length,
                        Tasks *tasks, LayerNotes *notes, Error *err);

#ifdef __cplusplus
}
#endif
#endif
