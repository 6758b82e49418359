#include "search/ranks.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "search/wire.h"
#include "sim/base/heap.h"

#define PATH_BYTES     4096
#define IDENTITY_BYTES 256

typedef enum Kind { KIND_HELLO, KIND_JOB, KIND_BLOCK, KIND_STOP, KIND_BYE } Kind;

// Every message begins with it.
typedef struct Head {
    Kind kind;
    int code; // of KIND_STOP
    RankJob job;
} Head;

typedef struct Hello {
    Head head;
    int threads;
    bool failed;
    char identity[IDENTITY_BYTES];
    Error error;
} Hello;

// Followed by reasons, ids, values and candidates. Ranks are the same program on the same kind of machine.
typedef struct Parcel {
    Head head;
    int64_t first, last;
    int64_t counts[COUNT_COUNT];
    int reason_count, row_count, candidate_count;
    bool failed;
    Error error;
} Parcel;

struct Ranks {
    Wire wire;
    int *threads; // of each rank, once it said hello
    int greeted;
    bool stopped;
    int code;    // with which all end
    char *bytes; // of the last message that came, or of a block that goes
    size_t room;
};

static int number_of(const char *name) {
    const char *text = getenv(name);
    return text ? atoi(text) : -1;
}

// How many processes a launcher started; mpirun of Open MPI, MPICH and its kin or srun --mpi=pmi2, srun --mpi=pmix.
static int launched(void) {
    int size = number_of("OMPI_COMM_WORLD_SIZE");
    if (size < 0)
        size = number_of("PMI_SIZE");
    if (size < 0 && getenv("PMIX_RANK"))
        size = number_of("SLURM_STEP_NUM_TASKS");
    return size;
}

bool ranks_speaks(void) {
    static const char *const NAMES[] = {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"};
    if (launched() <= 1)
        return true;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        if (number_of(NAMES[i]) >= 0)
            return number_of(NAMES[i]) == 0;
    return true;
}

static WireOpen *find_wire(Error *err) {
    char path[PATH_BYTES];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof WIRE_FILE - 1);
    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    snprintf(slash ? slash + 1 : path, sizeof WIRE_FILE, "%s", WIRE_FILE);
    if (access(path, F_OK) != 0) {
        error_set(err, "started as %d processes, but this chipfit was built without MPI",
                  launched());
        error_hint(err, "install an MPI with mpicc (libopenmpi-dev) and make again, or use --shard "
                        "and merge");
        return NULL;
    }
    // Global, as MPI loads parts of its own that rest on it.
    void *object = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    void *symbol = object ? dlsym(object, WIRE_OPEN) : NULL;
    WireOpen *open = NULL;
    if (symbol)
        memcpy(&open, &symbol, sizeof open); // C has no cast from one to the other
    else
        error_set(err, "MPI cannot be loaded: %s", dlerror());
    return open;
}

bool ranks_open(Ranks **ranks, Error *err) {
    int size = launched();
    *ranks = NULL;
    if (size <= 1)
        return true;
    WireOpen *open = find_wire(err);
    if (!open)
        return false;
    *ranks = heap_take(1, sizeof **ranks);
    open(&(*ranks)->wire);
    (*ranks)->threads = heap_take((size_t)(*ranks)->wire.size, sizeof(int));
    if ((*ranks)->wire.size == size)
        return true;
    error_set(err, "started as %d processes, but MPI sees %d", size, (*ranks)->wire.size);
    error_hint(err, "chipfit was built with another MPI than that of the launcher; srun needs "
                    "--mpi=pmix");
    (*ranks)->wire.close();
    free((*ranks)->threads);
    free(*ranks);
    *ranks = NULL;
    return false;
}

int ranks_size(const Ranks *ranks) {
    return ranks ? ranks->wire.size : 1;
}

bool ranks_is_first(const Ranks *ranks) {
    return !ranks || ranks->wire.rank == 0;
}

static void make_room(Ranks *ranks, size_t count) {
    if (count <= ranks->room)
        return;
    free(ranks->bytes);
    ranks->bytes = heap_take(count, 1);
    ranks->room = count;
}

// Reads the next message into `bytes`; NULL: none has come.
static const Head *receive(Ranks *ranks, int *from) {
    size_t count = ranks->wire.waiting(from);
    if (count < sizeof(Head))
        return NULL;
    make_room(ranks, count);
    ranks->wire.receive(*from, ranks->bytes, count);
    return (const Head *)(const void *)ranks->bytes;
}

// Waits for one, asleep rather than in a loop.
static const Head *await(Ranks *ranks, int *from) {
    const Head *head;
    while (!(head = receive(ranks, from)))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return head;
}

void ranks_hello(Ranks *ranks, int threads, const char *identity, const Error *err) {
    Hello hello = {.head = {.kind = KIND_HELLO}, .threads = threads, .failed = err != NULL};
    snprintf(hello.identity, sizeof hello.identity, "%s", identity);
    if (err)
        hello.error = *err;
    ranks->wire.send(0, &hello, sizeof hello);
}

bool ranks_greet(Ranks *ranks, const char *identity, Error *err) {
    bool good = true;
    for (; ranks->greeted < ranks->wire.size - 1; ranks->greeted++) {
        int from;
        const Hello *hello = (const void *)await(ranks, &from);
        ranks->threads[from] = hello->threads;
        if (!good)
            continue;
        if (hello->failed) {
            *err = hello->error;
            good = false;
        } else if (strncmp(hello->identity, identity, IDENTITY_BYTES - 1) != 0) {
            error_set(err, "process %d has another script, version or data files than the first",
                      from);
            error_hint(err, "all machines need the same program, script, hw/ and arch/models/");
            good = false;
        }
    }
    return good;
}

int ranks_threads_of(const Ranks *ranks, int rank) {
    return ranks->threads[rank];
}

int ranks_threads(const Ranks *ranks) {
    int sum = 0;
    for (int i = 1; i < ranks_size(ranks); i++)
        sum += ranks->threads[i];
    return sum;
}

int ranks_close(Ranks *ranks, int code) {
    if (!ranks)
        return code;
    int from, size = ranks->wire.size;
    if (ranks->wire.rank == 0) {
        const Head stop = {.kind = KIND_STOP, .code = code};
        for (int to = 1; to < size; to++)
            ranks->wire.send(to, &stop, sizeof stop);
        // What was under way is received, or the others would wait for it.
        for (int left = size - 1; left > 0;)
            left -= await(ranks, &from)->kind == KIND_BYE;
        ranks->code = code;
    } else {
        const Head bye = {.kind = KIND_BYE};
        RankJob job;
        while (!ranks->stopped)
            if (ranks_next(ranks, &from, &job) == RANK_SILENT)
                nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        ranks->wire.send(0, &bye, sizeof bye);
    }
    ranks->wire.close();
    code = ranks->code;
    free(ranks->threads);
    free(ranks->bytes);
    free(ranks);
    return code;
}

// --- Blocks ------------------------------------------------------------------------------------------------------

RankMessage ranks_next(Ranks *ranks, int *from, RankJob *job) {
    const Head *head = receive(ranks, from);
    if (!head)
        return RANK_SILENT;
    *job = head->job;
    if (head->kind == KIND_STOP) {
        ranks->stopped = true;
        ranks->code = head->code;
        return RANK_STOP;
    }
    return head->kind == KIND_JOB ? RANK_JOB : head->kind == KIND_BLOCK ? RANK_BLOCK : RANK_SILENT;
}

void ranks_send_job(Ranks *ranks, int to, const RankJob *job) {
    const Head head = {.kind = KIND_JOB, .job = *job};
    ranks->wire.send(to, &head, sizeof head);
}

// The arrays of a block with their sizes, in the order in which they are sent.
typedef struct Part {
    void *at;
    size_t bytes;
} Part;

enum { PARTS = 4 };

static void list_parts(const Goal *goal, Block *block, Part parts[PARTS]) {
    size_t rows = (size_t)block->row_count;
    size_t values = rows * (size_t)goal->column_count;
    parts[0] = (Part){block->reasons.list, (size_t)block->reasons.count * sizeof(Reason)};
    parts[1] = (Part){block->ids, rows * sizeof *block->ids};
    parts[2] = (Part){block->values, values * sizeof *block->values};
    parts[3] =
        (Part){block->candidates, (size_t)block->candidate_count * sizeof *block->candidates};
}

void ranks_send_block(Ranks *ranks, int64_t place, const Goal *goal, const Block *block) {
    Block sent = *block;
    Part parts[PARTS];
    Parcel parcel = {
        .head = {.kind = KIND_BLOCK, .job = {place, block->first, block->last}},
        .first = block->first,
        .last = block->last,
        .reason_count = block->reasons.count,
        .row_count = block->row_count,
        .candidate_count = block->candidate_count,
        .failed = block->failed,
    };
    memcpy(parcel.counts, block->counts, sizeof parcel.counts);
    if (block->failed)
        parcel.error = block->error;
    list_parts(goal, &sent, parts);
    size_t count = sizeof parcel;
    for (int i = 0; i < PARTS; i++)
        count += parts[i].bytes;
    make_room(ranks, count);
    char *at = ranks->bytes + sizeof parcel;
    memcpy(ranks->bytes, &parcel, sizeof parcel);
    for (int i = 0; i < PARTS; at += parts[i++].bytes)
        memcpy(at, parts[i].at, parts[i].bytes);
    ranks->wire.send(0, ranks->bytes, count);
}

void ranks_take_block(const Ranks *ranks, const Goal *goal, Block *block) {
    const Parcel *parcel = (const void *)ranks->bytes;
    Part parts[PARTS];
    block->first = parcel->first;
    block->last = parcel->last;
    memcpy(block->counts, parcel->counts, sizeof block->counts);
    block->reasons.count = parcel->reason_count;
    block->reasons.last = 0;
    block->row_count = parcel->row_count;
    block->candidate_count = parcel->candidate_count;
    block->failed = parcel->failed;
    block->error = parcel->error;
    list_parts(goal, block, parts);
    const char *at = ranks->bytes + sizeof *parcel;
    for (int i = 0; i < PARTS; at += parts[i++].bytes)
        memcpy(parts[i].at, at, parts[i].bytes);
}
