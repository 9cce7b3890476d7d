/* The test side of TAP: ok() for each thing that is expected, return tap_done() at the end of
 * main. */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failures;

__attribute__((format(printf, 2, 3))) static inline bool ok(bool passed, const char *name, ...)
{
	va_list arguments;

	va_start(arguments, name);
	printf("%sok %d - ", passed ? "" : "not ", ++tap_count);
	vprintf(name, arguments);
	printf("\n");
	va_end(arguments);
	tap_failures += !passed;
	return passed;
}

static inline int tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failures > 0;
}

#endif
