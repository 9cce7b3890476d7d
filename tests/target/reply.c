/* Replies: one call, one answer. Clients of a higher priority call and wait; main receives, then
 * answers, answers twice, answers too late, lets another space or thread answer. A token that is
 * not honoured is ESRCH and harms nobody.
 *
 * GROUP: ipc inherit deadline caps bugs */
#include "lib/story.h"
#include <string.h>

static cap_t ep;
static char bytes[64];

static struct worker new_client(void)
{
	return (struct worker){ do_call, .ep = ep, .deadline = DEADLINE_FOREVER };
}

/* Lets it call and takes its message. The token. (main may have been lent a client's priority, so
 * that the client does not run before main waits.) */
static uint64_t take(struct worker *client)
{
	struct msg m = { 0 };

	begin(client, HIGHER);
	return ipc_recv(ep, &m, time_in_ms(2000)) == 0 ? m.token : 0;
}

static int answer(uint64_t token)
{
	struct msg m = { .word = { 42 } };

	return ipc_reply(token, &m);
}

static bool answered(struct worker *client)
{
	return finished(client) && client->result == 0 && client->msg.word[0] == 42;
}

/* ---- Which token is honoured ---------------------------------------------------------- */

static void once(void)
{
	struct worker client = new_client();
	const uint64_t token = take(&client);

	is(answer(0), -ESRCH, "ipc_reply ESRCH: token 0");
	is(answer(~0ull), -ESRCH, "ipc_reply ESRCH: no such slot");
	is(answer(token + 65536), -ESRCH, "ipc_reply ESRCH: the number of a call to come");
	is(answer(token - 65536), -ESRCH, "ipc_reply ESRCH: the number of a call before");
	is(answer(token ^ 1), -ESRCH, "ipc_reply ESRCH: another slot");
	is(answer(token & 0xffff), -ESRCH, "ipc_reply ESRCH: call number 0");
	ok(in_state(&client, STATE_REPLY), "ipc_reply ESRCH: the caller waits still");
	is(answer(token), 0, "ipc_reply: the right one");
	ok(answered(&client), "ipc_reply: the caller has its answer");
	is(answer(token), -ESRCH, "ipc_reply ESRCH: C1 twice");
	end(&client);
	is(answer(token), -ESRCH, "ipc_reply ESRCH: C1 the caller has ended");
}

static void in_any_order(void)
{
	struct worker one = new_client(), two = new_client();
	const uint64_t first = take(&one), second = take(&two);

	is(answer(second), 0,
	    "ipc_reply: C2 the second first; a token is kept as long as one likes");
	ok(answered(&two) && !one.done, "ipc_reply: it is the second who is answered");
	is(answer(first), 0, "ipc_reply: then the first");
	ok(answered(&one), "ipc_reply: who waited for it");
	end(&one);
	end(&two);
}

static void call_twice(struct worker *w)
{
	struct msg m = { 0 };

	w->when = (unsigned)-ipc_call(w->ep, &m, time_in_ms(20)); /* nobody answers in time */
	do_call(w);
}

static void too_late(void)
{
	struct worker client = new_client();
	uint64_t old, token;
	struct msg m = { 0 };

	client.run = call_twice;
	old = take(&client);
	sleep_ms(40);
	is(client.when, ETIMEDOUT, "ipc_call ETIMEDOUT: T2 received, but not answered in time");
	is(answer(old), -ESRCH,
	    "ipc_reply ESRCH: B7 T2 the caller has gone, and calls again (QNX)");
	ok(in_state(&client, STATE_SEND), "ipc_reply ESRCH: T2 its next call is as it was");
	ipc_recv(ep, &m, DEADLINE_NOW);
	token = m.token;
	is(answer(old), -ESRCH,
	    "ipc_reply ESRCH: B7 T2 nor does the next call get the old answer (QNX)");
	ok((uint16_t)old == (uint16_t)token && old != token, "the same slot, another number");
	is(answer(token), 0, "ipc_reply: T2 but its own");
	ok(answered(&client), "ipc_call: T2 the second is answered");
	end(&client);
}

static void killed(void)
{
	struct worker client = new_client(), next = new_client();
	const uint64_t old = take(&client);
	uint64_t token;

	end(&client);
	is(answer(old), -ESRCH, "ipc_reply ESRCH: D2 the caller was killed");
	token = take(&next);
	note("old token %lx, that of the next thread %lx", old, token);
	is(answer(old), -ESRCH,
	    "ipc_reply ESRCH: C4 a new thread calls from the same slot, perhaps");
	is(answer(token), 0, "ipc_reply: and has its own token");
	ok(answered(&next), "ipc_call: its answer");
	end(&next);
}

/* The token lies in the shared page, and so does what came of it. */
static void reply_from_outside(uint64_t argument)
{
	volatile uint64_t *page = (volatile uint64_t *)SHARED;
	struct msg m = { .word = { 666 } };

	page[1] = (uint64_t)ipc_reply(page[0], &m);
	child_exit();
}

static void other_space(void)
{
	volatile uint64_t *page = (volatile uint64_t *)SHARED;
	struct worker client = new_client();
	struct child c;
	int64_t thread;

	ok(child_make(&c, 64), "a child space");
	page[0] = take(&client);
	page[1] = 1;
	thread = child_start(&c, reply_from_outside, 0, HIGHER, 0);
	ok(dead((cap_t)thread), "it presents a token of ours");
	is((int64_t)page[1], -ESRCH, "ipc_reply ESRCH: C3 from another space");
	ok(in_state(&client, STATE_REPLY), "ipc_reply ESRCH: C3 the caller waits still");
	is(answer(page[0]), 0, "ipc_reply: C3 and is answered by who took its call");
	end(&client);
	cap_delete((cap_t)thread);
	child_end(&c);
}

/* ---- What the replier gets wrong ------------------------------------------------------ */

static int64_t raw_reply(uint64_t token, uint64_t label, const struct msg_ext *ext)
{
	struct registers r = { .rax = SYS_ipc_reply,
		.rdi = token,
		.rsi = label,
		.rdx = (uint64_t)ext,
		.rflags = 0x202 };

	raw_call(&r);
	return (int64_t)r.rax;
}

static void bad_replies(void)
{
	struct worker client = new_client();
	const uint64_t token = take(&client);
	cap_t parent = (cap_t)endpoint_create();
	cap_t widow = (cap_t)cap_mint(parent, CAP_SEND | CAP_TRANSFER, 0, 0);
	cap_t fixed = (cap_t)cap_mint(ep, CAP_SEND, 0, 0);
	struct msg_ext ext = { .send = (uint64_t)bytes };

	cap_delete(parent);
	is(raw_reply(token, MSG_LABEL(0, 0, 0, MSG_BYTES + 1), &ext), -EINVAL,
	    "ipc_reply EINVAL: M6 65,537 bytes");
	is(raw_reply(token, MSG_LABEL(0, 0, 5, 0), &ext), -EINVAL,
	    "ipc_reply EINVAL: 5 capabilities");
	is(raw_reply(token, MSG_LABEL(0, 0, 0, 1), NULL), -EINVAL,
	    "ipc_reply EINVAL: bytes and no struct msg_ext");
	ext.send = KERNEL_START;
	is(raw_reply(token, MSG_LABEL(0, 0, 0, 8), &ext), -EFAULT,
	    "ipc_reply EFAULT: M3 send buffer");
	is(raw_reply(token, MSG_LABEL(0, 0, 0, 8), (void *)UNMAPPED), -EFAULT,
	    "ipc_reply EFAULT: msg_ext");
	ext.cap[0] = NO_CAP;
	is(raw_reply(token, MSG_LABEL(0, 0, 1, 0), &ext), -EBADF,
	    "ipc_reply EBADF: a capability in the reply");
	ext.cap[0] = fixed;
	is(raw_reply(token, MSG_LABEL(0, 0, 1, 0), &ext), -EPERM,
	    "ipc_reply EPERM: one without CAP_TRANSFER");
	ext.cap[0] = widow;
	is(raw_reply(token, MSG_LABEL(0, 0, 1, 0), &ext), -EPIPE,
	    "ipc_reply EPIPE: one whose object is dead");
	ok(in_state(&client, STATE_REPLY), "ipc_reply: after all that the caller waits still");
	is(answer(token), 0, "ipc_reply: and can be answered");
	ok(answered(&client), "ipc_reply: which it is");
	end(&client);
	cap_delete(widow);
	cap_delete(fixed);
}

/* ---- ipc_reply_recv ------------------------------------------------------------------- */

static int reply_recv(uint64_t token, cap_t endpoint, uint64_t deadline, struct msg *m)
{
	*m = (struct msg){ .word = { 42 } };
	return ipc_reply_recv(token, m, endpoint, deadline);
}

static void both_at_once(void)
{
	struct worker one = new_client(), two = new_client();
	uint64_t token = take(&one);
	struct msg m;

	begin(&two, HIGHEST);
	is(reply_recv(token, ep, DEADLINE_FOREVER, &m), 0,
	    "ipc_reply_recv: answers, and takes the next");
	ok(answered(&one) && m.token && m.token != token, "ipc_reply_recv: both");
	token = m.token;
	is(reply_recv(token, ep, DEADLINE_NOW, &m), -ETIMEDOUT,
	    "ipc_reply_recv ETIMEDOUT: nothing to receive");
	ok(answered(&two), "ipc_reply_recv ETIMEDOUT: the reply was made");
	is(reply_recv(token, ep, DEADLINE_NOW, &m), -ETIMEDOUT,
	    "ipc_reply_recv: a token that is stale is passed over");
	is(reply_recv(0, ep, DEADLINE_NOW, &m), -ETIMEDOUT,
	    "ipc_reply_recv: token 0 just receives");
	end(&one);
	end(&two);
}

/* Every error but the last two comes before the reply: nothing has happened. */
static void reply_recv_errors(void)
{
	cap_t other = (cap_t)endpoint_create(), mute = (cap_t)cap_mint(ep, CAP_SEND, 0, 0);
	struct worker client = new_client();
	const uint64_t token = take(&client);
	struct registers r,
	    call = { .rax = SYS_ipc_reply_recv,
		    .rdi = token,
		    .r8 = ep,
		    .r10 = DEADLINE_NOW,
		    .rflags = 0x202 };
	struct msg_ext ext = { .recv_bytes = MSG_BYTES + 1 };
	struct msg m;

	is(reply_recv(token, NO_CAP, DEADLINE_NOW, &m), -EBADF,
	    "ipc_reply_recv EBADF: handle never given");
	is(reply_recv(token, 0, DEADLINE_NOW, &m), -EBADF, "ipc_reply_recv EBADF: endpoint 0");
	is(reply_recv(token, mute, DEADLINE_NOW, &m), -EPERM,
	    "ipc_reply_recv EPERM: without CAP_RECV");
	is(reply_recv(token, other, DEADLINE_NOW, &m), -EBUSY,
	    "ipc_reply_recv EBUSY: bound to another endpoint");
	r = call;
	r.rdx = (uint64_t)&ext;
	r.rsi = MSG_LABEL(0, 0, 0, 8); /* else the room is not looked at before a message comes */
	raw_call(&r);
	is((int64_t)r.rax, -EINVAL, "ipc_reply_recv EINVAL: M6 room for 65,537 bytes");
	r = call;
	r.rdx = KERNEL_START;
	r.rsi = MSG_LABEL(0, 0, 0, 8);
	raw_call(&r);
	is((int64_t)r.rax, -EFAULT, "ipc_reply_recv EFAULT: M3 msg_ext");
	ext = (struct msg_ext){ .send = UNMAPPED };
	r = call;
	r.rdx = (uint64_t)&ext;
	r.rsi = MSG_LABEL(0, 0, 0, 8);
	raw_call(&r);
	is((int64_t)r.rax, -EFAULT, "ipc_reply_recv EFAULT: send buffer");
	ext.cap[0] = NO_CAP;
	r = call;
	r.rdx = (uint64_t)&ext;
	r.rsi = MSG_LABEL(0, 0, 1, 0);
	raw_call(&r);
	is((int64_t)r.rax, -EBADF, "ipc_reply_recv EBADF: a capability in the reply");
	ok(in_state(&client, STATE_REPLY), "ipc_reply_recv: after all that the caller waits still");
	answer(token);
	ok(answered(&client), "ipc_reply_recv: and can be answered");
	end(&client);
	cap_delete(other);
	cap_delete(mute);
}

static void do_reply_recv(struct worker *w)
{
	struct msg m = { 0 };

	ipc_recv(w->own, &m, DEADLINE_FOREVER);
	m.label = 0;
	m.word[0] = 42;
	w->result = ipc_reply_recv(m.token, &m, w->own, DEADLINE_FOREVER);
}

static void reply_then_trouble(void)
{
	struct worker server = { .run = do_reply_recv, .own = (cap_t)endpoint_create() };
	struct worker client = { do_call, .deadline = DEADLINE_FOREVER };
	struct msg_ext ext = { .recv = UNMAPPED, .recv_bytes = 64 };
	struct registers r;
	struct msg m = { 0 };

	begin(&server, HIGHER);
	is(ipc_call(server.own, &m, DEADLINE_FOREVER), 0, "a server answers and receives");
	cap_delete(server.own);
	ok(finished(&server), "ipc_reply_recv: ends when the endpoint dies");
	is(server.result, -EPIPE, "ipc_reply_recv EPIPE: while it waits, the reply made");
	end(&server);

	client.ep = ep;
	r = (struct registers){ .rax = SYS_ipc_reply_recv,
		.rdi = take(&client),
		.r8 = ep,
		.rdx = (uint64_t)&ext,
		.rbx = 42,
		.rflags = 0x202 };
	server = (struct worker){ do_call, .ep = ep, .deadline = DEADLINE_FOREVER };
	server.msg = (struct msg){ .label = MSG_LABEL(1, 1, 0, 64), .send = bytes };
	begin(&server, HIGHEST);
	raw_call(&r);
	is((int64_t)r.rax, -EFAULT,
	    "ipc_reply_recv EFAULT: the next message finds a bad buffer, the reply made");
	ok(answered(&client), "ipc_reply_recv EFAULT: the caller has its answer");
	ok(in_state(&server, STATE_SEND), "ipc_reply_recv EFAULT: the next sender stays queued");
	end(&server);
	end(&client);
}

/* ---- delegate ------------------------------------------------------------------------- */

/* Waits to be told, answers the token that it finds. */
static void answer_when_told(struct worker *w)
{
	struct msg m = { 0 };

	ipc_recv(w->own, &m, DEADLINE_FOREVER);
	w->result = answer(m.word[0]);
	answer(m.token);
}

static void delegation(void)
{
	struct worker helper = { .run = answer_when_told, .own = (cap_t)endpoint_create() };
	struct worker client = new_client(), ended = { .run = do_recv };
	cap_t outside, thread;
	struct info_thread info = { 0 };
	const uint64_t token = take(&client);
	struct msg m = { .word = { token } };
	struct child c;

	begin(&helper, LOWER);
	begin(&ended, HIGHER);
	dead(ended.cap);
	is(delegate(token, NO_CAP), -EBADF, "delegate EBADF: handle never given");
	is(delegate(token, 0), -EBADF, "delegate EBADF: handle 0");
	is(delegate(token, ep), -EPERM, "delegate EPERM: not a thread");
	thread = (cap_t)cap_mint(helper.cap, CAP_TRANSFER, 0, 0);
	is(delegate(token, thread), -EPERM, "delegate EPERM: without CAP_THREAD");
	cap_delete(thread);
	is(delegate(token, ended.cap), -EPIPE, "delegate EPIPE: the thread is dead");
	is(delegate(token + 65536, helper.cap), -ESRCH, "delegate ESRCH: token not honoured");
	is(delegate(token, client.cap), -EDEADLK, "delegate EDEADLK: to the caller itself");
	child_make(&c, 64);
	outside = (cap_t)thread_create(c.space, WINDOW, WINDOW, 0, 1, 0);
	is(delegate(token, outside), -EPERM, "delegate EPERM: a thread of another space");
	ok(in_state(&client, STATE_REPLY), "delegate: after all that the caller waits still");
	is(effective_priority(own_id()), own_priority() + HIGHER, "delegate: and lends to main");
	is(delegate(token, helper.cap), 0, "delegate: P26 to another thread");
	is(effective_priority(own_id()), own_priority(),
	    "delegate: main has nothing lent any more");
	is(effective_priority(helper.id), own_priority() + HIGHER, "delegate: the other has");
	thread_info(client.id, &info);
	is((int64_t)info.waits_on, (int64_t)helper.id, "delegate: the caller waits for the other");
	is(ipc_call(helper.own, &m, DEADLINE_FOREVER), 0, "the other is told to answer");
	ok(finished(&helper) && helper.result == 0,
	    "ipc_reply: P18 by the thread it was handed to");
	ok(answered(&client), "ipc_call: P18 answered by another thread");
	end(&client);
	end(&helper);
	end(&ended);
	cap_delete(outside);
	child_end(&c);
	cap_delete(helper.own);
}

/* A chain of 31 behind w[0]; the caller, handed to the last of it, would be the 33rd. */
static void bind_and_call(struct worker *w)
{
	struct msg m = { 0 };

	ipc_recv(w->own, &m, DEADLINE_NOW);
	if (w->ep)
		do_call(w);
	else
		ipc_recv(0, &m, DEADLINE_FOREVER);
}

static void long_chain(void)
{
	static struct worker w[32];
	struct worker client = new_client();
	uint64_t token;

	for (unsigned i = 0; i < COUNT(w); i++) {
		w[i] = (struct worker){ bind_and_call, .ep = i ? w[i - 1].own : 0,
			.own = (cap_t)endpoint_create(), .deadline = DEADLINE_FOREVER };
		begin(&w[i], HIGHER);
	}
	token = take(&client);
	is(delegate(token, w[31].cap), -ELOOP, "delegate ELOOP: to the end of a chain of 32");
	is(delegate(token, w[30].cap), 0, "delegate: to the end of a chain of 31");
	is(answer(token), 0, "ipc_reply: P18 by a thread that did not take the call");
	ok(answered(&client), "ipc_call: answered");
	end(&client);
	for (unsigned i = COUNT(w); i-- > 0;) {
		end(&w[i]);
		cap_delete(w[i].own);
	}
}

int main(void)
{
	ep = (cap_t)endpoint_create();
	once();
	in_any_order();
	too_late();
	killed();
	other_space();
	bad_replies();
	both_at_once();
	reply_recv_errors();
	reply_then_trouble();
	delegation();
	long_chain();
	return tap_done();
}
