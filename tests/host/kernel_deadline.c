// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// Deadlines: when they come, what the other side notices, and that one never reaches a later call.
// Priorities fall back when a donor's time is over. Letters and numbers: tests/cases.md.
#include "pair.h"

#include "kernel/timeout.h"

#define OP(op) MSG_LABEL(op, 1, 0, 0)

static void cast(void)
{
	cast_pair(CAP_SEND | CAP_NOTIFY);
}

/* T1 */
static void before_the_receive(void)
{
	cast();
	IS(call(c, to, OP(1), 0, in(1000)), WAITS);
	later(999);
	IS(c->state, STATE_SEND);
	later(1);
	IS(c->state, STATE_READY);
	IS(ANSWER(c), -ETIMEDOUT);
	IS(recv(s, ep, 0, DEADLINE_NOW), -ETIMEDOUT); /* nothing is left of it */
}

/* T2, and the seventh field bug: the client calls again, and the old answer must not be the new
 * call's. */
static void after_the_receive(void)
{
	u64 first, second;

	cast();
	IS(recv(s, ep, 0, FOREVER), WAITS);
	IS(call(c, to, OP(1), 0, in(1000)), WAITS);
	first = TOKEN(s);
	later(1000);
	IS(ANSWER(c), -ETIMEDOUT);
	IS(s->effective, 10);
	FAILS(s, -ESRCH, ipc_reply, first, 0, 0);
	IS(call(c, to, OP(2), 0, in(1000)), WAITS);
	FAILS(s, -ESRCH, ipc_reply, first, 0, 0);
	IS(recv(s, ep, 0, DEADLINE_NOW), 0);
	second = TOKEN(s);
	FAILS(s, -ESRCH, ipc_reply, first, 0, 0);
	IS(c->state, STATE_REPLY);
	set_words(s, 5);
	IS(reply(s, second, 0, 0), 0);
	EXPECT(has_words(c, 5));
}

/* T3, both orders within one tick. */
static void expiry_against_reply(void)
{
	cast();
	IS(recv(s, ep, 0, FOREVER), WAITS);
	IS(call(c, to, OP(1), 0, in(1000)), WAITS);
	host.tsc += 1000; /* the time has come, the interrupt has not */
	IS(reply(s, TOKEN(s), 0, 0), 0);
	IS(ANSWER(c), 0);
	later(0);
	IS(ANSWER(c), 0);
	IS(recv(s, ep, 0, FOREVER), WAITS);
	IS(call(c, to, OP(1), 0, in(1000)), WAITS);
	later(1000);
	FAILS(s, -ESRCH, ipc_reply, TOKEN(s), 0, 0);
	IS(ANSWER(c), -ETIMEDOUT);
}

/* T4, both orders. */
static void expiry_against_send(void)
{
	cast();
	IS(recv(s, ep, 0, in(1000)), WAITS);
	host.tsc += 1000;
	IS(call(c, to, OP(1), 0, FOREVER), WAITS);
	later(0);
	IS(ANSWER(s), 0);
	IS(c->state, STATE_REPLY);
	IS(reply(s, TOKEN(s), 0, 0), 0);
	IS(recv(s, ep, 0, in(1000)), WAITS);
	later(1000);
	IS(ANSWER(s), -ETIMEDOUT);
	IS(call(c, to, OP(1), 0, FOREVER), WAITS);
	IS(c->state, STATE_SEND);
}

/* T5 */
static void extremes(void)
{
	static const u64 far[] = { INT64_MAX, UINT64_MAX - 1, UINT64_MAX };

	cast();
	IS(call(c, to, OP(1), 0, DEADLINE_NOW), -ETIMEDOUT);
	later(5);
	IS(call(c, to, OP(1), 0, 1), -ETIMEDOUT); /* long ago */
	IS(call(c, to, OP(1), 0, in(1)), WAITS);
	later(1);
	IS(ANSWER(c), -ETIMEDOUT);
	for (unsigned i = 0; i < ARRAY_SIZE(far); i++) {
		IS(call(c, to, OP(1), 0, far[i]), WAITS);
		later(1ull << 40);
		IS(c->state, STATE_SEND);
		IS(recv(s, ep, 0, far[i]), 0);
		IS(reply(s, TOKEN(s), 0, 0), 0);
		IS(recv(s, 0, 0, far[i]), WAITS);
		kill_thread(s);
		s = new_thread(server, 10);
	}
}

/* T6 */
static void equal_deadlines(void)
{
	struct thread *t[10];
	u64 when;

	cast();
	when = in(1000);
	for (unsigned i = 0; i < 10; i++) {
		t[i] = new_thread(client, 20);
		IS(recv(t[i], 0, 0, when), WAITS);
	}
	later(1000);
	for (unsigned i = 0; i < 10; i++) { /* in the order of arming */
		EXPECT(LIST_ENTRY(ready_level(20)->previous, struct thread, ready.link) == t[9]);
		IS(ANSWER(t[i]), -ETIMEDOUT);
	}
	for (unsigned i = 0; i < 9; i++)
		EXPECT(t[i]->ready.link.next == &t[i + 1]->ready.link);
}

/* T7 */
static void cancelled(void)
{
	cast();
	IS(recv(s, ep, 0, in(1000)), WAITS);
	IS(call(c, to, OP(1), 0, in(1000)), WAITS);
	IS(reply(s, TOKEN(s), 0, 0), 0);
	IS(timeout_next(), TIMEOUT_NONE);
	IS(call(c, to, OP(1), 0, in(5000)), WAITS);
	IS(recv(s, ep, 0, in(1000)), 0);
	IS(timeout_at(1) == &c->timeout, 1); /* the call's deadline covers both phases */
	EXPECT(!timeout_at(2));
}

/* T9 */
static void of_a_killed_thread(void)
{
	cast();
	IS(call(c, to, OP(1), 0, in(1000)), WAITS);
	kill_thread(c);
	IS(timeout_next(), TIMEOUT_NONE);
	later(2000);
}

/* T10, T11; the third and the first of the field bugs. */
static void donors_expire(void)
{
	static const u8 priority[] = { 30, 25, 20 };
	struct thread *t[3];

	cast();
	IS(recv(s, ep, 0, FOREVER), WAITS);
	for (unsigned i = 0; i < 3; i++) {
		t[i] = new_thread(client, priority[i]);
		IS(call(t[i], to, OP(1), 0, in(1000 * (i + 1))), WAITS);
	}
	IS(s->effective, 30);
	later(1000);
	IS(s->effective, 25);
	later(1000);
	IS(s->effective, 20);
	later(1000);
	IS(s->effective, 10);
	for (unsigned i = 0; i < 3; i++) /* the short one ends first: the long one's loan stays */
		IS(call(t[i], to, OP(1), 0, in(1000 * (3 - i))), WAITS);
	later(1000);
	IS(s->effective, 30);
	later(1000);
	IS(s->effective, 30);
	later(1000);
	IS(s->effective, 10);
}

/* Through a chain: the time of the first is over, everybody down the line falls back. */
static void donor_at_the_end_of_a_chain_expires(void)
{
	struct thread *t[6];
	cap_t e[6];

	cast();
	for (unsigned i = 0; i < 6; i++) {
		t[i] = new_thread(server, (u8)(10 + i));
		e[i] = new_endpoint(server);
		IS(recv(t[i], e[i], 0, DEADLINE_NOW), -ETIMEDOUT);
		if (i > 0)
			IS(call(t[i], e[i - 1], OP(1), 0, FOREVER), WAITS);
	}
	to = give_copy(server, e[5], client, CAP_SEND, 0);
	IS(call(c, to, OP(1), 0, in(1000)), WAITS);
	for (unsigned i = 0; i < 6; i++)
		IS(t[i]->effective, 20);
	later(1000);
	for (unsigned i = 0; i < 6; i++)
		IS(t[i]->effective, 15);
}

/* T8, T14. However many come due at once, one entry deals with 16. */
enum { COUNT = 600 };

static void many_at_once(void)
{
	struct thread *t[COUNT];
	struct space *crowd;
	u64 when, left = COUNT;

	cast();
	crowd = new_space_with("crowd", 4000, 63);
	when = in(1000);
	for (unsigned i = 0; i < COUNT; i++)
		t[i] = new_thread(crowd, 20);
	for (unsigned i = 0; i < COUNT; i++) { /* checked only now and then: this is long */
		t[i]->regs.rax = SYS_ipc_recv;
		ready_remove(&t[i]->ready); /* as who runs */
		IS(ipc_recv(t[i], 0, 0, when), BLOCKED);
	}
	check_all(NULL);
	host.tsc += 1000;
	while (left > 0) {
		u64 now = 0;

		trap_idle(VECTOR_TIMER);
		for (unsigned i = 0; i < COUNT; i++)
			now += t[i]->state == STATE_RECEIVE;
		EXPECT(left - now <= 16 && now < left);
		left = now;
	}
	check_all(NULL);
	for (unsigned i = 0; i < COUNT; i++)
		ipc_kill(t[i]);
	while (object_condemned())
		object_step();
}

int main(void)
{
	world_start(0);
	world_room_for_threads(COUNT + 10);
	story("T1 a deadline before the receive", before_the_receive);
	story("T2 after it: the late reply is refused, and never answers the next call",
	    after_the_receive);
	story("T3 expiry and reply in one tick, both orders", expiry_against_reply);
	story("T4 expiry of a receive against a send, both orders", expiry_against_send);
	story("T5 0, 1 ns, past, 2^63-1, 2^64-2, for ever", extremes);
	story("T6 equal deadlines expire in the order of arming", equal_deadlines);
	story("T7 what ends normally is cancelled", cancelled);
	story("T9 the deadline of a thread that is killed", of_a_killed_thread);
	story("T10 T11 donors expire, long and short", donors_expire);
	story("the donor at the end of a chain expires", donor_at_the_end_of_a_chain_expires);
	story("T14 many equal deadlines: 16 an entry", many_at_once);
	return world_done();
}
