/* Messages: a client calls, a server receives and answers, and everything that may go wrong between
 * them. main is now one, now the other; helpers of a higher priority are its counterpart and run
 * until they block. What concerns the bytes and capabilities of a message is messages.c's, what
 * concerns replies reply.c's, deadlines deadline.c's.
 *
 * GROUP: inherit caps */
#include "lib/story.h"
#include <stdlib.h>

static cap_t ep;      /* main receives from it */
static cap_t badged;  /* a client's capability of it */
static cap_t notices; /* the same, to notify only, bits 1 and 2 */

#define BADGE 0xbad6e

static struct msg words(unsigned op)
{
	return (struct msg){ .label = MSG_LABEL(op, 1, 0, 0), .word = { 1, 2, 3, 4, 5 } };
}

static void answer(struct msg *m)
{
	for (int i = 0; i < MSG_WORDS; i++)
		m->word[i] += 10;
	m->label = 0;
	ipc_reply(m->token, m);
}

/* ---- The ordinary course -------------------------------------------------------------- */

static void sender_first(void)
{
	struct worker client = { do_call, .ep = badged, .deadline = DEADLINE_FOREVER };
	struct info_thread info = { 0 };
	struct msg m = { 0 };

	client.msg = words(7);
	begin(&client, HIGHER);
	ok(in_state(&client, STATE_SEND), "ipc_call: SEND-blocked while nobody receives");
	is(ipc_recv(ep, &m, DEADLINE_NOW), 0, "ipc_recv: takes what is queued");
	ok(m.label == MSG_LABEL(7, 1, 0, 0) && m.word[0] == 1 && m.word[4] == 5,
	    "ipc_recv: label and words as sent");
	ok(m.badge == BADGE && m.token, "ipc_recv: the badge of the capability used, and a token");
	ok(in_state(&client, STATE_REPLY), "ipc_call: REPLY-blocked after receipt");
	thread_info(client.id, &info);
	is((int64_t)info.waits_on, (int64_t)own_id(),
	    "ipc_call: and known to wait for the receiver");
	answer(&m);
	ok(finished(&client) && client.result == 0, "ipc_call: answers 0 when the reply came");
	ok(client.msg.word[0] == 11 && client.msg.word[4] == 15 && client.msg.label == 0,
	    "ipc_call: label and words of the reply");
	end(&client);
}

static void receive_and_answer(struct worker *w)
{
	do_recv(w);
	answer(&w->msg);
}

static void receiver_first(void)
{
	cap_t other = (cap_t)endpoint_create();
	struct worker server = { receive_and_answer, .ep = other, .deadline = DEADLINE_FOREVER };
	struct msg m = words(7);

	begin(&server, HIGHER);
	ok(in_state(&server, STATE_RECEIVE), "ipc_recv: RECEIVE-blocked while nobody sends");
	is(ipc_call(other, &m, DEADLINE_FOREVER), 0, "ipc_call: to one who waits for it");
	is((int64_t)m.word[2], 13, "ipc_call: and the words of its reply");
	ok(finished(&server) && server.msg.badge == 0, "ipc_recv: badge 0 of one not narrowed");
	end(&server);
	cap_delete(other);
}

static void notifications(void)
{
	struct worker client = { do_call, .ep = badged, .deadline = DEADLINE_FOREVER };
	struct worker server = { do_recv, .deadline = DEADLINE_FOREVER };
	struct msg m = { 0 };

	is(notify(notices, 2), 0, "notify: sets a bit");
	is(notify(notices, 4), 0, "notify: and another");
	begin(&client, HIGHER);
	is(ipc_recv(ep, &m, DEADLINE_NOW), 0, "ipc_recv: bits come before messages");
	ok(m.badge == 6 && m.token == 0 && m.label == 0, "ipc_recv: both bits, no token, no label");
	ipc_recv(ep, &m, DEADLINE_NOW);
	ok(m.token, "ipc_recv: then the message");
	answer(&m);
	end(&client);

	server.ep = (cap_t)endpoint_create();
	begin(&server, HIGHER);
	is(notify(server.ep, 0), 0, "notify: no bits are no news");
	ok(in_state(&server, STATE_RECEIVE), "notify: and wake nobody");
	is(notify(server.ep, 1ull << 63), 0, "notify: any of 64 bits");
	ok(finished(&server) && server.msg.badge == 1ull << 63, "notify: wakes who waits");
	end(&server);
	cap_delete(server.ep);
}

/* Senders queue by priority, first come within one. */
static void queue_order(void)
{
	static const int priority[] = { LOWER, LOWER, HIGHER, HIGHER };
	static const unsigned expected[] = { 2, 3, 0, 1 };
	struct worker client[4];
	bool in_order = true;
	struct msg m = { 0 };

	for (unsigned i = 0; i < 4; i++) {
		client[i] = (struct worker){ do_call, .ep = badged, .deadline = DEADLINE_FOREVER };
		client[i].msg.word[0] = i;
		begin(&client[i], priority[i]);
		in_order &= in_state(&client[i], STATE_SEND);
	}
	for (unsigned i = 0; i < 4; i++) {
		ipc_recv(ep, &m, DEADLINE_NOW);
		in_order &= m.word[0] == expected[i];
		ipc_reply(m.token, &m);
	}
	ok(in_order, "ipc_recv: P8 by priority, within one first come");
	for (unsigned i = 0; i < 4; i++)
		end(&client[i]);
}

/* ---- ipc_call: its errors ------------------------------------------------------------- */

static void call_handles(void)
{
	cap_t gone = (cap_t)endpoint_create();
	cap_t deaf = (cap_t)cap_mint(ep, CAP_RECV | CAP_NOTIFY, 0, 0);
	cap_t memory = (cap_t)mem_create(PAGE_SIZE);
	cap_t widow, orphan = (cap_t)endpoint_create();
	struct msg m = { 0 };

	cap_delete(gone);
	widow = (cap_t)cap_mint(orphan, CAP_SEND, 1, 0);
	cap_delete(orphan);
	is(ipc_call(0, &m, DEADLINE_FOREVER), -EBADF, "ipc_call EBADF: handle 0");
	is(ipc_call(NO_CAP, &m, DEADLINE_FOREVER), -EBADF, "ipc_call EBADF: handle never given");
	is(ipc_call(gone, &m, DEADLINE_FOREVER), -EBADF, "ipc_call EBADF: deleted");
	is(ipc_call(ep ^ 1ull << 63, &m, DEADLINE_FOREVER), -EBADF, "ipc_call EBADF: upper bits");
	is(ipc_call(~0ull, &m, DEADLINE_FOREVER), -EBADF, "ipc_call EBADF: all ones");
	is(ipc_call(deaf, &m, DEADLINE_FOREVER), -EPERM, "ipc_call EPERM: without CAP_SEND");
	is(ipc_call(memory, &m, DEADLINE_FOREVER), -EPERM, "ipc_call EPERM: not an endpoint");
	is(ipc_call(widow, &m, DEADLINE_FOREVER), -EPIPE, "ipc_call EPIPE: C9 nobody can receive");
	cap_delete(deaf);
	cap_delete(memory);
	cap_delete(widow);
}

static void call_ends(void)
{
	cap_t other = (cap_t)endpoint_create();
	struct worker client = { do_call, .ep = (cap_t)cap_mint(other, CAP_SEND, 1, 0),
		.deadline = DEADLINE_FOREVER };
	struct worker server = { do_recv, .deadline = DEADLINE_FOREVER };

	begin(&client, HIGHER);
	cap_delete(other);
	ok(finished(&client),
	    "endpoint_create EPIPE: for queued senders, when the last right to receive goes");
	is(client.result, -EPIPE, "ipc_call EPIPE: C6 queued when the last receiver's right went");
	end(&client);
	cap_delete(client.ep);

	client.ep = server.ep = (cap_t)endpoint_create();
	begin(&server, HIGHER); /* takes one message, and ends without an answer */
	begin(&client, HIGHER);
	ok(finished(&client), "ipc_call: ends when the receiver dies");
	is(client.result, -EPIPE, "ipc_call EPIPE: P16 the receiver died before it answered");
	end(&server);
	end(&client);
	cap_delete(server.ep);
}

/* Receives nothing, so that it is bound, then calls. */
static void bind_and_call(struct worker *w)
{
	struct msg m = { 0 };

	ipc_recv(w->own, &m, DEADLINE_NOW);
	do_call(w);
}

static void call_rings(void)
{
	struct worker b = { bind_and_call, .ep = badged, .deadline = DEADLINE_FOREVER };
	struct msg m = { 0 }, n = { 0 };

	ipc_recv(ep, &m, DEADLINE_NOW);
	is(ipc_call(ep, &n, DEADLINE_FOREVER), -EDEADLK, "ipc_call EDEADLK: P14 to oneself");
	b.own = (cap_t)endpoint_create();
	begin(&b, HIGHER);
	is(ipc_call(b.own, &n, DEADLINE_FOREVER), -EDEADLK,
	    "ipc_call EDEADLK: P12 to one whose call is queued here");
	is(ipc_recv(ep, &m, DEADLINE_NOW), 0,
	    "ipc_call EDEADLK: nothing changed, the other is served");
	is(ipc_call(b.own, &n, DEADLINE_FOREVER), -EDEADLK,
	    "ipc_call EDEADLK: P12 to one who waits for an answer from here");
	is(effective_priority(own_id()), own_priority() + HIGHER,
	    "ipc_call EDEADLK: and lends still");
	answer(&m);
	ok(finished(&b) && b.result == 0, "ipc_call EDEADLK: the ring that was not closed is done");
	end(&b);
	cap_delete(b.own);
}

static void bind_and_sleep(struct worker *w)
{
	struct msg m = { 0 };

	ipc_recv(w->own, &m, DEADLINE_NOW);
	ipc_recv(0, &m, DEADLINE_FOREVER);
}

#define CHAIN 32

static void call_chain(void)
{
	static struct worker w[CHAIN + 1];
	bool all = true;

	for (unsigned i = 0; i <= CHAIN; i++) {
		w[i] =
		    (struct worker){ i ? bind_and_call : bind_and_sleep, .ep = i ? w[i - 1].own : 0,
			    .own = (cap_t)endpoint_create(), .deadline = DEADLINE_FOREVER };
		begin(&w[i], HIGHER);
		if (i > 0 && i < CHAIN)
			all &= in_state(&w[i], STATE_SEND);
	}
	ok(all, "ipc_call: P24 a chain of 32 threads");
	ok(finished(&w[CHAIN]), "ipc_call ELOOP: does not wait");
	is(w[CHAIN].result, -ELOOP, "ipc_call ELOOP: P24 the 33rd thread of a chain");
	thread_kill(w[0].cap);
	for (unsigned i = CHAIN + 1; i-- > 0;) {
		end(&w[i]);
		cap_delete(w[i].own);
	}
}

/* Waits to be called, then calls the next. */
static void receive_and_call(struct worker *w)
{
	struct msg m = { 0 };

	ipc_recv(w->own, &m, DEADLINE_FOREVER);
	do_call(w);
}

/* The same chain grown the other way: it is always its last thread that calls one more. */
static void call_chain_at_its_tail(void)
{
	static struct worker w[CHAIN + 1];
	struct worker client = { do_call, .deadline = DEADLINE_FOREVER };
	bool all = true;

	for (unsigned i = CHAIN + 1; i-- > 0;) {
		w[i] = (struct worker){ receive_and_call, .ep = i < CHAIN ? w[i + 1].own : ep,
			.own = (cap_t)endpoint_create(), .deadline = DEADLINE_FOREVER };
		begin(&w[i], HIGHER);
		all &= in_state(&w[i], STATE_RECEIVE);
	}
	client.ep = w[0].own; /* the first of the chain; w[i] is thread number i + 2 */
	begin(&client, HIGHER);
	ok(finished(&w[CHAIN - 2]), "ipc_call ELOOP: at the tail, does not wait");
	is(w[CHAIN - 2].result, -ELOOP,
	    "ipc_call ELOOP: P24 32 threads, the last of them calls one more");
	ok(all && finished(&client) && client.result == -EPIPE,
	    "ipc_call EPIPE: and as each of them ends, so does the one before");
	end(&client);
	for (unsigned i = CHAIN + 1; i-- > 0;) {
		end(&w[i]);
		cap_delete(w[i].own);
	}
}

/* ---- ipc_recv: its errors ------------------------------------------------------------- */

static void recv_handles(void)
{
	cap_t mute = (cap_t)cap_mint(ep, CAP_SEND | CAP_NOTIFY, 0, 0);
	struct msg m = { .recv_bytes = MSG_BYTES + 1 };

	is(ipc_recv(NO_CAP, &m, DEADLINE_NOW), -EBADF, "ipc_recv EBADF: handle never given");
	is(ipc_recv(mute, &m, DEADLINE_NOW), -EPERM, "ipc_recv EPERM: without CAP_RECV");
	is(ipc_recv(ep, &m, DEADLINE_NOW), -EINVAL, "ipc_recv EINVAL: M6 room for 65,537 bytes");
	m.recv_bytes = 0;
	m.recv_caps = MSG_CAPS + 1;
	is(ipc_recv(ep, &m, DEADLINE_NOW), -EINVAL, "ipc_recv EINVAL: room for 5 capabilities");
	cap_delete(mute);
}

static void recv_bound(void)
{
	cap_t other = (cap_t)endpoint_create();
	struct worker server = { do_recv, .ep = other, .deadline = DEADLINE_FOREVER };
	struct msg m = { 0 };

	is(ipc_recv(ep, &m, DEADLINE_NOW), -ETIMEDOUT, "ipc_recv ETIMEDOUT: nothing there");
	is(ipc_recv(other, &m, DEADLINE_NOW), -EBUSY, "ipc_recv EBUSY: bound to another endpoint");
	is(endpoint_unbind(ep), 0, "endpoint_unbind: the calling thread");
	begin(&server, HIGHER);
	is(ipc_recv(other, &m, DEADLINE_NOW), -EBUSY,
	    "ipc_recv EBUSY: another thread receives there");
	is(endpoint_unbind(other), 0, "endpoint_unbind: another thread, while it waits");
	ok(finished(&server), "endpoint_unbind EPIPE: for the receiver that waits");
	is(server.result, -EPIPE, "ipc_recv EPIPE: unbound while it waits");
	is(ipc_recv(other, &m, DEADLINE_NOW), -ETIMEDOUT, "endpoint_unbind: another may bind then");
	is(endpoint_unbind(other), 0, "endpoint_unbind: bound");
	is(endpoint_unbind(other), 0, "endpoint_unbind: not bound, no harm");
	end(&server);
	begin(&server, HIGHER);
	cap_delete(other);
	ok(finished(&server), "ipc_recv: ends when the endpoint dies");
	is(server.result, -EPIPE, "ipc_recv EPIPE: the endpoint died while it waits");
	end(&server);
}

/* Two capabilities to receive; the endpoint dies only with the last. A third that cannot receive
 * shows that it is dead. */
static void endpoint_dies(void)
{
	cap_t one = (cap_t)endpoint_create(), two = (cap_t)cap_mint(one, CAP_RECV, 0, 0);
	cap_t left = (cap_t)cap_mint(one, CAP_NOTIFY, 0, 0);
	struct msg m = { 0 };

	cap_delete(one);
	is(notify(left, 1), 0, "cap_delete: an endpoint lives while somebody can receive");
	is(ipc_recv(two, &m, DEADLINE_NOW), 0, "ipc_recv: through another capability");
	cap_delete(two);
	is(notify(left, 1), -EPIPE, "notify EPIPE: nobody can receive any more");
	is(notify(NO_CAP, 1), -EBADF, "notify EBADF: handle never given");
	is(notify(badged, 1), -EPERM, "notify EPERM: without CAP_NOTIFY");
	is(notify(notices, 8), -EPERM, "notify EPERM: a bit outside the badge");
	is(notify(notices, 2 | 8), -EPERM, "notify EPERM: one bit of two outside the badge");
	is(endpoint_unbind(NO_CAP), -EBADF, "endpoint_unbind EBADF: handle never given");
	is(endpoint_unbind(badged), -EPERM, "endpoint_unbind EPERM: without CAP_RECV");
	cap_delete(left);
}

static void yield_among_equals(void)
{
	is(yield(), 0, "yield: answers 0");
}

int main(void)
{
	ep = (cap_t)endpoint_create();
	badged = (cap_t)cap_mint(ep, CAP_SEND | CAP_TRANSFER, BADGE, 0);
	notices = (cap_t)cap_mint(ep, CAP_NOTIFY, 6, 0);
	sender_first();
	receiver_first();
	notifications();
	queue_order();
	call_handles();
	call_ends();
	call_rings();
	call_chain();
	call_chain_at_its_tail();
	recv_handles();
	recv_bound();
	endpoint_dies();
	yield_among_equals();
	return tap_done();
}
