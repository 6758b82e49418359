#include "validate/case_serve.h"

#include <math.h>
#include <string.h>

// Closed-loop benchmarks begin all sequences at once and run each place so many times: the queue of the beginning is
// part of their mean time to the first token. How often is a condition of each source's benchmark, found beside the
// engines' constants. 1: sequences of one length that begin and end in step, every round with the whole batch's prompts, as
// where prompts come first. The first entry that a row's notes name counts.
// Connections, by Little's law from the rows' own figures: batch x (osl - 1) tpot / (ttft + (osl - 1) tpot) decode at
// once, which is 96 to 106 in all nine rows of 512 in flight, the default limit of Python's aiohttp, and 119 to 138 in the
// rows of 128 and 144 of other sources. 0: as many as are in flight.
static const struct {
    const char *engine, *notes;
    double rounds, connections;
} SOURCES[] = {
    {"vllm",   "engine vllm 0.11", 7, 100},
    {"vllm",   "engine vllm ;",    7, 100},
    {"vllm",   "",                 7, 0  },
    {"trtllm", "",                 6, 0  },
    {"sglang", "sglang 0.5.6",     6, 0  },
    {"sglang", "",                 1, 0  },
};

void case_serve_conditions(Case *it, const char *notes) {
    for (size_t i = 0; i < sizeof SOURCES / sizeof SOURCES[0]; i++) {
        if (strcmp(it->engine, SOURCES[i].engine) != 0 || !strstr(notes, SOURCES[i].notes))
            continue;
        it->rounds = SOURCES[i].rounds;
        it->connections = SOURCES[i].connections;
        return;
    }
}

// Sequences that the cache has room for as the engine admits them.
static int admitted(const Design *design) {
    Design held = *design;
    Metrics metrics;
    double kept = design->engine ? design->engine->kv_reserved : 1;
    held.workload.output = (int)fmax(2, ceil(kept * held.workload.output));
    evaluate(&held, &metrics, NULL);
    return (int)metrics.max_batch;
}

// Where not all have room, the others wait: with M at once, B in flight and T the life of one, (B - M) T / M (Little 1961).
static double queue_s(Design *design, Metrics *metrics) {
    int asked = design->workload.batch, room = admitted(design);
    if (room < 1 || asked <= room) {
        evaluate(design, metrics, NULL);
        return 0;
    }
    design->workload.batch = room;
    evaluate(design, metrics, NULL);
    double wait_s = (double)(asked - room) / room * metrics->time_s;
    design->workload.batch = asked;
    return wait_s;
}

// The mean time to the first token where all begin at once: half of the way through all prompts.
static double burst_s(const Design *design, double ran) {
    Design first = *design;
    Metrics metrics;
    first.workload.phase = PHASE_PREFILL;
    first.workload.batch = (int)fmax(1, ran);
    evaluate(&first, &metrics, NULL);
    return metrics.ttft_s * (ran + 1) / (2 * ran);
}

// Moves a time and its interval alike.
static void set_time(double to_s, double *time_s, double *low_s, double *high_s) {
    *low_s *= to_s / *time_s;
    *high_s *= to_s / *time_s;
    *time_s = to_s;
}

static void set_ttft(Metrics *metrics, double to_s) {
    set_time(to_s, &metrics->ttft_s, &metrics->ttft_low_s, &metrics->ttft_high_s);
}

// A batch that begins and ends together: prompts interrupt nobody, but the first to be read wait for the others.
static void in_step(const Design *design, double ran, Metrics *metrics) {
    Design together = *design;
    together.workload.phase = PHASE_GENERATE;
    together.workload.batch = (int)fmax(1, ran);
    evaluate(&together, metrics, NULL);
    double first_s = burst_s(design, ran), steps = design->workload.output - 1;
    set_time(metrics->tpot_s + first_s * (ran - 1) / (ran + 1) / steps, &metrics->tpot_s,
             &metrics->tpot_low_s, &metrics->tpot_high_s);
    set_ttft(metrics, first_s + (design->engine ? design->engine->request_s : 0));
}

void case_serve(const Case *it, Design *design, Metrics *metrics, double *ran) {
    Workload *work = &design->workload;
    int outside = it->connections > 0 ? work->batch - (int)it->connections : 0;
    if (outside > 0)
        work->batch -= outside;
    double wait_s = queue_s(design, metrics);
    *ran = fmin(work->batch, fmax(1, admitted(design)));
    if (it->rounds == 1)
        in_step(design, *ran, metrics);
    else if (it->rounds > 0)
        set_ttft(metrics, metrics->ttft_s + (burst_s(design, *ran) - metrics->ttft_s) / it->rounds);
    if (outside > 0) {
        double life_s = metrics->ttft_s + wait_s + metrics->tpot_s * (work->output - 1);
        wait_s += life_s * outside / work->batch;
    }
    set_ttft(metrics, metrics->ttft_s + wait_s);
}
