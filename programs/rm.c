/* rm: removes files, and directories with what is in them. */
#include "walk.h"
#include <unistd.h>

static const char usage[] =
    "usage: rm [-r] [-f] FILE ...\n"
    "Removes files.\n"
    "  -r  directories with all that is in them   -f  what is not there is no error\n";

static bool recursive, force;

static int error(const char *what)
{
	program_error("rm", what);
	return 1;
}

static int rm(const char *path);

static int rm_directory(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int status = 0;

	if (!directory)
		return error(path);
	while ((entry = readdir(directory)) != NULL) {
		char below[PATH_MAX];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		status |= walk_join(below, path, entry->d_name, strlen(entry->d_name))
		    ? rm(below)
		    : error(entry->d_name);
	}
	closedir(directory);
	return status ? status : rmdir(path) == 0 ? 0 : error(path);
}

static int rm(const char *path)
{
	if (walk_is_directory(path)) {
		if (recursive)
			return rm_directory(path);
		fprintf(stderr, "rm: %s is a directory (-r removes it)\n", path);
		return 1;
	}
	if (unlink(path) == 0 || (force && errno == ENOENT))
		return 0;
	return error(path);
}

int main(int argc, char **argv)
{
	int option, status = 0;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "rRf")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		recursive = recursive || option != 'f';
		force = force || option == 'f';
	}
	if (optind == argc && !force)
		program_usage(usage, 1);
	for (int i = optind; i < argc; i++)
		status |= rm(argv[i]);
	return status;
}
