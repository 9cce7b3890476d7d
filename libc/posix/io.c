/* read, write and what else is done with an open descriptor: each a message to the server that
 * opened it. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "../internal.h"
#include "posix.h"

static uint64_t nowait(int fd)
{
	return fd >= 0 && fd < OPEN_MAX && libc_descriptor_flags(fd) & FD_NOWAIT ? IO_NOWAIT : 0;
}

/* Reads until the count is full or a message brings less than it might: of a terminal that is one
 * line. Once there is something, nobody waits for more. */
static ssize_t read_at(int fd, void *buffer, size_t count, uint64_t offset)
{
	char *to = buffer;
	size_t total = 0;

	do {
		size_t part = count - total < MSG_BYTES ? count - total : MSG_BYTES;
		struct msg m = {
			.label = MSG_LABEL(IO_READ, IO_VERSION, 0, 0),
			.word = { part, offset == IO_HERE ? IO_HERE : offset + total,
			    total ? IO_NOWAIT : nowait(fd) },
			.recv = to + total,
			.recv_bytes = (uint32_t)part,
		};

		if (libc_ask(libc_descriptor(fd), &m, offset == IO_HERE ? ONCE : IDEMPOTENT) != 0) {
			if (errno == EINTR && libc_interrupted(SIGINT))
				continue;
			return total ? (ssize_t)total : -1;
		}
		total += MSG_NBYTES(m.label);
		if (MSG_NBYTES(m.label) < MSG_BYTES)
			break;
	} while (total < count);
	return (ssize_t)total;
}

/* Nobody reads what we write: that ends the program, unless it wants to know (POSIX). An EPIPE of
 * the kernel is another matter: the server died. */
static void signal_broken_pipe(const struct msg *m)
{
	int error = errno;

	if (error == EPIPE && MSG_OP(m->label) == EPIPE)
		raise(SIGPIPE);
	errno = error;
}

/* Writes all of it, unless an error comes between. */
static ssize_t write_at(int fd, const void *buffer, size_t count, uint64_t offset)
{
	const char *from = buffer;
	size_t total = 0;

	do {
		size_t part = count - total < MSG_BYTES ? count - total : MSG_BYTES;
		struct msg m = {
			.label = MSG_LABEL(IO_WRITE, IO_VERSION, 0, part),
			.word = { 0, offset == IO_HERE ? IO_HERE : offset + total, nowait(fd) },
			.send = from + total,
		};

		if (libc_ask(libc_descriptor(fd), &m, offset == IO_HERE ? ONCE : IDEMPOTENT) != 0) {
			signal_broken_pipe(&m);
			return total ? (ssize_t)total : -1;
		}
		if (m.word[0] == 0 || m.word[0] > part)
			break;
		total += m.word[0];
	} while (total < count);
	return (ssize_t)total;
}

ssize_t read(int fd, void *buffer, size_t count)
{
	return read_at(fd, buffer, count, IO_HERE);
}

ssize_t write(int fd, const void *buffer, size_t count)
{
	return write_at(fd, buffer, count, IO_HERE);
}

ssize_t pread(int fd, void *buffer, size_t count, off_t offset)
{
	return offset < 0 ? libc_result(-EINVAL) : read_at(fd, buffer, count, (uint64_t)offset);
}

ssize_t pwrite(int fd, const void *buffer, size_t count, off_t offset)
{
	return offset < 0 ? libc_result(-EINVAL) : write_at(fd, buffer, count, (uint64_t)offset);
}

_Static_assert(SEEK_SET == IO_SEEK_SET && SEEK_CUR == IO_SEEK_CUR && SEEK_END == IO_SEEK_END,
    "lseek passes them on");

off_t lseek(int fd, off_t offset, int from)
{
	struct msg m = {
		.label = MSG_LABEL(IO_SEEK, IO_VERSION, 0, 0),
		.word = { (uint64_t)offset, (uint64_t)from },
	};

	/* Only a seek from where it is now would move twice. */
	if (libc_ask(libc_descriptor(fd), &m, from == SEEK_CUR && offset ? ONCE : IDEMPOTENT) != 0)
		return -1;
	return (off_t)m.word[0];
}

int ftruncate(int fd, off_t size)
{
	struct msg m = {
		.label = MSG_LABEL(IO_TRUNCATE, IO_VERSION, 0, 0),
		.word = { (uint64_t)size },
	};

	return size < 0 ? (int)libc_result(-EINVAL) : libc_ask(libc_descriptor(fd), &m, IDEMPOTENT);
}

int isatty(int fd)
{
	struct io_stat st;

	if (libc_io_stat(fd, &st) != 0)
		return 0;
	if (st.type == IO_TYPE_TTY)
		return 1;
	errno = ENOTTY;
	return 0;
}
