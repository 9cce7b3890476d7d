/* Timeouts in a binary heap.
 *
 * Invariant: heap[i] is not later than heap[2i] and heap[2i + 1]; each timeout knows its place.
 * Arming, cancelling and expiring take steps logarithmic in the number armed (14 for 10,000);
 * arming one later than all others, the common case of a caller's deadline, takes one. The heap's
 * memory grows a frame at a time when threads are created and shrinks when they go, so that arming
 * cannot fail.
 *
 * Layer 3. Called by thread.c, ipc.c, lock.c, trap.c; calls frame.c. (CLRS, chapter 6: heaps.) */
#include "timeout.h"

#include "frame.h"
#include "machine.h"

#define PER_FRAME (PAGE_SIZE / sizeof(struct timeout *))
#define FRAMES    129 /* one place for each of 65,536 threads; place 0 is not used */

static struct timeout **frame[FRAMES];
static u32 frames, reserved, armed;
static u64 arming;

static struct timeout **slot(u32 place)
{
	return &frame[place / PER_FRAME][place % PER_FRAME];
}

static bool before(const struct timeout *a, const struct timeout *b)
{
	return a->deadline < b->deadline || (a->deadline == b->deadline && a->order < b->order);
}

static void put(struct timeout *timeout, u32 place)
{
	*slot(place) = timeout;
	timeout->place = place;
}

static void sift_up(struct timeout *timeout, u32 place)
{
	while (place > 1 && before(timeout, *slot(place / 2))) {
		put(*slot(place / 2), place);
		place /= 2;
	}
	put(timeout, place);
}

static void sift_down(struct timeout *timeout, u32 place)
{
	for (;;) {
		u32 child = 2 * place;

		if (child > armed)
			break;
		if (child < armed && before(*slot(child + 1), *slot(child)))
			child++;
		if (!before(*slot(child), timeout))
			break;
		put(*slot(child), place);
		place = child;
	}
	put(timeout, place);
}

bool timeout_reserve(void)
{
	if ((reserved + 1) / PER_FRAME >= frames) {
		paddr new = frames < FRAMES ? frame_alloc() : 0;

		if (!new)
			return false;
		frame[frames++] = phys_to_virt(new);
	}
	reserved++;
	return true;
}

void timeout_release(void)
{
	ASSERT(reserved > armed);
	reserved--;
	if (reserved / PER_FRAME + 1 < frames) /* place `reserved` is the last that can be used */
		frame_free(virt_to_phys(frame[--frames]));
}

void timeout_arm(struct timeout *timeout, u64 deadline)
{
	ASSERT(!timeout->place && armed < reserved);
	timeout->deadline = deadline;
	timeout->order = arming++;
	sift_up(timeout, ++armed);
}

void timeout_cancel(struct timeout *timeout)
{
	u32 place = timeout->place;
	struct timeout *last;

	if (!place)
		return;
	last = *slot(armed--);
	timeout->place = 0;
	if (last == timeout)
		return;
	if (place > 1 && before(last, *slot(place / 2)))
		sift_up(last, place);
	else
		sift_down(last, place);
}

u64 timeout_next(void)
{
	return armed ? (*slot(1))->deadline : TIMEOUT_NONE;
}

struct timeout *timeout_expire(u64 now)
{
	struct timeout *first = armed ? *slot(1) : NULL;

	if (!first || first->deadline > now)
		return NULL;
	timeout_cancel(first);
	return first;
}

const struct timeout *timeout_at(u32 place)
{
	return place <= armed ? *slot(place) : NULL;
}
