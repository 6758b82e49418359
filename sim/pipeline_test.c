#include "sim/base/test.h"

#include "sim/pipeline.h"
#include "sim/random_test.h"

#define UNITS  5
#define STAGES 4

typedef struct Work {
    double t[UNITS][STAGES], handoff[UNITS][STAGES];
} Work;

// The longest chain of waits that ends with unit u on stage s (link: with its message into stage s), by trying all.
static double longest_to(const Work *work, int u, int s, bool link) {
    double before = 0;
    if (link) {
        before = longest_to(work, u, s - 1, false);
        if (u > 0)
            before = fmax(before, longest_to(work, u - 1, s, true));
        return before + work->handoff[u][s];
    }
    if (s > 0)
        before = longest_to(work, u, s, true);
    if (u > 0)
        before = fmax(before, longest_to(work, u - 1, s, false));
    return before + work->t[u][s];
}

TEST(pipeline, takes_as_long_as_its_longest_chain) {
    uint64_t state = 7;
    for (int round = 0; round < 200; round++) {
        Work work;
        Pipeline pipeline;
        pipeline_begin(&pipeline, STAGES);
        double busiest = 0, busy[STAGES] = {0}, link[STAGES] = {0};
        for (int u = 0; u < UNITS; u++) {
            Span t[STAGES] = {0}, handoffs[STAGES] = {0};
            for (int s = 0; s < STAGES; s++) {
                work.t[u][s] = random_share(&state);
                t[s].compute_s = work.t[u][s] / 4;
                t[s].memory_s = work.t[u][s] * 3 / 4;
                busy[s] += work.t[u][s];
                work.handoff[u][s] = handoffs[s].comm_s = random_share(&state) * (s > 0);
                link[s] += work.handoff[u][s];
            }
            pipeline_pass(&pipeline, t, handoffs);
        }
        for (int s = 0; s < STAGES; s++)
            busiest = fmax(busiest, fmax(busy[s], link[s]));
        Span span = pipeline_span(&pipeline);
        assert_near(span_s(&span), longest_to(&work, UNITS - 1, STAGES - 1, false), 1e-12);
        assert_near(pipeline_interval_s(&pipeline), busiest, 1e-12);
    }
}

// What is drawn obeys the recurrence: nobody does two things at once, nothing is worked on before it has arrived, and the last end
// is the time of the whole.
TEST(pipeline, traces_who_works_when) {
    uint64_t state = 11;
    Pipeline pipeline;
    static PipelineTrace trace;
    trace.units = 0;
    pipeline_begin(&pipeline, STAGES);
    for (int u = 0; u < TRACE_UNITS + 1; u++) {
        Span t[STAGES] = {0}, handoffs[STAGES] = {0};
        for (int s = 0; s < STAGES; s++) {
            t[s].compute_s = random_share(&state);
            handoffs[s].comm_s = random_share(&state);
        }
        pipeline_pass(&pipeline, t, handoffs);
        pipeline_trace(&pipeline, t, handoffs, &trace);
        if (u == TRACE_UNITS) // there is no room for it
            break;
        Span span = pipeline_span(&pipeline);
        assert_near(trace.at[u][STAGES - 1].end_s, span_s(&span), 1e-12);
        for (int s = 0; s < STAGES; s++) {
            double begin_s = trace.at[u][s].begin_s, slack_s = 1e-9;
            double free_s = u > 0 ? trace.at[u - 1][s].end_s : 0;
            double due_s = s > 0 ? trace.at[u][s].arrived_s : 0;
            assert_true(begin_s >= free_s - slack_s && begin_s >= due_s - slack_s);
            assert_true(begin_s <= fmax(free_s, due_s) + slack_s);
            assert_near(trace.at[u][s].end_s - begin_s, t[s].compute_s, 1e-9);
            if (s == 0)
                continue;
            assert_true(trace.at[u][s].sent_s >= trace.at[u][s - 1].end_s - slack_s);
            assert_near(due_s - trace.at[u][s].sent_s, handoffs[s].comm_s, 1e-9);
        }
    }
    assert_int_equal(trace.units, TRACE_UNITS);
}

// Textbook form for equal stages: (units + stages - 1) t.
TEST(pipeline, gives_the_textbook_bubble) {
    Pipeline pipeline;
    Span t[8] = {0}, none[8] = {0};
    pipeline_begin(&pipeline, 8);
    for (int s = 0; s < 8; s++)
        t[s].compute_s = 2;
    for (int u = 0; u < 16; u++)
        pipeline_pass(&pipeline, t, none);
    Span span = pipeline_span(&pipeline);
    assert_near(span_s(&span), (16 + 8 - 1) * 2, 1e-15);
    assert_near(pipeline_interval_s(&pipeline), 32, 1e-15);
}

// A round of decode simulated for many rounds: the steady gap between a micro-batch's tokens.
static double simulate_loop(int stages, const double t[], const double handoff[],
                            int micro_batches) {
    double stage_free[8] = {0}, link_free[8] = {0}, back[16] = {0}, before = 0, gap = 0;
    for (int round = 0; round < 400; round++) {
        for (int j = 0; j < micro_batches; j++) {
            double now = back[j];
            for (int s = 0; s < stages; s++) {
                if (s > 0)
                    now = link_free[s] = fmax(now, link_free[s]) + handoff[s];
                now = stage_free[s] = fmax(now, stage_free[s]) + t[s];
            }
            back[j] = now;
        }
        gap = (back[0] - before) / (round == 399 ? 200 : 1);
        if (round == 199)
            before = back[0];
    }
    return gap;
}

TEST(pipeline, loops_as_a_simulated_decode) {
    uint64_t state = 8;
    for (int round = 0; round < 300; round++) {
        int stages = 1 + random_below(&state, 6), micro = 1 + random_below(&state, 12);
        double times[8], sends[8];
        Span t[8] = {0}, handoffs[8] = {0};
        for (int s = 0; s < stages; s++) {
            t[s].memory_s = times[s] = 0.1 + random_share(&state);
            handoffs[s].comm_s = sends[s] = random_share(&state) * (round % 2);
        }
        Span loop = pipeline_loop(stages, t, handoffs, micro);
        assert_near(span_s(&loop), simulate_loop(stages, times, sends, micro), 1e-3);
    }
}
