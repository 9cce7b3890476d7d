/* Signals that a program raises itself. One that the thread holds back is pending until it is let
 * through; the others happen at once, as calls in the thread that raised them. */
#include <errno.h>
#include <servers/process/protocol.h>
#include <signal.h>
#include <unistd.h>

#include "../internal.h"
#include "../threads/thread.h"
#include "posix.h"

#define BIT(number) ((sigset_t)1 << (number))
#define NEVER_HELD  (BIT(SIGKILL) | BIT(SIGSTOP))
/* What does nothing by default. */
#define HARMLESS                                                                                  \
	(BIT(SIGCHLD) | BIT(SIGURG) | BIT(SIGCONT) | BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | \
	    BIT(SIGTTOU))
#define FLAGS (SA_SIGINFO | SA_RESETHAND | SA_NODEFER | SA_RESTART)

static struct sigaction actions[NSIG]; /* under lock */
static uint64_t lock;

static bool valid(int number)
{
	return number > 0 && number < NSIG;
}

int sigaction(int number, const struct sigaction *restrict new, struct sigaction *restrict old)
{
	if (!valid(number) || (BIT(number) & NEVER_HELD) ||
	    (new && (new->sa_flags & ~FLAGS || new->sa_handler == SIG_ERR)))
		return (int)libc_result(-EINVAL);
	libc_hold(&lock);
	if (old)
		*old = actions[number];
	if (new)
		actions[number] = *new;
	libc_release(&lock);
	return 0;
}

void (*signal(int number, void (*handler)(int)))(int)
{
	const struct sigaction new = { .sa_handler = handler, .sa_flags = SA_NODEFER };
	struct sigaction old = { 0 };

	return sigaction(number, &new, &old) == 0 ? old.sa_handler : SIG_ERR;
}

/* What init started cannot be killed by number without being restarted as one that was; it exits
 * with the shell's number for it. */
static _Noreturn void end_by(int number)
{
	if (getpid() >= PROCESS_FIRST)
		libc_kill(getpid(), number);
	_exit(128 + number);
}

static void let_through(struct libc_thread *self);

/* It happens now. */
static void deliver(struct libc_thread *self, int number)
{
	const sigset_t held = self->held;
	struct sigaction action;

	libc_hold(&lock);
	action = actions[number];
	if (action.sa_flags & SA_RESETHAND)
		actions[number].sa_handler = SIG_DFL;
	libc_release(&lock);
	if (action.sa_handler == SIG_DFL && !(BIT(number) & HARMLESS))
		end_by(number);
	if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)
		return;
	self->held |=
	    (action.sa_mask & ~NEVER_HELD) | (action.sa_flags & SA_NODEFER ? 0 : BIT(number));
	if (action.sa_flags & SA_SIGINFO)
		action.sa_sigaction(number,
		    &(siginfo_t){ .si_signo = number, .si_code = SI_USER, .si_pid = getpid() },
		    NULL);
	else
		action.sa_handler(number);
	self->held = held;
	let_through(self);
}

/* What is pending and not held back any more. */
static void let_through(struct libc_thread *self)
{
	while (self->pending & ~self->held) {
		const int number = __builtin_ctz(self->pending & ~self->held);

		self->pending &= ~BIT(number);
		deliver(self, number);
	}
}

int raise(int number)
{
	struct libc_thread *self = libc_self();

	if (!valid(number))
		return (int)libc_result(-EINVAL);
	if (self->held & BIT(number))
		self->pending |= BIT(number);
	else
		deliver(self, number);
	return 0;
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	struct libc_thread *self = libc_self();
	const sigset_t was = self->held;

	if (set && how == SIG_BLOCK)
		self->held |= *set & ~NEVER_HELD;
	else if (set && how == SIG_UNBLOCK)
		self->held &= ~*set;
	else if (set && how == SIG_SETMASK)
		self->held = *set & ~NEVER_HELD;
	else if (set)
		return (int)libc_result(-EINVAL);
	if (old)
		*old = was;
	let_through(self);
	return 0;
}

int sigpending(sigset_t *set)
{
	*set = libc_self()->pending;
	return 0;
}
