// field.h — one table describes a struct; readers, schema, editor stubs, SQL and JSON come from it.
//
//     static const Field MEMORY_FIELDS[] = {
//         {.name = "bandwidth", .kind = FIELD_NUMBER, .offset = offsetof(ChipMemory, bandwidth_bytes_per_s),
//          .unit = UNIT_BYTES_PER_S, .min = 1e9, .max = 1e16, .required = true,
//          .help = "peak rate of the memory"}, ...
#ifndef SIM_BASE_FIELD_H
#define SIM_BASE_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/error.h"
#include "sim/base/unit.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum FieldKind {
    FIELD_INT,    // int
    FIELD_NUMBER, // double, in the base unit
    FIELD_BOOL,   // bool
    FIELD_TEXT, // const char *, owned by the reader's arena; with a capacity: an array of so many chars
    FIELD_WORD,    // int: index into words[]
    FIELD_SECTION, // a struct inside the struct, described by `table`
    FIELD_LIST     // an array inside the struct, its count an int at `count_offset`
} FieldKind;

typedef struct FieldTable FieldTable;

typedef struct Field {
    const char *name;
    FieldKind kind;
    size_t offset;
    Unit unit; // of FIELD_NUMBER
    // Inclusive range of FIELD_INT and FIELD_NUMBER, also as elements of a list. Both 0: any value;
    // INFINITY: open on that side.
    double min, max;
    double initial; // value when absent
    bool required;
    FieldKind element;        // FIELD_LIST: FIELD_INT, FIELD_NUMBER, FIELD_TEXT or FIELD_SECTION
    int capacity;             // FIELD_LIST: elements that the array holds; FIELD_TEXT: see there
    size_t count_offset;      // FIELD_LIST
    const char *const *words; // FIELD_WORD: NULL-terminated
    const FieldTable *table;  // FIELD_SECTION, FIELD_LIST of sections
    const char *help;    // meaning in one phrase, with the rule for the default where there is one
    const char *formula; // metrics only: the definition in terms of other names, see lua/why.h
} Field;

struct FieldTable {
    const char *name;    // of the thing described: "chip", "memory", "metrics"
    const Field *fields; // `count` of them
    int count;
    size_t size; // of the struct
    const char *help;
};

#define FIELD_COUNT(fields) ((int)(sizeof(fields) / sizeof((fields)[0])))

// Fills the struct with the initial value of every field, sections included; texts become NULL,
// lists empty. Members without a field are left alone.
void field_init(const FieldTable *table, void *object);

// The field of that name, or NULL and an error with the nearest name.
const Field *field_find(const FieldTable *table, const char *name, Error *err);

// Sets one field from a number in base units, a text (with unit where the field has one; a word;
// true/false) or a bool, after checking kind and range. FIELD_TEXT without a capacity keeps the pointer given. Lists and
// sections are the caller's: an element is set through a copy of the Field with the element's kind
// and offset.
bool field_set_number(const Field *field, void *object, double value, Error *err);
bool field_set_text(const Field *field, void *object, const char *text, Error *err);
bool field_set_bool(const Field *field, void *object, bool value, Error *err);

// The value of a FIELD_INT, FIELD_NUMBER, FIELD_BOOL or FIELD_WORD as a number; NaN for other kinds.
double field_number(const Field *field, const void *object);

// The range as text for messages and schema: "1 GB/s to 10 PB/s", "1 to 1024", "at least 0",
// "prefill, decode", "true or false"; of a list, that of its elements; "" where anything goes.
void field_range(const Field *field, char *text, int size);

#ifdef __cplusplus
}
#endif
#endif
