/* env: a program with another environment. */
#include "start.h"

static const char usage[] =
    "usage: env [-i] [-u NAME] ... [NAME=VALUE ...] [PROGRAM [ARGUMENT ...]]\n"
    "Runs PROGRAM with a changed environment, or prints that.\n"
    "  -i  begins with an empty one    -u NAME  without NAME\n";

int main(int argc, char **argv)
{
	extern char **environ;
	static char *nothing[] = { NULL };
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "iu:")) != -1) {
		if (option == 'i')
			environ = nothing;
		else if (option != 'u')
			program_usage(usage, 125);
		else if (unsetenv(optarg) != 0) {
			program_error("env", optarg);
			return 125;
		}
	}
	for (; optind < argc && strchr(argv[optind], '='); optind++) {
		if (putenv(argv[optind]) != 0) {
			program_error("env", argv[optind]);
			return 125;
		}
	}
	if (optind < argc)
		return start_and_wait("env", argv + optind);
	for (char **string = environ; *string; string++)
		puts(*string);
	return program_end("env", 0, 125);
}
