// html.h — what a page of a report needs beside its content: head with style, the script that sorts, and pictures taken in.
//
// The page is well-formed as XML too, needs nothing from outside and runs no script but this one.
#ifndef RESULTS_HTML_H
#define RESULTS_HTML_H

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

void html_head(Text *out, const char *title, const char *files, const char *generator);
void html_foot(Text *out);

// The names of the files that a page written by html_head lists, into `files`; false: the text is no such page.
bool html_files(const char *page, Text *files);

// Adds an SVG file's text as an element of a page, its ids made different from those of other pictures by `prefix`; false, and
// nothing added, when it holds anything but shapes and text.
bool html_svg(Text *out, const char *svg, const char *prefix);

#ifdef __cplusplus
}
#endif
#endif
