#include "lua/worked.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/json.h"
#include "lua/table.h"
#include "sim/energy.h"

// One line of what a metric rests on: words, then numbers under the table's heads.
#define NUMBERS 6
typedef struct Line {
    const char *name, *where;
    Phase phase;
    char shape[96];
    double numbers[NUMBERS];
} Line;

#define LINES       (BREAKDOWN_ROWS + 1)
#define LINES_SHOWN 12

typedef struct Lines {
    const Why *why;
    Line lines[LINES];
    int count;
} Lines;

// A kind of list: its rule, the columns of numbers, and what fills it.
typedef struct Work {
    const char *metric;
    const char *rule;
    const char *heads[NUMBERS]; // keys in JSON
    Unit unit;                  // of the numbers
    bool shapes;                // a line is an op; else a place
    void (*fill)(Lines *lines);
    void (*note)(Text *out, const Lines *lines); // NULL: none
} Work;

static Line *add_line(Lines *lines, const char *name, const BreakdownRow *row) {
    Line *line = &lines->lines[lines->count++];
    *line = (Line){.name = name};
    if (row) {
        line->where = row->where;
        line->phase = row->phase;
        json_shape_text(row, &lines->why->design->workload, line->shape, sizeof line->shape);
    }
    return line;
}

static int by_first_number(const void *a, const void *b) {
    double x = ((const Line *)a)->numbers[0], y = ((const Line *)b)->numbers[0];
    return x < y ? 1 : x > y ? -1 : 0;
}

// The engine that binds an op takes its whole time but the fixed part; a transfer always counts as communication.
static double bound_s(const BreakdownRow *row, Bound bound) {
    double compute = fmax(row->matrix_s, row->vector_s);
    if (bound == BOUND_OVERHEAD)
        return row->overhead_s;
    if (bound == BOUND_COMM || row->link_s > 0)
        return bound == BOUND_COMM ? row->link_s : 0;
    if (bound == BOUND_COMPUTE)
        return compute >= row->memory_s ? compute : 0;
    return row->memory_s > compute ? row->memory_s : 0;
}

static void fill_bound(Lines *lines, Bound bound) {
    const Breakdown *breakdown = lines->why->breakdown;
    for (int i = 0; i < breakdown->row_count; i++) {
        const BreakdownRow *row = &breakdown->rows[i];
        double time_s = bound_s(row, bound);
        if (time_s > 0)
            add_line(lines, row->op.name, row)->numbers[0] = time_s;
    }
    qsort(lines->lines, (size_t)lines->count, sizeof lines->lines[0], by_first_number);
}

static void fill_compute(Lines *lines) {
    fill_bound(lines, BOUND_COMPUTE);
}

static void fill_memory(Lines *lines) {
    fill_bound(lines, BOUND_MEMORY);
}

static void fill_comm(Lines *lines) {
    fill_bound(lines, BOUND_COMM);
}

static void fill_overhead(Lines *lines) {
    fill_bound(lines, BOUND_OVERHEAD);
}

static void add_quantity(Text *out, const char *before, double value, Unit unit,
                         const char *after) {
    char text[48];
    unit_format(text, sizeof text, value, unit);
    text_addf(out, "%s%s%s", before, text, after);
}

static double sum_of(const Lines *lines, int number) {
    double sum = 0;
    for (int i = 0; i < lines->count; i++)
        sum += lines->lines[i].numbers[number];
    return sum;
}

// Why the lines do not add up to the metric, where they do not.
static void note_sum(Text *out, const Lines *lines, double sum, double metric) {
    const Plan *plan = &lines->why->design->plan;
    if (fabs(sum - metric) <= 1e-3 * fmax(sum, metric))
        return;
    Text words = {0};
    add_quantity(&words, "Together ", sum, UNIT_S, "");
    if (plan->pp > 1)
        text_add(&words, " over all stages, which work side by side: on the critical path lies "
                         "what the recurrence over units and stages leaves "
                         "(sim/pipeline.h)");
    else if (plan->overlap > 0)
        text_addf(&words, ", of which overlap %.4g hides a part behind the longer side",
                  plan->overlap);
    else if (plan->cp > 1 && plan->cp_kind != CP_ALL_GATHER)
        text_addf(&words, ", of which the sends of cp_kind %s hide behind attention in part",
                  CP_KIND_WORDS[plan->cp_kind]);
    else
        text_add(&words, "; units of work that another engine binds are told apart in the metric "
                         "and not here");
    add_quantity(&words, ": ", metric, UNIT_S, "");
    text_add(out, "  ");
    table_wrap(out, words.data, 2, 2);
    text_free(&words);
}

static void note_compute(Text *out, const Lines *lines) {
    note_sum(out, lines, sum_of(lines, 0), lines->why->metrics->compute_s);
}

static void note_memory(Text *out, const Lines *lines) {
    note_sum(out, lines, sum_of(lines, 0), lines->why->metrics->memory_s);
}

static void note_comm(Text *out, const Lines *lines) {
    note_sum(out, lines, sum_of(lines, 0), lines->why->metrics->comm_s);
}

static void note_overhead(Text *out, const Lines *lines) {
    note_sum(out, lines, sum_of(lines, 0), lines->why->metrics->overhead_s);
}

static Line *place_line(Lines *lines, const BreakdownRow *row) {
    for (int i = 0; i < lines->count; i++)
        if (lines->lines[i].phase == row->phase && strcmp(lines->lines[i].where, row->where) == 0)
            return &lines->lines[i];
    return add_line(lines, row->where, row);
}

// Ops on the chip, transfers, and the longer of the two, of which the shorter hides behind.
static void fill_best(Lines *lines) {
    const Breakdown *breakdown = lines->why->breakdown;
    for (int i = 0; i < breakdown->row_count; i++) {
        const BreakdownRow *row = &breakdown->rows[i];
        place_line(lines, row)->numbers[row->link_s > 0 ? 1 : 0] += row->time_s;
    }
    for (int i = 0; i < lines->count; i++) {
        double *numbers = lines->lines[i].numbers;
        numbers[2] = fmin(numbers[0], numbers[1]);
        numbers[3] = fmax(numbers[0], numbers[1]);
    }
}

// With engines one after another other tiles are the fastest; what they save is of the first unit of work.
static void fill_worst(Lines *lines) {
    const Breakdown *breakdown = lines->why->breakdown;
    double saved_s = 0;
    for (int i = 0; i < breakdown->row_count; i++) {
        const BreakdownRow *row = &breakdown->rows[i];
        const double engines[5] = {row->matrix_s, row->vector_s, row->memory_s, row->link_s,
                                   row->overhead_s};
        double *numbers = place_line(lines, row)->numbers;
        if (row->link_s == 0)
            saved_s += row->cost.apart_saving_s * row->layers * row->units;
        for (int j = 0; j < 5; j++) {
            numbers[j] += engines[j];
            numbers[5] += engines[j];
        }
    }
    if (saved_s > 0)
        add_line(lines, "saved by other tiles", NULL)->numbers[5] = -saved_s;
}

static void note_overlap(Text *out, const Lines *lines, double sum, double metric) {
    if (lines->why->design->plan.pp > 1) {
        note_sum(out, lines, sum, metric);
        return;
    }
    if (fabs(sum - metric) <= 1e-3 * metric)
        return;
    add_quantity(out, "  Together ", sum, UNIT_S, "; ");
    add_quantity(out, "", metric, UNIT_S, " with each unit of work by itself\n");
}

static void note_best(Text *out, const Lines *lines) {
    note_overlap(out, lines, sum_of(lines, 3), lines->why->metrics->time_overlap_s);
}

static void note_worst(Text *out, const Lines *lines) {
    note_overlap(out, lines, sum_of(lines, 5), lines->why->metrics->time_no_overlap_s);
}

static void fill_parts(Lines *lines) {
    const Metrics *m = lines->why->metrics;
    const double parts[BOUND_COUNT] = {m->compute_s, m->memory_s, m->comm_s, m->overhead_s};
    for (int i = 0; i < BOUND_COUNT; i++)
        add_line(lines, BOUND_WORDS[i], NULL)->numbers[0] = parts[i];
    qsort(lines->lines, (size_t)lines->count, sizeof lines->lines[0], by_first_number);
}

static Energy energy_used(const Why *why) {
    const Metrics *m = why->metrics;
    EnergyUse use = {.executed_flop = why->breakdown->executed_by_math,
                     .peak_flop_per_s = why->breakdown->machine.peak_flop_per_s,
                     .hbm_bytes = m->hbm_bytes,
                     .comm_bytes = m->comm_bytes,
                     .interval_s = m->interval_s};
    return energy_of(why->design, &use);
}

static void fill_power(Lines *lines) {
    static const char *const NAMES[4] = {"matrix units", "memory", "links", "idle"};
    double interval_s = lines->why->metrics->interval_s;
    Energy energy = energy_used(lines->why);
    const double parts_w[4] = {energy.matrix_j / interval_s, energy.memory_j / interval_s,
                               energy.link_j / interval_s, energy.idle_w};
    for (int i = 0; i < 4 && !isnan(energy.power_w); i++)
        add_line(lines, NAMES[i], NULL)->numbers[0] = parts_w[i];
    qsort(lines->lines, (size_t)lines->count, sizeof lines->lines[0], by_first_number);
}

static void note_power(Text *out, const Lines *lines) {
    double wanted_w = sum_of(lines, 0), power_w = lines->why->metrics->power_w;
    if (wanted_w <= power_w * (1 + 1e-9))
        return;
    add_quantity(out, "  Together ", wanted_w, UNIT_W, "; ");
    add_quantity(out, "the TDP of the chips allows ", power_w, UNIT_W,
                 " and the time is left as it is\n");
}

static double shape_flop(const Op *op) {
    const MatmulShape *matmul = &op->matmul;
    const GroupedShape *grouped = &op->grouped;
    if (op->kind == OP_MATMUL)
        return 2 * matmul->batch * matmul->m * matmul->n * matmul->k;
    return op->kind == OP_GROUPED_MATMUL ? 2 * grouped->rows * grouped->n * grouped->k : 0;
}

static int by_padding(const void *a, const void *b) {
    const double *x = ((const Line *)a)->numbers, *y = ((const Line *)b)->numbers;
    return x[2] < y[2] ? 1 : x[2] > y[2] ? -1 : 0;
}

// Of one unit of work in one layer, on the fullest chip; ops that pad most over all units and layers come first.
static void fill_tiles(Lines *lines) {
    const Breakdown *breakdown = lines->why->breakdown;
    double weights[LINES] = {0};
    for (int i = 0; i < breakdown->row_count; i++) {
        const BreakdownRow *row = &breakdown->rows[i];
        double flop = shape_flop(&row->op), padding = row->cost.executed_flop - flop;
        if (flop == 0 || padding <= 1e-9 * flop)
            continue;
        weights[lines->count] = row->layers * row->units;
        double *numbers = add_line(lines, row->op.name, row)->numbers;
        numbers[0] = flop;
        numbers[1] = row->cost.executed_flop;
        numbers[2] = padding;
    }
    for (int i = 0; i < lines->count; i++)
        lines->lines[i].numbers[2] *= weights[i];
    qsort(lines->lines, (size_t)lines->count, sizeof lines->lines[0], by_padding);
}

static void fill_batches(Lines *lines) {
    static const char *const NAMES[2] = {"fits", "misses"};
    double most = lines->why->metrics->max_batch;
    MemoryModel model;
    memory_model(&model, lines->why->design, NULL);
    for (int i = 0; i < 2; i++) {
        double batch = most + i;
        if (batch < 1 || batch > MEMORY_BATCHES)
            continue;
        Memory memory = memory_at(&model, (int)batch);
        Line *line = add_line(lines, NAMES[!memory.fits], NULL);
        snprintf(line->shape, sizeof line->shape, "batch %.0f", batch);
        line->numbers[0] = memory.used_bytes;
        line->numbers[1] = memory.usable_bytes;
        line->numbers[2] = memory.usable_bytes - memory.used_bytes;
    }
}

static void note_batches(Text *out, const Lines *lines) {
    const Plan *plan = &lines->why->design->plan;
    if (plan->dp > 1)
        text_addf(out, "  The fullest of %d groups holds batch / dp sequences, rounded up.\n",
                  plan->dp);
    if (lines->count == 1 && lines->why->metrics->max_batch > 0)
        text_addf(out, "  The search ends at a batch of %d.\n", MEMORY_BATCHES);
}

// clang-format off
static const Work WORKS[] = {
    {"compute_s", "sum over the ops that compute binds of max(matrix, vector)", {"bound_s"}, UNIT_S, true,
     fill_compute, note_compute},
    {"memory_s", "sum over the ops that the memory binds of its busy time", {"bound_s"}, UNIT_S, true,
     fill_memory, note_memory},
    {"comm_s", "sum over collectives, dispatches and hand-offs of the links' busy time", {"bound_s"}, UNIT_S, true,
     fill_comm, note_comm},
    {"overhead_s", "sum over all ops of the fixed time", {"fixed_s"}, UNIT_S, true,
     fill_overhead, note_overhead},
    {"time_overlap_s", "sum over places of max(chip, links): the shorter side hides behind the longer",
     {"chip_s", "links_s", "hidden_s", "left_s"}, UNIT_S, false, fill_best, note_best},
    {"time_no_overlap_s", "sum over places of matrix + vector + memory + link + fixed",
     {"matrix_s", "vector_s", "memory_s", "link_s", "fixed_s", "sum_s"}, UNIT_S, false, fill_worst, note_worst},
    {"bound", "the parts of time_s, largest first", {"part_s"}, UNIT_S, false,
     fill_parts, NULL},
    {"power_w", "the parts of it over all chips, largest first", {"part_w"}, UNIT_W, false, fill_power, note_power},
    {"executed_flop", "matmuls in whole tiles, on the fullest chip: one unit of work in one layer, and the padding of all",
     {"shape_flop", "executed_flop", "padding_flop"}, UNIT_FLOP, true, fill_tiles, NULL},
    {"max_batch", "largest batch with hbm_used_bytes <= capacity - reserve_bytes",
     {"used_bytes", "usable_bytes", "spare_bytes"}, UNIT_BYTES, true, fill_batches, note_batches},
};
// clang-format on

static const Work *work_of(const char *metric) {
    for (size_t i = 0; i < sizeof WORKS / sizeof WORKS[0]; i++)
        if (strcmp(WORKS[i].metric, metric) == 0)
            return &WORKS[i];
    return NULL;
}

static Lines *lines_of(const Work *work, const Why *why) {
    Lines *lines = calloc(1, sizeof *lines);
    if (!lines) {
        fprintf(stderr, "chipfit: out of memory\n");
        abort();
    }
    lines->why = why;
    work->fill(lines);
    return lines;
}

static int number_count(const Work *work) {
    int count = 0;
    while (count < NUMBERS && work->heads[count])
        count++;
    return count;
}

static void place_cell(Table *table, const Lines *lines, const Line *line) {
    bool generate = lines->why->design->workload.phase >= PHASE_GENERATE;
    const char *where = line->where ? line->where : "";
    table_cell(table, "%s%s%s", generate && line->where ? PHASE_WORDS[line->phase] : "",
               generate && line->where ? ", " : "", where);
}

static void line_cells(Table *table, const Work *work, const Lines *lines, const Line *line) {
    bool place = line->where && line->name == line->where;
    if (place)
        place_cell(table, lines, line);
    else
        table_cell(table, "%s", line->name);
    if (work->shapes) {
        place_cell(table, lines, line);
        table_cell(table, "%s", line->shape);
    }
    for (int i = 0; i < number_count(work); i++) {
        char text[48];
        unit_format(text, sizeof text, line->numbers[i], work->unit);
        table_cell(table, "%s", text);
    }
}

static void add_table(Text *out, const Work *work, const Lines *lines) {
    TableColumn columns[3 + NUMBERS] = {
        {"  ", true},
        {"",   true},
        {"",   true}
    };
    int words = work->shapes ? 3 : 1, numbers = number_count(work);
    for (int i = 0; i < numbers; i++)
        columns[words + i] = (TableColumn){work->heads[i], false};
    Table table = {.columns = columns, .column_count = words + numbers};
    for (int i = 0; i < lines->count && i < LINES_SHOWN; i++)
        line_cells(&table, work, lines, &lines->lines[i]);
    if (lines->count > LINES_SHOWN)
        table_line(&table, "and %d more", lines->count - LINES_SHOWN);
    Text text = {0};
    table_write(&table, &text);
    table_free(&table);
    for (const char *line = text.data; line && *line; line += strcspn(line, "\n") + 1)
        text_addf(out, "  %.*s\n", (int)strcspn(line, "\n"), line);
    text_free(&text);
}

void worked_text(Text *out, const char *metric, const Why *why) {
    const Work *work = work_of(metric);
    if (!work)
        return;
    Lines *lines = lines_of(work, why);
    text_add(out, "\n  ");
    table_wrap(out, work->rule, 2, 2);
    if (lines->count > 0) {
        text_add(out, "\n");
        add_table(out, work, lines);
    }
    if (work->note)
        work->note(out, lines);
    free(lines);
}

static void add_member(Text *out, const char *key, const char *value) {
    text_addf(out, "\"%s\":", key);
    text_add_json(out, value);
    text_add(out, ",");
}

void worked_json(Text *out, const char *metric, const Why *why) {
    const Work *work = work_of(metric);
    if (!work)
        return;
    Lines *lines = lines_of(work, why);
    text_add(out, ",\"rule\":");
    text_add_json(out, work->rule);
    text_add(out, ",\"worked\":[");
    for (int i = 0; i < lines->count; i++) {
        const Line *line = &lines->lines[i];
        text_add(out, i ? ",{" : "{");
        add_member(out, "name", line->name);
        if (line->where) {
            add_member(out, "where", line->where);
            add_member(out, "phase", PHASE_WORDS[line->phase]);
        }
        if (work->shapes)
            add_member(out, "shape", line->shape);
        for (int j = 0; j < number_count(work); j++) {
            text_addf(out, "%s\"%s\":", j ? "," : "", work->heads[j]);
            text_add_number(out, line->numbers[j]);
        }
        text_add(out, "}");
    }
    text_add(out, "]");
    free(lines);
}
