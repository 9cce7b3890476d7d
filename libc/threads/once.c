/* call_once. */
#include <threads.h>

#include "../internal.h"

void call_once(once_flag *flag, void (*function)(void))
{
	if (__atomic_load_n(&flag->done, __ATOMIC_ACQUIRE))
		return;
	libc_hold(&flag->running); /* should the one inside have been killed, it is done again */
	if (!flag->done) {
		function();
		__atomic_store_n(&flag->done, 1, __ATOMIC_RELEASE);
	}
	libc_release(&flag->running);
}
