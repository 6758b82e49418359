// links_test.h — links without a protocol's cost, and with a given share of their bandwidth, for tests.
#ifndef SIM_LINKS_TEST_H
#define SIM_LINKS_TEST_H

#include "hw/kernel.h"

static inline LinkKernel links_of(double efficiency) {
    LinkKernel kernel = LINK_CONSTANTS;
    kernel.link_efficiency = kernel.quick_efficiency = efficiency;
    return kernel;
}

#endif
