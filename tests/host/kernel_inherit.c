// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// Priority inheritance: whoever is waited for runs at least as high as the highest that waits,
// through any chain, from the moment of sending to the moment the reason is gone. Letters and
// numbers: tests/cases.md.
#include "world.h"

#include "kernel/printk.h"

#include "kernel/ready.h"

#define OP MSG_LABEL(1, 1, 0, 0)

enum { LOW = 10, MIDDLE = 20, HIGH = 30, MOST = 40 };

/* All in one space; t[i] receives from e[i]. */
static struct space *space;
static struct thread *t[MOST];
static cap_t e[MOST];
static u64 token[MOST];

static void cast(unsigned count, u8 priority)
{
	space = new_space("all");
	for (unsigned i = 0; i < count; i++) {
		t[i] = new_thread(space, priority);
		e[i] = new_endpoint(space);
		IS(recv(t[i], e[i], 0, DEADLINE_NOW), -ETIMEDOUT);
	}
}

static s64 set(struct thread *thread, u8 priority)
{
	return SYS(
	    t[0], thread_set, give(space, &thread->object, CAP_THREAD), THREAD_PRIORITY, priority);
}

static s64 calls(unsigned i, unsigned j)
{
	return call(t[i], e[j], OP, 0, FOREVER);
}

static void receives(unsigned j)
{
	IS(recv(t[j], e[j], 0, DEADLINE_NOW), 0);
	token[j] = TOKEN(t[j]);
}

static void answers(unsigned j)
{
	IS(reply(t[j], token[j], 0, 0), 0);
}

static struct thread *runs(void)
{
	return LIST_FIRST(ready_level((u8)ready_highest), struct thread, ready.link);
}

static unsigned priority_of(unsigned i)
{
	return t[i]->effective;
}

/* P1, P2 */
static void lends_from_the_send(void)
{
	cast(3, LOW);
	set(t[1], HIGH);
	IS(calls(1, 2), WAITS);
	IS(t[1]->state, STATE_SEND);
	IS(priority_of(2), HIGH);
	receives(2);
	IS(priority_of(2), HIGH);
	answers(2);
	IS(priority_of(2), LOW);
}

/* P3. Pathfinder: the server of a high thread is not held up by a middle one. */
static void middle_does_not_delay_high(void)
{
	struct thread *middle;

	cast(3, LOW);
	middle = new_thread(space, MIDDLE);
	EXPECT(runs() == middle);
	set(t[1], HIGH);
	EXPECT(runs() == t[1]);
	IS(calls(1, 2), WAITS);
	EXPECT(runs() == t[2]);
	receives(2);
	EXPECT(runs() == t[2]);
	answers(2);
	EXPECT(runs() == t[1]); /* P20: and the server, having lost the loan, stands behind the
				   middle one */
	IS(recv(t[1], e[1], 0, FOREVER), WAITS);
	EXPECT(runs() == middle);
}

/* P4 */
static void chain(unsigned length)
{
	cast(length, LOW);
	for (unsigned i = 1; i < length; i++)
		IS(calls(length - 1 - i, length - i), WAITS); /* grown at its head: each new one
								 waits for it */
	t[0] = new_thread(space, HIGH);
	IS(call(t[0], e[1], OP, 0, FOREVER), WAITS);
	for (unsigned i = 1; i < length; i++)
		IS(priority_of(i), HIGH);
	kill_thread(t[0]);
	for (unsigned i = 1; i < length; i++)
		IS(priority_of(i), LOW);
}

static void chains(void)
{
	chain(3);
	chain(8);
	chain(CHAIN_MAX - 1);
}

/* P5, P24. Counted in threads: 32 may wait for one another, the 33rd is refused. */
static void chain_too_long(void)
{
	unsigned last = CHAIN_MAX;

	cast(CHAIN_MAX + 1, LOW);
	for (unsigned i = last; i > 1; i--)
		IS(calls(i - 1, i), WAITS);
	FAILS(t[0], -ELOOP, ipc_call, e[1], OP, 0, FOREVER);
	set(t[0], HIGH);
	FAILS(t[0], -ELOOP, ipc_call, e[1], OP, 0, FOREVER);
	IS(priority_of(1), LOW);
	IS(calls(0, 2), WAITS); /* one shorter: fine */
	IS(priority_of(last), HIGH);
	IS(priority_of(1), LOW);
}

/* P24. Grown at the other end: the last one, who has 31 behind it, calls on. */
static void chain_grown_at_its_tail(void)
{
	cast(CHAIN_MAX + 1, LOW);
	for (unsigned i = 0; i + 1 < CHAIN_MAX; i++)
		IS(calls(i, i + 1), WAITS);
	FAILS(t[CHAIN_MAX - 1], -ELOOP, ipc_call, e[CHAIN_MAX], OP, 0, FOREVER);
	IS(recv(t[CHAIN_MAX], e[CHAIN_MAX], 0, FOREVER), WAITS); /* nor one that waits for a call */
	FAILS(t[CHAIN_MAX - 1], -ELOOP, ipc_call, e[CHAIN_MAX], OP, 0, FOREVER);
	IS(t[CHAIN_MAX]->state, STATE_RECEIVE);
}

/* Calls to endpoints that nobody is bound to yet pass the limit; depths do not. */
static void chain_grown_by_binding(void)
{
	cast(CHAIN_MAX, LOW);
	for (unsigned i = 0; i + 1 < CHAIN_MAX; i++)
		IS(calls(i, i + 1), WAITS);
	for (unsigned i = CHAIN_MAX; i < MOST; i++) {
		e[i] = new_endpoint(space);
		t[i] = new_thread(space, LOW);
		IS(calls(i - 1, i), WAITS);
		IS(call(new_thread(space, LOW), e[i], OP, 0, FOREVER), WAITS);
		receives(i);
		IS(t[i]->waiter.depth, CHAIN_MAX + 1);
	}
}

/* P6 */
static void drops_to_the_next_highest(void)
{
	static const u8 priority[] = { 15, 40, 25, 40, 33, 12 };
	static const u8 leaves[] = { 3, 0, 1, 4, 2, 5 }, then[] = { 40, 40, 33, 25, 12, 10 };

	cast(7, LOW);
	for (unsigned i = 0; i < 6; i++) {
		t[i] = new_thread(space, priority[i]);
		IS(calls(i, 6), WAITS);
	}
	IS(priority_of(6), 40);
	for (unsigned i = 0; i < 6; i++) {
		kill_thread(t[leaves[i]]);
		IS(priority_of(6), then[i]);
	}
}

/* P7. Calls held at the same time and answered in another order; the second field bug. */
static void released_in_any_order(void)
{
	u64 held[4];

	cast(5, LOW);
	for (unsigned i = 0; i < 4; i++) {
		t[i] = new_thread(space, (u8)(20 + i));
		IS(calls(i, 4), WAITS);
		receives(4);
		held[i] = token[4];
	}
	IS(priority_of(4), 23);
	IS(reply(t[4], held[1], 0, 0), 0);
	IS(priority_of(4), 23);
	IS(reply(t[4], held[3], 0, 0), 0);
	IS(priority_of(4), 22);
	IS(reply(t[4], held[0], 0, 0), 0);
	IS(priority_of(4), 22);
	IS(reply(t[4], held[2], 0, 0), 0);
	IS(priority_of(4), LOW);
}

/* P9; the fourth field bug: a waiter's own priority changes, and so does its place in the queue. */
static void queued_sender_changes(void)
{
	cast(5, LOW);
	for (unsigned i = 1; i < 4; i++) {
		set(t[i], (u8)(LOW + i));
		IS(calls(i, 4), WAITS);
	}
	IS(priority_of(4), 13);
	set(t[1], HIGH);
	IS(priority_of(4), HIGH);
	set(t[3], LOW);
	receives(4);
	EXPECT(t[1]->state == STATE_REPLY);
	set(t[1], LOW);
	IS(priority_of(4), 12);
	receives(4);
	EXPECT(t[2]->state == STATE_REPLY && t[3]->state == STATE_SEND);
}

/* P10 */
static void boosted_server_changes(void)
{
	cast(3, LOW);
	set(t[1], MIDDLE);
	IS(calls(1, 2), WAITS);
	set(t[2], 15);
	IS(t[2]->base, 15);
	IS(priority_of(2), MIDDLE);
	set(t[2], HIGH);
	IS(priority_of(2), HIGH);
	set(t[2], 5);
	IS(priority_of(2), MIDDLE);
	receives(2);
	answers(2);
	IS(priority_of(2), 5);
}

/* P11 */
static void donor_is_lowered(void)
{
	cast(5, LOW);
	set(t[1], HIGH);
	IS(calls(3, 4), WAITS);
	IS(calls(2, 3), WAITS);
	IS(calls(1, 2), WAITS);
	IS(priority_of(4), HIGH);
	set(t[1], MIDDLE);
	for (unsigned i = 2; i < 5; i++)
		IS(priority_of(i), MIDDLE);
	set(t[1], 1);
	for (unsigned i = 2; i < 5; i++)
		IS(priority_of(i), LOW);
}

/* P12, P13. The call that would close a ring fails, and nothing has changed. */
static void ring(unsigned members)
{
	cast(members + 1, LOW);
	set(t[1], HIGH);
	for (unsigned i = 1; i < members; i++)
		IS(calls(i, i + 1), WAITS);
	FAILS(t[members], -EDEADLK, ipc_call, e[1], OP, 0, FOREVER);
	FAILS(t[members], -EDEADLK, ipc_call, e[1], OP, 0, in(1000));
	IS(priority_of(members), HIGH);
	if (members == 1)
		return;
	IS(t[1]->state, STATE_SEND);
	receives(members);
	answers(members);
	IS(priority_of(members), LOW);
}

static void rings(void)
{
	ring(1); /* P14 */
	ring(2);
	ring(3);
	ring(4);
	ring(20);
}

/* A ring through a message that was received, and through one that is queued. */
static void ring_of_replies(void)
{
	cast(4, LOW);
	IS(calls(1, 2), WAITS);
	receives(2);
	IS(calls(2, 3), WAITS);
	receives(3);
	FAILS(t[3], -EDEADLK, ipc_call, e[1], OP, 0, FOREVER);
	FAILS(t[3], -EDEADLK, ipc_call, e[2], OP, 0, FOREVER);
	answers(3);
	IS(calls(3, 2), WAITS); /* now it is none */
}

/* P15 */
static void donor_killed(void)
{
	cast(4, LOW);
	set(t[1], HIGH);
	IS(calls(2, 3), WAITS);
	IS(calls(1, 2), WAITS);
	kill_thread(t[1]);
	IS(priority_of(2), LOW);
	IS(priority_of(3), LOW);
}

/* P17 */
static void middle_of_a_chain_killed(void)
{
	cast(5, LOW);
	set(t[1], HIGH);
	IS(calls(3, 4), WAITS);
	IS(calls(2, 3), WAITS);
	receives(3 + 1); /* 4 has 3's call */
	IS(calls(1, 2), WAITS);
	IS(priority_of(4), HIGH);
	kill_thread(t[2]);
	IS(priority_of(3), LOW);
	IS(priority_of(4), LOW);
	IS(t[1]->state, STATE_SEND); /* the endpoint is there */
	t[2] = new_thread(space, LOW);
	receives(2);
	IS(priority_of(2), HIGH);
}

static void middle_killed_after_receiving(void)
{
	cast(5, LOW);
	set(t[1], HIGH);
	IS(calls(1, 2), WAITS);
	receives(2);
	IS(calls(2, 3), WAITS);
	IS(priority_of(3), HIGH);
	kill_thread(t[2]);
	IS(ANSWER(t[1]), -EPIPE);
	IS(priority_of(3), LOW);
}

/* P18, P26 */
static void delegated(void)
{
	cast(4, LOW);
	set(t[1], HIGH);
	IS(calls(1, 2), WAITS);
	receives(2);
	IS(SYS(t[2], delegate, token[2], give(space, &t[3]->object, CAP_THREAD)), 0);
	IS(priority_of(2), LOW);
	IS(priority_of(3), HIGH);
	IS(calls(3, 2), WAITS); /* and the loan goes on to whoever that one waits for */
	IS(priority_of(2), HIGH);
	token[3] = token[2];
	receives(2);
	answers(2);
	IS(priority_of(2), LOW);
	answers(3);
	IS(priority_of(3), LOW);
	EXPECT(runs() == t[1]);
}

/* P19 */
static void boosted_server_waits_elsewhere(void)
{
	cast(4, LOW);
	set(t[1], HIGH);
	IS(calls(1, 2), WAITS);
	IS(recv(t[2], 0, 0, in(1000)), WAITS); /* for the time: nobody can be lent to */
	IS(priority_of(2), HIGH);
	later(1000);
	IS(priority_of(2), HIGH);
	EXPECT(runs() == t[2]);
	IS(calls(2, 3), WAITS);
	IS(priority_of(3), HIGH);
}

/* P21 */
static void bits_reach_a_boosted_server(void)
{
	cast(3, LOW);
	set(t[1], HIGH);
	IS(calls(1, 2), WAITS);
	receives(2);
	IS(recv(t[2], e[2], 0, FOREVER), WAITS);
	IS(priority_of(2), HIGH);
	ipc_set_bits(endpoint_of(space, e[2]), 4);
	IS(BADGE(t[2]), 4);
	IS(priority_of(2), HIGH);
	EXPECT(runs() == t[2]);
}

/* P20. Losing a loan while READY: in front of its equals below, since it has not had its turn
 * there. */
static void losing_a_loan_yields(void)
{
	struct thread *equal;

	cast(3, LOW);
	equal = new_thread(space, LOW);
	set(t[1], HIGH);
	IS(call(t[1], e[2], OP, 0, in(1000)), WAITS);
	set(equal, LOW);
	EXPECT(runs() == t[2]);
	set(new_thread(space, MIDDLE), MIDDLE);
	EXPECT(runs() == t[2]);
	later(1000);
	EXPECT(runs() == t[1]);
	IS(recv(t[1], e[1], 0, FOREVER), WAITS);
	IS(runs()->base, MIDDLE);
	EXPECT(t[2]->ready.link.next != &t[2]->ready.link);
	EXPECT(LIST_FIRST(ready_level(LOW), struct thread, ready.link) == t[2]);
}

/* P8. To be waited for is no reason to lose one's place among equals. */
static void equals_keep_their_order(void)
{
	cast(4, LOW);
	IS(calls(1, 0), WAITS);
	IS(calls(2, 0), WAITS);
	IS(calls(3, 1), WAITS);
	IS(t[1]->waiter.depth, 2);
	receives(0);
	IS(token[0], ipc_token(t[1]));
}

/* P23. Under deadlock=wait the ring is entered, and the deadline of one of its members breaks it. A
 * high thread that came in leaves no boost behind. */
static void ring_waits(void)
{
	enum { MEMBERS = 4 };

	cast(MEMBERS + 1, LOW);
	inherit_rings_wait = true;
	for (unsigned i = 1; i < MEMBERS; i++)
		IS(calls(i, i + 1), WAITS);
	IS(call(t[MEMBERS], e[1], OP, 0, in(1000)), WAITS); /* closes it, and lends nothing */
	EXPECT(t[MEMBERS]->waiter.queue->withheld == &t[MEMBERS]->waiter);
	set(t[0], HIGH);
	IS(call(t[0], e[2], OP, 0, in(500)), WAITS);
	IS(priority_of(2), HIGH);
	IS(priority_of(MEMBERS), HIGH);
	IS(priority_of(1), LOW); /* behind the edge that is withheld */
	later(600);
	for (unsigned i = 1; i <= MEMBERS; i++)
		IS(priority_of(i), LOW);
	later(600);
	IS(ANSWER(t[MEMBERS]), -ETIMEDOUT);
	IS(t[MEMBERS]->state, STATE_READY);
	receives(MEMBERS);
	answers(MEMBERS);
}

/* P23. The ring opens elsewhere: the edge that had closed it begins to lend. */
static void ring_opens(void)
{
	cast(4, LOW);
	inherit_rings_wait = true;
	IS(call(t[1], e[2], OP, 0, in(500)), WAITS);
	IS(calls(2, 3), WAITS);
	set(t[3], HIGH);
	IS(calls(3, 1), WAITS);
	IS(priority_of(1), LOW);
	later(600);
	IS(ANSWER(t[1]), -ETIMEDOUT);
	EXPECT(!t[3]->waiter.queue->withheld);
	IS(priority_of(1), HIGH);
	IS(priority_of(2), LOW);
}

/* The teaching switch: nobody lends, and all the rest works. */
static void switched_off(void)
{
	cast(3, LOW);
	inherit_enabled = false;
	set(t[1], HIGH);
	IS(calls(1, 2), WAITS);
	IS(priority_of(2), LOW);
	receives(2);
	answers(2);
	EXPECT(runs() == t[1]);
}

/* A tree: many chains that meet, taken down leaf by leaf in a fixed disorder. check_all has the
 * last word. */
static void tree(void)
{
	enum { NODES = 31 };

	cast(NODES, LOW);
	for (unsigned i = NODES - 1; i > 0; i--) {
		set(t[i], (u8)(LOW + (i * 7) % 40));
		if (t[i]->state == STATE_READY)
			IS(calls(i, (i - 1) / 2), WAITS);
	}
	IS(priority_of(0), LOW + 39); /* of number 17 */
	for (unsigned i = 1; i < NODES; i++)
		kill_thread(t[1 + (i * 11) % (NODES - 1)]);
	IS(priority_of(0), LOW);
}

/* How often a text stands in the kernel's log. */
static unsigned logged(const char *text)
{
	static char log[16385];
	unsigned count = 0;

	log[printk_log_read(0, log, sizeof(log) - 1)] = '\0';
	for (const char *found = log; (found = strstr(found, text)); found++)
		count++;
	return count;
}

/* Each refused ring is a line in the log: ten a second, however many there are. */
static void rings_in_the_log(void)
{
	unsigned before;

	cast(2, LOW);
	later(2000000000);
	IS(calls(0, 1), WAITS);
	before = logged("deadlock: all");
	for (unsigned i = 0; i < 50; i++)
		FAILS(t[1], -EDEADLK, ipc_call, e[0], OP, 0, FOREVER);
	IS(logged("deadlock: all") - before, LINES_PER_SECOND);
	later(1000000000);
	before = logged("(40 more lines");
	FAILS(t[1], -EDEADLK, ipc_call, e[0], OP, 0, FOREVER);
	IS(logged("(40 more lines") - before, 1);
}

int main(void)
{
	world_start(0);
	story("P1 P2 one client above the server, from the moment it sends", lends_from_the_send);
	story("P3 P20 a middle thread does not delay the high one's server",
	    middle_does_not_delay_high);
	story("P4 chains of 3, 8 and 31", chains);
	story("P5 P24 a chain of 32 grown at its head; the 33rd is refused", chain_too_long);
	story("P24 the same, grown at its tail", chain_grown_at_its_tail);
	story("a chain grown by binding endpoints that have senders", chain_grown_by_binding);
	story("P8 equals keep their order when somebody waits for one", equals_keep_their_order);
	story("P23 a ring waits, is entered and left by a high thread, and breaks by a deadline",
	    ring_waits);
	story("P23 a ring opens: the edge that closed it lends", ring_opens);
	story("P6 drops to the next highest as each leaves", drops_to_the_next_highest);
	story("P7 calls held at once, answered in any order", released_in_any_order);
	story("P9 a queued sender's priority changes", queued_sender_changes);
	story("P10 a boosted server's own priority changes", boosted_server_changes);
	story("P11 a donor is lowered while it lends", donor_is_lowered);
	story("refused rings do not flood the log", rings_in_the_log);
	story("P12 P13 P14 rings of one to twenty: EDEADLK, nothing changed", rings);
	story("P13 a ring of received calls", ring_of_replies);
	story("P15 a donor is killed", donor_killed);
	story("P17 the middle of a chain is killed", middle_of_a_chain_killed);
	story("P17 the middle is killed after it received", middle_killed_after_receiving);
	story("P18 P26 a delegated call lends to its new holder", delegated);
	story("P19 a boosted server waits elsewhere", boosted_server_waits_elsewhere);
	story("P20 whoever loses a loan yields at once", losing_a_loan_yields);
	story("P21 bits reach a boosted server", bits_reach_a_boosted_server);
	story("inherit=off: nobody lends", switched_off);
	story("a tree of waiters, taken down in disorder", tree);
	return world_done();
}
