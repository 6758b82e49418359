#include "lua/terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sim/base/test.h"

static int columns_of(int fd, int most) {
    int before = dup(STDOUT_FILENO);
    assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
    int columns = terminal_columns(most);
    dup2(before, STDOUT_FILENO);
    close(before);
    return columns;
}

TEST(terminal, is_as_wide_as_it_says) {
    static const struct {
        unsigned short columns;
        int expected;
    } WIDTHS[] = {
        {200, 100},
        {80,  80 },
        {20,  60 },
        {0,   100}
    };
    int file = open("/dev/null", O_WRONLY);
    assert_int_equal(columns_of(file, 100), 100);
    close(file);
    int master, terminal;
    if (openpty(&master, &terminal, NULL, NULL, NULL) != 0)
        return; // no terminals here
    for (size_t i = 0; i < sizeof WIDTHS / sizeof WIDTHS[0]; i++) {
        struct winsize size = {.ws_row = 24, .ws_col = WIDTHS[i].columns};
        assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
        assert_int_equal(columns_of(terminal, 100), WIDTHS[i].expected);
    }
    close(terminal);
    close(master);
}
