/* process: programs as processes: starting, waiting, killing, listing.
 *
 * The badge of a message is the caller's pid. The same endpoint takes FAULT_OP and SUPERVISOR_EXIT
 * (atoll/supervisor.h) of the processes started here. */
#ifndef SERVERS_PROCESS_PROTOCOL_H
#define SERVERS_PROCESS_PROTOCOL_H

#include <stdint.h>

#define PROCESS_VERSION  1
#define PROCESS_FIRST    16            /* smaller pids are init's */
#define PROCESS_MAX      64            /* processes, zombies included, at the same time */
#define PROCESS_PRIORITY 20            /* of a child, if not stated */
#define PROCESS_CEILING  24            /* no thread of a child gets above it */
#define PROCESS_MEMORY   (64ull << 20) /* a child's limit in bytes, if not stated */
#define PROCESS_IMAGE    (8u << 20)    /* bytes of a program file at the most */
#define PROCESS_STRINGS  32768         /* bytes of PROCESS_SPAWN at the most */
#define PROCESS_FDS      4

/* Starts a program. The caller is its parent.
 * In:     bytes: strings, each ended by NUL: path (absolute), cwd (absolute), argc arguments, envc
 *         times "NAME=value". Capabilities: descriptors of the child, 0 to 4 of them.
 *         Word 0: PROCESS_FD(i, fd) of each, or'ed (fd 0 to 255).
 *         Word 1: PROCESS_COUNTS(argc, envc).
 *         Word 2: priority, or 0 for PROCESS_PRIORITY.
 *         Word 3: limit of memory in bytes, or 0 for PROCESS_MEMORY.
 * Out:    word 0: pid, from 16 on.
 * Errors: ENOENT, ENOTDIR, EISDIR (as opening the file said), EIO (the file server does not
 *         answer), EFBIG (the file, or the program: larger than its limit of memory), ENOEXEC (not
 *         a program), E2BIG (arguments), ENOMEM, EPERM (priority above the ceiling), EAGAIN (table
 *         full), EINVAL.
 * Not idempotent. */
#define PROCESS_SPAWN              1
#define PROCESS_FD(i, fd)          ((uint64_t)(fd) << 8 * (i))
#define PROCESS_COUNTS(argc, envc) ((uint64_t)(argc) | (uint64_t)(envc) << 32)

/* Waits for the end of a child of the caller.
 * In:     word 0: pid, or -1 for any; word 1: 0, or PROCESS_NOHANG.
 * Out:    word 0: pid, or 0 (PROCESS_NOHANG: none has ended); word 1: status
 *         (atoll/supervisor.h).
 * Errors: ECHILD (no such child), EAGAIN (so many wait that this one was given up), EINVAL.
 * Not idempotent: each end is told once. What was told to a caller who had gone by then is kept. */
#define PROCESS_WAIT   2
#define PROCESS_NOHANG 1

/* Ends a process; its status tells the number. One that catches or ignores the signal
 * (PROCESS_SIGNALS) goes on; SIGKILL ends any. Anybody may whom the name server lets call.
 * In:     word 0: pid; word 1: signal, 1 to 31, or 0 to ask only whether it is there.
 * Errors: ESRCH (no such process, or not started here), EINVAL.
 * Not idempotent. */
#define PROCESS_KILL 3

/* What runs and what has not been waited for.
 * In:     word 0: pid to begin with; word 1: how many entries the caller takes, PROCESS_MAX is all.
 * Out:    bytes: array of struct process_entry by pid; none: no more.
 * Idempotent. */
#define PROCESS_LIST 4

/* The caller's pages come from the pager from now on (servers/pager/protocol.h): what was mapped
 * for it when it was started is unmapped, and comes back as it is touched. It has set its threads'
 * pager before.
 * Errors: ESRCH (not started here), EEXIST (is so already), EAGAIN (the pager has no room), EIO (it
 *         does not answer). Not idempotent. */
#define PROCESS_PAGED 5

/* Makes a copy of the caller, which must have offered the pager memory for it: all of its pages,
 * copied on write, and one thread. That one begins at an address, all registers 0 but rdi, the
 * child's handle of `supervisor`, and rsi, its thread id. The copy's capabilities are other than
 * its parent's: PROCESS_SELF names them. The caller is its parent.
 * In:     word 0: PROCESS_FD(i, fd) of each descriptor, or'ed; word 1: the address; capabilities:
 *         descriptors of the child, 0 to 4.
 * Out:    word 0: pid.
 * Errors: ESRCH (not started here, or not PROCESS_PAGED), EAGAIN (table full, or the pager has no
 *         room), ENOMEM, EINVAL, EIO. Not idempotent. */
#define PROCESS_FORK 6

/* Who a copy is, and its handles.
 * Out:    bytes: struct process_self.
 * Errors: ESRCH (not made by PROCESS_FORK). Idempotent. */
#define PROCESS_SELF 7

/* What the caller wants done with signals from elsewhere (PROCESS_KILL, Ctrl-C) instead of its end.
 * A signal that it catches sets bit n of signal n at an endpoint of its own, and each of its
 * PROCESS_WAITs is answered with EINTR.
 * In:     word 0: set of the signals it catches, word 1: set of those it ignores, bit n: signal n;
 *         perhaps a capability to notify it by, for good: the first one counts.
 *         What init started may catch Ctrl-C so; nothing else comes to it.
 * Errors: ESRCH (not started here, nor by init), EINVAL (SIGKILL; signals that it catches without a
 *         capability). Idempotent. A copy (PROCESS_FORK) begins without. */
#define PROCESS_SIGNALS 8

struct process_self {
	uint32_t pid, fds;
	uint64_t name; /* the name server */
	struct {
		uint64_t cap;
		uint64_t fd;
	} fd[PROCESS_FDS];
};

enum { PROCESS_RUNNING, PROCESS_ZOMBIE };

struct process_entry {
	uint32_t pid, parent;
	uint32_t state;
	int32_t status; /* of a zombie */
	char name[32];
};

/* Notification bits of its endpoint. Bits 2 to 15 are init's: what it started under that pid has
 * ended (the word `programs` in init.conf). */
#define PROCESS_BIT_INTERRUPT 0 /* the console's: Ctrl-C; ask it for the foreground pid */
#define PROCESS_BIT_CRASHED   1 /* the pager's: a fault that it cannot mend; ask it for whose */

#endif
