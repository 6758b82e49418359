// Runs the built program as a user would: exit codes, messages, and that explain and predict agree.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lua/library.h"
#include "lua/run_test.h"
#include "sim/random_test.h"

#define CHIP  "explain --chip h100_sxm "
#define LLAMA "--model llama-3.1-8b "
#define WORK  "--phase decode --batch 8 --context 4096 "

TEST(command, refuses_bad_input) {
    // clang-format off
    static const struct {
        const char *line;
        const char *word; // in the message
    } CASES[] = {
        {"explan", "'explain'"},
        {"fubar", "'fubar'"},
        {"explain --chip h100_smx " LLAMA WORK, "'h100_sxm'"},
        {CHIP "--model lama-3.1-8b " WORK, "'llama-3.1-8b'"},
        {CHIP "--system hgx_h1000 " LLAMA WORK, "'hgx_h100'"},
        {CHIP LLAMA WORK "--tp 3", "tp = 3"},
        {CHIP LLAMA WORK "--tp 4 --dp 1 --chips 8", "chips = 8"},
        {CHIP "--model mixtral-8x7b --tp 4 --ep 2 --etp 3 " WORK, "ep x etp = 2 x 3"},
        {CHIP LLAMA "--phase decode --context 9 --batch 0", "batch: 0 is outside 1 to 2147483647"},
        {CHIP LLAMA "--phase decode --context 9 --batch -4", "batch: -4 is outside"},
        {CHIP LLAMA "--phase decode --context 9 --batch 1.5", "batch: '1.5'"},
        {CHIP LLAMA "--phase decode --context 9 --batch nan", "batch: 'nan'"},
        {CHIP LLAMA "--phase decode --context 9 --batch=inf", "batch: 'inf'"},
        {CHIP LLAMA "--phase decode --batch 9 --context -1", "context: -1 is outside"},
        {CHIP LLAMA "--phase decode --batch 9 --context 2147483648", "context: 2147483648 is outside"},
        {CHIP LLAMA WORK "--overlap nan", "overlap: "},
        {CHIP LLAMA WORK "--hbm-reserve inf", "hbm_reserve: "},
        {"explain --chip a100_sxm --formats fp8 " LLAMA WORK, "fp8"},
        {CHIP LLAMA WORK "--kv fp99", "kv: 'fp99'"},
        {CHIP LLAMA "--phase decode --context 9 --batch max --chips 8 --placement foo", "placement 'foo'"},
        {CHIP LLAMA WORK "--chips 8 --placement foo", "placement 'foo'"},
        {CHIP LLAMA WORK "--chips 8 --placement foo --plan all", "placement 'foo'"},
        {CHIP LLAMA "--chips 8 --phase prefill --prompt 100 --prefix 200", "prefix = 200"},
        {CHIP LLAMA "--chips 8 --phase generate --prompt 100 --output 2147483647", "prompt + output"},
        {"explain --chip tpu_v5e --chips 17 " LLAMA WORK, "17 chips"},
        {"explain --phase decode", "--chip h100_sxm"},
        {CHIP LLAMA "--phase decode --context 9", "--batch 64"},
        {CHIP LLAMA WORK "--contxt 5", "'--context'"},
        {CHIP LLAMA WORK "--batch 9", "--batch is given twice"},
        {CHIP LLAMA WORK "--hbm_reserve 0.1 --hbm-reserve 0.1", "is given twice"},
        {CHIP LLAMA WORK "--tp", "--tp lacks its value"},
        {CHIP LLAMA WORK "--tp --json", "--tp lacks its value"},
        {CHIP LLAMA WORK "--json=yes", "--json takes no value"},
        {CHIP LLAMA WORK "--why mfuu", "'mfu'"},
        {CHIP LLAMA WORK "--measured fast", "measured: 'fast'"},
        {CHIP LLAMA WORK "--measured -3", "measured: -3 s is outside"},
        {CHIP LLAMA WORK "--measured 3MB", "measured: '3MB' is not in s"},
        {CHIP LLAMA WORK "--measured 3 --plan all", "without --why or --plan all"},
        {CHIP LLAMA WORK "--plan fast", "plan: 'fast'"},
        {CHIP LLAMA WORK "--plan best --tp 2", "plan: "},
        {CHIP LLAMA WORK "tp 4", "--tp"},
        {CHIP LLAMA WORK "--profile hoper", "there is no profile 'hoper'"},
        {"explain --chip '' " LLAMA WORK, "chip: is empty"},
        {"explain --chip /dev " LLAMA WORK, "/dev: is a folder, not a file"},
        {"explain --chip /nowhere/x.lua " LLAMA WORK, "/nowhere/x.lua"},
        {"predict --threads 0", "threads: 0"},
        {"predict --chip h100_sxm", "'--chip'"},
        {"list chip5", "chips"},
        {"schema metric5", "metrics"},
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

// A chip's file with one line changed.
static void write_chip(const char *path, const char *from, const char *to) {
    char shipped[PATH_BYTES];
    const char *data = getenv("CHIPFIT_DATA");
    snprintf(shipped, sizeof shipped, "%s/hw/chips/h100_sxm.lua", data ? data : ".");
    FILE *in = fopen(shipped, "r"), *out = fopen(path, "w");
    assert_true(in && out);
    char line[1024];
    bool changed = false;
    while (fgets(line, sizeof line, in)) {
        char *at = strstr(line, from);
        if (at && !changed) {
            fprintf(out, "%.*s%s%s", (int)(at - line), line, to, at + strlen(from));
            changed = true;
        } else {
            fputs(line, out);
        }
    }
    assert_true(changed);
    fclose(in);
    fclose(out);
}

TEST(command, refuses_bad_files) {
    // clang-format off
    static const struct {
        const char *from, *to; // NULL: another thing than a chip's file stands there
        const char *word;
    } CASES[] = {
        {"\"3.35 TB/s\"", "3.35", "bandwidth"},
        {"\"3.35 TB/s\"", "\"3.35 TB\"", "bandwidth: '3.35 TB' is not in B/s"},
        {"bandwidth", "bandwith", "'bandwidth'"},
        {"return chip {", "return chip", "chip.lua"},
        {NULL, "folder", "folder"},
        {NULL, "binary", "chip.lua"},
        {NULL, "empty", "chip.lua"},
    };
    // clang-format on
    char folder[] = "/tmp/chipfit_test_XXXXXX", path[64], line[256];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/chip.lua", folder);
    snprintf(line, sizeof line, "explain --chip %s " LLAMA WORK, path);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        if (CASES[i].from) {
            write_chip(path, CASES[i].from, CASES[i].to);
        } else if (strcmp(CASES[i].to, "folder") == 0) {
            assert_int_equal(mkdir(path, 0700), 0);
        } else {
            FILE *file = fopen(path, "w");
            if (strcmp(CASES[i].to, "binary") == 0)
                fwrite("\x7f"
                       "ELF\0\0\x01\xff",
                       1, 8, file);
            fclose(file);
        }
        Ran ran = run(line, "");
        if (ran.code != 2 || !strstr(ran.err.data, CASES[i].word))
            fail_msg("case %zu: exit %d, err '%s'", i, ran.code, ran.err.data);
        ran_free(&ran);
        remove(path);
    }
    rmdir(folder);
}

// One answer a line, the bad ones with their number; blank lines count but have none.
TEST(command, answers_bad_lines) {
    // clang-format off
    static const struct {
        const char *line, *word;
    } CASES[] = {
        {GOOD, "ends too early"},
        {GOOD ",\"batch\":8}", "duplicate"},
        {GOOD ",\"contxt\":8}", "'context'"},
        {GOOD ",\"tp\":\"2\"}", "tp: takes a number, not a text"},
        {GOOD ",\"tp\":null}", "tp: takes a number, not null"},
        {GOOD ",\"tp\":[2]}", "tp: takes a number, not a list"},
        {GOOD ",\"tp\":2.5}", "tp: 2.5 is not a whole number"},
        {GOOD ",\"tp\":1e99}", "tp: 1e+99"},
        {GOOD ",\"tp\":99999999999999999999}", "not JSON"},
        {GOOD ",\"overlap\":NaN}", "NaN"},
        {GOOD ",\"overlap\":Infinity}", "Infinity"},
        {GOOD ",\"overlap\":-Infinity}", "Infinity"},
        {GOOD ",\"overlap\":1e400}", "not JSON"},
        {GOOD ",\"formats\":{\"weight\":\"fp8\"}}", "formats: there is no class 'weight'"},
        {GOOD ",\"formats\":{\"kv\":\"fp8\"},\"kv\":\"fp8\"}", "kv: is given twice"},
        {GOOD ",\"formats\":{\"kv\":\"fp8\",\"KV\":\"fp8\"}}", "KV: is given twice"},
        {GOOD ",\"Batch\":8}", "batch: is given twice"},
        {GOOD ",\"hbm-reserve\":0.1,\"hbm_reserve\":0.1}", "hbm_reserve: is given twice"},
        {GOOD ",\"Formats\":{\"kv\":\"fp8\"},\"formats\":\"bf16\"}", "formats: is given twice"},
        {"\xef\xbb\xbf" GOOD "}", "byte-order mark"},
        {"chip=h100_sxm", "a design is a JSON object"},
        {GOOD ",\"stages\":[16,\"16\"]}", "stages: takes layer counts"},
        {GOOD ",\"stages\":[]}", "stages: 0 stages"},
        {GOOD ",\"mode\":\"datasheet\",\"profile\":\"tpu\"}", "belongs to mode calibrated"},
        {"{\"chip\":\"h100_smx\",\"model\":\"llama-3.1-8b\"}", "'h100_sxm'"},
        {"{\"chip\":\"h100\\u0000\"}", "not JSON"},
        {"[1,2]", "a design is a JSON object, not a list"},
        {"17", "a design is a JSON object, not a number"},
        {"\x7f" "ELF\x01\xff\xfe", "not JSON"},
        {"{}", "chip: is missing"},
    };
    // clang-format on
    Text input = {0};
    size_t count = sizeof CASES / sizeof CASES[0];
    for (size_t i = 0; i < count; i++)
        text_addf(&input, "%s\n \t\n" GOOD ",\"id\":[%zu,\"a\"]}\n", CASES[i].line, i);
    Ran ran = run("predict", input.data);
    assert_int_equal(ran.code, 2);
    char *rest = ran.out.data;
    for (size_t i = 0; i < count; i++) {
        char *bad = strtok_r(rest, "\n", &rest), *good = strtok_r(NULL, "\n", &rest);
        char number[64], id[64];
        snprintf(number, sizeof number, "\"line\":%zu}", 3 * i + 1);
        snprintf(id, sizeof id, "{\"id\":[%zu,\"a\"],\"time_s\":", i);
        assert_true(bad && good);
        if (!strstr(bad, CASES[i].word) || !strstr(bad, number) ||
            strncmp(bad, "{\"error\":", 9) != 0)
            fail_msg("%s: %s", CASES[i].line, bad);
        if (strncmp(good, id, strlen(id)) != 0)
            fail_msg("%s: %s", id, good);
    }
    assert_true(!rest || !*rest);
    ran_free(&ran);
    text_free(&input);
}

TEST(command, refuses_nested_and_long_lines) {
    Text input = {0};
    for (int i = 0; i < 500000; i++)
        text_add(&input, "[");
    text_add(&input, "\n" GOOD "}\n");
    Ran ran = run("predict --threads 1", input.data);
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.out.data, "depth"));
    assert_non_null(strstr(ran.out.data, "\"time_s\":"));
    ran_free(&ran);
    text_free(&input);
}

// A child writes a line of 100 MB, then a good one, into the program's standard input.
TEST(command, survives_a_line_of_100_mb) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        static char block[100000];
        memset(block, 'x', sizeof block);
        bool done = true;
        for (int i = 0; i < 1000; i++)
            for (size_t at = 0; done && at < sizeof block;) {
                ssize_t wrote = write(ends[1], block + at, sizeof block - at);
                done = wrote > 0;
                at += done ? (size_t)wrote : 0;
            }
        done = done && write(ends[1], "\n" GOOD "}\n", strlen("\n" GOOD "}\n")) > 0;
        _exit(done ? 0 : 1);
    }
    close(ends[1]);
    Ran ran = run_on("predict", ends[0]);
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.out.data, "longer than 1000000 bytes"));
    assert_non_null(strstr(ran.out.data, "\"line\":1}\n{\"time_s\":"));
    ran_free(&ran);
}

TEST(command, refuses_a_folder_as_input) {
    int folder = open("/", O_RDONLY);
    Ran ran = run_on("predict", folder);
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.err.data, "standard input"));
    ran_free(&ran);
    close(folder);
}

// Answers "yes" are 0, "no" 1; not fitting is a result where the plan was given.
TEST(command, tells_by_its_exit_code) {
    // clang-format off
    static const struct {
        const char *line;
        int code;
        const char *word;
    } CASES[] = {
        {"--help", 0, "explain"},
        {"--version", 0, "chipfit"},
        {"explain --help", 0, "example: chipfit explain"},
        {"predict --help", 0, "example: "},
        {CHIP LLAMA WORK, 0, "fits, "},
        {CHIP LLAMA WORK "--json", 0, "\"fits\":true"},
        {CHIP LLAMA WORK "--plan best --chips 8", 0, "chosen"},
        {CHIP LLAMA WORK "--plan all --chips 8", 0, "plans fit"},
        {CHIP LLAMA WORK "--plan all --chips 8", 0, "mode: calibrated, kernels hopper"},
        {CHIP LLAMA WORK "--plan all --chips 8 --mode datasheet", 0, "mode: datasheet"},
        {CHIP LLAMA WORK "--measured 60ms", 0, "slower than its interval"},
        {CHIP LLAMA WORK "--measured 60ms --json", 0, "\"measured\":{\"time_s\":0.06"},
        {CHIP LLAMA WORK "--why mfu", 0, "sum_f(flop_f / peak_f)"},
        {CHIP "--model llama-3.1-405b --tp 1 " WORK, 0, "DOES NOT FIT"},
        {CHIP "--model llama-3.1-405b --tp 1 --json " WORK, 0, "\"fits\":false"},
        {CHIP "--model llama-3.1-405b " WORK, 1, "DOES NOT FIT"},
        {CHIP "--model llama-3.1-405b --json " WORK, 1, "\"fits\":false"},
        {CHIP "--model llama-3.1-405b --why fits " WORK, 1, "fits = false"},
        {CHIP "--model llama-3.1-405b --phase decode --context 9 --batch max", 1, ""},
        {CHIP "--model llama-3.1-405b --phase decode --context 9 --batch MAX --tp 2", 1, ""},
        {CHIP LLAMA "--phase decode --context 9 --batch MAX", 0, "fits, "},
        {CHIP "--model llama-3.1-405b --plan best --chips 2 " WORK, 1, "DOES NOT FIT"},
        {CHIP "--model llama-3.1-405b --plan all --chips 2 " WORK, 1, "0 of"},
        {CHIP "--model llama-3.1-405b --plan all --json --chips 2 " WORK, 1, "\"fits\":false"},
        {CHIP "--model llama-3.1-405b --chips 2 " WORK, 1, "DOES NOT FIT"},
        {"predict", 0, ""},
    };
    // clang-format on
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Ran ran = run(CASES[i].line, "");
        if (ran.code != CASES[i].code || !strstr(ran.out.data, CASES[i].word))
            fail_msg("%s: exit %d, out '%.400s', err '%s'", CASES[i].line, ran.code, ran.out.data,
                     ran.err.data);
        ran_free(&ran);
    }
}

// A full disk.
TEST(command, says_when_results_are_lost) {
    static const char *const LINES[] = {"--help", CHIP LLAMA WORK, "predict", "list chips"};
    char path[PATH_BYTES];
    program_path(path);
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++) {
        char shell[2 * PATH_BYTES];
        snprintf(shell, sizeof shell, "echo '" GOOD "}' | '%s' %s >/dev/full 2>/dev/null", path,
                 LINES[i]);
        int status = system(shell);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 3);
    }
}

static void add_pair(Text *json, Text *line, const char *key, int value) {
    if (value == 0)
        return;
    text_addf(json, ",\"%s\":%d", key, value);
    text_addf(line, " --%s %d", key, value);
}

static void add_name(Text *json, Text *line, const char *key, const char *value) {
    text_addf(json, "%s\"%s\":\"%s\"", json->data[json->length - 1] == '{' ? "" : ",", key, value);
    text_addf(line, " --%s %s", key, value);
}

// The design in both of the program's languages.
static void write_design(const Design *design, Text *json, Text *line) {
    const Workload *work = &design->workload;
    const Plan *plan = &design->plan;
    bool decode = work->phase == PHASE_DECODE, serve = work->phase == PHASE_SERVE;
    text_add(json, "{");
    text_add(line, "explain --json");
    add_name(json, line, "chip", design->chip->name);
    add_name(json, line, "system", design->system->name);
    add_name(json, line, "model", design->model->name);
    add_name(json, line, "phase", PHASE_WORDS[work->phase]);
    add_name(json, line, "weights", FORMAT_NAMES[design->formats.weights]);
    add_name(json, line, "activations", FORMAT_NAMES[design->formats.activations]);
    add_name(json, line, "kv", FORMAT_NAMES[design->formats.kv]);
    if (plan->placement)
        add_name(json, line, "placement", plan->placement);
    add_name(json, line, "cp_kind", CP_KIND_WORDS[plan->cp_kind]);
    if (serve)
        add_name(json, line, "prompts", PROMPTS_WORDS[work->prompts]);
    add_pair(json, line, "batch", work->batch);
    add_pair(json, line, "context", decode ? work->context : 0);
    add_pair(json, line, "prompt", decode ? 0 : work->prompt);
    add_pair(json, line, "prefix", decode ? 0 : work->prefix);
    add_pair(json, line, "output", work->phase >= PHASE_GENERATE ? work->output : 0);
    add_pair(json, line, "draft", work->draft);
    add_pair(json, line, "tp", plan->tp);
    add_pair(json, line, "cp", plan->cp);
    add_pair(json, line, "dp", plan->dp);
    add_pair(json, line, "pp", plan->pp);
    add_pair(json, line, "ep", plan->ep);
    add_pair(json, line, "etp", plan->etp);
    add_pair(json, line, "chunk", decode || serve ? 0 : plan->chunk);
    add_pair(json, line, "token_budget", serve ? work->token_budget : 0);
    add_pair(json, line, "micro_batches", plan->micro_batches);
    text_addf(json, ",\"acceptance\":%.17g", work->acceptance);
    text_addf(line, " --acceptance %.17g", work->acceptance);
    text_addf(json, ",\"overlap\":%.17g,\"routing_skew\":%.17g,\"hbm_reserve\":%.17g}\n",
              plan->overlap, design->routing_skew, design->hbm_reserve);
    text_addf(line, " --overlap %.17g --routing-skew %.17g --hbm-reserve %.17g", plan->overlap,
              design->routing_skew, design->hbm_reserve);
}

// "time_s":...,...,"extrapolated":...
static void cut_metrics(char *text, char **start) {
    *start = strstr(text, "\"time_s\":");
    assert_non_null(*start);
    char *end = strstr(*start, "\"extrapolated\":");
    assert_non_null(end);
    end[strcspn(end, ",}")] = '\0';
}

#define DESIGNS 300

// The head says who drafts and how many tokens a step then makes.
TEST(command, tells_of_drafts) {
    static const struct {
        const char *model, *says;
    } CASES[] = {
        {"deepseek-v3 --formats fp8", "multi-token-prediction layer"},
        {"llama-3.1-8b",              "free of cost"                },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char line[256];
        snprintf(line, sizeof line,
                 "explain --chip b200_sxm --tp 8 --model %s --phase decode --batch 2 --context 99 "
                 "--draft 1 --acceptance 0.85",
                 CASES[i].model);
        Ran ran = run(line, "");
        assert_int_equal(ran.code, 0);
        assert_non_null(strstr(ran.out.data, "draft 1 token, acceptance 0.85: 1.85 tokens a step"));
        assert_non_null(strstr(ran.out.data, CASES[i].says));
        assert_true((strstr(ran.out.data, "draft layer") != NULL) == (i == 0));
        ran_free(&ran);
    }
}

TEST(command, explain_and_predict_agree) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    Text *lines = calloc(DESIGNS, sizeof *lines), input = {0};
    uint64_t state = 2024;
    for (int i = 0; i < DESIGNS; i++) {
        Design design = random_design(&state, library_catalog(library));
        write_design(&design, &input, &lines[i]);
    }
    Ran one = run("predict --threads 1", input.data), many = run("predict --threads 7", input.data);
    if (one.code != 0)
        fail_msg("%s", strstr(one.out.data, "\"error\""));
    assert_string_equal(one.out.data, many.out.data);
    char *rest = one.out.data;
    for (int i = 0; i < DESIGNS; i++) {
        Ran ran = run(lines[i].data, "");
        if (ran.code != 0)
            fail_msg("%s: %s", lines[i].data, ran.err.data);
        char *explained, *predicted;
        cut_metrics(ran.out.data, &explained);
        cut_metrics(strtok_r(rest, "\n", &rest), &predicted);
        if (strcmp(explained, predicted) != 0)
            fail_msg("%s:\n%s\n%s", lines[i].data, explained, predicted);
        ran_free(&ran);
        text_free(&lines[i]);
    }
    ran_free(&one);
    ran_free(&many);
    text_free(&input);
    free(lines);
    library_free(library);
}
