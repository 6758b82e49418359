#include "sim/base/test.h"

#include "validate/cuda/plan.h"

TEST(cuda_plan, names_chips_as_drivers_call_them) {
    static const struct {
        const char *device;
        double memory_bytes;
        const char *chip;
    } CASES[] = {
        {"NVIDIA H100 80GB HBM3",                        85e9,  "h100_sxm"           },
        {"NVIDIA H100 PCIe",                             85e9,  "h100_pcie"          },
        {"NVIDIA H100 NVL",                              100e9, "h100_nvl"           },
        {"NVIDIA H200",                                  150e9, "h200_sxm"           },
        {"NVIDIA H200 NVL",                              150e9, ""                   },
        {"NVIDIA H20",                                   102e9, "h20"                },
        {"NVIDIA H20-3e",                                151e9, "h20_3e"             },
        {"NVIDIA H800",                                  85e9,  "h800"               },
        {"NVIDIA GH200 480GB",                           102e9, ""                   },
        {"NVIDIA A100-SXM4-80GB",                        85e9,  "a100_sxm"           },
        {"NVIDIA A100-SXM4-40GB",                        42e9,  "a100_sxm_40"        },
        {"NVIDIA A100-PCIE-40GB",                        42e9,  "a100_pcie_40"       },
        {"NVIDIA A100 80GB PCIe",                        85e9,  "a100_pcie_80"       },
        {"NVIDIA B200",                                  192e9, "b200_sxm"           },
        {"NVIDIA GB200",                                 192e9, "gb200"              },
        {"NVIDIA B300 SXM6 AC",                          288e9, "b300_sxm"           },
        {"NVIDIA L40S",                                  48e9,  "l40s"               },
        {"NVIDIA L40",                                   48e9,  ""                   },
        {"NVIDIA L4",                                    24e9,  "l4"                 },
        {"NVIDIA A40",                                   48e9,  "a40"                },
        {"NVIDIA GeForce RTX 4090",                      25e9,  "rtx_4090"           },
        {"NVIDIA GeForce RTX 4090 Laptop GPU",           17e9,  ""                   },
        {"NVIDIA RTX PRO 6000 Blackwell Server Edition", 102e9, "rtx_pro_6000_server"},
        {"Tesla V100-SXM2-16GB",                         17e9,  ""                   },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(cuda_chip_name(CASES[i].device, CASES[i].memory_bytes), CASES[i].chip);
}

TEST(cuda_plan, copies_exceed_twice_the_cache) {
    const double cache = 50e6;
    for (double bytes = 1e5; bytes < 4 * cache; bytes *= 1.7) {
        int copies = cuda_copies(bytes, cache, 80e9);
        // What is used between two uses of one copy: all others.
        assert_true((copies - 1) * bytes >= 2 * cache);
        assert_true((copies - 2) * bytes < 2 * cache);
    }
    assert_int_equal(cuda_copies(4 * cache, cache, 80e9), 1);
    assert_int_equal(cuda_copies(100, cache, 80e9), CUDA_COPIES_MOST);
}

TEST(cuda_plan, copies_fit_the_memory) {
    assert_int_equal(cuda_copies(10e6, 50e6, 35e6), 3);
    assert_int_equal(cuda_copies(10e6, 50e6, 10e6), 1);
    assert_int_equal(cuda_copies(10e6, 50e6, 9e6), 0);
    assert_int_equal(cuda_copies(10e6, 50e6, -1), 0);
    assert_int_equal(cuda_copies((double)NAN, 50e6, 1e9), 0);
}

TEST(cuda_plan, replays_use_every_copy_alike) {
    for (double seconds = 1e-6; seconds < 0.1; seconds *= 3)
        for (int copies = 1; copies <= CUDA_COPIES_MOST; copies = copies * 3 + 1) {
            CudaReplay replay = cuda_replay(seconds, copies);
            double span = seconds * replay.launches;
            assert_int_equal(replay.graphs * replay.launches % copies, 0);
            assert_true(replay.launches <= CUDA_COPIES_MOST);
            assert_true(span >= CUDA_REPLAY_S || 2 * replay.launches > CUDA_COPIES_MOST);
            // Longer than needed only where all copies must be used.
            assert_true(replay.launches == 1 || replay.launches == copies ||
                        span < 1.001 * (CUDA_REPLAY_S + seconds * copies));
        }
    CudaReplay longer = cuda_replay(30e-3, 7);
    assert_int_equal(longer.graphs, 7);
    assert_int_equal(longer.launches, 1);
}

// cuBLAS manual 13, 3.1.5.2, figure of a 128 x 4 tile: rows 0, 32, 64, 96 stand beside each other.
TEST(cuda_plan, scales_lie_in_tiles_of_128_by_4) {
    assert_int_equal(cuda_scale_place(0, 0, 8), 0);
    assert_int_equal(cuda_scale_place(0, 3, 8), 3);
    assert_int_equal(cuda_scale_place(32, 0, 8), 4);
    assert_int_equal(cuda_scale_place(1, 0, 8), 16);
    assert_int_equal(cuda_scale_place(127, 3, 8), 511);
    assert_int_equal(cuda_scale_place(0, 4, 8), 512);
    assert_int_equal(cuda_scale_place(128, 0, 8), 1024);
    assert_int_equal(cuda_scale_place(128, 0, 5), 1024);
    assert_int_equal(cuda_scale_count(129, 5), 2048);
}

TEST(cuda_plan, no_two_scales_share_a_place) {
    enum { ROWS = 300, BLOCKS = 7 };
    static bool taken[384 * 8];
    assert_int_equal(cuda_scale_count(ROWS, BLOCKS), 384 * 8);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t block = 0; block < BLOCKS; block++) {
            size_t place = cuda_scale_place(row, block, BLOCKS);
            assert_true(place < 384 * 8);
            assert_false(taken[place]);
            taken[place] = true;
        }
}

TEST(cuda_plan, names_what_slows_the_clock) {
    char text[96];
    cuda_throttle_words(0x1 | 0x2 | 0x10 | 0x100, text,
                        sizeof text); // idle, set clocks, sync, display
    assert_string_equal(text, "");
    cuda_throttle_words(0x4 | 0x40, text, sizeof text);
    assert_string_equal(text, "power_cap hw_thermal");
    char small[8];
    cuda_throttle_words(~0ull, small, sizeof small);
    assert_string_equal(small, "power_c");
}

TEST(cuda_plan, reads_its_command_line) {
    char *words[] = {"chipfit-cuda", "in.csv",  "--budget", "0.25",     "out.csv",
                     "--check",      "--total", "500",      "--device", "1"};
    CudaArguments arguments;
    Error err;
    assert_true(cuda_arguments(10, words, &arguments, &err));
    assert_string_equal(arguments.shapes, "in.csv");
    assert_string_equal(arguments.results, "out.csv");
    assert_near(arguments.budget_s, 0.25, 0);
    assert_near(arguments.total_s, 500, 0);
    assert_int_equal(arguments.device, 1);
    assert_true(arguments.check_only);
}

TEST(cuda_plan, refuses_wrong_command_lines) {
    static const struct {
        char *words[5];
        const char *what, *hint;
    } CASES[] = {
        {{"p", "in.csv"},                        "two files are wanted",     ""         },
        {{"p", "in.csv", "out.csv", "--chek"},   "no option '--chek'",       "'--check'"},
        {{"p", "in.csv", "out.csv", "--budget"}, "--budget wants a number",  ""         },
        {{"p", "a", "b", "--budget", "fast"},    "'fast' is not a number",   ""         },
        {{"p", "a", "b", "--device", "0.5"},     "not a whole number",       ""         },
        {{"p", "a", "b", "--device", "-1"},      "'-1' is not a number",     ""         },
        {{"p", "a", "b", "c"},                   "'c' is one file too many", ""         },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        CudaArguments arguments;
        Error err;
        int count = 0;
        while (count < 5 && CASES[i].words[count])
            count++;
        assert_false(cuda_arguments(count, CASES[i].words, &arguments, &err));
        assert_non_null(strstr(err.what, CASES[i].what));
        assert_non_null(strstr(err.hint, CASES[i].hint));
    }
}
