// names.h — from the names in a request to chip, system and model.
#ifndef LUA_NAMES_H
#define LUA_NAMES_H

#include <pthread.h>

#include "lua/library.h"
#include "sim/request.h"

// Where names are looked up. Several threads may share a library if they share its lock and each has its own arena.
typedef struct NameSource {
    Library *library;
    pthread_mutex_t *lock; // NULL: only one thread looks up
    Arena *arena;          // takes what requests write out in place of names, see variant.h
} NameSource;

bool names_find(const NameSource *source, const Request *request, Names *names, Error *err);

// The same for one thread: everything lives as long as the library.
bool request_names(const Request *request, Library *library, Names *names, Error *err);

// request_names and request_design in one.
bool request_resolve(const Request *request, Library *library, Design *design, Error *err);

#endif
