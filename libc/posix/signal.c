/* Signals as C has them: they come from raise() alone, in the thread that calls it. One that
 * another process sends (kill) ends us at the process server, and never gets here. */
#include <errno.h>
#include <servers/process/protocol.h>
#include <signal.h>
#include <unistd.h>

#include "posix.h"

static void (*handler[NSIG])(int); /* NULL: SIG_DFL */

void (*signal(int number, void (*function)(int)))(int)
{
	void (*before)(int);

	if (number <= 0 || number >= NSIG || number == SIGKILL) {
		errno = EINVAL;
		return SIG_ERR;
	}
	before = handler[number];
	handler[number] = function;
	return before;
}

/* What init started cannot be killed by number without being restarted as one that was; it exits
 * with the shell's number for it. */
static _Noreturn void end(int number)
{
	if (getpid() >= PROCESS_FIRST)
		kill(getpid(), number);
	_exit(128 + number);
}

/* A handler runs once: the next signal of its kind finds the default again (C17, 7.14.1.1). */
int raise(int number)
{
	void (*function)(int);

	if (number <= 0 || number >= NSIG)
		return (int)libc_result(-EINVAL);
	function = handler[number];
	if (function == SIG_DFL && number != SIGCHLD)
		end(number);
	if (function != SIG_DFL && function != SIG_IGN) {
		handler[number] = SIG_DFL;
		function(number);
	}
	return 0;
}
