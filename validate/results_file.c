#include "validate/results_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/heap.h"

static bool failed(const ResultsFile *file, const char *what, Error *err) {
    error_set(err, "%s: %s", what, strerror(errno));
    return error_where(err, file->path, 0);
}

static bool lock(const ResultsFile *file, Error *err) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file->descriptor, F_SETLK, &whole) == 0)
        return true;
    if (errno != EACCES && errno != EAGAIN)
        return true; // a file system without locks
    error_set(err, "another run is writing to it");
    return error_where(err, file->path, 0);
}

static bool read_whole(const ResultsFile *file, Text *text, Error *err) {
    char block[65536];
    ssize_t got;
    while ((got = read(file->descriptor, block, sizeof block)) != 0) {
        if (got < 0 && errno != EINTR)
            return failed(file, "cannot be read", err);
        if (got > 0)
            text_add_n(text, block, (size_t)got);
    }
    return true;
}

// Rows are added in today's columns, so the file must have just these.
static bool take_up(ResultsFile *file, const Text *text, Results *held, Error *err) {
    Text header = {0};
    bool cut;
    measurement_header(&header);
    size_t common = text->length < header.length ? text->length : header.length;
    bool ours = common == 0 || memcmp(text->data, header.data, common) == 0;
    bool whole = ours && common == header.length;
    text_free(&header);
    if (!ours) {
        error_set(err, "its columns are not those of a results file of this version");
        error_where(err, file->path, 1);
        return error_hint(err, "name a file that does not exist yet");
    }
    if (!whole) // nothing but a header that was cut off
        return true;
    bool good = results_read(held, file->path, text->data, text->length, &cut, err);
    file->length = good ? held->whole : 0;
    return good;
}

// Whether a file can be made there, without making it.
static bool check_folder(const ResultsFile *file, Error *err) {
    const char *slash = strrchr(file->path, '/');
    Text folder = {0};
    text_add_n(&folder, slash ? file->path : ".", slash ? (size_t)(slash - file->path) + 1 : 1);
    bool good = access(folder.data, W_OK) == 0 || failed(file, "cannot be made", err);
    text_free(&folder);
    return good;
}

bool results_file_open(ResultsFile *file, const char *path, Results *held, Error *err) {
    struct stat about;
    *held = (Results){0};
    *file = (ResultsFile){.path = path, .descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC)};
    if (file->descriptor < 0)
        return errno == ENOENT ? check_folder(file, err) : failed(file, "cannot be opened", err);
    if (fstat(file->descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
        error_set(err, "is not a plain file");
        return error_where(err, path, 0);
    }
    Text text = {0};
    text_add(&text, "");
    bool good = lock(file, err) && read_whole(file, &text, err) && take_up(file, &text, held, err);
    text_free(&text);
    return good;
}

static bool write_whole(int descriptor, const Text *text) {
    size_t done = 0;
    while (done < text->length) {
        ssize_t put = write(descriptor, text->data + done, text->length - done);
        if (put < 0 && errno != EINTR)
            return false;
        done += put > 0 ? (size_t)put : 0;
    }
    return fsync(descriptor) == 0 || errno == EINVAL; // EINVAL: not on a disk
}

static bool make(ResultsFile *file, Error *err) {
    file->descriptor = open(file->path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file->descriptor < 0)
        return failed(file, "cannot be made", err);
    return lock(file, err);
}

bool results_file_append(ResultsFile *file, const Text *rows, Error *err) {
    if (file->descriptor < 0 && !make(file, err))
        return false;
    if (ftruncate(file->descriptor, (off_t)file->length) != 0)
        return failed(file, "cannot be cut to its whole rows", err);
    Text text = {0};
    if (file->length == 0)
        measurement_header(&text);
    text_add_n(&text, rows->data, rows->length);
    bool good = write_whole(file->descriptor, &text);
    if (good)
        file->length += text.length;
    else
        failed(file, "cannot be written", err);
    // What stands half-written is dropped now, or by the next run.
    if (!good && ftruncate(file->descriptor, (off_t)file->length) != 0)
        error_hint(err, "its last row is cut off; a run that takes it up drops that");
    text_free(&text);
    return good;
}

bool results_file_replace(ResultsFile *file, const Text *rows, Error *err) {
    if (file->descriptor < 0)
        return true; // nothing was appended
    Text name = {0}, text = {0};
    struct stat about;
    text_addf(&name, "%s.new", file->path);
    measurement_header(&text);
    text_add_n(&text, rows->data, rows->length);
    mode_t mode = fstat(file->descriptor, &about) == 0 ? about.st_mode & 0777 : 0666;
    int descriptor = open(name.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    bool good =
        descriptor >= 0 && write_whole(descriptor, &text) && rename(name.data, file->path) == 0;
    if (!good) {
        failed(file, "cannot be written anew", err);
        if (descriptor >= 0)
            unlink(name.data);
    }
    if (descriptor >= 0)
        close(descriptor);
    text_free(&name);
    text_free(&text);
    return good;
}

void results_file_close(ResultsFile *file) {
    if (file->descriptor >= 0)
        close(file->descriptor);
    file->descriptor = -1;
}
