#include "lua/parity.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lua/file.h"

#define SCRIPT     "results/plots/parity.gp"
#define PATH_BYTES 4096
#define CLASSES    64

// --- Data --------------------------------------------------------------------------------------------------------------

static bool drawn(const Compared *row) {
    return !isnan(row->measured_s) && row->modes[MODE_DATASHEET].known;
}

static void add_row(const Compared *row, Text *out) {
    const Predicted *predicted = &row->modes[compare_mode(row)];
    double low_s = predicted->interval ? predicted->low_s : predicted->time_s;
    double high_s = predicted->interval ? predicted->high_s : predicted->time_s;
    text_addf(out, "%.6g %.6g %.6g %.6g\n", 1e6 * row->measured_s, 1e6 * predicted->time_s,
              1e6 * low_s, 1e6 * high_s);
}

// A block for each class of kernel; returns how many rows there are.
static int add_data(const Validation *validation, Text *out) {
    const char *classes[CLASSES];
    int class_count = 0, rows = 0;
    for (int i = 0; i < validation->count; i++) {
        const Compared *row = &validation->rows[i];
        int at = 0;
        while (at < class_count && strcmp(classes[at], row->op) != 0)
            at++;
        if (drawn(row) && at == class_count && class_count < CLASSES)
            classes[class_count++] = row->op;
    }
    for (int k = 0; k < class_count; k++) {
        text_addf(out, "%s%s\n", k ? "\n\n" : "", classes[k]);
        for (int i = 0; i < validation->count; i++) {
            const Compared *row = &validation->rows[i];
            if (!drawn(row) || strcmp(row->op, classes[k]) != 0)
                continue;
            add_row(row, out);
            rows++;
        }
    }
    return rows;
}

static void add_caption(const Validation *validation, Text *out) {
    const CompareGroup *total = &validation->total;
    Mode mode = total->modes[MODE_CALIBRATED].rows > 0 ? MODE_CALIBRATED : MODE_DATASHEET;
    const Device *device = &validation->results.list[0].device;
    text_addf(out, "%s (%s), %s, %s mode: %d rows, median error %.1f %%", device->device,
              device->backend, validation->options.warm ? "warm" : "cold", MODE_WORDS[mode],
              total->rows, 100 * total->modes[mode].median);
}

// --- gnuplot -----------------------------------------------------------------------------------------------------------

// The script of the data folder, as library_open finds it.
static bool find_script(char path[PATH_BYTES], Error *err) {
    const char *given = getenv("CHIPFIT_DATA");
    char folder[PATH_BYTES - 64];
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    folder[length > 0 ? length : 0] = '\0';
    if (given && given[0])
        snprintf(folder, sizeof folder, "%s/x", given);
    for (char *slash; (slash = strrchr(folder, '/'));) {
        *slash = '\0';
        snprintf(path, PATH_BYTES, "%s/" SCRIPT, folder);
        if (access(path, R_OK) == 0)
            return true;
    }
    return error_set(err, "the script " SCRIPT " is not found");
}

typedef enum Drawn { DRAWN, NO_GNUPLOT, NOT_DRAWN } Drawn;

static Drawn draw(const char *script, const char *data, const char *out, const char *caption) {
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        execlp("gnuplot", "gnuplot", "-c", script, data, out, caption, (char *)NULL);
        _exit(errno == ENOENT ? 127 : 126);
    }
    bool ended = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status);
    int code = ended ? WEXITSTATUS(status) : 126;
    return code == 0 ? DRAWN : code == 127 ? NO_GNUPLOT : NOT_DRAWN;
}

static bool tell(Drawn result, const char *data, const char *out, Error *err) {
    if (result == NOT_DRAWN)
        return error_set(err, "gnuplot did not draw %s", out);
    if (result == NO_GNUPLOT)
        fprintf(
            stderr,
            "chipfit: no plot, gnuplot is missing (apt-get install gnuplot-nox); its data: %s\n",
            data);
    return true;
}

bool parity_write(const Validation *validation, const char *stem, Error *err) {
    static const char *const ENDS[] = {".svg", ".png"};
    char script[PATH_BYTES], data[PATH_BYTES], out[PATH_BYTES];
    Text text = {0}, caption = {0};
    snprintf(data, sizeof data, "%s.dat", stem);
    if (add_data(validation, &text) == 0) {
        fprintf(stderr, "chipfit: no plot, nothing was measured\n");
        text_free(&text);
        return true;
    }
    add_caption(validation, &caption);
    bool good = find_script(script, err) && file_write(data, &text, err);
    for (int i = 0; good && i < 2; i++) {
        snprintf(out, sizeof out, "%s%s", stem, ENDS[i]);
        Drawn result = draw(script, data, out, caption.data);
        good = tell(result, data, out, err);
        if (result == NO_GNUPLOT)
            break;
    }
    text_free(&text);
    text_free(&caption);
    return good;
}

bool parity_print(const Validation *validation, Error *err) {
    char script[PATH_BYTES], data[] = "/tmp/chipfit-parity-XXXXXX";
    Text text = {0}, caption = {0};
    bool good = true;
    if (add_data(validation, &text) > 0) {
        int file = mkstemp(data);
        add_caption(validation, &caption);
        good = file >= 0 && write(file, text.data, text.length) == (ssize_t)text.length;
        if (!good)
            error_set(err, "%s: %s", data, strerror(errno));
        good =
            good && find_script(script, err) &&
            tell(draw(script, data, "-", caption.data), "--plot STEM writes it", "the plot", err);
        if (file >= 0) {
            close(file);
            unlink(data);
        }
    }
    text_free(&text);
    text_free(&caption);
    return good;
}
