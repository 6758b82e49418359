// all_reduce, all_gather, reduce_scatter, all_to_all over the machine's GPUs, by NCCL, which is loaded when it is needed.
//
// One process holds all ranks. Their work is captured together: the other ranks' streams wait for rank 0's and it for them.
#include <dlfcn.h>
#include <stdio.h>

#include "validate/cuda/fill.cuh"

namespace {

// From nccl.h, so that building needs no NCCL; numbers are part of its interface.
typedef void *Communicator;
const int NCCL_FLOAT32 = 7, NCCL_SUM = 0;

struct Nccl {
    void *library;
    int (*version)(int *);
    int (*init_all)(Communicator *, int, const int *);
    int (*destroy)(Communicator);
    const char *(*error_text)(int);
    int (*group_start)(void);
    int (*group_end)(void);
    int (*all_reduce)(const void *, void *, size_t, int, int, Communicator, cudaStream_t);
    int (*reduce_scatter)(const void *, void *, size_t, int, int, Communicator, cudaStream_t);
    int (*all_gather)(const void *, void *, size_t, int, Communicator, cudaStream_t);
    int (*send)(const void *, size_t, int, int, Communicator, cudaStream_t);
    int (*receive)(void *, size_t, int, int, Communicator, cudaStream_t);
};

template <typename F> bool find(void *library, const char *name, F *function) {
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, sizeof symbol); // an object's address for a function's: POSIX
    return symbol != NULL;
}

bool load(Nccl *nccl) {
    nccl->library = dlopen("libnccl.so.2", RTLD_NOW);
    return nccl->library && find(nccl->library, "ncclGetVersion", &nccl->version) &&
           find(nccl->library, "ncclCommInitAll", &nccl->init_all) &&
           find(nccl->library, "ncclCommDestroy", &nccl->destroy) &&
           find(nccl->library, "ncclGetErrorString", &nccl->error_text) &&
           find(nccl->library, "ncclGroupStart", &nccl->group_start) &&
           find(nccl->library, "ncclGroupEnd", &nccl->group_end) &&
           find(nccl->library, "ncclAllReduce", &nccl->all_reduce) &&
           find(nccl->library, "ncclReduceScatter", &nccl->reduce_scatter) &&
           find(nccl->library, "ncclAllGather", &nccl->all_gather) &&
           find(nccl->library, "ncclSend", &nccl->send) &&
           find(nccl->library, "ncclRecv", &nccl->receive);
}

#define NCCL_TRY(call)                                                                             \
    do {                                                                                           \
        int nccl_try_error = (call);                                                               \
        if (nccl_try_error != 0)                                                                   \
            return cuda_refuse(out, RUN_FAILED, "cuda/collective.cu:%d: NCCL: %s", __LINE__,       \
                               nccl.error_text(nccl_try_error));                                   \
    } while (0)

// A rank's device with its stream; rank 0's is the backend's own.
struct Rank {
    CudaDevice device;
    Communicator communicator;
    unsigned char *sent, *received; // copy 0; strides are those of rank 0's tensors
};

struct Collective : CudaPart {
    enum { SENT, RECEIVED };
    Nccl nccl;
    std::vector<Rank> ranks;
    int home; // number of the backend's device

    Collective() : nccl(), home(0) {}

    ~Collective() override {
        for (size_t r = 0; r < ranks.size(); r++) {
            cudaSetDevice(ranks[r].device.number);
            if (ranks[r].communicator)
                nccl.destroy(ranks[r].communicator);
            if (r == 0)
                continue;
            cudaFree(ranks[r].sent);
            cudaFree(ranks[r].received);
            if (ranks[r].device.join)
                cudaEventDestroy(ranks[r].device.join);
            if (ranks[r].device.stream)
                cudaStreamDestroy(ranks[r].device.stream);
        }
        if (!ranks.empty())
            cudaSetDevice(home);
        if (nccl.library)
            dlclose(nccl.library);
    }

    size_t whole() const {
        return (size_t)task.bytes / sizeof(float);
    }
    size_t share() const {
        return whole() / (size_t)task.ranks;
    }

    RunStatus plan(CudaDevice *device, Measurement *out) override {
        int count = 0;
        home = device->number;
        CUDA_TRY(cudaGetDeviceCount(&count));
        if (task.ranks < 2 || task.ranks > count)
            return cuda_refuse(out, RUN_UNSUPPORTED, "%d ranks want as many GPUs, from 2; here: %d",
                               task.ranks, count);
        if (!load(&nccl))
            return cuda_refuse(out, RUN_UNSUPPORTED, "libnccl.so.2 is not here, or too old");
        want(ROLE_INPUT, ELEMENT_F32, task.kind == TASK_ALL_GATHER ? share() : whole());
        want(ROLE_OUTPUT, ELEMENT_F32, task.kind == TASK_REDUCE_SCATTER ? share() : whole());
        return RUN_MEASURED;
    }

    RunStatus open_rank(CudaDevice *base, int number, Rank *rank, Measurement *out) {
        CudaDevice *device = base; // whose failure it would be
        *rank = Rank();
        rank->device = *base;
        rank->sent = tensors[SENT].base;
        rank->received = tensors[RECEIVED].base;
        if (number == 0)
            return RUN_MEASURED;
        int count = 0;
        CUDA_TRY(cudaGetDeviceCount(&count));
        rank->device.number = (home + number) % count;
        rank->device.stream = NULL;
        rank->device.join = NULL;
        rank->sent = rank->received = NULL;
        CUDA_TRY(cudaSetDevice(rank->device.number));
        CUDA_TRY(cudaStreamCreateWithFlags(&rank->device.stream, cudaStreamNonBlocking));
        CUDA_TRY(cudaEventCreateWithFlags(&rank->device.join, cudaEventDisableTiming));
        for (int i = 0; i < 2; i++) {
            void *memory = NULL;
            CUDA_TRY(cudaMalloc(&memory, tensors[(size_t)i].stride * (size_t)copies));
            (i == SENT ? rank->sent : rank->received) = static_cast<unsigned char *>(memory);
        }
        return RUN_MEASURED;
    }

    RunStatus open_ranks(CudaDevice *device, Measurement *out) {
        std::vector<int> numbers;
        std::vector<Communicator> communicators((size_t)task.ranks);
        ranks.resize((size_t)task.ranks);
        for (int r = 0; r < task.ranks; r++) {
            RUN_TRY(open_rank(device, r, &ranks[(size_t)r], out));
            numbers.push_back(ranks[(size_t)r].device.number);
        }
        CUDA_TRY(cudaSetDevice(home));
        NCCL_TRY(nccl.init_all(communicators.data(), task.ranks, numbers.data()));
        for (size_t r = 0; r < ranks.size(); r++)
            ranks[r].communicator = communicators[r];
        return RUN_MEASURED;
    }

    // Rank r's numbers are row r of a tensor; the same in every copy.
    RunStatus fill(CudaDevice *device, Measurement *out) override {
        if (ranks.empty())
            RUN_TRY(open_ranks(device, out));
        size_t count = tensors[SENT].count;
        for (size_t r = 0; r < ranks.size(); r++) {
            CUDA_TRY(cudaSetDevice(ranks[r].device.number));
            for (int copy = 0; copy < (r ? copies : 1); copy++)
                RUN_TRY(cuda_fill_range(&ranks[r].device,
                                        ranks[r].sent + (size_t)copy * tensors[SENT].stride,
                                        FORMAT_FP32, seed, OPERAND_A, r * count, count, out));
            CUDA_TRY(cudaStreamSynchronize(ranks[r].device.stream));
        }
        CUDA_TRY(cudaSetDevice(home));
        return RUN_MEASURED;
    }

    RunStatus choose(CudaDevice *, Measurement *out) override {
        int version = 0;
        nccl.version(&version);
        snprintf(out->kernel, sizeof out->kernel, "NCCL %d.%d.%d", version / 10000,
                 version / 100 % 100, version % 100);
        return RUN_MEASURED;
    }

    int enqueue(const Rank &rank, int copy) const {
        const float *sent = reinterpret_cast<const float *>(
            rank.sent + (size_t)(copy % tensors[SENT].copies) * tensors[SENT].stride);
        float *received = reinterpret_cast<float *>(
            rank.received + (size_t)(copy % tensors[RECEIVED].copies) * tensors[RECEIVED].stride);
        cudaStream_t stream = rank.device.stream;
        int error = 0;
        switch (task.kind) {
        case TASK_ALL_REDUCE:
            return nccl.all_reduce(sent, received, whole(), NCCL_FLOAT32, NCCL_SUM,
                                   rank.communicator, stream);
        case TASK_REDUCE_SCATTER:
            return nccl.reduce_scatter(sent, received, share(), NCCL_FLOAT32, NCCL_SUM,
                                       rank.communicator, stream);
        case TASK_ALL_GATHER:
            return nccl.all_gather(sent, received, share(), NCCL_FLOAT32, rank.communicator,
                                   stream);
        default:
            for (int peer = 0; peer < task.ranks && error == 0; peer++) {
                size_t at = (size_t)peer * share();
                error =
                    nccl.send(sent + at, share(), NCCL_FLOAT32, peer, rank.communicator, stream);
                if (error == 0)
                    error = nccl.receive(received + at, share(), NCCL_FLOAT32, peer,
                                         rank.communicator, stream);
            }
            return error;
        }
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        CUDA_TRY(cudaEventRecord(device->fork, device->stream));
        for (size_t r = 1; r < ranks.size(); r++)
            CUDA_TRY(cudaStreamWaitEvent(ranks[r].device.stream, device->fork, 0));
        NCCL_TRY(nccl.group_start());
        int error = 0;
        for (size_t r = 0; r < ranks.size() && error == 0; r++)
            error = enqueue(ranks[r], copy);
        int ended = nccl.group_end(); // whatever came
        NCCL_TRY(error);
        NCCL_TRY(ended);
        for (size_t r = 1; r < ranks.size(); r++) {
            CUDA_TRY(cudaSetDevice(ranks[r].device.number));
            CUDA_TRY(cudaEventRecord(ranks[r].device.join, ranks[r].device.stream));
        }
        CUDA_TRY(cudaSetDevice(home));
        for (size_t r = 1; r < ranks.size(); r++)
            CUDA_TRY(cudaStreamWaitEvent(device->stream, ranks[r].device.join, 0));
        return RUN_MEASURED;
    }

    Probe probe(long place) const override {
        return Probe{tensors[RECEIVED].base, NULL, (size_t)place, 0, ELEMENT_F32, ELEMENT_F32};
    }
};

} // namespace

CudaPart *cuda_part_collective(void) {
    return new Collective;
}
