/* Wait queues: threads that wait for the same thing, by priority. See waitq.c. */
#ifndef KERNEL_WAITQ_H
#define KERNEL_WAITQ_H

#include "list.h"
#include "types.h"

struct thread;

struct waitq {
	struct list all;         /* waiters: highest priority first, first come within one */
	struct list levels;      /* the first waiter of each priority that occurs, highest first */
	struct thread *lends_to; /* whom they wait for; NULL: nobody yet, and they lend to nobody */
};

struct waiter {
	struct list all, level;
	struct waitq *queue; /* NULL: waits on none */
	u8 priority;
};

#define WAITQ_NOBODY (-1) /* lower than every priority */

void waitq_init(struct waitq *queue, struct thread *lends_to);
void waiter_init(struct waiter *waiter);
void waitq_insert(struct waitq *queue, struct waiter *waiter, u8 priority);
void waitq_remove(struct waiter *waiter);

static inline bool waitq_empty(const struct waitq *queue)
{
	return list_empty(&queue->all);
}

/* Who is next: the earliest of the highest priority. The queue is not empty. */
static inline struct waiter *waitq_first(const struct waitq *queue)
{
	return LIST_FIRST(&queue->all, struct waiter, all);
}

/* Highest priority in the queue, or WAITQ_NOBODY. */
static inline int waitq_priority(const struct waitq *queue)
{
	return waitq_empty(queue) ? WAITQ_NOBODY : waitq_first(queue)->priority;
}

#endif
