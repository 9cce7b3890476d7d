/* echo: its arguments, one blank between them. */
#include "program.h"

static const char usage[] = "usage: echo [-n] [ARGUMENT ...]\n"
			    "Prints the arguments.\n"
			    "  -n  no newline at the end\n";

int main(int argc, char **argv)
{
	int first = 1;
	int newline = 1;

	if (argc == 2)
		program_help(argc, argv, usage);
	if (argc > 1 && strcmp(argv[1], "-n") == 0) {
		newline = 0;
		first = 2;
	}
	for (int i = first; i < argc; i++)
		printf(i > first ? " %s" : "%s", argv[i]);
	if (newline)
		putchar('\n');
	return program_end("echo", 0, 1);
}
