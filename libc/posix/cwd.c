/* The working directory: libc's own business, since servers know absolute paths only. */
#include <atoll/startup.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "posix.h"

/* Once known, an absolute path without a slash at its end. No longer than a child can be given. */
char libc_cwd[STARTUP_CWD];

static const char *cwd(void)
{
	const struct startup *s = startup_block();

	if (!*libc_cwd && s && *s->cwd == '/')
		strlcpy(libc_cwd, s->cwd, sizeof libc_cwd);
	return *libc_cwd ? libc_cwd : strcpy(libc_cwd, "/");
}

int libc_path(char absolute[PATH_MAX], const char *path)
{
	return (int)libc_result(libc_path_absolute(absolute, path, cwd()));
}

int chdir(const char *path)
{
	char absolute[PATH_MAX];
	struct io_stat st;
	int length = libc_path(absolute, path);

	if (length < 0 || libc_path_stat(path, &st) != 0)
		return -1;
	if (st.type != IO_TYPE_DIRECTORY)
		return (int)libc_result(-ENOTDIR);
	if (length > 1 && absolute[length - 1] == '/')
		absolute[--length] = 0;
	if (length >= STARTUP_CWD)
		return (int)libc_result(-ENAMETOOLONG);
	strcpy(libc_cwd, absolute);
	return 0;
}

char *getcwd(char *buffer, size_t size)
{
	size_t bytes = strlen(cwd()) + 1;

	/* Without a buffer it makes one, as everywhere. */
	if (!buffer)
		return strdup(libc_cwd);
	if (size < bytes) {
		errno = size ? ERANGE : EINVAL;
		return NULL;
	}
	return memcpy(buffer, libc_cwd, bytes);
}
