// variant.h — chips, systems and models that no file holds, written out in a request as JSON: a base and what differs.
//
//     {"base": "llama-3.1-8b", "layers": 40, "experts": 8}        a model, in the words of shape { ... }
//     {"base": "h100_sxm", "memory": {"bandwidth": "5 TB/s"}}     a chip or system, in the words of derive { ... }
// They pass through the code that reads the script of a sweep, so that both mean the same; {"times": 1.5} is times(1.5).
#ifndef LUA_VARIANT_H
#define LUA_VARIANT_H

#include "lua/library.h"
#include "search/space.h"

// Whether a text in a name's place is a variant.
bool variant_is(const char *name);

// The Chip, System or Model (`part`) that the text stands for; it lives in the arena. NULL: an error. Safe for several
// threads, each with its own arena.
const void *variant_read(Library *library, SpacePart part, const char *text, Arena *arena,
                         Error *err);

#endif
