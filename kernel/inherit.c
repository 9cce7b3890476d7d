/* Priority inheritance.
 *
 * Invariant: effective(t) = max(base(t), effective of every thread that lends to t), for every
 * thread. Those that wait for t stand in the queues that lend to t: its callers, the senders at the
 * endpoint it is bound to, the waiters of locks it owns. Each queue knows its highest priority and
 * its longest chain, so one step costs the number of such queues (at most LOCKS_MAX and three), not
 * of waiters; a change is passed on along the chain, which has at most CHAIN_MAX threads, until a
 * thread's own do not change.
 *
 * Lending edges form a forest. With deadlock=detect a ring is never closed; with deadlock=wait the
 * edge that closes one is withheld: it waits but lends nothing, for a ring that lent to itself
 * would stay boosted for ever. A thread waits for one other at the most, so a ring has just one
 * such edge, and when any other of its edges goes, that one begins to lend (mend_ring).
 *
 * Layer 4. Called by ipc.c, ipc_end.c, lock.c, info.c, syscall.c; calls waitq.c, ready.c,
 * clock.c, printk.c. Course lab: replace it. (Sha, Rajkumar, Lehoczky: Priority inheritance
 * protocols, 1990; for messages: QNX, and "helping" in Fiasco.) */
#include "inherit.h"

#include "clock.h"
#include "printk.h"
#include "trace.h"

#define RING_TOLD 16 /* so many threads of a ring are named */

bool inherit_enabled = true;
bool inherit_rings_wait;
u64 inherit_steps;

struct thread *inherit_waits_for(const struct thread *thread)
{
	return thread->waiter.queue ? thread->waiter.queue->lends_to : NULL;
}

static bool withheld(const struct thread *thread)
{
	return thread->waiter.queue && thread->waiter.queue->withheld == &thread->waiter;
}

/* Whether the chain that begins with target comes to thread; if not, how many threads it has. It
 * ends with one that waits for nobody, or whose edge closes a ring. */
static bool leads_to(const struct thread *target, const struct thread *thread, unsigned *length)
{
	*length = 1;
	while (target != thread) {
		if (!inherit_waits_for(target) || withheld(target))
			return false;
		target = inherit_waits_for(target);
		++*length;
	}
	return true;
}

int inherit_check(const struct thread *thread, const struct thread *target)
{
	unsigned length;

	if (leads_to(target, thread, &length))
		return -EDEADLK;
	return thread->waiter.depth + length > CHAIN_MAX ? -ELOOP : 0;
}

/* Not all of a long one: a character in the log costs twenty instructions. */
static void log_ring(const struct thread *thread, const struct thread *target)
{
	unsigned left = RING_TOLD;

	if (!printk_may(clock_now()))
		return;
	printk("deadlock: %s (%u)", thread->space->name, thread_slot(thread));
	for (; target && left > 0; target = inherit_waits_for(target), left--)
		printk(" -> %s (%u)", target->space->name, thread_slot(target));
	printk(target ? " -> ...\n" : "\n");
}

int inherit_permit_chain(const struct thread *thread, const struct thread *target)
{
	int error = inherit_check(thread, target);

	if (error != -EDEADLK)
		return error;
	if (inherit_rings_wait)
		return 0;
	log_ring(thread, target);
	return error;
}

/* What a thread's priority and depth are to be, by those who wait for it. */
struct standing {
	int priority;
	u8 depth;
};

static inline void count_queue(const struct waitq *queue, struct standing *standing)
{
	if (waitq_empty(queue))
		return;
	standing->priority = MAX(standing->priority, waitq_priority(queue));
	standing->depth = MAX(standing->depth, waitq_depth(queue));
}

static struct standing standing_of(const struct thread *thread)
{
	struct standing standing = { .priority = WAITQ_NOBODY };

	count_queue(&thread->callers, &standing);
	if (thread->bound)
		count_queue(&thread->bound->senders, &standing);
	LIST_EACH (link, &thread->locks)
		count_queue(&LIST_ENTRY(link, struct lock, of_owner)->waiters, &standing);
	if (!inherit_enabled || standing.priority < thread->base)
		standing.priority = thread->base;
	standing.depth = inherit_depth_behind(standing.depth);
	return standing;
}

static void requeue_ready(struct thread *thread, u8 old)
{
	ready_remove(&thread->ready);
	/* One that loses a loan has not had its turn at the lower level yet. */
	if (thread->effective < old)
		ready_insert_front(&thread->ready, thread->effective);
	else
		ready_insert_back(&thread->ready, thread->effective);
}

/* To where its new priority belongs; a ring that it closes stays closed. */
static void requeue_waiter(struct thread *thread, u8 priority)
{
	struct waitq *queue = thread->waiter.queue;
	bool closes_ring = withheld(thread);

	waitq_remove(&thread->waiter);
	thread->waiter.priority = priority;
	waitq_insert(queue, &thread->waiter);
	if (closes_ring)
		waitq_withhold(&thread->waiter);
}

/* What stands in the thread, and where it is queued by that. */
static inline void set_standing(struct thread *thread, struct standing now)
{
	u8 old = thread->effective;

	thread->effective = (u8)now.priority;
	waitq_set_depth(&thread->waiter, now.depth);
	if (now.priority != old) {
		trace(priority, thread->id, 0, 0, old, (u64)now.priority);
		if (ready_queued(&thread->ready))
			requeue_ready(thread, old);
		if (thread->waiter.queue)
			requeue_waiter(thread, thread->effective);
	}
	thread->waiter.priority = thread->effective;
}

static struct thread *lends_to(const struct thread *thread)
{
	return withheld(thread) ? NULL : inherit_waits_for(thread);
}

void inherit_update(struct thread *thread)
{
	for (; thread; thread = lends_to(thread)) {
		struct standing now = standing_of(thread);

		inherit_steps++;
		if (now.priority == thread->effective && now.depth == thread->waiter.depth)
			return;
		set_standing(thread, now);
	}
}

/* One more lends to thread, whose standing can only rise by that: no look at its queues. */
static void raise(struct thread *thread, int priority, u8 depth)
{
	while (thread && (priority > thread->effective || depth > thread->waiter.depth)) {
		inherit_steps++;
		set_standing(thread,
		    (struct standing){ .priority = MAX(priority, thread->effective),
			.depth = MAX(depth, thread->waiter.depth) });
		priority = inherit_enabled ? thread->effective : WAITQ_NOBODY;
		depth = inherit_depth_behind(thread->waiter.depth);
		thread = lends_to(thread);
	}
}

static bool closes_ring(const struct thread *thread, const struct waitq *queue)
{
	unsigned length;

	return queue->lends_to && leads_to(queue->lends_to, thread, &length);
}

void inherit_wait_in_chain(struct thread *thread, struct waitq *queue)
{
	bool withhold = UNLIKELY(inherit_rings_wait) && closes_ring(thread, queue);

	waitq_insert(queue, &thread->waiter);
	if (UNLIKELY(withhold))
		waitq_withhold(&thread->waiter);
	else
		raise(queue->lends_to, inherit_enabled ? thread->effective : WAITQ_NOBODY,
		    inherit_depth_behind(thread->waiter.depth));
}

/* An edge that led to this thread is gone. Did that open the ring further on? Then the edge that
 * had closed it lends. */
static void mend_ring(struct thread *thread)
{
	unsigned length;

	while (thread && inherit_waits_for(thread) && !withheld(thread))
		thread = inherit_waits_for(thread);
	if (!thread || !withheld(thread))
		return;
	if (leads_to(inherit_waits_for(thread), thread, &length))
		return; /* it was not part of the ring */
	waitq_release(thread->waiter.queue);
	inherit_update(inherit_waits_for(thread));
}

void inherit_leave_chain(struct thread *thread)
{
	struct thread *lent_to = lends_to(thread);

	waitq_remove(&thread->waiter);
	inherit_update(lent_to);
	if (UNLIKELY(inherit_rings_wait))
		mend_ring(lent_to);
}

void inherit_redirect(struct waitq *queue, struct thread *target)
{
	struct thread *before = queue->lends_to;

	/* Nobody, or one that runs: no ring through here any more. */
	waitq_release(queue);
	queue->lends_to = target;
	inherit_update(before);
	inherit_update(target);
	if (UNLIKELY(inherit_rings_wait))
		mend_ring(before);
}
