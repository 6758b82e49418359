// place.h — finds the line of a key in a script's text, because Lua tables forget where they were written.
//
// The text is scanned as Lua would read it: strings and comments are skipped, brackets are counted. A table that is not
// written out as { ... } at that place has no keys to be found; then its own line is the best answer.
#ifndef LUA_PLACE_H
#define LUA_PLACE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// A table constructor in a text.
typedef struct Place {
    const char *inside; // behind its '{'; NULL when the value is no constructor
    int line;           // of the '{', or of the key
} Place;

// The first constructor from the start of the line on.
Place place_call(const char *text, int line);

// The value of `key` in the table; line: of the key, or of the table where it does not stand there.
Place place_key(Place table, const char *key);

// The element of a list, counted from 1.
Place place_element(Place table, int element);

#ifdef __cplusplus
}
#endif
#endif
