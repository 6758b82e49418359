// Every sweep of lua/examples/ runs, in part where it is large; the SQL of the README answers on a real run.
#include "lua/run_test.h"
#include "results/store_test.h"

// Fails with what the program said.
static void expect(const char *line, int code) {
    Ran ran = run(line, "");
    if (ran.code != code)
        fail_msg("%s: exit %d\n%s", line, ran.code, ran.err.data);
    ran_free(&ran);
}

TEST(examples, run) {
    static const struct {
        const char *script, *options;
    } CASES[] = {
        {"first_sweep",  "--shard 1/20"},
        {"dense_shapes", ""            },
        {"experts",      "--shard 3/9" },
        {"formats",      ""            },
        {"plans",        ""            },
        {"better_chip",  ""            },
        {"next_chip",    ""            },
        {"long_context", ""            },
        {"joint",        "--shard 2/20"},
        {"prefill_moe",  "--shard 2/20"},
    };
    const char *root = getenv("CHIPFIT_DATA");
    if (!root)
        skip();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char line[PATH_BYTES];
        snprintf(line, sizeof line, "sweep %s/lua/examples/%s.lua --threads 2 %s", root,
                 CASES[i].script, CASES[i].options);
        expect(line, 0);
    }
}

// Every statement must give at least one row.
static void ask(sqlite3 *database, const char *sql, int *statements) {
    while (*sql) {
        sqlite3_stmt *statement;
        if (sqlite3_prepare_v2(database, sql, -1, &statement, &sql) != SQLITE_OK)
            fail_msg("%s", sqlite3_errmsg(database));
        if (!statement)
            continue; // blanks behind the last one
        if (sqlite3_step(statement) != SQLITE_ROW)
            fail_msg("no rows: %s", sqlite3_sql(statement));
        sqlite3_finalize(statement);
        (*statements)++;
    }
}

TEST(examples, answer_the_sql_of_the_readme) {
    const char *root = getenv("CHIPFIT_DATA");
    if (!root)
        skip();
    Scratch place = place_new();
    char line[PATH_BYTES], path[PATH_BYTES];
    snprintf(line, sizeof line,
             "sweep %s/lua/examples/first_sweep.lua --threads 2 --shard 9/20 -o %s", root,
             place.path);
    expect(line, 0);
    snprintf(path, sizeof path, "%s/README.md", root);
    FILE *readme = fopen(path, "r");
    assert_non_null(readme);
    Text text = read_back(readme);
    sqlite3 *database;
    assert_int_equal(sqlite3_open(place.path, &database), SQLITE_OK);
    int statements = 0;
    for (char *block = text.data; (block = strstr(block, "```sql\n"));) {
        block += strlen("```sql\n");
        char *end = strstr(block, "```");
        assert_non_null(end);
        *end = '\0';
        ask(database, block, &statements);
        block = end + 1;
    }
    assert_true(statements >= 5);
    sqlite3_close(database);
    text_free(&text);
    place_drop(&place);
}
