// module_test.lua, in the Lua that Debian ships.
#include "lua/run_test.h"
#include "results/store_test.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED true // the module then needs a host that is sanitized too
#else
#define SANITIZED false
#endif

TEST(module, serves_a_stock_lua) {
    char program[PATH_BYTES], search[PATH_BYTES + 8], script[PATH_BYTES];
    const char *root = getenv("CHIPFIT_DATA");
    if (SANITIZED || !root || system("command -v lua5.4 >/dev/null") != 0) {
        print_message("SKIPPED: needs lua5.4 and a build without sanitizers\n");
        skip();
    }
    program_path(program);
    snprintf(search, sizeof search, "%s.so", program);
    snprintf(script, sizeof script, "%s/lua/module_test.lua", root);
    setenv("LUA_CPATH_5_4", search, 1);
    Scratch place = place_new();
    char *const words[] = {"lua5.4", script, place.folder, NULL};
    Ran ran = run_words(words, STDIN_FILENO);
    unsetenv("LUA_CPATH_5_4");
    if (ran.code != 0 || ran.out.length || ran.err.length) // it prints nothing
        fail_msg("exit %d: %s%s", ran.code, ran.out.data, ran.err.data);
    ran_free(&ran);
    place_drop(&place);
}
