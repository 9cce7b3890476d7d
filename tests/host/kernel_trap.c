// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// The ways in and the way out: who runs next, for how long, when the timer is armed, what an
// interrupt does, and that the running thread's memory outlasts whatever happens to it. Letters and
// numbers: tests/cases.md.
#include "world.h"

#include "kernel/ipc_fast.h"
#include "kernel/irq.h"
#include "kernel/timeout.h"
#include "kernel/trace.h"
#include "kernel/trap.h"

#define OP    MSG_LABEL(1, 1, 0, 0)
#define SLICE 10000001 /* rounded up: clock.h */

static struct thread *ground; /* of init, priority 0: there is always somebody to run */
static struct thread *current;
static struct space *space;
static struct thread *server, *client; /* serve() makes them */
static cap_t ep;

static void enter(u64 number, u64 a0, u64 a1, u64 a2, u64 a3, u64 a4)
{
	struct regs *r = &current->regs;

	r->vector = ENTRY_SYSCALL;
	r->rax = number;
	r->rdi = a0;
	r->rsi = a1;
	r->rdx = a2;
	r->r10 = a3;
	r->r8 = a4;
	current = (host.short_cut ? world_short_cut(current) : NULL) ?: trap_syscall(current);
	check_all(world_running = current);
}

static void interrupt(u64 vector)
{
	current->regs.vector = vector;
	current = trap_user(current);
	check_all(world_running = current);
}

/* Somebody may have become ready behind the kernel's back: an entry that does nothing else. */
static void look_again(void)
{
	enter(SYS_COUNT, 0, 0, 0, 0, 0);
}

static void cast(void)
{
	space = new_space("all");
	IS(current == ground, 1);
}

/* A server that waits for messages, and a client of the same priority that has not run yet. */
static void serve(void)
{
	cast();
	ep = new_endpoint(space);
	server = new_thread(space, 10);
	look_again();
	enter(SYS_ipc_recv, ep, 0, 0, FOREVER, 0);
	client = new_thread(space, 10);
}

static void end(struct thread *thread)
{
	if (thread == current) { /* which is in no queue: by its own call */
		enter(SYS_thread_kill, 0, 0, 0, 0, 0);
		return;
	}
	ipc_kill(thread);
	look_again();
}

/* Nobody of the story runs any more. */
static void over(void)
{
	struct thread *thread;

	for (u32 slot = 0; (thread = thread_next(slot)); slot = thread_slot(thread) + 1u)
		if (thread != ground && thread != current)
			ipc_kill(thread);
	if (current == ground)
		look_again();
	else
		enter(SYS_thread_kill, 0, 0, 0, 0, 0);
	IS(current == ground, 1);
	while (object_condemned())
		look_again();
	host.timer = UINT64_MAX;
	interrupt(VECTOR_TIMER);
}

/* ---- Who runs ----------------------------------------------------------------------- */

static void highest_first(void)
{
	struct thread *a, *b;

	cast();
	a = new_thread(space, 10);
	look_again();
	EXPECT(current == a && space_loaded(space));
	b = new_thread(space, 20);
	look_again();
	EXPECT(current == b);
	enter(SYS_ipc_recv, 0, 0, 0, in(1000), 0);
	EXPECT(current == a);
	enter(SYS_ipc_recv, 0, 0, 0, in(2000), 0);
	EXPECT(current == ground && space_loaded(init));
	host.tsc += 1000;
	interrupt(VECTOR_TIMER);
	EXPECT(current == b && ANSWER(b) == -ETIMEDOUT);
	over();
}

static void yielding(void)
{
	struct thread *t[3];

	cast();
	for (unsigned i = 0; i < 3; i++)
		t[i] = new_thread(space, 10);
	look_again();
	for (unsigned i = 0; i < 7; i++) {
		EXPECT(current == t[i % 3]);
		enter(SYS_yield, 0, 0, 0, 0, 0);
	}
	over();
}

/* A thread that ends itself, or its space: its registers may still be written on the way out. */
static void ends_itself(void)
{
	struct thread *t;
	cap_t itself;

	cast();
	t = new_thread(space, 10);
	look_again();
	EXPECT(current == t);
	enter(SYS_thread_kill, 0, 0, 0, 0, 0);
	EXPECT(current == ground);
	t = new_thread(space, 10);
	look_again();
	itself = give(space, &space->object, CAP_SPACE);
	enter(SYS_space_destroy, itself, 0, 0, 0, 0);
	EXPECT(current == ground && space->object.dead);
	while (object_condemned())
		look_again();
	over();
}

/* ---- Slices ------------------------------------------------------------------------- */

static void equals_take_turns(void)
{
	struct thread *a, *b;

	cast();
	a = new_thread(space, 10);
	look_again();
	IS(host.timer, UINT64_MAX); /* alone at its level: no end of its slice */
	b = new_thread(space, 10);
	look_again();
	EXPECT(current == a && host.timer <= host.tsc + SLICE);
	for (unsigned i = 0; i < 6; i++) {
		EXPECT(current == (i % 2 ? b : a));
		host.tsc += SLICE / 2;
		interrupt(VECTOR_TIMER); /* too early: some deadline's */
		EXPECT(current == (i % 2 ? b : a));
		host.tsc += SLICE / 2 + 1;
		interrupt(VECTOR_TIMER);
	}
	IS(a->cpu_tsc / SLICE, 3);
	over();
}

/* T13. Two that call each other all the time share one slice: their equal gets its turn. */
static void ping_pong_does_not_starve(void)
{
	struct thread *equal;
	u64 turns = 0, other = 0;

	serve();
	equal = new_thread(space, 10);
	look_again();
	for (unsigned i = 0; i < 3000; i++) {
		host.tsc += SLICE / 20;
		if (host.timer <= host.tsc)
			interrupt(VECTOR_TIMER);
		if (current == client)
			enter(SYS_ipc_call, ep, OP, 0, FOREVER, 0);
		else if (current == server)
			enter(SYS_ipc_reply_recv, server->regs.rdx, OP, 0, FOREVER, ep), turns++;
		else if (EXPECT(current == equal))
			other++;
	}
	EXPECT(other > 1200 && other < 1800);
	EXPECT(turns > 500);
	over();
}

/* Nor does one whose time passes in a higher server: a slice that ends there is over when the
 * answer comes. */
static void time_in_a_server_counts(void)
{
	struct thread *equal;
	u64 other = 0;

	serve();
	server->base = 20;
	inherit_update(server);
	equal = new_thread(space, 10);
	look_again();
	for (unsigned i = 0; i < 3000; i++) {
		host.tsc += SLICE / 20;
		if (host.timer <= host.tsc)
			interrupt(VECTOR_TIMER);
		if (current == client)
			enter(SYS_ipc_call, ep, OP, 0, FOREVER, 0);
		else if (current == server && i % 8 == 0)
			enter(SYS_ipc_reply_recv, server->regs.rdx, OP, 0, FOREVER, ep);
		other += current == equal;
	}
	EXPECT(other > 1200 && other < 1800);
	over();
}

/* Nor does one that a higher thread interrupts more often than slices end. */
static void interrupted_slices_end(void)
{
	struct thread *high, *one, *equal;
	u64 turns = 0, other = 0;

	cast();
	high = new_thread(space, 20);
	look_again();
	enter(SYS_ipc_recv, 0, 0, 0, in(SLICE / 2), 0);
	one = new_thread(space, 10);
	equal = new_thread(space, 10);
	look_again();
	EXPECT(current == one);
	for (unsigned i = 0; i < 3000; i++) {
		host.tsc += SLICE / 20;
		if (host.timer <= host.tsc)
			interrupt(VECTOR_TIMER);
		if (current == high)
			enter(SYS_ipc_recv, 0, 0, 0, in(SLICE / 2), 0), turns++;
		other += current == equal;
	}
	EXPECT(other > 1200 && other < 1800);
	EXPECT(turns > 200);
	over();
}

/* The switch to the receiver and back goes past equals that are ready: they wait for the slice's
 * end. */
static void direct_switch(void)
{
	serve();
	new_thread(space, 10);
	look_again();
	EXPECT(current == client);
	enter(SYS_ipc_call, ep, OP, 0, FOREVER, 0);
	EXPECT(current == server);
	enter(SYS_ipc_reply_recv, server->regs.rdx, OP, 0, FOREVER, ep);
	EXPECT(current == client);
	over();
}

/* What was left of a slice that was once handed over is not what one begins with after a sleep. */
static void new_slice_after_a_sleep(void)
{
	serve();
	look_again();
	enter(SYS_ipc_call, ep, OP, 0, FOREVER, 0);
	enter(SYS_ipc_reply_recv, server->regs.rdx, OP, 0, FOREVER, ep);
	EXPECT(current == client);
	enter(SYS_ipc_recv, 0, 0, 0, in(5 * SLICE), 0);
	host.tsc += 5 * SLICE;
	new_thread(space, 10);
	interrupt(VECTOR_TIMER);
	EXPECT(current != client);
	host.tsc += SLICE / 2;
	enter(SYS_yield, 0, 0, 0, 0, 0);
	EXPECT(current == client);
	host.tsc += SLICE - 1;
	interrupt(VECTOR_TIMER);
	EXPECT(current == client);
	host.tsc++;
	interrupt(VECTOR_TIMER);
	EXPECT(current != client);
	over();
}

/* ---- The timer ---------------------------------------------------------------------- */

static void armed_for_the_earliest(void)
{
	struct thread *a, *b, *c;
	u64 start = clock_to_tsc(clock_now()), arms;

	cast();
	a = new_thread(space, 10);
	look_again();
	enter(SYS_ipc_recv, 0, 0, 0, in(5000), 0);
	IS(host.timer, start + 5000);
	arms = host.timer_arms;
	b = new_thread(space, 10);
	look_again();
	enter(SYS_ipc_recv, 0, 0, 0, in(9000), 0);
	IS(host.timer, start + 5000); /* a later one changes nothing, */
	IS(host.timer_arms, arms);    /* and the timer, which is slow, is not touched */
	c = new_thread(space, 10);
	look_again();
	enter(SYS_ipc_recv, 0, 0, 0, in(2000), 0);
	IS(host.timer, start + 2000);
	host.tsc += 2000;
	interrupt(VECTOR_TIMER);
	EXPECT(current == c);
	IS(host.timer, start + 5000);
	host.tsc += 10000;
	interrupt(VECTOR_TIMER);
	EXPECT(a->state == STATE_READY && b->state == STATE_READY);
	over();
}

/* T14. More deadlines than one entry deals with: the timer is armed for at once. */
static void many_at_once(void)
{
	struct thread *t[40];
	unsigned late = 0;

	cast();
	for (unsigned i = 0; i < 40; i++) {
		t[i] = new_thread(space, 10);
		look_again();
		enter(SYS_ipc_recv, 0, 0, 0, 5000 + clock_now() - i, 0);
	}
	host.tsc += 6000;
	for (unsigned entries = 0; host.timer <= host.tsc; entries++) {
		EXPECT(entries < 5);
		interrupt(VECTOR_TIMER);
	}
	for (unsigned i = 0; i < 40; i++)
		late += t[i]->state != STATE_READY;
	IS(late, 0);
	over();
}

/* Everybody waits, init too: the processor sleeps until the next deadline, and the time is
 * nobody's. */
static void idle(void)
{
	struct thread *t;
	u64 cpu;

	cast();
	t = new_thread(space, 10);
	look_again();
	enter(SYS_ipc_recv, 0, 0, 0, in(5000), 0);
	cpu = t->cpu_tsc + ground->cpu_tsc;
	enter(SYS_ipc_recv, 0, 0, 0, in(90000), 0);
	EXPECT(current == t);
	IS(ANSWER(t), -ETIMEDOUT);
	IS(t->cpu_tsc + ground->cpu_tsc, cpu);
	enter(SYS_ipc_recv, 0, 0, 0, in(300000), 0);
	EXPECT(current == ground); /* at 90000 */
	over();
}

/* ---- Interrupts and exceptions ------------------------------------------------------ */

static cap_t driver_ep, lines;
static struct thread *driver;

static void start_driver(u8 priority)
{
	cast();
	driver_ep = new_endpoint(space);
	lines = give_copy(init, init_irqs, space, CAP_IRQ, 0);
	driver = new_thread(space, priority);
	for (unsigned line = 0; line < IRQ_LINES; line++)
		host.masked[line] = true;
	host.spurious = false;
	look_again();
	enter(SYS_irq_bind, lines, 4, driver_ep, 8, 0);
	IS(ANSWER(driver), 0);
}

static void driver_is_told(void)
{
	start_driver(10);
	EXPECT(!host.masked[4]);
	enter(SYS_ipc_recv, driver_ep, 0, 0, FOREVER, 0);
	EXPECT(current == ground);
	interrupt(VECTOR_IRQ + 4);
	EXPECT(current == driver && BADGE(driver) == 8 && host.masked[4]);
	interrupt(VECTOR_IRQ + 4); /* one that was on its way already */
	enter(SYS_irq_ack, lines, 4, 0, 0, 0);
	IS(ANSWER(driver), 0);
	EXPECT(!host.masked[4]);
	enter(SYS_ipc_recv, driver_ep, 0, 0, DEADLINE_NOW, 0);
	IS(ANSWER(driver), 0);
	over();
}

static void lines_that_nobody_wants(void)
{
	start_driver(10);
	host.masked[5] = false;
	interrupt(VECTOR_IRQ + 5);
	EXPECT(host.masked[5]); /* and stays so */
	host.spurious = true;
	interrupt(VECTOR_IRQ + 4);
	EXPECT(!host.masked[4]);
	IS(endpoint_of(space, driver_ep)->bits, 0);
	host.spurious = false;
	interrupt(VECTOR_SPURIOUS);
	interrupt(VECTOR_IRQ + 4);
	IS(endpoint_of(space, driver_ep)->bits, 8);
	over();
}

static void irq_errors(void)
{
	cap_t other, masked;

	start_driver(10);
	other = new_endpoint(space);
	masked = give_copy(space, driver_ep, space, CAP_NOTIFY, 3);
	FAILS(driver, -EBUSY, irq_bind, lines, 4, other, 1);
	FAILS(driver, -EINVAL, irq_bind, lines, IRQ_LINES, driver_ep, 1);
	FAILS(driver, -EINVAL, irq_bind, lines, IRQ_CASCADE, driver_ep, 1);
	FAILS(driver, -EINVAL, irq_bind, lines, UINT64_MAX, driver_ep, 1);
	FAILS(driver, -EINVAL, irq_bind, lines, 5, driver_ep, 0);
	FAILS(driver, -EPERM, irq_bind, lines, 5, masked, 4);
	FAILS(driver, -EPERM, irq_bind, driver_ep, 5, driver_ep, 1);
	FAILS(driver, -EPERM, irq_bind, lines, 5, lines, 1);
	FAILS(driver, -EBADF, irq_bind, NO_CAP, 5, driver_ep, 1);
	FAILS(driver, -EBADF, irq_bind, lines, 5, NO_CAP, 1);
	FAILS(driver, -EINVAL, irq_ack, lines, 6); /* bound to nobody */
	FAILS(driver, -EINVAL, irq_ack, lines, 16);
	FAILS(driver, -EPERM, irq_ack, driver_ep, 4);
	FAILS(driver, -EBADF, irq_ack, NO_CAP, 4);
	IS(SYS(driver, irq_bind, lines, 4, driver_ep, 2), 0); /* the same endpoint may: other bits
							       */
	over();
}

/* The driver dies with the line masked; its successor binds the same endpoint again. */
static void driver_restarts(void)
{
	start_driver(10);
	interrupt(VECTOR_IRQ + 4);
	EXPECT(host.masked[4]);
	enter(SYS_thread_kill, 0, 0, 0, 0, 0);
	driver = new_thread(space, 10);
	look_again();
	enter(SYS_irq_bind, lines, 4, driver_ep, 8, 0);
	EXPECT(!host.masked[4]);
	enter(SYS_ipc_recv, driver_ep, 0, 0, FOREVER, 0);
	EXPECT(current == driver && BADGE(driver) == 8); /* what came meanwhile is told */
	over();
}

/* The endpoint is gone: its line's interrupts harm nobody, and another driver may have it. */
static void driver_gone_for_good(void)
{
	struct space *first;

	start_driver(10);
	first = space;
	end(driver);
	object_condemn(&first->object);
	while (object_condemned())
		look_again();
	host.masked[4] = false;
	interrupt(VECTOR_IRQ + 4);
	EXPECT(host.masked[4]);
	start_driver(10);
	over();
}

static void fpu_on_demand(void)
{
	struct thread *t;

	cast();
	t = new_thread(space, 10);
	give(init, &t->object, CAP_THREAD); /* so that it can be looked at when it has ended */
	look_again();
	EXPECT(!t->machine.special.uses_fpu);
	interrupt(7);
	EXPECT(current == t && t->machine.special.uses_fpu);
	interrupt(7); /* it has one: this is a fault */
	EXPECT(current == ground && t->state == STATE_DEAD);
	over();
}

/* The caller's space is dying when the server answers: who is handed the processor there ends on
 * the way out, and must not run. */
static void handed_to_the_dying(void)
{
	struct space *mine = new_space("client");
	cap_t to;

	cast();
	server = new_thread(space, 20);
	new_thread(mine, 10);
	ep = new_endpoint(space);
	to = give_copy(space, ep, mine, CAP_SEND, 0);
	look_again();
	enter(SYS_ipc_recv, ep, 0, 0, FOREVER, 0);
	enter(SYS_ipc_call, to, 0, 0, FOREVER, 0);
	EXPECT(current == server);
	object_condemn(&mine->object);
	host.short_cut = false; /* as after the entry that condemned it */
	enter(SYS_ipc_reply_recv, TOKEN(server), 0, 0, FOREVER, ep);
	EXPECT(current == ground);
	over();
}

/* Others run, each in a space of its own, until the tags have run out and been given out anew. */
static void others_run(void)
{
	struct thread *before = current;

	for (unsigned i = 0; i < 5; i++) {
		struct thread *other = new_thread(new_space("other"), 30);

		look_again();
		EXPECT(current == other);
		enter(SYS_ipc_recv, 0, 0, 0, FOREVER, 0);
	}
	EXPECT(current == before);
}

/* Where a short cut leads to a space whose tag is another's by now, the long way gives it a new
 * one.
 */
static void tags_run_out(void)
{
	struct space *mine = new_space("client");
	cap_t to;

	cast();
	server = new_thread(space, 20);
	client = new_thread(mine, 10);
	ep = new_endpoint(space);
	to = give_copy(space, ep, mine, CAP_SEND, 0);
	look_again();
	enter(SYS_ipc_recv, ep, 0, 0, FOREVER, 0);
	EXPECT(current == client);
	for (unsigned i = 0; i < 3; i++) {
		u64 token;

		others_run();
		EXPECT(!pcid_ready(&space->pcid));
		enter(SYS_ipc_call, to, 0, 0, FOREVER, 0);
		EXPECT(current == server && pcid_ready(&space->pcid));
		token = TOKEN(server);
		others_run();
		EXPECT(!pcid_ready(&mine->pcid));
		enter(SYS_ipc_reply_recv, token, 0, 0, FOREVER, ep);
		EXPECT(current == client && pcid_ready(&mine->pcid));
	}
	over();
}

/* While something is dying, and when nobody inherits, SYSCALL does not try the short cut. */
static void short_cut_is_off(void)
{
	cast();
	look_again();
	EXPECT(host.short_cut);
	for (unsigned on = 0; on < 2; on++) {
		inherit_enabled = on;
		cast();
		for (unsigned i = 0; i < 100; i++) /* more than one entry takes apart */
			new_endpoint(space);
		object_condemn(&space->object);
		look_again();
		EXPECT(object_condemned() && !host.short_cut);
		while (object_condemned())
			look_again();
		IS(host.short_cut, on);
	}
	over();
}

/* While somebody traces, SYSCALL does not try the short cut; every call, switch and interrupt is in
 * the ring. */
static void traced(void)
{
	cap_t memory, kernel = give_copy(init, init_kernel, init, CAP_TRACE, 0);
	const struct trace_ring *ring;
	const struct trace_event *event;

	serve();
	memory = map_pages(space, NOWHERE, 1, PROT_READ);
	ring = (const void *)at(space, NOWHERE);
	memory = give_copy(space, memory, init, CAP_WRITE, 0);
	event = (const void *)(ring + 1);
	look_again();
	EXPECT(current == client && host.short_cut == !!ipc_fast_call);
	enter(SYS_ipc_recv, 0, 0, 0, in(1000), 0);
	enter(SYS_trace_into, kernel, memory, 0, 0, 0);
	IS(current->regs.rax, 0);
	EXPECT(!host.short_cut);
	host.tsc += 100000;
	interrupt(VECTOR_TIMER);
	EXPECT(current == client);
	IS(event[0].event, TRACE_interrupt);
	IS(event[0].thread, ground->id);
	IS(event[0].value, VECTOR_TIMER);
	IS(event[1].event, TRACE_cancel);
	IS(event[2].event, TRACE_change);
	IS(event[2].thread, client->id);
	IS(event[2].peer, ground->id);
	enter(SYS_ipc_call, give_copy(space, ep, space, CAP_SEND, 3), OP, 0, FOREVER, 0);
	EXPECT(current == server && ring->count > 3);
	IS(event[3].event, TRACE_call);
	IS(event[3].value, SYS_ipc_call);
	IS(event[3].thread, client->id);
	/* Something dies meanwhile, and when that is over there is still no short cut. */
	ipc_kill(new_inactive(space, 1));
	while (object_condemned())
		look_again();
	EXPECT(!host.short_cut);
	enter(SYS_ipc_recv, ep, 0, 0, FOREVER, 0);
	EXPECT(current == ground);
	IS(event[ring->count - 1].event, TRACE_change);
	enter(SYS_trace_into, kernel, 0, 0, 0, 0);
	EXPECT(host.short_cut == !!ipc_fast_call);
	over();
}

int main(void)
{
	world_start(4);
	ground = new_thread(init, 0);
	world_running = current = trap_first();
	story("the highest runs, its space loaded", highest_first);
	story("yielding goes round", yielding);
	story("a thread ends itself, or its space", ends_itself);
	story("equals take turns, slice by slice", equals_take_turns);
	story("T13 a ping-pong pair does not starve its equal", ping_pong_does_not_starve);
	story("T13 nor does one that is in a server most of the time", time_in_a_server_counts);
	story("T13 nor one that is often interrupted", interrupted_slices_end);
	story("a call switches directly, past equals", direct_switch);
	story("after a sleep a slice is whole", new_slice_after_a_sleep);
	story("the timer is armed for the earliest", armed_for_the_earliest);
	story("T14 more deadlines than one entry deals with", many_at_once);
	story("the processor sleeps when all wait", idle);
	story("P21 an interrupt tells the driver and is masked until acknowledged", driver_is_told);
	story("interrupts that nobody wants", lines_that_nobody_wants);
	story("every error of irq_bind and irq_ack", irq_errors);
	story("a driver restarts", driver_restarts);
	story("a driver is gone for good", driver_gone_for_good);
	story("the FPU is given at the first use", fpu_on_demand);
	story("no short cut to a space whose tag has run out", tags_run_out);
	story("who is handed the processor and dies does not run", handed_to_the_dying);
	story_of_short_cut(
	    "no short cut while something is dying, nor with inherit=off", short_cut_is_off);
	story("no short cut while somebody traces", traced);
	return world_done();
}
