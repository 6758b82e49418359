// schedule.h — into which units of work a dp group's batch is cut on its way through the stages.
//
// Rules where the plan leaves them open:
//     prefill  chunk          the whole prompt; with pp > 1 a part of it in 4 pp, but at least 256 tokens; with experts
//                             256 x experts / top_k, so that an expert sees enough of them, at most 2048
//              micro_batches  as many as keep a unit at or below 16384 tokens (one sequence at least); with pp > 1 also
//                             enough for 4 pp units in all, while there are sequences
//     decode   micro_batches  as many as there are stages, while there are sequences
#ifndef SIM_SCHEDULE_H
#define SIM_SCHEDULE_H

#include "sim/design.h"

#ifdef __cplusplus
extern "C" {
#endif

#define UNIT_TOKENS         16384 // the order of serving engines' token budget of a step
#define CHUNK_TOKENS        256   // below it matmuls of a chunk leave the matrix units idle
#define EXPERT_CHUNK_TOKENS 2048
#define UNITS_PER_STAGE     4

typedef struct Schedule {
    int group_batch;      // sequences of the fullest dp group
    int micro_batches;    // that follow each other
    int sequences;        // of one of them; the last may hold fewer and is charged as a full one
    int new_tokens;       // of a sequence: uncached prompt, or 1
    int chunk;            // of them a unit takes
    int chunks;           // units a micro-batch
    double all_sequences; // of all dp groups in a unit, on average
} Schedule;

Schedule schedule_prefill(const Design *design, int batch);
Schedule schedule_decode(const Design *design, int batch);

#ifdef __cplusplus
}
#endif
#endif
