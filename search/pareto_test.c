#include "sim/base/test.h"

#include <stdlib.h>

#include "search/pareto.h"
#include "sim/random_test.h"

#define MOST 400

// What the objectives of a random space look like.
typedef enum Spread { SPREAD_TIES, SPREAD_CUBE, SPREAD_FRONT, SPREAD_WILD, SPREAD_COUNT } Spread;

static double random_value(uint64_t *state, Spread spread) {
    static const double WILD[] = {-INFINITY, INFINITY, -0.0, 0, 1e300, -1e300, 5e-324, -5e-324, 1};
    if (spread == SPREAD_TIES)
        return random_below(state, 5) - 2;
    if (spread == SPREAD_WILD && random_below(state, 3) > 0)
        return WILD[random_below(state, sizeof WILD / sizeof *WILD)];
    return 2 * random_share(state) - 1;
}

// With a twin here and there.
static void random_space(uint64_t *state, Spread spread, int objectives, int count,
                         ParetoPoint points[]) {
    for (int i = 0; i < count; i++) {
        double sum = 0;
        points[i] = (ParetoPoint){.id = 1000 - 3 * i};
        for (int k = 0; k < objectives; k++) {
            points[i].objectives[k] = random_value(state, spread);
            sum += points[i].objectives[k];
        }
        if (spread == SPREAD_FRONT)
            points[i].objectives[0] -= sum - random_share(state) / 10;
        if (i > 0 && random_below(state, 5) == 0)
            memcpy(points[i].objectives, points[random_below(state, i)].objectives,
                   sizeof points[i].objectives);
    }
}

static void shuffle(uint64_t *state, int count, ParetoPoint points[]) {
    for (int i = count - 1; i > 0; i--) {
        int j = random_below(state, i + 1);
        ParetoPoint point = points[i];
        points[i] = points[j];
        points[j] = point;
    }
}

static double box(double x, double epsilon) {
    if (x == 0 || isinf(x) || epsilon == 0)
        return x;
    double number = floor(log(fabs(x)) / log1p(epsilon)) + 1e9; // positive
    return x < 0 ? -number : number;
}

// As the header says, with nothing remembered.
static bool beats(const ParetoPoint *a, const ParetoPoint *b, int objectives, double epsilon) {
    bool better = false;
    for (int k = 0; k < objectives; k++) {
        double x = box(a->objectives[k], epsilon), y = box(b->objectives[k], epsilon);
        if (x > y)
            return false;
        better = better || x < y;
    }
    if (better || epsilon == 0)
        return better;
    for (int k = 0; k < objectives; k++)
        if (a->objectives[k] != b->objectives[k])
            return a->objectives[k] < b->objectives[k];
    return a->id < b->id;
}

static bool some_beats(const ParetoPoint points[], int count, const ParetoPoint *point,
                       int objectives, double epsilon) {
    for (int i = 0; i < count; i++)
        if (beats(&points[i], point, objectives, epsilon))
            return true;
    return false;
}

static int by_id(const void *a, const void *b) {
    int64_t one = ((const ParetoPoint *)a)->id, other = ((const ParetoPoint *)b)->id;
    return (one > other) - (one < other);
}

static void assert_same_points(const ParetoPoint a[], const ParetoPoint b[], int count,
                               int objectives) {
    for (int i = 0; i < count; i++) {
        assert_int_equal(a[i].id, b[i].id);
        for (int k = 0; k < objectives; k++)
            assert_true(a[i].objectives[k] == b[i].objectives[k]);
    }
}

// Inserts all, comparing each answer with what trying all pairs says.
static int insert_all(Pareto *pareto, const ParetoPoint points[], int count, int objectives,
                      double epsilon) {
    for (int i = 0; i < count; i++) {
        bool beaten = some_beats(points, i, &points[i], objectives, epsilon);
        assert_int_equal(pareto_beats(pareto, &points[i]), beaten);
        assert_int_equal(pareto_insert(pareto, &points[i]), !beaten);
    }
    return (int)pareto_count(pareto);
}

static void check_space(uint64_t *state, int round, double epsilon) {
    static ParetoPoint points[MOST], expected[MOST], found[2][MOST];
    int objectives = 1 + round % PARETO_OBJECTIVES, left = 0;
    int count = 1 + random_below(state, round % 10 == 0 ? MOST : 60);
    random_space(state, (Spread)(round / 6 % SPREAD_COUNT), objectives, count, points);
    for (int i = 0; i < count; i++)
        if (!some_beats(points, count, &points[i], objectives, epsilon))
            expected[left++] = points[i];
    qsort(expected, (size_t)left, sizeof *expected, by_id);
    for (int order = 0; order < 2; order++) {
        Pareto *pareto = pareto_new(objectives, epsilon);
        shuffle(state, count, points);
        assert_int_equal(insert_all(pareto, points, count, objectives, epsilon), left);
        pareto_points(pareto, found[order]);
        assert_same_points(found[order], expected, left, objectives);
        pareto_free(pareto);
    }
    assert_memory_equal(found[0], found[1], (size_t)left * sizeof *expected);
}

TEST(pareto, equals_trying_all_pairs_in_any_order) {
    uint64_t state = 21;
    for (int round = 0; round < 1000; round++)
        check_space(&state, round, 0);
}

TEST(pareto, of_boxes_equals_trying_all_pairs_in_any_order) {
    static const double EPSILONS[] = {0.001, 0.1, 1, 20};
    uint64_t state = 22;
    for (int round = 0; round < 1000; round++)
        check_space(&state, round, EPSILONS[random_below(&state, 4)]);
}

// Laumanns et al. 2002, definition 4, for positive objectives.
TEST(pareto, of_boxes_has_a_point_within_epsilon_of_every_point) {
    static ParetoPoint points[2000], found[2000];
    uint64_t state = 23;
    for (int objectives = 1; objectives <= PARETO_OBJECTIVES; objectives++) {
        double epsilon = 0.02 * objectives;
        Pareto *pareto = pareto_new(objectives, epsilon);
        for (int i = 0; i < 2000; i++) {
            points[i].id = i;
            for (int k = 0; k < objectives; k++)
                points[i].objectives[k] = exp(20 * random_share(&state) - 10);
            pareto_insert(pareto, &points[i]);
        }
        int count = (int)pareto_count(pareto);
        pareto_points(pareto, found);
        for (int i = 0; i < 2000; i++) {
            bool near = false;
            for (int j = 0; j < count && !near; j++) {
                near = true;
                for (int k = 0; k < objectives; k++)
                    near = near && found[j].objectives[k] <=
                                       points[i].objectives[k] * (1 + epsilon) * (1 + 1e-12);
            }
            assert_true(near);
        }
        pareto_free(pareto);
    }
}

// Follows the changes in `present`, by id; true while they are sorted and make sense.
static bool follow(ParetoChanges changes, bool present[]) {
    for (int64_t i = 0; i < changes.joined_count; i++) {
        if (present[changes.joined[i]] || (i > 0 && changes.joined[i] <= changes.joined[i - 1]))
            return false;
        present[changes.joined[i]] = true;
    }
    for (int64_t i = 0; i < changes.left_count; i++) {
        if (!present[changes.left[i]] || (i > 0 && changes.left[i] <= changes.left[i - 1]))
            return false;
        present[changes.left[i]] = false;
    }
    return true;
}

TEST(pareto, changes_add_up) {
    static ParetoPoint points[MOST], found[MOST];
    uint64_t state = 24;
    for (int round = 0; round < 600; round++) {
        bool present[MOST] = {0};
        int objectives = 1 + round % PARETO_OBJECTIVES, seldom = 1 + random_below(&state, 40);
        Pareto *pareto = pareto_new(objectives, round % 3 == 0 ? 0.3 : 0);
        random_space(&state, (Spread)(round / 6 % SPREAD_COUNT), objectives, MOST, points);
        for (int i = 0; i < MOST; i++) {
            points[i].id = MOST - 1 - i;
            pareto_insert(pareto, &points[i]);
            if (random_below(&state, seldom) == 0 || i == MOST - 1)
                assert_true(follow(pareto_changes(pareto), present));
        }
        pareto_points(pareto, found);
        int count = 0;
        for (int id = 0; id < MOST; id++)
            if (present[id])
                assert_int_equal(found[count++].id, id);
        assert_int_equal(count, pareto_count(pareto));
        ParetoChanges none = pareto_changes(pareto);
        assert_int_equal(none.joined_count + none.left_count, 0);
        pareto_free(pareto);
    }
}

TEST(pareto, changes_leave_out_what_came_and_went) {
    Pareto *pareto = pareto_new(2, 0);
    ParetoPoint points[] = {
        {1, {4, 4}},
        {2, {3, 3}},
        {3, {2, 2}},
        {4, {1, 3}}
    };
    pareto_insert(pareto, &points[0]);
    ParetoChanges changes = pareto_changes(pareto);
    assert_int_equal(changes.joined_count, 1);
    assert_int_equal(changes.joined[0], 1);
    for (int i = 1; i < 4; i++)
        assert_true(pareto_insert(pareto, &points[i]));
    changes = pareto_changes(pareto);
    assert_int_equal(changes.joined_count, 2);
    assert_int_equal(changes.joined[0], 3);
    assert_int_equal(changes.joined[1], 4);
    assert_int_equal(changes.left_count, 1);
    assert_int_equal(changes.left[0], 1);
    pareto_free(pareto);
}

static int by_first_objective(const void *a, const void *b) {
    double one = ((const ParetoPoint *)a)->objectives[0];
    double other = ((const ParetoPoint *)b)->objectives[0];
    return (one > other) - (one < other);
}

// On a sphere no point beats another; in the order of an objective or not.
TEST(pareto, holds_many_points_none_of_which_beats_another) {
    enum { MANY = 20000 };
    static ParetoPoint points[MANY], found[MANY];
    uint64_t state = 25;
    for (int round = 0; round < 10; round++) {
        int objectives = 2 + round / 2;
        for (int i = 0; i < MANY; i++) {
            double square = 0;
            points[i] = (ParetoPoint){.id = i};
            for (int k = 0; k < objectives; k++) {
                points[i].objectives[k] = 0.01 + random_share(&state);
                square += points[i].objectives[k] * points[i].objectives[k];
            }
            for (int k = 0; k < objectives; k++)
                points[i].objectives[k] /= sqrt(square);
        }
        if (round % 2)
            qsort(points, MANY, sizeof *points, by_first_objective);
        Pareto *pareto = pareto_new(objectives, 0);
        for (int i = 0; i < MANY; i++)
            assert_true(pareto_insert(pareto, &points[i]));
        assert_int_equal(pareto_count(pareto), MANY);
        pareto_points(pareto, found);
        qsort(points, MANY, sizeof *points, by_id);
        assert_same_points(found, points, MANY, objectives);
        for (int i = 0; i < MANY; i++) {
            ParetoPoint worse = points[i];
            assert_false(pareto_beats(pareto, &worse));
            worse.objectives[i % objectives] += 1e-9;
            assert_true(pareto_beats(pareto, &worse));
        }
        ParetoPoint best = {.id = MANY};
        assert_true(pareto_insert(pareto, &best));
        assert_int_equal(pareto_count(pareto), 1);
        pareto_free(pareto);
    }
}

TEST(pareto, keeps_equal_points_until_they_are_beaten) {
    enum { MANY = 100000 };
    Pareto *pareto = pareto_new(3, 0);
    ParetoPoint equal = {
        .objectives = {1, -0.0, INFINITY}
    };
    for (int i = 0; i < MANY; i++) {
        equal.id = i;
        equal.objectives[1] = i % 2 ? 0.0 : -0.0;
        assert_true(pareto_insert(pareto, &equal));
    }
    assert_int_equal(pareto_count(pareto), MANY);
    assert_int_equal(pareto_changes(pareto).joined_count, MANY);
    ParetoPoint better = {
        .id = MANY, .objectives = {1, 0, 1e300}
    };
    assert_true(pareto_insert(pareto, &better));
    assert_int_equal(pareto_count(pareto), 1);
    assert_int_equal(pareto_changes(pareto).left_count, MANY);
    pareto_free(pareto);
}

typedef struct VolumeCase {
    int objectives, count;
    double points[4][PARETO_OBJECTIVES];
    double volume;
} VolumeCase;

// Between 0 and 10 on every axis.
static const VolumeCase VOLUMES[] = {
    {2, 0, {{0}},                             0     },
    {1, 2, {{4}, {7}},                        0.6   },
    {2, 1, {{0, 0}},                          1     },
    {2, 1, {{-5, -INFINITY}},                 1     },
    {2, 2, {{10, 0}, {0, INFINITY}},          0     },
    {2, 3, {{1, 5}, {2, 3}, {5, 1}},          0.71  }, // 1 x 5 + 3 x 7 + 5 x 9
    {3, 3, {{0, 5, 5}, {5, 0, 5}, {5, 5, 0}}, 0.5   },
    {4, 2, {{0, 5, 5, 5}, {5, 5, 5, 0}},      0.1875},
};

TEST(hypervolume, knows_simple_fronts) {
    static const double IDEAL[PARETO_OBJECTIVES] = {0};
    static const double REFERENCE[PARETO_OBJECTIVES] = {10, 10, 10, 10, 10, 10};
    for (size_t i = 0; i < sizeof VOLUMES / sizeof *VOLUMES; i++) {
        const VolumeCase *front = &VOLUMES[i];
        ParetoPoint points[4] = {0};
        for (int j = 0; j < front->count; j++)
            memcpy(points[j].objectives, front->points[j], sizeof points[j].objectives);
        assert_near(pareto_hypervolume(points, front->count, front->objectives, IDEAL, REFERENCE),
                    front->volume, 1e-14);
    }
}

// The share of unit cells of a grid that some point dominates.
static double counted_volume(const ParetoPoint points[], int count, int objectives, int side) {
    int cells = 1, covered = 0;
    for (int k = 0; k < objectives; k++)
        cells *= side;
    for (int cell = 0; cell < cells; cell++) {
        bool found = false;
        for (int i = 0; i < count && !found; i++) {
            found = true;
            for (int k = 0, rest = cell; k < objectives; k++, rest /= side)
                found = found && points[i].objectives[k] <= rest % side;
        }
        covered += found;
    }
    return (double)covered / cells;
}

TEST(hypervolume, equals_counting_cells) {
    static const int SIDES[] = {40, 20, 9, 6, 4, 3};
    uint64_t state = 26;
    for (int round = 0; round < 600; round++) {
        int objectives = 1 + round % PARETO_OBJECTIVES, side = SIDES[objectives - 1];
        double ideal[PARETO_OBJECTIVES], reference[PARETO_OBJECTIVES], scale[PARETO_OBJECTIVES];
        ParetoPoint points[24] = {0}, scaled[24] = {0};
        int count = 1 + random_below(&state, 24);
        for (int k = 0; k < objectives; k++) {
            scale[k] = exp(6 * random_share(&state) - 3);
            ideal[k] = -3;
            reference[k] = -3 + scale[k] * side;
        }
        for (int i = 0; i < count; i++)
            for (int k = 0; k < objectives; k++) {
                points[i].objectives[k] = random_below(&state, side + 2) - 1;
                scaled[i].objectives[k] = ideal[k] + scale[k] * points[i].objectives[k];
            }
        double volume = pareto_hypervolume(scaled, count, objectives, ideal, reference);
        assert_true(fabs(volume - counted_volume(points, count, objectives, side)) < 1e-12);
    }
}

// All grid points of a plane: of the cells between it and the ideal, none is dominated.
TEST(hypervolume, of_a_plane_is_that_of_the_cells_above) {
    enum { SIDE = 40, POINTS = (SIDE + 1) * (SIDE + 2) / 2 };
    static ParetoPoint points[POINTS];
    static const double IDEAL[3] = {0}, REFERENCE[3] = {SIDE, SIDE, SIDE};
    int count = 0, missing = 0;
    for (int i = 0; i <= SIDE; i++)
        for (int j = 0; i + j <= SIDE; j++, count++) {
            points[count] = (ParetoPoint){
                .objectives = {i, j, SIDE - i - j}
            };
            missing += SIDE - i - j;
        }
    assert_near(pareto_hypervolume(points, count, 3, IDEAL, REFERENCE), 1 - missing / pow(SIDE, 3),
                1e-12);
}
