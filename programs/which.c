/* which: where a program is. */
#include "start.h"

static const char usage[] =
    "usage: which [-a] NAME ...\n"
    "Prints the path of the file that each NAME stands for in PATH.\n"
    "  -a  of all of them\n"
    "Status: 1 when one is not found. What is built into the shell is not looked for.\n";

int main(int argc, char **argv)
{
	int option, status = 0;
	bool all = false;
	char path[PATH_MAX];

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "a")) != -1) {
		if (option == '?')
			program_usage(usage, 2);
		all = true;
	}
	if (optind == argc)
		program_usage(usage, 2);
	for (int i = optind; i < argc; i++) {
		unsigned n = 0;

		for (; (all || n == 0) && start_find(argv[i], n, path); n++)
			puts(path);
		if (n == 0)
			status = 1;
	}
	return program_end("which", status, 2);
}
