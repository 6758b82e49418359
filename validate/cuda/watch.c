#include "validate/cuda/watch.h"

#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"
#include "validate/cuda/plan.h"

// From nvml.h, which a driver comes without; these have been the same since its version 5 (energy: 10).
typedef void *NvmlDevice;
#define NVML_CLOCK_SM     1
#define NVML_CLOCK_MEMORY 2
#define NVML_TEMPERATURE  0

typedef struct Nvml {
    int (*init)(void);
    int (*shutdown)(void);
    int (*driver)(char *, unsigned);
    int (*by_bus)(const char *, NvmlDevice *);
    int (*clock)(NvmlDevice, int, unsigned *);
    int (*temperature)(NvmlDevice, int, unsigned *);
    int (*power)(NvmlDevice, unsigned *);
    int (*energy)(NvmlDevice, unsigned long long *);
    int (*reasons)(NvmlDevice, unsigned long long *);
} Nvml;

struct Watch {
    void *library;
    Nvml call;
    NvmlDevice device;
    int looks;
    double clock_hz, memory_clock_hz, temperature_c; // sums
    unsigned long long reasons;
};

// ISO C has no cast from an object's address to a function's; POSIX promises that the bytes do.
static void find(void *library, const char *name, void *function, size_t size) {
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, size);
}

#define FIND(member, name)                                                                         \
    find(watch->library, name, &watch->call.member, sizeof watch->call.member)

static bool load(Watch *watch) {
    watch->library = dlopen("libnvidia-ml.so.1", RTLD_NOW);
    if (!watch->library)
        return false;
    FIND(init, "nvmlInit_v2");
    FIND(shutdown, "nvmlShutdown");
    FIND(driver, "nvmlSystemGetDriverVersion");
    FIND(by_bus, "nvmlDeviceGetHandleByPciBusId_v2");
    FIND(clock, "nvmlDeviceGetClockInfo");
    FIND(temperature, "nvmlDeviceGetTemperature");
    FIND(power, "nvmlDeviceGetPowerUsage");
    FIND(energy, "nvmlDeviceGetTotalEnergyConsumption");
    FIND(reasons, "nvmlDeviceGetCurrentClocksEventReasons");
    if (!watch->call.reasons) // its name before driver 535
        FIND(reasons, "nvmlDeviceGetCurrentClocksThrottleReasons");
    return watch->call.init && watch->call.shutdown && watch->call.by_bus;
}

Watch *watch_open(const char *pci_bus_id) {
    Watch *watch = heap_take(1, sizeof *watch);
    if (load(watch) && watch->call.init() == 0) {
        if (watch->call.by_bus(pci_bus_id, &watch->device) == 0)
            return watch;
        watch->call.shutdown();
    }
    if (watch->library)
        dlclose(watch->library);
    free(watch);
    return NULL;
}

void watch_close(Watch *watch) {
    if (!watch)
        return;
    watch->call.shutdown();
    dlclose(watch->library);
    free(watch);
}

void watch_driver(const Watch *watch, char *text, size_t size) {
    text[0] = '\0';
    if (watch && watch->call.driver && watch->call.driver(text, (unsigned)size) != 0)
        text[0] = '\0';
}

void watch_look(Watch *watch) {
    unsigned clock = 0, memory = 0, temperature = 0;
    unsigned long long reasons = 0;
    if (!watch)
        return;
    if (watch->call.clock) {
        watch->call.clock(watch->device, NVML_CLOCK_SM, &clock);
        watch->call.clock(watch->device, NVML_CLOCK_MEMORY, &memory);
    }
    if (watch->call.temperature)
        watch->call.temperature(watch->device, NVML_TEMPERATURE, &temperature);
    if (watch->call.reasons && watch->call.reasons(watch->device, &reasons) == 0)
        watch->reasons |= reasons;
    watch->clock_hz += clock * 1e6;
    watch->memory_clock_hz += memory * 1e6;
    watch->temperature_c += temperature;
    watch->looks++;
}

double watch_energy_j(const Watch *watch) {
    unsigned long long mj = 0;
    if (!watch || !watch->call.energy || watch->call.energy(watch->device, &mj) != 0)
        return NAN;
    return (double)mj * 1e-3;
}

double watch_power_w(const Watch *watch) {
    unsigned mw = 0;
    if (!watch || !watch->call.power || watch->call.power(watch->device, &mw) != 0)
        return NAN;
    return mw * 1e-3;
}

void watch_take(Watch *watch, Measurement *out) {
    if (!watch || watch->looks == 0)
        return;
    out->clock_hz = watch->clock_hz / watch->looks;
    out->memory_clock_hz = watch->memory_clock_hz / watch->looks;
    out->temperature_c = watch->temperature_c / watch->looks;
    cuda_throttle_words(watch->reasons, out->throttle, sizeof out->throttle);
    watch->clock_hz = watch->memory_clock_hz = watch->temperature_c = 0;
    watch->reasons = 0;
    watch->looks = 0;
}
