/* cut: columns of each line. */
#include "files.h"
#include <ctype.h>

static const char usage[] =
    "usage: cut -c LIST [FILE ...]\n"
    "       cut -f LIST [-d C] [-s] [FILE ...]\n"
    "Prints of each line the bytes (-c) or fields (-f) that LIST names, as in 1,3-5,7-\n"
    "  -d C  fields are separated by C (without: a tab)\n"
    "  -s    lines without a separator are left out\n";

#define RANGES 64

static struct {
	unsigned long first, last;
} range[RANGES];
static unsigned ranges;
static bool fields, only_separated;
static char separator = '\t';

_Noreturn static void bad_list(const char *list)
{
	fprintf(stderr, "cut: %s: not a list\n", list);
	exit(1);
}

/* A number from 1 on at *at, which moves behind it; `without` if there is none. */
static unsigned long number(const char *list, const char **at, unsigned long without)
{
	char *end;
	unsigned long n;

	if (!isdigit((unsigned char)**at))
		return without;
	n = strtoul(*at, &end, 10);
	*at = end;
	if (n == 0)
		bad_list(list);
	return n;
}

static void parse_list(const char *list)
{
	const char *at = list;

	for (ranges = 0;; at++) {
		const char *start = at;

		if (ranges == RANGES)
			bad_list(list);
		range[ranges].first = range[ranges].last = number(list, &at, 1);
		if (*at == '-') {
			at++;
			range[ranges].last = number(list, &at, ~0ul);
		}
		if (at == start || (at == start + 1 && *start == '-') ||
		    range[ranges].last < range[ranges].first)
			bad_list(list);
		ranges++;
		if (*at != ',')
			break;
	}
	if (*at)
		bad_list(list);
}

static bool listed(unsigned long n)
{
	for (unsigned i = 0; i < ranges; i++)
		if (n >= range[i].first && n <= range[i].last)
			return true;
	return false;
}

static void cut_bytes(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (listed(i + 1))
			putchar(line[i]);
	putchar('\n');
}

static void cut_fields(const char *line, size_t length)
{
	const char *end = line + length, *behind;
	bool any = false;

	if (!memchr(line, separator, length)) {
		if (!only_separated) {
			fwrite(line, 1, length, stdout);
			putchar('\n');
		}
		return;
	}
	for (unsigned long n = 1; line <= end; n++, line = behind + 1) {
		behind = memchr(line, separator, (size_t)(end - line));
		behind = behind ? behind : end;
		if (!listed(n))
			continue;
		if (any)
			putchar(separator);
		fwrite(line, 1, (size_t)(behind - line), stdout);
		any = true;
	}
	putchar('\n');
}

static int cut(FILE *file, const char *name)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	(void)name;
	while (!ferror(stdout) && (length = getline(&line, &room, file)) > 0) {
		length -= line[length - 1] == '\n';
		(fields ? cut_fields : cut_bytes)(line, (size_t)length);
	}
	free(line);
	return ferror(file) ? -1 : 0;
}

int main(int argc, char **argv)
{
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "c:f:d:s")) != -1) {
		if (option == 'c' || option == 'f') {
			parse_list(optarg);
			fields = option == 'f';
		} else if (option == 'd' && optarg[0] && !optarg[1]) {
			separator = optarg[0];
		} else if (option == 's') {
			only_separated = true;
		} else {
			program_usage(usage, 1);
		}
	}
	if (ranges == 0)
		program_usage(usage, 1);
	return program_end("cut", files_each(argc, argv, "cut", cut), 1);
}
