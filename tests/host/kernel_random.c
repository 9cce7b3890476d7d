// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c
// The whole kernel under random operations: a handful of spaces whose threads make every call with
// arguments that are right, nearly right and wrong, fault, are interrupted, die. After every entry
// the kernel's state is recomputed from scratch (kernel/check.c), and what user code sees is
// compared with what it must see: an answer answers the very call that it was made for, a badge is
// the one of the capability used, time-outs come after the time, a fault resumes with its
// registers, the TLB holds nothing untrue. At the end everything has come back.
//
//	SEED=n STEPS=m build/tests/host/kernel_random    replays a life; RINGS=1: with
//deadlock=wait; FULL=1: checks 	                                                 everything at each step, not only at every 16th
#include "world.h"
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#include "kernel/irq.h"
#include "kernel/pagetable.h"
#include "kernel/trap.h"

#define SPACES          5
#define THREADS         20  /* wanted at once in all */
#define ROOM            400 /* for threads, with those that ended and are still named by somebody */
#define TOKENS          32  /* remembered */
#define HISTORY         24
#define AFTER_CALL      0x400002 /* rip behind the SYSCALL instruction */
#define REPLY_OF(nonce) ((nonce) ^ 0x5555555555555555)

static const unsigned default_steps = 100000; /* twice: with rings refused, and with rings that wait
					       */

/* ---- Chance
 * -----------------------------------------------------------------------------------------------
 */

static u64 random_state;

static u64 any(u64 below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}

static bool chance(unsigned percent)
{
	return any(100) < percent;
}

/* ---- What user code knows
 * --------------------------------------------------------------------------------- */

/* Of each thread, by slot. */
static struct user {
	u64 id;       /* of the thread this is about */
	bool calling; /* its call has not come back yet */
	u64 number;   /* of the call */
	u64 nonce;    /* first word of its last message */
	u64 badge;    /* of the capability that it called through */
	u64 deadline;
	u64 token;      /* that it received last */
	cap_t asked;    /* where it wants to receive */
	cap_t endpoint; /* it received from, last time that worked */
	bool faulting;
	struct regs regs; /* at the fault */
} users[ROOM + 200];

/* Tokens that somebody received, and in which space. */
static struct {
	u64 token;
	const struct space *space;
} tokens[TOKENS];

/* By the caller's slot: the last token for it that somebody received, and the message's first word.
 */
static struct {
	u64 token, nonce;
} received[ROOM + 200];

static struct space *spaces[SPACES];
static struct thread *ground; /* of init, lowest priority: keeps the others coming */
static struct thread *current;
static u64 nonces, step, seen_calls[SYS_COUNT], seen_done[SYS_COUNT], seen_answers, seen_faults;
static bool full;

static struct {
	u64 step, id, number, argument[6];
} history[HISTORY];

static void explain(void)
{
	fflush(stdout);
	for (unsigned i = 0; i < HISTORY; i++) {
		unsigned at_ = (unsigned)((step + 1 + i) % HISTORY);

		fprintf(stderr, "# step %lu thread %lu: %lu(%lx, %lx, %lx, %lx, %lx, %lx)\n",
		    history[at_].step, history[at_].id & 0xffff, history[at_].number,
		    history[at_].argument[0], history[at_].argument[1], history[at_].argument[2],
		    history[at_].argument[3], history[at_].argument[4], history[at_].argument[5]);
	}
}

static struct user *user_of(const struct thread *thread)
{
	struct user *user = &users[thread_slot(thread)];

	if (user->id != thread->id)
		*user = (struct user){ .id = thread->id };
	return user;
}

static void require(bool condition, const char *what)
{
	if (!condition)
		panic("step %lu: %s", (unsigned long)step, what);
}

/* ---- Arguments
 * -------------------------------------------------------------------------------------------- */

static cap_t garbage_handle(void)
{
	return chance(50) ? any(64) | any(4) << 16 : any(UINT64_MAX);
}

/* Mostly one of the caller's, mostly with that right. */
static cap_t some_cap(u32 right)
{
	const struct cap_table *table = &current->space->caps;
	u32 entries = table->frames * CAPS_PER_FRAME;

	if (chance(8) || !entries)
		return garbage_handle();
	for (unsigned attempt = 0; attempt < 60; attempt++) {
		u32 i = (u32)any(entries);
		const struct cap *cap = &table->frame[i / CAPS_PER_FRAME][i % CAPS_PER_FRAME];

		if (cap->handle && ((cap->rights & right) == right || attempt > 50))
			return cap->handle;
	}
	return garbage_handle();
}

static struct thread *receiver_of(cap_t handle)
{
	const struct cap *cap = cap_of(current->space, handle);

	return cap && cap->object->type == OBJECT_ENDPOINT
	    ? CONTAINER_OF(cap->object, struct endpoint, object)->receiver
	    : NULL;
}

/* Mostly an endpoint that somebody else receives from, so that a call has a chance. */
static cap_t some_server(void)
{
	cap_t handle = some_cap(CAP_SEND);

	for (unsigned attempt = 0; attempt < 8 && chance(90); attempt++) {
		if (receiver_of(handle) && receiver_of(handle) != current)
			break;
		handle = some_cap(CAP_SEND);
	}
	return handle;
}

static uaddr some_address(void)
{
	static const uaddr odd[] = { 0, NOWHERE, USER_END, TIME_PAGE, 0x800000000000,
		0xffff800000000000, UINT64_MAX - 7 };

	if (chance(6))
		return odd[any(ARRAY_SIZE(odd))];
	return PAGE(any(AREA_PAGES)) + (chance(50) ? 0 : any(PAGE_SIZE));
}

static uaddr some_window(void)
{
	return chance(5) ? some_address()
			 : 0x8000000 + any(12) * 4 * PAGE_SIZE + (chance(5) ? any(PAGE_SIZE) : 0);
}

static u64 some_deadline(void)
{
	switch (any(8)) {
	case 0:
		return DEADLINE_NOW;
	case 1:
		return chance(20) ? FOREVER : chance(50) ? INT64_MAX : clock_now();
	default:
		return in(any(chance(50) ? 2000 : 100000));
	}
}

static u64 some_token(void)
{
	unsigned i = (unsigned)any(TOKENS);

	if (chance(3))
		return any(UINT64_MAX);
	for (unsigned tries = 0; tries < TOKENS && chance(97); tries++, i = (i + 1) % TOKENS)
		if (tokens[i].token && tokens[i].space == current->space)
			break;
	return tokens[i].token;
}

/* Mostly the one it is bound to, or one that nobody is. */
static cap_t some_endpoint(const struct user *user)
{
	cap_t handle = some_cap(CAP_RECV);

	if (user->endpoint && current->bound && chance(95))
		return user->endpoint;
	for (unsigned attempt = 0; attempt < 8 && chance(90) && receiver_of(handle); attempt++)
		handle = some_cap(CAP_RECV);
	return handle;
}

/* Prepares a struct msg_ext, mostly; yields a label that fits it, mostly. */
static uaddr some_ext(u64 *label)
{
	struct msg_ext ext = { .send = some_address(), .recv = some_address() };
	uaddr address = PAGE(any(AREA_PAGES)) + any(32) * sizeof(ext);
	u32 caps = chance(25) ? (u32)any(MSG_CAPS + 1) : 0, bytes = chance(30) ? (u32)any(6000) : 0;

	*label = MSG_LABEL(any(100), 1, 0, 0);
	if (chance(70))
		return chance(98) ? 0 : some_address();
	ext.recv_bytes = chance(60) ? (u32)any(8000) : 0;
	ext.recv_caps = chance(50) ? (u32)any(MSG_CAPS + 1) : 0;
	if (chance(1))
		ext.recv_bytes = (u32)any(UINT32_MAX), bytes = (u32)any(UINT32_MAX);
	if (chance(1))
		ext.recv_caps = (u32)any(UINT32_MAX), caps = (u32)any(256);
	for (unsigned i = 0; i < MSG_CAPS; i++)
		ext.cap[i] = some_cap(CAP_TRANSFER);
	*label = MSG_LABEL(any(100), 1, caps, bytes);
	if (space_write(current->space, address, &ext, sizeof(ext)))
		return 0;
	return address;
}

static void set_arguments(u64 a0, u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	struct regs *r = &current->regs;

	r->rdi = a0;
	r->rsi = a1;
	r->rdx = a2;
	r->r10 = a3;
	r->r8 = a4;
	r->r9 = a5;
}

/* ---- Calls
 * ------------------------------------------------------------------------------------------------
 */

static const u8 weight[SYS_COUNT] = {
	[SYS_ipc_call] = 40,
	[SYS_ipc_recv] = 34,
	[SYS_ipc_reply] = 12,
	[SYS_ipc_reply_recv] = 30,
	[SYS_delegate] = 8,
	[SYS_notify] = 10,
	[SYS_yield] = 3,
	[SYS_thread_create] = 5,
	[SYS_thread_start] = 6,
	[SYS_thread_set] = 8,
	[SYS_thread_kill] = 2,
	[SYS_space_create] = 1,
	[SYS_space_destroy] = 1,
	[SYS_endpoint_create] = 3,
	[SYS_endpoint_unbind] = 2,
	[SYS_cap_mint] = 10,
	[SYS_cap_delete] = 8,
	[SYS_cap_revoke] = 2,
	[SYS_mem_create] = 4,
	[SYS_mem_map] = 8,
	[SYS_mem_unmap] = 5,
	[SYS_mem_protect] = 5,
	[SYS_irq_bind] = 1,
	[SYS_irq_ack] = 1,
	[SYS_port_in] = 1,
	[SYS_port_out] = 1,
	[SYS_lock_wait] = 14,
	[SYS_lock_wake] = 14,
	[SYS_watch] = 5,
	[SYS_kernel_info] = 1,
};

/* The same for lives in which allocations are to fail. */
static const u8 builders_weight[SYS_COUNT] = {
	[SYS_ipc_call] = 10,
	[SYS_ipc_recv] = 10,
	[SYS_ipc_reply_recv] = 5,
	[SYS_thread_create] = 5,
	[SYS_thread_start] = 3,
	[SYS_space_create] = 5,
	[SYS_endpoint_create] = 4,
	[SYS_cap_mint] = 15,
	[SYS_cap_delete] = 4,
	[SYS_mem_create] = 6,
	[SYS_mem_map] = 20,
	[SYS_mem_unmap] = 4,
	[SYS_lock_wait] = 8,
	[SYS_lock_wake] = 2,
	[SYS_watch] = 6,
};
static bool builders;

static u64 some_number(void)
{
	const u8 *likely = builders ? builders_weight : weight;
	u64 total = 0, at_;

	if (chance(1))
		return SYS_COUNT + any(5);
	if (!builders && chance(50)) /* half of the threads are servers by nature, the other half
					clients */
		return current->id % 2 ? SYS_ipc_call
		    : chance(40)       ? SYS_ipc_recv
				       : SYS_ipc_reply_recv;
	for (unsigned i = 0; i < SYS_COUNT; i++)
		total += likely[i];
	at_ = any(total);
	for (unsigned i = 0;; i++) {
		if (at_ < likely[i])
			return i;
		at_ -= likely[i];
	}
}

/* One's first word, and the answer's when one knows what it answers. */
static u64 reply_word(u64 token)
{
	u64 slot = (u16)token;

	return slot < ARRAY_SIZE(received) && received[slot].token == token
	    ? REPLY_OF(received[slot].nonce)
	    : 0xbad;
}

static void set_message(struct user *user, u64 number)
{
	struct regs *r = &current->regs;
	u64 label, token = user->token && chance(80) ? user->token : some_token();
	uaddr ext = some_ext(&label);

	user->nonce = ++nonces;
	user->deadline = some_deadline();
	r->rbx = user->nonce;
	if (number == SYS_ipc_call) {
		cap_t to = some_server();
		const struct cap *cap = cap_of(current->space, to);

		user->badge = cap ? cap->badge : 0;
		set_arguments(to, label, ext, user->deadline, 0, 0);
	} else if (number == SYS_ipc_recv) {
		user->asked = chance(93) ? some_endpoint(user) : 0;
		set_arguments(user->asked, 0, ext, user->deadline, 0, 0);
	} else {
		r->rbx = reply_word(token);
		user->token = chance(90) ? 0 : token;
		if (chance(90))
			label &= ~0xffffull; /* not an error: a fault resumes */
		set_arguments(token, label, ext, user->deadline, some_endpoint(user), 0);
	}
}

/* A lock as user code uses it: without a call where that is possible. False: there is nothing to
 * call for. */
static bool set_lock(struct user *user, u64 number)
{
	uaddr address = PAGE(7) + any(4) * 8;
	u64 *word;

	if (space_check(current->space, address, 8, true))
		return false;
	word = (u64 *)at(current->space, address);
	if (chance(1))
		*word = any(UINT64_MAX) >> any(64);
	if (number == SYS_lock_wait && *word == 0) {
		*word = current->id;
		return false;
	}
	if (number == SYS_lock_wake && *word == current->id) {
		*word = 0;
		return false;
	}
	user->deadline = some_deadline();
	set_arguments(chance(97) ? address : some_address(), user->deadline, 0, 0, 0, 0);
	return true;
}

static void set_other(u64 number)
{
	switch (number) {
	case SYS_delegate:
		set_arguments(some_token(), some_cap(CAP_THREAD), 0, 0, 0, 0);
		break;
	case SYS_notify:
		set_arguments(some_cap(CAP_NOTIFY), 1ull << any(8), 0, 0, 0, 0);
		break;
	case SYS_thread_create:
		set_arguments(chance(70) ? 0 : some_cap(CAP_SPACE), 0x400000, 0x500000, 1,
		    any(chance(95) ? 40 : 100), chance(50) ? 0 : some_cap(CAP_SEND));
		break;
	case SYS_thread_set:
		set_arguments(chance(40) ? 0 : some_cap(CAP_THREAD), any(4),
		    chance(50) ? any(45) : some_cap(CAP_SEND), 0, 0, 0);
		break;
	case SYS_thread_start:
	case SYS_thread_kill:
		set_arguments(some_cap(CAP_THREAD), 0, 0, 0, 0, 0);
		break;
	case SYS_space_create:
		set_arguments(any(300), any(45), some_address(), any(17), any(9), 0);
		break;
	case SYS_space_destroy:
		set_arguments(chance(30) ? some_cap(CAP_SPACE) : garbage_handle(), 0, 0, 0, 0, 0);
		break;
	case SYS_endpoint_unbind:
		set_arguments(some_cap(CAP_RECV), 0, 0, 0, 0, 0);
		break;
	case SYS_cap_mint: {
		cap_t from = some_cap(chance(50) ? CAP_TRANSFER : 0);
		const struct cap *cap = cap_of(current->space, from);
		u64 rights = cap && chance(90) ? cap->rights & any(CAP_ALL + 1) : any(CAP_ALL + 2);

		if (cap && chance(30))
			rights = cap->rights;
		set_arguments(from, rights, chance(50) ? 0 : any(16),
		    chance(60) ? 0 : some_cap(CAP_SPACE), 0, 0);
		break;
	}
	case SYS_mem_create:
		set_arguments(
		    (1 + any(chance(10) ? 400 : 12)) * PAGE_SIZE + (chance(5) ? any(9) : 0), 0, 0,
		    0, 0, 0);
		break;
	case SYS_mem_map:
		set_arguments(some_cap(CAP_READ), chance(80) ? 0 : some_cap(CAP_SPACE),
		    some_window(), any(3) * PAGE_SIZE, (1 + any(chance(10) ? 60 : 5)) * PAGE_SIZE,
		    chance(95) ? PROT_READ | (chance(50) ? PROT_WRITE : 0) : any(9));
		break;
	case SYS_mem_unmap:
	case SYS_mem_protect:
		set_arguments(chance(80) ? 0 : some_cap(CAP_SPACE), some_window(),
		    (1 + any(20)) * PAGE_SIZE,
		    chance(95) ? PROT_READ | (chance(50) ? PROT_WRITE : 0) : any(9), 0, 0);
		break;
	case SYS_irq_bind:
	case SYS_irq_ack:
		set_arguments(
		    some_cap(CAP_IRQ), any(IRQ_LINES), some_cap(CAP_NOTIFY), 1ull << any(4), 0, 0);
		break;
	case SYS_port_in:
	case SYS_port_out:
		set_arguments(some_cap(CAP_PORTS), any(0x10002), any(5), any(256), 0, 0);
		break;
	case SYS_watch:
		set_arguments(some_cap(0), any(20) ? any(2) : any(9), some_cap(CAP_NOTIFY),
		    1ull << any(8), 0, 0);
		break;
	case SYS_kernel_info:
		set_arguments(some_cap(CAP_INFO), any(5), any(20), some_address(), any(3000), 0);
		break;
	default:
		set_arguments(some_cap(0), any(50), any(50), any(50), any(50), any(50));
	}
}

static struct thread *enter(struct thread *(*way_in)(struct thread *))
{
	struct thread *next = way_in(current);

	if (full)
		check_all(next);
	else
		check_step(next);
	return next;
}

static void make_call(void)
{
	struct user *user = user_of(current);
	struct regs *r = &current->regs;
	u64 number = some_number();

	if (number <= SYS_ipc_reply_recv)
		set_message(user, number);
	else if (number == SYS_lock_wait || number == SYS_lock_wake) {
		if (!set_lock(user, number))
			return;
	} else {
		set_other(number);
	}
	r->rax = number;
	r->rip = AFTER_CALL;
	r->vector = ENTRY_SYSCALL;
	user->calling = true;
	user->number = number;
	history[step % HISTORY].number = number;
	memcpy(history[step % HISTORY].argument,
	    (u64[6]){ r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 }, 48);
	if (number < SYS_COUNT)
		seen_calls[number]++;
	current = enter(trap_syscall);
}

/* ---- What comes back
 * -------------------------------------------------------------------------------------- */

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
		user->endpoint = user->number == SYS_ipc_recv ? user->asked : r->r8;
		check_received();
	}
	if (result == 0 && user->number == SYS_ipc_call) {
		require(r->rbx == REPLY_OF(user->nonce), "an answer answers its call");
		seen_answers++;
	}
	if (result >= 0 && user->number < SYS_COUNT)
		seen_done[user->number]++;
}

/* ---- Faults and interrupts
 * -------------------------------------------------------------------------------- */

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
	require(host_tlb_true(), "the TLB holds what the tables say");
}

/* ---- Ground: what keeps life going
 * ------------------------------------------------------------------------ */

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
	give_copy(init, init_kernel, space, CAP_INFO, 0);
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
	set_arguments(0, 0, 0, in(any(3000)), 0, 0);
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

/* ---- A whole life
 * ----------------------------------------------------------------------------------------- */

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

	builders = true;
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
	u64 unused = 0;

	for (unsigned i = 0; i < SYS_COUNT; i++) {
		printf("# call %2u: %6lu made, %6lu succeeded\n", i, (unsigned long)seen_calls[i],
		    (unsigned long)seen_done[i]);
		unused += weight[i] && !seen_done[i];
	}
	printf(
	    "# %lu answers, %lu faults\n", (unsigned long)seen_answers, (unsigned long)seen_faults);
	if (enough)
		ok(unused == 0, "every call succeeded at least once");
}

static void random_life(u64 seed, u64 steps, bool rings_wait)
{
	inherit_rings_wait = rings_wait;
	printf("# to replay: SEED=%lu STEPS=%lu%s\n", (unsigned long)seed, (unsigned long)steps,
	    rings_wait ? " RINGS=1" : "");
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
	host.speculates = true;
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
