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

// Active parameters as their authors state them, which round, and count or leave out the embedding as they like.
TEST(models, have_the_active_parameters_that_are_published) {
    Library *library = open_library();
    const Catalog *catalog = library_catalog(library);
    for (int i = 0; i < catalog->model_count; i++) {
        const Model *model = catalog->models[i];
        double published = model->published_active_params;
        double embedding = (double)model->vocab * model->d_model;
        if (published > 0 && (model->active_params < 0.85 * published - embedding ||
                              model->active_params > 1.1 * published + embedding))
            fail_msg("%s: %.4g active, published %.4g", model->name, model->active_params,
                     published);
    }
    library_free(library);
}

TEST(models, answer_to_the_names_of_the_cases) {
    static const struct {
        const char *name, *model;
    } CASES[] = {
        {"DeepSeek-V3",   "deepseek-v3"  },
        {"GPT-119B",      "gpt-119b"     },
        {"GPT-3 177B",    "gpt-177b"     },
        {"GPT-J-6B",      "gpt-j-6b"     },
        {"Gemma-7B",      "gemma-7b"     },
        {"LLaMA-33B",     "llama-33b"    },
        {"LLaMA-65B",     "llama-65b"    },
        {"Llama3.3-70B",  "llama-3.1-70b"},
        {"MT-NLG-530B",   "mt-nlg-530b"  },
        {"MiniMax-M2.5",  "minimax-m2"   },
        {"Mixtral-8x22B", "mixtral-8x22b"},
        {"OPT/GPT-13B",   "opt-13b"      },
        {"gpt-oss-120b",  "gpt-oss-120b" },
        {"DeepSeek-R1",   "deepseek-v3"  },
        {"Llama-1-7B",    "llama-2-7b"   },
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
