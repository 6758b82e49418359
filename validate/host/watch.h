// host/watch.h — what else the machine does while a kernel is timed on it: who takes its cores, and how fast they run.
//
//     host_watch_begin ── before each sample: host_watch_pulse ── around it: host_watch_enter, host_watch_leave ── host_watch_tell
// While a sample runs all threads of the team are at work or wait busily for each other, so that CPU time of this process
// that is short of wall time x threads was taken by other programs. What the hypervisor of a virtual machine keeps is steal
// in /proc/stat. What shares a core without taking its time, a neighbour on the other hardware thread or a lowered clock, slows
// a stretch of multiply-adds in registers, a pulse.
#ifndef VALIDATE_HOST_WATCH_H
#define VALIDATE_HOST_WATCH_H

#include "validate/host/team.h"
#include "validate/measurement.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HOST_PULSES 64

typedef struct HostWatch {
    double wall_s, own_s; // of all samples so far: times the threads; CPU time of this process
    double enter_s, enter_own_s; // of the sample at hand
    double begin_s, steal_s;     // when it began, and steal of the team's cores until then
    double looked_s, pulsed_s;   // last look at /proc/stat; last pulse
    double stolen;               // share of the cores' time so far
    int pulse_count;             // so far; the last HOST_PULSES are kept
    double pulses[HOST_PULSES];  // multiply-adds a second of the slowest thread, times the threads
} HostWatch;

void host_watch_begin(HostWatch *watch, const HostTeam *team);

// Takes a pulse if the last one is 10 ms ago: a hundredth of the time.
void host_watch_pulse(HostWatch *watch, const HostTeam *team);

// Before and after a sample.
void host_watch_enter(HostWatch *watch);
void host_watch_leave(HostWatch *watch, const HostTeam *team);

// What was seen since the beginning.
void host_watch_tell(const HostWatch *watch, Round *round);

// FLOP a second of all threads in multiply-adds on registers, once: 2 each.
double host_pulse_flop_per_s(const HostTeam *team, long repeats);

#ifdef __cplusplus
}
#endif
#endif
