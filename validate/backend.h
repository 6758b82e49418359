// backend.h — what runs kernels: the host's cores (host/host.c) or an NVIDIA GPU (cuda/cuda.cu). The runner drives it.
//
//     open ── for each task: prepare ── run ── read (checked against reference.h) ── sample, sample, ... ── drop ── close
// All calls come from one process, which may die at any of them.
#ifndef VALIDATE_BACKEND_H
#define VALIDATE_BACKEND_H

#include "validate/measurement.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Backend {
    const char *name; // "host", "cuda"

    // Fills *about; *device is passed to the calls below. false: cannot be used here.
    bool (*open)(void **device, Device *about, Error *err);
    void (*close)(void *device);

    // tasks[0] with its parts, if it is a layer, in tasks[1 .. count - 1]. Chooses kernels (out->kernel), allocates, fills
    // operands by operand.h, poisons outputs with NaN. Anything but RUN_MEASURED: out->detail says why.
    RunStatus (*prepare)(void *device, const Task tasks[], int count, Measurement *out);

    // Runs it once, to its end.
    RunStatus (*run)(void *device, Measurement *out);

    // Outputs of part `part` (0: the task itself; of a layer 1 .. count - 1) at these places (reference.h numbers them).
    RunStatus (*read)(void *device, int part, const long places[], int count, double values[],
                      Measurement *out);

    // Seconds of one run, mean over as many as make a good sample. cold: operands come from memory, launched one after
    // another as sweeps assume; warm: the same operands again and again. NaN: failed, out->detail says why. Clocks, power and
    // throttle reasons seen meanwhile go into `out`.
    double (*sample)(void *device, bool cold, Measurement *out);

    // Frees what prepare made; due after each prepare.
    void (*drop)(void *device);
} Backend;

#ifdef __cplusplus
}
#endif
#endif
