#include "lua/host_chip.h"

#include <math.h>
#include <stdio.h>

// Matmuls are found at their best in warm caches; no kernel may come out above the peak, whatever the noise.
Chip host_chip(const HostProbe *probe, const char *name) {
    const Device *about = &probe->about;
    Chip chip = {
        .name = name,
        .title = about->device,
        .family = HOST_FAMILY,
        .system = HOST_SYSTEM,
        .vector = {.fp32_flop_per_s = probe->vector_flop_per_s,
                   .special_per_s = probe->special_per_s                             },
        .memory = { .kind = MEMORY_LPDDR,
                   .capacity_bytes = about->memory_bytes,
                   .bandwidth_bytes_per_s =
                       fmax(probe->read_bytes_per_s,
                   fmax(probe->copy_bytes_per_s, probe->triad_bytes_per_s))},
        .store = {                                         .capacity_bytes = about->store_bytes,
                   .bandwidth_bytes_per_s = probe->store_bytes_per_s                            },
        .matrix = {                    .kind = MATRIX_TILED,                        .cores = about->cores, .clock_hz = probe->clock_hz},
    };
    for (int i = 0; i < MATH_COUNT; i++)
        chip.peak.flop_per_s[i] = probe->flop_per_s[i];
    return chip;
}

static void add_number(Text *out, const char *key, double value, Unit unit) {
    char text[48];
    unit_format(text, sizeof text, value, unit);
    text_addf(out, "    %s = \"%s\",\n", key, text);
}

// A Lua text; names of processors hold no control characters, but may hold quotes.
static void add_text(Text *out, const char *key, const char *text) {
    text_addf(out, "  %s = \"", key);
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            text_addf(out, "\\%c", *text);
        else if ((unsigned char)*text >= 0x20)
            text_add_n(out, text, 1);
    text_add(out, "\",\n");
}

static void add_peak(const Chip *chip, const HostProbe *probe, const char *measured, Text *out) {
    text_add(out, "  peak = {\n");
    for (int i = 0; i < MATH_COUNT; i++)
        if (chip->peak.flop_per_s[i] > 0)
            add_number(out, MATH_NAMES[i], chip->peak.flop_per_s[i], UNIT_FLOP_PER_S);
    text_addf(out, "    source = \"%s: the best matmul of %s\"", measured, probe->about.libraries);
    for (int i = 0; i < MATH_COUNT; i++)
        if (chip->peak.flop_per_s[i] > 0)
            text_addf(out, "\n      .. \", %s %s\"", MATH_NAMES[i], probe->shape[i]);
    text_add(out,
             ",\n    doubtful = \"what the library reaches, not what the units could\",\n  },\n");
}

static void add_memory(const Chip *chip, const HostProbe *probe, const char *measured, Text *out) {
    char read[32], copy[32], triad[32];
    unit_format(read, sizeof read, probe->read_bytes_per_s, UNIT_BYTES_PER_S);
    unit_format(copy, sizeof copy, probe->copy_bytes_per_s, UNIT_BYTES_PER_S);
    unit_format(triad, sizeof triad, probe->triad_bytes_per_s, UNIT_BYTES_PER_S);
    text_add(out, "  memory = {\n    kind = \"lpddr\",\n");
    add_number(out, "capacity", chip->memory.capacity_bytes, UNIT_BYTES);
    add_number(out, "bandwidth", chip->memory.bandwidth_bytes_per_s, UNIT_BYTES_PER_S);
    text_addf(out,
              "    source = \"%s: read %s, copy %s, triad %s\",\n"
              "    doubtful = \"the kind is a guess; other programs share the memory\",\n  },\n",
              measured, read, copy, triad);
}

void host_chip_write(const Chip *chip, const HostProbe *probe, const char *date, Text *out) {
    char measured[64], launch[32];
    snprintf(measured, sizeof measured, "chipfit probe host, %s", date);
    unit_format(launch, sizeof launch, probe->about.launch_s, UNIT_S);
    text_add(out,
             "-- This machine as a chip, measured by chipfit probe host; its kernels' profile lies "
             "beside it.\nreturn chip {\n");
    add_text(out, "name", chip->name);
    add_text(out, "title", chip->title);
    text_addf(out, "  family = \"%s\",\n  year = %.4s,\n  system = \"%s\",\n", HOST_FAMILY, date,
              HOST_SYSTEM);
    add_peak(chip, probe, measured, out);
    text_add(out, "  vector = {\n");
    add_number(out, "fp32", chip->vector.fp32_flop_per_s, UNIT_FLOP_PER_S);
    add_number(out, "special", chip->vector.special_per_s, UNIT_PER_S);
    text_addf(out,
              "    source = \"%s: multiply-adds in registers; exponentials of the harness's own "
              "kernels\",\n  },\n",
              measured);
    add_memory(chip, probe, measured, out);
    text_add(out, "  store = {\n");
    add_number(out, "capacity", chip->store.capacity_bytes, UNIT_BYTES);
    add_number(out, "bandwidth", chip->store.bandwidth_bytes_per_s, UNIT_BYTES_PER_S);
    text_addf(out,
              "    source = \"capacity of the last-level caches: the kernel's; bandwidth: %s, half "
              "of it read again and again\",\n  },\n",
              measured);
    text_addf(out, "  matrix = {\n    kind = \"tiled\",\n    cores = %d,\n", chip->matrix.cores);
    add_number(out, "clock", chip->matrix.clock_hz, UNIT_HZ);
    text_addf(out,
              "    source = \"%s: threads used; clock from a chain of multiplications and "
              "additions\",\n    doubtful = \"clock takes them to need 4 cycles\",\n  },\n",
              measured);
    text_addf(out, "  notes = \"An empty parallel region takes %s.\",\n}\n", launch);
}
