#include "search/rank.h"

#include "search/random.h"
#include "sim/base/test.h"

#define COUNT 200

static bool beats(const Individual *a, const Individual *b, int objectives) {
    bool better = false;
    for (int k = 0; k < objectives; k++) {
        if (a->outcome.objectives[k] > b->outcome.objectives[k])
            return false;
        better |= a->outcome.objectives[k] < b->outcome.objectives[k];
    }
    return better;
}

// Deb's constrained domination inside a group.
static bool dominates(const Individual *a, const Individual *b, int objectives) {
    if (a->outcome.group[0] != b->outcome.group[0])
        return false;
    if (a->outcome.violation > 0 || b->outcome.violation > 0)
        return a->outcome.violation < b->outcome.violation;
    return beats(a, b, objectives);
}

static Individual drawn(Random *random, int id, int objectives) {
    Individual one = {
        .id = id, .outcome = {.evaluated = true, .group = {random_below(random, 2)}}
    };
    if (random_chance(random, 0.3))
        one.outcome.violation = random_below(random, 5) / 8.0 + 0.1;
    for (int k = 0; k < objectives && one.outcome.violation == 0; k++)
        one.outcome.objectives[k] = random_below(random, 12);
    return one;
}

TEST(rank, is_one_more_than_the_greatest_of_those_that_dominate) {
    Random random = {5};
    for (int objectives = 1; objectives <= 4; objectives++) {
        Goal goal = {.objective_count = objectives, .group_count = 1};
        Individual list[COUNT];
        for (int i = 0; i < COUNT; i++)
            list[i] = drawn(&random, i, objectives);
        rank_sort(list, COUNT, &goal);
        for (int i = 0; i < COUNT; i++) {
            int rank = 0;
            for (int k = 0; k < COUNT; k++)
                if (dominates(&list[k], &list[i], objectives) && list[k].rank >= rank)
                    rank = list[k].rank + 1;
            assert_int_equal(list[i].rank, rank);
            assert_true(i == 0 || !rank_fitter(&list[i], &list[i - 1]));
        }
    }
}

TEST(rank, does_not_depend_on_the_order) {
    Random random = {6};
    Goal goal = {.objective_count = 3, .group_count = 1};
    Individual list[COUNT], shuffled[COUNT];
    for (int i = 0; i < COUNT; i++)
        list[i] = shuffled[COUNT - 1 - i] = drawn(&random, i, 3);
    rank_sort(list, COUNT, &goal);
    rank_sort(shuffled, COUNT, &goal);
    for (int i = 0; i < COUNT; i++)
        assert_true(list[i].id == shuffled[i].id && list[i].rank == shuffled[i].rank &&
                    list[i].crowding == shuffled[i].crowding);
}

// Four points on a line: the ends are never given up, and of the others the lonelier one is fitter.
TEST(rank, crowding_is_the_distance_between_the_neighbours) {
    static const double PLACES[] = {0, 1, 4, 10};
    Goal goal = {.objective_count = 2};
    Individual list[4];
    for (int i = 0; i < 4; i++)
        list[i] = (Individual){
            .id = i, .outcome = {.evaluated = true, .objectives = {PLACES[i], 10 - PLACES[i]}}
        };
    rank_sort(list, 4, &goal);
    assert_true(isinf(list[0].crowding) && isinf(list[1].crowding));
    assert_int_equal(list[2].id, 2);
    assert_near(list[2].crowding, 2 * 9.0 / 10, 1e-12);
    assert_near(list[3].crowding, 2 * 4.0 / 10, 1e-12);
}

TEST(rank, what_is_no_design_comes_last) {
    Goal goal = {.objective_count = 1};
    Individual list[3] = {
        {.id = 1, .outcome = {.violation = 2.5}                   },
        {.id = 2, .outcome = {.violation = 1.5}                   },
        {.id = 3, .outcome = {.evaluated = true, .violation = 0.9}}
    };
    rank_sort(list, 3, &goal);
    assert_int_equal(list[0].id, 3);
    assert_int_equal(list[1].id, 2);
    assert_int_equal(list[2].id, 1);
}
