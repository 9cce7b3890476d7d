/* Ending: exit, abort, atexit. How a process really ends: _exit in posix/process.c. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "../internal.h"

#define FUNCTIONS 32 /* what C promises at least */

static void (*function[FUNCTIONS])(void);
static int functions;

int atexit(void (*f)(void))
{
	if (functions == FUNCTIONS)
		return -1;
	function[functions++] = f;
	return 0;
}

_Noreturn void exit(int status)
{
	while (functions > 0)
		function[--functions]();
	if (libc_stdio_exit)
		libc_stdio_exit();
	_exit(status);
}

_Noreturn void _Exit(int status)
{
	_exit(status);
}

_Noreturn void abort(void)
{
	raise(SIGABRT);
	_exit(128 + SIGABRT);
}
