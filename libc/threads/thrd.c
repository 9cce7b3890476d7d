/* Threads: made, joined, ended.
 *
 * From before it begins until it ends a thread owns the lock word `alive`, so joining is waiting
 * for a lock whose owner dies: the kernel wakes who waits, lends its priority until then, and
 * refuses to close a ring. A thread cannot free the stack it runs on: who joins it does; what a
 * detached one leaves is found by the next thrd_create.
 *
 * Invariant: `threads` counts those that have not ended by thrd_exit; who takes it to 0 ends the
 * program. */
#include <atoll/sys.h>
#include <errno.h>
#include <stdlib.h>

#include "../internal.h"
#include "thread.h"

static uint64_t places; /* lock: of stack.c's places, and of what lies there until it has begun */
static unsigned threads = 1;

static void discard(struct libc_thread *t)
{
	if (t->cap)
		cap_delete(t->cap);
	libc_stack_free(t);
}

/* What detached threads that have ended left behind. */
static void discard_detached(void)
{
	for (unsigned place = 0; place < THRD_MAX; place++) {
		struct libc_thread *t = libc_stack_at(place);

		if (t && __atomic_load_n(&t->detached, __ATOMIC_ACQUIRE) &&
		    lock_wait(&t->alive, DEADLINE_NOW) == -EOWNERDEAD)
			discard(t);
	}
}

static _Noreturn void begin(struct libc_thread *self)
{
	thrd_exit(self->function(self->argument));
}

/* Where its stack begins: as C finds it at a function's first instruction, the return address would
 * lie at a multiple of 16. */
static uint64_t stack_top(const struct libc_thread *t)
{
	return ((uint64_t)t & ~15ull) - 8;
}

/* Makes and starts the kernel's thread. 0 or an error. */
static int start(struct libc_thread *t, unsigned priority)
{
	cap_t pager = libc_pager ? libc_pager : startup_cap("supervisor");
	struct libc_created made =
	    libc_thread_create(0, (uint64_t)begin, stack_top(t), (uint64_t)t, priority, pager);
	int error;

	if (made.cap < 0)
		return (int)made.cap;
	t->cap = (cap_t)made.cap;
	t->id = t->alive = made.id;
	error = thread_set(t->cap, THREAD_TLS, libc_thread_base(t));
	if (!error)
		error = thread_start(t->cap);
	if (error)
		thread_kill(t->cap);
	return error;
}

static unsigned usual(void)
{
	return libc_startup ? libc_startup->priority : 0; /* init is told none */
}

int libc_thread_beside(thrd_start_t function)
{
	struct libc_thread *t;
	int error = -ENOMEM;

	libc_hold(&places);
	t = libc_stack_new();
	if (t) {
		t->self = t;
		t->function = function;
		error = start(t, usual() + 1);
		if (error == -EPERM) /* above the ceiling */
			error = start(t, usual());
		if (error)
			discard(t);
	}
	libc_release(&places);
	return error;
}

bool libc_alone(void)
{
	return __atomic_load_n(&threads, __ATOMIC_RELAXED) == 1 && libc_self() == &libc_main_thread;
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
	struct libc_thread *t;
	int error = -ENOMEM;

	libc_hold(&places);
	discard_detached();
	t = libc_stack_new();
	if (t) {
		t->self = t;
		t->function = function;
		t->argument = argument;
		*thread = t; /* before it begins: it may look there */
		__atomic_fetch_add(&threads, 1, __ATOMIC_RELAXED);
		error = start(t, usual());
		if (error) {
			__atomic_fetch_sub(&threads, 1, __ATOMIC_RELAXED);
			discard(t);
		}
	}
	libc_release(&places);
	if (!error)
		return thrd_success;
	errno = -error;
	return error == -ENOMEM || error == -ENOSPC ? thrd_nomem : thrd_error;
}

int thrd_join(thrd_t t, int *result)
{
	int error = lock_wait(&t->alive, DEADLINE_FOREVER);

	/* 0: the main thread, which gives it up instead of dying. */
	if (error && error != -EOWNERDEAD) {
		errno = -error;
		return thrd_error;
	}
	if (result)
		*result = t->result;
	if (t != &libc_main_thread) {
		libc_hold(&places);
		discard(t);
		libc_release(&places);
	}
	return thrd_success;
}

int thrd_detach(thrd_t t)
{
	__atomic_store_n(&t->detached, true, __ATOMIC_RELEASE);
	return thrd_success;
}

_Noreturn void thrd_exit(int result)
{
	struct libc_thread *self = libc_self();
	struct msg nothing = { 0 };

	if (libc_tss_exit)
		libc_tss_exit();
	self->result = result;
	if (__atomic_sub_fetch(&threads, 1, __ATOMIC_ACQ_REL) == 0)
		exit(EXIT_SUCCESS);
	/* The supervisor takes the main thread's death for the program's. So that one only rests,
	 * until the last of the others ends the program. */
	if (self == &libc_main_thread)
		lock_wake(&self->alive);
	for (;;) {
		if (self != &libc_main_thread)
			thread_kill(0);
		ipc_recv(0, &nothing, DEADLINE_FOREVER);
	}
}

void thrd_yield(void)
{
	yield();
}

int thrd_sleep(const struct timespec *duration, struct timespec *left)
{
	return nanosleep(duration, left) == 0 ? 0 : errno == EINTR ? -1 : -2;
}
