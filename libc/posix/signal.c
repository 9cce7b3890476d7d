/* Signals as C has them: what a program raises itself. */
#include <errno.h>
#include <servers/process/protocol.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "posix.h"

typedef void (*handler)(int);

static _Atomic(handler) handlers[NSIG];

handler signal(int number, handler new)
{
	if (number <= 0 || number >= NSIG || number == SIGKILL || new == SIG_ERR) {
		errno = EINVAL;
		return SIG_ERR;
	}
	return atomic_exchange(&handlers[number], new);
}

/* What init started cannot be killed by number without being restarted as one that was; it exits
 * with the shell's number for it. */
static _Noreturn void end_by(int number)
{
	if (getpid() >= PROCESS_FIRST)
		libc_kill(getpid(), number);
	_exit(128 + number);
}

int raise(int number)
{
	handler set;

	if (number <= 0 || number >= NSIG)
		return (int)libc_result(-EINVAL);
	set = atomic_load(&handlers[number]);
	if (set == SIG_DFL && number != SIGCHLD)
		end_by(number);
	if (set != SIG_DFL && set != SIG_IGN)
		set(number);
	return 0;
}
