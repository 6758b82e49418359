// name_cache.h — what a thread has looked up before. Few networks meet millions of designs, and looking up is slow.
#ifndef LUA_NAME_CACHE_H
#define LUA_NAME_CACHE_H

#include "lua/names.h"

typedef struct NameCache NameCache;

// Library and lock are shared, the arena of the source is not used: the cache has its own. cache_free frees it.
NameCache *cache_new(NameSource source);
void cache_free(NameCache *cache);

// As names_find; what is found is good until the next call.
bool cache_find(NameCache *cache, const Request *request, Names *names, Error *err);

#endif
