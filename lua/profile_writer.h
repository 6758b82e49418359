// profile_writer.h — a kernel profile as the Lua file that the library reads.
#ifndef LUA_PROFILE_WRITER_H
#define LUA_PROFILE_WRITER_H

#include "hw/profile.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Classes that were not fitted (report.rows 0) are left out.
void profile_write(const Profile *profile, Text *out);

#ifdef __cplusplus
}
#endif
#endif
