// ndtree.h — points none of which is as small as another on all axes, found by what is below or above a corner.
//
// Each node keeps the least and the greatest coordinates of its entries, as in Jaszkiewicz and Lust, "ND-Tree-based
// update: a fast algorithm for the dynamic nondominance problem", 2018; a corner that is not above the least, or not
// below the greatest, rules the whole node out. Unlike theirs, a node is divided at the median of its widest axis
// (Bentley, k-d trees, 1975), so that infinite coordinates and axes of any scale will do, and a lopsided node is built
// again (Galperin and Rivest, scapegoat trees, 1993), so that points may come in any order. "Below" and "above" include
// equal.
#ifndef SEARCH_NDTREE_H
#define SEARCH_NDTREE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NDTREE_AXES 6

typedef struct NdTree NdTree;

// For 1 to NDTREE_AXES axes. ndtree_free frees it.
NdTree *ndtree_new(int axes);
void ndtree_free(NdTree *tree);

// The coordinates of an entry that is below the corner on every axis, valid until the tree changes, and its tag; NULL
// when there is none.
const double *ndtree_below(const NdTree *tree, const double corner[], uint32_t *tag);

// Takes out the entries that are above the corner on every axis. Their tags stay valid until the next call.
int64_t ndtree_take_above(NdTree *tree, const double corner[], const uint32_t **tags);

// Adds an entry. No entry may be below or above it on every axis.
void ndtree_add(NdTree *tree, const double coordinates[], uint32_t tag);

// Calls visit once for every entry, in no particular order.
typedef void (*NdTreeVisit)(void *context, const double coordinates[], uint32_t tag);
void ndtree_each(const NdTree *tree, NdTreeVisit visit, void *context);

#ifdef __cplusplus
}
#endif
#endif
