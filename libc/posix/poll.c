/* poll: asks each descriptor's server, and waits to be notified by any of them. */
#include <errno.h>
#include <poll.h>
#include <sys/stat.h>

#include "posix.h"

/* A server that was restarted meanwhile notifies nobody: it is asked again after so long. */
#define PATIENCE_MS 1000
#define WAKE_BIT    1

_Static_assert(POLLIN == IO_POLL_IN && POLLOUT == IO_POLL_OUT && POLLERR == IO_POLL_ERROR &&
	POLLHUP == IO_POLL_HANGUP,
    "they are passed on");

/* Files are always ready; of what else does not know the question there is no saying. */
static short without_answer(int fd, short events)
{
	struct io_stat st;

	if (errno != ENOSYS)
		return POLLERR;
	return libc_io_stat(fd, &st) == 0 && st.type <= IO_TYPE_DIRECTORY
	    ? events & (POLLIN | POLLOUT)
	    : POLLNVAL;
}

static short look(const struct pollfd *poll, cap_t wake)
{
	struct msg m = {
		.label = MSG_LABEL(IO_POLL, IO_VERSION, wake != 0, 0),
		.word = { (uint64_t)poll->events & (POLLIN | POLLOUT), WAKE_BIT },
		.cap = { wake },
	};

	if (poll->fd < 0)
		return 0;
	if (!libc_descriptor(poll->fd))
		return POLLNVAL;
	if (libc_ask(libc_descriptor(poll->fd), &m, IDEMPOTENT) != 0)
		return without_answer(poll->fd, poll->events);
	return (short)m.word[0];
}

/* How many have something to tell. */
static int look_at_all(struct pollfd *polls, nfds_t count, cap_t wake)
{
	int error = errno, ready = 0;

	for (nfds_t i = 0; i < count; i++) {
		polls[i].revents = look(&polls[i], wake);
		ready += polls[i].revents != 0;
	}
	errno = error;
	return ready;
}

/* Until one is ready, or the deadline. */
static int wait(struct pollfd *polls, nfds_t count, cap_t endpoint, cap_t wake, uint64_t deadline)
{
	for (;;) {
		int ready = look_at_all(polls, count, wake), error;
		uint64_t patience = time_in_ms(PATIENCE_MS);
		struct msg m = { 0 };

		if (ready || deadline <= time_now())
			return ready;
		error = ipc_recv(endpoint, &m, deadline < patience ? deadline : patience);
		if (error && error != -ETIMEDOUT)
			return (int)libc_result(error);
	}
}

/* The endpoint is made for this call: when it is gone, nobody can notify us any more. */
int poll(struct pollfd *polls, nfds_t count, int timeout)
{
	uint64_t deadline = timeout < 0 ? DEADLINE_FOREVER : time_in_ms((uint64_t)timeout);
	int ready = look_at_all(polls, count, 0);
	int64_t endpoint, wake;

	if (ready || timeout == 0)
		return ready;
	endpoint = libc_result(endpoint_create());
	if (endpoint < 0)
		return -1;
	wake = libc_result(cap_mint((cap_t)endpoint, CAP_NOTIFY | CAP_TRANSFER, WAKE_BIT, 0));
	ready = wake < 0 ? -1 : wait(polls, count, (cap_t)endpoint, (cap_t)wake, deadline);
	if (wake > 0)
		cap_delete((cap_t)wake);
	cap_delete((cap_t)endpoint);
	return ready;
}
