// record.h — a chip, system or model as JSON, by its FieldTable, with the same keys as in its Lua file.
#ifndef LUA_RECORD_H
#define LUA_RECORD_H

#include "sim/base/field.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Whether the record says something about the field: a text that is there, a number inside its range, a section whose
// required texts are there.
bool record_has(const Field *field, const void *object);

// Appends "key":value pairs of all fields without braces; null where the record says nothing.
void record_members(Text *out, const FieldTable *table, const void *object);

#ifdef __cplusplus
}
#endif
#endif
