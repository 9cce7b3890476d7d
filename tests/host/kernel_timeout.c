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

/* What is armed is in the heap; so may be what was. */
static bool heap_holds(unsigned count)
{
	u32 entries = 0;

	for (const struct timeout *t; (t = timeout_at(entries + 1)); entries++) {
		const struct timeout *parent = entries > 0 ? timeout_at((entries + 1) / 2) : NULL;

		if (t->place != entries + 1 || t->key > t->deadline)
			return false;
		if (parent &&
		    (parent->key > t->key ||
			(parent->key == t->key && parent->key_order > t->key_order)))
			return false;
	}
	for (unsigned i = 0; i < count; i++)
		if (timeout_armed(&timeout[i]) && !timeout[i].place)
			return false;
	return true;
}

static struct timeout *earliest(unsigned count)
{
	struct timeout *first = NULL;

	for (unsigned i = 0; i < count; i++)
		if (timeout_armed(&timeout[i]) &&
		    (!first || timeout[i].deadline < first->deadline ||
			(timeout[i].deadline == first->deadline &&
			    timeout[i].order < first->order)))
			first = &timeout[i];
	return first;
}

/* The one that is due, after whatever other steps; NULL: none is. */
static struct timeout *expire(u64 now)
{
	struct timeout *expired;

	while (timeout_expire(now, &expired))
		if (expired)
			return expired;
	return NULL;
}

/* Arms, cancels and expires at random, with few different deadlines or many. */
static bool random_life(unsigned count, u64 deadlines, unsigned steps)
{
	for (unsigned step = 0; step < steps; step++) {
		struct timeout *t = &timeout[(unsigned)rand() % count], *first = earliest(count);
		u64 now = (u64)rand() % deadlines;

		if (timeout_next() > (first ? first->deadline : TIMEOUT_NONE))
			return false;
		if (rand() % 3 == 0) {
			struct timeout *due = first && first->deadline <= now ? first : NULL;

			if (expire(now) != due || (due && timeout_armed(due)))
				return false;
		} else if (timeout_armed(t)) {
			timeout_cancel(t);
		} else {
			timeout_arm(t, (u64)rand() % deadlines);
		}
		if (!heap_holds(count))
			return false;
	}
	for (unsigned i = 0; i < count; i++)
		timeout_cancel(&timeout[i]);
	return expire(UINT64_MAX) == NULL && timeout_next() == TIMEOUT_NONE;
}

/* T8: all at once, and then out in order. */
static bool ten_thousand(void)
{
	static u64 deadline[MANY];
	u64 last = 0, last_order = 0;
	unsigned count = 0;

	for (unsigned i = 0; i < MANY; i++)
		timeout_arm(&timeout[i], deadline[i] = (u64)rand() % 1000);
	for (struct timeout *t; (t = expire(UINT64_MAX)); count++) {
		u64 this = deadline[t - timeout];

		if (this < last || (this == last && count && t->order < last_order))
			return false;
		last = this;
		last_order = t->order;
	}
	return count == MANY;
}

/* A caller's deadline comes a little later with each call: nothing moves, until the time of the
 * first comes; then it is put where it belongs now, once. */
static bool later_and_later(void)
{
	struct timeout *expired;
	bool good;

	timeout_arm(&timeout[0], 100);
	timeout_arm(&timeout[1], 150);
	for (u64 deadline = 101; deadline <= 200; deadline++) {
		timeout_cancel(&timeout[0]);
		timeout_arm(&timeout[0], deadline);
	}
	good = timeout[0].key == 100 && timeout[0].place == 1;
	good &= timeout_expire(100, &expired) && !expired && !timeout_expire(149, &expired);
	good &= expire(150) == &timeout[1] && !expire(199) && expire(200) == &timeout[0];
	return good && !timeout_at(1);
}

/* Earlier than it is known for: it moves up at once. */
static bool earlier(void)
{
	bool good;

	timeout_arm(&timeout[0], 100);
	timeout_arm(&timeout[1], 200);
	timeout_cancel(&timeout[1]);
	timeout_arm(&timeout[1], 50);
	good = timeout_next() == 50 && timeout[1].place == 1;
	timeout_cancel(&timeout[0]);
	return good && expire(60) == &timeout[1] && timeout_next() == TIMEOUT_NONE;
}

static bool extremes(void)
{
	timeout_arm(&timeout[0], TIMEOUT_NONE); /* never: not armed at all */
	timeout_arm(&timeout[1], 0);
	timeout_arm(&timeout[2], UINT64_MAX - 1);
	return !timeout_armed(&timeout[0]) && expire(0) == &timeout[1] && !expire(1ull << 63) &&
	    expire(UINT64_MAX - 1) == &timeout[2] && !expire(UINT64_MAX);
}

int main(void)
{
	unsigned reserved = 0;
	u64 frames;

	srand(1);
	host_boot_memory(1 << 20);
	for (unsigned i = 0; i < MANY; i++)
		timeout_init(&timeout[i]);
	ok(timeout_next() == TIMEOUT_NONE && !expire(UINT64_MAX), "nothing is armed at first");
	ok(PANICS(timeout_arm(&timeout[0], 5)), "arming without a place stops the kernel");
	timeout_init(&timeout[0]);
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
	ok(later_and_later(), "a deadline that comes later each time is put in order once");
	ok(earlier(), "one that comes earlier moves up at once");
	ok(extremes(), "T5 deadlines 0 and 2^64-1");
	for (; reserved > 1; reserved--)
		timeout_release(NULL);
	ok(frame_available() == frames, "places given back give their frames back");
	while (timeout_reserve())
		reserved++;
	ok(reserved == 129 * 512 - 1 && frame_available() > 0,
	    "a place for each thread there may be, and no more");
	timeout_arm(&timeout[0], 1);
	for (; reserved > 1; reserved--)
		timeout_release(NULL);
	ok(PANICS(timeout_release(NULL)), "giving back a place that is in use stops the kernel");
	return tap_done();
}
