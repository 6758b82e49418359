// plot_over.h — what a curve or map runs over: a key of the request or a number of the network's shape, and its values.
//
//     batch=1:512          powers of two from 1 to 512 (of a shape: some 64 even steps)
//     d_ff=8192:16384:128  from, to, step
//     chips=1,2,4,8        these
//     batch                with the values that a curve over it has by default
#ifndef LUA_PLOT_OVER_H
#define LUA_PLOT_OVER_H

#include "sim/base/arena.h"
#include "sim/request.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OVER_VALUES 1024

typedef struct Over {
    const char *key;
    const Field *field;
    bool shape; // of the model, at that offset; else of the request
    size_t offset;
    double *values; // ascending
    int count;
    bool log; // they grow by factors
} Over;

bool over_read(const char *text, Arena *arena, Over *over, Error *err);

// About `steps` whole values round the one that the model has, from half of it to half as much again.
bool over_round(const char *key, const Model *model, int steps, Arena *arena, Over *over,
                Error *err);

// The design with these values in place of the request's own; a changed model is put into `model`.
bool over_design(const Request *request, const Names *names, const Over *const overs[],
                 const double values[], int count, Model *model, Design *design, Error *err);

// "1 to 512"
const char *over_words(const Over *over, Arena *arena);

#ifdef __cplusplus
}
#endif
#endif
