/* What the library keeps of a thread. It lies at the upper end of the thread's stack; the main
 * thread's is libc_main_thread. */
#ifndef LIBC_THREAD_H
#define LIBC_THREAD_H

#include <atoll/abi.h>
#include <stdbool.h>
#include <threads.h>

struct libc_thread {
	struct libc_thread *self; /* first: x86/thread.h reads it */
	uint64_t id;              /* as the kernel tells it: what a lock word says */
	uint64_t alive;           /* lock word: the thread's, and only its death gives it up */
	int error;                /* errno */
	int result;               /* of thrd_exit */
	uint32_t held, pending;   /* sets of signals: posix/signal.c */
	struct libc_clock {
		uint64_t charged, messages, since, told;
	} clock; /* time/clock.c's */
	thrd_start_t function;
	void *argument;
	cap_t cap, stack; /* the thread; the memory of its stack */
	bool detached;
	void *value[TSS_MAX];
};

extern struct libc_thread libc_main_thread;

#include "../x86/thread.h"

/* ---- thrd.c ---------------------------------------------------------------------------------- */
/* Starts a thread of the library's own, a priority above the program's if it may: it counts as none
 * of the program's. 0 or an error. */
int libc_thread_beside(thrd_start_t function);
/* Is the caller the main thread, and the only one? */
bool libc_alone(void);

/* ---- stack.c --------------------------------------------------------------------------------- */
/* A stack that nobody uses, zeroed, and the struct libc_thread on it; NULL: no memory, no place. */
struct libc_thread *libc_stack_new(void);
/* No thread runs on it any more. */
void libc_stack_free(struct libc_thread *thread);
/* The one at this place, 0 to THRD_MAX - 1, or NULL. */
struct libc_thread *libc_stack_at(unsigned place);

/* ---- tss.c ----------------------------------------------------------------------------------- */
/* The caller ends: what it keeps under the keys goes to their destructors. Weak: a program without
 * keys does not carry it. */
void libc_tss_exit(void) __attribute__((weak));

#endif
