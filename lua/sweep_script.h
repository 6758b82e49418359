// sweep_script.h — a script that returns `sweep { ... }`, read into a Space and a Goal; and its functions, called from the
// threads of the sweep.
//
// A SweepScript owns a sandbox of its own, so that each thread opens one: the same text gives the same functions.
// script_close frees it with all that it gave out.
#ifndef LUA_SWEEP_SCRIPT_H
#define LUA_SWEEP_SCRIPT_H

#include "lua/plots_reader.h"
#include "lua/space_reader.h"
#include "search/sweep.h"

typedef struct SweepScript SweepScript;

// The library must outlive the script. Not safe for several threads at once; the hooks are, one script a thread.
SweepScript *script_open(Library *library, const char *file, const char *text, size_t length,
                         Error *err);
void script_close(SweepScript *script);

const Space *script_space(const SweepScript *script);
const Goal *script_goal(const SweepScript *script);
const char *script_name(const SweepScript *script);
long long script_seed(const SweepScript *script);
const Evolve *script_evolve(const SweepScript *script); // NULL: every point is evaluated
WorkerHooks script_hooks(SweepScript *script);

// The pictures that it asks for, and the sandbox in which their functions run, one call at a time (axis_function).
const Pictures *script_pictures(const SweepScript *script);
Sandbox *script_sandbox(SweepScript *script);

#endif
