/* A window that two spaces share: a megabyte goes through a ring in it, with both sides asleep now
 * and then, and nobody notified who is awake. Then the maker takes the window away, and whoever
 * looks into it gets a fault; a side that unmaps its own leaves the other's alone; and counts that
 * a partner scribbles into the window are told to the other side, and harm only the scribbler.
 *
 * GROUP: window */
#include "lib/story.h"
#include <atoll/ring.h>
#include <string.h>

#define RW    PROT_READ | PROT_WRITE
#define SIZE  8192
#define TOTAL (1u << 20)
#define BYTES RING_WINDOW(SIZE)
#define OURS  (WINDOW + 0x100000)
#define BIT   1

enum { STREAM, TOUCH, SCRIBBLE };

/* What the partner is told; it lies in SHARED, like what it answers. */
struct orders {
	cap_t memory, own, wake; /* the window; what it receives from; what wakes us */
	volatile int64_t error;
	volatile uint64_t got, bad, sleeps;
	volatile bool done;
};
#define ORDERS ((struct orders *)SHARED)

static cap_t ours, theirs; /* endpoints: what each side receives from */
static cap_t faults;

static char byte_of(uint64_t n)
{
	return (char)(n * 31 + (n >> 8) * 7);
}

/* ---- The partner -------------------------------------------------------------------------- */

static void consume(struct ring *r)
{
	struct orders *o = ORDERS;
	char *at;
	size_t count;

	while (!ring_ended(r) && !o->error) {
		o->error = ring_next(r, &at, &count);
		for (size_t i = 0; i < count; i++)
			o->bad += at[i] != byte_of(o->got + i);
		o->got += count;
		ring_done(r, count);
		if (count == 0 && !o->error) {
			o->sleeps++;
			o->error = ring_wait(r, SIZE / 2, o->own, time_in_ms(5000));
		}
	}
}

static void partner(uint64_t what)
{
	struct orders *o = ORDERS;
	struct ring r;

	if (what != TOUCH) {
		o->error = mem_map(o->memory, 0, WINDOW, 0, BYTES, RW);
		ring_init(&r, RING_CONSUMER, (void *)WINDOW, SIZE, o->wake, BIT);
	}
	if (what == STREAM) {
		consume(&r);
	} else if (what == SCRIBBLE) {
		memset((void *)WINDOW, 0xa5, PAGE_SIZE);
		notify(o->wake, BIT);
	} else {
		*(volatile char *)WINDOW = 1;
	}
	o->done = true;
	child_exit();
}

/* ---- Main: makes the window and produces --------------------------------------------------- */

static cap_t make_window(struct ring *r)
{
	cap_t memory = (cap_t)mem_create(BYTES);

	mem_map(memory, 0, OURS, 0, BYTES, RW);
	ring_init(r, RING_PRODUCER, (void *)OURS, SIZE, theirs, BIT);
	return memory;
}

static void begin_partner(struct child *c, cap_t memory, uint64_t what)
{
	struct orders *o = ORDERS;

	ok(child_make(c, 200), "a partner in another space");
	o->memory = child_give(c, memory, CAP_READ | CAP_WRITE, 0);
	o->own = child_give(c, theirs, CAP_RECV, 0);
	o->wake = child_give(c, ours, CAP_NOTIFY, BIT);
	o->error = 0;
	o->got = o->bad = o->sleeps = 0;
	o->done = false;
	child_start(c, partner, what, LOWER, faults);
}

static bool partner_done(void)
{
	for (int i = 0; i < 500 && !ORDERS->done; i++)
		sleep_ms(10);
	return ORDERS->done;
}

static void stream(void)
{
	static char bytes[SIZE];
	uint64_t put = 0, sleeps = 0, rounds = 0;
	struct child c;
	struct ring r;
	cap_t memory = make_window(&r);
	int error = 0;

	begin_partner(&c, memory, STREAM);
	while (put < TOTAL && !error) {
		size_t want = 1 + put * 7919 % SIZE;
		int64_t done;

		want = want < TOTAL - put ? want : TOTAL - put;
		if (++rounds % 64 == 0) /* until the partner finds nothing, and longer */
			do
				sleep_ms(10);
			while (ring_ready(&r) < SIZE);
		for (size_t i = 0; i < want; i++)
			bytes[i] = byte_of(put + i);
		done = ring_put(&r, bytes, want);
		put += done > 0 ? (uint64_t)done : 0;
		if (done < (int64_t)want) {
			sleeps++;
			error = ring_wait(&r, SIZE / 2, ours, time_in_ms(5000));
		}
	}
	is(error, 0, "a megabyte is put");
	ring_end(&r);
	ok(partner_done(), "the partner comes to the end");
	is(ORDERS->error, 0, "and nothing was wrong");
	ok(ORDERS->got == TOTAL && ORDERS->bad == 0, "all of it is got, in order");
	ok(sleeps > 10 && ORDERS->sleeps > 0, "both have slept: %lu and %lu times", sleeps,
	    ORDERS->sleeps);
	child_end(&c);
	cap_delete(memory);
	endpoint_unbind(ours);
}

/* ---- Isolation ------------------------------------------------------------------------------ */

/* The partner's fault, or none within a second. */
static bool faulted(uint64_t address)
{
	struct msg m = { 0 };
	int error = ipc_recv(faults, &m, time_in_ms(1000));
	bool there = error == 0 && MSG_OP(m.label) == FAULT_OP;

	if (there) {
		is((int64_t)m.word[2], (int64_t)address, "it is a fault, at that address");
		m.label = 1; /* end it */
		ipc_reply(m.token, &m);
	}
	endpoint_unbind(faults);
	return there;
}

static void taken_away(void)
{
	struct child c;
	struct ring r;
	cap_t memory = make_window(&r);
	struct orders *o = ORDERS;

	begin_partner(&c, memory, TOUCH);
	ok(faulted(WINDOW), "a window that was not mapped yet is not there");
	is(mem_map(memory, c.space, WINDOW, 0, BYTES, RW), 0, "mapped for the partner");
	child_start(&c, partner, TOUCH, LOWER, faults);
	ok(partner_done(), "it can write there");
	is(*(volatile char *)OURS, 1, "and we see that");
	o->done = false;
	is(mem_unmap(c.space, WINDOW, BYTES), 0, "unmapped over there");
	child_start(&c, partner, TOUCH, LOWER, faults);
	ok(faulted(WINDOW) && !o->done, "it cannot write any more");
	*(volatile char *)OURS = 2;
	is(*(volatile char *)OURS, 2, "we can");
	child_end(&c);
	cap_delete(memory);
}

/* Revoked by who made it, while the partner has it mapped through its own capability. */
static void revoked(void)
{
	struct child c;
	struct ring r;
	cap_t memory = make_window(&r);
	struct orders *o = ORDERS;

	begin_partner(&c, memory, SCRIBBLE);
	ok(partner_done() && o->error == 0, "a partner that has the window");
	cap_revoke(memory);
	o->done = false;
	child_start(&c, partner, TOUCH, LOWER, faults);
	ok(faulted(WINDOW) && !o->done, "it is revoked: the partner cannot look into it any more");
	child_end(&c);
	cap_delete(memory);
}

static void scribbled(void)
{
	static char bytes[SIZE];
	struct child c;
	struct ring r;
	cap_t memory = make_window(&r);

	memset(bytes, 1, sizeof bytes);
	is(ring_put(&r, bytes, SIZE), SIZE, "a full ring");
	begin_partner(&c, memory, SCRIBBLE);
	is(ring_wait(&r, 1, ours, time_in_ms(5000)), -EPROTO,
	    "its partner scribbles: whoever waits for room is told");
	is(ring_put(&r, bytes, 1), -EPROTO, "and puts nothing");
	ok(memcmp((void *)(OURS + PAGE_SIZE), bytes, SIZE) == 0,
	    "no byte has been put where none belongs");
	ok(partner_done(), "the scribbler has done its work");
	child_end(&c);
	cap_delete(memory);
	endpoint_unbind(ours);
}

int main(void)
{
	ours = (cap_t)endpoint_create();
	theirs = (cap_t)endpoint_create();
	faults = (cap_t)endpoint_create();
	warm_up();
	stream();
	taken_away();
	revoked();
	scribbled();
	return tap_done();
}
