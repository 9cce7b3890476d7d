// SOURCES: tests/host/machine.c tests/host/machine_memory.c kernel/ready.c
// The ready queue against 64 plain arrays: the top is the first of the highest level that has
// anybody; a slice's end puts one behind its equals, and only there.
#include "machine.h"
#include "tap.h"
#include <stdlib.h>

#include "kernel/ready.h"

#define ENTRIES 50

static struct ready entry[ENTRIES];
static bool queued[ENTRIES];
static unsigned level[PRIORITIES][ENTRIES], length[PRIORITIES]; /* the model */

static void model_remove(unsigned p, unsigned i)
{
	unsigned at = 0;

	while (level[p][at] != i)
		at++;
	for (length[p]--; at < length[p]; at++)
		level[p][at] = level[p][at + 1];
}

static void model_front(unsigned p, unsigned i)
{
	for (unsigned at = length[p]++; at > 0; at--)
		level[p][at] = level[p][at - 1];
	level[p][0] = i;
}

static bool same(void)
{
	int highest = -1;

	for (unsigned p = 0; p < PRIORITIES; p++) {
		const struct list *link = ready_level((u8)p)->next;

		for (unsigned i = 0; i < length[p]; i++, link = link->next) {
			const struct ready *e = &entry[level[p][i]];

			if (link != &e->link || e->priority != p || !ready_queued(e))
				return false;
		}
		if (link != ready_level((u8)p))
			return false;
		if (length[p])
			highest = (int)p;
	}
	return ready_highest == highest;
}

static bool random_life(unsigned priorities, unsigned steps)
{
	for (unsigned step = 0; step < steps; step++) {
		unsigned i = (unsigned)rand() % ENTRIES, p = (unsigned)rand() % priorities;
		struct ready *e = &entry[i];

		if (ready_highest >= 0 && rand() % 4 == 0) {
			i = level[ready_highest][0];
			model_remove((unsigned)ready_highest, i);
			queued[i] = false;
			if (ready_take() != &entry[i] || ready_queued(&entry[i]))
				return false;
		} else if (queued[i]) {
			model_remove(e->priority, i);
			ready_remove(e);
			queued[i] = false;
		} else if (rand() % 2) {
			ready_insert_front(e, (u8)p);
			model_front(p, i);
			queued[i] = true;
		} else {
			ready_insert_back(e, (u8)p);
			level[p][length[p]++] = i;
			queued[i] = true;
		}
		if (!same())
			return false;
	}
	for (unsigned i = 0; i < ENTRIES; i++)
		if (queued[i]) {
			model_remove(entry[i].priority, i);
			ready_remove(&entry[i]);
			queued[i] = false;
		}
	return same();
}

int main(void)
{
	srand(1);
	ready_init();
	for (unsigned i = 0; i < ENTRIES; i++)
		list_init(&entry[i].link);
	ok(!ready_take() && ready_highest < 0, "nobody is ready at first");
	ok(random_life(64, 10000), "10,000 random steps, 64 priorities");
	ok(random_life(2, 10000), "10,000 random steps, 2 priorities");
	ok(random_life(1, 5000), "5,000 random steps, 1 priority");
	ready_insert_back(&entry[0], 63);
	ready_insert_back(&entry[1], 0);
	ok(ready_take() == &entry[0], "the highest level of all");
	ok(ready_take() == &entry[1], "the lowest level of all");
	ok(PANICS(ready_insert_back(&entry[0], 64)) && PANICS(ready_insert_front(&entry[0], 64)),
	    "a level that there is not stops the kernel");
	return tap_done();
}
