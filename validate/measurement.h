// measurement.h — what came of running a task: times with every sample, whether its result was right, and on what device.
//
// A results file is CSV: the columns of TASK_TABLE, DEVICE_TABLE and MEASUREMENT_TABLE, then cold_samples_us and
// warm_samples_us (numbers with blanks between, rounds with semicolons), then what was seen of the machine in each round.
// One row a task; a layer's row is followed by those of its parts, whose results were checked one by one. Rows of a task are
// written whole and at once, so that a killed run loses at most the task at hand. A row of more rounds stands for the earlier
// row of the same task.
#ifndef VALIDATE_MEASUREMENT_H
#define VALIDATE_MEASUREMENT_H

#include "sim/base/text.h"
#include "validate/task.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MEASUREMENT_TEXT 96
#define SAMPLES_MOST     64 // of a round
#define ROUNDS_MOST      6

typedef enum RunStatus {
    RUN_MEASURED,
    RUN_WRONG,         // its result was not that of the reference: never timed
    RUN_UNSUPPORTED,   // the backend or device has no such kernel
    RUN_OUT_OF_MEMORY, // does not fit the device
    RUN_TIMED_OUT,     // stopped after the limit
    RUN_CRASHED,       // took its process with it
    RUN_FAILED,        // the device or a library refused
    RUN_CHECKED, // its result was right, and it was not timed by itself: part of a layer, or a run of checks only
    RUN_STATUS_COUNT
} RunStatus;

extern const char *const RUN_STATUS_WORDS[RUN_STATUS_COUNT + 1]; // NULL-terminated

// What the measurement ran on, the same in every row of a run.
typedef struct Device {
    char backend[16];
    char device[MEASUREMENT_TEXT];    // as the driver names it
    char chip[MEASUREMENT_TEXT];      // chipfit's name for it; "": unknown
    char driver[MEASUREMENT_TEXT];    // version
    char libraries[MEASUREMENT_TEXT]; // "cublasLt 13.0.2, cudart 13.0"
    char version[MEASUREMENT_TEXT];   // git describe of the harness
    int cores;
    double memory_bytes;
    double store_bytes; // L2 or last-level cache
    double launch_s;    // of an empty kernel in a graph; host: of an empty parallel region
} Device;

// How far a time is to be trusted (rounds.h).
typedef enum Verdict {
    VERDICT_ONCE,   // there was one round: nothing confirms it
    VERDICT_SOUND,  // two rounds far apart in time agree, and nothing disturbed them
    VERDICT_DIFFER, // no round agrees with the fastest one
    VERDICT_OTHERS, // other programs ran on the device's cores
    VERDICT_STEAL,  // the hypervisor kept the cores from running
    VERDICT_CLOCK, // cores ran slower than before or after: their clock, or a neighbour on the other hardware thread
    VERDICT_COUNT
} Verdict;

extern const char *const VERDICT_WORDS[VERDICT_COUNT + 1]; // NULL-terminated

// Medians with 95 % confidence limits (order statistics), outliers by the median absolute deviation left out; of several
// rounds those of the fastest that counts.
typedef struct Timing {
    double median_s, low_s, high_s;
    double noise; // standard deviation over mean of what is kept
    int count;    // samples kept in samples_s, outliers and all rounds included
    int outliers; // of the round's
    int settled;  // 1: noise below the goal; 0: it settled above it; -1: time or samples ran out
    int verdict;  // Verdict
    int round_counts[ROUNDS_MOST]; // samples of each round, one round's after the other's
    double samples_s[SAMPLES_MOST * ROUNDS_MOST];
} Timing;

// What else the machine did during a round, as far as the backend can tell; all 0: it cannot.
typedef struct Round {
    double taken;  // share of the cores' time that others had while samples ran
    double stolen; // share that the hypervisor kept, which not every kernel takes off `taken`
    double pulse_flop_per_s; // multiply-adds in registers, between samples: falls with the clock
} Round;

typedef struct Measurement {
    int status;                    // RunStatus
    int parts;                     // of a layer: rows of the file that follow it; else 0
    char detail[MEASUREMENT_TEXT]; // why not, or what is odd about it
    char kernel[MEASUREMENT_TEXT]; // library, algorithm id, workspace
    char time[32];                 // UTC, ISO 8601
    double flop,
        bytes;   // task_flop, task_bytes (column least_bytes); of a layer: sums over its parts
    int checked; // outputs compared with the reference
    double error, tolerance; // largest deviation, and what is allowed, relative to reference_scale
    double clock_hz, memory_clock_hz, temperature_c; // mean during the run; 0: unknown
    double power_w, energy_j;        // during the run, and of one launch; 0: unknown
    char throttle[MEASUREMENT_TEXT]; // reasons seen; "": none
    int round_count;                 // times that it was visited and timed
    Round rounds[ROUNDS_MOST];
    Timing cold, warm; // operands from memory; operands as the run before left them
} Measurement;

extern const FieldTable DEVICE_TABLE;
extern const FieldTable MEASUREMENT_TABLE; // cold_us, cold_low_us, ..., warm_us, ... included

// Empty measurement of a task: flop and bytes.
void measurement_init(Measurement *measurement, const Task *task);

// The header line, and one row, with line ends.
void measurement_header(Text *out);
void measurement_row(Text *out, const Task *task, const Device *device,
                     const Measurement *measurement);

typedef struct Result {
    Task task;
    Device device;
    Measurement measurement;
} Result;

typedef struct Results {
    Result *list;
    int count, capacity;
    size_t
        whole; // bytes of the file up to the end of the last whole row (of a layer: of its last part)
} Results;

// Reads a results file. A last line that was cut off is dropped, and a last layer some of whose parts are missing: *cut
// tells. Freed by results_free, also after false.
bool results_read(Results *results, const char *name, const char *text, size_t size, bool *cut,
                  Error *err);
void results_free(Results *results);

#ifdef __cplusplus
}
#endif
#endif
