// Any text as a chip's file: whatever it holds, the answer is a chip or an error.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hw/chip.h"
#include "lua/reader.h"
#include "lua/sandbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (memchr(data, 0, size)) // file_read refuses those
        return 0;
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    SandboxLimits limits = {.memory_bytes = 8 << 20, .instructions = 1e5, .seconds = 1};
    Sandbox *sandbox = sandbox_new(limits);
    lua_State *L = sandbox_state(sandbox);
    reader_constructor(L, "chip");
    sandbox_define(sandbox, "chip");
    Error err;
    ReadPlace place = {.file = "fuzz.lua", .text = text};
    Arena *arena = arena_new();
    if (sandbox_run(sandbox, place.file, text, size, &err) && reader_kind(L, -1, &place.line)) {
        Chip chip = {0};
        if (reader_read(L, -1, &CHIP_TABLE, &chip, arena, &place, &err))
            chip_check(&chip, &err);
    }
    arena_free(arena);
    sandbox_free(sandbox);
    free(text);
    return 0;
}
