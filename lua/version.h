// version.h — the tool's version, which a stored run is held to.
#ifndef LUA_VERSION_H
#define LUA_VERSION_H

#define CHIPFIT_VERSION "0.1.0"

#endif
