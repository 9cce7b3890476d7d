/* Changing the tree of files, and the working directory in it. */
#include <atoll/startup.h>
#include <errno.h>
#include <fcntl.h>
#include <servers/file/protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix.h"

/* Asks the file server to do something to one path. Doing these twice would report an error the
 * second time. */
static int ask_path(unsigned operation, const char *path, uint64_t word)
{
	char absolute[PATH_MAX];
	int length = libc_path(absolute, path);
	struct msg m = { .word = { word }, .send = absolute };

	if (length < 0)
		return -1;
	m.label = MSG_LABEL(operation, FILE_VERSION, 0, length);
	return libc_ask(libc_file_service(), &m, ONCE);
}

int unlink(const char *path)
{
	return ask_path(FILE_UNLINK, path, 0);
}

int mkdir(const char *path, mode_t mode)
{
	return ask_path(FILE_MKDIR, path, mode);
}

int rmdir(const char *path)
{
	return ask_path(FILE_RMDIR, path, 0);
}

int remove(const char *path)
{
	return unlink(path) == 0 || (errno == EISDIR && rmdir(path) == 0) ? 0 : -1;
}

int rename(const char *from, const char *to)
{
	char paths[2 * PATH_MAX], *second;
	int length = libc_path(paths, from), second_length;
	struct msg m = { .send = paths };

	if (length < 0)
		return -1;
	second = paths + length + 1;
	second_length = libc_path(second, to);
	if (second_length < 0)
		return -1;
	m.label = MSG_LABEL(FILE_RENAME, FILE_VERSION, 0, length + 1 + second_length);
	return libc_ask(libc_file_service(), &m, ONCE);
}

int truncate(const char *path, off_t size)
{
	int fd = open(path, O_WRONLY), result, error;

	if (fd < 0)
		return -1;
	result = ftruncate(fd, size);
	error = errno;
	close(fd);
	errno = error;
	return result;
}
