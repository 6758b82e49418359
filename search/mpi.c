// The Wire over MPI: the only file that knows MPI, built with mpicc where there is one.
#include <mpi.h>
#include <time.h>

#include "search/wire.h"

#define TAG 1

WireOpen wire_open;

// MPI waits in a loop that takes a whole core from the threads that work.
static void nap(void) {
    nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
}

static void wire_send(int to, const void *bytes, size_t count) {
    MPI_Request request;
    int done;
    MPI_Isend(bytes, (int)count, MPI_BYTE, to, TAG, MPI_COMM_WORLD, &request);
    for (MPI_Test(&request, &done, MPI_STATUS_IGNORE); !done;
         MPI_Test(&request, &done, MPI_STATUS_IGNORE))
        nap();
}

static size_t wire_waiting(int *from) {
    MPI_Status status;
    int there, count;
    MPI_Iprobe(MPI_ANY_SOURCE, TAG, MPI_COMM_WORLD, &there, &status);
    if (!there)
        return 0;
    MPI_Get_count(&status, MPI_BYTE, &count);
    *from = status.MPI_SOURCE;
    return (size_t)count;
}

static void wire_receive(int from, void *bytes, size_t count) {
    MPI_Recv(bytes, (int)count, MPI_BYTE, from, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void wire_close(void) {
    MPI_Finalize();
}

void wire_open(Wire *wire) {
    int given;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &given);
    *wire = (Wire){
        .send = wire_send, .waiting = wire_waiting, .receive = wire_receive, .close = wire_close};
    MPI_Comm_rank(MPI_COMM_WORLD, &wire->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &wire->size);
}
