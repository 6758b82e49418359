// Any text as a sweep's script: whatever it holds, the answer is a space whose points can be walked, or an error.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lua/sweep_script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(SweepScript *script) {
    const Space *space = script_space(script);
    const Goal *goal = script_goal(script);
    Worker *worker = worker_new(space, goal, script_hooks(script));
    Block *block = block_new(goal, 16);
    int64_t last = space->points;
    worker_block(worker, 0, last < 16 ? last : 16, block);
    worker_block(worker, last < 16 ? 0 : last - 16, last, block);
    block_free(block);
    worker_free(worker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static Library *library; // the shipped data, read once
    Error err = {0};
    if (memchr(data, 0, size)) // file_read refuses those
        return 0;
    if (!library && !(library = library_open(&err)))
        abort();
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    SweepScript *script = script_open(library, "fuzz.lua", text, size, &err);
    if (script && script_space(script)->axis_count > 0)
        walk(script);
    script_close(script);
    free(text);
    return 0;
}
