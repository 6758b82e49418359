#include "sim/host.h"

#include "sim/step_rows.h"

static void add(Step *step, const char *name, double time_s, double counted, Span *stage) {
    Span span = {.overhead_s = time_s, .best_s = time_s, .worst_s = time_s};
    span_add(stage, &span, 1);
    if (!step->breakdown || time_s <= 0)
        return;
    Op op = {.kind = OP_HOST, .name = name, .balance = 1, .touch = 1};
    OpCost cost = {.overhead_s = time_s, .math = -1};
    step_note(step, "engine", &op, &cost, 0, 1, counted, 0);
}

static int layers_in(const Step *step, int stage) {
    int layers = 0;
    for (int kind = 0; kind < step->design->model->kind_count; kind++)
        layers += step->kinds_in[stage][kind];
    return layers;
}

void host_add(Step *step, const HostLoad *load, double counted, Span stages[]) {
    const Engine *engine = step->design->engine;
    if (!engine)
        return;
    bool prompts = load->tokens > 0;
    for (int stage = 0; stage < step->design->plan.pp; stage++) {
        add(step, "other kernels", engine->work_share * span_s(&stages[stage]), counted,
            &stages[stage]);
        double launches_s = engine->launch_s * layers_in(step, stage) - span_s(&stages[stage]);
        if (launches_s > 0 && (prompts || !engine->graphs))
            add(step, "launches", launches_s, counted, &stages[stage]);
    }
    add(step, "step", engine->step_s, counted, &stages[0]);
    add(step, "sequences", engine->sequence_s * load->decoding, counted, &stages[0]);
    if (prompts)
        add(step, "prompts", engine->prompt_step_s + engine->prompt_token_s * load->tokens, counted,
            &stages[0]);
}
