// sweep_hooks.h — a script's functions as search calls them: where(d), keep(m) and axes that are functions of d.
//
// d and m are views of a point: d.d_model, d.params, d.tp, any axis; m has the metrics too. A function must depend on its
// argument alone: answers are reused while what it read stays the same, and threads share nothing. math.random is not
// available inside one, and a call may take a million instructions or a second. An axis' function sees the axes before its
// own and what does not vary. A point that falls to a function of where counts as such even where it is no design either.
#ifndef LUA_SWEEP_HOOKS_H
#define LUA_SWEEP_HOOKS_H

#include "lua/goal_reader.h"
#include "search/worker.h"

typedef struct SweepHooks {
    Sandbox *sandbox;
    Arena *arena;
    const Space *space;
    GoalFunctions functions;
    // The point that the view shows while a function runs.
    const Point *point;
    const Metrics *metrics; // NULL: before it is evaluated
    SpacePart read;         // the innermost part that was read
    int reading; // the axis whose function runs, which sees what comes before it; -1: none
} SweepHooks;

// Makes the view; `hooks` stays where it is.
void hooks_open(SweepHooks *hooks);

WorkerHooks hooks_of(SweepHooks *hooks);

#endif
