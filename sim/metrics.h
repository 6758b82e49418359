// metrics.h — what comes out for a design. METRICS_TABLE holds each key's unit, meaning and formula.
//
// A number that does not apply or is not known is NaN (null in JSON and SQL).
#ifndef SIM_METRICS_H
#define SIM_METRICS_H

#include "sim/base/field.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum Bound { BOUND_COMPUTE, BOUND_MEMORY, BOUND_COMM, BOUND_OVERHEAD, BOUND_COUNT } Bound;
typedef enum Mode { MODE_DATASHEET, MODE_CALIBRATED, MODE_COUNT } Mode;

extern const char *const BOUND_WORDS[];
extern const char *const MODE_WORDS[];

typedef struct Metrics {
    double time_s, interval_s, ttft_s, tpot_s;
    double time_low_s, time_high_s; // 90 % intervals; NaN in datasheet mode
    double ttft_low_s, ttft_high_s, tpot_low_s, tpot_high_s;
    double time_overlap_s, time_no_overlap_s; // the two ends of overlap
    double tokens_per_s, tokens_per_s_per_chip;
    double mfu, mbu;
    double compute_s, memory_s, comm_s, overhead_s;                   // sum to time_s
    double flop, executed_flop, hbm_bytes, comm_bytes;                // sums over chips
    double weight_bytes, kv_bytes, hbm_used_bytes, hbm_missing_bytes; // of the fullest chip
    double max_batch;
    double params, active_params;
    double energy_j_per_token, power_w, usd_per_mtoken, loss;
    int bound; // Bound
    int mode;  // Mode
    bool fits;
    bool extrapolated;
} Metrics;

extern const FieldTable METRICS_TABLE;

#ifdef __cplusplus
}
#endif
#endif
