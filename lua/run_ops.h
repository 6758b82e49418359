// run_ops.h — the table `op` of a stored run: what explain's table shows, as rows.
#ifndef LUA_RUN_OPS_H
#define LUA_RUN_OPS_H

#include "results/store.h"
#include "search/worker.h"

const Column *run_op_columns(int *count);

// Evaluates the point with its breakdown and stores the rows.
bool run_store_ops(Store *store, Worker *worker, int64_t id, Error *err);

#endif
