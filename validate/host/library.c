#include "validate/host/library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

// Names under which the second major version is found; a third has other calls.
static const char *const FILES[] = {"libdnnl.so.2", "libdnnl.so"};
#define FILE_COUNT (sizeof FILES / sizeof FILES[0])
#define MAJOR      2

typedef struct Call {
    const char *name;
    size_t offset;
    bool optional;
} Call;

#define CALL_OF(name) {#name, offsetof(HostLibrary, name), false},
// clang-format off
static const Call CALLS[] = {
    HOST_LIBRARY_CALLS(CALL_OF)
    {"GOMP_parallel", offsetof(HostLibrary, parallel), false},
    {"omp_get_thread_num", offsetof(HostLibrary, thread_number), false},
    {"omp_set_num_threads", offsetof(HostLibrary, set_threads), false},
    {"omp_pause_resource_all", offsetof(HostLibrary, pause), true},
};
// clang-format on
#define CALL_COUNT (sizeof CALLS / sizeof CALLS[0])

// omp_pause_hard of OpenMP 5.0: threads and their state are given back.
#define PAUSE_HARD 2

bool host_library_open(HostLibrary *library, Error *err) {
    *library = (HostLibrary){0};
    for (size_t i = 0; i < FILE_COUNT && !library->handle; i++)
        library->handle = dlopen(FILES[i], RTLD_NOW);
    if (!library->handle) {
        error_set(err, "oneDNN cannot be loaded: %s", dlerror());
        return error_hint(err, "install it: apt-get install libdnnl2, or make deps");
    }
    for (size_t i = 0; i < CALL_COUNT; i++) {
        void *symbol = dlsym(library->handle, CALLS[i].name);
        if (!symbol && !CALLS[i].optional) {
            error_set(err, "oneDNN has no %s: it is not version 2 with OpenMP", CALLS[i].name);
            return error_hint(err, "Debian's libdnnl2 is");
        }
        // C has no cast from an object's address to a function's.
        memcpy((char *)library + CALLS[i].offset, &symbol, sizeof symbol);
    }
    int major = library->dnnl_version()->major;
    return major == MAJOR || error_set(err, "oneDNN is version %d, not %d", major, MAJOR);
}

void host_library_close(HostLibrary *library) {
    if (library->pause)
        library->pause(PAUSE_HARD);
}
