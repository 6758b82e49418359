// Every shipped model that the harness can run: its layers as tasks cost what the sweep's own layers cost.
#include "sim/base/test.h"

#include <stdlib.h>

#include "lua/library.h"
#include "lua/names.h"
#include "sim/op_cost.h"
#include "validate/layer_tasks.h"
#include "validate/row_task.h"

static Library *open_library(void) {
    Error err;
    Library *library = library_open(&err);
    if (!library)
        fail_msg("%s:%d: %s", err.file, err.line, err.what);
    return library;
}

static bool design_of(Library *library, const char *model, const char *phase, int tp,
                      const char *formats, Design *design) {
    Request request = request_new();
    Error err;
    request.chip = "h100_sxm";
    request.model = model;
    request.phase = phase;
    request.batch = 8;
    bool decode = strcmp(phase, "decode") == 0;
    request.context = decode ? 2048 : 0;
    request.prompt = decode ? 0 : 2048;
    request.tp = tp;
    request.formats = formats;
    request.mode = "datasheet";
    return request_resolve(&request, library, design, &err);
}

// Kernels of a kind of layer as the sweep costs them, transfers left out.
static double sweep_layer_s(const Design *design, const LayerTask *layer) {
    Metrics metrics;
    static Breakdown table;
    LayerTime time = {0};
    evaluate(design, &metrics, &table);
    for (int i = 0; i < table.row_count; i++) {
        const BreakdownRow *row = &table.rows[i];
        if (row->phase == layer->phase && strcmp(row->where, layer->where) == 0 &&
            row->cost.link_s == 0)
            layer_time_add(&time, &row->cost);
    }
    Span span = layer_time_span(&time, 0);
    return span_s(&span);
}

static double task_layer_s(const Design *design, const Tasks *tasks, int at) {
    Row row;
    Error err;
    if (!row_of_tasks(&tasks->list[at], 1 + tasks_parts(tasks, at), design->chip, design->system,
                      false, &row, &err))
        fail_msg("%s", err.what);
    Machine machine = row_machine(&row, NULL);
    double time_s = row_predict(&row, &machine).time_s;
    row_free(&row);
    return time_s;
}

TEST(layer_tasks, cost_what_the_layers_of_a_sweep_cost) {
    static const char *const PHASES[] = {"prefill", "decode"};
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    int compared = 0, refused = 0;
    for (int i = 0; i < catalog->model_count * 4; i++) {
        Design design;
        LayerTask layers[LAYER_TASKS];
        Tasks tasks = {0};
        const Model *model = catalog->models[i / 4];
        if (!design_of(library, model->name, PHASES[i & 1], i & 2 ? 2 : 1, "bf16", &design))
            continue;
        int count = layer_tasks(&design, model->name, &tasks, layers);
        assert_true(count >= 1);
        for (int k = 0; k < count; k++) {
            refused += layers[k].at < 0;
            assert_int_equal(layers[k].at < 0, layers[k].unsupported[0] != '\0');
            if (layers[k].at < 0)
                continue;
            assert_int_equal(layers[k].quantised, 0);
            assert_true(layers[k].left_out > 0 || (i & 2) == 0);
            // Even rows of experts are faster than multinomial ones; latent keys are turned in part only; qk-norms left out.
            bool plain = model->moe.experts == 0 && model->attention.kind != ATTENTION_MLA;
            assert_near(task_layer_s(&design, &tasks, layers[k].at),
                        sweep_layer_s(&design, &layers[k]), plain ? 1e-6 : 0.1);
            compared++;
        }
        tasks_free(&tasks);
    }
    assert_true(compared > 100 && refused > 0);
    library_free(library);
}

TEST(layer_tasks, say_why_a_layer_cannot_be_run) {
    Library *library = open_library();
    Design design;
    LayerTask layers[LAYER_TASKS];
    Tasks tasks = {0};
    assert_true(design_of(library, "deepseek-v3.2", "decode", 1, "fp8", &design));
    int count = layer_tasks(&design, "x", &tasks, layers);
    for (int i = 0; i < count; i++) {
        assert_int_equal(layers[i].at, -1);
        assert_string_equal(layers[i].unsupported, "index_scores");
    }
    assert_int_equal(tasks.count, 0); // nothing half-made
    tasks_free(&tasks);
    library_free(library);
}

TEST(layer_tasks, quantise_what_matmuls_of_narrower_inputs_read) {
    Library *library = open_library();
    Design design;
    LayerTask layers[LAYER_TASKS];
    Tasks tasks = {0};
    assert_true(design_of(library, "llama-3.1-8b", "decode", 1, "fp8", &design));
    assert_int_equal(layer_tasks(&design, "x", &tasks, layers), 1);
    assert_int_equal(layers[0].quantised, 4); // qkv, out, gate_up, down
    for (int i = 1; i < tasks.count; i++)
        if (tasks.list[i].kind == TASK_MATMUL)
            assert_int_equal(tasks.list[i - 1].kind, TASK_QUANTISE);
    tasks_free(&tasks);
    library_free(library);
}

TEST(layer_tasks, of_a_generate_are_those_of_both_phases) {
    Library *library = open_library();
    Request request = request_new();
    Design design;
    LayerTask layers[LAYER_TASKS];
    Tasks tasks = {0};
    Error err;
    request.chip = "h100_sxm";
    request.model = "mixtral-8x7b";
    request.phase = "generate";
    request.batch = 4;
    request.prompt = 512;
    request.output = 64;
    assert_true(request_resolve(&request, library, &design, &err));
    assert_int_equal(layer_tasks(&design, "mixtral", &tasks, layers), 2);
    assert_int_equal(layers[0].phase, PHASE_PREFILL);
    assert_int_equal(layers[1].phase, PHASE_DECODE);
    assert_string_equal(tasks.list[layers[1].at].name, "mixtral decode");
    for (int i = 0; i < tasks.count; i++)
        assert_int_equal(tasks.list[i].id, i + 1);
    tasks_free(&tasks);
    library_free(library);
}
