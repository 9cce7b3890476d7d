/* Deadlines that are armed, earliest first. See timeout.c. */
#ifndef KERNEL_TIMEOUT_H
#define KERNEL_TIMEOUT_H

#include "types.h"

struct timeout {
	u64 deadline; /* TSC */
	u64 order;    /* arming order: equal deadlines expire in it */
	u32 place;    /* in the heap, from 1; 0: not armed */
};

#define TIMEOUT_NONE UINT64_MAX

/* Makes room for one more timeout, so that arming never fails. False when memory is used up. Each
 * thread reserves one for its life. */
bool timeout_reserve(void);
void timeout_release(void);

void timeout_arm(struct timeout *timeout, u64 deadline);
void timeout_cancel(struct timeout *timeout); /* no harm when it is not armed */
/* The earliest deadline, or TIMEOUT_NONE. */
u64 timeout_next(void);
/* Takes out and returns the earliest one if its deadline is not after now, else NULL. */
struct timeout *timeout_expire(u64 now);
/* The one at that place of the heap, or NULL behind its end; for check.c. */
const struct timeout *timeout_at(u32 place);

#endif
