/* Opening: a path goes to the file server, a capability comes back. */
#include <errno.h>
#include <fcntl.h>
#include <servers/file/protocol.h>
#include <stdarg.h>

#include "posix.h"

/* The file's capability; 0: errno says why. With O_EXCL it is asked once only, for a second try
 * would find the file there. */
cap_t libc_open(const char *path, int flags, mode_t mode)
{
	char absolute[PATH_MAX];
	int length = libc_path(absolute, path);
	struct msg m = {
		.word = { (uint64_t)(flags & ~(O_CLOEXEC | O_NONBLOCK)), mode },
		.send = absolute,
		.recv_caps = 1,
	};

	if (length < 0)
		return 0;
	m.label = MSG_LABEL(FILE_OPEN, FILE_VERSION, 0, length);
	if (libc_ask(libc_file_service(), &m, flags & O_EXCL ? ONCE : IDEMPOTENT) != 0)
		return 0;
	if (MSG_NCAPS(m.label) != 1) {
		errno = EPROTO;
		return 0;
	}
	return m.cap[0];
}

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	cap_t cap;

	if (flags & O_CREAT) {
		va_list arguments;

		va_start(arguments, flags);
		mode = va_arg(arguments, mode_t);
		va_end(arguments);
	}
	cap = libc_open(path, flags, mode);
	return cap ? libc_descriptor_new(cap, libc_descriptor_of_open(flags), 0) : -1;
}

int creat(const char *path, mode_t mode)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}
