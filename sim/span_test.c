#include "sim/span.h"

#include <math.h>

#include "sim/base/test.h"

// Kernels of one second that may take a tenth longer or shorter.
static OpCost kernel_of(int kernel) {
    return (OpCost){.memory_s = 1, .below = 0.1, .above = 0.1, .kernel = kernel, .math = -1};
}

static double above_of(const int kernels[], int count) {
    LayerTime layer = {0};
    for (int i = 0; i < count; i++) {
        OpCost cost = kernel_of(kernels[i]);
        layer_time_add(&layer, &cost);
    }
    Span span = layer_time_span(&layer, 0);
    assert_near(span.above_s, span.below_s, 1e-12);
    return span.above_s;
}

TEST(span, neighbours_of_one_class_err_together_and_others_apart) {
    assert_near(above_of((int[]){3, 3, 3}, 3), 0.3, 1e-12);
    assert_near(above_of((int[]){1, 2, 3, 4}, 4), 0.2, 1e-12);
    assert_near(above_of((int[]){0, 0, 5}, 3), sqrt(0.05), 1e-12);
}

// What one layer errs by, all its like do.
TEST(span, layers_err_alike) {
    LayerTime layer = {0};
    OpCost cost = kernel_of(1);
    layer_time_add(&layer, &cost);
    Span one = layer_time_span(&layer, 0), all = {0};
    span_add(&all, &one, 32);
    assert_near(all.above_s, 3.2, 1e-12);
}
