#define _GNU_SOURCE // F_OFD_SETLK

#include "results/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/text.h"

// Of the open file, not of the process: SQLite, which frees all locks of the process on the file, does not touch it.
#ifdef F_OFD_SETLK
#define SET_LOCK F_OFD_SETLK
#else
#define SET_LOCK F_SETLK
#endif
#define LOCK_BYTE 0x40001000 // beyond the bytes that SQLite locks

const char *lock_cause(int number) {
    if (number == ENOSPC || number == EDQUOT)
        return "the disk is full";
    if (number == EFBIG)
        return "the file has reached the largest size allowed";
    if (number == EACCES || number == EPERM)
        return "the file or its folder does not permit it";
    return number ? strerror(number) : "reading or writing failed";
}

// Always returns -1; hint may be NULL.
static int refuse(const char *path, const char *what, const char *hint, Error *err) {
    error_set(err, "%s", what);
    if (hint)
        error_hint(err, "%s", hint);
    error_where(err, path, 0);
    return -1;
}

static int refuse_open(const char *path, bool make, bool *machine, Error *err) {
    *machine = false;
    if (errno == EEXIST)
        return refuse(path, "this file exists already",
                      "--resume goes on with a run; another -o begins anew", err);
    if (errno == EISDIR)
        return refuse(path, "this is a folder", NULL, err);
    if (errno == ENOENT && !make)
        return refuse(path, "there is no such file", "without --resume it is begun", err);
    *machine = true;
    return refuse(path, errno == ENOENT ? "its folder does not exist" : lock_cause(errno), NULL,
                  err);
}

int lock_take(const char *path, bool make, bool *machine, Error *err) {
    int file = open(path, O_RDWR | O_CLOEXEC | (make ? O_CREAT | O_EXCL : 0), 0666);
    if (file < 0)
        return refuse_open(path, make, machine, err);
    struct flock lock = {.l_type = F_WRLCK, .l_start = LOCK_BYTE, .l_len = 1};
    struct stat is;
    if (fstat(file, &is) || !S_ISREG(is.st_mode)) {
        *machine = false;
        refuse(path, "this is no plain file", NULL, err);
    } else if (fcntl(file, SET_LOCK, &lock)) {
        bool taken = errno == EAGAIN || errno == EACCES;
        *machine = !taken;
        refuse(path, taken ? "another process is writing this run" : lock_cause(errno), NULL, err);
    } else {
        return file;
    }
    close(file);
    return -1;
}

bool lock_plain(const char *path, Error *err) {
    struct stat is;
    if (stat(path, &is))
        refuse(path, errno == ENOENT ? "there is no such file" : lock_cause(errno), NULL, err);
    else if (!S_ISREG(is.st_mode))
        refuse(path, "this is no plain file", NULL, err);
    else
        return true;
    return false;
}

static void beside(Text *name, const char *path, const char *ending) {
    text_clear(name);
    text_addf(name, "%s%s", path, ending);
}

void lock_remove(const char *path) {
    static const char *const ENDINGS[] = {"", "-wal", "-shm", "-journal"};
    Text name = {0};
    for (int i = 0; i < 4; i++) {
        beside(&name, path, ENDINGS[i]);
        unlink(name.data);
    }
    text_free(&name);
}

bool lock_has_log(const char *path) {
    struct stat is;
    Text name = {0};
    beside(&name, path, "-wal");
    bool has = stat(name.data, &is) == 0 && is.st_size > 0;
    text_free(&name);
    return has;
}
