/* Priorities, and giving way. */
#ifndef SCHED_H
#define SCHED_H

struct sched_param {
	int sched_priority; /* 0 (lowest) to 63 */
};

int sched_yield(void);

#endif
