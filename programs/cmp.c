/* cmp: where two files differ. */
#include "program.h"
#include <stdbool.h>
#include <unistd.h>

static const char usage[] =
    "usage: cmp [-l] [-s] FILE FILE\n"
    "Tells the first byte in which two files differ. \"-\" is standard input.\n"
    "  -l  all of them: number, and both bytes in octal    -s  says nothing\n"
    "Status: 0 they are the same, 1 they differ, 2 an error.\n";

static FILE *open_file(const char *name)
{
	FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");

	if (!file) {
		program_error("cmp", name);
		exit(2);
	}
	return file;
}

int main(int argc, char **argv)
{
	bool all = false, silent = false, differ = false;
	unsigned long byte = 1, line = 1;
	int option, a, b;
	FILE *one, *two;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "ls")) != -1) {
		if (option == '?')
			program_usage(usage, 2);
		all = all || option == 'l';
		silent = silent || option == 's';
	}
	if (argc - optind != 2)
		program_usage(usage, 2);
	argv += optind;
	one = open_file(argv[0]);
	two = open_file(argv[1]);
	for (;; byte++) {
		a = getc(one);
		b = getc(two);
		if (a == EOF || b == EOF)
			break;
		line += a == '\n' && a == b;
		if (a == b)
			continue;
		differ = true;
		if (all && !silent)
			printf("%lu %o %o\n", byte, (unsigned)a, (unsigned)b);
		if (all && !silent)
			continue;
		if (!silent)
			printf("%s %s differ: char %lu, line %lu\n", argv[0], argv[1], byte, line);
		return program_end("cmp", 1, 2);
	}
	if (ferror(one) || ferror(two)) {
		program_error("cmp", ferror(one) ? argv[0] : argv[1]);
		return 2;
	}
	if (a != b && !silent) {
		const char *name = argv[a != EOF];

		fflush(stdout);
		if (byte == 1)
			fprintf(stderr, "cmp: EOF on %s which is empty\n", name);
		else
			fprintf(stderr, "cmp: EOF on %s after byte %lu\n", name, byte - 1);
	}
	return program_end("cmp", differ || a != b, 2);
}
