/* POSIX semaphores among the threads of a process. Who waits waits for nobody in particular, so no
 * priority is lent and no deadlock is seen: what has an owner is better guarded by a mutex
 * (threads.h). All answer 0, or -1 with errno. */
#ifndef SEMAPHORE_H
#define SEMAPHORE_H

#include <stdint.h>
#include <time.h>

#define SEM_VALUE_MAX 0x7fffffff

typedef struct {
	uint64_t lock; /* a lock word */
	uint64_t value;
	struct libc_sem_waiter *first, **last; /* while the value is 0 */
} sem_t;

/* EINVAL: the value is above SEM_VALUE_MAX. ENOSYS: it is to be shared among processes. */
int sem_init(sem_t *semaphore, int shared, unsigned value);
/* EBUSY: somebody waits. */
int sem_destroy(sem_t *semaphore);
/* Takes one off the value, when it is not 0. The first to wait is the first to be served. ENOMEM:
 * no endpoint to wait at. A thread that is killed while it waits leaves a semaphore that nobody may
 * use. */
int sem_wait(sem_t *semaphore);
/* EAGAIN: it is 0. */
int sem_trywait(sem_t *semaphore);
/* Until an absolute time, counted as time() does. ETIMEDOUT; EINVAL: it had to wait, and that is
 * not a time. */
int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict time);
/* EOVERFLOW: it is SEM_VALUE_MAX. */
int sem_post(sem_t *semaphore);
int sem_getvalue(sem_t *restrict semaphore, int *restrict value);

#endif
