// Lists of tasks, and their shapes files.
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"
#include "validate/column.h"
#include "validate/measurement.h"
#include "validate/task.h"

void tasks_add(Tasks *tasks, const Task *task) {
    if (tasks->count == tasks->capacity) {
        tasks->capacity = tasks->capacity ? 2 * tasks->capacity : 64;
        tasks->list = (Task *)heap_resize(tasks->list, tasks->capacity, sizeof *tasks->list);
    }
    tasks->list[tasks->count++] = *task;
}

void tasks_free(Tasks *tasks) {
    free(tasks->list);
    *tasks = (Tasks){0};
}

int tasks_parts(const Tasks *tasks, int index) {
    int parts = 0;
    if (tasks->list[index].kind == TASK_LAYER)
        while (index + parts + 1 < tasks->count &&
               tasks->list[index + parts + 1].layer == tasks->list[index].id)
            parts++;
    return parts;
}

static bool has_field(const FieldTable *table, const char *name) {
    for (int i = 0; i < table->count; i++)
        if (strcmp(table->fields[i].name, name) == 0)
            return true;
    return false;
}

// Columns of others are passed over, but not one that is ours but for a letter or a dash.
static bool check_columns(const Csv *csv, Error *err) {
    for (int i = 0; i < csv->columns; i++) {
        const char *name = csv->header[i];
        if (has_field(&TASK_TABLE, name) || has_field(&DEVICE_TABLE, name) ||
            has_field(&MEASUREMENT_TABLE, name))
            continue;
        for (int j = 0; j < TASK_TABLE.count; j++) {
            const char *ours = TASK_TABLE.fields[j].name;
            if (csv_column(csv, ours) >= 0 || strlen(ours) < 4 || text_distance(name, ours) > 1)
                continue;
            error_set(err, "there is no column '%.60s'", name);
            return error_hint(err, "did you mean '%s'?", ours);
        }
    }
    if (csv_column(csv, "kind") < 0) {
        error_set(err, "there is no column 'kind'");
        return error_hint(err, "a shapes file has a row a kernel: kind,a,b,m,n,k,...");
    }
    return true;
}

static bool id_taken(const Tasks *tasks, int id, int largest) {
    for (int i = 0; id <= largest && i < tasks->count; i++)
        if (tasks->list[i].id == id)
            return true;
    return false;
}

// A part follows its layer, or another part of it; a layer has parts.
static bool check_layers(const Tasks *tasks, const Task *next, Error *err) {
    const Task *last = tasks->count ? &tasks->list[tasks->count - 1] : NULL;
    if (last && last->kind == TASK_LAYER && (!next || next->layer != last->id))
        return error_set(err, "layer: no part follows layer %d", last->id);
    if (!next || next->layer == 0)
        return true;
    if (!last ||
        (last->layer != next->layer && (last->kind != TASK_LAYER || last->id != next->layer)))
        return error_set(err, "layer: %d is not the layer of the row above, nor that row",
                         next->layer);
    return true;
}

static bool read_row(Tasks *tasks, const Csv *csv, int *largest, Error *err) {
    Task task;
    if (!columns_read(&TASK_TABLE, csv, &task, err) || !task_finish(&task, err))
        return csv_where(csv, err);
    if (task.id == 0)
        task.id = *largest + 1;
    if (id_taken(tasks, task.id, *largest)) {
        error_set(err, "id: two tasks have number %d", task.id);
        return csv_where(csv, err);
    }
    if (!check_layers(tasks, &task, err))
        return csv_where(csv, err);
    if (task.id > *largest)
        *largest = task.id;
    tasks_add(tasks, &task);
    return true;
}

bool tasks_read(Tasks *tasks, const char *name, const char *text, size_t size, Error *err) {
    Csv csv;
    int largest = 0;
    *tasks = (Tasks){0};
    bool good = csv_begin(&csv, name, text, size, err) &&
                (check_columns(&csv, err) || csv_where(&csv, err));
    CsvResult got = CSV_ROW;
    while (good && (got = csv_next(&csv, err)) != CSV_END)
        good = got == CSV_ROW && read_row(tasks, &csv, &largest, err);
    if (good)
        good = check_layers(tasks, NULL, err) || csv_where(&csv, err);
    if (good && tasks->count == 0) {
        error_set(err, "there is no task in it");
        good = csv_where(&csv, err);
    }
    csv_end(&csv);
    if (!good)
        tasks_free(tasks);
    return good;
}
