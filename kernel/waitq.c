/* Wait queues by priority, first come within one.
 *
 * Invariant: `all` is sorted by falling priority and, within one, by arrival; `levels` has exactly
 * the first waiter of each priority. So the search for a place looks at one waiter a priority: at
 * most 64, however many wait. One that comes to an empty queue is in no list and not counted in
 * `depths`: `first` is all there is of it, so that the short cut pays two stores for it
 * (ipc_fast.c); the next to come links it. A waiter that is withheld keeps its place but lends
 * nothing, neither priority nor depth. (The structure is the "plist" of Linux's
 * include/linux/plist.h, after an idea of the real-time mutex work.)
 *
 * Layer 3. Called by thread.c, endpoint.c, inherit.c, lock.c; calls nobody. */
#include "waitq.h"

#include "string.h"

void waitq_init(struct waitq *queue, struct thread *lends_to)
{
	queue->first = NULL;
	list_init(&queue->all);
	list_init(&queue->levels);
	queue->lends_to = lends_to;
	queue->withheld = NULL;
	queue->depths = 0;
	memset(queue->deep, 0, sizeof(queue->deep));
}

void waiter_init(struct waiter *waiter)
{
	waiter->all.next = NULL;
	list_init(&waiter->level);
	waiter->queue = NULL;
	waiter->depth = 1;
}

/* Most waiters have nobody that waits for them: they cost nothing here. */
static void count_depth(struct waitq *queue, u8 depth)
{
	if (depth > 1 && queue->deep[depth]++ == 0)
		queue->depths |= 1ull << depth;
}

static void uncount_depth(struct waitq *queue, u8 depth)
{
	if (depth > 1 && --queue->deep[depth] == 0)
		queue->depths &= ~(1ull << depth);
}

/* To its place in the lists. */
static void link_waiter(struct waitq *queue, struct waiter *waiter)
{
	u8 priority = waiter->priority;
	struct list *all_position = &queue->all, *level_position = &queue->levels;
	bool first_of_level = true;

	if (queue->withheld != waiter)
		count_depth(queue, waiter->depth);
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

void waitq_link(struct waitq *queue, struct waiter *waiter)
{
	if (waitq_alone(queue->first))
		link_waiter(queue, queue->first);
	link_waiter(queue, waiter);
	queue->first = LIST_FIRST(&queue->all, struct waiter, all);
}

/* Finds its heir as first of the level without a search: the next in `all`, if of the same
 * priority. */
void waitq_unlink(struct waiter *waiter)
{
	struct waitq *queue = waiter->queue;
	const struct list *next = waiter->all.next;

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
	uncount_depth(queue, waiter->depth);
	list_remove(&waiter->all);
	waiter->all.next = NULL;
	queue->first = list_empty(&queue->all) ? NULL : LIST_FIRST(&queue->all, struct waiter, all);
}

void waitq_recount(struct waiter *waiter, u8 depth)
{
	struct waitq *queue = waiter->queue;

	if (queue->withheld == waiter)
		return;
	uncount_depth(queue, waiter->depth);
	count_depth(queue, depth);
}

void waitq_withhold(struct waiter *waiter)
{
	struct waitq *queue = waiter->queue;

	ASSERT(!queue->withheld);
	queue->withheld = waiter;
	if (!waitq_alone(waiter))
		uncount_depth(queue, waiter->depth);
}

void waitq_release(struct waitq *queue)
{
	if (!queue->withheld)
		return;
	if (!waitq_alone(queue->withheld))
		count_depth(queue, queue->withheld->depth);
	queue->withheld = NULL;
}
