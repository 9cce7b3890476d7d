/* Paths: what the file server sees is absolute and free of "." and "..". No system calls:
 * tests/host/libc_path.c. */
#include <errno.h>
#include <string.h>

#include "posix.h"

/* Appends the names of a path to what is there: "" or "/a/b", never with a slash at the end.
 * Returns the new length, or -ENAMETOOLONG. */
static int append_names(char absolute[PATH_MAX], size_t length, const char *path)
{
	while (*path) {
		size_t name = strcspn(path, "/");

		if (name == 2 && memcmp(path, "..", 2) == 0) {
			while (length && absolute[--length] != '/')
				;
		} else if (name && !(name == 1 && *path == '.')) {
			/* One place stays free for a slash at the end, one for the NUL. */
			if (length + 1 + name > PATH_MAX - 2)
				return -ENAMETOOLONG;
			absolute[length] = '/';
			memcpy(absolute + length + 1, path, name);
			length += 1 + name;
		}
		path += name;
		path += *path == '/';
	}
	return (int)length;
}

static bool asks_for_directory(const char *path)
{
	const char *last = strrchr(path, '/');

	last = last ? last + 1 : path;
	return !*last || strcmp(last, ".") == 0 || strcmp(last, "..") == 0;
}

int libc_path_absolute(char absolute[PATH_MAX], const char *path, const char *cwd)
{
	int length = 0;

	if (!*path)
		return -ENOENT;
	if (*path != '/')
		length = append_names(absolute, 0, cwd);
	if (length >= 0)
		length = append_names(absolute, (size_t)length, path);
	if (length < 0)
		return length;
	if (length == 0 || asks_for_directory(path))
		absolute[length++] = '/';
	absolute[length] = 0;
	return length;
}
