/* Timeouts in a binary heap that is put in order late.
 *
 * A timeout that was armed once stays in the heap, under the key that it had then. Cancelling it,
 * and arming it again for the same time or later, only writes its deadline: what every call with a
 * deadline does. When its key comes to the top, it is put where it belongs, or taken out if it is
 * not armed.
 *
 * Invariant: heap[i] is not later than heap[2i] and heap[2i + 1], by key; a key is not later than
 * the timeout's deadline; each timeout knows its place. Arming earlier than the key and each step
 * of expiry are logarithmic in the number in the heap (14 for 10,000). A key that is out of date
 * may wake the processor once, for nothing.
 *
 * The heap's memory grows a frame at a time when threads are created and shrinks when they go, so
 * that arming cannot fail.
 *
 * Layer 3. Called by thread.c, ipc.c, lock.c, trap.c; calls frame.c. (CLRS, chapter 6: heaps.) */
#include "timeout.h"

#include "frame.h"
#include "machine.h"

#define PER_FRAME  (PAGE_SIZE / sizeof(struct timeout *))
#define TIDY_LIMIT 4   /* keys out of date looked at when the next is asked for */
#define FRAMES     129 /* one place for each of 65,536 threads; place 0 is not used */

static struct timeout **frame[FRAMES];
static u32 frames, reserved, entries;
u64 timeout_arming, timeout_first = TIMEOUT_NONE; /* the first's key */

static struct timeout **slot(u32 place)
{
	return &frame[place / PER_FRAME][place % PER_FRAME];
}

static bool before(const struct timeout *a, const struct timeout *b)
{
	return a->key < b->key || (a->key == b->key && a->key_order < b->key_order);
}

static void set_key(struct timeout *timeout)
{
	timeout->key = timeout->deadline;
	timeout->key_order = timeout->order;
}

static bool out_of_date(const struct timeout *timeout)
{
	return timeout->key != timeout->deadline || timeout->key_order != timeout->order;
}

static void put(struct timeout *timeout, u32 place)
{
	*slot(place) = timeout;
	timeout->place = place;
	if (place == 1)
		timeout_first = timeout->key;
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

		if (child > entries)
			break;
		if (child < entries && before(*slot(child + 1), *slot(child)))
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

static void take_out(struct timeout *timeout)
{
	u32 place = timeout->place;
	struct timeout *last = *slot(entries--);

	timeout->place = 0;
	timeout->key = TIMEOUT_NONE;
	if (entries == 0)
		timeout_first = TIMEOUT_NONE;
	if (last == timeout)
		return;
	if (place > 1 && before(last, *slot(place / 2)))
		sift_up(last, place);
	else
		sift_down(last, place);
}

void timeout_init(struct timeout *timeout)
{
	timeout->deadline = timeout->key = TIMEOUT_NONE;
}

void timeout_release(struct timeout *timeout)
{
	if (timeout && timeout->place)
		take_out(timeout);
	ASSERT(reserved > entries);
	reserved--;
	if (reserved / PER_FRAME + 1 < frames) /* place `reserved` is the last that can be used */
		frame_free(virt_to_phys(frame[--frames]));
}

void timeout_arm(struct timeout *timeout, u64 deadline)
{
	ASSERT(!timeout_armed(timeout));
	timeout->deadline = deadline;
	timeout->order = timeout_arming++;
	if (deadline >= timeout->key) /* also when both are never */
		return;
	set_key(timeout);
	ASSERT(timeout->place || entries < reserved);
	sift_up(timeout, timeout->place ? timeout->place : ++entries);
}

/* Puts the first where it belongs if it is out of date. Whether it was. */
static bool tidy(struct timeout *first)
{
	if (!timeout_armed(first)) {
		take_out(first);
		return true;
	}
	if (!out_of_date(first))
		return false;
	set_key(first);
	sift_down(first, 1);
	return true;
}

u64 timeout_next(void)
{
	for (unsigned i = 0; i < TIDY_LIMIT && entries && tidy(*slot(1)); i++)
		;
	return timeout_first;
}

bool timeout_expire(u64 now, struct timeout **expired)
{
	struct timeout *first = entries ? *slot(1) : NULL;

	*expired = NULL;
	if (!first || first->key > now)
		return false;
	if (!tidy(first)) {
		timeout_cancel(first);
		take_out(first);
		*expired = first;
	}
	return true;
}

const struct timeout *timeout_at(u32 place)
{
	return place <= entries ? *slot(place) : NULL;
}
