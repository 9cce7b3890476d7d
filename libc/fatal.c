/* Mistakes of the program that the library notices: it says so on standard error and ends the
 * program. No stdio here: the heap, which that uses, may be what is broken. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static void say(const char *text)
{
	write(STDERR_FILENO, text, strlen(text));
}

_Noreturn void libc_fatal(const char *what)
{
	say(what);
	say("\n");
	abort();
}

_Noreturn void libc_assert_failed(const char *expression, const char *file, int line)
{
	char digits[12], *d = digits + sizeof digits - 1;

	*d = 0;
	do
		*--d = (char)('0' + line % 10);
	while (line /= 10);
	say(file);
	say(":");
	say(d);
	say(": assertion failed: ");
	libc_fatal(expression);
}
