/* The debug checker: what the kernel keeps up to date step by step, recomputed from scratch. See
 * check.c. */
#ifndef KERNEL_CHECK_H
#define KERNEL_CHECK_H

#include "thread.h"

#ifndef CHECK /* make CHECK=1 */
#define CHECK 0
#endif

/* Who is ready, who waits for whom, effective priorities, deadlines. running: the thread that is
 * about to leave the kernel, and so in no queue; or NULL. */
void check_scheduling(const struct thread *running);
/* That, and capabilities, counts of references, mappings, quotas. */
void check_all(const struct thread *running);
/* The first at each call, all at every CHECK_INTERVAL-th. */
void check_step(const struct thread *running);
#define CHECK_INTERVAL 16

/* ---- What the two files share ---------------------------------------------------------- */

#define CHECK_ENABLED (CHECK || __STDC_HOSTED__) /* else they make next to no code */

/* Each thread, also those that ended and are kept only for the capabilities that name them. */
#define EACH_THREAD(t)                                    \
	for (u32 t##_slot = 0, t##_left = thread_count(); \
	     t##_left > 0 && (t = check_next_thread(&t##_slot)); t##_left--)
struct thread *check_next_thread(u32 *slot);
/* Links go both ways and come round; the length. */
u32 check_list(const struct list *head);

/* What trap.c calls at every exit. */
static inline void check_exit(const struct thread *running)
{
	if (CHECK)
		check_step(running);
}

#endif
