/* The ready queue: 64 lists and one word that says which are not empty.
 *
 * Invariant: bit p of `levels` is set exactly when queue[p] is not empty. Every operation takes
 * constant time; the highest level is found with one bit-scan instruction. The running thread stays
 * queued.
 *
 * Layer 3. Called by thread.c, inherit.c, trap.c; calls nobody. Course lab: replace it. */
#include "ready.h"

static struct list queue[PRIORITIES];
static u64 levels;

void ready_init(void)
{
	for (unsigned p = 0; p < PRIORITIES; p++)
		list_init(&queue[p]);
	levels = 0;
}

void ready_insert_front(struct ready *entry, u8 priority)
{
	ASSERT(priority < PRIORITIES);
	entry->priority = priority;
	list_push_front(&queue[priority], &entry->link);
	levels |= 1ull << priority;
}

void ready_insert_back(struct ready *entry, u8 priority)
{
	ASSERT(priority < PRIORITIES);
	entry->priority = priority;
	list_push_back(&queue[priority], &entry->link);
	levels |= 1ull << priority;
}

void ready_remove(struct ready *entry)
{
	list_remove(&entry->link);
	if (list_empty(&queue[entry->priority]))
		levels &= ~(1ull << entry->priority);
}

struct ready *ready_top(void)
{
	if (!levels)
		return NULL;
	return LIST_FIRST(&queue[63 - __builtin_clzll(levels)], struct ready, link);
}

bool ready_shared(const struct ready *entry)
{
	const struct list *level = &queue[entry->priority];

	return level->next != level->previous;
}

void ready_rotate(struct ready *entry)
{
	list_remove(&entry->link);
	list_push_back(&queue[entry->priority], &entry->link);
}

const struct list *ready_level(u8 priority)
{
	return &queue[priority];
}
