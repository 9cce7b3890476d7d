/* touch: files that are not there are made. */
#include "program.h"
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "usage: touch [-c] FILE ...\n"
    "Makes each FILE that is not there, and changes the time of the others to now.\n"
    "  -c  makes none\n";

/* A file server that has no call for times sets them when a size is set. */
static int touch(const char *name, bool make)
{
	struct stat st;
	int fd = -1;

	if (stat(name, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	if (!make && stat(name, &st) != 0 && errno == ENOENT)
		return 0;
	fd = open(name, O_WRONLY | O_CREAT, 0666);
	if (fd < 0 || fstat(fd, &st) != 0 || ftruncate(fd, st.st_size) != 0) {
		program_error("touch", name);
		if (fd >= 0)
			close(fd);
		return 1;
	}
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	int option, status = 0;
	bool make = true;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "c")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		make = false;
	}
	if (optind == argc)
		program_usage(usage, 1);
	for (int i = optind; i < argc; i++)
		status |= touch(argv[i], make);
	return status;
}
