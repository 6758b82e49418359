// chipfit plot as a user runs it.
#include <sys/stat.h>

#include "lua/run_test.h"

#define DESIGN "--chip h100_sxm --model llama-3.1-8b --phase decode --batch 8 --context 4096 "
#define STAGES                                                                                     \
    "--chip h100_sxm --model llama-3.1-8b --phase prefill --batch 1 --prompt 8192 --pp 4 "

static bool has_gnuplot(void) {
    Ran ran = run("plot ops " DESIGN "--text", "");
    bool there = ran.code != 3;
    if (!there) {
        assert_non_null(strstr(ran.err.data, "gnuplot-nox"));
        print_message("SKIPPED: gnuplot is missing (apt-get install gnuplot-nox)\n");
    }
    ran_free(&ran);
    return there;
}

TEST(plot_command, refuses_bad_input) {
    // clang-format off
    static const struct {
        const char *line;
        const char *word; // in the message
    } CASES[] = {
        {"plot", "roofline, ops, memory"},
        {"plot rooflin " DESIGN, "did you mean 'roofline'?"},
        {"plot --text " DESIGN, "what to draw"},
        {"plot ops " DESIGN "--ovre batch=1:4", "did you mean '--over'?"},
        {"plot ops " DESIGN "--over batch=1:4", "shows one design"},
        {"plot curve " DESIGN "--up d_model=1024:2048:64", "one number"},
        {"plot curve " DESIGN "--over batc=1:4", "'batch'"},
        {"plot curve " DESIGN "--over batch=4:1", "greater"},
        {"plot map " DESIGN "--over batch=1:4 --up batch=1:4", "already"},
        {"plot curve " DESIGN "--over heads=3,5,7", "heads"},
        {"plot ops --chip h100_smx --model llama-3.1-8b --phase decode", "'h100_sxm'"},
        {"plot timeline " DESIGN, "nothing is pipelined"},
        {"plot ops " DESIGN "--text -o /tmp", "writes no files"},
        {"plot ops " DESIGN "-o", "lacks its value"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Ran ran = run(CASES[i].line, "");
        if (ran.code != 2 || ran.out.length != 0 || !strstr(ran.err.data, CASES[i].word))
            fail_msg("%s: exit %d, out '%.60s', err '%s'", CASES[i].line, ran.code, ran.out.data,
                     ran.err.data);
        ran_free(&ran);
    }
}

TEST(plot_command, says_when_a_folder_cannot_be_made) {
    Ran ran = run("plot ops " DESIGN "-o /nowhere/deep", "");
    assert_int_equal(ran.code, 3);
    assert_non_null(strstr(ran.err.data, "/nowhere/deep"));
    ran_free(&ran);
}

TEST(plot_command, prints_pictures_as_text) {
    static const struct {
        const char *line, *word;
    } CASES[] = {
        {"plot ops " DESIGN "--text",                                       "attention"              },
        {"plot roofline " DESIGN "--text",                                  "gate_up"                },
        {"plot memory " DESIGN "--text",                                    "KV cache"               },
        {"plot timeline " STAGES "--text",                                  "chunk of the prompt"    },
        {"plot curve " DESIGN "--text",                                     "time between two tokens"},
        {"plot curve " STAGES "--text",                                     "prompt, tokens"         },
        {"plot curve " DESIGN "--over chips=1:8 --text",                    "fastest plan that fits" },
        {"plot map " DESIGN "--over d_ff=8192:16384:512 --up batch --text",
         "MFU over d_ff and batch"                                                                   },
        {"plot all " STAGES "--text",                                       "chunk of the prompt"    },
    };
    for (size_t i = 0; has_gnuplot() && i < sizeof CASES / sizeof CASES[0]; i++) {
        Ran ran = run(CASES[i].line, "");
        if (ran.code != 0 || ran.err.length != 0 || !strstr(ran.out.data, CASES[i].word))
            fail_msg("%s: exit %d, out '%s', err '%s'", CASES[i].line, ran.code, ran.out.data,
                     ran.err.data);
        ran_free(&ran);
    }
}

TEST(plot_command, writes_files_and_says_which) {
    static const char *const NAMES[] = {"roofline", "ops", "memory", "timeline"};
    static const char *const ENDINGS[] = {"gp", "dat", "svg", "png"};
    char folder[] = "/tmp/chipfit-plots-XXXXXX", line[512], path[PATH_BYTES];
    if (!has_gnuplot())
        return;
    assert_non_null(mkdtemp(folder));
    snprintf(line, sizeof line, "plot all " STAGES "-o %s/new", folder);
    Ran ran = run(line, "");
    assert_int_equal(ran.code, 0);
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/new/%s.svg, .png, .gp and .dat\n", folder, NAMES[i]);
        assert_non_null(strstr(ran.out.data, path));
        for (int k = 0; k < 4; k++) {
            struct stat is;
            snprintf(path, sizeof path, "%s/new/%s.%s", folder, NAMES[i], ENDINGS[k]);
            assert_int_equal(stat(path, &is), 0);
            assert_true(is.st_size > 50);
            unlink(path);
        }
    }
    snprintf(path, sizeof path, "%s/new", folder);
    assert_int_equal(rmdir(path), 0); // nothing else
    assert_int_equal(rmdir(folder), 0);
    ran_free(&ran);
}

TEST(plot_command, leaves_out_what_is_no_design) {
    if (!has_gnuplot())
        return;
    Ran ran = run("plot curve " DESIGN "--tp 2 --over chips=1,2,3,4 --text", "");
    assert_int_equal(ran.code, 0);
    assert_non_null(strstr(ran.err.data, "2 of 4 points are no design"));
    ran_free(&ran);
}
