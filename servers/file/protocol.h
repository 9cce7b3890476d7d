/* What the file server answers. A name server's capability (badge: the caller's pid) takes the
 * operations below; a capability that FILE_OPEN gave takes the io protocol
 * (libc/include/atoll/io.h). Each refuses the other's with EACCES.
 *
 * The tree is that of the boot archive, writable in memory. A restart of the server brings the
 * archive's tree back: what was written is lost, and capabilities of open files get ESTALE.
 *
 * Paths are bytes of the message without a closing NUL: absolute, "/" between names, at most
 * FILE_PATH_MAX bytes. Repeated slashes count as one; a slash at the end asks for a directory
 * (ENOTDIR). "." and ".." are not known here: libc folds them away, the server answers EINVAL.
 * Every operation on a path may fail with EINVAL (empty, not absolute, NUL inside), ENAMETOOLONG
 * (path, or a name of more than IO_NAME_MAX bytes), ENOENT and ENOTDIR.
 *
 * Limits, so that no client can use the server up: ENOSPC comes when there are FILE_NODES files
 * and directories or the server's memory is spent; EFBIG beyond FILE_SIZE_MAX; EMFILE when the
 * client (by pid) has FILE_OPEN_CLIENT files open that it opened itself, or all clients together
 * FILE_OPEN_MAX. Whatever is refused has changed nothing. */
#ifndef FILE_PROTOCOL_H
#define FILE_PROTOCOL_H

#include <atoll/io.h>

#define FILE_VERSION     1
#define FILE_PATH_MAX    1023
#define FILE_NODES       8192
#define FILE_SIZE_MAX    (256ull << 20)
#define FILE_OPEN_MAX    1024
#define FILE_OPEN_CLIENT 256
#define FILE_STREAMS     8 /* IO_WINDOW at once; fewer with little memory, and 2 for each client */

enum {
	/* Opens a file or directory.
	 * In:     path; word 0: flags, O_* of <fcntl.h>; word 1: mode of a new file (& 0777).
	 * Out:    one capability; word 0: inode; word 1: IO_TYPE_*.
	 * Flags:  O_RDONLY O_WRONLY O_RDWR; O_CREAT, with O_EXCL; O_TRUNC (needs writing, else
	 *         EINVAL); O_APPEND; O_DIRECTORY (not with O_CREAT). Others, as O_CLOEXEC, are the
	 *         client's business: EINVAL.
	 * Errors: EEXIST (O_EXCL), ENOTDIR (O_DIRECTORY, and it is none), EISDIR (a directory for
	 *         writing, or created), EMFILE, ENOSPC.
	 * The file is closed when the last copy of the capability is gone. Idempotent without
	 * O_EXCL (an open file of which nobody holds the capability is closed at once). */
	FILE_OPEN = 16,

	/* What a path names.
	 * In:     path.
	 * Out:    bytes: struct io_stat. Idempotent. */
	FILE_STAT = 17,

	/* Takes a file's name away; its contents go when nobody has it open.
	 * In:     path.
	 * Errors: EISDIR. Not idempotent. */
	FILE_UNLINK = 18,

	/* Makes a directory.
	 * In:     path; word 0: mode.
	 * Errors: EEXIST, ENOSPC. Not idempotent. */
	FILE_MKDIR = 19,

	/* Removes an empty directory.
	 * In:     path.
	 * Errors: ENOTDIR, ENOTEMPTY, EBUSY (the root). Not idempotent. */
	FILE_RMDIR = 20,

	/* Gives a file or directory another name, in one step; what had that name is replaced.
	 * In:     old path, NUL, new path.
	 * Errors: EISDIR (a directory is there, and the old one is none), ENOTDIR (the other way
	 *         round), ENOTEMPTY, EINVAL (a directory into itself), EBUSY (the root).
	 * Not idempotent. */
	FILE_RENAME = 21,

	/* How full the tree is.
	 * Out:    bytes: struct file_usage. Idempotent. */
	FILE_USAGE = 22,
};

struct file_usage {
	uint64_t nodes, nodes_max; /* files and directories, unlinked ones still open included */
	uint64_t bytes_written;    /* memory that holds what was written */
	uint64_t open, open_max;   /* open files */
};

#endif
