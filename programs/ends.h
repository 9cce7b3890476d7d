/* What head and tail share: how much is wanted, and whose it is. */
#ifndef ENDS_H
#define ENDS_H

#include "files.h"
#include <ctype.h>
#include <limits.h>

struct ends {
	unsigned long count;
	bool bytes;    /* else lines */
	bool from;     /* "+N": from the Nth on */
	bool headings; /* there are several files */
};

static inline void ends_number(
    struct ends *want, const char *text, const char *program, bool plus_too)
{
	char *end;

	want->from = plus_too && *text == '+';
	text += want->from;
	want->count = strtoul(text, &end, 10);
	if (isdigit((unsigned char)*text) && !*end)
		return;
	fprintf(stderr, "%s: %s: not a number\n", program, text);
	exit(1);
}

/* The options -N, -n N, -c N; with plus_too also +N in place of N. */
static inline struct ends ends_options(
    int argc, char **argv, const char *program, const char *usage, bool plus_too)
{
	struct ends want = { .count = 10 };
	int option;

	program_help(argc, argv, usage);
	if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
		ends_number(&want, argv[1] + 1, program, false);
		optind = 2;
	}
	while ((option = getopt(argc, argv, "n:c:")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		want.bytes = option == 'c';
		ends_number(&want, optarg, program, plus_too);
	}
	want.headings = argc - optind > 1;
	return want;
}

static inline void ends_heading(const struct ends *want, const char *name)
{
	static const char *before = "";

	if (want->headings)
		printf("%s==> %s <==\n", before, name);
	before = "\n";
}

#endif
