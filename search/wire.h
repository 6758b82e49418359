// wire.h — how ranks talk: messages of bytes. search/mpi.c speaks MPI and is a shared object of its own, which is loaded only
// when a launcher started several processes: linked in, it would double the time that every command takes to start.
#ifndef SEARCH_WIRE_H
#define SEARCH_WIRE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Messages between two ranks arrive in the order in which they were sent. Failures end all ranks.
typedef struct Wire {
    int rank, size;
    void (*send)(int to, const void *bytes, size_t count); // until the bytes may be changed
    size_t (*waiting)(int *from); // bytes of a message that has come; 0: none
    void (*receive)(int from, void *bytes, size_t count);
    void (*close)(void);
} Wire;

#define WIRE_FILE "chipfit-mpi.so" // beside the program
#define WIRE_OPEN "wire_open"

typedef void WireOpen(Wire *wire);

#ifdef __cplusplus
}
#endif
#endif
