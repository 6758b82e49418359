// record_axes.h — axes over fields inside a chip, system or model: derive { ... } and shape { ... } whose values vary.
#ifndef LUA_RECORD_AXES_H
#define LUA_RECORD_AXES_H

#include "lua/space_reader.h"

// The derive or shape on top of the stack: what varies becomes axes of the part, the rest is applied to the base, which
// becomes the part's fixed object (or an axis, where base is a list).
bool record_axes(ScriptReader *reader, SpacePart part);

// A new axis of that name; NULL with an error when there are too many or two of a name.
Axis *script_axis(ScriptReader *reader, const char *name);

#endif
