// choice.h — constants that name a way of doing it, of which a fit tries a few values.
#ifndef VALIDATE_CHOICE_H
#define VALIDATE_CHOICE_H

#include "sim/base/field.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Choice {
    const char *name; // of the constant
    double values[4];
    int count;
    bool varied; // the values are only where to start; else the best one is kept
} Choice;

// NULL: the constant is none.
const Choice *choice_of(const Field *field);

#ifdef __cplusplus
}
#endif
#endif
