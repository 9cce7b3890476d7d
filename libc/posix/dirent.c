/* Reading directories: as many entries in a message as fit the buffer, handed out one by one. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "posix.h"

struct directory {
	int fd;
	unsigned next, count; /* of the entries held */
	struct dirent current;
	struct io_dirent entry[16];
};

_Static_assert(NAME_MAX == IO_NAME_MAX, "a name fits");

DIR *fdopendir(int fd)
{
	struct io_stat st;
	DIR *d;

	if (libc_io_stat(fd, &st) != 0)
		return NULL;
	if (st.type != IO_TYPE_DIRECTORY) {
		errno = ENOTDIR;
		return NULL;
	}
	d = malloc(sizeof *d);
	if (d) {
		d->fd = fd;
		d->next = d->count = 0;
	}
	return d;
}

DIR *opendir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d;

	if (fd < 0)
		return NULL;
	d = fdopendir(fd);
	if (!d) {
		int error = errno;

		close(fd);
		errno = error;
	}
	return d;
}

/* Gets more entries. Returns false at the end, or with errno. */
static bool refill(DIR *d)
{
	struct msg m = {
		.label = MSG_LABEL(IO_READDIR, IO_VERSION, 0, 0),
		.word = { sizeof d->entry },
		.recv = d->entry,
		.recv_bytes = sizeof d->entry,
	};

	d->next = d->count = 0;
	if (libc_ask(libc_descriptor(d->fd), &m, ONCE) != 0)
		return false;
	d->count = MSG_NBYTES(m.label) / sizeof *d->entry;
	return d->count > 0;
}

struct dirent *readdir(DIR *d)
{
	static const unsigned char type[] = {
		[IO_TYPE_FILE] = DT_REG,
		[IO_TYPE_DIRECTORY] = DT_DIR,
		[IO_TYPE_TTY] = DT_CHR,
		[IO_TYPE_STREAM] = DT_FIFO,
	};
	const struct io_dirent *e;

	if (d->next == d->count && !refill(d))
		return NULL;
	e = &d->entry[d->next++];
	d->current.d_ino = e->inode;
	d->current.d_size = (off_t)e->size;
	d->current.d_type = e->type < sizeof type ? type[e->type] : DT_UNKNOWN;
	memcpy(d->current.d_name, e->name, sizeof e->name);
	d->current.d_name[NAME_MAX] = 0;
	return &d->current;
}

void rewinddir(DIR *d)
{
	lseek(d->fd, 0, SEEK_SET);
	d->next = d->count = 0;
}

int dirfd(DIR *d)
{
	return d->fd;
}

int closedir(DIR *d)
{
	int result = close(d->fd);

	free(d);
	return result;
}
