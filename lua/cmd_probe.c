// chipfit probe — measures this machine and writes it as a chip with its kernel profile.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lua/commands.h"
#include "lua/disturbed.h"
#include "lua/file.h"
#include "lua/fit_report.h"
#include "lua/host_chip.h"
#include "lua/options.h"
#include "lua/profile_writer.h"
#include "lua/table.h"
#include "lua/words.h"
#include "sim/base/clock.h"
#include "sim/base/hash.h"
#include "sim/base/heap.h"
#include "validate/calibrate.h"
#include "validate/host/host.h"
#include "validate/probe_tasks.h"
#include "validate/reference.h"
#include "validate/rounds.h"
#include "validate/row_task.h"
#include "validate/sampler.h"

static const char USAGE[] = "chipfit probe host [-o CHIP.lua] [--results ROWS.csv] [--quick]";
static const char HELP[] =
    "usage: chipfit probe host [-o CHIP.lua] [--results ROWS.csv] [--quick]\n\n"
    "Measures what the cores and the memory of this machine reach, and about 440 kernels, to "
    "which a kernel\nprofile is fitted as chipfit calibrate does. Takes about a minute; nothing "
    "else should run.\n\n"
    "  -o CHIP.lua      the machine as a chip, for --chip CHIP.lua; its profile goes beside it, "
    "to\n"
    "                   CHIP.kernels.lua, and is taken with it; default: host.lua, which chipfit\n"
    "                   validate run --backend host takes by itself\n"
    "  --results R.csv  every kernel with its samples, for chipfit calibrate and validate score\n"
    "  --quick          visits each kernel once, in half the time: nothing then tells a disturbed "
    "one\n\n"
    "exit: 0 done; 2 wrong input; 3 the machine failed\n"
    "example: chipfit probe host\n";

// Of one kernel: the whole probe is to take a minute.
static const SamplerOptions SAMPLING = {.noise = 0.01, .budget_s = 0.02, .least = 5, .warm_up = 1};

// What `chipfit validate run --backend host` looks for.
#define DEFAULT_CHIP "host.lua"

// Each kernel is visited so often, in steps of a prime number through the list; then, for so long and so often at most,
// those whose visits do not agree (validate/rounds.h).
#define VISITS  2
#define STRIDE  181
#define AGAIN   (ROUNDS_MOST - VISITS)
#define AGAIN_S 6.0

// Disturbed kernels are left out of the fit up to this share of all: beyond it classes would miss the rows they need.
#define LEFT_OUT 0.15

// Outputs of each kernel that are set against the reference; make test looks at all.
#define CHECKED_PLACES 64

typedef struct Probing {
    void *device;
    HostProbe probe;
    Chip chip;
    char name[64], date[16], hash[40];
    Tasks tasks;
    Row *rows;
    int row_count, unsupported;
    bool shown;              // visits are counted on a terminal
    double pulse_flop_per_s; // the best of all visits
    int disturbed;           // kernels whose time no second visit confirms
    int verdicts[VERDICT_COUNT];
    Hash data;
    Profile *profile;
    Text results; // a results file
    bool quick;   // each kernel is visited once
} Probing;

// --- What was found ----------------------------------------------------------------------------------------------------

static void add_line(Table *table, const char *what, double value, Unit unit, const char *where) {
    char text[32];
    unit_format(text, sizeof text, value, unit);
    table_cell(table, "%s", what);
    table_cell(table, "%s", text);
    table_cell(table, "%s", where);
}

static void print_probe(const HostProbe *probe) {
    static const TableColumn COLUMNS[] = {
        {"what",  true },
        {"rate",  false},
        {"where", true }
    };
    Table table = {.columns = COLUMNS, .column_count = FIELD_COUNT(COLUMNS)};
    Text out = {0};
    char what[64], size[32];
    for (int i = 0; i < MATH_COUNT; i++) {
        snprintf(what, sizeof what, "matmul %s", MATH_NAMES[i]);
        if (probe->flop_per_s[i] > 0)
            add_line(&table, what, probe->flop_per_s[i], UNIT_FLOP_PER_S, probe->shape[i]);
    }
    add_line(&table, "multiply-adds", probe->vector_flop_per_s, UNIT_FLOP_PER_S, "registers");
    add_line(&table, "exponentials", probe->special_per_s, UNIT_PER_S, "first-level cache");
    for (int i = 0; i < probe->size_count; i++) {
        unit_format(size, sizeof size, probe->sizes[i].bytes, UNIT_BYTES);
        add_line(&table, "read", probe->sizes[i].read_bytes_per_s, UNIT_BYTES_PER_S, size);
    }
    add_line(&table, "copy", probe->copy_bytes_per_s, UNIT_BYTES_PER_S, "memory");
    add_line(&table, "triad", probe->triad_bytes_per_s, UNIT_BYTES_PER_S, "memory");
    add_line(&table, "clock", probe->clock_hz, UNIT_HZ, "of a core");
    add_line(&table, "empty parallel region", probe->about.launch_s, UNIT_S, "all threads");
    printf("%s, %d threads, %s\n\n", probe->about.device, probe->about.cores,
           probe->about.libraries);
    table_write(&table, &out);
    fputs(out.data, stdout);
    text_free(&out);
    table_free(&table);
}

// --- Kernels -----------------------------------------------------------------------------------------------------------

static RunStatus check(const Probing *probing, const Task *task, Measurement *out) {
    long places[REFERENCE_PLACES];
    double values[CHECKED_PLACES];
    uint64_t seed = reference_seed(0);
    int count = reference_places(task, seed, places);
    int kept = count < CHECKED_PLACES ? count : CHECKED_PLACES;
    for (int i = 0; i < kept; i++)
        places[i] = places[(long)i * count / kept];
    RunStatus status = HOST_BACKEND.read(probing->device, 0, places, kept, values, out);
    return status == RUN_MEASURED ? reference_compare(task, seed, places, kept, values, out)
                                  : status;
}

// A kernel may be faster than the shapes by which the peak was looked for: a peak is what nothing exceeds.
static void raise_peak(HostProbe *probe, const Task *task, const Timing *timing) {
    bool multiplies = task->kind == TASK_MATMUL || task->kind == TASK_EXPERTS;
    Math math = FORMATS[task->a].math;
    double rate = task_flop(task) / timing->low_s;
    if (!multiplies || task->a != task->b || !(rate > probe->flop_per_s[math]))
        return;
    probe->flop_per_s[math] = rate;
    snprintf(probe->shape[math], sizeof probe->shape[math], "%d x %d x %d", task->m, task->n,
             task->k);
}

// Runs a kernel; RUN_UNSUPPORTED: this processor has none such.
static bool measure(Probing *probing, const Task *task, Measurement *out, Error *err) {
    measurement_init(out, task);
    RunStatus status = HOST_BACKEND.prepare(probing->device, task, 1, out);
    if (status == RUN_MEASURED)
        status = HOST_BACKEND.run(probing->device, out);
    if (status == RUN_MEASURED)
        status = check(probing, task, out);
    bool good =
        status == RUN_CHECKED && sampler_run(&HOST_BACKEND, probing->device, true, &SAMPLING, out);
    HOST_BACKEND.drop(probing->device);
    out->status = status == RUN_UNSUPPORTED ? RUN_UNSUPPORTED : RUN_MEASURED;
    if (!good && status != RUN_UNSUPPORTED)
        return error_set(err, "%s: %s", task->name, out->detail[0] ? out->detail : "failed");
    return true;
}

static bool keep(Probing *probing, const Task *task, const Measurement *found, Error *err) {
    Row row;
    if (found->status == RUN_UNSUPPORTED) {
        probing->unsupported++;
        return true;
    }
    if (!row_of_tasks(task, 1, &probing->chip, NULL, false, &row, err))
        return false;
    measurement_row(&probing->results, task, &probing->probe.about, found);
    // A fit does without what was disturbed, where that is little.
    row.apart |= verdict_disturbed(found->cold.verdict) &&
                 probing->disturbed <= LEFT_OUT * probing->tasks.count;
    raise_peak(&probing->probe, task, &found->cold);
    row.measured_s = found->cold.median_s;
    probing->data = hash_join(probing->data, hash_bytes(&row.measured_s, sizeof row.measured_s));
    probing->rows[probing->row_count++] = row;
    return true;
}

static bool visit(Probing *probing, int at, Measurement *found, Error *err) {
    Measurement out;
    const Task *task = &probing->tasks.list[at];
    if (!measure(probing, task, &out, err))
        return false;
    probing->pulse_flop_per_s = fmax(probing->pulse_flop_per_s, out.rounds[0].pulse_flop_per_s);
    if (found->round_count == 0)
        *found = out;
    else
        rounds_join(found, &out);
    return true;
}

// Whatever disturbs the machine for seconds meets kernels of all classes, few of them twice.
static bool visit_all(Probing *probing, Measurement found[], Error *err) {
    int count = probing->tasks.count, visits = probing->quick ? 1 : VISITS;
    for (int i = 0; i < visits * count; i++) {
        if (!visit(probing, (int)((long)i * STRIDE % count), &found[(long)i * STRIDE % count], err))
            return false;
        if (probing->shown)
            fprintf(stderr, "\rprobe: %d of %d visits ", i + 1, visits * count);
    }
    return true;
}

static bool is_sound(const Probing *probing, Measurement *found) {
    if (probing->quick)
        return true;
    rounds_judge(found, probing->pulse_flop_per_s);
    return found->status != RUN_MEASURED || found->cold.verdict == VERDICT_SOUND;
}

// Kernels whose visits do not agree are visited again, as long as there is time: the more there are, the less it would help.
static bool visit_again(Probing *probing, Measurement found[], Error *err) {
    int count = probing->tasks.count;
    double until_s = clock_s() + AGAIN_S;
    for (int i = 0; i < AGAIN * count && clock_s() < until_s; i++) {
        int at = (int)((long)i * STRIDE % count);
        if (!is_sound(probing, &found[at]) && !visit(probing, at, &found[at], err))
            return false;
        if (probing->shown)
            fprintf(stderr, "\rprobe: %4.0f s more for visits that do not agree ",
                    until_s - clock_s());
    }
    return true;
}

static bool measure_all(Probing *probing, Error *err) {
    probe_tasks(&probing->tasks);
    measurement_header(&probing->results);
    int count = probing->tasks.count;
    probing->shown = isatty(STDERR_FILENO);
    probing->rows = heap_take((size_t)count, sizeof *probing->rows);
    Measurement *found = heap_take((size_t)count, sizeof *found);
    assert(count % STRIDE != 0);
    bool good = visit_all(probing, found, err) && visit_again(probing, found, err);
    if (probing->shown)
        fprintf(stderr, "\r%60s\r", "");
    for (int i = 0; good && i < count; i++) {
        probing->disturbed += !is_sound(probing, &found[i]);
        probing->verdicts[found[i].cold.verdict] += found[i].status == RUN_MEASURED;
    }
    for (int i = 0; good && i < count; i++)
        good = keep(probing, &probing->tasks.list[i], &found[i], err);
    free(found);
    return good;
}

static bool fit(Probing *probing, Error *err) {
    Profile *profile = probing->profile = heap_take(1, sizeof *probing->profile);
    CalibrateOptions options = {0};
    char *data = probing->hash;
    snprintf(data, sizeof probing->hash, "%016llx%016llx", (unsigned long long)probing->data.high,
             (unsigned long long)probing->data.low);
    for (int i = 0; i < KERNEL_CLASS_COUNT; i++)
        options.classes[i] = true;
    profile_init(profile);
    profile->name = probing->name;
    profile->chips[profile->chip_count++] = probing->name;
    profile->data = data;
    profile->date = probing->date;
    profile->from.source = "chipfit probe host on this machine";
    return calibrate(probing->rows, probing->row_count, &options, profile, err);
}

// --- The command -------------------------------------------------------------------------------------------------------

// The chip is called what its file is called.
static bool name_chip(Probing *probing, const char *output, Error *err) {
    const char *slash = strrchr(output, '/'), *base = slash ? slash + 1 : output;
    size_t length = strlen(base);
    if (length < 5 || strcmp(base + length - 4, ".lua") != 0 || length >= sizeof probing->name) {
        error_set(err, "-o: '%.60s' is not the name of a .lua file", output);
        return error_hint(err, "%s", USAGE);
    }
    snprintf(probing->name, sizeof probing->name, "%.*s", (int)(length - 4), base);
    return true;
}

// Both files, the profile first: a chip without it would be taken for one that nothing is known of.
static bool write_files(const Probing *probing, const char *output, Error *err) {
    Text chip = {0}, kernels = {0}, path = {0};
    host_chip_write(&probing->chip, &probing->probe, probing->date, &chip);
    profile_write(probing->profile, &kernels);
    text_add_n(&path, output, strlen(output) - 4);
    text_add(&path, ".kernels.lua");
    bool good = file_write(path.data, &kernels, err) && file_write(output, &chip, err);
    if (good)
        printf("\n%s and %s are written; try:\n"
               "chipfit explain --chip %s --model llama-3.1-8b --phase decode --batch 1 "
               "--context 1024\n",
               output, path.data, output);
    text_free(&chip);
    text_free(&kernels);
    text_free(&path);
    return good;
}

static bool run(Probing *probing, const char *output, const char *results, Error *err) {
    time_t now = time(NULL);
    struct tm day;
    Device about;
    strftime(probing->date, sizeof probing->date, "%Y-%m-%d", gmtime_r(&now, &day));
    if (!HOST_BACKEND.open(&probing->device, &about, err))
        return false;
    bool good = host_probe(probing->device, &about, &probing->probe, err);
    if (good)
        print_probe(&probing->probe);
    probing->chip = host_chip(&probing->probe, probing->name);
    good = good && measure_all(probing, err);
    probing->chip = host_chip(&probing->probe, probing->name);
    HOST_BACKEND.close(probing->device);
    good = good && (!results || file_write(results, &probing->results, err));
    if (!good || !fit(probing, err))
        return false;
    printf("\n%d kernels measured, %d not to be had on this processor\n", probing->row_count,
           probing->unsupported);
    if (probing->quick)
        printf("visited once: nothing tells which of them were disturbed\n");
    else
        disturbed_sum(
            probing->verdicts, "kernels",
            probing->disturbed <= LEFT_OUT * probing->tasks.count
                ? "left out of the fit"
                : "too many to be left out of the fit; a quieter machine would give a better one");
    printf("\n");
    fit_report_print(probing->profile);
    return write_files(probing, output, err);
}

int cmd_probe(int argc, char **argv) {
    const char *output = NULL, *results = NULL;
    bool quick = false;
    const WordOption options[] = {
        {"-o",        &output,  NULL  },
        {"--results", &results, NULL  },
        {"--quick",   NULL,     &quick}
    };
    if (words_ask_help(argc, argv)) {
        fputs(HELP, stdout);
        return 0;
    }
    Error err = {0};
    Probing *probing = heap_take(1, sizeof *probing);
    Words words = {
        "probe", USAGE, options, FIELD_COUNT(options), heap_take((size_t)argc, sizeof(char *)), 0};
    int code = 0;
    bool good = words_read(&words, argc, argv, &err);
    if (good && (words.file_count != 1 || strcmp(words.files[0], "host") != 0)) {
        error_set(&err, "probe: there is no '%.60s'", words.files[words.file_count - 1]);
        good = error_hint(&err, "%s", USAGE);
    }
    output = output ? output : DEFAULT_CHIP;
    probing->quick = quick;
    good = good && name_chip(probing, output, &err);
    if (!good)
        code = options_fail(&err);
    else if (!run(probing, output, results, &err)) {
        options_fail(&err);
        code = 3;
    }
    text_free(&probing->results);
    tasks_free(&probing->tasks);
    free(probing->profile);
    free(probing->rows);
    free(probing);
    free(words.files);
    return code;
}
