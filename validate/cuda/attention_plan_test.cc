// cuda/attention_plan_test.cc — which attention kernel a task takes, and the arithmetic of tiles, masks, pages and splits.
extern "C" {
#include "sim/base/test.h"
}

#include "validate/cuda/attention_plan.cuh"

namespace {

const AttentionDevice H100 = {132, 9, 0, 232448, 50e6}, A100 = {108, 8, 0, 166912, 40e6},
                      CONSUMER = {84, 8, 9, 101376, 64e6};

Task task_of(TaskKind kind, int qk_dim, int v_dim) {
    Task task;
    memset(&task, 0, sizeof task);
    task.kind = kind;
    task.a = task.kv = FORMAT_BF16;
    task.batch = task.m = 1;
    task.heads = 32;
    task.kv_heads = 8;
    task.q_len = kind == TASK_DECODE ? 1 : 1000;
    task.kv_len = 1000;
    task.qk_dim = qk_dim;
    task.v_dim = v_dim;
    task.page = 16;
    return task;
}

TEST(attention, tiles_of_prefill_are_each_taken_once) {
    static const int cases[][4] = {
        {5, 4, 8, 3},
        {1, 2, 2, 7},
        {9, 3, 3, 1}
    }; // blocks, heads, pairs, section
    for (int c = 0; c < 3; c++) {
        int blocks = cases[c][0], heads = cases[c][1], pairs = cases[c][2];
        int taken[64] = {0};
        for (int i = 0; i < blocks * pairs; i++) {
            PrefillTile tile = prefill_tile(i, blocks, heads, pairs, cases[c][3]);
            int pair = tile.sequence * heads + tile.head;
            assert_true(tile.block >= 0 && tile.block < blocks && pair >= 0 && pair < pairs);
            taken[pair * blocks + tile.block]++;
        }
        for (int i = 0; i < blocks * pairs; i++)
            assert_int_equal(taken[i], 1);
    }
}

TEST(attention, masks_agree_with_blocks) {
    for (int window = 0; window < 40; window += 13)
        for (int first = 0; first < 50; first += 7)
            for (int last = first; last < first + 20; last += 3) {
                KeyBlocks blocks = key_blocks(first, last, window, 8);
                for (int block = 0; block < 12; block++) {
                    bool any = false, all = true;
                    for (int position = first; position <= last; position++)
                        for (int key = block * 8; key < block * 8 + 8; key++) {
                            bool seen = key_seen(position, key, window);
                            any = any || seen;
                            all = all && seen;
                        }
                    assert_int_equal(any, block >= blocks.first && block < blocks.end);
                    assert_true(!any || block_masked(block, 8, first, last, window) == !all);
                }
            }
}

TEST(attention, pages_are_each_taken_once) {
    static const int counts[] = {1, 2, 3, 16, 17, 1000};
    for (int c = 0; c < 6; c++) {
        int count = counts[c], in_place = 0;
        unsigned char taken[1000] = {0};
        for (int i = 0; i < count; i++) {
            uint32_t place = page_order(3, (uint32_t)i, (uint32_t)count);
            assert_true(place < (uint32_t)count && !taken[place]);
            taken[place] = 1;
            in_place += place == (uint32_t)i;
        }
        assert_true(count < 16 || in_place < count / 4);
    }
}

TEST(attention, splits_fill_the_device) {
    assert_int_equal(decode_splits(264, 264, 100, 64), 1);
    assert_int_equal(decode_splits(8, 264, 2048, 64), 33); // one round
    assert_true(decode_splits(1, 264, 3, 64) <= 3);
    int splits = decode_splits(200, 264, 1000, 64); // one round would leave a quarter idle
    assert_true(splits > 1 && (200 * splits + 263) / 264 * 264 < 1.1 * 200 * splits);
    for (int count = 1; count < 50; count++)
        for (splits = 1; splits < 9; splits++) {
            assert_int_equal(split_first(count, 0, splits), 0);
            assert_int_equal(split_first(count, splits, splits), count);
        }
}

TEST(attention, kernels_are_chosen_by_shape_and_device) {
    static const struct {
        TaskKind kind;
        int qk_dim, v_dim, kv_heads, kv;
        const AttentionDevice *device;
        const char *variant, *name; // NULL: unsupported
    } cases[] = {
        {TASK_PREFILL, 128, 128, 8, FORMAT_BF16, &H100,     "",      "wgmma 128x128"       },
        {TASK_PREFILL, 128, 128, 8, FORMAT_BF16, &H100,     "mma",   "mma 128x64"          },
        {TASK_PREFILL, 128, 128, 8, FORMAT_BF16, &A100,     "",      "mma 128x64"          },
        {TASK_PREFILL, 128, 128, 8, FORMAT_BF16, &A100,     "wgmma", NULL                  },
        {TASK_PREFILL, 192, 128, 8, FORMAT_BF16, &H100,     "",      "wgmma 128x128"       },
        {TASK_PREFILL, 256, 256, 8, FORMAT_BF16, &H100,     "",      "wgmma 128x64"        },
        {TASK_PREFILL, 256, 256, 8, FORMAT_BF16, &CONSUMER, "",      "mma 64x32"           },
        {TASK_PREFILL, 96,  96,  8, FORMAT_BF16, &H100,     "",      NULL                  },
        {TASK_PREFILL, 128, 128, 8, FORMAT_FP8,  &H100,     "",      NULL                  },
        {TASK_DECODE,  128, 128, 8, FORMAT_BF16, &H100,     "",      "split 8 16x16"       },
        {TASK_DECODE,  128, 128, 1, FORMAT_BF16, &H100,     "",      "split 8 32x16"       },
        {TASK_DECODE,  128, 128, 8, FORMAT_FP8,  &H100,     "",      "split 8 16x16 e4m3"  },
        {TASK_DECODE,  576, 512, 1, FORMAT_BF16, &H100,     "",      "latent-wgmma 8 64x64"},
        {TASK_DECODE,  576, 512, 1, FORMAT_BF16, &CONSUMER, "",      NULL                  },
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        Task task = task_of(cases[c].kind, cases[c].qk_dim, cases[c].v_dim);
        task.kv_heads = cases[c].kv_heads;
        task.kv = cases[c].kv;
        CudaAttention plan;
        Measurement out;
        RunStatus status = attention_plan(&plan, &task, cases[c].device, cases[c].variant, &out);
        assert_int_equal(status, cases[c].name ? RUN_MEASURED : RUN_UNSUPPORTED);
        if (cases[c].name)
            assert_string_equal(plan.name, cases[c].name);
        else
            assert_true(strlen(out.detail) > 10);
    }
}

TEST(attention, every_kernel_fits_the_device_that_it_is_for) {
    for (int i = 0; i < ATTENTION_ROTARY; i++) {
        const AttentionKernelInfo *info = &ATTENTION_TABLE[i];
        assert_true((info->shared_bytes + 2 * ATTENTION_SLACK) * info->blocks <=
                    233472); // of a multiprocessor
        assert_true(info->shared_bytes + ATTENTION_SLACK <= H100.shared_bytes);
    }
}

TEST(attention, places_of_rotary_outputs_are_each_taken_once) {
    Task task = task_of(TASK_ROTARY, 32, 16);
    task.m = 37;
    task.heads = 3;
    task.kv_heads = 2;
    CudaAttention plan;
    Measurement out;
    assert_int_equal(attention_plan(&plan, &task, &H100, NULL, &out), RUN_MEASURED);
    long outputs = 37 * (3 * 32 + 2 * (32 + 16));
    unsigned char *taken = (unsigned char *)calloc(ATTENTION_BUFFERS, 1 << 14);
    for (long place = 0; place < outputs; place++) {
        size_t element;
        AttentionBuffer which = attention_place(&plan, 5, place, &element);
        assert_true(plan.roles[which] == ATTENTION_WRITTEN && element * 2 < plan.bytes[which]);
        unsigned char *own = taken + ((size_t)which << 14) + element;
        assert_int_equal(*own, 0);
        *own = 1;
    }
    free(taken);
}

} // namespace
