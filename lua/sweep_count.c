#include "lua/sweep_count.h"

#include <stdio.h>

#include "sim/base/clock.h"

#define SAMPLE_BLOCKS 24
#define SAMPLE_IDS    4096

static void print_axes(const Space *space) {
    static const char *const PARTS[] = {"chip", "system", "model", "formats", "plan", "workload"};
    for (int i = 0; i < space->axis_count; i++)
        printf("  %-10s %-28s %d%s\n", PARTS[space->axes[i].part], space->axes[i].name,
               space->axes[i].count, space->axes[i].function >= 0 ? " (a function)" : "");
}

int sweep_count(SweepScript *const scripts[], int threads) {
    const Space *space = script_space(scripts[0]);
    const Goal *goal = script_goal(scripts[0]);
    printf("%s: %lld points\n", script_name(scripts[0]), (long long)space->points);
    print_axes(space);
    Worker *worker = worker_new(space, goal, script_hooks(scripts[0]));
    Block *block = block_new(goal, SAMPLE_IDS);
    int64_t counts[COUNT_COUNT] = {0}, sampled = 0;
    Reasons reasons;
    reasons_clear(&reasons);
    double began = clock_s();
    int code = 0;
    // Stretches at equal distances: neighbours share work as in a sweep.
    for (int i = 0; i < SAMPLE_BLOCKS && code == 0; i++) {
        int64_t first = (int64_t)((double)space->points * i / SAMPLE_BLOCKS);
        int64_t last = first + SAMPLE_IDS < space->points ? first + SAMPLE_IDS : space->points;
        if (i > 0 && space->points < (int64_t)SAMPLE_BLOCKS * SAMPLE_IDS)
            first = last = 0;
        if (i == 0 && space->points < (int64_t)SAMPLE_BLOCKS * SAMPLE_IDS)
            last = space->points < SAMPLE_IDS ? space->points : SAMPLE_IDS;
        worker_block(worker, first, last, block);
        sampled += last - first;
        for (int c = 0; c < COUNT_COUNT; c++)
            counts[c] += block->counts[c];
        reasons_merge(&reasons, &block->reasons);
        if (block->failed) {
            char text[1400];
            error_text(&block->error, text, sizeof text);
            fprintf(stderr, "chipfit: %s\n", text);
            code = 2;
        }
    }
    double seconds = clock_s() - began;
    if (code == 0 && sampled > 0) {
        printf("of a sample of %lld points\n", (long long)sampled);
        for (int c = 0; c < COUNT_COUNT; c++)
            printf("  %-10s %6.2f %%\n", SWEEP_COUNT_WORDS[c],
                   100 * (double)counts[c] / (double)sampled);
        for (int i = 0; i < reasons.count; i++)
            printf("  fell to %s, %s: %.2f %%\n", REASON_KIND_WORDS[reasons.list[i].kind],
                   reasons.list[i].what, 100 * (double)reasons.list[i].points / (double)sampled);
        printf("about %.3g s on %d thread%s, without storing rows\n",
               seconds / (double)sampled * (double)space->points / threads, threads,
               threads == 1 ? "" : "s");
    }
    block_free(block);
    worker_free(worker);
    return code;
}
