#include "sim/loop.h"

#include <math.h>

// Newcomers of a step beyond which their chances are not counted.
#define MOST_COUNTED 96

#define SQRT_HALF    0.70710678118654752
#define SQRT_HALF_PI 1.25331413731550025

// Sums over the number of newcomers in a step.
typedef struct Chances {
    double last,
        last_square; // E[x], E[(1 - x)^2]: share of a step that the last part of their work fills
    double left;     // work left after steps, were they alone
    double ends;     // steps to the end of one of them, itself beside k others
    double single;   // chance of one newcomer
} Chances;

// What follows from the number that decode.
typedef struct Queue {
    double arrivals, room, fill, load; // a, S, u, a u
    double empties;                    // c
    Chances chances;
} Queue;

// Means over work that lies evenly within `spread` of its mean, in steps: of ceil(work), of (ceil(work) - work)^2.
typedef struct Ends {
    double steps, unused_square;
} Ends;

// The integrals from 0.
static Ends ends_until(double work) {
    double whole = floor(work), part = work - whole, rest = 1 - part;
    return (Ends){whole * (whole + 1) / 2 + part * (whole + 1),
                  whole / 3 + (1 - rest * rest * rest) / 3};
}

static Ends ends_of(double work, double spread) {
    Ends low = ends_until(work - spread), high = ends_until(work + spread);
    return (Ends){(high.steps - low.steps) / (2 * spread),
                  (high.unused_square - low.unused_square) / (2 * spread)};
}

// So many newcomers that they may be taken as one number.
static Chances chances_of_many(double arrivals, double fill) {
    double work = arrivals * fill;
    Ends end = ends_of(work, fill * sqrt(arrivals));
    return (Chances){.last = work - end.steps + 1,
                     .last_square = end.unused_square,
                     .left = work * (work - 1) / 2 > 0 ? work * (work - 1) / 2 : 0,
                     .ends = work / 2 + 1 > end.steps ? end.steps : work / 2 + 1};
}

static Chances chances_of(double arrivals, double fill) {
    if (arrivals > MOST_COUNTED / 2.0)
        return chances_of_many(arrivals, fill);
    Chances sum = {0};
    double chance = exp(-arrivals), ends = 0;
    sum.last_square = chance;
    double most = arrivals + 6 * sqrt(arrivals) + 3;
    int count = most < MOST_COUNTED ? (int)most : MOST_COUNTED;
    for (int k = 1; k <= count; k++) {
        double work = k * fill, full = ceil(work) - 1;
        Ends end = ends_of(work, LOOP_SPREAD * fill * sqrt(k));
        ends += end.steps;
        sum.ends += chance * ends / k; // one of them, beside k - 1
        chance *= arrivals / k;
        sum.last += chance * (work - end.steps + 1);
        sum.last_square += chance * end.unused_square;
        sum.left += chance * (full * work - full * (full + 1) / 2);
        if (k == 1)
            sum.single = chance;
    }
    return sum;
}

static Queue queue_of(const Loop *loop, double decoding) {
    Queue queue = {.arrivals = decoding / loop->steps};
    queue.room = loop->apart ? loop->budget : loop->budget - loop->width * decoding;
    queue.fill = loop->prompt / queue.room;
    queue.load = queue.arrivals * queue.fill;
    queue.chances = chances_of(queue.arrivals, queue.fill);
    queue.empties = 1; // apart: none are left when decode goes on
    if (!loop->apart)
        queue.empties = fmin(1, (1 - queue.load) / (1 - queue.chances.last));
    return queue;
}

// Mean of a normal variable where it is known to lie in 0 .. most.
static double positive_mean(double mean, double deviation, double most) {
    double x = -mean / deviation, y = (most - mean) / deviation;
    if (x > 6) // the series of Mills' ratio; the upper end is far
        return deviation * (1 / x - 2 / (x * x * x) + 10 / (x * x * x * x * x));
    double inside = SQRT_HALF_PI * (erfc(x * SQRT_HALF) - erfc(y * SQRT_HALF));
    if (!(inside > 0))
        return fmax(0, fmin(mean, most));
    return deviation * ((exp(-x * x / 2) - exp(-y * y / 2)) / inside - x);
}

// Prompts that wait on average because steps were full, where `decoding` sequences decode when none do.
static double left_over(const Loop *loop, double decoding, double limit) {
    double pull = 1 / loop->steps + loop->width / loop->prompt;
    double arrivals = fmin(decoding, limit) / loop->steps;
    double left = positive_mean(decoding - limit, sqrt(arrivals / (2 * pull)), decoding);
    if (decoding >= limit)
        return left;
    Queue queue = queue_of(loop, decoding);
    double idle = 1 - queue.load;
    double square = queue.arrivals * queue.fill * queue.fill * (1 + LOOP_SPREAD * LOOP_SPREAD / 3);
    double lost = queue.empties * queue.chances.last_square - idle * idle;
    return left * fmax(0, 1 - (lost + 2 * idle * queue.chances.left) / square);
}

static double solve_decoding(const Loop *loop) {
    double limit = loop->budget / (loop->prompt / loop->steps + loop->width);
    double decoding = loop->sequences;
    for (int i = 0; i < 2; i++) {
        Queue queue = queue_of(loop, loop->apart ? decoding : fmin(decoding, limit));
        double steps = loop->waited + queue.chances.ends;
        if (loop->apart)
            steps = loop->waited * exp(-queue.arrivals);
        decoding = loop->sequences / (1 + steps / loop->steps);
    }
    if (loop->apart)
        return decoding;
    return fmin(decoding - left_over(loop, decoding, limit), limit * (1 - 1e-9));
}

static void add_state(Loop *loop, double share, double tokens, double sequences, double seen) {
    if (share > 1e-9)
        loop->states[loop->count++] = (LoopState){share, tokens, sequences, seen};
}

// Steps whose prompts all end with them, `tokens` of prompts a step altogether.
static void add_partial(Loop *loop, const Queue *queue, double share, double tokens) {
    double single = fmin(share, queue->empties * queue->chances.single), rest = share - single;
    double multi = rest > 1e-9 ? (tokens - single * loop->prompt) / rest : 0;
    if (multi >= loop->prompt && multi <= queue->room) {
        add_state(loop, single, loop->prompt, 1, loop->prompt);
        add_state(loop, rest, multi, multi / loop->prompt, loop->prompt);
    } else if (share > 0) {
        double mean = tokens / share;
        add_state(loop, share, mean, fmax(1, mean / loop->prompt), loop->prompt);
    }
}

// A prompt's pieces together meet P^2 / 2 pairs; what its last piece leaves of them lies before the full ones.
static void add_full(Loop *loop, const Queue *queue, double share, double partial) {
    if (queue->fill <= 1) {
        add_state(loop, share, queue->room, queue->room / loop->prompt, loop->prompt);
        return;
    }
    double prompt = loop->prompt, room = queue->room,
           last = partial > 0 ? loop->states[1].tokens : 0;
    double pairs = queue->arrivals * prompt * prompt / 2 - partial * last * (prompt - last / 2);
    double seen = room / 2 + pairs / fmax(share * room, 1e-9);
    add_state(loop, share, room, 1, fmax(room, fmin(seen, prompt)));
}

// What was too rare to be kept goes to the others: all steps, and all tokens of prompts.
static void settle_shares(Loop *loop) {
    double shares = 0, tokens = 0;
    for (int i = 0; i < loop->count; i++)
        shares += loop->states[i].share;
    for (int i = 0; i < loop->count && !loop->apart; i++)
        loop->states[i].share /= shares;
    for (int i = 0; i < loop->count; i++)
        tokens += loop->states[i].share * loop->states[i].tokens;
    for (int i = 0; i < loop->count; i++)
        loop->states[i].tokens *= loop->arrivals * loop->prompt / tokens;
}

void loop_solve(Loop *loop) {
    loop->waited = loop->sequences > 1 ? 1 : 0;
    loop->decoding = solve_decoding(loop);
    Queue queue = queue_of(loop, loop->decoding);
    double idle = exp(-queue.arrivals), full, partial, used;
    if (loop->apart) {
        // Of k newcomers all steps but the last are full.
        partial = 1 - idle;
        used = queue.chances.last * queue.room;
        full = fmax(0, queue.load - queue.chances.last);
        add_state(loop, 1, 0, 0, 0);
    } else {
        idle *= queue.empties;
        full = 1 - queue.empties;
        partial = queue.empties - idle;
        used = fmax(0, (queue.load - full) * queue.room);
        add_state(loop, fmax(idle, 2e-9), 0, 0, 0);
    }
    loop->arrivals = queue.arrivals;
    loop->room = queue.room;
    loop->empties = queue.empties;
    loop->prompt_steps = queue.chances.ends;
    if (!loop->apart)
        loop->prompt_steps =
            fmax(1, (loop->sequences - loop->decoding) / queue.arrivals - loop->waited);
    // Of its own and of those that came with it, what is left for that step.
    double last = queue.fill * (1 + queue.arrivals) - queue.chances.ends + 1;
    loop->last_tokens = fmin(1, last) * queue.room;
    add_partial(loop, &queue, partial, used);
    add_full(loop, &queue, full, loop->count > 1 ? partial : 0);
    settle_shares(loop);
}
