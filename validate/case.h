// case.h — a published row as a design (or as ops), and what the model says of its number.
//
//     CSV ── case_read ──> Case { request or row, quantity } ── case_predict (engine or none) ──> CaseAnswer
//
// `batch` is all sequences together, but per chip in families that say so (PER_CHIP in case.c). A closed loop becomes phase
// serve; a static batch generate; without a batch it is the largest that the KV cache has room for. What does not fit beside
// the others waits its turn, as engines let it.
#ifndef VALIDATE_CASE_H
#define VALIDATE_CASE_H

#include "sim/metrics.h"
#include "sim/request.h"
#include "validate/row.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CASE_TEXT 96

// What the row's number is.
typedef enum CaseQuantity {
    CASE_TTFT,          // s
    CASE_TPOT,          // s
    CASE_TIME,          // s, of the whole workload
    CASE_OUTPUT_RATE,   // tokens/s of all chips
    CASE_CHIP_RATE,     // of one chip
    CASE_NODE_RATE,     // of a node of eight
    CASE_SEQUENCE_RATE, // of one sequence
    CASE_KERNEL_TIME,   // s, of the row's ops
    CASE_KERNEL_RATE,   // FLOP/s of them
    CASE_BUS_RATE       // bytes/s, as nccl-tests' busbw
} CaseQuantity;

typedef struct Case {
    char id[CASE_TEXT], family[CASE_TEXT], metric[CASE_TEXT], model[CASE_TEXT], chip[CASE_TEXT];
    char engine[CASE_TEXT]; // "" where none is named
    char skipped[160];      // why there is no answer; "" where there is one
    bool serving;           // a design; else ops
    bool stated_batch;
    bool median;         // of requests, where others are means
    bool faster_is_more; // a rate; else a time
    CaseQuantity quantity;
    double value, tolerance; // in the row's unit
    double unit;             // of it in base units
    Request request;         // texts are the case's and constant ones
    char formats[CASE_TEXT];
    double
        rounds; // that the benchmark ran, all sequences begun at once; 0: it is told of the steady state
    double connections; // that its client held; 0: as many as are in flight
    Row row;
    double work; // FLOP or bus bytes of the row's ops
} Case;

typedef struct CaseAnswer {
    double predicted, low, high; // in the row's unit; low and high NaN without an interval
    double batch;                // that ran at once
} CaseAnswer;

// False: the row is wrong. What cannot be answered is no error: `skipped` says why.
bool case_read(const Csv *csv, const Catalog *catalog, Case *it, Error *err);

// The model's number; engine NULL: kernels alone. False: `skipped` says why there is none.
bool case_predict(Case *it, const Catalog *catalog, const Engine *engine, const Profile *profile,
                  CaseAnswer *answer);

#ifdef __cplusplus
}
#endif
#endif
