/* Where threads' stacks lie: THRD_MAX places of THREAD_PLACE bytes each, behind the heap's. The
 * upper half of a place is the stack, a memory object of its own; the lower half stays unmapped, so
 * running over the stack's end faults and harms no neighbour.
 *
 * Invariant: a place whose bit in `used` is set has its stack mapped. The caller holds the lock of
 * thrd.c. */
#include <atoll/startup.h>
#include <atoll/sys.h>
#include <stddef.h>

#include "thread.h"

static uint64_t used[THRD_MAX / 64];

_Static_assert(THREAD_PLACE == 2 * THRD_STACK_BYTES, "one half is the stack");
_Static_assert(THREAD_STACKS + THRD_MAX * (uint64_t)THREAD_PLACE == THREAD_STACKS_END, "all of it");

static uint64_t stack_start(unsigned place)
{
	return THREAD_STACKS + (uint64_t)place * THREAD_PLACE + THRD_STACK_BYTES;
}

static struct libc_thread *thread_of(unsigned place)
{
	return (struct libc_thread *)(stack_start(place) + THRD_STACK_BYTES) - 1;
}

static unsigned place_of(const struct libc_thread *thread)
{
	return (unsigned)(((uint64_t)thread - THREAD_STACKS) / THREAD_PLACE);
}

struct libc_thread *libc_stack_at(unsigned place)
{
	return used[place / 64] >> place % 64 & 1 ? thread_of(place) : NULL;
}

struct libc_thread *libc_stack_new(void)
{
	unsigned place = 0;
	int64_t memory;

	while (libc_stack_at(place))
		if (++place == THRD_MAX)
			return NULL;
	memory = mem_create(THRD_STACK_BYTES);
	if (memory < 0)
		return NULL;
	if (mem_map((cap_t)memory, 0, stack_start(place), 0, THRD_STACK_BYTES,
		PROT_READ | PROT_WRITE) != 0) {
		cap_delete((cap_t)memory);
		return NULL;
	}
	used[place / 64] |= 1ull << place % 64;
	thread_of(place)->stack = (cap_t)memory;
	return thread_of(place);
}

void libc_stack_free(struct libc_thread *thread)
{
	unsigned place = place_of(thread);

	used[place / 64] &= ~(1ull << place % 64);
	cap_delete(thread->stack); /* and with it its window */
}
