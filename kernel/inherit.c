/* Priority inheritance.
 *
 * Invariant: effective(t) = max(base(t), effective of every thread that waits for t), for every
 * thread. Those that wait for t stand in the queues that lend to t: its callers, the senders at the
 * endpoint it is bound to, the waiters of locks it owns. Each queue knows its highest priority, so
 * one step costs the number of such queues, not of waiters; a change is passed on along the chain
 * until somebody's maximum does not change. Edges never close a ring (inherit_check), so this ends.
 *
 * Layer 4. Called by ipc.c, lock.c, object.c, syscall.c; calls waitq.c, ready.c. Course lab:
 * replace it. (Sha, Rajkumar, Lehoczky: Priority inheritance protocols, 1990; for messages: QNX,
 * and "helping" in Fiasco.) */
#include "inherit.h"

bool inherit_enabled = true;

struct thread *inherit_waits_for(const struct thread *thread)
{
	return thread->waiter.queue ? thread->waiter.queue->lends_to : NULL;
}

int inherit_check(const struct thread *thread, const struct thread *target)
{
	unsigned length = 1;

	for (const struct thread *t = target; t; t = inherit_waits_for(t)) {
		if (t == thread)
			return -EDEADLK;
		if (++length > CHAIN_MAX)
			return -ELOOP;
	}
	return 0;
}

static u8 effective_priority(const struct thread *thread)
{
	int priority = thread->base;

	if (!inherit_enabled)
		return thread->base;
	priority = MAX(priority, waitq_priority(&thread->callers));
	if (thread->bound)
		priority = MAX(priority, waitq_priority(&thread->bound->senders));
	LIST_EACH (link, &thread->locks)
		priority = MAX(
		    priority, waitq_priority(&LIST_ENTRY(link, struct lock, of_owner)->waiters));
	return priority;
}

void inherit_update(struct thread *thread)
{
	while (thread) {
		u8 old = thread->effective, new = effective_priority(thread);
		struct waitq *queue = thread->waiter.queue;

		if (new == old)
			return;
		thread->effective = new;
		if (thread->state == STATE_READY) {
			ready_remove(&thread->ready);
			/* One that loses a loan has not had its turn at the lower level yet. */
			if (new < old)
				ready_insert_front(&thread->ready, new);
			else
				ready_insert_back(&thread->ready, new);
		}
		if (!queue)
			return;
		waitq_remove(&thread->waiter);
		waitq_insert(queue, &thread->waiter, new);
		thread = queue->lends_to;
	}
}

void inherit_wait(struct thread *thread, struct waitq *queue)
{
	waitq_insert(queue, &thread->waiter, thread->effective);
	inherit_update(queue->lends_to);
}

void inherit_leave(struct thread *thread)
{
	struct thread *lent_to = inherit_waits_for(thread);

	waitq_remove(&thread->waiter);
	inherit_update(lent_to);
}

void inherit_redirect(struct waitq *queue, struct thread *lends_to)
{
	struct thread *before = queue->lends_to;

	queue->lends_to = lends_to;
	inherit_update(before);
	inherit_update(lends_to);
}
