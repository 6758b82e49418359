// goal_reader.h — from the table of a script's `sweep { ... }` to a Goal, and to the limits of `where`.
#ifndef LUA_GOAL_READER_H
#define LUA_GOAL_READER_H

#include "lua/space_reader.h"
#include "search/goal.h"

// Functions of the script that the goal calls, by their numbers; -1: none.
typedef struct GoalFunctions {
    int where, keep;
} GoalFunctions;

bool goal_read(ScriptReader *reader, Goal *goal, GoalFunctions *functions);

#endif
