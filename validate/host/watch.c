#include "validate/host/watch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "validate/host/vector.h"
#include "validate/score.h"

#define PULSE_EVERY_S 10e-3
#define PULSE_REPEATS 20000 // some 0.1 ms
#define LOOK_EVERY_S  50e-3
#define STAT_FILE     "/proc/stat"
// Steal is told in ticks: fewer may belong to what went before.
#define LEAST_TICKS 3

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

// --- Pulses ------------------------------------------------------------------------------------------------------------

#define CHAINS 8 // multiply-adds in flight: 2 a cycle with a latency of 4

HOST_WIDEST static float multiply_adds(long repeats) {
    HostLanes sums[CHAINS], half = {0}, one = {0};
    for (int i = 0; i < HOST_LANES; i++) {
        half[i] = 0.5f;
        one[i] = 1;
    }
    for (int i = 0; i < CHAINS; i++)
        sums[i] = one * (float)i;
    for (long k = 0; k < repeats; k++)
        for (int i = 0; i < CHAINS; i++)
            sums[i] = sums[i] * half + one;
    float sum = 0;
    for (int i = 0; i < CHAINS; i++)
        sum += host_sum_lanes(&sums[i]);
    return sum;
}

typedef struct Pulse {
    long repeats;
    float sink[HOST_THREADS]; // so that the sums are worked out
} Pulse;

static void add_up(void *context, int thread, int threads) {
    Pulse *pulse = context;
    (void)threads;
    pulse->sink[thread] = multiply_adds(pulse->repeats);
}

double host_pulse_flop_per_s(const HostTeam *team, long repeats) {
    Pulse pulse = {.repeats = repeats};
    double begin_s = seconds(CLOCK_MONOTONIC);
    host_team_run(team, add_up, &pulse);
    double time_s = seconds(CLOCK_MONOTONIC) - begin_s;
    return 2.0 * HOST_LANES * CHAINS * team->threads * (double)repeats / time_s;
}

void host_watch_pulse(HostWatch *watch, const HostTeam *team) {
    if (seconds(CLOCK_MONOTONIC) < watch->pulsed_s + PULSE_EVERY_S)
        return;
    watch->pulses[watch->pulse_count++ % HOST_PULSES] = host_pulse_flop_per_s(team, PULSE_REPEATS);
    watch->pulsed_s = seconds(CLOCK_MONOTONIC);
}

// --- The cores ---------------------------------------------------------------------------------------------------------

static bool of_team(const HostTeam *team, int cpu) {
    for (int i = 0; i < team->threads; i++)
        if (team->cpus[i] == cpu)
            return true;
    return false;
}

// Seconds that the hypervisor kept the team's cores from running since the machine began; 0 where nothing is told.
static double steal_s(const HostTeam *team) {
    char line[512];
    double ticks = 0, steal;
    int cpu;
    FILE *file = fopen(STAT_FILE, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "cpu%d %*s %*s %*s %*s %*s %*s %*s %lf", &cpu, &steal) == 2 &&
            of_team(team, cpu))
            ticks += steal;
    if (file)
        fclose(file);
    return ticks / (double)sysconf(_SC_CLK_TCK);
}

void host_watch_begin(HostWatch *watch, const HostTeam *team) {
    double now_s = seconds(CLOCK_MONOTONIC);
    *watch = (HostWatch){.begin_s = now_s, .looked_s = now_s, .steal_s = steal_s(team)};
}

void host_watch_enter(HostWatch *watch) {
    watch->enter_own_s = seconds(CLOCK_PROCESS_CPUTIME_ID);
    watch->enter_s = seconds(CLOCK_MONOTONIC);
}

void host_watch_leave(HostWatch *watch, const HostTeam *team) {
    double now_s = seconds(CLOCK_MONOTONIC);
    watch->wall_s += (now_s - watch->enter_s) * team->threads;
    watch->own_s += seconds(CLOCK_PROCESS_CPUTIME_ID) - watch->enter_own_s;
    if (now_s < watch->looked_s + LOOK_EVERY_S)
        return;
    watch->looked_s = now_s;
    double stolen_s = steal_s(team) - watch->steal_s;
    bool told = stolen_s * (double)sysconf(_SC_CLK_TCK) > LEAST_TICKS - 0.5;
    watch->stolen = told ? stolen_s / ((now_s - watch->begin_s) * team->threads) : 0;
}

void host_watch_tell(const HostWatch *watch, Round *round) {
    double sorted[HOST_PULSES];
    int count = watch->pulse_count < HOST_PULSES ? watch->pulse_count : HOST_PULSES;
    for (int i = 0; i < count; i++)
        sorted[i] = watch->pulses[i];
    score_sort(sorted, count);
    round->taken = watch->wall_s > 0 ? fmax(0, 1 - watch->own_s / watch->wall_s) : 0;
    round->stolen = fmax(0, watch->stolen);
    round->pulse_flop_per_s = count > 0 ? sorted[count / 2] : 0;
}
