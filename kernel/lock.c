/* Locks: the kernel's half, entered only when a lock is contended.
 *
 * User code takes a free lock by exchanging 0 for its thread id in the lock word, and gives it back
 * the other way; only when the word says that somebody else holds it, or that somebody waits, does
 * it call. Invariant: a lock that has waiters has a record here, on the list of the owner to whom
 * its waiters lend, and the word has LOCK_WAITERS. The word is user memory and may say anything: it
 * says in whose list to look. Should it lie, then a lock has two records, or its waiters wait for a
 * thread that never had it: a mistake among the threads of one process, and only they feel it.
 *
 * An owner has at most LOCKS_MAX contended locks, so that looking through them is soon done. One
 * more comes when it is handed a lock for which others wait; so whoever has LOCKS_MAX does not
 * wait.
 *
 * Layer 5. Called by ipc_end.c, object.c, syscall.c; calls inherit.c, thread.c, timeout.c,
 * waitq.c, copy.c, clock.c, quota.c.
 * (Linux' PI futexes; here the waker hands the lock to the top waiter.) */
#include "lock.h"

#include "clock.h"
#include "inherit.h"
#include "ipc.h"
#include "quota.h"

static struct pool locks = POOL("lock", sizeof(struct lock));

static struct lock *find(struct thread *owner, uaddr address)
{
	LIST_EACH (link, &owner->locks) {
		struct lock *lock = LIST_ENTRY(link, struct lock, of_owner);

		if (lock->address == address)
			return lock;
	}
	return NULL;
}

static void link_to(struct thread *owner, struct lock *lock)
{
	ASSERT(owner->lock_count <= LOCKS_MAX);
	list_push_back(&owner->locks, &lock->of_owner);
	owner->lock_count++;
	owner->machine.special.owns_waited = true;
	thread_bar_short_cut(owner);
}

static void unlink_from(struct thread *owner, struct lock *lock)
{
	list_remove(&lock->of_owner);
	owner->lock_count--;
	owner->machine.special.owns_waited = owner->lock_count > 0;
}

static struct lock *open_record(struct thread *owner, uaddr address)
{
	struct lock *lock = quota_alloc(owner->space->quota, &locks);

	if (!lock)
		return NULL;
	lock->address = address;
	waitq_init(&lock->waiters, owner);
	link_to(owner, lock);
	return lock;
}

static void close_if_unused(struct lock *lock)
{
	struct thread *owner = lock->waiters.lends_to;

	if (!waitq_empty(&lock->waiters))
		return;
	unlink_from(owner, lock);
	quota_free(owner->space->quota, &locks, lock);
	inherit_update(owner);
}

static s64 block(struct thread *thread, struct lock *lock, u64 deadline)
{
	/* Point of no return. */
	thread->lock = lock;
	thread_block(thread, STATE_LOCK);
	inherit_wait(thread, &lock->waiters);
	if (deadline != DEADLINE_FOREVER)
		timeout_arm(&thread->timeout, clock_to_tsc(deadline));
	return BLOCKED;
}

/* The thread of that space that the word names, or NULL. */
static struct thread *owner_of(const struct space *space, u64 word)
{
	struct thread *owner = thread_by_id(word & ~LOCK_WAITERS);

	return owner && owner->space == space ? owner : NULL;
}

s64 lock_wait(struct thread *thread, uaddr address, u64 deadline)
{
	struct space *space = thread->space;
	struct thread *owner;
	struct lock *lock;
	u64 word;
	int error;

	if (address % sizeof(word) != 0)
		return -EINVAL;
	error = space_check(space, address, sizeof(word), true);
	if (error)
		return error;
	space_read(space, &word, address, sizeof(word));
	owner = owner_of(space, word);
	lock = owner ? find(owner, address) : NULL;
	/* A dead owner's lock that has waiters is still to be handed to the first of them. */
	if (!owner || (owner->state == STATE_DEAD && !lock)) {
		space_write(space, address, &thread->id, sizeof(word));
		return word == 0 ? 0 : -EOWNERDEAD;
	}
	if (clock_passed(deadline))
		return -ETIMEDOUT;
	error = inherit_permit(thread, owner);
	if (error)
		return error;
	if (thread->lock_count >= LOCKS_MAX || (!lock && owner->lock_count >= LOCKS_MAX))
		return -ENOSPC;
	if (!lock)
		lock = open_record(owner, address);
	if (!lock)
		return -ENOMEM;
	word |= LOCK_WAITERS;
	space_write(space, address, &word, sizeof(word));
	return block(thread, lock, deadline);
}

/* The top waiter owns it from now on, and whoever goes on waiting waits for that one. */
static void hand_over(struct lock *lock, s64 result)
{
	struct thread *owner = lock->waiters.lends_to;
	struct thread *next = CONTAINER_OF(waitq_first(&lock->waiters), struct thread, waiter);
	u64 word = next->id;

	inherit_leave(next);
	timeout_cancel(&next->timeout);
	next->lock = NULL;
	if (!waitq_empty(&lock->waiters))
		word |= LOCK_WAITERS;
	/* Should the word be gone, the next one to lock or unlock learns that from its own access.
	 */
	space_write(owner->space, lock->address, &word, sizeof(word));
	unlink_from(owner, lock);
	link_to(next, lock);
	inherit_redirect(&lock->waiters, next);
	close_if_unused(lock);
	thread_result(next, result);
	thread_make_ready(next);
}

/* The record decides who the owner is, not the word: that is user memory. */
s64 lock_wake(struct thread *thread, uaddr address)
{
	struct lock *lock;
	u64 word;
	int error;

	if (address % sizeof(word) != 0)
		return -EINVAL;
	error = space_check(thread->space, address, sizeof(word), true);
	if (error)
		return error;
	lock = find(thread, address);
	if (lock) {
		hand_over(lock, 0);
		return 0;
	}
	/* All who waited have left, but their mark stands in the word. */
	space_read(thread->space, &word, address, sizeof(word));
	if ((word & ~LOCK_WAITERS) != thread->id)
		return -EPERM;
	word = 0;
	return space_write(thread->space, address, &word, sizeof(word));
}

void lock_leave(struct thread *thread)
{
	struct lock *lock = thread->lock;

	thread->lock = NULL;
	inherit_leave(thread);
	close_if_unused(lock);
}

bool lock_abandon(struct thread *owner, unsigned *budget)
{
	while (!list_empty(&owner->locks)) {
		if (*budget == 0)
			return false;
		(*budget)--;
		hand_over(LIST_FIRST(&owner->locks, struct lock, of_owner), -EOWNERDEAD);
	}
	return true;
}
