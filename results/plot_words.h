// plot_words.h — texts of a plot: cleaned, cut off, wrapped, measured, and written as gnuplot's literals.
#ifndef RESULTS_PLOT_WORDS_H
#define RESULTS_PLOT_WORDS_H

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Adds at most `most` characters of the text, the last of them an ellipsis where it was longer. What is no character (controls,
// marks that turn the direction of writing, broken UTF-8) becomes '?', a line break or tab a blank. NULL is "".
void words_clean(Text *out, const char *text, int most);

// Characters of cleaned text; those of East Asia count twice.
int words_width(const char *text);

// How wide it is in a proportional font such as DejaVu Sans, in heights of the font (em).
double words_ems(const char *text);

// Adds cleaned text as a literal in which gnuplot takes nothing as special: 'it'."'".'s'.
void words_literal(Text *out, const char *text);

// The same for a tick's name, which gnuplot takes for a format: 100 %%
void words_tick(Text *out, const char *text);

// The length in bytes of the first line of cleaned text, at most `columns` characters and broken at a blank where it can be.
size_t words_line(const char *text, int columns);

#ifdef __cplusplus
}
#endif
#endif
