/* tr: other bytes for some. */
#include "program.h"
#include <ctype.h>
#include <stdbool.h>
#include <unistd.h>

static const char usage[] =
    "usage: tr [-c] [-s] SET1 SET2\n"
    "       tr [-c] -d SET1\n"
    "       tr [-c] -s SET1\n"
    "Copies standard input, and puts for each byte of SET1 the one of SET2 in its place\n"
    "(the last, if SET2 is shorter).\n"
    "  -c  all bytes but SET1    -d  deletes them    -s  of equal ones in a row leaves one\n"
    "A set is bytes, ranges (a-z), \\n \\t \\\\ \\NNN (octal), [:alpha:] and its like.\n";

/* Bytes in order; one may occur again. */
struct set {
	unsigned char byte[4096];
	size_t count;
};

static void add(struct set *set, unsigned char c)
{
	if (set->count == sizeof set->byte) {
		fprintf(stderr, "tr: a set is too long\n");
		exit(1);
	}
	set->byte[set->count++] = c;
}

/* "[:NAME:]" at *at, which moves behind it. False: there is none. */
static bool class(struct set *set, const char **at)
{
	static const struct {
		const char *name;
		int (*has)(int);
	} known[] = { { "[:alnum:]", isalnum }, { "[:alpha:]", isalpha }, { "[:blank:]", isblank },
		{ "[:cntrl:]", iscntrl }, { "[:digit:]", isdigit }, { "[:graph:]", isgraph },
		{ "[:lower:]", islower }, { "[:print:]", isprint }, { "[:punct:]", ispunct },
		{ "[:space:]", isspace }, { "[:upper:]", isupper }, { "[:xdigit:]", isxdigit } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		size_t length = strlen(known[i].name);

		if (strncmp(*at, known[i].name, length) != 0)
			continue;
		for (int c = 0; c < 256; c++)
			if (known[i].has(c))
				add(set, (unsigned char)c);
		*at += length;
		return true;
	}
	return false;
}

/* One byte as it is written; *at moves behind it. */
static unsigned char one(const char **at)
{
	static const char names[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
	const char *found;
	unsigned value = 0;

	if (**at != '\\' || !(*at)[1])
		return (unsigned char)*(*at)++;
	++*at;
	if (**at >= '0' && **at <= '7') {
		for (int digits = 0; digits < 3 && **at >= '0' && **at <= '7'; digits++)
			value = 8 * value + (unsigned)(*(*at)++ - '0');
		return (unsigned char)value;
	}
	found = strchr(names, **at);
	value = found ? (unsigned char)values[found - names] : (unsigned char)**at;
	++*at;
	return (unsigned char)value;
}

static void parse(struct set *set, const char *text)
{
	for (const char *at = text; *at;) {
		unsigned char low, high;

		if (class(set, &at))
			continue;
		low = high = one(&at);
		if (at[0] == '-' && at[1]) {
			at++;
			high = one(&at);
		}
		if (high < low) {
			fprintf(stderr, "tr: %s: a range that ends before it begins\n", text);
			exit(1);
		}
		for (unsigned c = low; c <= high; c++)
			add(set, (unsigned char)c);
	}
}

static void complement(struct set *set)
{
	bool has[256] = { false };

	for (size_t i = 0; i < set->count; i++)
		has[set->byte[i]] = true;
	set->count = 0;
	for (unsigned c = 0; c < 256; c++)
		if (!has[c])
			add(set, (unsigned char)c);
}

static unsigned char becomes[256];
static bool goes[256], squeezed[256];

static void copy(void)
{
	int c, last = EOF;

	while (!ferror(stdout) && (c = getchar()) != EOF) {
		if (goes[c])
			continue;
		c = becomes[c];
		if (c == last && squeezed[c])
			continue;
		putchar(c);
		last = c;
	}
}

int main(int argc, char **argv)
{
	static struct set from, to;
	bool others = false, deletes = false, squeezes = false;
	int option, sets;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "cds")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		others = others || option == 'c';
		deletes = deletes || option == 'd';
		squeezes = squeezes || option == 's';
	}
	sets = argc - optind;
	if (sets < 1 || sets > 2 || (deletes && (squeezes || sets == 2)) ||
	    (!deletes && !squeezes && sets == 1))
		program_usage(usage, 1);
	parse(&from, argv[optind]);
	parse(&to, sets == 2 ? argv[optind + 1] : "");
	if (sets == 2 && to.count == 0) {
		fprintf(stderr, "tr: SET2 is empty\n");
		return 1;
	}
	if (others)
		complement(&from);
	for (unsigned c = 0; c < 256; c++)
		becomes[c] = (unsigned char)c;
	for (size_t i = 0; i < from.count; i++) {
		goes[from.byte[i]] = deletes;
		if (sets == 2)
			becomes[from.byte[i]] = to.byte[i < to.count ? i : to.count - 1];
		squeezed[becomes[from.byte[i]]] = squeezes;
	}
	copy();
	if (ferror(stdin)) {
		program_error("tr", "standard input");
		return program_end("tr", 1, 1);
	}
	return program_end("tr", 0, 1);
}
