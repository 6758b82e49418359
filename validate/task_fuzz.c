// Any bytes as a shapes file and as a results file: whatever is read can be counted, checked and written, and what was
// written reads back the same.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "validate/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_task(const Task *task) {
    if (!(task_flop(task) >= 0) || !(task_bytes(task) >= 0) || reference_size(task) < 0)
        abort();
    if (task->kind != TASK_LAYER && !(reference_tolerance(task) >= 0))
        abort();
    long places[REFERENCE_PLACES];
    int count = task->kind == TASK_LAYER ? 0 : reference_places(task, 1, places);
    for (int i = 0; i < count; i++)
        if (places[i] < 0 || places[i] >= reference_size(task) || (i && places[i] <= places[i - 1]))
            abort();
}

static void check_results(const Results *results) {
    Text text = {0}, again = {0};
    Results back;
    Error err;
    bool cut;
    measurement_header(&text);
    measurement_header(&again);
    for (int i = 0; i < results->count; i++) {
        const Result *result = &results->list[i];
        measurement_row(&text, &result->task, &result->device, &result->measurement);
    }
    if (!results_read(&back, "again.csv", text.data, text.length, &cut, &err) || cut ||
        back.count != results->count)
        abort();
    for (int i = 0; i < back.count; i++) {
        const Result *result = &back.list[i];
        measurement_row(&again, &result->task, &result->device, &result->measurement);
    }
    if (strcmp(text.data, again.data) != 0)
        abort();
    results_free(&back);
    text_free(&text);
    text_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Tasks tasks;
    Results results;
    Error err;
    bool cut;
    if (tasks_read(&tasks, "fuzz.csv", (const char *)data, size, &err)) {
        for (int i = 0; i < tasks.count; i++)
            check_task(&tasks.list[i]);
        tasks_free(&tasks);
    }
    if (results_read(&results, "fuzz.csv", (const char *)data, size, &cut, &err)) {
        if (results.whole > size)
            abort();
        check_results(&results);
    }
    results_free(&results);
    return 0;
}
