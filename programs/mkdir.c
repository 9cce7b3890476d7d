/* mkdir: makes directories. */
#include "program.h"
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] = "usage: mkdir [-p] DIRECTORY ...\n"
			    "Makes directories.\n"
			    "  -p  also those above; none needs to be new\n";

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* One directory; with -p it may be there already. */
static int make(const char *path, bool may_exist)
{
	if (mkdir(path, 0777) == 0 || (errno == EEXIST && may_exist && is_directory(path)))
		return 0;
	program_error("mkdir", path);
	return 1;
}

/* Each part of the path, from the top. */
static int make_all(char *path)
{
	for (char *at = path + strspn(path, "/"); (at = strchr(at, '/')) != NULL;
	     at += strspn(at, "/")) {
		int status;

		*at = '\0';
		status = make(path, true);
		*at = '/';
		if (status)
			return status;
	}
	return make(path, true);
}

int main(int argc, char **argv)
{
	bool parents = false;
	int option, status = 0;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "p")) != -1) {
		if (option != 'p')
			program_usage(usage, 1);
		parents = true;
	}
	if (optind == argc)
		program_usage(usage, 1);
	for (int i = optind; i < argc; i++)
		status |= parents ? make_all(argv[i]) : make(argv[i], false);
	return status;
}
