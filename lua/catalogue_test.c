// The shipped chips and systems: complete, dense, one direction, and found by the names that measurements use.
#include "sim/base/test.h"

#include <dirent.h>
#include <stdlib.h>

#include "lua/library.h"

static Library *open_library(void) {
    Error err;
    Library *library = library_open(&err);
    if (!library)
        fail_msg("%s:%d: %s", err.file, err.line, err.what);
    return library;
}

static bool says(const Source *from, const char *word) {
    return from->doubtful && strstr(from->doubtful, word);
}

TEST(catalogue, answers_to_every_name_of_the_measurements_and_cases) {
    static const struct {
        const char *name, *chip;
        // clang-format off
    } CASES[] = {
        {"p100", "p100"}, {"t4", "t4"}, {"v100_pcie", "v100_pcie"}, {"V100", "v100_sxm"}, {"a40", "a40"},
        {"a100_sxm", "a100_sxm"}, {"a100_pcie_40", "a100_pcie_40"}, {"a100_pcie_80", "a100_pcie_80"},
        {"a100_pcie_pair", "a100_pcie_pair"}, {"A100", "a100_sxm"}, {"A100-80GB", "a100_sxm"},
        {"A100-40GB", "a100_sxm_40"}, {"h100_sxm", "h100_sxm"}, {"H100", "h100_sxm"},
        {"H100-PCIe", "h100_pcie"}, {"H100-NVL", "h100_nvl"}, {"h200_sxm", "h200_sxm"}, {"H200", "h200_sxm"},
        {"h20", "h20"}, {"H20-3e", "h20_3e"}, {"H800", "h800"}, {"b200_sxm", "b200_sxm"}, {"B200", "b200_sxm"},
        {"b300_sxm", "b300_sxm"}, {"GB200", "gb200"}, {"gb300", "gb300"}, {"VR200", "rubin"}, {"l40s", "l40s"},
        {"L4", "l4"}, {"RTX-4090", "rtx_4090"}, {"RTX-5090", "rtx_5090"},
        {"rtx_pro_6000_server", "rtx_pro_6000_server"}, {"RTX-PRO-6000-WS", "rtx_pro_6000_ws"},
        {"MI100", "mi100"}, {"mi210", "mi210"}, {"MI250X", "mi250x"}, {"MI300X", "mi300x"},
        {"MI325X", "mi325x"}, {"MI350X", "mi350x"}, {"MI355X", "mi355x"}, {"TPUv2", "tpu_v2"},
        {"TPUv3", "tpu_v3"}, {"TPUv4p", "tpu_v4"}, {"TPUv5e", "tpu_v5e"}, {"TPUv5p", "tpu_v5p"},
        {"TPUv6e", "tpu_v6e"}, {"Ironwood", "tpu_v7"}, {"Trainium1", "trainium1"}, {"trn2", "trainium2"},
        {"Trainium3", "trainium3"}, {"Inferentia2", "inferentia2"}, {"Gaudi2", "gaudi2"}, {"Gaudi3", "gaudi3"},
        {"Groq-LPU-v1", "groq_lpu"}, {"WSE-3", "wse3"},
    };
    // clang-format on
    Library *library = open_library();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        const Chip *chip = library_chip(library, CASES[i].name, &err);
        if (!chip)
            fail_msg("%s: %s", CASES[i].name, err.what);
        assert_string_equal(chip->name, CASES[i].chip);
    }
    library_free(library);
}

// The cell number `column` of a CSV line, in place; quotes may hold commas.
static char *cut_cell(char *line, int column) {
    bool quoted = false;
    char *start = line, *at = line;
    for (; *at && *at != '\n' && *at != '\r'; at++) {
        quoted ^= *at == '"';
        if (*at != ',' || quoted)
            continue;
        if (column-- == 0)
            break;
        start = at + 1;
    }
    *at = '\0';
    return start;
}

static int column_of(const char *heads, const char *name) {
    size_t length = strlen(name);
    int column = 0;
    for (const char *at = heads; *at; column++) {
        if (strncmp(at, name, length) == 0 && strchr(",\r\n", at[length]))
            return column;
        at += strcspn(at, ",");
        at += *at == ',';
    }
    return -1;
}

static int check_file(Library *library, const char *path) {
    static char line[1 << 16];
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    int rows = 0, column = fgets(line, sizeof line, file) ? column_of(line, "chip") : -1;
    char before[64] = "";
    while (column >= 0 && fgets(line, sizeof line, file)) {
        const char *name = cut_cell(line, column);
        Error err;
        rows++;
        if (!*name || strcmp(name, before) == 0)
            continue;
        if (!library_chip(library, name, &err))
            fail_msg("%s: '%s' is no chip", path, name);
        snprintf(before, sizeof before, "%.63s", name);
    }
    fclose(file);
    return rows;
}

static int check_folder(Library *library, const char *folder) {
    DIR *entries = opendir(folder);
    int rows = 0;
    if (!entries)
        return 0;
    for (struct dirent *entry; (entry = readdir(entries));) {
        const char *dot = strrchr(entry->d_name, '.');
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (dot && strcmp(dot, ".csv") == 0)
            rows += check_file(library, path);
    }
    closedir(entries);
    return rows;
}

// The measurements lie beside the repository where they are at hand.
TEST(catalogue, knows_every_chip_of_the_csv_files_at_hand) {
    const char *data = getenv("CHIPFIT_DATA");
    char folder[4000];
    Library *library = open_library();
    snprintf(folder, sizeof folder, "%s/../shared/measured", data ? data : ".");
    int rows = check_folder(library, folder);
    snprintf(folder, sizeof folder, "%s/../shared/cases", data ? data : ".");
    rows += check_folder(library, folder);
    library_free(library);
    if (rows == 0) {
        print_message("no measurements beside the repository: skipped\n");
        skip();
    }
}

TEST(catalogue, explains_16_bit_peaks_by_the_matrix_unit_or_says_why_not) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->chip_count; i++) {
        const Chip *chip = catalog->chips[i];
        const ChipMatrix *matrix = &chip->matrix;
        double listed = fmax(chip->peak.flop_per_s[MATH_BF16], chip->peak.flop_per_s[MATH_FP16]);
        double derived = 2 * matrix->units * matrix->fma_per_unit * matrix->clock_hz;
        if (!(derived > 0) || !(listed > 0))
            fail_msg("%s: its peak cannot be checked", chip->name);
        if (fabs(derived / listed - 1) > 0.02 && !matrix->from.doubtful)
            fail_msg("%s: %g listed, %g derived", chip->name, listed, derived);
    }
    library_free(library);
}

// Sparse figures are twice the dense ones, so that each format is held to its place beside the 16-bit rate.
TEST(catalogue, lists_no_sparse_rate) {
    static const struct {
        Math math;
        double most; // of the 16-bit rate
    } LIMITS[] = {
        {MATH_FP32, 0.51},
        {MATH_TF32, 1.01},
        {MATH_FP8,  2.1 },
        {MATH_INT8, 4.1 },
        {MATH_FP6,  4.1 },
        {MATH_FP4,  8.1 },
        {MATH_INT4, 8.1 },
    };
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->chip_count; i++) {
        const Chip *chip = catalog->chips[i];
        const double *peak = chip->peak.flop_per_s;
        double wide = fmax(peak[MATH_BF16], peak[MATH_FP16]);
        for (size_t j = 0; j < sizeof LIMITS / sizeof LIMITS[0]; j++)
            if (peak[LIMITS[j].math] > LIMITS[j].most * wide &&
                !says(&chip->peak.from, MATH_NAMES[LIMITS[j].math]))
                fail_msg("%s: %s is %g times the 16-bit rate", chip->name,
                         MATH_NAMES[LIMITS[j].math], peak[LIMITS[j].math] / wide);
    }
    library_free(library);
}

// Nobody ships a memory that feeds more than a FLOP a byte or starves 2000; without DRAM it is SRAM.
TEST(catalogue, has_sane_ridge_points_and_stores) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->chip_count; i++) {
        const Chip *chip = catalog->chips[i];
        const double *peak = chip->peak.flop_per_s;
        double wide = fmax(peak[MATH_BF16], peak[MATH_FP16]);
        double ridge = wide / chip->memory.bandwidth_bytes_per_s;
        bool sram = strcmp(chip->name, "groq_lpu") == 0 || strcmp(chip->name, "wse3") == 0;
        if (sram ? !(ridge > 0.5 && ridge < 5) : !(ridge > 20 && ridge < 700))
            fail_msg("%s: %g FLOP a byte", chip->name, ridge);
        assert_true(sram || chip->store.capacity_bytes < 0.01 * chip->memory.capacity_bytes);
        assert_true(chip->vector.fp32_flop_per_s <= wide);
    }
    library_free(library);
}

TEST(catalogue, names_a_source_for_every_section) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->chip_count; i++) {
        const Chip *chip = catalog->chips[i];
        const Source *sections[] = {&chip->peak.from, &chip->vector.from, &chip->memory.from,
                                    &chip->store.from, &chip->matrix.from};
        for (size_t j = 0; j < sizeof sections / sizeof sections[0]; j++)
            assert_true(sections[j]->source && strlen(sections[j]->source) >= 5);
        assert_true(chip->power.tdp_w > 0 ? chip->power.from.source != NULL : true);
        assert_true(chip->price.usd_per_hour > 0 ? chip->price.from.source != NULL : true);
    }
    library_free(library);
}

TEST(catalogue, has_systems_that_grow_outwards_and_slow_down) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->system_count; i++) {
        const System *system = catalog->systems[i];
        Error err;
        assert_true(system_holds(system, 1, &err));
        for (int j = 0; j < system->level_count; j++) {
            const Level *level = &system->levels[j];
            assert_true(level->from.source && strlen(level->from.source) >= 5);
            assert_true(level->latency_s > 0);
            if (j == 0)
                continue;
            assert_true(level->chips > level[-1].chips);
            assert_true(level->bandwidth_bytes_per_s <= level[-1].bandwidth_bytes_per_s);
            assert_true(level->latency_s >= level[-1].latency_s);
        }
    }
    library_free(library);
}

// What a chip sends a direction over all links of its innermost level; vendors often quote twice that.
TEST(catalogue, counts_links_in_one_direction) {
    static const struct {
        const char *system;
        double sent_gb_per_s; // /s a chip and direction
        // clang-format off
    } CASES[] = {
        {"dgx1_v100", 150}, {"dgx2", 150}, {"hgx_a100", 300}, {"hgx_h100", 450}, {"hgx_h800", 200},
        {"hgx_h20", 450}, {"hgx_b200", 900}, {"hgx_b300", 900}, {"gb200_nvl72", 900}, {"gb300_nvl72", 900},
        {"vr200_nvl72", 1800}, {"h100_nvl_pairs", 300}, {"pcie3", 16}, {"pcie4", 32}, {"pcie5", 64},
        {"mi210_hive", 150}, {"mi250x_node", 400}, {"mi300x_node", 448}, {"mi355x_node", 537.6},
        {"tpu_v3", 328}, {"tpu_v4", 300}, {"tpu_v5e", 200}, {"tpu_v5p", 600}, {"tpu_v6e", 400},
        {"tpu_v7", 600}, {"trn1", 192}, {"trn2", 512}, {"trn3", 1280}, {"inf2", 96}, {"gaudi2_node", 262.5},
        {"gaudi3_node", 525},
    };
    // clang-format on
    Library *library = open_library();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        const System *system = library_system(library, CASES[i].system, &err);
        assert_non_null(system);
        const Level *level = &system->levels[0];
        int links = 0;
        const Slice *whole = level_slice(level, level->chips);
        for (int axis = 0; whole && axis < 3; axis++)
            links += whole->axes[axis] > 1 ? 1 + level_wraps(level, whole, axis) : 0;
        assert_near(level->bandwidth_bytes_per_s * (whole ? links : 1),
                    1e9 * CASES[i].sent_gb_per_s, 1e-9);
    }
    library_free(library);
}

TEST(catalogue, wraps_pods_by_their_rules) {
    static const struct {
        const char *system;
        int chips;
        bool wraps[3];
        // clang-format off
    } CASES[] = {
        {"tpu_v4",  16,   {false, false, false}}, // 2x2x4
        {"tpu_v4",  64,   {true, true, true}},
        {"tpu_v5p", 32,   {false, false, false}}, // 2x4x4
        {"tpu_v5p", 8960, {true, true, true}},
        {"tpu_v7",  128,  {true, true, true}},
        {"tpu_v5e", 64,   {false, false, false}},
        {"tpu_v5e", 128,  {false, true, false}},  // 8x16
        {"tpu_v6e", 256,  {true, true, false}},
        {"tpu_v3",  512,  {false, true, false}},  // 16x32
        {"inf2",    12,   {true, false, false}},
        {"inf2",    6,    {false, false, false}},
    };
    // clang-format on
    Library *library = open_library();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Error err;
        const Level *level = &library_system(library, CASES[i].system, &err)->levels[0];
        const Slice *slice = level_slice(level, CASES[i].chips);
        assert_non_null(slice);
        for (int axis = 0; axis < 3; axis++)
            assert_int_equal(level_wraps(level, slice, axis), CASES[i].wraps[axis]);
    }
    library_free(library);
}
