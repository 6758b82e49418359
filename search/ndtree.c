#include "search/ndtree.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/heap.h"

#define LEAF       32 // entries that a leaf has room for
#define LEAF_BUILT 24 // at most, in a leaf that is built: some room is left
#define SAMPLE     64

typedef struct Node {
    int64_t count; // entries in it
    int axis;      // -1: a leaf
} Node;

// What is less than `split` on the axis is in part 0, the rest in part 1. The bounds stand here and not in the parts,
// so that a part that is ruled out is never read. No part is empty.
typedef struct Fork {
    Node node;
    int64_t built; // how many entries it was built for
    double split;
    Node *parts[2];
    double least[2][NDTREE_AXES], greatest[2][NDTREE_AXES];
} Fork;

typedef struct Leaf {
    Node node;
    uint32_t tags[LEAF];
    double entries[]; // LEAF times the coordinates
} Leaf;

// The stretch of an axis where most of the finite coordinates are.
typedef struct Scale {
    double from, width;
} Scale;

struct NdTree {
    int axes;
    Node *root; // NULL: empty
    Scale scales[NDTREE_AXES];
    int64_t scaled_count; // how many there were when the scales were taken
    uint32_t *taken;
    int64_t taken_count, taken_capacity;
};

static bool is_below(const double a[], const double b[], int axes) {
    for (int k = 0; k < axes; k++)
        if (a[k] > b[k])
            return false;
    return true;
}

NdTree *ndtree_new(int axes) {
    assert(axes >= 1 && axes <= NDTREE_AXES);
    NdTree *tree = heap_resize(NULL, 1, sizeof *tree);
    *tree = (NdTree){.axes = axes};
    return tree;
}

static void node_free(Node *node) {
    if (node && node->axis >= 0)
        for (int part = 0; part < 2; part++)
            node_free(((Fork *)node)->parts[part]);
    free(node);
}

void ndtree_free(NdTree *tree) {
    if (!tree)
        return;
    node_free(tree->root);
    free(tree->taken);
    free(tree);
}

// --- bounds

static void bounds_widen(double least[], double greatest[], const double low[], const double high[],
                         int axes) {
    for (int k = 0; k < axes; k++) {
        if (low[k] < least[k])
            least[k] = low[k];
        if (high[k] > greatest[k])
            greatest[k] = high[k];
    }
}

// The bounds of a part, from its own parts or entries.
static void bounds_update(Fork *fork, int part, int axes) {
    double *least = fork->least[part], *greatest = fork->greatest[part];
    for (int k = 0; k < axes; k++) {
        least[k] = INFINITY;
        greatest[k] = -INFINITY;
    }
    const Node *node = fork->parts[part];
    if (node->axis >= 0) {
        const Fork *inner = (const Fork *)node;
        for (int i = 0; i < 2; i++)
            bounds_widen(least, greatest, inner->least[i], inner->greatest[i], axes);
    } else {
        const double *at = ((const Leaf *)node)->entries;
        for (int64_t i = 0; i < node->count; i++, at += axes)
            bounds_widen(least, greatest, at, at, axes);
    }
}

// --- what is below

static const double *below(const Node *node, const double corner[], int axes, uint32_t *tag) {
    while (node->axis >= 0) {
        const Fork *fork = (const Fork *)node;
        bool first = is_below(fork->least[0], corner, axes);
        bool second = is_below(fork->least[1], corner, axes);
        if (first && second) {
            const double *found = below(fork->parts[1], corner, axes, tag);
            if (found)
                return found;
        }
        if (!first && !second)
            return NULL;
        node = fork->parts[!first];
    }
    const Leaf *leaf = (const Leaf *)node;
    const double *at = leaf->entries;
    for (int64_t i = 0; i < node->count; i++, at += axes)
        if (is_below(at, corner, axes)) {
            *tag = leaf->tags[i];
            return at;
        }
    return NULL;
}

const double *ndtree_below(const NdTree *tree, const double corner[], uint32_t *tag) {
    return tree->root ? below(tree->root, corner, tree->axes, tag) : NULL;
}

// --- taking out what is above

static void leaf_append(Leaf *leaf, const double at[], uint32_t tag, int axes) {
    leaf->tags[leaf->node.count] = tag;
    memcpy(leaf->entries + leaf->node.count * axes, at, (size_t)axes * sizeof *at);
    leaf->node.count++;
}

static Leaf *leaf_new(int axes) {
    Leaf *leaf = heap_resize(NULL, 1, sizeof *leaf + LEAF * (size_t)axes * sizeof(double));
    leaf->node = (Node){.axis = -1};
    return leaf;
}

static void leaf_gather(Leaf *leaf, const Node *node, int axes) {
    if (node->axis >= 0) {
        for (int part = 0; part < 2; part++)
            leaf_gather(leaf, ((const Fork *)node)->parts[part], axes);
        return;
    }
    const Leaf *from = (const Leaf *)node;
    for (int64_t i = 0; i < node->count; i++)
        leaf_append(leaf, from->entries + i * axes, from->tags[i], axes);
}

static void take(NdTree *tree, uint32_t tag) {
    if (tree->taken_count == tree->taken_capacity) {
        tree->taken_capacity = tree->taken_capacity ? 2 * tree->taken_capacity : 64;
        tree->taken =
            heap_resize(tree->taken, 1, (size_t)tree->taken_capacity * sizeof *tree->taken);
    }
    tree->taken[tree->taken_count++] = tag;
}

static Node *leaf_take_above(NdTree *tree, Leaf *leaf, const double corner[]) {
    int64_t count = leaf->node.count;
    leaf->node.count = 0;
    for (int64_t i = 0; i < count; i++) {
        const double *at = leaf->entries + i * tree->axes;
        if (is_below(corner, at, tree->axes))
            take(tree, leaf->tags[i]);
        else if (leaf->node.count < i)
            leaf_append(leaf, at, leaf->tags[i], tree->axes);
        else
            leaf->node.count++;
    }
    if (leaf->node.count > 0)
        return &leaf->node;
    free(leaf);
    return NULL;
}

// What is left of the node: a fork with one part gives way to it, a small one to a leaf.
static Node *take_above(NdTree *tree, Node *node, const double corner[]) {
    if (node->axis < 0)
        return leaf_take_above(tree, (Leaf *)node, corner);
    Fork *fork = (Fork *)node;
    int64_t before = node->count;
    for (int i = 0; i < 2; i++) {
        if (!is_below(corner, fork->greatest[i], tree->axes))
            continue;
        int64_t part_before = fork->parts[i]->count;
        fork->parts[i] = take_above(tree, fork->parts[i], corner);
        int64_t part_after = fork->parts[i] ? fork->parts[i]->count : 0;
        node->count -= part_before - part_after;
        if (part_after > 0 && part_after < part_before)
            bounds_update(fork, i, tree->axes);
    }
    if (!fork->parts[0] || !fork->parts[1]) {
        Node *rest = fork->parts[fork->parts[0] == NULL];
        free(fork);
        return rest;
    }
    if (node->count == before || node->count > LEAF / 2)
        return node;
    Leaf *leaf = leaf_new(tree->axes);
    leaf_gather(leaf, node, tree->axes);
    node_free(node);
    return &leaf->node;
}

int64_t ndtree_take_above(NdTree *tree, const double corner[], const uint32_t **tags) {
    tree->taken_count = 0;
    if (tree->root)
        tree->root = take_above(tree, tree->root, corner);
    *tags = tree->taken;
    return tree->taken_count;
}

// --- scales

// The i-th from the left.
static const double *node_entry(const Node *node, int64_t i, int axes) {
    while (node->axis >= 0) {
        const Fork *fork = (const Fork *)node;
        int64_t first = fork->parts[0]->count;
        node = fork->parts[i >= first];
        i -= i >= first ? first : 0;
    }
    return ((const Leaf *)node)->entries + i * axes;
}

static int ascending(const void *a, const void *b) {
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

// From a sample, without its sixteenth at either end, so that a few outliers do not matter.
static void scales_update(NdTree *tree) {
    tree->scaled_count = tree->root->count;
    for (int k = 0; k < tree->axes; k++) {
        double sample[SAMPLE];
        int count = 0;
        for (int i = 0; i < SAMPLE; i++) {
            double x = node_entry(tree->root, i * tree->scaled_count / SAMPLE, tree->axes)[k];
            if (isfinite(x))
                sample[count++] = x;
        }
        tree->scales[k] = (Scale){0, 1};
        if (count == 0)
            continue;
        qsort(sample, (size_t)count, sizeof *sample, ascending);
        tree->scales[k].from = sample[count / 16];
        double width = sample[count - 1 - count / 16] - sample[count / 16];
        if (width > 0 && isfinite(width))
            tree->scales[k].width = width;
    }
}

// How much of the scale lies between two coordinates; what is far off it counts as near.
static double scale_between(const Scale *scale, double low, double high) {
    double from = (low - scale->from) / scale->width, to = (high - scale->from) / scale->width;
    return fmin(fmax(to, -1), 2) - fmin(fmax(from, -1), 2);
}

// --- building

typedef struct Build {
    double *entries; // in no order
    uint32_t *tags;
    uint32_t *order; // the entries' numbers, arranged as the parts need them
    int64_t count;
    int axes;
    const Scale *scales;
} Build;

static double build_at(const Build *build, int64_t i, int axis) {
    return build->entries[(int64_t)build->order[i] * build->axes + axis];
}

static void build_swap(const Build *build, int64_t i, int64_t j) {
    uint32_t number = build->order[i];
    build->order[i] = build->order[j];
    build->order[j] = number;
}

static void build_append(Build *build, const double at[], uint32_t tag) {
    memcpy(build->entries + build->count * build->axes, at, (size_t)build->axes * sizeof *at);
    build->tags[build->count] = tag;
    build->order[build->count] = (uint32_t)build->count;
    build->count++;
}

// Takes over the entries of the node and frees it.
static void build_gather(Build *build, Node *node) {
    if (node->axis >= 0) {
        for (int part = 0; part < 2; part++)
            build_gather(build, ((Fork *)node)->parts[part]);
    } else {
        const Leaf *leaf = (const Leaf *)node;
        for (int64_t i = 0; i < node->count; i++)
            build_append(build, leaf->entries + i * build->axes, leaf->tags[i]);
    }
    free(node);
}

// The median on the axis (Hoare's selection).
static double build_median(const Build *build, int64_t begin, int64_t end, int axis) {
    int64_t middle = begin + (end - begin) / 2;
    while (end - begin > 1) {
        double pivot = build_at(build, begin + (end - begin) / 2, axis);
        int64_t i = begin, j = end - 1;
        while (i <= j) {
            while (build_at(build, i, axis) < pivot)
                i++;
            while (build_at(build, j, axis) > pivot)
                j--;
            if (i <= j)
                build_swap(build, i++, j--);
        }
        if (middle <= j)
            end = j + 1;
        else if (middle >= i)
            begin = i;
        else
            break;
    }
    return build_at(build, middle, axis);
}

// Where part 1 begins once what is less than `split` has been brought to the front: beside the entries that equal the
// median, on the side that leaves the parts more equal. Not all may be equal on this axis.
static int64_t build_divide(const Build *build, int64_t begin, int64_t end, int axis,
                            double *split) {
    double median = build_median(build, begin, end, axis), next = INFINITY;
    int64_t less = begin, up_to = begin;
    for (int64_t i = begin; i < end; i++) {
        double at = build_at(build, i, axis);
        less += at < median;
        up_to += at <= median;
        if (at > median && at < next)
            next = at;
    }
    assert(less > begin || up_to < end);
    bool after = up_to < end && (less == begin || up_to - begin < end - less);
    *split = after ? next : median;
    int64_t first = begin;
    for (int64_t i = begin; i < end; i++)
        if (build_at(build, i, axis) < *split)
            build_swap(build, i, first++);
    return first;
}

// The axis on which the entries spread widest, so that no part becomes a needle: those are seldom ruled out.
static int build_axis(const Build *build, int64_t begin, int64_t end) {
    double widest = -1;
    int axis = 0;
    for (int k = 0; k < build->axes; k++) {
        double low = INFINITY, high = -INFINITY;
        for (int64_t i = begin; i < end; i++) {
            double at = build_at(build, i, k);
            low = at < low ? at : low;
            high = at > high ? at : high;
        }
        double width = low < high ? scale_between(&build->scales[k], low, high) : -1;
        if (width > widest) {
            widest = width;
            axis = k;
        }
    }
    return axis;
}

static Node *build_node(const Build *build, int64_t begin, int64_t end) {
    if (end - begin <= LEAF_BUILT) {
        Leaf *leaf = leaf_new(build->axes);
        for (int64_t i = begin; i < end; i++)
            leaf_append(leaf, build->entries + (int64_t)build->order[i] * build->axes,
                        build->tags[build->order[i]], build->axes);
        return &leaf->node;
    }
    Fork *fork = heap_resize(NULL, 1, sizeof *fork);
    int axis = build_axis(build, begin, end);
    int64_t middle = build_divide(build, begin, end, axis, &fork->split);
    fork->node = (Node){.count = end - begin, .axis = axis};
    fork->built = end - begin;
    fork->parts[0] = build_node(build, begin, middle);
    fork->parts[1] = build_node(build, middle, end);
    for (int part = 0; part < 2; part++)
        bounds_update(fork, part, build->axes);
    return &fork->node;
}

static Build build_begin(const NdTree *tree, Node *node) {
    size_t room = (size_t)node->count + 1;
    Build build = {.axes = tree->axes, .scales = tree->scales};
    build.entries = heap_resize(NULL, 1, room * (size_t)tree->axes * sizeof *build.entries);
    build.tags = heap_resize(NULL, 1, room * sizeof *build.tags);
    build.order = heap_resize(NULL, 1, room * sizeof *build.order);
    build_gather(&build, node);
    return build;
}

static Node *build_end(Build *build) {
    Node *node = build_node(build, 0, build->count);
    free(build->entries);
    free(build->tags);
    free(build->order);
    return node;
}

// --- adding

// Where most entries are equal on an axis, parts are unequal from the beginning: only a fork that grew is built again.
static bool is_lopsided(const Fork *fork, int side) {
    return 4 * fork->node.count > 5 * fork->built &&
           4 * fork->parts[side]->count > 3 * fork->node.count + 2 * LEAF;
}

void ndtree_add(NdTree *tree, const double coordinates[], uint32_t tag) {
    if (!tree->root)
        tree->root = &leaf_new(tree->axes)->node;
    if (tree->root->count >= LEAF && tree->root->count >= 2 * tree->scaled_count)
        scales_update(tree);
    Node **place = &tree->root, **lopsided = NULL;
    while ((*place)->axis >= 0) {
        Fork *fork = (Fork *)*place;
        int side = coordinates[fork->node.axis] >= fork->split;
        if (!lopsided && is_lopsided(fork, side))
            lopsided = place;
        bounds_widen(fork->least[side], fork->greatest[side], coordinates, coordinates, tree->axes);
        fork->node.count++;
        place = &fork->parts[side];
    }
    if ((*place)->count < LEAF)
        leaf_append((Leaf *)*place, coordinates, tag, tree->axes);
    else {
        Build build = build_begin(tree, *place);
        build_append(&build, coordinates, tag);
        *place = build_end(&build);
    }
    if (lopsided) {
        Build build = build_begin(tree, *lopsided);
        *lopsided = build_end(&build);
    }
}

static void node_each(const Node *node, int axes, NdTreeVisit visit, void *context) {
    if (node->axis >= 0) {
        for (int part = 0; part < 2; part++)
            node_each(((const Fork *)node)->parts[part], axes, visit, context);
        return;
    }
    const Leaf *leaf = (const Leaf *)node;
    for (int64_t i = 0; i < node->count; i++)
        visit(context, leaf->entries + i * axes, leaf->tags[i]);
}

void ndtree_each(const NdTree *tree, NdTreeVisit visit, void *context) {
    if (tree->root)
        node_each(tree->root, tree->axes, visit, context);
}
