#include "sim/evaluator.h"

#include <stdlib.h>
#include <string.h>

#include "lua/library.h"
#include "sim/base/test.h"
#include "sim/random_test.h"

#define DESIGNS 60000
#define ENTRIES 4096

// Bytes of two metrics, NaN included, must be the same; padding is zero in both.
static bool same_metrics(const Metrics *a, const Metrics *b) {
    for (int i = 0; i < METRICS_TABLE.count; i++) {
        double x = field_number(&METRICS_TABLE.fields[i], a);
        double y = field_number(&METRICS_TABLE.fields[i], b);
        if (memcmp(&x, &y, sizeof x) != 0)
            return false;
    }
    return true;
}

// Walks as a sweep does: batch and context change most often, then the plan, then the rest.
TEST(evaluator, agrees_with_evaluate_bit_for_bit) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    uint64_t state = 11;
    Evaluator *evaluator = calloc(1, sizeof *evaluator);
    CostEntry *entries = calloc(ENTRIES, sizeof *entries);
    assert_non_null(evaluator);
    assert_non_null(entries);
    evaluator_new(evaluator, entries, ENTRIES);
    DesignVersions versions = {1, 1, 1};
    Design design, other;
    Model thinner;
    uint64_t known = 0;
    for (int i = 0; i < DESIGNS;) {
        other = design = random_design(&state, library_catalog(library));
        versions.machine++;
        versions.model++;
        versions.plan++;
        for (int walk = 0; walk < 12; walk++, i++) {
            // The same layers in another number: what was remembered of them serves again.
            if (walk == 6 && design.plan.stage_count == 0 && design.model->layers > 1) {
                thinner = *other.model;
                thinner.published_params = thinner.published_active_params = 0;
                thinner.layers =
                    thinner.layers / 2 < design.plan.pp ? design.plan.pp : thinner.layers / 2;
                if (!model_finish(&thinner, &err))
                    break;
                design.model = &thinner;
                versions.model++;
            }
            design.workload.batch = 1 + (walk % 3) * 7 * other.workload.batch % 5000;
            if (design.workload.phase == PHASE_DECODE)
                design.workload.context = other.workload.context + walk % 2;
            if (!design_check(&design, &err))
                break;
            Metrics slow, quick;
            evaluate(&design, &slow, NULL);
            evaluator_run(evaluator, &design, &versions, &quick);
            assert_true(same_metrics(&slow, &quick));
        }
        i++;
        known++;
    }
    assert_true(known > 1000);
    free(entries);
    free(evaluator);
    library_free(library);
}
