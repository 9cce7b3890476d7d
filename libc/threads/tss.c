/* Storage of each thread's own: keys, and for each thread one value a key.
 *
 * Invariant: the value of a key is NULL in every thread when the key is made. A key's number is
 * never used again, so no thread can still have an old value under it. */
#include <errno.h>
#include <stddef.h>

#include "thread.h"

static tss_dtor_t destructor[TSS_MAX];
static unsigned keys;

int tss_create(tss_t *key, tss_dtor_t d)
{
	unsigned next = __atomic_load_n(&keys, __ATOMIC_RELAXED);

	do {
		if (next == TSS_MAX) {
			errno = EAGAIN;
			return thrd_error;
		}
	} while (!__atomic_compare_exchange_n(
	    &keys, &next, next + 1, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	__atomic_store_n(&destructor[next], d, __ATOMIC_RELEASE);
	*key = next;
	return thrd_success;
}

void tss_delete(tss_t key)
{
	if (key < TSS_MAX)
		__atomic_store_n(&destructor[key], NULL, __ATOMIC_RELEASE);
}

void *tss_get(tss_t key)
{
	return key < TSS_MAX ? libc_self()->value[key] : NULL;
}

int tss_set(tss_t key, void *value)
{
	if (key >= __atomic_load_n(&keys, __ATOMIC_RELAXED)) {
		errno = EINVAL;
		return thrd_error;
	}
	libc_self()->value[key] = value;
	return thrd_success;
}

/* A destructor may set values anew, so there are several rounds; not for ever. */
void libc_tss_exit(void)
{
	struct libc_thread *self = libc_self();

	for (int round = 0; round < TSS_DTOR_ITERATIONS; round++) {
		for (unsigned key = 0; key < TSS_MAX; key++) {
			tss_dtor_t d = __atomic_load_n(&destructor[key], __ATOMIC_ACQUIRE);
			void *value = self->value[key];

			self->value[key] = NULL;
			if (d && value)
				d(value);
		}
	}
}
