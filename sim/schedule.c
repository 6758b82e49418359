#include "sim/schedule.h"

static int parts(int whole, int by) {
    return (int)(((long long)whole + by - 1) / by);
}

static int least(int a, int b) {
    return a < b ? a : b;
}

static Schedule cut(const Design *design, int batch, int new_tokens, int chunk, int chunks,
                    int micro) {
    Schedule schedule = {.group_batch = parts(batch, design->plan.dp),
                         .new_tokens = new_tokens,
                         .chunk = chunk,
                         .chunks = chunks};
    schedule.sequences = parts(schedule.group_batch, least(micro, schedule.group_batch));
    schedule.micro_batches = parts(schedule.group_batch, schedule.sequences);
    schedule.all_sequences = (double)batch / schedule.micro_batches;
    return schedule;
}

static int fewest_tokens(const Experts *moe) {
    if (moe->experts == 0)
        return CHUNK_TOKENS;
    return least(CHUNK_TOKENS * moe->experts / moe->top_k, EXPERT_CHUNK_TOKENS);
}

Schedule schedule_prefill(const Design *design, int batch) {
    const Plan *plan = &design->plan;
    int tokens = design->workload.prompt - design->workload.prefix;
    int chunk = plan->chunk;
    long long wanted = (long long)UNITS_PER_STAGE * plan->pp;
    if (chunk == 0 && plan->pp > 1) {
        chunk = (int)((tokens + wanted - 1) / wanted);
        int fewest = fewest_tokens(&design->model->moe);
        chunk = chunk < fewest ? fewest : chunk;
    }
    if (chunk == 0 || chunk > tokens)
        chunk = tokens;
    int chunks = parts(tokens, chunk);
    int micro = plan->micro_batches;
    if (micro == 0) {
        int most = UNIT_TOKENS / chunk;
        micro = parts(parts(batch, plan->dp), most < 1 ? 1 : most);
        int filling = plan->pp > 1 ? (int)((wanted + chunks - 1) / chunks) : 1;
        micro = micro < filling ? filling : micro;
    }
    return cut(design, batch, tokens, chunk, chunks, micro);
}

Schedule schedule_decode(const Design *design, int batch) {
    int micro = design->plan.micro_batches ? design->plan.micro_batches : design->plan.pp;
    return cut(design, batch, 1, 1, 1, micro);
}
