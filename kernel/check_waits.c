/* The debug checker, first half: who is ready, who waits for whom, at which priority and until
 * when.
 *
 * Every thread stands in the one queue that its state names; queues are sorted; effective
 * priorities and depths of chains are what the definitions say, worked out from scratch; the heap
 * of deadlines is one. What does not hold is a panic that names it. See check.c.
 *
 * Debug. Called by check.c; sees everything. */
#include "check.h"

#include "inherit.h"

struct thread *check_next_thread(u32 *slot)
{
	struct thread *thread = NULL;

	while (!thread) {
		ASSERT(*slot <= UINT16_MAX);
		thread = thread_in_slot((u16)(*slot)++);
	}
	return thread;
}

u32 check_list(const struct list *head)
{
	u32 length = 0;

	LIST_EACH (link, head) {
		ASSERT(link->next->previous == link && link->previous->next == link);
		length++;
	}
	return length;
}

/* Every READY thread but the running one is queued once, at its effective priority, and nobody else
 * is. */
static void check_ready_queue(const struct thread *running)
{
	const struct ready *top = NULL;
	struct thread *thread;
	u32 queued = 0, ready = 0;

	for (u8 p = 0; p < PRIORITIES; p++) {
		const struct list *level = ready_level(p);

		queued += check_list(level);
		LIST_EACH (link, level) {
			thread = LIST_ENTRY(link, struct thread, ready.link);
			ASSERT(thread->state == STATE_READY);
			ASSERT(thread->ready.priority == p && thread->effective == p);
		}
		if (!list_empty(level))
			top = LIST_FIRST(level, struct ready, link);
	}
	EACH_THREAD (thread)
		if (thread->state == STATE_READY && thread != running)
			ready++;
		else
			ASSERT(list_empty(&thread->ready.link));
	ASSERT(queued == ready);
	ASSERT(ready_highest == (top ? top->priority : -1));
	if (running)
		ASSERT(
		    running->state == STATE_READY && (!top || top->priority <= running->effective));
}

/* By falling priority, which is each waiter's effective one now; `levels` has the first of each.
 * The length. */
static u32 check_waitq(const struct waitq *queue, u8 state, const struct thread *lends_to)
{
	const struct list *level = queue->levels.next;
	int last = PRIORITIES;

	ASSERT(queue->lends_to == lends_to);
	if (queue->first && waitq_alone(queue->first)) {
		const struct thread *alone = CONTAINER_OF(queue->first, struct thread, waiter);

		ASSERT(list_empty(&queue->all) && level == &queue->levels && queue->depths == 0);
		ASSERT(alone->waiter.queue == queue && alone->state == state);
		return 1;
	}
	ASSERT(queue->first ==
	    (list_empty(&queue->all) ? NULL : LIST_FIRST(&queue->all, struct waiter, all)));
	LIST_EACH (link, &queue->all) {
		const struct waiter *waiter = LIST_ENTRY(link, struct waiter, all);
		const struct thread *thread = CONTAINER_OF(waiter, struct thread, waiter);

		ASSERT(waiter->queue == queue && thread->state == state);
		ASSERT(waiter->priority == thread->effective && waiter->priority <= last);
		if (waiter->priority < last) {
			ASSERT(level == &waiter->level);
			level = level->next;
		} else {
			ASSERT(list_empty(&waiter->level));
		}
		last = waiter->priority;
	}
	ASSERT(level == &queue->levels);
	check_list(&queue->levels);
	return check_list(&queue->all);
}

/* The highest of a queue's waiters, without trusting its order. */
static int highest(const struct waitq *queue)
{
	int priority = WAITQ_NOBODY;

	if (queue->first && waitq_alone(queue->first) && queue->first != queue->withheld)
		priority = CONTAINER_OF(queue->first, struct thread, waiter)->effective;
	LIST_EACH (link, &queue->all)
		if (link != (queue->withheld ? &queue->withheld->all : NULL))
			priority =
			    MAX(priority, CONTAINER_OF(link, struct thread, waiter.all)->effective);
	ASSERT(waitq_priority(queue) == priority);
	return priority;
}

/* The longest chain of a queue's waiters that lend. */
static unsigned deepest(const struct waitq *queue)
{
	unsigned depth = 0;

	if (queue->first && waitq_alone(queue->first) && queue->first != queue->withheld)
		depth = queue->first->depth;
	LIST_EACH (link, &queue->all)
		if (link != (queue->withheld ? &queue->withheld->all : NULL))
			depth = MAX(depth, LIST_ENTRY(link, struct waiter, all)->depth);
	ASSERT(waitq_depth(queue) == depth);
	return depth;
}

/* depth(t) = 1 + the deepest that lends to t. */
static void check_depth(const struct thread *thread)
{
	unsigned depth = deepest(&thread->callers);

	if (thread->bound)
		depth = MAX(depth, deepest(&thread->bound->senders));
	LIST_EACH (link, &thread->locks)
		depth = MAX(depth, deepest(&LIST_ENTRY(link, struct lock, of_owner)->waiters));
	ASSERT(thread->waiter.depth == MIN(depth + 1, CHAIN_MAX + 1));
}

static bool withheld(const struct thread *thread)
{
	return thread->waiter.queue && thread->waiter.queue->withheld == &thread->waiter;
}

/* effective(t) = max(base(t), effective of every thread that lends to t). Lending edges form a
 * forest, which is checked too, so that has one solution; and an edge is withheld only where
 * lending would close a ring. */
static void check_effective(const struct thread *thread)
{
	int priority = thread->base;
	u32 steps = 0;

	if (inherit_enabled) {
		priority = MAX(priority, highest(&thread->callers));
		if (thread->bound)
			priority = MAX(priority, highest(&thread->bound->senders));
		LIST_EACH (link, &thread->locks)
			priority = MAX(
			    priority, highest(&LIST_ENTRY(link, struct lock, of_owner)->waiters));
	}
	ASSERT(thread->effective == priority);
	for (const struct thread *t = thread; t && !withheld(t); t = inherit_waits_for(t))
		ASSERT(steps++ < thread_count());
	if (withheld(thread)) {
		const struct thread *t = inherit_waits_for(thread);

		for (ASSERT(t); t != thread; t = inherit_waits_for(t))
			ASSERT(t && steps++ < thread_count());
	}
}

/* A thread stands in the one queue that its state names, or in none. */
static void check_waiting(const struct thread *thread)
{
	const struct waitq *queue = thread->waiter.queue;
	const struct endpoint *endpoint = thread->endpoint;

	switch (thread->state) {
	case STATE_SEND:
		ASSERT(queue == &endpoint->senders && !endpoint->object.apart);
		break;
	case STATE_REPLY:
		ASSERT(queue && queue->lends_to && queue == &queue->lends_to->callers);
		ASSERT(!queue->lends_to->object.apart);
		break;
	case STATE_LOCK:
		ASSERT(thread->lock && queue == &thread->lock->waiters);
		ASSERT(queue->lends_to->space == thread->space);
		break;
	case STATE_RECEIVE:
		ASSERT(!queue);
		if (endpoint) { /* it would have taken whatever there is */
			ASSERT(thread->bound == endpoint);
			ASSERT(waitq_empty(&endpoint->senders) && endpoint->bits == 0);
			if (endpoint->waiting)
				ASSERT(endpoint->waiting == thread &&
				    waitq_empty(&thread->callers) &&
				    !timeout_armed(&thread->timeout) &&
				    !thread->machine.special.any);
		}
		break;
	default:
		ASSERT(!queue);
	}
	if (thread->state != STATE_LOCK)
		ASSERT(!thread->lock);
	if (!queue)
		ASSERT(waitq_alone(&thread->waiter) && list_empty(&thread->waiter.level));
	if (thread_faulting(thread))
		ASSERT(thread->state == STATE_SEND || thread->state == STATE_REPLY);
}

/* What a thread's state promises; one that was taken apart is nobody's any more. */
static void check_thread(const struct thread *thread)
{
	bool dead = thread->state == STATE_DEAD;

	ASSERT(
	    thread_in_slot(thread_slot(thread)) == thread && thread->object.type == OBJECT_THREAD);
	ASSERT(thread->object.dead == dead);
	check_waiting(thread);
	check_effective(thread);
	check_depth(thread);
	if (dead)
		ASSERT(!thread->bound);
	if (thread->object.apart) {
		ASSERT(dead && waitq_empty(&thread->callers) && list_empty(&thread->locks));
		ASSERT(list_empty(&thread->in_space));
		return;
	}
	ASSERT(!thread->space->object.apart && thread->base <= thread->space->ceiling);
	ASSERT(thread->waiter.priority == thread->effective);
	ASSERT(thread->machine.special.owns_waited == !list_empty(&thread->locks));
	if (thread->bound)
		ASSERT(thread->bound->receiver == thread && !thread->bound->object.apart);
}

/* Every thread that waits is in one of the queues that are reached here, and in no other. */
static void check_queues(void)
{
	u32 waiting = 0, queued = 0;
	struct thread *thread;

	EACH_THREAD (thread) {
		const struct waitq *queue = thread->waiter.queue;

		queued += check_waitq(&thread->callers, STATE_REPLY, thread);
		check_list(&thread->locks);
		LIST_EACH (link, &thread->locks)
			queued += check_waitq(
			    &LIST_ENTRY(link, struct lock, of_owner)->waiters, STATE_LOCK, thread);
		if (!queue)
			continue;
		waiting++;
		if (thread->state == STATE_SEND && waitq_first(queue) == &thread->waiter)
			queued += check_waitq(queue, STATE_SEND, thread->endpoint->receiver);
	}
	ASSERT(waiting == queued);
}

/* A heap by key, each timeout at its place, and no key later than its deadline; armed are only
 * those of threads that wait. */
static void check_timeouts(void)
{
	const struct timeout *timeout, *parent = NULL;
	struct thread *thread;
	u32 entries = 0, placed = 0;

	while ((timeout = timeout_at(entries + 1))) {
		entries++;
		ASSERT(timeout->place == entries);
		if (entries == 1)
			continue;
		parent = timeout_at(entries / 2);
		ASSERT(parent->key < timeout->key ||
		    (parent->key == timeout->key && parent->key_order < timeout->key_order));
	}
	EACH_THREAD (thread) {
		timeout = &thread->timeout;
		placed += timeout->place != 0;
		ASSERT(timeout->place ? timeout->key <= timeout->deadline
				      : timeout->key == TIMEOUT_NONE && !timeout_armed(timeout));
		if (timeout_armed(timeout))
			ASSERT(thread->state >= STATE_SEND && thread->state <= STATE_LOCK);
	}
	ASSERT(entries == placed);
}

void check_scheduling(const struct thread *running)
{
	struct thread *thread;

	if (!CHECK_ENABLED)
		return;
	EACH_THREAD (thread)
		check_thread(thread);
	check_ready_queue(running);
	check_queues();
	check_timeouts();
}
