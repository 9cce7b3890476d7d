/* The ring: see atoll/ring.h. No system call but those that wake and wait.
 *
 * Invariant: what one side trusts it keeps in its own struct ring. The window is only ever written
 * on one's own side, and read on the other's once for each decision.
 *
 * Whether a sleeper is woken hangs on order. With A about to sleep and B moving its count:
 *
 *	A (ring_sleep)              B (move)
 *	1 event = 100               1 count = 120
 *	  fence                       fence
 *	2 reads count               2 reads event
 *
 * Whichever way these interleave, A's 2 sees B's 1 or B's 2 sees A's 1: A does not sleep, or B
 * notifies. Without the fences a processor may do 2 before 1, on both sides at once. The event is a
 * count and not a flag (as in Xen's rings), so nobody has to clear what the other wrote, and
 * passing it happens once: B notifies once for each sleep. */
#include <atoll/ring.h>
#include <errno.h>
#include <stdatomic.h>
#include <string.h>

void ring_init(
    struct ring *r, enum ring_role role, void *window, size_t size, cap_t wake, uint64_t bits)
{
	struct ring_window *w = window;

	*r = (struct ring){ .bytes = (char *)window + PAGE_SIZE, .size = size, .role = role };
	r->mine = role == RING_PRODUCER ? &w->producer : &w->consumer;
	r->other = role == RING_PRODUCER ? &w->consumer : &w->producer;
	r->wake = wake;
	r->bits = bits;
}

int64_t ring_ready(const struct ring *r)
{
	uint64_t other = atomic_load_explicit(&r->other->count, memory_order_acquire);
	uint64_t filled = r->role == RING_PRODUCER ? r->count - other : other - r->count;

	if (filled > r->size)
		return -EPROTO;
	return (int64_t)(r->role == RING_PRODUCER ? r->size - filled : filled);
}

bool ring_ended(const struct ring *r)
{
	return ring_ready(r) == 0 &&
	    atomic_load_explicit(&r->other->end, memory_order_acquire) == r->count + 1;
}

int ring_next(const struct ring *r, char **bytes, size_t *count)
{
	int64_t ready = ring_ready(r);
	size_t at = r->count & (r->size - 1);

	*bytes = r->bytes + at;
	*count = 0;
	if (ready < 0)
		return -EPROTO;
	*count = (size_t)ready < r->size - at ? (size_t)ready : r->size - at;
	return 0;
}

/* Has the other side said that it sleeps until our count passes what it just passed? A value that
 * makes no sense is one that was not passed: nobody is woken, by its own fault. */
static void wake_if_asleep(struct ring *r, uint64_t before)
{
	uint64_t event;

	atomic_thread_fence(memory_order_seq_cst);
	event = atomic_load_explicit(&r->other->event, memory_order_relaxed);
	if (event - before - 1 < r->count - before)
		notify(r->wake, r->bits);
}

void ring_done(struct ring *r, size_t count)
{
	uint64_t before = r->count;

	r->count += count;
	atomic_store_explicit(&r->mine->count, r->count, memory_order_release);
	wake_if_asleep(r, before);
}

/* Twice at the most: up to the end of the bytes, and from their start. `from` or `to` is the
 * caller's; the other one, NULL, is the ring. */
static int64_t copy(struct ring *r, const char *from, char *to, size_t count)
{
	size_t done = 0, piece;
	char *at;

	for (int part = 0; part < 2 && done < count; part++, done += piece) {
		if (ring_next(r, &at, &piece) != 0)
			return -EPROTO;
		piece = piece < count - done ? piece : count - done;
		if (from)
			memcpy(at, from + done, piece);
		else
			memcpy(to + done, at, piece);
		ring_done(r, piece);
	}
	return (int64_t)done;
}

int64_t ring_put(struct ring *r, const void *from, size_t count)
{
	return copy(r, from, NULL, count);
}

int64_t ring_get(struct ring *r, void *to, size_t count)
{
	return copy(r, NULL, to, count);
}

/* One more than the count, so that 0 can stand for "not known". Whoever sleeps waits for bytes that
 * will not come, so the other is woken whenever its event lies ahead. But once for each end: else
 * one whose waking comes back to us, and lets us look and end again, would keep us here for good.
 */
void ring_end(struct ring *r)
{
	uint64_t event;

	if (r->end == r->count + 1)
		return;
	r->end = r->count + 1;
	atomic_store_explicit(&r->mine->end, r->end, memory_order_release);
	atomic_thread_fence(memory_order_seq_cst);
	event = atomic_load_explicit(&r->other->event, memory_order_relaxed);
	if (event - r->count - 1 < r->size)
		notify(r->wake, r->bits);
}

bool ring_sleep(struct ring *r, size_t wanted)
{
	/* Ready is size - (ours - theirs), or theirs - ours: so far must theirs come. */
	uint64_t event = r->role == RING_PRODUCER ? r->count + wanted - r->size : r->count + wanted;
	int64_t ready;

	atomic_store_explicit(&r->mine->event, event, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	ready = ring_ready(r);
	if (ready < 0 || (size_t)ready >= wanted)
		return false;
	return r->role == RING_PRODUCER ||
	    atomic_load_explicit(&r->other->end, memory_order_acquire) !=
	    r->count + (uint64_t)ready + 1;
}

int ring_wait(struct ring *r, size_t wanted, cap_t endpoint, uint64_t deadline)
{
	while (ring_sleep(r, wanted)) {
		struct msg m = { 0 };
		int error = ipc_recv(endpoint, &m, deadline);

		if (error)
			return error;
	}
	return ring_ready(r) < 0 ? -EPROTO : 0;
}
