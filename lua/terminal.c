#include "lua/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define LEAST 60 // a picture needs them beside its key

int terminal_columns(int most) {
    struct winsize size = {0};
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return most;
    int columns = size.ws_col < LEAST ? LEAST : size.ws_col;
    return columns < most ? columns : most;
}
