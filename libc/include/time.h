/* Time. The only clock is the monotonic one: nanoseconds since boot. */
#ifndef TIME_H
#define TIME_H

#include <sys/types.h>

#define CLOCK_MONOTONIC 1

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

int clock_gettime(clockid_t clock, struct timespec *now);
int clock_getres(clockid_t clock, struct timespec *resolution);
int nanosleep(const struct timespec *duration, struct timespec *left);

#endif
