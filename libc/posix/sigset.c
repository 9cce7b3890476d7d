/* Sets of signals; and System V's way to hold signals back, one by one. */
#include <errno.h>
#include <signal.h>

#include "posix.h"

#define ALL (~(sigset_t)1)

/* Its bit, or 0 with EINVAL. */
static sigset_t bit(int number)
{
	if (number > 0 && number < NSIG)
		return (sigset_t)1 << number;
	errno = EINVAL;
	return 0;
}

int sigemptyset(sigset_t *set)
{
	*set = 0;
	return 0;
}

int sigfillset(sigset_t *set)
{
	*set = ALL;
	return 0;
}

int sigaddset(sigset_t *set, int number)
{
	*set |= bit(number);
	return bit(number) ? 0 : -1;
}

int sigdelset(sigset_t *set, int number)
{
	*set &= ~bit(number);
	return bit(number) ? 0 : -1;
}

int sigismember(const sigset_t *set, int number)
{
	return bit(number) ? (*set & bit(number)) != 0 : -1;
}

static int mask_one(int how, int number)
{
	const sigset_t one = bit(number);

	if (number == SIGKILL || number == SIGSTOP)
		return (int)libc_result(-EINVAL);
	return one ? sigprocmask(how, &one, NULL) : -1;
}

int sighold(int number)
{
	return mask_one(SIG_BLOCK, number);
}

int sigrelse(int number)
{
	return mask_one(SIG_UNBLOCK, number);
}

int sigignore(int number)
{
	return signal(number, SIG_IGN) == SIG_ERR ? -1 : 0;
}

void (*sigset(int number, void (*handler)(int)))(int)
{
	const struct sigaction new = { .sa_handler = handler };
	struct sigaction old = { 0 };
	sigset_t held;

	if (sigaction(number, handler == SIG_HOLD ? NULL : &new, &old) != 0)
		return SIG_ERR;
	sigprocmask(SIG_BLOCK, NULL, &held);
	mask_one(handler == SIG_HOLD ? SIG_BLOCK : SIG_UNBLOCK, number);
	return sigismember(&held, number) ? SIG_HOLD : old.sa_handler;
}
