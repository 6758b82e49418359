// measured.h — a time that the user measured, beside what is predicted for the design and what the chips' peaks allow.
#ifndef LUA_MEASURED_H
#define LUA_MEASURED_H

#include "sim/base/text.h"
#include "sim/metrics.h"

// Reads "21 ms" or seconds; it is held against time_s.
bool measured_read(const char *text, double *measured_s, Error *err);

// Lines below those of explain: whose the gap is.
void measured_text(Text *out, double measured_s, const Metrics *metrics);

// "measured":{...}
void measured_json_member(Text *out, double measured_s, const Metrics *metrics);

#endif
