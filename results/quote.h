// quote.h — text from anywhere as text in a page, in Markdown, in CSV and in a line, whatever it holds.
//
// Everywhere control characters become their visible pictures (U+241B for escape), and what is no UTF-8, turns the
// direction of writing or is no character at all becomes U+FFFD; line breaks and tabs stay where a line may end.
#ifndef RESULTS_QUOTE_H
#define RESULTS_QUOTE_H

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Content of an element, or of an attribute in quotes of either kind.
void quote_html(Text *out, const char *text);

// One line of a paragraph or a cell.
void quote_markdown(Text *out, const char *text);

// A block of code, with a fence that the text does not hold.
void quote_markdown_code(Text *out, const char *text);

// A cell as RFC 4180 has it; one that a spreadsheet would take for a formula begins with an apostrophe. NULL: empty.
void quote_csv(Text *out, const char *text);

// The text itself in one line of at most `most` characters; a longer one ends in U+2026.
void quote_line(Text *out, const char *text, int most);

// A word of a command line, as a shell takes it; in quotes where it needs them.
void quote_shell(Text *out, const char *text);

#ifdef __cplusplus
}
#endif
#endif
