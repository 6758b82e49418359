// ids.h — lists of ids in order.
#ifndef SEARCH_IDS_H
#define SEARCH_IDS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void ids_sort(int64_t ids[], int64_t count);

#ifdef __cplusplus
}
#endif
#endif
