// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// GROUP: ipc
// The short cut against the long way: the same random life twice, with it and without. After every
// step all that anybody could tell must be the same: who is in which state, waits for whom, at
// which priority, with which deadline, in which order of the ready queue, and what each call
// answered; and, in lives with bytes, what the memory says. SEED=n repeats one without bytes,
// BYTES=n one with.
#include "world.h"

#include "kernel/pagetable.h"
#include "kernel/ready.h"
#include "kernel/timeout.h"

#define THREADS   8
#define ENDPOINTS 3
#define STEPS     10000
#define LIVES     60

static struct space *space[3];
static struct thread *thread[THREADS];
static cap_t own[ENDPOINTS], to[3][ENDPOINTS]; /* in space i: for endpoint e of space e */
static u64 seed, chance_state;
static bool tell_all;   /* one life only: looks at the memory at each step */
static bool with_bytes; /* messages have them, from and to anywhere, and memory comes and goes */
static u64 first_round[STEPS];
static unsigned long plain; /* short cuts of the lives without bytes */
static u64 start;           /* TSC: time goes on from round to round */
static unsigned round_number;

static u64 any(u64 limit)
{
	chance_state = chance_state * 6364136223846793005ull + 1442695040888963407ull;
	return (chance_state >> 33) % limit;
}

static void mix(u64 *sum, u64 value)
{
	*sum = (*sum ^ value) * 0x100000001b3ull;
}

static u64 number_of(const struct thread *t)
{
	for (u64 i = 0; i < THREADS; i++)
		if (thread[i] == t)
			return i;
	return t ? THREADS + 1 : THREADS;
}

/* ---- Memory ----------------------------------------------------------------------------- */

/* Pages that come and go; the first ones of each area share a view (copy.h). The last is the same
 * one in all spaces. */
#define EXTRAS   4
#define EXTRA(n) (0x200000ull + (n)*0x100000)
static cap_t extra[3][EXTRAS];

/* What user code would do: behind copy.c's back. */
static void poke(struct space *s, uaddr address, const void *bytes, u64 count)
{
	for (u64 i = 0; i < count; i++) {
		const pte_t *entry = pagetable_find(s->root, address + i);

		if (entry && *entry & PTE_PRESENT && *entry & PTE_WRITE)
			*at(s, address + i) = ((const u8 *)bytes)[i];
	}
}

static u64 some_size(void)
{
	switch (any(8)) {
	case 0:
		return any(9000);
	case 1:
		return PAGE_SIZE + any(3) - 1;
	case 2:
		return any(600);
	default:
		return 1 + any(64);
	}
}

static uaddr some_page(void)
{
	switch (any(12)) {
	case 0:
		return NOWHERE;
	case 1 ... 5:
		return EXTRA(any(EXTRAS));
	default:
		return PAGE(1 + any(AREA_PAGES - 1));
	}
}

static uaddr some_place(void)
{
	uaddr page = some_page();

	switch (any(32)) {
	case 0:
		return page ^ -(1 + any(70)); /* far away */
	case 1 ... 8:
		return page + PAGE_SIZE - any(80);
	case 9 ... 16:
		return page + any(PAGE_SIZE);
	default:
		return page + 8 * any(16);
	}
}

/* Where a struct msg_ext stands: mostly in the first page of the area, and most often good. */
static uaddr some_ext(struct space *s)
{
	uaddr address = any(8) ? PAGE(0) + 64 * any(4) : some_place();
	struct msg_ext ext = { .send = some_place(), .recv = some_place() };

	ext.recv_bytes = (u32)(any(3) ? 5000 : some_size());
	ext.recv_caps = any(16) ? 0 : (u32)any(7);
	if (any(4) && address < USER_END)
		poke(s, address, &ext, sizeof(ext));
	return address;
}

static void map_extra(u64 s, u64 n, u64 prot)
{
	unsigned budget = UINT32_MAX;

	memory_map(cap_of(space[s], extra[s][n]), space[s], EXTRA(n), 0, PAGE_SIZE, prot, &budget);
}

static void change_memory(void)
{
	const u64 s = any(3), n = any(EXTRAS), written = any(UINT32_MAX);
	unsigned budget = UINT32_MAX;

	switch (any(6)) {
	case 0:
		memory_unmap(space[s], EXTRA(n), PAGE_SIZE, &budget);
		break;
	case 1:
		memory_protect(space[s], EXTRA(n), PAGE_SIZE, PROT_READ, &budget);
		break;
	case 2:
		memory_protect(space[s], EXTRA(n), PAGE_SIZE, PROT_READ | PROT_WRITE, &budget);
		break;
	case 3 ... 4:
		map_extra(s, n, PROT_READ | (any(4) ? PROT_WRITE : 0));
		break;
	default:
		poke(space[s], some_page() + any(PAGE_SIZE - 8), &written, 8);
	}
}

static void mix_memory(u64 *sum)
{
	for (u64 s = 0; s < 3; s++)
		for (u64 n = 0; n < AREA_PAGES + EXTRAS; n++) {
			uaddr page = n < AREA_PAGES ? PAGE(n) : EXTRA(n - AREA_PAGES);
			const pte_t *entry = pagetable_find(space[s]->root, page);

			if (!entry || !(*entry & PTE_PRESENT))
				continue;
			mix(sum, *entry & PTE_WRITE);
			for (u64 i = 0; i < PAGE_SIZE; i += 8)
				mix(sum, *(const u64 *)at(space[s], page + i));
		}
}

static void cast_memory(void)
{
	for (u64 s = 0; s < 3; s++)
		for (u64 n = 0; n < EXTRAS; n++) {
			struct memory *memory;

			if (n == EXTRAS - 1 && s > 0) {
				extra[s][n] = give_copy(
				    space[0], extra[0][n], space[s], CAP_READ | CAP_WRITE, 0);
				map_extra(s, n, PROT_READ | PROT_WRITE);
				continue;
			}
			memory = memory_create(1, space[s]->quota);
			extra[s][n] = give(space[s], &memory->object, CAP_READ | CAP_WRITE);
			map_extra(s, n, PROT_READ | PROT_WRITE);
		}
}

/* ---- What anybody could tell ---------------------------------------------------------- */

/* Registers count when a message call has ended well: after an error those of a message may be
 * lost.
 */
static void mix_registers(u64 *sum, const struct regs *r)
{
	mix(sum, r->rax);
	if (r->rax != 0)
		return;
	/* a badge or bits; of a call that changes nothing its own token, and call numbers go on */
	mix(sum, r->rdi >> 16 ? 1 : r->rdi);
	mix(sum, r->rsi);
	mix(sum, r->rdx >> 16 ? 1 : r->rdx); /* a token */
	mix(sum, r->r8 ^ r->r9 ^ r->r10);
	mix(sum, r->rbx ^ r->r12 ^ r->r13 ^ r->r14 ^ r->r15);
}

static u64 fingerprint(void)
{
	u64 sum = 0xcbf29ce484222325ull;

	for (u64 i = 0; i < THREADS; i++) {
		const struct thread *t = thread[i];

		mix(&sum, t->state);
		mix(&sum, t->effective);
		mix(&sum, t->waiter.depth);
		mix(&sum, t->token - t->first_token);
		mix(&sum, number_of(inherit_waits_for(t)));
		mix(&sum, timeout_armed(&t->timeout) ? t->timeout.deadline - start : 0);
		mix(&sum, thread_messages(t));
		if (t->state == STATE_READY)
			mix_registers(&sum, &t->regs);
	}
	for (u64 e = 0; e < ENDPOINTS; e++) {
		const struct endpoint *endpoint = endpoint_of(space[e], own[e]);

		mix(&sum, endpoint->bits);
		mix(&sum, number_of(endpoint->receiver));
		mix(&sum, number_of(endpoint->waiting));
	}
	for (u8 p = 0; p < PRIORITIES; p++)
		LIST_EACH (link, ready_level(p))
			mix(&sum, p ^ number_of(LIST_ENTRY(link, struct thread, ready.link)) << 8);
	return sum;
}

static void cast(void)
{
	for (u64 s = 0; s < 3; s++) {
		space[s] = new_space("space");
		own[s] = new_endpoint(space[s]);
		put_ext(space[s], PAGE(0),
		    (struct msg_ext){ .send = PAGE(1), .recv = PAGE(2), .recv_bytes = 64 });
	}
	for (u64 s = 0; s < 3; s++)
		for (u64 e = 0; e < ENDPOINTS; e++)
			to[s][e] = s == e ? own[e]
					  : give_copy(space[e], own[e], space[s],
						CAP_SEND | CAP_NOTIFY, 100 * s + e + 1);
	for (u64 i = 0; i < THREADS; i++)
		thread[i] = new_thread(space[i % 3], (u8)(10 + any(4)));
	for (u64 i = 0; i < THREADS; i++)
		thread[i]->regs.rsi = 0; /* its id, which is another in each round */
	if (with_bytes)
		cast_memory();
}

/* Others take the entries of what is deleted. */
static void change_caps(void)
{
	const u64 s = any(3), e = any(ENDPOINTS);
	unsigned budget = UINT32_MAX;
	cap_t old = to[s][e];

	if (s == e) {
		own[s] = to[s][s] = give_copy(
		    space[s], old, space[s], CAP_SEND | CAP_RECV | CAP_NOTIFY | CAP_TRANSFER, 0);
		object_delete_cap(cap_of(space[s], old), &budget);
		return;
	}
	object_delete_cap(cap_of(space[s], old), &budget);
	if (any(2)) /* for nobody to call through */
		give_copy(space[e], own[e], space[s], CAP_NOTIFY, 7);
	to[s][e] = give_copy(space[e], own[e], space[s], CAP_SEND | CAP_NOTIFY, 100 * s + e + 1);
}

static void replace_thread(void)
{
	u64 i = any(THREADS);

	kill_thread(thread[i]);
	thread[i] = new_thread(space[i % 3], (u8)(10 + any(4)));
	thread[i]->regs.rsi = 0;
}

static u64 some_deadline(void)
{
	return any(3) ? FOREVER : any(8) ? in(any(2000)) : DEADLINE_NOW;
}

/* Mostly of whoever waits for an answer of that thread. */
static u64 some_token(const struct thread *t)
{
	if (any(10) && !waitq_empty(&t->callers))
		return CONTAINER_OF(waitq_first(&t->callers), struct thread, waiter)->token;
	return thread[any(THREADS)]->token + (any(4) ? 0 : 0x10000);
}

static u64 some_label(void)
{
	return MSG_LABEL(any(4), 1, 0, with_bytes ? some_size() : any(8) ? 0 : 8);
}

/* One call of a thread that can make one. */
static void act(struct thread *t)
{
	u64 s = number_of(t) % 3, label = some_label(), ext = any(3) ? 0 : PAGE(0);
	u64 bytes = with_bytes && any(3) ? MSG_NBYTES(label) : 0, room = PAGE(0);

	if (with_bytes)
		ext = room = some_ext(space[s]);
	set_words(t, any(1000));
	/* Most are what most programs do: the first of each space serves, the others call. */
	if (any(4)) {
		if (number_of(t) < 3)
			reply_recv(t,
			    waitq_empty(&t->callers)
				? 0
				: CONTAINER_OF(waitq_first(&t->callers), struct thread, waiter)
				      ->token,
			    MSG_LABEL(0, 0, 0, bytes), room, own[s], FOREVER);
		else
			call(t, to[s][any(ENDPOINTS)], MSG_LABEL(1, 1, 0, bytes),
			    with_bytes ? room : 0, any(2) ? FOREVER : in(5000));
		return;
	}
	switch (any(20)) {
	case 0 ... 7:
		call(t, to[s][any(ENDPOINTS)], label, MSG_NBYTES(label) ? room : ext,
		    some_deadline());
		break;
	case 8 ... 14:
		reply_recv(t, some_token(t), label, any(2) || MSG_NBYTES(label) ? room : 0, own[s],
		    some_deadline());
		break;
	case 15:
		recv(t, any(6) ? own[s] : 0, ext, some_deadline());
		break;
	case 16:
		reply(t, some_token(t), label, MSG_NBYTES(label) ? room : 0);
		break;
	case 17:
		SYS(t, notify, to[s][any(ENDPOINTS)], 1 + any(3));
		break;
	case 18:
		SYS(t, endpoint_unbind, own[s]);
		break;
	default:
		SYS(t, yield);
	}
}

static void step(void)
{
	struct thread *t = thread[any(THREADS)];
	u64 change = any(20);

	if (change == 0)
		later(any(1500));
	if (change == 2 && t->state != STATE_DEAD) {
		t->base = (u8)(10 + any(4));
		inherit_update(t);
	}
	if (with_bytes && any(8) == 0)
		change_memory();
	if (with_bytes && any(50) == 0)
		change_caps();
	if (with_bytes && any(200) == 0) {
		replace_thread();
		return;
	}
	if (t->state == STATE_READY)
		act(t);
}

/* What the fingerprint is made of, for people. */
static void tell_state(void)
{
	for (u64 i = 0; i < THREADS; i++) {
		const struct thread *t = thread[i];

		printf(
		    "#  %lu: state %u, priority %u, depth %u, call %lu, waits for %lu, until %lx, "
		    "sent %lu, rax %ld rdi %lx rsi %lx rbx %lx\n",
		    (unsigned long)i, t->state, t->effective, t->waiter.depth,
		    (unsigned long)((t->token - t->first_token) >> 16),
		    (unsigned long)number_of(inherit_waits_for(t)),
		    (unsigned long)(t->timeout.deadline - start), (unsigned long)thread_messages(t),
		    (long)t->regs.rax, (unsigned long)t->regs.rdi, (unsigned long)t->regs.rsi,
		    (unsigned long)t->regs.rbx);
	}
}

/* Once with the short cut, then without (world.h). */
static void life(void)
{
	chance_state = seed;
	start = host.tsc;
	cast();
	for (unsigned i = 0; i < STEPS; i++) {
		u64 now;

		step();
		now = fingerprint();
		if (with_bytes && (i % 64 == 0 || tell_all))
			mix_memory(&now);
		if (getenv("SHOW") && strtoull(getenv("SHOW"), NULL, 0) == i)
			tell_state();
		if (round_number % 2 == 0)
			first_round[i] = now;
		else if (first_round[i] != now) {
			printf("# %s=%lu: step %u differs\n", with_bytes ? "BYTES" : "SEED",
			    (unsigned long)seed, i);
			IS(now, first_round[i]);
			break;
		}
	}
	round_number++;
}

/* ---- What the short cut leaves to the long way ------------------------------------------- */

static struct thread *client, *server;

/* The server waits for a message. */
static void pair(void)
{
	chance_state = 1;
	cast();
	server = thread[0];
	client = thread[1];
	for (unsigned i = 2; i < THREADS; i++) /* nobody comes before these two */
		if (i != 3)
			IS(recv(thread[i], 0, 0, FOREVER), WAITS);
	thread[3]->base = 0;
	inherit_update(thread[3]);
	IS(recv(server, own[0], PAGE(0), FOREVER), WAITS);
}

static u64 short_cuts_of(void (*exchange)(void))
{
	u64 before = world_short_cuts;

	exchange();
	return world_short_cuts - before;
}

static void there_and_back(void)
{
	IS(call(client, to[1][0], MSG_LABEL(1, 1, 0, 0), 0, FOREVER), WAITS);
	IS(reply_recv(server, TOKEN(server), 0, PAGE(0), own[0], FOREVER), WAITS);
	IS(ANSWER(client), 0);
}

/* Registers that are not switched here must not be seen by the other side. */
static void special_threads(void)
{
	u64 usual;

	pair();
	usual = short_cuts_of(there_and_back); /* 2, or 0 in the second round */
	client->machine.special.uses_fpu = true;
	IS(short_cuts_of(there_and_back), 0);
	client->machine.special.uses_fpu = false;
	client->machine.special.has_tls = true;
	IS(short_cuts_of(there_and_back), 0);
	client->machine.special.any = 0;
	IS(short_cuts_of(there_and_back), usual);
}

static void bytes_without_room(void)
{
	pair();
	FAILS(client, -EINVAL, ipc_call, to[1][0], MSG_LABEL(1, 1, 0, 8), 0, FOREVER);
	FAILS(client, -EINVAL, ipc_call, to[1][0], MSG_LABEL(1, 1, 1, 0), 0, FOREVER);
	IS(server->state, STATE_RECEIVE);
}

/* What a server received through is deleted; its entry goes to another capability for the same
 * endpoint. Neither the old handle nor 0 is honoured, the new one is. */
static void receives_through_another(void)
{
	cap_t first, second;
	u64 token;

	pair();
	first = give_copy(space[0], own[0], space[0], CAP_RECV | CAP_SEND, 0);
	IS(SYS(thread[3], cap_delete, own[0]), 0); /* thread 3 is of the server's space */
	IS(call(client, to[1][0], MSG_LABEL(1, 1, 0, 0), 0, FOREVER), WAITS);
	token = TOKEN(server);
	FAILS(server, -EBADF, ipc_reply_recv, token, 0, 0, FOREVER, own[0]);
	FAILS(server, -EBADF, ipc_reply_recv, token, 0, 0, FOREVER, 0);
	second = give_copy(space[0], first, space[0], CAP_SEND, 0);
	FAILS(server, -EPERM, ipc_reply_recv, token, 0, 0, FOREVER, second);
	IS(reply_recv(server, token, 0, 0, first, FOREVER), WAITS);
	own[0] = first;
}

/* A thread that never received has a caller, by delegation, and guesses. */
static void receives_through_nothing(void)
{
	cap_t worker;
	u64 token;

	pair();
	worker = give(space[0], &thread[3]->object, CAP_THREAD);
	IS(call(client, to[1][0], MSG_LABEL(1, 1, 0, 0), 0, FOREVER), WAITS);
	token = TOKEN(server);
	IS(SYS(server, delegate, token, worker), 0);
	IS(recv(server, own[0], 0, FOREVER), WAITS);
	FAILS(thread[3], -EBADF, ipc_reply_recv, token, 0, 0, FOREVER, UINT64_MAX);
	FAILS(thread[3], -EBADF, ipc_reply_recv, token, 0, 0, FOREVER, 0);
	IS(client->state, STATE_REPLY);
}

/* The room of an earlier receive is not that of the next. */
static void room_is_read_anew(void)
{
	pair();
	IS(call(client, to[1][0], MSG_LABEL(1, 1, 0, 8), PAGE(0), FOREVER), WAITS); /* it is read */
	IS(server->state, STATE_READY);
	put_ext(space[0], PAGE(0), (struct msg_ext){ .recv = PAGE(2), .recv_bytes = 4 });
	IS(reply_recv(server, TOKEN(server), 0, PAGE(0), own[0], FOREVER), WAITS);
	FAILS(client, -EMSGSIZE, ipc_call, to[1][0], MSG_LABEL(1, 1, 0, 8), PAGE(0), FOREVER);
}

/* The entry of the capability it called through last has been given to another, which only
 * notifies. */
static void calls_through_another(void)
{
	cap_t only_notifies;

	pair();
	IS(call(client, to[1][0], MSG_LABEL(1, 1, 0, 0), 0, FOREVER), WAITS);
	IS(reply_recv(server, TOKEN(server), 0, PAGE(0), own[0], FOREVER), WAITS);
	IS(SYS(client, cap_delete, to[1][0]), 0);
	only_notifies = give_copy(space[0], own[0], space[1], CAP_NOTIFY, 1);
	EXPECT((u16)only_notifies == (u16)to[1][0]);
	FAILS(client, -EPERM, ipc_call, only_notifies, MSG_LABEL(1, 1, 0, 0), 0, FOREVER);
	FAILS(client, -EBADF, ipc_call, to[1][0], MSG_LABEL(1, 1, 0, 0), 0, FOREVER);
	IS(server->state, STATE_RECEIVE);
}

/* An endpoint that is gone takes no bits, also when nothing is dying any more. */
static void notifies_the_dead(void)
{
	cap_t gone, tells;

	pair();
	gone = new_endpoint(space[0]);
	tells = give_copy(space[0], gone, space[1], CAP_NOTIFY, 0);
	IS(SYS(client, notify, tells, 1), 0);
	IS(SYS(thread[3], cap_delete, gone), 0);
	settle();
	FAILS(client, -EPIPE, notify, tells, 1);
}

/* Bytes go the short way too, if they fit; and no way if the answer could not be taken. */
static void bytes_fit(void)
{
	const struct msg_ext room = { .send = PAGE(1), .recv = PAGE(2), .recv_bytes = 64 };
	struct msg_ext none = room;
	u64 token;

	pair();
	memset(at(space[1], PAGE(1)), 7, 64);
	memset(at(space[0], PAGE(2)), 0, 65);
	none.recv = 0x6660000;
	put_ext(space[1], PAGE(3), none);
	FAILS(client, -EFAULT, ipc_call, to[1][0], MSG_LABEL(1, 1, 0, 8), PAGE(3), FOREVER);
	FAILS(client, -EMSGSIZE, ipc_call, to[1][0], MSG_LABEL(1, 1, 0, 65), PAGE(0), FOREVER);
	IS(server->state, STATE_RECEIVE);
	IS(call(client, to[1][0], MSG_LABEL(1, 1, 0, 64), PAGE(0), FOREVER), WAITS);
	IS(at(space[0], PAGE(2))[63] * 256 + at(space[0], PAGE(2))[64], 7 * 256);
	memset(at(space[0], PAGE(1)), 9, 64);
	memset(at(space[1], PAGE(2)), 0, 65);
	IS(reply_recv(server, TOKEN(server), MSG_LABEL(1, 1, 0, 64), PAGE(0), own[0], FOREVER),
	    WAITS);
	IS(ANSWER(client), 0);
	IS(at(space[1], PAGE(2))[63] * 256 + at(space[1], PAGE(2))[64], 9 * 256);
	IS(call(client, to[1][0], MSG_LABEL(1, 1, 0, 0), 0, FOREVER), WAITS); /* no room now */
	IS(reply_recv(server, TOKEN(server), MSG_LABEL(1, 1, 0, 8), PAGE(0), own[0], FOREVER),
	    WAITS);
	IS(ANSWER(client), -EMSGSIZE);
	IS(call(client, to[1][0], MSG_LABEL(1, 1, 0, 8), PAGE(0), FOREVER), WAITS);
	token = TOKEN(server);
	FAILS(server, -EBADF, ipc_reply_recv, token, MSG_LABEL(1, 1, 1, 0), PAGE(0), FOREVER,
	    own[0]); /* a capability that there is not */
	IS(reply_recv(server, token, MSG_LABEL(1, 1, 0, 65), PAGE(0), own[0], FOREVER), WAITS);
	IS(ANSWER(client), -EMSGSIZE);
}

/* Sent from a page that is the receiver's too, to a little further on: what arrives is what was
 * there. The first time the long way looks up where everything is. */
static void within_one_page(void)
{
	const uaddr shared = EXTRA(EXTRAS - 1);

	with_bytes = true;
	pair();
	with_bytes = false;
	put_ext(space[1], PAGE(0), (struct msg_ext){ .send = shared });
	put_ext(space[0], PAGE(0), (struct msg_ext){ .recv = shared + 8, .recv_bytes = 64 });
	there_and_back(); /* the room is not what it was when the server began */
	for (unsigned round = 0; round < 2; round++) {
		for (u8 i = 0; i < 72; i++)
			*at(space[1], shared + i) = i;
		IS(call(client, to[1][0], MSG_LABEL(1, 1, 0, 64), PAGE(0), FOREVER), WAITS);
		for (u8 i = 0; i < 64; i++)
			IS(*at(space[0], shared + 8 + i), i);
		IS(reply_recv(server, TOKEN(server), 0, PAGE(0), own[0], FOREVER), WAITS);
	}
}

static void enough(void)
{
	EXPECT(plain > 20 * LIVES && world_short_cuts - plain > 10 * LIVES);
}

/* So many lives, or the one that the environment names. */
static void lives(const char *variable, unsigned count)
{
	const char *given = getenv(variable);
	char name[64];

	for (u64 i = 0; i < (given ? 1 : count); i++) {
		seed = given ? strtoull(given, NULL, 0) : i + 1;
		snprintf(name, sizeof(name), "%s=%lu", variable, (unsigned long)seed);
		story_of_short_cut(name, life);
	}
}

int main(void)
{
	const char *many = getenv("LIVES");
	const unsigned count = many ? (unsigned)strtoul(many, NULL, 0) : LIVES;

	world_start(4);
	tell_all = getenv("SEED") || getenv("BYTES");
	if (!getenv("BYTES"))
		lives("SEED", count);
	plain = world_short_cuts;
	with_bytes = true;
	if (!getenv("SEED"))
		lives("BYTES", count / 2);
	with_bytes = false;
	printf("# %lu messages took the short cut, and %lu in lives with bytes\n", plain,
	    world_short_cuts - plain);
	story("threads with FPU or FS base go the long way", special_threads);
	story("bytes without a msg_ext are refused to a waiting server", bytes_without_room);
	story("a deleted capability receives nothing", receives_through_another);
	story("nor does none at all", receives_through_nothing);
	story("a dead endpoint is told nothing", notifies_the_dead);
	story("bytes that fit", bytes_fit);
	story("bytes within one page", within_one_page);
	story("nothing calls that stands where one did that could", calls_through_another);
	story("the room is read anew for each message", room_is_read_anew);
	if (!tell_all)
		story_of_short_cut("that was often enough", enough);
	return world_done();
}
