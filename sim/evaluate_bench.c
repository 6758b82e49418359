// evaluate_bench.c — designs a second on one thread; every evaluation changes at least the batch, so that nothing can be
// remembered from one to the next. `bench WORD` runs the cases whose name contains it. Allocations are counted by replacing malloc.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/library.h"
#include "sim/base/clock.h"
#include "sim/evaluate.h"

void *__libc_malloc(size_t bytes);
void *malloc(size_t bytes);

// The best of many short rounds: the machine is seldom quiet for long.
#define ROUNDS  25
#define ROUND_S 0.03

static long allocations;

// glibc lets a program bring its own malloc and keep the original under another name.
void *malloc(size_t bytes) {
    allocations++;
    return __libc_malloc(bytes);
}

typedef struct Case {
    const char *what, *chip, *model, *formats;
    int tp, dp, pp, ep;
    Workload work;
    int chunk;
    double floor_per_s; // what the project promises
} Case;

static const Case CASES[] = {
    {"decode, dense, tp 8, pp 1",
     "h100_sxm", "llama-3.1-70b",
     "bf16", 8,
     1,  1,
     1,  {.phase = PHASE_DECODE, .context = 2048},
     0,    1e6},
    {"decode, dense, tp 4, pp 2",
     "h100_sxm", "llama-3.1-70b",
     "bf16", 4,
     1,  2,
     1,  {.phase = PHASE_DECODE, .context = 2048},
     0,    1e6},
    {"decode, dense fp8, tp 8, pp 4",
     "h100_sxm", "llama-3.1-405b",
     "fp8",  8,
     1,  4,
     1,  {.phase = PHASE_DECODE, .context = 8192},
     0,    1e6},
    {"decode, experts, ep 8",
     "h100_sxm", "mixtral-8x7b",
     "bf16", 1,
     8,  1,
     8,  {.phase = PHASE_DECODE, .context = 2048},
     0,    5e5},
    {"decode, experts, ep 32",
     "h800",     "deepseek-v3",
     "fp8",  1,
     32, 1,
     32, {.phase = PHASE_DECODE, .context = 4096},
     0,    5e5},
    {"decode, experts, ep 8, tp 2",
     "h100_sxm", "qwen3-235b-a22b",
     "fp8",  2,
     4,  1,
     8,  {.phase = PHASE_DECODE, .context = 4096},
     0,    5e5},
    {"prefill, 16 chunks, 8 stages",
     "h100_sxm", "llama-3.1-70b",
     "bf16", 1,
     1,  8,
     1,  {.phase = PHASE_PREFILL, .prompt = 16384},
     1024, 2e5},
    {"prefill, experts, 16 chunks, 8 stages",
     "h100_sxm", "mixtral-8x7b",
     "bf16", 1,
     1,  8,
     1,  {.phase = PHASE_PREFILL, .prompt = 16384},
     1024, 2e5},
    {"generate, 10 tokens",
     "h100_sxm", "llama-3.1-8b",
     "bf16", 1,
     1,  1,
     1,  {.phase = PHASE_GENERATE, .prompt = 1000, .output = 10},
     0,    1e5},
    {"generate, 1000 tokens",
     "h100_sxm", "llama-3.1-70b",
     "bf16", 8,
     1,  1,
     1,  {.phase = PHASE_GENERATE, .prompt = 1000, .output = 1000},
     0,    1e5},
    {"generate, 100000 tokens",
     "h100_sxm", "qwen3-30b-a3b",
     "bf16", 1,
     8,  1,
     8,  {.phase = PHASE_GENERATE, .prompt = 1000, .output = 100000},
     0,    1e5},
};

static bool prepare(const Case *bench, const Catalog *catalog, Design *design, Error *err) {
    *design = (Design){.chip = catalog_chip(catalog, bench->chip, err),
                       .hbm_reserve = 0.1,
                       .workload = bench->work};
    design->model = design->chip ? catalog_model(catalog, bench->model, err) : NULL;
    design->system = design->model ? catalog_system(catalog, design->chip->system, err) : NULL;
    if (!design->system || !formats_named(bench->formats, &design->formats, err))
        return false;
    int ranks = bench->tp * bench->dp;
    design->plan = (Plan){.tp = bench->tp,
                          .cp = 1,
                          .dp = bench->dp,
                          .pp = bench->pp,
                          .ep = bench->ep,
                          .etp = bench->ep == 1 ? bench->tp : ranks / bench->ep,
                          .chunk = bench->chunk};
    design->workload.batch = 1;
    return plan_finish(&design->plan, design->model, err) && design_check(design, err);
}

static void run(const Case *bench, Design *design) {
    double sum = 0, best_s = INFINITY;
    long before = allocations, count = 0, all = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double begin = clock_s();
        for (count = 0; clock_s() - begin < ROUND_S;)
            for (int i = 0; i < 256; i++, count++) {
                Metrics metrics;
                design->workload.batch =
                    design->workload.phase == PHASE_PREFILL ? 1 : 1 + (int)(count % 511);
                design->workload.context = bench->work.context + (int)(count & 63);
                design->workload.prompt = bench->work.prompt - (int)(count & 7);
                evaluate(design, &metrics, NULL);
                sum += metrics.time_s;
            }
        best_s = fmin(best_s, (clock_s() - begin) / (double)count);
        all += count;
    }
    printf("%-40s %9.0f designs/s %7.3f us  promised %8.0f  allocations %ld  (mean time_s %.3g)\n",
           bench->what, 1 / best_s, 1e6 * best_s, bench->floor_per_s, allocations - before,
           sum / (double)all);
}

int main(int argc, char **argv) {
    Error err = {0};
    Library *library = library_open(&err);
    if (!library) {
        fprintf(stderr, "%s\n", err.what);
        return 2;
    }
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Design design;
        if (argc > 1 && !strstr(CASES[i].what, argv[1]))
            continue;
        if (prepare(&CASES[i], library_catalog(library), &design, &err))
            run(&CASES[i], &design);
        else
            printf("%-40s %s\n", CASES[i].what, err.what);
    }
    library_free(library);
    return 0;
}
