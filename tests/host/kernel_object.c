// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// GROUP: caps
// How objects end: in bounded steps, completely, whoever else dies in between. Every story ends
// with all frames back. Letters and numbers: tests/cases.md.
#include "world.h"

#include "kernel/fault.h"
#include "kernel/info.h"
#include "kernel/timeout.h"

#define OP MSG_LABEL(1, 1, 0, 0)

static struct space *parent, *child;
static struct thread *p;
static cap_t child_cap, ep;

static void cast(void)
{
	parent = new_space("parent");
	child = new_space("child");
	p = new_thread(parent, 30);
	child_cap = give(parent, &child->object, CAP_SPACE | CAP_TRANSFER);
	ep = new_endpoint(parent);
}

static unsigned steps(void)
{
	unsigned count = 0;

	for (; object_condemned(); count++) {
		object_step();
		check_all(NULL);
	}
	return count;
}

/* ---- Spaces ------------------------------------------------------------------------- */

static void destroyed_by_call(void)
{
	u64 used;

	cast();
	used = parent->quota->used;
	IS(SYS_ONCE(p, space_destroy, child_cap), RESTART);
	EXPECT(child->object.dead && !child->object.apart);
	FAILS(p, -EPIPE, thread_create, child_cap, 0x400000, 0, 0, 1, 0);
	FAILS(p, -EPIPE, mem_unmap, child_cap, PAGE(0), PAGE_SIZE);
	FAILS(p, -EPIPE, cap_mint, ep, CAP_SEND, 1, child_cap);
	IS(SYS(p, space_destroy, child_cap), 0);
	IS(SYS(p, space_destroy, child_cap), 0); /* once more does no harm */
	FAILS(p, -EBADF, space_destroy, NO_CAP);
	FAILS(p, -EPERM, space_destroy, ep);
	IS(SYS(p, cap_delete, child_cap), 0);
	IS(parent->quota->used, used);
}

/* D4 */
static void with_threads_in_every_state(void)
{
	struct thread *t[9], *server;
	cap_t own, to;
	u64 word;

	cast();
	server = new_thread(parent, 10);
	own = new_endpoint(child);
	to = give_copy(parent, ep, child, CAP_SEND, 1);
	for (unsigned i = 0; i < 9; i++)
		t[i] = i ? new_thread(child, (u8)(40 + i)) : new_inactive(child, 20);
	word = t[8]->id;
	memcpy(at(child, PAGE(0)), &word, sizeof(word));
	IS(recv(server, ep, 0, FOREVER), WAITS);
	IS(call(t[1], to, OP, 0, in(1000)), WAITS);        /* REPLY */
	IS(call(t[2], to, OP, 0, in(1000)), WAITS);        /* SEND */
	IS(recv(t[3], own, 0, in(1000)), WAITS);           /* RECEIVE */
	IS(recv(t[4], 0, 0, FOREVER), WAITS);              /* RECEIVE, just time */
	IS(SYS(t[5], lock_wait, PAGE(0), FOREVER), WAITS); /* LOCK */
	IS(SYS(t[6], thread_set, 0, THREAD_PAGER, to), 0);
	t[6]->regs.vector = 13;
	world_enter(t[6], fault_raise); /* SEND, as a fault */
	kill_thread(t[7]);              /* DEAD */
	IS(server->effective, 46);
	IS(SYS(p, space_destroy, child_cap), 0);
	IS(server->effective, 10);
	IS(timeout_next(), TIMEOUT_NONE);
	IS(reply(server, TOKEN(server), 0, 0), -ESRCH);
	IS(SYS(p, cap_delete, child_cap), 0);
}

/* D2: callers that wait for the space's threads, here and elsewhere. */
static void that_others_wait_for(void)
{
	struct thread *server, *a, *b, *busy;
	cap_t service, to;

	cast();
	service = new_endpoint(child);
	to = give_copy(child, service, parent, CAP_SEND, 5);
	server = new_thread(child, 10);
	busy = new_thread(child, 10);
	a = new_thread(parent, 20);
	b = new_thread(parent, 21);
	IS(recv(server, service, 0, FOREVER), WAITS);
	IS(call(a, to, OP, 0, FOREVER), WAITS);
	IS(call(b, to, OP, 0, FOREVER), WAITS);
	IS(SYS(server, delegate, TOKEN(server), give(child, &busy->object, CAP_THREAD)), 0);
	IS(SYS(p, space_destroy, child_cap), 0);
	settle();
	IS(ANSWER(a), -EPIPE);
	IS(ANSWER(b), -EPIPE); /* the last right to receive went with the space */
	FAILS(a, -EPIPE, ipc_call, to, OP, 0, FOREVER);
}

/* D6, and one entry does no more than OBJECT_BUDGET things. */
static void a_large_one_and_its_destroyer_dies(void)
{
	struct space *killer = new_space("killer");
	struct thread *k = new_thread(killer, 20);
	cap_t victim;

	cast();
	victim = give(killer, &child->object, CAP_SPACE);
	for (unsigned i = 0; i < 70; i++)
		new_thread(child, 5);
	for (unsigned i = 0; i < 300; i++)
		new_endpoint(child);
	for (unsigned i = 0; i < 40; i++)
		map_pages(child, 0x1000000 + i * 0x10000, 9, PROT_READ | PROT_WRITE);
	for (unsigned i = 0; i < 3; i++)
		IS(SYS_ONCE(k, space_destroy, victim), RESTART), object_step();
	destroy(killer);
	EXPECT(steps() == 0 && child->object.apart); /* what was begun went on by itself */
}

static void bounded_steps(void)
{
	unsigned count;

	cast();
	for (unsigned i = 0; i < 200; i++)
		new_thread(child, 5);
	for (unsigned i = 0; i < 500; i++)
		give_copy(parent, ep, child, CAP_SEND, 0);
	object_condemn(&child->object);
	count = steps();
	printf("# %u steps for 200 threads, 500 capabilities\n", count);
	EXPECT(count >= 200 + 4 + 8 && count < 300);
}

/* A thread of a space that dies in steps may run in between: what it does must not matter. */
static void its_threads_run_on_meanwhile(void)
{
	struct thread *t[OBJECT_BUDGET + 5], *last;
	cap_t memory;

	cast();
	for (unsigned i = 0; i < ARRAY_SIZE(t); i++)
		t[i] = new_thread(child, 40);
	last = t[ARRAY_SIZE(t) - 1];
	memory = map_pages(child, 0x1000000, 1, PROT_READ);
	IS(SYS_ONCE(p, space_destroy, child_cap), RESTART);
	object_step();
	IS(last->state, STATE_READY);
	FAILS(last, -EPIPE, thread_create, 0, 0x400000, 0, 0, 1, 0);
	FAILS(last, -EPIPE, mem_map, memory, 0, 0x2000000, 0, PAGE_SIZE, PROT_READ);
	EXPECT(SYS(last, endpoint_create, 0) > 0);
	EXPECT(SYS(last, space_create, 10, 0, 0, 0, 0) > 0);
	IS(recv(last, (cap_t)SYS(last, endpoint_create, 0), 0, FOREVER), WAITS);
	IS(SYS(p, space_destroy, child_cap), 0);
}

/* It holds the only capability for itself, for its parent's view of it, and for a third one. */
static void that_holds_itself(void)
{
	struct thread *t;
	struct space *third = new_space("third");
	cap_t itself;

	cast();
	t = new_thread(child, 10);
	itself = give(child, &child->object, CAP_SPACE | CAP_TRANSFER);
	give(child, &third->object, CAP_SPACE);
	give_copy(child, itself, child, CAP_SPACE, 0);
	IS(SYS(t, space_destroy, itself), WAITS);
	settle();
	EXPECT(child->object.apart);
}

/* Its last capability goes: so does it, with all that it holds, down a chain of spaces. */
static void a_chain_of_spaces(void)
{
	struct space *s[5];
	cap_t first;

	cast();
	for (unsigned i = 0; i < 5; i++) {
		s[i] = space_create(i ? s[i - 1] : parent, 400 * PAGE_SIZE, 10, "chain", 5, 0);
		give(i ? s[i - 1] : parent, &s[i]->object, CAP_SPACE);
		map_pages(s[i], PAGE(0), 3, PROT_READ);
		new_thread(s[i], 5);
	}
	first = cap_of(parent, give(parent, &s[0]->object, CAP_SPACE))->handle;
	IS(SYS(p, cap_delete, first), 0);
	settle();
	EXPECT(!s[0]->object.dead);
	for (u32 i = 0; i < CAPS_PER_FRAME; i++) /* the other one */
		if (parent->caps.frame[0][i].object == &s[0]->object)
			first = parent->caps.frame[0][i].handle;
	IS(SYS(p, cap_delete, first), 0);
	settle();
	IS(space_count(), 3); /* init, parent, child */
}

/* Two spaces that hold capabilities of each other, and one of itself, end with the one that made
 * them, although capabilities for them are left. */
static void what_it_made_ends_with_it(void)
{
	struct space *s[3];
	cap_t own;

	cast();
	for (unsigned i = 0; i < 3; i++) {
		s[i] = space_create(i < 2 ? child : s[0], 400 * PAGE_SIZE, 10, "made", 4, 0);
		give(child, &s[i]->object, CAP_SPACE);
		new_thread(s[i], 5);
	}
	give(s[0], &s[1]->object, CAP_SPACE);
	give(s[1], &s[0]->object, CAP_SPACE);
	give(s[2], &s[2]->object, CAP_SPACE);
	own = give(parent, &s[1]->object, CAP_SPACE);
	IS(SYS(p, space_destroy, child_cap), 0);
	settle();
	EXPECT(s[1]->object.apart);
	FAILS(p, -EPIPE, thread_create, own, 0x400000, 0x500000, 0, 1, 0);
	IS(SYS(p, cap_delete, own), 0);
	IS(SYS(p, cap_delete, child_cap), 0);
	IS(space_count(), 3); /* init, parent, and child, which init can name */
}

/* More of them than one entry deals with. */
static void made_many(void)
{
	cast();
	for (unsigned i = 0; i < OBJECT_BUDGET + 20; i++)
		give(child, &space_create(child, 10 * PAGE_SIZE, 1, "", 0, 0)->object, CAP_SPACE);
	IS(SYS(p, space_destroy, child_cap), 0);
	settle();
	IS(space_count(), 3);
}

/* A memory object that outlives its creator is charged to it until it goes. */
static void survivors(void)
{
	struct thread *t;
	cap_t memory, there;
	u64 used;

	cast();
	used = init->quota->used;
	t = new_thread(child, 10);
	memory = map_pages(child, 0x1000000, 20, PROT_READ | PROT_WRITE);
	there = give_copy(child, memory, parent, CAP_READ, 0);
	IS(SYS(p, mem_map, there, 0, 0x3000000, 0, 20 * PAGE_SIZE, PROT_READ), 0);
	*at(child, 0x1000000) = 99;
	give(parent, &t->object, CAP_THREAD);
	IS(SYS(p, space_destroy, child_cap), 0);
	IS(SYS(p, cap_delete, child_cap), 0);
	destroy(child);
	IS(*at(parent, 0x3000000), 99);
	EXPECT(init->quota->used > used - 30 * PAGE_SIZE);
	IS(SYS(p, cap_delete, there), 0);
	settle();
	FAILS(p, -EINVAL, mem_protect, 0, 0x3000000, PAGE_SIZE, PROT_READ); /* the window went too
									     */
}

/* Somebody still holds a capability for a thread whose space is gone and forgotten. */
static void thread_outlives_its_space(void)
{
	struct info_thread info[32];
	struct thread *t;
	struct cap *cap;
	cap_t watched;
	unsigned budget = UINT32_MAX;
	u32 position = 0;
	s64 bytes;

	cast();
	t = new_thread(child, 10);
	watched = give(parent, &t->object, CAP_THREAD);
	IS(SYS(p, space_destroy, child_cap), 0);
	IS(SYS(p, cap_delete, child_cap), 0);
	while ((cap = cap_next(&init->caps, &position)))
		if (cap->object == &child->object)
			object_delete_cap(cap, &budget);
	IS(space_count(), 2);
	FAILS(p, -EPIPE, thread_start, watched);
	FAILS(p, -EPIPE, thread_kill, watched);
	bytes = info_write(parent, INFO_THREADS, 0, PAGE(0), sizeof(info));
	IS(bytes, sizeof(struct info_thread)); /* only what has not ended is told */
	IS(SYS(p, cap_delete, watched), 0);
}

/* D5 */
static void init_ends(void)
{
	cast();
	EXPECT(ENDS((object_condemn(&init->object), object_step()), 98));
	init->object.dead = false; /* the machine is off; this is the next story's */
	object_unqueue(&init->object);
	init->object.pins--;
}

/* ---- Threads, endpoints, memory ----------------------------------------------------- */

static void thread_with_many_callers(void)
{
	struct thread *server, *caller[OBJECT_BUDGET + 20];

	cast();
	server = new_thread(parent, 10);
	for (unsigned i = 0; i < ARRAY_SIZE(caller); i++) {
		caller[i] = new_thread(parent, (u8)(11 + i % 30));
		IS(call(caller[i], ep, OP, 0, FOREVER), WAITS);
		IS(recv(server, ep, 0, DEADLINE_NOW), 0);
	}
	ipc_kill(server);
	object_step();
	EXPECT(!server->object.apart);
	settle();
	for (unsigned i = 0; i < ARRAY_SIZE(caller); i++)
		IS(ANSWER(caller[i]), -EPIPE);
}

static void endpoint_with_many_senders(void)
{
	struct thread *caller[OBJECT_BUDGET + 20];
	cap_t to;

	cast();
	to = give_copy(parent, ep, child, CAP_SEND, 1);
	for (unsigned i = 0; i < ARRAY_SIZE(caller); i++) {
		caller[i] = new_thread(child, (u8)(11 + i % 30));
		IS(call(caller[i], to, OP, 0, FOREVER), WAITS);
	}
	IS(SYS(p, cap_delete, ep), 0);
	object_step();
	FAILS(caller[29], -EPIPE, ipc_call, to, OP, 0, FOREVER); /* half dead is dead */
	settle();
	for (unsigned i = 0; i < ARRAY_SIZE(caller); i++)
		IS(ANSWER(caller[i]), -EPIPE);
}

/* It was received from, called and watched, and dies under all of them at once. */
static void endpoint_of_everybody(void)
{
	struct thread *server;
	cap_t to, other;

	cast();
	other = new_endpoint(parent);
	to = give_copy(parent, ep, child, CAP_SEND, 1);
	server = new_thread(parent, 10);
	IS(SYS(p, watch, ep, WATCH_DERIVED, other, 2), 0);
	IS(SYS(new_thread(child, 5), watch, to, WATCH_DEATH,
	       give_copy(parent, other, child, CAP_NOTIFY, 0), 1),
	    0);
	IS(recv(server, ep, 0, FOREVER), WAITS);
	IS(SYS(p, cap_delete, ep), 0);
	settle();
	IS(ANSWER(server), -EPIPE);
	IS(recv(p, other, 0, DEADLINE_NOW), 0);
	IS(BADGE(p), 1); /* the WATCH_DERIVED went with its capability */
}

static void large_memory(void)
{
	cap_t memory;
	unsigned count = 0;

	cast();
	memory = (cap_t)SYS(p, mem_create, 1500 * PAGE_SIZE);
	IS(SYS(p, mem_map, memory, 0, 0x10000000, 0, 1500 * PAGE_SIZE, PROT_READ), 0);
	while (SYS_ONCE(p, cap_delete, memory) == RESTART)
		count++;
	EXPECT(count >= 1500 / OBJECT_BUDGET);
	FAILS(p, -EBADF, mem_map, memory, 0, 0x10000000, 0, PAGE_SIZE, PROT_READ);
	count = steps();
	EXPECT(count >= 1500 / 8 / OBJECT_BUDGET && count < 20);
}

/* ---- Watches ------------------------------------------------------------------------ */

static void watch_of_a_death(void)
{
	cap_t watched, copy;
	struct thread *t;

	cast();
	t = new_thread(child, 10);
	watched = give(parent, &t->object, CAP_THREAD | CAP_TRANSFER);
	copy = give_copy(parent, watched, parent, CAP_THREAD, 0);
	IS(SYS(p, watch, watched, WATCH_DEATH, ep, 4), 0);
	FAILS(p, -EBUSY, watch, watched, WATCH_DEATH, ep, 8);
	IS(SYS(p, watch, copy, WATCH_DEATH, ep, 8), 0); /* one each */
	IS(SYS(p, watch, child_cap, WATCH_DEATH, ep, 1), 0);
	IS(recv(p, ep, 0, FOREVER), WAITS);
	kill_thread(t);
	IS(BADGE(p), 4); /* it was woken by the first, the other's bits wait */
	IS(recv(p, ep, 0, DEADLINE_NOW), 0);
	IS(BADGE(p), 8);
	destroy(child);
	IS(recv(p, ep, 0, DEADLINE_NOW), 0);
	IS(BADGE(p), 1);
	IS(recv(p, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
}

static void watch_errors(void)
{
	cap_t masked, dead;

	cast();
	masked = give_copy(parent, ep, parent, CAP_NOTIFY, 3);
	FAILS(p, -EBADF, watch, NO_CAP, WATCH_DEATH, ep, 1);
	FAILS(p, -EBADF, watch, child_cap, WATCH_DEATH, 0, 1);
	FAILS(p, -EPERM, watch, child_cap, WATCH_DEATH, child_cap, 1);
	FAILS(p, -EPERM, watch, child_cap, WATCH_DEATH, masked, 4);
	FAILS(p, -EINVAL, watch, child_cap, WATCH_DEATH, masked, 0);
	FAILS(p, -EINVAL, watch, child_cap, 2, ep, 1);
	FAILS(p, -EINVAL, watch, child_cap, UINT64_MAX, ep, 1);
	parent->quota->limit = parent->quota->used;
	FAILS(p, -ENOMEM, watch, child_cap, WATCH_DEATH, ep, 1);
	parent->quota->limit = UINT32_MAX;
	dead = give_copy(parent, child_cap, parent, CAP_SPACE, 0);
	destroy(child);
	FAILS(p, -EPIPE, watch, dead, WATCH_DEATH, ep, 1);
}

/* D3: a server learns that nobody holds what it gave away, however it was handed on. */
static void watch_of_derived(void)
{
	struct space *third = new_space("third");
	struct thread *c, *d;
	cap_t session, first, second;

	cast();
	c = new_thread(child, 10);
	d = new_thread(third, 10);
	session = (cap_t)SYS(p, cap_mint, ep, CAP_SEND | CAP_TRANSFER, 77);
	first = give_copy(parent, session, child, CAP_SEND | CAP_TRANSFER, 0);
	IS(SYS(p, watch, session, WATCH_DERIVED, ep, 16), 0);
	second = give_copy(child, first, third, CAP_SEND, 0);
	IS(SYS(c, cap_delete, first), 0); /* handed on: the third one's hangs on the session now */
	IS(recv(p, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
	EXPECT(cap_of(third, second)->parent == cap_of(parent, session));
	IS(SYS(d, cap_delete, second), 0);
	IS(recv(p, ep, 0, DEADLINE_NOW), 0);
	IS(BADGE(p), 16);
	IS(SYS(p, watch, session, WATCH_DERIVED, ep, 32), 0); /* nothing is there already: at once
							       */
	IS(recv(p, ep, 0, DEADLINE_NOW), 0);
	IS(BADGE(p), 32);
}

/* D1, D3: the holder dies. */
static void watch_of_derived_when_the_holder_dies(void)
{
	cap_t session;

	cast();
	new_thread(child, 10);
	session = (cap_t)SYS(p, cap_mint, ep, CAP_SEND | CAP_TRANSFER, 77);
	give_copy(parent, session, child, CAP_SEND | CAP_TRANSFER, 0);
	IS(SYS(p, watch, session, WATCH_DERIVED, ep, 16), 0);
	IS(recv(p, ep, 0, FOREVER), WAITS);
	destroy(child);
	IS(BADGE(p), 16);
}

static void watch_goes_with_its_capability(void)
{
	cap_t watched;
	struct thread *t;

	cast();
	t = new_thread(child, 10);
	watched = give(parent, &t->object, CAP_THREAD);
	IS(SYS(p, watch, watched, WATCH_DEATH, ep, 4), 0);
	IS(SYS(p, cap_delete, watched), 0);
	kill_thread(t);
	IS(recv(p, ep, 0, DEADLINE_NOW), -ETIMEDOUT);
}

/* The endpoint that would be told dies first. */
static void watch_target_dies(void)
{
	struct thread *t;

	cast();
	t = new_thread(child, 10);
	IS(SYS(p, watch, give(parent, &t->object, CAP_THREAD), WATCH_DEATH, ep, 4), 0);
	IS(SYS(p, watch, child_cap, WATCH_DEATH, ep, 4), 0);
	IS(SYS(p, cap_delete, ep), 0);
	settle();
	kill_thread(t);
}

static void many_watches(void)
{
	struct thread *t;
	cap_t first;

	cast();
	t = new_thread(child, 10);
	first = give(parent, &t->object, CAP_THREAD);
	for (unsigned i = 0; i < OBJECT_BUDGET + 20; i++) {
		cap_t copy = give_copy(parent, first, parent, CAP_THREAD, 0);

		IS(SYS(p, watch, copy, WATCH_DEATH, ep, 1), 0);
	}
	ipc_kill(t);
	object_step();
	EXPECT(!t->object.apart);
	settle();
	EXPECT(t->object.apart && list_empty(&t->object.watches));
}

int main(void)
{
	world_start(0);
	world_room_for_threads(300);
	story("a space is destroyed by call, and accepts nothing meanwhile", destroyed_by_call);
	story("D4 a space with threads in every state", with_threads_in_every_state);
	story("D2 a space whose threads others wait for", that_others_wait_for);
	story("D6 a large space whose destroyer dies half-way", a_large_one_and_its_destroyer_dies);
	story("one entry deals with a bounded number of things", bounded_steps);
	story("threads of a dying space that still run", its_threads_run_on_meanwhile);
	story("a space that holds itself", that_holds_itself);
	story("a chain of spaces goes with the first one's last capability", a_chain_of_spaces);
	story("the spaces that it made end with it", what_it_made_ends_with_it);
	story("it made more than one entry deals with", made_many);
	story("memory outlives the space that made it", survivors);
	story("a thread's capability outlives its space", thread_outlives_its_space);
	story("D5 init ends: a clear halt", init_ends);
	story("a thread with many callers dies", thread_with_many_callers);
	story("C6 an endpoint with many senders dies", endpoint_with_many_senders);
	story("an endpoint dies that everybody uses", endpoint_of_everybody);
	story("large memory is unmapped and freed in steps", large_memory);
	story("a watch of a death fires once", watch_of_a_death);
	story("every error of watch", watch_errors);
	story("D3 a watch of what was derived, handed on", watch_of_derived);
	story("D1 D3 a watch of what was derived, the holder dies",
	    watch_of_derived_when_the_holder_dies);
	story("a watch goes silently with its capability", watch_goes_with_its_capability);
	story("a watch whose target dies first", watch_target_dies);
	story("more watches than one entry fires", many_watches);
	return world_done();
}
