/* The lock word: libc's half of kernel/lock.c, below all that is locked here (mtx.c, the heap,
 * stdio).
 *
 * Invariant: the word is 0, or names its owner; while somebody waits, LOCK_WAITERS stands in it. So
 * exchanging 0 for one's id takes a free lock, and exchanging one's id for 0 gives one back for
 * which nobody waits: one instruction each. Whenever that fails there is something to tell the
 * kernel.
 *
 *	owner                           waiter
 *	                                id for 0: fails, the word names the owner
 *	                                lock_wait: the kernel sets LOCK_WAITERS; blocks
 *	0 for id: fails, LOCK_WAITERS
 *	lock_wake: the kernel writes the waiter's id
 *	                                goes on as owner
 *
 * Had the owner given it back before lock_wait, the kernel would have found 0 and made the waiter
 * its owner at once. */
#include <atoll/sys.h>
#include <errno.h>
#include <stdbool.h>

#include "../internal.h"
#include "thread.h"

int libc_lock(uint64_t *word, uint64_t deadline)
{
	uint64_t nobody = 0;

	if (__atomic_compare_exchange_n(
		word, &nobody, libc_self()->id, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return 0;
	return lock_wait(word, deadline);
}

int libc_unlock(uint64_t *word)
{
	uint64_t mine = libc_self()->id;

	if (__atomic_compare_exchange_n(word, &mine, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		return 0;
	return lock_wake(word);
}

bool libc_owns(const uint64_t *word)
{
	/* Only the caller can make this true or false. */
	return (__atomic_load_n(word, __ATOMIC_RELAXED) & ~LOCK_WAITERS) == libc_self()->id;
}

#define RETRY_NS 1000000

/* The kernel may lack the memory or the room for one more lock that somebody waits for, or the
 * chain of waiters be too long: then wait for better times. */
bool libc_hold(uint64_t *word)
{
	struct msg nothing = { 0 };
	int error;

	while ((error = libc_lock(word, DEADLINE_FOREVER)) == -ENOMEM || error == -ENOSPC ||
	    error == -ELOOP)
		ipc_recv(0, &nothing, time_in_ns(RETRY_NS));
	if (error && error != -EOWNERDEAD)
		libc_fatal("the C library was entered again by a thread that is inside");
	return error == 0;
}

void libc_release(uint64_t *word)
{
	libc_unlock(word);
}
