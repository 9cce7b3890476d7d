/* Mutexes: mtx_t around a lock word (lock.c).
 *
 * Invariant: `again` is the owner's, so it is read and written only by who holds the word. */
#include <errno.h>

#include "../internal.h"
#include "thread.h"

/* An error of the kernel's, or 0, in C's words. */
static int answer(mtx_t *mutex, int error)
{
	switch (-error) {
	case 0:
		return thrd_success;
	case EOWNERDEAD:
		mutex->again = 0; /* it counted for the dead one */
		return thrd_ownerdead;
	case ETIMEDOUT:
		return thrd_timedout;
	default:
		errno = -error;
		return thrd_error;
	}
}

static int lock_until(mtx_t *mutex, uint64_t deadline)
{
	if ((mutex->type & mtx_recursive) && libc_owns(&mutex->word)) {
		if (mutex->again == UINT32_MAX)
			return answer(mutex, -EAGAIN);
		mutex->again++;
		return thrd_success;
	}
	return answer(mutex, libc_lock(&mutex->word, deadline));
}

int mtx_init(mtx_t *mutex, int type)
{
	if (type & ~(mtx_recursive | mtx_timed))
		return answer(mutex, -EINVAL);
	*mutex = (mtx_t){ .type = (uint32_t)type };
	return thrd_success;
}

void mtx_destroy(mtx_t *mutex)
{
	(void)mutex; /* it has nothing but itself */
}

int mtx_lock(mtx_t *mutex)
{
	return lock_until(mutex, DEADLINE_FOREVER);
}

int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict time)
{
	uint64_t deadline;

	if (!libc_nanoseconds(time, &deadline))
		return answer(mutex, -EINVAL);
	return lock_until(mutex, deadline);
}

int mtx_trylock(mtx_t *mutex)
{
	int result = lock_until(mutex, DEADLINE_NOW);

	return result == thrd_timedout ? thrd_busy : result;
}

int mtx_unlock(mtx_t *mutex)
{
	if (mutex->again && libc_owns(&mutex->word)) {
		mutex->again--;
		return thrd_success;
	}
	return answer(mutex, libc_unlock(&mutex->word));
}
