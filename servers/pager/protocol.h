/* pager: pages that come when they are touched, and processes that share them until one writes.
 *
 * A client has regions: ranges of its address space, each with a memory object that the client
 * created and handed over, so it is the client who pays. A region is mapped piece by piece, as its
 * pieces are touched: a piece is a page, or in regions of more than PAGER_PIECES pages an eighth
 * of it (a space has 256 windows, and each piece is one).
 *
 * The badge of a message is the caller's pid. A process becomes a client when process says so
 * (PROCESS_PAGED, servers/process/protocol.h), and makes the pager that of its threads itself
 * (thread_set; libc/posix/pager.c): from then on FAULT_OP comes here. A fault that no region
 * explains is process's business: it is told by notification and asks for it, and the thread waits
 * until its process is ended. */
#ifndef SERVERS_PAGER_PROTOCOL_H
#define SERVERS_PAGER_PROTOCOL_H

#include <stdint.h>

#define PAGER_VERSION    1
#define PAGER_CLIENTS    32
#define PAGER_REGIONS    24         /* of a client */
#define PAGER_FILES      8          /* regions of a client that come out of files */
#define PAGER_PIECES     8          /* of a region */
#define PAGER_REGION_MAX (4u << 20) /* bytes: a piece is filled or copied in one go */
#define PAGER_PATH_MAX   1023

/* ---- For clients ----------------------------------------------------------------------------- */

/* A region.
 * In:     capability: a memory object, to be read and written, that holds the region from its
 *         start; bytes: an absolute path (see servers/file/protocol.h), or none.
 *         Word 0: address; word 1: bytes; both whole pages. Word 2: PROT_*.
 *         Word 3: with a path the offset in the file where the region begins, in whole pages.
 *         Word 4: PAGER_ZERO: the memory is as mem_create made it; PAGER_KEEP: what stands in the
 *         memory is the region's contents (then no path).
 * Pages come out of the file when they are first touched, zeros behind its end; what the client
 * writes goes to its memory, not to the file.
 * Errors: ESRCH (not a client), EINVAL (range, protection, or the memory is smaller), EPERM (the
 *         memory lacks a right), EEXIST (overlaps a region), ENOSPC (too many), EMFILE (too many
 *         files); what opening the file says. Not idempotent. */
#define PAGER_MAP  1
#define PAGER_ZERO 0
#define PAGER_KEEP 1

/* Takes a region away.
 * In:     word 0: its address.
 * Errors: ESRCH, ENOENT (none begins there). Not idempotent. */
#define PAGER_UNMAP 2

/* What came of the client's regions so far.
 * Out:    bytes: struct pager_counts.
 * Errors: ESRCH. Idempotent. */
#define PAGER_COUNTS 3

struct pager_counts {
	uint64_t regions;
	uint64_t faults;     /* messages that came, resolved or not */
	uint64_t zero, file; /* pages brought: zeroed, out of a file */
	uint64_t copied;     /* pages copied into its memory because it or its parent wrote */
	uint64_t fork_bytes; /* memory that PAGER_OFFER must bring for a copy of all regions */
};

/* Memory for the copy of all regions that the next PAGER_FORK makes of the caller.
 * In:     capability: a memory object; word 0: its bytes. Replaces one offered before.
 * Errors: ESRCH, EINVAL. Idempotent. */
#define PAGER_OFFER 4

/* ---- For process (EPERM to others than those whom init started) ------------------------------ */

/* Makes a process a client. What it has mapped there is unmapped, and comes back when touched.
 * In:     word 0: pid; capabilities: its space; the memory object of its areas; one to notify
 *         process with; bytes: array of struct pager_area.
 * Errors: EEXIST (is one already), ENOSPC (too many), EINVAL. Not idempotent. */
#define PAGER_ATTACH 16

struct pager_area {
	uint64_t address, offset, bytes; /* offset: in the memory object */
	uint64_t protection;
};

/* Makes a process a client that has copies of all regions of another one.
 * In:     word 0: pid of the parent; word 1: of the child; capability: the child's space.
 * Out:    capability: the pager for the child's threads.
 * Errors: ESRCH (the parent is none), EEXIST, ENOSPC, ENOMEM (it has not offered enough).
 * Not idempotent. */
#define PAGER_FORK 17

/* The next fault that no region explains.
 * Out:    word 0: pid; words 1 to 4: vector, error code, address, instruction.
 * Errors: ENOENT (no more). Not idempotent: each is told once. */
#define PAGER_CRASHED 18

#endif
