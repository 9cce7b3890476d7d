/* Waiting for several descriptors at once. */
#ifndef POLL_H
#define POLL_H

#define POLLIN   1  /* can be read without waiting */
#define POLLOUT  4  /* can be written: of a pipe, PIPE_BUF bytes */
#define POLLERR  8  /* nobody can read it any more, or its server was restarted */
#define POLLHUP  16 /* nobody can write to it any more */
#define POLLNVAL 32 /* not open; or, as a terminal, nothing that could be polled */

struct pollfd {
	int fd; /* less than 0: left out */
	short events, revents;
};
typedef unsigned long nfds_t;

/* Waits until one of them is ready, at most so many milliseconds (less than 0: for ever). How many
 * are; -1 with EBUSY when the calling thread receives from an endpoint of its own. Pipes tell when
 * they are; files always are. */
int poll(struct pollfd *polls, nfds_t count, int timeout);

#endif
