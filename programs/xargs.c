/* xargs: words of the input become arguments. */
#include "start.h"
#include <ctype.h>

static const char usage[] =
    "usage: xargs [-0] [-r] [-t] [-n COUNT] [PROGRAM [ARGUMENT ...]]\n"
    "Runs PROGRAM (echo) with the words of standard input behind its arguments, as often\n"
    "as there are too many for one time. Quotes and backslashes keep blanks together.\n"
    "  -n COUNT  at most so many words a time    -0  each word ends with a NUL, as it is\n"
    "  -r        not at all when there are none  -t  shows what is run\n"
    "Status: 123 when a PROGRAM failed, 126 or 127 when it could not be run.\n";

#define WORDS_BYTES 8192 /* of arguments for one time */
#define WORDS       256

static bool whole, show;
static char bytes[WORDS_BYTES], *argument[WORDS + 2];

/* The next word, put at `to`; its length with its NUL, 0: there is none, -1: longer than room. */
static long read_word(char *to, size_t room)
{
	bool any = false;
	size_t length = 0;
	int c, quote = 0;

	while ((c = getchar()) != EOF) {
		if (whole ? c == '\0' : !quote && isspace(c)) {
			if (any || whole)
				break;
			continue;
		}
		any = true;
		if (!whole && (quote ? c == quote : c == '"' || c == '\'')) {
			quote = quote ? 0 : c;
			continue;
		}
		if (!whole && quote && c == '\n')
			break;
		if (!whole && !quote && c == '\\' && (c = getchar()) == EOF)
			break;
		if (length + 1 >= room)
			return -1;
		to[length++] = (char)c;
	}
	if (quote) {
		fprintf(stderr, "xargs: a quote is not closed\n");
		exit(1);
	}
	to[length] = '\0';
	return c == EOF && !any ? 0 : (long)length + 1;
}

static int run(int count)
{
	int status;

	argument[count] = NULL;
	for (int i = 0; show && i < count; i++)
		fprintf(stderr, "%s%s", argument[i], i + 1 < count ? " " : "\n");
	status = start_and_wait("xargs", argument);
	if (status == START_CANNOT_RUN || status == START_NOT_FOUND)
		exit(status);
	return status ? 123 : 0;
}

int main(int argc, char **argv)
{
	static char echo[] = "echo";
	bool unless_empty = false, ran = false;
	long most = WORDS, length;
	int option, status = 0, first, count;
	size_t used = 0;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "0rtn:")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		whole = whole || option == '0';
		unless_empty = unless_empty || option == 'r';
		show = show || option == 't';
		if (option == 'n' && ((most = strtol(optarg, NULL, 10)) < 1 || most > WORDS)) {
			fprintf(stderr, "xargs: %s: not a number from 1 to %d\n", optarg, WORDS);
			return 1;
		}
	}
	first = argc - optind;
	if (first > WORDS / 2)
		program_usage(usage, 1);
	memcpy(argument, argv + optind, (size_t)first * sizeof *argument);
	if (first == 0)
		argument[first++] = echo;
	for (count = first; (length = read_word(bytes + used, sizeof bytes / 2)) != 0; count++) {
		if (length < 0) {
			fprintf(
			    stderr, "xargs: a word is longer than %zu bytes\n", sizeof bytes / 2);
			return 1;
		}
		argument[count] = bytes + used;
		used += (size_t)length;
		if (count + 1 - first < most && count + 1 < WORDS && used <= sizeof bytes / 2)
			continue;
		status |= run(count + 1);
		ran = true;
		used = 0;
		count = first - 1;
	}
	if (count > first || (!ran && !unless_empty))
		status |= run(count);
	return status;
}
