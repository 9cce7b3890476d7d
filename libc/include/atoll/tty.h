/* Commands for a terminal: servers/console/protocol.h lists them (TTY_GET_SIZE, TTY_SET_MODE
 * ...). */
#ifndef ATOLL_TTY_H
#define ATOLL_TTY_H

#include <stdint.h>

/* The answer, or -1 with errno: ENOTTY if the descriptor is no terminal. */
int64_t tty_command(int fd, unsigned command, uint64_t argument);

#endif
