#include "sim/op_cost.h"

#include "sim/attention.h"
#include "sim/collective.h"
#include "sim/elementwise.h"
#include "sim/matmul.h"
#include "sim/scan.h"

OpCost op_cost(const Machine *machine, const Op *op) {
    switch (op->kind) {
    case OP_MATMUL:
        return matmul_cost(machine, &op->matmul);
    case OP_GROUPED_MATMUL:
        return grouped_cost(machine, &op->grouped);
    case OP_ATTENTION:
        return attention_cost(machine, &op->attention);
    case OP_SCAN:
        return scan_cost(machine, &op->scan);
    case OP_ELEMENTWISE:
        return elementwise_cost(machine, &op->elementwise);
    case OP_COLLECTIVE:
        return collective_cost(machine, &op->collective);
    case OP_DISPATCH:
        return dispatch_cost(machine, &op->dispatch);
    case OP_SEND:
        return send_cost(machine, &op->send);
    case OP_KIND_COUNT:
        break;
    }
    return (OpCost){.math = -1};
}
