// routing.h — what random routing does to experts: how many distinct ones are hit, how full the fullest rank is.
#ifndef ARCH_ROUTING_H
#define ARCH_ROUTING_H

#ifdef __cplusplus
extern "C" {
#endif

// Expected distinct experts among `experts` when `tokens` each pick top_k different ones: E (1 - (1 - k/E)^T).
// skew: Zipf exponent of the experts' popularity.
double routing_distinct(double experts, double top_k, double tokens, double skew);

// Expected (token, expert) pairs on the fullest of `ranks`, over the mean; at least 1. The spread of random
// routing times the expected extreme of R normals (Gumbel); under skew the hottest rank's share before that, with
// experts dealt to ranks in turn by popularity.
double routing_hottest(double experts, double top_k, double tokens, double ranks, double skew);

// Expected distinct groups that one token's top_k experts fall in, out of `groups` of experts/groups each:
// G (1 - C(E - E/G, k)/C(E, k)).
double routing_groups_hit(double experts, double top_k, double groups);

#ifdef __cplusplus
}
#endif
#endif
