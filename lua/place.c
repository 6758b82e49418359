#include "lua/place.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

// A place while scanning.
typedef struct Cursor {
    const char *at;
    int line;
} Cursor;

static bool is_name(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static void step(Cursor *cursor) {
    cursor->line += *cursor->at == '\n';
    cursor->at++;
}

// Number of '=' of a long bracket that opens here, -1 when none does.
static int long_bracket(const char *at) {
    if (*at != '[')
        return -1;
    int level = (int)strspn(at + 1, "=");
    return at[1 + level] == '[' ? level : -1;
}

static void skip_long(Cursor *cursor, int level) {
    for (cursor->at += level + 2; *cursor->at; step(cursor))
        if (*cursor->at == ']' && (int)strspn(cursor->at + 1, "=") == level &&
            cursor->at[1 + level] == ']') {
            cursor->at += level + 2;
            return;
        }
}

static void skip_quoted(Cursor *cursor) {
    char quote = *cursor->at;
    for (step(cursor); *cursor->at && *cursor->at != quote && *cursor->at != '\n'; step(cursor))
        if (*cursor->at == '\\' && cursor->at[1])
            step(cursor);
    if (*cursor->at == quote)
        cursor->at++;
}

// Skips what is no code at the cursor: blanks, comments. Returns whether code is left.
static bool skip_blank(Cursor *cursor) {
    for (;;) {
        if (isspace((unsigned char)*cursor->at)) {
            step(cursor);
        } else if (cursor->at[0] == '-' && cursor->at[1] == '-') {
            cursor->at += 2;
            int level = long_bracket(cursor->at);
            if (level >= 0)
                skip_long(cursor, level);
            else
                cursor->at += strcspn(cursor->at, "\n");
        } else {
            return *cursor->at != '\0';
        }
    }
}

// Skips one string, name, number or sign.
static void skip_token(Cursor *cursor) {
    int level = long_bracket(cursor->at);
    if (level >= 0) {
        skip_long(cursor, level);
    } else if (*cursor->at == '"' || *cursor->at == '\'') {
        skip_quoted(cursor);
    } else if (is_name(*cursor->at)) {
        while (is_name(*cursor->at))
            cursor->at++;
    } else {
        step(cursor);
    }
}

static int depth_change(char c) {
    return c == '{' || c == '(' || c == '[' ? 1 : c == '}' || c == ')' || c == ']' ? -1 : 0;
}

// Skips one token; whole brackets count as one.
static void skip_value_part(Cursor *cursor) {
    int depth = 0;
    do {
        if (long_bracket(cursor->at) < 0)
            depth += depth_change(*cursor->at);
        skip_token(cursor);
    } while (depth > 0 && skip_blank(cursor));
}

static Place value_at(Cursor cursor, int line) {
    if (!skip_blank(&cursor) || *cursor.at != '{')
        return (Place){.line = line};
    return (Place){.inside = cursor.at + 1, .line = cursor.line};
}

Place place_call(const char *text, int line) {
    Cursor cursor = {text, 1};
    while (cursor.line < line && *cursor.at)
        step(&cursor);
    while (skip_blank(&cursor) && *cursor.at != '{')
        skip_token(&cursor);
    if (*cursor.at == '\0')
        return (Place){.line = line};
    return (Place){.inside = cursor.at + 1, .line = cursor.line};
}

// Whether `key =` or `["key"] =` stands at the cursor, which then moves behind the '='.
static bool match_key(Cursor *cursor, const char *key) {
    Cursor at = *cursor;
    size_t length = strlen(key);
    bool bracket = at.at[0] == '[' && (at.at[1] == '"' || at.at[1] == '\'');
    if (bracket)
        at.at += 2;
    if (strncmp(at.at, key, length) != 0)
        return false;
    at.at += length;
    if (bracket)
        at.at += strspn(at.at, "\"']");
    else if (is_name(*at.at))
        return false;
    if (!skip_blank(&at) || at.at[0] != '=' || at.at[1] == '=')
        return false;
    at.at++;
    *cursor = at;
    return true;
}

static bool ends(const Cursor *cursor) {
    return *cursor->at == '}';
}

Place place_key(Place table, const char *key) {
    if (!table.inside)
        return (Place){.line = table.line};
    Cursor cursor = {table.inside, table.line};
    bool start = true; // of an entry
    while (skip_blank(&cursor) && !ends(&cursor)) {
        int line = cursor.line;
        if (start && match_key(&cursor, key))
            return value_at(cursor, line);
        start = *cursor.at == ',' || *cursor.at == ';';
        skip_value_part(&cursor);
    }
    return (Place){.line = table.line};
}

Place place_element(Place table, int element) {
    if (!table.inside)
        return (Place){.line = table.line};
    Cursor cursor = {table.inside, table.line};
    for (int i = 1; skip_blank(&cursor) && !ends(&cursor);) {
        if (i == element)
            return value_at(cursor, cursor.line);
        i += *cursor.at == ',' || *cursor.at == ';';
        skip_value_part(&cursor);
    }
    return (Place){.line = table.line};
}
