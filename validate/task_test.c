#include "validate/task.h"

#include "sim/base/test.h"

static bool read(Tasks *tasks, const char *text, Error *err) {
    return tasks_read(tasks, "s.csv", text, strlen(text), err);
}

TEST(task, reads_shapes_with_defaults) {
    Tasks tasks;
    Error err;
    assert_true(read(&tasks,
                     "kind,a,b,m,n,k,heads,kv_heads,q_len,kv_len,experts,source\n"
                     "matmul,fp8,,16,4096,1024,,,,,,x\n"
                     "decode,bf16,,,,,32,8,,8192,,y\n"
                     "norm,,,5,64,,,,,,9,z\n",
                     &err));
    assert_int_equal(tasks.count, 3);
    const Task *matmul = &tasks.list[0], *decode = &tasks.list[1], *norm = &tasks.list[2];
    assert_int_equal(matmul->id, 1);
    assert_int_equal(matmul->b, FORMAT_FP8); // as a
    assert_int_equal(matmul->batch, 1);
    assert_int_equal(matmul->heads, 0); // not named by a matmul
    assert_int_equal(decode->kv, FORMAT_BF16);
    assert_int_equal(decode->v_dim, 128);
    assert_int_equal(decode->q_len, 1);
    assert_int_equal(decode->page, 16);
    assert_int_equal(norm->experts, 0);
    assert_int_equal(norm->b, FORMAT_NONE);
    tasks_free(&tasks);
}

static const struct Wrong {
    const char *text;
    int line;
    const char *what, *hint;
} WRONG[] = {
    {"kind,m\nmatmul,4\nmatmull,4\n",                                        3, "kind: 'matmull' is not one of",                             "did you mean 'matmul'?"  },
    {"kind,a\nmatmul,bf61\n",                                                2, "a: 'bf61' is not one of",                                   "did you mean 'bf16'?"    },
    {"kind,m\nmatmul,0\n",                                                   2, "m: 0 is outside 1 to 16777216",                             ""                        },
    {"kind,m\nmatmul,1.5\n",                                                 2, "m: 1.5 is not a whole number",                              ""                        },
    {"kind,m\nmatmul,x\n",                                                   2, "m: 'x' is not a number",                                    ""                        },
    {"kind,m\nmatmul\n",                                                     2, "1 cells, where the header names 2 columns",                 ""                        },
    {"kind,m\n,4\n",                                                         2, "kind: is empty",                                            ""                        },
    {"m,n\n1,1\n",                                                           1, "there is no column 'kind'",
     "a shapes file has a row a kernel: kind,a,b,m,n,k,..."                                                                                                            },
    {"kind,kv_head\ndecode,8\n",                                             1, "there is no column 'kv_head'",                              "did you mean 'kv_heads'?"},
    {"kind,heads,kv_heads\ndecode,32,5\n",                                   2, "kv_heads: 5 do not divide the 32 heads",                    ""                        },
    {"kind,q_len,kv_len\nprefill,32,5\n",                                    2, "kv_len: 5 tokens cannot hold the 32 of q_len",              ""                        },
    {"kind,experts,top_k\nroute,4,5\n",                                      2, "top_k: 5 of 4 experts cannot be chosen",                    ""                        },
    {"kind,a\nquantise,bf16\n",                                              2, "a: quantise makes a format narrower than 16 bit, not bf16", ""                        },
    {"kind,a\nnorm,int8\n",                                                  2, "a: norm takes fp32, bf16 or fp16, not int8",                ""                        },
    {"kind,kv\ndecode,int4\n",                                               2, "kv: the cache is in fp32, bf16 or fp16 or fp8, not int4",   ""                        },
    {"kind,a\nmatmul,none\n",                                                2, "a: matmul needs a format here",                             ""                        },
    {"kind,bytes\ncopy,6\n",                                                 2, "bytes: 6 are not whole elements of 4 bytes",                ""                        },
    {"kind,bytes,ranks\nall_reduce,40,4\n",                                  2,
     "bytes: 40 are not whole elements of 4 bytes for every rank",                                                                           ""                        },
    {"kind,m,n,k\nmatmul,16777216,16777216,8\n",                             2, "matmul of this shape takes 5.63e+14 bytes",
     ""                                                                                                                                                                },
    {"kind,id\ncopy,3\ncopy,3\n",                                            2, "bytes: 0 are not whole",                                    ""                        },
    {"kind,id,m\nnorm,3,1\nnorm,3,2\n",                                      3, "id: two tasks have number 3",                               ""                        },
    {"kind,id,layer\nnorm,1,7\n",                                            2, "layer: 7 is not the layer of the row above",                ""                        },
    {"kind,id,layer\nlayer,1,0\nnorm,2,0\n",                                 3, "layer: no part follows layer 1",                            ""                        },
    {"kind,id,layer\nlayer,1,0\n",                                           2, "layer: no part follows layer 1",                            ""                        },
    {"kind,id,layer\nlayer,1,0\nlayer,2,1\n",                                3, "layer: a layer cannot be part of another",                  ""                        },
    {"kind,id,layer\nlayer,1,0\nnorm,2,1\nnorm,3,0\nnorm,4,1\n",             5,
     "layer: 1 is not the layer of the row above",                                                                                           ""                        },
    {"kind,name\nnorm,12345678901234567890123456789012345678901234567890\n", 2, "name: '1234567890",
     ""                                                                                                                                                                },
    {"kind,m\n",                                                             1, "there is no task in it",                                    ""                        },
    {"",                                                                     1, "the file is empty",                                         ""                        },
};

TEST(task, says_what_is_wrong_and_where) {
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        Tasks tasks;
        Error err = {.what = ""};
        bool good = read(&tasks, WRONG[i].text, &err);
        if (good || err.line != WRONG[i].line ||
            strncmp(err.what, WRONG[i].what, strlen(WRONG[i].what)) != 0 ||
            strcmp(err.hint, WRONG[i].hint) != 0)
            fail_msg("%s gave line %d: %s (%s)", WRONG[i].text, err.line, err.what, err.hint);
        assert_null(tasks.list);
    }
}

TEST(task, layers_hold_the_rows_that_follow) {
    Tasks tasks;
    Error err;
    assert_true(read(&tasks,
                     "kind,id,layer,m,times\nlayer,5,,,\nnorm,6,5,1,2\ngated,7,5,1,\n"
                     "layer,8,,,\nnorm,9,8,1,\nnorm,,,4,\n",
                     &err));
    assert_int_equal(tasks_parts(&tasks, 0), 2);
    assert_int_equal(tasks_parts(&tasks, 1), 0);
    assert_int_equal(tasks_parts(&tasks, 3), 1);
    assert_int_equal(tasks.list[1].times, 2);
    assert_int_equal(tasks.list[5].id, 10);
    assert_true(task_same(&tasks.list[1], &tasks.list[4]));
    assert_false(task_same(&tasks.list[1], &tasks.list[5]));
    tasks_free(&tasks);
}

static Task attention(int kind, int q_len, int kv_len, int window) {
    Task task;
    Error err;
    task_init(&task);
    task.kind = kind;
    task.batch = 3;
    task.heads = 8;
    task.kv_heads = 2;
    task.qk_dim = 64;
    task.v_dim = 32;
    task.q_len = q_len;
    task.kv_len = kv_len;
    task.window = window;
    assert_true(task_finish(&task, &err));
    return task;
}

// By counting, query by query.
TEST(task, flop_counts_pairs_that_are_not_masked) {
    for (int q_len = 1; q_len <= 9; q_len += 2)
        for (int kv_len = q_len; kv_len <= 14; kv_len++)
            for (int window = 0; window <= 15; window++) {
                long count = 0;
                for (int i = 0; i < q_len; i++)
                    for (int j = 0; j <= kv_len - q_len + i; j++)
                        count += window == 0 || kv_len - q_len + i - j < window;
                Task task = attention(TASK_PREFILL, q_len, kv_len, window);
                assert_near(task_flop(&task), 2.0 * 3 * 8 * (64 + 32) * (double)count, 0);
            }
}

TEST(task, bytes_count_each_operand_once) {
    Task task = attention(TASK_DECODE, 1, 100, 0);
    // Queries and outputs of 8 heads, keys and values of 2; 16 bit.
    assert_near(task_bytes(&task), 3 * (8 * (64 + 32) + 100 * 2 * (64 + 32)) * 2.0, 0);
    task = attention(TASK_DECODE, 1, 100, 10);
    assert_near(task_bytes(&task), 3 * (8 * (64 + 32) + 10 * 2 * (64 + 32)) * 2.0, 0);
    task.kind = TASK_EXPERTS;
    task.a = task.b = FORMAT_FP8;
    task.m = 5, task.n = 100, task.k = 1000, task.experts = 8;
    assert_near(task_bytes(&task), 5 * 1000 + 5 * 100 * 1000 + 5 * 100 * 2.0, 0); // 5 of 8 are read
    assert_near(task_flop(&task), 2.0 * 5 * 100 * 1000, 0);
}

TEST(task, a_latent_cache_is_read_once) {
    Task task = attention(TASK_DECODE, 1, 100, 0);
    task.kv_heads = 1;
    assert_true(task_latent(&task));
    assert_near(task_bytes(&task), 3 * (8 * (64 + 32) + 100 * 64) * 2.0, 0);
    task.kind = TASK_PREFILL;
    assert_false(task_latent(&task));
}
