#include "lua/name_cache.h"

#include <stdlib.h>
#include <string.h>

#include "lua/variant.h"
#include "sim/base/text.h"

#define SLOTS    256
#define VARIANTS 1000 // chips, systems and models written out, before they are all forgotten

typedef struct Slot {
    Text key; // chip, system, model, mode and profile, each with its '\0'; empty: nothing is kept
    Names names;
} Slot;

struct NameCache {
    NameSource source;
    Text key;
    int variants; // in the arena
    Slot slots[SLOTS];
};

NameCache *cache_new(NameSource source) {
    NameCache *cache = calloc(1, sizeof *cache);
    if (!cache)
        abort();
    cache->source = source;
    cache->source.arena = arena_new();
    return cache;
}

void cache_free(NameCache *cache) {
    if (!cache)
        return;
    for (int i = 0; i < SLOTS; i++)
        text_free(&cache->slots[i].key);
    text_free(&cache->key);
    arena_free(cache->source.arena);
    free(cache);
}

// Returns how many of the names are variants.
static int fill_key(Text *key, const Request *request) {
    const char *const names[] = {request->chip, request->system,  request->model,
                                 request->mode, request->profile, request->engine};
    int variants = 0;
    text_clear(key);
    for (int i = 0; i < FIELD_COUNT(names); i++) {
        const char *name = names[i] ? names[i] : "";
        text_add_n(key, name, strlen(name) + 1);
        variants += variant_is(name);
    }
    return variants;
}

// FNV-1a.
static unsigned hash(const Text *key) {
    unsigned value = 2166136261u;
    for (size_t i = 0; i < key->length; i++)
        value = (value ^ (unsigned char)key->data[i]) * 16777619u;
    return value;
}

// A program may ask for a new network in every line: memory must not grow with them.
static void make_room(NameCache *cache, int variants) {
    if (cache->variants + variants > VARIANTS) {
        for (int i = 0; i < SLOTS; i++)
            text_clear(&cache->slots[i].key);
        arena_free(cache->source.arena);
        cache->source.arena = arena_new();
        cache->variants = 0;
    }
    cache->variants += variants;
}

bool cache_find(NameCache *cache, const Request *request, Names *names, Error *err) {
    int variants = fill_key(&cache->key, request);
    Slot *slot = &cache->slots[hash(&cache->key) % SLOTS];
    if (slot->key.length == cache->key.length &&
        memcmp(slot->key.data, cache->key.data, cache->key.length) == 0) {
        *names = slot->names;
        return true;
    }
    make_room(cache, variants);
    text_clear(&slot->key);
    if (!names_find(&cache->source, request, names, err))
        return false;
    text_add_n(&slot->key, cache->key.data, cache->key.length);
    slot->names = *names;
    return true;
}
