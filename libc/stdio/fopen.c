/* Opening and closing files. */
#include "file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../internal.h"

/* "r", "w", "a", with "+", "x", "e" in any order behind; "b" says nothing. -1: none of these. */
static int open_flags(const char *mode)
{
	bool update = strchr(mode, '+');
	int flags = update ? O_RDWR : O_WRONLY;

	switch (*mode) {
	case 'r':
		flags = update ? O_RDWR : O_RDONLY;
		break;
	case 'w':
		flags |= O_CREAT | O_TRUNC;
		break;
	case 'a':
		flags |= O_CREAT | O_APPEND;
		break;
	default:
		errno = EINVAL;
		return -1;
	}
	if (strchr(mode, 'x'))
		flags |= O_EXCL;
	if (strchr(mode, 'e'))
		flags |= O_CLOEXEC;
	return flags;
}

static FILE *file_new(int fd, int flags)
{
	FILE *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->fd = fd;
	f->readable = (flags & O_ACCMODE) != O_WRONLY;
	f->writable = (flags & O_ACCMODE) != O_RDONLY;
	f->mode = -1;
	libc_hold(&libc_files_lock);
	f->following = libc_files;
	libc_files = f;
	libc_release(&libc_files_lock);
	return f;
}

FILE *fdopen(int fd, const char *mode)
{
	int flags = open_flags(mode);

	return flags < 0 ? NULL : file_new(fd, flags);
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
	int flags = open_flags(mode), fd;
	FILE *f;

	if (flags < 0)
		return NULL;
	fd = open(path, flags, 0666);
	if (fd < 0)
		return NULL;
	f = file_new(fd, flags);
	if (!f)
		close(fd);
	return f;
}

/* Flushes and closes; the FILE itself remains. */
static int finish(FILE *f)
{
	KEEP(f);
	int result = fflush(f);

	if (f->fd >= 0 && close(f->fd) != 0)
		result = EOF;
	if (f->own_storage)
		free(f->storage);
	f->storage = f->base = f->next = f->end = NULL;
	f->own_storage = f->at_end = f->failed = f->readable = f->writable = false;
	f->state = IDLE;
	f->fd = -1;
	return result;
}

int fclose(FILE *f)
{
	struct file **link = &libc_files;
	int result;

	libc_hold(&libc_files_lock);
	while (*link && *link != f)
		link = &(*link)->following;
	if (*link)
		*link = f->following;
	libc_release(&libc_files_lock);
	result = finish(f);
	if (f != stdin && f != stdout && f != stderr)
		free(f);
	return result;
}

/* As the standard wants, the old file is closed even if the new one cannot be opened. */
FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict f)
{
	int flags = open_flags(mode), fd, number = f->fd;
	KEEP(f);

	/* Changing the mode of what is open already (path NULL) is not supported. */
	finish(f);
	if (flags < 0)
		return NULL;
	fd = path ? open(path, flags, 0666) : -1;
	if (!path)
		errno = EBADF;
	if (fd < 0)
		return NULL;
	/* A standard file keeps its number: programs and children count on 0, 1, 2. */
	if (fd != number && number >= 0) {
		dup2(fd, number);
		close(fd);
		fd = number;
	}
	f->fd = fd;
	f->readable = (flags & O_ACCMODE) != O_WRONLY;
	f->writable = (flags & O_ACCMODE) != O_RDONLY;
	f->mode = -1;
	return f;
}
