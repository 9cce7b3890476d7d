// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// Faults as messages: the pager is told what and where; its answer resumes the thread with its
// registers as they were, or ends it. Without a pager that could answer, the thread ends. Letters
// and numbers: tests/cases.md.
#include "world.h"

#include "kernel/fault.h"

static struct space *pager, *client;
static struct thread *p, *c;
static cap_t ep, to;

static void cast(void)
{
	pager = new_space("pager");
	client = new_space("client");
	p = new_thread(pager, 10);
	c = new_thread(client, 20);
	ep = new_endpoint(pager);
	to = give_copy(pager, ep, client, CAP_SEND, 7);
	IS(SYS(c, thread_set, 0, THREAD_PAGER, to), 0);
	give(pager, &c->object, CAP_THREAD); /* so that it can be looked at when it has ended */
}

/* As the processor and entry.S do. */
static void fault(struct thread *thread, u64 vector, u64 error, u64 address)
{
	for (u64 *r = &thread->regs.r15; r <= &thread->regs.rdi; r++)
		*r = 0xabc000 + (u64)(r - &thread->regs.r15);
	thread->regs.vector = vector;
	thread->regs.error = error;
	thread->regs.rip = 0x401234;
	host.fault_address = address;
	world_enter(thread, fault_raise);
	check_all(NULL);
	host.fault_address = 0x666; /* the next fault's */
}

static bool regs_untouched(const struct thread *thread)
{
	for (const u64 *r = &thread->regs.r15; r <= &thread->regs.rdi; r++)
		if (*r != 0xabc000 + (u64)(r - &thread->regs.r15))
			return false;
	return thread->regs.rip == 0x401234;
}

static void told_and_resumed(void)
{
	cast();
	IS(recv(p, ep, 0, FOREVER), WAITS);
	fault(c, VECTOR_PAGE_FAULT, 6, 0x12345678);
	IS(c->state, STATE_REPLY);
	IS(p->effective, 20);
	IS(BADGE(p), 7);
	IS(LABEL(p), MSG_LABEL(FAULT_OP, FAULT_VERSION, 0, 0));
	IS(p->regs.rbx, VECTOR_PAGE_FAULT);
	IS(p->regs.r12, 6);
	IS(p->regs.r13, 0x12345678);
	IS(p->regs.r14, 0x401234);
	IS(p->regs.r15, c->id);
	IS(reply(p, TOKEN(p), 0, 0), 0);
	IS(c->state, STATE_READY);
	EXPECT(regs_untouched(c));
	IS(p->effective, 10);
}

static void queued_and_resumed(void)
{
	cast();
	fault(c, 13, 0, 0);
	IS(c->state, STATE_SEND);
	IS(recv(p, ep, 0, FOREVER), 0);
	IS(p->regs.rbx, 13);
	IS(p->regs.r13, 0); /* an address only of page faults */
	IS(reply_recv(p, TOKEN(p), 0, 0, ep, FOREVER), WAITS);
	EXPECT(c->state == STATE_READY && regs_untouched(c));
}

/* Words, bytes and capabilities of the answer go nowhere; any operation but 0 ends the thread. */
static void told_and_killed(void)
{
	cast();
	IS(recv(p, ep, 0, FOREVER), WAITS);
	fault(c, VECTOR_PAGE_FAULT, 6, 0x1000);
	put_ext(pager, PAGE(0), (struct msg_ext){ .send = PAGE(1) });
	IS(reply(p, TOKEN(p), MSG_LABEL(1, 0, 0, 64), PAGE(0)), 0);
	IS(c->state, STATE_DEAD);
	FAILS(p, -ESRCH, ipc_reply, TOKEN(p), 0, 0);
	IS(p->effective, 10);
}

static void answer_with_bytes_resumes(void)
{
	cast();
	IS(recv(p, ep, 0, FOREVER), WAITS);
	fault(c, VECTOR_PAGE_FAULT, 6, 0x1000);
	put_ext(pager, PAGE(0), (struct msg_ext){ .send = PAGE(1), .cap = { ep } });
	IS(reply(p, TOKEN(p), MSG_LABEL(0, 0, 1, 64), PAGE(0)), 0);
	EXPECT(c->state == STATE_READY && regs_untouched(c));
}

static void without_pager(void)
{
	cast();
	IS(SYS(c, thread_set, 0, THREAD_PAGER, 0), 0);
	fault(c, VECTOR_PAGE_FAULT, 6, 0x1000);
	IS(c->state, STATE_DEAD);
}

/* D7 */
static void pager_dead(void)
{
	cap_t watched;

	cast();
	watched = give(pager, &c->object, CAP_THREAD);
	IS(SYS(p, watch, watched, WATCH_DEATH, ep, 1), 0);
	cast();
	IS(SYS(p, cap_delete, ep), 0);
	settle();
	fault(c, VECTOR_PAGE_FAULT, 6, 0x1000);
	IS(c->state, STATE_DEAD);
}

static void watchers_are_told(void)
{
	cap_t watched;

	cast();
	watched = give(pager, &c->object, CAP_THREAD);
	IS(SYS(p, watch, watched, WATCH_DEATH, ep, 4), 0);
	IS(SYS(c, thread_set, 0, THREAD_PAGER, 0), 0);
	IS(recv(p, ep, 0, FOREVER), WAITS);
	fault(c, 0, 0, 0);
	settle();
	IS(ANSWER(p), 0);
	IS(BADGE(p), 4);
}

/* D7. The pager is the thread itself. */
static void own_pager(void)
{
	cast();
	IS(SYS(p, thread_set, 0, THREAD_PAGER, ep), 0);
	IS(recv(p, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
	fault(p, VECTOR_PAGE_FAULT, 6, 0x1000);
	IS(p->state, STATE_DEAD);
}

/* D7. The pager waits for the thread that faults: a ring, that would never end. */
static void pager_waits_for_it(void)
{
	cap_t back;

	cast();
	back = new_endpoint(client);
	IS(recv(p, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
	IS(recv(c, back, 0, DEADLINE_NOW), -ETIMEDOUT);
	IS(call(p, give_copy(client, back, pager, CAP_SEND, 0), MSG_LABEL(1, 1, 0, 0), 0, FOREVER),
	    WAITS);
	fault(c, VECTOR_PAGE_FAULT, 6, 0x1000);
	IS(c->state, STATE_DEAD);
	IS(p->state, STATE_SEND); /* the endpoint lives; somebody may bind it */
}

/* An unbound pager may be bound again: the thread waits. */
static void pager_unbound(void)
{
	cast();
	IS(recv(p, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
	kill_thread(p);
	fault(c, VECTOR_PAGE_FAULT, 6, 0x1000);
	IS(c->state, STATE_SEND);
	p = new_thread(pager, 10);
	IS(recv(p, ep, 0, FOREVER), 0);
	IS(p->effective, 20);
	IS(reply(p, TOKEN(p), 0, 0), 0);
	EXPECT(regs_untouched(c));
}

/* A fault that waits has no call to fail: whatever would end a call ends the thread. */
static void pager_dies_meanwhile(void)
{
	cast();
	fault(c, VECTOR_PAGE_FAULT, 6, 0x1000);
	IS(c->state, STATE_SEND);
	IS(SYS(p, cap_delete, ep), 0);
	settle();
	IS(c->state, STATE_DEAD);
	cast();
	IS(recv(p, ep, 0, FOREVER), WAITS);
	fault(c, VECTOR_PAGE_FAULT, 6, 0x1000);
	kill_thread(p);
	IS(c->state, STATE_DEAD);
}

/* M9. The fault of a client whose buffer the pager itself will fill: EFAULT, touch, fault, page,
 * again. */
static void buffer_paged_in_by_receiver(void)
{
	cap_t memory;
	u64 token;

	cast();
	put_ext(client, PAGE(0), (struct msg_ext){ .send = NOWHERE });
	FAILS(c, -EFAULT, ipc_call, to, MSG_LABEL(1, 1, 0, 8), PAGE(0), FOREVER);
	IS(recv(p, ep, 0, FOREVER), WAITS);
	fault(c, VECTOR_PAGE_FAULT, 4, NOWHERE);
	IS(p->regs.r13, NOWHERE);
	token = TOKEN(p);
	memory = map_pages(pager, 0x400000, 1, PROT_READ | PROT_WRITE);
	IS(SYS(p, mem_map, memory, give(pager, &client->object, CAP_SPACE), NOWHERE, 0, PAGE_SIZE,
	       PROT_READ),
	    0);
	put_ext(pager, PAGE(0), (struct msg_ext){ .recv = PAGE(1), .recv_bytes = 8 });
	IS(reply_recv(p, token, 0, PAGE(0), ep, FOREVER), WAITS);
	IS(call(c, to, MSG_LABEL(1, 1, 0, 8), PAGE(0), FOREVER), WAITS);
	IS(MSG_NBYTES(LABEL(p)), 8);
}

static void pager_changes_while_it_waits(void)
{
	cap_t thread;

	cast();
	thread = give(pager, &c->object, CAP_THREAD);
	fault(c, VECTOR_PAGE_FAULT, 6, 0x1000);
	IS(SYS(p, thread_set, thread, THREAD_PAGER, 0), 0);
	IS(SYS(p, thread_set, thread, THREAD_PAGER, ep), 0);
	FAILS(p, -EBADF, thread_set, thread, THREAD_PAGER, NO_CAP);
	IS(recv(p, ep, 0, FOREVER), 0);
	IS(reply(p, TOKEN(p), 0, 0), 0);
	EXPECT(regs_untouched(c));
}

int main(void)
{
	world_start(0);
	story("a fault is told and the thread resumed as it was", told_and_resumed);
	story("a fault waits in the queue like any call", queued_and_resumed);
	story("an answer other than 0 ends the thread", told_and_killed);
	story("bytes and capabilities in the answer go nowhere", answer_with_bytes_resumes);
	story("without a pager a fault ends the thread", without_pager);
	story("D7 the pager is dead", pager_dead);
	story("watchers are told of a thread that a fault ended", watchers_are_told);
	story("D7 a thread that is its own pager", own_pager);
	story("D7 the pager waits for the faulting thread", pager_waits_for_it);
	story("a fault waits for an unbound pager", pager_unbound);
	story("the pager dies while the fault waits", pager_dies_meanwhile);
	story("M9 the receiver pages in its sender's buffer", buffer_paged_in_by_receiver);
	story("another pager while the fault waits", pager_changes_while_it_waits);
	return world_done();
}
