#include "sim/plans.h"

#include "lua/library.h"
#include "sim/base/test.h"

TEST(plans, tells_reasons_apart) {
    static const struct {
        const char *a, *b;
        bool same;
    } CASES[] = {
        {"tp = 3 does not divide the 64 heads", "tp = 12 does not divide the 64 heads", true },
        {"ep = 3 is above 2",                   "tp = 3 is above 2",                    false},
        {"x 1",                                 "x",                                    false},
        {"",                                    "",                                     true },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_int_equal(plans_same_reason(CASES[i].a, CASES[i].b), CASES[i].same);
}

// The message names what forbids most plans.
TEST(plans, says_why_none_is_legal) {
    Error err = {0};
    Library *library = library_open(&err);
    assert_non_null(library);
    Design design = {
        .chip = library_chip(library, "h100_sxm", &err),
        .system = library_system(library, "hgx_h100", &err),
        .model = library_model(library, "llama-3.1-8b", &err),
        .workload = {.phase = PHASE_DECODE, .batch = 1, .context = 9}
    };
    Plan plan = {0};
    assert_true(formats_named("bf16", &design.formats, &err));
    design.plan.placement = "foo";
    assert_false(plans_best(&design, 8, &plan, &err));
    assert_non_null(
        strstr(err.what, "no plan of llama-3.1-8b on 8 chips is legal: placement 'foo'"));
    assert_int_equal(plan.chips, 0);
    design.plan.placement = NULL;
    assert_false(plans_best(&design, 65537, &plan, &err));
    assert_non_null(strstr(err.what, "65537 is outside 1 to 65536"));
    assert_true(plans_best(&design, 8, &plan, &err));
    library_free(library);
}
