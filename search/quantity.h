// quantity.h — what can be asked of a design by name before it is evaluated: axes, numbers of the model, the plan and the
// workload, params. Used by `where`, group_by and the functions of a script.
#ifndef SEARCH_QUANTITY_H
#define SEARCH_QUANTITY_H

#include "search/point.h"

#ifdef __cplusplus
extern "C" {
#endif

// false with the nearest name.
bool quantity_find(const Space *space, const char *name, Quantity *quantity, Error *err);

// Whether it is a text: then it has no numbers unless it is an axis.
bool quantity_is_text(const Space *space, const Quantity *quantity);

// A number; of a text the index among the axis' values, NaN where there is none.
double quantity_number(const Quantity *quantity, const Point *point);

// NULL for a number.
const char *quantity_text(const Quantity *quantity, const Point *point);

// Names of all quantities, one after the other; NULL at the end.
const char *quantity_name(const Space *space, int index);

#ifdef __cplusplus
}
#endif
#endif
