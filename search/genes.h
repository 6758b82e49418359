// genes.h — the digits of a point as genes: how an evolutionary search makes ids out of ids.
//
// A gene is an axis with more than one digit. Ordered axes (numbers that rise or fall, lists that a function gives) are
// changed by steps to near values; the others (names, formats, whole plans) jump.
#ifndef SEARCH_GENES_H
#define SEARCH_GENES_H

#include "search/random.h"
#include "search/space.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Gene {
    int64_t stride;
    int count;
    SpacePart part;
    bool ordered;
} Gene;

typedef struct Genes {
    Gene list[SPACE_AXES]; // in the order of the axes, so by part
    int count;
} Genes;

void genes_of(Genes *genes, const Space *space);

int64_t genes_random(const Genes *genes, Random *random);

// A Latin hypercube: on every axis each value comes equally often, as far as the count allows (McKay, Beckman and Conover,
// 1979). Ids may be alike.
void genes_spread(const Genes *genes, int64_t ids[], int count, Random *random);

// A child of both: whole parts, or single digits, of either.
int64_t genes_cross(const Genes *genes, int64_t a, int64_t b, Random *random);

// On average one digit changes, and one at least.
int64_t genes_mutate(const Genes *genes, int64_t id, Random *random);

// One digit changes, to the next value where values are ordered.
int64_t genes_step(const Genes *genes, int64_t id, Random *random);

// For a point that is no design because of what the part or those before it say: draws anew one or two digits of the part,
// at times one before it.
int64_t genes_repair(const Genes *genes, int64_t id, SpacePart part, Random *random);

#ifdef __cplusplus
}
#endif
#endif
