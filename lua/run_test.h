// run_test.h — runs the built program as a user would; for tests only.
#ifndef LUA_RUN_TEST_H
#define LUA_RUN_TEST_H

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/test.h"
#include "sim/base/text.h"

#define PATH_BYTES 4096
#define WORDS      64

typedef struct Ran {
    int code;
    Text out, err;
} Ran;

// build/MODE/chipfit, or build/chipfit for a release, beside this test program.
static inline void program_path(char path[PATH_BYTES]) {
    char here[PATH_BYTES - 32];
    ssize_t length = readlink("/proc/self/exe", here, sizeof here - 1);
    assert_true(length > 0);
    here[length] = '\0';
    *strrchr(here, '/') = '\0';
    snprintf(path, PATH_BYTES, "%s/chipfit", here);
    if (access(path, X_OK) != 0)
        snprintf(path, PATH_BYTES, "%s/../chipfit", here);
    assert_int_equal(access(path, X_OK), 0);
}

static inline Text read_back(FILE *file) {
    Text text = {0};
    char bytes[4096];
    text_add(&text, "");
    rewind(file);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
        text_add_n(&text, bytes, got);
    fclose(file);
    return text;
}

// Runs a command, found as a shell finds it; words ends with NULL; input: a descriptor that becomes standard input.
static inline Ran run_words(char *const words[], int input) {
    int status;
    FILE *out = tmpfile(), *err = tmpfile();
    assert_true(out && err);
    pid_t child = fork();
    if (child == 0) {
        dup2(input, STDIN_FILENO);
        dup2(fileno(out), STDOUT_FILENO);
        dup2(fileno(err), STDERR_FILENO);
        execvp(words[0], words);
        _exit(127);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return (Ran){WEXITSTATUS(status), read_back(out), read_back(err)};
}

// Runs the program with the blank-separated words of `line`.
static inline Ran run_on(const char *line, int input) {
    char path[PATH_BYTES], copy[2048], *words[WORDS] = {path};
    int count = 1;
    program_path(path);
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        words[count++] = strcmp(word, "''") == 0 ? "" : word;
    assert_true(count < WORDS);
    return run_words(words, input);
}

static inline Ran run(const char *line, const char *input) {
    FILE *file = tmpfile();
    assert_non_null(file);
    fputs(input, file);
    rewind(file);
    Ran ran = run_on(line, fileno(file));
    fclose(file);
    return ran;
}

static inline void ran_free(Ran *ran) {
    text_free(&ran->out);
    text_free(&ran->err);
}

// A design without its closing brace.
#define GOOD                                                                                       \
    "{\"chip\":\"h100_sxm\",\"model\":\"llama-3.1-8b\",\"phase\":\"decode\",\"batch\":8,"          \
    "\"context\":4096"

#endif
