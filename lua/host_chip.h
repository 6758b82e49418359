// host_chip.h — what a probe found as a chip, and as the Lua file that --chip takes.
#ifndef LUA_HOST_CHIP_H
#define LUA_HOST_CHIP_H

#include "hw/chip.h"
#include "sim/base/text.h"
#include "validate/host/probe.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HOST_SYSTEM "alone" // hw/systems/alone.lua
#define HOST_FAMILY "host"

// name: must outlive the chip, as must the probe.
Chip host_chip(const HostProbe *probe, const char *name);

// date: "2026-11-22".
void host_chip_write(const Chip *chip, const HostProbe *probe, const char *date, Text *out);

#ifdef __cplusplus
}
#endif
#endif
