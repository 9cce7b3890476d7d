/* What cp, mv and rm share: names in directories. */
#ifndef WALK_H
#define WALK_H

#include "program.h"
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

static inline bool walk_is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The last part of a path, without slashes behind it; its length goes to *length. */
static inline const char *walk_last_name(const char *path, size_t *length)
{
	size_t end = strlen(path), start;

	while (end > 1 && path[end - 1] == '/')
		end--;
	for (start = end; start > 0 && path[start - 1] != '/'; start--)
		;
	*length = end - start;
	return path + start;
}

/* DIRECTORY/NAME; false, with ENAMETOOLONG, when that is too long. */
static inline bool walk_join(
    char joined[PATH_MAX], const char *directory, const char *name, size_t length)
{
	size_t end = strlen(directory);
	int wanted = snprintf(joined, PATH_MAX, "%s%s%.*s", directory,
	    end > 0 && directory[end - 1] == '/' ? "" : "/", (int)length, name);

	errno = ENAMETOOLONG;
	return wanted < PATH_MAX;
}

/* Where a file goes: the target itself, or below it when that is a directory. */
static inline bool walk_target(char path[PATH_MAX], const char *from, const char *to)
{
	const char *name;
	size_t length;

	if (walk_is_directory(to)) {
		name = walk_last_name(from, &length);
		return walk_join(path, to, name, length);
	}
	errno = ENAMETOOLONG;
	return (size_t)snprintf(path, PATH_MAX, "%s", to) < PATH_MAX;
}

#endif
