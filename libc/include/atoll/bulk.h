/* Reading a descriptor to its end without copying: for whoever looks at all of a file.
 *
 *	struct bulk b;
 *	const char *bytes;
 *	ssize_t count;
 *
 *	bulk_open(&b, fd);
 *	while ((count = bulk_next(&b, &bytes)) > 0)
 *		use(bytes, count);
 *	bulk_close(&b);
 *
 * A large file comes through a window that its server fills (IO_WINDOW of atoll/io.h). Whatever has
 * none (a small file, a terminal, a server that gives no window or no longer answers) comes by
 * read(), and the caller does not see the difference. */
#ifndef ATOLL_BULK_H
#define ATOLL_BULK_H

#include <atoll/ring.h>
#include <sys/types.h>

struct bulk {
	int fd;
	bool window; /* it comes through one */
	struct ring ring;
	size_t taken;    /* bytes handed out last, still in the ring */
	uint64_t offset; /* in the file: behind those */
	cap_t memory, endpoint, wake;
	unsigned place; /* where the window is */
	char *buffer;   /* else for read() */
};

void bulk_open(struct bulk *b, int fd);
/* The next bytes, which stay at *bytes until the next call: how many, 0 at the end, -1 with errno.
 * Those of a window may change while they are looked at, if somebody else has the server in hand.
 */
ssize_t bulk_next(struct bulk *b, const char **bytes);
/* The descriptor stays open; its position is behind what was handed out. */
void bulk_close(struct bulk *b);

#endif
