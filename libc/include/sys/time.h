/* The time as older programs ask for it. */
#ifndef SYS_TIME_H
#define SYS_TIME_H

#include <sys/types.h>

struct timeval {
	time_t tv_sec;
	suseconds_t tv_usec;
};

/* As clock_gettime, in microseconds. The second argument says nothing (POSIX): NULL. */
int gettimeofday(struct timeval *restrict now, void *restrict zone);

#endif
