// sources.h — where the numbers of chip and system come from that a design's result rests on.
#ifndef LUA_SOURCES_H
#define LUA_SOURCES_H

#include "sim/base/text.h"
#include "sim/evaluate.h"

#define SOURCE_LINES 16

typedef struct SourceLine {
    char what[128]; // "memory: 80 GB, 3.35 TB/s"
    const Source *from;
} SourceLine;

// Peaks in use, vector unit, memory, store, the levels of the system over which the design communicates, and what energy,
// cost and loss rest on where they are known.
int sources_of(const Design *design, const Breakdown *breakdown, SourceLine lines[SOURCE_LINES]);

// As lines of text, and as the member "sources":[{"what","source","doubtful"}].
void sources_text(Text *out, const Design *design, const Breakdown *breakdown);
void sources_json_member(Text *out, const Design *design, const Breakdown *breakdown);

#endif
