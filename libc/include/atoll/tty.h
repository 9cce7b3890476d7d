/* Terminals: the serial line, and the virtual ones on the screen. */
#ifndef ATOLL_TTY_H
#define ATOLL_TTY_H

#include <stdint.h>
#include <sys/types.h>

/* A command for a terminal: servers/console/protocol.h lists them (TTY_SET_MODE, TTY_SHOWN ...).
 * The answer, or -1 with errno: ENOTTY if the descriptor is no terminal, and what is said there. */
int64_t tty_command(int fd, unsigned command, uint64_t argument);
/* A new descriptor of virtual terminal 1 to 4, or -1 with errno: ENODEV if there is none of that
 * number, EACCES if the caller may not call the console, EMFILE. */
int tty_open(unsigned number);
/* How many rows and columns a terminal has. 0, or -1 with errno: ENOTTY if it is no terminal. */
int tty_size(int fd, unsigned *rows, unsigned *columns);
/* As read(), but while a line is typed Tab does not go into it: what stands before the cursor
 * comes, with a tab behind it, and the line stays as it is. The next such call goes on with it, and
 * puts `insert` in at the cursor. */
ssize_t tty_read(int fd, void *buffer, size_t size, const char *insert);

#endif
