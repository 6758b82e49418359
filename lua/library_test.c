#include "sim/base/test.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lua/library.h"
#include "lua/record.h"
#include "lua/schema.h"

static Library *open_library(void) {
    Error err;
    Library *library = library_open(&err);
    if (!library)
        fail_msg("%s:%d: %s", err.file, err.line, err.what);
    return library;
}

TEST(library, opens_all_shipped_data_quickly) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    Library *library = open_library();
    clock_gettime(CLOCK_MONOTONIC, &end);
    const Catalog *catalog = library_catalog(library);
    assert_true(catalog->chip_count >= 11);
    assert_true(catalog->system_count >= 9);
    assert_true(catalog->model_count >= 12);
    assert_true((double)(end.tv_sec - start.tv_sec) < 2); // 3 ms in a release build
    library_free(library);
}

TEST(library, resolves_the_names_of_measurements_and_published_cases) {
    static const struct {
        const char *alias, *name;
    } CHIPS[] = {
        {"a100_sxm",  "a100_sxm"   },
        {"A100",      "a100_sxm"   },
        {"A100-80GB", "a100_sxm"   },
        {"A100-40GB", "a100_sxm_40"},
        {"H100",      "h100_sxm"   },
        {"H100-SXM",  "h100_sxm"   },
        {"H200",      "h200_sxm"   },
        {"H800",      "h800"       },
        {"B200",      "b200_sxm"   },
        {"b200_sxm",  "b200_sxm"   },
        {"GB200",     "gb200"      },
        {"L40S",      "l40s"       },
        {"TPUv4p",    "tpu_v4"     },
        {"TPUv5e",    "tpu_v5e"    },
        {"TPUv5p",    "tpu_v5p"    },
    };
    static const struct {
        const char *alias, *name;
    } MODELS[] = {
        {"LLaMA-7B",      "llama-2-7b"   },
        {"Llama2-70B",    "llama-2-70b"  },
        {"Llama3.1-8B",   "llama-3.1-8b" },
        {"Llama-3.3-70B", "llama-3.1-70b"},
        {"LLaMA3-70B",    "llama-3.1-70b"},
        {"Mixtral-8x7B",  "mixtral-8x7b" },
        {"DeepSeek-V3",   "deepseek-v3"  },
        {"Qwen3-30B-A3B", "qwen3-30b-a3b"},
    };
    Error err;
    Library *library = open_library();
    for (size_t i = 0; i < sizeof CHIPS / sizeof CHIPS[0]; i++)
        assert_string_equal(library_chip(library, CHIPS[i].alias, &err)->name, CHIPS[i].name);
    for (size_t i = 0; i < sizeof MODELS / sizeof MODELS[0]; i++)
        assert_string_equal(library_model(library, MODELS[i].alias, &err)->name, MODELS[i].name);
    library_free(library);
}

TEST(library, has_no_name_twice) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    Error err;
    for (int i = 0; i < catalog->chip_count; i++) {
        const Chip *chip = catalog->chips[i];
        assert_ptr_equal(library_chip(library, chip->name, &err), chip);
        for (int j = 0; j < chip->alias_count; j++)
            assert_ptr_equal(library_chip(library, chip->aliases[j], &err), chip);
    }
    for (int i = 0; i < catalog->system_count; i++) {
        const System *system = catalog->systems[i];
        assert_ptr_equal(library_system(library, system->name, &err), system);
        for (int j = 0; j < system->alias_count; j++)
            assert_ptr_equal(library_system(library, system->aliases[j], &err), system);
    }
    for (int i = 0; i < catalog->model_count; i++) {
        const Model *model = catalog->models[i];
        assert_ptr_equal(library_model(library, model->name, &err), model);
        for (int j = 0; j < model->alias_count; j++)
            assert_ptr_equal(library_model(library, model->aliases[j], &err), model);
    }
    library_free(library);
}

// Prices of a chip hour and the like may be unknown; where a chip stands may not.
TEST(library, places_every_chip_in_a_system_that_holds_one) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->chip_count; i++) {
        const Chip *chip = catalog->chips[i];
        Error err;
        assert_non_null(chip->system);
        const System *system = library_system(library, chip->system, &err);
        assert_non_null(system);
        assert_true(system_holds(system, 1, &err));
        assert_true(strncmp(chip->origin, "hw/chips/", 9) == 0);
        assert_true(chip->vendor[0] && chip->family[0] && chip->year > 2000);
    }
    library_free(library);
}

TEST(library, writes_records_that_are_json) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->system_count; i++) {
        Text out = {0};
        text_add(&out, "{");
        record_members(&out, &SYSTEM_TABLE, catalog->systems[i]);
        text_add(&out, "}");
        json_t *json = json_loads(out.data, 0, NULL);
        assert_non_null(json);
        json_t *level = json_array_get(json_object_get(json, "levels"), 0);
        assert_int_equal(json_integer_value(json_object_get(level, "chips")),
                         catalog->systems[i]->levels[0].chips);
        json_decref(json);
        text_free(&out);
    }
    library_free(library);
}

static void write_file(const char *path, const char *text, size_t length) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static const char CHIP[] =
    "return chip {\n"
    "  name = 'mine', system = 'hgx_h100',\n"
    "  peak = { bf16 = '1 PFLOP/s', source = 'a guess' },\n"
    "  vector = { fp32 = '50 TFLOP/s', source = 'a guess' },\n"
    "  memory = { capacity = '100 GB', bandwidth = '4 TB/s', source = 'a guess' },\n"
    "  store = { capacity = '50 MB', source = 'a guess' },\n"
    "  matrix = { kind = 'tiled', cores = 100, clock = '2 GHz', source = 'a guess' },\n"
    "}\n";

TEST(library, reads_a_users_chip_once) {
    char folder[] = "/tmp/chipfit-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/mine.lua", folder);
    write_file(path, CHIP, sizeof CHIP - 1);
    Library *library = open_library();
    Error err;
    const Chip *chip = library_chip(library, path, &err);
    assert_non_null(chip);
    assert_string_equal(chip->title, "mine");
    assert_string_equal(chip->family, "");
    assert_string_equal(chip->origin, path);
    assert_near(chip->memory.bandwidth_bytes_per_s, 4e12, 0);
    assert_ptr_equal(library_chip(library, path, &err), chip);
    assert_null(library_system(library, path, &err));
    assert_non_null(strstr(err.what, "returns a chip, not a system"));
    library_free(library);
    unlink(path);
    rmdir(folder);
}

TEST(library, refuses_files_that_hold_no_chip) {
    char big[(1 << 20) + 16];
    memset(big, ' ', sizeof big);
    const struct {
        const char *text;
        size_t length;
        const char *what;
    } CASES[] = {
        {"",                                           0,          "returns nothing, not a chip" },
        {"return 5",                                   8,          "returns a number, not a chip"},
        {"return {}",                                  9,          "returns a table, not a chip" },
        {"return model { }",                           16,         "returns a model, not a chip" },
        {"\x1bLua\0",                                  5,          "holds zero bytes"            },
        {big,                                          sizeof big, "is larger than 1024 KiB"     },
        {"return chip { }",                            15,         "chip needs 'name'"           },
        {"return chip { name = 'x', system = 'hgx' }", 42,         "chip needs 'vector'"         },
        {"error(5)",                                   8,          NULL                          },
    };
    char folder[] = "/tmp/chipfit-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x.lua", folder);
    Library *library = open_library();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err = {0};
        write_file(path, CASES[i].text, CASES[i].length);
        assert_null(library_chip(library, path, &err));
        assert_string_equal(err.file, path);
        if (CASES[i].what && !strstr(err.what, CASES[i].what))
            fail_msg("%.40s gave: %s", CASES[i].text, err.what);
    }
    unlink(path);
    library_free(library);
    rmdir(folder);
}

TEST(library, refuses_what_is_no_file) {
    char folder[] = "/tmp/chipfit-XXXXXX", pipe[64], device[64], inner[64];
    assert_non_null(mkdtemp(folder));
    snprintf(pipe, sizeof pipe, "%s/pipe.lua", folder);
    snprintf(device, sizeof device, "%s/zero.lua", folder);
    snprintf(inner, sizeof inner, "%s/folder.lua", folder);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(symlink("/dev/zero", device), 0);
    assert_int_equal(mkdir(inner, 0700), 0);
    Library *library = open_library();
    Error err;
    assert_null(library_chip(library, pipe, &err));
    assert_string_equal(err.what, "is a pipe, not a file");
    assert_null(library_system(library, device, &err));
    assert_string_equal(err.what, "is a device, not a file");
    assert_null(library_model(library, inner, &err));
    assert_string_equal(err.what, "is a folder, not a file");
    assert_null(library_model(library, "/nowhere/x.lua", &err));
    assert_string_equal(err.what, "cannot be opened: No such file or directory");
    assert_null(library_model(library, "/nowhere/config.json", &err));
    assert_string_equal(err.what, "cannot be opened: No such file or directory");
    library_free(library);
    unlink(pipe);
    unlink(device);
    rmdir(inner);
    rmdir(folder);
}

TEST(library, says_where_it_looked) {
    const char *before = getenv("CHIPFIT_DATA");
    char *saved = before ? strdup(before) : NULL;
    Error err;
    setenv("CHIPFIT_DATA", "/nowhere", 1);
    assert_null(library_open(&err));
    assert_non_null(strstr(err.what, "/nowhere"));
    unsetenv("CHIPFIT_DATA"); // then it is found above the program
    library_free(open_library());
    if (saved)
        setenv("CHIPFIT_DATA", saved, 1);
    free(saved);
}

TEST(schema, shows_range_default_and_unit) {
    Text out = {0};
    schema_table(&out, &CHIP_TABLE, NULL);
    assert_non_null(strstr(out.data, "1 GB/s to 100 PB/s"));
    assert_non_null(strstr(out.data, "tiled, systolic"));
    text_clear(&out);
    schema_table(&out, &CHIP_TABLE, (const char *const[]){"year", NULL});
    assert_null(strstr(out.data, "bandwidth"));
    text_clear(&out);
    schema_stub(&out, &SYSTEM_TABLE);
    assert_non_null(strstr(out.data, "---@field levels system.level[]"));
    assert_non_null(strstr(out.data, "function system(fields) end"));
    text_free(&out);
}

TEST(library, takes_a_name_with_a_slash_for_a_path) {
    static const struct {
        const char *path, *says;
    } CASES[] = {
        {"/",               "is a folder"     },
        {"/dev/zero",       "is a device"     },
        {"/nowhere/at/all", "cannot be opened"},
    };
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_null(library_chip(library, CASES[i].path, &err));
        assert_non_null(strstr(err.what, CASES[i].says));
        assert_null(library_model(library, CASES[i].path, &err));
        assert_non_null(strstr(err.what, CASES[i].says));
    }
    library_free(library);
}
