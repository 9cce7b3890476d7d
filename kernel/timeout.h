/* Deadlines that are armed, earliest first. See timeout.c. */
#ifndef KERNEL_TIMEOUT_H
#define KERNEL_TIMEOUT_H

#include "types.h"

#define TIMEOUT_NONE UINT64_MAX

struct timeout {
	u64 deadline;       /* TSC; TIMEOUT_NONE: not armed */
	u64 order;          /* arming order: equal deadlines expire in it */
	u64 key, key_order; /* what the heap goes by: never later; TIMEOUT_NONE: not in it */
	u32 place;          /* in the heap, from 1; 0: not in it */
};

extern u64 timeout_arming; /* order of the next to be armed */

static inline bool timeout_armed(const struct timeout *timeout)
{
	return timeout->deadline != TIMEOUT_NONE;
}

/* Makes room for one more timeout, so that arming never fails. False when memory is used up. Each
 * thread reserves one for its life. */
bool timeout_reserve(void);
void timeout_init(struct timeout *timeout);
/* Gives the room back; the timeout, if there was one (or NULL), is not armed. */
void timeout_release(struct timeout *timeout);

/* One that is not armed. */
void timeout_arm(struct timeout *timeout, u64 deadline);
/* No harm when it is not armed. */
static inline void timeout_cancel(struct timeout *timeout)
{
	timeout->deadline = TIMEOUT_NONE;
}
/* Not later than the earliest deadline; TIMEOUT_NONE: there is none. */
extern u64 timeout_first;
/* The same, but nearer to it: a bounded number of keys are brought up to date first. */
u64 timeout_next(void);
/* One step of what is due now; false: nothing was. *expired: the earliest, not armed any more, or
 * NULL when the step was another. */
bool timeout_expire(u64 now, struct timeout **expired);
/* The one at that place of the heap, or NULL behind its end; for check.c. */
const struct timeout *timeout_at(u32 place);

#endif
