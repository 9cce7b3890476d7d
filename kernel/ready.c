/* The ready queue: 64 lists and one word that says which are not empty.
 *
 * Invariant: bit p of `levels` is set exactly when queue[p] is not empty. Every operation takes
 * constant time; the highest level is found with one bit-scan instruction. Who runs is in no list,
 * nor who was handed the processor (thread.h): trap.c compares them with ready_highest.
 *
 * Layer 3. Called by thread.c, inherit.c, ipc_end.c, syscall.c, trap.c; calls nobody. Course lab:
 * replace it. */
#include "ready.h"

static struct list queue[PRIORITIES];
static u64 levels;
int ready_highest = -1;

void ready_init(void)
{
	for (unsigned p = 0; p < PRIORITIES; p++)
		list_init(&queue[p]);
	levels = 0;
	ready_highest = -1;
}

static void mark(u8 priority)
{
	levels |= 1ull << priority;
	ready_highest = MAX(ready_highest, priority);
}

void ready_insert_front(struct ready *entry, u8 priority)
{
	ASSERT(priority < PRIORITIES);
	entry->priority = priority;
	list_push_front(&queue[priority], &entry->link);
	mark(priority);
}

void ready_insert_back(struct ready *entry, u8 priority)
{
	ASSERT(priority < PRIORITIES);
	entry->priority = priority;
	list_push_back(&queue[priority], &entry->link);
	mark(priority);
}

void ready_remove(struct ready *entry)
{
	list_remove(&entry->link);
	if (!list_empty(&queue[entry->priority]))
		return;
	levels &= ~(1ull << entry->priority);
	ready_highest = levels ? 63 - __builtin_clzll(levels) : -1;
}

struct ready *ready_take(void)
{
	struct ready *first;

	if (ready_highest < 0)
		return NULL;
	first = LIST_FIRST(&queue[ready_highest], struct ready, link);
	ready_remove(first);
	return first;
}

const struct list *ready_level(u8 priority)
{
	return &queue[priority];
}
