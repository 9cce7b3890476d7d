/* Patterns become names of files, one directory of the path after the other. */
#include "shell.h"
#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Does the first directory's part of a pattern have anything to match? */
static bool is_pattern(const char *pattern, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (pattern[i] == '\\')
			i++;
		else if (strchr("*?[", pattern[i]))
			return true;
	}
	return false;
}

/* Part of a pattern that has nothing to match: without its backslashes. */
static void unescape(char *to, const char *pattern, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		i += pattern[i] == '\\' && i + 1 < length;
		*to++ = pattern[i];
	}
	*to = '\0';
}

static void match_below(const char *found, const char *pattern, struct arguments *names);

/* `found` and `name` are there: goes on with the rest of the pattern, which is empty or begins with
 * a slash. */
static void go_on(const char *found, const char *name, const char *rest, struct arguments *names)
{
	size_t slashes = strspn(rest, "/");
	char *path;

	if (asprintf(&path, "%s%s%.*s", found, name, (int)slashes, rest) < 0)
		return;
	if (rest[slashes]) {
		match_below(path, rest + slashes, names);
		free(path);
	} else if (access(path, F_OK) == 0) {
		arguments_add(names, path);
	} else {
		free(path);
	}
}

/* Adds what matches below `found`, which is empty or ends in a slash. */
static void match_below(const char *found, const char *pattern, struct arguments *names)
{
	size_t length = strcspn(pattern, "/");
	char *part = malloc(length + 1);
	struct dirent *entry;
	DIR *directory;

	if (!part)
		return;
	if (!is_pattern(pattern, length)) {
		unescape(part, pattern, length);
		go_on(found, part, pattern + length, names);
		free(part);
		return;
	}
	memcpy(part, pattern, length);
	part[length] = '\0';
	directory = opendir(*found ? found : ".");
	while (directory && (entry = readdir(directory)) != NULL)
		/* Hidden files are meant only by who says so. */
		if ((entry->d_name[0] != '.' || part[0] == '.') &&
		    fnmatch(part, entry->d_name, 0) == 0)
			go_on(found, entry->d_name, pattern + length, names);
	if (directory)
		closedir(directory);
	free(part);
}

void match_files(const char *pattern, struct arguments *names)
{
	size_t before = names->count;

	if (*pattern == '/')
		go_on("", "", pattern, names);
	else
		match_below("", pattern, names);
	if (names->count > before)
		qsort(names->argument + before, names->count - before, sizeof *names->argument,
		    compare);
}
