#include "sim/base/arena.h"

#include "sim/base/test.h"

TEST(arena, gives_zeroed_aligned_memory_that_does_not_overlap) {
    static const size_t SIZES[] = {1, 0, 3, 16, 100, 65536, 40000, 40000, 1, 1 << 20, 7};
    enum { COUNT = sizeof SIZES / sizeof SIZES[0] };
    Arena *arena = arena_new();
    unsigned char *pieces[20 * COUNT];
    for (int i = 0; i < 20 * COUNT; i++) {
        size_t size = SIZES[i % COUNT];
        pieces[i] = arena_take(arena, size);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        for (size_t j = 0; j < size; j++)
            assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], i, size);
    }
    for (int i = 0; i < 20 * COUNT; i++)
        for (size_t j = 0; j < SIZES[i % COUNT]; j++)
            if (pieces[i][j] != (unsigned char)i)
                fail_msg("piece %d was overwritten", i);
    arena_free(arena);
    arena_free(NULL);
}

TEST(arena, copies_texts) {
    Arena *arena = arena_new();
    char source[] = "h100_sxm";
    char *whole = arena_text(arena, source), *part = arena_text_n(arena, source, 4);
    source[0] = 'x';
    assert_string_equal(whole, "h100_sxm");
    assert_string_equal(part, "h100");
    assert_string_equal(arena_text(arena, ""), "");
    arena_free(arena);
}
