#include "sim/systolic.h"

#include <math.h>

// Blocks of weights pass through the units; `team` units share a block and split its rows.
OpCost systolic_cost(const Machine *machine, const Systolic *job) {
    const Rows *rows = &job->rows;
    const ChipMatrix *matrix = &machine->chip->matrix;
    double block = (double)matrix->rows * matrix->columns, least_rows = matrix->rows;
    double blocks =
        job->parts * machine_ceil(job->k / matrix->rows) * machine_ceil(job->n / matrix->columns);
    double row_s = 2 * block * machine->s_per_flop[job->math] * machine->cores /
                   job->matrix_efficiency; // of one unit
    double matrix_s = INFINITY, streamed = 0;
    for (double team = 1; team <= machine->cores; team *= 2) {
        double mean_rows = 0;
        for (int i = 0; i < rows->count; i++) {
            double share = 8 * machine_ceil(rows->rows[i] / (8 * team));
            mean_rows += rows->share[i] * machine_max(share, least_rows);
        }
        double passes = machine_ceil(blocks / machine_floor(machine->cores / team));
        double team_s = passes * mean_rows * row_s;
        streamed = team_s < matrix_s ? blocks * team * mean_rows : streamed;
        matrix_s = machine_min(matrix_s, team_s);
    }
    // The store holds a square block of 4-byte sums in the half that operands leave.
    double side_inverse = machine->held_bytes > 0 ? 1 / sqrt(machine->held_bytes / 4) : 0;
    double reads = job->held ? 0 : side_inverse;
    double hbm_bytes = job->a_memory * machine_max(1, job->n * reads) +
                       job->b_memory * machine_max(1, job->m * reads) + job->c_memory;
    double store_bytes = job->a_bytes + job->b_bytes + job->c_bytes;
    return (OpCost){
        .matrix_s = matrix_s + job->prologue_s,
        .vector_s = job->vector_s,
        .memory_s =
            machine_max(hbm_bytes * machine->s_per_byte, store_bytes * machine->s_per_store_byte) /
            job->memory_efficiency,
        .overhead_s = job->launch_s,
        .executed_flop = 2 * block * streamed,
        .hbm_bytes = hbm_bytes,
        .math = (int)job->math,
    };
}
