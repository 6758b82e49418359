// validation.h — a results file beside what the model says of it: compared, printed, stored, plotted.
//
//     validation_open ── validation_compare ──> rows ── validation_print | validation_store | parity_write (lua/parity.h)
// validation_close frees it.
#ifndef LUA_VALIDATION_H
#define LUA_VALIDATION_H

#include "lua/library.h"
#include "sim/request.h"
#include "validate/compare.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ValidationOptions {
    const char *chip;    // what the device is, a name or a .lua file; NULL: what the results say
    const char *profile; // NULL: the one that serves the chip
    const char *mode;    // "datasheet": that alone
    bool warm;           // warm times in place of cold ones
    bool disturbed;      // disturbed rows count as well
    double tolerance;    // of the median error
} ValidationOptions;

typedef struct Validation {
    Library *library; // the caller's
    ValidationOptions options;
    Request request; // mode and profile
    const Chip *chip;
    const Profile *profile; // that was named
    Results results;
    Compared *rows;
    int count;
    CompareGroup total;
} Validation;

// Finds what the options name: wrong words are told before anything is measured. Start from {0}.
bool validation_open(Validation *validation, Library *library, const ValidationOptions *options,
                     Error *err);
void validation_close(Validation *validation);

// Whether a device can be compared: its chip is known.
bool validation_knows(const Validation *validation, const char *chip, Error *err);

bool validation_compare(Validation *validation, const char *results_path, Error *err);

// Rows by class of kernel and format, then the worst rows, those that were disturbed, and what was noticed.
void validation_print(const Validation *validation);

// One object a group and line, the last one over all rows ("op": "all").
void validation_json(const Validation *validation);

// Whether the median error is within the tolerance. Not where nothing was measured, or most of it disturbed.
bool validation_passes(const Validation *validation);

// Adds tables measurement and prediction and the view validation to a run's file or one of its own. source: of the shapes.
bool validation_store(const Validation *validation, const char *path, const char *source,
                      bool *machine, Error *err);

// "64 x 6144 x 4096", for people.
void validation_shape(const Task *task, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
