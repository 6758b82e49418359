// Runs gnuplot on a plot's script and takes what it drew.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "results/plot.h"
#include "results/plot_page.h"
#include "results/plot_words.h"

#define PATH_BYTES   4096
#define DRAW_SECONDS 120 // a script of ours that takes so long hangs

// --- gnuplot -----------------------------------------------------------------------------------------------------------

typedef struct Run {
    const char *folder, *script; // the script's name in that folder
    const char *out;             // what `out` is set to
    FILE *said, *drawn;          // what it writes
} Run;

static void become_gnuplot(const Run *run, const char *setting) {
    int nothing = open("/dev/null", O_RDONLY);
    if (chdir(run->folder) != 0 || nothing < 0 || dup2(nothing, 0) < 0 ||
        dup2(fileno(run->drawn), 1) < 0 || dup2(fileno(run->said), 2) < 0)
        _exit(126);
    unsetenv("GNUTERM");
    alarm(DRAW_SECONDS);
    // -d: without the settings of the user and of the system
    execlp("gnuplot", "gnuplot", "-d", "-e", setting, run->script, (char *)NULL);
    _exit(errno == ENOENT ? 127 : 126);
}

static void add_file(Text *out, FILE *file) {
    char buffer[4096];
    size_t count;
    rewind(file);
    while ((count = fread(buffer, 1, sizeof buffer, file)) > 0)
        text_add_n(out, buffer, count);
    text_add(out, "");
}

// What it said, on one line.
static bool refuse(FILE *said, const char *what, Error *err) {
    Text words = {0}, clean = {0};
    add_file(&words, said);
    words_clean(&clean, words.data, 300);
    error_set(err, "gnuplot did not draw %s%s%s", what, clean.length > 0 ? ": " : "", clean.data);
    text_free(&words);
    text_free(&clean);
    return false;
}

static PlotDrawn run_gnuplot(const Run *run, Error *err) {
    Text setting = {0};
    int status = 0;
    text_add(&setting, "out = ");
    words_literal(&setting, run->out);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        become_gnuplot(run, setting.data);
    pid_t ended = 0;
    while (child > 0 && (ended = waitpid(child, &status, 0)) < 0 && errno == EINTR)
        ;
    text_free(&setting);
    int code = child > 0 && ended == child && WIFEXITED(status) ? WEXITSTATUS(status) : 126;
    if (code == 127) {
        error_set(err, "gnuplot is missing");
        error_hint(err, "apt-get install gnuplot-nox");
        return PLOT_NO_GNUPLOT;
    }
    fseek(run->said, 0, SEEK_END);
    if (code != 0 || ftell(run->said) > 0) {
        refuse(run->said, run->out, err);
        return PLOT_FAILED;
    }
    return PLOT_DRAWN;
}

static PlotDrawn run_quietly(Run *run, Error *err) {
    PlotDrawn result = PLOT_FAILED;
    run->said = tmpfile();
    run->drawn =
        run->drawn ? run->drawn : run->said; // nothing is drawn there: then it says something
    if (run->said)
        result = run_gnuplot(run, err);
    else
        error_set(err, "no temporary file: %s", strerror(errno));
    if (run->said)
        fclose(run->said);
    return result;
}

// --- svg ---------------------------------------------------------------------------------------------------------------

// gnuplot gives its shapes the same ids in every file. Several pictures in one page need ids of their own: each gets the
// plot's before it, where it is given (id='x') and where it is meant (href='#x', url(#x)).
static size_t id_at(const char *tag) {
    static const char *const STARTS[] = {" id='", " id=\"", "href='#", "href=\"#", "url(#"};
    for (size_t i = 0; i < sizeof STARTS / sizeof STARTS[0]; i++)
        if (strncmp(tag, STARTS[i], strlen(STARTS[i])) == 0)
            return strlen(STARTS[i]);
    return 0;
}

// Only inside tags: texts may hold anything, but no '<'.
static void own_ids(const char *svg, const char *id, Text *out) {
    bool tag = false;
    for (const char *at = svg; *at; at++) {
        tag = *at == '<' || (tag && *at != '>');
        size_t length = tag ? id_at(at) : 0;
        if (length == 0) {
            text_add_n(out, at, 1);
            // Cells have edges: a browser would blur them.
            if (tag && strncmp(at, "<image", 6) == 0) {
                text_add(out, "image style='image-rendering:pixelated'");
                at += 5;
            }
            continue;
        }
        text_add_n(out, at, length);
        at += length - 1;
        if (strncmp(at + 1, id, strlen(id)) != 0)
            text_addf(out, "%s_", id);
    }
}

static bool mend_svg(const char *path, const char *name, Error *err) {
    Text svg = {0}, mended = {0}, id = {0};
    FILE *file = fopen(path, "r+");
    if (!file)
        return error_set(err, "%s: %s", path, strerror(errno));
    add_file(&svg, file);
    plot_page_id(&id, name);
    own_ids(svg.data, id.data, &mended);
    rewind(file);
    bool good = fwrite(mended.data, 1, mended.length, file) == mended.length;
    good = fclose(file) == 0 && good;
    text_free(&svg);
    text_free(&mended);
    text_free(&id);
    return good || error_set(err, "%s: %s", path, strerror(errno));
}

PlotDrawn plot_draw(const char *folder, const char *name, const char *ending, Error *err) {
    char script[PATH_BYTES], out[PATH_BYTES], writing[2 * PATH_BYTES], path[2 * PATH_BYTES];
    snprintf(script, sizeof script, "./%s.gp", name);
    snprintf(out, sizeof out, "%s.writing-%ld.%s", name, (long)getpid(), ending);
    snprintf(writing, sizeof writing, "%s/%s", folder, out);
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    Run run = {.folder = folder, .script = script, .out = out};
    PlotDrawn drawn = run_quietly(&run, err);
    if (drawn == PLOT_DRAWN && strcmp(ending, "svg") == 0 && !mend_svg(writing, name, err))
        drawn = PLOT_FAILED;
    if (drawn == PLOT_DRAWN && rename(writing, path) != 0) {
        error_set(err, "cannot be written: %s", strerror(errno));
        error_where(err, path, 0);
        drawn = PLOT_FAILED;
    }
    if (drawn != PLOT_DRAWN)
        unlink(writing);
    return drawn;
}

// --- Text --------------------------------------------------------------------------------------------------------------

static bool write_beside(const char *folder, const char *name, const Text *text, char *path,
                         Error *err) {
    snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    bool good = file && fwrite(text->data, 1, text->length, file) == text->length;
    good = file && fclose(file) == 0 && good;
    return good || error_set(err, "%s: %s", path, strerror(errno));
}

// Without the blanks at the ends of lines and the empty lines round them.
static void add_drawn(Text *out, FILE *drawn) {
    Text all = {0};
    add_file(&all, drawn);
    size_t kept = out->length;
    bool begun = false;
    for (const char *at = all.data; *at;) {
        at += *at == '\f'; // gnuplot begins a page
        size_t length = strcspn(at, "\n"), end = length;
        while (end > 0 && at[end - 1] == ' ')
            end--;
        begun |= end > 0;
        if (begun) {
            text_add_n(out, at, end);
            text_add(out, "\n");
        }
        if (end > 0)
            kept = out->length;
        at += length + (at[length] == '\n');
    }
    if (out->data) {
        out->length = kept;
        out->data[kept] = '\0';
    }
    text_free(&all);
}

static PlotDrawn draw_text(const char *folder, const Text *script, const Text *data, Text *out,
                           Error *err) {
    char script_path[PATH_BYTES], data_path[PATH_BYTES];
    PlotDrawn result = PLOT_FAILED;
    bool written = write_beside(folder, "text.gp", script, script_path, err) &&
                   write_beside(folder, "text.dat", data, data_path, err);
    FILE *drawn = written ? tmpfile() : NULL;
    Run run = {.folder = folder, .script = "./text.gp", .out = "-", .drawn = drawn};
    if (drawn)
        result = run_quietly(&run, err);
    else if (written)
        error_set(err, "no temporary file: %s", strerror(errno));
    if (result == PLOT_DRAWN)
        add_drawn(out, drawn);
    if (drawn)
        fclose(drawn);
    unlink(script_path);
    unlink(data_path);
    return result;
}

PlotDrawn plot_text(const Plot *plot, int columns, int lines, Text *out, Error *err) {
    const char *temporary = getenv("TMPDIR");
    char folder[PATH_BYTES - 32];
    PlotPage page = {columns, lines, 1, 1, true};
    Plot named = *plot;
    Text script = {0}, data = {0};
    PlotDrawn result = PLOT_FAILED;
    named.name = "text";
    snprintf(folder, sizeof folder, "%s/chipfit-plot-XXXXXX", temporary ? temporary : "/tmp");
    if (!plot_page_write(&named, &page, &script, &data, err)) {
        error_where(err, plot->name, 0);
    } else if (!mkdtemp(folder)) {
        error_set(err, "%s: %s", folder, strerror(errno));
    } else {
        result = draw_text(folder, &script, &data, out, err);
        rmdir(folder);
    }
    text_free(&script);
    text_free(&data);
    return result;
}
