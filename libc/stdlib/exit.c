/* Ending: exit, quick_exit, abort, and what is called before. How a process really ends: _exit in
 * posix/process.c. */
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "../internal.h"

#define FUNCTIONS 32 /* what C promises at least */

struct functions {
	void (*function[FUNCTIONS])(void);
	int count;
};
static struct functions at_exit, at_quick;

static int add(struct functions *f, void (*function)(void))
{
	if (f->count == FUNCTIONS)
		return -1;
	f->function[f->count++] = function;
	return 0;
}

/* The last one first. One that calls exit again does not begin anew. */
static void call(struct functions *f)
{
	while (f->count > 0)
		f->function[--f->count]();
}

int atexit(void (*function)(void))
{
	return add(&at_exit, function);
}

int at_quick_exit(void (*function)(void))
{
	return add(&at_quick, function);
}

/* Destructors, the last one first. */
extern void (*const __fini_array_start[])(void) __attribute__((weak));
extern void (*const __fini_array_end[])(void) __attribute__((weak));

_Noreturn void exit(int status)
{
	static size_t done;

	call(&at_exit);
	while (done < (size_t)(__fini_array_end - __fini_array_start))
		__fini_array_end[-(ptrdiff_t)++done]();
	if (libc_stdio_exit)
		libc_stdio_exit();
	if (libc_heap_debug)
		libc_heap_check();
	_exit(status);
}

_Noreturn void quick_exit(int status)
{
	call(&at_quick);
	_exit(status);
}

_Noreturn void _Exit(int status)
{
	_exit(status);
}

/* A handler may have the last word, but not prevent it. */
_Noreturn void abort(void)
{
	sigrelse(SIGABRT);
	raise(SIGABRT);
	libc_signal_default(SIGABRT);
	raise(SIGABRT);
	_exit(128 + SIGABRT);
}
