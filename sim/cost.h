// cost.h — what tokens cost at the chips' hourly rent.
//
//     usd_per_mtoken = rent of a chip an hour x chips x interval_s / 3600 / tokens x 1e6
//
// Rents are dated quotes that differ 3 to 4 times between providers: a design may bring its own (usd_per_chip_hour). A
// chip without a quote has no cost (NaN). Capital, lifetime and electricity do not count yet.
#ifndef SIM_COST_H
#define SIM_COST_H

#include "sim/design.h"

#ifdef __cplusplus
extern "C" {
#endif

// Rent of one chip: the design's own, else the chip's; NaN when there is neither.
double cost_usd_per_chip_hour(const Design *design);

// tokens: that the workload is credited with, once an interval.
double cost_usd_per_mtoken(const Design *design, double interval_s, double tokens);

#ifdef __cplusplus
}
#endif
#endif
