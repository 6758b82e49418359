// results_file.h — a results file that grows by whole tasks: locked against a second writer, on disk after each append.
//
// Nothing is written before the first append. It then drops what a killed run left half-written.
#ifndef VALIDATE_RESULTS_FILE_H
#define VALIDATE_RESULTS_FILE_H

#include "validate/measurement.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ResultsFile {
    const char *path; // the caller's
    int descriptor;   // -1: the file does not exist yet
    size_t length;    // of what is whole in it
} ResultsFile;

// Opens a file and reads what it holds; a file that does not exist holds nothing. false: it cannot be written, is not of
// this kind, or another run writes to it. results_file_close and results_free are due in any case.
bool results_file_open(ResultsFile *file, const char *path, Results *held, Error *err);

// Adds rows, all or none. false: the machine failed.
bool results_file_append(ResultsFile *file, const Text *rows, Error *err);

// Puts rows in the place of all that is there, at once: whoever reads sees the old file or the new one. Nothing may be
// appended after.
bool results_file_replace(ResultsFile *file, const Text *rows, Error *err);
void results_file_close(ResultsFile *file);

#ifdef __cplusplus
}
#endif
#endif
