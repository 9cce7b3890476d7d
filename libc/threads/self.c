/* The main thread, and what each thread has of its own. */
#include "thread.h"

#include <atoll/sys.h>
#include <errno.h>

/* start.c adds the id. */
struct libc_thread libc_main_thread = { .self = &libc_main_thread };

int *libc_errno(void)
{
	return &libc_self()->error;
}

uint64_t thread_id(void)
{
	return libc_self()->id;
}

thrd_t thrd_current(void)
{
	return libc_self();
}

int thrd_equal(thrd_t one, thrd_t other)
{
	return one == other;
}
