/* The ready queue: who may run, by effective priority. See ready.c. */
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
/* Of the highest priority, the first; NULL: nobody is ready. */
struct ready *ready_top(void);
/* Whether others are queued at the same level: then its time slice counts. */
bool ready_shared(const struct ready *entry);
/* The slice is over, or it yields: behind its equals. */
void ready_rotate(struct ready *entry);
/* The entries of one level, for check.c. */
const struct list *ready_level(u8 priority);

#endif
