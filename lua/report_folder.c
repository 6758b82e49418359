#include "lua/report_folder.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lua/file.h"
#include "results/html.h"
#include "sim/base/heap.h"

#define FILES      256
#define NAME_BYTES 160
#define PAGE_BYTES ((size_t)64 << 20)
#define PLOTS      "plots"
#define DRAFT      ".chipfit-report-" // and the process that gathers files there

static const char *const OWN[] = {"index.html", "report.md", "frontier.csv", "best.csv", "why.csv"};

struct ReportFolder {
    Text path, draft, plots; // the folder, where files are gathered, and pictures in it
    Text old;                // names of the files of the report that is there
    char names[FILES][NAME_BYTES];
    int count;
    bool made; // the folder is new
};

static bool failed(const char *path, Error *err) {
    error_set(err, "cannot be written: %s", strerror(errno));
    return error_where(err, path, 0);
}

// Whether a report may hold a file of that name: then a page that lists it may be believed.
static bool is_name(const char *name, size_t length) {
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    for (size_t i = 0; i < sizeof OWN / sizeof OWN[0]; i++)
        if (strlen(OWN[i]) == length && strncmp(OWN[i], name, length) == 0)
            return true;
    size_t lead = strlen(PLOTS "/");
    return length > lead + 1 && length < NAME_BYTES && strncmp(name, PLOTS "/", lead) == 0 &&
           name[lead] != '.' && strspn(name + lead, PLAIN) >= length - lead;
}

// Whether the word stands among words with blanks between.
static bool is_among(const char *words, const char *word) {
    size_t length = strlen(word);
    for (const char *at = words; (at = strstr(at, word)); at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static Text path_of(const Text *folder, const char *name) {
    Text path = {0};
    text_addf(&path, "%s/%s", folder->data, name);
    return path;
}

// --- Opening and closing -----------------------------------------------------------------------------------------

static bool read_old(ReportFolder *folder, bool *machine, Error *err) {
    struct stat is;
    Text path = path_of(&folder->path, "index.html"), page = {0};
    bool good = true;
    if (lstat(path.data, &is) == 0) {
        good = file_read(path.data, PAGE_BYTES, &page, err);
        if (good && !html_files(page.data, &folder->old)) {
            error_set(err, "is there already and no report of chipfit");
            error_hint(err, "take another folder for -o, or move it away");
            good = error_where(err, path.data, 0);
        }
        *machine = false;
    }
    text_add(&folder->old, "");
    text_free(&page);
    text_free(&path);
    return good;
}

// Removes a folder of files.
static void drop(const char *path) {
    DIR *files = opendir(path);
    for (struct dirent *file; files && (file = readdir(files));) {
        Text name = {0};
        text_addf(&name, "%s/%s", path, file->d_name);
        if (strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0)
            unlink(name.data);
        text_free(&name);
    }
    if (files)
        closedir(files);
    rmdir(path);
}

static bool is_folder(const char *path) { // and no link to one
    struct stat is;
    return lstat(path, &is) == 0 && S_ISDIR(is.st_mode);
}

// Whether a name is that of the draft of a process that is gone, or whose number is ours now.
static bool is_stale(const char *name) {
    if (strncmp(name, DRAFT, strlen(DRAFT)) != 0)
        return false;
    char *end;
    const char *number = name + strlen(DRAFT);
    long process = strtol(number, &end, 10);
    return end > number && *end == '\0' && process > 0 &&
           (process == (long)getpid() || (kill((pid_t)process, 0) != 0 && errno == ESRCH));
}

// What a killed report has left behind.
static void drop_stale(const Text *path) {
    DIR *files = opendir(path->data);
    for (struct dirent *file; files && (file = readdir(files));) {
        if (!is_stale(file->d_name))
            continue;
        Text draft = path_of(path, file->d_name), plots = path_of(&draft, PLOTS);
        if (is_folder(draft.data) && is_folder(plots.data))
            drop(plots.data);
        if (is_folder(draft.data))
            drop(draft.data);
        text_free(&plots);
        text_free(&draft);
    }
    if (files)
        closedir(files);
}

static bool make(ReportFolder *folder, Error *err) {
    struct stat is;
    folder->made = mkdir(folder->path.data, 0777) == 0;
    if (!folder->made && errno != EEXIST)
        return failed(folder->path.data, err);
    if (stat(folder->path.data, &is) != 0)
        return failed(folder->path.data, err);
    if (!S_ISDIR(is.st_mode)) {
        error_set(err, "is no folder");
        return error_where(err, folder->path.data, 0);
    }
    drop_stale(&folder->path);
    text_addf(&folder->draft, "%s/" DRAFT "%ld", folder->path.data, (long)getpid());
    text_addf(&folder->plots, "%s/" PLOTS, folder->draft.data);
    if (mkdir(folder->draft.data, 0777) != 0 || mkdir(folder->plots.data, 0777) != 0)
        return failed(folder->path.data, err);
    return true;
}

ReportFolder *folder_open(const char *path, bool *machine, Error *err) {
    ReportFolder *folder = heap_take(1, sizeof *folder);
    text_add(&folder->path, path);
    *machine = true;
    if (make(folder, err) && read_old(folder, machine, err))
        return folder;
    folder_close(folder);
    return NULL;
}

void folder_close(ReportFolder *folder) {
    if (!folder)
        return;
    if (folder->draft.data) {
        drop(folder->plots.data);
        drop(folder->draft.data);
    }
    if (folder->made)
        rmdir(folder->path.data); // goes when it is still empty
    text_free(&folder->path);
    text_free(&folder->draft);
    text_free(&folder->plots);
    text_free(&folder->old);
    free(folder);
}

// --- Gathering -------------------------------------------------------------------------------------------------------

static bool note(ReportFolder *folder, const char *name, Error *err) {
    for (int i = 0; i < folder->count; i++)
        if (strcmp(folder->names[i], name) == 0)
            return true;
    if (folder->count == FILES || !is_name(name, strlen(name)))
        return error_set(err, "'%.100s' can be no file of a report", name);
    snprintf(folder->names[folder->count++], NAME_BYTES, "%s", name);
    return true;
}

bool folder_add(ReportFolder *folder, const char *name, const Text *text, Error *err) {
    Text path = path_of(&folder->draft, name);
    bool good = note(folder, name, err) && file_write(path.data, text, err);
    text_free(&path);
    return good;
}

const char *folder_plots(const ReportFolder *folder) {
    return folder->plots.data;
}

static int by_name(const void *a, const void *b) {
    return strcmp(a, b);
}

// What stands among the pictures belongs to the report.
static bool note_plots(ReportFolder *folder, Error *err) {
    DIR *files = opendir(folder->plots.data);
    if (!files)
        return failed(folder->plots.data, err);
    bool good = true;
    for (struct dirent *file; good && (file = readdir(files));) {
        Text name = {0};
        text_addf(&name, PLOTS "/%s", file->d_name);
        good = file->d_name[0] == '.' || note(folder, name.data, err);
        text_free(&name);
    }
    closedir(files);
    qsort(folder->names, (size_t)folder->count, sizeof folder->names[0], by_name);
    return good;
}

void folder_names(const ReportFolder *folder, Text *names) {
    Error none;
    note_plots((ReportFolder *)(void *)folder, &none);
    text_add(names, "index.html");
    for (int i = 0; i < folder->count; i++)
        text_addf(names, " %s", folder->names[i]);
}

// --- Taking their places -----------------------------------------------------------------------------------------

// Whether the last report has the file, or the script that draws it: a picture may have been drawn by hand since.
static bool was_ours(const ReportFolder *folder, const char *name) {
    const char *ending = strrchr(name, '.');
    if (is_among(folder->old.data, name))
        return true;
    Text script = {0};
    text_add_n(&script, name, ending ? (size_t)(ending - name) : strlen(name));
    text_add(&script, ".gp");
    bool drawn = is_among(folder->old.data, script.data);
    text_free(&script);
    return drawn;
}

// No file of somebody else's may stand where one of the report goes.
static bool is_free(const ReportFolder *folder, const char *name, Error *err) {
    struct stat is;
    Text path = path_of(&folder->path, name);
    bool good = lstat(path.data, &is) != 0 || (was_ours(folder, name) && !S_ISDIR(is.st_mode));
    if (!good) {
        error_set(err, "is there already and belongs to no report");
        error_hint(err, "take another folder for -o, or move it away");
        error_where(err, path.data, 0);
    }
    text_free(&path);
    return good;
}

static bool move(const ReportFolder *folder, const char *name, Error *err) {
    Text from = path_of(&folder->draft, name), to = path_of(&folder->path, name);
    bool good = rename(from.data, to.data) == 0 || failed(to.data, err);
    text_free(&from);
    text_free(&to);
    return good;
}

// Files of the last report that this one has not.
static void remove_old(const ReportFolder *folder, const char *names) {
    for (const char *name = folder->old.data; *name;) {
        size_t length = strcspn(name, " ");
        Text word = {0};
        text_add_n(&word, name, length);
        if (is_name(name, length) && !is_among(names, word.data)) {
            Text path = path_of(&folder->path, word.data);
            unlink(path.data);
            text_free(&path);
        }
        text_free(&word);
        name += length + strspn(name + length, " ");
    }
    Text plots = path_of(&folder->path, PLOTS);
    rmdir(plots.data); // when it is empty
    text_free(&plots);
}

static bool place_all(ReportFolder *folder, bool *machine, Error *err) {
    *machine = false;
    for (int i = 0; i < folder->count; i++)
        if (!is_free(folder, folder->names[i], err))
            return false;
    *machine = true;
    Text plots = path_of(&folder->path, PLOTS);
    bool good = mkdir(plots.data, 0777) == 0 || errno == EEXIST || failed(plots.data, err);
    text_free(&plots);
    for (int i = 0; good && i < folder->count; i++)
        good = move(folder, folder->names[i], err);
    return good && move(folder, "index.html", err);
}

bool folder_place(ReportFolder *folder, const Text *page, bool *machine, Error *err) {
    Text path = path_of(&folder->draft, "index.html"), names = {0};
    *machine = true;
    bool good = note_plots(folder, err) && file_write(path.data, page, err) &&
                place_all(folder, machine, err);
    folder_names(folder, &names);
    if (good) {
        remove_old(folder, names.data);
        folder->made = false;
    }
    text_free(&path);
    text_free(&names);
    return good;
}
