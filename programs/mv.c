/* mv: other names for files and directories. */
#include "walk.h"
#include <unistd.h>

static const char usage[] =
    "usage: mv SOURCE TARGET\n"
    "       mv SOURCE ... DIRECTORY\n"
    "Renames SOURCE, or moves it into DIRECTORY. What is there is replaced.\n";

static int move(const char *from, const char *to)
{
	char path[PATH_MAX];

	if (!walk_target(path, from, to)) {
		program_error("mv", to);
		return 1;
	}
	if (rename(from, path) != 0) {
		int error = errno;

		fprintf(stderr, "mv: %s to %s: %s\n", from, path, strerror(error));
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *to = argv[argc - 1];
	int status = 0;

	program_help(argc, argv, usage);
	if (getopt(argc, argv, "f") == '?' || argc - optind < 2)
		program_usage(usage, 1);
	if (argc - optind > 2 && !walk_is_directory(to)) {
		fprintf(stderr, "mv: %s: not a directory\n", to);
		return 1;
	}
	for (int i = optind; i < argc - 1; i++)
		status |= move(argv[i], to);
	return status;
}
