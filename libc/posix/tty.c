/* Commands for a terminal. */
#include <atoll/tty.h>

#include "posix.h"

int64_t tty_command(int fd, unsigned command, uint64_t argument)
{
	struct msg m = {
		.label = MSG_LABEL(IO_TTY, IO_VERSION, 0, 0),
		.word = { command, argument },
	};

	if (libc_ask(libc_descriptor(fd), &m, IDEMPOTENT) != 0)
		return -1;
	return (int64_t)m.word[0];
}
