// reference_sum.h — the outputs of each kind in double precision, with what neighbours share kept between calls.
//
//     ReferenceSum sum = reference_sum_begin(task, seed);
//     for (places in rising order) reference_sum_at(&sum, place, &scale);
//     reference_sum_end(&sum);
#ifndef VALIDATE_REFERENCE_SUM_H
#define VALIDATE_REFERENCE_SUM_H

#include "validate/reference.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ReferenceSum {
    const Task *task;
    uint64_t seed;
    long row;        // whose work the buffers hold; -1: none
    double *weights; // attention: of the keys that the row sees
    long keys_row;   // sequence and kv_head of keys; -1: none
    long keys_first, keys_count;
    float *keys;  // of a sequence and head, as values
    int *experts; // route: the row's choices
    long *order;  // permute: token x top_k + choice of each place; unpermute: the inverse
} ReferenceSum;

ReferenceSum reference_sum_begin(const Task *task, uint64_t seed);
double reference_sum_at(ReferenceSum *sum, long place, double *scale);
void reference_sum_end(ReferenceSum *sum);

// Of prefill and decode; reference_sum_at calls it.
double reference_attention_at(ReferenceSum *sum, long place, double *scale);

#ifdef __cplusplus
}
#endif
#endif
