// host/rooms.h — memory for operands, kept from one task to the next: to make its pages anew would take longer than to time
// most kernels.
//
//     host_rooms_take, host_rooms_take, ... ── host_rooms_clear: all is given back at once and taken again from the start
#ifndef VALIDATE_HOST_ROOMS_H
#define VALIDATE_HOST_ROOMS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct HostChunk {
    char *data;
    size_t bytes;
    size_t touched; // bytes from the start that were ever taken: they have their pages
} HostChunk;

// Start from {0}; host_rooms_free is due.
typedef struct HostRooms {
    HostChunk *list;
    int count;
    int at;      // the chunk that is taken from
    size_t used; // of it
} HostRooms;

// So many bytes, whatever they hold, in huge pages where they are many; NULL: no memory.
void *host_rooms_take(HostRooms *rooms, size_t bytes);
void host_rooms_clear(HostRooms *rooms);
void host_rooms_free(HostRooms *rooms);

#ifdef __cplusplus
}
#endif
#endif
