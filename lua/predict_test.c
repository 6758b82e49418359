// predict as a program: what happens when descriptors, memory or the reader of the answers are missing.
#include "lua/run_test.h"

#define NO_ROOM                                                                                    \
    "{\"chip\":\"h100_sxm\",\"model\":\"llama-3.1-405b\",\"phase\":\"decode\",\"batch\":\"Max\","  \
    "\"context\":4096}\n"

// Runs a line of the shell in which $chipfit is the program.
static int shell(const char *how, char *out, size_t size) {
    char path[PATH_BYTES], line[2 * PATH_BYTES];
    program_path(path);
    snprintf(line, sizeof line, "chipfit='%s'; %s", path, how);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    out[fread(out, 1, size - 1, pipe)] = '\0';
    int status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

TEST(predict, notices_a_closed_input) {
    char out[256];
    assert_int_equal(shell("timeout 20 \"$chipfit\" predict 2>&1 <&-", out, sizeof out), 2);
    assert_non_null(strstr(out, "standard input: Bad file descriptor"));
    assert_int_equal(shell("timeout 20 \"$chipfit\" list models 2>/dev/null >&-", out, sizeof out),
                     3);
}

TEST(predict, needs_no_pipe_signal) {
    char out[256];
    // The answers' reader is gone at once; the question's writer never ends by itself.
    assert_int_equal(shell("(yes '" GOOD
                           "}' | (timeout 20 \"$chipfit\" predict; echo $? >&2) | head -n 1) "
                           "2>&1 >/dev/null",
                           out, sizeof out),
                     0);
    if (!strstr(out, "Broken pipe") || !strstr(out, "\n3\n"))
        fail_msg("%s", out);
}

// Sanitizers reserve more address space than any limit leaves.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(predict, takes_the_threads_that_it_gets) {
    char out[256];
    assert_int_equal(shell("ulimit -v 400000; echo '" GOOD
                           "}' | \"$chipfit\" predict --threads 1024",
                           out, sizeof out),
                     0);
    assert_non_null(strstr(out, "{\"time_s\":"));
    assert_int_equal(shell("ulimit -v 30000; echo '" GOOD
                           "}' | \"$chipfit\" predict --threads 1024 2>&1",
                           out, sizeof out),
                     3);
}
#endif

// 1 when the answer is no, 2 when a line was wrong too; a design that does not fit is a result.
TEST(predict, tells_by_its_exit_code) {
    // clang-format off
    static const struct {
        const char *input;
        int code;
        const char *word;
    } CASES[] = {
        {GOOD "}\n",                                     0, "\"fits\":true"},
        {GOOD ",\"weights\":\"fp32\",\"formats\":\"fp8\"}\n", 0, "\"time_s\""},
        {NO_ROOM,                                        1, "\"error\":\"batch: not even one sequence fits"},
        {GOOD "}\n\n" NO_ROOM,                           1, "a chip misses"},
        {NO_ROOM "{}\n",                                 2, "chip: is missing"},
        {GOOD ",\"Overlap\":-0.0,\"ID\":7}\n",           0, "{\"id\":7,"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Ran ran = run("predict", CASES[i].input);
        if (ran.code != CASES[i].code || !strstr(ran.out.data, CASES[i].word))
            fail_msg("%s: exit %d, %s", CASES[i].input, ran.code, ran.out.data);
        ran_free(&ran);
    }
}
