// SOURCES: tests/host/machine.c tests/host/machine_memory.c kernel/timeout.c
// GROUP: deadline
// Timeouts against a plain search for the earliest: they expire in the order of their deadlines
// and, where those are equal, of arming; cancelled ones never; memory for them comes and goes with
// those who may need it.
#include "machine.h"
#include "tap.h"
#include <stdlib.h>

#include "kernel/frame.h"
#include "kernel/timeout.h"

#define MANY 10000

static struct timeout timeout[MANY];
static bool heap_holds(unsigned armed)
{
	for (u32 place = 1; place <= armed; place++) {
		const struct timeout *t = timeout_at(place),
				     *parent = place > 1 ? timeout_at(place / 2) : NULL;

		if (!t || t->place != place)
			return false;
		if (parent &&
		    (parent->deadline > t->deadline ||
			(parent->deadline == t->deadline && parent->order > t->order)))
			return false;
	}
	return timeout_at(armed + 1) == NULL;
}

static struct timeout *earliest(unsigned count)
{
	struct timeout *first = NULL;

	for (unsigned i = 0; i < count; i++)
		if (timeout[i].place &&
		    (!first || timeout[i].deadline < first->deadline ||
			(timeout[i].deadline == first->deadline &&
			    timeout[i].order < first->order)))
			first = &timeout[i];
	return first;
}

/* Arms, cancels and expires at random, with few different deadlines or many. */
static bool random_life(unsigned count, u64 deadlines, unsigned steps)
{
	unsigned armed = 0;

	for (unsigned step = 0; step < steps; step++) {
		struct timeout *t = &timeout[(unsigned)rand() % count], *first = earliest(count);
		u64 now = (u64)rand() % deadlines;

		if (timeout_next() != (first ? first->deadline : TIMEOUT_NONE))
			return false;
		if (rand() % 3 == 0) {
			struct timeout *expired = timeout_expire(now);

			if (expired != (first && first->deadline <= now ? first : NULL) ||
			    (expired && expired->place))
				return false;
			armed -= expired != NULL;
		} else if (t->place) {
			timeout_cancel(t);
			armed--;
		} else {
			timeout_arm(t, (u64)rand() % deadlines);
			armed++;
		}
		if (!heap_holds(armed))
			return false;
	}
	for (unsigned i = 0; i < count; i++)
		timeout_cancel(&timeout[i]);
	return timeout_next() == TIMEOUT_NONE;
}

/* T8: all at once, and then out in order. */
static bool ten_thousand(void)
{
	u64 last = 0, last_order = 0;
	unsigned count = 0;

	for (unsigned i = 0; i < MANY; i++)
		timeout_arm(&timeout[i], (u64)rand() % 1000);
	for (struct timeout *t; (t = timeout_expire(UINT64_MAX)); count++) {
		if (t->deadline < last || (t->deadline == last && count && t->order < last_order))
			return false;
		last = t->deadline;
		last_order = t->order;
	}
	return count == MANY;
}

static bool extremes(void)
{
	timeout_arm(&timeout[0], UINT64_MAX);
	timeout_arm(&timeout[1], 0);
	timeout_arm(&timeout[2], UINT64_MAX - 1);
	return timeout_expire(0) == &timeout[1] && !timeout_expire(1ull << 63) &&
	    timeout_expire(UINT64_MAX - 1) == &timeout[2] &&
	    timeout_expire(UINT64_MAX) == &timeout[0];
}

int main(void)
{
	unsigned reserved = 0;
	u64 frames;

	srand(1);
	host_boot_memory(1 << 20);
	ok(timeout_next() == TIMEOUT_NONE && !timeout_expire(UINT64_MAX),
	    "nothing is armed at first");
	ok(PANICS(timeout_arm(&timeout[0], 5)), "arming without a place stops the kernel");
	timeout[0] = (struct timeout){ 0 };
	ok(timeout_reserve(), "a place");
	frames = frame_available();
	for (reserved = 1; reserved < MANY; reserved++)
		if (!timeout_reserve())
			break;
	ok(reserved == MANY && frames - frame_available() == MANY / 512,
	    "places for 10,000, a frame for each 512");
	timeout_cancel(&timeout[0]);
	ok(true, "cancelling what is not armed does no harm");
	ok(random_life(8, 1000, 20000), "8 timeouts, 20,000 random steps");
	ok(random_life(60, 5, 10000), "60 timeouts with 5 deadlines");
	ok(random_life(300, 100000, 4000), "300 timeouts");
	ok(ten_thousand(), "T8 10,000 armed, out in order");
	ok(extremes(), "T5 deadlines 0 and 2^64-1");
	for (; reserved > 1; reserved--)
		timeout_release();
	ok(frame_available() == frames, "places given back give their frames back");
	while (timeout_reserve())
		reserved++;
	ok(reserved == 129 * 512 - 1 && frame_available() > 0,
	    "a place for each thread there may be, and no more");
	timeout_arm(&timeout[0], 1);
	for (; reserved > 1; reserved--)
		timeout_release();
	ok(PANICS(timeout_release()), "giving back a place that is in use stops the kernel");
	return tap_done();
}
