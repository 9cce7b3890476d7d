/* seq: whole numbers, one a line. */
#include "program.h"
#include <inttypes.h>
#include <stdbool.h>

static const char usage[] = "usage: seq [FIRST [STEP]] LAST\n"
			    "Prints the whole numbers from FIRST (1) to LAST, STEP (1) apart.\n";

static int64_t number(const char *text)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (*text && !*end && !errno)
		return value;
	fprintf(stderr, "seq: %s: not a whole number\n", text);
	exit(1);
}

/* By hand: "-1" is a number here, and no option. */
int main(int argc, char **argv)
{
	int64_t first = 1, step = 1, last;

	program_help(argc, argv, usage);
	if (argc < 2 || argc > 4)
		program_usage(usage, 1);
	if (argc > 2)
		first = number(argv[1]);
	if (argc > 3)
		step = number(argv[2]);
	last = number(argv[argc - 1]);
	if (step == 0) {
		fprintf(stderr, "seq: the step must not be 0\n");
		return 1;
	}
	while (step > 0 ? first <= last : first >= last) {
		printf("%" PRId64 "\n", first);
		if (ferror(stdout) || __builtin_add_overflow(first, step, &first))
			break;
	}
	return program_end("seq", 0, 1);
}
