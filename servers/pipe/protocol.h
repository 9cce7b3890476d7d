/* pipe: bytes from whoever holds one end to whoever holds the other, in the order written.
 *
 * A name server's capability (badge: the caller's pid) takes the operations below. An end of a pipe
 * is a capability that takes the io protocol (libc/include/atoll/io.h). Each refuses the other's
 * with EACCES. An end is closed when the last copy of its capability is gone, by cap_delete or by
 * death. A restart of the server ends all pipes: what was in them is lost, their ends get ESTALE.
 *
 *   IO_READ   Waits while there is nothing in the pipe and somebody holds its writing end. Gives
 *             what is there, up to the bytes wanted. 0 bytes: the end, for nobody holds the writing
 *             end any more. First come, first served.
 *   IO_WRITE  EPIPE: nobody holds the reading end. Up to PIPE_BUF bytes are written as a whole or
 *             not at all, with nobody's in between; of more, perhaps only the first. Waits until
 *             there is room for all of it, or for PIPE_BUF bytes. First come, first served.
 *   both      EBADF: the other end's business. EAGAIN: with IO_NOWAIT it would have to wait; or so
 *             many wait (PIPE_WAITERS) that this one, which waited longest at a pipe of the client
 *             with most of them, was given up. Who waited when its deadline passed, or died, has
 *             taken nothing out of the pipe and put nothing in.
 *   IO_STAT   type IO_TYPE_STREAM; size: bytes in the pipe
 *   IO_POLL   as there
 *   IO_SEEK   ESPIPE;  IO_READDIR  ENOTDIR;  IO_TRUNCATE  EINVAL;  IO_TTY  ENOTTY */
#ifndef SERVERS_PIPE_PROTOCOL_H
#define SERVERS_PIPE_PROTOCOL_H

#include <atoll/io.h>
#include <limits.h>

#define PIPE_VERSION 1
#define PIPE_BYTES   65536 /* in one pipe at the most */
#define PIPE_MAX     128   /* pipes */
#define PIPE_WAITERS 128   /* calls that wait */
#define PIPE_ENDS    2
#define PIPE_POLLERS 64 /* that are to be notified. One more: the oldest is, without reason */

enum {
	/* Makes a pipe.
	 * Out:    two capabilities: the reading end, the writing end.
	 * Errors: EMFILE (the client has made as many as are left for all others), ENOSPC (no
	 *         memory). Idempotent: a pipe whose ends nobody holds is closed at once. */
	PIPE_CREATE = 32,

	/* How much of everything is in use.
	 * Out:    bytes: struct pipe_usage. Idempotent. */
	PIPE_USAGE = 33,
};

struct pipe_usage {
	uint64_t pipes, waiters, pollers;
};

#endif
