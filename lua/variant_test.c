// Chips, systems and models written out in a request.
#include "lua/names.h"
#include "lua/run_test.h"
#include "lua/variant.h"

#define WORK ",\"phase\":\"decode\",\"batch\":8,\"context\":4096}\n"
#define LINE "{\"chip\":\"h100_sxm\",\"model\":"

TEST(variant, says_what_is_wrong) {
    // clang-format off
    static const struct {
        const char *line;
        const char *word; // in the answer
    } CASES[] = {
        {LINE "{\"base\":\"llama-3.1-8b\",\"layer\":4}" WORK, "did you mean 'layers'?"},
        {LINE "{\"base\":\"lama-3.1-8b\",\"layers\":4}" WORK, "did you mean 'llama-3.1-8b'?"},
        {LINE "{\"base\":\"llama-3.1-8b\",\"layers\":[4,8]}" WORK, "layers: takes one value, not a list"},
        {LINE "{\"base\":\"llama-3.1-8b\",\"layers\":null}" WORK, "layers: takes a value, not null"},
        {LINE "{\"base\":\"llama-3.1-8b\",\"layers\":{\"a\":1}}" WORK, "layers: takes a value"},
        {LINE "{\"base\":\"llama-3.1-8b\",\"layers\":\"forty\"}" WORK, "'forty' is not a whole number"},
        {LINE "{\"base\":\"llama-3.1-8b\",\"layers\":{\"times\":0}}" WORK, "times takes one number above 0"},
        {LINE "{\"base\":\"llama-3.1-8b\",\"heads\":7}" WORK, "does not divide heads = 7"},
        {LINE "{\"base\":\"llama-3.1-8b\",\"ffn\":[1,2]}" WORK, "the request's model: ffn"},
        {LINE "{\"base\":[\"llama-3.1-8b\"]}" WORK, "base: takes a name, not a list"},
        {LINE "{\"base\":\"/etc/passwd.lua\"}" WORK, "/etc/passwd.lua"},
        {LINE "{\"layers\":40}" WORK, "needs \\\"base\\\""},
        {LINE "{\"base\":\"llama-3.1-8b\",\"x\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}" WORK, "nested too deep"},
        {LINE "[]" WORK, "model: takes a name or an object, not a list"},
        {LINE "7" WORK, "model: takes a name or an object, not a number"},
        {LINE "\"{\"" WORK, "the request's model: not JSON"},
        {"{\"model\":\"llama-3.1-8b\",\"chip\":{\"base\":\"h100_sxm\",\"memory\":{\"bandwith\":1}}" WORK, "did you mean 'bandwidth'?"},
        {"{\"model\":\"llama-3.1-8b\",\"chip\":{\"base\":\"h100_sxm\",\"memory\":{\"bandwidth\":\"5 TB\"}}" WORK, "is not in B/s"},
        {"{\"model\":\"llama-3.1-8b\",\"chip\":{\"base\":\"h100_sxm\",\"system\":\"x/y.lua\"}" WORK, "cannot name files"},
        {"{\"model\":\"llama-3.1-8b\",\"chip\":\"h100_sxm\",\"placement\":{}" WORK, "placement: takes a text, not an object"},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Ran ran = run("predict", CASES[i].line);
        bool error =
            strncmp(ran.out.data, "{\"error\":", 9) == 0 && strstr(ran.out.data, "\"line\":1}");
        if (ran.code != 2 || !error || !strstr(ran.out.data, CASES[i].word))
            fail_msg("%s: exit %d, %s", CASES[i].line, ran.code, ran.out.data);
        ran_free(&ran);
    }
}

// What changes nothing predicts the same, and explain takes the same words.
// In datasheet mode: to a kernel profile a variant is a chip that was not measured.
TEST(variant, of_nothing_is_its_base) {
    Ran plain = run("predict", LINE "\"mixtral-8x7b\",\"tp\":4,\"mode\":\"datasheet\"" WORK);
    Ran same = run(
        "predict",
        "{\"chip\":{\"base\":\"h100_sxm\",\"memory\":{\"bandwidth\":{\"times\":1}}},"
        "\"system\":{\"base\":\"hgx_h100\",\"levels\":{\"nvlink\":{\"bandwidth\":{\"times\":1}}}},"
        "\"model\":{\"base\":\"mixtral-8x7b\",\"layers\":32},\"tp\":4,\"mode\":\"datasheet\"" WORK);
    assert_int_equal(plain.code, 0);
    assert_string_equal(same.out.data, plain.out.data);
    ran_free(&plain);
    ran_free(&same);
    Ran ran = run(
        "explain --chip h100_sxm --model {\"base\":\"llama-3.1-8b\",\"layers\":16} --phase decode "
        "--batch 8 --context 4096 --json",
        "");
    Ran other = run("predict", LINE "{\"base\":\"llama-3.1-8b\",\"layers\":16}" WORK);
    assert_int_equal(ran.code, 0);
    *strrchr(other.out.data, '}') = '\0';
    assert_non_null(strstr(ran.out.data, other.out.data + 1));
    ran_free(&ran);
    ran_free(&other);
}

// More networks than are kept, met twice and on several threads, in order.
TEST(variant, may_differ_in_every_line) {
    Text lines = {0};
    for (int i = 0; i < 3000; i++)
        text_addf(&lines,
                  LINE "{\"base\":\"llama-3.1-8b\",\"layers\":%d,\"d_ff\":%d},\"id\":%d" WORK,
                  1 + i % 50, 1024 + 64 * (i % 1500), i);
    Ran one = run("predict --threads 1", lines.data), many = run("predict --threads 4", lines.data);
    assert_int_equal(one.code, 0);
    assert_string_equal(one.out.data, many.out.data);
    ran_free(&one);
    ran_free(&many);
    text_free(&lines);
}
