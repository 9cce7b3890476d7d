/* Priority inheritance: whoever is waited for runs at least as high as the highest that waits,
 * through any chain, from the moment of sending to the moment the reason is gone. main stands above
 * all: it sets the stage and lets go; then the order in which its actors ran, each with what
 * priority, tells whether that was so (lib/order.h). The letters: h high, m and n in the middle, s
 * the server, a to d others. What rings do under deadlock=wait is rings.c's; what delegation,
 * bugs.c's and reply.c's. */
#include "lib/order.h"
#include <stdio.h>
#include <stdlib.h>

enum { HIGH = -2, MIDDLE = -4, LOW = -8 };

static struct worker server(char name)
{
	return (struct worker){ serves, .name = name, .own = (cap_t)endpoint_create() };
}

static struct worker caller(char name, cap_t ep)
{
	return (struct worker){ calls, .name = name, .ep = ep, .deadline = DEADLINE_FOREVER };
}

static struct worker middle(char name)
{
	return (struct worker){ comes_by, .name = name };
}

/* Begins it, and returns when it is queued. */
static bool queue(struct worker *w, int priority)
{
	begin(w, priority);
	return in_state(w, STATE_SEND);
}

static void end_server(struct worker *w)
{
	end(w);
	cap_delete(w->own);
}

/* ---- One client ----------------------------------------------------------------------- */

static void from_the_send(void)
{
	struct worker s = server('s'), h = caller('h', s.own), m = middle('m');

	hold_back(&s, LOW);
	order_start();
	begin(&m, MIDDLE);
	let_go(&s);
	begin(&h, HIGH);
	ran("h-2 s-2 s-2 h-2 m-4 s-8",
	    "P1 P2 the server runs as high as its client from the send on, before it receives");
	end(&h);
	end(&m);
	end_server(&s);
}

/* What stopped the Mars Pathfinder. */
static void middle_does_not_delay_high(void)
{
	struct worker s = server('s'), h = caller('h', s.own), m = middle('m');
	uint64_t mutex = 0;
	struct worker l = { holds, .name = 'l', .lock = &mutex };

	begin(&s, LOW);
	in_state(&s, STATE_RECEIVE);
	order_start();
	begin(&m, MIDDLE);
	begin(&h, HIGH);
	ran("h-2 s-2 h-2 m-4 s-8",
	    "P3 P20 a middle one runs neither before the high one's server has answered, nor after the server has lost the loan");
	end(&h);
	end(&m);
	end_server(&s);

	hold_back(&l, LOW);
	h = (struct worker){ takes, .name = 'h', .lock = &mutex, .deadline = DEADLINE_FOREVER };
	m = middle('m');
	begin(&h, HIGH);
	in_state(&h, STATE_LOCK);
	order_start();
	begin(&m, MIDDLE);
	let_go(&l);
	ran("l-2 h-2 m-4 l-8", "P3 P20 P22 nor does it delay the holder of a lock");
	end(&h);
	end(&m);
	end(&l);
}

/* ---- Chains --------------------------------------------------------------------------- */

#define CHAIN 32

static struct worker w[CHAIN];

/* Takes a call; waits for bits or, if it has a partner, for the time, until that one has run;
 * answers. */
static void answers_later(struct worker *s)
{
	struct msg call = { 0 }, news = { 0 };

	ipc_recv(s->own, &call, DEADLINE_FOREVER);
	sign(s);
	if (s->partner)
		while (!s->partner->turns)
			ipc_recv(0, &news, time_in_ms(2));
	else
		ipc_recv(s->own, &news, DEADLINE_FOREVER);
	sign(s);
	ipc_reply(call.token, &news);
	sign(s);
}

/* Grown at its head: w[links - 1] is the server, which has a call and waits for bits; each of the
 * others waits for the next. (Not at gates: these are main's, and main would make one more.) */
static bool make_chain(unsigned links)
{
	bool all = true;

	for (unsigned i = links; i-- > 0;) {
		w[i] = server((char)('a' + i % 8));
		w[i].run = calls_then_answers;
		w[i].deadline = DEADLINE_FOREVER;
		if (i == links - 1) {
			w[i].name = 's';
			w[i].run = answers_later;
		} else {
			w[i].ep = w[i + 1].own;
		}
		begin(&w[i], LOW);
		all &= in_state(&w[i],
		    i == links - 1       ? STATE_RECEIVE
			: i == links - 2 ? STATE_REPLY
					 : STATE_SEND);
	}
	return all;
}

static bool chain_has(unsigned links, int priority)
{
	bool all = true;

	for (unsigned i = 0; i < links; i++)
		all &= lent(&w[i]) == priority;
	return all;
}

static void end_chain(unsigned links)
{
	for (unsigned i = links; i-- > 0;)
		end_server(&w[i]);
}

/* The server lets its client go, that one its own, and so on up to the first; all before m. */
static void chain(unsigned threads)
{
	const unsigned links = threads - 1;
	struct worker h, m = middle('m');
	char expected[CHAIN * 4 + 40];
	size_t used = 0;

	bool good = make_chain(links) && chain_has(links, LOW);

	h = caller('h', w[0].own);
	begin(&h, HIGH);
	good &= in_state(&h, links > 1 ? STATE_SEND : STATE_REPLY);
	ok(good && chain_has(links, HIGH), "P4 a chain of %u threads: the first lifts all others",
	    threads);
	order_start();
	begin(&m, MIDDLE);
	notify(w[links - 1].own, 1);
	used += (size_t)sprintf(expected, "s-2 ");
	for (unsigned i = links - 1; i-- > 0;)
		used += (size_t)sprintf(expected + used, "%c-2 ", w[i].name);
	sprintf(expected + used, "h-2 m-4 s-8");
	ran(expected, "P4 a chain of %u threads: all of them come before the middle one", threads);
	end(&h);
	end(&m);
	end_chain(links);
}

static void chain_too_long(void)
{
	struct worker h, m = middle('m');

	make_chain(CHAIN);
	h = caller('h', w[0].own);
	order_start();
	begin(&h, HIGH);
	begin(&m, MIDDLE);
	ran("h-2 h-2 m-4", "P5 one more than a chain may have does not wait");
	is(h.result, -ELOOP, "ipc_call ELOOP: P5 it is told so");
	ok(chain_has(CHAIN, LOW), "P5 and nobody in the chain has got anything from it");
	end(&h);
	h = caller('h', w[1].own);
	ok(queue(&h, HIGH) && lent(&w[1]) == HIGH && lent(&w[CHAIN - 1]) == HIGH,
	    "P5 one shorter, and it lends to all");
	is(lent(&w[0]), LOW, "P5 but to whom waits beside it");
	end(&h);
	ok(chain_has(CHAIN, LOW), "P5 P15 it is killed: nothing of it is left");
	end(&m);
	end_chain(CHAIN);
}

/* ---- Several clients ------------------------------------------------------------------ */

static void drops_to_the_next(void)
{
	struct worker s = server('s'), a = caller('a', s.own), b = caller('b', s.own),
		      c = caller('c', s.own), m = middle('m'), n = middle('n');

	hold_back(&s, LOW);
	queue(&b, -3);
	queue(&a, -1);
	queue(&c, -5);
	order_start();
	begin(&m, -2);
	begin(&n, -4);
	let_go(&s);
	ran("s-1 s-1 a-1 m-2 s-3 s-3 b-3 n-4 s-5 s-5 c-5 s-8",
	    "P6 with each client that is answered it drops to the next highest");
	end(&a);
	end(&b);
	end(&c);
	end(&m);
	end(&n);
	end_server(&s);

	s = server('s');
	hold_back(&s, LOW);
	a = caller('a', s.own);
	b = caller('b', s.own);
	c = caller('c', s.own);
	queue(&a, -1);
	queue(&b, -3);
	queue(&c, -5);
	end(&b);
	is(lent(&s), -1, "P6 P15 the second is killed: the highest counts");
	end(&a);
	is(lent(&s), -5, "P6 P15 then the highest");
	end(&c);
	is(lent(&s), LOW, "P6 P15 then the last");
	end_server(&s);
}

/* Takes four calls and answers the second, the first, the fourth, the third. */
static void answers_in_disorder(struct worker *s)
{
	static const unsigned order[] = { 1, 0, 3, 2 };
	uint64_t token[COUNT(order)];
	struct msg m = { 0 };

	bind_own(s);
	pass_gate(s);
	for (unsigned i = 0; i < COUNT(order); i++) {
		ipc_recv(s->own, &m, DEADLINE_FOREVER);
		token[i] = m.token;
	}
	m.label = 0;
	for (unsigned i = 0; i < COUNT(order); i++) {
		ipc_reply(token[order[i]], &m);
		sign(s);
	}
}

static void answered_in_any_order(void)
{
	struct worker s = server('s'), a = caller('a', s.own), b = caller('b', s.own),
		      c = caller('c', s.own), d = caller('d', s.own), m = middle('m'),
		      n = middle('n');

	s.run = answers_in_disorder;
	hold_back(&s, LOW);
	queue(&a, -1);
	queue(&b, -3);
	queue(&c, -5);
	queue(&d, -7);
	order_start();
	begin(&m, -2);
	begin(&n, -4);
	let_go(&s);
	ran("s-1 a-1 m-2 b-3 n-4 s-5 s-5 c-5 d-7 s-8",
	    "P7 four calls held at once, answered in any order: those held still count");
	end(&a);
	end(&b);
	end(&c);
	end(&d);
	end(&m);
	end(&n);
	end_server(&s);
}

/* ---- Changes on the way --------------------------------------------------------------- */

static int set_priority(const struct worker *of, int priority)
{
	return thread_set(of->cap, THREAD_PRIORITY, (uint64_t)(own_priority() + priority));
}

static void boosted_server_is_set(void)
{
	struct worker s = server('s'), h = caller('h', s.own), m = middle('m'), n = middle('n');
	struct info_thread info = { 0 };

	hold_back(&s, LOW);
	queue(&h, HIGH);
	set_priority(&s, -5);
	thread_info(s.id, &info);
	ok(info.base == own_priority() - 5 && lent(&s) == HIGH,
	    "P10 the server's own priority rises: what it is lent is more");
	set_priority(&s, -1);
	is(lent(&s), -1, "P10 above what it is lent: its own counts");
	set_priority(&s, -6);
	is(lent(&s), HIGH, "P10 down again: what it is lent counts");
	order_start();
	begin(&m, MIDDLE);
	begin(&n, -7);
	let_go(&s);
	ran("s-2 s-2 h-2 m-4 s-6 n-7", "P10 and when it has answered, its new own");
	end(&h);
	end(&m);
	end(&n);
	end_server(&s);
}

/* a, high, calls b, and so on; the last, let go of, calls a. */
static void ring(unsigned members)
{
	struct worker m = middle('m');
	bool good = true;

	for (unsigned i = 0; i < members; i++) {
		w[i] = server((char)('a' + i));
		w[i].run = calls_then_answers;
		w[i].deadline = DEADLINE_FOREVER;
	}
	for (unsigned i = 0; i < members; i++) {
		w[i].ep = w[(i + 1) % members].own;
		hold_back(&w[i], i == 0 ? HIGH : LOW);
	}
	w[0].run = calls;
	for (unsigned i = 0; i + 1 < members; i++) {
		let_go(&w[i]);
		good &= in_state(&w[i], STATE_SEND);
	}
	ok(good && lent(&w[members - 1]) == HIGH, "P13 a ring of %u: all but one wait", members);
	order_start();
	begin(&m, MIDDLE);
	let_go(&w[members - 1]);
	ran(members == 3 ? "c-2 c-2 b-2 a-2 m-4" : "d-2 d-2 c-2 b-2 a-2 m-4",
	    "P13 a ring of %u: the refused call costs nobody anything, and the rest is answered",
	    members);
	is(w[members - 1].result, -EDEADLK, "ipc_call EDEADLK: P13 the one that would close it");
	for (unsigned i = 0; i + 1 < members; i++)
		good &= w[i].result == 0;
	ok(good, "P13 a ring of %u: all others have their answers", members);
	end(&m);
	end_chain(members);
}

static void middle_killed_after_receipt(void)
{
	struct worker s = server('s'), b = server('b'), h = caller('h', b.own), m = middle('m');

	b.run = passes_on;
	b.ep = s.own;
	b.deadline = DEADLINE_FOREVER;
	hold_back(&s, LOW);
	begin(&b, LOW);
	in_state(&b, STATE_RECEIVE);
	begin(&h, HIGH);
	in_state(&h, STATE_REPLY);
	is(lent(&s), HIGH, "P17 a chain: the high one is served by b, b by s");
	order_start();
	begin(&m, MIDDLE);
	let_go(&s);
	thread_kill(b.cap);
	ran("h-2 m-4 s-8", "P17 b is killed: the high one runs on, and s has nothing of it");
	is(h.result, -EPIPE, "ipc_call EPIPE: P17 who waited for b's answer is told");
	end(&h);
	end(&m);
	end_server(&b);
	end_server(&s);
}

static void middle_killed_before_receipt(void)
{
	struct worker s = server('s'), b = server('b'), h = caller('h', b.own), m = middle('m');

	b.run = calls_then_answers;
	b.ep = s.own;
	b.deadline = DEADLINE_FOREVER;
	hold_back(&s, LOW);
	queue(&b, LOW);
	queue(&h, HIGH);
	is(lent(&s), HIGH, "P17 the same, the high one still queued at b's endpoint");
	end(&b);
	is(lent(&s), LOW, "P17 b is killed: s has nothing of it");
	ok(in_state(&h, STATE_SEND), "P17 the high one is queued still: the endpoint is there");
	b.run = serves; /* the successor */
	hold_back(&b, -9);
	is(lent(&b), HIGH, "P17 P25 whoever receives there next has its loan at once");
	order_start();
	begin(&m, MIDDLE);
	let_go(&b);
	ran("b-2 b-2 h-2 m-4 b-9", "P17 and serves it before the middle one runs");
	end(&h);
	end(&m);
	end_server(&b);
	end_server(&s);
}

/* ---- A boosted server waits itself ---------------------------------------------------- */

static void waits_for_another_server(void)
{
	struct worker s = server('s'), t = server('t'), h = caller('h', s.own), m = middle('m');

	s.run = passes_on;
	s.ep = t.own;
	s.deadline = DEADLINE_FOREVER;
	begin(&t, -9);
	begin(&s, LOW);
	in_state(&t, STATE_RECEIVE);
	order_start();
	begin(&m, MIDDLE);
	begin(&h, HIGH);
	ran("h-2 s-2 t-2 s-2 h-2 m-4 t-9", "P19 a boosted server calls another: that one runs");
	end(&h);
	end(&m);
	end_server(&s);
	end_server(&t);
}

static void waits_for_a_lock(void)
{
	struct worker s = server('s'), h = caller('h', s.own), m = middle('m');
	uint64_t mutex = 0;
	struct worker l = { holds, .name = 'l', .lock = &mutex };

	s.run = passes_on;
	s.lock = &mutex;
	hold_back(&l, -9);
	begin(&s, LOW);
	in_state(&s, STATE_RECEIVE);
	order_start();
	let_go(&l);
	begin(&m, MIDDLE);
	begin(&h, HIGH);
	ran("h-2 s-2 l-2 s-2 h-2 m-4 l-9",
	    "P19 P22 a boosted server waits for a lock: its holder runs");
	end(&h);
	end(&m);
	end(&l);
	end_server(&s);
}

static void tells(struct worker *m)
{
	sign(m);
	notify(m->ep, 1);
	sign(m);
}

static void waits_for_news(void)
{
	struct worker s = server('s'), h = caller('h', s.own), m = middle('m');

	s.run = answers_later;
	s.partner = &m;
	begin(&s, LOW);
	in_state(&s, STATE_RECEIVE);
	order_start();
	m.run = keeps_on;
	m.partner = &h;
	begin(&m, MIDDLE);
	begin(&h, HIGH);
	ran("h-2 s-2 m-4 s-2 h-2 m-4 s-8",
	    "P19 a boosted server waits for the time: that comes as high as it is");
	end(&h);
	end(&m);
	end(&s);

	s.partner = NULL;
	begin(&s, LOW);
	in_state(&s, STATE_RECEIVE);
	h = caller('h', s.own);
	order_start();
	m = middle('m');
	m.run = tells;
	m.ep = s.own;
	begin(&m, MIDDLE);
	begin(&h, HIGH);
	ran("h-2 s-2 m-4 s-2 h-2 m-4 s-8",
	    "P21 a notification reaches a boosted server: it runs at once, as high as it is");
	end(&h);
	end(&m);
	end_server(&s);
}

/* ---- Unbinding, and delegation --------------------------------------------------------- */

static void rebound(void)
{
	struct worker s = server('s'), t = { serves, .name = 't', .own = s.own };
	struct worker a = caller('a', s.own), c = caller('c', s.own), m = middle('m');

	hold_back(&s, LOW);
	queue(&a, -1);
	queue(&c, -5);
	is(lent(&s), -1, "P25 two are queued: they lend to the receiver");
	endpoint_unbind(s.own);
	is(lent(&s), LOW, "P25 unbound: nothing lent any more");
	ok(in_state(&a, STATE_SEND) && in_state(&c, STATE_SEND), "P25 they are queued still");
	notify(t.own, 1); /* bits come first: it binds without taking a message */
	hold_back(&t, -9);
	is(lent(&t), -1, "P25 another binds: it is lent the highest at once");
	order_start();
	begin(&m, MIDDLE);
	let_go(&s);
	let_go(&t);
	ran("t-1 t-1 a-1 m-4 t-5 t-5 c-5 s-8 t-9", "P25 and serves them before the first runs on");
	end(&a);
	end(&c);
	end(&m);
	end(&s);
	end_server(&t);
}

/* x waits for a, which waits for main: handing a's call to x would close a ring. */
static void delegated_into_a_ring(void)
{
	cap_t ep = (cap_t)endpoint_create();
	struct worker a = server('a'), x = caller('x', a.own);
	struct msg m = { 0 };

	a.run = calls_then_answers;
	a.ep = ep;
	a.deadline = DEADLINE_FOREVER;
	queue(&a, LOW);
	queue(&x, -3);
	ipc_recv(ep, &m, DEADLINE_NOW);
	is(delegate(m.token, x.cap), -EDEADLK, "delegate EDEADLK: P26 to one who waits for it");
	ok(in_state(&a, STATE_REPLY) && lent(&a) == -3 && lent(&x) == -3,
	    "P26 nothing has changed: who waits lends, and to whom");
	order_start();
	m.label = 0;
	ipc_reply(m.token, &m);
	ran("a-3 x-3", "P26 and both are answered");
	end(&x);
	end_server(&a);
	endpoint_unbind(ep);
	cap_delete(ep);
}

int main(void)
{
	own_priority();
	from_the_send();
	middle_does_not_delay_high();
	chain(2);
	chain(3);
	chain(8);
	chain(CHAIN);
	chain_too_long();
	drops_to_the_next();
	answered_in_any_order();
	boosted_server_is_set();
	ring(3);
	ring(4);
	middle_killed_after_receipt();
	middle_killed_before_receipt();
	waits_for_another_server();
	waits_for_a_lock();
	waits_for_news();
	rebound();
	delegated_into_a_ring();
	return tap_done();
}
