// chipfit validate cases as a user runs it, on rows made here.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/run_test.h"

static const char HEAD[] =
    "id,source,kind,chip,n_chips,model,phase,batch,isl,osl,tp,ep,pp,dp,dtype,"
    "metric,value,unit,tolerance_suggested,notes,family,evidence,inputs\n";

static Ran run_rows(const char *rows, const char *options) {
    char path[PATH_BYTES], line[2 * PATH_BYTES];
    snprintf(path, sizeof path, "/tmp/chipfit-%ld-cases.csv", (long)getpid());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s%s", HEAD, rows);
    assert_int_equal(fclose(file), 0);
    snprintf(line, sizeof line, "validate cases %s %s", path, options);
    return run(line, "");
}

// The number behind "key": in the line of that row; NaN where it is null.
static double number_of(const Ran *ran, const char *id, const char *key) {
    char mark[96];
    snprintf(mark, sizeof mark, "{\"id\":\"%s\"", id);
    const char *line = strstr(ran->out.data, mark);
    assert_non_null(line);
    snprintf(mark, sizeof mark, "\"%s\":", key);
    const char *at = strstr(line, mark);
    assert_non_null(at);
    return strncmp(at + strlen(mark), "null", 4) == 0 ? (double)NAN
                                                      : strtod(at + strlen(mark), NULL);
}

#define SERVED(id, phase, batch, metric, unit, family)                                             \
    id ",,serving,h100_sxm,1,llama-3.1-8b," phase "," batch ",1024,256,1,,1,1,bf16," metric        \
       ",10," unit ",0.3,," family ",measured,\n"

TEST(cases, turns_rows_into_designs) {
    Ran ran = run_rows(SERVED("loop", "both", "16", "tpot", "ms", "served_x")         //
                       SERVED("static", "both", "16", "out_throughput", "tok/s", "x") //
                       SERVED("open", "both", "", "out_throughput", "tok/s", "x")     //
                       SERVED("step", "decode", "16", "itl", "ms", "x"),
                       "--mode datasheet --engine none --json");
    assert_int_equal(ran.code, 0);
    // Steps with prompts make the closed loop slower than a step alone.
    assert_true(number_of(&ran, "loop", "predicted") > number_of(&ran, "step", "predicted"));
    assert_true(number_of(&ran, "open", "batch") > 100);
    assert_true(number_of(&ran, "open", "predicted") > number_of(&ran, "static", "predicted"));
    assert_near(number_of(&ran, "step", "ratio"), number_of(&ran, "step", "predicted") / 10, 1e-9);
    assert_true(isnan(number_of(&ran, "step", "low")));
    ran_free(&ran);
}

TEST(cases, says_what_it_cannot_answer) {
    Ran ran = run_rows(
        "a,,training,H100,8,GPT-7.1B,train,8,4096,,,,,,bf16,mfu,0.4,frac,0.1,,x,measured,\n"
        "b,,kernel,H100,1,,attn_fwd,1,512,,,,,,fp16,achieved_flops,400,TFLOP/s,0.2,,x,"
        "measured,d=128 heads=16 causal=0 S=512 B=32\n"
        "c,,serving,no_such_chip,1,llama-3.1-8b,decode,1,512,,,,,,bf16,itl,4,ms,0.2,,x,m,\n",
        "--mode datasheet --json");
    assert_int_equal(ran.code, 0);
    assert_non_null(strstr(ran.out.data, "{\"id\":\"a\",\"skipped\":\"training"));
    assert_non_null(strstr(ran.out.data, "{\"id\":\"b\",\"skipped\":\"attention without"));
    assert_non_null(strstr(ran.out.data, "{\"id\":\"c\",\"skipped\":\"there is no chip"));
    ran_free(&ran);
}

TEST(cases, goes_on_after_wrong_rows) {
    Ran ran = run_rows(
        "bad,,serving,h100_sxm,1,llama-3.1-8b,decode,1,512,,,,,,bf16,itl,-4,ms,0.2,,x,m,\n"
        "odd,,nonsense,h100_sxm,1,,,,,,,,,,,time,4,ms,0.2,,x,m,\n"
        "good,,serving,h100_sxm,1,llama-3.1-8b,decode,1,512,,,,,,bf16,itl,7,ms,0.2,,x,m,\n",
        "--mode datasheet --json");
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.out.data, "\"id\":\"good\""));
    assert_null(strstr(ran.out.data, "\"id\":\"bad\""));
    ran_free(&ran);
}

TEST(cases, reads_kernels_and_collectives) {
    Ran ran =
        run_rows("gemm,,kernel,H100,1,,,,,,,,,,bf16,duration,100,us,0.3,,x,m,M=4096 N=4096 K=4096\n"
                 "ar,,collective,H100,8,,all_reduce,,,,,,,,,busbw,300,GB/s,0.3,,x,m,"
                 "op=all_reduce bytes=1073741824\n"
                 "fa,,kernel,H100,1,,attn_fwd,8,2048,,,,,,fp16,achieved_flops,400,TFLOP/s,0.4,,x,"
                 "m,d=128 heads=16 causal=1 S=2048 B=8\n",
                 "--mode datasheet --json");
    double gemm_us = number_of(&ran, "gemm", "predicted");
    assert_true(gemm_us > 2 * 4096.0 * 4096 * 4096 / 989.4e6 && gemm_us < 300);
    double bus = number_of(&ran, "ar", "predicted"), flops = number_of(&ran, "fa", "predicted");
    assert_true(bus > 200 && bus < 450);
    assert_true(flops > 100 && flops < 989);
    ran_free(&ran);
}

TEST(cases, answers_no_where_a_row_beats_the_ideal) {
    Ran ran =
        run_rows("x,,serving,h100_sxm,1,llama-3.1-8b,decode,1,512,,,,,,bf16,itl,2,ms,0.2,,x,m,\n",
                 "--mode datasheet");
    assert_int_equal(ran.code, 1);
    ran_free(&ran);
}

#define NOTED(id, batch, metric, notes)                                                            \
    id ",,serving,h100_sxm,2,gpt-oss-120b,both," batch ",1024,1024,2,1,1,1,fp4," metric            \
       ",10,ms,0.3,\"closed loop; " notes "; matmul nvfp4\",served_x,measured,\n"

// A client of 100 connections: what decodes is as with 100 in flight, the others wait before their first token.
TEST(cases, holds_what_the_client_has_no_connection_for) {
    Ran ran = run_rows(NOTED("all", "512", "tpot", "engine vllm 0.18.0")  //
                       NOTED("some", "512", "tpot", "engine vllm 0.11.2") //
                       NOTED("few", "100", "tpot", "engine vllm 0.11.2")  //
                       NOTED("wait", "512", "ttft", "engine vllm 0.11.2") //
                       NOTED("life", "100", "ttft", "engine vllm 0.11.2"),
                       "--json");
    double few_ms = number_of(&ran, "few", "predicted");
    assert_near(number_of(&ran, "some", "predicted"), few_ms, 1e-9);
    assert_true(number_of(&ran, "all", "predicted") > 1.5 * few_ms);
    double first_ms = number_of(&ran, "life", "predicted"), life_ms = first_ms + 1023 * few_ms;
    assert_near(number_of(&ran, "wait", "predicted"), first_ms + 4.12 * life_ms, 1e-6);
    ran_free(&ran);
}

// Each metric has its own interval, and an engine's doubt widens it.
TEST(cases, gives_each_metric_its_interval) {
    const char *rows = SERVED("first", "both", "16", "ttft", "ms", "served_x") //
        SERVED("token", "both", "16", "tpot", "ms", "served_x");
    Ran ran = run_rows(rows, "--engine trtllm --json"),
        bare = run_rows(rows, "--engine none --json");
    double first = number_of(&ran, "first", "high") / number_of(&ran, "first", "predicted");
    double token = number_of(&ran, "token", "high") / number_of(&ran, "token", "predicted");
    double alone = number_of(&bare, "token", "high") / number_of(&bare, "token", "predicted");
    assert_true(first > token && token > 1.2 && token > alone && alone > 1);
    assert_true(number_of(&ran, "first", "low") > 0);
    ran_free(&ran);
    ran_free(&bare);
}

// No schedule beats a decode step alone, which is the bound of a median; a mean meets prompts.
TEST(cases, bounds_a_median_by_a_step_without_prompts) {
    Ran ran = run_rows(SERVED("mean", "both", "16", "mean_tpot", "ms", "served_x") //
                       SERVED("median", "both", "16", "median_tpot", "ms", "served_x"),
                       "--engine vllm --json");
    assert_true(number_of(&ran, "median", "ideal") < number_of(&ran, "mean", "ideal"));
    assert_near(number_of(&ran, "median", "predicted"), number_of(&ran, "mean", "predicted"), 1e-9);
    ran_free(&ran);
}

// TensorRT-LLM's own benchmark sends no tokens to clients.
TEST(cases, takes_the_engine_without_its_server_for_its_own_benchmarks) {
#define OPEN(id, family)                                                                           \
    id ",,serving,h100_sxm,1,llama-3.1-8b,both,,128,2048,1,,1,1,fp8,out_throughput,20000,"         \
       "tok/s,0.3,," family ",measured,\n"
    Ran ran = run_rows(OPEN("bench", "trtllm10_x") OPEN("nim", "x /nim/"), "--json");
    assert_true(number_of(&ran, "bench", "predicted") > 1.2 * number_of(&ran, "nim", "predicted"));
    ran_free(&ran);
}
