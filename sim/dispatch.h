// dispatch.h — time to bring tokens to the ranks of their experts, and the results back (combine).
//
// T tokens a rank of b bytes, which hit g of the n ranks (routing_groups_hit), k experts a token, E/n experts a rank:
//     bytes    T b g (n-1)/n, of the levels within; across nodes once for each node hit
//     time     launch + k copy + E/n expert + exchange of the bytes (collective.h) + T b passes / memory bandwidth,
//              the exchange no shorter than T / min(E, cores) x token
// Kernels for few tokens (low latency) send a copy to each of the k experts instead: duplicates = 1.
#ifndef SIM_DISPATCH_H
#define SIM_DISPATCH_H

#include "sim/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

#define DISPATCH_CORES 24 // that DeepEP's kernels for many tokens take unless told otherwise

OpCost dispatch_cost(const Machine *machine, const Fit *fit, const DispatchShape *shape);

#ifdef __cplusplus
}
#endif
#endif
