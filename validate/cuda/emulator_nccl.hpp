// cuda/emulator_nccl.hpp — NCCL on the host: a group's calls are done together when the group ends.
#ifndef VALIDATE_CUDA_EMULATOR_NCCL_HPP
#define VALIDATE_CUDA_EMULATOR_NCCL_HPP

#include <dlfcn.h>

#include "validate/cuda/emulator_runtime.hpp"

namespace emulator {

struct Call { // of a rank; peer: of sends and receives
    char what;
    const float *from;
    float *to;
    size_t count;
    int rank, peer;
};

static std::vector<Call> group;

inline int rank_of(void *communicator) {
    return (int)reinterpret_cast<uintptr_t>(communicator) - 1;
}
inline int note(const Call &call) {
    group.push_back(call);
    return 0;
}

inline int init_all(void **communicators, int count, const int *) {
    for (int i = 0; i < count; i++)
        communicators[i] = reinterpret_cast<void *>((uintptr_t)i + 1);
    return 0;
}
inline int destroy(void *) {
    return 0;
}
inline int version(int *number) {
    *number = 22809;
    return 0;
}
inline const char *error_text(int) {
    return "as the test wanted";
}
inline int group_start() {
    group.clear();
    return 0;
}
inline int all_reduce(const void *from, void *to, size_t count, int, int, void *rank,
                      cudaStream_t) {
    return note(Call{'a', static_cast<const float *>(from), static_cast<float *>(to), count,
                     rank_of(rank), 0});
}
inline int reduce_scatter(const void *from, void *to, size_t count, int, int, void *rank,
                          cudaStream_t) {
    return note(Call{'r', static_cast<const float *>(from), static_cast<float *>(to), count,
                     rank_of(rank), 0});
}
inline int all_gather(const void *from, void *to, size_t count, int, void *rank, cudaStream_t) {
    return note(Call{'g', static_cast<const float *>(from), static_cast<float *>(to), count,
                     rank_of(rank), 0});
}
inline int send(const void *from, size_t count, int, int peer, void *rank, cudaStream_t) {
    return note(Call{'s', static_cast<const float *>(from), NULL, count, rank_of(rank), peer});
}
inline int receive(void *to, size_t count, int, int peer, void *rank, cudaStream_t) {
    return note(Call{'t', NULL, static_cast<float *>(to), count, rank_of(rank), peer});
}

// What `other` adds to the result of `call`.
inline void join(const Call &call, const Call &other) {
    size_t first = call.what == 'r' ? (size_t)call.rank * call.count : 0;
    if (call.what == 't' && other.what == 's' && other.rank == call.peer && other.peer == call.rank)
        memcpy(call.to, other.from, call.count * sizeof(float));
    if (other.what != call.what)
        return;
    if (call.what == 'g')
        memcpy(call.to + (size_t)other.rank * call.count, other.from, call.count * sizeof(float));
    if (call.what == 'a' || call.what == 'r')
        for (size_t i = 0; i < call.count; i++)
            call.to[i] = (other.rank == 0 ? 0 : call.to[i]) + other.from[first + i];
}

inline int group_end() {
    std::vector<Call> calls = group;
    work([=] {
        for (const Call &call : calls)
            for (const Call &other : calls)
                join(call, other);
    });
    return 0;
}

template <typename F> void *address(F function) {
    void *at;
    memcpy(&at, &function, sizeof at);
    return at;
}

inline void *symbol(const char *name) {
    static const struct {
        const char *name;
        void *at;
    } TABLE[] = {
        {"ncclGetVersion",     address(version)       },
        {"ncclCommInitAll",    address(init_all)      },
        {"ncclCommDestroy",    address(destroy)       },
        {"ncclGetErrorString", address(error_text)    },
        {"ncclGroupStart",     address(group_start)   },
        {"ncclGroupEnd",       address(group_end)     },
        {"ncclAllReduce",      address(all_reduce)    },
        {"ncclReduceScatter",  address(reduce_scatter)},
        {"ncclAllGather",      address(all_gather)    },
        {"ncclSend",           address(send)          },
        {"ncclRecv",           address(receive)       },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++)
        if (strcmp(TABLE[i].name, name) == 0)
            return TABLE[i].at;
    return NULL;
}

} // namespace emulator

#define dlopen(name, mode)   (static_cast<void *>(&emulator::state))
#define dlsym(library, name) ((void)(library), emulator::symbol(name))
#define dlclose(library)     ((void)(library))

#endif
