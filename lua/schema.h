// schema.h — what the FieldTables say, for people (chipfit schema) and for editors (lua/types.lua).
#ifndef LUA_SCHEMA_H
#define LUA_SCHEMA_H

#include "sim/base/field.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// A line for each field: name, what it takes, default, meaning; sections are indented. `only`: NULL-terminated names of
// the fields to show, NULL: all.
void schema_table(Text *out, const FieldTable *table, const char *const *only);

// LuaCATS annotations of the struct and its sections, and of the constructor function of that name.
void schema_stub(Text *out, const FieldTable *table);

#ifdef __cplusplus
}
#endif
#endif
