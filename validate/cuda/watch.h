// cuda/watch.h — clocks, temperature, power and throttle reasons of a GPU while it works, by NVML.
//
// NVML belongs to the driver and is loaded when the program runs (libnvidia-ml.so.1); without it nothing is known and
// nothing fails. A Watch adds up what each look sees; watch_take writes the means into a measurement.
#ifndef VALIDATE_CUDA_WATCH_H
#define VALIDATE_CUDA_WATCH_H

#include "validate/measurement.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Watch Watch;

// pci_bus_id as cudaDeviceGetPCIBusId writes it. NULL: no NVML here, or it does not know the device.
Watch *watch_open(const char *pci_bus_id);
void watch_close(Watch *watch);

// The driver's version; "" unknown.
void watch_driver(const Watch *watch, char *text, size_t size);

// One look: clocks, temperature, throttle reasons.
void watch_look(Watch *watch);

// Joules since the driver was loaded; NaN: not told by this chip.
double watch_energy_j(const Watch *watch);

// Watts now, by NVML's own averaging; NaN: not told.
double watch_power_w(const Watch *watch);

// Means of all looks since the last take.
void watch_take(Watch *watch, Measurement *out);

#ifdef __cplusplus
}
#endif
#endif
