// The shipped models: their files, and that every name of the published cases is one.
#include "sim/base/test.h"

#include <stdlib.h>

#include "lua/file.h"
#include "lua/library.h"

static Library *open_library(void) {
    Error err;
    Library *library = library_open(&err);
    if (!library)
        fail_msg("%s:%d: %s", err.file, err.line, err.what);
    return library;
}

TEST(models, are_short_files_that_name_their_source) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    const char *data = getenv("CHIPFIT_DATA");
    for (int i = 0; i < catalog->model_count; i++) {
        const Model *model = catalog->models[i];
        char path[4096];
        Text text = {0};
        Error err;
        snprintf(path, sizeof path, "%s/%s", data ? data : ".", model->origin);
        assert_true(file_read(path, 1 << 20, &text, &err));
        int lines = 0;
        for (const char *at = text.data; *at; at++)
            lines += *at == '\n';
        if (lines > 30)
            fail_msg("%s has %d lines", path, lines);
        assert_true(model->source[0] != '\0');
        text_free(&text);
    }
    library_free(library);
}

// Shapes of papers that give sizes by name only, to a digit or two.
static double size_by_name(const char *name) {
    static const struct {
        const char *name;
        double params;
    } SIZES[] = {
        {"gpt-1.7b", 1.7e9},
        {"gpt-7.1b", 7.1e9},
        {"gpt-16b",  16e9 },
        {"gpt-32b",  32e9 },
        {"gpt-70b",  70e9 },
        {"gpt-119b", 119e9},
        {"gpt-177b", 177e9},
        {"gpt-314b", 314e9},
        {"gpt-462b", 462e9},
    };
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
        if (strcmp(SIZES[i].name, name) == 0)
            return SIZES[i].params;
    return 0;
}

// The table is the files themselves: each has the count that its authors publish, with the source.
TEST(models, have_the_parameters_that_are_published) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->model_count; i++) {
        const Model *model = catalog->models[i];
        double published = model->published_params;
        double tolerance =
            model->state.value_heads > 0 || strstr(model->name, "gemma-3n") ? 0.03 : 0.005;
        if (published == 0) {
            published = size_by_name(model->name);
            tolerance = 0.035;
        }
        if (published == 0)
            fail_msg("%s has no published count", model->name);
        if (fabs(model->params / published - 1) > tolerance)
            fail_msg("%s: %.5g parameters, published %.5g (%s)", model->name, model->params,
                     published, model->source);
    }
    library_free(library);
}

// Active parameters as their authors state them, who round, and count neither, one or both of embedding and head.
TEST(models, have_the_active_parameters_that_are_published) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->model_count; i++) {
        const Model *model = catalog->models[i];
        double published = model->published_active_params, best = 1;
        if (model->moe.experts > 0 && published == 0)
            fail_msg("%s has experts, but no published active parameters", model->name);
        for (int embeddings = -1; published > 0 && embeddings <= 1; embeddings++) {
            double count =
                model->active_params + embeddings * (double)model->vocab * model->d_model;
            double off = fabs(count / published - 1);
            best = off < best ? off : best;
        }
        // 3B may be anything from 2.5B on; 100B is not that coarse.
        double tolerance = published < 5e9 ? 0.17 : 0.06;
        if (published > 0 && best > tolerance)
            fail_msg("%s: %.4g active, published %.4g", model->name, model->active_params,
                     published);
    }
    library_free(library);
}

TEST(models, answer_to_the_names_of_the_cases) {
    static const struct {
        const char *name, *model;
    } CASES[] = {
        {"DeepSeek-V3",      "deepseek-v3"       },
        {"GPT-119B",         "gpt-119b"          },
        {"GPT-3 177B",       "gpt-177b"          },
        {"GPT-J-6B",         "gpt-j-6b"          },
        {"Gemma-7B",         "gemma-7b"          },
        {"LLaMA-33B",        "llama-33b"         },
        {"LLaMA-65B",        "llama-65b"         },
        {"Llama3.3-70B",     "llama-3.1-70b"     },
        {"MT-NLG-530B",      "mt-nlg-530b"       },
        {"MiniMax-M2.5",     "minimax-m2"        },
        {"Mixtral-8x22B",    "mixtral-8x22b"     },
        {"OPT/GPT-13B",      "opt-13b"           },
        {"gpt-oss-120b",     "gpt-oss-120b"      },
        {"DeepSeek-R1",      "deepseek-v3"       },
        {"Llama-1-7B",       "llama-2-7b"        },
        {"Llama-1-13B",      "llama-2-13b"       },
        {"Llama-3.3-70B",    "llama-3.1-70b"     },
        {"Llama-3.2-1B",     "llama-3.2-1b"      },
        {"Mistral-Nemo",     "mistral-nemo-12b"  },
        {"Qwen3-Coder-Next", "qwen3-next-80b-a3b"},
        {"GLM-4.7",          "glm-4.5"           },
        {"Kimi-K2.5",        "kimi-k2"           },
    };
    Library *library = open_library();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Error err;
        const Model *model = library_model(library, CASES[i].name, &err);
        if (!model)
            fail_msg("%s: %s", CASES[i].name, err.what);
        assert_string_equal(model->name, CASES[i].model);
    }
    library_free(library);
}

// The sixth cell of a line is the model; quotes may hold commas.
static const char *model_cell(char *line) {
    bool quoted = false;
    int column = 0;
    char *start = line;
    for (char *at = line; *at; at++) {
        quoted ^= *at == '"';
        if (*at != ',' || quoted)
            continue;
        *at = '\0';
        if (column++ == 5)
            return start;
        start = at + 1;
    }
    return "";
}

static int check_names(Library *library, const char *file) {
    static char line[1 << 16];
    const char *data = getenv("CHIPFIT_DATA");
    char path[4096];
    snprintf(path, sizeof path, "%s/../shared/cases/%s", data ? data : ".", file);
    FILE *rows = fopen(path, "r");
    if (!rows)
        return 0;
    int count = 0;
    assert_non_null(fgets(line, sizeof line, rows));
    while (fgets(line, sizeof line, rows)) {
        const char *name = model_cell(line);
        Error err;
        count++;
        if (name[0] && !library_model(library, name, &err))
            fail_msg("%s: %s", file, err.what);
    }
    fclose(rows);
    return count;
}

TEST(models, answer_to_every_name_of_the_cases_at_hand) {
    Library *library = open_library();
    int rows = check_names(library, "published.csv") + check_names(library, "served.csv");
    library_free(library);
    if (rows == 0) {
        print_message("no cases beside the repository: skipped\n");
        skip();
    }
}
