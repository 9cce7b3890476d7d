/* Which calls random threads make, and with which arguments: mostly right, often nearly, sometimes
 * nonsense. See random.h. */
#include "random.h"

u64 random_state;
bool random_builders;
struct user users[ROOM + 200];
struct known_token tokens[TOKENS];
struct received received[ROOM + 200];
struct thread *current;
static u64 nonces;

u64 any(u64 below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}

bool chance(unsigned percent)
{
	return any(100) < percent;
}

struct user *user_of(const struct thread *thread)
{
	struct user *user = &users[thread_slot(thread)];

	if (user->id != thread->id)
		*user = (struct user){ .id = thread->id };
	return user;
}

/* ---- Arguments ---------------------------------------------------------------------- */

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

uaddr some_address(void)
{
	static const uaddr odd[] = { 0, NOWHERE, USER_END, TIME_PAGE, 0x800000000000,
		0xffff800000000000, UINT64_MAX - 7 };

	if (chance(6))
		return odd[any(ARRAY_SIZE(odd))];
	if (chance(2))
		return PAGE(any(AREA_PAGES)) ^ -(1 + any(70)); /* whose sum with a length wraps */
	return PAGE(any(AREA_PAGES)) + (chance(50) ? 0 : any(PAGE_SIZE));
}

uaddr some_window(void)
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

/* Memory that nobody else holds, if a few looks find some. */
static cap_t some_sole_memory(void)
{
	cap_t handle = some_cap(CAP_READ | CAP_TRANSFER);

	for (unsigned attempt = 0; attempt < 20; attempt++) {
		const struct cap *cap = cap_of(current->space, handle);

		if (cap && memory_check_sole(cap) == 0)
			break;
		handle = some_cap(CAP_READ | CAP_TRANSFER);
	}
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
	if (chance(50))
		ext.recv_caps = (1 + (u32)any(MSG_CAPS)) | MSG_MOVE;
	if (chance(50)) {
		ext.cap[0] = some_sole_memory();
		caps = (chance(80) ? 1 : caps) | MSG_MOVE;
	}
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

/* ---- Calls -------------------------------------------------------------------------- */

const u8 random_weight[SYS_COUNT] = {
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
	[SYS_lock_wait] = 25,
	[SYS_lock_wake] = 60,
	[SYS_watch] = 5,
	[SYS_kernel_info] = 1,
	[SYS_trace_into] = 3,
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

static u64 some_number(void)
{
	const u8 *likely = random_builders ? builders_weight : random_weight;
	u64 total = 0, at_;

	if (chance(1))
		return SYS_COUNT + any(5);
	if (!random_builders && chance(50)) /* half of the threads are servers by nature, the other
					half clients */
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
		user->asked = some_endpoint(user);
		set_arguments(token, label, ext, user->deadline, user->asked, 0);
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
	if (number == SYS_lock_wake && (*word & ~LOCK_WAITERS) != current->id && chance(90))
		return false;
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
	case SYS_trace_into: /* most often an end: while somebody traces nothing takes the short cut
			      */
		set_arguments(some_cap(CAP_TRACE), any(5) ? 0 : some_cap(CAP_WRITE), 0, 0, 0, 0);
		break;
	default:
		set_arguments(some_cap(0), any(50), any(50), any(50), any(50), any(50));
	}
}

s64 random_call(void)
{
	struct user *user = user_of(current);
	u64 number = some_number();

	if (number <= SYS_ipc_reply)
		set_message(user, number);
	else if (number != SYS_lock_wait && number != SYS_lock_wake)
		set_other(number);
	else if (!set_lock(user, number))
		return -1;
	current->regs.rax = number;
	user->calling = true;
	user->number = number;
	return (s64)number;
}
