/* Spaces: made, given a thread and memory, destroyed with threads in every state and with more in
 * them than one kernel entry can take apart; destroyed by one that dies half-way, or by itself.
 * Whatever happens, all frames come back.
 *
 * GROUP: caps */
#include "lib/story.h"
#include <string.h>

#define FLAGS ((volatile uint64_t *)SHARED)
#define TAG   0x5ace /* no process has it */

static cap_t ep;

static int64_t make(uint64_t frames, unsigned ceiling, const char *name, size_t length)
{
	return space_create(frames, ceiling, name, length, TAG);
}

/* ---- space_create --------------------------------------------------------------------- */

static void creating(void)
{
	const unsigned top = space_info(0).ceiling;
	struct info_space info;
	int64_t space;

	is(make(64, 64, "x", 1), -EINVAL, "space_create EINVAL: ceiling 64");
	is(make(64, ~0u, "x", 1), -EINVAL, "space_create EINVAL: ceiling 2^32-1");
	is(make(64, 1, "0123456789abcdef", 16), -EINVAL,
	    "space_create EINVAL: a name of 16 characters");
	is(make(64, 1, "x", ~0ull), -EINVAL, "space_create EINVAL: M6 a name of 2^64-1 characters");
	is(make(~0ull, 1, "x", 1), -EINVAL, "space_create EINVAL: M6 2^64-1 frames");
	if (top < 63)
		is(make(64, top + 1, "x", 1), -EPERM,
		    "space_create EPERM: a ceiling above one's own");
	else
		skip("init's ceiling is 63", "space_create EPERM: a ceiling above one's own");
	is(make(64, 1, (char *)UNMAPPED, 1), -EFAULT, "space_create EFAULT: the name, not mapped");
	is(make(64, 1, (char *)KERNEL_START, 8), -EFAULT,
	    "space_create EFAULT: M3 the name, kernel");
	is(make(64, 1, (char *)NON_CANONICAL - 4, 8), -EFAULT,
	    "space_create EFAULT: M4 the name, across the end");
	is(make(0, 1, "x", 1), -ENOMEM, "space_create ENOMEM: no frames");
	is(make(2, 1, "x", 1), -ENOMEM, "space_create ENOMEM: fewer frames than it needs itself");
	space = make(64, 1, NULL, 0);
	ok(space > 0, "space_create: without a name, whose address is free then");
	cap_delete((cap_t)space);
	space = make(64, top, "a\nb\x1b\x80 c", 7);
	ok(space > 0, "space_create: a name of odd characters");
	info = space_info(TAG);
	ok(strcmp(info.name, "a?b???c") == 0, "space_create: they become question marks: %s",
	    info.name);
	ok(info.quota == 64 && info.ceiling == top && info.threads == 0 && info.caps == 0,
	    "kernel_info: quota, ceiling, nothing in it");
	cap_delete((cap_t)space);
	is(space_info(TAG).id, 0, "cap_delete: the last capability; the space is gone");
}

/* Runs in the child: promises a grandchild so many frames. */
static void promise(uint64_t frames)
{
	FLAGS[1] = (uint64_t)space_create(frames, 1, "grandchild", 10, 0xd);
	child_exit();
}

/* A quota is a limit, not a reservation. */
static void quotas(void)
{
	struct child c;
	int64_t thread;

	child_make(&c, 32);
	thread = child_start(&c, promise, 1000, HIGHER, 0);
	ok(dead((cap_t)thread) && (int64_t)FLAGS[1] > 0, "a child may promise more than it has");
	ok(space_info(0xd).quota == 1000 && space_info(0xc).quota == 32,
	    "kernel_info: both limits");
	cap_delete((cap_t)thread);
	child_end(&c);
	is(space_info(0xd).id, 0, "space_destroy: what a child created goes with its capability");
}

/* ---- space_destroy -------------------------------------------------------------------- */

static void destroying(void)
{
	int64_t space = make(64, 1, "x", 1), blind = cap_mint((cap_t)space, CAP_TRANSFER, 0, 0);

	is(space_destroy(NO_CAP), -EBADF, "space_destroy EBADF: handle never given");
	is(space_destroy(0), -EBADF, "space_destroy EBADF: handle 0 is nobody here");
	is(space_destroy(ep), -EPERM, "space_destroy EPERM: not a space");
	is(space_destroy((cap_t)blind), -EPERM, "space_destroy EPERM: without CAP_SPACE");
	is(space_destroy((cap_t)space), 0, "space_destroy: done when it returns");
	is(space_destroy((cap_t)space), 0, "space_destroy: again, no harm");
	is(space_info(TAG).threads, 0, "kernel_info: a dead space stays listed while it is named");
	cap_delete((cap_t)blind);
	cap_delete((cap_t)space);
	is(space_info(TAG).id, 0, "cap_delete: then it is gone");
}

/* What a thread of the child does: the state it is to be in. */
static void be_in_state(uint64_t state)
{
	const cap_t send = (cap_t)FLAGS[0], recv = (cap_t)FLAGS[1];
	static uint64_t word;
	struct msg m = { 0 };

	if (state == STATE_READY)
		for (;;)
			FLAGS[3]++;
	if (state == STATE_SEND || state == STATE_REPLY)
		ipc_call(send, &m, DEADLINE_FOREVER);
	if (state == STATE_RECEIVE)
		ipc_recv(recv, &m, DEADLINE_FOREVER);
	if (state == STATE_LOCK) {
		lock_wait(&word, DEADLINE_FOREVER); /* the first has it, the others wait for it */
		*(volatile char *)UNMAPPED = 0;     /* while it waits for its pager */
	}
	ipc_recv(0, &m, DEADLINE_FOREVER);
	child_exit();
}

static void in_every_state(void)
{
	static const unsigned states[] = { STATE_REPLY, STATE_SEND, STATE_RECEIVE, STATE_LOCK,
		STATE_LOCK, STATE_LOCK, STATE_READY };
	cap_t other = (cap_t)endpoint_create(), pager = (cap_t)endpoint_create();
	const uint64_t frames = settled_frames();
	struct msg m = { 0 };
	struct child c;

	for (int round = 0; round < 3; round++) {
		child_make(&c, 128);
		FLAGS[0] = child_give(&c, other, CAP_SEND, 1);
		FLAGS[1] = child_give(&c, pager, CAP_RECV, 1);
		for (unsigned i = 0; i < COUNT(states); i++) {
			cap_delete((cap_t)child_start(&c, be_in_state, states[i],
			    states[i] == STATE_READY ? LOWER : HIGHER, other));
			if (i == 0)
				ipc_recv(other, &m, DEADLINE_NOW);
		}
		cap_delete((cap_t)thread_create(c.space, WINDOW, WINDOW, 0, 1, other));
		sleep_ms(5);
		is(space_info(0xc).threads, COUNT(states) + 1,
		    "D4 a space with threads in every state");
		is(space_destroy(c.space), 0, "space_destroy: D4 all of them");
		is(ipc_reply(m.token, &m), -ESRCH,
		    "ipc_reply ESRCH: D2 the caller's space is gone");
		is(ipc_recv(other, &m, DEADLINE_NOW), -ETIMEDOUT,
		    "D1 none of its messages is left in a queue");
		child_end(&c);
	}
	endpoint_unbind(other);
	is((int64_t)settled_frames(), (int64_t)frames, "space_destroy: all frames are back");
	cap_delete(other);
	cap_delete(pager);
}

/* ---- Large spaces --------------------------------------------------------------------- */

/* 300 threads, 1,000 capabilities, 200 windows, 8 MiB. */
static bool fill(struct child *c)
{
	cap_t memory = (cap_t)mem_create(8 << 20);
	bool all = mem_map(memory, c->space, WINDOW, 0, 8 << 20, PROT_READ | PROT_WRITE) == 0;

	for (uint64_t i = 0; i < 300; i++) {
		int64_t thread = thread_create(c->space, WINDOW, WINDOW, 0, 1, 0);

		all &= thread > 0;
		cap_delete((cap_t)thread);
	}
	for (int i = 0; i < 1000; i++)
		all &= cap_mint(ep, CAP_SEND, 1, c->space) > 0;
	for (uint64_t i = 0; i < 200; i++)
		all &= mem_map(memory, c->space, WINDOW + (1ull << 30) * (i + 1), 0, PAGE_SIZE,
			   PROT_READ) == 0;
	all &= cap_mint(memory, CAP_READ, 0, c->space) > 0;
	cap_delete(memory); /* and with it the windows; the child has its own */
	return all;
}

static cap_t victim;

static void destroy_it(struct worker *w)
{
	w->result = space_destroy(victim);
}

/* The destroyer is killed after a while. Whether it had come to its end by then. */
static bool destroyed_in(uint64_t ns, bool *begun)
{
	struct worker w = { .run = destroy_it };
	struct msg m = { 0 };
	struct child c;
	bool ended;

	child_make(&c, 2048);
	fill(&c);
	victim = c.space;
	begin(&w, LOWER);
	ipc_recv(0, &m, time_in_ns(ns));
	ended = w.done;
	*begun = w.id != 0;
	end(&w);
	cap_delete(c.space);
	c.space = 0;
	child_end(&c);
	return ended;
}

/* A while, twice that, and so on until it comes to its end; again, should that have been at once
 * because the emulator was busy elsewhere. */
static unsigned half_way(void)
{
	unsigned interrupted = 0;

	for (int round = 0; round < 10 && !interrupted; round++) {
		bool ended = false, begun;

		for (uint64_t ns = 1000; !ended; ns *= 2) {
			ended = destroyed_in(ns, &begun);
			interrupted += begun && !ended;
		}
	}
	return interrupted;
}

static void large(void)
{
	uint64_t frames;
	struct child c;

	child_make(&c, 2048);
	ok(fill(&c), "a space with 300 threads, 1,000 capabilities, 200 windows");
	child_end(&c);
	frames = settled_frames();

	child_make(&c, 2048);
	fill(&c);
	is(space_destroy(c.space), 0, "space_destroy: a large one, in many steps");
	child_end(&c);
	is((int64_t)settled_frames(), (int64_t)frames, "space_destroy: all frames are back");

	ok(half_way() > 0, "space_destroy: D6 the destroyer dies half-way");
	is((int64_t)settled_frames(), (int64_t)frames, "space_destroy: D6 all frames are back");
}

/* ---- By itself ------------------------------------------------------------------------ */

static void destroy_oneself(uint64_t argument)
{
	FLAGS[1] = 1;
	space_destroy((cap_t)FLAGS[0]);
	FLAGS[1] = 2;
	child_exit();
}

static void by_itself(void)
{
	const uint64_t frames = settled_frames();
	int64_t thread;
	struct child c;

	child_make(&c, 64);
	FLAGS[0] = child_give(&c, c.space, CAP_SPACE, 0);
	thread = child_start(&c, destroy_oneself, 0, HIGHER, 0);
	ok(dead((cap_t)thread) && FLAGS[1] == 1, "space_destroy: of oneself does not return");
	is(thread_create(c.space, WINDOW, WINDOW, 0, 1, 0), -EPIPE, "and the space is dead");
	cap_delete((cap_t)thread);
	child_end(&c);
	is((int64_t)settled_frames(), (int64_t)frames, "space_destroy: all frames are back");
}

/* Runs in the child: makes two spaces that hold each other, one that holds itself, each with a
 * thread that spins, and forgets them. */
static void make_ring(uint64_t argument)
{
	cap_t one = (cap_t)space_create(32, 1, "one", 3, 0xd1),
	      two = (cap_t)space_create(32, 1, "two", 3, 0xd2);
	cap_t three = (cap_t)space_create(32, 1, "three", 5, 0xd3);

	cap_mint(one, CAP_SPACE, 0, two);
	cap_mint(two, CAP_SPACE, 0, one);
	cap_mint(three, CAP_SPACE, 0, three);
	thread_start((cap_t)thread_create(one, WINDOW, WINDOW, 0, 0, (cap_t)FLAGS[0]));
	thread_start((cap_t)thread_create(three, WINDOW, WINDOW, 0, 0, (cap_t)FLAGS[0]));
	cap_delete(one);
	cap_delete(two);
	cap_delete(three);
	child_exit();
}

static void rings(void)
{
	const uint64_t frames = settled_frames();
	cap_t pager = (cap_t)endpoint_create();
	int64_t thread;
	struct child c;

	child_make(&c, 256);
	FLAGS[0] = child_give(&c, pager, CAP_SEND, 0);
	thread = child_start(&c, make_ring, 0, HIGHER, 0);
	ok(dead((cap_t)thread), "a child makes spaces that hold themselves, and forgets them");
	sleep_ms(2);
	ok(space_info(0xd1).threads == 1 && space_info(0xd2).id && space_info(0xd3).threads == 1,
	    "they live on, and their threads wait for their pager");
	cap_delete((cap_t)thread);
	child_end(&c);
	sleep_ms(5);
	ok(!space_info(0xd1).id && !space_info(0xd2).id && !space_info(0xd3).id,
	    "space_destroy: what a space created ends with it, also if it holds itself");
	cap_delete(pager);
	is((int64_t)settled_frames(), (int64_t)frames, "space_destroy: all frames are back");
}

/* A thread of a space that is dying, but has too many threads to be killed at once. */
static void go_on_making(uint64_t argument)
{
	for (;;) {
		FLAGS[3]++;
		FLAGS[1] = (uint64_t)thread_create(0, WINDOW, WINDOW, 0, 1, 0);
		FLAGS[2] = (uint64_t)space_create(16, 1, "late", 4, 0xd4);
	}
}

static void making_while_dying(void)
{
	const uint64_t frames = settled_frames();
	struct child c;

	child_make(&c, 512);
	for (int i = 0; i < 200; i++)
		cap_delete((cap_t)thread_create(c.space, WINDOW, WINDOW, 0, 1, 0));
	FLAGS[1] = FLAGS[3] = 0;
	cap_delete((cap_t)child_start(&c, go_on_making, 0, LOWER, 0));
	cap_delete(c.space); /* the last capability of it: it dies, and this does not wait for it */
	c.space = 0;
	for (int i = 0; i < 500 && space_info(0xc).id != 0; i++)
		sleep_ms(10);
	note("it made %lu threads in that time, the last answer was %s", FLAGS[3],
	    (int64_t)FLAGS[1] < 0 ? error_name(-(int)FLAGS[1]) : "a thread");
	is(space_info(0xc).id, 0, "D4 a thread that makes threads and spaces while its space dies");
	child_end(&c);
	is((int64_t)settled_frames(), (int64_t)frames, "space_destroy: all frames are back");
}

/* What a child does does not show here, but in what is shared. */
static void scribble(uint64_t argument)
{
	ep = 0x1234;
	FLAGS[4] = argument;
	child_exit();
}

static void apart(void)
{
	const cap_t before = ep;
	int64_t thread;
	struct child c;

	child_make(&c, 64);
	thread = child_start(&c, scribble, 99, HIGHER, 0);
	ok(dead((cap_t)thread) && FLAGS[4] == 99, "a child writes to what is shared");
	ok(ep == before, "and what it writes to its own variables is its own");
	cap_delete((cap_t)thread);
	child_end(&c);
}

int main(void)
{
	ep = (cap_t)endpoint_create();
	warm_up();
	creating();
	quotas();
	destroying();
	apart();
	in_every_state();
	large();
	rings();
	making_while_dying();
	by_itself();
	return tap_done();
}
