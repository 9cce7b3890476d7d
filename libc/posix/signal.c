/* Signals: what is to be done with each, and doing it. One that the program raises itself happens
 * at once, as a call in the thread that raised it; for what comes from elsewhere catch.c calls
 * libc_signal_arrived. One that is held back is pending until it is let through. */
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
static bool restarts; /* the handler that ran last has SA_RESTART */

unsigned libc_handlers_run;
void (*libc_signals_changed)(void);

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
	if (new)
		libc_catch();
	return 0;
}

void libc_signal_default(int number)
{
	libc_hold(&lock);
	actions[number].sa_handler = SIG_DFL;
	libc_release(&lock);
	if (libc_signals_changed)
		libc_signals_changed();
}

void libc_signal_sets(sigset_t *caught, sigset_t *ignored)
{
	*caught = *ignored = 0;
	libc_hold(&lock);
	for (int number = 1; number < NSIG; number++) {
		if (actions[number].sa_handler == SIG_IGN)
			*ignored |= BIT(number);
		else if (actions[number].sa_handler != SIG_DFL)
			*caught |= BIT(number);
	}
	libc_release(&lock);
}

bool libc_interrupted(int number)
{
	if (libc_signals_changed)
		yield();
	return restarts || actions[number].sa_handler == SIG_IGN;
}

void (*signal(int number, void (*handler)(int)))(int)
{
	const struct sigaction new = { .sa_handler = handler, .sa_flags = SA_NODEFER | SA_RESTART };
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
static void deliver(struct libc_thread *self, int number, pid_t from)
{
	const sigset_t held = self->held;
	struct sigaction action;

	libc_hold(&lock);
	action = actions[number];
	libc_release(&lock);
	if (action.sa_flags & SA_RESETHAND)
		libc_signal_default(number);
	if (action.sa_handler == SIG_DFL && !(BIT(number) & HARMLESS))
		end_by(number);
	if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)
		return;
	self->held |=
	    (action.sa_mask & ~NEVER_HELD) | (action.sa_flags & SA_NODEFER ? 0 : BIT(number));
	if (action.sa_flags & SA_SIGINFO)
		action.sa_sigaction(number,
		    &(siginfo_t){ .si_signo = number, .si_code = SI_USER, .si_pid = from }, NULL);
	else
		action.sa_handler(number);
	self->held = held;
	restarts = action.sa_flags & SA_RESTART;
	__atomic_fetch_add(&libc_handlers_run, 1, __ATOMIC_SEQ_CST);
	let_through(self);
}

/* Who takes the bit out has it happen: the thread, or for what came from elsewhere catch.c's. */
static bool take(struct libc_thread *thread, int number)
{
	return __atomic_fetch_and(&thread->pending, ~BIT(number), __ATOMIC_SEQ_CST) & BIT(number);
}

/* What is pending and not held back any more. */
static void let_through(struct libc_thread *self)
{
	sigset_t now;

	while ((now = __atomic_load_n(&self->pending, __ATOMIC_SEQ_CST) & ~self->held) != 0) {
		const int number = __builtin_ctz(now);

		if (take(self, number))
			deliver(self, number, getpid());
	}
}

/* The main thread's mask is the program's.
 *
 *	main thread                     this one
 *	                                pending; held back, so nothing more
 *	lets it through, finds it pending
 *
 * In any other order both see it, and one takes it. */
void libc_signal_arrived(int number)
{
	struct libc_thread *main = &libc_main_thread;

	__atomic_fetch_or(&main->pending, BIT(number), __ATOMIC_SEQ_CST);
	if (!(__atomic_load_n(&main->held, __ATOMIC_SEQ_CST) & BIT(number)) && take(main, number))
		deliver(libc_self(), number, 0);
}

int raise(int number)
{
	struct libc_thread *self = libc_self();

	if (!valid(number))
		return (int)libc_result(-EINVAL);
	if (self->held & BIT(number))
		__atomic_fetch_or(&self->pending, BIT(number), __ATOMIC_SEQ_CST);
	else
		deliver(self, number, getpid());
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
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	let_through(self);
	return 0;
}

int sigpending(sigset_t *set)
{
	*set = libc_self()->pending;
	return 0;
}
