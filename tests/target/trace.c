/* The ring of events, as a tracer sees it: who may have one, every error; one call and its answer
 * between two spaces are in it, in order, with badge, label and token; no message takes the
 * short cut meanwhile; a small ring loses the oldest events and says how many; the
 * trace ends with its memory.
 *
 * GROUP: trace */
#include <atoll/name.h>

#include "lib/story.h"

#define OP    MSG_LABEL(0x77, 1, 0, 0)
#define BADGE 4711
#define PAGES 16
#define RING  ((const volatile struct trace_ring *)WINDOW)

static cap_t tracing;

static const struct trace_event *event(uint64_t number)
{
	return (const struct trace_event *)WINDOW + 1 + number % RING->room;
}

static void server(uint64_t ep)
{
	struct msg m = { 0 };

	ipc_recv(ep, &m, DEADLINE_FOREVER);
	for (;;) {
		m.label = 0;
		ipc_reply_recv(m.token, &m, ep, DEADLINE_FOREVER);
	}
}

/* The first event of this kind, from a number on, with this label; its number, or `count`. */
static uint64_t find(uint64_t from, uint32_t kind, uint64_t label)
{
	while (from < RING->count && (event(from)->event != kind || event(from)->label != label))
		from++;
	return from;
}

static void round_trip(cap_t to)
{
	struct msg m = { .label = OP };
	const struct trace_event *e;
	uint64_t sent, taken, answered;

	is(ipc_call(to, &m, DEADLINE_FOREVER), 0, "a call while somebody traces");
	is(trace_into(tracing, 0), 0, "trace_into: no more");
	ok(RING->count > 0 && RING->count < RING->room, "the ring holds all of it");
	sent = find(0, TRACE_send, OP);
	taken = find(sent, TRACE_receive, OP);
	answered = find(taken, TRACE_reply, 0);
	if (!ok(answered < RING->count, "it was sent, then received, then answered"))
		return;
	e = event(sent);
	ok(e->thread == own_id() && e->badge == BADGE, "by whom, with which badge");
	is(event(taken)->thread, (int64_t)e->peer, "received by whom it was for");
	is(event(taken)->peer, (int64_t)own_id(), "received from whom it came");
	is(event(answered)->thread, (int64_t)e->peer, "answered by whom it was for");
	ok(e->value == event(taken)->value && e->value == event(answered)->value,
	    "with one token from the call to the answer");
	ok(event(find(taken, TRACE_change, 0))->thread == event(taken)->thread,
	    "and the receiver ran");
	ok(e->time <= event(taken)->time && event(taken)->time <= event(answered)->time,
	    "times do not fall");
}

/* What takes the short cut is not told. */
static void all_are_told(cap_t to, cap_t memory)
{
	uint64_t told = 0;

	is(trace_into(tracing, memory), 0, "trace_into: again, with the same memory");
	for (int i = 0; i < 20; i++) {
		struct msg m = { .label = OP };

		ipc_call(to, &m, DEADLINE_FOREVER);
	}
	is(trace_into(tracing, 0), 0, "trace_into: and no more");
	for (uint64_t i = 0; (i = find(i, TRACE_send, OP)) < RING->count; i++)
		told++;
	is((int64_t)told, 20, "each of 20 calls is told: none took the short cut");
}

static void too_slow(void)
{
	cap_t ep = (cap_t)endpoint_create(), small = (cap_t)mem_create(PAGE_SIZE);
	bool whole = true;
	uint64_t count;

	mem_map(small, 0, WINDOW, 0, PAGE_SIZE, PROT_READ);
	is(trace_into(tracing, small), 0, "trace_into: one page");
	for (uint64_t i = 1; i <= 1000; i++)
		notify(ep, i);
	trace_into(tracing, 0);
	count = RING->count;
	ok(count >= 2000 && RING->room == 63, "a ring of 63 events, and more than 2,000 came");
	for (uint64_t i = count - 63; i < count; i++)
		whole &= event(i)->number == i && event(i)->event != 0;
	ok(whole, "the last 63 are there; the number that came says how many are not");
	mem_unmap(0, WINDOW, PAGE_SIZE);
	is(trace_into(tracing, small), 0, "trace_into: without a window of one's own");
	cap_delete(small); /* the trace ends with it */
	small = (cap_t)mem_create(PAGE_SIZE);
	sleep_ms(5);
	is(trace_into(tracing, small), 0, "trace_into: a ring that died makes room for another");
	trace_into(tracing, 0);
	cap_delete(small);
	cap_delete(ep);
}

static void errors(cap_t memory)
{
	cap_t readable = (cap_t)cap_mint(memory, CAP_READ, 0, 0),
	      other = (cap_t)mem_create(PAGE_SIZE);
	cap_t large = (cap_t)mem_create(TRACE_MAX + PAGE_SIZE), ep = (cap_t)endpoint_create();

	is(trace_into(NO_CAP, memory), -EBADF, "trace_into EBADF: handle never given");
	is(trace_into(0, memory), -EBADF, "trace_into EBADF: handle 0");
	is(trace_into(tracing, NO_CAP), -EBADF, "trace_into EBADF: memory never given");
	if (!as_init())
		is(trace_into(kernel_cap(), memory), -EPERM,
		    "trace_into EPERM: who may ask the kernel may not trace");
	is(trace_into(ep, memory), -EPERM, "trace_into EPERM: not the kernel");
	is(trace_into(ep, 0), -EPERM, "trace_into EPERM: nor may that one end it");
	is(trace_into(tracing, readable), -EPERM,
	    "trace_into EPERM: memory that one may only read");
	is(trace_into(tracing, ep), -EPERM, "trace_into EPERM: no memory");
	is(trace_into(tracing, large), -EINVAL, "trace_into EINVAL: more than TRACE_MAX");
	is(trace_into(tracing, memory), 0, "trace_into: a ring");
	is(trace_into(tracing, other), -EBUSY, "trace_into EBUSY: there is one");
	is(trace_into(tracing, memory), -EBUSY, "trace_into EBUSY: though it is the same");
	is(trace_into(tracing, 0), 0, "trace_into: none");
	is(trace_into(tracing, 0), 0, "trace_into: none, again");
	cap_delete(readable);
	cap_delete(other);
	cap_delete(large);
	cap_delete(ep);
}

int main(void)
{
	const uint64_t size = PAGES * (uint64_t)PAGE_SIZE;
	cap_t ep = (cap_t)endpoint_create(), to = (cap_t)cap_mint(ep, CAP_SEND, BADGE, 0), memory;
	struct child c;

	tracing = as_init() ? as_init()->kernel : (cap_t)name_lookup("trace", time_in_ms(5000));
	if ((int64_t)tracing < 0)
		bail_out("no capability to trace");
	memory = (cap_t)mem_create(size);
	is(mem_map(memory, 0, WINDOW, 0, size, PROT_READ), 0, "the ring, to read");
	errors(memory);
	if (!child_make(&c, 64))
		bail_out("no memory for a child");
	child_start(&c, server, child_give(&c, ep, CAP_RECV, 0), HIGHER, 0);
	sleep_ms(2);
	is(trace_into(tracing, memory), 0, "trace_into");
	round_trip(to);
	all_are_told(to, memory);
	mem_unmap(0, WINDOW, size);
	cap_delete(memory);
	too_slow();
	child_end(&c);
	return tap_done();
}
