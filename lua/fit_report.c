#include "lua/fit_report.h"

#include <math.h>
#include <stdio.h>

#include "lua/table.h"

static const TableColumn COLUMNS[] = {
    {"kernel class",         true },
    {"rows",                 false},
    {"median %",             false},
    {"MAPE %",               false},
    {"p90 %",                false},
    {"other chip: median %", false},
    {"MAPE %",               false},
    {"p90 %",                false},
    {"interval %",           false}
};

void fit_report_tell(void *context, KernelClass class, const FitReport *report) {
    (void)context;
    fprintf(stderr, "%-18s %6.0f rows  median %.1f %%  MAPE %.1f %%  p90 %.1f %%\n",
            KERNEL_CLASSES[class].name, report->rows, 100 * report->median, 100 * report->mape,
            100 * report->p90);
}

void fit_report_print(const Profile *profile) {
    Table table = {.columns = COLUMNS, .column_count = FIELD_COUNT(COLUMNS)};
    Text out = {0};
    for (int i = 0; i < KERNEL_CLASS_COUNT; i++) {
        const Fit *fit = &profile->fits[i];
        const FitReport *report = &fit->report;
        const double shares[] = {report->median,      report->mape,      report->p90,
                                 report->chip_median, report->chip_mape, report->chip_p90};
        if (report->rows == 0)
            continue;
        table_cell(&table, "%s", KERNEL_CLASSES[i].name);
        table_cell(&table, "%.0f", report->rows);
        for (int k = 0; k < FIELD_COUNT(shares); k++) {
            if (k >= 3 && report->chip_p90 == 0)
                table_cell(&table, "-");
            else
                table_cell(&table, "%.1f", 100 * shares[k]);
        }
        int middle = RESIDUAL_BANDS / 2;
        table_cell(&table, "%.0f .. +%.0f", 100 * (exp(fit->residual.low[middle]) - 1),
                   100 * (exp(fit->residual.high[middle]) - 1));
    }
    table_write(&table, &out);
    fputs(out.data, stdout);
    text_free(&out);
    table_free(&table);
}
