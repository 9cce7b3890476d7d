/* Wait queues: threads that wait for the same thing, by priority. See waitq.c. */
#ifndef KERNEL_WAITQ_H
#define KERNEL_WAITQ_H

#include "list.h"
#include "types.h"

struct thread;

/* Longest chain of threads of which each waits for the next. */
#define CHAIN_MAX 32

struct waitq {
	struct waiter *first; /* who is next: the earliest of the highest priority; NULL: empty */
	struct list all;      /* waiters: highest priority first, first come within one */
	struct list levels;   /* the first waiter of each priority that occurs, highest first */
	struct thread *lends_to; /* whom they wait for; NULL: nobody yet, and they lend to nobody */
	struct waiter *withheld; /* the one that closes a ring, and so lends nothing; or NULL */
	u64 depths; /* bit d: a waiter that lends has depth d; depth 1, and who is alone, not
		       counted */
	u16 deep[CHAIN_MAX + 2]; /* how many, by depth */
};

struct waiter {
	struct list all, level;
	struct waitq *queue; /* NULL: waits on none */
	u8 priority;         /* the thread's effective one, also while it waits on no queue */
	u8 depth; /* threads in the longest chain that ends in this one: 1 if nobody waits for it */
};

#define WAITQ_NOBODY (-1) /* lower than every priority */

void waitq_init(struct waitq *queue, struct thread *lends_to);
void waiter_init(struct waiter *waiter);
/* The general cases of the functions below: several wait. */
void waitq_link(struct waitq *queue, struct waiter *waiter);
void waitq_unlink(struct waiter *waiter);
void waitq_recount(struct waiter *waiter, u8 depth);
/* From now on this waiter lends nothing; all of the queue's lend. */
void waitq_withhold(struct waiter *waiter);
void waitq_release(struct waitq *queue);

static inline bool waitq_empty(const struct waitq *queue)
{
	return !queue->first;
}

/* Who is next: the earliest of the highest priority. The queue is not empty. */
static inline struct waiter *waitq_first(const struct waitq *queue)
{
	return queue->first;
}

/* Came to an empty queue, and nobody since: in none of its lists. The last that is left of several
 * stays in them. */
static inline bool waitq_alone(const struct waiter *waiter)
{
	return !waiter->all.next;
}

/* With the priority and depth that stand in the waiter. */
static inline void waitq_insert(struct waitq *queue, struct waiter *waiter)
{
	ASSERT(!waiter->queue);
	waiter->queue = queue;
	if (LIKELY(!queue->first))
		queue->first = waiter;
	else
		waitq_link(queue, waiter);
}

static inline void waitq_remove(struct waiter *waiter)
{
	struct waitq *queue = waiter->queue;

	ASSERT(queue);
	if (UNLIKELY(queue->withheld == waiter))
		waitq_release(queue);
	if (LIKELY(waitq_alone(waiter)))
		queue->first = NULL;
	else
		waitq_unlink(waiter);
	waiter->queue = NULL;
}

/* Its depth changes, its place does not. Also of one that waits on no queue. */
static inline void waitq_set_depth(struct waiter *waiter, u8 depth)
{
	if (waiter->queue && !waitq_alone(waiter))
		waitq_recount(waiter, depth);
	waiter->depth = depth;
}

/* Highest priority that the queue lends, or WAITQ_NOBODY. */
static inline int waitq_priority(const struct waitq *queue)
{
	const struct list *next;

	if (!queue->first)
		return WAITQ_NOBODY;
	if (LIKELY(queue->first != queue->withheld))
		return queue->first->priority;
	next = queue->first->all.next;
	return waitq_alone(queue->first) || next == &queue->all
	    ? WAITQ_NOBODY
	    : LIST_ENTRY(next, struct waiter, all)->priority;
}

/* The longest chain of those that lend; 0: there are none. */
static inline u8 waitq_depth(const struct waitq *queue)
{
	if (queue->depths)
		return 63 - __builtin_clzll(queue->depths);
	if (queue->first && queue->first != queue->withheld && waitq_alone(queue->first))
		return queue->first->depth;
	return waitq_priority(queue) == WAITQ_NOBODY ? 0 : 1;
}

#endif
