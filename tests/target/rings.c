/* Rings, made on purpose: booted with deadlock=wait the call that closes a ring is not refused but
 * waits, and lends nothing; a deadline breaks the ring. While it stands, and when it is gone,
 * nobody has more priority than somebody outside lends.
 *
 * GROUP: inherit
 * APPEND: deadlock=wait */
#include "lib/story.h"

/* Binds its endpoint, lets the others do the same, then calls. */
static void bind_and_call(struct worker *w)
{
	struct msg m = { 0 };

	ipc_recv(w->own, &m, DEADLINE_NOW);
	w->id = own_id();
	sleep_ms(5);
	do_call(w);
}

#define RING 4

static struct worker w[RING];

/* Each calls the next, the last the first; their base priorities differ, and their deadlines. */
static void make_ring(unsigned size, uint64_t first_deadline)
{
	for (unsigned i = 0; i < size; i++)
		w[i] = (struct worker){ bind_and_call, .own = (cap_t)endpoint_create() };
	for (unsigned i = 0; i < size; i++) {
		w[i].ep = w[(i + 1) % size].own;
		w[i].deadline = i == 0 ? first_deadline : DEADLINE_FOREVER;
		begin(&w[i], LOWER);
	}
	for (unsigned i = 0; i < size; i++)
		in_state(&w[i], STATE_SEND);
}

static bool all_wait(unsigned size)
{
	bool all = true;

	for (unsigned i = 0; i < size; i++)
		all &= in_state(&w[i], STATE_SEND);
	return all;
}

static bool all_at(unsigned size, int priority)
{
	bool all = true;

	for (unsigned i = 0; i < size; i++)
		all &= effective_priority(w[i].id) == own_priority() + priority;
	return all;
}

static void end_ring(unsigned size)
{
	for (unsigned i = 0; i < size; i++) {
		end(&w[i]);
		cap_delete(w[i].own);
	}
}

static void broken_by_deadline(unsigned size)
{
	make_ring(size, time_in_ms(100));
	ok(all_wait(size), "P13 a ring of %u: all wait", size);
	ok(all_at(size, LOWER), "P13 a ring of %u: nobody has more than its own", size);
	ok(finished(&w[0]) && w[0].result == -ETIMEDOUT,
	    "P13 a ring of %u: the deadline of one breaks it", size);
	for (unsigned i = 1; i < size; i++)
		thread_kill(w[i].cap);
	end_ring(size);
}

/* P23: a high thread joins from outside, and leaves. */
static void lent_from_outside(void)
{
	struct worker client = { do_call, .deadline = time_in_ms(60) };
	unsigned lifted = 0;

	make_ring(3, DEADLINE_FOREVER);
	client.ep = w[1].own;
	begin(&client, HIGHER);
	in_state(&client, STATE_SEND);
	for (unsigned i = 0; i < 3; i++)
		lifted += effective_priority(w[i].id) == own_priority() + HIGHER;
	ok(effective_priority(w[1].id) == own_priority() + HIGHER && lifted >= 1,
	    "P23 whom a high thread calls is lifted, in a ring too (%u of 3)", lifted);
	ok(finished(&client) && client.result == -ETIMEDOUT, "P23 it leaves");
	ok(all_at(3, LOWER), "P23 no ghost of its priority stays in the ring");
	end(&client);
	end_ring(3);
}

static void to_oneself(void)
{
	cap_t ep = (cap_t)endpoint_create();
	struct msg m = { 0 };

	ipc_recv(ep, &m, DEADLINE_NOW);
	is(ipc_call(ep, &m, time_in_ms(10)), -ETIMEDOUT,
	    "P14 to oneself: waits, until its deadline");
	is(effective_priority(own_id()), own_priority(), "P14 to oneself: nothing lent");
	endpoint_unbind(ep);
	cap_delete(ep);
}

int main(void)
{
	to_oneself();
	broken_by_deadline(2);
	broken_by_deadline(3);
	broken_by_deadline(4);
	lent_from_outside();
	return tap_done();
}
