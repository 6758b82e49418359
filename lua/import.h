// import.h — a Hugging Face config.json as a Model, and a Model as a Lua file.
//
// What the config calls its keys, and what they mean, is said by family in import_family.c. Of multimodal models the
// text network is taken. The model is as a Lua file gives it: model_finish derives the rest.
#ifndef LUA_IMPORT_H
#define LUA_IMPORT_H

#include "arch/model.h"
#include "sim/base/arena.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

#define IMPORT_BYTES ((size_t)4 << 20) // the largest config

typedef struct Import {
    const char *file;   // for messages
    const char *family; // NULL: by the config's architectures
    const char *name;   // NULL: by the config, else by the file
} Import;

// Texts of the model are taken from the arena. Keys that may matter and were not understood go to `doubtful`.
bool import_model(const Import *import, const char *text, size_t length, Arena *arena, Model *model,
                  Error *err);

// The same from import->file, read here.
bool import_file(const Import *import, Arena *arena, Model *model, Error *err);

// Appends a Lua file that reads back as the same model.
void import_write(const Model *model, Text *out);

// Appends the families' names, ", "-separated.
void import_families(Text *out);

#ifdef __cplusplus
}
#endif
#endif
