/* What the utilities share: --help, messages, a checked end. Each is one main() that returns its
 * exit status. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Answers --help, if that is among the options. */
static inline void program_help(int argc, char **argv, const char *usage)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			fputs(usage, stdout);
			exit(0);
		}
	}
}

/* For wrong options and missing arguments. */
_Noreturn static inline void program_usage(const char *usage, int status)
{
	fputs(usage, stderr);
	exit(status);
}

/* "NAME: WHAT: reason", of errno. What was printed so far comes before it. */
static inline void program_error(const char *name, const char *what)
{
	int error = errno;

	fflush(stdout);
	fprintf(stderr, "%s: %s: %s\n", name, what, strerror(error));
}

/* At the end: was everything written? Else the status is `failure`. */
static inline int program_end(const char *name, int status, int failure)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	program_error(name, "standard output");
	return failure;
}

#endif
