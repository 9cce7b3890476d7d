/* grep: lines that match a pattern. */
#include "program.h"
#include <regex.h>
#include <stdbool.h>
#include <sys/types.h>
#include <unistd.h>

static const char usage[] =
    "usage: grep [-i] [-v] [-n] [-c] [-l] [-q] [-E | -F] PATTERN [FILE ...]\n"
    "Prints the lines that match a regular expression. \"-\" is standard input, and so\n"
    "is no FILE at all.\n"
    "  -i  capitals or not    -v  lines that do not match   -n  with line numbers\n"
    "  -c  only how many      -l  only names of files       -q  only the status\n"
    "  -E  extended expressions                             -F  fixed text\n"
    "Status: 0 lines were found, 1 none, 2 an error.\n";

#define STATUS_ERROR 2

static struct {
	bool invert, numbers, count, names, quiet, with_name;
} want;
static regex_t pattern;
static bool found; /* anything, anywhere */

static void print_line(const char *name, unsigned long number, const char *line, size_t length)
{
	if (want.with_name)
		printf("%s:", name);
	if (want.numbers)
		printf("%lu:", number);
	fwrite(line, 1, length, stdout);
	putchar('\n');
}

/* 0, or STATUS_ERROR. */
static int search(FILE *file, const char *name)
{
	unsigned long number = 0, hits = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	regmatch_t match;

	while ((length = getline(&line, &room, file)) > 0) {
		size_t text = (size_t)length - (line[length - 1] == '\n');

		number++;
		match = (regmatch_t){ 0, (regoff_t)text };
		if ((regexec(&pattern, line, 1, &match, REG_STARTEND) == 0) == want.invert)
			continue;
		hits++;
		if (want.names || want.quiet)
			break;
		if (!want.count)
			print_line(name, number, line, text);
	}
	free(line);
	found = found || hits > 0;
	if (ferror(file)) {
		program_error("grep", name);
		return STATUS_ERROR;
	}
	if (want.count && !want.quiet && !want.names)
		printf(want.with_name ? "%s:%lu\n" : "%s%lu\n", want.with_name ? name : "", hits);
	if (want.names && !want.quiet && hits > 0)
		printf("%s\n", name);
	return 0;
}

static int search_file(const char *name)
{
	FILE *file;
	int status;

	if (strcmp(name, "-") == 0)
		return search(stdin, "(standard input)");
	file = fopen(name, "r");
	if (!file) {
		program_error("grep", name);
		return STATUS_ERROR;
	}
	status = search(file, name);
	fclose(file);
	return status;
}

/* Returns the flags for regcomp. */
static int read_options(int argc, char **argv)
{
	int flags = REG_NOSUB;
	int option;

	while ((option = getopt(argc, argv, "ivnclqEF")) != -1) {
		switch (option) {
		case 'i':
			flags |= REG_ICASE;
			break;
		case 'E':
			flags |= REG_EXTENDED;
			break;
		case 'F':
			flags |= REG_NOSPEC;
			break;
		case 'v':
			want.invert = true;
			break;
		case 'n':
			want.numbers = true;
			break;
		case 'c':
			want.count = true;
			break;
		case 'l':
			want.names = true;
			break;
		case 'q':
			want.quiet = true;
			break;
		default:
			program_usage(usage, STATUS_ERROR);
		}
	}
	return flags;
}

/* The status says whether anything was found, and an error outweighs that; but who only wants the
 * status (-q), and has a line, does not care what else went wrong. */
int main(int argc, char **argv)
{
	int flags, error, status = 0;
	char why[80];

	program_help(argc, argv, usage);
	flags = read_options(argc, argv);
	if (optind == argc)
		program_usage(usage, STATUS_ERROR);
	error = regcomp(&pattern, argv[optind], flags);
	if (error) {
		regerror(error, &pattern, why, sizeof why);
		fprintf(stderr, "grep: %s: %s\n", argv[optind], why);
		return STATUS_ERROR;
	}
	optind++;
	want.with_name = argc - optind > 1;
	if (optind == argc)
		status = search(stdin, "(standard input)");
	for (int i = optind; i < argc; i++)
		status |= search_file(argv[i]);
	regfree(&pattern);
	if (status && !(want.quiet && found))
		return program_end("grep", STATUS_ERROR, STATUS_ERROR);
	return program_end("grep", !found, STATUS_ERROR);
}
