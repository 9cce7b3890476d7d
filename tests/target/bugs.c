/* The bugs that other kernels of this kind have shipped, each of them here: B1 to B10 of
 * tests/cases.md. (B7 is in reply.c and B11 in tags.c; B12 is about tests, and what tests/mutants/
 * is for.) main stands above all and lets go; the order in which its actors ran, each with what
 * priority, tells the rest (lib/order.h). The letters: l holds a lock, h is high, m and n in the
 * middle, s a server, a to d others.
 *
 * GROUP: inherit lock */
#include "lib/order.h"
#include <stdlib.h>

enum { HIGH = -2, MIDDLE = -4, LOW = -8 };

static uint64_t mutex;

static struct worker holder(void)
{
	mutex = 0;
	return (struct worker){ holds, .name = 'l', .lock = &mutex };
}

static struct worker taker(char name)
{
	return (struct worker){ takes, .name = name, .lock = &mutex, .deadline = DEADLINE_FOREVER };
}

static struct worker caller(char name, cap_t ep)
{
	return (struct worker){ calls, .name = name, .ep = ep, .deadline = DEADLINE_FOREVER };
}

static struct worker middle(char name)
{
	return (struct worker){ comes_by, .name = name };
}

static void begin_and_wait(struct worker *w, int priority, unsigned state)
{
	begin(w, priority);
	if (!in_state(w, state))
		note("%c does not wait", w->name);
}

static bool state_is(const struct worker *w, unsigned state)
{
	struct info_thread info = { 0 };

	return thread_info(w->id, &info) && info.state == state;
}

/* ---- B1, B2, B3: what is lent goes with who lent it, and nothing else ------------------- */

static void holds_until_partner_ends(struct worker *l)
{
	l->result = lock_wait(l->lock, DEADLINE_FOREVER);
	pass_gate(l);
	keeps_on(l);
	lock_wake(l->lock);
}

static void serves_until_partner_ends(struct worker *s)
{
	struct msg m = { 0 };

	ipc_recv(s->own, &m, DEADLINE_FOREVER);
	keeps_on(s);
}

/* Waits, in vain, with a deadline: until the other has run meanwhile, however slow that may be. */
static void waits_in_vain(struct worker *h)
{
	struct msg m;

	sign(h);
	do {
		m = (struct msg){ 0 };
		h->result = h->lock ? lock_wait(h->lock, time_in_ms(20))
				    : ipc_call(h->ep, &m, time_in_ms(20));
	} while (!h->partner->turns);
	sign(h);
}

static void time_out_of_a_waiter(void)
{
	struct worker l = holder(), h = taker('h'), m = middle('m');
	struct worker s = { serves_until_partner_ends, .name = 's',
		.own = (cap_t)endpoint_create() };

	l.run = holds_until_partner_ends;
	h.run = waits_in_vain;
	l.partner = &h;
	h.partner = &l;
	hold_back(&l, LOW);
	order_start();
	begin(&m, MIDDLE);
	begin(&h, HIGH);
	let_go(&l);
	ran("h-2 l-2 h-2 m-4 l-8",
	    "B1 a waiter's time-out takes its boost away, from a lock's holder (CMSIS-RTX)");
	is(h.result, -ETIMEDOUT, "lock_wait ETIMEDOUT: B1 it was told");
	end(&h);
	end(&m);
	end(&l);

	h = (struct worker){ waits_in_vain, .name = 'h', .ep = s.own, .partner = &s };
	s.partner = &h;
	m = middle('m');
	begin_and_wait(&s, LOW, STATE_RECEIVE);
	order_start();
	begin(&m, MIDDLE);
	begin(&h, HIGH);
	ran("h-2 s-2 h-2 m-4 s-8", "B1 and from a server (CMSIS-RTX)");
	is(h.result, -ETIMEDOUT, "ipc_call ETIMEDOUT: B1 it was told");
	end(&h);
	end(&m);
	end(&s);
	cap_delete(s.own);
}

static uint64_t locks[3];

static void holds_three(struct worker *l)
{
	for (unsigned i = 0; i < COUNT(locks); i++)
		lock_wait(&locks[i], DEADLINE_FOREVER);
	pass_gate(l);
	for (unsigned i = 0; i < COUNT(locks); i++) {
		lock_wake(&locks[i]);
		sign(l);
	}
}

/* They are given back in the order c, a, b. */
static void one_of_several_locks(void)
{
	struct worker l = { holds_three, .name = 'l' };
	struct worker a = taker('a'), b = taker('b'), c = taker('c'), m = middle('m'),
		      n = middle('n');

	locks[0] = locks[1] = locks[2] = 0;
	c.lock = &locks[0];
	a.lock = &locks[1];
	b.lock = &locks[2];
	hold_back(&l, LOW);
	begin_and_wait(&a, -1, STATE_LOCK);
	begin_and_wait(&b, -3, STATE_LOCK);
	begin_and_wait(&c, -5, STATE_LOCK);
	order_start();
	begin(&m, -2);
	begin(&n, -4);
	let_go(&l);
	ran("l-1 a-1 m-2 l-3 b-3 n-4 c-5 l-8",
	    "B2 of three locks one is released: who waits for the others lends still (FreeRTOS, Zephyr)");
	end(&a);
	end(&b);
	end(&c);
	end(&m);
	end(&n);
	end(&l);
}

static void waits_briefly(struct worker *b)
{
	b->result = lock_wait(b->lock, time_in_ms(20));
}

static void holds_while_partner_waits(struct worker *l)
{
	l->result = lock_wait(l->lock, DEADLINE_FOREVER);
	pass_gate(l);
	sign(l);
	while (state_is(l->partner, STATE_LOCK))
		__asm__ volatile("pause");
	sign(l);
	lock_wake(l->lock);
	sign(l);
}

/* b's time may come before l is let go, or after: b does not sign. */
static void short_and_long_waiter(void)
{
	struct worker l = holder(), a = taker('a'), b = taker('b'), m = middle('m');

	l.run = holds_while_partner_waits;
	b.run = waits_briefly;
	l.partner = &b;
	hold_back(&l, LOW);
	begin_and_wait(&a, -1, STATE_LOCK);
	begin(&b, -3);
	settle();
	order_start();
	begin(&m, -2);
	let_go(&l);
	ran("l-1 l-1 a-1 m-2 l-8",
	    "B3 a short waiter's time-out does not end a longer waiter's boost (CHERIoT-RTOS)");
	is(b.result, -ETIMEDOUT, "lock_wait ETIMEDOUT: B3 the short one's");
	end(&a);
	end(&b);
	end(&m);
	end(&l);
}

/* ---- B4, B10: who is first ------------------------------------------------------------- */

static void waiter_is_raised(void)
{
	struct worker l = holder(), a = taker('a'), b = taker('b'), m = middle('m');
	struct worker s = { serves, .name = 's', .own = (cap_t)endpoint_create() };
	struct worker x;

	hold_back(&l, LOW);
	begin_and_wait(&a, -3, STATE_LOCK);
	begin_and_wait(&b, -5, STATE_LOCK);
	thread_set(b.cap, THREAD_PRIORITY, (uint64_t)own_priority() - 1);
	order_start();
	begin(&m, -2);
	let_go(&l);
	ran("l-1 b-1 m-2 a-3 l-8",
	    "B4 a waiter's own priority is raised: it gets the lock first (Zephyr, Linux)");
	end(&a);
	end(&b);
	end(&m);
	end(&l);

	a = caller('a', s.own);
	b = caller('b', s.own);
	b.run = calls_then_answers;
	b.own = (cap_t)endpoint_create();
	x = caller('x', b.own);
	m = middle('m');
	hold_back(&s, LOW);
	begin_and_wait(&a, -3, STATE_SEND);
	begin_and_wait(&b, -5, STATE_SEND);
	begin_and_wait(&x, -1, STATE_SEND);
	order_start();
	begin(&m, -2);
	let_go(&s);
	ran("s-1 s-1 b-1 x-1 m-2 s-3 s-3 a-3 s-8",
	    "B4 a queued sender is lent more: it is served first (Zephyr, Linux)");
	end(&a);
	end(&b);
	end(&x);
	end(&m);
	end(&s);
	cap_delete(s.own);
	cap_delete(b.own);
}

static void first_come_queue(void)
{
	struct worker s = { serves, .name = 's', .own = (cap_t)endpoint_create() };
	struct worker c = caller('c', s.own), d = caller('d', s.own), h = caller('h', s.own),
		      m = middle('m');

	hold_back(&s, LOW);
	begin_and_wait(&c, -6, STATE_SEND);
	begin_and_wait(&d, -5, STATE_SEND);
	begin_and_wait(&h, HIGH, STATE_SEND);
	order_start();
	begin(&m, MIDDLE);
	let_go(&s);
	ran("s-2 s-2 h-2 m-4 s-5 s-5 d-5 s-6 s-6 c-6 s-8",
	    "B10 the high one that lifts the server does not wait behind others (first-come queues)");
	end(&c);
	end(&d);
	end(&h);
	end(&m);
	end(&s);
	cap_delete(s.own);
}

/* ---- B5, B8: a time-out, a release, and whose the lock is ------------------------------- */

#define ROUNDS 200

/* Has the lock or has it not: what it says must be what the word says. */
static void takes_in_time(struct worker *w)
{
	w->result = lock_wait(w->lock, w->deadline);
	w->msg.word[0] = *w->lock & ~LOCK_WAITERS;
	if (w->result == 0)
		lock_wake(w->lock);
}

/* How long it takes here to let a waiter have the lock. */
static uint64_t hand_over_time(void)
{
	const uint64_t start = time_now();

	for (int i = 0; i < 16; i++) {
		struct worker w = { takes_in_time, .lock = &mutex, .deadline = DEADLINE_FOREVER };

		mutex = 0;
		lock_wait(&mutex, DEADLINE_NOW);
		begin(&w, HIGHER);
		lock_wake(&mutex);
		end(&w);
	}
	return (time_now() - start) / 16;
}

/* The release comes about when the deadline does, now before, now after it. */
static void release_at_deadline(void)
{
	const uint64_t unit = hand_over_time();
	unsigned in_time = 0, late = 0;
	bool agree = true;

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct worker w = { takes_in_time, .lock = &mutex,
			.deadline = time_in_ns(3 * unit) };

		mutex = 0;
		lock_wait(&mutex, DEADLINE_NOW);
		begin(&w, HIGHER);
		while (time_now() + i % 32 * unit / 16 < w.deadline + unit)
			;
		agree &= lock_wake(&mutex) == 0 && finished(&w);
		if (w.result == 0)
			agree &= w.msg.word[0] == w.id;
		else
			agree &= w.result == -ETIMEDOUT && w.msg.word[0] != w.id;
		agree &= mutex == 0 && effective_priority(own_id()) == own_priority();
		in_time += w.result == 0;
		late += w.result != 0;
		end(&w);
	}
	note("%u in time, %u late", in_time, late);
	ok(agree,
	    "B5 time-out and release in one instant: one of them happened, not both (Zephyr)");
}

/* Whoever has left, by its deadline or by death, is not made the owner. */
static void stale_owner(bool killed)
{
	struct worker l = holder(), a = taker('a'), b = taker('b'), m = middle('m');

	hold_back(&l, LOW);
	begin_and_wait(&b, -3, STATE_LOCK);
	a.run = killed ? takes : waits_briefly;
	begin(&a, -1);
	settle();
	if (killed)
		thread_kill(a.cap);
	else
		finished(&a);
	ok(dead(a.cap) && lent(&l) == -3, "B8 the first in the queue %s (Linux futexes)",
	    killed ? "is killed" : "gives up");
	order_start();
	begin(&m, MIDDLE);
	let_go(&l);
	ran("l-3 b-3 m-4 l-8", "B8 the next gets the lock (Linux futexes)");
	is((int64_t)b.msg.word[0], (int64_t)b.id, "B8 and the word names that one (Linux futexes)");
	is((int64_t)mutex, 0, "B8 in the end the lock is free (Linux futexes)");
	end(&a);
	end(&b);
	end(&m);
	end(&l);
}

/* ---- B6: again ------------------------------------------------------------------------- */

#define TIMES 3

static void holds_again(struct worker *l)
{
	for (unsigned i = 0; i < TIMES; i++) {
		lock_wait(l->lock, DEADLINE_FOREVER);
		pass_gate(l);
		lock_wake(&l->gate);
		sign(l);
		lock_wake(l->lock);
		sign(l);
		/* main takes the gate before the next round */
		notify(l->ep, 1);
		ipc_recv(l->own, &l->msg, DEADLINE_FOREVER);
	}
}

static void lends_again(void)
{
	cap_t ready = (cap_t)endpoint_create();
	struct worker l = holder();
	struct msg news = { 0 };

	l.run = holds_again;
	l.ep = ready;
	l.own = (cap_t)endpoint_create();
	hold_back(&l, LOW);
	for (unsigned i = 0; i < TIMES; i++) {
		struct worker h = taker('h'), m = middle('m');

		if (i > 0) {
			l.gate = own_id();
			notify(l.own, 1);
			in_state(&l, STATE_LOCK);
		}
		begin_and_wait(&h, HIGH, STATE_LOCK);
		order_start();
		begin(&m, MIDDLE);
		let_go(&l);
		ran("l-2 h-2 m-4 l-8", "B6 the holder is lifted, time %u (RIOT)", i + 1);
		ipc_recv(ready, &news, DEADLINE_FOREVER);
		end(&h);
		end(&m);
	}
	end(&l);
	endpoint_unbind(ready);
	cap_delete(ready);
	cap_delete(l.own);
}

/* ---- B9: who waits does not run -------------------------------------------------------- */

static void receives(struct worker *w)
{
	do_recv(w);
	sign(w);
}

static void waits_for_time(struct worker *w)
{
	bind_own(w);
	ipc_recv(0, &w->msg, DEADLINE_FOREVER);
	sign(w);
}

static void calls_once(struct worker *w)
{
	do_call(w);
	sign(w);
}

static void takes_once(struct worker *w)
{
	w->result = lock_wait(w->lock, w->deadline);
	sign(w);
}

/* One in each state in which a thread waits; each is given another priority, down, up, and above
 * all others. Then one that waits for the time is lent one by a caller. */
static void blocked_and_ready(void)
{
	static const unsigned state[] = { STATE_RECEIVE, STATE_REPLY, STATE_SEND, STATE_LOCK,
		STATE_RECEIVE, STATE_INACTIVE };
	static const int priority[] = { LOW - 1, MIDDLE, HIGHER };
	cap_t ep = (cap_t)endpoint_create(), other = (cap_t)endpoint_create();
	struct worker w[COUNT(state)] = { [0] = { receives, .name = 'a',
					      .own = (cap_t)endpoint_create() },
		[1] = caller('b', ep),
		[2] = caller('c', other),
		[3] = taker('d'),
		[4] = { waits_for_time, .name = 't', .own = (cap_t)endpoint_create() },
		[5] = middle('i') };
	struct worker x = caller('x', w[4].own);
	struct msg m = { 0 };
	bool still = true;

	w[0].ep = w[0].own;
	w[0].deadline = DEADLINE_FOREVER;
	w[1].run = w[2].run = x.run = calls_once;
	w[3].run = takes_once;
	mutex = 0;
	lock_wait(&mutex, DEADLINE_NOW);
	for (unsigned i = 0; i < COUNT(w); i++)
		if (state[i] == STATE_INACTIVE)
			prepare(&w[i], LOW);
		else
			begin_and_wait(&w[i], LOW, state[i] == STATE_REPLY ? STATE_SEND : state[i]);
	ipc_recv(ep, &m, DEADLINE_NOW);
	order_start();
	for (unsigned p = 0; p < COUNT(priority); p++) {
		for (unsigned i = 0; i < COUNT(w); i++)
			thread_set(w[i].cap, THREAD_PRIORITY,
			    (uint64_t)(own_priority() + priority[p]) - (p < 2 ? i : 0));
		settle();
		for (unsigned i = 0; i < COUNT(w); i++)
			still &= state[i] == STATE_INACTIVE || state_is(&w[i], state[i]);
	}
	begin_and_wait(&x, HIGH, STATE_SEND);
	settle();
	still &= lent(&w[4]) == HIGHER && state_is(&w[4], STATE_RECEIVE);
	thread_set(w[4].cap, THREAD_PRIORITY, (uint64_t)own_priority() + LOW);
	settle();
	still &= lent(&w[4]) == HIGH && state_is(&w[4], STATE_RECEIVE);
	end(&x);
	ran("", "B9 whoever waits is given other priorities, and does not run (seL4)");
	ok(still, "B9 and waits still for what it waited for (seL4)");
	for (unsigned i = 0; i < COUNT(w); i++)
		thread_set(w[i].cap, THREAD_PRIORITY, (uint64_t)own_priority() + MIDDLE - i);
	notify(w[0].own, 1);
	ipc_reply(m.token, &m);
	lock_wake(&mutex);
	thread_start(w[5].cap);
	ran("a-4 b-5 d-7 i-9", "B9 then each runs once, when its time has come (seL4)");
	for (unsigned i = 0; i < COUNT(w); i++)
		end(&w[i]);
	endpoint_unbind(ep);
	cap_delete(ep);
	cap_delete(other);
	cap_delete(w[0].own);
	cap_delete(w[4].own);
}

int main(void)
{
	own_priority();
	time_out_of_a_waiter();
	one_of_several_locks();
	short_and_long_waiter();
	waiter_is_raised();
	release_at_deadline();
	lends_again();
	stale_owner(false);
	stale_owner(true);
	blocked_and_ready();
	first_come_queue();
	return tap_done();
}
