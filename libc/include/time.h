/* Time. The only clock is the monotonic one, nanoseconds since boot, which knows nothing of dates.
 * C leaves it to the implementation from when time() and TIME_UTC count, so it is that: boot is
 * 1970-01-01 00:00, and local time is UTC. */
#ifndef TIME_H
#define TIME_H

#include <sys/types.h>

#define CLOCK_REALTIME  0 /* what time() tells: the same clock */
#define CLOCK_MONOTONIC 1
#define TIMER_ABSTIME   1
#define TIME_UTC        1
#define CLOCKS_PER_SEC  1000000l

typedef int64_t clock_t;

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

struct tm {
	int tm_sec, tm_min, tm_hour;
	int tm_mday, tm_mon, tm_year; /* month from 0; year from 1900 */
	int tm_wday, tm_yday;         /* from Sunday; from January 1 */
	int tm_isdst;
};

time_t time(time_t *now);
double difftime(time_t later, time_t earlier);
/* What the processor has done for all threads of the process, in 1/CLOCKS_PER_SEC s; -1: nobody
 * tells. Counted until a thread last stopped running. */
clock_t clock(void);

/* NULL, with ERANGE: the year fits no int. gmtime and localtime share one result. */
struct tm *gmtime(const time_t *when);
struct tm *localtime(const time_t *when);
struct tm *gmtime_r(const time_t *restrict when, struct tm *restrict result);
struct tm *localtime_r(const time_t *restrict when, struct tm *restrict result);
/* Puts what is too much or too little in order first. -1, with ERANGE, as above. */
time_t mktime(struct tm *parts);
char *asctime(const struct tm *parts);
char *ctime(const time_t *when);
/* All of C17's conversions. The length; 0: it did not fit. */
size_t strftime(
    char *restrict text, size_t size, const char *restrict format, const struct tm *restrict parts);

/* The base, or 0 when it is none. */
int timespec_get(struct timespec *now, int base);
int clock_gettime(clockid_t clock, struct timespec *now);
int clock_getres(clockid_t clock, struct timespec *resolution);
int nanosleep(const struct timespec *duration, struct timespec *left);
/* With TIMER_ABSTIME until that time. The error itself, not in errno: EINVAL. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left);

#endif
