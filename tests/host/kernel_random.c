// SOURCES: tests/host/random_calls.c tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// GROUP: ipc
// The whole kernel under random operations: a handful of spaces whose threads make every call with
// arguments that are right, nearly right and wrong, fault, are interrupted, die. After every entry
// the kernel's state is recomputed from scratch (kernel/check.c), and what user code sees is
// compared with what it must see: an answer answers the very call that it was made for, a badge is
// the one of the capability used, time-outs come after the time, a fault resumes with its
// registers, the TLB holds nothing untrue. At the end everything has come back.
//
//	SEED=n STEPS=m build/tests/host/kernel_random    replays a life
//	RINGS=1: with deadlock=wait; FULL=1: checks everything at each step, not at every 16th
#include "random.h"
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#include "kernel/irq.h"
#include "kernel/pagetable.h"
#include "kernel/ready.h"
#include "kernel/trap.h"

#define SPACES     5
#define THREADS    20 /* wanted at once in all */
#define HISTORY    24
#define SLICE      10000001 /* rounded up: clock.h */
#define AFTER_CALL 0x400002 /* rip behind the SYSCALL instruction */

/* In each of two lives: with rings refused, and with rings that wait. Half of the steps are calls.
 */
static const unsigned default_steps = 1100000;

static struct space *spaces[SPACES];
static struct thread *ground; /* of init, lowest priority: keeps the others coming */
static bool short_cuts = true;
static u64 seen_short_cuts;
static u64 step, seen_calls[SYS_COUNT], seen_done[SYS_COUNT], seen_answers, seen_faults, seen_moves;
static bool full;

/* The last steps, to be told when something is wrong. */
static struct {
	u64 step, id, number, argument[6];
} history[HISTORY];

static void explain(void)
{
	fflush(stdout);
	for (u64 i = 0; i < MIN(HISTORY, step + 1); i++) {
		u64 at_ = (step + HISTORY - MIN(HISTORY - 1, step) + i) % HISTORY;

		fprintf(stderr, "# step %lu thread %lu: %lu(%lx, %lx, %lx, %lx, %lx, %lx)\n",
		    history[at_].step, history[at_].id & 0xffff, history[at_].number,
		    history[at_].argument[0], history[at_].argument[1], history[at_].argument[2],
		    history[at_].argument[3], history[at_].argument[4], history[at_].argument[5]);
	}
}

static void require(bool condition, const char *what)
{
	if (!condition)
		panic("step %lu: %s", (unsigned long)step, what);
}

/* Nobody's deadline is forgotten, nor that equals wait for the end of who runs. */
static void check_timer(const struct thread *next)
{
	struct thread *thread;

	for (u32 slot = 0; (thread = thread_next(slot)); slot = thread_slot(thread) + 1u)
		require(host.timer <= thread->timeout.deadline,
		    "the timer is armed for the earliest deadline");
	require(list_empty(ready_level(next->effective)) || host.timer <= host.tsc + SLICE,
	    "the timer is armed for the end of the slice");
}

static struct thread *enter(struct thread *(*way_in)(struct thread *))
{
	struct thread *next = way_in(current);

	check_timer(next);
	if (full)
		check_all(next);
	else
		check_step(next);
	return next;
}

/* As entry.S. */
static struct thread *syscall_instruction(struct thread *thread)
{
	struct thread *next = host.short_cut && short_cuts ? world_short_cut(thread) : NULL;

	seen_short_cuts += next != NULL;
	return next ? next : trap_syscall(thread);
}

static void make_call(void)
{
	struct regs *r = &current->regs;
	s64 number = random_call();

	if (number < 0)
		return;
	r->rip = AFTER_CALL;
	r->vector = ENTRY_SYSCALL;
	history[step % HISTORY].number = number;
	memcpy(history[step % HISTORY].argument,
	    (u64[6]){ r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 }, 48);
	if (number < SYS_COUNT)
		seen_calls[number]++;
	current = enter(syscall_instruction);
}

/* ---- What comes back ---------------------------------------------------------------- */

static bool is_error_number(s64 result)
{
	static const u8 known[] = { EPERM, ESRCH, EBADF, ENOMEM, EFAULT, EBUSY, EEXIST, EINVAL,
		ENOSPC, EPIPE, EDEADLK, ENOSYS, ELOOP, EMSGSIZE, ETIMEDOUT, EOWNERDEAD };

	for (unsigned i = 0; i < ARRAY_SIZE(known); i++)
		if (result == -known[i])
			return true;
	return false;
}

/* A message: whose it is stands in the token, and that caller's record says what it must be. */
static void check_received(void)
{
	const struct regs *r = &current->regs;
	const struct thread *caller = thread_in_slot((u16)r->rdx);
	const struct user *sender;
	unsigned i = (unsigned)any(TOKENS);

	if (!r->rdx) {
		require(r->rsi == 0 && r->rdi != 0, "a notification has bits and no label");
		return;
	}
	user_of(current)->token = r->rdx;
	if (received[(u16)r->rdx].token < r->rdx) { /* a lower thread may look at an older one later
						     */
		received[(u16)r->rdx].token = r->rdx;
		received[(u16)r->rdx].nonce = r->rbx;
	}
	tokens[i].token = r->rdx;
	tokens[i].space = current->space;
	if (!caller || caller->state != STATE_REPLY || ipc_token(caller) != r->rdx)
		return; /* gone meanwhile */
	seen_moves += MSG_MOVED(r->rsi) != 0;
	sender = user_of(caller);
	if (MSG_OP(r->rsi) == FAULT_OP) {
		require(sender->faulting && r->r15 == caller->id,
		    "a fault comes from a thread that faults");
		return;
	}
	require(sender->calling && sender->number == SYS_ipc_call, "a message comes from a caller");
	require(r->rbx == sender->nonce, "a message has its sender's words");
	require(r->rdi == sender->badge, "a message has the badge of the capability used");
}

/* The thread runs again: its call has come back, or must be made again. */
static void come_back(void)
{
	struct user *user = user_of(current);
	struct regs *r = &current->regs;
	s64 result = (s64)r->rax;

	if (user->faulting) {
		user->faulting = false;
		require(
		    memcmp(&user->regs, r, sizeof(*r)) == 0, "a fault resumes with its registers");
		return;
	}
	if (!user->calling)
		return;
	if (r->rip != AFTER_CALL) {
		require(r->rip == AFTER_CALL - 2 && r->rax == user->number,
		    "a restart makes the same call");
		return; /* one_step does */
	}
	user->calling = false;
	require(result >= 0 || is_error_number(result), "a result or an error number");
	if (result == -ETIMEDOUT)
		require(user->deadline <= clock_now(), "a time-out comes after the time");
	if (result == 0 && (user->number == SYS_ipc_recv || user->number == SYS_ipc_reply_recv)) {
		user->endpoint = user->asked;
		check_received();
	}
	if (result == 0 && user->number == SYS_ipc_call) {
		require(r->rbx == REPLY_OF(user->nonce), "an answer answers its call");
		seen_answers++;
	}
	if (result >= 0 && user->number < SYS_COUNT)
		seen_done[user->number]++;
}

/* ---- Faults and interrupts ---------------------------------------------------------- */

static void make_fault(void)
{
	static const u8 vector[] = { 0, 6, 7, 13, VECTOR_PAGE_FAULT };
	struct user *user = user_of(current);

	current->regs.vector = vector[any(ARRAY_SIZE(vector))];
	current->regs.error = any(32);
	current->regs.rip = 0x400010;
	host.fault_address = some_address();
	user->faulting = true;
	user->regs = current->regs;
	history[step % HISTORY].number = 1000 + current->regs.vector;
	seen_faults++;
	current = enter(trap_user);
}

static void make_interrupt(u64 vector)
{
	current->regs.vector = vector;
	history[step % HISTORY].number = 1000 + vector;
	current = enter(trap_user);
}

static void touch_memory(void)
{
	host_touch(some_address() & 0x7fffffffefff);
	host_touch(some_window() & 0x7fffffffefff);
	require(host_tlb_true(), host_tlb_lie());
}

/* ---- Ground: what keeps life going -------------------------------------------------- */

static bool alive(const struct space *wanted)
{
	struct space *space;

	for (u32 id = 0; (space = space_next(id)); id = space->id + 1)
		if (space == wanted)
			return !space->object.dead;
	return false;
}

static struct space *some_space(void)
{
	struct space *space = spaces[any(SPACES)];

	return space && alive(space) ? space : NULL;
}

static unsigned living_threads(void)
{
	unsigned count = 0;
	struct thread *thread;

	for (u32 slot = 0; (thread = thread_next(slot)); slot = thread_slot(thread) + 1u)
		count++;
	return count;
}

/* A space with a few capabilities of its own and of others. */
static void populate(struct space *space)
{
	static const u32 all = CAP_SEND | CAP_RECV | CAP_NOTIFY | CAP_TRANSFER;

	give(space, &space->object, CAP_SPACE | CAP_TRANSFER);
	give_copy(init, init_irqs, space, CAP_IRQ, 0x7fff); /* the last line is the world's own */
	give_copy(init, init_ports, space, CAP_PORTS, 0);
	give_copy(init, init_kernel, space, CAP_INFO | CAP_TRACE, 0);
	for (unsigned i = 0; i < 3; i++) {
		cap_t ep = new_endpoint(space);
		struct space *friend = some_space();

		if (friend && friend->quota->used + 10 * PAGE_SIZE < friend->quota->limit)
			give_copy(space, ep, friend,
			    chance(70) ? CAP_SEND | CAP_NOTIFY | CAP_TRANSFER : all, any(16));
	}
}

/* Deletes what reaches only dead objects, as a well-behaved program would. */
static void tidy(struct space *space)
{
	unsigned budget = UINT32_MAX;
	struct cap *cap;
	u32 position = 0;

	while ((cap = cap_next(&space->caps, &position)))
		if (cap->object->dead)
			object_delete_cap(cap, &budget);
}

static void ground_turn(void)
{
	u64 i = any(SPACES);
	struct thread *thread;

	host.paused = true;
	if (spaces[i] && alive(spaces[i]) && chance(20))
		tidy(spaces[i]);
	if (!spaces[i] || !alive(spaces[i])) {
		spaces[i] = new_space_with("space", 300 + any(300), 20 + (u8)any(44));
		populate(spaces[i]);
	} else if (spaces[i]->quota->used + 20 * PAGE_SIZE < spaces[i]->quota->limit &&
	    living_threads() < THREADS) {
		thread = thread_create(
		    spaces[i], 0x400000, 0x500000, 0, (u8)(1 + any(spaces[i]->ceiling)));
		if (thread && cap_reserve(&spaces[i]->caps, 1) == 0)
			give(spaces[i], &thread->object, CAP_THREAD | CAP_TRANSFER);
		if (thread)
			thread_make_ready(thread);
	} else if (living_threads() >= THREADS && chance(8)) {
		thread = thread_next((u32)any(2 * THREADS)); /* perhaps all of them wait for ever */
		if (thread && thread != ground)
			ipc_kill(thread);
	} else if (thread_count() >= ROOM / 2 ||
	    spaces[i]->quota->used + 20 * PAGE_SIZE >= spaces[i]->quota->limit) {
		object_condemn(&spaces[i]->object); /* overgrown */
	}
	host.paused = false;
}

/* init's thread: yields or sleeps a little, so that the processor is idle now and then. */
static void ground_call(void)
{
	struct regs *r = &current->regs;
	struct user *user = user_of(current);

	user->calling = false;
	r->rdi = r->rdx = 0;
	r->r10 = in(any(3000));
	r->rax = chance(70) ? SYS_yield : SYS_ipc_recv;
	r->rip = AFTER_CALL;
	r->vector = ENTRY_SYSCALL;
	current = enter(trap_syscall);
}

static void one_step(void)
{
	struct thread *before = current;

	host.tsc += any(300);
	history[step % HISTORY].step = step;
	history[step % HISTORY].id = current->id;
	history[step % HISTORY].number = 999;
	if (current == ground) {
		ground_turn();
		ground_call();
	} else if (host.timer <= host.tsc) {
		make_interrupt(VECTOR_TIMER);
	} else if (users[thread_slot(current)].calling) { /* a call that wants to be made again */
		current->regs.rip = AFTER_CALL;
		current->regs.vector = ENTRY_SYSCALL;
		current = enter(trap_syscall);
	} else if (chance(88)) {
		make_call();
	} else if (chance(25)) {
		make_fault();
	} else if (chance(50)) {
		unsigned line = (unsigned)any(IRQ_LINES);

		host.spurious = chance(5);
		make_interrupt(VECTOR_IRQ + line);
	} else {
		make_interrupt(VECTOR_TIMER);
	}
	if (current != before || users[thread_slot(current)].calling)
		touch_memory();
	if (current != ground)
		come_back();
}

/* ---- A whole life ------------------------------------------------------------------- */

/* Everybody but init goes; its thread runs until nothing is dying any more. */
static void end_of_the_world(void)
{
	unsigned budget = UINT32_MAX;
	struct space *space;
	struct cap *cap;
	u32 position = 0;

	for (u32 id = 0; (space = space_next(id)); id = space->id + 1)
		if (space != init)
			object_condemn(&space->object);
	for (unsigned i = 0; object_condemned() || current != ground; i++) {
		require(i < 100000, "dying ends");
		if (current == ground)
			ground_call();
		else
			make_interrupt(VECTOR_TIMER);
	}
	world_release_interrupts();
	while ((cap = cap_next(&init->caps, &position)))
		if (cap->handle != init_irqs && cap->handle != init_ports &&
		    cap->handle != init_kernel)
			object_delete_cap(cap, &budget);
	while (object_condemned())
		ground_call();
	memset(spaces, 0, sizeof(spaces));
	memset(users, 0, sizeof(users));
	memset(tokens, 0, sizeof(tokens));
	memset(received, 0, sizeof(received));
}

/* So many steps; what was there before must be there afterwards. */
static bool live(u64 seed, u64 steps)
{
	u64 frames = frame_available(), used = init->quota->used;

	random_state = seed * 0x9e3779b97f4a7c15 + 1;
	for (step = 0; step < steps; step++)
		one_step();
	host.fail_at = 0;
	end_of_the_world();
	check_all(current);
	return IS(frame_available(), frames) & IS(init->quota->used, used) & IS(space_count(), 1) &
	    IS(thread_count(), 1);
}

/* C10. The same short life again and again, and each time the next allocation in it fails. */
static void every_allocation_fails_once(u64 seed, u64 steps)
{
	u64 before = host.allocations, all, failed = host.failed;
	bool good = true;

	random_builders = true;
	good &= live(seed, steps);
	all = host.allocations - before;
	for (u64 i = 1; i <= all && good; i++) {
		host.fail_at = host.allocations + i;
		good &= live(seed, steps);
	}
	ok(good, "C10 each of %lu allocations in %lu steps fails once: %lu did, all came back",
	    (unsigned long)all, (unsigned long)steps, (unsigned long)(host.failed - failed));
}

static u64 setting(const char *name, u64 otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

static void tell_what_happened(bool enough)
{
	u64 unused = 0, calls = 0;

	for (unsigned i = 0; i < SYS_COUNT; i++) {
		printf("# call %2u: %6lu made, %6lu succeeded\n", i, (unsigned long)seen_calls[i],
		    (unsigned long)seen_done[i]);
		unused += random_weight[i] && !seen_done[i];
		calls += seen_calls[i];
	}
	printf("# %lu calls, %lu answers, %lu faults, %lu moves\n", (unsigned long)calls,
	    (unsigned long)seen_answers, (unsigned long)seen_faults, (unsigned long)seen_moves);
	if (!enough)
		return;
	ok(unused == 0, "every call succeeded at least once");
	ok(seen_moves > 0, "memory was moved");
}

static void random_life(u64 seed, u64 steps, bool rings_wait)
{
	inherit_rings_wait = rings_wait;
	printf("# to replay: %sSEED=%lu STEPS=%lu build/tests/host/kernel_random\n",
	    rings_wait ? "RINGS=1 " : "", (unsigned long)seed, (unsigned long)steps);
	fflush(stdout);
	ok(live(seed, steps), "%lu random steps, seed %lu, deadlock=%s", (unsigned long)steps,
	    (unsigned long)seed, rings_wait ? "wait" : "detect");
}

int main(void)
{
	u64 seed = setting("SEED", 0), steps = setting("STEPS", default_steps);

	host.explain = explain;
#if defined(__SANITIZE_ADDRESS__)
	__asan_set_death_callback(explain);
#endif
	full = getenv("FULL") != NULL;
	world_start(4);
	world_room_for_threads(ROOM);
	ground = new_thread(init, 0);
	current = trap_first();
	if (seed) {
		random_life(seed, steps, getenv("RINGS") != NULL);
		tell_what_happened(false);
		return tap_done();
	}
	random_life(1, steps, false);
	random_life(2, steps, true);
	tell_what_happened(steps >= default_steps);
	every_allocation_fails_once(3, 250);
	return tap_done();
}
