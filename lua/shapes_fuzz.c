// Any text as a script of shapes: what it gives can be written, read back to the same, and predicted in finite time.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lua/shapes_script.h"
#include "validate/column.h"
#include "validate/row_task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_back(const Tasks *tasks) {
    Text text = {0};
    Tasks again;
    Error err;
    columns_header(&TASK_TABLE, &text);
    text_add(&text, "\n");
    for (int i = 0; i < tasks->count; i++) {
        columns_write(&TASK_TABLE, &tasks->list[i], &text);
        text_add(&text, "\n");
    }
    if (tasks->count > 0 && !tasks_read(&again, "again.csv", text.data, text.length, &err))
        abort();
    for (int i = 0; i < tasks->count; i++)
        if (!task_same(&tasks->list[i], &again.list[i]))
            abort();
    if (tasks->count > 0)
        tasks_free(&again);
    text_free(&text);
}

static void predict(const Tasks *tasks, const Chip *chip) {
    for (int i = 0; i < tasks->count;) {
        int parts = tasks_parts(tasks, i);
        Row row;
        Error err;
        if (row_of_tasks(&tasks->list[i], 1 + parts, chip, NULL, i & 1, &row, &err)) {
            Machine machine = row_machine(&row, NULL);
            double time_s = row_predict(&row, &machine).time_s;
            if (!(time_s > 0 && isfinite(time_s)))
                abort();
        }
        row_free(&row);
        i += 1 + parts;
    }
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
    Tasks tasks = {0};
    LayerNotes notes = {0};
    if (shapes_script_read(library, "fuzz.lua", text, size, &tasks, &notes, &err)) {
        read_back(&tasks);
        predict(&tasks, library_chip(library, "h100_sxm", &err));
    }
    tasks_free(&tasks);
    free(text);
    return 0;
}
