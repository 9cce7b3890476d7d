/* Priority inheritance: effective priorities along the edges "waits for". See inherit.c. */
#ifndef KERNEL_INHERIT_H
#define KERNEL_INHERIT_H

#include "thread.h"
#include "types.h"

/* inherit=off on the boot command line, for teaching: nobody lends anything. */
extern bool inherit_enabled;
/* deadlock=wait: a call that would close a ring of waiting threads is made, and waits for its
 * deadline. Else it fails with EDEADLK. */
extern bool inherit_rings_wait;
/* Threads recomputed since boot: what an operation on many waiters counts its budget by, because
 * each may be the last of a long chain. */
extern u64 inherit_steps;

/* The thread this one waits for, or NULL. */
struct thread *inherit_waits_for(const struct thread *thread);
/* Whether thread may start waiting for target: 0, -EDEADLK (target waits for it already), -ELOOP
 * (the chain would have more than CHAIN_MAX threads). */
int inherit_check(const struct thread *thread, const struct thread *target);
/* The same, as deadlock=detect|wait says: rings may be allowed, and are told in the log if not. */
int inherit_permit_chain(const struct thread *thread, const struct thread *target);
static inline int inherit_permit(const struct thread *thread, const struct thread *target)
{
	/* who waits for nobody closes no ring */
	if (LIKELY(!target->waiter.queue && target != thread && thread->waiter.depth < CHAIN_MAX))
		return 0;
	return inherit_permit_chain(thread, target);
}
/* The depth of a thread that one of this depth waits for. Binding an endpoint with a queue may make
 * one more than a call could; nobody joins that. */
static inline u8 inherit_depth_behind(u8 depth)
{
	return MIN(depth + 1, CHAIN_MAX + 1);
}
/* Puts thread, in whatever waiting state, into queue and lends its priority along the chain. */
void inherit_wait_in_chain(struct thread *thread, struct waitq *queue);
static inline void inherit_wait(struct thread *thread, struct waitq *queue)
{
	struct thread *target = queue->lends_to;

	/* the only one in the queue of one as high that waits for nobody: no more than that */
	if (UNLIKELY(queue->first || !target || target->waiter.queue || target == thread ||
		target->effective < thread->effective)) {
		inherit_wait_in_chain(thread, queue);
		return;
	}
	waitq_insert(queue, &thread->waiter);
	if (target->waiter.depth <= thread->waiter.depth)
		target->waiter.depth = inherit_depth_behind(thread->waiter.depth);
}
/* Takes it out, and what it lent back. */
void inherit_leave_chain(struct thread *thread);
static inline void inherit_leave(struct thread *thread)
{
	struct thread *target = thread->waiter.queue->lends_to;

	/* the only one that waits for one that waits for nobody, and lent it nothing */
	if (UNLIKELY(!waitq_alone(&thread->waiter) || !target || target->waiter.queue ||
		target->effective != target->base || thread->waiter.queue != &target->callers ||
		(target->bound && target->bound->senders.first) || !list_empty(&target->locks))) {
		inherit_leave_chain(thread);
		return;
	}
	waitq_remove(&thread->waiter);
	target->waiter.depth = 1;
}
/* The queue's waiters wait for another thread from now on (NULL: for nobody yet). */
void inherit_redirect(struct waitq *queue, struct thread *target);
/* Base priority, or a queue that lends to it, changed: recompute it and whatever follows. */
void inherit_update(struct thread *thread);

#endif
