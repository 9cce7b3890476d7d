// SOURCES:
// Paths: made absolute, "." and ".." folded away, against a slow but plain model on random paths;
// lengths to the limit. And getopt against the host's. The sources are included below.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include "tap.h"

#undef PATH_MAX
#define PATH_MAX     1024
#define LIBC_POSIX_H /* in its place: */
int libc_path_absolute(char absolute[PATH_MAX], const char *path, const char *cwd);
#include "../../libc/posix/path.c"

#define optarg atoll_optarg
#define optind atoll_optind
#define opterr atoll_opterr
#define optopt atoll_optopt
#define getopt atoll_getopt
int getopt(int argc, char *const argv[], const char *options);
#include "../../libc/posix/getopt.c"
// clang-format on
#undef optarg
#undef optind
#undef opterr
#undef optopt
#undef getopt

static unsigned pick(unsigned below)
{
	static unsigned long seed = 11;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

/* The model: a stack of names. */
static void model(char *out, const char *path, const char *cwd)
{
	char text[4096], *names[2048], *rest, *name;
	int depth = 0;
	size_t length = strlen(path);

	snprintf(text, sizeof text, "%s/%s", *path == '/' ? "" : cwd, path);
	for (name = strtok_r(text, "/", &rest); name; name = strtok_r(NULL, "/", &rest)) {
		if (strcmp(name, "..") == 0)
			depth -= depth > 0;
		else if (strcmp(name, ".") != 0)
			names[depth++] = name;
	}
	*out = 0;
	for (int i = 0; i < depth; i++)
		strcat(strcat(out, "/"), names[i]);
	if (!*out || path[length - 1] == '/' || strcmp(path, ".") == 0 || strcmp(path, "..") == 0 ||
	    (length > 1 && strcmp(path + length - 2, "/.") == 0) ||
	    (length > 2 && strcmp(path + length - 3, "/..") == 0))
		strcat(out, "/");
}

static bool is(const char *path, const char *cwd, const char *expected)
{
	char absolute[PATH_MAX];

	return libc_path_absolute(absolute, path, cwd) == (int)strlen(expected) &&
	    strcmp(absolute, expected) == 0;
}

static void test_paths(void)
{
	static const char *const pieces[] = { "/", "//", ".", "..", "a", "bc", "...", ".x", "/",
		"/" };
	char path[200], expected[400], absolute[PATH_MAX], letters[1200];
	bool all = true;

	for (int round = 0; round < 20000; round++) {
		static const char *const cwds[] = { "/", "/home", "/a/b/c" };
		const char *cwd = cwds[pick(3)];

		*path = 0;
		for (unsigned n = 1 + pick(12); n; n--)
			strcat(path, pieces[pick(10)]);
		model(expected, path, cwd);
		all &= is(path, cwd, expected);
	}
	ok(all, "20,000 random paths");
	ok(is("x", "/", "/x") && is("../../x", "/a", "/x") && is(".", "/a", "/a/") &&
		is("/", "/a", "/"),
	    "plain ones");
	ok(libc_path_absolute(absolute, "", "/") == -ENOENT, "an empty path names nothing");
	memset(letters, 'x', sizeof letters);
	letters[0] = '/';
	letters[PATH_MAX - 2] = 0;
	ok(libc_path_absolute(absolute, letters, "/") == PATH_MAX - 2, "the longest path");
	letters[PATH_MAX - 2] = 'x';
	letters[PATH_MAX - 1] = 0;
	ok(libc_path_absolute(absolute, letters, "/") == -ENAMETOOLONG, "one too long");
	letters[0] = 'x';
	letters[PATH_MAX - 3] = 0;
	ok(libc_path_absolute(absolute, letters, "/a") == -ENAMETOOLONG,
	    "too long with its working directory");
	letters[PATH_MAX - 5] = '/';
	letters[PATH_MAX - 4] = 0;
	ok(libc_path_absolute(absolute, letters, "/") == PATH_MAX - 3 &&
		absolute[PATH_MAX - 4] == '/',
	    "room for the slash");
}

static void test_getopt(void)
{
	static char *words[] = { "-a", "-b", "value", "-bvalue", "-ab", "-abx", "--", "-", "-z",
		"-az", "-c", "-cb", "word" };
	bool all = true;

	opterr = atoll_opterr = 0;
	for (int round = 0; round < 20000; round++) {
		char *argv[8] = { "prog" };
		const char *options = pick(2) ? "+ab:c" : "+:ab:c";
		int argc = 1 + (int)pick(6), c, d;

		for (int i = 1; i < argc; i++)
			argv[i] = words[pick(sizeof words / sizeof *words)];
		optind = 0;
		atoll_optind = 0;
		do {
			/* The host needs the + to stop at the first word. Atoll's always does. */
			c = atoll_getopt(argc, argv, options + 1);
			d = getopt(argc, argv, options);
			all &= c == d && atoll_optind == optind;
			if (c == '?' || c == ':')
				all &= atoll_optopt == optopt;
			else if (c == 'b')
				all &= strcmp(atoll_optarg, optarg) == 0;
		} while (c != -1 && all);
	}
	ok(all, "getopt");
}

int main(void)
{
	test_paths();
	test_getopt();
	return tap_done();
}
