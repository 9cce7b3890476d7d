/* Wait queues by priority, first come within one.
 *
 * Invariant: `all` is sorted by falling priority and, within one, by arrival; `levels` has exactly
 * the first waiter of each priority. So the search for a place looks at one waiter a priority: at
 * most 64, however many wait. (The structure is the "plist" of Linux's include/linux/plist.h, after
 * an idea of the real-time mutex work.)
 *
 * Layer 3. Called by thread.c, inherit.c, ipc.c, lock.c; calls nobody. */
#include "waitq.h"

void waitq_init(struct waitq *queue, struct thread *lends_to)
{
	list_init(&queue->all);
	list_init(&queue->levels);
	queue->lends_to = lends_to;
}

void waiter_init(struct waiter *waiter)
{
	list_init(&waiter->all);
	list_init(&waiter->level);
	waiter->queue = NULL;
}

void waitq_insert(struct waitq *queue, struct waiter *waiter, u8 priority)
{
	struct list *all_position = &queue->all, *level_position = &queue->levels;
	bool first_of_level = true;

	ASSERT(!waiter->queue);
	waiter->queue = queue;
	waiter->priority = priority;
	LIST_EACH (link, &queue->levels) {
		struct waiter *level = LIST_ENTRY(link, struct waiter, level);

		/* behind everybody of ours: before the next level */
		if (level->priority < priority) {
			all_position = &level->all;
			level_position = &level->level;
			break;
		}
		if (level->priority == priority)
			first_of_level = false;
	}
	list_insert_before(&waiter->all, all_position);
	if (first_of_level)
		list_insert_before(&waiter->level, level_position);
}

void waitq_remove(struct waiter *waiter)
{
	struct waitq *queue = waiter->queue;
	struct list *next = waiter->all.next;

	ASSERT(queue);
	if (!list_empty(&waiter->level)) {
		/* Ours was the first of its level: the next of the same priority, if any, takes its
		 * place. */
		if (next != &queue->all) {
			struct waiter *heir = LIST_ENTRY(next, struct waiter, all);

			if (heir->priority == waiter->priority)
				list_insert_before(&heir->level, &waiter->level);
		}
		list_remove(&waiter->level);
	}
	list_remove(&waiter->all);
	waiter->queue = NULL;
}
