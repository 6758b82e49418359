#include "sim/cost.h"

#include <math.h>

double cost_usd_per_chip_hour(const Design *design) {
    double usd = design->usd_per_chip_hour > 0 ? design->usd_per_chip_hour
                                               : design->chip->price.usd_per_hour;
    return usd > 0 ? usd : (double)NAN;
}

double cost_usd_per_mtoken(const Design *design, double interval_s, double tokens) {
    double hours = interval_s / 3600 * design->plan.chips;
    return 1e6 * cost_usd_per_chip_hour(design) * hours / tokens;
}
