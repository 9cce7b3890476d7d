// SOURCES: tests/host/machine.c tests/host/machine_memory.c kernel/waitq.c
// GROUP: inherit
// Wait queues against the plainest model there is, a sorted array: whoever comes and goes in
// whatever order, the first is always the earliest of the highest priority, and `levels` has
// exactly the first of each.
#include "machine.h"
#include "tap.h"
#include <stdlib.h>

#include "kernel/waitq.h"

#define WAITERS 40

static void insert(struct waitq *queue, struct waiter *waiter, u8 priority)
{
	waiter->priority = priority;
	waitq_insert(queue, waiter);
}

static struct waitq queue;
static struct waiter waiter[WAITERS];
static unsigned order[WAITERS], length; /* the model: indices, first to be served first */

static void model_insert(unsigned i, u8 priority)
{
	unsigned at = length++;

	for (; at > 0 && waiter[order[at - 1]].priority < priority; at--)
		order[at] = order[at - 1];
	order[at] = i;
}

static void model_remove(unsigned i)
{
	unsigned at = 0;

	while (order[at] != i)
		at++;
	for (length--; at < length; at++)
		order[at] = order[at + 1];
}

static bool same(void)
{
	const struct list *link = queue.all.next, *level = queue.levels.next;

	if (queue.first && waitq_alone(queue.first)) /* in no list */
		return length == 1 && queue.first == &waiter[order[0]] &&
		    queue.first->queue == &queue && list_empty(&queue.all) &&
		    list_empty(&queue.levels) && waitq_priority(&queue) == queue.first->priority;
	if (queue.first != (length ? &waiter[order[0]] : NULL))
		return false;
	for (unsigned i = 0; i < length; i++, link = link->next) {
		const struct waiter *w = &waiter[order[i]];
		bool first = i == 0 || waiter[order[i - 1]].priority != w->priority;

		if (link != &w->all || w->queue != &queue || link->next->previous != link)
			return false;
		if (first ? level != &w->level : !list_empty(&w->level))
			return false;
		if (first)
			level = level->next;
	}
	return link == &queue.all && level == &queue.levels &&
	    waitq_empty(&queue) == (length == 0) &&
	    waitq_priority(&queue) == (length ? waiter[order[0]].priority : WAITQ_NOBODY);
}

static void start(void)
{
	waitq_init(&queue, NULL);
	length = 0;
	for (unsigned i = 0; i < WAITERS; i++)
		waiter_init(&waiter[i]);
}

static bool random_life(unsigned priorities, unsigned steps)
{
	start();
	for (unsigned step = 0; step < steps; step++) {
		unsigned i = (unsigned)rand() % WAITERS;

		if (waiter[i].queue) {
			waitq_remove(&waiter[i]);
			model_remove(i);
		} else {
			u8 priority = (u8)((unsigned)rand() % priorities);

			insert(&queue, &waiter[i], priority);
			model_insert(i, priority);
		}
		if (!same())
			return false;
	}
	return true;
}

static bool twice(void)
{
	start();
	insert(&queue, &waiter[0], 1);
	return PANICS(insert(&queue, &waiter[0], 1)) && PANICS(waitq_remove(&waiter[1]));
}

/* Each way out of the first place of a level: an heir, none, the last of all. */
static bool heirs(void)
{
	start();
	for (unsigned i = 0; i < 6; i++) { /* 0 1 2 at 5; 3 4 at 3; 5 at 1 */
		insert(&queue, &waiter[i], i < 3 ? 5 : i < 5 ? 3 : 1);
		model_insert(i, i < 3 ? 5 : i < 5 ? 3 : 1);
	}
	for (unsigned i = 0; i < 6; i++) {
		static const unsigned leaves[] = { 0, 3, 4, 2, 5, 1 };

		waitq_remove(&waiter[leaves[i]]);
		model_remove(leaves[i]);
		if (!same())
			return false;
	}
	return length == 0;
}

int main(void)
{
	srand(1);
	ok(heirs(), "the first of a level leaves: the next of it takes its place");
	ok(random_life(64, 20000), "20,000 random steps, 64 priorities");
	ok(random_life(3, 20000), "20,000 random steps, 3 priorities: long levels");
	ok(random_life(1, 5000), "one priority: first come, first served");
	ok(twice(), "waiting twice, or leaving without waiting, stops the kernel");
	return tap_done();
}
