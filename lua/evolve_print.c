#include "lua/evolve_print.h"

#include <math.h>

#include "search/share.h"

static void add_check(const Sweep *sweep, const SweepRun *run, Text *out) {
    Goal goal = *sweep->goal;
    goal.keep_rows = ROWS_FRONTIER;
    Sweep every = *sweep;
    every.goal = &goal;
    every.evolve = NULL;
    every.ranks = NULL; // they have another goal
    every.sink = sweep_nowhere();
    every.progress = NULL;
    SweepRun *whole = sweep_open(&every);
    Error err = {0};
    if (sweep_run(whole, &err) != SWEEP_DONE) {
        text_addf(out, "check: the whole space could not be searched: %s\n", err.what);
        sweep_close(whole);
        return;
    }
    Share share = share_of(sweep_frontier(run), sweep_frontier(whole), &goal);
    text_addf(out, "check: the whole space has %lld designs, ",
              (long long)sweep_state(whole)->counts[COUNT_EVALUATED]);
    text_addf(out, "%lld of them on the frontier; %lld of these were found",
              (long long)share.designs, (long long)share.found);
    sweep_close(whole);
    if (share.groups == 0 || isnan(share.mean)) {
        text_add(out, "\n");
        return;
    }
    text_addf(out, ",\n       %.2f %% of its hypervolume", 100 * share.mean);
    if (share.groups > 1)
        text_addf(out, " in the mean of %d groups, %.2f %% in the worst", share.groups,
                  100 * share.least);
    text_add(out, " (up to the worst value of each objective on it and a tenth of its range)\n");
}

void evolve_print(const Sweep *sweep, const SweepRun *run, Text *out) {
    const Evolve *evolve = sweep->evolve;
    EvolveCounts counts = sweep_evolved(run);
    text_addf(out, "\nevolve: %lld designs of a budget of %d", (long long)counts.evaluated,
              evolve->budget);
    text_addf(out, ", %.3g %% of the points tried, %lld generations of %d, seed %d\n",
              100 * (double)counts.tried / (double)sweep->space->points,
              (long long)counts.generations, evolve->population, evolve->seed);
    if (counts.repaired)
        text_addf(out, "        %lld that were no designs or fell to where were changed\n",
                  (long long)counts.repaired);
    if (counts.exhausted)
        text_add(out, "        every point was tried\n");
    else if (counts.barren)
        text_add(out, "        stopped early: too few of the points tried are designs\n");
    else if (!evolve->check)
        text_add(out, "        a search shows what it found; what it did not try may be better\n");
    if (evolve->check)
        add_check(sweep, run, out);
}
