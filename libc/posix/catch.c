/* Signals from elsewhere: Ctrl-C, and kill by another process.
 *
 * The process server ends who gets one, unless told what is caught and ignored
 * (PROCESS_SIGNALS). What is caught it notifies us of; a thread of the library's own waits for that
 * and runs the handler, while the main thread goes on. It has a higher priority, where the ceiling
 * allows that: when the main thread's call returns EINTR, the handler has run.
 *
 * Only who calls sigaction carries this. Invariant: `arrivals` is 0 until the thread runs. */
#include <errno.h>
#include <servers/process/protocol.h>
#include <signal.h>
#include <unistd.h>

#include "../internal.h"
#include "../threads/thread.h"
#include "posix.h"

static cap_t arrivals; /* where the signals' bits arrive */
static cap_t mask;     /* sets them */
static cap_t wake;     /* where the main thread waits for a handler to have run */
static bool waits;     /* it does */
static pid_t owner;    /* whose all of this is: a copy by fork begins anew */
static uint64_t lock;

static int catcher(void *nothing)
{
	for (;;) {
		struct msg m = { 0 };

		if (ipc_recv(arrivals, &m, DEADLINE_FOREVER) != 0)
			thread_kill(0); /* the endpoint is gone, by the program's own hand */
		for (; m.badge; m.badge &= m.badge - 1)
			libc_signal_arrived(__builtin_ctzll(m.badge));
		if (__atomic_load_n(&waits, __ATOMIC_SEQ_CST))
			notify(wake, 1);
	}
	return 0;
}

/* Each time all of it: the process server may have been restarted. */
static void tell(sigset_t caught, sigset_t ignored)
{
	struct msg m = { .label = MSG_LABEL(PROCESS_SIGNALS, PROCESS_VERSION, mask != 0, 0),
		.word = { caught, ignored },
		.cap = { mask } };

	libc_ask(libc_process_service(), &m, IDEMPOTENT);
}

/* A handle, or 0 for an error. */
static cap_t made(int64_t handle)
{
	return handle > 0 ? (cap_t)handle : 0;
}

static void discard(void)
{
	cap_t caps[] = { arrivals, mask, wake };

	for (unsigned i = 0; i < sizeof caps / sizeof *caps; i++)
		if (caps[i])
			cap_delete(caps[i]);
	arrivals = mask = wake = 0;
}

/* False: there is no room for it all, so what comes from elsewhere ends the program as before. */
static bool start(void)
{
	arrivals = made(endpoint_create());
	wake = made(endpoint_create());
	if (arrivals && wake)
		mask = made(cap_mint(arrivals, CAP_NOTIFY | CAP_TRANSFER, UINT32_MAX, 0));
	if (mask && libc_thread_beside(catcher) == 0)
		return true;
	discard();
	return false;
}

void libc_catch(void)
{
	sigset_t caught, ignored;
	int error = errno;

	libc_signals_changed = libc_catch;
	libc_hold(&lock);
	if (owner != getpid()) {
		owner = getpid();
		arrivals = mask = wake = 0;
		waits = false;
	}
	libc_signal_sets(&caught, &ignored);
	if (caught && !arrivals && !start())
		caught = 0;
	tell(caught, ignored);
	libc_release(&lock);
	errno = error;
}

/* ---- Waiting for a handler ------------------------------------------------------------------- */

/*	main thread                     catcher
 *	waits; has one run? no
 *	receives                        the handler; libc_handlers_run; waits? notifies
 *
 * Either it sees that one has run, or it is notified. A bit left over from earlier only has it look
 * once more. */
bool libc_catch_sleep(uint64_t deadline, unsigned before)
{
	bool mine = wake && libc_self() == &libc_main_thread, ran = false;
	struct msg m = { 0 };
	int error = mine ? 0 : -EBUSY;

	__atomic_store_n(&waits, mine, __ATOMIC_SEQ_CST);
	while (!error) {
		ran = __atomic_load_n(&libc_handlers_run, __ATOMIC_SEQ_CST) != before;
		error = ran ? -EINTR : ipc_recv(wake, &m, deadline);
	}
	if (mine) {
		__atomic_store_n(&waits, false, __ATOMIC_SEQ_CST);
		endpoint_unbind(wake); /* the thread may want to receive elsewhere */
	}
	/* Another thread, or one that receives from an endpoint of its own. */
	if (error != -EINTR && error != -ETIMEDOUT)
		ipc_recv(0, &m, deadline);
	return !ran;
}

int pause(void)
{
	libc_catch_sleep(DEADLINE_FOREVER, libc_handlers_run);
	return (int)libc_result(-EINTR);
}

int sigsuspend(const sigset_t *set)
{
	unsigned before = libc_handlers_run;
	sigset_t held;

	sigprocmask(SIG_SETMASK, set, &held);
	libc_catch_sleep(DEADLINE_FOREVER, before);
	sigprocmask(SIG_SETMASK, &held, NULL);
	return (int)libc_result(-EINTR);
}
