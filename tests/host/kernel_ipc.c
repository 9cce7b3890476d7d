// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// Messages in registers: who waits where, who gets what, and every error of the message calls -
// after which only the caller's rax has changed and nobody else has noticed. Letters and numbers:
// tests/cases.md.
#include "pair.h"

#include "kernel/ready.h"

#define OP(op) MSG_LABEL(op, 1, 0, 0)

static void cast(void)
{
	cast_pair(CAP_SEND | CAP_NOTIFY | CAP_TRANSFER);
}

/* The server has received a call and holds its token. */
static u64 called(struct thread *from)
{
	IS(recv(s, ep, 0, FOREVER), WAITS);
	IS(call(from, to, OP(1), 0, FOREVER), WAITS);
	IS(s->state, STATE_READY);
	return TOKEN(s);
}

/* ---- The ways of a message ---------------------------------------------------------- */

static void to_one_who_waits(void)
{
	cast();
	IS(recv(s, ep, 0, FOREVER), WAITS);
	IS(s->state, STATE_RECEIVE);
	set_words(c, 100);
	IS(call(c, to, OP(5), 0, FOREVER), WAITS);
	IS(c->state, STATE_REPLY);
	IS(s->state, STATE_READY);
	IS(ANSWER(s), 0);
	IS(BADGE(s), 7);
	IS(LABEL(s), OP(5));
	EXPECT(has_words(s, 100));
	set_words(s, 200);
	IS(reply(s, TOKEN(s), OP(3), 0), 0);
	IS(c->state, STATE_READY);
	IS(ANSWER(c), 0);
	IS(LABEL(c), OP(3));
	EXPECT(has_words(c, 200));
	IS(thread_messages(c), 1);
	IS(thread_messages(s), 1);
}

static void to_one_who_is_busy(void)
{
	cast();
	set_words(c, 100);
	IS(call(c, to, OP(5), 0, FOREVER), WAITS);
	IS(c->state, STATE_SEND);
	IS(recv(s, ep, 0, DEADLINE_NOW), 0);
	IS(c->state, STATE_REPLY);
	IS(BADGE(s), 7);
	EXPECT(has_words(s, 100));
	IS(reply_recv(s, TOKEN(s), OP(0), 0, ep, FOREVER), WAITS);
	IS(c->state, STATE_READY);
	IS(s->state, STATE_RECEIVE);
}

/* Two clients: the reply to one and the message of the next in one crossing. */
static void servers_loop(void)
{
	struct thread *d;

	cast();
	d = new_thread(client, 20);
	IS(recv(s, ep, 0, FOREVER), WAITS);
	for (u64 i = 0; i < 20; i++) {
		set_words(c, 100 * i);
		IS(call(c, to, OP(1), 0, FOREVER), WAITS);
		EXPECT(has_words(s, 100 * i));
		set_words(d, 100 * i + 50);
		IS(call(d, to, OP(2), 0, FOREVER), WAITS);
		IS(d->state, STATE_SEND);
		set_words(s, 7000 + i);
		IS(reply_recv(s, TOKEN(s), 0, 0, ep, FOREVER), 0);
		EXPECT(has_words(c, 7000 + i));
		EXPECT(has_words(s, 100 * i + 50));
		set_words(s, 8000 + i);
		IS(reply_recv(s, TOKEN(s), 0, 0, ep, FOREVER), WAITS);
		EXPECT(has_words(d, 8000 + i));
	}
}

/* Whoever is called or answered directly goes before its equals: it has the rest of the slice. */
static void before_its_equals(void)
{
	struct thread *equal, *d;

	cast();
	d = new_thread(client, 10);
	IS(recv(s, ep, 0, FOREVER), WAITS);
	equal = new_thread(client, 10);
	IS(call(d, to, OP(1), 0, in(1000)), WAITS); /* not the short cut: with a deadline */
	EXPECT(LIST_FIRST(ready_level(10), struct thread, ready.link) == s);
	IS(reply_recv(s, TOKEN(s), 0, 0, ep, in(1000)), WAITS);
	EXPECT(LIST_FIRST(ready_level(10), struct thread, ready.link) == d);
	IS(call(d, to, OP(1), 0, FOREVER), WAITS);
	EXPECT(LIST_FIRST(ready_level(10), struct thread, ready.link) == s);
	IS(reply(s, TOKEN(s), 0, 0), 0); /* a mere reply: the server goes on, its caller stands
					    behind */
	EXPECT(LIST_ENTRY(ready_level(10)->previous, struct thread, ready.link) == d);
	EXPECT(equal->state == STATE_READY);
}

static void by_priority_then_arrival(void)
{
	static const u8 priority[] = { 5, 9, 5, 30, 9, 30, 1 }, order[] = { 3, 5, 1, 4, 0, 2, 6 };
	struct thread *t[7];

	cast();
	for (u64 i = 0; i < 7; i++) {
		t[i] = new_thread(client, priority[i]);
		set_words(t[i], i);
		IS(call(t[i], to, OP(1), 0, FOREVER), WAITS);
	}
	for (u64 i = 0; i < 7; i++) {
		IS(recv(s, ep, 0, DEADLINE_NOW), 0);
		EXPECT(has_words(s, order[i]));
	}
	IS(recv(s, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
}

/* A server that calls another on behalf of its client: the tokens of both calls are good at once.
 */
static void nested(void)
{
	struct space *disk;
	struct thread *d;
	cap_t disk_ep, to_disk;
	u64 token;

	cast();
	disk = new_space("disk");
	d = new_thread(disk, 12);
	disk_ep = new_endpoint(disk);
	to_disk = give_copy(disk, disk_ep, server, CAP_SEND, 9);
	IS(recv(d, disk_ep, 0, FOREVER), WAITS);
	token = called(c);
	IS(call(s, to_disk, OP(2), 0, FOREVER), WAITS);
	IS(BADGE(d), 9);
	IS(reply(d, TOKEN(d), 0, 0), 0);
	IS(reply(s, token, 0, 0), 0);
	IS(ANSWER(c), 0);
}

/* ---- Errors of a call: nothing is sent, nobody is touched --------------------------- */

static void call_errors(void)
{
	cap_t receive_only, notify_only, memory, dead;
	u64 past;

	cast();
	receive_only = give_copy(server, ep, client, CAP_RECV, 0);
	notify_only = give_copy(server, ep, client, CAP_NOTIFY, 0);
	memory = map_pages(client, 0x400000, 1, PROT_READ);
	later(100);
	past = clock_now() - 1;
	FAILS(c, -EBADF, ipc_call, 0, OP(1), 0, FOREVER);
	FAILS(c, -EBADF, ipc_call, to + (1 << 16), OP(1), 0, FOREVER);
	FAILS(c, -EBADF, ipc_call, NO_CAP, OP(1), 0, FOREVER);
	FAILS(c, -EBADF, ipc_call, UINT64_MAX, OP(1), 0, FOREVER);
	FAILS(c, -EPERM, ipc_call, receive_only, OP(1), 0, FOREVER);
	FAILS(c, -EPERM, ipc_call, notify_only, OP(1), 0, FOREVER);
	FAILS(c, -EPERM, ipc_call, memory, OP(1), 0, FOREVER);
	FAILS(c, -EINVAL, ipc_call, to, MSG_LABEL(1, 1, 0, 1), 0, FOREVER);
	FAILS(c, -EINVAL, ipc_call, to, MSG_LABEL(1, 1, 1, 0), 0, FOREVER);
	FAILS(c, -EINVAL, ipc_call, to, MSG_LABEL(1, 1, 0, MSG_BYTES + 1), PAGE(0), FOREVER);
	FAILS(c, -EINVAL, ipc_call, to, MSG_LABEL(1, 1, MSG_CAPS + 1, 0), PAGE(0), FOREVER);
	FAILS(c, -ETIMEDOUT, ipc_call, to, OP(1), 0, DEADLINE_NOW);
	FAILS(c, -ETIMEDOUT, ipc_call, to, OP(1), 0, past);
	FAILS(c, -ETIMEDOUT, ipc_call, to, OP(1), 0, clock_now());
	EXPECT(waitq_empty(&endpoint_of(server, ep)->senders));
	dead = give_copy(server, ep, client, CAP_SEND, 0);
	IS(SYS(s, cap_revoke, ep), 0);
	IS(cap_of(client, dead), NULL); /* revoked, not only dead: no such capability any more */
	FAILS(c, -EBADF, ipc_call, dead, OP(1), 0, FOREVER);
}

static void call_to_dead_endpoint(void)
{
	cap_t own;

	cast();
	own = give_copy(server, ep, client, CAP_SEND, 0);
	IS(SYS(s, cap_delete, ep), 0); /* the last right to receive */
	settle();
	FAILS(c, -EPIPE, ipc_call, own, OP(1), 0, FOREVER);
	FAILS(c, -EPIPE, notify, to, 1);
	FAILS(c, -EPIPE, cap_mint, to, CAP_SEND, 0, 0);
	IS(SYS(c, cap_delete, own), 0);
}

/* P14. A thread that calls the endpoint it receives from would wait for itself for ever. */
static void call_to_oneself(void)
{
	cast();
	IS(recv(s, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
	FAILS(s, -EDEADLK, ipc_call, ep, OP(1), 0, FOREVER);
	EXPECT(waitq_empty(&endpoint_of(server, ep)->senders));
}

/* ---- Errors of receiving ------------------------------------------------------------ */

static void recv_errors(void)
{
	struct thread *other;
	cap_t second;

	cast();
	other = new_thread(server, 10);
	second = new_endpoint(server);
	FAILS(s, -EBADF, ipc_recv, NO_CAP, 0, 0, FOREVER);
	FAILS(c, -EPERM, ipc_recv, to, 0, 0, FOREVER);
	FAILS(s, -EFAULT, ipc_recv, ep, 0, NOWHERE, FOREVER);
	FAILS(s, -ETIMEDOUT, ipc_recv, ep, 0, 0, DEADLINE_NOW);
	FAILS(s, -ETIMEDOUT, ipc_recv, 0, 0, 0, DEADLINE_NOW);
	FAILS(s, -EBUSY, ipc_recv, second, 0, 0, FOREVER); /* a thread receives from one endpoint */
	FAILS(other, -EBUSY, ipc_recv, ep, 0, 0, FOREVER); /* and an endpoint has one receiver */
	FAILS(other, -EBUSY, ipc_reply_recv, 0, 0, 0, FOREVER, ep);
	IS(SYS(s, cap_delete, second), 0);
	FAILS(s, -EBADF, ipc_recv, second, 0, 0, FOREVER);
}

static void recv_from_dead_endpoint(void)
{
	cap_t copy;

	cast();
	copy = give_copy(server, ep, client, CAP_RECV, 0);
	IS(recv(s, ep, 0, FOREVER), WAITS);
	IS(SYS(c, cap_delete, copy), 0);
	settle();
	IS(s->state, STATE_RECEIVE); /* the server has its own right to receive */
	destroy(server);
	FAILS(c, -EPIPE, notify, to, 1);
}

/* ---- Tokens ------------------------------------------------------------------------- */

/* C1 */
static void token_twice(void)
{
	u64 token;

	cast();
	token = called(c);
	IS(reply(s, token, 0, 0), 0);
	FAILS(s, -ESRCH, ipc_reply, token, 0, 0);
	IS(call(c, to, OP(2), 0, FOREVER), WAITS);
	FAILS(s, -ESRCH, ipc_reply, token, 0, 0); /* the next call of the same slot */
	IS(recv(s, ep, 0, DEADLINE_NOW), 0);
	FAILS(s, -ESRCH, ipc_reply, token, 0, 0);
	IS(c->state, STATE_REPLY);
}

/* C3 */
static void token_of_another_space(void)
{
	struct thread *stranger;
	u64 token;

	cast();
	stranger = new_thread(client, 10);
	token = called(c);
	FAILS(stranger, -ESRCH, ipc_reply, token, 0, 0);
	IS(reply(new_thread(server, 10), token, 0, 0), 0); /* another thread of the server may */
}

static void token_guessed(void)
{
	u64 token;

	cast();
	token = called(c);
	FAILS(s, -ESRCH, ipc_reply, 0, 0, 0);
	FAILS(s, -ESRCH, ipc_reply, UINT64_MAX, 0, 0);
	for (unsigned bit = 0; bit < 64; bit++)
		FAILS(s, -ESRCH, ipc_reply, token ^ 1ull << bit, 0, 0);
	IS(reply(s, token, 0, 0), 0);
}

/* The slot of a thread that died is given to the next one: its old token must not answer the new
 * one's call. */
static void token_of_reused_slot(void)
{
	struct thread *d;
	u64 token, slot;

	cast();
	token = called(c);
	slot = thread_slot(c);
	kill_thread(c);
	FAILS(s, -ESRCH, ipc_reply, token, 0, 0);
	d = new_thread(client, 20);
	IS(thread_slot(d), slot);
	IS(call(d, to, OP(1), 0, FOREVER), WAITS);
	FAILS(s, -ESRCH, ipc_reply, token, 0, 0);
	IS(recv(s, ep, 0, DEADLINE_NOW), 0);
	EXPECT(TOKEN(s) != token);
	FAILS(s, -ESRCH, ipc_reply, token, 0, 0);
	IS(d->state, STATE_REPLY);
}

/* A call number that is not the caller's last, and one for a caller that is still queued. */
static void token_of_queued_call(void)
{
	cast();
	IS(call(c, to, OP(1), 0, FOREVER), WAITS);
	IS(c->state, STATE_SEND);
	FAILS(s, -ESRCH, ipc_reply, ipc_token(c), 0, 0);
	FAILS(s, -ESRCH, ipc_reply, ipc_token(c) + (1 << 16), 0, 0);
	IS(c->state, STATE_SEND);
}

/* C2. The server forgets a caller and goes on. */
static void token_dropped(void)
{
	struct thread *d;

	cast();
	d = new_thread(client, 20);
	called(c);
	IS(recv(s, ep, 0, FOREVER), WAITS);
	IS(c->state, STATE_REPLY);
	IS(call(d, to, OP(1), 0, FOREVER), WAITS);
	IS(reply(s, TOKEN(s), 0, 0), 0);
	IS(d->state, STATE_READY);
	IS(c->state, STATE_REPLY);
}

static void reply_errors(void)
{
	u64 token;

	cast();
	token = called(c);
	FAILS(s, -EINVAL, ipc_reply, token, MSG_LABEL(0, 0, 0, 1), 0);
	FAILS(s, -EINVAL, ipc_reply, token, MSG_LABEL(0, 0, 5, 0), PAGE(0));
	FAILS(s, -EFAULT, ipc_reply, token, 0, NOWHERE);
	FAILS(s, -EBADF, ipc_reply_recv, token, 0, 0, FOREVER, NO_CAP);
	FAILS(s, -EFAULT, ipc_reply_recv, token, MSG_LABEL(0, 0, 0, 1), NOWHERE, FOREVER, ep);
	FAILS(s, -EINVAL, ipc_reply_recv, token, MSG_LABEL(0, 0, 0, 1), 0, FOREVER, ep);
	IS(c->state, STATE_REPLY);
	IS(reply_recv(s, token, 0, 0, ep, DEADLINE_NOW), -ETIMEDOUT); /* the reply is made */
	IS(c->state, STATE_READY);
}

/* Another thread of the server answers, and would then receive where somebody else does, or nobody
 * yet. */
static void reply_recv_by_another(void)
{
	struct thread *worker;
	cap_t own;
	u64 token;

	cast();
	worker = new_thread(server, 10);
	own = new_endpoint(server);
	token = called(c);
	FAILS(worker, -EBUSY, ipc_reply_recv, token, 0, 0, FOREVER, ep);
	IS(c->state, STATE_REPLY);
	IS(reply_recv(worker, token, 0, 0, own, FOREVER), WAITS);
	IS(c->state, STATE_READY);
	EXPECT(worker->bound == endpoint_of(server, own));
}

/* What is there already is taken by the same call: bits, a message. */
static void reply_recv_takes_what_is_there(void)
{
	struct thread *d;
	u64 token;

	cast();
	d = new_thread(client, 20);
	token = called(c);
	ipc_set_bits(endpoint_of(server, ep), 6);
	IS(reply_recv(s, token, 0, 0, ep, FOREVER), 0);
	IS(BADGE(s), 6);
	IS(TOKEN(s), 0);
	IS(c->state, STATE_READY);
	IS(call(d, to, OP(1), 0, FOREVER), WAITS);
	IS(reply_recv(s, 0, 0, 0, ep, FOREVER), 0);
	IS(TOKEN(s), ipc_token(d));
}

/* A server that sleeps, bound as it is, takes no message. */
static void server_sleeps(void)
{
	cast();
	IS(recv(s, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
	IS(recv(s, 0, 0, FOREVER), WAITS);
	IS(call(c, to, OP(1), 0, FOREVER), WAITS);
	IS(c->state, STATE_SEND);
	IS(s->state, STATE_RECEIVE);
}

/* A caller that has gone is no concern of the server's loop. */
static void reply_recv_to_nobody(void)
{
	u64 token;

	cast();
	IS(reply_recv(s, 0, 0, 0, ep, DEADLINE_NOW), -ETIMEDOUT);
	token = called(c);
	kill_thread(c);
	IS(reply_recv(s, token, MSG_LABEL(0, 0, 0, 500), 0, ep, FOREVER), WAITS);
	IS(s->state, STATE_RECEIVE);
}

/* ---- Delegating --------------------------------------------------------------------- */

/* P18 */
static void delegate_token(void)
{
	struct thread *worker;
	cap_t worker_cap;
	u64 token;

	cast();
	worker = new_thread(server, 5);
	worker_cap = give(server, &worker->object, CAP_THREAD);
	token = called(c);
	IS(s->effective, 20);
	IS(SYS(s, delegate, token, worker_cap), 0);
	IS(s->effective, 10);
	IS(worker->effective, 20);
	EXPECT(inherit_waits_for(c) == worker);
	set_words(worker, 300);
	IS(reply(worker, token, 0, 0), 0);
	EXPECT(has_words(c, 300));
	IS(worker->effective, 5);
	FAILS(s, -ESRCH, delegate, token, worker_cap);
}

static void delegate_errors(void)
{
	struct thread *worker, *dead;
	cap_t worker_cap, stranger, dead_cap;
	u64 token;

	cast();
	worker = new_thread(server, 5);
	dead = new_thread(server, 5);
	worker_cap = give(server, &worker->object, CAP_THREAD);
	dead_cap = give(server, &dead->object, CAP_THREAD);
	stranger = give(server, &new_thread(client, 5)->object, CAP_THREAD);
	token = called(c);
	kill_thread(dead);
	FAILS(s, -EBADF, delegate, token, 0);
	FAILS(s, -EPERM, delegate, token, ep);
	FAILS(s, -EPERM, delegate, token, stranger);
	FAILS(s, -EPIPE, delegate, token, dead_cap);
	FAILS(s, -ESRCH, delegate, token + (1 << 16), worker_cap);
	FAILS(s, -ESRCH, delegate, 0, worker_cap);
	EXPECT(inherit_waits_for(c) == s);
	IS(reply(s, token, 0, 0), 0);
}

/* P26. The worker waits, through another server, for the very caller that it would have to answer.
 */
static struct thread *worker;

static u64 worker_waits_for_caller(cap_t *worker_cap)
{
	cap_t back, to_client;
	u64 token;

	cast();
	worker = new_thread(server, 5);
	*worker_cap = give(server, &worker->object, CAP_THREAD);
	back = new_endpoint(client);
	to_client = give_copy(client, back, server, CAP_SEND, 0);
	IS(recv(c, back, 0, DEADLINE_NOW), -ETIMEDOUT);
	token = called(c);
	IS(call(worker, to_client, OP(1), 0, FOREVER), WAITS);
	return token;
}

static void delegate_ring(void)
{
	cap_t worker_cap;
	u64 token = worker_waits_for_caller(&worker_cap);

	FAILS(s, -EDEADLK, delegate, token, worker_cap);
	EXPECT(inherit_waits_for(c) == s);
	IS(worker->effective, 5);
	IS(c->effective, 20);
}

/* With deadlock=wait the ring is closed, and lends nothing. */
static void delegate_ring_waits(void)
{
	cap_t worker_cap;
	u64 token;

	inherit_rings_wait = true;
	token = worker_waits_for_caller(&worker_cap);
	IS(SYS(s, delegate, token, worker_cap), 0);
	EXPECT(inherit_waits_for(c) == worker && inherit_waits_for(worker) == c);
	IS(worker->effective, 5);
	IS(c->effective, 20);
	kill_thread(worker);
	IS(ANSWER(c), -EPIPE);
}

/* ---- Notification ------------------------------------------------------------------- */

static void notify_masks(void)
{
	cap_t any, low;

	cast();
	any = give_copy(server, ep, client, CAP_NOTIFY, 0);
	low = give_copy(server, ep, client, CAP_NOTIFY, 3);
	FAILS(c, -EPERM, notify, low, 4);
	FAILS(c, -EPERM, notify, low, 7);
	FAILS(c, -EPERM, notify, give_copy(server, ep, client, CAP_SEND, 0), 1);
	FAILS(c, -EBADF, notify, 0, 1);
	IS(SYS(c, notify, low, 0), 0); /* nothing to tell */
	IS(endpoint_of(server, ep)->bits, 0);
	IS(SYS(c, notify, low, 2), 0);
	IS(SYS(c, notify, any, 1ull << 63), 0);
	IS(SYS(c, notify, any, 2), 0);
	IS(recv(s, ep, 0, DEADLINE_NOW), 0);
	IS(BADGE(s), 1ull << 63 | 2);
	IS(LABEL(s), 0);
	IS(TOKEN(s), 0);
	IS(recv(s, ep, 0, DEADLINE_NOW), -ETIMEDOUT); /* taken once */
}

static void notify_wakes(void)
{
	cast();
	IS(recv(s, ep, 0, in(1000)), WAITS);
	IS(SYS(c, notify, to, 4), 0);
	IS(s->state, STATE_READY);
	IS(ANSWER(s), 0);
	IS(BADGE(s), 4);
	later(2000);
	IS(BADGE(s), 4); /* its deadline was cancelled */
	IS(recv(s, 0, 0, in(1000)), WAITS);
	IS(SYS(c, notify, to, 4), 0); /* it waits for the time, not for bits */
	IS(s->state, STATE_RECEIVE);
	later(2000);
	IS(ANSWER(s), -ETIMEDOUT);
	IS(recv(s, ep, 0, FOREVER), 0);
	IS(BADGE(s), 4);
}

/* Bits come before messages, and outlive the receiver that never took them. */
static void bits_first(void)
{
	struct thread *successor;

	cast();
	IS(call(c, to, OP(1), 0, FOREVER), WAITS);
	ipc_set_bits(endpoint_of(server, ep), 1);
	IS(recv(s, ep, 0, FOREVER), 0);
	IS(TOKEN(s), 0);
	IS(recv(s, ep, 0, FOREVER), 0);
	EXPECT(TOKEN(s) != 0);
	ipc_set_bits(endpoint_of(server, ep), 8);
	successor = new_thread(server, 10);
	kill_thread(s);
	IS(recv(successor, ep, 0, FOREVER), 0);
	IS(BADGE(successor), 8);
}

/* ---- Binding ------------------------------------------------------------------------ */

/* P25, C6. The endpoint outlives its receiver, and the queue with it. */
static void rebinding(void)
{
	struct thread *successor;

	cast();
	successor = new_thread(server, 11);
	IS(call(c, to, OP(1), 0, FOREVER), WAITS);
	IS(recv(s, ep, 0, DEADLINE_NOW), 0);
	IS(reply(s, TOKEN(s), 0, 0), 0);
	IS(call(c, to, OP(2), 0, FOREVER), WAITS);
	IS(s->effective, 20);
	IS(SYS(s, endpoint_unbind, ep), 0);
	IS(s->effective, 10); /* the queue lends to nobody now */
	IS(c->state, STATE_SEND);
	EXPECT(!s->bound);
	IS(recv(successor, ep, 0, DEADLINE_NOW), 0);
	IS(LABEL(successor), OP(2));
	IS(successor->effective, 20);
	IS(SYS(s, endpoint_unbind, ep), 0); /* any holder of the right may */
	EXPECT(!successor->bound);
	IS(successor->effective, 20); /* for the call that it received */
	IS(SYS(s, endpoint_unbind, ep), 0);
	IS(reply(successor, TOKEN(successor), 0, 0), 0);
	IS(successor->effective, 11);
	FAILS(c, -EPERM, endpoint_unbind, to);
	FAILS(s, -EBADF, endpoint_unbind, 0);
}

static void unbind_a_waiting_receiver(void)
{
	struct thread *other;

	cast();
	other = new_thread(server, 10);
	IS(recv(s, ep, 0, in(1000)), WAITS);
	IS(SYS(other, endpoint_unbind, ep), 0);
	IS(s->state, STATE_READY);
	IS(ANSWER(s), -EPIPE);
	IS(recv(s, 0, 0, in(500)), WAITS); /* one that waits for the time is left alone */
	IS(recv(other, ep, 0, FOREVER), WAITS);
	later(2000);
	IS(ANSWER(s), -ETIMEDOUT);
}

/* The queue of an endpoint nobody is bound to lends at once to whoever binds. */
static void binding_lends(void)
{
	cast();
	IS(call(c, to, OP(1), 0, FOREVER), WAITS);
	IS(call(new_thread(client, 30), to, OP(1), 0, FOREVER), WAITS);
	ipc_set_bits(endpoint_of(server, ep), 1);
	IS(recv(s, ep, 0, FOREVER), 0); /* only the bits */
	IS(s->effective, 30);
}

/* ---- Ends --------------------------------------------------------------------------- */

/* C6, D1. Queued senders wake with EPIPE, one whose message was taken is still answered. */
static void endpoint_dies(void)
{
	struct thread *d;
	u64 token;

	cast();
	d = new_thread(client, 20);
	token = called(c);
	IS(call(d, to, OP(1), 0, FOREVER), WAITS);
	IS(SYS(s, cap_delete, ep), 0);
	settle();
	IS(ANSWER(d), -EPIPE);
	IS(c->state, STATE_REPLY);
	EXPECT(!s->bound);
	IS(reply(s, token, 0, 0), 0);
	IS(ANSWER(c), 0);
}

/* P16. The server dies between receiving and replying. */
static void server_dies(void)
{
	struct thread *d;

	cast();
	d = new_thread(client, 25);
	called(c);
	IS(call(d, to, OP(1), 0, FOREVER), WAITS);
	kill_thread(s);
	IS(ANSWER(c), -EPIPE);
	IS(d->state, STATE_SEND); /* the endpoint is there: somebody may bind it */
	s = new_thread(server, 10);
	IS(recv(s, ep, 0, FOREVER), 0);
	IS(s->effective, 25);
	IS(reply(s, TOKEN(s), 0, 0), 0);
	IS(ANSWER(d), 0);
	IS(s->effective, 10);
}

static void kill_in_every_state(void)
{
	struct thread *t[7], *owner;
	struct space *victim;
	cap_t own;
	u64 word;

	cast();
	victim = new_space("victim");
	own = new_endpoint(victim);
	to = give_copy(server, ep, victim, CAP_SEND, 1);
	for (unsigned i = 0; i < 7; i++)
		t[i] = i ? new_thread(victim, 20 + i) : new_inactive(victim, 20);
	owner = new_thread(victim, 5);
	word = owner->id;
	memcpy(at(victim, PAGE(0)), &word, sizeof(word));
	IS(recv(s, ep, 0, FOREVER), WAITS);
	IS(call(t[1], to, OP(1), 0, in(1000)), WAITS); /* REPLY */
	IS(call(t[2], to, OP(1), 0, in(1000)), WAITS); /* SEND */
	IS(recv(t[3], own, 0, in(1000)), WAITS);       /* RECEIVE */
	IS(recv(t[4], 0, 0, in(1000)), WAITS);         /* RECEIVE: just time */
	IS(SYS(t[5], lock_wait, PAGE(0), in(1000)), WAITS);
	IS(s->effective, 22);
	IS(owner->effective, 25);
	for (unsigned i = 0; i < 7; i++)
		kill_thread(t[i]);
	IS(s->effective, 10);
	IS(owner->effective, 5);
	EXPECT(!endpoint_of(victim, own)->receiver);
	IS(reply(s, TOKEN(s), 0, 0), -ESRCH);
	IS(recv(s, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
	later(2000);
}

static void kill_oneself(void)
{
	cap_t watched;

	cast();
	called(c);
	watched = give(server, &c->object, CAP_THREAD);
	IS(SYS(s, thread_kill, watched), 0);
	settle();
	FAILS(s, -EPIPE, thread_kill, watched);
	FAILS(s, -EBADF, thread_kill, NO_CAP);
	FAILS(s, -EPERM, thread_kill, ep);
	IS(SYS(s, thread_kill, 0), WAITS);
	settle();
}

int main(void)
{
	world_start(0);
	story("a call to a server that waits, and its answer", to_one_who_waits);
	story("a call to a server that is busy waits in its queue", to_one_who_is_busy);
	story("a server's loop: reply and receive in one crossing", servers_loop);
	story("a direct switch goes before its equals", before_its_equals);
	story("P8 senders are taken by priority, first come within one", by_priority_then_arrival);
	story("a server that calls another on behalf of its client", nested);
	story("every error of ipc_call, and nothing is sent", call_errors);
	story("C9 a call to a dead endpoint", call_to_dead_endpoint);
	story("P14 a call to oneself", call_to_oneself);
	story("every error of ipc_recv", recv_errors);
	story("an endpoint lives as long as somebody may receive", recv_from_dead_endpoint);
	story("C1 a token is honoured once", token_twice);
	story("C3 a token is honoured only in the space that got it", token_of_another_space);
	story("a guessed token is refused", token_guessed);
	story("C4 a token never reaches the next thread of the slot", token_of_reused_slot);
	story("no token for a call that is still queued", token_of_queued_call);
	story("C2 a dropped token harms only its caller", token_dropped);
	story("every error of ipc_reply and ipc_reply_recv: the caller goes on waiting",
	    reply_errors);
	story("another thread replies and receives elsewhere", reply_recv_by_another);
	story("reply and receive takes what is there", reply_recv_takes_what_is_there);
	story("a server that sleeps takes no message", server_sleeps);
	story("replying to a caller that has gone is only receiving", reply_recv_to_nobody);
	story("P18 a delegated call is answered by another thread", delegate_token);
	story("every error of delegate", delegate_errors);
	story("P26 delegation that would close a ring", delegate_ring);
	story("P26 delegation that closes one, with deadlock=wait", delegate_ring_waits);
	story("a notify capability's badge is its mask", notify_masks);
	story("a notification wakes a receiver once", notify_wakes);
	story("bits come before messages and outlive the receiver", bits_first);
	story("P25 unbinding and binding again with a queue", rebinding);
	story("unbinding wakes the receiver", unbind_a_waiting_receiver);
	story("binding lends the queue's priority at once", binding_lends);
	story("C6 an endpoint dies: senders wake, callers are still answered", endpoint_dies);
	story(
	    "P16 a server dies between receive and reply: no trace in its successor", server_dies);
	story("a thread killed in every state", kill_in_every_state);
	story("a thread kills another, then itself", kill_oneself);
	return world_done();
}
