// Any bytes as a config.json: whatever they hold, the answer is a model that can be written, or an error.
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "lua/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (memchr(data, 0, size)) // file_read refuses those
        return 0;
    static const char *const AS[] = {"llama",        "deepseek_v3", "nemotron_h",  "gemma4",
                                     "lfm2",         "step",        "kimi_linear", "longcat",
                                     "nemotron_nas", "deepseek_v4", "gemma3n",     "mamba",
                                     "rwkv7",        "bailing",     "falcon_h1",   "jamba"};
    const char *as = size % 4 ? NULL : AS[size / 4 % 16];
    Text text = {0}, lua = {0};
    text_add_n(&text, (const char *)data, size);
    Error err;
    Arena *arena = arena_new();
    Model *model = arena_take(arena, sizeof *model);
    Import import = {.file = "fuzz.json", .family = as};
    if (import_model(&import, text.data, text.length, arena, model, &err)) {
        import_write(model, &lua);
        assert(model_finish(model, &err)); // import_model has tried it
    }
    text_free(&text);
    text_free(&lua);
    arena_free(arena);
    return 0;
}
