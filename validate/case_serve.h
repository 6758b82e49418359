// case_serve.h — a published closed loop: the model's steady state under the conditions of the benchmark that measured it.
//
// Those are found in the rows themselves, by source: how often each place ran, so that the queue of the beginning counts; and
// how many connections the client held, beyond which sequences "in flight" waited in the client.
#ifndef VALIDATE_CASE_SERVE_H
#define VALIDATE_CASE_SERVE_H

#include "validate/case.h"

#ifdef __cplusplus
extern "C" {
#endif

// From the row's engine and what its notes say.
void case_serve_conditions(Case *it, const char *notes);

// The loop's metrics; *ran: sequences that ran at once.
void case_serve(const Case *it, Design *design, Metrics *metrics, double *ran);

#ifdef __cplusplus
}
#endif
#endif
