/* Terminals: commands for them, and lines that Tab completes. */
#include <atoll/name.h>
#include <atoll/tty.h>
#include <errno.h>
#include <servers/console/protocol.h>
#include <string.h>

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

int tty_open(unsigned number)
{
	struct msg m = { .label = MSG_LABEL(CONSOLE_OPEN, IO_VERSION, 0, 0),
		.word = { number },
		.recv_caps = 1 };
	int64_t console = libc_result(name_lookup("console", DEADLINE_FOREVER));
	int result;

	if (console < 0)
		return -1;
	result = libc_ask((cap_t)console, &m, IDEMPOTENT);
	cap_delete((cap_t)console);
	if (result != 0)
		return -1;
	if (MSG_NCAPS(m.label) != 1)
		return (int)libc_result(-EPROTO);
	return libc_descriptor_new(m.cap[0], 0, 0);
}

int tty_size(int fd, unsigned *rows, unsigned *columns)
{
	int64_t size = tty_command(fd, TTY_GET_SIZE, 0);

	if (size < 0)
		return -1;
	*rows = TTY_ROWS((uint64_t)size);
	*columns = TTY_COLUMNS((uint64_t)size);
	return 0;
}

ssize_t tty_read(int fd, void *buffer, size_t size, const char *insert)
{
	struct msg m = {
		.label = MSG_LABEL(IO_READ, IO_VERSION, 0, strlen(insert)),
		.word = { size < MSG_BYTES ? size : MSG_BYTES, IO_HERE, TTY_TAB },
		.send = insert,
		.recv = buffer,
		.recv_bytes = (uint32_t)(size < MSG_BYTES ? size : MSG_BYTES),
	};

	return libc_ask(libc_descriptor(fd), &m, ONCE) == 0 ? (ssize_t)MSG_NBYTES(m.label) : -1;
}
