/* Time. The only clock is the monotonic one: nanoseconds since boot. C leaves it to the
 * implementation from when TIME_UTC counts, so it is that. */
#ifndef TIME_H
#define TIME_H

#include <sys/types.h>

#define CLOCK_MONOTONIC 1
#define TIME_UTC        1

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

/* The base, or 0 when it is none. */
int timespec_get(struct timespec *now, int base);
int clock_gettime(clockid_t clock, struct timespec *now);
int clock_getres(clockid_t clock, struct timespec *resolution);
int nanosleep(const struct timespec *duration, struct timespec *left);

#endif
