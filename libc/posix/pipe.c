/* Pipes: two capabilities of the pipe server's. */
#include <errno.h>
#include <fcntl.h>
#include <servers/pipe/protocol.h>
#include <unistd.h>

#include "posix.h"

int pipe2(int fd[2], int flags)
{
	struct msg m = { .label = MSG_LABEL(PIPE_CREATE, PIPE_VERSION, 0, 0),
		.recv_caps = PIPE_ENDS };
	int reader, writer;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return (int)libc_result(-EINVAL);
	if (libc_ask(libc_pipe_service(), &m, IDEMPOTENT) != 0)
		return -1;
	if (MSG_NCAPS(m.label) != PIPE_ENDS)
		return (int)libc_result(-EPROTO);
	reader = libc_descriptor_new(m.cap[0], libc_descriptor_of_open(flags), 0);
	if (reader < 0) {
		cap_delete(m.cap[1]);
		return -1;
	}
	writer = libc_descriptor_new(m.cap[1], libc_descriptor_of_open(flags), 0);
	if (writer < 0) {
		close(reader);
		errno = EMFILE;
		return -1;
	}
	fd[0] = reader;
	fd[1] = writer;
	return 0;
}

int pipe(int fd[2])
{
	return pipe2(fd, 0);
}
