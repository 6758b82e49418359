#include "sim/cost.h"

#include "lua/library.h"
#include "sim/base/test.h"
#include "sim/evaluate.h"
#include "sim/random_test.h"

static Library *open_data(void) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    return library;
}

// 8 chips at 2.95 USD/h that make 64 tokens in 20 ms: 11.52e6 tokens an hour for 23.60 USD.
TEST(cost, of_a_million_tokens_by_hand) {
    Chip chip = {.price = {.usd_per_hour = 2.95}};
    Design design = {.chip = &chip, .plan = {.chips = 8}};
    assert_near(cost_usd_per_mtoken(&design, 0.02, 64), 23.60 / 11.52, 1e-12);
    design.usd_per_chip_hour = 5.9;
    assert_near(cost_usd_per_mtoken(&design, 0.02, 64), 2 * 23.60 / 11.52, 1e-12);
    chip.price.usd_per_hour = 0;
    assert_near(cost_usd_per_chip_hour(&design), 5.9, 1e-15);
    design.usd_per_chip_hour = 0;
    assert_true(isnan(cost_usd_per_mtoken(&design, 0.02, 64)));
}

TEST(cost, of_every_token_pays_for_every_chip_and_hour) {
    Library *library = open_data();
    uint64_t state = 31;
    int priced = 0;
    for (int i = 0; i < 20000; i++) {
        Design design = random_design(&state, library_catalog(library));
        Metrics m;
        evaluate(&design, &m, NULL);
        assert_int_equal(isnan(m.usd_per_mtoken), !(design.chip->price.usd_per_hour > 0));
        if (isnan(m.usd_per_mtoken))
            continue;
        double usd_per_s = m.usd_per_mtoken / 1e6 * m.tokens_per_s;
        assert_near(usd_per_s * 3600, design.chip->price.usd_per_hour * design.plan.chips, 1e-9);
        priced++;
    }
    assert_true(priced > 4000);
    library_free(library);
}

// A price is a dated quote.
TEST(cost, has_a_date_and_a_source_for_every_price) {
    Library *library = open_data();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->chip_count; i++) {
        const ChipPrice *price = &catalog->chips[i]->price;
        if (!(price->usd_per_hour > 0))
            continue;
        assert_true(price->usd_per_hour > 0.05 && price->usd_per_hour < 50);
        assert_true(price->date && strlen(price->date) >= 7 && strncmp(price->date, "20", 2) == 0);
        assert_true(price->from.source && strlen(price->from.source) >= 5);
    }
    library_free(library);
}
