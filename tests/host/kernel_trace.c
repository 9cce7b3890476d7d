// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// GROUP: trace
// The ring of events: who may have one, what stands in it after a message, a cancelled wait, a
// loan, a fault, a death; what a slow reader loses; and that nothing is written when its memory has
// gone, or belongs to somebody else. What trap.c adds is in kernel_trap.c. tests/cases.md.
#include "pair.h"

#include "kernel/fault.h"
#include "kernel/trace.h"

#define OP    MSG_LABEL(1, 1, 0, 0)
#define HERE  0x10000000ull
#define RW    (PROT_READ | PROT_WRITE)
#define PAGES 2
#define ROOM  (PAGES * PAGE_SIZE / sizeof(struct trace_event) - 1)

static struct space *tracer;
static struct thread *t;
static cap_t kernel, memory;

static void cast(void)
{
	cast_pair(CAP_SEND | CAP_TRANSFER);
	tracer = new_space("tracer");
	t = new_thread(tracer, 30);
	kernel = give_copy(init, init_kernel, tracer, CAP_TRACE, 0);
	memory = map_pages(tracer, HERE, PAGES, RW);
}

/* What the tracer sees at a place of the ring, in events from its beginning. */
static void *place(u64 number)
{
	return at(tracer, HERE + number * sizeof(struct trace_event));
}

static const struct trace_ring *ring(void)
{
	return place(0);
}

static const struct trace_event *event(u64 number)
{
	return place(1 + number % ROOM);
}

static u64 seen; /* up to here next_event has looked */

/* The next of this kind, passing over others; NULL: there is none. */
static const struct trace_event *next_event(u32 kind)
{
	while (seen < ring()->count) {
		const struct trace_event *e = event(seen);

		IS(e->number, seen++);
		if (e->event == kind)
			return e;
	}
	return NULL;
}

#define NEXT(kind, who, whom, what) is_next(TRACE_##kind, who, whom, (u64)(what))
static bool is_next(u32 kind, const struct thread *thread, const struct thread *peer, u64 value)
{
	const struct trace_event *e = next_event(kind);

	return EXPECT(e) && IS(e->thread, thread ? thread->id : 0) &&
	    IS(e->peer, peer ? peer->id : 0) && IS(e->value, value);
}

static void start(void)
{
	seen = 0;
	IS(SYS(t, trace_into, kernel, memory), 0);
	IS(ring()->version, TRACE_VERSION);
	IS(ring()->room, ROOM);
	IS(ring()->event_bytes, sizeof(struct trace_event));
	EXPECT(trace_on);
}

/* ---- What is told ------------------------------------------------------------------- */

static void a_message(void)
{
	const struct trace_event *e;
	u64 token;

	cast();
	start();
	IS(recv(s, ep, 0, FOREVER), WAITS);
	IS(call(c, to, OP, 0, FOREVER), WAITS);
	token = TOKEN(s);
	IS(reply(s, token, 5, 0), 0);
	NEXT(send, c, s, token);
	e = event(seen - 1);
	IS(e->badge, 7);
	IS(e->label, OP);
	NEXT(receive, s, c, token);
	IS(event(seen - 1)->badge, 7);
	NEXT(priority, s, NULL, 20);
	IS(event(seen - 1)->label, 10);
	NEXT(reply, s, c, token);
	IS(event(seen - 1)->label, 5);
	NEXT(priority, s, NULL, 10);
	EXPECT(event(0)->time <= e->time && e->time <= host.tsc);
}

static void queued_and_cancelled(void)
{
	cast();
	start();
	IS(call(c, to, OP, 0, in(1000)), WAITS);
	later(2000);
	IS(ANSWER(c), -ETIMEDOUT);
	NEXT(send, c, NULL, c->token + TOKEN_NEXT_CALL);
	NEXT(cancel, c, NULL, -ETIMEDOUT);
	IS(call(c, to, OP, 0, FOREVER), WAITS);
	IS(recv(s, ep, 0, FOREVER), 0);
	NEXT(send, c, NULL, TOKEN(s));
	NEXT(receive, s, c, TOKEN(s));
}

static void fault_notify_end(void)
{
	struct thread *born;
	u64 id;

	cast();
	fault_set_pager(c, endpoint_of(client, to), 9);
	start();
	IS(recv(s, ep, 0, FOREVER), WAITS);
	c->regs.vector = VECTOR_PAGE_FAULT;
	world_enter(c, fault_raise);
	NEXT(fault, c, NULL, VECTOR_PAGE_FAULT);
	NEXT(send, c, s, TOKEN(s));
	NEXT(receive, s, c, TOKEN(s));
	IS(reply(s, TOKEN(s), 0, 0), 0);
	NEXT(reply, s, c, c->token);
	IS(SYS(s, notify, ep, 6), 0);
	NEXT(notify, s, s, 6);
	IS(SYS(t, mem_protect, 0, AREA, AREA_PAGES * PAGE_SIZE, PROT_READ), 0);
	NEXT(flush, NULL, NULL, AREA);
	id = c->id;
	kill_thread(c);
	EXPECT(next_event(TRACE_end) != NULL);
	IS(event(seen - 1)->thread, id);
	born = new_inactive(client, 3);
	EXPECT(next_event(TRACE_begin) != NULL);
	IS(event(seen - 1)->thread, born->id);
	IS(event(seen - 1)->peer, 3);
	EXPECT(!memcmp(&event(seen - 1)->label, "client", sizeof "client"));
}

/* A reader that does not keep up finds the last ROOM events, and by the count how many it lost. */
static void slow_reader(void)
{
	cast();
	start();
	for (u64 i = 0; i < 3 * ROOM + 5; i++)
		IS(SYS(s, notify, ep, i | 1), 0);
	IS(ring()->count, 3 * ROOM + 5);
	IS(ring()->room, ROOM);
	for (u64 i = ring()->count - ROOM; i < ring()->count; i++) {
		IS(event(i)->number, i);
		IS(event(i)->value, i | 1);
	}
}

/* The kernel believes nothing of what stands in the ring. */
static void scribbled(void)
{
	cast();
	start();
	IS(SYS(s, notify, ep, 1), 0);
	memset(place(0), 0xff, sizeof(struct trace_ring));
	IS(SYS(s, notify, ep, 2), 0);
	IS(ring()->count, 2);
	IS(event(1)->value, 2);
}

/* ---- Who may, and for how long ------------------------------------------------------- */

static void errors(void)
{
	cap_t info, readable, large, other, there;

	cast();
	info = give_copy(init, init_kernel, tracer, CAP_INFO | CAP_POWER, 0);
	readable = give_copy(tracer, memory, tracer, CAP_READ, 0);
	large = (cap_t)SYS(t, mem_create, TRACE_MAX + PAGE_SIZE);
	other = (cap_t)SYS(t, mem_create, PAGE_SIZE);
	there = give_copy(tracer, memory, client, CAP_WRITE, 0);
	FAILS(t, -EBADF, trace_into, NO_CAP, memory);
	FAILS(t, -EBADF, trace_into, 0, memory);
	FAILS(t, -EPERM, trace_into, info, memory);
	FAILS(t, -EPERM, trace_into, info, 0);
	FAILS(c, -EPERM, trace_into, there, there);
	FAILS(t, -EBADF, trace_into, kernel, NO_CAP);
	FAILS(t, -EPERM, trace_into, kernel, readable);
	FAILS(t, -EPERM, trace_into, kernel, kernel);
	FAILS(t, -EINVAL, trace_into, kernel, large);
	EXPECT(!trace_on);
	start();
	FAILS(t, -EBUSY, trace_into, kernel, other);
	FAILS(t, -EBUSY, trace_into, kernel, memory);
	FAILS(t, -EPERM, trace_into, info, 0);
	EXPECT(trace_on);
	IS(SYS(t, trace_into, kernel, 0), 0);
	EXPECT(!trace_on);
	IS(SYS(t, trace_into, kernel, 0), 0); /* nobody minds */
	IS(SYS(t, trace_into, kernel, other), 0);
}

/* Frames come as they are needed, a few an entry; another's call in between waits its turn. */
static void many_pages(void)
{
	cap_t large, other;

	cast();
	large = (cap_t)SYS(t, mem_create, 100 * PAGE_SIZE);
	other = (cap_t)SYS(t, mem_create, PAGE_SIZE);
	IS(SYS_ONCE(t, trace_into, kernel, large), RESTART);
	EXPECT(!trace_on);
	IS(SYS_ONCE(t, trace_into, kernel, other), -EBUSY);
	IS(SYS(t, trace_into, kernel, large), 0);
	EXPECT(trace_on);
	IS(trace_pages(), 100);
}

static void no_memory(void)
{
	struct space *poor = new_space("poor");
	struct thread *p = new_thread(poor, 10);
	cap_t cap = give_copy(init, init_kernel, poor, CAP_TRACE, 0), ring_memory;
	paddr taken = 0, frame;

	ring_memory = (cap_t)SYS(p, mem_create, 3 * PAGE_SIZE);
	while ((frame = frame_alloc())) {
		*(paddr *)phys_to_virt(frame) = taken;
		taken = frame;
	}
	FAILS(p, -ENOMEM, trace_into, cap, ring_memory);
	EXPECT(!trace_on && !trace_owner);
	while ((frame = taken)) {
		taken = *(paddr *)phys_to_virt(frame);
		frame_free(frame);
	}
}

/* The ring's frames are freed: nothing may be written to what is somebody else's by then. */
static void memory_dies(void)
{
	cast();
	start();
	destroy(tracer);
	settle();
	EXPECT(!trace_on && !trace_owner);
	IS(call(c, to, OP, 0, FOREVER), WAITS); /* host: its frames are poisoned */
	IS(recv(s, ep, 0, FOREVER), 0);
}

/* Who is given memory for good has it alone: the kernel does not write to it either. */
static void ring_is_not_moved(void)
{
	cap_t loose;

	cast();
	loose = (cap_t)SYS(c, mem_create, PAGE_SIZE);
	kernel = give_copy(init, init_kernel, client, CAP_TRACE, 0);
	put_ext(server, PAGE(0), (struct msg_ext){ .recv_caps = 1 | MSG_MOVE });
	IS(recv(s, ep, PAGE(0), FOREVER), WAITS);
	IS(SYS(c, trace_into, kernel, loose), 0);
	cap_of(client, loose)->rights |= CAP_TRANSFER;
	put_ext(client, PAGE(0), (struct msg_ext){ .cap = { loose } });
	IS(call(c, to, MSG_LABEL(1, 1, 1 | MSG_MOVE, 0), PAGE(0), FOREVER), -EBUSY);
	IS(SYS(c, trace_into, kernel, 0), 0);
	IS(call(c, to, MSG_LABEL(1, 1, 1 | MSG_MOVE, 0), PAGE(0), FOREVER), WAITS);
}

int main(void)
{
	world_start(4);
	story("a message there and back", a_message);
	story("one that is queued, and one that is cancelled", queued_and_cancelled);
	story("a fault, bits, a flush, an end, a beginning", fault_notify_end);
	story("a slow reader loses the oldest, and knows how many", slow_reader);
	story("the kernel reads nothing of the ring", scribbled);
	story("every error of trace_into", errors);
	story("a large ring is made in steps", many_pages);
	story("trace_into ENOMEM: no memory for the ring", no_memory);
	story("the ring ends with its memory", memory_dies);
	story("the ring is not moved", ring_is_not_moved);
	return world_done();
}
