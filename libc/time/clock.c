/* The clocks of C. */
#include <atoll/name.h>
#include <atoll/sys.h>
#include <sys/time.h>
#include <time.h>

#include "../threads/thread.h"

/* Threads made by the library lie there. */
extern __typeof__(libc_stack_at) libc_stack_at __attribute__((weak));

#define NS_PER_SECOND 1000000000ull

time_t time(time_t *now)
{
	const time_t seconds = (time_t)(time_now() / NS_PER_SECOND);

	if (now)
		*now = seconds;
	return seconds;
}

/* 0 for one that has ended. The kernel charges a thread when it stops on the long way, and the
 * caller has not: as long as it is told the same, and no message was sent, the caller has been
 * running since it heard so first. What was told once is not taken back. */
static uint64_t spent_by(cap_t kernel, struct libc_thread *thread)
{
	struct libc_clock *c = &thread->clock;
	struct info_thread t = { 0 };
	uint64_t now;

	if (kernel_info(kernel, INFO_THREADS, thread->id & 0xffff, &t, sizeof t) <= 0 ||
	    t.id != thread->id)
		return 0;
	if (thread != libc_self())
		return t.cpu_ns;
	now = time_now();
	if (t.cpu_ns != c->charged || t.messages != c->messages)
		*c = (struct libc_clock){ t.cpu_ns, t.messages, now, c->told };
	if (t.cpu_ns + now - c->since > c->told)
		c->told = t.cpu_ns + now - c->since;
	return c->told;
}

/* A thread's id begins with its slot, where the kernel finds it at once. A program without further
 * threads carries nothing of them. */
clock_t clock(void)
{
	static cap_t kernel;
	uint64_t ns;

	if (name_once("kernel", &kernel, DEADLINE_NOW) != 0)
		return -1;
	ns = spent_by(kernel, &libc_main_thread);
	for (unsigned place = 0; libc_stack_at && place < THRD_MAX; place++) {
		struct libc_thread *t = libc_stack_at(place);

		ns += t ? spent_by(kernel, t) : 0;
	}
	return (clock_t)(ns / (NS_PER_SECOND / CLOCKS_PER_SEC));
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	const uint64_t ns = time_now();

	now->tv_sec = (time_t)(ns / 1000000000);
	now->tv_usec = (suseconds_t)(ns / 1000 % 1000000);
	return 0;
}
