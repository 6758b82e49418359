// hash.h — 128-bit hashes of bytes: equal hashes are taken for equal bytes (one chance in 2^64 for a billion of them).
#ifndef SIM_BASE_HASH_H
#define SIM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Hash {
    uint64_t low, high;
} Hash;

// XXH3 (Collet), which is not meant against an adversary.
Hash hash_bytes(const void *bytes, size_t count);

// Of two hashes, in order.
Hash hash_join(Hash a, Hash b);

#ifdef __cplusplus
}
#endif
#endif
