/* The ready queue: who waits for the processor, by effective priority. See ready.c. */
#ifndef KERNEL_READY_H
#define KERNEL_READY_H

#include "list.h"
#include "types.h"

struct ready {
	struct list link;
	u8 priority; /* level it is queued at, while queued */
};

extern int ready_highest; /* priority of the first in the queue; -1: nobody is */

void ready_init(void);
void ready_insert_front(struct ready *entry, u8 priority);
void ready_insert_back(struct ready *entry, u8 priority);
void ready_remove(struct ready *entry);
/* Takes out the first of the highest priority; NULL: nobody is queued. */
struct ready *ready_take(void);
static inline bool ready_queued(const struct ready *entry)
{
	return !list_empty(&entry->link);
}
/* The entries of one level. */
const struct list *ready_level(u8 priority);

#endif
