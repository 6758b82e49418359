// names.h — from the names in a request to chip, system and model.
#ifndef LUA_NAMES_H
#define LUA_NAMES_H

#include "lua/library.h"
#include "sim/request.h"

// Looks the names up; not safe for several threads at once, since files may have to be read.
bool request_names(const Request *request, Library *library, Names *names, Error *err);

// request_names and request_design in one.
bool request_resolve(const Request *request, Library *library, Design *design, Error *err);

#endif
