/* Semaphores. Who must wait makes an endpoint, hangs it into the semaphore's list, and receives
 * there; who posts takes the first out and notifies it.
 *
 * Invariant: the value is 0 while anybody waits. What hangs in the list lies on its thread's stack,
 * and is taken out under the lock: so it is there as long as anybody may look at it, and a post
 * that meets a deadline is either the waiter's or goes on to the next. */
#include <atoll/sys.h>
#include <errno.h>
#include <semaphore.h>

#include "../internal.h"

struct libc_sem_waiter {
	struct libc_sem_waiter *next;
	cap_t endpoint;
	bool served;
};

static int fail(int error)
{
	errno = error;
	return -1;
}

int sem_init(sem_t *semaphore, int shared, unsigned value)
{
	if (value > SEM_VALUE_MAX)
		return fail(EINVAL);
	if (shared)
		return fail(ENOSYS);
	*semaphore = (sem_t){ .value = value };
	return 0;
}

int sem_destroy(sem_t *semaphore)
{
	return semaphore->first ? fail(EBUSY) : 0;
}

/* Out of the list, if it is in it. */
static void remove_waiter(sem_t *semaphore, struct libc_sem_waiter *waiter)
{
	struct libc_sem_waiter **link = &semaphore->first;

	while (*link && *link != waiter)
		link = &(*link)->next;
	if (!*link)
		return;
	*link = waiter->next;
	if (!*link)
		semaphore->last = link;
}

/* Called with the lock; gives it back. */
static int wait_in_turn(sem_t *semaphore, uint64_t deadline)
{
	struct libc_sem_waiter waiter = { 0 };
	int64_t endpoint = endpoint_create();
	struct msg m = { 0 };

	if (endpoint < 0) {
		libc_release(&semaphore->lock);
		return fail(ENOMEM);
	}
	waiter.endpoint = (cap_t)endpoint;
	if (!semaphore->first)
		semaphore->last = &semaphore->first;
	*semaphore->last = &waiter;
	semaphore->last = &waiter.next;
	libc_release(&semaphore->lock);
	ipc_recv(waiter.endpoint, &m, deadline);
	libc_hold(&semaphore->lock);
	remove_waiter(semaphore, &waiter);
	libc_release(&semaphore->lock);
	cap_delete(waiter.endpoint);
	return waiter.served ? 0 : fail(ETIMEDOUT);
}

/* As libc_hold, and takes one if there is one. */
static bool take(sem_t *semaphore)
{
	libc_hold(&semaphore->lock);
	if (!semaphore->value)
		return false;
	semaphore->value--;
	libc_release(&semaphore->lock);
	return true;
}

int sem_wait(sem_t *semaphore)
{
	return take(semaphore) ? 0 : wait_in_turn(semaphore, DEADLINE_FOREVER);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict time)
{
	uint64_t deadline;

	if (take(semaphore))
		return 0;
	if (libc_nanoseconds(time, &deadline))
		return wait_in_turn(semaphore, deadline);
	libc_release(&semaphore->lock);
	return fail(EINVAL);
}

int sem_trywait(sem_t *semaphore)
{
	if (take(semaphore))
		return 0;
	libc_release(&semaphore->lock);
	return fail(EAGAIN);
}

int sem_post(sem_t *semaphore)
{
	struct libc_sem_waiter *waiter;
	int result = 0;

	libc_hold(&semaphore->lock);
	waiter = semaphore->first;
	if (waiter) {
		remove_waiter(semaphore, waiter);
		waiter->served = true;
		notify(waiter->endpoint, 1);
	} else if (semaphore->value < SEM_VALUE_MAX) {
		semaphore->value++;
	} else {
		result = fail(EOVERFLOW);
	}
	libc_release(&semaphore->lock);
	return result;
}

int sem_getvalue(sem_t *restrict semaphore, int *restrict value)
{
	*value = (int)semaphore->value;
	return 0;
}
