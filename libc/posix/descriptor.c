/* Descriptors: small numbers for capabilities. Position and append mode belong to the open file, at
 * its server; all that is here is the capability, whether a child gets it, and whether we would
 * rather not wait. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "../internal.h"
#include "posix.h"

static struct descriptor {
	cap_t cap; /* 0: not open */
	unsigned flags;
} table[OPEN_MAX];
static uint64_t lock; /* for changes */

void libc_descriptors_adopt(const struct startup *startup)
{
	for (uint32_t i = 0; i < startup->descriptors && i < STARTUP_DESCRIPTORS; i++) {
		const struct startup_descriptor *d = &startup->descriptor[i];

		if (d->fd < OPEN_MAX)
			table[d->fd].cap = d->cap;
	}
}

void libc_descriptors_forget(void)
{
	for (int fd = 0; fd < OPEN_MAX; fd++)
		table[fd] = (struct descriptor){ 0 };
}

cap_t libc_descriptor(int fd)
{
	cap_t cap = fd >= 0 && fd < OPEN_MAX ? table[fd].cap : 0;

	if (!cap)
		errno = EBADF;
	return cap;
}

unsigned libc_descriptor_of_open(int flags)
{
	return (flags & O_CLOEXEC ? FD_CLOSE_ON_SPAWN : 0) | (flags & O_NONBLOCK ? FD_NOWAIT : 0);
}

unsigned libc_descriptor_flags(int fd)
{
	return table[fd].flags;
}

int libc_descriptor_new(cap_t cap, unsigned flags, int from)
{
	int fd = from;

	libc_hold(&lock);
	while (fd < OPEN_MAX && table[fd].cap)
		fd++;
	if (fd < OPEN_MAX)
		table[fd] = (struct descriptor){ cap, flags };
	libc_release(&lock);
	if (fd < OPEN_MAX)
		return fd;
	cap_delete(cap);
	errno = EMFILE;
	return -1;
}

/* Puts another capability, or none, in the descriptor's place. Returns the one that was there. */
static cap_t replace(int fd, cap_t cap, unsigned flags)
{
	cap_t old;

	libc_hold(&lock);
	old = table[fd].cap;
	table[fd] = (struct descriptor){ cap, flags };
	libc_release(&lock);
	return old;
}

int close(int fd)
{
	cap_t cap = libc_descriptor(fd) ? replace(fd, 0, 0) : 0;

	if (!cap)
		return -1;
	cap_delete(cap);
	return 0;
}

/* The copy is a capability of its own, so that each can be closed by itself. */
static cap_t copy(int fd)
{
	cap_t cap = libc_descriptor(fd);
	int64_t minted;

	if (!cap)
		return 0;
	minted = libc_result(cap_mint(cap, CAP_SEND | CAP_TRANSFER, 0, 0));
	return minted > 0 ? (cap_t)minted : 0;
}

/* A copy does not wait either, but a child gets it, unless more is said. */
static int duplicate(int fd, unsigned more, int from)
{
	cap_t cap = copy(fd);

	return cap ? libc_descriptor_new(cap, (table[fd].flags & FD_NOWAIT) | more, from) : -1;
}

int dup(int fd)
{
	return duplicate(fd, 0, 0);
}

int dup2(int fd, int to)
{
	cap_t cap, old;

	if (to < 0 || to >= OPEN_MAX) {
		errno = EBADF;
		return -1;
	}
	if (fd == to)
		return libc_descriptor(fd) ? fd : -1;
	cap = copy(fd);
	if (!cap)
		return -1;
	old = replace(to, cap, table[fd].flags & FD_NOWAIT);
	if (old)
		cap_delete(old);
	return to;
}

static int set_flag(int fd, unsigned flag, bool on)
{
	libc_hold(&lock);
	table[fd].flags = on ? table[fd].flags | flag : table[fd].flags & ~flag;
	libc_release(&lock);
	return 0;
}

int fcntl(int fd, int command, ...)
{
	va_list arguments;
	int argument = 0;

	if (!libc_descriptor(fd))
		return -1;
	if (command != F_GETFD && command != F_GETFL) {
		va_start(arguments, command);
		argument = va_arg(arguments, int);
		va_end(arguments);
	}
	switch (command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if (argument < 0 || argument >= OPEN_MAX)
			break;
		return duplicate(fd, command == F_DUPFD_CLOEXEC ? FD_CLOSE_ON_SPAWN : 0, argument);
	case F_GETFD:
		return table[fd].flags & FD_CLOSE_ON_SPAWN ? FD_CLOEXEC : 0;
	case F_SETFD:
		return set_flag(fd, FD_CLOSE_ON_SPAWN, argument & FD_CLOEXEC);
	case F_GETFL:
		return table[fd].flags & FD_NOWAIT ? O_NONBLOCK : 0;
	case F_SETFL:
		return set_flag(fd, FD_NOWAIT, argument & O_NONBLOCK);
	}
	errno = EINVAL;
	return -1;
}
