#include "sim/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

Hash hash_bytes(const void *bytes, size_t count) {
    XXH128_hash_t hash = XXH3_128bits(bytes, count);
    return (Hash){hash.low64, hash.high64};
}

Hash hash_join(Hash a, Hash b) {
    const Hash both[2] = {a, b};
    return hash_bytes(both, sizeof both);
}
