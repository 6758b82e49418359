// lock.h — the file of a run, made or found, and held by the one process that writes it.
#ifndef RESULTS_LOCK_H
#define RESULTS_LOCK_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Makes a new file, or takes an existing one; -1 with the reason, *machine: a fault of the disk. The descriptor holds
// the lock. It must be closed after all else that this process has open of the file: closing drops every lock on it.
int lock_take(const char *path, bool make, bool *machine, Error *err);

// Whether there is a plain file to be read: a pipe would wait for ever.
bool lock_plain(const char *path, Error *err);

// Removes a run's file with all that SQLite puts beside it.
void lock_remove(const char *path);

// Whether commits may stand in the log beside the file.
bool lock_has_log(const char *path);

// What errno says, in plain words.
const char *lock_cause(int number);

#ifdef __cplusplus
}
#endif
#endif
