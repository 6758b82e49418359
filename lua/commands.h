// commands.h — the subcommands of chipfit. Each gets argv from its own word on and returns the exit code:
// 0 done, 1 done and the answer is no, 2 wrong input, 3 the machine failed.
#ifndef LUA_COMMANDS_H
#define LUA_COMMANDS_H

// A stored run is held to the version that began it.
#define CHIPFIT_VERSION "0.1.0"

// chipfit list chips|systems|models|kernels [--json]
int cmd_list(int argc, char **argv);

// chipfit schema [WHAT]
int cmd_schema(int argc, char **argv);

// chipfit explain ..., chipfit explain RUN.sqlite ID
int cmd_explain(int argc, char **argv);

// chipfit predict < designs.jsonl > metrics.jsonl
int cmd_predict(int argc, char **argv);

// chipfit sweep SCRIPT.lua -o RUN.sqlite ...
int cmd_sweep(int argc, char **argv);

// chipfit merge -o ALL.sqlite PART.sqlite...
int cmd_merge(int argc, char **argv);

// chipfit plot KIND ...
int cmd_plot(int argc, char **argv);

// chipfit report RUN.sqlite -o DIR
int cmd_report(int argc, char **argv);

// chipfit validate PART ...: its parts
int cmd_validate(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_import_results(int argc, char **argv);
int cmd_score(int argc, char **argv);
int cmd_cases(int argc, char **argv);

// chipfit calibrate FILE.csv... -o PROFILE.lua
int cmd_calibrate(int argc, char **argv);

// chipfit probe host [-o CHIP.lua]
int cmd_probe(int argc, char **argv);

// chipfit import CONFIG.json [-o MODEL.lua]
int cmd_import(int argc, char **argv);

#endif
