#include "lua/shapes_source.h"

#include <stdio.h>
#include <string.h>

#include "lua/file.h"
#include "lua/shapes_script.h"
#include "validate/column.h"

#define SHAPES_BYTES ((size_t)1 << 26)

static bool ends_with(const char *path, const char *end) {
    size_t length = strlen(path), tail = strlen(end);
    return length > tail && strcmp(path + length - tail, end) == 0;
}

// SQLite's files begin so.
static bool is_database(const char *path) {
    char head[16] = "";
    FILE *file = fopen(path, "rb");
    size_t got = file ? fread(head, 1, sizeof head, file) : 0;
    if (file)
        fclose(file);
    return got == sizeof head && memcmp(head, "SQLite format 3", 16) == 0;
}

static bool read_one(Library *library, const char *path, const PickOptions *options, Tasks *tasks,
                     ShapesSource *source, Error *err) {
    if (is_database(path)) {
        source->run = true;
        return picks_read(path, options, tasks, &source->notes, &source->designs, err);
    }
    Text text = {0};
    bool good = file_read(path, SHAPES_BYTES, &text, err);
    if (!good)
        error_where(err, path, 0);
    else if (ends_with(path, ".lua"))
        good = shapes_script_read(library, path, text.data ? text.data : "", text.length, tasks,
                                  &source->notes, err);
    else
        good = tasks_read(tasks, path, text.data ? text.data : "", text.length, err);
    text_free(&text);
    return good;
}

bool shapes_source_read(Library *library, const char *path, const PickOptions *options,
                        Tasks *tasks, ShapesSource *source, Error *err) {
    Tasks read = {0};
    int largest = 0;
    for (int i = 0; i < tasks->count; i++)
        largest = tasks->list[i].id > largest ? tasks->list[i].id : largest;
    bool good = read_one(library, path, options, &read, source, err);
    for (int i = 0; good && i < read.count; i++) {
        Task task = read.list[i];
        task.id += largest;
        task.layer += task.layer > 0 ? largest : 0;
        tasks_add(tasks, &task);
    }
    tasks_free(&read);
    return good;
}

void shapes_source_tell(const ShapesSource *source) {
    const LayerNotes *notes = &source->notes;
    if (notes->unsupported > 0)
        fprintf(stderr, "chipfit: %d of %d layers are left out: no kernel is %s\n",
                notes->unsupported, notes->layers, notes->why);
    if (notes->left_out > 0)
        fprintf(stderr, "chipfit: %d transfers between chips are left out: one rank runs alone\n",
                notes->left_out);
    if (notes->quantised > 0)
        fprintf(stderr,
                "chipfit: %d passes quantise what a sweep takes as quantised by the kernel before; "
                "they are predicted too\n",
                notes->quantised);
    if (notes->rounded > 0)
        fprintf(stderr, "chipfit: %d expected sizes are rounded to whole numbers\n",
                notes->rounded);
}

bool shapes_write(const Tasks *tasks, const char *path, Error *err) {
    Text text = {0};
    columns_header(&TASK_TABLE, &text);
    text_add(&text, "\n");
    for (int i = 0; i < tasks->count; i++) {
        columns_write(&TASK_TABLE, &tasks->list[i], &text);
        text_add(&text, "\n");
    }
    bool good = file_write(path, &text, err);
    text_free(&text);
    return good;
}
