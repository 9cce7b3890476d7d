/* What is known of files: by descriptor from the server that opened it, by path from the file
 * server. */
#include <errno.h>
#include <fcntl.h>
#include <servers/file/protocol.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix.h"

static int ask_stat(cap_t server, struct msg *m, struct io_stat *st)
{
	m->recv = st;
	m->recv_bytes = sizeof *st;
	if (libc_ask(server, m, IDEMPOTENT) != 0)
		return -1;
	if (MSG_NBYTES(m->label) != sizeof *st)
		return (int)libc_result(-EPROTO);
	return 0;
}

int libc_io_stat(int fd, struct io_stat *st)
{
	struct msg m = { .label = MSG_LABEL(IO_STAT, IO_VERSION, 0, 0) };

	return ask_stat(libc_descriptor(fd), &m, st);
}

int libc_path_stat(const char *path, struct io_stat *st)
{
	char absolute[PATH_MAX];
	int length = libc_path(absolute, path);
	struct msg m = { .send = absolute };

	if (length < 0)
		return -1;
	m.label = MSG_LABEL(FILE_STAT, FILE_VERSION, 0, length);
	return ask_stat(libc_file_service(), &m, st);
}

/* A type that this library does not know yet leaves the type bits 0: no S_ISxxx() is true of it. */
static int convert(struct stat *st, const struct io_stat *from)
{
	static const mode_t type[] = {
		[IO_TYPE_FILE] = S_IFREG,
		[IO_TYPE_DIRECTORY] = S_IFDIR,
		[IO_TYPE_TTY] = S_IFCHR,
		[IO_TYPE_STREAM] = S_IFIFO,
	};
	struct timespec changed = { (time_t)(from->mtime_ns / 1000000000),
		(long)(from->mtime_ns % 1000000000) };

	*st = (struct stat){
		.st_ino = from->inode,
		.st_mode =
		    (from->type < sizeof type / sizeof *type ? type[from->type] : 0) | from->mode,
		.st_nlink = from->links,
		.st_size = (off_t)from->size,
		.st_blksize = PAGE_SIZE,
		.st_blocks = (blkcnt_t)((from->size + 511) / 512),
		.st_atim = changed,
		.st_mtim = changed,
		.st_ctim = changed,
	};
	return 0;
}

int fstat(int fd, struct stat *st)
{
	struct io_stat is;

	return libc_io_stat(fd, &is) ? -1 : convert(st, &is);
}

int stat(const char *restrict path, struct stat *restrict st)
{
	struct io_stat is;

	return libc_path_stat(path, &is) ? -1 : convert(st, &is);
}

/* There are no links to follow or not. */
int lstat(const char *restrict path, struct stat *restrict st)
{
	return stat(path, st);
}

/* There is one user, who may do everything the server allows, so being there is enough. */
int access(const char *path, int how)
{
	struct io_stat st;

	(void)how;
	return libc_path_stat(path, &st);
}
