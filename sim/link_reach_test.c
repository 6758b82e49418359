// What a fit from within one node says of groups that reach beyond it.
#include "lua/library.h"
#include "sim/base/test.h"
#include "sim/collective.h"
#include "sim/design.h"
#include "sim/op_cost.h"

// One op on so many chips of a system, alone in a group of so many.
static OpCost cost_on(const Catalog *catalog, const char *chip_name, Op op) {
    Error err;
    const Chip *chip = catalog_chip(catalog, chip_name, &err);
    Design design = {.chip = chip,
                     .system = catalog_system(catalog, chip->system, &err),
                     .profile = catalog_profile_of(catalog, chip),
                     .plan = {.chips = 64}};
    Machine machine = machine_of(&design);
    return op_cost(&machine, &op);
}

static Op gather(int members) {
    Op op = {.kind = OP_COLLECTIVE};
    op.collective = (CollectiveShape){
        COLLECTIVE_ALL_GATHER, {members, 1},
         64e6, LIBRARY_FASTEST
    };
    return op;
}

static Op dispatch(int members) {
    Op op = {.kind = OP_DISPATCH};
    op.dispatch = (DispatchShape){
        .group = {members, 1},
        .tokens = 4096,
        .hottest = 1,
        .bytes_per_token = 7168,
        .top_k = 8,
        .hit = 6
    };
    op.dispatch.experts = 256;
    return op;
}

// Collectives were measured within nodes of eight, dispatch of the H100 on several nodes as well.
TEST(link_reach, says_where_it_was_not_measured) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    const Catalog *catalog = library_catalog(library);
    assert_true(cost_on(catalog, "b200_sxm", gather(8)).doubt < 1);
    assert_near(cost_on(catalog, "b200_sxm", gather(16)).doubt, 1, 0);
    assert_true(cost_on(catalog, "h100_sxm", gather(8)).doubt < 1);
    assert_near(cost_on(catalog, "h100_sxm", gather(16)).doubt, 1, 0);
    assert_true(cost_on(catalog, "b200_sxm", dispatch(8)).doubt < 1);
    assert_near(cost_on(catalog, "b200_sxm", dispatch(16)).doubt, 1, 0);
    assert_true(cost_on(catalog, "h100_sxm", dispatch(16)).doubt < 1);
    library_free(library);
}

// Two nodes: the network carries 1/8 of the gathered bytes of each chip at its own rate, not at some multiple that NVLink's
// protocols showed.
TEST(link_reach, takes_the_datasheet_between_nodes) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    const Catalog *catalog = library_catalog(library);
    static const char *const CHIPS[] = {"b200_sxm", "h100_sxm"};
    for (int i = 0; i < FIELD_COUNT(CHIPS); i++) {
        const Chip *chip = catalog_chip(catalog, CHIPS[i], &err);
        const System *system = catalog_system(catalog, chip->system, &err);
        double between_s = 64e6 / 8 / 2 / system->levels[1].bandwidth_bytes_per_s;
        double inside_s = cost_on(catalog, CHIPS[i], gather(8)).link_s;
        double link_s = cost_on(catalog, CHIPS[i], gather(16)).link_s;
        assert_true(link_s > inside_s + between_s);
        assert_true(link_s < inside_s + 1.5 * between_s);
    }
    // A rank on its own node reaches half of the others over the network: not many times what they take inside.
    double inside_s = cost_on(catalog, "b200_sxm", dispatch(8)).link_s;
    assert_true(cost_on(catalog, "b200_sxm", dispatch(16)).link_s < 2 * inside_s);
    library_free(library);
}
