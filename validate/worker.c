#include "validate/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "sim/base/clock.h"
#include "sim/base/heap.h"
#include "validate/column.h"

#define OPEN_LIMIT_S       120.0 // a driver that has to wake several devices takes tens of seconds
#define END_LIMIT_S        30.0  // a killed process may have to wait for its kernel on the device
#define EXIT_NO_MEMORY     77
#define DESCRIPTORS_MOST   1024
#define MEMORY_PROBE_BYTES ((size_t)1 << 26)

// What the child says after it opened the device.
typedef struct Opened {
    bool good;
    Device about;
    Error err;
} Opened;

static bool put(int line, const void *bytes, size_t size) {
    const char *from = (const char *)bytes;
    while (size > 0) {
        ssize_t done = send(line, from, size, MSG_NOSIGNAL);
        if (done < 0 && errno != EINTR)
            return false;
        from += done > 0 ? done : 0;
        size -= done > 0 ? (size_t)done : 0;
    }
    return true;
}

typedef enum Got { GOT_ALL, GOT_LATE, GOT_END } Got;

// Waits until `size` bytes came, the other side ended, or the clock passed until_s.
static Got take(int line, void *bytes, size_t size, double until_s) {
    char *into = (char *)bytes;
    while (size > 0) {
        struct pollfd ready = {.fd = line, .events = POLLIN};
        double left_s = until_s - clock_s();
        if (left_s <= 0)
            return GOT_LATE;
        int wait_ms = left_s > 1e6 ? 1000000000 : (int)(left_s * 1e3) + 1;
        int polled = poll(&ready, 1, wait_ms);
        if (polled < 0 && errno != EINTR)
            return GOT_END;
        if (polled <= 0)
            continue;
        ssize_t done = recv(line, into, size, 0);
        if (done == 0 || (done < 0 && errno != EINTR))
            return GOT_END;
        into += done > 0 ? done : 0;
        size -= done > 0 ? (size_t)done : 0;
    }
    return GOT_ALL;
}

// Where memory ran out just before, a null pointer or abort() is what came of it.
static void on_death(int signal) {
    if (errno == ENOMEM)
        _exit(EXIT_NO_MEMORY);
    raise(signal); // the default action, since the handler is used once
}

static void watch_deaths(void) {
    struct sigaction once = {.sa_handler = on_death, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGABRT, &once, NULL);
    sigaction(SIGSEGV, &once, NULL);
    sigaction(SIGBUS, &once, NULL);
}

// Nothing of the parent's that a kernel library could harm or hold: no files, no standard input and output, no core dump
// of a whole device's memory; and no life after the parent's.
static void leave_parent(int line, pid_t parent, double memory_bytes) {
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(1);
    long most = sysconf(_SC_OPEN_MAX);
    for (int i = 3; i < (most > 0 && most < DESCRIPTORS_MOST ? most : DESCRIPTORS_MOST); i++)
        if (i != line)
            close(i);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        close(nothing);
    }
    dup2(STDERR_FILENO, STDOUT_FILENO);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (memory_bytes > 0) {
        rlim_t limit = (rlim_t)memory_bytes;
        setrlimit(RLIMIT_DATA, &(struct rlimit){limit, limit});
    }
    watch_deaths();
}

// The child's life: opens the device, then runs what it is told until the line ends.
static void live(const Job *job, int line) {
    void *device = NULL;
    Opened *opened = (Opened *)heap_take(1, sizeof *opened);
    opened->good = job->backend->open(&device, &opened->about, &opened->err);
    if (!put(line, opened, sizeof *opened) || !opened->good)
        _exit(0);
    int index;
    while (take(line, &index, sizeof index, HUGE_VAL) == GOT_ALL) {
        size_t count = 1 + (size_t)tasks_parts(job->tasks, index);
        Measurement *out = (Measurement *)heap_take(count, sizeof *out);
        errno = 0;
        worker_task(job, device, index, out);
        if (!put(line, out, count * sizeof *out))
            _exit(0);
        free(out);
    }
    job->backend->close(device);
    _exit(0);
}

// Waits for the process's end; kills it if that does not come. *ended: how it ended, if it did so by itself.
static bool await(pid_t pid, double until_s, int *ended) {
    pid_t got;
    while ((got = waitpid(pid, ended, WNOHANG)) == 0 || (got < 0 && errno == EINTR)) {
        if (clock_s() > until_s)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return true;
}

static void forget(Worker *worker) {
    close(worker->line);
    *worker = (Worker){.line = -1};
}

// Kills it. A process that hangs in its driver beyond all limits is left to the system.
static void kill_now(Worker *worker) {
    int ended = 0;
    kill(worker->pid, SIGKILL);
    await(worker->pid, clock_s() + END_LIMIT_S, &ended);
    forget(worker);
}

void worker_stop(Worker *worker) {
    int ended = 0;
    if (worker->pid == 0)
        return;
    shutdown(worker->line, SHUT_WR);
    if (await(worker->pid, clock_s() + END_LIMIT_S, &ended))
        forget(worker);
    else
        kill_now(worker);
}

// Says how a process ended by itself; RUN_OUT_OF_MEMORY or RUN_CRASHED.
static RunStatus tell_end(int ended, double memory_bytes, char *text, size_t size) {
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == EXIT_NO_MEMORY) {
        snprintf(text, size, "its process found no more memory%s",
                 memory_bytes > 0 ? " under the limit set" : "");
        return RUN_OUT_OF_MEMORY;
    }
    if (WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL) {
        snprintf(text, size,
                 "its process was killed by the system, as is done when memory runs out");
        return RUN_OUT_OF_MEMORY;
    }
    if (WIFSIGNALED(ended))
        snprintf(text, size, "its process died of signal %d, %s", WTERMSIG(ended),
                 strsignal(WTERMSIG(ended)));
    else
        snprintf(text, size, "its process ended itself with code %d", WEXITSTATUS(ended));
    return RUN_CRASHED;
}

// The line is dead, so the process is about to be.
static RunStatus tell_loss(Worker *worker, double memory_bytes, char *text, size_t size) {
    int ended = 0;
    RunStatus status = RUN_CRASHED;
    if (await(worker->pid, clock_s() + END_LIMIT_S, &ended)) {
        status = tell_end(ended, memory_bytes, text, size);
        forget(worker);
    } else {
        snprintf(text, size, "its process fell silent and was killed");
        kill_now(worker);
    }
    return status;
}

static bool begin(Worker *worker, const Job *job, Error *err) {
    int lines[2];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, lines) != 0)
        return error_set(err, "no socket to a child process: %s", strerror(errno));
    fflush(NULL); // or both would write what is buffered
    pid_t pid = fork();
    if (pid < 0) {
        error_set(err, "no child process: %s", strerror(errno));
        close(lines[0]);
        close(lines[1]);
        return false;
    }
    if (pid == 0) {
        leave_parent(lines[1], parent, job->options->memory_bytes);
        live(job, lines[1]);
    }
    close(lines[1]);
    *worker = (Worker){.pid = pid, .line = lines[0]};
    return true;
}

bool worker_start(Worker *worker, const Job *job, Device *about, Error *err) {
    *worker = (Worker){.line = -1};
    if (!begin(worker, job, err))
        return false;
    Opened *opened = (Opened *)heap_take(1, sizeof *opened);
    Got got = take(worker->line, opened, sizeof *opened, clock_s() + OPEN_LIMIT_S);
    bool good = got == GOT_ALL && opened->good;
    char why[MEASUREMENT_TEXT];
    if (good) {
        *about = opened->about;
        columns_clean(&DEVICE_TABLE, about); // or it would not be that of the file's rows
    } else if (got == GOT_ALL) {
        *err = opened->err;
        worker_stop(worker);
    } else if (got == GOT_LATE) {
        kill_now(worker);
        error_set(err, "backend %s did not open its device within %.0f s", job->backend->name,
                  OPEN_LIMIT_S);
    } else {
        tell_loss(worker, job->options->memory_bytes, why, sizeof why);
        error_set(err, "backend %s was lost while it opened its device: %s", job->backend->name,
                  why);
    }
    free(opened);
    return good;
}

void worker_run(Worker *worker, const Job *job, int index, Measurement out[]) {
    int count = 1 + tasks_parts(job->tasks, index);
    char why[MEASUREMENT_TEXT];
    RunStatus status;
    double limit_s = job->options->limit_s * count;
    put(worker->line, &index, sizeof index); // a dead line shows in what follows
    Got got = take(worker->line, out, (size_t)count * sizeof *out, clock_s() + limit_s);
    if (got == GOT_ALL)
        return;
    if (got == GOT_LATE) {
        status = RUN_TIMED_OUT;
        snprintf(why, sizeof why, "not done after %.3g s", limit_s);
        kill_now(worker);
    } else {
        status = tell_loss(worker, job->options->memory_bytes, why, sizeof why);
    }
    worker_blank(job, index, status, out);
    memcpy(out[0].detail, why, sizeof why);
}
