/* The protocol of everything that can be read or written: open files, directories, the console,
 * pipes; later connections. A file descriptor is a capability that speaks it (docs/userland.md,
 * "Descriptors are capabilities").
 *
 * Version 1. A request names its operation and IO_VERSION in the label; the answer carries 0 or an
 * error number in the label's operation field. "Bytes" are the message's bytes, at most
 * IO_BYTES_MAX in one message; who has more asks again. Words that are not named here are 0 in
 * requests and are not looked at in answers.
 *
 * Every operation may also fail with ENOSYS (the server does not know it), EPROTO (version or
 * length is wrong) and ESTALE (the capability was given out by an earlier incarnation of the
 * server, which knows nothing of it any more: open again). After EPIPE or ETIMEDOUT the operation
 * may have been done; only those marked "idempotent" may be tried again without thought. */
#ifndef ATOLL_IO_H
#define ATOLL_IO_H

#include <stdint.h>

#define IO_VERSION   1
#define IO_BYTES_MAX 65536 /* bytes in one message at the most: MSG_BYTES of abi.h */
#define IO_NAME_MAX  103   /* bytes of a name in a directory, without the closing NUL */

/* In place of an offset: at the position of the open file, which moves behind what was read or
 * written. A stream (the console) knows nothing else and answers ESPIPE to any other offset. */
#define IO_HERE UINT64_MAX

/* In word 2 of a read or write: EAGAIN rather than wait. Who never waits, or does not know it, does
 * not look at it. */
#define IO_NOWAIT 1

enum {
	/* Reads.
	 * In:     word 0: bytes wanted, at most IO_BYTES_MAX (and no more than the receive buffer
	 *         takes, else EMSGSIZE); word 1: offset or IO_HERE; word 2: 0 or IO_NOWAIT.
	 * Out:    word 0: count; so many bytes. Fewer than wanted is no error. 0: the end (on the
	 *         console Ctrl-D).
	 * Errors: EBADF (not open for reading), EISDIR (a directory), EINVAL (too many bytes),
	 *         ESPIPE, EINTR (Ctrl-C was typed), EAGAIN (too many readers wait).
	 * The console answers only when somebody has typed: one line at the most, with its newline.
	 * Idempotent with an offset; not with IO_HERE. */
	IO_READ = 1,

	/* Writes.
	 * In:     the bytes; word 1: offset or IO_HERE; word 2: 0 or IO_NOWAIT. A file opened with
	 *         O_APPEND writes at its end in either case.
	 * Out:    word 0: count, which may be fewer than were sent: the rest was not looked at.
	 * Errors: EBADF (not open for writing), EFBIG (beyond the largest size of a file), ENOSPC
	 *         (no room, nothing was written), ESPIPE, EAGAIN (too many writers wait), EPIPE
	 *         (nobody can read it any more).
	 * The console answers when its buffer has room.
	 * Idempotent with an offset (and without O_APPEND); not with IO_HERE. */
	IO_WRITE = 2,

	/* Moves the position. Beyond the end is allowed: reading there gives 0 bytes, writing
	 * leaves zeros between.
	 * In:     word 0: offset (signed); word 1: IO_SEEK_*.
	 * Out:    word 0: position.
	 * Errors: EINVAL (before the start; of a directory anything but its start), ESPIPE.
	 * Idempotent with IO_SEEK_SET and IO_SEEK_END; not with IO_SEEK_CUR. */
	IO_SEEK = 3,

	/* What it is.
	 * Out:    bytes: struct io_stat. Idempotent. */
	IO_STAT = 4,

	/* Entries of a directory that follow those read last.
	 * In:     word 0: bytes wanted, at least one struct io_dirent.
	 * Out:    bytes: whole struct io_dirent, as many as fit; none: the end.
	 * Errors: ENOTDIR, EINVAL.
	 * What is added or taken away between two calls may or may not be seen; what stays is given
	 * exactly once. Not idempotent. */
	IO_READDIR = 5,

	/* Sets the size; what is added reads as zeros. The position stays.
	 * In:     word 0: size.
	 * Errors: EBADF (not open for writing), EFBIG, ENOSPC, EINVAL (not a file). Idempotent. */
	IO_TRUNCATE = 6,

	/* For terminals.
	 * In:     word 0: command; word 1: argument.
	 * Out:    word 0: answer.
	 * Errors: ENOTTY (not a terminal), EINVAL.
	 * The commands, and whether they are idempotent: servers/console/protocol.h. */
	IO_TTY = 7,

	/* Reads from an offset to the end through a window: a ring of atoll/ring.h, of which the
	 * server is the producer. What the file holds is seen as it is when it is put there. For
	 * large files; atoll/bulk.h does it.
	 * In:     word 0: offset; word 1: bits to notify us with; one capability for that.
	 * Out:    word 0: bytes of the ring; word 1: bits to notify the server with; two
	 *         capabilities: the memory (readable, writable; all of it is the window), and one
	 *         for the notifying.
	 * Errors: EBADF (not open for reading), EISDIR, EAGAIN (too many at once), ENOSPC (no
	 *         memory). Who is refused, also by a server that does not know this, uses IO_READ.
	 * It ends when the last copy of the memory's capability is gone; the server takes the
	 * window away from a client that writes nonsense into it. Idempotent. */
	IO_WINDOW = 8,

	/* Can it be read or written without waiting? For what comes from others, as a pipe does.
	 * In:     word 0: IO_POLL_IN, IO_POLL_OUT or both; word 1: bits to notify us with, and a
	 *         capability for that, if we want to be told when the answer is no.
	 * Out:    word 0: those that are true now, and IO_POLL_HANGUP (the other side is gone,
	 *         nothing more will come), IO_POLL_ERROR (nobody can read it any more).
	 * Notifies once, when one of these has become true, or for no reason: ask again.
	 * Idempotent. */
	IO_POLL = 9,
};
#define IO_WINDOW_BYTES 65536 /* of the file server's rings */

/* As POLLIN, POLLOUT, POLLERR, POLLHUP. */
enum { IO_POLL_IN = 1, IO_POLL_OUT = 4, IO_POLL_ERROR = 8, IO_POLL_HANGUP = 16 };

/* As SEEK_SET, SEEK_CUR, SEEK_END. */
enum { IO_SEEK_SET, IO_SEEK_CUR, IO_SEEK_END };

enum { IO_TYPE_FILE = 1, IO_TYPE_DIRECTORY, IO_TYPE_TTY, IO_TYPE_STREAM };

struct io_stat {
	uint64_t inode;    /* unique within the server and its incarnation; 0: has none */
	uint64_t size;     /* bytes of a file; entries of a directory; 0 otherwise */
	uint64_t mtime_ns; /* last change, nanoseconds since 1970 as far as the server knows */
	uint32_t type;     /* IO_TYPE_* */
	uint32_t mode;     /* permissions as of chmod, 0777 at the most: nobody enforces them */
	uint32_t links;    /* names it has: 0 once it is unlinked */
	uint32_t reserved;
};
_Static_assert(sizeof(struct io_stat) == 40, "struct io_stat is a message");

struct io_dirent {
	uint64_t inode, size;
	uint32_t type, mode;
	char name[IO_NAME_MAX + 1]; /* ended by NUL; neither "." nor ".." are listed */
};
_Static_assert(sizeof(struct io_dirent) == 128, "struct io_dirent is a message");

#endif
