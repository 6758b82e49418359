// terminal.h — how wide the terminal is that results are printed to.
#ifndef LUA_TERMINAL_H
#define LUA_TERMINAL_H

#ifdef __cplusplus
extern "C" {
#endif

// Columns for a picture as text: `most`, but where standard output is a narrower terminal, as many as it has, at least 60.
int terminal_columns(int most);

#ifdef __cplusplus
}
#endif
#endif
