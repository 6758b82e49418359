// loop.h — the closed loop of a serving engine, counted in steps: who decodes, who waits, what share of the steps holds how
// many tokens of prompts. Nothing here knows how long a step takes.
//
// C sequences are in flight, D of them decode, each for L steps; then it leaves and another takes its place, which sees the
// step that runs to its end and then queues. A step takes at most T tokens: w for each that decodes, the rest
// S = T - w D prompts' tokens, first come, first served. Lengths vary, so that newcomers come spread out: their number in a
// step is Poisson of mean a = D / L. A prompt of P tokens fills u = P / S of a step.
//     work left after a step    V' = max(0, V + k u - 1), k ~ Poisson(a)                     (Lindley 1952)
//     steps that leave none     c  = (1 - a u) / (1 - x),  x = E[k u - ceil(k u) + 1; k > 0]: what is not used
//     steps without prompts     c exp(-a);  full ones 1 - c;  those between: the rest
//     left on average           E[V] = (a u^2 + (1 - a u)^2 - c E[(1 - x_k)^2]) / (2 (1 - a u))
// from the mean and the mean square of the first. The more wait, the fewer decode and the fewer come: with
// D_full = T / (P / L + w), where prompts fill every step, prompts that wait are a normal variable of mean D_0 - D_full and
// variance a / (2 (1/L + w/P)), where it is positive (Ornstein and Uhlenbeck 1930), times E[V] over its leading term
// a u^2 / (2 (1 - a u)). D_0 is what decodes when none wait: C / (1 + (1 + E[ceil(j u)]) / L), j-th of 1 + k newcomers.
// Then D = D_0 - waiting, and by Little's law a prompt takes n = (C - D) / a - 1 steps.
// Apart: steps of prompts hold nothing else, take T tokens, and follow a decode step until none wait.
#ifndef SIM_LOOP_H
#define SIM_LOOP_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOOP_STATES 4
#define LOOP_SPREAD 0.2 // prompts lie evenly within this share of the mean, as in most benchmarks

// Steps that are alike.
typedef struct LoopState {
    double share;     // of the steps; apart: such steps a decode step
    double tokens;    // of prompts
    double sequences; // prompts that they belong to
    double seen;      // new tokens of its prompt that a piece sees at its end
} LoopState;

typedef struct Loop {
    double sequences; // C
    double steps;     // L
    double prompt;    // P
    double budget;    // T
    double width;     // w
    bool apart;
    double decoding;     // D
    double arrivals;     // a, per decode step
    double room;         // S
    double empties;      // c
    double prompt_steps; // n
    double waited;       // steps that a newcomer sees to their end: 1, or 0 where nothing else runs
    double
        last_tokens; // of prompts in the step in which a newcomer's ends, where none waited before it
    LoopState states[LOOP_STATES]; // by their tokens; the first: none
    int count;
} Loop;

// From C, L, P, T, w and apart to the rest.
void loop_solve(Loop *loop);

#ifdef __cplusplus
}
#endif
#endif
