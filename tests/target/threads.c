/* Threads: made, started, set, killed in every state; priorities and turns. Helpers are threads of
 * the story's own space; where a thread need not run it is made with an entry point at WINDOW,
 * where nothing is.
 *
 * Turns are told by the order of events, and a slice of a busy host is short: so in instructions.
 *
 * GROUP: inherit caps
 * ICOUNT: yes
 * TIMEOUT: 90 */
#include "lib/story.h"

static cap_t ep;

static int64_t make(uint64_t entry, uint64_t stack, unsigned priority, cap_t pager)
{
	return thread_create(0, entry, stack, 0, priority, pager);
}

static unsigned ceiling(void)
{
	return space_info(0).ceiling;
}

/* ---- thread_create -------------------------------------------------------------------- */

static void creating(void)
{
	const unsigned top = ceiling();
	cap_t mute = (cap_t)cap_mint(ep, CAP_RECV, 0, 0), blind, widow, parent;
	int64_t thread = make(WINDOW, WINDOW, 0, 0);
	struct info_thread info = { 0 };
	struct child c;

	ok(thread > 0, "thread_create: priority 0");
	cap_delete((cap_t)thread);
	is(make(USER_END, WINDOW, 1, 0), -EINVAL,
	    "thread_create EINVAL: entry at the end of user space");
	is(make(NON_CANONICAL, WINDOW, 1, 0), -EINVAL,
	    "thread_create EINVAL: M4 entry non-canonical");
	is(make(KERNEL_START, WINDOW, 1, 0), -EINVAL,
	    "thread_create EINVAL: M3 entry in the kernel");
	is(make(WINDOW, USER_END + 1, 1, 0), -EINVAL,
	    "thread_create EINVAL: stack past user space");
	is(make(WINDOW, NON_CANONICAL, 1, 0), -EINVAL,
	    "thread_create EINVAL: M4 stack non-canonical");
	is(make(WINDOW, WINDOW, 64, 0), -EINVAL, "thread_create EINVAL: priority 64");
	is(make(WINDOW, WINDOW, ~0u, 0), -EINVAL, "thread_create EINVAL: priority 2^32-1");
	if (top < 63)
		is(make(WINDOW, WINDOW, top + 1, 0), -EPERM,
		    "thread_create EPERM: above the space's ceiling");
	else
		skip(
		    "init may have any priority", "thread_create EPERM: above the space's ceiling");
	is(make(WINDOW, WINDOW, 1, NO_CAP), -EBADF, "thread_create EBADF: the pager");
	is(make(WINDOW, WINDOW, 1, mute), -EPERM,
	    "thread_create EPERM: the pager, without CAP_SEND");
	parent = (cap_t)endpoint_create();
	widow = (cap_t)cap_mint(parent, CAP_SEND, 0, 0);
	cap_delete(parent);
	is(make(WINDOW, WINDOW, 1, widow), -EPIPE, "thread_create EPIPE: the pager is dead");
	is(thread_create(NO_CAP, WINDOW, WINDOW, 0, 1, 0), -EBADF,
	    "thread_create EBADF: the space");
	is(thread_create(ep, WINDOW, WINDOW, 0, 1, 0), -EPERM,
	    "thread_create EPERM: the space is not one");
	child_make(&c, 64);
	blind = (cap_t)cap_mint(c.space, CAP_TRANSFER, 0, 0);
	is(thread_create(blind, WINDOW, WINDOW, 0, 1, 0), -EPERM,
	    "thread_create EPERM: a space without CAP_SPACE");
	is(thread_create(c.space, WINDOW, WINDOW, 0, (unsigned)own_priority() + HIGHEST + 1, 0),
	    -EPERM, "thread_create EPERM: above the ceiling of another space");
	space_destroy(c.space);
	is(thread_create(c.space, WINDOW, WINDOW, 0, 1, 0), -EPIPE,
	    "thread_create EPIPE: the space is dead");
	child_end(&c);
	cap_delete(blind);
	cap_delete(widow);
	cap_delete(mute);
	ok(thread_info(own_id(), &info) && info.state == STATE_READY,
	    "the caller is READY throughout");
}

/* ---- thread_start, thread_set, thread_kill --------------------------------------------- */

static void starting(void)
{
	cap_t thread = (cap_t)make(WINDOW, WINDOW, 1, 0);
	cap_t blind = (cap_t)cap_mint(thread, CAP_TRANSFER, 0, 0);
	struct worker w = { .run = do_recv, .deadline = DEADLINE_FOREVER };

	is(thread_start(0), -EBUSY, "thread_start EBUSY: oneself, who runs already");
	is(thread_start(NO_CAP), -EBADF, "thread_start EBADF: handle never given");
	is(thread_start(ep), -EPERM, "thread_start EPERM: not a thread");
	is(thread_start(blind), -EPERM, "thread_start EPERM: without CAP_THREAD");
	prepare(&w, HIGHER);
	is(w.id, 0, "thread_create: does not run before it is started");
	is(thread_start(w.cap), 0, "thread_start: starts");
	ok(w.id != 0, "thread_start: one of a higher priority has run when it returns");
	is(thread_start(w.cap), -EBUSY, "thread_start EBUSY: started already");
	end(&w);
	thread_kill(thread);
	is(thread_start(thread), -EPIPE, "thread_start EPIPE: the thread is dead");
	cap_delete(thread);
	cap_delete(blind);
}

static void setting(void)
{
	cap_t thread = (cap_t)make(WINDOW, WINDOW, 1, 0),
	      mute = (cap_t)cap_mint(ep, CAP_RECV, 0, 0);
	cap_t blind = (cap_t)cap_mint(thread, CAP_TRANSFER, 0, 0), widow, parent;
	const unsigned top = ceiling();

	is(thread_set(NO_CAP, THREAD_PRIORITY, 1), -EBADF, "thread_set EBADF: handle never given");
	is(thread_set(ep, THREAD_PRIORITY, 1), -EPERM, "thread_set EPERM: not a thread");
	is(thread_set(blind, THREAD_PRIORITY, 1), -EPERM, "thread_set EPERM: without CAP_THREAD");
	is(thread_set(thread, 3, 0), -EINVAL, "thread_set EINVAL: what to set");
	is(thread_set(thread, ~0u, 0), -EINVAL, "thread_set EINVAL: what to set, 2^32-1");
	is(thread_set(thread, THREAD_PRIORITY, 64), -EINVAL, "thread_set EINVAL: priority 64");
	is(thread_set(thread, THREAD_PRIORITY, ~0ull), -EINVAL,
	    "thread_set EINVAL: priority 2^64-1");
	if (top < 63)
		is(thread_set(thread, THREAD_PRIORITY, top + 1), -EPERM,
		    "thread_set EPERM: above the ceiling");
	else
		skip("init may have any priority", "thread_set EPERM: above the ceiling");
	is(thread_set(thread, THREAD_PRIORITY, top), 0, "thread_set: up to the ceiling");
	is(thread_set(thread, THREAD_TLS, NON_CANONICAL), -EINVAL,
	    "thread_set EINVAL: M4 FS base non-canonical");
	is(thread_set(0, THREAD_TLS, KERNEL_START), -EINVAL,
	    "thread_set EINVAL: M3 FS base in the kernel");
	is(thread_set(thread, THREAD_TLS, NON_CANONICAL - 1), 0,
	    "thread_set: FS base, any user address");
	is(thread_set(thread, THREAD_PAGER, NO_CAP), -EBADF, "thread_set EBADF: the pager");
	is(thread_set(thread, THREAD_PAGER, mute), -EPERM,
	    "thread_set EPERM: the pager, without CAP_SEND");
	parent = (cap_t)endpoint_create();
	widow = (cap_t)cap_mint(parent, CAP_SEND, 0, 0);
	is(thread_set(thread, THREAD_PAGER, widow), 0, "thread_set: a pager");
	cap_delete(parent);
	is(thread_set(thread, THREAD_PAGER, widow), -EPIPE, "thread_set EPIPE: the pager is dead");
	is(thread_set(thread, THREAD_PAGER, 0), 0, "thread_set: no pager");
	thread_kill(thread);
	is(thread_set(thread, THREAD_PRIORITY, 1), -EPIPE, "thread_set EPIPE: the thread is dead");
	cap_delete(thread);
	cap_delete(blind);
	cap_delete(mute);
	cap_delete(widow);
}

static void killing(void)
{
	cap_t thread = (cap_t)make(WINDOW, WINDOW, 1, 0);
	cap_t blind = (cap_t)cap_mint(thread, CAP_TRANSFER, 0, 0);

	is(thread_kill(NO_CAP), -EBADF, "thread_kill EBADF: handle never given");
	is(thread_kill(ep), -EPERM, "thread_kill EPERM: not a thread");
	is(thread_kill(blind), -EPERM, "thread_kill EPERM: without CAP_THREAD");
	is(thread_kill(thread), 0, "thread_kill: one that was never started");
	is(thread_kill(thread), -EPIPE, "thread_kill EPIPE: the thread is dead");
	cap_delete(thread);
	cap_delete(blind);
}

/* ---- Killed in every state ------------------------------------------------------------ */

static uint64_t taken; /* a lock that main holds */

static void spin(struct worker *w)
{
	while (!w->lock)
		__asm__ volatile("pause");
}

static void fault(struct worker *w)
{
	w->result = *(volatile char *)UNMAPPED;
}

static void in_every_state(void)
{
	static const char *const name[] = { "INACTIVE", "READY", "SEND", "RECEIVE", "REPLY", "LOCK",
		"SEND, to its pager" };
	const unsigned caps = space_info(0).caps, threads = space_info(0).threads;
	cap_t other = (cap_t)endpoint_create();
	struct msg m = { 0 };

	for (unsigned i = 0; i < COUNT(name); i++) {
		struct worker w = { .run = do_call, .ep = other, .deadline = DEADLINE_FOREVER };
		bool there = true;

		if (i == STATE_READY)
			w.run = spin;
		else if (i == STATE_RECEIVE)
			w.run = do_recv;
		else if (i == STATE_LOCK)
			w.run = do_lock, w.lock = &taken;
		else if (i == COUNT(name) - 1)
			w.run = fault, w.pager = other;
		prepare(&w, i == STATE_READY ? LOWER : HIGHER);
		if (i != STATE_INACTIVE) {
			thread_start(w.cap);
			if (i == STATE_REPLY)
				ipc_recv(other, &m, DEADLINE_NOW);
			there = in_state(&w, i == COUNT(name) - 1 ? STATE_SEND : i);
		}
		is(thread_kill(w.cap), 0, "thread_kill: in state %s", name[i]);
		ok(there && dead(w.cap) && !w.done, "thread_kill: in state %s it is dead", name[i]);
		if (i == STATE_REPLY)
			is(ipc_reply(m.token, &m), -ESRCH,
			    "ipc_reply ESRCH: the caller was killed");
		end(&w);
		endpoint_unbind(other);
	}
	is(ipc_recv(other, &m, DEADLINE_NOW), -ETIMEDOUT,
	    "thread_kill: D1 nothing of the killed is queued");
	endpoint_unbind(other);
	cap_delete(other);
	is(space_info(0).caps, caps, "as many capabilities as before");
	is(space_info(0).threads, threads, "as many threads as before");
}

/* ---- Who runs ------------------------------------------------------------------------- */

static volatile unsigned turns;

static void take_turns(struct worker *w)
{
	for (int i = 0; i < 3; i++) {
		w->when = w->when * 10 + ++turns % 10;
		yield();
	}
	w->result = w->when;
}

static void equals(void)
{
	struct worker one = { .run = take_turns }, two = { .run = take_turns };

	turns = 0;
	sleep_ms(1); /* a whole time slice begins */
	begin(&one, SAME);
	begin(&two, SAME);
	ok(turns == 0, "thread_start: one of the same priority runs later");
	while (!(one.done && two.done))
		yield();
	ok(one.result == 135 && two.result == 246, "yield: equals take turns");
	end(&one);
	end(&two);
}

static void lower_oneself(struct worker *w)
{
	thread_set(0, THREAD_PRIORITY, (uint64_t)own_priority() + LOWER);
	w->result = turns;
}

static void higher_and_lower(void)
{
	struct worker w = { .run = lower_oneself };

	turns = 1;
	begin(&w, HIGHER);
	ok(w.id && !w.done, "thread_set: P20 one that lowers itself yields at once");
	turns = 2;
	ok(finished(&w) && w.result == 2, "thread_set: and runs on when main sleeps");
	end(&w);
	w = (struct worker){ .run = do_recv };
	prepare(&w, LOWER);
	thread_start(w.cap);
	ok(!w.id, "thread_start: one of a lower priority waits");
	is(thread_set(w.cap, THREAD_PRIORITY, (uint64_t)own_priority() + HIGHER), 0,
	    "thread_set: raised");
	ok(w.id, "thread_set: it runs at once");
	end(&w);
}

/* Two that never give up the processor share it: the slice ends a turn. */
static void slices(void)
{
	struct worker one = { .run = spin }, two = { .run = spin };
	struct info_thread a = { 0 }, b = { 0 };

	begin(&one, LOWER);
	begin(&two, LOWER);
	sleep_ms(80); /* eight slices */
	thread_info(one.id, &a);
	thread_info(two.id, &b);
	note("of 80 ms one had %lu us, the other %lu us", a.cpu_ns / 1000, b.cpu_ns / 1000);
	ok(a.cpu_ns > 25000000 && b.cpu_ns > 25000000,
	    "two that spin have about half of the time each");
	end(&one);
	end(&two);
}

/* A queued sender whose priority rises is served first. */
static void raised_in_queue(void)
{
	struct worker one = { do_call, .ep = ep, .deadline = DEADLINE_FOREVER }, two = one;
	struct msg m = { 0 };

	one.msg.word[0] = 1;
	two.msg.word[0] = 2;
	begin(&one, HIGHER);
	begin(&two, HIGHER);
	ok(in_state(&one, STATE_SEND) && in_state(&two, STATE_SEND), "two senders are queued");
	thread_set(two.cap, THREAD_PRIORITY, (uint64_t)own_priority() + HIGHEST);
	ipc_recv(ep, &m, DEADLINE_NOW);
	is((int64_t)m.word[0], 2, "thread_set: P9 the second, raised, is served first");
	is(effective_priority(own_id()), own_priority() + HIGHEST,
	    "thread_set: P9 it lends what it has now");
	thread_set(two.cap, THREAD_PRIORITY, (uint64_t)own_priority());
	is(effective_priority(own_id()), own_priority() + HIGHER,
	    "thread_set: P11 a donor is lowered; the queued one lends still");
	ipc_reply(m.token, &m);
	end(&one);
	end(&two);
	is(effective_priority(own_id()), own_priority(), "thread_kill: P15 nothing lent any more");
	endpoint_unbind(ep);
}

int main(void)
{
	ep = (cap_t)endpoint_create();
	taken = own_id();
	creating();
	starting();
	setting();
	killing();
	in_every_state();
	equals();
	higher_and_lower();
	slices();
	raised_in_queue();
	return tap_done();
}
