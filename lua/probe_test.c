// The probe's command line, what it writes, and that a chip's file brings the profile beside it. Nothing is timed here.
#include "lua/host_chip.h"
#include "lua/library.h"
#include "lua/profile_writer.h"
#include "lua/run_test.h"
#include "validate/probe_tasks.h"

TEST(probe, refuses_bad_input) {
    static const struct {
        const char *line, *word;
    } CASES[] = {
        {"probe",                     "host"              },
        {"probe cuda",                "'cuda'"            },
        {"probe host gpu",            "'gpu'"             },
        {"probe host -o",             "-o lacks its value"},
        {"probe host -o chip.txt",    "'chip.txt'"        },
        {"probe host -o /tmp/.lua",   "'/tmp/.lua'"       },
        {"probe host --result x.csv", "'--results'"       },
    };
    for (int i = 0; i < FIELD_COUNT(CASES); i++) {
        Ran ran = run(CASES[i].line, "");
        assert_int_equal(ran.code, 2);
        if (!strstr(ran.err.data, CASES[i].word))
            fail_msg("%s: %s", CASES[i].line, ran.err.data);
        ran_free(&ran);
    }
}

// Each class that is to be fitted has the rows that a fit needs, and no two tasks are the same.
TEST(probe, has_tasks_enough_of_each_kind) {
    static const struct {
        TaskKind kind;
        int least;
    } KINDS[] = {
        {TASK_MATMUL,   3 * 30},
        {TASK_EXPERTS,  30    },
        {TASK_PREFILL,  30    },
        {TASK_DECODE,   30    },
        {TASK_NORM,     30    },
        {TASK_GATED,    30    },
        {TASK_QUANTISE, 30    },
        {TASK_ROTARY,   15    },
        {TASK_COPY,     8     },
        {TASK_TRIAD,    8     },
    };
    Tasks tasks = {0};
    int found[TASK_KIND_COUNT] = {0};
    probe_tasks(&tasks);
    for (int i = 0; i < tasks.count; i++) {
        found[tasks.list[i].kind]++;
        assert_int_equal(tasks.list[i].id, i + 1);
        for (int k = 0; k < i; k++)
            assert_false(task_same(&tasks.list[i], &tasks.list[k]));
    }
    for (int i = 0; i < FIELD_COUNT(KINDS); i++)
        assert_true(found[KINDS[i].kind] >= KINDS[i].least);
    tasks_free(&tasks);
}

// Numbers of no machine.
static HostProbe made_up_probe(void) {
    HostProbe probe = {
        .about = {.device = "A \"quoted\" \\ processor",
                  .libraries = "oneDNN 2.6.3",
                  .cores = 7,
                  .memory_bytes = 64e9,
                  .store_bytes = 33e6,
                  .launch_s = 1.5e-6},
        .clock_hz = 3.25e9,
        .flop_per_s = {[MATH_FP32] = 210e9,                  [MATH_BF16] = 430e9        },
        .shape = {[MATH_FP32] = "1 x 2 x 3",                                     [MATH_BF16] = "4 x 5 x 6"      },
        .vector_flop_per_s = 260e9,
        .special_per_s = 7.5e9,
        .store_bytes_per_s = 150e9,
        .read_bytes_per_s = 34e9,
        .copy_bytes_per_s = 36e9,
        .triad_bytes_per_s = 30e9,
    };
    return probe;
}

static void write_text(const char *path, const Text *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text->data, file);
    assert_int_equal(fclose(file), 0);
}

static const char FOLDER[] = "/tmp/chipfit-probe-XXXXXX";

static void check_chip(const Chip *read, const Chip *chip) {
    assert_string_equal(read->name, chip->name);
    assert_string_equal(read->title, chip->title);
    assert_string_equal(read->system, HOST_SYSTEM);
    assert_int_equal(read->matrix.cores, chip->matrix.cores);
    assert_near(read->matrix.clock_hz, chip->matrix.clock_hz, 1e-2);
    assert_near(read->peak.flop_per_s[MATH_BF16], 430e9, 1e-2);
    assert_true(read->peak.flop_per_s[MATH_INT8] == 0);
    assert_near(read->memory.bandwidth_bytes_per_s, 36e9, 1e-2);
    assert_near(read->store.capacity_bytes, chip->store.capacity_bytes, 1e-2);
    assert_near(read->vector.special_per_s, chip->vector.special_per_s, 1e-2);
}

TEST(probe, writes_a_chip_that_brings_its_profile) {
    char folder[sizeof FOLDER], chip_path[64], profile_path[64];
    HostProbe probe = made_up_probe();
    Chip chip = host_chip(&probe, "mine");
    Profile *profile = calloc(1, sizeof *profile);
    Text text = {0};
    Error err = {0};
    memcpy(folder, FOLDER, sizeof folder);
    assert_non_null(mkdtemp(folder));
    snprintf(chip_path, sizeof chip_path, "%s/mine.lua", folder);
    snprintf(profile_path, sizeof profile_path, "%s/mine.kernels.lua", folder);
    host_chip_write(&chip, &probe, "2026-11-22", &text);
    write_text(chip_path, &text);

    // Without a file beside it there is no profile of its own.
    Library *library = library_open(&err);
    assert_non_null(library);
    const Chip *read = library_chip(library, chip_path, &err);
    assert_non_null(read);
    check_chip(read, &chip);
    assert_null(read->kernels);
    library_free(library);

    profile_init(profile);
    profile->name = "mine";
    profile->fits[KERNEL_NORM].report.rows = 31;
    text_clear(&text);
    profile_write(profile, &text);
    write_text(profile_path, &text);
    library = library_open(&err);
    read = library_chip(library, chip_path, &err);
    assert_non_null(read);
    assert_non_null(read->kernels);
    assert_ptr_equal(catalog_profile_of(library_catalog(library), read), read->kernels);
    assert_near(read->kernels->fits[KERNEL_NORM].report.rows, 31, 0);
    library_free(library);

    // One that is wrong is not passed over.
    text_clear(&text);
    text_add(&text, "return profile { nam = \"mine\" }\n");
    write_text(profile_path, &text);
    library = library_open(&err);
    assert_null(library_chip(library, chip_path, &err));
    assert_non_null(strstr(err.file, "mine.kernels.lua"));
    library_free(library);
    unlink(chip_path);
    unlink(profile_path);
    rmdir(folder);
    text_free(&text);
    free(profile);
}
