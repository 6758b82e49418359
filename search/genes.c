#include "search/genes.h"

#include <stddef.h>

#define JUMP_CHANCE  0.15 // of a digit on an ordered axis: to any value
#define NEXT_CHANCE  0.6  // of a step: to the value beside, else up to a quarter of the axis away
#define EARLY_CHANCE 0.25 // of a repair: changes what the part rests on

// Numbers that rise or fall all along.
static bool is_ordered(const Axis *axis) {
    if (axis->function >= 0)
        return true;
    if (!axis->field || axis->count < 3)
        return false;
    bool rises = axis->values[1].number > axis->values[0].number;
    for (int i = 0; i < axis->count; i++) {
        if (axis->values[i].text)
            return false;
        if (i > 0 && (axis->values[i].number > axis->values[i - 1].number) != rises)
            return false;
    }
    return true;
}

void genes_of(Genes *genes, const Space *space) {
    genes->count = 0;
    for (int i = 0; i < space->axis_count; i++) {
        const Axis *axis = &space->axes[i];
        if (axis->count > 1)
            genes->list[genes->count++] =
                (Gene){space->strides[i], axis->count, axis->part, is_ordered(axis)};
    }
}

static int digit_of(const Gene *gene, int64_t id) {
    return (int)(id / gene->stride % gene->count);
}

static int64_t with_digit(const Gene *gene, int64_t id, int digit) {
    return id + (digit - digit_of(gene, id)) * gene->stride;
}

int64_t genes_random(const Genes *genes, Random *random) {
    int64_t id = 0;
    for (int i = 0; i < genes->count; i++)
        id += random_below(random, genes->list[i].count) * genes->list[i].stride;
    return id;
}

void genes_spread(const Genes *genes, int64_t ids[], int count, Random *random) {
    for (int i = 0; i < count; i++)
        ids[i] = 0;
    for (int g = 0; g < genes->count; g++) {
        const Gene *gene = &genes->list[g];
        // Equal shares of the digits, the odd ones from a random start, then shuffled into place.
        int start = random_below(random, gene->count);
        for (int i = 0; i < count; i++)
            ids[i] += (int64_t)((i + start) % gene->count) * gene->stride;
        for (int i = count - 1; i > 0; i--) {
            int other = random_below(random, i + 1);
            int mine = digit_of(gene, ids[i]), its = digit_of(gene, ids[other]);
            ids[i] = with_digit(gene, ids[i], its);
            ids[other] = with_digit(gene, ids[other], mine);
        }
    }
}

int64_t genes_cross(const Genes *genes, int64_t a, int64_t b, Random *random) {
    bool by_parts = random_chance(random, 0.5), other = false;
    int64_t child = a;
    for (int i = 0; i < genes->count; i++) {
        const Gene *gene = &genes->list[i];
        if (i == 0 || !by_parts || gene->part != genes->list[i - 1].part)
            other = random_chance(random, 0.5);
        if (other)
            child = with_digit(gene, child, digit_of(gene, b));
    }
    return child;
}

// Any other value.
static int64_t jump(const Gene *gene, int64_t id, Random *random) {
    int digit = random_below(random, gene->count - 1);
    return with_digit(gene, id, digit + (digit >= digit_of(gene, id)));
}

// A value at that distance on either side; where one side ends, on the other.
static int64_t walk(const Gene *gene, int64_t id, int distance, Random *random) {
    int digit = digit_of(gene, id);
    int to = random_chance(random, 0.5) ? digit + distance : digit - distance;
    if (to < 0)
        to = digit + distance;
    if (to >= gene->count)
        to = digit - distance;
    return to < 0 ? jump(gene, id, random) : with_digit(gene, id, to);
}

static int64_t change(const Gene *gene, int64_t id, Random *random) {
    if (!gene->ordered || random_chance(random, JUMP_CHANCE))
        return jump(gene, id, random);
    int far = gene->count / 4;
    bool next = far < 2 || random_chance(random, NEXT_CHANCE);
    return walk(gene, id, next ? 1 : 2 + random_below(random, far - 1), random);
}

int64_t genes_mutate(const Genes *genes, int64_t id, Random *random) {
    int sure = random_below(random, genes->count);
    double chance = 1.0 / genes->count;
    for (int i = 0; i < genes->count; i++)
        if (i == sure || random_chance(random, chance))
            id = change(&genes->list[i], id, random);
    return id;
}

int64_t genes_step(const Genes *genes, int64_t id, Random *random) {
    const Gene *gene = &genes->list[random_below(random, genes->count)];
    return gene->ordered ? walk(gene, id, 1, random) : jump(gene, id, random);
}

int64_t genes_repair(const Genes *genes, int64_t id, SpacePart part, Random *random) {
    int first = 0, last = 0;
    for (int i = 0; i < genes->count; i++) {
        first += genes->list[i].part < part;
        last += genes->list[i].part <= part;
    }
    if (last == 0)
        return genes_mutate(genes, id, random);
    bool early = first == last || (first > 0 && random_chance(random, EARLY_CHANCE));
    int from = early ? 0 : first, to = early ? first : last;
    int digits = 1 + random_below(random, 2);
    for (int i = 0; i < digits; i++)
        id = jump(&genes->list[from + random_below(random, to - from)], id, random);
    return id;
}
