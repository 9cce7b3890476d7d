/* Threads and mutexes, as C17 has them (7.26). How they are made: libc/threads/.
 *
 * Missing is what C17 has besides: cnd_t, for the kernel cannot lend a waiter's priority to a
 * thread of which nobody knows yet that it will signal (docs/decisions/0009-threads.md), and
 * thread_local, for which tss_t stands in.
 *
 * A thread begins with the priority the program was started with, and changes its own with
 * thread_set(0, THREAD_PRIORITY, ...). The times of TIME_UTC count from boot. */
#ifndef THREADS_H
#define THREADS_H

#include <stdint.h>
#include <time.h>

/* What the functions below answer. After thrd_error errno says more. */
enum {
	thrd_success,
	thrd_error,
	thrd_nomem,
	thrd_busy,
	thrd_timedout,
	/* Atoll's own. The mutex is the caller's, but its last owner died with it: mend what it
	 * guards. */
	thrd_ownerdead,
};

/* ---- Threads --------------------------------------------------------------------------------- */
#define THRD_STACK_BYTES 65536 /* of each thread; below it lies an unmapped page */
#define THRD_MAX         128   /* besides the main thread */

typedef struct libc_thread *thrd_t;
typedef int (*thrd_start_t)(void *argument);

/* A new thread. thrd_nomem: no memory, or THRD_MAX there are. */
int thrd_create(thrd_t *thread, thrd_start_t function, void *argument);
/* Waits until it has ended, lending it the caller's priority meanwhile. Its result is what it
 * returned or gave to thrd_exit; 0 when it was killed. thrd_error: EDEADLK (it waits for the
 * caller). */
int thrd_join(thrd_t thread, int *result);
/* Nobody will join it: what it leaves behind is cleared away by a later thrd_create. */
int thrd_detach(thrd_t thread);
/* Ends the caller. The last one to end ends the program, with EXIT_SUCCESS. */
_Noreturn void thrd_exit(int result);
thrd_t thrd_current(void);
int thrd_equal(thrd_t one, thrd_t other);
void thrd_yield(void);
/* 0, or -2: not a duration. Nothing interrupts a sleep. */
int thrd_sleep(const struct timespec *duration, struct timespec *left);

/* ---- Mutexes ---------------------------------------------------------------------------------
 *
 * Taking a free one and giving it back is one instruction and no system call. Who waits lends its
 * priority to the owner; unlocking hands the mutex to the first by priority. */
enum {
	mtx_plain = 0,
	mtx_recursive = 1, /* its owner may lock it again */
	mtx_timed = 2,     /* says nothing here: every mutex may be locked with a time-out */
};

typedef struct {
	uint64_t word; /* abi.h, "Locks" */
	uint32_t type;
	uint32_t again; /* recursive: how often it was locked besides the first time */
} mtx_t;

/* One that is all zeros, as a static one, is initialized already: mtx_plain. thrd_error: EINVAL. */
int mtx_init(mtx_t *mutex, int type);
void mtx_destroy(mtx_t *mutex);
/* thrd_ownerdead: it is locked all the same. thrd_error: EDEADLK (its owner is the caller, or waits
 * for it); ELOOP, ENOMEM (no room for one more waiter), EAGAIN (2^32 times). */
int mtx_lock(mtx_t *mutex);
/* Until an absolute time, TIME_UTC. thrd_timedout; or as mtx_lock. EINVAL: not a time. */
int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict time);
/* thrd_busy; or as mtx_lock. */
int mtx_trylock(mtx_t *mutex);
/* thrd_error: EPERM (the caller does not own it). */
int mtx_unlock(mtx_t *mutex);

/* ---- Once ------------------------------------------------------------------------------------ */
typedef struct {
	uint64_t running; /* a lock word */
	int done;
} once_flag;
#define ONCE_FLAG_INIT \
	{              \
		0, 0   \
	}

/* The first to come calls the function; the others wait until it has returned. */
void call_once(once_flag *flag, void (*function)(void));

/* ---- Storage of each thread's own ------------------------------------------------------------ */
#define TSS_MAX             32 /* keys of a program */
#define TSS_DTOR_ITERATIONS 4

typedef unsigned tss_t;
typedef void (*tss_dtor_t)(void *value);

/* thrd_error: TSS_MAX there are. The destructor, or NULL, gets what is not NULL when its thread
 * ends. */
int tss_create(tss_t *key, tss_dtor_t destructor);
void tss_delete(tss_t key);
void *tss_get(tss_t key);
int tss_set(tss_t key, void *value);

#endif
