// collective.h — time of collectives over a group: the best algorithm on each level, levels in phases, each charged once.
//
// n members, V bytes (see CollectiveKind), w bytes/s a chip and direction, a seconds a step:
//     switch   all_gather, reduce_scatter   a + (n-1)/n V/w, every member to every other at once
//              all_reduce    two-shot 2a + 2 (n-1)/n V/w; one-shot a + (n-1) V/w;
//                            in-network 2a + V/w where the switch adds up
//              all_to_all    a + (n-1)/n V/w
//              (rings and trees send as much in more steps, so they never win where all pairs are one step apart)
//     mesh     the same with w (n-1)/(N-1), N chips in the domain: links to chips outside the group lie idle
//     bus      the same with w/2 and 2a: in to the host and out again
//     torus    all_gather    wrapped axis: floor(n/2) max(a, (V/n)/w) both ways round; open axis: (n-1) max(a, (V/n)/w);
//                            over X axes at once the bytes divide by X, but no chip takes in more than its links carry
//              all_reduce    2 x all_gather;  all_to_all  wrapped n V/(8 w), open n V/(4 w), the slowest axis
//              a group that takes every s-th chip of an axis shares its links with s - 1 others: w/s, s a
//     ring        (n-1) (a + (V/n)/w) with w of one link, a and w those of the slowest level; on a torus along its axes
//     two levels  all_reduce: reduce_scatter inside, all_reduce of V/n0 across, all_gather inside;
//              all_to_all: what is meant for other domains across, the rest inside
//
// Calibrated, a switch's phase takes the soonest of the library's protocols (bulk, line, quick: LinkKernel), each
//     (start + (n - 2) more) a + ((n-1)/n V + own V/n) / (efficiency w)
// less what of the shorter term hides behind the longer; in the datasheet's mode all of them are the lines above.
// Libraries switch to bulk where V/n / w exceeds bulk_after, sooner than pays; an engine's own all-reduce where its
// buffers end (reach).
// Sources: ring and torus forms: How to Scale Your Model (Austin et al. 2025), "Sharded matrices", sec. 3; switch
// forms: Thakur, Rabenseifner, Gropp 2005, "Optimization of collective communication operations in MPICH".
#ifndef SIM_COLLECTIVE_H
#define SIM_COLLECTIVE_H

#include "sim/fit.h"
#include "sim/network.h"

#ifdef __cplusplus
extern "C" {
#endif

// Time and bytes sent by one chip; latency and transfer apart.
typedef struct Transfer {
    double latency_s;
    double bytes_s; // bytes over bandwidth
    double least_s; // at the links' peak, nothing else in the way
    double bytes;   // sent by the fullest chip
} Transfer;

// What a fit from within one node says of protocols and shares is no word on the network between nodes: where it was never
// measured, that level takes the datasheet's constants.
typedef struct LinkKernels {
    const LinkKernel *inside, *between; // the innermost level, those around it
} LinkKernels;

// Whether a fit knows such a group: half as many ranks again as were measured pass for the same, and no more ranks than an
// innermost domain holds tell nothing of what lies between two.
bool link_knows(const Fit *fit, const GroupMap *map);
LinkKernels link_kernels(const Fit *fit, const GroupMap *map);

Transfer collective_transfer(const LinkKernel *kernel, const GroupMap *map, CollectiveKind kind,
                             double bytes);

// `bytes`: a member's buffer, an equal part of it for every member of the group that meets at that level.
Transfer level_exchange(const LinkKernel *kernel, const GroupLevel *part, double bytes);

// Point to point over `hops` links of a level (torus: over `links` disjoint paths at once).
Transfer send_transfer(const LinkKernel *kernel, const Level *level, int hops, int links,
                       double bytes);

// Shard size below which a hop is bound by latency: latency x bandwidth.
double hop_critical_bytes(const Level *level);

OpCost collective_cost(const Machine *machine, const Fit *fit, const CollectiveShape *shape);
OpCost send_cost(const Machine *machine, const Fit *fit, const SendShape *shape);

// A transfer with the launch of its kernel and the correction of the fit.
OpCost transfer_cost(const Machine *machine, const Fit *fit, Transfer transfer, FitPoint point);

#ifdef __cplusplus
}
#endif
#endif
