/* grep: lines that match a pattern. */
#include "../program.h"
#include "match.h"
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
static struct pattern *pattern;
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

	while ((length = getline(&line, &room, file)) > 0) {
		size_t text = (size_t)length - (line[length - 1] == '\n');

		number++;
		if (pattern_match(pattern, line, text) == want.invert)
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

/* Returns the flags of match.h. */
static unsigned read_options(int argc, char **argv)
{
	unsigned flags = 0;
	int option;

	while ((option = getopt(argc, argv, "ivnclqEF")) != -1) {
		switch (option) {
		case 'i':
			flags |= MATCH_FOLD;
			break;
		case 'E':
			flags |= MATCH_EXTENDED;
			break;
		case 'F':
			flags |= MATCH_FIXED;
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
	const char *error;
	unsigned flags;
	int status = 0;

	program_help(argc, argv, usage);
	flags = read_options(argc, argv);
	if (optind == argc)
		program_usage(usage, STATUS_ERROR);
	pattern = pattern_compile(argv[optind], flags, &error);
	if (!pattern) {
		fprintf(stderr, "grep: %s: %s\n", argv[optind], error);
		return STATUS_ERROR;
	}
	optind++;
	want.with_name = argc - optind > 1;
	if (optind == argc)
		status = search(stdin, "(standard input)");
	for (int i = optind; i < argc; i++)
		status |= search_file(argv[i]);
	pattern_free(pattern);
	if (status && !(want.quiet && found))
		return program_end("grep", STATUS_ERROR, STATUS_ERROR);
	return program_end("grep", !found, STATUS_ERROR);
}
