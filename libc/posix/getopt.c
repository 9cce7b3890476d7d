/* getopt: options of one letter, "-a -b value -cvalue", up to the first argument that is none, or
 * "--". */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, opterr = 1, optopt;

static int complain(const char *program, const char *what)
{
	if (opterr)
		fprintf(stderr, "%s: %s -- '%c'\n", program, what, optopt);
	return '?';
}

/* POSIX: stops at the first argument that is no option; a leading ':' in options asks for ':'
 * instead of a message. */
int getopt(int argc, char *const argv[], const char *options)
{
	static int within; /* how far in the argument at optind: "-abc" */
	const char *argument, *option;

	if (optind < 1) { /* begin anew, as programs of BSD and GNU ask for it */
		optind = 1;
		within = 0;
	}
	argument = optind < argc ? argv[optind] : NULL;
	if (!within) {
		if (!argument || argument[0] != '-' || !argument[1])
			return -1;
		if (strcmp(argument, "--") == 0) {
			optind++;
			return -1;
		}
		within = 1;
	}
	optopt = (unsigned char)argument[within++];
	option = optopt == ':' ? NULL : strchr(options, optopt);
	optarg = NULL;
	if (option && option[1] == ':') {
		optarg = argument[within] ? (char *)argument + within : argv[++optind];
		optind++;
		within = 0;
		if (optarg)
			return optopt;
		optind--;
		if (*options == ':')
			return ':';
		return complain(argv[0], "option requires an argument");
	}
	if (!argument[within]) {
		optind++;
		within = 0;
	}
	return option ? optopt : complain(argv[0], "unknown option");
}
