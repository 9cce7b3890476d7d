/* Sleeping, and the clock as POSIX has it. */
#include <errno.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "../internal.h"
#include "posix.h"

#define SECOND 1000000000ull

int timespec_get(struct timespec *now, int base)
{
	uint64_t ns = time_now();

	if (base != TIME_UTC)
		return 0;
	now->tv_sec = (time_t)(ns / SECOND);
	now->tv_nsec = (long)(ns % SECOND);
	return base;
}

static bool known(clockid_t clock)
{
	return clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	if (!known(clock))
		return (int)libc_result(-EINVAL);
	timespec_get(now, TIME_UTC);
	return 0;
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
	if (!known(clock))
		return (int)libc_result(-EINVAL);
	if (resolution)
		*resolution = (struct timespec){ 0, 1 };
	return 0;
}

/* Receiving from nobody takes until the deadline. False: a handler ran meanwhile. */
static bool sleep_until(uint64_t deadline)
{
	struct msg m = { 0 };

	if (libc_catch_sleep)
		return libc_catch_sleep(deadline, libc_handlers_run);
	ipc_recv(0, &m, deadline);
	return true;
}

/* Until a deadline, and how much of it is left when a handler ran. 0 or -EINTR. */
static int sleep_for(uint64_t ns, struct timespec *left)
{
	uint64_t deadline = time_in_ns(ns), now;

	if (sleep_until(deadline))
		return 0;
	now = time_now();
	now = deadline > now ? deadline - now : 0;
	if (left)
		*left = (struct timespec){ (time_t)(now / SECOND), (long)(now % SECOND) };
	return -EINTR;
}

bool libc_nanoseconds(const struct timespec *time, uint64_t *ns)
{
	if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= (long)SECOND)
		return false;
	if (__builtin_mul_overflow((uint64_t)time->tv_sec, SECOND, ns) ||
	    __builtin_add_overflow(*ns, (uint64_t)time->tv_nsec, ns))
		*ns = DEADLINE_FOREVER;
	return true;
}

int nanosleep(const struct timespec *duration, struct timespec *left)
{
	uint64_t ns;

	if (!libc_nanoseconds(duration, &ns))
		return (int)libc_result(-EINVAL);
	if (left)
		*left = (struct timespec){ 0, 0 };
	return (int)libc_result(sleep_for(ns, left));
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left)
{
	uint64_t ns;

	if (!known(clock) || flags & ~TIMER_ABSTIME || !libc_nanoseconds(time, &ns))
		return EINVAL;
	if (flags & TIMER_ABSTIME)
		return sleep_until(ns) ? 0 : EINTR;
	if (left)
		*left = (struct timespec){ 0, 0 };
	return -sleep_for(ns, left);
}

unsigned sleep(unsigned seconds)
{
	struct timespec left = { 0, 0 };

	sleep_for(seconds * SECOND, &left);
	return (unsigned)left.tv_sec + (left.tv_nsec > 0);
}

int usleep(useconds_t microseconds)
{
	return (int)libc_result(sleep_for(microseconds * 1000, NULL));
}

int sched_yield(void)
{
	return (int)libc_result(yield());
}
