#include "lua/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *kind_of(mode_t mode) {
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISFIFO(mode))
        return "a pipe";
    if (S_ISSOCK(mode))
        return "a socket";
    return "a device";
}

// A file may grow while it is read, so that the size is watched here and not taken from fstat.
static bool read_all(int fd, size_t max_bytes, Text *text, Error *err) {
    char buffer[16384];
    size_t total = 0;
    for (;;) {
        ssize_t count = read(fd, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_set(err, "cannot be read: %s", strerror(errno));
        if (count == 0)
            return true;
        total += (size_t)count;
        if (total > max_bytes)
            return error_set(err, "is larger than %zu KiB", max_bytes >> 10);
        if (memchr(buffer, '\0', (size_t)count))
            return error_set(err, "is not a text file: it holds zero bytes");
        text_add_n(text, buffer, (size_t)count);
    }
}

bool file_read(const char *path, size_t max_bytes, Text *text, Error *err) {
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); // a pipe without a writer would block
    struct stat info;
    bool ok = fd >= 0 && fstat(fd, &info) == 0;
    if (!ok)
        error_set(err, "cannot be opened: %s", strerror(errno));
    else if (!S_ISREG(info.st_mode))
        ok = error_set(err, "is %s, not a file", kind_of(info.st_mode));
    else
        ok = read_all(fd, max_bytes, text, err);
    if (fd >= 0)
        close(fd);
    text_add(text, "");
    return ok || error_where(err, path, 0);
}

bool file_write(const char *path, const Text *text, Error *err) {
    Text temporary = {0};
    text_addf(&temporary, "%s.writing-%ld", path, (long)getpid());
    FILE *file = fopen(temporary.data, "w");
    bool good =
        file && (text->length == 0 || fwrite(text->data, 1, text->length, file) == text->length);
    int cause = errno;
    if (file && fclose(file) != 0 && good) {
        good = false;
        cause = errno;
    }
    if (good && rename(temporary.data, path) != 0) {
        good = false;
        cause = errno;
    }
    if (!good) {
        unlink(temporary.data);
        error_set(err, "cannot be written: %s", strerror(cause));
        error_where(err, path, 0);
    }
    text_free(&temporary);
    return good;
}
