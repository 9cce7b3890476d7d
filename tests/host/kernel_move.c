// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// GROUP: ipc window
// Memory that is moved in a message: the receiver has the very frames, and pays for them; the
// sender has nothing left of it. Whoever is not the only holder cannot move; whoever did not ask
// for it, or cannot pay, is not made to. Letters and numbers: tests/cases.md.
#include "pair.h"

#include "kernel/pagetable.h"

#define EXT      PAGE(0)
#define HERE     0x10000000ull
#define MOVED(n) MSG_LABEL(1, 1, (n) | MSG_MOVE, 0)
#define PAGES    20
#define RW       (PROT_READ | PROT_WRITE)

static cap_t memory;
static u64 cost; /* of the object, as a quota sees it */

static void cast(void)
{
	u64 before;

	cast_pair(CAP_SEND | CAP_TRANSFER);
	before = client->quota->used;
	memory = (cap_t)SYS(c, mem_create, PAGES * PAGE_SIZE);
	cost = client->quota->used - before;
}

static s64 waits(u32 caps)
{
	put_ext(server, EXT, (struct msg_ext){ .recv_caps = caps });
	return recv(s, ep, EXT, FOREVER);
}

static s64 sends(u64 label, cap_t first, cap_t second)
{
	put_ext(client, EXT, (struct msg_ext){ .recv_caps = 1, .cap = { first, second } });
	return call(c, to, label, EXT, FOREVER);
}

/* The first frame of the object, which its holder has mapped at HERE. */
static paddr frame_here(struct space *space)
{
	return PTE_FRAME(*pagetable_find(space->root, HERE));
}

/* ---- The ordinary course ------------------------------------------------------------- */

static void there_and_back(void)
{
	u64 clients, servers, token;
	paddr frame;
	cap_t got;

	cast();
	clients = client->quota->used, servers = server->quota->used;
	IS(SYS(c, mem_map, memory, 0, HERE, 0, PAGES * PAGE_SIZE, RW), 0);
	frame = frame_here(client);
	*at(client, HERE + PAGE_SIZE) = 0x42;
	IS(SYS(c, mem_unmap, 0, HERE, PAGES * PAGE_SIZE), 0);
	IS(waits(1 | MSG_MOVE), WAITS);
	clients = client->quota->used;
	put_ext(client, EXT, (struct msg_ext){ .recv_caps = 1 | MSG_MOVE, .cap = { memory } });
	IS(call(c, to, MOVED(1), EXT, FOREVER), WAITS);
	IS(LABEL(s), MOVED(1));
	token = TOKEN(s);
	got = get_ext(server, EXT).cap[0];
	IS(cap_of(client, memory), NULL);
	EXPECT(cap_of(server, got) && !cap_of(server, got)->parent);
	IS(cap_of(server, got)->rights, CAP_READ | CAP_WRITE | CAP_EXECUTE | CAP_TRANSFER);
	IS(client->quota->used, clients - cost);
	IS(server->quota->used, servers + cost);
	IS(SYS(s, mem_map, got, 0, HERE, 0, PAGES * PAGE_SIZE, RW), 0);
	IS(frame_here(server), frame);
	IS(*at(server, HERE + PAGE_SIZE), 0x42);
	IS(SYS(s, mem_unmap, 0, HERE, PAGES * PAGE_SIZE), 0);
	/* in the answer, back again */
	servers = server->quota->used;
	put_ext(server, EXT, (struct msg_ext){ .cap = { got } });
	IS(reply(s, token, MSG_LABEL(0, 0, 1 | MSG_MOVE, 0), EXT), 0);
	IS(ANSWER(c), 0);
	memory = get_ext(client, EXT).cap[0];
	IS(cap_of(server, got), NULL);
	IS(client->quota->used, clients);
	IS(server->quota->used, servers - cost);
	IS(SYS(c, mem_map, memory, 0, HERE, 0, PAGES * PAGE_SIZE, RW), 0);
	IS(frame_here(client), frame);
}

/* The others that ride along are copied, as ever. */
static void beside_copies(void)
{
	struct msg_ext got;
	cap_t other;

	cast();
	other = new_endpoint(client);
	IS(sends(MOVED(2), memory, other), WAITS);
	IS(waits(2 | MSG_MOVE), 0);
	got = get_ext(server, EXT);
	EXPECT(!cap_of(client, memory) && cap_of(client, other));
	EXPECT(cap_of(server, got.cap[1])->parent == cap_of(client, other));
}

/* The sender ends: what it moved is not its own any more. The receiver ends: so does the object. */
static void outlives_its_maker(void)
{
	u64 used = init->quota->used;

	cast();
	IS(waits(1 | MSG_MOVE), WAITS);
	IS(sends(MOVED(1), memory, 0), WAITS);
	destroy(client);
	IS(SYS(s, mem_map, get_ext(server, EXT).cap[0], 0, HERE, 0, PAGE_SIZE, RW), 0);
	destroy(server);
	EXPECT(init->quota->used < used + cost);
}

static void within_a_space(void)
{
	struct thread *d;
	cap_t mine;
	u64 used;

	cast();
	d = new_thread(server, 20);
	mine = (cap_t)SYS(s, mem_create, PAGE_SIZE);
	IS(waits(1 | MSG_MOVE), WAITS);
	used = server->quota->used;
	put_ext(server, PAGE(3), (struct msg_ext){ .cap = { mine } });
	IS(call(d, ep, MOVED(1), PAGE(3), FOREVER), WAITS);
	IS(server->quota->used, used);
	EXPECT(!cap_of(server, mine) && cap_of(server, get_ext(server, EXT).cap[0]));
}

/* Frames of the boot loader's, which nobody paid for so far. */
static void borrowed(void)
{
	struct memory *module = memory_borrow(0x8000, 3, NULL);
	u64 used;

	cast();
	memory = give(client, &module->object, CAP_READ | CAP_TRANSFER);
	IS(waits(1 | MSG_MOVE), WAITS);
	used = server->quota->used;
	IS(sends(MOVED(1), memory, 0), WAITS);
	EXPECT(server->quota->used >= used + 3 * PAGE_SIZE);
}

/* ---- Not the only holder ------------------------------------------------------------- */

/* Refused at once, and nothing has happened. */
static void refused(s64 error, u64 label, cap_t first, cap_t second)
{
	u64 clients = client->quota->used, servers = server->quota->used;

	put_ext(client, EXT, (struct msg_ext){ .cap = { first, second } });
	FAILS(c, error, ipc_call, to, label, EXT, FOREVER);
	IS(client->quota->used, clients);
	IS(server->quota->used, servers);
	IS(s->state, STATE_RECEIVE);
}

static void not_alone(void)
{
	cap_t copy;

	cast();
	IS(waits(4 | MSG_MOVE), WAITS);
	copy = give_copy(client, memory, server, CAP_READ, 0);
	refused(-EBUSY, MOVED(1), memory, 0);
	IS(SYS(c, cap_revoke, memory), 0);
	EXPECT(!cap_of(server, copy));
	copy = (cap_t)SYS(c, cap_mint, memory, CAP_READ | CAP_TRANSFER, 0, 0);
	refused(-EBUSY, MOVED(1), copy, 0);
	IS(SYS(c, cap_delete, copy), 0);
	IS(SYS(c, mem_map, memory, 0, HERE, 0, PAGE_SIZE, PROT_READ), 0);
	refused(-EBUSY, MOVED(1), memory, 0);
	IS(SYS(c, mem_unmap, 0, HERE, PAGE_SIZE), 0);
	refused(-EBUSY, MOVED(2), memory, memory);
	IS(SYS(c, watch, memory, WATCH_DEATH, new_endpoint(client), 1), 0);
	refused(-EBUSY, MOVED(1), memory, 0);
	copy = (cap_t)SYS(c, mem_create, PAGE_SIZE);
	IS(sends(MOVED(1), copy, 0), WAITS);
}

static void not_memory(void)
{
	cap_t fixed;

	cast();
	IS(waits(4 | MSG_MOVE), WAITS);
	refused(-EINVAL, MOVED(1), new_endpoint(client), 0);
	refused(-EINVAL, MOVED(1), to, 0);
	refused(-EBADF, MOVED(1), NO_CAP, 0);
	refused(-EINVAL, MOVED(0), memory, 0);
	refused(-EINVAL, MOVED(5), memory, 0);
	fixed = (cap_t)SYS(c, cap_mint, memory, CAP_READ, 0, 0);
	IS(SYS(c, cap_delete, memory), 0);
	refused(-EPERM, MOVED(1), fixed, 0);
	put_ext(client, EXT, (struct msg_ext){ .recv_caps = 5 | MSG_MOVE });
	FAILS(c, -EINVAL, ipc_call, to, 0, EXT, FOREVER);
}

/* C7. The sender's other threads have a hand in it while its message is queued. */
static void changed_while_queued(void)
{
	struct thread *other;

	cast();
	other = new_thread(client, 20);
	IS(sends(MOVED(1), memory, 0), WAITS);
	IS(SYS(other, mem_map, memory, 0, HERE, 0, PAGE_SIZE, PROT_READ), 0);
	IS(waits(1 | MSG_MOVE), WAITS);
	IS(ANSWER(c), -EBUSY);
	IS(SYS(other, mem_unmap, 0, HERE, PAGE_SIZE), 0);
	kill_thread(s);
	s = new_thread(server, 10);
	IS(sends(MOVED(1), memory, 0), WAITS);
	IS(SYS(other, cap_delete, memory), 0);
	IS(waits(1 | MSG_MOVE), WAITS);
	IS(ANSWER(c), -EBADF);
}

/* Whoever was to have it is gone, late, or has no room: its holder has it still, and can use it. */
static void nobody_takes_it(void)
{
	cast();
	put_ext(client, EXT, (struct msg_ext){ .cap = { memory } });
	IS(call(c, to, MOVED(1), EXT, in(1000)), WAITS);
	later(2000);
	IS(ANSWER(c), -ETIMEDOUT);
	IS(sends(MOVED(1), memory, 0), WAITS);
	IS(SYS(s, cap_delete, ep), 0);
	settle();
	IS(ANSWER(c), -EPIPE);
	IS(SYS(c, mem_map, memory, 0, HERE, 0, PAGES * PAGE_SIZE, RW), 0);

	cast();
	IS(waits(1 | MSG_MOVE), WAITS);
	while (cap_reserve(&server->caps, 1) == 0)
		give(server, &server->object, 0);
	refused(-ENOSPC, MOVED(1), memory, 0);
	IS(SYS(c, mem_map, memory, 0, HERE, 0, PAGES * PAGE_SIZE, RW), 0);

	cast();
	memory = (cap_t)SYS(s, mem_create, PAGE_SIZE);
	IS(waits(0), WAITS);
	put_ext(client, EXT, (struct msg_ext){ .recv_caps = 1 | MSG_MOVE });
	IS(call(c, to, 0, EXT, FOREVER), WAITS);
	destroy(client);
	put_ext(server, EXT, (struct msg_ext){ .cap = { memory } });
	FAILS(s, -ESRCH, ipc_reply, TOKEN(s), MOVED(1), EXT);
	IS(SYS(s, mem_map, memory, 0, HERE, 0, PAGE_SIZE, RW), 0);
}

/* ---- Who is to pay -------------------------------------------------------------------- */

/* M12. Nobody is made to pay who did not say that he would. */
static void not_asked_for(void)
{
	cast();
	IS(waits(4), WAITS);
	refused(-ENOSPC, MOVED(1), memory, 0);
	IS(SYS(s = new_thread(server, 10), endpoint_unbind, ep), 0);
	IS(waits(MSG_MOVE), WAITS);
	refused(-ENOSPC, MOVED(1), memory, 0);
	EXPECT(cap_of(client, memory));
}

/* C10 */
static void cannot_pay(void)
{
	cast();
	IS(waits(1 | MSG_MOVE), WAITS);
	server->quota->limit = server->quota->used + cost - 1;
	refused(-ENOMEM, MOVED(1), memory, 0);
	EXPECT(cap_of(client, memory));
	server->quota->limit++;
	IS(sends(MOVED(1), memory, 0), WAITS);
	IS(server->quota->used, server->quota->limit);
}

/* In a reply it is the caller who did not ask, or cannot pay: its call ends; the server has what it
 * had. */
static void misfits_in_reply(void)
{
	cap_t mine;

	cast();
	mine = (cap_t)SYS(s, mem_create, PAGE_SIZE);
	for (unsigned asked = 0; asked < 2; asked++) {
		IS(waits(0), WAITS);
		put_ext(client, EXT, (struct msg_ext){ .recv_caps = asked ? 1 | MSG_MOVE : 1 });
		IS(call(c, to, 0, EXT, FOREVER), WAITS);
		client->quota->limit = client->quota->used;
		put_ext(server, EXT, (struct msg_ext){ .cap = { mine } });
		IS(reply(s, TOKEN(s), MSG_LABEL(0, 0, 1 | MSG_MOVE, 0), EXT), 0);
		IS(ANSWER(c), asked ? -ENOMEM : -ENOSPC);
		EXPECT(cap_of(server, mine));
	}
	put_ext(server, EXT, (struct msg_ext){ .cap = { ep } });
	FAILS(s, -ESRCH, ipc_reply, TOKEN(s), MSG_LABEL(0, 0, 0, 0), 0);
	FAILS(s, -EINVAL, ipc_reply, TOKEN(s), MSG_LABEL(0, 0, 1 | MSG_MOVE, 0), EXT);
	client->quota->limit = UINT32_MAX;
}

/* Whoever stands above both pays as before, and is not asked, however little it has left. */
static void between_sisters(void)
{
	struct space *parent, *sister;

	cast();
	parent = new_space("parent");
	sister = space_create(parent, 2000 * PAGE_SIZE, 30, "sister", 6, 0);
	give(init, &sister->object, CAP_SPACE);
	map_pages(sister, AREA, AREA_PAGES, RW);
	memory = (cap_t)SYS(c, mem_create, PAGE_SIZE);
	c = new_thread(sister, 20);
	client = sister;
	to = give_copy(server, ep, sister, CAP_SEND | CAP_TRANSFER, 7);
	memory = (cap_t)SYS(c, mem_create, PAGES * PAGE_SIZE);
	init->quota->limit = init->quota->used; /* above both */
	IS(waits(1 | MSG_MOVE), WAITS);
	IS(sends(MOVED(1), memory, 0), WAITS);
	EXPECT(init->quota->used == init->quota->limit && parent->quota->used < init->quota->used);
	init->quota->limit = 32ull << 20;
}

int main(void)
{
	world_start(0);
	story(
	    "moved there, and back in the answer: the same frames, another payer", there_and_back);
	story("what rides along is copied", beside_copies);
	story("it outlives its maker, and goes with its holder", outlives_its_maker);
	story("moved within a space", within_a_space);
	story("a boot module's frames", borrowed);
	story("not while anybody else holds it, has it mapped or watches it", not_alone);
	story("nothing but memory, nothing without the right", not_memory);
	story("C7 mapped or deleted while its message is queued", changed_while_queued);
	story("nobody takes it: dead, late, gone, no room", nobody_takes_it);
	story("M12 nobody pays unasked", not_asked_for);
	story("C10 a receiver that cannot pay", cannot_pay);
	story("M12 C10 the same in a reply", misfits_in_reply);
	story("quotas above both do not matter", between_sisters);
	return world_done();
}
