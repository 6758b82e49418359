// Variants of shipped chips and systems, and chips on paper.
#include "sim/base/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "lua/library.h"

static Library *open_library(void) {
    Error err;
    Library *library = library_open(&err);
    if (!library)
        fail_msg("%s:%d: %s", err.file, err.line, err.what);
    return library;
}

static const char *example(const char *name) {
    static char path[4096];
    const char *data = getenv("CHIPFIT_DATA");
    snprintf(path, sizeof path, "%s/lua/examples/%s", data ? data : ".", name);
    return path;
}

TEST(derive, changes_what_it_names_and_keeps_the_rest) {
    Library *library = open_library();
    Error err;
    const Chip *base = library_chip(library, "h100_sxm", &err);
    const Chip *chip = library_chip(library, example("derived_chip.lua"), &err);
    if (!chip)
        fail_msg("%d: %s", err.line, err.what);
    assert_string_equal(chip->name, "h100_hbm15");
    assert_int_equal(chip->alias_count, 0);
    assert_near(chip->memory.bandwidth_bytes_per_s, 1.5 * 3.35e12, 1e-12);
    assert_near(chip->memory.capacity_bytes, 120e9, 0);
    assert_near(base->memory.bandwidth_bytes_per_s, 3.35e12, 0);
    assert_non_null(strstr(chip->memory.from.source, "capacity, bandwidth by"));
    assert_string_equal(chip->peak.from.source, base->peak.from.source);
    assert_near(chip->peak.flop_per_s[MATH_FP8], base->peak.flop_per_s[MATH_FP8], 0);
    library_free(library);
}

TEST(derive, changes_levels_of_a_system_by_name) {
    Library *library = open_library();
    Error err;
    const System *system = library_system(library, example("derived_system.lua"), &err);
    if (!system)
        fail_msg("%d: %s", err.line, err.what);
    assert_int_equal(system->level_count, 2);
    assert_near(system->levels[0].bandwidth_bytes_per_s, 900e9, 1e-12);
    assert_near(system->levels[1].bandwidth_bytes_per_s, 50e9, 0);
    library_free(library);
}

TEST(derive, takes_the_peaks_of_a_chip_on_paper_from_its_matrix_units) {
    Library *library = open_library();
    Error err;
    const Chip *chip = library_chip(library, example("paper_chip.lua"), &err);
    if (!chip)
        fail_msg("%d: %s", err.line, err.what);
    double wide = 2.0 * 96 * 4 * 1024 * 1.7e9;
    assert_near(chip->peak.flop_per_s[MATH_BF16], wide, 1e-12);
    assert_near(chip->peak.flop_per_s[MATH_FP4], 4 * wide, 1e-12);
    assert_near(chip->peak.flop_per_s[MATH_TF32], wide / 2, 1e-12);
    assert_true(chip->peak.flop_per_s[MATH_FP6] == 0);
    assert_non_null(chip->peak.from.doubtful);
    library_free(library);
}

// Writes the text into a file of its own, which remove_script removes.
static void write_script(char path[40], const char *text) {
    char folder[] = "/tmp/chipfit-XXXXXX";
    assert_non_null(mkdtemp(folder));
    snprintf(path, 40, "%s/x.lua", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void remove_script(char path[40]) {
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
}

TEST(derive, scales_peaks_with_the_matrix_unit_unless_they_are_given) {
    static const struct {
        const char *text;
        double fp8;
    } CASES[] = {
        {"return derive { base = 'h100', name = 'x', matrix = { clock = times(1.1) } }",
         1.1 * 1978.9e12                                                                              },
        {"return derive { base = 'h100', name = 'x', matrix = { units = times(2), cores = times(2) "
         "} }",                                                                 2 * 1978.9e12},
        {"return derive { base = 'h100', name = 'x', peak = { fp8 = '3 PFLOP/s' } }",    3e15         },
        {"return derive { base = 'h100', name = 'x' }",                                  1978.9e12    },
    };
    Library *library = open_library();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char path[40];
        Error err;
        write_script(path, CASES[i].text);
        const Chip *chip = library_chip(library, path, &err);
        remove_script(path);
        if (!chip)
            fail_msg("%s: %s", CASES[i].text, err.what);
        assert_near(chip->peak.flop_per_s[MATH_FP8], CASES[i].fp8, 1e-12);
    }
    library_free(library);
}

TEST(derive, says_what_is_wrong_and_where) {
    static const struct {
        const char *text;
        int line;
        const char *what, *hint;
        // clang-format off
    } CASES[] = {
        {"return derive {\n base = 'h100_sxn',\n name = 'x' }", 2, "there is no chip 'h100_sxn'", "did you mean 'h100_sxm'"},
        {"return derive {\n base = 'hgx_h100', name = 'x' }", 2, "'hgx_h100' is a system, not a chip", ""},
        {"return derive { name = 'x' }", 1, "derive needs 'base'", ""},
        {"return derive { base = 'h100' }", 1, "derive needs 'name'", ""},
        {"return derive {\n base = 'h100', name = 'x',\n memory = {\n  bandwith = times(2) } }", 4, "no field 'bandwith'", "'bandwidth'"},
        {"return derive {\n base = 'h100', name = 'x',\n memory = {\n  bandwidth = times(1e6) } }", 4, "is outside", ""},
        {"return derive {\n base = 'h100', name = 'x',\n matrix = { rows = times(2) } }", 3, "the base has none", "give its value"},
        {"return derive {\n base = 'h100', name = 'x',\n matrix = { units = times(1.0001) } }", 3, "units", ""},
        {"return derive {\n base = 'h100', name = 'x',\n title = times(2) }", 3, "is no number", ""},
        {"return derive {\n base = 'h100', name = 'x',\n memory = { bandwidth = times(-1) } }", 3, "times takes one number above 0", ""},
        {"return derive {\n base = 'h100', name = 'x',\n memory = times(2) }", 3, "value without a name", ""},
        {"return derive {\n base = 'h100', name = 'x',\n peak = { bf16 = times(2) } }", 1, "2 x units x fma_per_unit x clock", "matrix.doubtful"},
        {"return chip {\n name = 'x',\n host_bandwidth = times(2) }", 1, "chip needs", ""},
        {"return chip { name = 'x',\n vector = { fp32 = times(2), source = 'x' } }", 2, "here there is none", "derive { base"},
    };
    // clang-format on
    Library *library = open_library();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char path[40];
        Error err = {0};
        write_script(path, CASES[i].text);
        const Chip *chip = library_chip(library, path, &err);
        if (chip)
            fail_msg("%s was taken", CASES[i].text);
        if (err.line != CASES[i].line || !strstr(err.what, CASES[i].what) ||
            !strstr(err.hint, CASES[i].hint) || strcmp(err.file, path) != 0)
            fail_msg("%s: %s:%d: %s (%s)", CASES[i].text, err.file, err.line, err.what, err.hint);
        remove_script(path);
    }
    library_free(library);
}

TEST(derive, refuses_wrong_levels_and_circles) {
    Library *library = open_library();
    char path[40], text[256];
    Error err = {0};
    write_script(path, "return derive { base = 'hgx_h100', name = 'x',\n levels = { nvlnk = { "
                       "bandwidth = times(2) } } }");
    assert_null(library_system(library, path, &err));
    remove_script(path);
    assert_int_equal(err.line, 2);
    assert_string_equal(err.hint, "did you mean 'nvlink'?");
    write_script(path, "return 1");
    snprintf(text, sizeof text, "return derive { base = '%s', name = 'x' }", path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_null(library_chip(library, path, &err));
    remove_script(path);
    assert_non_null(strstr(err.what, "rests on itself"));
    library_free(library);
}
