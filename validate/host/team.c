#define _GNU_SOURCE // cpu_set_t
#include "validate/host/team.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CPU_FOLDER   "/sys/devices/system/cpu"
#define QUOTA_FILE   "/sys/fs/cgroup/cpu.max"
#define CACHE_LEVELS 8

// First line of a small file of the kernel's; false: there is none.
static bool read_line(char *line, size_t size, const char *path) {
    FILE *file = fopen(path, "r");
    bool good = file && fgets(line, (int)size, file);
    if (file)
        fclose(file);
    if (good)
        line[strcspn(line, "\n")] = '\0';
    return good;
}

// The first hardware thread of the cpu's core; lists look like "0,64" or "0-1".
static int first_sibling(int cpu) {
    char path[128], line[256];
    snprintf(path, sizeof path, CPU_FOLDER "/cpu%d/topology/thread_siblings_list", cpu);
    return read_line(line, sizeof line, path) ? atoi(line) : cpu;
}

// Cores' worth of time that the control group grants; 0: no limit.
static double quota_cores(void) {
    char line[128];
    double quota, period;
    if (!read_line(line, sizeof line, QUOTA_FILE) || sscanf(line, "%lf %lf", &quota, &period) != 2)
        return 0;
    return period > 0 ? quota / period : 0;
}

static void choose_cpus(HostTeam *team) {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) == 0)
        CPU_SET(0, &allowed);
    for (int cpu = 0; cpu < CPU_SETSIZE && cpu < HOST_THREADS; cpu++) {
        if (!CPU_ISSET(cpu, &allowed))
            continue;
        team->home[team->home_count++] = cpu;
        int first = first_sibling(cpu);
        if (first == cpu || first < 0 || first >= CPU_SETSIZE || !CPU_ISSET(first, &allowed))
            team->cpus[team->threads++] = cpu;
    }
    double quota = quota_cores();
    if (quota >= 1 && quota < team->threads)
        team->threads = (int)quota;
#ifdef __SANITIZE_THREAD__
    team->threads = 1; // it knows nothing of how the OpenMP runtime, built without it, waits
#endif
}

// Bytes of the cpu's largest cache, and which cpus share it.
static double largest_cache(int cpu, char shared[256]) {
    double largest = 0;
    for (int i = 0; i < CACHE_LEVELS; i++) {
        char path[128], line[256];
        snprintf(path, sizeof path, CPU_FOLDER "/cpu%d/cache/index%d/size", cpu, i);
        if (!read_line(line, sizeof line, path))
            break;
        char *end;
        double bytes = strtod(line, &end) * (*end == 'M' ? 0x1p20 : *end == 'K' ? 0x1p10 : 1);
        if (bytes <= largest)
            continue;
        largest = bytes;
        snprintf(path, sizeof path, CPU_FOLDER "/cpu%d/cache/index%d/shared_cpu_list", cpu, i);
        if (!read_line(shared, 256, path))
            snprintf(shared, 256, "%d", cpu);
    }
    return largest;
}

// Where nothing is said of caches: as much as most machines have at least.
#define UNKNOWN_STORE_BYTES 0x1p25

// Cores that share a cache stand beside each other in the numbering or at a stride, so each list is counted once by its
// first cpu.
static double store_bytes(const HostTeam *team) {
    double sum = 0;
    char seen[HOST_THREADS] = {0};
    for (int i = 0; i < team->threads; i++) {
        char shared[256];
        double bytes = largest_cache(team->cpus[i], shared);
        int first = bytes > 0 ? atoi(shared) : 0;
        if (bytes > 0 && first >= 0 && first < HOST_THREADS && !seen[first]) {
            seen[first] = 1;
            sum += bytes;
        }
    }
    return sum > 0 ? sum : UNKNOWN_STORE_BYTES;
}

static void pin(void *context, int thread, int threads) {
    const HostTeam *team = context;
    cpu_set_t one;
    (void)threads;
    CPU_ZERO(&one);
    CPU_SET(team->cpus[thread], &one);
    (void)!sched_setaffinity(0, sizeof one, &one); // where it is refused, the scheduler decides
}

bool host_team_open(HostTeam *team, Error *err) {
    *team = (HostTeam){0};
    if (!host_library_open(&team->library, err))
        return false;
    choose_cpus(team);
    team->store_bytes = store_bytes(team);
    team->library.set_threads(team->threads);
    host_team_run(team, pin, team);
    return true;
}

void host_team_close(HostTeam *team) {
    cpu_set_t all;
    CPU_ZERO(&all);
    for (int i = 0; i < team->home_count; i++)
        CPU_SET(team->home[i], &all);
    (void)!sched_setaffinity(0, sizeof all, &all);
    host_library_close(&team->library);
}

typedef struct Region {
    const HostTeam *team;
    HostWork *work;
    void *context;
} Region;

static void enter(void *context) {
    const Region *region = context;
    region->work(region->context, region->team->library.thread_number(), region->team->threads);
}

void host_team_run(const HostTeam *team, HostWork *work, void *context) {
    Region region = {team, work, context};
    if (team->threads == 1)
        work(context, 0, 1);
    else
        team->library.parallel(enter, &region, (unsigned)team->threads, 0);
}
