/* rmdir: removes directories that are empty. */
#include "program.h"
#include <unistd.h>

static const char usage[] = "usage: rmdir DIRECTORY ...\n"
			    "Removes directories, which must be empty (rm -r removes others).\n";

int main(int argc, char **argv)
{
	int status = 0;

	program_help(argc, argv, usage);
	if (getopt(argc, argv, "") != -1 || optind == argc)
		program_usage(usage, 1);
	for (int i = optind; i < argc; i++) {
		if (rmdir(argv[i]) != 0) {
			program_error("rmdir", argv[i]);
			status = 1;
		}
	}
	return status;
}
