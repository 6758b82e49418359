#include "lua/data_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 4096

static bool holds_data(const char *folder) {
    char path[PATH_BYTES + 16];
    snprintf(path, sizeof path, "%s/hw/chips", folder);
    return access(path, R_OK | X_OK) == 0;
}

bool data_folder_find(char *folder, size_t size, const char *near, Error *err) {
    const char *given = getenv("CHIPFIT_DATA");
    if (given && given[0]) {
        snprintf(folder, size, "%s", given);
        if (holds_data(folder))
            return true;
        error_set(err, "$CHIPFIT_DATA = '%s' has no folder hw/chips", given);
        return error_hint(err, "it should name the folder that holds hw and arch");
    }
    ssize_t length =
        near ? snprintf(folder, size, "%s", near) : readlink("/proc/self/exe", folder, size - 1);
    folder[length > 0 && (size_t)length < size ? length : 0] = '\0';
    for (char *slash; (slash = strrchr(folder, '/')) && slash != folder;) {
        *slash = '\0';
        if (holds_data(folder))
            return true;
    }
    error_set(err, "the data files (hw/chips, hw/systems, arch/models) are not found");
    return error_hint(err, "set CHIPFIT_DATA to the folder that holds hw and arch");
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int data_folder_list(const char *folder, char ***names, Error *err) {
    *names = NULL;
    DIR *entries = opendir(folder);
    if (!entries) {
        error_set(err, "cannot be opened: %s", strerror(errno));
        error_where(err, folder, 0);
        return -1;
    }
    int count = 0;
    for (struct dirent *entry; (entry = readdir(entries));) {
        size_t length = strlen(entry->d_name);
        if (entry->d_name[0] == '.' || length < 5 ||
            strcmp(entry->d_name + length - 4, ".lua") != 0)
            continue;
        *names = realloc(*names, ((size_t)count + 1) * sizeof **names);
        if (!*names || !((*names)[count++] = strdup(entry->d_name)))
            abort();
    }
    closedir(entries);
    if (count > 0)
        qsort(*names, (size_t)count, sizeof **names, by_name);
    return count;
}
