#include "sim/base/test.h"

#include <stdlib.h>

#include "lua/file.h"
#include "lua/shapes_script.h"

static Library *open_library(void) {
    Error err;
    Library *library = library_open(&err);
    if (!library)
        fail_msg("%s:%d: %s", err.file, err.line, err.what);
    return library;
}

static bool read_script(Library *library, const char *text, Tasks *tasks, Error *err) {
    LayerNotes notes = {0};
    *tasks = (Tasks){0};
    *err = (Error){0};
    return shapes_script_read(library, "x.lua", text, strlen(text), tasks, &notes, err);
}

TEST(shapes_script, crosses_lists) {
    Library *library = open_library();
    Tasks tasks;
    Error err;
    assert_true(read_script(
        library,
        "return shapes {\n"
        "  matmul { m = {1, 16}, n = 4096, k = pow2(512, 2048), dtype = {'bf16', 'int8'} },\n"
        "  matmul { m = 1, n = 4096, k = 512 },\n" // is there already
        "  copy { bytes = '64 MB' },\n"
        "  decode { heads = 32, kv_heads = 8, head_dim = 64, kv_len = range(512, 1024, 512) },\n"
        "}\n",
        &tasks, &err));
    assert_int_equal(tasks.count, 12 + 1 + 2);
    assert_int_equal(tasks.list[0].a, FORMAT_BF16); // formats are outermost, k fastest
    assert_int_equal(tasks.list[1].k, 1024);
    assert_int_equal(tasks.list[11].b, FORMAT_INT8);
    assert_near(tasks.list[12].bytes, 64e6, 0);
    assert_int_equal(tasks.list[13].kind, TASK_DECODE);
    assert_int_equal(tasks.list[14].kv_len, 1024);
    assert_int_equal(tasks.list[14].v_dim, 64);
    for (int i = 0; i < tasks.count; i++)
        assert_int_equal(tasks.list[i].id, i + 1);
    tasks_free(&tasks);
    library_free(library);
}

TEST(shapes_script, lowers_layers) {
    Library *library = open_library();
    Tasks tasks;
    Error err;
    assert_true(
        read_script(library,
                    "return shapes { layer { model = 'llama-3.1-8b', plan = { tp = {1, 2} }, "
                    "formats = 'bf16', workload = decode { batch = pow2(1, 4), context = 512 } } }",
                    &tasks, &err));
    int layers = 0;
    for (int i = 0; i < tasks.count; i++)
        layers += tasks.list[i].kind == TASK_LAYER;
    assert_int_equal(layers, 6);
    assert_int_equal(tasks_parts(&tasks, 0), 9);
    assert_string_equal(tasks.list[0].name, "llama-3.1-8b bf16 decode b1");
    tasks_free(&tasks);
    library_free(library);
}

TEST(shapes_script, the_examples_hold_what_they_say) {
    static const struct {
        const char *name;
        int tasks, layers; // at least
    } CASES[] = {
        {"host_shapes", 60,  8},
        {"gpu_shapes",  300, 0},
    };
    const char *root = getenv("CHIPFIT_DATA");
    if (!root)
        skip();
    Library *library = open_library();
    for (int i = 0; i < 2; i++) {
        char path[4096];
        Text text = {0};
        Tasks tasks;
        Error err;
        int alone = 0, layers = 0;
        snprintf(path, sizeof path, "%s/lua/examples/%s.lua", root, CASES[i].name);
        assert_true(file_read(path, 1 << 20, &text, &err));
        if (!read_script(library, text.data, &tasks, &err))
            fail_msg("%s:%d: %s", path, err.line, err.what);
        for (int k = 0; k < tasks.count; k++) {
            alone += tasks.list[k].layer == 0;
            layers += tasks.list[k].kind == TASK_LAYER;
        }
        assert_true(alone >= CASES[i].tasks && layers >= CASES[i].layers);
        text_free(&text);
        tasks_free(&tasks);
    }
    library_free(library);
}

TEST(shapes_script, refuses_what_it_does_not_know) {
    static const struct {
        const char *script, *what, *hint;
        int line;
    } CASES[] = {
        {"return shapes {\n matmul {\n m = 1, nn = 2 } }",                      "matmul has no key 'nn'",
         "did you mean 'n'?",                                                                                                                                          3},
        {"return shapes {\n matmul { heads = 2 } }",                            "matmul has no key 'heads'",                           NULL,                           2},
        {"return shapes {\n matmul { m = 0 } }",                                "m: 0 is outside 1 to 16777216",                       NULL,                           2},
        {"return shapes {\n matmul { m = {} } }",                               "m: a list of no values",                              NULL,                           2},
        {"return shapes {\n matmul {\n dtype = 'bf17' } }",                     "dtype: 'bf17' is not one of none",
         NULL,                                                                                                                                                         3},
        {"return shapes {\n decode { q_len = 9, kv_len = 4 } }",
         "kv_len: 4 tokens cannot hold the 9 of q_len",                                                                                NULL,                           2},
        {"return shapes {\n 7 }",                                               "shapes: element 1 is number, no kernel and no layer", NULL,                           1},
        {"return shapes { x = matmul {} }",                                     "shapes has no key 'x'",                               NULL,                           1},
        {"return matmul { }",                                                   "returns matmul, not shapes",                          NULL,                           0},
        {"return 1",                                                            "returns number, not shapes",                          NULL,                           0},
        {"return shapes {}",                                                    "shapes: a list of no values",                         NULL,                           1},
        {"return shapes { matmull { } }",                                       "unknown name 'matmull'",                              "did you mean 'matmul'?",       1},
        {"return shapes {\n layer {\n modl = 'x' } }",                          "layer has no key 'modl'",
         "did you mean 'model'?",                                                                                                                                      3},
        {"return shapes {\n layer { model = 'llama-3.1-8b' } }",                "layer needs 'workload'",                              NULL,                           2},
        {"return shapes {\n layer { model = 'llama-3.1-9b', workload = decode { batch = 1, context "
         "= 8 } } }",                                                  "there is no model 'llama-3.1-9b'",                    "did you mean 'llama-3.1-8b'?", 2},
        {"return shapes {\n layer { model = 'llama-3.1-8b', plan = { tp = 3 }, workload = decode { "
         "batch = 1, "
         "context = 8 } } }",                                          NULL,                                                  NULL,                           2},
        {"return shapes { matmul { m = range(1, 4000), n = range(1, 4000) } }",
         "the script makes more than 5000 tasks",                                                                                      NULL,                           1},
    };
    Library *library = open_library();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Tasks tasks;
        Error err;
        bool good = read_script(library, CASES[i].script, &tasks, &err);
        if (good)
            fail_msg("%s is taken", CASES[i].script);
        if (CASES[i].what && !strstr(err.what, CASES[i].what))
            fail_msg("%s: %s", CASES[i].script, err.what);
        if (CASES[i].hint && !strstr(err.hint, CASES[i].hint))
            fail_msg("%s: %s", CASES[i].script, err.hint);
        if (err.line != CASES[i].line)
            fail_msg("%s: line %d", CASES[i].script, err.line);
        tasks_free(&tasks);
    }
    library_free(library);
}
