#define _GNU_SOURCE // madvise
#include "validate/host/rooms.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "sim/base/heap.h"

#define LINE_BYTES 64
#define HUGE_BYTES ((size_t)1 << 21)

// Addresses are taken so many at a time, pages only as they are written. The sanitizer wants each buffer by itself, to see
// what runs over its end.
#if defined(__SANITIZE_ADDRESS__)
#define CHUNK_BYTES ((size_t)0)
#else
#define CHUNK_BYTES ((size_t)1 << 29)
#endif

// Bytes that can be had without ending other processes; INFINITY where the kernel does not say.
static double available_bytes(void) {
    char line[128];
    double kilobytes = -1;
    FILE *file = fopen("/proc/meminfo", "r");
    while (file && kilobytes < 0 && fgets(line, sizeof line, file))
        if (sscanf(line, "MemAvailable: %lf kB", &kilobytes) != 1)
            kilobytes = -1;
    if (file)
        fclose(file);
    return kilobytes < 0 ? (double)INFINITY : kilobytes * 1024;
}

static size_t round_up(size_t bytes, size_t to) {
    return (bytes + to - 1) / to * to;
}

static bool add_chunk(HostRooms *rooms, size_t bytes) {
    void *data = NULL;
    size_t whole = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    bool large = whole >= HUGE_BYTES;
    if (posix_memalign(&data, large ? HUGE_BYTES : LINE_BYTES, whole) != 0)
        return false;
    if (large)
        (void)!madvise(data, whole, MADV_HUGEPAGE);
    rooms->list = heap_resize(rooms->list, rooms->count + 1, sizeof *rooms->list);
    rooms->list[rooms->count++] = (HostChunk){data, whole, 0};
    return true;
}

// From the chunk at hand, where it has the room. Large ones begin a huge page: else the look-up of addresses is timed with
// what they hold.
static void *take_here(HostRooms *rooms, size_t bytes) {
    if (rooms->at >= rooms->count)
        return NULL;
    HostChunk *chunk = &rooms->list[rooms->at];
    size_t begin = round_up(rooms->used, bytes >= HUGE_BYTES ? HUGE_BYTES : LINE_BYTES);
    size_t end = begin + bytes;
    if (end > chunk->bytes ||
        (end > chunk->touched && (double)(end - chunk->touched) > available_bytes()))
        return NULL;
    chunk->touched = end > chunk->touched ? end : chunk->touched;
    rooms->used = end;
    return chunk->data + begin;
}

void *host_rooms_take(HostRooms *rooms, size_t bytes) {
    for (;;) {
        void *data = take_here(rooms, bytes);
        if (data)
            return data;
        if (rooms->at + 1 < rooms->count) {
            rooms->at++;
        } else if ((double)bytes > available_bytes() || !add_chunk(rooms, bytes)) {
            return NULL;
        } else {
            rooms->at = rooms->count - 1;
        }
        rooms->used = 0;
    }
}

// A first chunk of the usual size stays.
void host_rooms_clear(HostRooms *rooms) {
    int kept = CHUNK_BYTES > 0 && rooms->count > 0 && rooms->list[0].bytes == CHUNK_BYTES;
    for (int i = kept; i < rooms->count; i++)
        free(rooms->list[i].data);
    rooms->count = kept;
    rooms->at = 0;
    rooms->used = 0;
}

void host_rooms_free(HostRooms *rooms) {
    for (int i = 0; i < rooms->count; i++)
        free(rooms->list[i].data);
    free(rooms->list);
    *rooms = (HostRooms){0};
}
