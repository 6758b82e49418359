// file.h — reads a whole text file of bounded size; nothing but a regular file is opened for reading.
#ifndef LUA_FILE_H
#define LUA_FILE_H

#include "sim/base/text.h"

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Appends the file to text. Folders, devices, pipes, files over max_bytes and files with zero bytes are errors.
bool file_read(const char *path, size_t max_bytes, Text *text, Error *err);

// Writes the text to a file of that name, whole or not at all.
bool file_write(const char *path, const Text *text, Error *err);

#ifdef __cplusplus
}
#endif
#endif
