// share.h — how much of the frontier of a whole space a search has found.
//
// In each group: the hypervolume of what was found as a share of that of the whole frontier. Both are measured from the ideal
// point of the whole frontier (0) to its worst value of each objective and a tenth of the range beyond (1). An objective that
// does not vary on a frontier does not change the share.
#ifndef SEARCH_SHARE_H
#define SEARCH_SHARE_H

#include "search/frontier.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SHARE_OBJECTIVES 4 // more take too long

typedef struct Share {
    double mean, least; // over the groups of the whole frontier; NaN where an objective is infinite
    int groups;
    int64_t designs, found; // of the whole frontier; those of them that were found
} Share;

Share share_of(const Frontier *found, const Frontier *whole, const Goal *goal);

#ifdef __cplusplus
}
#endif
#endif
